"""A row of a table, whatever kind of file it came from: its fields as texts, and its place."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from evoprompt.text.brief import brief

_HALF = re.compile(r"[\ud800-\udfff]")  # of a character beyond U+FFFF; JSON can name one alone, UTF-8 can't hold it
_MARKS = {  # byte order marks; that of UTF-32 begins as that of UTF-16 does, and so comes first
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
MARKS = (b"\xef\xbb\xbf", *_MARKS)  # with that of UTF-8
_ZIPPED = b"PK\x03\x04"  # how a workbook begins
# Digits that single precision must save to be what a fraction was written in: 0.10000000149011612 was 0.1, while a number
# such as 1234567.875 is one of single precision by chance.
_SAVED = 5


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
            f"{path}: a workbook or another packed file, and no text; a workbook is read by Task.from_file, or by evoprompt"
            " run, where its name ends in .xlsx"
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
    return [Row(place, texts_of(place, dict(zip(header[:width], cells, strict=False)))) for place, cells in held]


def refuse_twice(where: str, names: Iterable[object]) -> None:
    """Refuse names of columns that are there twice.

    Raises:
        ValueError: One is.
    """
    for twice, count in Counter(map(str, names)).most_common(1):
        if count > 1:
            raise ValueError(f"{where}: two columns are named {brief(twice)!r}")


def texts_of(where: str, record: Mapping[str, Any]) -> dict[str, str]:
    """Values as texts, see `as_text`.

    Raises:
        ValueError: A text that no model can be sent, or a value that is nested too deep to be written.
    """
    texts: dict[str, str] = {}
    for name, value in zip(map(str, record), record.values(), strict=True):
        if name in texts:
            raise ValueError(f"{where}: the field {brief(name)!r} is there twice")
        try:
            texts[name] = as_text(value)
        except (RecursionError, ValueError) as error:
            raise ValueError(f"{where}: the field {brief(name)!r} can't be read as a text ({error})") from None
        if _HALF.search(texts[name]) or _HALF.search(name):
            raise ValueError(
                f"{where}: half a character (a lone surrogate, such as \\ud83d without its other half) stands in the"
                f" field {brief(name)!r}; write it whole or take it out"
            )
    return texts


def as_text(value: Any) -> str:
    """A value of a table as a text, by a rule of the value alone: the same whatever kind of file or library held it.

    A text stays as it is, as all that a CSV file holds. A fraction that stands for a whole number is written as one:
    a missing cell makes fractions of a column of whole numbers, and a workbook knows no other numbers; so 4.0 is `4`,
    and 0.5 is `0.5`. One of single precision is as short as it was (`0.1`). A boolean is `True` or `False`, as Python
    and pandas write it into CSV. A time at midnight is its day. Lists and objects are JSON, and a missing value is empty.

    So labels of two files agree, unless a CSV file has a text of its own for one, such as `4.0` or `TRUE`.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode()
    if hasattr(value, "tolist"):  # numpy's arrays and numbers
        value = value.tolist()
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False, default=str)
    if is_missing(value):
        return ""
    if isinstance(value, datetime) and value.timetz() == time():
        value = value.date()
    return _number(value) if isinstance(value, float) else str(value)


def _number(value: float) -> str:
    """A fraction as somebody wrote it."""
    text = str(value + 0.0).removesuffix(".0")  # and no minus before nothing
    if text.lstrip("-").isdigit():
        return text
    with np.errstate(over="ignore"):
        single = np.float32(value)
    is_shorter = _digits(str(single)) + _SAVED <= _digits(text)
    return str(float(str(single))) if is_shorter and float(single) == value else text


def _digits(number: str) -> int:
    return sum(map(str.isdigit, number.partition("e")[0]))


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
