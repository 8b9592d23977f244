"""Rows from files of any known kind, from tables and from records, each with the place it came from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from evoprompt.tasks.tables.csv_file import read_csv
from evoprompt.tasks.tables.json_file import read_jsonl
from evoprompt.tasks.tables.rows import Row, refuse_twice, texts_of
from evoprompt.tasks.tables.table_file import read_parquet, read_xlsx
from evoprompt.text.brief import brief

__all__ = ["READERS", "Row", "check_kind", "read_any", "read_csv", "read_file", "read_jsonl", "read_records"]

READERS: dict[str, Callable[[Path], list[Row]]] = {
    ".csv": read_csv,
    ".tsv": read_csv,
    ".jsonl": read_jsonl,
    ".ndjson": read_jsonl,
    ".json": read_jsonl,
    ".xlsx": read_xlsx,
    ".xlsm": read_xlsx,
    ".parquet": read_parquet,
}  # by the ending of a file's name


def read_any(source: str | Path | Iterable[Mapping[str, Any] | Row]) -> list[Row]:
    """Rows of a file, or of records.

    Raises:
        ValueError, TypeError, OSError: As the reader of its kind says.
    """
    return read_file(source) if isinstance(source, (str, Path)) else read_records(source)


def read_file(path: str | Path) -> list[Row]:
    """Rows of a file, read by the ending of its name.

    Raises:
        ValueError: An unknown ending, or as the reader of its kind says.
        OSError: The file can't be read.
    """
    path = Path(path)
    check_kind(path)
    return READERS[path.suffix.lower()](path)


def check_kind(path: Path) -> None:
    """Refuse a file whose ending none of the readers knows.

    Raises:
        ValueError: Such a file; the message lists the known endings.
    """
    if path.suffix.lower() not in READERS:
        raise ValueError(
            f"{brief(str(path))}: a table's name ends in {', '.join(READERS)}; save it as one of these, CSV say"
        )


def read_records(records: Iterable[Mapping[str, Any] | Row]) -> list[Row]:
    """Rows of any iterable of mappings, or of a table of pandas, polars or Arrow; what is a row already stays as it is.

    Raises:
        TypeError: A record is not a mapping.
        ValueError: A table with two columns of one name, or a value that is no text.
    """
    hint = (
        "; a mapping of columns is no list of records: write one mapping a row" if isinstance(records, Mapping) else ""
    )
    rows = []
    for number, record in enumerate(_of_table(records), 1):
        if isinstance(record, Row):
            rows.append(record)
            continue
        if not isinstance(record, Mapping):
            raise TypeError(
                f"record {number}: expected a mapping of field names to values, got {type(record).__name__}{hint}"
            )
        rows.append(Row(f"record {number}", texts_of(f"record {number}", record)))
    return rows


def _of_table(records: Any) -> Iterable[Any]:
    """The records of a table, which iterates as its columns or their names; anything else is records already."""
    for name in ("to_dicts", "to_pylist"):  # polars, Arrow
        if hasattr(records, name):
            refuse_twice("the table", getattr(records, "column_names", ()))
            return getattr(records, name)()  # type: ignore[no-any-return]  # of whatever library
    if hasattr(records, "to_dict") and hasattr(records, "columns"):  # pandas
        refuse_twice("the table", records.columns)
        return records.to_dict("records")  # type: ignore[no-any-return]
    if not isinstance(records, Iterable):
        hint = "; call collect() on it first" if hasattr(records, "collect") else ""
        raise TypeError(f"expected records or a table, got {type(records).__name__}{hint}")
    return records
