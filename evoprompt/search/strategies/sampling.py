"""No search at all: independent children of the seeds, and the best of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from evoprompt.search.strategies.base import Strategy, best_of, parents_for, unique
from evoprompt.variation.individual import Individual
from evoprompt.variation.operator import Birth


@dataclass(eq=False)
class Sampling(Strategy):
    """Best of n: children of the seeds, all independent, batch by batch until the budget ends.

    The baseline that a search has to beat at the same budget. Its population is the best so far, `founders.size` of
    them; parents are always the seeds, in turn.
    """

    seeds: tuple[Individual, ...] = field(default=(), init=False)

    def found(self, individuals: list[Individual]) -> list[Individual]:
        """Remember the seeds: they stay the only parents."""
        self.seeds = self.seeds or tuple(individuals)
        return individuals

    def breed(self) -> list[Birth]:
        """As many children of the seeds as the population has room for."""
        births = []
        for slot in range(self.founders.size):
            seed = self.seeds[slot % len(self.seeds)]
            operator = self.pool.draw(self.rng, seed)
            births.append(Birth(operator, parents_for(operator, seed, self.seeds, self.rng), slot))
        return births

    def survive(self, children: Sequence[Individual]) -> None:
        """Keep the best of all."""
        self.population = best_of(unique([*self.population, *children]), self.founders.size)
