"""The verdict of a scorer that asks a model: asked for, and asked for again where none can be read."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from evoprompt.models.allowance import allowance
from evoprompt.models.model import Abandoned, Completion, Model, ModelUnavailable, Refused, Request
from evoprompt.models.transcript import Transcript
from evoprompt.models.usage import Usage
from evoprompt.tasks.example import Example, ModelScorer, NoVerdict, Score, as_score, failure

TRIES = 3  # questions after which an answer has no verdict
WARMTH = 0.7  # temperature of the second and third: at 0 the model would write the same again


class Verdict(NamedTuple):
    """What a scorer's model made of one output.

    Attributes:
        score: 0 with the reason where there is no verdict.
        usage: What all questions took.
        was_given: Whether there is a verdict.
    """

    score: Score
    usage: Usage
    was_given: bool = True


def judged(scorer: ModelScorer, judge: Model, output: str, example: Example, transcript: Transcript) -> Verdict:
    """Ask a scorer's model about one output, up to three times.

    A question is planned for each answer; any further one is taken from the allowance in force.

    Args:
        transcript: That of the answer, with the task model's call in it.

    Raises:
        ModelUnavailable: No question can be answered.
        Abandoned: The allowance grants no further one, or the run was stopped.
        RuntimeError: The scorer failed with an error of its own; the message names the example.
        TypeError, ValueError: Its verdict is no score from 0 to 1; the message names the example.
    """
    usage, reason = Usage(), ""
    first = _question(scorer, output, example)
    for number in range(TRIES):
        if number and not allowance().take():
            raise Abandoned(f"{reason}; no further call may be made", calls=transcript.unkept)
        try:
            said = transcript.complete(judge, _again(first, number))
        except Refused as refusal:
            reason = f"no verdict: {judge.name} refused: {refusal}"
            return Verdict(Score(0.0, reason), usage + Usage(calls=refusal.calls), was_given=False)
        except (ModelUnavailable, Abandoned) as error:
            error.calls += transcript.unkept
            raise
        usage += Usage.of(said)
        try:
            return Verdict(_score(scorer, said, output, example), usage)
        except NoVerdict as nothing:
            reason = f"no verdict: {judge.name} {nothing}"
    return Verdict(Score(0.0, reason), usage, was_given=False)


def _again(first: Request, number: int) -> Request:
    if not number:
        return first
    return replace(first, draw=first.draw + number, temperature=max(WARMTH, first.temperature))


def _question(scorer: ModelScorer, output: str, example: Example) -> Request:
    try:
        return scorer.question(output, example)
    except Exception as error:
        raise failure(scorer, example, error) from error


def _score(scorer: ModelScorer, said: Completion, output: str, example: Example) -> Score:
    try:
        verdict = scorer.verdict(said, output, example)
    except NoVerdict:
        raise
    except Exception as error:
        raise failure(scorer, example, error) from error
    return as_score(verdict, example)
