"""A run's folder: begun anew, or gone on with by the run that began it; taken away where nothing came of it."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, NamedTuple

from evoprompt.storage.difference import aim_in, budget_in, difference
from evoprompt.storage.record import FILE as RECORD
from evoprompt.storage.record import Record
from evoprompt.storage.store import FILE as STORE
from evoprompt.storage.store import Store, StoreError

UNTESTED = "untested"  # what a store says where the sealed test failed by the scorer
UNSCORED = "unscored"  # and where the search did
NOTE = "note"  # what a store says for whoever began the run
SERVER = "server"  # the address that the task model is asked at
MENDED = {  # what may have changed then
    UNTESTED: frozenset({"the scorer's code", "the test examples"}),
    UNSCORED: frozenset({"the scorer's code"}),
}


class OtherRun(ValueError):
    """A folder holds a run that was begun with other settings; the message says what differs."""


class Opened(NamedTuple):
    """Store and record of a run at its beginning.

    Attributes:
        store: What is paid for.
        record: What happens.
        made: The folders that were made for it, the outermost first.
    """

    store: Store
    record: Record
    made: tuple[Path, ...] = ()


def opened(run_dir: str | Path | None, identity: Mapping[str, Any]) -> Opened:
    """Store and record of a new run, or of the one in the folder, at their beginning.

    Args:
        run_dir: The folder, made where it is missing; None to keep nothing.
        identity: What the run is, see `identity.identity`. A larger budget than that of the run in the folder goes on
            with it, also past an end that the smaller budget made; so does another aim.

    Raises:
        ValueError: The folder holds another run (`OtherRun`), or a record alone.
        StoreError: The folder is in use, read-only, or damaged.
        OSError: The folder can't be made, or its record can't be read.
    """
    if run_dir is None:
        return Opened(Store(), Record())
    folder = Path(run_dir)
    made = _make(folder)
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
        record.rehead(budget=budget_in(identity), aim=aim_in(identity) or None)
        record.go_on()
    except BaseException:
        store.close()
        raise
    return Opened(store, record, made)


def other_run_in(folder: Path, identity: Mapping[str, Any]) -> str:
    """What differs between the run in a folder and this one, as the second half of a sentence; empty where nothing does.

    Raises:
        StoreError: The folder is in use, read-only, or damaged.
    """
    if not (folder / STORE).exists():
        return f"{folder} holds no answers"
    with closing(Store(folder)) as store:
        before = store.about("run")
        if not before:
            return f"{folder} holds no answers"
        return "" if _mended(store, before, identity) else difference(before, identity)


def note_in(folder: Path) -> Any:
    """What `Evolution.note` kept in a folder; None where there is nothing.

    Raises:
        StoreError: The folder is in use, read-only, or damaged.
    """
    return _told(folder, NOTE)


def server_in(folder: Path) -> str | None:
    """The address at which a run asked its task model; empty where that can't be told, None for the provider's own."""
    if not (folder / STORE).exists():
        return ""
    try:
        address: str | None = _told(folder, SERVER)
    except StoreError:  # the run is at work, say
        return ""
    return address


def _told(folder: Path, name: str) -> Any:
    if not (folder / STORE).exists():
        return None
    store = Store(folder)
    try:
        return store.about(name)
    finally:
        store.close()


def take_away(made: Sequence[Path]) -> None:
    """Remove the folders that were made for a run that nothing came of, unless something else lies there by now."""
    for folder in reversed(made):
        with suppress(OSError):
            if folder == made[-1]:
                for name in (RECORD, STORE, f"{STORE}-wal", f"{STORE}-shm"):
                    (folder / name).unlink(missing_ok=True)
            folder.rmdir()


def _make(folder: Path) -> tuple[Path, ...]:
    """The folders that were missing, now made."""
    missing = tuple(each for each in (*reversed(folder.parents), folder) if not each.exists())
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder}: the folder can't be made ({error.strerror}); name another one") from error
    if not os.access(folder, os.W_OK | os.X_OK):  # SQLite would speak of a broken disk
        raise StoreError(f"{folder}: the folder can't be written to; name another one")
    return missing


def _check(store: Store, now: Mapping[str, Any], folder: Path, *, has_record: bool) -> None:
    before = store.about("run")
    if before is None and has_record:
        raise StoreError(
            f"{folder / STORE} is empty, but a record stands beside it: it was damaged; name another folder"
        )
    if before is None:
        store.tell("run", now)
    elif changed := difference(before, now):
        if failed := _mended(store, before, now):
            _mend(store, now, folder, changed, failed)
            return
        raise OtherRun(
            f"{folder} holds a run that was begun with other settings: {changed}; take that back to go on with it, or"
            " name another folder (a cache shares the answers)"
        )
    elif before != now:
        other_budget, other_aim = budget_in(before) != budget_in(now), aim_in(before) != aim_in(now)
        ends = {"spent": other_budget, "by_hand": other_budget or other_aim, "aimed": other_aim}
        store.go_past_its_end(now, [end for end, is_changed in ends.items() if is_changed])
    elif store.is_ended_by_hand and Record.read(folder).one("end") is None:  # its sealed test could not be made
        store.go_past_its_end(now, ["by_hand"])


def _mended(store: Store, before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """What failed in a run that is gone on with since nothing changed but what it failed by; empty for none."""
    names = {name for name in {**before, **now} if before.get(name) != now.get(name)}
    return next((failed for failed, may_change in MENDED.items() if store.about(failed) and names <= may_change), "")


def _mend(store: Store, now: Mapping[str, Any], folder: Path, changed: str, failed: str) -> None:
    """Go on with what was mended; the search stands, and a sealed test is made anew.

    The record is written anew from what is kept, for its first line tells of the task.
    """
    (folder / RECORD).unlink(missing_ok=True)  # first: killed here, the next process finds the same and goes on
    if failed == UNTESTED:
        store.set_aside("test")
        what = "the sealed test failed; the search stands, and the kept outputs are scored anew"
    else:
        what = "the scorer failed; the search stands, and the kept outputs that it failed on are scored anew"
    store.tell("run", now)
    store.tell(failed, False)
    warnings.warn(f"{folder}: {changed} since {what}", stacklevel=2)
