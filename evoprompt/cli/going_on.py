"""Which folder a run belongs in: that of an equal run, or a free one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from evoprompt.plan.budget import Budget
from evoprompt.storage.folder import note_in
from evoprompt.storage.record import FILE, INTERRUPTED, Record, RecordError
from evoprompt.storage.store import StoreError
from evoprompt.tasks.splits import SPLITS


def places(usual: Path) -> Iterator[Path]:
    """The folder, and then the same with -2, -3 ..., without end."""
    yield usual
    for number in count(2):
        yield usual.with_name(f"{usual.name}-{number}")


def free(usual: Path) -> Path:
    """The first of the places where nothing is."""
    return next(place for place in places(usual) if not place.exists())


def taken(usual: Path) -> list[Path]:
    """Those of the places, up to the first free one, that hold a run; the latest first."""
    found: list[Path] = []
    for place in places(usual):
        if not place.exists():
            return found[::-1]
        if (place / FILE).exists():
            found.append(place)
    return found


def is_finished(folder: Path) -> bool:
    """Whether the run in a folder came to its end; also where nothing can be read there."""
    try:
        record = Record.read(folder)
        end, setup = record.one("end"), record.one("setup")
    except (OSError, ValueError):
        return True  # nothing to go on with
    return setup is not None or (end is not None and end.get("reason") != INTERRUPTED)


class Ending(NamedTuple):
    """What a run came to its end with.

    Attributes:
        budget: The limits, as `Budget.to_json` gives them.
        aim: Target and patience, likewise.
    """

    budget: Mapping[str, float]
    aim: Mapping[str, Any]


def larger_in(folder: Path, budget: Budget) -> Ending | None:
    """What the run in a folder came to its end with, where no limit of its budget is smaller than this; else None."""
    try:
        record = Record.read(folder)
        ending = Ending(record.head["budget"], record.head.get("aim", {}))
        end = record.one("end")
    except (OSError, ValueError, LookupError):  # nothing to give again
        return None
    is_whole = end is not None and end.get("reason") != INTERRUPTED
    return ending if is_whole and _holds(ending.budget, budget.to_json()) else None


def _holds(larger: Mapping[str, float], smaller: Mapping[str, float]) -> bool:
    """Whether a budget allows all that the other one does; a limit that is not set allows everything."""
    return all(name in smaller and value >= smaller[name] for name, value in larger.items())


def sizes_for(folder: Path, given: Mapping[str, Any]) -> Mapping[str, int]:
    """As `sizes_in`, where that run was asked for the same splits as this one; else nothing.

    Args:
        given: The options.
    """
    try:
        noted = note_in(folder)
    except StoreError:  # in use, say
        return {}
    same = noted is None or all(noted[name] == (given[name] and str(given[name])) for name in SPLITS)
    return sizes_in(folder) if same else {}


def sizes_in(folder: Path) -> Mapping[str, int]:
    """How many examples each split has in the run that a folder holds; nothing where none can be read there.

    A run that goes on keeps them, also where a larger budget would afford more.
    """
    try:
        sizes = Record.read(folder).head["task"]["examples"]
        return {str(name): int(size) for name, size in sizes.items()}
    except (OSError, RecordError, LookupError, TypeError, ValueError, AttributeError):
        return {}
