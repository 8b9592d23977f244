"""What all strategies share: founding a population, drawing operators, and checking what `tell` is told."""

from __future__ import annotations

import math
import random
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from deap import base as deap_base
from deap import tools

from evoprompt.genome import Genome
from evoprompt.variation.individual import Individual
from evoprompt.variation.operator import Birth, Operator

_SEEDS, _FILLING, _BREEDING = range(3)  # stages of a strategy
# Founding births that fail in a row, after which those that are still missing are given up. An operator that succeeds
# in one birth of seven is given up before its next success in one case of 25 (0.85 ** 20); failures cost no answers.
OFTEN = 20


@dataclass(frozen=True)
class Pool:
    """Operators to draw from, each with a weight over 0."""

    operators: tuple[tuple[Operator, float], ...]

    @classmethod
    def of(cls, given: Pool | Operator | Sequence[Operator] | Mapping[Operator, float]) -> Pool:
        """A pool of one operator, of several with equal weights, or of operators with their weights.

        Raises:
            ValueError: No operator, or a weight that is not over 0.
        """
        if isinstance(given, Pool):
            return given
        if isinstance(given, Operator):
            return cls(((given, 1.0),))
        pairs = tuple(given.items()) if isinstance(given, Mapping) else tuple((each, 1.0) for each in given)
        if not pairs:
            raise ValueError("a pool needs at least one operator")
        for each, weight in pairs:
            if not (weight > 0 and math.isfinite(weight)):
                raise ValueError(f"operator {each.name!r} needs a weight over 0, got {weight!r}")
        return cls(pairs)

    def draw(self, rng: random.Random, first: Individual) -> Operator:
        """One operator that fits the first parent (any, where none does), with a chance in proportion to its weight."""
        fitting = [pair for pair in self.operators if pair[0].fits(first.genome)]
        operators, weights = zip(*(fitting or self.operators), strict=True)
        chosen: Operator = rng.choices(operators, weights)[0]
        return chosen


@dataclass(frozen=True)
class Founders:
    """How a population begins: the user's prompts first, then children of the best of them.

    Attributes:
        seeds: The user's prompts; at least 1. All are evaluated.
        size: How many individuals the population has.
        fill: Makes the missing ones, from the best seeds in turn; None to begin with the seeds alone. Those whose
            births fail are asked for again, until the population is full or `OFTEN` births in a row have failed.
        keep: The most seeds that enter the population; None for all that have room.
    """

    seeds: tuple[Genome, ...]
    size: int
    fill: Pool | None = None
    keep: int | None = None

    def __post_init__(self) -> None:
        if not self.seeds:
            raise ValueError("a search needs at least one seed prompt")
        if self.size < 1:
            raise ValueError(f"a population needs at least 1 individual, got {self.size}")

    def first(self) -> list[Birth]:
        """The user's prompts as births, equal ones once."""
        return [Birth(None, slot=i, genome=genome) for i, genome in enumerate(dict.fromkeys(self.seeds))]

    def more(
        self, best: Sequence[Individual], rng: random.Random, *, standing: int | None = None, planned: int = 0
    ) -> list[Birth]:
        """Births that fill the population up; none where it is full.

        Args:
            best: The seeds that stand in the population.
            rng: Draws the operators.
            standing: How many founders there are; as many as `best` unless given.
            planned: Births planned before. They move the turn on: a seed that no operator can do anything with may
                not hold up the others.
        """
        if self.fill is None:
            return []
        births = []
        for turn, slot in enumerate(range(len(best) if standing is None else standing, self.size), planned):
            first = best[turn % len(best)]
            operator = self.fill.draw(rng, first)
            births.append(Birth(operator, parents_for(operator, first, best, rng), slot))
        return births


@dataclass(eq=False)
class Strategy(ABC):
    """A search loop. Subclasses say how to breed and who survives; founding and checks are done here.

    Attributes:
        founders: How the population begins.
        operators: Operators to draw from: one, several, or each with a weight.
        rng: The strategy's own source of chance.
        toolbox: A user's `deap.base.Toolbox`, whose `select(population, k)` and `survive(population, k)` replace the
            strategy's own where it has such a choice.
        population: The individuals alive, once founded.
        missing: How many founders never came: their births failed `OFTEN` times in a row.
        done: Why the strategy has come to an end of its own; empty while it has not.
    """

    founders: Founders
    operators: Pool | Operator | Sequence[Operator] | Mapping[Operator, float]
    rng: random.Random
    toolbox: deap_base.Toolbox = field(default_factory=deap_base.Toolbox)
    population: list[Individual] = field(default_factory=list, init=False)
    missing: int = field(default=0, init=False)
    done: str = field(default="", init=False)

    def __post_init__(self) -> None:
        self.pool = Pool.of(self.operators)
        self._stage = _SEEDS
        self._asked: int | None = None
        self._standing: tuple[Individual, ...] = ()  # the seeds in the population: parents of the other founders
        self._planned, self._failures = 0, 0  # founding births, and those that failed in a row

    @property
    def is_between(self) -> bool:
        """Whether the last `tell` ended a generation of the search, and not a step of founding or within one."""
        return self._stage == _BREEDING and self._asked is None

    def ask(self) -> list[Birth]:
        """The next births, in order; an empty list where the strategy has come to an end (see `done`).

        Raises:
            RuntimeError: The births asked for last were not told yet.
        """
        if self._asked is not None:
            raise RuntimeError("ask() was called twice; tell() the individuals of the last births first")
        births: list[Birth] = []
        if self._stage == _SEEDS:
            births = self.founders.first()
        elif self._stage == _FILLING:
            standing = len(self.population)
            births = self.founders.more(self._standing, self.rng, standing=standing, planned=self._planned)
            self._planned += len(births)
        if self._stage == _BREEDING and not self.done:
            births = self.breed()
        if births:
            self._asked = len(births)
        return births

    def tell(self, individuals: Sequence[Individual]) -> None:
        """Take the evaluated individuals of the births that `ask` gave; failed births are left out.

        Raises:
            RuntimeError: Nothing was asked for.
            ValueError: An individual without a fitness, with NaN in it, or more of them than births.
        """
        if self._asked is None:
            raise RuntimeError("tell() was called before ask()")
        if len(individuals) > self._asked:
            raise ValueError(f"tell() got {len(individuals)} individuals for the {self._asked} births that ask() gave")
        for each in individuals:
            # DEAP ranks NaN above every score, and an unevaluated fitness silently worst.
            if not each.fitness.valid or any(math.isnan(value) for value in each.fitness.values):
                raise ValueError(f"tell() got genome {each.genome.id} with the fitness {each.fitness.values or 'none'}")
        asked, self._asked = self._asked, None
        if self._stage == _SEEDS:
            room = self.founders.size if self.founders.keep is None else min(self.founders.keep, self.founders.size)
            self.population = self.found(best_of(individuals, room))
            self._standing = tuple(self.population)
            self._stage = _FILLING if self._is_short() else _BREEDING
        elif self._stage == _FILLING:
            self._fill(individuals, asked)
        else:
            self.survive(individuals)

    def _is_short(self) -> bool:
        return self.founders.fill is not None and 0 < len(self.population) < self.founders.size

    def _fill(self, individuals: Sequence[Individual], asked: int) -> None:
        """Take founders; the population is founded once it is full, or its operators have failed often."""
        self.population = [*self.population, *individuals]
        self._failures = 0 if individuals else self._failures + asked
        if not self._is_short() or self._failures >= OFTEN:
            self.missing = max(0, self.founders.size - len(self.population))
            self.population = self.found(self.population)
            self._stage = _BREEDING

    def found(self, individuals: list[Individual]) -> list[Individual]:
        """The population that founders make; as they are unless a strategy needs another shape."""
        return individuals

    @abstractmethod
    def breed(self) -> list[Birth]:
        """The births of one generation; sets `done` to a sentence and returns none at the strategy's own end."""

    @abstractmethod
    def survive(self, children: Sequence[Individual]) -> None:
        """Take the evaluated children into the population."""


def best_of(individuals: Sequence[Individual], k: int) -> list[Individual]:
    """The k best, best first; of equals, the earlier."""
    chosen: list[Individual] = tools.selBest(list(individuals), k)
    return chosen


def unique(individuals: Sequence[Individual]) -> list[Individual]:
    """The individuals with equal prompts once, in order."""
    return list(dict.fromkeys(individuals))


def parents_for(
    operator: Operator, chosen: Individual, population: Sequence[Individual], rng: random.Random
) -> tuple[Individual, ...]:
    """The chosen parent and as many others, drawn from the population, as the operator takes."""
    others = [each for each in population if each is not chosen]
    if operator.parents == "all":
        return (chosen, *others)
    if operator.parents == 0:
        return ()
    missing = operator.parents - 1
    drawn = rng.sample(others, missing) if missing <= len(others) else rng.choices(others or [chosen], k=missing)
    return (chosen, *drawn)
