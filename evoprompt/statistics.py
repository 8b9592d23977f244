"""Paired comparison of two prompts on the same examples."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

LEVEL = 0.95  # of an interval; what lies outside it is rejected at a p-value under 1 - LEVEL
Z = 1.959963984540054  # standard errors either way of it
FLIPS = 10_000  # ways of signs that are tried, the one that was seen among them
MOST_SIGNED = 1_000  # gains that get a sign of their own; of more, the rest is taken together
ROUGH = 30  # marks under which an interval is rough
_SAME = 1e-12  # two means that differ by less are the same

Floats = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Comparison:
    """How much better one prompt did than another on the same examples.

    Interval and p-value come from one family of tests, so that they never disagree: the interval holds 0 exactly where
    the p-value is at least 0.05.

    Attributes:
        difference: Mean of the one minus mean of the other, from -1 to 1.
        low, high: Ends of the 95 % interval of the difference: all differences that the tests do not reject.
        p_value: Chance of a difference at least as large, either way, without any true one: exact McNemar test where
            every mark is hit or miss, else a sign-flip test.
    """

    difference: float
    low: float
    high: float
    p_value: float

    @property
    def is_sure(self) -> bool:
        """Whether the interval leaves 0 out, which is to say that the p-value is under 0.05."""
        return self.low > 0 or self.high < 0

    def to_json(self) -> dict[str, Any]:
        """The figures as plain JSON values."""
        return {"difference": self.difference, "low": self.low, "high": self.high, "p_value": self.p_value}


def compare(one: Sequence[float], other: Sequence[float], seed: int = 0) -> Comparison:
    """Compare two prompts by their marks, example by example.

    Where every mark is hit or miss, the interval is Tango's score interval (Tango 1998, Statistics in Medicine 17:
    891-908), which keeps to its level on few examples and with few or no differing marks (Newcombe 1998; Fagerland,
    Lydersen and Laake 2014). Its own test of no difference, McNemar's with the normal distribution, calls four to
    nothing sure; that one difference, 0, is therefore tested by the exact binomial test, and belongs to the interval
    unless this rejects it. Being the stricter of the two (see `tests/test_statistics.py`), it can only widen the
    interval.

    Else the interval is made of the differences that a sign-flip test of the gains less that difference does not
    reject (Fisher 1935; Good 2005, chapter 3): exact for gains that lie alike on both sides of their mean, and right
    for large samples without that.

    Args:
        one, other: Marks from 0 to 1, in the order of the examples.
        seed: Of the signs that are drawn, where there are too many to try all.

    Raises:
        ValueError: No marks, or not as many of the one as of the other.
    """
    if len(one) != len(other) or not one:
        raise ValueError(f"a paired comparison needs the same examples, got {len(one)} and {len(other)} marks")
    gains = np.asarray(one, dtype=float) - np.asarray(other, dtype=float)
    if {*one, *other} <= {0.0, 1.0}:
        return _by_hits(int((gains > 0).sum()), int((gains < 0).sum()), len(gains))
    return _by_signs(gains, np.random.default_rng(seed))


def mcnemar(better: int, worse: int) -> float:
    """The exact two-sided McNemar test: a binomial test on the examples where just one of the two was right.

    Args:
        better: Examples that only the one got right.
        worse: Examples that only the other got right.
    """
    n, k = better + worse, min(better, worse)
    tail = term = 1
    for i in range(k):
        term = term * (n - i) // (i + 1)  # n over i + 1
        tail += term
    return float(min(1.0, max(2 * tail / 2**n, sys.float_info.min)))  # a chance, however small, is none of 0


def tango(better: int, worse: int, n: int) -> tuple[float, float]:
    """The 95 % score interval of the difference of two paired shares (Tango 1998, section 3).

    Args:
        better: Examples that only the one got right.
        worse: Examples that only the other got right.
        n: All examples; at least 1.
    """
    seen = (better - worse) / n

    def errors_off(difference: float) -> float:
        """How many standard errors the difference that was seen lies above a true one."""
        # The likeliest share of examples that only the other gets right, were that the true difference.
        b = (2 * n - better + worse) * difference - better - worse
        share = (math.sqrt(max(0.0, b * b + 8 * n * worse * difference * (1 - difference))) - b) / (4 * n)
        spread = math.sqrt(max(0.0, n * (2 * share + difference * (1 - difference))))
        return n * (seen - difference) / spread if spread else math.inf * ((seen > difference) - (seen < difference))

    low = -1.0 if seen == -1 else _crossing(lambda d: errors_off(d) > Z, -1.0, seen)
    high = 1.0 if seen == 1 else _crossing(lambda d: errors_off(d) >= -Z, seen, 1.0)
    return low, high


def _by_hits(better: int, worse: int, n: int) -> Comparison:
    p_value = mcnemar(better, worse)
    low, high = tango(better, worse, n)
    return _agreeing((better - worse) / n, low, high, p_value)


def _agreeing(difference: float, low: float, high: float, p_value: float) -> Comparison:
    """The comparison; its interval holds 0 where the test at 0 does not reject it."""
    if p_value >= 1 - LEVEL:
        low, high = min(low, 0.0), max(high, 0.0)
    return Comparison(difference, max(low, -1.0), min(high, 1.0), p_value)


def _crossing(is_before: Callable[[float], bool], low: float, high: float) -> float:
    """Where, between two numbers, a condition stops to hold."""
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if is_before(middle) else (low, middle)
    return (low + high) / 2


class _Flips(NamedTuple):
    """Ways to give each gain a sign; one row a way.

    Attributes:
        gains: Mean of the signed distances from the mean gain.
        signs: Mean of the signs.
    """

    gains: Floats
    signs: Floats


def _by_signs(gains: Floats, rng: np.random.Generator) -> Comparison:
    mean = float(gains.mean())
    flips = _flips(gains - mean, rng)
    # Under a true difference d below the mean, a way of signs has a mean gain as far from 0 as the one that was seen
    # exactly where mean - d is at most its reach, and likewise above: so p-values fall with distance, and the interval
    # ends at the reach that so many ways exceed as a p-value of 0.05 asks for.
    below, above = _reach(flips.gains, flips.signs), _reach(flips.gains, -flips.signs)
    reach = below if mean >= 0 else above
    p_value = float((reach >= abs(mean) - _SAME).mean())
    least = math.ceil((1 - LEVEL) * len(reach) - 1e-9)  # ways that make a p-value of 0.05
    low, high = mean - np.sort(below)[-least], mean + np.sort(above)[-least]
    return _agreeing(mean, float(low), float(high), p_value)


def _reach(gains: Floats, signs: Floats) -> Floats:
    """The x up to which |gains + x signs| is at least x, for each way of signs; infinite for all signs alike."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ends = np.maximum(gains / (1 - signs), -gains / (1 + signs))
    return np.where(np.abs(signs) > 1 - _SAME, np.inf, ends)


def _flips(gains: Floats, rng: np.random.Generator) -> _Flips:
    """All ways of signs where they are few, else a draw of them with the one that was seen."""
    n = len(gains)
    if 2**n <= FLIPS:
        signs = 1.0 - 2.0 * ((np.arange(2**n)[:, None] >> np.arange(n)) & 1)
        return _Flips(signs @ gains / n, signs.mean(axis=1))
    far = np.argsort(-np.abs(gains), kind="stable")
    own, rest = gains[far[:MOST_SIGNED]], gains[far[MOST_SIGNED:]]
    signs = 1.0 - 2.0 * rng.integers(0, 2, size=(FLIPS - 1, len(own)), dtype=np.int8)
    of_rest = _together(rest, rng)
    return _Flips(
        np.append((signs @ own + of_rest.gains) / n, 0.0), np.append((signs.sum(axis=1) + of_rest.signs) / n, 1.0)
    )


def _together(gains: Floats, rng: np.random.Generator) -> _Flips:
    """Sums over many gains with random signs, none of which is much larger than the others: they are normal."""
    size = FLIPS - 1
    n, total, squares = len(gains), float(gains.sum()), float((gains**2).sum())
    if not n:
        return _Flips(np.zeros(size), np.zeros(size))
    signs = math.sqrt(n) * rng.standard_normal(size)
    left = math.sqrt(max(0.0, squares - total**2 / n))
    return _Flips(signs * total / n + left * rng.standard_normal(size), signs)
