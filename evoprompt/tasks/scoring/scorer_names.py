"""Scorers by name: what a command line, and `scorer="exact"`, can say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from evoprompt.tasks.example import AnyScorer, Scorer
from evoprompt.tasks.scoring.label_finding import folded
from evoprompt.tasks.scoring.scorers import (
    Choice,
    LabelProbability,
    contains,
    exact_match,
    json_fields,
    last_number,
    token_f1,
)
from evoprompt.text.options import closest

AUTO = "auto"
PLAIN: dict[str, Scorer] = {
    "exact": exact_match,
    "contains": contains,
    "number": last_number,
    "f1": token_f1,
    "json": json_fields,
}
BY_LABEL = ("choice", "label-probability", "label-probability-calibrated")
SCORERS = (AUTO, *BY_LABEL, *PLAIN)
MOST_LABELS = 20  # different targets, of which each stands three times at least: then they are classes
FEWEST_OF_ONE = 3


def scorer_named(name: str, targets: Sequence[str]) -> AnyScorer:
    """The scorer of this name, for examples with these targets.

    Raises:
        ValueError: No scorer has this name; the message lists the known ones. Or targets that can be no labels.
    """
    if name not in SCORERS:
        raise ValueError(f"no scorer named {name!r}{closest(name, SCORERS)}")
    if name in PLAIN:
        return PLAIN[name]
    labels = labels_of(targets)
    if name == AUTO:
        are_classes = 2 <= len(labels) <= MOST_LABELS and len(targets) >= FEWEST_OF_ONE * len(labels)
        return Choice(labels) if are_classes else PLAIN["exact"]
    return Choice(labels) if name == "choice" else LabelProbability(labels, calibrated=name.endswith("calibrated"))


def labels_of(targets: Sequence[str]) -> tuple[str, ...]:
    """The different targets, sorted: of those that are alike as labels, the commonest spelling."""
    labels: dict[str, str] = {}
    for target, _ in Counter(targets).most_common():
        labels.setdefault(folded(target), target)
    return tuple(sorted(labels.values()))
