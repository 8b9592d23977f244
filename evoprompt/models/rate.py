"""How often a model is asked: a sliding window over the requests of this process, first come, first served."""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import takewhile

from evoprompt.models.allowance import Allowance

# A minute, and one second more: a request may be that much longer on its way than one that follows it.
WINDOW = 61.0
# Where nobody sees the moment of sending, it is at most this long after the turn came, and before the answer.
_ON_THE_WAY = 5.0
# An answer in flight may turn out to be shorter than it was estimated, which nobody is woken for.
_LOOK_AGAIN = 1.0
_SHORTEST_WAIT = 0.001


@dataclass(eq=False)
class Turn:
    """A request's place in the queue, and then in the window, of a limit; or anywhere, where there is none.

    Attributes:
        tokens: Tokens, read and written: estimated, until the answer reports them.
        limit: The limit that it counts for.
        came: When it was let through; None while it waits.
        sent: When it was sent; None while nobody knows.
        in_window: Whether it counts at present.
    """

    tokens: int = 0
    limit: RateLimit | None = None
    came: float | None = None
    sent: float | None = None
    in_window: bool = False

    def sending(self) -> None:
        """The request is being sent now."""
        if self.limit is not None:
            self.limit.sending(self)

    def used(self, tokens: int) -> None:
        """The answer took so many tokens."""
        if self.limit is not None:
            self.limit.correct(self, tokens)

    def end(self, *, was_sent: bool = True) -> None:
        """The attempt is over; if nothing was sent, it does not count."""
        if self.limit is not None:
            self.limit.end(self, was_sent=was_sent)


class RateLimit:
    """At most so many requests and tokens within a minute, however many threads ask.

    A request whose estimate alone is over the limit goes when nothing else is in the window.

    Args:
        requests: Requests within any 60 seconds, as the provider sees them; None for no limit.
        tokens: Tokens within any 60 seconds; None for no limit.
        clock: Seconds, from any start.
    """

    def __init__(
        self, requests: int | None = None, tokens: int | None = None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.requests, self.tokens, self.clock = requests, tokens, clock
        self._lock = threading.Lock()
        self._queue: deque[Turn] = deque()
        # In the order in which they came.
        self._window: deque[Turn] = deque()
        self._used = 0
        self._in_flight = 0

    def enter(self, tokens: int, allowance: Allowance) -> Turn | None:
        """Wait for a turn of estimated tokens; None where the run was stopped before it came."""
        turn = Turn(tokens, self)
        with self._lock:
            self._queue.append(turn)
        try:
            while (seconds := self._seconds_until(turn)) > 0:
                allowance.wait(seconds)
                if allowance.stop.is_set():
                    self.end(turn, was_sent=False)
                    return None
        except BaseException:
            # An interrupt: those behind must not wait for it.
            self.end(turn, was_sent=False)
            raise
        return turn

    def sending(self, turn: Turn) -> None:
        """A turn's request is being sent now."""
        with self._lock:
            turn.sent = self.clock()
            if turn.came is not None and not turn.in_window:
                # The process slept meanwhile: it counts from now on.
                turn.in_window = True
                self._window.append(turn)
                self._used += turn.tokens

    def correct(self, turn: Turn, tokens: int) -> None:
        """A turn's request took so many tokens."""
        with self._lock:
            if turn.in_window:
                self._used += tokens - turn.tokens
            turn.tokens = tokens

    def end(self, turn: Turn, *, was_sent: bool) -> None:
        """A turn is over; if nothing was sent, it leaves without a trace."""
        with self._lock:
            if turn.came is None:
                self._queue.remove(turn)
                return
            self._in_flight -= 1
            if was_sent:
                turn.sent = min(self.clock(), turn.came + _ON_THE_WAY) if turn.sent is None else turn.sent
            elif turn.in_window:
                self._window.remove(turn)
                turn.in_window = False
                self._used -= turn.tokens

    def _seconds_until(self, turn: Turn) -> float:
        """Seconds before it is worth looking again; 0 where the turn has come."""
        with self._lock:
            now = self.clock()
            self._advance(now)
            return 0.0 if turn.came is not None else max(self._next_look(turn, now) - now, _SHORTEST_WAIT)

    def _advance(self, now: float) -> None:
        """Let go whose minute is over, and let in whom there is room for, also those who are still asleep."""
        while self._window and self._leaves(self._window[0]) <= now:
            turn = self._window.popleft()
            turn.in_window = False
            self._used -= turn.tokens
        while self._queue and self._has_room(self._queue[0]):
            turn = self._queue.popleft()
            turn.came, turn.in_window = now, True
            self._window.append(turn)
            self._used += turn.tokens
            self._in_flight += 1

    def _has_room(self, turn: Turn) -> bool:
        if self.requests is not None and len(self._window) >= self.requests:
            return False
        return self.tokens is None or not self._window or self._used + turn.tokens <= self.tokens

    def _leaves(self, turn: Turn) -> float:
        assert turn.came is not None
        return (turn.came + _ON_THE_WAY if turn.sent is None else turn.sent) + WINDOW

    def _leaves_first(self, turn: Turn, now: float) -> float:
        """The earliest moment at which it may leave: where it is not sent yet, it may be sent at once."""
        assert turn.came is not None
        soonest = turn.came + WINDOW
        return soonest if turn.sent is None and soonest > now else self._leaves(turn)

    def _next_look(self, turn: Turn, now: float) -> float:
        """The first moment at which there may be room for this turn and those before it."""
        ahead = list(takewhile(lambda other: other is not turn, self._queue))
        tokens = turn.tokens + sum(other.tokens for other in ahead)
        look = self._room_for(len(ahead) + 1, tokens, now)
        if self.tokens is not None and self._used + tokens > self.tokens and (ahead or self._in_flight):
            head = now if self._in_flight else self._room_for(1, self._queue[0].tokens, now)
            look = min(look, head + _LOOK_AGAIN)
        # No later, so that one who is let in asleep is awake before his place in the window is given away.
        return min(look, now + WINDOW)

    def _room_for(self, n_turns: int, tokens: int, now: float) -> float:
        requests_over = 0 if self.requests is None else len(self._window) + n_turns - self.requests
        tokens_over = 0 if self.tokens is None else self._used + tokens - self.tokens
        room = now
        for other in self._window:
            if requests_over <= 0 and tokens_over <= 0:
                break
            # They leave in the order in which they came, so none before one that came earlier.
            room = max(room, self._leaves_first(other, now))
            requests_over, tokens_over = requests_over - 1, tokens_over - other.tokens
        return room


_limits: dict[tuple[str, str | None, int | None, int | None, int], RateLimit] = {}


def rate_limit(model: str, place: str | None, requests: int | None, tokens: int | None) -> RateLimit | None:
    """The one limit in this process for a model at a place; None where nothing is limited."""
    if requests is None and tokens is None:
        return None
    # A forked process has locks of its own. setdefault, for two threads may ask at once.
    return _limits.setdefault((model, place, requests, tokens, os.getpid()), RateLimit(requests, tokens))
