"""Differential evolution over prompts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from evoprompt.individual import Individual
from evoprompt.operator import Birth
from evoprompt.strategies.base import Strategy, best_of


@dataclass(eq=False)
class Differential(Strategy):
    """Every index has one child a generation, which replaces it where it is strictly better (Guo 2023, algorithm 3).

    The operator takes four parents: the base at the index, two donors a and b, and the best of the population (or,
    with `donor = "random"`, another individual in its place).
    """

    donor: Literal["best", "random"] = "best"

    def breed(self) -> list[Birth]:
        """One birth an index: base, a, b and the donor."""
        best = best_of(self.population, 1)[0]
        births = []
        for slot, base in enumerate(self.population):
            others = [each for each in self.population if each is not base]
            third = best if self.donor == "best" else self.rng.choice(others or [base])
            donors = self.rng.sample(others, 2) if len(others) >= 2 else self.rng.choices(others or [base], k=2)
            births.append(Birth(self.pool.draw(self.rng, base), (base, *donors, third), slot))
        return births

    def survive(self, children: Sequence[Individual]) -> None:
        """Replace index by index, and only by a strictly better child."""
        for child in children:
            if child.score > self.population[child.origin.slot].score:
                self.population[child.origin.slot] = child
