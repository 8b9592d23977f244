"""Texts of data and models on a terminal: control characters are shown and never sent, nothing is read as markup."""

from __future__ import annotations

import os
import re
import shutil
import sys
import textwrap
import unicodedata
from collections.abc import Sequence
from contextlib import suppress

WIDTH = 88  # columns of a printed result


LONGEST_LINE = 10_000  # characters that are wrapped at once: the time to wrap a line grows with its square
# Inside words of such scripts as Persian, and of emoji, a joiner is spelling; it can't move or hide a text.
_JOINED = re.compile(r"(?<=[^\x00-\x7f\s\u200c\u200d])[\u200c\u200d](?=[^\x00-\x7f\s\u200c\u200d])")


def shown(text: str) -> str:
    """A text with all that could steer a terminal as escapes; line breaks, blanks and joiners inside words stay."""
    if text.isprintable():
        return text
    places = (match.start() for match in _JOINED.finditer(text))
    joined = {i for i in places if text[i - 1].isprintable() and text[i + 1].isprintable()}
    return "".join(c if _is_plain(c) or i in joined else repr(c)[1:-1] for i, c in enumerate(text))


def _is_plain(char: str) -> bool:
    return char == "\n" or char.isprintable() or unicodedata.category(char) == "Zs"


def one_line(text: str) -> str:
    """A text as one line, control characters shown."""
    return " ".join(shown(text).split())


def indented(text: str) -> list[str]:
    """A text as indented lines of at most `WIDTH` columns, control characters shown."""
    return [
        "  " + part
        for line in shown(text).split("\n")
        for start in range(0, len(line) or 1, LONGEST_LINE)
        for part in textwrap.wrap(line[start : start + LONGEST_LINE], WIDTH - 2, drop_whitespace=False) or [""]
    ]


def say_at_once(sentence: str) -> None:
    """Write a line to standard error from within a signal handler, past all buffers, which may be in use just then."""
    with suppress(OSError, ValueError):  # nobody may be there to read it
        os.write(sys.__stderr__.fileno() if sys.__stderr__ else 2, f"\n{sentence}\n".encode())


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
