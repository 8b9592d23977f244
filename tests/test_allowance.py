from __future__ import annotations

import pickle
import threading

from evoprompt.allowance import Allowance, allowance, granted


def test_no_more_calls_are_granted_than_there_are_whatever_the_threads():
    given = Allowance(100)
    taken = []

    def take_all():
        while given.take():
            taken.append(1)

    threads = [threading.Thread(target=take_all) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 100


def test_without_a_limit_all_calls_are_granted_until_the_run_is_stopped():
    given = Allowance()
    assert all(given.take() for _ in range(1000))
    given.stop.set()
    assert not given.take()


def test_a_wait_ends_when_the_run_is_stopped():
    given = Allowance()
    given.stop.set()
    given.wait(3600)


def test_nothing_is_limited_where_nobody_granted_anything():
    assert allowance().calls is None
    assert allowance().take()


def test_what_is_granted_holds_inside_and_in_this_thread_alone():
    elsewhere = []
    with granted(Allowance(1)):
        assert allowance().take()
        assert not allowance().take()
        thread = threading.Thread(target=lambda: elsewhere.append(allowance().calls))
        thread.start()
        thread.join()
    assert allowance().calls is None
    assert elsewhere == [None]


def test_another_process_gets_the_share_of_one_job():
    there = pickle.loads(pickle.dumps(Allowance(100, share=3)))
    assert [there.take() for _ in range(4)] == [True, True, True, False]
    assert pickle.loads(pickle.dumps(Allowance())).calls is None
