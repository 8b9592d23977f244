"""Our own recipe: a genetic algorithm over instruction and shots, with edits that need no model beside rewrites.

Chosen on evidence (see `benchmarks/results`): on small models most of the gain lies in which solved examples the prompt
shows and in what order; rewrites by a weak model are mostly no instructions for the task at all, so their share of the
births follows how far the operator model can be trusted.
"""

from __future__ import annotations

from typing import Annotated, Any

from deap import tools

from evoprompt.models.embedded.model import DEFAULT_MODEL
from evoprompt.operators.evoprompt_ga import ga_crossover_mutate
from evoprompt.operators.grips import phrase_delete, phrase_swap
from evoprompt.operators.plain import (
    paraphrase,
    sentence_crossover,
    shot_add,
    shot_drop,
    shot_reorder,
    shot_sample,
    shot_swap,
)
from evoprompt.search.recipe import Search, Start, recipe
from evoprompt.search.strategies import Founders, Genetic, Pool
from evoprompt.text.options import Range
from evoprompt.variation.operator import Operator

REWRITES = 0.3  # share of the births that a rewrite by the operator model has
# Of the births by evoprompt-ga's rewrites, 45 of 52 failed with this model (benchmarks/results/recipes.md).
REWRITES_BY = {DEFAULT_MODEL: 0.0}


@recipe("default", source="our own")
def default(
    start: Start,
    *,
    population_size: Annotated[int, Range(2)] = 8,
    children: Annotated[int, Range(1)] = 8,
    tournament_size: Annotated[int, Range(1)] = 2,
    rewrites: Annotated[float | None, Range(0, 1)] = None,
    most_shots: Annotated[int, Range(0)] = 6,
) -> Search:
    """Shots and wording evolved together: edits without a model, and a share of rewrites by the operator model.

    Left open, the share of `rewrites` is 0.3, and 0 where the embedded model would write them.
    """
    if rewrites is None:
        rewrites = REWRITES_BY.get(start.operator_model, REWRITES)
    shots = bool(start.task.train) and most_shots > 0
    words: dict[Operator, float] = {phrase_delete: 2.0, phrase_swap: 1.0, sentence_crossover: 1.0}
    edits: dict[Operator, float] = dict(words)
    if shots:
        sample = shot_sample.using(least=min(3, most_shots), most=most_shots)
        edits |= {sample: 2.0, shot_swap: 3.0, shot_reorder: 3.0, shot_add.using(most=most_shots): 1.0, shot_drop: 1.0}
    models: dict[Operator, float] = {paraphrase: 1.0, ga_crossover_mutate: 1.0}
    founding: dict[Operator, float] = {sample: 1.0} if shots else {phrase_delete: 1.0}
    founders = Founders(
        start.seeds, max(population_size, len(start.seeds)), Pool.of(_shared(founding, {paraphrase: 1.0}, rewrites))
    )

    def tournament(population: Any, k: int) -> Any:
        return tools.selTournament(population, k, tournsize=tournament_size)

    return Search(
        Genetic(
            founders,
            _shared(edits, models, rewrites),
            start.rng,
            start.toolbox,
            children=children,
            select=None if hasattr(start.toolbox, "select") else tournament,
        )
    )


def _shared(edits: dict[Operator, float], models: dict[Operator, float], share: float) -> dict[Operator, float]:
    """One pool in which the second kind has the given share of the births."""
    pool: dict[Operator, float] = {}
    for part, weight in ((edits, 1 - share), (models, share)):
        total = sum(part.values())
        pool |= {operator: weight * each / total for operator, each in part.items() if weight > 0}
    return pool
