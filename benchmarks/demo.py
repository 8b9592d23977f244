"""`evoprompt demo`: a real model's prompt gets better on real text, with no account and no key."""

from __future__ import annotations

from pathlib import Path

from evoprompt.benchmarks.tasks.helpdesk import SEED_PROMPT, helpdesk
from evoprompt.budget import Budget
from evoprompt.embedded import DEFAULT_MODEL
from evoprompt.evolution import evolve
from evoprompt.result import Result

CALLS = 2_600  # with those of the sealed test; three to four minutes on two idle cores


def run(*, seed: int = 0, out: Path = Path("runs/demo"), calls: int | None = None, progress: bool = True) -> Result:
    """Evolve a prompt for the help-desk task on the embedded model, and draw `fitness.png`.

    Args:
        seed: Of the search; the split of the data stays the same.
        out: The run's folder; it must hold no record yet.
        calls: Model calls in all; `CALLS` unless given.
        progress: Show a live line on a terminal.

    Raises:
        ModelUnavailable: The weights can't be had.
        ValueError: The folder holds a record already.
    """
    result = evolve(
        helpdesk(),
        SEED_PROMPT,
        model=DEFAULT_MODEL,
        budget=Budget(calls=CALLS if calls is None else calls),
        seed=seed,
        run_dir=out,
        progress=progress,
    )
    result.plot(out / "fitness.png")
    return result
