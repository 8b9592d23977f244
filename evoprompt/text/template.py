"""Templates: texts with {fields}. Filled in one pass, so that no value is ever read as a template itself."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

Piece = tuple[bool, str]  # whether it is a field, and the literal text or the field's name
_PIECE = re.compile(r"\{\{|\}\}|\{([^{}\n]+)\}")


@dataclass(frozen=True)
class Template:
    """A text with {fields}; `{{` and `}}` stand for the braces themselves.

    Attributes:
        pieces: (is a field, text) pairs in order: literal texts and the names of fields.
    """

    pieces: tuple[Piece, ...]

    @classmethod
    def of(cls, pieces: Iterable[Piece]) -> Template:
        """A template of pieces; literal texts side by side become one, empty ones none."""
        joined: list[Piece] = []
        for is_field, text in pieces:
            if not is_field and joined and not joined[-1][0]:
                joined[-1] = False, joined[-1][1] + text
            elif text:
                joined.append((is_field, text))
        return cls(tuple(joined))

    @classmethod
    def parse(cls, text: str) -> Template:
        """Read a template.

        Raises:
            ValueError: A brace that is neither doubled nor part of a {field}.
        """
        pieces: list[Piece] = []
        start = 0
        for match in _PIECE.finditer(text):
            pieces.append((False, _literal(text, start, match.start())))
            pieces.append((True, match[1].strip()) if match[1] else (False, match[0][0]))
            start = match.end()
        pieces.append((False, _literal(text, start, len(text))))
        return cls.of(pieces)

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of the fields, each once, in the order of the text."""
        return tuple(dict.fromkeys(text for is_field, text in self.pieces if is_field))

    @property
    def text(self) -> str:
        """The template as `parse` reads it, and `str.format` too: {fields}, and every other brace doubled."""
        return "".join(
            f"{{{text}}}" if is_field else text.replace("{", "{{").replace("}", "}}") for is_field, text in self.pieces
        )

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
    pieces: list[Piece] = []
    start = 0
    for match in re.finditer(r"\{([^{}\n]+)\}", text):
        if match[1] in fields and match[1] == match[1].strip():  # as templates name fields
            pieces += [(False, text[start : match.start()]), (True, match[1])]
            start = match.end()
    pieces.append((False, text[start:]))
    return Template.of(pieces)
