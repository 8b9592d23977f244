"""What calibration does to a model that knows its labels and to one that likes a label: a simulation without a model.

    python -m evoprompt.benchmarks.calibration

An example's log-probabilities are the right label's share plus evidence for it, plus noise, plus what the model likes.
Offsets are fitted on n examples and judged on 2,000 others; means over 50 draws.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from evoprompt.tasks.calibration import fitted, label_shares, offsets

SIZES, DOUBTS = (10, 20, 60, 200), (0.03, 0.1, 0.3, 1.0, 3.0)
DRAWS, UNSEEN = 50, 2000


class Case(NamedTuple):
    """A simulated model on simulated data.

    Attributes:
        name: In words.
        shares: How often each label is right.
        liking: What the model adds to each label's log-probability.
        evidence: How far the right label stands out, in standard deviations of the noise.
        knows_shares: Whether its log-probabilities hold how frequent labels are.
        sharpness: Factor on its evidence; 1 for a model as sure as it should be.
        noise: Standard deviation of what has nothing to do with the example.
    """

    name: str
    shares: Sequence[float]
    liking: Sequence[float]
    evidence: float = 2.0
    knows_shares: bool = True
    sharpness: float = 1.0
    noise: float = 0.0


UNSURE = 0.6 / 4**2
NINE, HALF, SIX = (0.9, 0.1), (0.5, 0.5), (1 / 6,) * 6
UNEQUAL = (0.5, 0.2, 0.1, 0.1, 0.05, 0.05)
CASES = (
    Case("knowing, 90 to 10", NINE, (0, 0)),
    Case("knowing but unaware of shares, 90 to 10", NINE, (0, 0), knows_shares=False),
    Case("knowing, too sure, 90 to 10", NINE, (0, 0), sharpness=3),
    Case("knowing, too unsure, 90 to 10", NINE, (0, 0), sharpness=0.3),
    Case("likes the rare label by 3, 90 to 10", NINE, (0, 3)),
    Case("likes the frequent label by 3, 90 to 10", NINE, (3, 0)),
    Case("knowing, 50 to 50", HALF, (0, 0)),
    Case("likes a label by 3, 50 to 50", HALF, (3, 0)),
    Case("knowing, 6 labels alike", SIX, (0,) * 6, 2.5),
    Case("likes two of 6 labels alike", SIX, (3, 2, 0, 0, 0, 0), 2.5),
    Case("knowing, 6 labels unlike", UNEQUAL, (0,) * 6, 2.5),
    Case("likes two rare of 6 labels unlike", UNEQUAL, (0, 0, 0, 0, 3, 2), 2.5),
    # The right label stands out by 0.6 on average, the noise is 0.15.
    Case("right but unsure, 90 to 10", NINE, (0, 0), 4, False, UNSURE),
    Case("right but unsure, 6 labels alike", SIX, (0,) * 6, 4, False, UNSURE),
    Case("right but unsure, 6 labels unlike", UNEQUAL, (0,) * 6, 4, False, UNSURE),
    Case("right but unsure, likes the rare label", NINE, (0, 0.8), 4, False, UNSURE),
    Case("right but unsure, likes two of 6 unlike", UNEQUAL, (0, 0, 0, 0, 1, 0.8), 4, False, UNSURE),
    Case("knows the shares alone, 90 to 10", NINE, (0, 0), 0, noise=0.3),
)


def drawn(case: Case, n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Right labels and log-probabilities of n examples; a label's evidence has the variance 1."""
    labels = rng.choice(len(case.shares), n, p=case.shares)
    seen = rng.normal(size=(n, len(case.shares)))
    seen[np.arange(n), labels] += case.evidence
    levels = case.sharpness * case.evidence * seen  # the log-likelihood ratio, where the sharpness is 1
    levels = levels + (np.log(case.shares) if case.knows_shares else 0) + np.asarray(case.liking, float)
    if case.noise:
        levels = levels + rng.normal(scale=case.noise, size=levels.shape)
    top = levels.max(1, keepdims=True)
    return labels, levels - top - np.log(np.exp(levels - top).sum(1, keepdims=True))


def stratified(case: Case, n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """The same with each label's share of the n examples, as a split of the library has it."""
    labels, levels = drawn(case, 50 * n + 1000, rng)
    wanted = np.floor(np.asarray(case.shares) * n).astype(int)
    for place in range(n - int(wanted.sum())):
        wanted[place % len(wanted)] += 1
    rows = np.concatenate([np.flatnonzero(labels == label)[:count] for label, count in enumerate(wanted)])
    return labels[rows], levels[rows]


def accuracies(case: Case, n: int) -> list[float]:
    """Mean accuracy as it is, by the mean subtracted, by shares under each doubt, and as the library does it."""
    rng = np.random.default_rng([n, len(case.name), *map(ord, case.name)])
    names = [str(label) for label in range(len(case.shares))]
    rows = []
    for _ in range(DRAWS):
        dev_labels, dev = stratified(case, n, rng)
        labels, levels = drawn(case, UNSEEN, rng)
        shares = label_shares(names, map(str, dev_labels))
        ways = [
            np.zeros(len(names)),
            dev.mean(0),
            *(np.asarray(fitted(dev.tolist(), shares, doubt)) for doubt in DOUBTS),
            np.asarray(offsets(dev.tolist(), shares, dev_labels.tolist())),
        ]
        rows.append([float(((levels - way).argmax(1) == labels).mean()) for way in ways])
    return [math.fsum(column) / DRAWS for column in zip(*rows, strict=True)]


def main() -> None:
    """Print the table."""
    print(
        "| model and data | n | as it is | mean subtracted | "
        + " | ".join(f"doubt {d}" for d in DOUBTS)
        + " | library |"
    )
    print("|---" * (5 + len(DOUBTS)) + "|")
    for case in CASES:
        for n in SIZES:
            print(f"| {case.name} | {n} | " + " | ".join(f"{a:.3f}" for a in accuracies(case, n)) + " |", flush=True)


if __name__ == "__main__":
    main()
