"""The least budget with which a search is one: its population founded, and a child of each founder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from evoprompt.genome import Genome
from evoprompt.search.strategies import Pool, Strategy
from evoprompt.variation.operator import Birth


class Floor(NamedTuple):
    """Model calls that a search takes until every founder has had a child.

    Attributes:
        seeds: For the answers to the user's prompts.
        founders: For the other founders, their answers and births at the last try; 0 where the seeds are all.
        children: Likewise for one child of each founder.
        least: For all answers and the last try of one birth, which is set aside before it: with less, there is no child
            for each founder, whatever becomes of births.
    """

    seeds: int
    founders: int
    children: int
    least: int

    @property
    def enough(self) -> int:
        """With which every founder has a child."""
        return self.seeds + self.founders + self.children

    @classmethod
    def of(cls, strategy: Strategy, seeds: Sequence[Genome], *, size: int, per_answer: int) -> Floor:
        """The floor of a search at its beginning.

        Args:
            strategy: The search loop.
            seeds: The user's prompts.
            size: How many examples a genome is evaluated on.
            per_answer: Model calls that an answer takes.
        """
        plan, answers, prompts = strategy.founders, size * per_answer, len(set(seeds))
        standing = min(prompts, plan.size, prompts if plan.keep is None else plan.keep)
        missing = 0 if plan.fill is None else plan.size - standing
        n = standing + missing
        return cls(
            prompts * answers,
            missing * (answers + _most_calls(plan.fill, per_answer)),
            n * (answers + _most_calls(strategy.pool, per_answer)),
            (prompts + missing + n) * answers + _most_calls(strategy.pool, per_answer),
        )


def _most_calls(pool: Pool | None, per_answer: int) -> int:
    """The most model calls that a birth by one of these operators takes."""
    operators = pool.operators if pool else ()
    return max((Birth(each, (), calls_an_answer=per_answer).most_calls for each, _ in operators), default=0)
