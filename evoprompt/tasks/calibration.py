"""Calibration: what to take off each label's log-probability, so that a model's liking for a label decides nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from evoprompt.tasks.scoring.label_finding import folded

SMOOTHING = 0.5  # of an example, given to every label: one that train and dev lack is still possible
# In examples. Less costs a model that knows its labels much on few examples, and more leaves part of a liking standing
# on many (benchmarks/calibration.py).
DOUBT = 1.0
# Scales are told apart by log-likelihood, in nats: one needs so much more than another to be taken (a likelihood ratio test
# at 5 % asks for 1.9). Below FAINTEST differences are taken for noise.
CLEARLY, FAINTEST = 2.0, 0.1
MOST_STEPS, NEAR, DIGITS, TINY = 60, 1e-12, 9, 1e-300


def label_shares(labels: Sequence[str], targets: Iterable[str]) -> tuple[float, ...]:
    """How often each label is the right answer, in the order of the labels; the shares add up to 1.

    Args:
        labels: At least 1.
        targets: The right answers, upper or lower case apart; those that are no label count for none.
    """
    counts = Counter(folded(target) for target in targets)
    known = [counts[folded(label)] + SMOOTHING for label in labels]
    return tuple(count / sum(known) for count in known)


def offsets(
    logprobs: Sequence[Sequence[float]], shares: Sequence[float], right: Sequence[int] = ()
) -> tuple[float, ...]:
    """One offset a label, fitted at the model's own scale where the right answers speak clearly for that.

    A model that is right but unsure never gives a label its share: its mean probabilities are all alike. Such answers are
    first divided by how much they differ, as a temperature does (Guo 2017, https://arxiv.org/abs/1706.04599).

    Args:
        logprobs: Log-probabilities of the labels, one row an answer; finite, at least one row.
        shares: Of each label; they add up to 1.
        right: The place of the right label of each answer; empty where not known, and then the scale is 1.
    """
    plain = fitted(logprobs, shares)
    levels = np.asarray(logprobs, float)
    scale = _spread(levels)
    if scale >= 1 or not len(right):
        return plain
    scaled = fitted(logprobs, shares, scale=scale)
    gain = _likelihood((levels - scaled) / scale, right) - _likelihood(levels - plain, right)
    return scaled if gain > CLEARLY else plain


def _spread(levels: Any) -> float:
    """How much the answers differ from one another: the standard deviation of their differences between labels."""
    centred = levels - levels.mean(1, keepdims=True)
    return max(float((centred - centred.mean(0)).std()), FAINTEST)


def _likelihood(levels: Any, right: Sequence[int]) -> float:
    return float(np.log(_weights(levels, 0.0)[np.arange(len(levels)), right] + TINY).sum())


def fitted(
    logprobs: Sequence[Sequence[float]], shares: Sequence[float], doubt: float = DOUBT, scale: float = 1.0
) -> tuple[float, ...]:
    """One offset a label, which make the answers' mean probabilities equal the labels' shares.

    A model that knows its labels gives each its share already, and so has offsets near 0, however unequal the shares.
    The offsets add up to 0; the fewer the answers, the nearer they stay to 0.

    Args:
        logprobs: Log-probabilities of the labels, one row an answer; finite, at least one row.
        shares: Of each label; they add up to 1.
        doubt: How many examples weigh against the offsets; over 0.
        scale: What log-probabilities are divided by before they are probabilities; over 0.
    """
    levels, wanted = np.asarray(logprobs, float) / scale, np.asarray(shares, float)
    ridge = doubt * scale / len(levels)
    found = np.zeros(len(wanted))
    for _ in range(MOST_STEPS):
        weights = _weights(levels, found)
        slope = wanted - weights.mean(0) + ridge * found
        if np.abs(slope).max() < NEAR:
            break
        curve = np.diag(weights.mean(0) + ridge) - weights.T @ weights / len(levels)
        found = _stepped(levels, wanted, ridge, found, np.linalg.solve(curve, slope))
    # Sums differ in their last digits between machines; records are to be the same on all of them.
    return tuple(round(float(offset) * scale, DIGITS) + 0.0 for offset in found)


def _stepped(levels: Any, wanted: Any, ridge: float, found: Any, step: Any) -> Any:
    """Newton's step, halved until it leads downhill: the function is convex, so that there is one lowest point."""
    now = _height(levels, wanted, ridge, found)
    for halvings in range(MOST_STEPS):
        tried = found - step / 2**halvings
        if _height(levels, wanted, ridge, tried) <= now:
            return tried
    return found


def _height(levels: Any, wanted: Any, ridge: float, offsets: Any) -> float:
    moved = levels - offsets
    top = moved.max(1)
    sums = top + np.log(np.exp(moved - top[:, None]).sum(1))
    return float(sums.mean() + wanted @ offsets + ridge / 2 * offsets @ offsets)


def _weights(levels: Any, offsets: Any) -> Any:
    moved = levels - offsets
    weights = np.exp(moved - moved.max(1, keepdims=True))
    return weights / weights.sum(1, keepdims=True)
