"""Best of n: the baseline that papers forget. Paraphrases of the seeds and the seeds themselves, no search."""

from __future__ import annotations

from typing import Annotated

from evoprompt.operators.plain import paraphrase
from evoprompt.search.recipe import Search, Start, recipe
from evoprompt.search.strategies import Founders, Sampling
from evoprompt.text.options import Range


@recipe("best-of-n", source="baseline; Zhou 2023, arXiv 2211.01910, section 3.1")
def best_of_n(
    start: Start, *, batch: Annotated[int, Range(1)] = 10, temperature: Annotated[float, Range(0, 2)] = 0.7
) -> Search:
    """Paraphrases of the seeds and the seeds themselves, and the best of them: what a search has to beat."""
    founders = Founders(start.seeds, max(batch, len(start.seeds)))
    return Search(Sampling(founders, paraphrase.using(temperature=temperature), start.rng, start.toolbox))
