"""A row of a table, whatever kind of file it came from: its fields as texts, and its place."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time
from pathlib import Path
from typing import Any, NamedTuple

from evoprompt.brief import brief

_HALF = re.compile(r"[\ud800-\udfff]")  # of a character beyond U+FFFF; JSON can name one alone, UTF-8 can't hold it
_MARKS = {  # byte order marks; that of UTF-32 begins as that of UTF-16 does, and so comes first
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
_ZIPPED = b"PK\x03\x04"  # how a workbook begins
_EXACT = 2**53  # from here on a fraction's whole number may be another one than was written


class DataWarning(UserWarning):
    """Something about a task's examples that makes a run worth less than it looks, or other than the user believes."""


class Row(NamedTuple):
    """The fields of one example as texts, and where they were read, such as `reviews.csv line 7`."""

    where: str
    fields: dict[str, str]


def text_of(path: Path) -> str:
    """The text of a file: UTF-8, or what its byte order mark says.

    Raises:
        ValueError: It is no such text; the message names file and line.
        OSError: The file can't be read.
    """
    raw = path.read_bytes()
    if raw.startswith(_ZIPPED):
        raise ValueError(
            f"{path}: a workbook or another packed file, and no text; let its name end as its kind does (.xlsx)"
        )
    name = next((name for mark, name in _MARKS.items() if raw.startswith(mark)), "utf-8-sig")
    try:
        return raw.decode(name)
    except UnicodeDecodeError as error:
        if name != "utf-8-sig":
            raise ValueError(
                f"{path}: not {name.upper()}, as its first bytes say; save it as UTF-8 and try again"
            ) from None
        read = error.object  # without the byte order mark, which `start` does not count
        line = read.count(b"\n", 0, error.start) + 1
        raise ValueError(
            f"{path} line {line}: not UTF-8 (byte {read[error.start]:#04x}); save the file as UTF-8 and try again"
            " (Excel calls it CSV UTF-8)"
        ) from None


def rows_under(where: str, header: Sequence[str], lines: Iterable[tuple[str, Sequence[Any]]]) -> list[Row]:
    """Rows of a table whose columns a header names. Columns at its end that have neither name nor cells are dropped.

    Args:
        where: The place of the header.
        header: The names, as many as each line has cells.
        lines: The place and the cells of each row.

    Raises:
        ValueError: A column without a name, or one that is named twice.
    """
    held = list(lines)
    width = len(header)
    while width and not header[width - 1].strip() and all(is_missing(cells[width - 1]) for _, cells in held):
        width -= 1
    for column, name in enumerate(header[:width], 1):
        if not name.strip():
            raise ValueError(f"{where}: column {column} has no name; give it one, or take the column out")
    refuse_twice(where, header[:width])
    records = as_written([dict(zip(header[:width], cells, strict=False)) for _, cells in held])
    return [Row(place, texts_of(place, record)) for (place, _), record in zip(held, records, strict=True)]


def refuse_twice(where: str, names: Iterable[object]) -> None:
    """Refuse names of columns that are there twice.

    Raises:
        ValueError: One is.
    """
    for twice, count in Counter(map(str, names)).most_common(1):
        if count > 1:
            raise ValueError(f"{where}: two columns are named {brief(twice)!r}")


def as_written(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The records of a table as somebody wrote them, before each column took one kind.

    A column of fractions that are all whole held whole numbers (a missing cell makes fractions of them), and a column of
    times that are all midnight held days.
    """
    for name in {name: None for record in records for name in record}:
        column = [value for record in records if not is_missing(value := record.get(name))]
        if column and all(map(is_whole, column)):
            _each(records, name, int)
        elif column and all(isinstance(value, datetime) and value.timetz() == time() for value in column):
            _each(records, name, lambda value: value.date())
    return records


def _each(records: list[dict[str, Any]], name: str, change: Any) -> None:
    for record in records:
        if not is_missing(value := record.get(name)):
            record[name] = change(value)


def texts_of(where: str, record: Mapping[str, Any]) -> dict[str, str]:
    """Values as texts; a missing one (None, NaN) is empty.

    Raises:
        ValueError: A text that no model can be sent, or a value that is nested too deep to be written.
    """
    texts: dict[str, str] = {}
    for name, value in zip(map(str, record), record.values(), strict=True):
        if name in texts:
            raise ValueError(f"{where}: the field {brief(name)!r} is there twice")
        try:
            texts[name] = _as_text(value)
        except (RecursionError, ValueError) as error:
            raise ValueError(f"{where}: the field {brief(name)!r} can't be read as a text ({error})") from None
        if _HALF.search(texts[name]) or _HALF.search(name):
            raise ValueError(
                f"{where}: half a character (a lone surrogate, such as \\ud83d without its other half) stands in the"
                f" field {brief(name)!r}; write it whole or take it out"
            )
    return texts


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode()
    if hasattr(value, "tolist"):  # numpy's arrays and numbers
        value = value.tolist()
    if isinstance(value, (bool, list, dict)):
        return json.dumps(value, ensure_ascii=False, default=str)
    return "" if is_missing(value) else str(value)


def is_whole(value: Any) -> bool:
    """Whether a value is a fraction that stands for a whole number, such as 3.0."""
    return isinstance(value, float) and value.is_integer() and abs(value) < _EXACT


def is_missing(value: Any) -> bool:
    """Whether a value says that there is none: None, an empty text, NaN and its kin in tables."""
    if value is None or isinstance(value, str):
        return not value
    try:
        return bool(value != value)
    except ValueError:  # an array is several things at once
        return False
    except TypeError:  # pandas' NA is neither true nor false
        return True
