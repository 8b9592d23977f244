"""Sentences and phrases of a text as spans, so that an edit touches one occurrence and no other."""

from __future__ import annotations

import re
from typing import NamedTuple


class Span(NamedTuple):
    """Where a piece of a text begins and ends, as in `text[start:end]`."""

    start: int
    end: int


# A phrase begins where one of these does: prepositions, conjunctions, relative words, the infinitive's "to".
_OPENERS = frozenset(
    "about above after against although among and as at based because before between but by during either for from how if"
    " in including into like nor of on or than that to toward towards under unless until upon using versus via what"
    " when where whether which while who whose with within without".split()
)
_DETERMINERS = frozenset("a an the this that these those its their your his her our my each every any some no".split())
_SENTENCE_END = re.compile(r"[.!?]+[\"'”’)\]]*(?=\s)|\n+")
_WORD = re.compile(r"\{[^{}\n]+\}|\w+(?:['’\-/]\w+)*")
MOST_WORDS = 5  # of a phrase; a longer run is cut


def sentences(text: str) -> list[Span]:
    """Spans of the sentences, in order, without the white space between them."""
    spans = []
    start = 0
    for end in [match.end() for match in _SENTENCE_END.finditer(text)] + [len(text)]:
        if text[start:end].strip():
            spans.append(_stripped(text, start, end))
        start = end
    return spans


def words(text: str) -> list[Span]:
    """Spans of the words, in order; a {field} is one word."""
    return [Span(*match.span()) for match in _WORD.finditer(text)]


def phrases(text: str) -> list[Span]:
    """Spans of short phrases, in order, found by function words and punctuation alone.

    A light stand-in for the constituents of Prasad 2023: a phrase ends before a preposition, a conjunction or a
    relative word, at punctuation, and after `MOST_WORDS` words. Punctuation belongs to no phrase.
    """
    spans: list[Span] = []
    current: list[Span] = []
    for word in words(text):
        if current and _begins(text, word, current):
            spans.append(Span(current[0].start, current[-1].end))
            current = []
        current.append(word)
    if current:
        spans.append(Span(current[0].start, current[-1].end))
    return spans


def _begins(text: str, word: Span, current: list[Span]) -> bool:
    """Whether a word opens a new phrase after those gathered so far."""
    previous = current[-1]
    if re.search(r"[^\s]", text[previous.end : word.start]) or "\n" in text[previous.end : word.start]:
        return True  # punctuation or a line break in between
    here, before = text[word.start : word.end].lower(), text[previous.start : previous.end].lower()
    if len(current) >= MOST_WORDS:
        return before not in _DETERMINERS
    return here in _OPENERS and before not in _OPENERS


def _stripped(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    return Span(start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip()))


def cut(text: str, span: Span) -> str:
    """The text without a span, the white space around it mended."""
    return _mended(text[: span.start], text[span.end :])


def put_in(text: str, at: int, piece: str) -> str:
    """The text with a piece put in before position `at`, set apart by single spaces."""
    return _joined(_joined(text[:at], piece), text[at:])


def swapped(text: str, one: Span, other: Span) -> str:
    """The text with two spans, which do not overlap, in each other's place."""
    first, second = sorted((one, other))
    middle = text[first.end : second.start]
    return (
        text[: first.start]
        + text[second.start : second.end]
        + middle
        + text[first.start : first.end]
        + text[second.end :]
    )


def replaced(text: str, span: Span, piece: str) -> str:
    """The text with a span replaced."""
    return text[: span.start] + piece + text[span.end :]


def _mended(left: str, right: str) -> str:
    """Two texts from around a cut: no doubled space, no space before punctuation, no punctuation at the beginning."""
    left, right = left.rstrip(" "), right.lstrip(" ")
    if not left.strip():
        return left + re.sub(r"^[\s,;:.!?)\-]+", "", right)
    if left[-1] in ",;:(" and right[:1] and right[0] in ",;:.!?)":
        left = left[:-1].rstrip(" ")
    return left + right if not right or right[0] in ",;:.!?)\n" or left[-1] in "\n(" else f"{left} {right}"


def _joined(left: str, right: str) -> str:
    """Two texts with one space between them where that is needed."""
    if not left.strip() or not right.strip():
        return left + right
    left, right = left.rstrip(" "), right.lstrip(" ")
    return left + right if left[-1] == "\n" or right[0] in ",;:.!?)\n" else f"{left} {right}"
