"""A failed attempt at an answer: whether it may be tried again, and what the caller is told."""

from __future__ import annotations

from dataclasses import dataclass

from evoprompt.models.model import ModelUnavailable, Refused


@dataclass(frozen=True)
class Failure:
    """A failed attempt, and the error for the caller: at once where it `is_final`, else when no attempt is left.

    Attributes:
        kind: The error's class.
        reason: What failed, as a sentence without its full stop; it holds no secret.
        last: What the last attempt said, for a failure that was tried again.
        is_final: Whether no further attempt can help.
        retry_after: Seconds that the provider asks to wait before the next attempt; 0 where it does not say.
        was_sent: Whether the attempt was sent at all.
        is_about_prompt: Whether it is certain that the prompt itself is refused: by a filter, or for its length.
        asks_otherwise: Whether the next attempt asks in another way: at once, and whatever the number of retries is.
    """

    kind: type[Refused] | type[ModelUnavailable]
    reason: str
    last: str = ""
    is_final: bool = True
    retry_after: float = 0.0
    was_sent: bool = True
    is_about_prompt: bool = False
    asks_otherwise: bool = False

    def sentence(self, attempts: int) -> str:
        """What is said after so many attempts."""
        if self.is_final:
            return self.reason
        times = "once" if attempts == 1 else f"{attempts} times in a row"
        return "; ".join(part for part in (f"{self.reason}, {times}", self.last) if part)
