"""Rows of a CSV file, whatever stands between its cells: commas, semicolons or tabs."""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from evoprompt.tasks.tables.rows import MARKS, Row, rows_under, text_of

ENDINGS = (".csv", ".tsv")
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs"}  # in the order of their likelihood
FIRST = 50  # lines that tell what stands between the cells
_SAID = re.compile(r"sep=([,;\t])\r?\n")  # a first line in which Excel notes it


def read_csv(path: str | Path) -> list[Row]:
    """Rows of a CSV file with a header line.

    Commas, semicolons or tabs stand between the cells: whichever gives the first lines as many cells as the header.
    Where several do, it is the one that leaves no blank around the columns' names, else, as where none does, the comma,
    or in a file whose name ends in `.tsv`, the tab.

    Raises:
        ValueError: No text in UTF-8 (or in what a byte order mark says), no header, a column without a name or named
            twice, or a line with more or fewer cells than the header; the message names file and line.
        OSError: The file can't be read.
    """
    path = Path(path)
    text = text_of(path)
    with _any_field_size():
        delimiter = _delimiter(path, text)
        lines = _lines(path, csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
        if _SAID.match(text):
            next(lines)
        place, header = next(lines, (f"{path}", []))
        if not header:
            raise ValueError(f"{path}: the file is empty; the first line must name the columns")
        return rows_under(place, header, _even(header, lines, DELIMITERS[delimiter]))


def form_of(path: Path) -> tuple[str, str]:
    """What a table that is like a file is written with: the sign between its cells, and a byte order mark or nothing.

    Of what is no CSV file, a comma and nothing.
    """
    if path.suffix.lower() not in ENDINGS:
        return ",", ""
    with _any_field_size():
        delimiter = _delimiter(path, text_of(path))
    return delimiter, "\ufeff" if path.read_bytes().startswith(MARKS) else ""


def _even(
    header: Sequence[str], lines: Iterator[tuple[str, list[str]]], between: str
) -> Iterator[tuple[str, list[str]]]:
    """The lines, each of which must have as many cells as the header."""
    for place, cells in lines:
        if len(cells) != len(header):
            raise ValueError(
                f"{place}: {len(cells)} cells where the header names {len(header)}"
                f" (a text with {between} or line breaks needs quotes around it)"
            )
        yield place, cells


def _lines(path: Path, reader: Any) -> Iterator[tuple[str, list[str]]]:
    """Places and cells of the lines that are not empty."""
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
            yield f"{path} line {number}", cells
        number = reader.line_num + 1


# What stands between the cells


class _Beginning(NamedTuple):
    """The first lines as one delimiter parts them.

    Attributes:
        lines: Their cells; empty lines are left out.
        is_read: Whether nothing in them is wrong.
    """

    lines: list[list[str]]
    is_read: bool

    @property
    def columns(self) -> int:
        return len(self.lines[0]) if self.lines else 0

    @property
    def is_even(self) -> bool:
        """Whether there are several columns, and each line has a cell for each."""
        return self.is_read and self.columns > 1 and {len(cells) for cells in self.lines} == {self.columns}

    @property
    def has_blanks(self) -> bool:
        """Whether a column's name begins or ends with a blank: then it may be a piece of a longer one."""
        return any(name != name.strip() for name in self.lines[0])


def _delimiter(path: Path, text: str) -> str:
    """What stands between the cells.

    A text with commas in a cell turns no table over: the header alone says which delimiters there may be, and each line
    must bear one of them out.
    """
    if said := _SAID.match(text):
        return said[1]
    usual = "\t" if path.suffix.lower() == ".tsv" else ","
    order = sorted(DELIMITERS, key=lambda each: each != usual)
    found = {each: _beginning(text, each) for each in order}
    even = [each for each in order if found[each].is_even]
    if even:
        return min(even, key=lambda each: found[each].has_blanks)
    return next((each for each in order if found[each].columns > 1), usual)  # of its lines one is broken


def _beginning(text: str, delimiter: str) -> _Beginning:
    lines: list[list[str]] = []
    try:
        for cells in islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), FIRST):
            lines += [cells] if cells else []
    except csv.Error:
        return _Beginning(lines, False)
    return _Beginning(lines, True)


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
