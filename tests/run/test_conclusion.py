from __future__ import annotations

import pytest
from toys import LABELS, ToyModel, example, run, started, toy_recipe, toy_task

from evoprompt.genome import Genome
from evoprompt.models.model import Completion
from evoprompt.models.usage import Usage
from evoprompt.plan.budget import Budget
from evoprompt.plots.report import report
from evoprompt.run.conclusion import INTERRUPTED_RUN, NO_EXAMPLES, UNFINISHED, Tested, conclude
from evoprompt.run.result import SealedTest
from evoprompt.statistics import Comparison
from evoprompt.tasks.evaluation import Answer, Evaluation
from evoprompt.tasks.example import Score


def figures(low: float, high: float, p_value: float, n: int = 100, over: Comparison | None = None) -> Tested:
    gain = Comparison((low + high) / 2, low, high, p_value)
    return Tested("accuracy", n, 0.4, 0.4 + gain.difference, gain, over and 0.5, over)


@pytest.mark.parametrize(
    ("test", "kind", "words"),
    [
        (figures(0.1, 0.3, 0.001), "better", "better than the seed by 0.200 (95 % from +0.100 to +0.300, p = 0.001)."),
        (figures(0.0, 0.1, 0.0625), "not shown better", "not shown better than the seed (+0.050, p = 0.062); keep it"),
        (figures(-0.3, -0.1, 0.001), "worse", "worse than the seed by 0.200 (from -0.300 to -0.100, p = 0.001); keep"),
        (
            figures(0.1, 0.3, 0.001, over=Comparison(0.0, -0.1, 0.1, 1.0)),
            "better",
            "better than the seed by 0.200 (95 % from +0.100 to +0.300, p = 0.001), but not than the calibrated seed.",
        ),
    ],
)
def test_a_sealed_test_comes_to_a_verdict_in_words(test, kind, words):
    verdict = conclude(test, is_seed=False)
    assert verdict.kind == kind
    assert verdict.is_proven == (kind == "better")
    assert verdict.sentence.startswith(words)


def test_a_winner_that_is_the_seed_has_nothing_to_be_compared_with():
    verdict = conclude(figures(0, 0, 1), is_seed=True)
    assert (verdict.kind, verdict.is_proven) == ("same", False)
    assert "no prompt beat the best seed" in verdict.sentence


@pytest.mark.parametrize("reason", [NO_EXAMPLES, INTERRUPTED_RUN, UNFINISHED])
def test_without_a_sealed_test_the_reason_and_the_next_step_are_said(reason):
    verdict = conclude(None, is_seed=False, untested=reason)
    assert (verdict.kind, verdict.is_proven) == ("untested", False)
    assert reason in verdict.sentence


def last_lines(result) -> set[str]:
    """The last lines of what is printed and of what `show` says of the record."""
    return {str(result).splitlines()[-1], report(result.record).splitlines()[-1]}


@pytest.mark.parametrize("settings", [{"test": 20}, {"test": []}])
def test_the_last_line_of_result_and_show_is_the_same_verdict(settings):
    result = run(toy_task(80, **settings), budget=Budget(calls=600))
    assert last_lines(result) == {str(result.conclusion)}
    assert result.is_proven == result.conclusion.is_proven
    assert (result.untested == NO_EXAMPLES) == (not result.task.test)


def test_an_interrupted_run_says_so_in_its_last_line():
    model = ToyModel()
    task = toy_task(40)
    with started(task, model=model, budget=Budget(calls=400)) as loop:
        births = loop.ask()
        loop.tell(loop.evaluate(loop.bear(births)))
        loop._blocks.halt()
        assert loop.ask() == []
        result = loop.finish()
    assert last_lines(result) == {f"Verdict: none yet, for {INTERRUPTED_RUN}."}


def test_an_unfinished_record_has_no_verdict_yet():
    with started(toy_task(40), budget=Budget(calls=400)) as loop:
        loop.tell(loop.evaluate(loop.bear(loop.ask())))
        assert report(loop.record).splitlines()[-1] == f"Verdict: none yet, for {UNFINISHED}."


def test_few_sealed_examples_are_called_rough():
    few, many = run(toy_task(40)), run(toy_task(160, train=10, dev=40, test=40), budget=Budget(calls=800))
    for text in (str(few), report(few.record)):
        assert "on fewer than 30 examples the interval is rough" in text
    for text in (str(many), report(many.record)):
        assert "rough" not in text


def evaluated(*scores: Score) -> Evaluation:
    return Evaluation(tuple(Answer(example(id=f"e{i}"), "", score, Usage()) for i, score in enumerate(scores)))


def test_seed_and_winner_are_compared_in_one_unit():
    """A winner that is right throughout knows hits; its seed, with a degree, does not."""
    seed, winner = evaluated(Score(0.5), Score(1.0)), evaluated(Score(1.0), Score(1.0))
    test = SealedTest.of(toy_task(), seed, winner, seed, winner)
    assert test.unit == "mean score"
    assert (test.figures.seed, test.figures.winner) == (0.75, 1.0)
    assert test.comparison.difference == 0.25


def test_the_unit_of_a_pair_is_that_of_its_dev_examples_too():
    hits = evaluated(Score(1.0), Score(0.7, correct=True))
    degrees = evaluated(Score(0.5), Score(1.0))
    assert SealedTest.of(toy_task(), hits, hits, degrees, degrees).unit == "mean score"
    assert SealedTest.of(toy_task(), hits, hits, hits, hits).unit == "accuracy"


def test_a_run_with_degrees_is_reported_in_one_unit_everywhere():
    def closeness(output, example):
        return Score(1.0) if output == example.target else Score(0.25)

    class Perfect(ToyModel):
        """Any other prompt than the seed is always right."""

        def complete(self, request):
            if request.text.startswith("Rewrite: ") or request.text.startswith("Judge it."):
                return super().complete(request)
            return Completion(LABELS[int(request.text.split("Number: ")[-1].split("\n")[0]) % 2])

    result = run(
        toy_task(40, scorer=closeness), seeds=[Genome("Judge it.")], model=Perfect(), recipe=toy_recipe(size=3)
    )
    assert result.test.winner.accuracy == 1 and result.test.seed.accuracy is None
    assert result.test.unit == "mean score"
    shown = report(result.record)
    assert f"{result.test.seed.value:.3f}" in shown
    assert f"{result.test.comparison.difference:+.3f}" in shown
    assert str(result).count("mean score") == 1


def test_a_winner_that_is_worse_than_the_seed_otherwise_calibrated_is_not_proven():
    verdict = conclude(figures(0.1, 0.3, 0.001, over=Comparison(-0.3, -0.4, -0.2, 1e-6)), is_seed=False)
    assert (verdict.kind, verdict.is_proven) == ("worse", False)
    assert verdict.sentence == (
        "worse than the calibrated seed by 0.300 (from -0.400 to -0.200, p = 1e-06); keep the seed, calibrated."
    )
