from __future__ import annotations

import io
from contextlib import redirect_stderr

import pytest
from toys import Fallible, run, toy_task

from evoprompt.models.usage import Usage
from evoprompt.plan.budget import Budget, Ledger
from evoprompt.run.progress import Progress


class Terminal(io.StringIO):
    """Standard error as a terminal has it."""

    def isatty(self):
        return True


@pytest.fixture
def terminal():
    return Terminal()


def last_line(terminal):
    return terminal.getvalue().replace("\n", "").split("\r")[-1].strip()


def test_the_line_says_generation_best_median_calls_tokens_and_money(terminal):
    ledger = Ledger(Budget(calls=100))
    with redirect_stderr(terminal):
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
    with redirect_stderr(terminal):
        progress = Progress(Ledger(Budget(tokens=100)))
    progress.calls(7)
    progress.close()
    assert last_line(terminal).startswith("7 calls")


def test_a_run_on_a_terminal_shows_the_line_and_ends_it(terminal):
    with redirect_stderr(terminal):
        result = run(toy_task(20), progress=True)
    assert f"best {result.best.score:.3f}" in last_line(terminal)
    assert f"{result.total.calls}/400 calls" in last_line(terminal)
    assert terminal.getvalue().endswith("\n")


def test_progress_can_be_switched_off(terminal):
    with redirect_stderr(terminal):
        run(toy_task(20), progress=False)
    assert terminal.getvalue() == ""


def test_a_run_is_silent_where_standard_error_is_no_terminal():
    shown = io.StringIO()
    with redirect_stderr(shown):
        run(toy_task(20), progress=True)
    assert shown.getvalue() == ""


def test_a_run_that_fails_leaves_the_terminal_on_a_new_line(terminal):
    def scorer(output, example):
        return 5 if output else 0

    with redirect_stderr(terminal), pytest.raises(ValueError, match="a score is from 0 to 1"):
        run(toy_task(20, scorer=scorer), progress=True)
    assert terminal.getvalue().endswith("\n")


def test_a_run_that_goes_on_begins_at_what_was_spent(terminal, tmp_path):
    run(toy_task(20), run_dir=tmp_path / "run", budget=200, model=Fallible())
    with redirect_stderr(terminal):
        result = run(toy_task(20), run_dir=tmp_path / "run", budget=400, model=Fallible(), progress=True)
    assert f"{result.total.calls}/400 calls" in last_line(terminal)


def test_calls_of_before_say_nothing_of_the_pace(terminal):
    ledger = Ledger(Budget(calls=100))
    with redirect_stderr(terminal):
        progress = Progress(ledger)
    ledger.add("task", Usage(60))
    progress.told(0, 0.5, 0.5)
    progress.calls(10)
    assert (progress._bar.n, progress._bar.initial) == (70, 60)
    progress.close()
