"""Paired comparison of two prompts on the same examples."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

RESAMPLES = 10_000
BLOCK = 500  # resamples at a time
LEVEL = 0.95


@dataclass(frozen=True)
class Comparison:
    """How much better one prompt did than another on the same examples.

    Attributes:
        difference: Mean of the one minus mean of the other, from -1 to 1.
        low, high: Ends of the 95 % interval of the difference (paired bootstrap, percentiles).
        p_value: Chance of a difference at least as large, either way, without any true one: exact McNemar test where
            every mark is hit or miss, else a sign-flip test.
    """

    difference: float
    low: float
    high: float
    p_value: float

    def to_json(self) -> dict[str, Any]:
        """The figures as plain JSON values."""
        return {"difference": self.difference, "low": self.low, "high": self.high, "p_value": self.p_value}


def compare(one: Sequence[float], other: Sequence[float], seed: int = 0) -> Comparison:
    """Compare two prompts by their marks, example by example.

    Raises:
        ValueError: No marks, or not as many of the one as of the other.
    """
    if len(one) != len(other) or not one:
        raise ValueError(f"a paired comparison needs the same examples, got {len(one)} and {len(other)} marks")
    gains = np.asarray(one, dtype=float) - np.asarray(other, dtype=float)
    rng = np.random.default_rng(seed)
    means = np.concatenate([gains[rng.integers(len(gains), size=size)].mean(axis=1) for size in _blocks(len(gains))])
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    binary = {*one, *other} <= {0.0, 1.0}
    p_value = mcnemar(int((gains > 0).sum()), int((gains < 0).sum())) if binary else _sign_flip(gains, rng)
    return Comparison(float(gains.mean()), float(low), float(high), p_value)


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
    return float(min(1.0, 2 * tail / 2**n))


def _blocks(n: int) -> Iterator[tuple[int, int]]:
    """Shapes of resamples, so many at a time that ten thousand examples still fit into memory."""
    for _ in range(RESAMPLES // BLOCK):
        yield BLOCK, n


def _sign_flip(gains: np.ndarray[Any, np.dtype[np.float64]], rng: np.random.Generator) -> float:
    """Share of random signs under which the mean gain is at least as far from zero."""
    at_least = 0
    for size in _blocks(len(gains)):
        means = (rng.choice((-1.0, 1.0), size=size) * gains).mean(axis=1)
        at_least += int((np.abs(means) >= abs(gains.mean()) - 1e-12).sum())
    return (at_least + 1) / (RESAMPLES + 1)
