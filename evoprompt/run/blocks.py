"""The calls of a run, block by block: read back where the store knows them, else made now and kept as they arrive."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from evoprompt.models.allowance import Allowance, Loan, granted
from evoprompt.models.model import Abandoned, ModelUnavailable, Refused
from evoprompt.models.parallel import jobs_at_once, run_all
from evoprompt.models.transcript import usage_of
from evoprompt.storage.cache import paid_by
from evoprompt.storage.store import Block, Store, StoreError


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
        subject: What its arguments are made from, where it must be made.
        calls: That were planned for it.
    """

    what: str
    subject: Any
    calls: int = 1


Arguments = Callable[[Block, int, Any], tuple[Any, ...]]  # from block, place and subject to a function's arguments
Waves = Callable[[Sequence[int]], Iterable[Sequence[int]]]  # from places to those that are begun together, in turn


@dataclass(frozen=True)
class _Unanswered:
    """A job that came to nothing: nobody answers, or nobody may ask any more."""

    error: Abandoned | ModelUnavailable


REFUSED, UNANSWERED = "refused", "unanswered"  # why a block was left whose open outcomes are asked for again
IN_VAIN = 6  # outcomes in a row that no budget was left to try for again: nobody answers, as after so many attempts


class Blocks:
    """Runs blocks of jobs, each in one joblib call, unless it is asked for in waves.

    Args:
        store: Where outcomes are kept.
        n_jobs: Calls at once, as in joblib.
        usual_jobs: Calls at once where neither `n_jobs` nor joblib's surroundings say.

    Attributes:
        unanswered: What the last call said that came to nothing; empty where others came to something since.
        is_ended: Set where nothing but the sealed test is to be asked any more.
    """

    def __init__(self, store: Store, n_jobs: int | None, usual_jobs: int = 1) -> None:
        self.store = store
        self.n_jobs, self.usual_jobs = n_jobs, usual_jobs
        self.unanswered = ""
        self._halted = threading.Event()
        self._left = 0  # jobs of the block that have not arrived
        self.is_ended = False
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

    @property
    def in_flight(self) -> int:
        """How many calls are under way, at most."""
        return min(self._left, jobs_at_once(self.n_jobs, self.usual_jobs)) if self._left else 0

    def halt(self) -> None:
        """Start no further call; those in flight still arrive, and none is tried again."""
        self._halted.set()
        self._stop.set()

    def run(
        self,
        block: Block,
        jobs: Sequence[Job],
        function: Callable[..., Came],
        arguments: Arguments,
        read: Callable[[int, Mapping[str, Any]], Came],
        outcomes: list[Came | None],
        *,
        calls: int | None = None,
        until: float | None = None,
        arrived: Callable[[Came], None] = lambda outcome: None,
        ended: Callable[[], None] = lambda: None,
        waves: Waves = lambda places: (places,),
    ) -> None:
        """Fill in the outcomes of a block's jobs, from the store where it knows them.

        A block that was closed stays as it was: what is missing in it stays missing.

        Args:
            block: Where they are kept.
            jobs: In order.
            function: Makes an outcome from a job's arguments; runs in workers.
            arguments: Gives these, for a job that the store does not know.
            read: From a place and what the store has there to the outcome.
            outcomes: One a job, to be filled; None stays where nothing came.
            calls: How many calls may be sent beyond those the jobs were planned with; None for no limit.
            until: The `seconds` after which no further job is begun; None for no limit.
            arrived: Told each outcome that was made now, as it arrives; what it raises ends the block. `Refused` has the
                open ones asked for again when the run goes on.
            ended: Told that nothing more will arrive; may raise as well.
            waves: From the places to be filled now to those that are begun together; each wave, arguments included, is
                begun when all of the one before it have come.

        Raises:
            ModelUnavailable: No prompt can be answered, as far as the calls that are left can tell. What arrived until
                then is kept and filled in, as it is with any other error.
            StoreError: The store is damaged, or can't be written.
        """
        again = []
        for place, value in block.outcomes.items():
            if place >= len(jobs) or value["what"] != jobs[place].what:
                raise StoreError(
                    f"{self.store.path}: the run once came to {value['what']!r} where it now comes to"
                    f" {jobs[place].what if place < len(jobs) else 'nothing'!r}: its code or its loop has changed;"
                    " name another folder"
                )
            outcome = read(place, value)
            if outcome.is_open and _is_asked_again(block, outcome):
                again.append((place, outcome.calls))
            else:
                outcomes[place] = outcome
        if again:
            _forget(block, again)
        if block.closed is None:
            intake = _Intake(block, jobs, outcomes, arrived)
            self._go_on(intake, function, arguments, calls, until, ended, waves)

    def _go_on(
        self,
        intake: _Intake[Came],
        function: Callable[..., Came],
        arguments: Arguments,
        calls: int | None,
        until: float | None,
        ended: Callable[[], None],
        waves: Waves,
    ) -> None:
        block, jobs = intake.block, intake.jobs
        places, spare = _within(block, jobs, intake.outcomes, calls)
        self._stop = intake.stop
        if self.halted or (self.is_ended and block.kind != "test"):
            self._stop.set()
        allowance = Allowance(spare, self._stop)
        try:
            with self._alarm(until):
                for wave in waves(places):
                    self._carry_out(wave, intake, function, arguments, allowance)
            self.unanswered = intake.unanswered
            if intake.failure is not None:
                raise intake.failure
            ended()
        except StoreError:
            raise  # nothing more can be written
        except BaseException as error:
            self._stop.set()
            again = REFUSED if isinstance(error, Refused) else UNANSWERED if isinstance(error, ModelUnavailable) else ""
            block.break_off(lost=intake.lost, again=again, seconds=self.seconds)
            raise
        if self.halted and None in intake.outcomes:
            block.break_off(lost=intake.lost, seconds=self.seconds)
        else:
            block.close(jobs=len(jobs), lost=intake.lost, seconds=self.seconds)

    def _carry_out(
        self,
        places: Sequence[int],
        intake: _Intake[Came],
        function: Callable[..., Came],
        arguments: Arguments,
        allowance: Allowance,
    ) -> None:
        """Jobs that are begun together, in one joblib call."""
        self._left = 0 if self._stop.is_set() else len(places)
        loans = [Loan(allowance, jobs_at_once(self.n_jobs, self.usual_jobs)) for _ in places]
        sent = [
            (function, loan, *self._sent(intake.block, place, intake.jobs[place], arguments))
            for place, loan in zip(places, loans, strict=True)
        ]
        for index, came in run_all(_attempt, sent, n_jobs=self.n_jobs, stop=self._stop, usual=self.usual_jobs):
            loans[index].settle(_calls_of(came) - intake.jobs[places[index]].calls)
            self._left -= 1
            intake.take(places[index], came)

    def _sent(self, block: Block, place: int, job: Job, arguments: Arguments) -> tuple[Any, ...]:
        """What a worker gets beside function and allowance."""
        payer = f"{self.store.id}/{block.number}/{place}"
        return _Keeper(block, place, job.what), payer, arguments(block, place, job.subject)

    @contextmanager
    def _alarm(self, until: float | None) -> Iterator[None]:
        """Stop the block when the time has come."""
        if until is None:
            yield
            return
        alarm = threading.Timer(max(0.0, until - self.seconds), self._stop.set)
        alarm.daemon = True
        alarm.start()
        try:
            yield
        finally:
            alarm.cancel()


@dataclass
class _Intake(Generic[Came]):
    """Takes what arrives of a block, and says when it has to end.

    Attributes:
        failure: Why it has to; raised when all calls in flight have arrived, for they are paid for.
        lost: Calls that came to nothing.
        unanswered: What the last call said that came to nothing; empty where others came to something since.
    """

    block: Block
    jobs: Sequence[Job]
    outcomes: list[Came | None]
    arrived: Callable[[Came], None]
    stop: threading.Event = field(default_factory=threading.Event)
    failure: Exception | None = None
    lost: int = 0
    unanswered: str = ""
    _in_vain: int = 0

    def take(self, place: int, came: Came | _Unanswered) -> None:
        """Take what came of the job at a place."""
        self._count(came)
        if isinstance(came, _Unanswered):
            self.lost += came.error.calls
            if isinstance(came.error, ModelUnavailable):
                self._end(came.error)
        else:
            if place not in self.block.outcomes:  # it came from another process
                _Keeper(self.block, place, self.jobs[place].what).keep(came)
            self.outcomes[place] = came
            try:
                self.arrived(came)
            except Exception as error:
                self._end(error)
        if self._in_vain >= IN_VAIN and not self.stop.is_set():
            self._end(ModelUnavailable(self.unanswered))

    def _count(self, came: Came | _Unanswered) -> None:
        if isinstance(came, _Unanswered) or came.is_unanswered:
            self.unanswered = str(came.error) if isinstance(came, _Unanswered) else came.reason
            self._in_vain += 1
        elif came.calls:
            self.unanswered, self._in_vain = "", 0

    def _end(self, failure: Exception) -> None:
        self.failure = self.failure or failure
        self.stop.set()


def _is_asked_again(block: Block, outcome: Outcome) -> bool:
    """Whether an open outcome is, when the run goes on: one that was refused only where refusals stopped the run."""
    left = [said for said in block.broken_off if "void" not in said]
    why = left[-1].get("again") if left and not block.closed else ""
    return why == REFUSED or (why == UNANSWERED and outcome.is_unanswered)


def _calls_of(came: Outcome | _Unanswered) -> int:
    return came.error.calls if isinstance(came, _Unanswered) else came.calls


def _forget(block: Block, again: Sequence[tuple[int, int]]) -> None:
    """Have outcomes asked for again, but for a first call that was answered: what a model is to score, say."""
    lost, answered = 0, []
    for place, calls in again:
        first = block.calls(place)[:1]
        if first and "completion" in first[0]:
            answered.append(place)
        lost += calls - sum(usage_of(said).calls for said in first if place in answered)
    block.forget([place for place, _ in again], answered, lost=lost)


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
    spare -= block.lost.calls + sum(max(0, sent - planned) for sent, planned in known)
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
    function: Callable[..., Came], loan: Loan, keeper: _Keeper, payer: str, arguments: tuple[Any, ...]
) -> Came | _Unanswered:
    with granted(loan.allowance), paid_by(payer):
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
