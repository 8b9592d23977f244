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


@pytest.mark.parametrize(
    ("labels", "output", "says"),
    [
        (
            ("positive", "negative"),
            "It is negative. The sound is much worse than a positive review would say.",
            "negative",
        ),
        (
            ("positive", "negative"),
            "It's negative: the battery is worse than ever, nothing positive about it.",
            "negative",
        ),
        (("spam", "ham"), "spam. It looks worse than ham.", "spam"),
        (("urgent", "normal"), "It is urgent. The outage is worse than a normal one.", "urgent"),
        (("3", "4", "5"), "4, better than 3 but worse than 5.", "4"),
    ],
)
def test_a_label_that_was_given_is_not_taken_back_by_what_it_is_compared_with(labels, output, says):
    place = LabelReader(labels).read(output).place
    assert place is not None
    assert labels[place] == says
