"""What a run may still ask, so that it keeps its budget and can make its sealed test."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

from evoprompt.genome import Genome
from evoprompt.models.model import Model
from evoprompt.models.usage import Usage, judge_of
from evoprompt.plan.budget import Budget, Ledger
from evoprompt.plan.floor import Floor
from evoprompt.plan.forecast import Forecast
from evoprompt.tasks.evaluation import Answer
from evoprompt.tasks.example import Example, calls_an_answer
from evoprompt.tasks.task import Task
from evoprompt.variation.operator import Birth, Born

CAUTION = 20  # answers without a retry that are thought to have come before the first
RUN_DRY = 20  # generations without one model call after which a search has nothing left to try


class SmallBudget(ValueError):
    """A budget with which nothing can be found; the message has the number that would do.

    Attributes:
        why: What is too small, as a clause.
        enough: The number of calls that would do; None where it is not calls that are too few.
        is_enough_for_seeds: Whether the seeds at least can be evaluated and tested, so that a run may go on all the same.
    """

    def __init__(self, why: str, *, enough: int | None = None, is_enough_for_seeds: bool = False) -> None:
        self.why, self.enough, self.is_enough_for_seeds = why, enough, is_enough_for_seeds
        super().__init__(self.sentence("check_setup=False"))

    def sentence(self, switch: str, enough: int | None = None, because: str = "") -> str:
        """The whole sentence.

        Args:
            switch: What switches this check off.
            enough: Another number that would do.
            because: Why it is another one, in brackets.
        """
        calls = "more" if (number := enough or self.enough) is None else f"{number} calls"
        anyway = f"; {switch} goes on all the same" if self.is_enough_for_seeds else ""
        return f"{self.why}; allow {calls}{because}, or take fewer dev and test examples{anyway}"


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
        finals: How many answers are set aside to compare the finalists with, see `finals.Finals`.

    Attributes:
        ledger: What was used.
        calls: Model calls that one answer is planned with.
        tested: How many answers of a genome's sealed test are known, from one that was made and taken back.
    """

    def __init__(
        self,
        task: Task,
        seeds: Sequence[Genome],
        size: int,
        budget: Budget,
        *,
        model: Model,
        operator_model: Model,
        finals: int = 0,
    ) -> None:
        self._task, self._seeds, self._size, self._finals = task, seeds, size, finals
        self.tested: Callable[[Genome], int] = lambda genome: 0
        self._model, self._operator_model = model, operator_model
        self.ledger = Ledger(budget)
        self.calls = calls_an_answer(task.scorer)
        self._forecast = Forecast(task, seeds, model, operator_model)
        self._answers, self._calls = 0, 0
        self._idle, self._calls_before = 0, 0
        self.reserve(seeds[0], seeds[0])

    @property
    def _is_sized(self) -> bool:
        """Whether blocks are held to what is left of tokens or money."""
        return self.ledger.budget.tokens is not None or self.ledger.budget.dollars is not None

    def check(self, floor: Floor, *, is_search: bool = True) -> None:
        """Refuse a budget of calls with which nothing can be found.

        Args:
            floor: What a search takes at least.
            is_search: False to ask for no more than that the seeds can be evaluated and tested.

        Raises:
            SmallBudget: It is too small.
        """
        self._check_size()
        budget, tests = self.ledger.budget, self.ledger.reserved.calls
        if budget.calls is None or budget.calls >= tests + (floor.least if is_search else floor.seeds):
            return
        kept = "the sealed test takes" if not self._finals else "the finals and the sealed test take"
        enough = tests + floor.enough
        others = f", the other founders {floor.founders}" if floor.founders else ""
        raise SmallBudget(
            f"a budget of {budget.calls} calls is too small: {kept} {tests}, the seed prompts {floor.seeds}{others} and"
            f" one child of each founder {floor.children}",
            enough=enough,
            is_enough_for_seeds=budget.calls >= tests + floor.seeds,
        )

    def _check_size(self) -> None:
        """Refuse tokens or money that are foretold not to last for one seed and its test: nothing would be asked."""
        planned = [self._answers_to(genome, self._size) for genome in dict.fromkeys(self._seeds)]
        if not self._is_sized or not (short := self.ledger.lacks(replace(planned[0], calls=0))):
            return
        needed = sum(planned, self.ledger.reserved)
        enough = f"{needed.tokens:,} tokens" if short.endswith("tokens") else f"${needed.dollars:.4f}"
        raise SmallBudget(
            f"{short} is too small: the seed prompts and the sealed test alone are foretold to take {enough}, and a"
            " search takes several times as much"
        )

    # What is planned

    def reserve(self, seed: Genome, best: Genome) -> None:
        """Set aside what the sealed test of these two is expected to take, and before it the finals."""
        n = len(self._task.test)
        # Another prompt may win yet, of which no answer is known.
        tests = self._answers_to(seed, n - self.tested(seed)) + self._answers_to(best, n)
        self.ledger.reserved = tests + self._answers_to(best, self._finals)

    def begin_finals(self, seed: Genome, best: Genome) -> None:
        """Let go of what was set aside for the finals: they are now."""
        self._finals = 0
        self.reserve(seed, best)

    def affordable(self, births: Sequence[Birth]) -> tuple[str, int]:
        """Which limit ends the births that can be paid for, with the answers to their children, and how many can."""
        planned = Usage()
        for place, birth in enumerate(births):
            parent = birth.parents[0].genome if birth.parents else birth.genome or self._seeds[0]
            planned += Usage(birth.most_calls) + self._answers_to(parent, self._size)
            if self._is_sized:
                planned += replace(self._forecast.birth(birth), calls=0)
            if short := self.ledger.lacks(planned):
                return short, place
        return "", len(births)

    def fitting(self, pairs: Sequence[tuple[Genome, Example]], *, for_test: bool) -> int:
        """How many of the answers, from the first on, fit into what is left."""
        calls = self.calls * (1.0 if for_test else self._tries)
        if not self._is_sized:
            left = self.ledger.calls_left(reserve=not for_test)
            return len(pairs) if left is None else min(int(left / calls), len(pairs))
        of_one = {genome: self._forecast.answer(genome) for genome in dict.fromkeys(genome for genome, _ in pairs)}
        planned = Usage()
        for n, (genome, _) in enumerate(pairs):
            planned = replace(planned + of_one[genome], calls=math.ceil((n + 1) * calls))
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
        """When the search ends, in seconds of the run, so that there is time for finals and test; None for never.

        Args:
            seconds: The run's time.
        """
        if self.ledger.budget.seconds is None:
            return None
        pace = seconds / self._answers if self._answers else 0.0
        return max(0.0, self.ledger.budget.seconds - pace * (2 * len(self._task.test) + self._finals))

    def _answers_to(self, genome: Genome, n: int) -> Usage:
        """What n answers under a genome are expected to take, with as many retries as there were so far."""
        one = self._forecast.answer(genome) if self._is_sized else Usage()
        return replace(one.times(n), calls=math.ceil(n * self.calls * self._tries))

    @property
    def _tries(self) -> float:
        """Calls sent for each call planned, at least 1; a few answers say little."""
        planned = self._answers * self.calls
        return max(1.0, (self._calls + CAUTION) / (planned + CAUTION))

    # What was used

    def take_birth(self, came: Born) -> None:
        """Count a birth."""
        for role, usage in (("operator", came.usage), ("task", came.answered), ("judge", came.judged)):
            self.ledger.add(role, usage)
        if self._is_sized:
            self._forecast.saw_birth(came.usage)

    def take_answers(self, genome: Genome, answers: Sequence[Answer], role: str) -> None:
        """Count answers under a genome."""
        self.ledger.add(role, Usage.total(answer.usage for answer in answers))
        if self._task.judge is not None:
            self.ledger.add(judge_of(role), Usage.total(answer.judged for answer in answers))
        self._answers += len(answers)
        self._calls += sum(answer.paid.calls for answer in answers)
        if self._is_sized:
            self._forecast.saw_answers(genome, answers)

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

    def is_spent(self, seconds: float) -> bool:
        """Whether a limit of the budget is reached, so that a larger budget could go on."""
        until = self.until(seconds)
        return bool(self.ledger.spent()) or (until is not None and seconds >= until)

    def _endless(self, generation: int) -> str:
        """Why the budget can't be kept: money is its one limit, and what a model takes is not known, or nothing."""
        budget, total = self.ledger.budget, self.ledger.total
        if budget.to_json().keys() != {"dollars"} or not total.calls:
            return ""
        if total.unpriced:
            return (
                f"the price of {self._unpriced()} is not known, so the budget of ${budget.dollars:g} can't be kept;"
                " set calls=... as well"
            )
        if not total.dollars and (self.ledger.used["operator"].calls or generation > 1):
            return f"calls cost nothing, so the budget of ${budget.dollars:g} has no end; set calls=... as well"
        return ""

    def _unpriced(self) -> str:
        """The model whose price is not known."""
        if self.ledger.used["operator"].unpriced:
            return self._operator_model.name
        judge = self._task.judge if self.ledger.used["judge"].unpriced else None
        return (judge or self._model).name

    def _run_dry(self) -> str:
        """Why the search can't go on: its births fail, or repeat known prompts, and so never spend the budget."""
        calls = self.ledger.total.calls
        self._idle = self._idle + 1 if calls == self._calls_before else 0
        self._calls_before = calls
        return f"{RUN_DRY} generations in a row brought no new prompt" if self._idle > RUN_DRY else ""
