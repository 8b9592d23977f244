"""How many calls may still be sent: what the engine grants, and a model asks for before it tries again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any


@dataclass(eq=False)
class Allowance:
    """Calls that may be sent beyond those that were planned, taken by all threads of a block together.

    The engine plans one call for each answer, and one for its verdict where a model scores it; a model that tries again
    takes every further call from here, so that retries stay within the budget. Sent to another process, where nothing
    can be shared, it is `share` calls for each job, and nobody can stop it.

    Attributes:
        calls: How many are left; None for no limit.
        share: How many of them one job may take in another process.
        stop: Once set, no further call is allowed, and nobody waits any longer.
    """

    calls: int | None = None
    share: int = 0
    stop: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()

    def take(self) -> bool:
        """Take one call; False where none is left or the run was stopped."""
        with self._lock:
            if self.stop.is_set() or self.calls == 0:
                return False
            if self.calls is not None:
                self.calls -= 1
            return True

    def wait(self, seconds: float) -> None:
        """Let time pass, until the run is stopped."""
        self.stop.wait(seconds)

    def __reduce__(self) -> tuple[Any, ...]:
        return Allowance, (None if self.calls is None else self.share,)


_in_force: ContextVar[Allowance | None] = ContextVar("allowance", default=None)


def allowance() -> Allowance:
    """The allowance in force; one without limit where nobody granted any."""
    return _in_force.get() or Allowance()


@contextmanager
def granted(given: Allowance) -> Iterator[None]:
    """Put an allowance in force for the calls made inside, in this thread."""
    token = _in_force.set(given)
    try:
        yield
    finally:
        _in_force.reset(token)
