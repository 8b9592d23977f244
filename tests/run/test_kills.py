"""Runs killed at random moments; the program that plays them all is `kills.py`."""

from __future__ import annotations

import random

import pytest
from kills import Case, cases, play

from evoprompt.benchmarks.stub_server import StubServer

QUICK = [
    Case("default", n_jobs=8),
    Case("evoprompt-ga", "loop", n_jobs=8, fickle=True),
    Case("promptbreeder", "command", varied=True),
    Case("default", n_jobs=4, softly=True),
]


@pytest.fixture(scope="module")
def server():
    with StubServer(delay=0.005) as server:
        yield server


@pytest.mark.parametrize("case", QUICK, ids=str)
def test_a_script_killed_at_random_moments_ends_with_the_record_of_one_never_killed(case, server, tmp_path):
    play(case, server, tmp_path, random.Random(0), kills=4)


@pytest.mark.slow
@pytest.mark.parametrize("case", cases(), ids=str)
def test_the_same_in_every_way_a_run_is_made(case, server, tmp_path):
    play(case, server, tmp_path, random.Random(str(case)), kills=2 if case.litellm else 6)
