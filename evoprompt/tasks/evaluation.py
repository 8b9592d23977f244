"""Answers of the task model, and the evaluation of a genome that they make up."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from evoprompt.models.model import Completion, Model, Refused, Request
from evoprompt.models.named import as_model
from evoprompt.models.transcript import Transcript
from evoprompt.models.usage import Usage
from evoprompt.tasks.example import (
    AnyScorer,
    Example,
    LogprobScorer,
    Score,
    ScorerError,
    as_score,
    asks_model,
    offsets_of,
    reads_logprobs,
    score_of,
)
from evoprompt.tasks.verdict import judged
from evoprompt.text.thoughts import without_thoughts

ACCURACY, MEAN_SCORE = "accuracy", "mean score"  # units of marks
_NOTHING = Usage()
FLAWS = ("refused", "cut", "empty", "unreadable")  # why an answer says little about its prompt; see `Answer.flaw`


@dataclass(frozen=True)
class Answer:
    """What the task model said for one genome on one example.

    Attributes:
        example: The example that was put.
        output: The text the model wrote; empty where it was refused.
        score: The scorer's verdict; 0 with the reason where it was refused.
        usage: What the answer took.
        refused: Whether there is no score: the provider refused to answer this one prompt, or the scorer's model gave
            no verdict.
        logprobs: Log-probabilities of the scorer's choices, where it asks for them.
        judged: What the verdict took, where the scorer asks a model.
        cut: Whether the token limit ended the output.
        failure: Why the scorer gave the output no score, as a sentence; empty where it did. Such an answer ends the run,
            but its output is kept, and is scored anew when the run goes on with a mended scorer.
    """

    example: Example
    output: str
    score: Score
    usage: Usage
    refused: bool = False
    logprobs: tuple[float, ...] = ()
    judged: Usage = _NOTHING
    cut: bool = False
    failure: str = ""

    @property
    def paid(self) -> Usage:
        """What answer and verdict took."""
        return self.usage + self.judged

    @property
    def is_open(self) -> bool:
        """Whether there is no score: the provider refused it, or nobody could judge it."""
        return self.refused

    @property
    def is_unanswered(self) -> bool:
        """False: without an answer there is none."""
        return False

    @property
    def reason(self) -> str:
        """The scorer's reason."""
        return self.score.reason

    @property
    def calls(self) -> int:
        """Model calls that were sent for it."""
        return self.usage.calls + self.judged.calls

    @property
    def flaw(self) -> str:
        """Why it says little about its prompt, the first of `FLAWS` that applies; empty for a hit and for a plain miss."""
        if self.refused:
            return "refused"
        if self.failure or self.logprobs or self.score.value == 1 or self.score.correct:
            return ""
        if self.cut:
            return "cut"
        if not without_thoughts(self.output).strip():
            return "empty"
        return "unreadable" if self.score.is_unreadable else ""

    def to_json(self) -> dict[str, Any]:
        """The answer as plain JSON values, without its example."""
        data: dict[str, Any] = {"output": self.output, **self.score.to_json(), "usage": self.usage.row}
        if self.refused:
            data["refused"] = True
        if self.logprobs:
            data["logprobs"] = list(self.logprobs)
        if self.judged != _NOTHING:
            data["judged"] = self.judged.row
        if self.cut:
            data["cut"] = True
        if self.failure:
            data["failure"] = self.failure
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any], example: Example) -> Answer:
        """The answer that `to_json` wrote."""
        return cls(
            example,
            data["output"],
            Score.from_json(data),
            Usage(*data["usage"]),
            data.get("refused", False),
            tuple(data.get("logprobs", ())),
            Usage(*data["judged"]) if "judged" in data else _NOTHING,
            data.get("cut", False),
            data.get("failure", ""),
        )


@dataclass(frozen=True)
class Evaluation:
    """All answers of one genome so far, in the order of the examples.

    Attributes:
        answers: One an example; at least 1.
        offsets: What a calibrated scorer subtracted from the log-probabilities; empty for nothing.
    """

    answers: tuple[Answer, ...]
    offsets: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if not self.answers:
            raise ValueError("an evaluation needs at least one answer")

    @cached_property
    def value(self) -> float:
        """Mean score, from 0 to 1."""
        return math.fsum(answer.score.value for answer in self.answers) / len(self.answers)

    @cached_property
    def accuracy(self) -> float | None:
        """Share of correct answers, from 0 to 1; None where the scorer knows only degrees."""
        hits = [answer.score.correct for answer in self.answers]
        return None if None in hits else sum(map(bool, hits)) / len(hits)

    def marks(self, unit: str) -> tuple[float, ...]:
        """One number an example: hit or miss for the unit `accuracy`, else the score's value; see `common_unit`."""
        if unit == ACCURACY:
            return tuple(float(bool(answer.score.correct)) for answer in self.answers)
        return tuple(answer.score.value for answer in self.answers)

    def mean(self, unit: str) -> float:
        """Mean of the marks."""
        return math.fsum(self.marks(unit)) / len(self.answers)

    @cached_property
    def examples(self) -> tuple[str, ...]:
        """Ids of the examples, in their order."""
        return tuple(answer.example.id for answer in self.answers)

    @cached_property
    def usage(self) -> Usage:
        """What all answers and their verdicts took."""
        return Usage.total(answer.paid for answer in self.answers)

    def to_json(self) -> dict[str, Any]:
        """Scores and outputs as plain JSON values, in the order of the examples."""
        data: dict[str, Any] = {
            "value": self.value,
            "accuracy": self.accuracy,
            "examples": list(self.examples),
            "scores": [answer.score.value for answer in self.answers],
            "outputs": [answer.output for answer in self.answers],
        }
        if self.accuracy is not None:
            data["correct"] = [int(bool(answer.score.correct)) for answer in self.answers]
        flaws = [answer.flaw for answer in self.answers]
        for flaw in FLAWS:
            if flaw in flaws:
                data[flaw] = [answer.example.id for answer, its in zip(self.answers, flaws, strict=True) if its == flaw]
        if self.offsets:
            data["offsets"] = list(self.offsets)
        return data


def common_unit(*evaluations: Evaluation) -> str:
    """The one unit in which evaluations are compared: `accuracy` where all of them know hits and misses.

    It is else the mean score: a graded prompt may be right throughout and so have an accuracy, which says nothing
    beside the mean score of another.
    """
    return MEAN_SCORE if None in [each.accuracy for each in evaluations] else ACCURACY


def put(
    model: Model,
    scorer: AnyScorer,
    request: Request,
    example: Example,
    judge: Model | None = None,
    transcript: Transcript | None = None,
) -> Answer:
    """Put one request to the task model and score what comes: a pure function of plain values, run by workers.

    Args:
        judge: Who is asked where the scorer asks a model; the scorer's own model unless given.
        transcript: Of the calls of an answer that is scored by a model.

    Raises:
        ModelUnavailable: No prompt can be answered, or no verdict given.
        Abandoned: A call could be tried again, but the allowance in force grants none.
        ScorerError: A scorer that asks a model failed; of a plain one the answer says so, see `Answer.failure`.
    """
    calls = (transcript or Transcript()) if asks_model(scorer) else None
    try:
        completion = calls.complete(model, request) if calls else model.complete(request)
    except Refused as refusal:
        return Answer(example, "", Score(0.0, f"refused: {refusal}"), Usage(calls=refusal.calls), refused=True)
    usage = Usage.of(completion)
    if not asks_model(scorer) or calls is None:
        return scored(scorer, request, completion, example, usage)
    said = without_thoughts(completion.text)
    verdict = judged(scorer, judge or as_model(scorer.model), said, example, calls)
    refused, score = not verdict.was_given, _with_cut(verdict.score, request, completion)
    return Answer(example, completion.text, score, usage, refused, judged=verdict.usage, cut=completion.cut)


def scored(scorer: AnyScorer, request: Request, completion: Completion, example: Example, usage: Usage) -> Answer:
    """A completion as an answer, also where the scorer fails on it: it was paid for."""
    try:
        return read(scorer, request, completion, example, usage)
    except (ScorerError, TypeError, ValueError) as error:
        if reads_logprobs(scorer):
            raise
        nothing = Score(0.0, "the scorer failed")
        return Answer(example, completion.text, nothing, usage, cut=completion.cut, failure=str(error))


def rescored(scorer: AnyScorer, request: Request, answer: Answer) -> Answer:
    """An answer as the scorer scores its output now."""
    if answer.refused or reads_logprobs(scorer) or asks_model(scorer):
        return answer
    completion = Completion(answer.output, cut=answer.cut)
    return scored(scorer, request, completion, answer.example, answer.usage)


def read(scorer: AnyScorer, request: Request, completion: Completion, example: Example, usage: Usage) -> Answer:
    """A completion as an answer."""
    if reads_logprobs(scorer):  # no text was asked for, so none was cut off
        score = score_of(scorer, completion, example)
        return Answer(example, completion.text, score, usage, logprobs=completion.choice_logprobs or ())
    score = _with_cut(score_of(scorer, completion, example), request, completion)
    return Answer(example, completion.text, score, usage, cut=completion.cut)


def _with_cut(score: Score, request: Request, completion: Completion) -> Score:
    """The score of an output, which says so where it is no hit and the token limit ended the output."""
    if not completion.cut or score.value == 1:
        return score
    said = f"cut off at {request.max_tokens} tokens"
    return replace(score, reason=f"{said}: {score.reason}" if score.reason else said)


def assemble(
    scorer: AnyScorer,
    answers: Sequence[Answer],
    offsets: Sequence[float] | None = None,
    shares: Sequence[float] = (),
) -> Evaluation:
    """The evaluation that answers make up; a scorer by log-probability reads them once more, in each other's light.

    It does so without offsets too: the answers may have been read with some before.

    Args:
        offsets: Those of an earlier evaluation of the genome (the sealed test takes the dev examples'); None to
            compute them from these answers.
        shares: How often each choice is right (`Task.label_shares`), where offsets are computed; empty for all alike.
    """
    if not reads_logprobs(scorer):
        return Evaluation(tuple(answers))
    used = _offsets(scorer, answers, shares) if offsets is None else tuple(offsets)
    return Evaluation(
        tuple(answer if answer.refused else replace(answer, score=_reread(scorer, answer, used)) for answer in answers),
        used,
    )


def _offsets(scorer: LogprobScorer, answers: Sequence[Answer], shares: Sequence[float]) -> tuple[float, ...]:
    given = [answer for answer in answers if not answer.refused]
    targets = [answer.example.target for answer in given]
    return offsets_of(scorer, [answer.logprobs for answer in given], shares, targets)


def _reread(scorer: LogprobScorer, answer: Answer, offsets: Sequence[float]) -> Score:
    return as_score(scorer.read(answer.logprobs, answer.example, offsets), answer.example)
