"""The same record whatever runs it: threads or processes, one call at once or many, and any seed of Python's hashes."""

from __future__ import annotations

import hashlib
import itertools
import os
import random
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest
from joblib import parallel_config
from killed_run import SEEDS, SETTINGS, task
from kills import RECIPES, environment
from toys import lines_of, unit

from evoprompt.models.model import Completion
from evoprompt.plan.budget import Budget
from evoprompt.run.evolution import evolve
from evoprompt.search.recipe import get_recipe

pytestmark = pytest.mark.usefixtures("small_budgets")  # these look at what a run does, not at what it finds


class Digits:
    """Answers with a digit, and writes prompts, made from the request alone."""

    name = "digits"

    def complete(self, request):
        place = unit("place", request.digest)
        if "\nNumber:" in request.text:
            return Completion(str(int(place * 2)), 20, 1, 0.001)
        written = f"Version {int(place * 1e6)}: say whether it is 0 or 1. Answer with one digit."
        return Completion(f"<prompt>{written}</prompt>" if "<prompt>" in request.text else written, 50, 20, 0.002)


def states() -> tuple[object, ...]:
    """The global random states, as comparable values."""
    name, keys, *rest = np.random.get_state()
    return random.getstate(), name, tuple(keys), tuple(rest)


def digest(recipe: str, n_jobs: int, backend: str) -> str:
    """A run's record as a digest; asserts that no global random state was touched."""
    random.seed(f"{recipe}{n_jobs}")
    np.random.seed(n_jobs)
    before = states()
    made = get_recipe(recipe).using(**SETTINGS[recipe])
    with parallel_config(backend="loky", n_jobs=n_jobs) if backend == "loky" else nullcontext():
        result = evolve(
            task(), SEEDS, model=Digits(), recipe=made, budget=Budget(calls=130), n_jobs=n_jobs, progress=False
        )
    assert states() == before, "a global random state was touched"
    assert result.total.calls > 60
    return hashlib.sha256(lines_of(result)).hexdigest()


def digests(hash_seed: str, backend: str, jobs: list[int], folder: Path) -> dict[str, str]:
    """What each recipe comes to in a process of its own."""
    code = (
        "import sys, test_determinism as t\n"
        "for n in map(int, sys.argv[2:]):\n"  # the outer loop: a pool of another size is begun anew
        "    for recipe in t.RECIPES: print(recipe, n, t.digest(recipe, n, sys.argv[1]))"
    )
    env = environment(folder)
    there = subprocess.run(
        [sys.executable, "-c", code, backend, *map(str, jobs)],
        capture_output=True,
        text=True,
        env={
            **env,
            "PYTHONPATH": f"{env['PYTHONPATH']}{os.pathsep}{Path(__file__).parent}",
            "PYTHONHASHSEED": hash_seed,
        },
        cwd=folder,  # else the bare checkout is found first
    )
    assert there.returncode == 0, there.stderr
    lines = [line.split() for line in there.stdout.splitlines()]
    return {f"{recipe} {n}": digest for recipe, n, digest in lines}


@pytest.fixture(scope="module")
def expected():
    return {recipe: digest(recipe, 1, "threads") for recipe in RECIPES}


@pytest.mark.parametrize("recipe", RECIPES)
def test_one_call_at_once_and_many_make_the_same_record_and_touch_no_global_chance(recipe, expected):
    for n_jobs in (8, 64):
        assert digest(recipe, n_jobs, "threads") == expected[recipe]


def test_no_two_recipes_make_the_same_record(expected):
    assert len(set(expected.values())) == len(RECIPES)


@pytest.mark.parametrize(("hash_seed", "backend"), [("1", "threads"), ("2", "loky")])
def test_processes_and_hash_seeds_change_nothing(hash_seed, backend, expected, tmp_path):
    for case, found in digests(hash_seed, backend, [2], tmp_path).items():
        assert found == expected[case.split()[0]], case


@pytest.mark.slow
@pytest.mark.parametrize(("hash_seed", "backend"), [*itertools.product(("1", "2"), ("threads", "loky"))])
def test_the_whole_matrix_makes_one_record_a_recipe(hash_seed, backend, expected, tmp_path):
    found = digests(hash_seed, backend, [1, 8, 64], tmp_path)
    assert len(found) == 3 * len(RECIPES)
    assert found == {case: expected[case.split()[0]] for case in found}
