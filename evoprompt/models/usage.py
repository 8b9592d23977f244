"""What model calls took, and the roles under which they are counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from evoprompt.models.model import Completion

ROLES = ("task", "judge", "operator", "test")  # the calls of the sealed test, its judge's too, are the last


def judge_of(role: str) -> str:
    """The role under which the judge's calls for answers are counted that count under a role themselves."""
    return "test" if role == "test" else "judge"


@dataclass(frozen=True, slots=True)
class Usage:
    """What model calls took.

    Attributes:
        calls: Calls sent, retries included.
        tokens_in: Tokens read.
        tokens_out: Tokens written.
        dollars: Money; of calls whose price is known.
        unpriced: Calls whose price is not known.
    """

    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    dollars: float = 0.0
    unpriced: int = 0

    @classmethod
    def of(cls, completion: Completion) -> Usage:
        """What one completion took."""
        known = completion.dollars is not None
        return cls(
            completion.calls,
            completion.tokens_in,
            completion.tokens_out,
            completion.dollars or 0.0,
            0 if known else completion.calls,
        )

    @property
    def tokens(self) -> int:
        """Tokens, read and written."""
        return self.tokens_in + self.tokens_out

    @property
    def row(self) -> tuple[int, int, int, float, int]:
        """All counts, in order: `Usage(*usage.row)` is the same."""
        return self.calls, self.tokens_in, self.tokens_out, self.dollars, self.unpriced

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.calls + other.calls,
            self.tokens_in + other.tokens_in,
            self.tokens_out + other.tokens_out,
            self.dollars + other.dollars,
            self.unpriced + other.unpriced,
        )

    @classmethod
    def total(cls, usages: Iterable[Usage]) -> Usage:
        """The sum: as by `+`, for the many answers of a long run."""
        calls, tokens_in, tokens_out, dollars, unpriced = 0, 0, 0, 0.0, 0
        for usage in usages:
            calls += usage.calls
            tokens_in += usage.tokens_in
            tokens_out += usage.tokens_out
            dollars += usage.dollars
            unpriced += usage.unpriced
        return cls(calls, tokens_in, tokens_out, dollars, unpriced)

    def times(self, n: int) -> Usage:
        """So much, n times over."""
        return Usage(self.calls * n, self.tokens_in * n, self.tokens_out * n, self.dollars * n, self.unpriced * n)

    def to_json(self) -> dict[str, Any]:
        """The counts as plain JSON values."""
        return asdict(self)
