"""When a search is given up because its births come to nothing: a budget spent on them buys no prompt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from evoprompt.text.brief import brief
from evoprompt.text.terminal import one_line
from evoprompt.variation.operator import Birth, Born

# Births in a row that came to nothing, after which a search ends. An operator that succeeds in one birth of seven would
# begin with so many in one case of 660 (0.85 ** 40).
FEWEST = 40
MOST = 120  # of a search whose births succeed seldom
ROUNDS = 3  # at least so many times the population: what fails by one parent may succeed by the next
# And at least so many times what one child took before: such an operator has a row of 80 in one case of 400,000.
GAPS = 12
GENERATIONS = 2  # that the row goes through at least: one of them alone has parents of one kind
LONGEST_REASON = 200  # characters


@dataclass
class Barren:
    """The births in a row, up to the last one, that came to nothing although they may ask the operator model.

    Any child ends the row, also one that no model wrote: the search has something to try. Births that ask no model and
    fail cost nothing; where there are no others, `limits.RUN_DRY` or the strategy ends the search. Counted in the order
    of the births, so that the number of calls at once changes nothing.

    Attributes:
        operator_model: Its name.
    """

    operator_model: str
    _reasons: list[str] = field(default_factory=list, init=False)
    _generations: set[int] = field(default_factory=set, init=False)
    _before: int = field(default=0, init=False)  # births before the row
    _children: int = field(default=0, init=False)

    def take(self, birth: Birth, came: Born, generation: int) -> None:
        """Take what came of a birth; seed prompts are none, nor is a birth that the end of the budget broke off."""
        if birth.operator is None or came.is_unanswered:
            return
        if came.genome is not None:
            self._before += len(self._reasons) + 1
            self._children += 1
            self._reasons.clear()
            self._generations.clear()
        elif birth.most_calls:
            self._reasons.append(came.reason)
            self._generations.add(generation)

    def reached(self, population: int) -> str:
        """Why the search is given up, as a clause; empty where it goes on.

        Args:
            population: How many individuals the search has.
        """
        row = len(self._reasons)
        if row < self._most(population) or len(self._generations) < GENERATIONS:
            return ""
        reason = brief(one_line(_commonest(self._reasons)), LONGEST_REASON)
        mostly = f", mostly: {reason}" if reason else ""
        return f"{row} births in a row came to nothing{mostly}; look at the operator model {self.operator_model}"

    def _most(self, population: int) -> int:
        """How many births in a row may come to nothing."""
        if not self._children:
            return FEWEST
        usual = min(MOST, GAPS * self._before // self._children)
        return max(FEWEST, ROUNDS * population, usual)


def _commonest(reasons: Sequence[str]) -> str:
    """The first of the commonest kind; what a reason quotes, after its colon, makes no other kind."""
    kinds = [reason.partition(": ")[0] for reason in reasons]
    return reasons[kinds.index(max(dict.fromkeys(kinds), key=kinds.count))]
