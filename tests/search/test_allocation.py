from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toys import cheap, toy_task

from evoprompt.search.allocation import Full, Minibatch

DEV = toy_task(40).dev


def test_full_is_every_dev_example_in_order():
    assert Full().examples(DEV, 0, 3) == DEV
    assert Full().size(DEV) == len(DEV)
    assert Full().fixed(DEV)


@cheap
@given(st.integers(1, 30), st.booleans(), st.integers(0, 9), st.integers(0, 9))
def test_a_minibatch_is_a_part_of_dev_in_order_and_of_the_size_it_says(n, redraw, seed, generation):
    batch = Minibatch(n, redraw)
    part = batch.examples(DEV, seed, generation)
    places = [DEV.index(example) for example in part]
    assert places == sorted(set(places))
    assert len(part) == batch.size(DEV) == min(n, len(DEV))
    assert part == batch.examples(DEV, seed, generation)


def test_one_part_serves_the_whole_run_unless_it_is_redrawn():
    fixed, redrawn = Minibatch(5), Minibatch(5, redraw=True)
    assert fixed.fixed(DEV)
    assert not redrawn.fixed(DEV)
    assert len({tuple(fixed.examples(DEV, 0, generation)) for generation in range(9)}) == 1
    assert len({tuple(redrawn.examples(DEV, 0, generation)) for generation in range(9)}) > 1


@pytest.mark.parametrize("n", [len(DEV), len(DEV) + 1])
def test_a_part_that_is_all_of_dev_stays_the_same_however_often_it_is_redrawn(n):
    assert Minibatch(n, redraw=True).fixed(DEV)
    assert not Minibatch(len(DEV) - 1, redraw=True).fixed(DEV)


def test_another_seed_draws_another_part():
    assert len({tuple(Minibatch(5).examples(DEV, seed, 0)) for seed in range(9)}) > 1


@pytest.mark.parametrize("n", [0, -1])
def test_a_minibatch_of_nothing_is_refused(n):
    with pytest.raises(ValueError, match=f"at least 1 example, got {n}"):
        Minibatch(n)
