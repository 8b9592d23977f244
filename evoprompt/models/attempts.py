"""The attempts at one answer: tried again where that can help, within the allowance and the rate limit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from evoprompt.models.allowance import allowance
from evoprompt.models.failure import Failure
from evoprompt.models.model import Abandoned, Completion, ModelUnavailable
from evoprompt.models.rate import RateLimit, Turn

# Seconds between two attempts: these double from the first to the longest.
FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0
# Seconds that a provider may ask to wait; if it asks for more, there is no use in asking it earlier.
LONGEST_RETRY_AFTER = 120.0
# Seconds between the attempts at one answer, all together. The turns of a rate limit are not among them.
LONGEST_WAITING = 600.0


@dataclass
class Attempts:
    """The attempts at one answer.

    Attributes:
        who: How messages begin, such as `model 'openai/x'`.
        retries: Attempts after the first one.
        sleep: What waits between two attempts; None for the allowance in force, which a stopped run wakes.
        limit: The rate limit; None for none.
        tokens: An estimate of the tokens of one attempt, for the rate limit.
        made: Attempts so far.
        calls: Those of them that were sent.
        waited: Seconds waited between them.
        otherwise: Those of them after which another question was asked; they are no retries.
    """

    who: str
    retries: int
    sleep: Callable[[float], None] | None = None
    limit: RateLimit | None = None
    tokens: int = 0
    made: int = 0
    calls: int = 0
    waited: float = 0.0
    otherwise: int = 0

    def answer(self, attempt: Callable[[Turn], Completion | Failure]) -> Completion:
        """The answer of the first attempt that has one.

        Raises:
            Refused, ModelUnavailable: As the last failure says.
            Abandoned: The allowance grants no further attempt, or the run was stopped.
        """
        failure: Failure | None = None
        while True:
            turn = self._turn(failure)
            was_sent = True
            try:
                outcome = attempt(turn)
                was_sent = not isinstance(outcome, Failure) or outcome.was_sent
            finally:
                turn.end(was_sent=was_sent)
            self.made += 1
            self.calls += was_sent
            if isinstance(outcome, Completion):
                return replace(outcome, calls=self.calls)
            failure = outcome
            self._wait(failure)

    def _turn(self, failure: Failure | None) -> Turn:
        turn: Turn | None = Turn() if self.limit is None else self.limit.enter(self.tokens, allowance())
        if turn is None:
            said = "" if failure is None else f"{failure.sentence(self.made)}; "
            raise Abandoned(
                f"{said or f'{self.who}: '}the run was stopped before the rate limit let the call pass",
                calls=self.calls,
            )
        if failure is not None and not allowance().take():
            turn.end(was_sent=False)
            raise self._abandoned(failure)
        return turn

    def _wait(self, failure: Failure) -> None:
        """Let the time before the next attempt pass, or raise where there is to be none."""
        said = failure.sentence(self.made)
        if failure.is_final:
            raise failure.kind(said, calls=self.calls)
        if failure.retry_after > LONGEST_RETRY_AFTER:
            raise ModelUnavailable(
                f"{said}; the provider asks to wait {failure.retry_after:.0f} seconds, "
                f"and one wait is {LONGEST_RETRY_AFTER:.0f} seconds at most",
                calls=self.calls,
            )
        if failure.asks_otherwise:
            self.otherwise += 1
            return
        if self.made - self.otherwise > self.retries:
            raise failure.kind(said, calls=self.calls)
        seconds = max(min(FIRST_WAIT * 2 ** min(self.made - 1, 16), LONGEST_WAIT), failure.retry_after)
        if self.waited + seconds > LONGEST_WAITING:
            raise failure.kind(
                f"{said}; the waits for one answer are {LONGEST_WAITING:.0f} seconds at most", calls=self.calls
            )
        given = allowance()
        if given.calls == 0:
            # A wait would be for nothing.
            raise self._abandoned(failure)
        (self.sleep or given.wait)(seconds)
        self.waited += seconds

    def _abandoned(self, failure: Failure) -> Abandoned:
        why = (
            "the run was stopped" if allowance().stop.is_set() else "the budget has no call left for a further attempt"
        )
        return Abandoned(f"{failure.sentence(self.made)}; {why}", calls=self.calls)
