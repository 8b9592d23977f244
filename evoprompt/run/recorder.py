"""What a run writes into its record, line by line."""

from __future__ import annotations

import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evoprompt.genome import Genome
from evoprompt.models.model import Model
from evoprompt.models.usage import Usage
from evoprompt.plan.budget import Budget
from evoprompt.plan.stopping import Aim
from evoprompt.run.conclusion import conclude
from evoprompt.run.result import SealedTest
from evoprompt.run.setup_check import BrokenSetup
from evoprompt.search.recipe import Recipe
from evoprompt.storage.record import Record
from evoprompt.tasks.evaluation import Evaluation
from evoprompt.tasks.prompt import deciding
from evoprompt.tasks.splits import SPLITS
from evoprompt.tasks.task import Task
from evoprompt.variation.individual import Individual
from evoprompt.variation.operator import Birth, Born
from evoprompt.version import __version__

FORMAT = 1  # of the record; counts up when a reader of the old one would go wrong


@dataclass
class Recorder:
    """Writes the lines of a record.

    Attributes:
        record: Where they go.
        generation: Of the lines to come.
    """

    record: Record
    generation: int = -1
    _batch: tuple[str, ...] = ()

    def head(
        self,
        task: Task,
        seeds: Sequence[Genome],
        *,
        recipe: Recipe,
        model: Model,
        operator_model: Model,
        seed: int,
        budget: Budget,
        aim: Aim,
    ) -> None:
        """What was asked for."""
        judge = {"judge": task.judge.name} if task.judge else {}
        given = getattr(model, "settings", None)
        arguments = {"model_arguments": dict(given)} if isinstance(given, Mapping) and given else {}
        set_aim = {"aim": aim.to_json()} if aim.to_json() else {}
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
                "scorer": _scorer(task),
                "examples": {name: len(task.split(name)) for name in SPLITS},
                "prompt": {
                    "layout": task.layout.to_json(),
                    "max_tokens": task.max_tokens,
                    "stop": list(task.stops),
                    **deciding(task.scorer),
                },
            },
            recipe=recipe.to_json(),
            model=model.name,
            **arguments,
            operator_model=operator_model.name,
            **judge,
            seed=seed,
            budget=budget.to_json(),
            seeds=[genome.to_json() for genome in seeds],
            time=time.time(),
            **set_aim,  # the last, as `Record.rehead` puts it there
        )

    def birth(self, birth: Birth, came: Born) -> None:
        """A birth, and its child or the reasons why there is none."""
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
            usage=came.paid.to_json(),
        )

    def evaluation(self, individual: Individual, batch: tuple[str, ...], usage: Usage) -> None:
        """An evaluation over a batch of examples, and what was paid for it."""
        assert individual.evaluation is not None  # recorded right after it is made
        if batch != self._batch:
            self.record.add("batch", generation=self.generation, examples=list(batch))
            self._batch = batch
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

    def broken(self, setup: BrokenSetup) -> None:
        """Why the run stopped after its first answers."""
        self.record.add("setup", generation=self.generation, problem=setup.problem, shown=setup.lines)

    def told(
        self,
        population: Sequence[Individual],
        best: Individual,
        usage: Mapping[str, Any],
        seconds: float,
        told: Sequence[Individual] | None = None,
        missing: int = 0,
    ) -> tuple[float | None, float | None]:
        """A generation; gives its best and median fitness, as far as they can be compared.

        Args:
            told: The individuals of this generation, where each generation is scored on other examples: then the
                median is theirs, and there is no best so far.
            missing: How many founders never came.
        """
        scores = [each.score for each in (population if told is None else told)]
        median = statistics.median(scores) if scores else None
        own = {} if told is None else {"told": scores}
        lacking = {"missing_founders": missing} if missing else {}
        highest = best.score if told is None else None
        self.record.add(
            "generation",
            generation=self.generation,
            population=[each.genome.id for each in population],
            fitness=[each.score for each in population],
            best=best.genome.id,
            best_fitness=highest,
            median=median,
            **own,
            **lacking,
            usage=usage,
            seconds=seconds,
        )
        return highest, median

    def final(self, finalists: Sequence[Individual], winner: Individual) -> None:
        """Who met at the end, on the examples of the last batch, and who won."""
        self.record.add(
            "final",
            genomes=[each.genome.id for each in finalists],
            fitness=[each.score for each in finalists],
            winner=winner.genome.id,
        )

    def answers(self, seed: Individual, winner: Individual) -> None:
        """What seed and winner answered to the dev examples, with all that a reader needs to judge them."""
        assert seed.evaluation is not None and winner.evaluation is not None  # only evaluated individuals are told
        shown = {
            answer.example.id: answer.example
            for each in (seed.evaluation, winner.evaluation)
            for answer in each.answers
        }
        self.record.add(
            "answers",
            split="dev",
            examples=[{"id": id, "fields": dict(each.fields), "target": each.target} for id, each in shown.items()],
            seed=_answered(seed.genome, seed.evaluation),
            winner=_answered(winner.genome, winner.evaluation),
        )

    def test(
        self,
        seed: Individual,
        winner: Individual,
        test: SealedTest,
        seconds: float,
        *,
        earlier: int = 0,
        is_given_up: bool = False,
    ) -> None:
        """The sealed test, what it leads to, and how many of the run's were made and taken back: it is the less sealed."""
        self.record.add(
            "test",
            seed_genome=seed.genome.id,
            winner_genome=winner.genome.id,
            **test.to_json(),
            conclusion=conclude(test.figures, is_seed=seed == winner, is_given_up=is_given_up).to_json(),
            **({"earlier_tests": earlier} if earlier else {}),
            seconds=seconds,
        )

    def end(
        self,
        reason: str,
        seed: Individual,
        best: Individual,
        untested: str,
        usage: Mapping[str, Any],
        seconds: float,
        *,
        is_given_up: bool = False,
    ) -> None:
        """Why the run ended, what it found, and why there is no sealed test where none was made."""
        told = {**({"untested": untested} if untested else {}), **({"given_up": True} if is_given_up else {})}
        self.record.add(
            "end",
            reason=reason,
            seed=seed.genome.id,
            best=best.genome.id,
            is_seed=seed == best,
            fitness=best.score,
            **told,
            usage=usage,
            seconds=seconds,
        )


def _answered(genome: Genome, evaluation: Evaluation) -> dict[str, Any]:
    """The answers under a genome, in columns."""
    answers = evaluation.answers
    return {
        "genome": genome.id,
        "examples": list(evaluation.examples),
        "outputs": [answer.output for answer in answers],
        "scores": [answer.score.value for answer in answers],
        "correct": [answer.score.correct for answer in answers],
        "predictions": [answer.score.prediction for answer in answers],
        "reasons": [answer.score.reason for answer in answers],
    }


def _scorer(task: Task) -> str:
    if task.judge:
        return task.scorer_name
    return repr(task.scorer) if task.labels else getattr(task.scorer, "__name__", type(task.scorer).__name__)
