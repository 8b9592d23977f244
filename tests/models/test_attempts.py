from __future__ import annotations

import threading
import time

import pytest

from evoprompt.models.allowance import Allowance, granted
from evoprompt.models.attempts import Attempts
from evoprompt.models.failure import Failure
from evoprompt.models.model import Abandoned, Completion, ModelUnavailable, Refused
from evoprompt.models.rate import RateLimit

BUSY = Failure(ModelUnavailable, "model 'm': no answer", "the last one said: busy (503)", is_final=False)
UNSENT = Failure(ModelUnavailable, "model 'm': no answer", is_final=False, was_sent=False)


def attempts(**settings):
    return Attempts("model 'm'", **{"retries": 5, **settings})


def failing(*outcomes):
    """An attempt that has these outcomes, one after the other, and the last one from then on."""
    left = list(outcomes)
    return lambda turn: left.pop(0) if len(left) > 1 else left[0]


def test_every_further_call_is_taken_from_the_allowance():
    given, waits = Allowance(calls=3), []
    with granted(given):
        answer = attempts(sleep=waits.append).answer(failing(BUSY, BUSY, Completion("at last")))
    assert (answer.text, answer.calls, given.calls) == ("at last", 3, 1)


def test_the_first_call_takes_nothing():
    given = Allowance(calls=0)
    with granted(given):
        assert attempts().answer(failing(Completion("ok"))).calls == 1
    assert given.calls == 0


def test_with_nothing_left_the_call_is_abandoned_without_a_wait():
    waits = []
    said = r"no answer, 2 times in a row; the last one said: busy \(503\); the budget has no call left"
    with granted(Allowance(calls=1)), pytest.raises(Abandoned, match=said) as caught:
        attempts(sleep=waits.append).answer(failing(BUSY))
    assert (caught.value.calls, waits) == (2, [0.5])


def test_64_threads_together_take_no_more_than_there_is():
    given, calls = Allowance(calls=100), []

    def run():
        with granted(given):
            try:
                attempts(sleep=lambda _: None).answer(failing(BUSY))
            except (Abandoned, ModelUnavailable) as error:
                calls.append(error.calls)

    threads = [threading.Thread(target=run) for _ in range(64)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert (sum(calls), given.calls) == (64 + 100, 0)


def test_a_stopped_run_does_not_sit_in_a_wait():
    given, begin = Allowance(), time.monotonic()
    threading.Timer(0.05, given.stop.set).start()
    slow = Failure(ModelUnavailable, "model 'm': no answer", is_final=False, retry_after=100.0)
    with granted(given), pytest.raises(Abandoned, match="the run was stopped") as caught:
        attempts().answer(failing(slow))
    assert caught.value.calls == 1
    assert time.monotonic() - begin < 5


def test_a_stopped_run_does_not_sit_in_the_queue_of_a_rate_limit():
    given, limit = Allowance(), RateLimit(1)
    limit.enter(1, given)
    threading.Timer(0.05, given.stop.set).start()
    with granted(given), pytest.raises(Abandoned, match="stopped before the rate limit let the call pass") as caught:
        attempts(limit=limit, tokens=1).answer(failing(BUSY))
    assert caught.value.calls == 0


def test_a_retry_waits_for_its_turn_too():
    given = Allowance()
    times, clock = [], [0.0]

    def wait(seconds):
        clock[0] += seconds

    given.wait = wait
    limit = RateLimit(1, clock=lambda: clock[0])

    def attempt(turn):
        turn.sending()
        times.append(clock[0])
        return BUSY if len(times) < 3 else Completion("ok")

    with granted(given):
        assert attempts(limit=limit, tokens=1).answer(attempt).calls == 3
    assert times == [0.0, 61.0, 122.0]


def test_a_call_that_is_not_granted_gives_its_turn_back():
    given, limit = Allowance(calls=1), RateLimit(2)

    def take_the_last(_):
        given.calls = 0

    with granted(given), pytest.raises(Abandoned):
        attempts(sleep=take_the_last, limit=limit, tokens=1).answer(failing(BUSY))
    assert len(limit._window) == 1


def test_what_was_not_sent_is_no_call_and_no_turn():
    limit = RateLimit(1)
    with pytest.raises(ModelUnavailable, match="3 times in a row") as caught:
        attempts(retries=2, sleep=lambda _: None, limit=limit, tokens=1).answer(failing(UNSENT))
    assert caught.value.calls == 0
    assert len(limit._window) == 0


def test_a_crash_gives_the_turn_free():
    limit = RateLimit(1)

    def crash(turn):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        attempts(limit=limit, tokens=1).answer(crash)
    assert limit._in_flight == 0


def test_a_final_failure_is_raised_with_its_calls():
    with pytest.raises(Refused, match="^too long$") as caught:
        attempts(sleep=lambda _: None).answer(failing(BUSY, BUSY, Failure(Refused, "too long")))
    assert caught.value.calls == 3
