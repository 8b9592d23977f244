"""Local search: one prompt, or a beam of them, edited step by step."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from evoprompt.search.strategies.base import Strategy, best_of, parents_for, unique
from evoprompt.variation.individual import Individual
from evoprompt.variation.operator import Birth


@dataclass(eq=False)
class HillClimb(Strategy):
    """Edits of the one current prompt; the best edit is taken where it is strictly better.

    The climb begins at the best founder.

    Attributes:
        candidates: Edits tried at each step; at least 1.
        patience: Steps without gain over the current prompts after which the climb ends, those not counted whose
            births all failed; None to go on until the budget ends.
        steps: The most steps; None for no limit.
        width: How many prompts stand side by side.
        best: The best individual so far, also where the search has moved on to a worse one.
    """

    candidates: int = 5
    patience: int | None = None
    steps: int | None = None
    width: int = 1
    step: int = field(default=0, init=False)
    best: Individual | None = field(default=None, init=False)
    _idle: int = field(default=0, init=False)

    def found(self, individuals: list[Individual]) -> list[Individual]:
        """The best founders, as many as the search is wide."""
        return best_of(individuals, self.width)

    def breed(self) -> list[Birth]:
        """Edits of the current prompts, in turn."""
        if self.steps is not None and self.step >= self.steps:
            self.done = f"the {self.steps} steps are done"
        elif self.patience is not None and self.has_idled(self.patience):
            self.done = f"no gain in {self.patience} steps"
        if self.done:
            return []
        births = []
        for slot in range(self.candidates):
            current = self.population[slot % len(self.population)]
            operator = self.pool.draw(self.rng, current)
            births.append(Birth(operator, parents_for(operator, current, self.population, self.rng), slot))
        return births

    def survive(self, children: Sequence[Individual]) -> None:
        """Move on, and count the steps without gain over the current prompts."""
        current = best_of(self.population, 1)[0]
        gains = any(child.score > current.score for child in children)
        self.best = best_of([self.best or current, *children], 1)[0]
        self._idle = 0 if gains else self._idle + bool(children)
        self.move(children)
        self.step += 1

    def has_idled(self, patience: int) -> bool:
        """Whether the climb ends for want of gains."""
        return self._idle >= patience

    def move(self, children: Sequence[Individual]) -> None:
        """Take the best child where it is strictly better."""
        self.population = best_of([*self.population, *children], 1)


@dataclass(eq=False)
class Annealing(HillClimb):
    """As the climb, but a worse edit may be taken, the more likely the earlier: by exp(difference / temperature).

    The temperature of step i, from 0, is `heat * exp(-i / 5)` (Prasad 2023); `heat` is in units of the fitness. A gain
    over the current prompt, and not over the best so far, begins the patience anew; and where it has run out, the search
    ends with the first step that moves nowhere: both as in the authors' code.
    """

    heat: float = 0.1
    _has_moved: bool = field(default=False, init=False)

    def has_idled(self, patience: int) -> bool:
        """Whether patience has run out, and the last step took no edit."""
        return super().has_idled(patience) and not self._has_moved

    def move(self, children: Sequence[Individual]) -> None:
        """Take the best child where it is better, else perhaps."""
        self._has_moved = False
        if not children:
            return
        child, current = best_of(children, 1)[0], self.population[0]
        temperature = self.heat * math.exp(-self.step / 5)
        gain = child.score - current.score
        chance = math.exp(gain / temperature) if temperature > 0 and gain <= 0 else 0.0  # cooled down, it is a climb
        if gain > 0 or self.rng.random() < chance:
            self.population, self._has_moved = [child], True


@dataclass(eq=False)
class Beam(HillClimb):
    """As the climb, with the best `width` prompts side by side; each is edited in turn."""

    width: int = 5

    def breed(self) -> list[Birth]:
        """`candidates` edits of every prompt in the beam."""
        single, self.candidates = self.candidates, self.candidates * len(self.population)
        births = super().breed()
        self.candidates = single
        return births

    def move(self, children: Sequence[Individual]) -> None:
        """Keep the best prompts of beam and children, equal ones once."""
        self.population = best_of(unique([*self.population, *children]), self.width)
