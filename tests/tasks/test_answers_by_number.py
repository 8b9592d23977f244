"""`last_number` on a corpus of outputs, and its rules one by one."""

from __future__ import annotations

import math
import time

import pytest
from answers_by_number import OUTPUTS as FIRST
from answers_by_number_fifth import OUTPUTS as FIFTH
from answers_by_number_fourth import OUTPUTS as FOURTH
from answers_by_number_fresh import OUTPUTS as FRESH
from answers_by_number_third import OUTPUTS as THIRD
from hypothesis import given
from hypothesis import strategies as st
from toys import cheap

from evoprompt.tasks.example import Example
from evoprompt.tasks.scoring.number_finding import as_number
from evoprompt.tasks.scoring.number_reading import answered_number
from evoprompt.tasks.scoring.scorers import last_number

OUTPUTS = FIRST + FRESH + THIRD + FOURTH + FIFTH
MOST_REFUSED = 0.03  # of the outputs that have a number


def test_no_output_is_read_wrongly_and_hardly_any_number_is_refused(capsys):
    wrong, refused = [], []
    for output, wanted in OUTPUTS:
        found = answered_number(output)
        if found is None and wanted is not None:
            refused.append((output, wanted))
        elif found and (wanted is None or not math.isclose(found.value, wanted, rel_tol=1e-9)):
            wrong.append((output, wanted, found))
    numbers = sum(wanted is not None for _, wanted in OUTPUTS)
    with capsys.disabled():
        print(f"\nnumbers: {len(OUTPUTS)} outputs; {len(wrong)} read wrongly, {len(refused)} of {numbers} refused")
    assert len(OUTPUTS) >= 60
    assert wrong == []
    assert len(refused) <= MOST_REFUSED * numbers, refused


FORMS = ("#### {}", "\\boxed{{{}}}", "The answer is {}.", "**{}**", "Answer: {}\n7 checks")


@cheap
@given(
    st.integers(-(10**9), 10**9),
    st.sampled_from(FORMS),
)
def test_a_whole_number_is_read_in_every_form(number, form):
    for written in (f"{number}", f"{number:,}", f"{number:,}".replace(",", " ")):
        assert last_number(form.format(written), Example("e1", {}, str(number))).value == 1


@cheap
@given(st.decimals(0, 10**6, places=2, allow_nan=False))
def test_the_german_and_the_english_way_to_write_an_amount_are_the_same(amount):
    english = f"{amount:,.2f}"
    german = english.translate(str.maketrans(",.", ".,"))
    assert as_number(english) == as_number(german) == pytest.approx(float(amount))


@cheap
@given(st.text(alphabet="0123456789,.- /'½²eE+×^{}()\\#$%:=\n abc", max_size=30))
def test_any_output_is_read_without_an_error(output):
    found = answered_number(output)
    assert found is None or found.value == found.value


@pytest.mark.parametrize(
    ("target", "output"),
    [("1,234", "1234"), ("$1,234.50", "1.234,50"), ("1/2", "0.5"), ("0.5", "1/2"), ("50%", "50"), ("1 000", "1,000")],
)
def test_targets_are_read_as_outputs_are(target, output):
    assert last_number(output, Example("e1", {}, target)).value == 1


@pytest.mark.parametrize("target", ["3 apples", "1,2,3", "-", "1/0", "2024-01-02", "1.2.3"])
def test_a_target_that_is_more_than_a_number_is_refused(target):
    with pytest.raises(ValueError, match="last_number needs numbers as targets; example 'e1' has"):
        last_number("3", Example("e1", {}, target))


def test_one_group_after_a_point_is_a_decimal_whatever_the_target():
    assert last_number("1.234", Example("e1", {}, "1.234")).value == 1
    assert last_number("1.234", Example("e1", {}, "1234")).value == 0


def test_an_output_without_a_number_is_unreadable_and_a_wrong_number_is_not():
    assert last_number("forty", Example("e1", {}, "40")).is_unreadable
    assert last_number("", Example("e1", {}, "40")).is_unreadable
    wrong = last_number("41 (confidence 95%)", Example("e1", {}, "40"))
    assert not wrong.is_unreadable
    assert wrong.reason == "the number is 41 instead of 40"


LONG = (
    "1 ",
    "1,",
    "11,",
    "1/",
    "111 ",
    "#### ",
    "(1",
    "\\boxed{",
    "answer is ",
    "confidence ",
    "\\frac{1",
    "1e",
    "^{",
    "wait ",
    "9^9",
    "1 million ",
    "1[1]",
    "1 a = 1 - ",
)


@pytest.mark.parametrize("piece", LONG)
def test_a_long_output_is_read_at_once(piece):
    begun = time.perf_counter()
    last_number((piece * 40_000)[:40_000], Example("e1", {}, "1"))
    assert time.perf_counter() - begun < 2
