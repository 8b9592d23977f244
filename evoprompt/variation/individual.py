"""A genome with its fitness. The classes stand in a module, so that worker processes and DEAP find them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import numpy as np
from deap import base

from evoprompt.genome import Genome
from evoprompt.tasks.evaluation import Evaluation


class Fitness(base.Fitness):  # type: ignore[misc]
    """One value to be maximised, from 0 to 1 unless the recipe shapes it."""

    weights = (1.0,)


@dataclass(frozen=True)
class Origin:
    """How an individual came about.

    Attributes:
        operator: Name of the operator; `seed` for a prompt the user gave.
        parents: Ids of the parents' genomes, in the operator's order.
        slot: Place among the births of its generation, or the index a strategy bound it to; from 0.
        seed: The seed of its randomness: `run seed/generation/slot`.
    """

    operator: str
    parents: tuple[str, ...] = ()
    slot: int = 0
    seed: str = ""


@dataclass(eq=False)
class Individual:
    """Genome, fitness, origin and evaluation. Two individuals are equal where their prompts are (DEAP's `similar`)."""

    genome: Genome
    origin: Origin = Origin("seed")
    evaluation: Evaluation | None = None
    fitness: Fitness = field(default_factory=Fitness)

    @property
    def score(self) -> float:
        """The fitness value.

        Raises:
            RuntimeError: Not evaluated yet.
        """
        if not self.fitness.valid:
            raise RuntimeError(f"genome {self.genome.id} has no fitness yet; evaluate it first")
        return float(self.fitness.values[0])

    def without_answers(self) -> Individual:
        """The same individual as operators see it: its evaluation, with all it tells of the dev examples, left out."""
        return replace(self, evaluation=None)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Individual) and self.genome.visible == other.genome.visible

    def __hash__(self) -> int:
        return hash(self.genome.visible)


@contextmanager
def lend(rng: random.Random) -> Iterator[None]:
    """Let DEAP, which draws from the global random states, draw from `rng`; the caller's states come back after."""
    before, numpy_before = random.getstate(), np.random.get_state()
    random.setstate(rng.getstate())
    np.random.seed(rng.getrandbits(32))  # NSGA-III draws from numpy
    try:
        yield
    finally:
        rng.setstate(random.getstate())
        random.setstate(before)
        np.random.set_state(numpy_before)
