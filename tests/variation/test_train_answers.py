"""Whole runs of operators that learn from answers to train examples: what they pay, see, and go on with."""

from __future__ import annotations

from dataclasses import replace

import joblib
import pytest
from test_resume import Logged, asked, child
from toys import CROSSER, REWRITE, Fallible, ToyModel, Watched, lines_of, made_by, run, started, toy_recipe, toy_task

from evoprompt.genome import Genome
from evoprompt.models.model import Completion, ModelUnavailable
from evoprompt.models.usage import Usage
from evoprompt.plan.budget import Budget
from evoprompt.testing import check_operator
from evoprompt.testing.scripted import ScriptedModel
from evoprompt.variation.operator import MeterError, NoChild

pytestmark = pytest.mark.usefixtures("small_budgets")  # these look at what a run does, not at what it finds


def learn(parents, context):
    """A rewriting for each of the failures."""
    wrong = context.failures(parents[0], 2)
    if not wrong:
        raise NoChild("nothing was wrong")
    shown = " ".join(answer.example.fields["number"] for answer in wrong)
    return Genome(context.ask(f"{REWRITE}{parents[0].genome['instruction'][:80]} {shown}"))


LEARNER = replace(made_by(learn), answers=4)
RECIPE = toy_recipe({LEARNER: 2.0, CROSSER: 1.0}, size=4, fill=LEARNER)
SMALL = toy_task(20)  # 5 train, 10 dev, 5 test
BUDGET = Budget(calls=150)
TRAIN = {example.fields["number"] for example in SMALL.train}


def number_of(request):
    return request.text.split("Number: ")[1].split("\n")[0]


def test_answers_to_train_count_under_the_task_model_and_the_budget_holds():
    for calls in range(60, 200, 20):
        model = Watched()
        result = run(SMALL, model=model, recipe=RECIPE, budget=Budget(calls=calls))
        rewrites = [request for request in model.requests if request.text.startswith(REWRITE)]
        learnt = [r for r in model.requests if "Number: " in r.text and number_of(r) in TRAIN]
        assert learnt
        assert result.total.calls == len(model.requests) <= calls
        assert result.usage["operator"].calls == len(rewrites)
        assert result.usage["task"].calls + result.usage["test"].calls == len(model.requests) - len(rewrites)
        births = sum(line["usage"]["calls"] for line in result.record.of("birth"))
        assert births == len(rewrites) + len(learnt)
        assert result.test is not None


def test_an_operator_model_reads_no_dev_and_no_test_example():
    model = Watched()
    run(SMALL, model=model, recipe=RECIPE, budget=BUDGET)
    shown = [request.text.split()[-2:] for request in model.requests if request.text.startswith(REWRITE)]
    hidden = {example.fields["number"] for example in (*SMALL.dev, *SMALL.test)}
    assert shown
    assert not hidden & {word for words in shown for word in words}


@pytest.mark.parametrize("n_jobs", [1, 8])
def test_a_run_killed_at_any_call_goes_on_to_the_same_record_and_pays_for_nothing_twice(tmp_path, n_jobs):
    whole = run(SMALL, model=Logged(tmp_path / "whole"), recipe=RECIPE, budget=BUDGET)
    for at in range(5, whole.total.calls, 17):
        folder, log = tmp_path / f"run {at}", tmp_path / f"log {at}"
        settings = {"recipe": RECIPE, "budget": BUDGET, "run_dir": folder, "n_jobs": n_jobs}
        assert (
            child(lambda log=log, at=at, settings=settings: run(SMALL, model=Logged(log, kill_at=at), **settings)) == 9
        )
        result = run(SMALL, model=Logged(log), **settings)
        assert lines_of(result) == lines_of(whole)
        twice = asked(log) - asked(tmp_path / "whole")
        assert twice.total() <= n_jobs  # those in flight at the kill
        assert {role: used.calls for role, used in result.usage.items()} == {
            role: used.calls for role, used in whole.usage.items()
        }


@pytest.mark.parametrize("at", [29, 43, 61])
def test_a_call_that_nobody_answered_counts_under_the_role_it_was_for(tmp_path, at):
    def fail(number, request):
        if number == at:
            raise ModelUnavailable("the network is down")

    broken, mended = Watched(Fallible(), fail), Watched(Fallible())
    with pytest.raises(ModelUnavailable):
        run(SMALL, model=broken, recipe=RECIPE, budget=BUDGET, run_dir=tmp_path / "run")
    result = run(SMALL, model=mended, recipe=RECIPE, budget=BUDGET, run_dir=tmp_path / "run")
    assert result.total.calls == len(broken.requests) + len(mended.requests) <= 150
    rewrites = [r for model in (broken, mended) for r in model.requests if r.text.startswith(REWRITE)]
    assert abs(result.usage["operator"].calls - len(rewrites)) <= 1  # the one that nobody answered


def test_threads_and_processes_make_the_same_record_as_one_job():
    whole = lines_of(run(SMALL, recipe=RECIPE, budget=BUDGET))
    assert lines_of(run(SMALL, recipe=RECIPE, budget=BUDGET, n_jobs=8)) == whole
    with joblib.parallel_config(backend="loky", n_jobs=2):
        assert lines_of(run(SMALL, recipe=RECIPE, budget=BUDGET)) == whole


def test_a_cache_pays_for_train_answers_once(tmp_path):
    first, again = Watched(), Watched()
    for model in (first, again):
        run(SMALL, model=model, recipe=RECIPE, budget=BUDGET, cache=tmp_path / "cache")
    learnt = [r.digest for r in first.requests if "Number: " in r.text and number_of(r) in TRAIN]
    assert learnt
    assert not {request.digest for request in again.requests} & set(learnt)


def test_a_scorer_that_asks_a_model_has_its_calls_counted_for_train_answers_too():
    from test_judge import ToyJudge, judged_task

    for calls in (120, 170, 230):
        model, grader = Watched(), Watched(ToyJudge(), name="toy-judge")
        recipe = toy_recipe(LEARNER, size=4, fill=LEARNER)
        result = run(judged_task(grader), model=model, recipe=recipe, budget=Budget(calls=calls))
        assert result.total.calls == len(model.requests) + len(grader.requests) <= calls
        assert result.usage["judge"].calls == result.usage["task"].calls
        evaluated = sum(line["usage"]["calls"] for line in result.record.of("evaluation"))
        assert result.usage["task"].calls + result.usage["judge"].calls > evaluated  # the rest is train's


@pytest.mark.parametrize("limit", [Budget(tokens=3_000), Budget(calls=400, tokens=2_000)])
def test_tokens_of_train_answers_are_foretold_and_counted(limit):
    result = run(SMALL, recipe=RECIPE, budget=limit)
    assert result.total.tokens <= limit.tokens * 1.15  # by one block at most
    assert result.test is not None


def test_an_estimate_sets_aside_the_answers_of_every_try():
    recipe = toy_recipe(LEARNER, size=1, fill=None)
    with started(SMALL, seeds="Even or odd?", recipe=recipe, budget=Budget(calls=5_000)) as evolution:
        evolution.tell(evolution.evaluate(evolution.bear(evolution.ask())))
        birth = evolution.ask()[0]
        assert birth.most_calls == (1 + 4) * 3
        assert evolution.estimate().calls.high == 5_000


def test_a_task_model_that_is_down_ends_the_run_with_its_own_sentence():
    class Down(ToyModel):
        def complete(self, request):
            if "Number: " in request.text and number_of(request) in TRAIN:
                raise ModelUnavailable("the key is wrong")
            return super().complete(request)

    with pytest.raises(ModelUnavailable, match="the key is wrong"):
        run(SMALL, model=Down(), recipe=RECIPE)


def test_an_operator_that_declares_no_answers_ends_the_run_with_what_to_declare():
    with pytest.raises(
        MeterError, match=r"operator 'learn' declared no answers, .* say @operator\(answers=2\) or more"
    ):
        run(SMALL, recipe=toy_recipe(made_by(learn), fill=None))


def learnt(parents, context):
    """Name what went wrong."""
    wrong = context.failures(parents[0], 2)
    if not wrong:
        raise NoChild("nothing was wrong")
    text = parents[0].genome["instruction"]
    return parents[0].genome.with_gene("instruction", f"{text} Mind {wrong[0].example.fields['ticket']}.")


def test_the_conformance_kit_answers_train_examples():
    with pytest.raises(AssertionError, match="declared no answers"):
        check_operator(made_by(learnt, calls=0))
    check_operator(replace(made_by(learnt, calls=0), answers=3))


def test_a_completion_is_paid_by_role_though_the_birth_came_to_nothing():
    model = ScriptedModel(lambda request: Completion("even", 2, 1))
    result = run(SMALL, model=model, recipe=toy_recipe(LEARNER, fill=None), budget=BUDGET, check_setup=False)
    failed = [line for line in result.record.of("birth") if line["child"] is None]
    assert failed
    paid = sum(Usage(**line["usage"]).calls for kind in ("birth", "evaluation") for line in result.record.of(kind))
    assert paid + result.usage["test"].calls == result.total.calls
