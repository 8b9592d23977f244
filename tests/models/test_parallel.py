from __future__ import annotations

import operator as op
import threading

import joblib
import pytest

from evoprompt.models.parallel import run_all


def all_of(function, arguments, *, n_jobs=None, stop=None):
    return list(run_all(function, arguments, n_jobs=n_jobs, stop=stop or threading.Event()))


@pytest.mark.parametrize("n_jobs", [None, 1, 2, 8, 64, -1])
def test_every_result_comes_once_with_its_place(n_jobs):
    arguments = [(i, 10) for i in range(50)]
    assert sorted(all_of(op.add, arguments, n_jobs=n_jobs)) == [(i, i + 10) for i in range(50)]


@pytest.mark.parametrize("n_jobs", [1, 8])
def test_nothing_to_do_is_done_at_once(n_jobs):
    assert all_of(op.add, [], n_jobs=n_jobs) == []


def test_as_many_calls_are_in_flight_as_were_asked_for():
    together = threading.Barrier(8, timeout=30)  # passes only when eight calls wait at once
    assert len(all_of(lambda: together.wait(), [()] * 8, n_jobs=8)) == 8


def test_the_ambient_number_of_jobs_is_taken_where_none_is_given():
    together = threading.Barrier(4, timeout=30)
    with joblib.parallel_config(n_jobs=4):
        assert len(all_of(lambda: together.wait(), [()] * 4)) == 4


def test_threads_are_the_default_and_share_memory():
    seen = []
    all_of(seen.append, [(i,) for i in range(10)], n_jobs=4)
    assert sorted(seen) == list(range(10))


def test_an_ambient_backend_wins_over_threads():
    import os

    with joblib.parallel_config(backend="loky", n_jobs=2):
        assert os.getpid() not in {pid for _, pid in all_of(os.getpid, [()] * 4)}


@pytest.mark.parametrize("n_jobs", [1, 4])
def test_once_stopped_no_further_call_is_started_and_those_in_flight_arrive(n_jobs):
    stop = threading.Event()
    started = []

    def call(i):
        started.append(i)
        if i == 20:
            stop.set()
        return i

    arrived = all_of(call, [(i,) for i in range(1000)], n_jobs=n_jobs, stop=stop)
    assert {index for index, _ in arrived} == set(started)
    assert len(started) < 100


@pytest.mark.parametrize("n_jobs", [1, 4])
def test_an_error_comes_through_as_it_was(n_jobs):
    class OwnError(Exception):
        pass

    def call(i):
        if i == 5:
            raise OwnError("no")

    with pytest.raises(OwnError, match="no"):
        all_of(call, [(i,) for i in range(100)], n_jobs=n_jobs)
