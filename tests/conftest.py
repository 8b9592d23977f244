"""Makes a bare checkout behave like an install: the packages beside the engine are found below its name."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import pytest  # noqa: E402

import evoprompt  # noqa: E402

evoprompt.__path__.append(str(ROOT))


@pytest.fixture(scope="module")
def shared_server():
    """A stub server for all tests of a file; they script it each for itself."""
    from evoprompt.benchmarks.stub_server import StubServer

    with StubServer() as server:
        yield server
