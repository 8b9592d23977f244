"""Calibration takes off a model's liking for a label, and nothing else; its offsets come from dev."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from toys import LABELS, SEEDS, TEMPLATE, ToyModel, cheap, label_of, logprob_task, run, toy_task

from evoprompt.benchmarks import calibration as benchmark
from evoprompt.models.model import Completion, Request
from evoprompt.models.usage import Usage
from evoprompt.plan.budget import Budget
from evoprompt.plots.report import report
from evoprompt.run.conclusion import Tested, conclude
from evoprompt.statistics import Comparison
from evoprompt.tasks.calibration import DOUBT, label_shares
from evoprompt.tasks.evaluation import assemble, read
from evoprompt.tasks.example import Example, Score
from evoprompt.tasks.scoring.scorers import LabelProbability
from evoprompt.tasks.task import Task

pytestmark = pytest.mark.usefixtures("small_budgets")  # these look at what a run does, not at what it finds

logprobs = st.lists(st.floats(-60, 0), min_size=3, max_size=3)
CASES = {case.name: case for case in benchmark.CASES}
AB = LabelProbability(("a", "b"), calibrated=True)


def ex(target):
    return Example("e1", {}, target)


@cheap
@given(st.lists(logprobs, min_size=1, max_size=6), st.lists(st.floats(-3, 3), min_size=3, max_size=3))
def test_calibrated_probabilities_have_the_labels_shares_but_for_the_doubt(answers, weights):
    shares = [math.exp(w) / math.fsum(map(math.exp, weights)) for w in weights]
    scorer = LabelProbability(("a", "b", "c"), calibrated=True)
    offsets = scorer.calibrate(answers, shares)
    assert math.fsum(offsets) == pytest.approx(0, abs=1e-7)
    for label, share, offset in zip("abc", shares, offsets, strict=True):
        mean = math.fsum(scorer.read(row, ex(label), offsets).value for row in answers) / len(answers)
        assert mean == pytest.approx(share + DOUBT * offset / len(answers), abs=1e-6)


def simulated(case, n=120):
    """Examples and log-probabilities by the model and on the data of a case of the benchmark, and the labels' shares."""
    labels, levels = benchmark.drawn(CASES[case], n, np.random.default_rng(7))
    examples = [ex("ab"[label]) for label in labels]
    return examples, levels.tolist(), label_shares("ab", [example.target for example in examples])


def right(scorer, examples, levels, offsets=()):
    return sum(bool(scorer.read(row, e, offsets).correct) for e, row in zip(examples, levels, strict=True)) / len(
        levels
    )


@pytest.mark.parametrize("case", ["knowing, 90 to 10", "knowing, 50 to 50"])
@pytest.mark.parametrize("n", [10, 20, 60, 200])
def test_calibration_leaves_a_model_that_knows_its_labels_as_it_is(case, n):
    offsets = AB.calibrate(simulated(case, n)[1], simulated(case, n)[2])
    examples, levels, _ = simulated(case, 2000)
    assert right(AB, examples, levels, offsets) >= right(AB, examples, levels) - 0.02
    assert n < 200 or max(map(abs, offsets)) < 0.5


@pytest.mark.parametrize(
    "case",
    ["likes the rare label by 3, 90 to 10", "likes the frequent label by 3, 90 to 10", "likes a label by 3, 50 to 50"],
)
def test_calibration_mends_a_liking_for_a_label_however_frequent_it_is(case):
    offsets = AB.calibrate(simulated(case)[1], simulated(case)[2])
    examples, levels, _ = simulated(case, 2000)
    assert right(AB, examples, levels, offsets) > right(AB, examples, levels) + 0.015


UNSURE = ("right but unsure, 90 to 10", "right but unsure, 6 labels alike", "right but unsure, 6 labels unlike")


def moved(case, n):
    """Accuracies on 2,000 other examples as the model is and calibrated on n."""
    shares = CASES[case].shares
    names = [str(place) for place in range(len(shares))]
    labels, levels = benchmark.drawn(CASES[case], n, np.random.default_rng(11))
    targets = [names[label] for label in labels]
    scorer = LabelProbability(tuple(names), calibrated=True)
    offsets = scorer.calibrate(levels.tolist(), label_shares(names, targets), targets)
    unseen, answers = benchmark.drawn(CASES[case], 2000, np.random.default_rng(7))
    return [float(((answers - way).argmax(1) == unseen).mean()) for way in (0, np.asarray(offsets))]


@pytest.mark.parametrize("case", UNSURE)
@pytest.mark.parametrize("n", [60, 200])
def test_a_model_that_is_right_but_unsure_loses_hardly_anything(case, n):
    before, after = moved(case, n)
    assert before > 0.95
    assert after > before - 0.05


@pytest.mark.parametrize("case", ["right but unsure, likes the rare label", "right but unsure, likes two of 6 unlike"])
def test_the_liking_of_an_unsure_model_is_mended_by_its_own_measure(case):
    before, after = moved(case, 60)
    assert before < 0.5 and after > 0.93


@pytest.mark.parametrize("n", [20, 60, 200])
def test_a_model_that_knows_nothing_but_how_frequent_labels_are_is_left_as_it_is(n):
    before, after = moved("knows the shares alone, 90 to 10", n)
    assert after > before - 0.01


def test_few_answers_move_the_labels_less_than_many():
    row = [(-0.1, -2.4)]
    few, many = AB.calibrate(row * 2), AB.calibrate(row * 200)
    assert 0 < few[0] < many[0] <= (2.4 - 0.1) / 2


def test_without_shares_all_labels_are_taken_to_be_alike():
    rows = [(-0.1, -2.4), (-0.5, -1.0)]
    assert AB.calibrate(rows) == AB.calibrate(rows, (0.5, 0.5)) != AB.calibrate(rows, (0.9, 0.1))


def test_shares_are_counted_upper_or_lower_case_apart_and_no_label_has_none():
    assert label_shares(("Ham", "spam"), ["ham ", "HAM", "Spam", "eggs"]) == (2.5 / 4, 1.5 / 4)
    assert label_shares(("a", "b"), []) == (0.5, 0.5)


# In a run

NUMBERS = {split: {example.fields["number"] for example in logprob_task(80).split(split)} for split in ("dev", "test")}


class Likes:
    """Knows every label; likes the one label on the dev examples and the other on the test examples."""

    name = "likes"

    def complete(self, request):
        if not request.choices:
            return ToyModel().complete(request)
        number = request.text.rpartition("Number: ")[2].partition("\n")[0]
        liked = LABELS[number in NUMBERS["test"]]
        levels = [-5.0 + (choice == label_of(number)) + 3 * (choice == liked) for choice in request.choices]
        return Completion("", 1, 1, choice_logprobs=tuple(levels))


@pytest.mark.parametrize("calibrated", [True, False])
def test_offsets_of_the_sealed_test_are_fitted_on_dev_and_never_on_test(calibrated):
    result = run(logprob_task(80, calibrated=calibrated), model=Likes())
    test = result.test
    fitted = [test.seed, test.winner] if calibrated else [test.calibrated_seed]
    if calibrated:
        assert result.dev.accuracy == result.seed.evaluation.accuracy == 1
    for evaluation in fitted:
        # What dev says makes the liking of the test examples worse; offsets from test would make all right.
        assert {answer.score.prediction for answer in evaluation.answers} == {"odd"}
        assert evaluation.accuracy == 0.5
        assert evaluation.offsets[0] > 0 > evaluation.offsets[1]


def unequal(n=100, **settings):
    """A task where nine of ten numbers are even."""
    rows = [{"number": 2 * i + (i % 10 == 0), "label": LABELS[i % 10 == 0]} for i in range(n)]
    return Task.from_records(
        rows,
        template=TEMPLATE,
        target="label",
        scorer=LabelProbability(LABELS, calibrated=True),
        **{"train": 0.2, "dev": 0.4, "test": 0.4, **settings},
    )


def test_the_shares_of_a_run_are_those_of_train_and_dev_and_test_stays_sealed():
    task = unequal()
    counts = Counter(example.target for example in (*task.train, *task.dev))
    assert task.label_shares == ((counts["even"] + 0.5) / 61, (counts["odd"] + 0.5) / 61)
    assert replace(task, test=()).label_shares == task.label_shares
    assert replace(task, test=task.test[:1]).label_shares == task.label_shares
    assert toy_task().label_shares == ()


class Shares:
    """Knows how frequent labels are, and likes none: its probabilities of the one example are those of any other."""

    name = "shares"

    def complete(self, request):
        if not request.choices:
            return ToyModel().complete(request)
        return Completion("", 1, 1, choice_logprobs=(math.log(0.9), math.log(0.1)))


def test_a_run_on_unequal_labels_takes_nothing_from_a_model_that_knows_how_frequent_they_are():
    result = run(unequal(), model=Shares())
    assert max(map(abs, result.dev.offsets)) < 0.1
    assert result.dev.accuracy == result.test.seed.accuracy == result.test.uncalibrated_seed.accuracy == 0.9


def test_the_uncalibrated_seed_stands_beside_a_calibrated_test_in_one_unit():
    result = run(logprob_task(80, calibrated=True))
    test, line = result.test, result.record.one("test")
    plain = assemble(replace(result.task.scorer, calibrated=False), test.seed.answers)
    assert test.calibrated_seed is None
    assert test.uncalibrated_seed == plain != test.seed
    assert line["uncalibrated_seed"] == plain.accuracy
    gap = test.against_uncalibrated
    assert gap.difference == pytest.approx(test.winner.accuracy - plain.accuracy)
    assert line["against_uncalibrated"] == gap.to_json()
    assert f"  seed uncalibrated   {plain.accuracy:8.3f}" in str(result)
    shown = report(result.record)
    assert f"  seed, uncalibrated  {plain.accuracy:.3f}\n" in shown
    assert f"  gain over that      {gap.difference:+.3f}  (95 %" in shown


def test_a_run_of_an_uncalibrated_scorer_shows_the_calibrated_seed_alone():
    test = run(logprob_task(80)).test
    assert (test.uncalibrated_seed, test.against_uncalibrated) == (None, None)
    assert test.calibrated_seed is not None
    assert run(toy_task(40)).test.figures.other_seeds == []


def test_a_gain_over_a_seed_that_calibration_made_worse_is_said_to_be_none():
    gain, none = Comparison(0.2, 0.1, 0.3, 0.001), Comparison(0.0, -0.1, 0.1, 1.0)
    figures = Tested("accuracy", 100, 0.4, 0.6, gain, uncalibrated=0.6, over_uncalibrated=none)
    assert "0.001), but not than the uncalibrated seed." in conclude(figures, is_seed=False).sentence


# Scorers of users


class OneArgument:
    """A user's scorer of the first kind: it knows nothing of shares."""

    choices = LABELS

    def calibrate(self, logprobs):
        return (0.25, -0.25)

    def read(self, logprobs, example, offsets):
        return Score(float(offsets in ((), (0.25, -0.25))))


class ToldTargets(OneArgument):
    """One that asks for the right answers."""

    def calibrate(self, logprobs, targets):
        return (float(len(targets) == len(logprobs)), float(targets.count("odd")))

    def read(self, logprobs, example, offsets):
        return Score(1.0)


class ToldShares(OneArgument):
    """One that asks for the shares."""

    def calibrate(self, logprobs, shares):
        return tuple(shares)

    def read(self, logprobs, example, offsets):
        return Score(1.0)


def test_a_users_scorer_is_told_the_shares_only_where_it_asks_for_them():
    one, told = (toy_task(scorer=scorer) for scorer in (OneArgument(), ToldShares()))
    assert run(one, seeds=SEEDS[0]).dev.offsets == (0.25, -0.25)
    assert run(told, seeds=SEEDS[0]).dev.offsets == told.label_shares != ()


def test_a_users_scorer_is_told_the_targets_of_dev_where_it_asks_for_them():
    task = toy_task(scorer=ToldTargets())
    odd = sum(example.target == "odd" for example in task.dev)
    assert run(task, seeds=SEEDS[0]).dev.offsets == (1.0, float(odd))


def test_shares_count_targets_as_scorers_compare_them():
    shares = label_shares(("Tech Support", "Café"), ["tech_support", "Tech  support", "TECH-SUPPORT", "Cafe\u0301"])
    assert shares == label_shares(("a", "b"), ["a", "a", "a", "b"])


def test_the_uncalibrated_seed_is_what_the_log_probabilities_say_as_they_are():
    """Reckoned here from the bare log-probabilities, and by no part of the engine."""
    result = run(logprob_task(80, calibrated=True), budget=Budget(calls=600))
    test = result.test
    bare = [
        LABELS[answer.logprobs.index(max(answer.logprobs))] == answer.example.target for answer in test.seed.answers
    ]
    moved = [
        max(zip(answer.logprobs, test.seed.offsets, LABELS, strict=True), key=lambda at: at[0] - at[1])[2]
        == answer.example.target
        for answer in test.seed.answers
    ]
    assert test.seed.accuracy == sum(moved) / len(moved)
    assert test.uncalibrated_seed.accuracy == sum(bare) / len(bare)
    assert bare != moved  # else this could not fail


def test_answers_read_with_offsets_are_read_without_them_again():
    scorer = LabelProbability(("a", "b"), calibrated=True)
    answers = assemble(scorer, answered(scorer), (2.0, -2.0)).answers
    plain = replace(scorer, calibrated=False)
    assert assemble(plain, answers).answers == assemble(plain, answered(scorer)).answers != answers


def answered(scorer):
    said = Completion("", choice_logprobs=(-1.0, -1.5))
    example = Example("1", {}, "a")
    return (read(scorer, Request(prompt="x"), said, example, Usage.of(said)),)
