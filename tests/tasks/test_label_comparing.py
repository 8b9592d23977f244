"""Labels that an output compares: the one that it puts above the other is read, or none."""

from __future__ import annotations

import time

import pytest
from answers_by_comparison import OUTPUTS

from evoprompt.tasks.scoring.label_reading import LabelReader


def read(labels, output):
    place, _ = LabelReader(labels).read(output)
    return None if place is None else labels[place]


@pytest.mark.parametrize(("labels", "output", "wins"), OUTPUTS)
def test_of_two_labels_that_are_compared_the_better_is_read(labels, output, wins):
    assert read(labels, output) == wins
    assert read(labels[::-1], output) == wins


LONG = (
    "a is worse than b ",
    "a is less ",
    "as good as b ",
    "compared to a, ",
    "a ist b ",
    "worse ",
    "a is not b",
    "prefer a to ",
    "a比b差",
    "un ",
    "but a ",
    "although ",
    "although a b ",
    "mostly a with ",
    "1. ",
    "this goes to a ",
    "over all ",
    "worse: a ",
    "less than ",
)


@pytest.mark.parametrize("piece", LONG)
def test_a_model_that_compares_over_and_over_is_read_at_once(piece):
    begun = time.process_time()
    read(("a", "b"), (piece * 40_000)[:40_000])
    assert time.process_time() - begun < 2
