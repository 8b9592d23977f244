from __future__ import annotations

import heapq
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from evoprompt.models.allowance import Allowance
from evoprompt.models.rate import WINDOW, RateLimit, rate_limit


class Clock:
    """A clock that jumps to the next moment at which one of the threads wants to go on, once all of them wait."""

    def __init__(self, threads=1):
        self.now, self.running, self.wakes, self.waits = 0.0, threads, [], 0
        self.changed = threading.Condition()

    def __call__(self):
        return self.now

    def wait(self, seconds):
        with self.changed:
            self.waits += 1
            wake = self.now + seconds
            heapq.heappush(self.wakes, wake)
            self._pause()
            while self.now < wake:
                assert self.changed.wait(30), "a thread of the test is stuck"

    def leave(self):
        with self.changed:
            self._pause()

    def _pause(self):
        self.running -= 1
        if self.running == 0 and self.wakes:
            self.now = self.wakes[0]
            while self.wakes and self.wakes[0] <= self.now:
                heapq.heappop(self.wakes)
                self.running += 1
            self.changed.notify_all()

    def allowance(self):
        given = Allowance()
        given.wait = self.wait
        return given


def in_threads(clock, jobs):
    """Run one job a thread, in the clock's time, and give their results."""

    def run(job):
        try:
            return job()
        finally:
            clock.leave()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return [future.result(60) for future in [pool.submit(run, job) for job in jobs]]


def enter(limit, clock, tokens=1):
    turn = limit.enter(tokens, clock.allowance())
    turn.sending()
    turn.end()
    return turn


def most_in_a_minute(times):
    times = sorted(times)
    return max(sum(start <= each < start + 60 for each in times) for start in times)


@pytest.mark.parametrize("requests", [1, 7, 64, 100])
def test_64_threads_never_send_more_in_any_minute_and_lose_no_time(requests):
    clock = Clock(64)
    limit = RateLimit(requests, clock=clock)
    n_each = 1 if requests == 1 else 5
    times = in_threads(clock, [lambda: [enter(limit, clock).sent for _ in range(n_each)]] * 64)
    arrived = sorted(each for several in times for each in several)
    assert len(arrived) == 64 * n_each
    assert most_in_a_minute(arrived) <= requests
    assert clock.now <= (len(arrived) - 1) // requests * WINDOW + 0.1


@pytest.mark.parametrize("seed", range(5))
def test_the_provider_sees_no_more_whatever_comes_between_the_turn_and_the_sending(seed):
    clock = Clock(64)
    limit = RateLimit(10, clock=clock)
    arrived = []

    def job(number):
        rng = random.Random(f"{seed}/{number}")
        for _ in range(3):
            turn = limit.enter(1, clock.allowance())
            clock.wait(rng.uniform(0, 4))  # litellm's own work
            turn.sending()
            clock.wait(rng.uniform(0, 1))  # the network
            arrived.append(clock.now)
            clock.wait(rng.uniform(0, 30))
            turn.end()

    in_threads(clock, [lambda number=number: job(number) for number in range(64)])
    assert len(arrived) == 192
    assert most_in_a_minute(arrived) <= 10


@pytest.mark.parametrize("seed", range(5))
def test_the_provider_sees_no_more_where_nobody_sees_the_sending(seed):
    clock = Clock(64)
    limit = RateLimit(10, clock=clock)
    arrived = []

    def job(number):
        rng = random.Random(f"{seed}/{number}")
        for _ in range(3):
            turn = limit.enter(1, clock.allowance())
            clock.wait(rng.uniform(0, 5))
            arrived.append(clock.now)
            clock.wait(rng.choice([0, 1, 90]))
            turn.end()

    in_threads(clock, [lambda number=number: job(number) for number in range(64)])
    assert most_in_a_minute(arrived) <= 10


def test_first_come_is_first_served():
    clock = Clock(30)
    limit = RateLimit(3, 50, clock=clock)

    def job(number):
        clock.wait(number * 0.001 + 0.001)
        return limit.enter(random.Random(number).randint(1, 40), clock.allowance()).came

    came = in_threads(clock, [lambda number=number: job(number) for number in range(30)])
    assert came == sorted(came)


def test_nobody_waits_busily():
    clock = Clock(64)
    limit = RateLimit(4, clock=clock)
    in_threads(clock, [lambda: enter(limit, clock)] * 64)
    # Sixteen windows: a thread is woken once in each at most.
    assert clock.waits <= 64 * 16 / 2 + 64


def test_estimated_tokens_count_until_the_answer_tells_the_real_ones():
    clock = Clock(2)
    limit = RateLimit(tokens=100, clock=clock)
    first = limit.enter(90, clock.allowance())
    first.sending()

    def second():
        turn = limit.enter(80, clock.allowance())
        turn.sending()
        return turn.came

    def answer():
        clock.wait(5.0)
        first.used(20)
        first.end()

    came, _ = in_threads(clock, [second, answer])
    assert 5 <= came <= 6.1  # and not 61: the answer took less than it might have


def test_high_estimates_do_not_hold_up_a_queue_of_short_answers():
    clock = Clock(64)
    limit = RateLimit(tokens=1000, clock=clock)

    def job():
        turn = limit.enter(250, clock.allowance())
        turn.sending()
        clock.wait(1.0)
        turn.used(8)
        turn.end()

    in_threads(clock, [job] * 64)
    assert clock.now < 60  # four at once by their estimates, and all of them within a minute


def test_a_process_that_slept_between_turn_and_sending_still_counts():
    clock = Clock()
    limit = RateLimit(1, clock=clock)
    turn = limit.enter(1, clock.allowance())
    clock.wait(100.0)
    limit.enter(1, clock.allowance()).end(was_sent=False)
    turn.sending()
    turn.end()
    assert enter(limit, clock).came == 161.0


def test_an_answer_that_took_more_than_estimated_delays_the_next_one():
    clock = Clock()
    limit = RateLimit(tokens=100, clock=clock)
    turn = limit.enter(10, clock.allowance())
    turn.sending()
    turn.used(95)
    turn.end()
    assert enter(limit, clock, 10).came == WINDOW


def test_a_request_over_the_limit_goes_alone():
    clock = Clock()
    limit = RateLimit(tokens=100, clock=clock)
    assert enter(limit, clock, 5).came == 0
    assert enter(limit, clock, 1000).came == WINDOW
    assert enter(limit, clock, 5).came == 2 * WINDOW


def test_64_threads_never_send_more_tokens_in_any_minute():
    clock = Clock(64)
    limit = RateLimit(tokens=500, clock=clock)
    sent = []

    def job(number):
        rng = random.Random(number)
        for _ in range(3):
            tokens = rng.randint(1, 100)
            turn = limit.enter(tokens, clock.allowance())
            turn.sending()
            real = rng.randint(1, tokens)
            sent.append((clock.now, real))
            clock.wait(rng.uniform(0, 10))
            turn.used(real)
            turn.end()

    in_threads(clock, [lambda number=number: job(number) for number in range(64)])
    assert len(sent) == 192
    for start, _ in sent:
        assert sum(tokens for time, tokens in sent if start <= time < start + 60) <= 500


def test_what_was_never_sent_leaves_no_trace():
    clock = Clock()
    limit = RateLimit(1, 10, clock=clock)
    for _ in range(3):
        limit.enter(10, clock.allowance()).end(was_sent=False)
    assert enter(limit, clock, 10).came == 0


def test_a_stopped_run_leaves_the_queue_and_those_behind_it_move_up():
    limit = RateLimit(1)
    assert limit.enter(1, Allowance()) is not None
    stopped, other = Allowance(), Allowance()
    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(limit.enter, 1, stopped) for _ in range(7)]
        while len(limit._queue) < 7:
            threading.Event().wait(0.001)
        behind = pool.submit(limit.enter, 1, other)
        while len(limit._queue) < 8:
            threading.Event().wait(0.001)
        begin = time.monotonic()
        stopped.stop.set()
        assert [each.result(5) for each in waiting] == [None] * 7
        assert time.monotonic() - begin < 2
        assert not behind.done()
        assert len(limit._queue) == 1
        other.stop.set()
        assert behind.result(5) is None


def test_an_interrupted_wait_leaves_the_queue():
    clock = Clock()
    limit = RateLimit(1, clock=clock)
    enter(limit, clock)
    interrupted = Allowance()
    interrupted.wait = lambda _: (_ for _ in ()).throw(KeyboardInterrupt)
    with pytest.raises(KeyboardInterrupt):
        limit.enter(1, interrupted)
    assert enter(limit, clock).came == WINDOW


def test_one_process_has_one_limit_for_a_model_at_a_place():
    with ThreadPoolExecutor(16) as pool:
        limits = set(pool.map(lambda _: rate_limit("openai/shared", None, 3, None), range(64)))
    assert len(limits) == 1
    others = [("openai/other", None, 3, None), ("openai/shared", "http://x", 3, None), ("openai/shared", None, 3, 5)]
    assert len({*limits, *(rate_limit(*other) for other in others)}) == 4
    assert rate_limit("openai/shared", None, None, None) is None
