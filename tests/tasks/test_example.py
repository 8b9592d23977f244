from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from toys import LABELS, cheap, example

from evoprompt.genome import Shot
from evoprompt.models.model import Completion
from evoprompt.tasks.example import Score, as_score, score_of
from evoprompt.tasks.scoring.scorers import LabelProbability

ONE = example(id="e7")
OK = Completion("2")


@cheap
@given(st.floats(0, 1) | st.booleans() | st.integers(0, 1))
def test_any_number_from_0_to_1_is_a_score(value):
    score = as_score(value, ONE)
    assert score.value == float(value)
    assert score.correct == (None if 0 < value < 1 else value == 1)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, -0.01, 1.01, 2, np.float64("nan")])
@pytest.mark.parametrize("wrap", [lambda value: value, Score])
def test_a_score_out_of_range_names_the_example(value, wrap):
    with pytest.raises(ValueError, match=r"a score is from 0 to 1; on example 'e7' the scorer returned"):
        as_score(wrap(value), ONE)


@pytest.mark.parametrize("value", [None, "0.5", "right", [1], Score("1"), Score(None)])
def test_a_verdict_that_is_no_number_names_the_example(value):
    with pytest.raises(TypeError, match=r"the scorer must return .*; on example 'e7' it returned"):
        as_score(value, ONE)


def test_numbers_of_numpy_become_plain_ones():
    for value in (np.float32(0.5), np.float64(0.5), Score(np.float32(0.5))):
        assert type(as_score(value, ONE).value) is float
    assert as_score(np.bool_(True), ONE) == Score(1.0)


def test_a_score_keeps_its_reason_and_reading():
    score = Score(0.5, "half", prediction="x")
    assert as_score(score, ONE) == score


def test_an_error_of_the_users_scorer_names_scorer_and_example():
    def closeness(output, example):
        return float(output) / 0

    for text, error in (("x", "ValueError"), ("1", "ZeroDivisionError")):
        with pytest.raises(RuntimeError, match=rf"the scorer 'closeness' failed on example 'e7': {error}"):
            score_of(closeness, Completion(text), ONE)


def test_a_scorer_by_log_probability_is_held_to_the_same_range():
    with pytest.raises(ValueError, match="on example 'e7'"):
        score_of(LabelProbability(LABELS), Completion("", choice_logprobs=(math.nan, -1.0)), ONE)


def test_a_model_without_log_probabilities_is_said_so():
    with pytest.raises(ValueError, match="example 'e7': the model gave no log-probabilities, which the scorer needs"):
        score_of(LabelProbability(LABELS), OK, ONE)


def test_an_example_solved_is_a_shot():
    assert example("even", number="2").as_shot("2 = 2 x 1") == Shot((("number", "2"),), "even", "2 = 2 x 1")


def test_examples_are_hashable():
    assert len({example(), example(), example(id="e2")}) == 2
