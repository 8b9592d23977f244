from __future__ import annotations

import importlib

import pytest
from toys import LABELS, ToyModel, example, run, toy_task

from evoprompt.models.model import Completion
from evoprompt.models.usage import Usage
from evoprompt.tasks.evaluation import Answer, Evaluation
from evoprompt.tasks.example import Score
from evoprompt.tasks.scoring.scorers import Choice
from evoprompt.tasks.tally import Tally

report = importlib.import_module("evoprompt.plots.report").report


def answer(output="odd", value=0.0, *, id="e1", **settings):
    score = settings.pop("score", Score(value, "" if value else "wrong"))
    return Answer(example(id=id), output, score, Usage(1), **settings)


@pytest.mark.parametrize(
    ("given", "flaw"),
    [
        (answer(), ""),
        (answer("", refused=True), "refused"),
        (answer("The number", cut=True), "cut"),
        (answer("", cut=True), "cut"),
        (answer("even it is, and so", 1.0, cut=True), ""),
        (answer("so", cut=True, score=Score(0.8, correct=True)), ""),
        (answer(" \n"), "empty"),
        (answer("<think>Hm, two.</think>"), "empty"),
        (answer("", 1.0), ""),
        (answer("", logprobs=(-1.0, -2.0), cut=True), ""),
        (answer("I can't say.", score=Score(0.0, "no label", is_unreadable=True)), "unreadable"),
    ],
)
def test_an_answer_has_the_first_flaw_that_keeps_it_from_being_one(given, flaw):
    assert given.flaw == flaw


def test_the_counts_of_answers_add_up():
    counted = Tally.of([answer(), answer(" "), answer(cut=True)]) + Tally.of([answer("", refused=True), answer(" ")])
    assert counted == Tally(total=5, refused=1, cut=1, empty=2)
    assert counted.lost == 3
    assert counted.to_json() == {"total": 5, "refused": 1, "cut": 1, "empty": 2, "unreadable": 0}


def test_an_evaluation_names_the_examples_with_flawed_answers_by_their_flaw():
    data = Evaluation((answer(id="a"), answer(" ", id="b"), answer(cut=True, id="c"), answer(" ", id="d"))).to_json()
    assert (data["empty"], data["cut"]) == (["b", "d"], ["c"])
    assert "refused" not in data and "unreadable" not in data


class Faltering(ToyModel):
    """Every eighth number is too much for it, and to every ninth it says nothing; of every tenth it thinks aloud."""

    def complete(self, request):
        whole = super().complete(request)
        number = request.text.rpartition("Number: ")[2].partition("\n")[0]
        if not number.isdigit():
            return whole
        if int(number) % 8 == 7:
            return Completion("The number is", cut=True)
        if int(number) % 9 == 8:
            return Completion("")
        return Completion("I could not say.") if int(number) % 10 == 9 else whole


def readable_or_not(output, example):
    score = Choice(LABELS)(output, example)
    return Score(score.value, score.reason, is_unreadable=score.prediction is None)


def test_a_result_and_the_report_of_its_record_count_cut_empty_and_unreadable_answers():
    result = run(toy_task(scorer=readable_or_not, max_tokens=7), model=Faltering())
    answers = result.answers
    assert answers.cut and answers.empty and answers.unreadable and not answers.refused
    assert result.refused == (0, answers.total)
    assert f"Answers: {answers.cut} of {answers.total} were cut off at 7 tokens; raise max_tokens." in str(result)
    assert f"{answers.empty} of {answers.total} were empty" in str(result)
    assert f"{answers.unreadable} of {answers.total} held no answer that the scorer could read" in str(result)

    lines = list(result.record.of("evaluation"))
    cut, total = sum(len(line.get("cut", ())) for line in lines), sum(len(line["scores"]) for line in lines)
    assert f"Answers: {cut} of {total} were cut off at 7 tokens; raise max_tokens\n" in report(result.record)


def test_a_run_without_flaws_says_nothing_of_its_answers():
    assert "Answers:" not in str(run())
