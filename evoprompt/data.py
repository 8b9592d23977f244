"""Rows from CSV and JSON Lines files and from records, each with the place it came from."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from evoprompt.brief import brief

LONGEST_INT = 4000  # digits; Python refuses to make a number of many more
_HALF = re.compile(r"[\ud800-\udfff]")  # of a character beyond U+FFFF; JSON can name one alone, UTF-8 can't hold it


class Row(NamedTuple):
    """The fields of one example as texts, and where they were read, such as `reviews.csv line 7`."""

    where: str
    fields: dict[str, str]


def read_csv(path: str | Path) -> list[Row]:
    """Rows of a CSV file with a header line; a name ending in `.tsv` is read with tabs.

    Raises:
        ValueError: Not UTF-8, no header, a column without a name or named twice, or a line with more or fewer cells
            than the header; the message names file and line.
        OSError: The file can't be read.
    """
    path = Path(path)
    delimiter = "\t" if path.suffix.lower() == ".tsv" else ","
    with _any_field_size():
        reader = csv.reader(io.StringIO(_text(path), newline=""), delimiter=delimiter, strict=True)
        lines = _csv_lines(path, reader)
        _, header = next(lines, (1, []))
        if not header:
            raise ValueError(f"{path}: the file is empty; the first line must name the columns")
        for column, name in enumerate(header, 1):
            if not name.strip():
                raise ValueError(f"{path} line 1: column {column} has no name")
        twice, count = Counter(header).most_common(1)[0]
        if count > 1:
            raise ValueError(f"{path} line 1: two columns are named {brief(twice)!r}")
        rows = []
        for number, cells in lines:
            if len(cells) != len(header):
                raise ValueError(
                    f"{path} line {number}: {len(cells)} cells where the header names {len(header)}"
                    " (a text with commas or line breaks needs quotes around it)"
                )
            rows.append(Row(f"{path} line {number}", dict(zip(header, cells, strict=True))))
    return rows


def read_jsonl(path: str | Path) -> list[Row]:
    """Rows of a JSON Lines file: one object a line; empty lines are passed over.

    Raises:
        ValueError: Not UTF-8, a line that is not a JSON object, one that names a field twice, or half a character in
            it; the message names file and line.
        OSError: The file can't be read.
    """
    path = Path(path)
    rows = []
    for number, line in enumerate(_text(path).split("\n"), 1):
        if not line.strip():
            continue
        where = f"{path} line {number}"
        rows.append(Row(where, _texts(where, _object(where, line))))
    return rows


def read_any(source: str | Path | Iterable[Mapping[str, Any]]) -> list[Row]:
    """Rows of a file, by its ending (`.csv` and `.tsv`, else JSON Lines), or of records.

    Raises:
        ValueError, TypeError, OSError: As the reader of its kind says.
    """
    if not isinstance(source, (str, Path)):
        return read_records(source)
    return read_csv(source) if Path(source).suffix.lower() in (".csv", ".tsv") else read_jsonl(source)


def read_records(records: Iterable[Mapping[str, Any]]) -> list[Row]:
    """Rows of any iterable of mappings; a pandas table serves through its own `to_dict`.

    Raises:
        TypeError: A record is not a mapping.
    """
    if hasattr(records, "to_dict") and hasattr(records, "columns"):  # a pandas table iterates as its column names
        records = records.to_dict("records")
    rows = []
    for number, record in enumerate(records, 1):
        if not isinstance(record, Mapping):
            raise TypeError(
                f"record {number}: expected a mapping of field names to values, got {type(record).__name__}"
            )
        rows.append(Row(f"record {number}", _texts(f"record {number}", record)))
    return rows


def _object(where: str, line: str) -> dict[str, Any]:
    """A line of JSON as what it says, and no field of it lost."""
    try:
        record = json.loads(line, object_pairs_hook=_each_once, parse_int=_whole)
    except _Twice as error:
        raise ValueError(f"{where}: the field {brief(str(error))!r} is there twice") from None
    except RecursionError:
        raise ValueError(f"{where}: not JSON that can be read (lists and objects in each other, too deep)") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"{where}: not JSON ({error.msg}, at column {error.colno})") from None
    if not isinstance(record, dict):
        raise ValueError(f'{where}: expected an object such as {{"text": ...}}, got {line.strip()[:40]!r}')
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


def _texts(where: str, record: Mapping[str, Any]) -> dict[str, str]:
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
    if hasattr(value, "tolist"):  # numpy's arrays and numbers
        value = value.tolist()
    if isinstance(value, (bool, list, dict)):
        return json.dumps(value, ensure_ascii=False, default=str)
    return "" if _is_missing(value) else str(value)


def _is_missing(value: Any) -> bool:
    try:
        return value is None or bool(value != value)
    except TypeError:  # pandas' NA is neither true nor false
        return True


def _text(path: Path) -> str:
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        read = error.object  # without the byte order mark, which `start` does not count
        line = read.count(b"\n", 0, error.start) + 1
        raise ValueError(
            f"{path} line {line}: not UTF-8 (byte {read[error.start]:#04x}); save the file as UTF-8 and try again"
        ) from None


def _csv_lines(path: Path, reader: Any) -> Iterator[tuple[int, list[str]]]:
    """Numbers and cells of the lines that are not empty."""
    number = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            if "unexpected end of data" in str(error):  # it came at the end of the file, and the quote far before it
                said = f"line {number}: a quotation mark opens a cell here and is never closed ({error})"
            else:
                said = f"line {reader.line_num}: {error}"
            raise ValueError(f"{path} {said}") from None
        if cells is None:
            return
        if cells:
            yield number, cells
        number = reader.line_num + 1


class _any_field_size:  # noqa: N801 (a context manager that reads as a word)
    """Lifts the csv module's limit of 128 KiB a field, which is global, and puts it back."""

    def __enter__(self) -> None:
        limit = sys.maxsize
        while True:
            try:
                self.before = csv.field_size_limit(limit)
                return
            except OverflowError:  # a C long is 32 bits on some platforms
                limit //= 2

    def __exit__(self, *_: object) -> None:
        csv.field_size_limit(self.before)
