"""The calls of a run, block by block: read back where the store knows them, else made now and kept as they arrive."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, TypeVar

from evoprompt.allowance import Allowance, Loan, granted
from evoprompt.model import Abandoned, ModelUnavailable, Refused
from evoprompt.parallel import jobs_at_once, run_all
from evoprompt.store import Block, Store, StoreError


class Outcome(Protocol):
    """What a job comes to."""

    @property
    def is_open(self) -> bool:
        """Whether it is asked for again when a run goes on that was stopped for such outcomes: a refusal, say."""

    @property
    def is_unanswered(self) -> bool:
        """Whether the model was asked for it, and never answered."""

    @property
    def reason(self) -> str:
        """Why it is unanswered; empty where it is not."""

    @property
    def calls(self) -> int:
        """Model calls that were sent for it."""

    def to_json(self) -> dict[str, Any]:
        """The outcome as plain JSON values."""


Came = TypeVar("Came", bound=Outcome)


class Job(NamedTuple):
    """One outcome to come.

    Attributes:
        what: What it is about; a store that knows of something else at this place belongs to another run.
        arguments: For the function that makes it, where it must be made: `(block, place) -> arguments`.
        calls: That were planned for it.
    """

    what: str
    arguments: Callable[[Block, int], tuple[Any, ...]]
    calls: int = 1


@dataclass(frozen=True)
class _Unanswered:
    """A job that came to nothing: nobody answers, or nobody may ask any more."""

    error: Abandoned | ModelUnavailable


IN_VAIN = 6  # outcomes in a row that no budget was left to try for again: nobody answers, as after so many attempts


class Blocks:
    """Runs blocks of jobs, each in one joblib call.

    Args:
        store: Where outcomes are kept.
        n_jobs: Calls at once, as in joblib.

    Attributes:
        unanswered: What the last call said that came to nothing; empty where others came to something since.
    """

    def __init__(self, store: Store, n_jobs: int | None) -> None:
        self.store = store
        self.n_jobs = n_jobs
        self.unanswered = ""
        self._halted = threading.Event()
        self._stop = threading.Event()
        self._started = time.monotonic() - store.seconds

    @property
    def seconds(self) -> float:
        """The time the run has taken, that before an interruption included."""
        return time.monotonic() - self._started

    @property
    def halted(self) -> bool:
        """Whether somebody asked for the run's end."""
        return self._halted.is_set()

    def halt(self) -> None:
        """Start no further call; those in flight still arrive, and none is tried again."""
        self._halted.set()
        self._stop.set()

    def run(
        self,
        block: Block,
        jobs: Sequence[Job],
        function: Callable[..., Came],
        read: Callable[[int, Mapping[str, Any]], Came],
        outcomes: list[Came | None],
        *,
        calls: int | None = None,
        until: float | None = None,
        arrived: Callable[[Came], None] = lambda outcome: None,
        ended: Callable[[], None] = lambda: None,
    ) -> None:
        """Fill in the outcomes of a block's jobs, from the store where it knows them.

        A block that was closed stays as it was: what is missing in it stays missing.

        Args:
            block: Where they are kept.
            jobs: In order.
            function: Makes an outcome from a job's arguments; runs in workers.
            read: From a place and what the store has there to the outcome.
            outcomes: One a job, to be filled; None stays where nothing came.
            calls: How many calls may be sent beyond those the jobs were planned with; None for no limit.
            until: The `seconds` after which no further job is begun; None for no limit.
            arrived: Told each outcome that was made now, as it arrives; what it raises ends the block. `Refused` has the
                open ones asked for again when the run goes on.
            ended: Told that nothing more will arrive; may raise as well.

        Raises:
            ModelUnavailable: No prompt can be answered, as far as the calls that are left can tell. What arrived until
                then is kept and filled in, as it is with any other error.
            StoreError: The store is damaged, or can't be written.
        """
        again: dict[int, int] = {}
        for place, value in block.outcomes.items():
            if place >= len(jobs) or value["what"] != jobs[place].what:
                raise StoreError(
                    f"{self.store.path}: the run once came to {value['what']!r} where it now comes to"
                    f" {jobs[place].what if place < len(jobs) else 'nothing'!r}: its code or its loop has changed;"
                    " name another folder"
                )
            outcome = read(place, value)
            if outcome.is_open and not block.closed and any(said.get("again") for said in block.broken_off):
                again[place] = outcome.calls
            else:
                outcomes[place] = outcome
        if again:
            block.forget(again)
        if block.closed is None:
            self._go_on(block, jobs, function, outcomes, calls, until, arrived, ended)

    def _go_on(
        self,
        block: Block,
        jobs: Sequence[Job],
        function: Callable[..., Came],
        outcomes: list[Came | None],
        calls: int | None,
        until: float | None,
        arrived: Callable[[Came], None],
        ended: Callable[[], None],
    ) -> None:
        places, spare = _within(block, jobs, outcomes, calls)
        self._stop = threading.Event()
        if self.halted:
            self._stop.set()
        allowance = Allowance(spare, self._stop)
        loans = [Loan(allowance, jobs_at_once(self.n_jobs)) for _ in places]
        arguments = [
            (function, loan, _Keeper(block, place, jobs[place].what), jobs[place].arguments(block, place))
            for place, loan in zip(places, loans, strict=True)
        ]
        alarm = threading.Timer(max(0.0, (until or 0.0) - self.seconds), self._stop.set)
        alarm.daemon = True
        lost, in_vain = 0, 0
        unavailable: ModelUnavailable | None = None
        objection: Exception | None = None
        try:
            if until is not None:
                alarm.start()
            for index, came in run_all(_attempt, arguments, n_jobs=self.n_jobs, stop=self._stop):
                in_vain = self._in_vain(came, in_vain)
                if isinstance(came, _Unanswered):
                    lost += came.error.calls
                    loans[index].settle(came.error.calls - 1)
                if isinstance(came, _Unanswered) and isinstance(came.error, ModelUnavailable):
                    unavailable = unavailable or came.error
                elif in_vain >= IN_VAIN and not self._stop.is_set():
                    unavailable = unavailable or ModelUnavailable(self.unanswered)
                if unavailable:
                    self._stop.set()
                if isinstance(came, _Unanswered):
                    continue
                loans[index].settle(came.calls - (jobs[places[index]].calls == 1))
                place = places[index]
                if place not in block.outcomes:  # it came from another process
                    _Keeper(block, place, jobs[place].what).keep(came)
                outcomes[place] = came
                try:
                    arrived(came)
                except Exception as error:  # raised when all calls in flight have arrived: they are paid for
                    objection = objection or error
                    self._stop.set()
            if failure := objection or unavailable:
                raise failure
            ended()
        except StoreError:
            raise  # nothing more can be written
        except BaseException as error:
            self._stop.set()
            again = isinstance(error, Refused) or error is unavailable
            block.break_off(lost=lost, again=again, seconds=self.seconds)
            raise
        finally:
            alarm.cancel()
        if self.halted and None in outcomes:
            block.break_off(lost=lost, seconds=self.seconds)
        else:
            block.close(jobs=len(jobs), lost=lost, seconds=self.seconds)

    def _in_vain(self, came: Outcome | _Unanswered, before: int) -> int:
        """How many outcomes in a row came to nothing now, where so many did before."""
        if isinstance(came, _Unanswered) or came.is_unanswered:
            self.unanswered = str(came.error) if isinstance(came, _Unanswered) else came.reason
            return before + 1
        if came.calls:
            self.unanswered = ""
        return 0 if came.calls else before


def _within(
    block: Block, jobs: Sequence[Job], outcomes: Sequence[Outcome | None], spare: int | None
) -> tuple[list[int], int | None]:
    """The places to be filled now, and the calls beyond those planned for them.

    An earlier process may have sent more for this block than was planned, and may have lost calls: these are taken off
    what may be sent beyond the plan, and where that is not enough, the last jobs are not begun.
    """
    places = [place for place, outcome in enumerate(outcomes) if outcome is None]
    if spare is None:
        return places, None
    known = [(outcome.calls, job.calls) for outcome, job in zip(outcomes, jobs, strict=True) if outcome is not None]
    spare -= block.lost + sum(max(0, sent - planned) for sent, planned in known)
    while spare < 0 and places:
        spare += jobs[places.pop()].calls
    return places, max(0, spare)


class _Keeper:
    """Keeps an outcome in the thread in which it arrived: what waits for the main thread would be lost with a kill.

    Sent to another process it keeps nothing, and the main thread does it.
    """

    def __init__(self, block: Block | None = None, place: int = 0, what: str = "") -> None:
        self._block, self._place, self._what = block, place, what

    def keep(self, outcome: Outcome) -> None:
        if self._block is not None:
            self._block.keep(self._place, {"what": self._what, **outcome.to_json()})

    def __reduce__(self) -> tuple[Any, ...]:
        return _Keeper, ()


def _attempt(
    function: Callable[..., Came], loan: Loan, keeper: _Keeper, arguments: tuple[Any, ...]
) -> Came | _Unanswered:
    with granted(loan.allowance):
        try:
            came = function(*arguments)
            keeper.keep(came)
        except Abandoned as error:
            return _Unanswered(error)
        except ModelUnavailable as error:
            loan.allowance.stop.set()  # at once: the main thread may have many outcomes before this one
            return _Unanswered(error)
        except Exception:
            loan.allowance.stop.set()
            raise
    return came
