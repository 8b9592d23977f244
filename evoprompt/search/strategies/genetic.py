"""The generational genetic algorithm, mu + lambda."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from deap import tools

from evoprompt.search.strategies.base import Strategy, unique
from evoprompt.variation.individual import Individual, lend
from evoprompt.variation.operator import Birth, Operator

Select = Callable[[Sequence[Individual], int], Sequence[Individual]]


@dataclass(eq=False)
class Genetic(Strategy):
    """Parents by selection, children by an operator each, survivors the best of both (Guo 2023, algorithm 2).

    Attributes:
        children: How many births a generation has (lambda); the population's size (mu) unless given.
        select: A DEAP selection, `(population, k) -> individuals`; the toolbox's, else `roulette` unless given.
    """

    children: int | None = None
    select: Select | None = None

    def breed(self) -> list[Birth]:
        """One birth a child: its parents are drawn from a mating pool of selected individuals."""
        wanted = self.children or self.founders.size
        select: Select = self.select if self.select is not None else getattr(self.toolbox, "select", roulette)
        with lend(self.rng):
            mating = list(select(self.population, wanted))
        if not mating:
            raise ValueError("the selection gave no individual; it must give as many as it is asked for")
        prompts = [each.genome.visible.id for each in mating]
        births = []
        for slot in range(wanted):
            first = self.rng.choice(mating)
            operator = self.pool.draw(self.rng, first)
            births.append(Birth(operator, self._parents(operator, first, mating, prompts), slot))
        return births

    def _parents(
        self, operator: Operator, first: Individual, mating: Sequence[Individual], prompts: Sequence[str]
    ) -> tuple[Individual, ...]:
        if operator.parents == "all":
            return (first, *(each for each in self.population if each is not first))
        if operator.parents == 0:
            return ()
        chosen = [first]
        for _ in range(operator.parents - 1):
            # Places of the pool, not prompts: a prompt drawn twice into it has twice the chance. A parent with
            # itself has nothing to cross, so different prompts go first.
            taken = {each.genome.visible.id for each in chosen}
            different = [each for each, prompt in zip(mating, prompts, strict=True) if prompt not in taken]
            chosen.append(self.rng.choice(different or mating))
        return tuple(chosen)

    def survive(self, children: Sequence[Individual]) -> None:
        """Keep the best of parents and children, equal prompts once."""
        survive = getattr(self.toolbox, "survive", tools.selBest)
        with lend(self.rng):
            self.population = list(survive(unique([*self.population, *children]), self.founders.size))


def roulette(population: Sequence[Individual], k: int) -> list[Individual]:
    """DEAP's roulette wheel, with a plain draw where no fitness is over 0 (there DEAP's gives fewer than k, or none)."""
    if all(each.score <= 0 for each in population):
        chosen: Any = tools.selRandom(list(population), k)
        return list(chosen)
    positive = [each for each in population if each.score > 0]
    return list(tools.selRoulette(positive, k))
