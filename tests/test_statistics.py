from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toys import cheap, unit

from evoprompt.statistics import Z, compare, mcnemar, tango

marks = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=40)
degrees = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=20)


def hits(better: int, worse: int, n: int):
    """A comparison in which the one alone is right so often, the other alone so often, and both else."""
    one = [1.0] * better + [0.0] * worse + [1.0] * (n - better - worse)
    return compare(one, [0.0] * better + [1.0] * (n - better))


@pytest.mark.parametrize(
    ("better", "worse", "p"),
    [(0, 0, 1.0), (1, 0, 1.0), (5, 0, 0.0625), (0, 5, 0.0625), (8, 2, 0.109375), (10, 10, 1.0)],
)
def test_mcnemar_is_the_exact_binomial_test(better, worse, p):
    assert mcnemar(better, worse) == pytest.approx(p)


def test_mcnemar_stands_many_examples():
    assert 0 <= mcnemar(6000, 5000) < 1e-10


@cheap
@given(marks)
def test_a_comparison_is_fair_to_both_sides(pairs):
    one, other = [float(a) for a, _ in pairs], [float(b) for _, b in pairs]
    there, back = compare(one, other), compare(other, one)
    assert there.difference == pytest.approx(-back.difference)
    assert there.p_value == back.p_value
    assert 0 < there.p_value <= 1
    assert -1 <= there.low <= there.difference + 1e-9
    assert there.difference - 1e-9 <= there.high <= 1


def test_five_to_nothing_is_neither_sure_nor_called_sure():
    """A bootstrap interval lies above 0 here, and the exact test says 0.06."""
    gap = hits(5, 0, 100)
    assert (gap.difference, gap.p_value) == (0.05, 0.0625)
    assert gap.low == 0 < gap.high
    assert not gap.is_sure
    assert hits(6, 0, 100).is_sure
    assert hits(0, 6, 100).is_sure


@cheap
@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 200))
def test_the_interval_of_hits_leaves_0_out_exactly_where_the_p_value_is_under_5_percent(better, worse, same):
    gap = hits(better, worse, better + worse + max(same, 1))
    assert gap.is_sure == (gap.p_value < 0.05)
    assert gap.low <= gap.difference <= gap.high


@cheap
@given(degrees)
def test_the_interval_of_degrees_leaves_0_out_exactly_where_the_p_value_is_under_5_percent(pairs):
    gap = compare([a / 5 for a, _ in pairs], [b / 5 for _, b in pairs])
    assert gap.is_sure == (gap.p_value < 0.05)
    assert gap.low <= gap.difference <= gap.high


def test_the_exact_test_is_the_stricter_of_the_two_that_make_the_interval_of_hits():
    for differing in range(1, 400):
        for better in range(differing // 2 + 1):
            normal = (differing - 2 * better) / differing**0.5
            assert normal > Z or mcnemar(better, differing - better) >= 0.05


@pytest.mark.parametrize(
    ("better", "worse", "n", "low", "high"),
    [
        (1, 7, 21, -0.517, -0.026),  # Fagerland, Lydersen and Laake 2014, table III: airway hyper-responsiveness
        (0, 0, 20, -0.161, 0.161),  # Z² / (n + Z²) either way
        (20, 0, 20, 0.678, 1.0),  # (n - Z²) / (n + Z²)
    ],
)
def test_the_score_interval_is_that_of_the_tables(better, worse, n, low, high):
    assert tango(better, worse, n) == pytest.approx((low, high), abs=5e-4)


def test_where_nothing_differed_the_interval_still_has_a_width():
    gap = compare([1.0] * 20, [1.0] * 20)
    assert (gap.difference, gap.p_value) == (0, 1)
    assert gap.high == -gap.low == pytest.approx(0.161, abs=1e-3)


def covered(draw, truth: float, times: int, seed: int = 1) -> float:
    """Share of intervals that hold the true difference."""
    rng = random.Random(seed)
    gaps = (compare(*draw(rng)) for _ in range(times))
    return sum(gap.low <= truth <= gap.high for gap in gaps) / times


def paired_hits(better: float, worse: float, n: int):
    """Draws marks of two prompts of which each alone is right with such a chance."""

    def draw(rng: random.Random):
        chances = [rng.random() for _ in range(n)]
        return (
            [float(not better <= chance < better + worse) for chance in chances],
            [float(chance >= better) for chance in chances],
        )

    return draw


CHANCES = [(0.03, 0.0), (0.1, 0.02), (0.3, 0.1), (0.2, 0.2), (0.7, 0.1)]


@pytest.mark.parametrize("n", [10, 40])
@pytest.mark.parametrize(("better", "worse"), CHANCES)
def test_the_interval_of_hits_covers_the_true_difference_on_few_examples(better, worse, n):
    assert covered(paired_hits(better, worse, n), better - worse, 400) >= 0.915  # 0.95, but for the luck of 400


@pytest.mark.slow
@pytest.mark.parametrize("n", [5, 10, 20, 30, 100, 300])
@pytest.mark.parametrize(("better", "worse"), CHANCES)
def test_the_interval_of_hits_covers_the_true_difference_as_often_as_it_says(better, worse, n):
    assert covered(paired_hits(better, worse, n), better - worse, 4000) >= 0.935


@pytest.mark.slow
@pytest.mark.parametrize("n", [10, 20, 30, 100, 1500])
def test_the_interval_of_degrees_covers_the_true_difference_as_often_as_it_says(n):
    def draw(rng: random.Random):
        gains = [rng.uniform(-0.3, 0.5) for _ in range(n)]
        return [0.5 + gain for gain in gains], [0.5] * n

    assert 0.92 <= covered(draw, 0.1, 600) <= 0.98


def test_a_hundred_thousand_marks_are_compared_at_once():
    rng = random.Random(0)
    other = [rng.random() / 2 for _ in range(100_000)]
    gap = compare([mark + 0.01 for mark in other], other)
    assert gap.is_sure
    gap = compare([min(1.0, mark + 0.2 * (rng.random() - 0.5)) for mark in other], other)
    assert gap.high - gap.low < 0.002


def test_equal_marks_make_no_difference():
    marks = [0.2, 0.4] * 3
    assert compare(marks, marks).to_json() == {"difference": 0, "low": 0, "high": 0, "p_value": 1.0}
    assert compare([0.2, 0.4], [0.2, 0.4]).to_json() == {"difference": 0, "low": -1, "high": 1, "p_value": 1.0}


def test_the_same_marks_have_the_same_interval_whatever_the_global_chance():
    one, other = [0.1, 0.5, 0.9, 1.0], [0.0, 0.5, 0.4, 1.0]
    random.seed(1)
    first = compare(one, other)
    random.seed(2)
    assert compare(one, other) == first


def test_a_large_graded_gain_is_significant_and_noise_is_not():
    noise = [unit("noise", i) for i in range(60)]
    assert compare([0.5 + x / 2 for x in noise], [x / 2 for x in noise]).p_value < 0.001
    assert compare(noise, [unit("other", i) for i in range(60)]).p_value > 0.05


def test_the_interval_covers_the_true_difference_about_as_often_as_it_says():
    rng = random.Random(0)
    covered = 0
    for _ in range(60):
        gains = [rng.gauss(0.1, 0.3) for _ in range(50)]
        result = compare([0.5 + gain for gain in gains], [0.5] * 50)
        covered += result.low <= 0.1 <= result.high
    assert covered >= 51  # 57 expected; below 51 by chance once in 100 times, and the seed is fixed


@pytest.mark.parametrize(("one", "other"), [([], []), ([1.0], [1.0, 0.0])])
def test_marks_that_are_not_of_the_same_examples_are_refused(one, other):
    with pytest.raises(ValueError, match=f"got {len(one)} and {len(other)} marks"):
        compare(one, other)
