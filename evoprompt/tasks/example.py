"""One labelled example, the score of one output, and what a scorer is."""

from __future__ import annotations

import inspect
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Protocol, TypeGuard, cast, runtime_checkable

from evoprompt.genome import Shot
from evoprompt.models.model import Completion, Model, Request
from evoprompt.text.thoughts import without_thoughts


@dataclass(frozen=True)
class Example:
    """One labelled example.

    Attributes:
        id: Unique within the task.
        fields: The texts a template may name, without the target.
        target: The right answer.
    """

    id: str
    fields: Mapping[str, str] = field(hash=False)  # a mapping has no hash; the id tells examples apart
    target: str

    def as_shot(self, reasoning: str = "") -> Shot:
        """The example solved, to be shown in a prompt."""
        return Shot(tuple(self.fields.items()), self.target, reasoning)


@dataclass(frozen=True)
class Score:
    """How good one output is.

    Attributes:
        value: From 0 (wrong) to 1 (right). The mean over the examples steers the search.
        reason: Why, in words that an operator can show to a model; empty for a plain hit.
        correct: Whether the answer counts as a hit, for accuracies and the sealed test; None where there are only
            degrees. Left out, it follows from a value of exactly 0 or 1.
        prediction: The answer that was read from the output, where the scorer reads one.
        is_unreadable: Whether the scorer could read no answer in the output at all, right or wrong.
    """

    value: float
    reason: str = ""
    correct: bool | None = None
    prediction: str | None = None
    is_unreadable: bool = False

    def __post_init__(self) -> None:
        if self.correct is None and self.value in (0, 1):
            object.__setattr__(self, "correct", self.value == 1)

    def to_json(self) -> dict[str, Any]:
        """The score as plain JSON values."""
        data: dict[str, Any] = {"score": self.value, "correct": self.correct}
        if self.reason:
            data["reason"] = self.reason
        if self.prediction is not None:
            data["prediction"] = self.prediction
        if self.is_unreadable:
            data["unreadable"] = True
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Score:
        """The score that `to_json` wrote."""
        return cls(
            data["score"],
            data.get("reason", ""),
            data["correct"],
            data.get("prediction"),
            data.get("unreadable", False),
        )


class Scorer(Protocol):
    """Judges an output: any function `(output, example) -> Score | float | bool` will do."""

    def __call__(self, output: str, example: Example, /) -> Score | float | bool: ...


@runtime_checkable
class LogprobScorer(Protocol):
    """A scorer that reads the log-probabilities of given choices instead of a generated text.

    A `calibrate` with a parameter named `shares` is also told how often each choice is the target in train and dev, and
    one with a parameter named `targets` the targets of the dev examples that the answers are to.
    """

    @property
    def choices(self) -> tuple[str, ...]:
        """The texts whose first-token log-probabilities the model is asked for."""

    def calibrate(self, logprobs: Sequence[Sequence[float]]) -> tuple[float, ...]:
        """What to subtract from each choice's log-probability, from the answers of one genome on the dev examples."""

    def read(self, logprobs: Sequence[float], example: Example, offsets: Sequence[float]) -> Score:
        """The score of one answer."""


class ScorerError(RuntimeError, ValueError):
    """The user's scorer failed on an output, or gave no score from 0 to 1; the message names scorer and example."""


class NoVerdict(Exception):
    """What a scorer's model wrote holds no verdict. It is asked again, and in the end the answer has no score."""


@runtime_checkable
class ModelScorer(Protocol):
    """A scorer that asks a model. The engine makes its calls, so that they are counted, kept and shared as all others."""

    @property
    def model(self) -> str | Model:
        """Who is asked: a model or its name."""

    def question(self, output: str, example: Example) -> Request:
        """What the model is asked about one output, which may be empty."""

    def verdict(self, completion: Completion, output: str, example: Example) -> Score | float | bool:
        """The score that the model's answer stands for.

        Raises:
            NoVerdict: It stands for none.
        """


AnyScorer = Scorer | LogprobScorer | ModelScorer


def reads_logprobs(scorer: AnyScorer) -> TypeGuard[LogprobScorer]:
    """Whether a scorer is by log-probability. As `isinstance` says, at a tenth of its time: it is asked at every answer."""
    kind = type(scorer)
    return hasattr(kind, "read") and hasattr(kind, "calibrate") and hasattr(scorer, "choices")


@lru_cache(maxsize=64)
def _takes(kind: type) -> frozenset[str]:
    return frozenset(inspect.signature(kind.calibrate).parameters)  # type: ignore[attr-defined]


def offsets_of(
    scorer: LogprobScorer,
    logprobs: Sequence[Sequence[float]],
    shares: Sequence[float],
    targets: Sequence[str],
) -> tuple[float, ...]:
    """What a scorer subtracts from the log-probabilities; see `LogprobScorer.calibrate`."""
    known = {"shares": shares, "targets": targets}
    asked = {name: value for name, value in known.items() if name in _takes(type(scorer))}
    return tuple(cast(Any, scorer).calibrate(logprobs, **asked))


def asks_model(scorer: AnyScorer) -> TypeGuard[ModelScorer]:
    """Whether a scorer asks a model."""
    kind = type(scorer)
    return hasattr(kind, "question") and hasattr(kind, "verdict") and hasattr(scorer, "model")


def calls_an_answer(scorer: AnyScorer) -> int:
    """Model calls that one answer is planned with: the task model's, and the scorer's where it asks a model."""
    return 2 if asks_model(scorer) else 1


def as_score(value: Score | float | bool, example: Example) -> Score:
    """A scorer's verdict as a `Score`.

    Raises:
        TypeError: The verdict is neither a Score, a number nor True or False.
        ValueError: NaN, infinite, or not from 0 to 1; the message names the example.
    """
    given = value.value if isinstance(value, Score) else value
    try:
        if isinstance(given, str):  # float() would read it
            raise TypeError
        number = float(given)
    except (TypeError, ValueError):
        raise TypeError(
            f"the scorer must return a Score, a number or True or False; on example {example.id!r} it returned {value!r}"
        ) from None
    if not 0 <= number <= 1:  # NaN neither
        raise ValueError(f"a score is from 0 to 1; on example {example.id!r} the scorer returned {number!r}")
    if isinstance(value, Score):
        return value if type(value.value) is float else replace(value, value=number)
    return Score(number)


def score_of(scorer: AnyScorer, completion: Completion, example: Example, offsets: Sequence[float] = ()) -> Score:
    """A scorer's verdict on one completion, where it needs no model for it.

    Args:
        offsets: What a calibrated scorer subtracts from the log-probabilities; empty for nothing.

    Raises:
        TypeError, ValueError: The verdict is no score from 0 to 1; the message names the example.
        TypeError: The scorer asks a model, which the engine alone does.
        RuntimeError: The scorer failed with an error of its own; the message names the example.
    """
    if reads_logprobs(scorer):
        if completion.choice_logprobs is None:
            raise ValueError(f"example {example.id!r}: the model gave no log-probabilities, which the scorer needs")
        return as_score(scorer.read(completion.choice_logprobs, example, offsets), example)
    if asks_model(scorer):
        raise TypeError(f"the scorer {name_of(scorer)!r} asks a model: evaluation.put puts an example to both")
    try:
        verdict = cast(Scorer, scorer)(without_thoughts(completion.text), example)
    except Exception as error:
        raise failure(scorer, example, error) from error
    return as_score(verdict, example)


def failure(scorer: AnyScorer, example: Example, error: Exception) -> ScorerError:
    """What to raise where a scorer failed with an error of its own; the message names scorer and example."""
    frame = traceback.extract_tb(error.__traceback__)[-1:]
    where = "".join(f" ({each.filename} line {each.lineno})" for each in frame)
    return ScorerError(f"the scorer {name_of(scorer)!r} failed on example {example.id!r}: {error!r}{where}")


def name_of(scorer: AnyScorer) -> str:
    """The name of a scorer's function or class."""
    return str(getattr(scorer, "__name__", type(scorer).__name__))
