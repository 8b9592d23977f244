"""What is said of a task's examples before anything is spent: one sentence each, and once."""

from __future__ import annotations

import warnings

import pytest
from toys import LABELS, TEMPLATE, ToyModel, Watched, run, started, toy_task

import evoprompt as ep
from evoprompt.genome import Genome
from evoprompt.plan.budget import Budget
from evoprompt.tasks.checks import DataWarning, check_data
from evoprompt.tasks.example import Example, Score
from evoprompt.tasks.scoring.scorers import Choice, exact_match
from evoprompt.tasks.task import Task

SEEDS = (Genome("Sort it."),)


def examples(labels, prefix="", text="text {} {}"):
    return tuple(Example(f"{prefix}{i}", {"text": text.format(prefix, i)}, label) for i, label in enumerate(labels))


def task_of(dev, test=(), train=(), scorer=None, **texts):
    labels = tuple(dict.fromkeys([*dev, *test, *train]))
    return Task(
        "{instruction}\n\n{text}",
        scorer or Choice(labels),
        examples(train, "train"),
        examples(dev, "dev"),
        examples(test, "test"),
        name="t",
    )


def said(task, seeds=SEEDS):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        check_data(task, seeds)
    assert all(each.category is DataWarning for each in caught)
    return [str(each.message) for each in caught]


HALVES = ["a", "b"] * 20


def test_a_task_with_nothing_doubtful_is_passed_over_in_silence():
    assert said(task_of(HALVES, HALVES, HALVES)) == []
    assert said(task_of(HALVES)) == []


@pytest.mark.parametrize("labels", [["a"] * 30, ["a", "A ", "a"], ["a", "a"]])
@pytest.mark.parametrize("scorer", [Choice(("a", "b")), exact_match])
def test_one_label_only_is_refused_before_anything_is_asked(labels, scorer):
    task = task_of(labels, labels, scorer=scorer)
    with pytest.raises(ValueError) as error:
        check_data(task, SEEDS)
    assert str(error.value) == (
        f"task 't': all {2 * len(labels)} examples have the target 'a', so that nothing can be learnt from them; bring"
        " examples with other targets too"
    )


def test_a_dev_split_of_one_label_is_refused_though_train_has_another():
    with pytest.raises(ValueError, match="all 30 dev examples have the target 'a', so that nothing can be learnt"):
        check_data(task_of(["a"] * 30, HALVES, HALVES), SEEDS)


def test_one_target_for_all_is_fine_where_the_scorer_does_not_compare():
    def is_short(output, example):
        """Whether an output is short."""
        return Score(float(len(output) < 9))

    assert said(task_of([""] * 30, scorer=is_short)) == []


def test_a_refusal_comes_before_any_call_and_any_folder(tmp_path):
    model = Watched(ToyModel())
    records = [{"number": i, "label": "even"} for i in range(60)]
    task = Task.from_records(records, template=TEMPLATE, target="label", scorer=Choice(LABELS), name="parity")
    with pytest.raises(ValueError, match="nothing can be learnt"):
        run(task, model=model, run_dir=tmp_path / "run")
    assert model.requests == []
    assert not (tmp_path / "run").exists()


def test_few_examples_are_named_with_how_rough_a_score_on_them_is():
    assert said(task_of(["a", "b"] * 6, HALVES[:10])) == [
        "task 't': 12 dev examples are few: a score on them is uncertain by up to 28 points of 100; bring 20 or more, 100"
        " if you can",
        "task 't': 10 test examples are few: a score on them is uncertain by up to 31 points of 100; bring 20 or more, 100"
        " if you can",
    ]


def test_labels_seen_once_are_named_with_what_was_meant():
    labels = ["billing", "shipping"] * 15
    assert said(task_of(labels, [*labels, "biling", "returns"])) == [
        "task 't': seen once as a target: 'biling' (did you mean 'billing'?), 'returns'; mend a slip, or bring more"
        " examples of a rare label"
    ]


def test_a_slip_that_was_made_twice_is_named_like_one_that_was_made_once():
    labels = ["billing", "shipping"] * 15
    assert said(task_of(labels, [*labels, "biling", "biling"])) == [
        "task 't': seen seldom as a target: 'biling' (did you mean 'billing'?); mend a slip, or bring more examples of a"
        " rare label"
    ]
    assert said(task_of(labels, [*labels, "returns", "returns"])) == []
    both = ["ambiguous"] * 20 + ["unambiguous"] * 12
    assert said(task_of([*labels, *both], [*labels, *both])) == []


def test_answers_at_large_are_no_labels_seen_once():
    numbers = [str(i) for i in range(30)]
    assert said(task_of([*numbers, "billing", "billing", "billing"], scorer=exact_match)) == []
    few = ["billing", "shipping"] * 15
    assert "did you mean 'billing'" in said(task_of([*few, "biling", "42"], scorer=exact_match))[0]
    assert "42" not in said(task_of([*few, "biling", "42"], scorer=exact_match))[0]


def test_strong_imbalance_is_named_with_the_shares_and_what_the_commonest_label_would_score():
    assert said(task_of(["no"] * 36 + ["yes"] * 4, ["no", "yes"] * 15, scorer=Choice(("no", "yes", "a", "b")))) == [
        "task 't': the dev examples are unbalanced (no 90 %, yes 10 %): always answering 'no' would score 0.90; bring more"
        " examples of the other"
    ]
    assert said(task_of(["no"] * 26 + ["yes"] * 14)) == []


def test_one_text_with_two_targets_is_named_with_both_examples():
    dev = (*examples(HALVES, "dev"), Example("x", {"text": "Text dev 0!"}, "b"))
    task = Task("{instruction}\n\n{text}", Choice(("a", "b")), (), dev, name="t")
    assert said(task) == [
        "task 't': 1 input has several targets: example 'dev0' says 'a' and 'x', with the same text, 'b'; no prompt can get"
        " both right, so mend the targets or take one out"
    ]


def test_a_field_that_only_the_prompts_show_tells_examples_apart():
    dev = tuple(Example(f"d{i}", {"text": "same", "more": f"more {i}"}, label) for i, label in enumerate(HALVES))
    task = Task("{instruction}\n\n{text}", Choice(("a", "b")), (), dev, name="t")
    assert "20 inputs" not in "".join(said(task, (Genome("See {more}."),)))
    assert "1 input has several targets" in said(task)[0]


def test_a_task_made_by_hand_whose_splits_overlap_is_refused_as_well():
    dev = examples(HALVES, "dev")
    twin = Example("twin", {"text": "TEXT dev 3."}, "b")
    task = Task("{instruction}\n\n{text}", Choice(("a", "b")), (), dev, (twin,), name="t")
    with pytest.raises(ValueError, match="example 'twin' of test has the same text as 'dev3' of dev but for case and"):
        check_data(task, SEEDS)


@pytest.mark.usefixtures("small_budgets")
def test_a_run_warns_once_at_the_line_of_the_user():
    with pytest.warns(ep.DataWarning) as caught:
        run(toy_task(20), budget=Budget(calls=120))
    said = [str(each.message) for each in caught]
    assert len(said) == len(set(said)) == 2
    assert {each.filename for each in caught} != set()
    with pytest.warns(ep.DataWarning) as caught:
        ep.Evolution(toy_task(20), "Even?", model=ToyModel(), progress=False).close()
    assert {each.filename for each in caught} == {__file__}


def test_going_through_a_task_again_says_nothing_more():
    with pytest.warns(ep.DataWarning) as caught:
        evolution = started(toy_task(20))
    assert len(caught) == 2
    with warnings.catch_warnings(), evolution:
        warnings.simplefilter("error", ep.DataWarning)
        evolution.estimate()
        evolution.tell(evolution.evaluate(evolution.bear(evolution.ask())))


def test_warnings_made_errors_stop_the_run_before_anything_is_written(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error", ep.DataWarning)
        with pytest.raises(ep.DataWarning, match="5 test examples are few"):
            run(toy_task(40, test=5), run_dir=tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_label_that_only_the_test_has_and_a_test_of_one_label_are_named():
    train_and_dev, known = ["a", "b"] * 15, Choice(("a", "b", "c"))
    assert said(task_of(train_and_dev, [*train_and_dev, "c", "c", "c"], scorer=known)) == [
        "task 't': no train or dev example has the target 'c', which the test has"
    ]
    assert said(task_of(train_and_dev, ["a"] * 30, scorer=known)) == [
        "task 't': all 30 test examples have the target 'a': a score on them says nothing of the others"
    ]
