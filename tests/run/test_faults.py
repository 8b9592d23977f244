from __future__ import annotations

import contextlib
import json
from dataclasses import replace

import joblib
import pytest
from serving import (
    ANSWERS,
    N_JOBS,
    OPERATOR_MODEL,
    PATIENT,
    PROMPTS,
    SERVED,
    TASK,
    TASK_MODEL,
    asked,
    command,
    kinds,
    run_at,
)
from toys import lines_of, toy_recipe

from evoprompt.benchmarks.stub_server import Reply
from evoprompt.models.model import ModelUnavailable, Refused
from evoprompt.plan.budget import Budget
from evoprompt.run.evolution import NothingEvaluated
from evoprompt.search.strategies import HillClimb
from evoprompt.storage.record import Record

pytestmark = pytest.mark.usefixtures("small_budgets")  # these look at what a run does, not at what it finds

FILTER = Reply(status=400, error="flagged by the content filter", error_code="content_filter")
TOO_LONG = Reply(status=400, error="maximum context length is 4096 tokens", error_code="context_length_exceeded")
UNANSWERED = {
    "429": Reply(status=429),
    "429 with Retry-After": Reply(status=429, headers={"Retry-After": "1"}),
    "500": Reply(status=500),
    "503": Reply(status=503),
    "dropped connection": Reply(cut_after=-1),
    "half a body": Reply("even", cut_after=60),
    "no JSON": Reply(body="<html>busy</html>", headers={"Content-Type": "text/html"}),
}
# Each fault with one number of jobs here, and with all of them where there is time.
FAULTS = [
    pytest.param(fault, n_jobs, marks=() if number % 3 == place else pytest.mark.slow)
    for number, fault in enumerate(UNANSWERED)
    for place, n_jobs in enumerate(N_JOBS)
]
FOR_GOOD = {
    "401": (Reply(status=401, error="no such key"), r"does not accept the API key \(401\); set OPENAI_API_KEY"),
    "unknown model": (
        Reply(status=404, error="no such model"),
        "does not know this model or address .404: no such model",
    ),
    "no credit": (Reply(status=429, error="pay first", error_code="insufficient_quota"), "no credit left"),
}


@pytest.fixture
def server(shared_server):
    shared_server.script(*SERVED)
    return shared_server


@pytest.fixture(scope="module")
def whole(shared_server):
    """The record of the run without faults."""
    shared_server.script(*SERVED)
    return lines_of(run_at(shared_server))


def scores(lines):
    return [(line["genome"], line["scores"], line["outputs"]) for line in lines if line["kind"] == "evaluation"]


def number_of(example):
    return f"Number: {example.fields['number']}\n"


# Faults that pass


@pytest.mark.parametrize(("fault", "n_jobs"), FAULTS)
def test_every_fifth_request_fails_and_the_run_keeps_its_budget_and_makes_its_test(server, fault, n_jobs):
    server.script(replace(UNANSWERED[fault], every=5), *SERVED)
    result = run_at(server, n_jobs=n_jobs, budget=Budget(calls=125), settings=PATIENT)
    assert server.calls == result.total.calls <= 125
    assert result.test is not None and len(result.test.seed.answers) == len(TASK.test)
    assert result.refused[0] == 0
    assert "the budget of 125 calls is spent" in result.stopped


@pytest.mark.parametrize("n_jobs", [1, 64])
def test_faults_that_pass_leave_no_trace_in_scores(server, whole, n_jobs):
    server.script(Reply(status=500, every=5), *SERVED)
    result = run_at(server, n_jobs=n_jobs, budget=Budget(calls=150), settings=PATIENT)
    found = scores(result.record.lines)
    assert len(found) > 3
    assert found == scores(map(json.loads, whole.splitlines()))[: len(found)]


def test_hung_connections_are_given_up_and_tried_again(server):
    server.script(Reply("even", delay=5.0, every=40), *SERVED)
    result = run_at(server, n_jobs=8, budget=Budget(calls=100), settings={"timeout": 0.2})
    assert server.calls == result.total.calls
    assert result.test is not None


@pytest.mark.slow
def test_faults_keep_the_budget_in_worker_processes_too(server):
    with joblib.parallel_config(backend="loky", n_jobs=2):
        for calls in (62, 70, 110, 150):
            server.script(Reply(status=503, every=4), *SERVED)
            with (
                contextlib.suppress(NothingEvaluated, ModelUnavailable) if calls < 80 else contextlib.nullcontext()
            ):  # 60 answers take 80
                result = run_at(server, budget=Budget(calls=calls), settings=PATIENT)
                assert server.calls == result.total.calls
                assert result.test is not None
            assert server.calls <= calls


# Faults that last


@pytest.mark.parametrize(("fault", "n_jobs"), FAULTS)
def test_a_model_that_stops_answering_stops_the_run_and_nothing_is_paid_twice(server, tmp_path, whole, fault, n_jobs):
    budget = Budget(calls=140 + 12 * n_jobs)
    server.script(replace(ANSWERS, times=45), replace(UNANSWERED[fault], model=TASK_MODEL), PROMPTS)
    with pytest.raises(ModelUnavailable, match="^model 'openai/stub': .* in a row"):
        run_at(server, n_jobs=n_jobs, run_dir=tmp_path, budget=budget)
    assert "end" not in kinds(tmp_path)
    before, failed = asked(server), server.failed
    server.script(*SERVED)
    result = run_at(server, n_jobs=n_jobs, run_dir=tmp_path, budget=budget)
    assert len(before) + server.calls == result.total.calls <= budget.calls
    assert len(set(before) & set(asked(server))) <= failed  # those that had no answer
    found, calm = (scores(lines) for lines in (Record.read(tmp_path), map(json.loads, whole.splitlines())))
    assert found[:2] == calm[:2]  # what the lost calls left of the budget makes generations smaller


@pytest.mark.parametrize("n_jobs", [1, 8])
@pytest.mark.parametrize("fault", FOR_GOOD)
def test_what_no_further_attempt_can_mend_stops_the_run_at_once(server, tmp_path, fault, n_jobs):
    reply, says = FOR_GOOD[fault]
    server.script(reply)
    with pytest.raises(ModelUnavailable, match=says):
        run_at(server, n_jobs=n_jobs, run_dir=tmp_path, budget=Budget(calls=75))
    lost = server.calls
    assert lost <= n_jobs
    server.script(*SERVED)
    assert run_at(server, n_jobs=n_jobs, run_dir=tmp_path, budget=Budget(calls=75)).total.calls == lost + server.calls


@pytest.mark.parametrize("n_jobs", N_JOBS)
@pytest.mark.parametrize("calls", [60, 65, 100, 400])
def test_a_model_that_is_down_from_the_start_is_unavailable_whatever_the_budget(server, n_jobs, calls):
    server.script(Reply(status=503, error="down for repair"))
    with pytest.raises(ModelUnavailable, match="down for repair"):
        run_at(server, n_jobs=n_jobs, budget=Budget(calls=calls))
    assert server.calls <= calls - 20  # the sealed test's stay


@pytest.mark.parametrize(
    ("n_jobs", "calls", "recipe"),
    [
        *[(n_jobs, calls, "toy") for n_jobs, calls in ((1, 83), (1, 84), (1, 400), (8, 83), (8, 106), (64, 110))],
        *[(n_jobs, calls, "hill") for n_jobs, calls in ((1, 83), (8, 106), (64, 400))],
        *[(8, 400, recipe) for recipe in ("default", "evoprompt-ga", "promptbreeder")],
    ],
)
def test_an_operator_model_that_is_down_while_the_task_model_is_up_is_no_result(server, n_jobs, calls, recipe):
    recipes = {"toy": toy_recipe(), "hill": toy_recipe(strategy=HillClimb)}
    server.script(Reply(status=503, error="down for repair", model=OPERATOR_MODEL), *SERVED)
    with pytest.raises(ModelUnavailable, match="^model 'openai/writer': .*down for repair"):
        run_at(server, n_jobs=n_jobs, budget=Budget(calls=calls), recipe=recipes.get(recipe, recipe))
    assert server.calls <= calls


def test_an_outage_that_comes_again_and_again_never_overruns_the_budget(server, tmp_path):
    sent = 0
    for _ in range(5):
        server.script(*[replace(reply, times=15) for reply in SERVED], Reply(status=503))
        with contextlib.suppress(ModelUnavailable):
            run_at(server, n_jobs=8, run_dir=tmp_path, budget=Budget(calls=200))
        sent += server.calls
    assert sent <= 200


# Refusals


def test_one_example_that_is_always_filtered_costs_its_answers_alone(server):
    server.script(replace(FILTER, when=number_of(TASK.dev[3])), *SERVED)
    result = run_at(server, n_jobs=8)
    evaluations = list(result.record.of("evaluation"))
    assert result.refused[0] == len(evaluations) > 6
    assert all(line["refused"] == [TASK.dev[3].id] and line["scores"][3] == 0 for line in evaluations)
    assert f"{result.refused[0]} of {result.refused[1]} were refused by the provider and scored 0" in str(result)
    assert "content filter" in result.dev.answers[3].score.reason


def test_one_prompt_that_is_too_long_for_the_model_scores_0_with_the_reason(server):
    server.script(replace(TOO_LONG, when=SEED_OF_ALL), *SERVED)
    result = run_at(server, n_jobs=8, seeds=[SEED_OF_ALL, "Even or odd?"])
    worst = next(result.record.of("evaluation"))
    assert worst["fitness"] == 0 and len(worst["refused"]) == len(TASK.dev)
    assert result.refused[0] == len(TASK.dev)
    assert result.seed.genome["instruction"] == "Even or odd?"


SEED_OF_ALL = "Say at great length whether it is even or odd."


def test_more_refusals_than_allowed_at_the_seeds_leave_no_result_and_say_why(server, tmp_path):
    filtered = [replace(FILTER, when=number_of(example)) for example in TASK.dev[:3]]
    server.script(*filtered, *SERVED)
    with pytest.raises(NothingEvaluated, match="refused 6 of 40 answers, more than 10%.*max_refused=1.0") as caught:
        run_at(server, run_dir=tmp_path, budget=Budget(calls=100))
    assert isinstance(caught.value, Refused)
    assert server.calls == 40
    server.script(*filtered, *SERVED)
    result = run_at(server, run_dir=tmp_path, max_refused=1.0, budget=Budget(calls=100))
    assert result.total.calls == 6 + 34 + server.calls
    assert result.refused[0] >= 6


def test_more_refusals_than_allowed_later_end_the_run_with_the_best_so_far(server):
    server.script(replace(ANSWERS, times=90), replace(FILTER, model=TASK_MODEL), PROMPTS)
    result = run_at(server, recipe=toy_recipe(strategy=HillClimb))
    assert "the provider refused" in result.stopped
    assert f"Stopped: {result.stopped}" in str(result)
    assert result.test is None


@pytest.mark.parametrize("n_jobs", [1, 8])
def test_the_first_refusal_ends_a_run_that_raises_and_is_counted_when_it_goes_on(server, tmp_path, n_jobs):
    server.script(replace(FILTER, when=number_of(TASK.dev[3])), *SERVED)
    with pytest.raises(Refused, match="refused example .*: .*content filter.*on_error='zero' scores it 0"):
        run_at(server, n_jobs=n_jobs, run_dir=tmp_path, on_error="raise")
    before = server.calls
    server.script(*SERVED)
    result = run_at(server, n_jobs=n_jobs, run_dir=tmp_path, on_error="raise")
    assert result.total.calls == before + server.calls
    assert result.refused[0] == 0


# Odd answers


@pytest.mark.parametrize(
    ("reply", "refused"),
    [(Reply(None), False), (Reply(""), False), (Reply("\n" * 50), False), (Reply(choices=0), True), (FILTER, True)],
    ids=["null", "empty", "blank", "no choices", "filter"],
)
def test_one_odd_answer_scores_0_and_the_run_goes_on(server, reply, refused):
    server.script(replace(reply, when=number_of(TASK.dev[3])), *SERVED)
    result = run_at(server, n_jobs=8, settings={"retries": 1})
    assert server.calls == result.total.calls
    assert (result.refused[0] > 0) == refused
    assert all(line["scores"][3] == 0 for line in result.record.of("evaluation"))
    assert result.dev.answers[3].score.reason


@pytest.mark.parametrize("model", [pytest.param(TASK_MODEL, marks=pytest.mark.slow), OPERATOR_MODEL])
def test_an_answer_of_a_million_characters_is_an_answer(server, tmp_path, model):
    server.script(Reply("odd " * 250_000, model=model, times=3, tokens_out=None), *SERVED)
    result = run_at(server, n_jobs=8, run_dir=tmp_path)
    assert server.calls == result.total.calls
    assert result.test is not None


@pytest.mark.parametrize("reply", [Reply(None), Reply("x", finish_reason="length"), FILTER])
def test_an_operator_model_that_writes_nothing_of_use_fails_its_births_with_the_reason(server, reply):
    server.script(replace(reply, model=OPERATOR_MODEL), ANSWERS)
    result = run_at(server)
    failed, births = result.failed_births
    reasons = [line["rejected"] for line in result.record.of("birth") if line["child"] is None]
    assert 0 < failed == len(reasons) < births
    assert all(len(each) == 3 for each in reasons)
    assert f"Births: {failed} of {births} failed" in str(result)


# The command line


def test_the_command_line_says_in_one_sentence_what_failed_and_how_to_go_on(server, tmp_path):
    server.script(replace(ANSWERS, times=30), Reply(status=503, error="down for repair"))
    failed = command(server, tmp_path)
    assert failed.returncode == 1
    said = [line for line in failed.stderr.splitlines() if "examples are few" not in line]  # true of this small task
    assert len(said) == 2  # the first one tells what is run
    assert said[1].startswith("evoprompt: model 'openai/stub': no answer from http://127.0.0.1")
    assert said[1].endswith("(what was paid for is kept: run it again with --out out to go on)")
    before = server.calls
    server.script(*SERVED)
    done = command(server, tmp_path)
    assert done.returncode == 0, done.stderr
    assert f"Spent: {before + server.calls} calls" in done.stdout
    assert "holds a run; it goes on where it stopped" in done.stderr


@pytest.mark.parametrize(
    ("replies", "says"),
    [
        pytest.param(
            (Reply(status=401),), "does not accept the API key (401); set OPENAI_API_KEY", marks=pytest.mark.slow
        ),
        pytest.param((Reply(status=404, error="no such"),), "model or address (404: no such)", marks=pytest.mark.slow),
        pytest.param(
            (Reply(status=503, model=OPERATOR_MODEL), *SERVED),
            "model 'openai/writer': no answer",
            marks=pytest.mark.slow,
        ),
        ((FILTER,), "there is no result: the provider refused 20 of 20 answers, more than 10%"),
    ],
    ids=["key", "model", "operator model", "filter"],
)
def test_the_command_line_ends_with_1_where_a_model_cannot_be_had(server, tmp_path, replies, says):
    server.script(*replies)
    failed = command(server, tmp_path, "--recipe", "evoprompt-ga")
    assert failed.returncode == 1
    assert says in failed.stderr.splitlines()[-1]
    assert ("--out out to go on" in failed.stderr) == (tmp_path / "out").exists()  # no folder without an answer
    assert "Traceback" not in failed.stderr
