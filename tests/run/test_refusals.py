from __future__ import annotations

import pytest
from toys import example

from evoprompt.models.model import Refused
from evoprompt.models.usage import Usage
from evoprompt.run.refusals import Refusals, TooManyRefused
from evoprompt.tasks.evaluation import Answer
from evoprompt.tasks.example import Score


def answers(refused: int, n: int) -> list[Answer]:
    """The answers of one prompt, some of them refused."""
    return [
        Answer(example(id=f"e{i}"), "", Score(0.0, "refused: filter"), Usage(1), refused=i < refused) for i in range(n)
    ]


@pytest.mark.parametrize(
    "of_each",
    [
        [answers(0, 10)],
        [answers(1, 10)],
        [answers(1, 3)],  # one alone never ends a run
        [answers(1, 10)] * 5,
        [answers(10, 10), *[answers(0, 10)] * 3],  # one prompt that is too long
        [*[answers(10, 10)] * 2, *[answers(1, 10)] * 2],
        [],
    ],
)
def test_few_refusals_let_a_run_go_on(of_each):
    Refusals().check_all(of_each, are_first=False)


@pytest.mark.parametrize(
    ("of_each", "are_first", "says"),
    [
        ([answers(2, 10)], False, "refused 2 of 10 answers, more than 10%"),
        ([answers(2, 10)] * 5, False, "refused 10 of 50"),
        ([*[answers(10, 10)] * 3, *[answers(0, 10)] * 2], False, "refused 30 of 50"),
        ([answers(10, 10)] * 2, False, "refused 20 of 20"),
        ([answers(10, 10)], True, "refused 10 of 10"),
    ],
)
def test_many_refusals_end_a_run(of_each, are_first, says):
    with pytest.raises(TooManyRefused, match=says):
        Refusals().check_all(of_each, are_first=are_first)


def test_the_share_is_the_users():
    Refusals(most=0.5).check_all([answers(5, 10)], are_first=True)
    Refusals(most=1.0).check_all([answers(10, 10)], are_first=True)
    with pytest.raises(TooManyRefused):
        Refusals(most=0.0).check_all([answers(2, 1000)], are_first=True)


def test_raise_ends_a_run_at_the_first_one():
    Refusals("raise").check(answers(0, 1)[0])
    Refusals("zero").check(answers(1, 1)[0])
    with pytest.raises(Refused, match="the provider refused example 'e0': filter; on_error='zero' scores it 0"):
        Refusals("raise").check(answers(1, 1)[0])


@pytest.mark.parametrize(
    ("settings", "says"), [(("ignore",), "on_error must be"), (("zero", 1.5), "max_refused must be from 0 to 1")]
)
def test_settings_out_of_range_are_refused(settings, says):
    with pytest.raises(ValueError, match=says):
        Refusals(*settings)
