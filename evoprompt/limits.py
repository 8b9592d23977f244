"""What a run may still ask, so that it keeps its budget and can make its sealed test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from evoprompt.budget import Budget, Ledger, Usage
from evoprompt.evaluation import Answer
from evoprompt.example import Example
from evoprompt.forecast import Forecast
from evoprompt.genome import Genome
from evoprompt.model import Model
from evoprompt.operator import Birth, Born
from evoprompt.task import Task

RUN_DRY = 20  # generations without one model call after which a search has nothing left to try


class Limits:
    """Plans blocks so that a budget holds, and says why a run has to end.

    Calls are counted exactly. Tokens and money are foretold, and a block asks for no more than what is foretold to fit.

    Args:
        task: With its examples.
        seeds: Prompts of the run.
        size: How many examples one genome is evaluated on.
        budget: The limits.
        model: The task model.
        operator_model: The model that writes prompts.

    Attributes:
        ledger: What was used.
    """

    def __init__(
        self, task: Task, seeds: Sequence[Genome], size: int, budget: Budget, *, model: Model, operator_model: Model
    ) -> None:
        self._task, self._seeds, self._size = task, seeds, size
        self._model, self._operator_model = model, operator_model
        self.ledger = Ledger(budget)
        self._forecast = Forecast(task, seeds, model, operator_model)
        self._answers = 0
        self._idle, self._calls_before = 0, 0
        self.reserve(seeds[0], seeds[0])

    @property
    def _is_sized(self) -> bool:
        """Whether blocks are held to what is left of tokens or money."""
        return self.ledger.budget.tokens is not None or self.ledger.budget.dollars is not None

    def check(self) -> None:
        """Refuse a budget that ends before the seeds are evaluated.

        Raises:
            ValueError: It is too small.
        """
        budget, needed = self.ledger.budget, len(set(self._seeds)) * self._size
        if budget.calls is not None and budget.calls < self.ledger.reserved.calls + needed:
            raise ValueError(
                f"a budget of {budget.calls} calls is too small: the sealed test takes {self.ledger.reserved.calls}"
                f" and the seed prompts {needed}; allow more calls, or take fewer dev and test examples"
            )

    # What is planned

    def reserve(self, seed: Genome, best: Genome) -> None:
        """Set aside what the sealed test of these two is expected to take."""
        n = len(self._task.test)
        planned = sum((self._answer(genome).times(n) for genome in (seed, best)), Usage())
        self.ledger.reserved = replace(planned, calls=self._with_retries(planned.calls))

    def affordable(self, births: Sequence[Birth]) -> tuple[str, int]:
        """Which limit ends the births that can be paid for, with the answers to their children, and how many can."""
        planned = Usage()
        for place, birth in enumerate(births):
            parent = birth.parents[0].genome if birth.parents else birth.genome or self._seeds[0]
            answers = self._answer(parent).times(self._size)
            planned += replace(answers, calls=birth.most_calls + self._with_retries(answers.calls))
            if self._is_sized:
                planned += replace(self._forecast.birth(birth), calls=0)
            if short := self.ledger.lacks(planned):
                return short, place
        return "", len(births)

    def fitting(self, pairs: Sequence[tuple[Genome, Example]], *, for_test: bool) -> int:
        """How many of the answers, from the first on, fit into what is left."""
        if not self._is_sized:
            left = self.ledger.calls_left(reserve=not for_test)
            return len(pairs) if left is None else min(left, len(pairs))
        planned = Usage()
        for n, (genome, _) in enumerate(pairs):
            planned += self._answer(genome)
            if self.ledger.lacks(planned, reserve=not for_test):
                return n
        return len(pairs)

    @property
    def most(self) -> int | None:
        """How many answers may be asked for at once while nobody knows what one takes; None for no limit."""
        return self._forecast.most if self._is_sized else None

    def spare(self, planned: int, *, for_test: bool = False) -> int | None:
        """Calls that may be sent beyond the planned ones, which retries may take; None for no limit."""
        left = self.ledger.calls_left(reserve=not for_test)
        return None if left is None else max(0, left - planned)

    def until(self, seconds: float) -> float | None:
        """When the search ends, in seconds of the run, so that there is time for the sealed test; None for never.

        Args:
            seconds: The run's time.
        """
        if self.ledger.budget.seconds is None:
            return None
        pace = seconds / self._answers if self._answers else 0.0
        return max(0.0, self.ledger.budget.seconds - pace * 2 * len(self._task.test))

    def _with_retries(self, calls: int) -> int:
        """Calls that so many answers take at the rate at which calls failed so far, up to every second one."""
        sent = sum(self.ledger.used[role].calls for role in ("task", "test"))
        return (
            calls if sent <= self._answers or not self._answers else min(2 * calls, -(-calls * sent // self._answers))
        )

    def _answer(self, genome: Genome) -> Usage:
        return self._forecast.answer(genome) if self._is_sized else Usage(calls=1)

    # What was used

    def take_birth(self, came: Born) -> None:
        """Count a birth."""
        self.ledger.add("operator", came.usage)
        if self._is_sized:
            self._forecast.saw_birth(came.usage)

    def take_answers(self, genome: Genome, answers: Sequence[Answer], role: str) -> None:
        """Count answers under a genome."""
        self.ledger.add(role, sum((answer.usage for answer in answers), Usage()))
        self._answers += len(answers)
        if self._is_sized:
            for answer in answers:
                self._forecast.saw_answer(genome, answer.usage)

    # Why it ends

    def reached(self, generation: int, seconds: float) -> str:
        """Why nothing more may be asked, as a sentence; empty while it may. Called once a generation."""
        until = self.until(seconds)
        is_late = until is not None and seconds >= until
        return (
            self.ledger.spent()
            or (f"the budget of {self.ledger.budget.seconds:g} seconds is spent" if is_late else "")
            or self._endless(generation)
            or self._run_dry()
        )

    def _endless(self, generation: int) -> str:
        """Why the budget can't be kept: money is its one limit, and what a model takes is not known, or nothing."""
        budget, total = self.ledger.budget, self.ledger.total
        if budget.to_json().keys() != {"dollars"} or not total.calls:
            return ""
        if total.unpriced:
            model = self._operator_model if self.ledger.used["operator"].unpriced else self._model
            return (
                f"the price of {model.name} is not known, so the budget of ${budget.dollars:g} can't be kept;"
                " set calls=... as well"
            )
        if not total.dollars and (self.ledger.used["operator"].calls or generation > 1):
            return f"calls cost nothing, so the budget of ${budget.dollars:g} has no end; set calls=... as well"
        return ""

    def _run_dry(self) -> str:
        """Why the search can't go on: its births fail, or repeat known prompts, and so never spend the budget."""
        calls = self.ledger.total.calls
        self._idle = self._idle + 1 if calls == self._calls_before else 0
        self._calls_before = calls
        return f"{RUN_DRY} generations in a row brought no new prompt" if self._idle > RUN_DRY else ""
