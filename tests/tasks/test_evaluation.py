from __future__ import annotations

import pytest
from toys import LABELS, ToyModel, Watched, logprob_task, toy_task

from evoprompt.genome import Genome
from evoprompt.models.model import Completion, ModelUnavailable, Refused
from evoprompt.models.usage import Usage
from evoprompt.tasks.evaluation import Answer, Evaluation, assemble, put
from evoprompt.tasks.example import Score
from evoprompt.tasks.scoring.scorers import LabelProbability


def answer(value, *, correct=None, refused=False, task=None):
    return Answer((task or toy_task()).dev[0], "x", Score(value, correct=correct), Usage(1, 2, 3), refused)


def put_all(task, examples, text="Even or odd?", model=None):
    return [put(model or ToyModel(), task.scorer, task.render(Genome(text), e), e) for e in examples]


class Fails:
    name = "fails"

    def __init__(self, error):
        self.error = error

    def complete(self, request):
        raise self.error


def test_an_answer_holds_output_score_and_usage():
    task = toy_task()
    (got,) = put_all(task, task.dev[:1])
    assert got.output in LABELS
    assert got.score.value == (got.output == task.dev[0].target)
    assert got.usage.calls == 1


def test_a_refused_answer_scores_0_with_the_providers_reason():
    task = toy_task()
    (got,) = put_all(task, task.dev[:1], model=Fails(Refused("content filter")))
    assert got.refused
    assert got.score.value == 0
    assert got.score.reason == "refused: content filter"
    assert got.usage.calls == 1


def test_a_refusal_after_retries_takes_all_its_calls():
    task = toy_task()
    (got,) = put_all(task, task.dev[:1], model=Fails(Refused("an empty list of answers", calls=6)))
    assert got.usage.calls == 6


def test_a_model_that_is_unavailable_makes_no_answer():
    task = toy_task()
    with pytest.raises(ModelUnavailable, match="no network"):
        put_all(task, task.dev[:1], model=Fails(ModelUnavailable("no network")))


def test_an_answer_on_which_the_scorer_fails_keeps_the_output_and_names_the_example():
    def broken(output, example):
        raise LookupError("no such key")

    task = toy_task(scorer=broken)
    (answer,) = put_all(task, task.dev[:1])
    assert answer.failure.startswith(f"the scorer 'broken' failed on example '{task.dev[0].id}': LookupError")
    assert answer.output
    assert answer.usage.calls == 1


def test_an_evaluation_sums_its_answers_up():
    evaluation = Evaluation((answer(1.0), answer(0.0), answer(1.0), answer(0.5, correct=True)))
    assert evaluation.value == 0.625
    assert evaluation.accuracy == 0.75
    assert evaluation.marks("accuracy") == (1.0, 0.0, 1.0, 1.0)
    assert evaluation.usage == Usage(4, 8, 12)


def test_where_there_are_only_degrees_there_is_no_accuracy_and_marks_are_scores():
    evaluation = Evaluation((answer(1.0), answer(0.5)))
    assert evaluation.accuracy is None
    assert evaluation.marks("mean score") == (1.0, 0.5)
    assert "correct" not in evaluation.to_json()


def test_an_evaluation_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one answer"):
        Evaluation(())


def test_an_evaluation_as_json_is_in_the_order_of_the_examples():
    task = toy_task()
    got = assemble(task.scorer, put_all(task, task.dev))
    data = got.to_json()
    assert data["examples"] == [example.id for example in task.dev]
    assert data["scores"] == [float(c) for c in data["correct"]]
    assert "refused" not in data
    refused = Evaluation((answer(1.0), answer(0.0, refused=True)))
    assert refused.to_json()["refused"] == [refused.answers[1].example.id]


# Calibration


def likings(evaluation):
    """How often each label is predicted."""
    return [sum(a.score.prediction == label for a in evaluation.answers) for label in LABELS]


def test_calibration_reads_the_answers_in_each_others_light():
    plain, calibrated = logprob_task(), logprob_task(calibrated=True)
    text = "Judge."
    one = assemble(plain.scorer, put_all(plain, plain.dev, text))
    other = assemble(calibrated.scorer, put_all(calibrated, calibrated.dev, text))
    assert one.offsets == ()
    assert len(other.offsets) == 2
    assert likings(one) != likings(other)
    assert other.accuracy > one.accuracy
    assert other.to_json()["offsets"] == list(other.offsets)


def test_offsets_that_are_given_are_used_as_they_are():
    task = logprob_task(calibrated=True)
    answers = put_all(task, task.test)
    assert assemble(task.scorer, answers, (-1.0, -3.0)).offsets == (-1.0, -3.0)
    assert assemble(task.scorer, answers, ()).offsets == ()


def test_calibration_leaves_refused_answers_out():
    task = logprob_task(calibrated=True)
    answers = put_all(task, task.dev)
    refused = put_all(task, task.dev[:1], model=Fails(Refused("no")))
    evaluation = assemble(task.scorer, [*refused, *answers])
    assert evaluation.offsets == assemble(task.scorer, answers).offsets
    assert evaluation.answers[0] == refused[0]
    assert assemble(task.scorer, refused).offsets == ()


def test_a_model_that_gives_no_log_probabilities_is_said_so():
    class Silent:
        name = "silent"

        def complete(self, request):
            return Completion("even")

    task = toy_task(scorer=LabelProbability(LABELS))
    with pytest.raises(ValueError, match="the model gave no log-probabilities"):
        put_all(task, task.dev[:1], model=Silent())


def test_the_task_model_is_called_once_an_answer():
    model = Watched()
    task = toy_task()
    put_all(task, task.dev, model=model)
    assert len(model.requests) == len(task.dev)
