"""Calibration: what to take off each label's log-probability, so that a model's liking for a label decides nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from evoprompt.label_finding import folded

SMOOTHING = 0.5  # of an example, given to every label: one that train and dev lack is still possible
# In examples. Less costs a model that knows its labels much on few examples, and more leaves part of a liking standing
# on many (benchmarks/calibration.py).
DOUBT = 1.0
MOST_STEPS, NEAR, DIGITS = 60, 1e-12, 9


def label_shares(labels: Sequence[str], targets: Iterable[str]) -> tuple[float, ...]:
    """How often each label is the right answer, in the order of the labels; the shares add up to 1.

    Args:
        labels: At least 1.
        targets: The right answers, upper or lower case apart; those that are no label count for none.
    """
    counts = Counter(folded(target) for target in targets)
    known = [counts[folded(label)] + SMOOTHING for label in labels]
    return tuple(count / sum(known) for count in known)


def fitted(logprobs: Sequence[Sequence[float]], shares: Sequence[float], doubt: float = DOUBT) -> tuple[float, ...]:
    """One offset a label, which make the answers' mean probabilities equal the labels' shares.

    A model that knows its labels gives each its share already, and so has offsets near 0, however unequal the shares.
    The offsets add up to 0; the fewer the answers, the nearer they stay to 0.

    Args:
        logprobs: Log-probabilities of the labels, one row an answer; finite, at least one row.
        shares: Of each label; they add up to 1.
        doubt: How many examples weigh against the offsets; over 0.
    """
    levels, wanted = np.asarray(logprobs, float), np.asarray(shares, float)
    ridge = doubt / len(levels)
    offsets = np.zeros(len(wanted))
    for _ in range(MOST_STEPS):
        weights = _weights(levels, offsets)
        slope = wanted - weights.mean(0) + ridge * offsets
        if np.abs(slope).max() < NEAR:
            break
        curve = np.diag(weights.mean(0) + ridge) - weights.T @ weights / len(levels)
        offsets = _stepped(levels, wanted, ridge, offsets, np.linalg.solve(curve, slope))
    # Sums differ in their last digits between machines; records are to be the same on all of them.
    return tuple(round(float(offset), DIGITS) + 0.0 for offset in offsets)


def _stepped(levels: Any, wanted: Any, ridge: float, offsets: Any, step: Any) -> Any:
    """Newton's step, halved until it leads downhill: the function is convex, so that there is one lowest point."""
    now = _height(levels, wanted, ridge, offsets)
    for halvings in range(MOST_STEPS):
        tried = offsets - step / 2**halvings
        if _height(levels, wanted, ridge, tried) <= now:
            return tried
    return offsets


def _height(levels: Any, wanted: Any, ridge: float, offsets: Any) -> float:
    moved = levels - offsets
    top = moved.max(1)
    sums = top + np.log(np.exp(moved - top[:, None]).sum(1))
    return float(sums.mean() + wanted @ offsets + ridge / 2 * offsets @ offsets)


def _weights(levels: Any, offsets: Any) -> Any:
    moved = levels - offsets
    weights = np.exp(moved - moved.max(1, keepdims=True))
    return weights / weights.sum(1, keepdims=True)
