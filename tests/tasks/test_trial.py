"""A scorer that fails: before anything is spent, in the search, and at the sealed test."""

from __future__ import annotations

from dataclasses import replace

import pytest
from toys import Watched, run, toy_task

from evoprompt.plan.budget import Budget
from evoprompt.plots.report import report
from evoprompt.storage.record import Record
from evoprompt.tasks.example import Score
from evoprompt.tasks.trial import try_scorer

BUDGET = Budget(calls=700)
BROKEN: set[str] = set()  # examples on which the scorer below fails where anything is written


def scorer(output, example):
    if output and example.id in BROKEN:
        raise KeyError(example.id)
    return Score(float(output == example.target))


TASK = toy_task(80, scorer=scorer)


@pytest.fixture(autouse=True)
def sound():
    BROKEN.clear()
    yield
    BROKEN.clear()


@pytest.mark.parametrize("split", ["train", "dev", "test"])
def test_a_scorer_is_tried_on_every_example_before_anything_is_spent(split, tmp_path):
    bad = TASK.split(split)[-1].id

    def picky(output, example):
        if example.id == bad:
            raise ZeroDivisionError("no")
        return 0.0

    model = Watched()
    with pytest.raises(ValueError, match=f"scorer 'picky' fails on the {split} example '{bad}' with an empty output"):
        run(replace(TASK, scorer=picky), model=model, run_dir=tmp_path / "run")
    assert not model.requests
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("value", [None, float("nan"), 2.0, "1"])
def test_what_is_no_score_for_an_empty_output_is_refused_too(value):
    with pytest.raises(ValueError, match="let the scorer give every output a score, and 0 where it reads no answer"):
        try_scorer(toy_task(20, scorer=lambda output, example: value))


def test_a_slow_scorer_holds_a_run_up_for_seconds_alone(monkeypatch):
    asked = []
    monkeypatch.setattr("evoprompt.tasks.trial.LONGEST", 0.0)
    try_scorer(toy_task(40, scorer=lambda output, example: asked.append(output) or 0.0))
    assert len(asked) <= 1


def test_a_sealed_test_that_fails_leaves_the_result_and_says_why(tmp_path):
    BROKEN.add(TASK.test[3].id)
    result = run(TASK, budget=BUDGET, run_dir=tmp_path)
    assert result.test is None
    assert result.improved
    for text in (str(result), report(result.record)):
        last = text.splitlines()[-1]
        assert last.startswith("Verdict: not shown better, for no sealed test was made: the scorer 'scorer' failed on")
        assert f"example '{TASK.test[3].id}'" in last
        assert "run it again with its folder" in last
    assert result.usage["test"].calls > 0  # the output on which it failed was paid for


def whole_run():
    BROKEN.clear()
    return run(TASK, budget=BUDGET)


def test_a_scorer_mended_elsewhere_scores_the_kept_outputs_anew(tmp_path):
    """What the scorer calls was mended: its own code, and so the run, is the same."""
    BROKEN.add(TASK.test[3].id)
    first = Watched()
    run(TASK, model=first, budget=BUDGET, run_dir=tmp_path)
    again = run(TASK, model=first, budget=BUDGET, run_dir=tmp_path)
    assert again.test is None
    whole = whole_run()
    model = Watched()
    result = run(TASK, model=model, budget=BUDGET, run_dir=tmp_path)
    assert result.test.to_json() == whole.test.to_json()
    assert result.usage == whole.usage
    assert len(first.requests) + len(model.requests) == whole.total.calls  # none is asked twice


def test_a_folder_whose_scorer_was_mended_is_gone_on_with(tmp_path):
    BROKEN.add(TASK.test[3].id)
    first = Watched()
    before = run(TASK, model=first, budget=BUDGET, run_dir=tmp_path)

    def mended(output, example):  # another code, under the name of the one that failed
        return Score(float(output == example.target))

    mended.__qualname__, mended.__module__ = scorer.__qualname__, scorer.__module__
    second = Watched()
    with pytest.warns(UserWarning, match="the scorer's code changed since the sealed test failed; the search stands"):
        result = run(replace(TASK, scorer=mended), model=second, budget=BUDGET, run_dir=tmp_path)
    assert result.best == before.best
    assert result.test.to_json() == whole_run().test.to_json()
    assert len(first.requests) + len(second.requests) == result.total.calls == whole_run().total.calls
    assert Record.read(tmp_path).one("test") is not None
    # A test that was made is not made again.
    with pytest.raises(ValueError, match="the scorer's code changed"):
        run(TASK, budget=BUDGET, run_dir=tmp_path)


def test_a_folder_whose_test_examples_were_mended_is_gone_on_with(tmp_path):
    BROKEN.add(TASK.test[3].id)
    first = Watched()
    run(TASK, model=first, budget=BUDGET, run_dir=tmp_path)
    mended = replace(TASK, test=(*TASK.test[:3], *TASK.test[4:]))
    second = Watched()
    with pytest.warns(UserWarning, match="the test examples changed"):
        result = run(mended, model=second, budget=BUDGET, run_dir=tmp_path)
    assert result.test.seed.examples == tuple(example.id for example in mended.test)
    # The output on which the scorer failed was of no use, and is counted.
    assert len(first.requests) + len(second.requests) == result.total.calls
    sent = [request.text for request in (*first.requests, *second.requests) if "Number: " in request.text]
    assert len(sent) == len(set(sent))


@pytest.mark.parametrize("changed", ["dev", "name"])
def test_what_would_change_the_search_is_refused_also_after_a_failed_test(tmp_path, changed):
    BROKEN.add(TASK.test[3].id)
    run(TASK, budget=BUDGET, run_dir=tmp_path)
    task = replace(TASK, dev=TASK.dev[:-1]) if changed == "dev" else replace(TASK, name="other")
    with pytest.raises(ValueError, match="holds a run that was begun with other settings"):
        run(task, budget=BUDGET, run_dir=tmp_path)


def test_an_output_on_which_the_scorer_fails_in_the_search_is_paid_once(tmp_path):
    BROKEN.add(TASK.dev[5].id)
    first = Watched()
    with pytest.raises(RuntimeError, match=rf"the scorer 'scorer' failed on example '{TASK.dev[5].id}': KeyError"):
        run(TASK, model=first, budget=BUDGET, run_dir=tmp_path)
    whole = whole_run()
    second = Watched()
    result = run(TASK, model=second, budget=BUDGET, run_dir=tmp_path)
    assert result.total == whole.total
    assert len(first.requests) + len(second.requests) == whole.total.calls


def test_a_folder_whose_scorer_failed_in_the_search_is_gone_on_with_once_it_is_mended(tmp_path):
    BROKEN.add(TASK.dev[3].id)
    first = Watched()
    with pytest.raises(RuntimeError, match="the scorer 'scorer' failed on"):
        run(TASK, model=first, budget=BUDGET, run_dir=tmp_path)

    def mended(output, example):  # another code, under the name of the one that failed
        return Score(float(output == example.target))

    mended.__qualname__, mended.__module__ = scorer.__qualname__, scorer.__module__
    second = Watched()
    with pytest.warns(UserWarning, match="the scorer's code changed since the scorer failed; the search stands"):
        result = run(replace(TASK, scorer=mended), model=second, budget=BUDGET, run_dir=tmp_path)
    whole = whole_run()
    assert result.best.genome == whole.best.genome
    assert len(first.requests) + len(second.requests) == result.total.calls == whole.total.calls
    with pytest.raises(ValueError, match="the scorer's code changed"):
        run(TASK, budget=BUDGET, run_dir=tmp_path)


def test_a_failure_that_lay_elsewhere_lets_no_other_scorer_in_afterwards(tmp_path):
    BROKEN.add(TASK.dev[3].id)
    with pytest.raises(RuntimeError, match="the scorer 'scorer' failed on"):
        run(TASK, budget=BUDGET, run_dir=tmp_path)
    whole = whole_run()  # mended elsewhere: the scorer's own code is the same
    assert run(TASK, budget=BUDGET, run_dir=tmp_path).usage == whole.usage

    def other(output, example):
        return Score(0.25)

    other.__qualname__, other.__module__ = scorer.__qualname__, scorer.__module__
    with pytest.raises(ValueError, match="the scorer's code changed"):
        run(replace(TASK, scorer=other), budget=BUDGET, run_dir=tmp_path)
