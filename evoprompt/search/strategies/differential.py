"""Differential evolution over prompts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from evoprompt.search.strategies.base import Strategy, best_of
from evoprompt.variation.individual import Individual
from evoprompt.variation.operator import Birth


@dataclass(eq=False)
class Differential(Strategy):
    """Every index has one child a generation, which replaces it where it is strictly better (Guo 2023, algorithm 3).

    The operator takes four parents: the base at the index, two donors a and b, and the best so far (or, with
    `donor = "random"`, a third donor). Base and donors stand in the population as the generation found it, and are all
    different while it has four members.

    Attributes:
        donor: What the fourth parent is.
        at_once: Births planned together; None for a whole generation. With 1, as in the paper, each birth sees the best
            of those before it; more run in parallel.
        best: The best so far; of equals, the earlier.
    """

    donor: Literal["best", "random"] = "best"
    at_once: int | None = None
    best: Individual | None = field(default=None, init=False)
    _bases: list[Individual] = field(default_factory=list, init=False)
    _next: int = field(default=0, init=False)

    @property
    def is_between(self) -> bool:
        """Whether every index had its turn."""
        return super().is_between and self._next == 0

    def breed(self) -> list[Birth]:
        """One birth an index, for the next of them: base, a, b and the donor."""
        if self._next == 0:
            self._bases = list(self.population)
            self.best = best_of([*([self.best] if self.best else []), *self.population], 1)[0]
        last = min(self._next + (self.at_once or len(self._bases)), len(self._bases))
        slots, self._next = range(self._next, last), last % len(self._bases)
        return [self._birth(slot) for slot in slots]

    def _birth(self, slot: int) -> Birth:
        base = self._bases[slot]
        others = [each for each in self._bases if each is not base]
        wanted = 2 if self.donor == "best" else 3
        donors = self._drawn(others or [base], wanted)
        if self.donor == "best" and self.best is not None:
            donors.append(self.best)
        return Birth(self.pool.draw(self.rng, base), (base, *donors), slot)

    def _drawn(self, others: Sequence[Individual], k: int) -> list[Individual]:
        """So many donors, different while there are enough."""
        return self.rng.sample(others, k) if len(others) >= k else self.rng.choices(others, k=k)

    def survive(self, children: Sequence[Individual]) -> None:
        """Replace index by index, and only by a strictly better child; remember the best of all."""
        for child in children:
            if child.score > self.population[child.origin.slot].score:
                self.population[child.origin.slot] = child
            if self.best is None or child.score > self.best.score:
                self.best = child
