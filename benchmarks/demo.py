"""`evoprompt demo`: a real model's prompt gets better on real text, with no account and no key."""

from __future__ import annotations

import json
from pathlib import Path

from evoprompt.benchmarks.tasks.helpdesk import SEED_PROMPT, helpdesk
from evoprompt.models.embedded.model import EmbeddedModel
from evoprompt.plan.budget import Budget
from evoprompt.run.evolution import evolve
from evoprompt.run.result import Result
from evoprompt.storage.record import FILE
from evoprompt.storage.store import FILE as STORE

CALLS = 2_600  # with those of the sealed test; three to four minutes on two idle cores
PICTURE = "fitness.png"


def run(*, seed: int = 0, out: Path = Path("runs/demo"), calls: int | None = None, progress: bool = True) -> Result:
    """Evolve a prompt for the help-desk task on the embedded model, and draw `fitness.png`.

    The files of an earlier demo in the folder are replaced, once the model is there.

    Args:
        seed: Of the search; the split of the data stays the same.
        out: The run's folder.
        calls: Model calls in all; `CALLS` unless given.
        progress: Show a live line on a terminal.

    Raises:
        ModelUnavailable: The weights can't be had.
        ValueError: The folder holds the record of another run.
    """
    task, model = helpdesk(), EmbeddedModel()
    earlier = _earlier(out, task.name)
    model.prepare()  # downloads and loads now: neither under the live line nor on the run's clock
    for file in earlier:
        file.unlink(missing_ok=True)
    result = evolve(
        task,
        SEED_PROMPT,
        model=model,
        budget=Budget(calls=CALLS if calls is None else calls),
        seed=seed,
        run_dir=out,
        progress=progress,
    )
    result.plot(out / PICTURE)
    return result


def _earlier(out: Path, name: str) -> list[Path]:
    """The files of an earlier demo in the folder.

    Raises:
        ValueError: The folder holds the record of a run on another task than the one of this name.
    """
    file = out / FILE
    if not file.exists():
        return []
    with file.open("rb") as lines:
        first = lines.readline()
    try:
        task = json.loads(first)["task"]["name"] if first.strip() else name
    except (ValueError, KeyError, TypeError):
        task = None
    if task != name:
        raise ValueError(f"{out} holds the record of another run than the demo; name another folder")
    return [file, *out.glob(f"{STORE}*"), out / PICTURE]  # SQLite may have left its log beside the store
