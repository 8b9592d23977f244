from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toys import cheap

from evoprompt.models.model import Completion
from evoprompt.models.usage import Usage
from evoprompt.plan.budget import Budget, Ledger

usages = st.builds(
    Usage, st.integers(0, 9), st.integers(0, 99), st.integers(0, 99), st.integers(0, 9), st.integers(0, 9)
)


@cheap
@given(usages, usages, usages)
def test_usage_adds_up_in_any_order(a, b, c):
    assert a + (b + c) == (c + a) + b
    assert (a + b).tokens == a.tokens + b.tokens
    assert a + Usage() == a


def test_a_price_that_is_not_known_is_counted_and_never_taken_for_nothing():
    assert Usage.of(Completion("x", 3, 4, None, calls=2)) == Usage(2, 3, 4, 0.0, unpriced=2)
    assert Usage.of(Completion("x", 3, 4, 0.5)) == Usage(1, 3, 4, 0.5, unpriced=0)


@pytest.mark.parametrize("name", ["calls", "tokens", "dollars", "seconds"])
@pytest.mark.parametrize("value", [0, -1, math.nan, math.inf, "100", True])
def test_a_limit_that_is_no_number_over_0_is_refused_by_name(name, value):
    with pytest.raises(ValueError, match=f"budget: {name} must be a .*number over 0, got {re.escape(repr(value))}"):
        Budget(**{name: value})


@pytest.mark.parametrize("name", ["calls", "tokens"])
def test_calls_and_tokens_are_whole(name):
    with pytest.raises(ValueError, match=f"budget: {name} must be a whole number over 0, got 2.5"):
        Budget(**{name: 2.5})


def test_a_budget_without_a_limit_is_refused():
    with pytest.raises(ValueError, match="a budget needs a limit: calls, tokens, dollars or seconds"):
        Budget()


def test_limits_are_told_as_json_without_the_open_ones():
    assert Budget(calls=5, dollars=0.5).to_json() == {"calls": 5, "dollars": 0.5}


@cheap
@given(st.integers(1, 100), st.integers(0, 100), st.lists(st.sampled_from(["task", "operator", "test"]), max_size=50))
def test_calls_left_are_the_limit_without_the_reserve_and_what_was_used(limit, reserved, roles):
    ledger = Ledger(Budget(calls=limit), Usage(calls=reserved))
    for role in roles:
        ledger.add(role, Usage(calls=1))
    assert ledger.calls_left() == max(0, limit - reserved - len(roles))
    assert bool(ledger.spent()) == (limit <= reserved + len(roles))


@pytest.mark.parametrize(
    ("budget", "usage", "says"),
    [
        (Budget(calls=2), Usage(calls=2), "the budget of 2 calls is spent"),
        (Budget(tokens=9), Usage(tokens_in=4, tokens_out=5), "the budget of 9 tokens is spent"),
        (Budget(dollars=0.5), Usage(dollars=0.5), "the budget of $0.5 is spent"),
        (Budget(calls=2, tokens=9, dollars=1, seconds=9), Usage(1, 4, 4, 0.9), ""),
        (Budget(tokens=9), Usage(calls=10**6), ""),
    ],
)
def test_a_limit_that_is_reached_is_said_in_a_sentence(budget, usage, says):
    ledger = Ledger(budget)
    ledger.add("task", usage)
    assert ledger.spent() == says


def test_what_is_planned_must_fit_beside_the_reserve():
    ledger = Ledger(Budget(calls=10, tokens=100, dollars=1.0), reserved=Usage(2, 20, 10, 0.3))
    ledger.add("task", Usage(3, 20, 10, 0.3))
    assert ledger.lacks(Usage(5, 30, 10, 0.4)) == ""
    assert ledger.lacks(Usage(6)) == "the budget of 10 calls"
    assert ledger.lacks(Usage(1, 35, 10)) == "the budget of 100 tokens"
    assert ledger.lacks(Usage(1, 1, 1, 0.5)) == "the budget of $1"
    assert ledger.lacks(Usage(7, 60, 10, 0.7), reserve=False) == ""
    assert (ledger.calls_left(), ledger.calls_left(reserve=False)) == (5, 7)


def test_an_open_number_of_calls_has_no_rest():
    assert Ledger(Budget(tokens=5)).calls_left() is None
