"""Templates: texts with {fields}. Filled in one pass, so that no value is ever read as a template itself."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache

_PIECE = re.compile(r"\{\{|\}\}|\{([^{}\n]+)\}")


@dataclass(frozen=True)
class Template:
    """A text with {fields}; `{{` and `}}` stand for the braces themselves.

    Attributes:
        pieces: (is a field, text) pairs in order: literal texts and the names of fields.
    """

    pieces: tuple[tuple[bool, str], ...]

    @classmethod
    def parse(cls, text: str) -> Template:
        """Read a template.

        Raises:
            ValueError: A brace that is neither doubled nor part of a {field}.
        """
        pieces: list[tuple[bool, str]] = []
        start = 0
        for match in _PIECE.finditer(text):
            pieces.append((False, _literal(text, start, match.start())))
            pieces.append((True, match[1].strip()) if match[1] else (False, match[0][0]))
            start = match.end()
        pieces.append((False, _literal(text, start, len(text))))
        return cls(tuple(piece for piece in pieces if piece[1]))

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of the fields, each once, in the order of the text."""
        return tuple(dict.fromkeys(text for is_field, text in self.pieces if is_field))

    def fill(self, values: Mapping[str, str]) -> str:
        """The text with every field replaced by its value; values are put in as they are."""
        return "".join([values[text] if is_field else text for is_field, text in self.pieces])


def _literal(text: str, start: int, end: int) -> str:
    literal = text[start:end]
    for brace in "{}":
        if brace in literal:
            where = start + literal.index(brace)
            near = text[max(0, where - 15) : where + 15]
            raise ValueError(
                f"the template has a single {brace!r} near {near!r}; write {brace * 2!r} for the brace itself"
            )
    return literal


@lru_cache(maxsize=4096)
def placeholders(text: str, fields: Collection[str]) -> Template:
    """A gene's text as a template: only the {names} of known fields are fields, every other brace is a brace.

    Genes are written by models and people; a stray brace in one is no error.
    """
    pieces: list[tuple[bool, str]] = []
    start = 0
    for match in re.finditer(r"\{([^{}\n]+)\}", text):
        if match[1] in fields:
            pieces += [(False, text[start : match.start()]), (True, match[1])]
            start = match.end()
    pieces.append((False, text[start:]))
    return Template(tuple(piece for piece in pieces if piece[1]))
