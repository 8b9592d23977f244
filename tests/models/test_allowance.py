from __future__ import annotations

import pickle
import threading

from evoprompt.models.allowance import Allowance, Loan, allowance, granted


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


def there(loan):
    """The loan as another process gets it."""
    return pickle.loads(pickle.dumps(loan)).allowance


def taken(given):
    return sum(given.take() for _ in range(1000))


def test_other_processes_are_lent_no_more_than_there_is():
    given = Allowance(100)
    parts = [taken(there(Loan(given, jobs=4))) for _ in range(50)]
    assert sum(parts) == 100
    assert parts[0] == 13  # half of an equal share: the next ones borrow before the last ones are settled


def test_what_another_process_did_not_use_comes_back():
    given = Allowance(10)
    loan = Loan(given, jobs=1)
    there(loan)
    there(loan)  # sent twice, lent once
    assert given.calls == 5
    loan.settle(2)
    assert given.calls == 8
    loan.settle(0)
    assert given.calls == 8


def test_a_job_in_this_process_takes_from_the_common_calls():
    given = Allowance(10)
    loan = Loan(given, jobs=4)
    assert loan.allowance is given
    loan.settle(3)
    assert given.calls == 10


def test_without_a_limit_other_processes_have_none():
    loan = Loan(Allowance(), jobs=4)
    assert there(loan).calls is None
    loan.settle(5)
