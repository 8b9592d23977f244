"""When a search has found enough, apart from its budget: a target, a perfect score, the end of its patience."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from evoprompt.tasks.evaluation import common_unit
from evoprompt.tasks.example import Example
from evoprompt.text.arguments import as_float, whole
from evoprompt.text.brief import brief
from evoprompt.variation.individual import Individual

_NAMES = ("target_score", "patience")


@dataclass
class Aim:
    """What a search is after, and how far it is; a budget is a limit and no goal.

    A perfect score on all of dev is always enough, unless the user's own fitness looks at more than the score: prompts
    can't be told apart any more on these examples. Where the recipe scores on a part of dev, the same for all generations or
    drawn anew for each, a perfect score there says nothing of the rest: such a prompt is `doubted` until it was put to all
    of dev, and the search goes on where it is not perfect there.

    Attributes:
        target_score: The dev score that is enough, over 0 and up to 1, in the unit that reports show (accuracy where the
            scorer knows hits and misses, else the mean score); None for 1.
        patience: Generations in a row without a gain over the best fitness so far, after which the search ends; at
            least 1. Neither the founding of a population counts nor a generation whose births all failed. None to go on.
        n_dev: How many dev examples the task has.
        by_score: Whether the search's fitness is one of ours, which nothing but the score raises.
        comparable: Whether all generations are scored on the same dev examples; nothing but a perfect score on all of dev
            ends a search elsewhere, for such scores differ by the luck of the draw.

    Raises:
        ValueError: A value out of its range, or one of the two where scores do not compare.
    """

    target_score: float | None = None
    patience: int | None = None
    n_dev: int = 0
    by_score: bool = True
    comparable: bool = True
    _best: Individual | None = field(default=None, init=False)
    _to_beat: float | None = field(default=None, init=False)  # the best fitness; None while the population is founded
    _waited: int = field(default=0, init=False)
    _children: int = field(default=0, init=False)  # evaluated since the last whole generation
    # Of prompts that are perfect on a part of dev: themselves on all of it; None where not all answers came.
    _on_all: dict[Individual, Individual | None] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        if self.target_score is not None:
            score = as_float(self.target_score)
            if score is None or not 0 < score <= 1:
                raise ValueError(f"target_score must be over 0 and at most 1, got {brief(repr(self.target_score))}")
            self.target_score = score
        if self.patience is not None:
            self.patience = whole(self.patience, "patience")
        given = [name for name in _NAMES if getattr(self, name) is not None]
        if given and not self.comparable:
            raise ValueError(
                f"{' and '.join(given)} can't be kept: the recipe scores each generation on other dev examples, and"
                f" such scores do not compare; leave it out, or have the recipe score on all {self.n_dev} of them"
            )

    def told(self, best: Individual | None, *, children: int, is_between: bool) -> None:
        """Take what a generation, or a step of one, came to.

        Args:
            best: The best so far.
            children: How many individuals were evaluated in it.
            is_between: Whether it ended a whole generation of the search, and no step of founding or within one.
        """
        self._best = best
        self._children += children
        if best is None or not is_between:
            return
        if self._to_beat is None or best.score > self._to_beat:
            self._to_beat, self._waited = best.score, 0
        elif self._children:
            self._waited += 1
        self._children = 0

    def doubted(self, told: Sequence[Individual]) -> list[Individual]:
        """Those with a perfect score on a part of dev that were not put to all of it yet."""
        if not self.by_score or self.is_proven:
            return []
        return [
            each
            for each in dict.fromkeys(told)
            if each not in self._on_all and _score(each) >= 1 and _n(each) < self.n_dev
        ]

    def parts(self, doubted: Individual, dev: Sequence[Example]) -> Iterator[tuple[Example, ...]]:
        """What a doubted prompt is put to, one after the other as long as it is perfect: all of dev in the end.

        Where generations do not compare, each part has twice as many examples as the one before: most prompts that are
        perfect on a small batch fail soon, and nothing is won by the rest of their answers.
        """
        n = len(dev) if self.comparable else 2 * _n(doubted)
        own = set(doubted.evaluation.examples) if doubted.evaluation else set()
        others = [example.id for example in dev if example.id not in own]
        while n < len(dev):
            chosen = own.union(others[: n - len(own)])
            yield tuple(example for example in dev if example.id in chosen)
            n *= 2
        yield tuple(dev)

    def is_perfect(self, each: Individual) -> bool:
        """Whether a prompt has a perfect score on what it was scored on."""
        return _score(each) >= 1

    def put(self, doubted: Individual, on_all: Individual | None) -> None:
        """Take what came of putting a doubted prompt to all of dev; None, or less than all, where it got no further."""
        self._on_all[doubted] = on_all if on_all and _n(on_all) >= self.n_dev else None

    @property
    def favourite(self) -> Individual | None:
        """Of the prompts that are perfect on a part of dev, the best on all of it; None where there are none.

        Nor where generations do not compare and it is not perfect there: of such a search the finals choose the winner.
        """
        if not (self.comparable or self.is_proven):
            return None
        return max(self._on_all, key=lambda each: _score(self._on_all[each]), default=None)

    def on_all(self, doubted: Individual) -> Individual | None:
        """A prompt that was put to all of dev, with its evaluation there; None for any other, and where finals choose."""
        return self._on_all.get(doubted) if self.comparable or self.is_proven else None

    @property
    def is_proven(self) -> bool:
        """Whether a prompt that was perfect on a part of dev is so on all of it."""
        return any(_score(each) >= 1 for each in self._on_all.values())

    @property
    def reached(self) -> str:
        """Why the search may end, as a clause; empty where it goes on."""
        perfect = f"the best prompt has a perfect score on {self._all()}"
        if self.is_proven or not self.comparable or self._best is None or self._best.evaluation is None:
            return perfect if self.is_proven else ""
        score, n = _score(self._best), _n(self._best)
        is_part = n < self.n_dev
        if score >= 1 and self.by_score and not is_part:
            return perfect
        is_goal = self.target_score is not None and score >= self.target_score
        if is_goal and not (is_part and self.by_score and score >= 1 == self.target_score):
            on = f"the {n} of {self.n_dev} dev examples that the recipe scores on" if is_part else "dev"
            return f"the target score of {self.target_score:g} is reached, with {score:.3f} on {on}"
        if self.patience is not None and self._waited >= self.patience:
            return f"{_generations(self.patience)} brought no gain"
        return ""

    def _all(self) -> str:
        return f"all {self.n_dev} dev examples" if self.n_dev > 1 else "the one dev example"

    def to_json(self) -> dict[str, Any]:
        """What was set, as plain JSON values."""
        return {name: value for name in _NAMES if (value := getattr(self, name)) is not None}


def _score(each: Individual | None) -> float:
    """Its score in the unit that reports show; 0 where it has none."""
    return each.evaluation.mean(common_unit(each.evaluation)) if each and each.evaluation else 0.0


def _n(each: Individual) -> int:
    return len(each.evaluation.answers) if each.evaluation else 0


def _generations(n: int) -> str:
    return "1 generation" if n == 1 else f"{n} generations in a row"
