"""The genomes that a run has evaluated, in order, and who descends from whom."""

from __future__ import annotations

from collections.abc import Sequence

from evoprompt.variation.individual import Individual
from evoprompt.variation.operator import SEED, Birth, Past


class Genealogy:
    """Every evaluated genome once, with its score and its first parent.

    Attributes:
        history: In the order of the evaluations.
        best_seed: The best of the user's prompts; None before they are evaluated.
    """

    def __init__(self) -> None:
        self.history: list[Past] = []
        self.best_seed: Individual | None = None
        self._elites: set[int] = set()  # places in the history
        self._places: dict[str, tuple[int, str]] = {}  # by id: place in the history, and the first parent's id

    def add(self, individuals: Sequence[Individual]) -> None:
        """Take evaluated individuals."""
        for each in individuals:
            if each.genome.id not in self._places:
                first = each.origin.parents[0] if each.origin.parents else ""
                self._places[each.genome.id] = len(self.history), first
                self.history.append(Past(each.genome, each.score))
            if each.origin.operator == SEED and (self.best_seed is None or each.score > self.best_seed.score):
                self.best_seed = each

    def crown(self, population: Sequence[Individual]) -> None:
        """Remember who is the best of the population; of equals, the first."""
        if not population:
            return
        best = max(population, key=lambda each: each.score)
        if best.genome.id in self._places:  # a user's own survival may have made others
            self._elites.add(self._places[best.genome.id][0])

    def lineage(self, birth: Birth) -> list[Past]:
        """The first parent and its first parents, oldest first."""
        return [self.history[place] for place in self._line(birth)]

    def elites(self, birth: Birth) -> list[Past]:
        """Those of the lineage that were once the best of the population, oldest first."""
        return [self.history[place] for place in self._line(birth) if place in self._elites]

    def _line(self, birth: Birth) -> list[int]:
        """Places in the history."""
        id = birth.parents[0].genome.id if birth.parents else ""
        line: list[int] = []
        seen = set()
        while id in self._places and id not in seen:
            seen.add(id)
            place, id = self._places[id]
            line.append(place)
        return line[::-1]


def best_of_all(
    best: Individual | None, told: Sequence[Individual], population: Sequence[Individual], *, fixed: bool
) -> Individual | None:
    """The best so far; of the present population alone where generations are scored on different examples.

    Args:
        best: The best before; of equals, it stays.
        told: The individuals told now.
        population: Those alive.
        fixed: Whether all generations are scored on the same examples.
    """
    candidates = (list(told) if best is None or fixed else []) or list(population)
    if best is not None and fixed:
        candidates = [best, *candidates]
    return max(candidates, key=lambda each: each.score) if candidates else best
