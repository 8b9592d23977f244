"""Which folder a run belongs in: that of an equal run which did not come to its end, or a free one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path

from evoprompt.record import FILE, INTERRUPTED, Record, RecordError


def places(usual: Path) -> Iterator[Path]:
    """The folder, and then the same with -2, -3 ..., without end."""
    yield usual
    for number in count(2):
        yield usual.with_name(f"{usual.name}-{number}")


def free(usual: Path) -> Path:
    """The first of the places where nothing is."""
    return next(place for place in places(usual) if not place.exists())


def unfinished(usual: Path) -> list[Path]:
    """Those of the places, up to the first free one, that hold a run which did not come to its end; the latest first."""
    found: list[Path] = []
    for place in places(usual):
        if not place.exists():
            return found[::-1]
        if (place / FILE).exists() and not _is_finished(place):
            found.append(place)
    return found


def _is_finished(folder: Path) -> bool:
    try:
        record = Record.read(folder)
        end, setup = record.one("end"), record.one("setup")
    except (OSError, ValueError):
        return True  # nothing to go on with
    return setup is not None or (end is not None and end.get("reason") != INTERRUPTED)


def sizes_in(folder: Path) -> Mapping[str, int]:
    """How many examples each split has in the run that a folder holds; nothing where none can be read there.

    A run that goes on keeps them, also where a larger budget would afford more.
    """
    try:
        sizes = Record.read(folder).head["task"]["examples"]
        return {str(name): int(size) for name, size in sizes.items()}
    except (OSError, RecordError, LookupError, TypeError, ValueError, AttributeError):
        return {}
