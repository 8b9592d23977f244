"""Texts and names of any length inside a message: cut to what a reader takes in."""

from __future__ import annotations

from collections.abc import Collection
from itertools import islice

LONGEST = 80  # characters of a text that a message quotes
MOST = 10  # names that a message lists


def brief(text: str, longest: int = LONGEST) -> str:
    """A text, cut with an ellipsis where it is longer."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def few(names: Collection[str], most: int = MOST) -> str:
    """The names with commas between them; of many, the first ones and how many more there are."""
    if len(names) <= most:
        return ", ".join(map(brief, names))
    return f"{', '.join(map(brief, islice(names, most - 1)))} and {len(names) - most + 1:,} more"


def titled(name: str) -> str:
    """A column's name as a reader would write it: `sent_to` is `Sent to`."""
    words = name.replace("_", " ").strip() or name
    return words[:1].upper() + words[1:]


def columns(names: Collection[str]) -> str:
    """Names of columns, as `few` lists them; one that begins or ends with a blank stands in quotes, or nobody sees it."""
    return few([name if name == name.strip() else repr(name) for name in names])
