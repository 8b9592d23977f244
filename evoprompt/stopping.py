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

    Without a target, the aim is a perfect score: nothing is left to be gained on dev.

    Attributes:
        target_score: The dev score that is enough, over 0 and up to 1, in the unit that reports show (accuracy where the
            scorer knows hits and misses, else the mean score); None for 1.
        patience: Generations in a row without a gain over the best fitness so far, after which the search ends; at
            least 1. The founding of a population counts as none. None to go on.
        comparable: Whether all generations are scored on the same dev examples; nothing ends a search elsewhere, for
            such scores differ by the luck of the draw.

    Raises:
        ValueError: A value out of its range, or one of the two where scores do not compare.
    """

    target_score: float | None = None
    patience: int | None = None
    comparable: bool = True
    _best: Individual | None = field(default=None, init=False)
    _to_beat: float | None = field(default=None, init=False)  # the best fitness; None while the population is founded
    _waited: int = field(default=0, init=False)

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
                " such scores do not compare; leave it out, or have the recipe score on all of them"
            )

    def told(self, best: Individual | None, *, is_between: bool) -> None:
        """Take what a generation came to.

        Args:
            best: The best so far.
            is_between: Whether it was a whole generation of the search, and no step of founding or within one.
        """
        self._best = best
        if best is None or not is_between:
            return
        gains = self._to_beat is None or best.score > self._to_beat
        self._to_beat, self._waited = (best.score, 0) if gains else (self._to_beat, self._waited + 1)

    @property
    def reached(self) -> str:
        """Why the search may end, as a clause; empty where it goes on."""
        if not self.comparable or self._best is None or self._best.evaluation is None:
            return ""
        evaluation = self._best.evaluation
        score = evaluation.mean(common_unit(evaluation))
        if score >= 1:
            return f"the best prompt has a perfect score on all {len(evaluation.answers)} dev examples it was put to"
        if self.target_score is not None and score >= self.target_score:
            return f"the target score of {self.target_score:g} is reached, with {score:.3f} on dev"
        if self.patience is not None and self._waited >= self.patience:
            return f"{_generations(self.patience)} brought no gain"
        return ""

    def to_json(self) -> dict[str, Any]:
        """What was set, as plain JSON values."""
        return {name: value for name in _NAMES if (value := getattr(self, name)) is not None}


def _generations(n: int) -> str:
    return "1 generation" if n == 1 else f"{n} generations in a row"
