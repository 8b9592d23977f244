"""Rows from CSV and JSON Lines files and from records, each with the place it came from."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple


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
        if len(set(header)) < len(header):
            twice = next(name for name in header if header.count(name) > 1)
            raise ValueError(f"{path} line 1: two columns are named {twice!r}")
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
        ValueError: Not UTF-8, or a line that is not a JSON object; the message names file and line.
        OSError: The file can't be read.
    """
    path = Path(path)
    rows = []
    for number, line in enumerate(_text(path).split("\n"), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise ValueError(f"{path} line {number}: not JSON ({error})") from None
        if not isinstance(record, dict):
            raise ValueError(
                f'{path} line {number}: expected an object such as {{"text": ...}}, got {line.strip()[:40]!r}'
            )
        rows.append(Row(f"{path} line {number}", _texts(record)))
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
        rows.append(Row(f"record {number}", _texts(record)))
    return rows


def _texts(record: Mapping[str, Any]) -> dict[str, str]:
    """Values as texts; a missing one (None, NaN) is empty."""
    return {str(name): _as_text(value) for name, value in record.items()}


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
            raise ValueError(f"{path} line {reader.line_num}: {error}") from None
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
