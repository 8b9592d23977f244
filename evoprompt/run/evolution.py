"""The run: ask, bear, evaluate, tell, and at the end the sealed test."""

from __future__ import annotations

import random
import signal
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

from deap import base as deap_base

from evoprompt.genome import Genome
from evoprompt.models.model import Model, ModelUnavailable, Refused, Request
from evoprompt.models.named import as_model, usual_jobs
from evoprompt.models.parallel import checked_jobs
from evoprompt.models.secrecy import public_address
from evoprompt.models.transcript import Transcript, usage_of
from evoprompt.plan.barren import Barren
from evoprompt.plan.budget import Budget, Ledger
from evoprompt.plan.estimate import Estimate, estimate
from evoprompt.plan.floor import Floor
from evoprompt.plan.identity import identity
from evoprompt.plan.limits import Limits
from evoprompt.plan.stopping import Aim
from evoprompt.run.blocks import Blocks, Job
from evoprompt.run.conclusion import INTERRUPTED_RUN, NO_EXAMPLES, NOTHING_LEFT
from evoprompt.run.examiner import Answers, Examiner
from evoprompt.run.progress import Progress
from evoprompt.run.recorder import Recorder
from evoprompt.run.refusals import Refusals, TooManyRefused
from evoprompt.run.result import Generation, Result, SealedTest
from evoprompt.run.setup_check import BrokenSetup, check_all, check_handful
from evoprompt.search.finals import Finals
from evoprompt.search.genealogy import Genealogy, best_of_all
from evoprompt.search.recipe import Recipe, Search, Start, get_recipe
from evoprompt.search.strategies.base import unique
from evoprompt.storage.cache import cached
from evoprompt.storage.folder import NOTE, SERVER, UNTESTED, Opened, opened, take_away
from evoprompt.storage.record import INTERRUPTED
from evoprompt.storage.store import Block, StoreError
from evoprompt.tasks.checks import check_data
from evoprompt.tasks.evaluation import Answer, assemble
from evoprompt.tasks.example import Example, ScorerError, calls_an_answer
from evoprompt.tasks.task import Task
from evoprompt.tasks.trial import try_scorer
from evoprompt.text.arguments import as_int, said, said_of
from evoprompt.text.brief import brief, few
from evoprompt.text.terminal import say_at_once
from evoprompt.variation.individual import Fitness, Individual
from evoprompt.variation.operator import Birth, Born, bear, breach, takes_schema
from evoprompt.variation.structured import Structured
from evoprompt.variation.train_answers import Answerer

BY_HAND = "it was ended by hand"
_LEAKS = ", which it would be scored on; take it out, or show train examples in its place"
SeedPrompt = str | Genome | Mapping[str, str]
SeedPrompts = SeedPrompt | Sequence[SeedPrompt]
_Check = Callable[[Task, Mapping[Genome, Sequence[Answer]]], None]


class NothingEvaluated(RuntimeError):
    """A run ended, or was interrupted, before its first prompt was evaluated: there is nothing to report."""


class AllRefused(NothingEvaluated, Refused):
    """A run ended because the provider refused too many answers to its first prompts."""


@said_of
class Evolution:
    """A run in the making, for those who want to write its loop themselves.

    The whole of `evolve` is:

        while births := run.ask():
            run.tell(run.evaluate(run.bear(births)))
        result = run.finish()

    Args:
        task: What to be good at.
        seeds: One prompt or several: as texts (the task's first gene, `instruction` unless it says otherwise), as
            mappings from the names of genes to their texts, or as genomes.
        model: The task model: a name such as `openai/gpt-4o-mini` or `local/smollm2-135m`, or any `Model`.
        operator_model: The model that writes prompts; the task model unless given.
        recipe: A recipe or its name.
        budget: Hard limits, or a number of calls; `Budget(calls=2_000)` unless given.
        target_score: The dev score that is enough, over 0 and up to 1; a perfect one always is. See `stopping.Aim`.
        patience: Generations in a row without gain after which the search ends; None to use the budget up.
        n_jobs: Calls at once, as in joblib; None for the ambient `joblib.parallel_config`, else eight where a server
            answers for the task model (a `LiteLLM`) and one for any other.
        seed: Of all chance in the run.
        run_dir: The run's folder, for its record and all it has paid for. A folder with a run in it is gone on with,
            where everything that shapes the run is the same; None to keep nothing.
        cache: A file of answers that runs share; None for none. An answer that it holds is not paid for.
        on_error: What becomes of a single answer that the provider refuses: `zero` scores it 0 and goes on, `raise`
            ends the run.
        max_refused: From 0 to 1: the run stops when more than this share of a generation's answers is refused.
        check_setup: Refuse a budget too small for one child of each founder, and stop where the answers to the seeds
            say nothing about prompts (see `setup_check.check_all`). False to go on all the same.
        toolbox: A DEAP toolbox with a `select` or `survive` of the user's.
        progress: Show a live line on a terminal.

    Raises:
        ValueError: No dev examples, one target for all of them, an example in two splits, a seed that breaks the
            task's contract or shows a dev or test example, an operator bound to a gene that the task
            lacks, a budget too small for a search (`SmallBudget`), a target or patience where the
            generations' scores do not compare, a folder that holds another run.
        KeyError: No recipe has this name.
        RuntimeError: The recipe failed with an error of its own.
        StoreError: The folder or the cache is in use, damaged or read-only (an OSError).
    """

    def __init__(
        self,
        task: Task,
        seeds: SeedPrompts,
        *,
        model: str | Model,
        operator_model: str | Model | None = None,
        recipe: str | Recipe = "default",
        budget: Budget | int | None = None,
        target_score: float | None = None,
        patience: int | None = None,
        n_jobs: int | None = None,
        seed: int = 0,
        run_dir: str | Path | None = None,
        cache: str | Path | None = None,
        on_error: Literal["zero", "raise"] = "zero",
        max_refused: float = 0.1,
        check_setup: bool = True,
        toolbox: deap_base.Toolbox | None = None,
        progress: bool = True,
    ) -> None:
        _check_kinds(task, recipe, toolbox, run_dir)
        self.task = task
        self.seeds = checked_seeds(task, seeds)
        n_jobs = checked_jobs(n_jobs)
        check_data(task, self.seeds)
        self.model = as_model(model)
        self.operator_model = self.model if operator_model is None else as_model(operator_model)
        self.recipe = get_recipe(recipe) if isinstance(recipe, str) else recipe
        self.seed = _checked_seed(seed)
        self._toolbox = toolbox or deap_base.Toolbox()
        self._operator_task = task.for_operators()
        self.search = self._built()
        self._check_genes()
        try_scorer(task)
        self._is_setup_checked = check_setup
        self._limits = self._limited(Budget.meant(budget))
        self._aim = self._aimed(target_score, patience)
        self.generation, self.stopped, self._is_given_up, self._late = -1, "", False, ""
        self.best: Individual | None = None
        self._result: Result | None = None
        self._genealogy, self._barren = Genealogy(), Barren(self.operator_model.name)
        self._history: list[Generation] = []
        self._told: tuple[Individual, ...] = ()
        self._births, self._failed, self._silence, self._untested, self._is_answered = 0, 0, "", "", False
        self._too_many: TooManyRefused | None = None
        refusals = Refusals(on_error, max_refused)
        asked, self._operators_model = cached(self.model, cache), cached(self.operator_model, cache)
        self._progress = Progress(self.ledger, progress)
        store, self.record, self._made = self._opened(run_dir)
        self._blocks = Blocks(store, n_jobs, usual_jobs(self.model))
        self._structured = Structured(None if takes_schema(self.operator_model) else False)
        self._task_model, self._judge = asked, task.judge and cached(task.judge, cache)
        self._examiner = self._examining(asked, refusals, self._judge)
        self._recorder = Recorder(self.record)
        try:
            self._recorder.head(task, self.seeds, **self._about)
        except BaseException:
            self.close()
            raise

    @property
    def _about(self) -> dict[str, Any]:
        """What was asked for, beside task and seeds."""
        models = {"model": self.model, "operator_model": self.operator_model}
        return {"recipe": self.recipe, **models, "seed": self.seed, "budget": self.ledger.budget, "aim": self._aim}

    @property
    def identity(self) -> dict[str, Any]:
        """All that shapes the run, by name, as plain JSON values; see `identity.identity`."""
        return identity(self.task, self.seeds, toolbox=self._toolbox, **self._about)

    def _opened(self, run_dir: str | Path | None) -> Opened:
        came = opened(run_dir, self.identity)
        if came.store.about(SERVER) != self._server:
            came.store.tell(SERVER, self._server)
        return came

    @property
    def _server(self) -> str | None:
        """Where the task model is asked, so that the prompt is put to use at the same place."""
        address = getattr(self.model, "server", None)
        return public_address(address) if isinstance(address, str) else None

    def note(self, value: Any) -> None:
        """Keep a note in the run's folder, in place of an earlier one, for `folder.note_in`.

        Args:
            value: A JSON value, such as the command that began the run.
        """
        self._blocks.store.tell(NOTE, value)

    def _examining(self, model: Model, refusals: Refusals, judge: Model | None) -> Examiner:
        return Examiner(
            self.task,
            model,
            blocks=self._blocks,
            limits=self._limits,
            refusals=refusals,
            opened=self._open,
            arrived=self._progress.calls,
            judge=judge,
            looked=lambda of_each: self._check_setup(check_handful, of_each),
        )

    def _limited(self, budget: Budget) -> Limits:
        if not self.task.dev:
            raise ValueError(f"task {self.task.name!r} has no dev examples; selection needs them")
        size = self.search.allocation.size(self.task.dev)
        self._finals = Finals.planned(
            self.search.allocation,
            self.task.dev,
            calls=budget.calls,
            per_answer=calls_an_answer(self.task.scorer),
            seed=self.seed,
        )
        models = {"model": self.model, "operator_model": self.operator_model}
        limits = Limits(self.task, self.seeds, size, budget, **models, finals=self._finals.answers)
        floor = Floor.of(self.search.strategy, self.seeds, size=size, per_answer=limits.calls)
        limits.check(floor, is_search=self._is_setup_checked)
        return limits

    def _aimed(self, target_score: float | None, patience: int | None) -> Aim:
        by_score = str(getattr(self.search.fitness, "__module__", "")).startswith("evoprompt.")
        comparable = self.search.allocation.fixed(self.task.dev)
        return Aim(target_score, patience, len(self.task.dev), by_score=by_score, comparable=comparable)

    def _built(self) -> Search:
        """The search, at its beginning."""
        rng = random.Random(f"{self.seed}/strategy")
        return self.recipe.build(Start(self._operator_task, self.seeds, rng, self._toolbox, self.operator_model.name))

    def estimate(self) -> Estimate:
        """What the run will take at least and at most, before anything is spent; see `estimate.estimate`."""
        budget = self.ledger.budget
        return estimate(
            self.task, self.seeds, self._built(), budget, model=self.model, operator_model=self.operator_model
        )

    def first_request(self) -> Request:
        """What the task model will be asked first: the first seed prompt with the first dev example."""
        return self.task.render(self.seeds[0], self.task.dev[0])

    @property
    def ledger(self) -> Ledger:
        """What was used so far, and the budget."""
        return self._limits.ledger

    # The loop

    def ask(self) -> list[Birth]:
        """The next births, with their seeds; an empty list once the run is over (`stopped` says why).

        A prompt that is perfect on the part of dev that the recipe scores on is put to all of dev before.

        Raises:
            Errors of `evaluate`, where a prompt is put to all of dev.
        """
        if not self.stopped and not self._blocks.halted:
            self._prove()
        if self._blocks.halted:
            self.stopped = INTERRUPTED
        if self.stopped:
            return []
        block = self._open("ask")
        self.ledger.add("test", block.lost)  # a sealed test that was taken back when the budget grew
        limit = self._limits.reached(self.generation, self._blocks.seconds)
        aimed, by_hand = self._aim.reached, BY_HAND if self._blocks.is_ended else ""
        barren = self._barren.reached(len(self.search.strategy.population))
        limit = aimed or by_hand or limit or barren
        if block.closed:  # what was decided stands, whatever clock and aim say now
            limit = block.closed["limit"]
            self._late = self._late or aimed
        births = [] if limit else self._planned()
        spent = bool(limit) and not aimed and not by_hand and self._limits.is_spent(self._blocks.seconds)
        if limit:
            self.stopped, self._is_given_up = limit, limit == barren
        elif not births:
            self.stopped = self.search.strategy.done or "the strategy asked for no more births"
        else:
            short, affordable = self._limits.affordable(births)
            births = births[: block.closed["births"] if block.closed else affordable]
            if not births:
                self.stopped = f"{short} is spent: too little is left for another prompt"
                spent = True
        if block.closed and self._late and not births and not block.closed.get("aimed"):
            self._say_late(self._late)
        if not block.closed:
            # The kinds of end that another budget, another aim or the user may take back.
            ended = {"spent": spent, "aimed": bool(aimed), "by_hand": bool(by_hand and not aimed)}
            block.close(sync=False, limit=limit, births=len(births), **ended, seconds=self._blocks.seconds)
        return births

    def _say_late(self, aimed: str) -> None:
        """Warn that a target or patience was set after the run had come to another end, which stands."""
        warnings.warn(
            f"the run in {self._blocks.store.path} had come to its end before its target or patience was set"
            f" ({self.stopped}); it is given again as it is, although {aimed}",
            stacklevel=3,
        )

    def _prove(self) -> None:
        """Put prompts that are perfect on a part of dev to all of it, one by one until one is so there as well."""
        while doubted := self._aim.doubted(self._told):
            answers, first = Answers(), doubted[0]
            whole: list[Individual] = []
            for part in self._aim.parts(first, self.task.dev):
                try:
                    self._examiner.ask([first.genome], part, "evaluate", answers)
                except TooManyRefused as refused:
                    self.stopped = str(refused)
                    return
                if self._blocks.halted:
                    return
                ids = tuple(example.id for example in part)
                whole = self._evaluated([replace(first, fitness=Fitness())], ids, answers)
                answers = Answers()
                if not (whole and self._aim.is_perfect(whole[0])):
                    break
            self._aim.put(first, whole[0] if whole else None)
            self.best = self._aim.favourite or self.best
            self._reserve()

    def _reserve(self) -> None:
        """Set aside what the sealed test of the best seed and the best prompt takes."""
        if (seed := self._genealogy.best_seed) is not None and self.best is not None:
            self._limits.reserve(seed.genome, self.best.genome)

    def _planned(self) -> list[Birth]:
        self.generation += 1
        self._recorder.generation = self.generation
        return [
            replace(birth, seed=f"{self.seed}/{self.generation}/{place}", calls_an_answer=self._limits.calls)
            for place, birth in enumerate(self.search.strategy.ask())
        ]

    def bear(self, births: Sequence[Birth]) -> list[Individual]:
        """Carry births out, all in one joblib call; failed ones are recorded and left out.

        Until the operator model's server has answered to a schema, those that may ask by one go alone, before the others.

        Raises:
            ModelUnavailable: No prompt can be answered; the births that arrived before are kept.
            RuntimeError: An operator failed with an error of its own; births as above.
            StoreError: What arrived can't be kept.
        """
        if not births:
            return []
        size = self.search.allocation.size(self.task.dev)
        born: list[Born | None] = [None] * len(births)
        block = self._open("bear")
        try:
            self._blocks.run(
                block,
                [Job(birth.seed, birth, birth.most_calls) for birth in births],
                bear,
                self._conditions,
                lambda place, value: Born.from_json(value),
                born,
                calls=self._limits.spare(sum(birth.most_calls + size * self._limits.calls for birth in births)),
                until=self._limits.until(self._blocks.seconds),
                arrived=lambda came: self._progress.calls(came.calls),
                waves=lambda places: self._structured.waves(births, born, places),
            )
            self._structured.told(births, born)
        finally:  # what arrived is paid for, also where an error ends the block
            if block.is_told:
                self.ledger.add("operator", block.lost)
                for place, (birth, came) in enumerate(zip(births, born, strict=True)):
                    if came is not None:
                        self._take_birth(birth, came)
                    else:  # broken off
                        for said in block.calls(place):
                            self.ledger.add(said.get("role", "operator"), usage_of(said))
        return [
            Individual(came.genome, birth.origin)
            for birth, came in zip(births, born, strict=True)
            if came is not None and came.genome is not None
        ]

    def _conditions(self, block: Block, place: int, birth: Birth) -> tuple[Any, ...]:
        return (
            birth.as_shown,
            self._operator_task,
            self._operators_model,
            self._genealogy.history,
            self._genealogy.lineage(birth),
            Transcript(block.calls(place), lambda number, said: block.keep(place, said, number)),
            self._genealogy.elites(birth),
            self._answerer(birth),
            self._structured.may_ask(birth),
        )

    def _answerer(self, birth: Birth) -> Answerer | None:
        """Who answers the train examples that an operator asks about; None where it asks about none."""
        if birth.operator is None or not birth.operator.answers:
            return None
        evaluations = {parent.genome.visible: parent.evaluation for parent in birth.parents}
        offsets = {genome: each.offsets for genome, each in evaluations.items() if each and each.offsets}
        return Answerer(self._task_model, self._judge, offsets)

    def _take_birth(self, birth: Birth, came: Born) -> None:
        self._limits.take_birth(came)
        self._births += 1
        self._failed += came.genome is None
        self._barren.take(birth, came, self.generation)
        self._silence = came.reason if came.is_unanswered else self._silence
        self._is_answered |= came.calls > 0 and not came.is_unanswered
        self._recorder.birth(birth, came)

    def evaluate(self, individuals: Sequence[Individual]) -> list[Individual]:
        """Put the generation's dev examples to each individual, and give the evaluated ones.

        All is put in one joblib call, or in several where little is left of the budget's tokens or money.

        Raises:
            ModelUnavailable: No prompt can be answered; the record holds the evaluations that are whole, and the ledger
                counts all answers that arrived.
            Refused: The provider refused an answer, and `on_error` is `raise`.
            RuntimeError: The user's scorer failed with an error of its own; record and ledger as above.
            BrokenSetup: The answers to the first prompts say nothing about them (a RuntimeError).
            StoreError: What arrived can't be kept.
            ValueError: A prompt shows a dev or test example; nobody is asked then.
        """
        for each in individuals:  # those of a loop of the user's own were born nowhere that looks
            if leak := self.task.leak(each.genome):
                raise ValueError(f"prompt {each.genome.id}: {leak}{_LEAKS}")
        examples = tuple(self.search.allocation.examples(self.task.dev, self.seed, self.generation))
        answers = Answers()
        try:
            genomes = [each.genome for each in individuals]
            self._examiner.ask(genomes, examples, "evaluate", answers, are_first=self.best is None)
        except TooManyRefused as refused:
            self.stopped, self._too_many = str(refused), refused
            answers.known.clear()  # what is left of them is no fitness
        except BrokenSetup:
            answers.known.clear()  # how much of them arrived is chance
            raise
        except BaseException:
            if answers.block is None or not answers.block.broken_off:
                answers.known.clear()  # the record would tell of more than the store
            raise
        finally:  # what arrived is paid for, also where an error ends the block
            evaluated = self._evaluated(individuals, tuple(example.id for example in examples), answers)
        if self.best is None and not self.stopped:
            self._check_setup(
                check_all, {each.genome.visible: each.evaluation.answers for each in evaluated if each.evaluation}
            )
        return evaluated

    def _check_setup(self, check: _Check, of_each: Mapping[Genome, Sequence[Answer]]) -> None:
        """Stop the run where its first answers say nothing about the prompts."""
        if self._is_setup_checked:
            try:
                check(self.task, of_each)
            except BrokenSetup as broken:
                self.stopped = broken.problem
                self._recorder.broken(broken)
                raise

    def _evaluated(
        self, individuals: Sequence[Individual], batch: tuple[str, ...], answers: Answers
    ) -> list[Individual]:
        """The individuals that have all answers of the batch, evaluated and recorded."""
        evaluated = []
        for individual in individuals:
            known = answers.known.get(individual.genome.visible, {})
            if not all(name in known for name in batch):  # the block ended before its end
                continue
            given = [known[name] for name in batch]
            individual.evaluation = assemble(self.task.scorer, given, shares=self.task.label_shares)
            individual.fitness.values = (self.search.fitness(individual.evaluation),)
            self._recorder.evaluation(individual, batch, answers.paid(individual.genome))
            answers.fresh.pop(individual.genome.visible, None)  # paid for once, also where two are alike
            evaluated.append(individual)
        return evaluated

    def tell(self, individuals: Sequence[Individual]) -> None:
        """Let the strategy take evaluated individuals, and record the generation.

        Raises:
            ValueError: An individual without a fitness, or NaN in it.
        """
        if not individuals and not self.search.strategy.population:
            self.stopped = self.stopped or "the budget left no seed prompt with all its answers"
            return
        self.search.strategy.tell(individuals)
        self._genealogy.add(individuals)
        self._genealogy.crown(self.search.strategy.population)
        fixed = self.search.allocation.fixed(self.task.dev)
        self.best = best_of_all(self.best, individuals, self.search.strategy.population, fixed=fixed)
        self._aim.told(self.best, children=len(individuals), is_between=self.search.strategy.is_between)
        self._told = tuple(individuals)
        self._reserve()
        self._record_generation(None if fixed else individuals)

    def finish(self) -> Result:
        """Make the sealed test, close the record and give the result; once made, it is given again as it is.

        Raises:
            NothingEvaluated: Nothing was evaluated yet.
            Refused: So many answers to the first prompts were refused that nothing was (a NothingEvaluated as well).
            ModelUnavailable: The sealed test can't be answered; or the budget was spent on models of which the one, or
                the one that writes prompts, never answered.
            StoreError: What arrived can't be kept.
        """
        if self._result is not None:
            return self._result
        best_seed = self._genealogy.best_seed
        self._check_answered()
        if self.best is None or best_seed is None:
            kind = NothingEvaluated if self._too_many is None else AllRefused
            raise kind(f"there is no result: {self.stopped or 'nothing was evaluated yet'}")
        if not self._blocks.halted:
            best_seed, self.best = self._final(best_seed, self.best)
        if not self._blocks.halted:
            self._recorder.answers(best_seed, self.best)
        test = None if self._blocks.halted or not self.task.test else self._sealed_test(best_seed, self.best)
        if self._blocks.halted:
            self.stopped = INTERRUPTED
        untested = "" if test else self._why_untested()
        self.stopped = self.stopped or "the loop was ended"
        if not (self._blocks.halted and self.record.ahead()):  # else interrupted before it came to what is new
            usage = self.ledger.to_json()
            self._recorder.end(
                self.stopped, best_seed, self.best, untested, usage, self._blocks.seconds, is_given_up=self._is_given_up
            )
            self.record.check_end()
        self._result = Result(
            self.task,
            self.best,
            best_seed,
            tuple(self.search.strategy.population),
            tuple(self._history),
            dict(self.ledger.used),
            self.stopped,
            test,
            (self._failed, self._births),
            self._examiner.tally,
            self.record,
            untested,
            self._server,
            self._is_given_up,
        )
        self.close()
        return self._result

    def end(self) -> None:
        """Plan no further births: what the run's folder holds is read back, and `ask` then gives none.

        Raises:
            NothingEvaluated: No seed prompt has all its answers yet; nothing is changed then.
        """
        if not self._blocks.store.has_evaluated:
            raise NothingEvaluated(
                "there is no result to end with: the seed prompts don't have all their answers yet; run it again to go on"
            )
        self._blocks.is_ended = True

    def wind_up(self) -> Result:
        """End a run that stopped on its way: read back what its folder holds, and ask for the sealed test alone.

        Raises:
            NothingEvaluated: No seed prompt has all its answers yet.
            Errors of the loop and of `finish`.
        """
        self.end()
        while births := self.ask():
            self.tell(self.evaluate(self.bear(births)))
        return self.finish()

    def _why_untested(self) -> str:
        if self._blocks.halted:
            return INTERRUPTED_RUN
        return self._untested or (NOTHING_LEFT if self.task.test else NO_EXAMPLES)

    def _check_answered(self) -> None:
        """Refuse to call it a result that seeds are left where nobody answered."""
        silence = self._blocks.unanswered if self.best is None else "" if self._is_answered else self._silence
        if silence and not self._blocks.halted:
            raise ModelUnavailable(silence)

    def close(self) -> None:
        """Let go of the run's folder, for a run that is not finished here; twice does no harm."""
        self._progress.close()
        self.record.close()
        if made := self._left_empty():
            self._blocks.store.close()
            take_away(made)
        self._blocks.store.close()

    def _left_empty(self) -> tuple[Path, ...]:
        """The folders that this run made and has brought nothing into; once."""
        made, self._made = self._made, ()
        return made if made and not self._blocks.store.has_answers else ()

    def __enter__(self) -> Evolution:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def interruptible(self) -> Iterator[None]:
        """Let the first Ctrl-C stop the run after the calls in flight, and the second stop at once.

        Does nothing outside the main thread, where Python knows no signals.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def on_interrupt(number: int, frame: Any) -> None:
            if self._blocks.halted:
                raise KeyboardInterrupt
            self._blocks.halt()
            say_at_once(self._farewell())

        before = signal.signal(signal.SIGINT, on_interrupt)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)
            self._progress.close()

    def _farewell(self) -> str:
        """What the first Ctrl-C does, and how to go on."""
        n = self._blocks.in_flight
        stopping = f"stopping after the {f'{n} calls' if n > 1 else 'call'} in flight" if n else "stopping"
        kept = "; run the same command again to go on" if self._blocks.store.path else ""
        return f"{stopping}; press Ctrl-C again to stop at once{kept}"

    # Blocks

    def _open(self, kind: str) -> Block:
        """The next block; where nothing is known of it, what an earlier run wrote after a break is taken back.

        Raises:
            StoreError: The record tells of more than the store holds.
        """
        block = self._blocks.store.open(kind)
        if block.closed is None and (ahead := self.record.ahead()) is not None:
            if not block.broken_off and ahead["kind"] not in ("end", "setup"):
                raise StoreError(
                    f"{self._blocks.store.path} has lost answers that {self.record.path} tells of (a line of the kind"
                    f" {ahead['kind']!r}, generation {ahead.get('generation', self.generation)}): it was damaged;"
                    " restore the folder from a copy, or begin in another one"
                )
            self.record.cut()
        return block

    def _final(self, seed: Individual, best: Individual) -> tuple[Individual, Individual]:
        """Best seed and winner, scored on the same examples; as they are where all generations were.

        Where the winner was put to all of dev because it is perfect on a part of it, so is the seed, if it can be paid for.
        """
        entrants, on = self._finals.entrants(seed, self.search.strategy.population), self._finals.examples
        if (whole := self._aim.on_all(best)) is not None:
            seed, best = self._aim.on_all(seed) or seed, whole
            self._limits.begin_finals(seed.genome, best.genome)  # first: what was set aside for them is for this
            entrants, on = unique([seed, best]), self._common(seed)
        if len(entrants) < 2:
            return seed, seed if on else best
        self._limits.begin_finals(seed.genome, best.genome)
        genomes = [each.genome.visible for each in entrants]
        # What a prompt that was put to all of dev is compared on was paid for, or is known to fit.
        n = len(on) if whole else self._examiner.fitting(genomes, on, for_test=False)
        examples = on[:n]
        answers = Answers()
        try:
            self._examiner.ask(genomes, examples, "final", answers)
        except TooManyRefused as refused:
            self.stopped = f"{self.stopped}; no finals: {refused}"
            return seed, best
        common = [each.id for each in examples if all(each.id in answers.known[genome] for genome in genomes)]
        if self._blocks.halted or not common:
            return seed, best
        finalists = self._evaluated([replace(each, fitness=Fitness()) for each in entrants], tuple(common), answers)
        winner = max(finalists, key=lambda each: each.score)  # of equals the first, which is the seed
        self._recorder.final(finalists, winner)
        self._limits.reserve(finalists[0].genome, winner.genome)
        return finalists[0], winner

    def _common(self, seed: Individual) -> tuple[Example, ...]:
        """All of dev, where the seed's answers to what it lacks of it can be paid for; else what it was scored on."""
        assert seed.evaluation is not None  # only evaluated individuals are told
        known = set(seed.evaluation.examples)
        lacking = [example for example in self.task.dev if example.id not in known]
        if self._examiner.fitting([seed.genome.visible], lacking, for_test=False) == len(lacking):
            return self.task.dev
        return tuple(example for example in self.task.dev if example.id in known)

    def _sealed_test(self, seed: Individual, winner: Individual) -> SealedTest | None:
        genomes = list(dict.fromkeys((seed.genome.visible, winner.genome.visible)))
        # Where too little is left for all examples, both prompts are tested on the same of them.
        examples = self.task.test[: self._examiner.fitting(genomes, self.task.test)]
        answers = Answers()
        try:
            self._examiner.ask(genomes, examples, "test", answers)
        except TooManyRefused as refused:
            self._untested = f"{refused}; run it again once that is mended"
            return None
        except ScorerError as error:  # the search stands, and what was answered is kept
            self._blocks.store.tell(UNTESTED, True)
            self._untested = f"{error}; mend the scorer or the example and run it again with its folder"
            return None
        known = [answers.known[each.genome.visible] for each in (seed, winner)]
        both = [example.id for example in examples if all(example.id in of_one for of_one in known)]
        if self._blocks.halted or not both or seed.evaluation is None or winner.evaluation is None:
            return None
        one, other = (
            assemble(self.task.scorer, [of_one[id] for id in both], offsets)
            for of_one, offsets in zip(known, (seed.evaluation.offsets, winner.evaluation.offsets), strict=True)
        )
        other = one if seed == winner else other
        test = SealedTest.of(self.task, one, other, seed.evaluation, winner.evaluation)
        self._blocks.store.tell(UNTESTED, False)
        earlier = self._blocks.store.earlier_tests
        self._recorder.test(seed, winner, test, self._blocks.seconds, earlier=earlier, is_given_up=self._is_given_up)
        return test

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

    def _record_generation(self, told: Sequence[Individual] | None) -> None:
        population = self.search.strategy.population
        assert self.best is not None  # the generation was told
        usage, seconds = self.ledger.to_json(), self._blocks.seconds
        best, median = self._recorder.told(population, self.best, usage, seconds, told, self.search.strategy.missing)
        self._history.append(Generation(self.generation, best, median, self.ledger.total))
        self._progress.told(self.generation, best, median)


@said
def evolve(
    task: Task,
    seeds: SeedPrompts,
    *,
    model: str | Model,
    operator_model: str | Model | None = None,
    recipe: str | Recipe = "default",
    budget: Budget | int | None = None,
    target_score: float | None = None,
    patience: int | None = None,
    n_jobs: int | None = None,
    seed: int = 0,
    run_dir: str | Path | None = None,
    cache: str | Path | None = None,
    on_error: Literal["zero", "raise"] = "zero",
    max_refused: float = 0.1,
    check_setup: bool = True,
    toolbox: deap_base.Toolbox | None = None,
    progress: bool = True,
) -> Result:
    """Evolve a better prompt for a task. Arguments and errors are those of `Evolution`.

    The first Ctrl-C stops after the calls in flight and returns the partial result; the second stops at once. Called
    again with the same arguments and folder, the run goes on.
    """
    run = Evolution(
        task,
        seeds,
        model=model,
        operator_model=operator_model,
        recipe=recipe,
        budget=budget,
        target_score=target_score,
        patience=patience,
        n_jobs=n_jobs,
        seed=seed,
        run_dir=run_dir,
        cache=cache,
        on_error=on_error,
        max_refused=max_refused,
        check_setup=check_setup,
        toolbox=toolbox,
        progress=progress,
    )
    with run, run.interruptible():
        while births := run.ask():
            run.tell(run.evaluate(run.bear(births)))
        return run.finish()


def checked_seeds(task: Task, seeds: SeedPrompts) -> tuple[Genome, ...]:
    """The user's prompts as genomes.

    Raises:
        ValueError: None, or one that breaks the task's contract or shows the model nothing of an example.
        TypeError: Something that is no prompt.
    """
    are_several = isinstance(seeds, Iterable) and not isinstance(seeds, (str, Mapping))
    given: Iterable[Any] = seeds if are_several else (seeds,)  # type: ignore[assignment]  # as it was just asked
    genomes = tuple(_genome(seed, task) for seed in given)
    if not genomes:
        raise ValueError("a run needs at least one seed prompt")
    for number, genome in enumerate(genomes, 1):
        if reason := breach(genome, (), task) or _blindness(genome, task):
            raise ValueError(f"seed prompt {number}: {reason}{_LEAKS if reason == task.leak(genome) else ''}")
    return genomes


def _genome(seed: Any, task: Task) -> Genome:
    """A seed prompt as a genome; what holds one (an individual, say) stands for it."""
    if isinstance(held := getattr(seed, "genome", seed), Genome):
        return held
    if isinstance(seed, str):
        return Genome({task.genes[0]: seed})
    if not isinstance(seed, Mapping):
        raise TypeError(
            f"a seed prompt is a text, a mapping from the names of genes to their texts, or a Genome; got"
            f" {brief(repr(seed))}"
        )
    return Genome.from_json(seed) if isinstance(seed.get("genes"), Mapping) else Genome(seed)


def _check_kinds(task: Any, recipe: Any, toolbox: Any, run_dir: Any) -> None:
    """Refuse what would fail later, and less plainly."""
    if not isinstance(task, Task):
        raise TypeError(f"a run needs a Task, such as Task.from_csv(...) makes; got {brief(repr(task))}")
    if not isinstance(recipe, (str, Recipe)):
        raise TypeError(f"a recipe is its name, or what @recipe makes of a function; got {brief(repr(recipe))}")
    if not isinstance(toolbox, (deap_base.Toolbox, type(None))):
        raise TypeError(f"toolbox must be a deap.base.Toolbox, got {brief(repr(toolbox))}")
    if run_dir == "":
        raise ValueError("run_dir names no folder; None keeps nothing")


def _checked_seed(seed: Any) -> int:
    if (number := as_int(seed)) is None:
        raise ValueError(f"seed must be a whole number (the same one makes the same run), got {brief(repr(seed))}")
    return number


def _blindness(genome: Genome, task: Task) -> str:
    """Why a prompt shows nothing of an example, as a sentence; empty where it shows a field."""
    if not task.fields or (prompt := task.prompt(genome)).fields:
        return ""
    doubled = [name for name in sorted(task.fields) if f"{{{{{name}}}}}" in (task.template + task.system)]
    why = f"doubled braces such as {{{{{doubled[0]}}}}} stand for braces; " if doubled else ""
    named = few([f"{{{name}}}" for name in sorted(task.fields)])
    return (
        f"neither it nor the template shows the model anything of an example, so every answer would be the same; {why}"
        f"name a field where it belongs: {named} (what would be sent: {brief(str(prompt))!r})"
    )
