"""The run: ask, bear, evaluate, tell, and at the end the sealed test."""

from __future__ import annotations

import random
import signal
import statistics
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from deap import base as deap_base

from evoprompt.budget import Budget, Ledger, Usage
from evoprompt.evaluation import Answer, assemble, put
from evoprompt.example import Example
from evoprompt.genome import Genome
from evoprompt.individual import Individual
from evoprompt.model import Model
from evoprompt.models import as_model
from evoprompt.operator import Birth, Born, Past, bear, breach
from evoprompt.parallel import run_all
from evoprompt.progress import Progress
from evoprompt.recipe import Recipe, Start, get_recipe
from evoprompt.record import FILE, Record
from evoprompt.result import Generation, Result, SealedTest
from evoprompt.splits import SPLITS
from evoprompt.task import Task
from evoprompt.version import __version__

RUN_DRY = 20  # generations without one model call after which a search has nothing left to try
FORMAT = 1  # of the record; counts up when a reader of the old one would go wrong
SeedPrompts = str | Genome | Sequence[str | Genome]


class NothingEvaluated(RuntimeError):
    """A run ended, or was interrupted, before its first prompt was evaluated: there is nothing to report."""


class Evolution:
    """A run in the making, for those who want to write its loop themselves.

    The whole of `evolve` is:

        while births := run.ask():
            run.tell(run.evaluate(run.bear(births)))
        result = run.finish()

    Args:
        task: What to be good at.
        seeds: One prompt or several, as texts (the gene `instruction`) or genomes.
        model: The task model: a name such as `openai/gpt-4o-mini` or `local/smollm2-135m`, or any `Model`.
        operator_model: The model that writes prompts; the task model unless given.
        recipe: A recipe or its name.
        budget: Hard limits; `Budget(calls=2_000)` unless given.
        n_jobs: Calls at once, as in joblib; None for the ambient `joblib.parallel_config`, else one.
        seed: Of all chance in the run.
        run_dir: The run's folder, for its record; None to keep the record in memory.
        toolbox: A DEAP toolbox with a `select` or `survive` of the user's.
        progress: Show a live line on a terminal.

    Raises:
        ValueError: No dev examples, a seed that breaks the task's contract, an operator bound to a gene that the task
            lacks, a budget too small to evaluate the seeds and the sealed test, a folder that holds a record already.
        KeyError: No recipe has this name.
        RuntimeError: The recipe failed with an error of its own.
    """

    def __init__(
        self,
        task: Task,
        seeds: SeedPrompts,
        *,
        model: str | Model,
        operator_model: str | Model | None = None,
        recipe: str | Recipe = "default",
        budget: Budget | None = None,
        n_jobs: int | None = None,
        seed: int = 0,
        run_dir: str | Path | None = None,
        toolbox: deap_base.Toolbox | None = None,
        progress: bool = True,
    ) -> None:
        self.task = task
        self.seeds = _checked_seeds(task, seeds)
        self.model = as_model(model)
        self.operator_model = self.model if operator_model is None else as_model(operator_model)
        self.recipe = get_recipe(recipe) if isinstance(recipe, str) else recipe
        self.n_jobs = n_jobs
        self.seed = seed
        rng = random.Random(f"{seed}/strategy")
        self._operator_task = task.for_operators()
        self.search = self.recipe.build(
            Start(self._operator_task, self.seeds, rng, toolbox or deap_base.Toolbox(), self.operator_model.name)
        )
        self._check_genes()
        self.ledger = Ledger(budget or Budget(calls=2_000), reserved=2 * len(task.test))
        self._check_budget()
        self.record = Record(_new_file(run_dir))
        self.generation = -1
        self.stopped = ""
        self.best: Individual | None = None
        self._best_seed: Individual | None = None
        self._result: Result | None = None
        self._known: dict[Genome, dict[str, Answer]] = {}  # by what the task model sees, then by example
        self._past: dict[Genome, tuple[Past, Genome | None]] = {}  # in order, with each genome's first parent
        self._batch: tuple[str, ...] = ()
        self._history: list[Generation] = []
        self._births, self._failed, self._answers, self._refused = 0, 0, 0, 0
        self._halt = threading.Event()
        self._idle, self._calls_before = 0, 0
        self._started = time.monotonic()
        self._progress = Progress(self.ledger, progress)
        self._write_head()

    # The loop

    def ask(self) -> list[Birth]:
        """The next births, with their seeds; an empty list once the run is over (`stopped` says why)."""
        self.stopped = self.stopped or self.ledger.spent(self._seconds()) or self._unpriced() or self._run_dry()
        if self._halt.is_set():
            self.stopped = "interrupted"
        if self.stopped:
            return []
        planned = self.search.strategy.ask()
        self.generation += 1
        births = [
            Birth(b.operator, b.parents, b.slot, b.genome, f"{self.seed}/{self.generation}/{place}")
            for place, b in enumerate(planned)
        ]
        births = self._affordable(births)
        if planned and not births:
            self.stopped = (
                f"the budget of {self.ledger.budget.calls} calls is spent: too few are left for another prompt"
            )
        elif not births:
            self.stopped = self.search.strategy.done or "the strategy asked for no more births"
        return births

    def bear(self, births: Sequence[Birth]) -> list[Individual]:
        """Carry births out, all in one joblib call; failed ones are recorded and left out.

        Raises:
            ModelUnavailable: No prompt can be answered; the record holds the births that arrived before.
            RuntimeError: An operator failed with an error of its own; the record holds the births as above.
        """
        history = [past for past, _ in self._past.values()]
        jobs = [(b, self._operator_task, self.operator_model, history, self._lineage(b)) for b in births]
        born: list[Born | None] = [None] * len(births)
        try:
            for place, outcome in run_all(bear, jobs, n_jobs=self.n_jobs, stop=self._halt):
                born[place] = outcome
                self._progress.calls(outcome.usage.calls)
        finally:  # what arrived is paid for, also where an error ends the block
            for birth, came in zip(births, born, strict=True):
                if came is not None:
                    self.ledger.add("operator", came.usage)
                    self._record_birth(birth, came)
        return [
            Individual(came.genome, birth.origin)
            for birth, came in zip(births, born, strict=True)
            if came is not None and came.genome is not None
        ]

    def evaluate(self, individuals: Sequence[Individual]) -> list[Individual]:
        """Put the generation's dev examples to each individual, all in one joblib call, and give the evaluated ones.

        Raises:
            ModelUnavailable: No prompt can be answered; the record holds the evaluations that are whole, and the ledger
                counts all answers that arrived.
            RuntimeError: The user's scorer failed with an error of its own; record and ledger as above.
        """
        examples = self.search.allocation.examples(self.task.dev, self.seed, self.generation)
        paid = [Usage()] * len(individuals)
        try:
            self._answer([each.genome for each in individuals], examples, "task", paid)
        finally:  # what arrived is paid for, also where an error ends the block
            evaluated = self._evaluated(individuals, tuple(example.id for example in examples), paid)
        return evaluated

    def _evaluated(
        self, individuals: Sequence[Individual], batch: tuple[str, ...], paid: Sequence[Usage]
    ) -> list[Individual]:
        """The individuals that have all answers of the batch, evaluated and recorded."""
        evaluated = []
        for individual, usage in zip(individuals, paid, strict=True):
            known = self._known.get(individual.genome.visible, {})
            if not all(name in known for name in batch):  # the block ended before its end
                continue
            individual.evaluation = assemble(self.task.scorer, [known[name] for name in batch])
            individual.fitness.values = (self.search.fitness(individual.evaluation),)
            if batch != self._batch:
                self.record.add("batch", generation=self.generation, examples=list(batch))
                self._batch = batch
            self._record_evaluation(individual, usage)
            evaluated.append(individual)
        return evaluated

    def tell(self, individuals: Sequence[Individual]) -> None:
        """Let the strategy take evaluated individuals, and record the generation.

        Raises:
            ValueError: An individual without a fitness, or NaN in it.
        """
        if not individuals and not self.search.strategy.population:
            return  # interrupted before the first seed was evaluated
        self.search.strategy.tell(individuals)
        parents = {genome.id: genome for genome in self._past}
        for each in individuals:
            first = parents.get(each.origin.parents[0]) if each.origin.parents else None
            self._past.setdefault(each.genome, (Past(each.genome, each.score), first))
            if each.origin.operator == "seed" and (self._best_seed is None or each.score > self._best_seed.score):
                self._best_seed = each
        self._find_best(individuals)
        self._record_generation()

    def finish(self) -> Result:
        """Make the sealed test, close the record and give the result; once made, it is given again as it is.

        Raises:
            NothingEvaluated: Nothing was evaluated yet.
            ModelUnavailable: The sealed test can't be answered.
        """
        if self._result is not None:
            return self._result
        if self.best is None or self._best_seed is None:
            raise NothingEvaluated(f"there is no result: {self.stopped or 'nothing was evaluated yet'}")
        test = None
        if self.task.test and not self._halt.is_set():
            test = self._sealed_test(self._best_seed, self.best)
        if self._halt.is_set():
            self.stopped = "interrupted"
        self.stopped = self.stopped or "the loop was ended"
        self._progress.close()
        self.record.add(
            "end",
            reason=self.stopped,
            best=self.best.genome.id,
            fitness=self.best.score,
            usage=self.ledger.to_json(),
            seconds=self._seconds(),
        )
        self._result = Result(
            self.task,
            self.best,
            self._best_seed,
            tuple(self.search.strategy.population),
            tuple(self._history),
            dict(self.ledger.used),
            self.stopped,
            test,
            (self._failed, self._births),
            (self._refused, self._answers),
            self.record,
        )
        return self._result

    @contextmanager
    def interruptible(self) -> Iterator[None]:
        """Let the first Ctrl-C stop the run after the calls in flight, and the second stop at once.

        Does nothing outside the main thread, where Python knows no signals.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def on_interrupt(number: int, frame: Any) -> None:
            if self._halt.is_set():
                raise KeyboardInterrupt
            self._halt.set()

        before = signal.signal(signal.SIGINT, on_interrupt)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)
            self._progress.close()

    # Answers

    def _answer(self, genomes: Sequence[Genome], examples: Iterable[Example], role: str, paid: list[Usage]) -> None:
        """Have every example answered under every genome, known answers apart; adds to what was paid for each genome."""
        asked: list[tuple[int, Genome]] = []
        jobs = []
        seen = set()
        for place, genome in enumerate(genome.visible for genome in genomes):
            if genome in seen:
                continue
            seen.add(genome)
            known = self._known.setdefault(genome, {})
            # The examples of one genome stand together: they share a prefix that a model's prompt cache keeps.
            for example in examples:
                if example.id not in known:
                    asked.append((place, genome))
                    jobs.append((self.model, self.task.scorer, self.task.render(genome, example), example))
        answers: list[Answer | None] = [None] * len(jobs)
        try:
            for index, arrived in run_all(put, jobs, n_jobs=self.n_jobs, stop=self._halt):
                answers[index] = arrived
                self._progress.calls(arrived.usage.calls)
        finally:
            for (place, genome), answer in zip(asked, answers, strict=True):
                if answer is None:  # the block ended before it was answered
                    continue
                self._known[genome][answer.example.id] = answer
                paid[place] += answer.usage
                self.ledger.add(role, answer.usage)
                self._answers += 1
                self._refused += answer.refused

    def _sealed_test(self, seed: Individual, winner: Individual) -> SealedTest | None:
        self._answer([seed.genome, winner.genome], self.task.test, "test", [Usage(), Usage()])
        evaluations = []
        for each in (seed, winner):
            known = self._known[each.genome.visible]
            if not all(example.id in known for example in self.task.test):
                return None  # interrupted
            offsets = each.evaluation.offsets if each.evaluation else ()
            evaluations.append(assemble(self.task.scorer, [known[e.id] for e in self.task.test], offsets))
        assert seed.evaluation is not None  # only evaluated individuals are told
        test = SealedTest.of(self.task, evaluations[0], evaluations[1], seed.evaluation)
        self.record.add(
            "test",
            seed_genome=seed.genome.id,
            winner_genome=winner.genome.id,
            **test.to_json(),
            seconds=self._seconds(),
        )
        return test

    # Limits

    def _check_genes(self) -> None:
        """Refuse an operator that would fail at its first birth, after the seeds were paid for."""
        strategy = self.search.strategy
        for pool in (strategy.pool, strategy.founders.fill):
            for operator, _ in pool.operators if pool else ():
                gene = operator.bound.get("gene")
                if gene and gene not in self.task.genes:
                    raise ValueError(
                        f"operator {operator.name!r} edits the gene {gene!r}, which the task lacks; it has:"
                        f" {', '.join(self.task.genes)}"
                    )

    def _check_budget(self) -> None:
        if not self.task.dev:
            raise ValueError(f"task {self.task.name!r} has no dev examples; selection needs them")
        left = self.ledger.calls_left()
        needed = len(set(self.seeds)) * self.search.allocation.size(self.task.dev)
        if left is not None and left < needed:
            raise ValueError(
                f"a budget of {self.ledger.budget.calls} calls is too small: the sealed test takes {self.ledger.reserved}"
                f" and the seed prompts {needed}; allow more calls, or take fewer dev and test examples"
            )

    def _affordable(self, births: list[Birth]) -> list[Birth]:
        """As many of the births, in order, as calls are left for: their own at worst, and those of their evaluation."""
        left = self.ledger.calls_left()
        if left is None:
            return births
        size = self.search.allocation.size(self.task.dev)
        affordable = []
        for birth in births:
            left -= birth.most_calls + size
            if left < 0:
                break
            affordable.append(birth)
        return affordable

    def _unpriced(self) -> str:
        """Why the budget can't be kept: money is its one limit, and what a model takes is not known."""
        limits = self.ledger.budget.to_json()
        if limits.keys() != {"dollars"} or not self.ledger.total.unpriced:
            return ""
        model = self.operator_model if self.ledger.used["operator"].unpriced else self.model
        return (
            f"the price of {model.name} is not known, so the budget of ${limits['dollars']:g} can't be kept;"
            " set calls=... as well"
        )

    def _run_dry(self) -> str:
        """Why the search can't go on: its births fail, or repeat known prompts, and so never spend the budget."""
        calls = self.ledger.total.calls
        self._idle = self._idle + 1 if calls == self._calls_before else 0
        self._calls_before = calls
        return f"{RUN_DRY} generations in a row brought no new prompt" if self._idle > RUN_DRY else ""

    def _seconds(self) -> float:
        return time.monotonic() - self._started

    # Memory

    def _find_best(self, individuals: Sequence[Individual]) -> None:
        """The best so far; of the present population alone where generations are scored on different examples."""
        fixed = self.search.allocation.fixed(self.task.dev)
        candidates = list(individuals) if self.best is None or fixed else []
        candidates = candidates or list(self.search.strategy.population)
        if self.best is not None and fixed:
            candidates = [self.best, *candidates]
        if candidates:
            self.best = max(candidates, key=lambda each: each.score)

    def _lineage(self, birth: Birth) -> list[Past]:
        """The first parent and its first parents, oldest first."""
        genome = birth.parents[0].genome if birth.parents else None
        line: list[Past] = []
        seen: set[Genome] = set()
        while genome is not None and genome in self._past and genome not in seen:
            seen.add(genome)
            past, genome = self._past[genome]
            line.append(past)
        return line[::-1]

    # The record

    def _write_head(self) -> None:
        task = self.task
        self.record.add(
            "run",
            format=FORMAT,
            evoprompt=__version__,
            task={
                "name": task.name,
                "fingerprint": task.fingerprint,
                "template": task.template,
                "system": task.system,
                "format": task.format,
                "description": task.description,
                "genes": list(task.genes),
                "scorer": repr(task.scorer)
                if task.labels
                else getattr(task.scorer, "__name__", type(task.scorer).__name__),
                "examples": {name: len(task.split(name)) for name in SPLITS},
            },
            recipe=self.recipe.to_json(),
            model=self.model.name,
            operator_model=self.operator_model.name,
            seed=self.seed,
            budget=self.ledger.budget.to_json(),
            seeds=[genome.to_json() for genome in self.seeds],
            time=time.time(),
        )

    def _record_birth(self, birth: Birth, came: Born) -> None:
        self._births += 1
        self._failed += came.genome is None
        origin = birth.origin
        self.record.add(
            "birth",
            generation=self.generation,
            slot=origin.slot,
            seed=origin.seed,
            operator=origin.operator,
            parents=list(origin.parents),
            child=came.genome.id if came.genome else None,
            genome=came.genome.to_json() if came.genome else None,
            rejected=list(came.reasons),
            usage=came.usage.to_json(),
        )

    def _record_evaluation(self, individual: Individual, usage: Usage) -> None:
        assert individual.evaluation is not None  # recorded right after it is made
        values = individual.evaluation.to_json()
        del values["examples"]  # those of the batch
        self.record.add(
            "evaluation",
            generation=self.generation,
            genome=individual.genome.id,
            fitness=individual.score,
            **values,
            usage=usage.to_json(),
        )

    def _record_generation(self) -> None:
        population = self.search.strategy.population
        assert self.best is not None  # the generation was told
        median = statistics.median(each.score for each in population)
        self._history.append(Generation(self.generation, self.best.score, median, self.ledger.total))
        self._progress.told(self.generation, self.best.score, median)
        self.record.add(
            "generation",
            generation=self.generation,
            population=[each.genome.id for each in population],
            fitness=[each.score for each in population],
            best=self.best.genome.id,
            best_fitness=self.best.score,
            median=median,
            usage=self.ledger.to_json(),
            seconds=self._seconds(),
        )


def evolve(
    task: Task,
    seeds: SeedPrompts,
    *,
    model: str | Model,
    operator_model: str | Model | None = None,
    recipe: str | Recipe = "default",
    budget: Budget | None = None,
    n_jobs: int | None = None,
    seed: int = 0,
    run_dir: str | Path | None = None,
    toolbox: deap_base.Toolbox | None = None,
    progress: bool = True,
) -> Result:
    """Evolve a better prompt for a task. Arguments and errors are those of `Evolution`.

    The first Ctrl-C stops after the calls in flight and returns the partial result; the second stops at once.
    """
    run = Evolution(
        task,
        seeds,
        model=model,
        operator_model=operator_model,
        recipe=recipe,
        budget=budget,
        n_jobs=n_jobs,
        seed=seed,
        run_dir=run_dir,
        toolbox=toolbox,
        progress=progress,
    )
    with run.interruptible():
        while births := run.ask():
            run.tell(run.evaluate(run.bear(births)))
        return run.finish()


def _checked_seeds(task: Task, seeds: SeedPrompts) -> tuple[Genome, ...]:
    given = [seeds] if isinstance(seeds, (str, Genome)) else list(seeds)
    genomes = tuple(seed if isinstance(seed, Genome) else Genome({task.genes[0]: seed}) for seed in given)
    if not genomes:
        raise ValueError("a run needs at least one seed prompt")
    for number, genome in enumerate(genomes, 1):
        if reason := breach(genome, (), task):
            raise ValueError(f"seed prompt {number}: {reason}")
    return genomes


def _new_file(run_dir: str | Path | None) -> Path | None:
    if run_dir is None:
        return None
    folder = Path(run_dir)
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / FILE
    if file.exists():
        raise ValueError(f"{folder} already holds a record; name another folder or remove this one")
    return file
