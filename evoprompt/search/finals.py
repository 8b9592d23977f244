"""The finals: where generations are scored on different examples, the best meet the best seed on common ones."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from evoprompt.search.allocation import Allocation
from evoprompt.search.strategies.base import best_of, unique
from evoprompt.tasks.example import Example
from evoprompt.variation.individual import Individual

FINALISTS = 4  # of the population, beside the best seed
SHARE = 5  # of the budget's calls the finals take at most this part, if that leaves them a batch


@dataclass(frozen=True)
class Finals:
    """Who meets at the end of a search, and on what.

    Scores on different examples do not compare: the best of many differs from the rest by the luck of its examples.
    So the winner of such a search is chosen on examples that are the same for all finalists, and what their answers
    take is set aside from the start.

    Attributes:
        examples: The common ones, in the order of dev: all of them, or the part that the budget affords. None where
            all generations are scored on the same examples: then there is nothing to be mended.
        most: How many of the population take part, beside the best seed.
    """

    examples: tuple[Example, ...] = ()
    most: int = 0

    @classmethod
    def planned(
        cls, allocation: Allocation, dev: Sequence[Example], *, calls: int | None, per_answer: int, seed: int = 0
    ) -> Finals:
        """The finals of a search.

        Args:
            allocation: What the generations are scored on.
            dev: The dev examples.
            calls: The calls of the budget; None for no limit.
            per_answer: Model calls that an answer takes.
            seed: Of the drawing of a part.
        """
        if allocation.fixed(dev):
            return cls()
        size = allocation.size(dev)
        if calls is None:
            return cls(tuple(dev), FINALISTS)
        answers = calls // per_answer // SHARE
        n = min(len(dev), max(size, answers // (FINALISTS + 1)))
        drawn = sorted(random.Random(f"{seed}/finals").sample(range(len(dev)), n))
        return cls(tuple(dev[i] for i in drawn), min(FINALISTS, max(1, answers // n - 1)))

    @property
    def answers(self) -> int:
        """How many answers they take at most."""
        return (self.most + 1) * len(self.examples)

    def entrants(self, seed: Individual, population: Sequence[Individual]) -> list[Individual]:
        """The best seed, and then the best of the population by their latest scores; the seed alone for no finals."""
        others = [each for each in unique(population) if each != seed]
        return [seed, *best_of(others, self.most if self.examples else 0)]
