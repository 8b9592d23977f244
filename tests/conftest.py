"""Makes a bare checkout behave like an install: the packages beside the engine are found below its name."""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
# Tests lend each other their stand-ins, whatever folder they stand in and whichever of them runs alone.
sys.path[:0] = [str(ROOT), *sorted(str(each) for each in Path(__file__).parent.iterdir() if each.is_dir())]

import pytest  # noqa: E402

import evoprompt  # noqa: E402
from evoprompt.plan.limits import Limits  # noqa: E402

evoprompt.__path__.append(str(ROOT))


def pytest_configure(config):
    """Tasks of tests have few examples: what warns of that is the point of few tests (tests/test_checks.py)."""
    config.addinivalue_line("filterwarnings", "ignore::evoprompt.tasks.checks.DataWarning")


@pytest.fixture(scope="module")
def shared_server():
    """A stub server for all tests of a file; they script it each for itself."""
    from evoprompt.benchmarks.stub_server import StubServer

    with StubServer() as server:
        yield server


@pytest.fixture
def server(shared_server):
    """The stub server with nothing to remember; it answers `ok`."""
    shared_server.script()
    return shared_server


@pytest.fixture
def no_keys_of_this_machine(monkeypatch):
    """An environment without the keys of providers."""
    for name in list(os.environ):
        if name.endswith("_API_KEY"):
            monkeypatch.delenv(name)


@pytest.fixture
def small_budgets(monkeypatch):
    """Lets a run begin on less than a search takes, for tests of what a run does and not of what it finds."""
    check = Limits.check
    monkeypatch.setattr(Limits, "check", lambda limits, floor, is_search=True: check(limits, floor, is_search=False))
