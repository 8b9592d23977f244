"""Answers to train examples that an operator learns from: asked for in a birth, counted and kept as its other calls."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from evoprompt.genome import Genome
from evoprompt.models.model import Abandoned, Completion, Model, Refused, Request
from evoprompt.models.transcript import Transcript
from evoprompt.models.usage import Usage
from evoprompt.tasks.evaluation import Answer, assemble, put
from evoprompt.tasks.example import Example, ScorerError
from evoprompt.tasks.task import Task

TASK, JUDGE = "task", "judge"  # roles, see `budget.ROLES`


@dataclass(frozen=True)
class Answerer:
    """Who answers train examples, and how the answers are read.

    Attributes:
        model: The task model.
        judge: The model that the scorer asks; None for the scorer's own, or where it asks none.
        offsets: Of a calibrated scorer, by genome: what its evaluation subtracted.
    """

    model: Model
    judge: Model | None = None
    offsets: Mapping[Genome, tuple[float, ...]] = field(default_factory=dict)


class TrainAnswers:
    """The answers to train examples that one birth asks for, a declared number in each of its tries.

    Args:
        task: The task without dev and test.
        answerer: Who answers.
        most: How many answers a try may ask for.
        transcript: Of the birth, where its calls are kept.

    Attributes:
        used: What the answers took, by role.
    """

    def __init__(self, task: Task, answerer: Answerer, most: int, transcript: Transcript) -> None:
        self.most = most
        self.used = {TASK: Usage(), JUDGE: Usage()}
        self._task, self._offsets = task, answerer.offsets
        self._model = _Counted(answerer.model, TASK, transcript, self.used)
        judge = answerer.judge or task.judge
        self._judge = judge and _Counted(judge, JUDGE, transcript, self.used)
        self.begin()

    def begin(self) -> None:
        """Begin a try, which knows of no answer yet."""
        self._left = self.most
        self._known: dict[Genome, list[Answer]] = {}
        self._waiting: dict[Genome, list[Example]] = {}

    def some(self, genome: Genome, k: int, *, right: bool, rng: random.Random) -> list[Answer]:
        """Up to k answers under a genome that are right, or are not; a refused one is neither.

        Those of this try come first; then further examples are drawn, until there are k or none may be asked for.

        Raises:
            ModelUnavailable, Abandoned: As from the model.
            ScorerError: The scorer failed on an answer.
        """
        known = self._known.setdefault(genome, [])
        if genome not in self._waiting:
            self._waiting[genome] = rng.sample(self._task.train, min(self.most, len(self._task.train)))
        waiting = self._waiting[genome]
        while waiting and self._left and len(_those(known, right)) < k:
            self._left -= 1
            known.append(self._put(genome, waiting.pop()))
        return _those(known, right)[: max(0, k)]

    def _put(self, genome: Genome, example: Example) -> Answer:
        request, scorer = self._task.render(genome, example), self._task.scorer
        answer = put(self._model, scorer, request, example, self._judge, _Passing())
        if answer.failure:
            raise ScorerError(answer.failure)
        return assemble(scorer, [answer], self._offsets.get(genome, ())).answers[0]


def _those(answers: Sequence[Answer], right: bool) -> list[Answer]:
    return [answer for answer in answers if not answer.refused and _is_right(answer) == right]


def _is_right(answer: Answer) -> bool:
    return answer.score.value >= 0.5 if answer.score.correct is None else answer.score.correct


class _Passing(Transcript):
    """Keeps nothing: the models that are asked keep their calls themselves, in the birth's transcript."""

    def complete(self, model: Model, request: Request, role: str = "") -> Completion:
        return model.complete(request)


@dataclass
class _Counted:
    """A model whose calls are kept in a birth's transcript, and counted under their role."""

    model: Model
    role: str
    transcript: Transcript
    used: dict[str, Usage]

    @property
    def name(self) -> str:
        return self.model.name

    def complete(self, request: Request) -> Completion:
        try:
            completion = self.transcript.complete(self.model, request, self.role)
        except (Refused, Abandoned) as nothing:
            self.used[self.role] += Usage(calls=nothing.calls)
            raise
        self.used[self.role] += Usage.of(completion)
        return completion
