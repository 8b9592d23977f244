"""Whether the operator model's server takes a schema: settled once in a run, by the same birth for any number of jobs.

Where the model is said to answer by a schema, nobody knows whether its server agrees until it was asked. Were several
births to find that out side by side, each would pay for a refusal. So until it is known, the births that may ask so go
one by one, in the order in which they were planned: the first answer to a schema tells the others. What a birth found
out is kept with its outcome, and so a run that goes on knows it from its folder, without a call.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from evoprompt.variation.operator import REFUSED, TAKEN, Birth, Born


@dataclass
class Structured:
    """What a run knows of its operator model and schemas.

    Attributes:
        is_taken: Whether the server takes them; None until it has answered to one.
    """

    is_taken: bool | None
    _plain: set[str] = field(default_factory=set)  # names of operators that were answered and asked by no schema

    def may_ask(self, birth: Birth) -> bool:
        """Whether a birth that is begun now may ask by a schema."""
        return self._goes_alone(birth) if self.is_taken is None else self.is_taken

    def waves(self, births: Sequence[Birth], born: Sequence[Born | None], places: Sequence[int]) -> Iterator[list[int]]:
        """The places of births that are begun together, each wave after the one before it has come.

        Args:
            births: All of the block, in order.
            born: What came of them so far; read again after each wave.
            places: Those of them that are still to be carried out.
        """
        left = list(places)
        for place, birth in enumerate(births):
            if not self._goes_alone(birth):
                continue
            if place in left:
                left.remove(place)
                yield [place]
            self._learn(birth, born[place])
        yield left

    def told(self, births: Sequence[Birth], born: Sequence[Born | None]) -> None:
        """Take all that came of a block, in order; one that was refused where others were not tells for the next ones."""
        for birth, came in zip(births, born, strict=True):
            self._learn(birth, came)

    def _goes_alone(self, birth: Birth) -> bool:
        asks = birth.operator is not None and birth.operator.calls > 0 and birth.operator.name not in self._plain
        return self.is_taken is None and asks

    def _learn(self, birth: Birth, came: Born | None) -> None:
        if came is None or birth.operator is None:
            return
        if came.schema == REFUSED:
            self.is_taken = False
        elif came.schema == TAKEN and self.is_taken is None:
            self.is_taken = True
        elif not came.schema and came.usage.calls:
            self._plain.add(birth.operator.name)
