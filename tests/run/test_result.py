from __future__ import annotations

import re
from dataclasses import replace

import pytest
from toys import SEEDS, SWAPPER, ToyModel, logprob_task, made_by, run, toy_recipe, toy_task

from evoprompt.genome import Genome, Shot
from evoprompt.models.model import Completion
from evoprompt.models.usage import Usage
from evoprompt.plan.budget import Budget
from evoprompt.plots.report import report
from evoprompt.plots.summary import summary
from evoprompt.variation.operator import NoChild

pytestmark = pytest.mark.usefixtures("small_budgets")  # these look at what a run does, not at what it finds


@pytest.fixture(scope="module")
def result():
    return run(toy_task(80), budget=Budget(calls=1500))


def test_a_result_holds_what_the_run_found(result):
    assert result.improved
    assert result.seed.genome["instruction"] in SEEDS
    assert result.instruction == result.best.genome["instruction"]
    assert result.prompt == f"{result.instruction}\n\nNumber: {{number}}\nAnswer:"
    assert result.dev is result.best.evaluation
    assert result.best in result.population
    assert result.total == sum(result.usage.values(), Usage())
    assert result.total.calls <= 1500


def test_the_history_has_a_row_a_generation(result):
    assert [row.generation for row in result.history] == list(range(len(result.history)))
    assert result.history[-1].best == result.best.score
    assert all(row.best >= row.median for row in result.history)
    assert result.history[-1].usage.calls == result.total.calls - result.usage["test"].calls


def test_seed_and_winner_are_tested_on_the_same_examples(result):
    asked = [[answer.example.id for answer in each.answers] for each in (result.test.seed, result.test.winner)]
    assert asked[0] == asked[1] == [example.id for example in result.task.test]
    assert result.test.comparison.difference == pytest.approx(result.test.winner.accuracy - result.test.seed.accuracy)


def test_a_printed_result_says_what_was_found_and_what_it_took(result):
    printed = str(result)
    assert printed.startswith("Best prompt\n  ")
    assert result.best.genome["instruction"].split()[0] in printed
    for number in (result.seed.evaluation.accuracy, result.dev.accuracy, result.test.seed.accuracy):
        assert f"{number:.3f}" in printed
    assert re.search(r"dev, 40 examples .*chosen by its fitness, \d\.\d{3} over \d\.\d{3}\)", printed)
    assert re.search(r"test, 20 examples .*\(95 % from [+-]\d\.\d{3} to [+-]\d\.\d{3}, p = ", printed)
    assert "Stopped: the budget of 1500 calls is spent" in printed
    assert f"Spent: {result.total.calls:,} calls (" in printed


def test_a_printed_result_keeps_to_the_width_of_a_terminal(result):
    long = replace(result.best, genome=Genome("word " * 100))
    assert all(len(line) <= 88 for line in str(replace(result, best=long)).split("\n"))


def test_no_control_character_of_a_prompt_reaches_the_terminal(result):
    nasty = replace(result.best, genome=Genome("Red \x1b[31m alert \x07\x9b2J\r"))
    printed = str(replace(result, best=nasty))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", printed)
    assert "\\x1b[31m" in printed


def test_shots_and_several_genes_are_shown(result):
    genome = Genome({"instruction": "Judge.", "role": "You judge."}, shots=[Shot((("number", "3"),), "odd")])
    printed = str(replace(result, best=replace(result.best, genome=genome)))
    assert "  instruction:\n  Judge.\n  role:\n  You judge.\n  with 1 shot:\n" in printed
    assert "Number: 3" in printed


def test_that_no_better_prompt_was_found_is_said():
    result = run(toy_task(20), budget=Budget(calls=30))
    assert not result.improved
    assert str(result).startswith("Best prompt (none better than the best seed was found)")


def test_an_unknown_price_is_said_and_not_taken_for_nothing():
    class Unpriced(ToyModel):
        def complete(self, request):
            completion = super().complete(request)
            return Completion(completion.text, 10, 1, None)

    printed = str(run(toy_task(20), model=Unpriced(), budget=Budget(calls=60)))
    assert re.search(r"\$0\.0000 and [\d,]+ calls of unknown price", printed)


def test_failed_births_are_counted_in_print():
    class Copies(ToyModel):
        def complete(self, request):
            if request.text.startswith("Rewrite: "):
                return Completion(request.text[len("Rewrite: ") :])
            return super().complete(request)

    result = run(toy_task(20), model=Copies())
    failed, births = result.failed_births
    assert f"Births: {failed} of {births} failed; the record says why." in str(result)


def test_the_calibrated_seed_stands_beside_the_seed():
    result = run(logprob_task(40))
    gap = result.test.against_calibrated
    assert f"seed calibrated     {result.test.calibrated_seed.accuracy:8.3f}" in str(result)
    assert f"{gap.difference:+.3f} (95 %" in str(result).split("seed calibrated")[1]


def test_founders_that_never_came_are_said_in_result_record_and_report():
    result = run(recipe=toy_recipe(SWAPPER, fill=made_by(nothing, calls=0)), budget=400)
    said = "Founders: 4 never came, for their births failed too often in a row"
    assert f"{said}." in str(result)
    assert said in report(result.record)
    assert summary(result.record)["births"]["missing_founders"] == 4
    full = run(recipe=toy_recipe(SWAPPER, fill=SWAPPER), budget=400)
    assert "Founders:" not in str(full)
    assert "missing_founders" not in full.record.one("generation")


def nothing(parents, context):
    """Never a child."""
    raise NoChild("nothing comes to mind")
