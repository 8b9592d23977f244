"""When a search has found enough, apart from its budget: a target, a perfect score, the end of its patience."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from evoprompt.arguments import as_float, whole
from evoprompt.brief import brief
from evoprompt.evaluation import common_unit
from evoprompt.individual import Individual

_NAMES = ("target_score", "patience")


@dataclass
class Aim:
    """What a search is after, and how far it is; a budget is a limit and no goal.

    A perfect score is always enough, unless the user's own fitness looks at more than the score: prompts can't be told
    apart any more on these examples.

    Attributes:
        target_score: The dev score that is enough, over 0 and up to 1, in the unit that reports show (accuracy where the
            scorer knows hits and misses, else the mean score); None for 1.
        patience: Generations in a row without a gain over the best fitness so far, after which the search ends; at
            least 1. Neither the founding of a population counts nor a generation whose births all failed. None to go on.
        n_dev: How many dev examples the task has.
        by_score: Whether the search's fitness is one of ours, which nothing but the score raises.
        comparable: Whether all generations are scored on the same dev examples; nothing ends a search elsewhere, for
            such scores differ by the luck of the draw.

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

    @property
    def reached(self) -> str:
        """Why the search may end, as a clause; empty where it goes on."""
        if not self.comparable or self._best is None or self._best.evaluation is None:
            return ""
        evaluation = self._best.evaluation
        score = evaluation.mean(common_unit(evaluation))
        if score >= 1 and self.by_score:
            return f"the best prompt has a perfect score on {self._examples(len(evaluation.answers))}"
        if self.target_score is not None and score >= self.target_score:
            return f"the target score of {self.target_score:g} is reached, with {score:.3f} on dev"
        if self.patience is not None and self._waited >= self.patience:
            return f"{_generations(self.patience)} brought no gain"
        return ""

    def _examples(self, n: int) -> str:
        if n < self.n_dev:
            return f"the {n} of {self.n_dev} dev examples that the recipe scores on; more of them would tell more"
        return f"all {n} dev examples" if n > 1 else "the one dev example"

    def to_json(self) -> dict[str, Any]:
        """What was set, as plain JSON values."""
        return {name: value for name in _NAMES if (value := getattr(self, name)) is not None}


def _generations(n: int) -> str:
    return "1 generation" if n == 1 else f"{n} generations in a row"
