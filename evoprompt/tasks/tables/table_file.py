"""Rows of tables that only a library can read: Excel's workbooks and Parquet files."""

from __future__ import annotations

import importlib
import io
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from evoprompt.tasks.tables.rows import DataWarning, Row, refuse_twice, rows_under, texts_of
from evoprompt.text.brief import brief, few

_ERROR, _FORMULA = "e", "f"  # what openpyxl calls a cell that holds #N/A and the like, and one with a formula
_NUMBER = "n"  # and one that holds a number, or nothing
_INDEX = "__index_level_"  # how pandas names, in Parquet, the numbers of its rows


def read_xlsx(path: str | Path) -> list[Row]:
    """Rows of the first sheet of a workbook that is shown; its first row with cells names the columns.

    Numbers and days are what the cells hold, whatever format shows them (50 % is 0.5); a formula is the value that the
    workbook was saved with; a cell with an error, such as #N/A, is a missing one. A `DataWarning` says which of several
    sheets is read, and which formulas the workbook was saved without the values of: these are missing ones.

    Raises:
        ValueError: openpyxl is not installed, no such workbook, or what `rows.rows_under` says.
        OSError: The file can't be read.
    """
    path = Path(path)
    raw = path.read_bytes()
    library = _library("openpyxl", path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of formats and filters that it does not know
        try:
            sheets = [_Sheet.of(sheet) for sheet in _shown(library, raw, data_only=True)]
            used = [sheet for sheet in sheets if sheet.lines]
            empty = used[:1] or sheets
            formulas = _formulas(library, raw, empty)
        except Exception as error:  # it has many, and lets through those of zip and XML
            raise ValueError(
                f"{path}: no workbook that can be read ({brief(str(error))}), or one with a password; save it as CSV"
            ) from None
    if formulas:
        warnings.warn(
            f"{path}: the formulas in {few(formulas)} have no values, for no spreadsheet program has computed them, and so"
            " they are read as empty; open the workbook in one and save it, or write values in their place",
            DataWarning,
            stacklevel=2,
        )
    if not used:
        raise ValueError(f"{path}: the workbook is empty; the first row must name the columns")
    if len(used) > 1:
        sentence = f"{path} has the sheets {few([each.name for each in used])}; {brief(used[0].name)!r} alone is read"
        warnings.warn(sentence, DataWarning, stacklevel=2)
    return _sheet(path, used[0].lines)


class _Sheet(NamedTuple):
    """What a sheet holds.

    Attributes:
        name: Its title.
        lines: Number and cells of each row that holds some.
        empty: Coordinates of the cells that are there and hold nothing, not even an empty text.
    """

    name: str
    lines: list[tuple[int, list[Any]]]
    empty: set[str]

    @classmethod
    def of(cls, sheet: Any) -> _Sheet:
        lines, empty = [], set()
        for number, row in enumerate(_rows_of(sheet), 1):
            cells = [_value(cell) for cell in row]
            if any(value is not None for value in cells):
                lines.append((number, cells))
            empty |= {cell.coordinate for cell in row if _is_bare(cell)}
        return cls(sheet.title, lines, empty)


def _shown(library: Any, raw: bytes, *, data_only: bool) -> list[Any]:
    """The sheets that are shown, with values in place of formulas or with the formulas."""
    book = library.load_workbook(io.BytesIO(raw), read_only=True, data_only=data_only)
    return [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]


def _rows_of(sheet: Any) -> Iterator[Any]:
    sheet.reset_dimensions()  # some programs write wrong ones, and rows would be lost
    return iter(sheet.iter_rows())


def _formulas(library: Any, raw: bytes, sheets: Sequence[_Sheet]) -> list[str]:
    """Where formulas stand that the workbook holds no value of, in these sheets."""
    empty = {sheet.name: sheet.empty for sheet in sheets if sheet.empty}
    if not empty:
        return []
    return [
        cell.coordinate
        for sheet in _shown(library, raw, data_only=False)
        if sheet.title in empty
        for row in _rows_of(sheet)
        for cell in row
        if cell.data_type == _FORMULA and cell.coordinate in empty[sheet.title]
    ]


def _is_bare(cell: Any) -> bool:
    """Whether a cell is there and holds nothing; a formula whose value is the empty text is a text."""
    return cell.value is None and cell.data_type == _NUMBER and hasattr(cell, "coordinate")


def _value(cell: Any) -> Any:
    return None if cell.data_type == _ERROR or cell.value == "" else cell.value


def _sheet(path: Path, lines: Sequence[tuple[int, list[Any]]]) -> list[Row]:
    width = max(len(cells) for _, cells in lines)
    (place, names), *rest = [(f"{path} row {n}", [*cells, *[None] * (width - len(cells))]) for n, cells in lines]
    header = texts_of(place, {f"column {place}": name for place, name in enumerate(names, 1)})
    return rows_under(place, [name.strip() for name in header.values()], rest)


def read_parquet(path: str | Path) -> list[Row]:
    """Rows of a Parquet file.

    Raises:
        ValueError: pyarrow is not installed, no such file, a column that is named twice, or a value that is no text.
        OSError: The file can't be read.
    """
    path = Path(path)
    raw = path.read_bytes()
    library = _library("pyarrow.parquet", path)
    try:
        table = library.read_table(io.BytesIO(raw))
        names, records = table.column_names, table.to_pylist()
    except Exception as error:  # it has many
        raise ValueError(f"{path}: no Parquet file that can be read ({brief(str(error))}); save it as CSV") from None
    refuse_twice(f"{path}", names)
    kept = [{name: value for name, value in each.items() if not name.startswith(_INDEX)} for each in records]
    return list(_rows(path, kept))


def _rows(path: Path, records: Sequence[dict[str, Any]]) -> Iterator[Row]:
    for number, record in enumerate(records, 1):
        where = f"{path} row {number}"
        yield Row(where, texts_of(where, record))


def _library(name: str, path: Path) -> Any:
    """The library, imported now: each takes a good part of a second.

    Raises:
        ValueError: It is not installed; the message names the next step.
    """
    package = name.partition(".")[0]
    try:
        return importlib.import_module(name)
    except ImportError:
        raise ValueError(
            f"{path}: {package} is needed to read it, and is not installed; pip install {package}, or save the table as"
            " CSV"
        ) from None
