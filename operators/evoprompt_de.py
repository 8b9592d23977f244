"""EvoPrompt's differential evolution (Guo 2023, https://arxiv.org/abs/2309.08532): what differs is what varies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from evoprompt.genome import Genome
from evoprompt.operators.evoprompt_ga import POPULATION, TEMPERATURE, TOP_P, founders_of
from evoprompt.operators.plain import gene_for
from evoprompt.search.recipe import Search, Start, recipe
from evoprompt.search.strategies import Differential
from evoprompt.text.options import OneOf, Range
from evoprompt.text.template import Template
from evoprompt.variation.individual import Individual
from evoprompt.variation.operator import Context, operator
from evoprompt.variation.reading import STEPS, tagged

ASKED_PROMPTS = 4  # in an answer: parts, mutated parts, and two whole prompts

SHOWN_DONORS = (
    "Summarise the minutes of the meeting for those who missed it.",
    "Give the minutes of the meeting in brief, as a list of decisions.",
)
SHOWN_BEST = "You are a secretary. Write down what the meeting came to, for those who missed it."
SHOWN_BASE = "Shorten the minutes. Leave out small talk."
SHOWN_COMBINED = "You are a secretary. Set out what the meeting came to as numbered points, for those on leave."
SHOWN_CHILD = (
    "You are a secretary. Shorten the minutes to numbered points for those on leave, and leave out small talk."
)

WORDING = Template.parse(
    f"""Make a new instruction from four instructions for one and the same job. Go through these steps and write each down.
1. Find the parts in which A and B differ. What they have in common stays out of play.
2. Mutate the parts found in step 1: put each in a new way.
3. Combine: put the parts of step 2 in the place of fitting parts of C, and keep the rest of C.
4. Cross over the result of step 3 with D, and write the outcome, and only that, between <prompt> and </prompt>.
Leave names of categories, and all that stands in curly brackets, exactly as they are.

Example
A: {SHOWN_DONORS[0]}
B: {SHOWN_DONORS[1]}
C: {SHOWN_BEST}
D: {SHOWN_BASE}
1. Only A says "for those who missed it"; only B says "as a list of decisions".
2. "for those who missed it" becomes "for those on leave"; "as a list of decisions" becomes "as numbered points".
3. {SHOWN_COMBINED}
4. <prompt>{SHOWN_CHILD}</prompt>

Now with these
A: {{a}}
B: {{b}}
C: {{best}}
D: {{base}}
1."""
)


@operator(parents=4, calls=1)
def de_rewrite(
    parents: Sequence[Individual],
    context: Context,
    *,
    gene: str = "",
    temperature: Annotated[float, Range(0, 2)] = TEMPERATURE,
    top_p: Annotated[float, Range(0, 1)] = TOP_P,
) -> Genome:
    """Mutate what differs between two donors, put it into the best prompt, cross that with the base (Guo 2023, figure 2).

    The parents are base, donor a, donor b and best; other genes and the shots come from the base. The last complete
    <prompt> of the answer is taken: models that lose the thread of the steps mostly still end with one.
    """
    genomes = [parent.genome for parent in parents]
    name = gene_for(genomes[0], context, gene)
    base, a, b, best = (genome[name] for genome in genomes)
    question = WORDING.fill({"base": base, "a": a, "b": b, "best": best})
    room = context.room(ASKED_PROMPTS)
    answer = context.ask(question, temperature=temperature, top_p=top_p, max_tokens=room, schema=STEPS)
    shown = (*SHOWN_DONORS, SHOWN_BEST, SHOWN_BASE, SHOWN_COMBINED, SHOWN_CHILD)
    given = (base, a, b, best)
    read = tagged(answer, not_one_of=given, asked=question, labels=context.task.labels, shown=shown)
    return genomes[0].with_gene(name, read)


@recipe("evoprompt-de", source="Guo 2023, arXiv 2309.08532")
def evoprompt_de(
    start: Start,
    *,
    population_size: Annotated[int, Range(2)] = POPULATION,
    donor: Annotated[Literal["best", "random"], OneOf(("best", "random"))] = "best",
    temperature: Annotated[float, Range(0, 2)] = TEMPERATURE,
    top_p: Annotated[float, Range(0, 1)] = TOP_P,
    at_once: Annotated[int, Range(1)] = 1,
) -> Search:
    """EvoPrompt's differential evolution: each prompt gives way to a child that is strictly better than it.

    The differences of two others go into the best prompt so far, or, with `donor = "random"`, into a third other one.
    As in the paper, the best is updated within a generation, so that births follow one another; `at_once` plans more
    of them together (up to `population_size`), which is quicker, and then the best is that from before them.

    Differs from the paper: it begins with some 30 to 37 given prompts and paraphrases each of the five best once; from fewer,
    here, the best are paraphrased in turn until the population is full. The wording is our own. The budget ends the
    search and not 10 generations; the winner alone is put to the sealed test, where the authors take the best of three
    there.
    """
    rewrite = de_rewrite.using(temperature=temperature, top_p=top_p)
    founders = founders_of(start, population_size, temperature, top_p)
    # A random donor is drawn from the population alone, which changes at the end of a generation.
    together = population_size if donor == "random" else at_once
    return Search(Differential(founders, rewrite, start.rng, start.toolbox, donor, together))
