"""Steady state by binary tournament."""

from __future__ import annotations

from collections.abc import Sequence

from evoprompt.search.strategies.base import Strategy, parents_for
from evoprompt.variation.individual import Individual
from evoprompt.variation.operator import Birth


class SteadyState(Strategy):
    """Pairs meet; the loser's place goes to a mutated copy of the winner, better or not (Fernando 2024, section 3).

    All pairs of a generation meet at once: the population is shuffled into disjoint pairs, so that their births can
    run in parallel. A pair whose birth fails keeps its loser. One individual alone has no loser beside it: a child takes
    its place where it is strictly better.
    """

    def breed(self) -> list[Birth]:
        """One birth a pair, bound to the loser's index."""
        order = list(range(len(self.population)))
        self.rng.shuffle(order)
        pairs = list(zip(order[::2], order[1::2], strict=False)) or [(0, 0)]
        births = []
        for one, other in pairs:
            winner, loser = (one, other) if self.population[one].score >= self.population[other].score else (other, one)
            operator = self.pool.draw(self.rng, self.population[winner])
            parents = parents_for(operator, self.population[winner], self.population, self.rng)
            births.append(Birth(operator, parents, loser))
        return births

    def survive(self, children: Sequence[Individual]) -> None:
        """Put every child into the place it was born for."""
        for child in children:
            if len(self.population) > 1 or child.score > self.population[child.origin.slot].score:
                self.population[child.origin.slot] = child
