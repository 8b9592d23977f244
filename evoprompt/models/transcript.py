"""The model calls that lead to one outcome, kept as they arrive: what was broken off goes on without paying twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from evoprompt.models.allowance import allowance
from evoprompt.models.model import Completion, Model, Refused, Request
from evoprompt.models.usage import Usage


class Transcript:
    """The model calls of one birth, or of one judged answer: those known from before, and where to keep the next ones.

    What was broken off goes on from here: it asks again what it asked before, and is given what was answered then. Sent
    to another process, it keeps nothing: there an outcome is kept as a whole.

    Args:
        known: What `keep` was told before, in order.
        keep: Told of each new call: `(number from 1, values)`.

    Attributes:
        unkept: Calls that were answered here and kept nowhere.
    """

    def __init__(
        self, known: Sequence[Mapping[str, Any]] = (), keep: Callable[[int, Mapping[str, Any]], None] | None = None
    ) -> None:
        self._known = list(known)
        self._keep = keep
        self._number = 0
        self.unkept = 0

    def complete(self, model: Model, request: Request, role: str = "") -> Completion:
        """What the model answers, or answered.

        Args:
            role: Under which the call counts, where it is another than the outcome's own.

        Raises:
            Refused, ModelUnavailable, Abandoned: As from the model.
        """
        self._number += 1
        asked = request.digest
        if self._number <= len(self._known) and self._known[self._number - 1]["asked"] == asked:
            return _recalled(self._known[self._number - 1])
        self._known = self._known[: self._number - 1]  # something else is asked now: the rest is void
        said: dict[str, Any] = {"number": self._number, "asked": asked, **({"role": role} if role else {})}
        try:
            completion = model.complete(request)
        except Refused as refusal:
            self._note({**said, "refused": str(refusal), "calls": refusal.calls})
            raise
        self._note({**said, "completion": completion.to_json()})
        return completion

    def _note(self, said: Mapping[str, Any]) -> None:
        if self._keep is not None:
            self._keep(self._number, said)
        else:
            self.unkept += usage_of(said).calls

    def __reduce__(self) -> tuple[Any, ...]:
        return Transcript, (self._known,)


def _recalled(said: Mapping[str, Any]) -> Completion:
    for _ in range(usage_of(said).calls - 1):  # they were sent, so no other call may take their place
        allowance().take()
    if "refused" in said:
        raise Refused(said["refused"], calls=said["calls"])
    return Completion.from_json(said["completion"])


def usage_of(said: Mapping[str, Any]) -> Usage:
    """What a call took that a transcript kept."""
    if "refused" in said:
        return Usage(calls=said["calls"])
    return Usage.of(Completion.from_json(said["completion"]))
