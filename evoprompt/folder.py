"""A run's folder: begun anew, or gone on with by the run that began it."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evoprompt.identity import difference
from evoprompt.record import FILE as RECORD
from evoprompt.record import Record
from evoprompt.store import FILE as STORE
from evoprompt.store import Store, StoreError

UNTESTED = "untested"  # what a store says where the sealed test failed by the scorer
MENDED = ("the scorer's code", "the test examples")  # what may have changed then


def opened(run_dir: str | Path | None, identity: Mapping[str, Any]) -> tuple[Store, Record]:
    """Store and record of a new run, or of the one in the folder, at their beginning.

    Args:
        run_dir: The folder, made where it is missing; None to keep nothing.
        identity: What the run is, see `identity.identity`.

    Raises:
        ValueError: The folder holds another run; the message says what differs.
        StoreError: The folder is in use, read-only, or damaged.
        OSError: The folder can't be made, or its record can't be read.
    """
    if run_dir is None:
        return Store(), Record()
    folder = Path(run_dir)
    _make(folder)
    has_record = (folder / RECORD).exists()
    if has_record and not (folder / STORE).exists():
        raise ValueError(
            f"{folder} holds a record, but not the answers it was made from ({STORE}), so it can't be gone on with;"
            " name another folder"
        )
    store = Store(folder)
    try:
        _check(store, identity, folder, has_record=has_record)
        record = Record(folder / RECORD)
        record.go_on()
    except BaseException:
        store.close()
        raise
    return store, record


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder}: the folder can't be made ({error.strerror}); name another one") from error
    if not os.access(folder, os.W_OK | os.X_OK):  # SQLite would speak of a broken disk
        raise StoreError(f"{folder}: the folder can't be written to; name another one")


def _check(store: Store, now: Mapping[str, Any], folder: Path, *, has_record: bool) -> None:
    before = store.about("run")
    if before is None and has_record:
        raise StoreError(
            f"{folder / STORE} is empty, but a record stands beside it: it was damaged; name another folder"
        )
    if before is None:
        store.tell("run", now)
    elif changed := difference(before, now):
        names = {name for name in {**before, **now} if before.get(name) != now.get(name)}
        if store.about(UNTESTED) and names <= {*MENDED}:
            _mend(store, now, folder, changed)
            return
        raise ValueError(
            f"{folder} holds a run that was begun with other settings: {changed}; take that back to go on with it, or"
            " name another folder (a cache shares the answers)"
        )


def _mend(store: Store, now: Mapping[str, Any], folder: Path, changed: str) -> None:
    """Have the sealed test made anew, with what was mended; the search stands as it is.

    The record is written anew from what is kept, for its first line tells of the task.
    """
    (folder / RECORD).unlink(missing_ok=True)  # first: killed here, the next process finds the same and goes on
    store.set_aside("test")
    store.tell("run", now)
    store.tell(UNTESTED, False)
    warnings.warn(
        f"{folder}: {changed} since the sealed test failed; the search stands, and the kept outputs are scored anew",
        stacklevel=2,
    )
