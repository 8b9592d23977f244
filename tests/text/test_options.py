from __future__ import annotations

from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toys import cheap

from evoprompt.text.options import OneOf, Range, check_options, closest, options_of


def sample(
    parents: object,
    context: object,
    *,
    size: Annotated[int, Range(1, 10)] = 3,
    heat: Annotated[float, Range(0)] = 0.5,
    style: Annotated[str, OneOf(("short", "long"))] = "short",
    gene: str = "instruction",
    again: bool = False,
    patience: Annotated[int | None, Range(1)] = None,
    width: Annotated[int, Range(1)] | None = None,
    donor: Literal["best", "random"] = "best",
    anything: object = None,
) -> None:
    """A function with options."""


def check(**given):
    check_options("operator 'sample'", sample, given)


def test_the_defaults_pass_their_own_checks():
    check(**options_of(sample))


@cheap
@given(st.integers())
def test_a_whole_number_passes_exactly_within_its_range(size):
    if 1 <= size <= 10:
        check(size=size)
    else:
        with pytest.raises(ValueError, match=f"operator 'sample': size must be from 1 to 10, got {size}"):
            check(size=size)


@cheap
@given(st.one_of(st.text(), st.booleans(), st.none(), st.floats(), st.lists(st.integers())))
def test_a_value_of_another_type_is_refused_by_name(value):
    with pytest.raises(TypeError, match="operator 'sample': size must be a whole number, got"):
        check(size=value)


@pytest.mark.parametrize("value", [0, 0.0, 7, float("inf")])
def test_a_number_may_be_whole_and_an_open_end_stays_open(value):
    check(heat=value)


@pytest.mark.parametrize("value", [float("nan"), True, "1"])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(TypeError, match="heat must be a number"):
        check(heat=value)


def test_an_unknown_name_gets_the_nearest_and_all_known():
    with pytest.raises(TypeError) as error:
        check(sise=3)
    assert str(error.value).startswith("operator 'sample' has no option 'sise'; did you mean 'size'? Known: again, any")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"style": "tall"}, "style must be one of short, long, got 'tall'"),
        ({"donor": "worst"}, "donor must be one of best, random, got 'worst'"),
        ({"patience": 0}, "patience must be at least 1, got 0"),
        ({"width": 0}, "width must be at least 1, got 0"),
        ({"heat": -1}, "heat must be at least 0, got -1"),
    ],
)
def test_a_value_out_of_range_is_refused_with_the_range(given, says):
    with pytest.raises(ValueError, match=says):
        check(**given)


@pytest.mark.parametrize("given", [{"gene": 3}, {"again": 1}, {"patience": "2"}, {"width": 1.5}])
def test_types_are_checked_inside_options_that_may_be_none(given):
    with pytest.raises(TypeError, match=f"{next(iter(given))} must be"):
        check(**given)
    check(patience=None, width=None)
    check(patience=2, width=2, anything=[1])


def test_an_option_without_a_default_is_refused():
    def wrong(parents, context, *, gene):
        """Needs its gene."""

    with pytest.raises(TypeError, match="option 'gene' of wrong needs a default"):
        options_of(wrong)


def test_nothing_known_is_said_as_none():
    assert closest("x", []) == ". Known: none"
