from __future__ import annotations

import contextlib
import os
import signal
import time

import pytest
from serving import ANSWERS, N_JOBS, PATIENT, PROMPTS, SERVED, run_at

from evoprompt.benchmarks.stub_server import Reply
from evoprompt.plan.budget import Budget

FAULT = Reply(status=500, every=5)
PRICES = {"input_cost_per_token": 1e-5, "output_cost_per_token": 1e-4}
LONG = Reply("It is even, as far as I can tell. " * 8, model="stub", tokens_in=None, tokens_out=None)
RECIPES = ["default", "evoprompt-ga", "grips", "promptbreeder"]


@pytest.fixture
def server(shared_server):
    shared_server.script(*SERVED)
    return shared_server


@pytest.mark.usefixtures("small_budgets")
@pytest.mark.parametrize("faults", [(), (FAULT,)], ids=["calm", "faults"])
@pytest.mark.parametrize(
    ("recipe", "n_jobs"),
    [
        pytest.param(
            recipe, n_jobs, marks=() if (n_jobs, recipe) in ((8, "default"), (64, "evoprompt-ga")) else pytest.mark.slow
        )
        for recipe in RECIPES
        for n_jobs in N_JOBS
    ],
)
def test_no_recipe_sends_more_calls_than_the_budget_and_each_uses_most_of_it(server, recipe, n_jobs, faults):
    server.script(*faults, *SERVED)
    result = run_at(server, recipe=recipe, n_jobs=n_jobs, budget=Budget(calls=300), settings=PATIENT)
    assert server.calls == result.total.calls <= 300
    assert result.test is not None and len(result.test.seed.answers) == 10
    if recipe == "grips" and "no gain in 2 steps" in result.stopped:  # an end of its own, before the budget's
        return
    assert server.calls >= 300 - 60  # a birth with its retries and the answers to its child no longer fit
    assert "the budget of 300 calls is spent" in result.stopped


@pytest.mark.parametrize("n_jobs", N_JOBS)
@pytest.mark.parametrize("replies", [SERVED, (LONG, PROMPTS), (FAULT, *SERVED)], ids=["short", "long", "faults"])
def test_tokens_are_kept_by_the_servers_own_count(server, n_jobs, replies):
    server.script(*replies)
    limit = 12_000 if LONG in replies else 4_000
    result = run_at(server, n_jobs=n_jobs, budget=Budget(tokens=limit), settings=PATIENT)
    assert sum(server.tokens) == result.total.tokens
    assert 0.8 * limit < result.total.tokens < 1.05 * limit
    assert result.test is not None
    assert f"the budget of {limit} tokens is spent" in result.stopped


@pytest.mark.parametrize("n_jobs", [1, 64])
def test_dollars_are_kept_by_the_servers_own_count(server, n_jobs):
    result = run_at(server, n_jobs=n_jobs, budget=Budget(dollars=0.08), settings={"extra": PRICES})
    read, written = server.tokens
    assert result.total.dollars == pytest.approx(read * 1e-5 + written * 1e-4)
    assert 0.8 * 0.08 < result.total.dollars < 1.05 * 0.08
    assert result.test is not None
    assert "the budget of $0.08 is spent" in result.stopped


@pytest.mark.parametrize("n_jobs", [1, 8])
def test_seconds_end_the_run_in_time_with_its_test(server, n_jobs):
    server.script(*SERVED)
    begin = time.monotonic()
    result = run_at(server, n_jobs=n_jobs, budget=Budget(seconds=1.5))
    assert time.monotonic() - begin < 4
    assert result.test is not None
    assert "the budget of 1.5 seconds is spent" in result.stopped


def test_seconds_hold_where_connections_hang(server):
    server.script(Reply(delay=20.0, every=30), *SERVED)
    begin = time.monotonic()
    with contextlib.suppress(RuntimeError):  # too slow a machine evaluates no seed in time
        run_at(server, n_jobs=8, budget=Budget(seconds=1.5), settings={"timeout": 0.5})
    assert time.monotonic() - begin < 6


@pytest.mark.slow
@pytest.mark.usefixtures("small_budgets")
@pytest.mark.parametrize("n_jobs", N_JOBS)
def test_runs_killed_again_and_again_exceed_the_budget_by_the_calls_in_flight_alone(server, tmp_path, n_jobs):
    server.script(Reply(status=500, every=7), *SERVED)
    kills = 0
    for pause in (0.3, 0.5, 0.7, 60.0):
        before = server.calls
        pid = os.fork()
        if pid == 0:
            with contextlib.suppress(BaseException):
                run_at(server, n_jobs=n_jobs, run_dir=tmp_path, budget=Budget(calls=200), settings=PATIENT)
                os._exit(0)
            os._exit(1)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and (server.calls - before < 60 * pause or pause > 1):
            if os.waitpid(pid, os.WNOHANG)[0]:
                break
            time.sleep(0.01)
        else:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            kills += 1
    assert kills == 3
    assert server.calls <= 200 + 2 * kills * n_jobs  # a call in flight may be a second attempt
    assert server.calls >= 140


@pytest.mark.usefixtures("small_budgets")
def test_an_answer_kept_by_the_operator_model_counts_with_the_task_models(server):
    server.script(ANSWERS, PROMPTS)
    result = run_at(server, budget=Budget(calls=100))
    by_model = [request["body"]["model"] for request in server.requests]
    assert result.usage["operator"].calls == by_model.count("writer")
    assert result.usage["task"].calls + result.usage["test"].calls == by_model.count("stub")
