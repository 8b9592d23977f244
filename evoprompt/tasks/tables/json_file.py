"""Rows of a JSON file: one object a line, or one array of objects."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from evoprompt.tasks.tables.rows import Row, text_of, texts_of
from evoprompt.text.brief import brief, few

LONGEST_INT = 4000  # digits; Python refuses to make a number of many more
_BLANKS = re.compile(r"[ \t\r\n]*")  # between the parts of JSON
_EXPECTED = 'expected an array of objects such as [{"text": ...}, ...], or one object a line'


def read_jsonl(path: str | Path) -> list[Row]:
    """Rows of a JSON Lines file: one object a line; empty lines are passed over. An array of objects is read as well.

    Raises:
        ValueError: No text in UTF-8 (or in what a byte order mark says), a line or an item that is not a JSON object,
            one that names a field twice, or half a character in it; the message names file and line.
        OSError: The file can't be read.
    """
    path = Path(path)
    text = text_of(path)
    if text.lstrip()[:1] == "[":
        return [Row(where, texts_of(where, record)) for where, record in _items(path, text)]
    lone = _lone(text) if path.suffix.lower() == ".json" else None
    try:
        records = list(_lines(path, text)) if lone is None else [(f"{path}", lone)]
    except ValueError:
        if (lone := _lone(text)) is None:
            raise
        records = [(f"{path}", lone)]
    if lone is not None:
        _refuse_columns(path, lone)
    return [Row(where, texts_of(where, record)) for where, record in records]


def _lines(path: Path, text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            where = f"{path} line {number}"
            yield where, _object(where, _read(path, number, partial(_DECODER.decode, line), first=number), line)


def _items(path: Path, text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The items of an array, one after the other, so that each has its line."""
    at = _next(text, text.index("[") + 1)
    number, line, counted = 0, 1, 0
    is_open = text[at : at + 1] != "]"
    while is_open:
        number, line, counted = number + 1, line + text.count("\n", counted, at), at
        item, end = _read(path, line, partial(_DECODER.raw_decode, text, at), first=1)
        where = f"{path} record {number} (line {line})"
        yield where, _object(where, item, text[at:end])
        at = _next(text, end)
        if text[at : at + 1] not in (",", "]"):
            raise ValueError(f"{path} line {_line(text, end)}: not JSON (after record {number} comes a comma or a ])")
        is_open = text[at] == ","
        at = _next(text, at + 1) if is_open else at
    if rest := text[at + 1 :].strip():
        raise ValueError(f"{path} line {_line(text, at)}: more follows the array that ends here: {brief(rest, 40)!r}")


def _next(text: str, at: int) -> int:
    """The next place that is no blank."""
    found = _BLANKS.match(text, at)
    return found.end() if found else at


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _lone(text: str) -> dict[str, Any] | None:
    """The object that is the whole text; None where it is anything else."""
    try:
        record = _DECODER.decode(text)
    except (ValueError, RecursionError, _Twice):
        return None
    return record if isinstance(record, dict) else None


def _refuse_columns(path: Path, record: dict[str, Any]) -> None:
    """Refuse one object that holds a whole table, in rows under a name or in columns."""
    held = [name for name, value in record.items() if isinstance(value, list) and value and isinstance(value[0], dict)]
    if held:
        raise ValueError(
            f"{path}: {_EXPECTED}; rows stand under {few(list(map(repr, held)), 4)}: keep that array alone"
        )
    if record and all(isinstance(value, (list, dict)) for value in record.values()):
        raise ValueError(f"{path}: {_EXPECTED}; this is one object of {few(list(map(repr, record)), 4)}")


def _read(path: Path, line: int, decode: Callable[[], Any], *, first: int) -> Any:
    """What JSON says, and no field of it lost.

    Args:
        line: Where it begins.
        first: The line of the file that a decoder calls the first.
    """
    try:
        return decode()
    except _Twice as error:
        raise ValueError(f"{path} line {line}: the field {brief(str(error))!r} is there twice") from None
    except RecursionError:
        raise ValueError(
            f"{path} line {line}: not JSON that can be read (lists and objects in each other, too deep)"
        ) from None
    except json.JSONDecodeError as error:
        at = first + error.lineno - 1
        raise ValueError(f"{path} line {at}: not JSON ({error.msg}, at column {error.colno})") from None


def _object(where: str, record: Any, said: str) -> dict[str, Any]:
    if not isinstance(record, dict):
        raise ValueError(f'{where}: expected an object such as {{"text": ...}}, got {said.strip()[:40]!r}')
    return record


class _Twice(Exception):
    """A name that stands twice in one object of JSON, where Python would keep the last value alone."""


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) < len(pairs):
        raise _Twice(Counter(name for name, _ in pairs).most_common(1)[0][0])
    return record


def _whole(digits: str) -> int | str:
    return int(digits) if len(digits) <= LONGEST_INT else digits


_DECODER = json.JSONDecoder(object_pairs_hook=_each_once, parse_int=_whole)
