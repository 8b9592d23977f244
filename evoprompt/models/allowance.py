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
    takes every further call from here, so that retries stay within the budget. In another process, where nothing can be
    shared, nobody can stop it; see `Loan`.

    Attributes:
        calls: How many are left; None for no limit.
        stop: Once set, no further call is allowed, and nobody waits any longer.
    """

    calls: int | None = None
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

    def lend(self, borrowers: int) -> int | None:
        """Set a part of the calls aside, as large as it can be for so many who borrow at once; None for no limit."""
        with self._lock:
            if self.calls is None:
                return None
            part = -(-self.calls // (2 * borrowers))  # the next ones borrow before the last ones are settled
            self.calls -= part
            return part

    def give_back(self, calls: int) -> None:
        """Take back what was lent and not used."""
        with self._lock:
            if self.calls is not None:
                self.calls += calls

    def __reduce__(self) -> tuple[Any, ...]:
        return Allowance, (self.calls,)


@dataclass(eq=False)
class Loan:
    """The allowance as one job carries it: the common one in this process, a part of it in any other.

    Attributes:
        allowance: The common one; in another process, the part.
        jobs: How many jobs are carried out at once.
        lent: The part, from when it was sent to another process; None before, and where there is no limit.
    """

    allowance: Allowance
    jobs: int = 1
    lent: int | None = None

    def settle(self, used: int) -> None:
        """The job came back and took so many calls beyond the planned ones."""
        if self.lent is not None:
            self.allowance.give_back(max(0, self.lent - used))
            self.lent = None

    def __reduce__(self) -> tuple[Any, ...]:
        if self.lent is None:  # it may be sent more than once
            self.lent = self.allowance.lend(self.jobs)
        return Loan, (Allowance(self.lent),)


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
