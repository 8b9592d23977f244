"""How many answers a run had, and how many of them said little about their prompts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from typing import Any

from evoprompt.tasks.evaluation import FLAWS, Answer


@dataclass(frozen=True)
class Tally:
    """Counts of answers. A hit is none of the flawed ones, and of two flaws the first one counts.

    Attributes:
        total: All answers, those of the sealed test too.
        refused: Those that a provider refused or a judge gave no verdict on; they score 0.
        cut: Those that the token limit ended before they were a hit.
        empty: Those without a text, thoughts apart.
        unreadable: Those in which the scorer could read no answer, right or wrong.
    """

    total: int = 0
    refused: int = 0
    cut: int = 0
    empty: int = 0
    unreadable: int = 0

    @classmethod
    def of(cls, answers: Iterable[Answer]) -> Tally:
        """The counts of some answers."""
        flaws = Counter(answer.flaw for answer in answers)
        return cls(flaws.total(), *(flaws[flaw] for flaw in FLAWS))

    @property
    def lost(self) -> int:
        """Answers that came and are none: cut off, empty or unreadable."""
        return self.cut + self.empty + self.unreadable

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(one + another for one, another in zip(astuple(self), astuple(other), strict=True)))

    def sentences(self, max_tokens: int | None) -> list[str]:
        """What a report says of answers that came and are none, with the next step; nothing where there are none.

        Args:
            max_tokens: The task's limit; None where it is not known.
        """
        limit = f"{max_tokens:,} tokens" if max_tokens is not None else "the token limit"
        said = (
            (self.cut, f"were cut off at {limit}; raise max_tokens"),
            (self.empty, "were empty; see what the model is asked, and what it is allowed to write"),
            (self.unreadable, "held no answer that the scorer could read; let the prompt ask for what it reads"),
        )
        return [f"Answers: {n:,} of {self.total:,} {what}" for n, what in said if n]

    def to_json(self) -> dict[str, Any]:
        """The counts as plain JSON values."""
        return dict(zip(("total", *FLAWS), astuple(self), strict=True))
