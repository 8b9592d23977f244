from __future__ import annotations

import io
import sys

import pytest
from evoprompt.budget import Budget, Ledger, Usage
from evoprompt.progress import Progress
from toys import run, toy_task


class Terminal(io.StringIO):
    """Standard error as a terminal has it."""

    def isatty(self):
        return True


@pytest.fixture
def terminal(monkeypatch):
    shown = Terminal()
    monkeypatch.setattr(sys, "stderr", shown)
    return shown


def last_line(terminal):
    return terminal.getvalue().replace("\n", "").split("\r")[-1].strip()


def test_the_line_says_generation_best_median_calls_tokens_and_money(terminal):
    ledger = Ledger(Budget(calls=100))
    progress = Progress(ledger)
    ledger.add("task", Usage(40, 1200, 34, 0.0125))
    progress.calls(40)
    progress.told(3, 0.75, 0.5)
    progress.close()
    line = last_line(terminal)
    assert line.startswith("generation 3: best 0.750, median 0.500")
    assert "40/100 calls" in line
    assert "1,234 tokens, $0.0125" in line


def test_without_a_limit_of_calls_the_line_counts_them(terminal):
    progress = Progress(Ledger(Budget(tokens=100)))
    progress.calls(7)
    progress.close()
    assert last_line(terminal).startswith("7 calls")


def test_a_run_on_a_terminal_shows_the_line_and_ends_it(terminal):
    result = run(toy_task(20), progress=True)
    assert f"best {result.best.score:.3f}" in last_line(terminal)
    assert f"{result.total.calls}/400 calls" in last_line(terminal)
    assert terminal.getvalue().endswith("\n")


def test_progress_can_be_switched_off(terminal):
    run(toy_task(20), progress=False)
    assert terminal.getvalue() == ""


def test_a_run_is_silent_where_standard_error_is_no_terminal(monkeypatch):
    shown = io.StringIO()
    monkeypatch.setattr(sys, "stderr", shown)
    run(toy_task(20), progress=True)
    assert shown.getvalue() == ""


def test_a_run_that_fails_leaves_the_terminal_on_a_new_line(terminal):
    def scorer(output, example):
        return 5

    with pytest.raises(ValueError):
        run(toy_task(20, scorer=scorer), progress=True)
    assert terminal.getvalue().endswith("\n")
