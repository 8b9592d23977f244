"""Which answers to buy for the genomes of a generation."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from evoprompt.tasks.example import Example
from evoprompt.text.arguments import as_int, said_of


class Allocation(Protocol):
    """Chooses the dev examples that a generation is evaluated on."""

    def fixed(self, dev: Sequence[Example]) -> bool:
        """Whether all generations are evaluated on the same of the dev examples, so that their scores compare."""

    def examples(self, dev: Sequence[Example], seed: int, generation: int) -> Sequence[Example]:
        """At least one of the dev examples, in order; the same for the same seed and generation."""

    def size(self, dev: Sequence[Example]) -> int:
        """How many examples one genome is evaluated on."""


@dataclass(frozen=True)
class Full:
    """Every genome answers every dev example."""

    def fixed(self, dev: Sequence[Example]) -> bool:
        """True."""
        return True

    def examples(self, dev: Sequence[Example], seed: int, generation: int) -> Sequence[Example]:
        """All dev examples."""
        return dev

    def size(self, dev: Sequence[Example]) -> int:
        """The number of dev examples."""
        return len(dev)


@said_of
@dataclass(frozen=True)
class Minibatch:
    """Every genome answers the same part of the dev examples.

    Attributes:
        n: Size of the part; all where dev has no more.
        redraw: Draw anew in each generation, as PromptBreeder does. Scores of different generations then differ by
            the luck of the draw; without it one part, drawn once, serves the whole run.
    """

    n: int
    redraw: bool = False

    def __post_init__(self) -> None:
        if (n := as_int(self.n)) is None or n < 1:
            raise ValueError(f"a minibatch needs at least 1 example, got {self.n!r}")
        object.__setattr__(self, "n", n)

    def fixed(self, dev: Sequence[Example]) -> bool:
        """Whether one part serves the whole run: it is drawn once, or is all of dev."""
        return not self.redraw or self.n >= len(dev)

    def examples(self, dev: Sequence[Example], seed: int, generation: int) -> Sequence[Example]:
        """The part, in the order of dev."""
        if self.n >= len(dev):
            return dev
        rng = random.Random(f"{seed}/batch/{generation if self.redraw else 0}")
        chosen = sorted(rng.sample(range(len(dev)), self.n))
        return [dev[i] for i in chosen]

    def size(self, dev: Sequence[Example]) -> int:
        """The number of examples in the part."""
        return min(self.n, len(dev))
