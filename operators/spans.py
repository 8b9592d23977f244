"""Sentences and phrases of a text as spans, so that an edit touches one occurrence and no other."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable
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
# Not after the number of a list item or after an abbreviation inside a sentence. Bounded: a page of full stops would
# else be scanned anew from each of them.
_SENTENCE_END = re.compile(r"(?<!\A\d)(?<!\n\d)(?<!\be\.g)(?<!\bi\.e)(?<!\bvs)[.!?]{1,20}[\"'”’)\]]*(?=\s)|\n+")
_WORD = re.compile(r"\{[^{}\n]+\}|\w+(?:['’\-/]\w+)*")
MOST_WORDS = 5  # of a phrase; a longer run is cut
FEWEST_RUNS, MOST_RUNS = 2, 4  # of a sentence; the authors' code of Prasad 2023


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


def runs(text: str, rng: random.Random) -> list[Span]:
    """Spans that cut every sentence into two to four runs of words, as many words in each as in any other, or one less.

    The `span` level in the authors' code of Prasad 2023: the number is drawn for each sentence; one with too few words
    has a run for each. Punctuation at the end of a run belongs to none.
    """
    spans: list[Span] = []
    for start, end in sentences(text):
        inside = [Span(a + start, b + start) for a, b in words(text[start:end])]
        n = min(rng.randint(FEWEST_RUNS, MOST_RUNS), len(inside))
        for i in range(n):  # the longer ones first
            size, longer = divmod(len(inside), n)
            first = i * size + min(i, longer)
            last = first + size - (i >= longer)
            spans.append(Span(inside[first].start, inside[last].end))
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
    """The text without a span, mended where it was: no doubled space or mark, no empty brackets, quotes or lines."""
    return _mended(text[: span.start], text[span.end :])


def put_in(text: str, at: int, piece: str) -> str:
    """The text with a piece put in before position `at`, set apart by single spaces."""
    return _joined(_joined(text[:at], piece), text[at:])


def swapped(text: str, one: Span, other: Span) -> str:
    """The text with two spans in each other's place.

    Raises:
        ValueError: The spans overlap, or the text would stay the same.
    """
    first, second = sorted((one, other))
    if second.start < first.end:
        raise ValueError(f"the spans {tuple(first)} and {tuple(second)} overlap")
    head, middle, tail = text[: first.start], text[first.end : second.start], text[second.end :]
    changed = _abutted(head, text[second.start : second.end], middle, text[first.start : first.end], tail)
    if changed == text:
        raise ValueError(f"swapping {text[first.start : first.end]!r} with its like changes nothing")
    return changed


def partners(text: str, one: Span, spans: Iterable[Span]) -> list[Span]:
    """Those of the spans that `one` can be swapped with so that the text changes."""
    piece = text[one.start : one.end]
    return [each for each in spans if text[each.start : each.end] != piece and _differs(text, one, each)]


def _differs(text: str, one: Span, other: Span) -> bool:
    """Whether two different pieces make another text in each other's place: `so so` and `so` don't, side by side."""
    first, second = sorted((one, other))
    left, right = text[first.start : first.end], text[second.start : second.end]
    middle = text[first.end : second.start]
    return second.start >= first.end and right + middle + left != left + middle + right


def replaced(text: str, span: Span, piece: str) -> str:
    """The text with a span replaced."""
    return _abutted(text[: span.start], piece, text[span.end :])


_PAIRS = ("()", "[]", "{}", "“”", "‘’", "«»", '""', "''", "``")
_MARKS = ",;:.!?"
_BARE_LINE = re.compile(r"(?:\A|(?<=\n))[ \t]*(?:[-*•]|\d{1,3}[.)])?[ \t]*\Z")  # a line of nothing but a list's bullet


def _mended(left: str, right: str) -> str:
    """Two texts from around a cut."""
    spaced = left[-1:].isspace() or right[:1].isspace()
    left, right = left.rstrip(" "), right.lstrip(" ")
    while left and right:
        if _opens(left) and left[-1] + right[0] in _PAIRS:
            left, right = left[:-1].rstrip(" "), right[1:].lstrip(" ")
            spaced = True
        elif right[0] in _MARKS and left[-1] in ",;:":
            left = left[:-1].rstrip(" ")
        elif right[0] in _MARKS and (left[-1] in ".!?" or _opens(left)):
            right = right[1:].lstrip(" ")
            spaced = True
        else:
            break
    if bare := _BARE_LINE.search(left):
        right = re.sub(r"^[ ,;:.!?)]+", "", right)
        if not right or right[0] == "\n":
            return _lines_joined(left[: bare.start()], right)
        return left if not right else left + ("" if left[-1:] in ("", "\n") else " ") + right
    return _joined(left, right) if spaced else _abutted(left, right)


def _lines_joined(left: str, right: str) -> str:
    """Two texts from around a line that was dropped, with the wider of the two gaps."""
    above, below = left.rstrip("\n"), right.lstrip("\n")
    if not above or not below:
        return above + below
    return above + "\n" * max(len(left) - len(above), len(right) - len(below)) + below


def _joined(left: str, right: str) -> str:
    """Two texts with one space between them where that is needed."""
    if not left.strip() or not right.strip():
        return left + right
    left, right = left.rstrip(" "), right.lstrip(" ")
    tight = right[0] in _MARKS + "\n" or left[-1] == "\n" or _opens(left) or _closes(left, right)
    return _abutted(left, right) if tight else f"{left} {right}"


def _abutted(*pieces: str) -> str:
    """Texts without a space between them, except where two words would become one."""
    text = pieces[0]
    for piece in pieces[1:]:
        merges = re.search(r"\w['’\-/]?\Z", text) and re.match(r"['’\-/]?\w", piece)
        text += f" {piece}" if merges else piece
    return text


def _opens(left: str) -> bool:
    """Whether a text ends in a bracket or quote that opens."""
    return left[-1:] in tuple("([{“‘«") or (left[-1:] in tuple("\"'`") and _open(left, left[-1]))


def _closes(left: str, right: str) -> bool:
    """Whether a text begins with a bracket or quote that closes one opened before it."""
    return right[:1] in tuple(")]}”’»") or (right[:1] in tuple("\"'`") and _open(left, right[0]))


def _open(left: str, quote: str) -> bool:
    """Whether a straight quote is open at the end of a text; the apostrophe in `don't` is no quote."""
    return len(re.findall(rf"(?<!\w){quote}|{quote}(?!\w)", left)) % 2 == 1
