"""Texts of data and models on a terminal: control characters are shown and never sent, nothing is read as markup."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Sequence

WIDTH = 88  # columns of a printed result


def shown(text: str) -> str:
    """A text with its control characters as escapes; line breaks stay."""
    return "".join(c if c == "\n" or c.isprintable() else repr(c)[1:-1] for c in text)


def one_line(text: str) -> str:
    """A text as one line, control characters shown."""
    return " ".join(shown(text).split())


def indented(text: str) -> list[str]:
    """A text as indented lines of at most `WIDTH` columns, control characters shown."""
    return [
        "  " + part
        for line in shown(text).split("\n")
        for part in textwrap.wrap(line, WIDTH - 2, drop_whitespace=False) or [""]
    ]


def table(titles: Sequence[str], rows: Sequence[Sequence[str]], *, right: bool = False) -> list[str]:
    """Rows under their titles, each one line; on a terminal cut to its width.

    Args:
        right: Set the columns flush right, as figures are; the lines are then never cut.
    """
    lines = [[one_line(cell) for cell in row] for row in (titles, *rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    if right:
        return ["  ".join(f"{cell:>{width}}" for cell, width in zip(line, widths, strict=True)) for line in lines]
    whole = ["  ".join(f"{cell:{width}}" for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    if not sys.stdout.isatty():
        return whole
    columns = shutil.get_terminal_size().columns
    return [line if len(line) <= columns else line[: columns - 1] + "…" for line in whole]
