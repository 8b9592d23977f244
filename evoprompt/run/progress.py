"""The live line of a run on a terminal."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

from tqdm import tqdm

from evoprompt.plan.budget import Ledger


@dataclass
class Progress:
    """One line that says how far a run is: generation, best and median so far, calls, tokens, money, time left.

    Silent where standard error is not a terminal.

    Attributes:
        ledger: What is counted.
        shown: Whether to show anything at all.
    """

    ledger: Ledger
    shown: bool = True

    def __post_init__(self) -> None:
        limit = self.ledger.budget.calls
        self._bar: tqdm[Any] | None = None
        # Not one that is merely disabled: it takes a lock that forked processes share, and one that is killed keeps.
        if not (self.shown and sys.stderr.isatty()):
            return
        self._bar = tqdm(
            total=limit,
            unit="call",
            dynamic_ncols=True,
            leave=True,
            bar_format="{desc}{bar:10} {n_fmt}/{total_fmt} calls, {elapsed}<{remaining}{postfix}"
            if limit
            else "{desc}{n_fmt} calls, {elapsed}{postfix}",
        )

    def calls(self, n: int) -> None:
        """Count calls as they come back."""
        if self._bar is not None:
            self._bar.update(n)

    def told(self, generation: int, best: float | None, median: float | None) -> None:
        """Say what a generation has come to; None for what can't be compared with other generations, or is not there."""
        if self._bar is None:
            return
        total = self.ledger.total
        self._count_the_past(total.calls)
        money = f", ${total.dollars:.4f}" if total.dollars else ""
        figures = [(name, value) for name, value in (("best", best), ("median", median)) if value is not None]
        said = ", ".join(f"{name} {value:.3f}" for name, value in figures)
        self._bar.set_description_str(f"generation {generation}: {said} " if said else f"generation {generation} ")
        self._bar.set_postfix_str(f"{total.tokens:,} tokens{money}")

    def _count_the_past(self, calls: int) -> None:
        """Begin at what was spent before, in a run that goes on: those calls came from the store and took no time."""
        assert self._bar is not None
        if (before := calls - self._bar.n) > 0:
            self._bar.initial += before
            self._bar.n = calls

    def close(self) -> None:
        """Leave the line as it is and go to the next."""
        if self._bar is not None:
            self._bar.close()
