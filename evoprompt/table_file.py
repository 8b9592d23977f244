"""Rows of tables that only a library can read: Excel's workbooks and Parquet files."""

from __future__ import annotations

import importlib
import io
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from evoprompt.brief import brief, few
from evoprompt.rows import DataWarning, Row, as_written, is_whole, refuse_twice, rows_under, texts_of

_ERROR = "e"  # what openpyxl calls a cell that holds #N/A and the like
_INDEX = "__index_level_"  # how pandas names, in Parquet, the numbers of its rows


def read_xlsx(path: str | Path) -> list[Row]:
    """Rows of the first sheet of a workbook that is shown; its first row with cells names the columns.

    Numbers and days are what the cells hold, whatever format shows them (50 % is 0.5); a formula is the value that the
    workbook was saved with; a cell with an error, such as #N/A, is a missing one. Of several sheets a `DataWarning` says
    which one is read.

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
            book = library.load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
            sheets = [_cells(sheet) for sheet in book.worksheets if sheet.sheet_state == "visible"]
            names = [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"]
        except Exception as error:  # it has many, and lets through those of zip and XML
            raise ValueError(
                f"{path}: no workbook that can be read ({brief(str(error))}), or one with a password; save it as CSV"
            ) from None
    used = [(name, lines) for name, lines in zip(names, sheets, strict=True) if lines]
    if not used:
        raise ValueError(f"{path}: the workbook is empty; the first row must name the columns")
    if len(used) > 1:
        sentence = f"{path} has the sheets {few([name for name, _ in used])}; {brief(used[0][0])!r} alone is read"
        warnings.warn(sentence, DataWarning, stacklevel=2)
    return _sheet(path, used[0][1])


def _cells(sheet: Any) -> list[tuple[int, list[Any]]]:
    """Number and cells of each row that holds some."""
    sheet.reset_dimensions()  # some programs write wrong ones, and rows would be lost
    lines = [(number, [_value(cell) for cell in row]) for number, row in enumerate(sheet.iter_rows(), 1)]
    return [(number, cells) for number, cells in lines if any(value is not None for value in cells)]


def _value(cell: Any) -> Any:
    value: Any = None if cell.data_type == _ERROR or cell.value == "" else cell.value
    return int(value) if is_whole(value) else value


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
    return list(_rows(path, as_written(kept)))


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
