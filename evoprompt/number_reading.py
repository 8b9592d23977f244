"""Reading the number that an output gives as its answer."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

_BLANK = r"[ \u00a0\u2009\u202f'’_]"  # between thousands
_SIGN = r"(?:(?<![\w.)%])[-+−]|(?<=\()[-+−])?"  # in `10-20` the hyphen is no sign
_PLAIN = (
    rf"(?:\d{{1,3}}(?:{_BLANK}\d{{3}})+(?!\d)(?:[.,]\d+)?"  # 1 000 000
    r"|\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:\.\d{3}){2,}(?![\d])"  # 1.234,50 and 1.234.567
    r"|(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?|\.\d+)"  # in `1,2,3` the comma is no thousands separator
    r"(?:[eE][-+]?\d+)?"
)
_BELOW = r"\s?[/⁄]\s?\d+(?!\s?[/⁄]?\d)"  # of a fraction; `1/2/2024` is none
_MIXED = re.compile(r"(\d+)\s(\d+)[/⁄](\d+)")  # 2 1/2
_NUMBER = re.compile(rf"{_SIGN}(?<!\d)(?:\d+\s\d+[/⁄][1-9]\d*(?![/⁄]?\d)|(?<![/⁄]){_PLAIN}{_BELOW}|{_PLAIN})")
_DECIMAL_COMMA = re.compile(rf"{_SIGN}(?<![\d,])\d+,\d+(?![\d,])")
_FRACTION = re.compile(r"\\[dt]?frac\{(\d+)\}\{(\d+)\}")
_ASIDE = re.compile(r"\([^()\n]{0,80}[^\W\d_][^()\n]{0,80}\)")  # `(confidence 95%)`
# Where the answer is said to stand; then it is the first number of the clause, or what the clause comes to after a `=`.
_MARK = re.compile(
    r"####|\\boxed\{|\b(?:final answer|answer|result|total|sum|solution|antwort|ergebnis|réponse|respuesta|risposta)\b"
    r"[\s*_\"'`)]*(?:is|:|=|ist|lautet|est|es|è)|(?:答案|回答|答え|结果|結果)[ \"'*]*(?:是|为|為|は|：|:)",
    re.IGNORECASE,
)
_STRONGEST = re.compile(r"####|\\boxed\{|final answer", re.IGNORECASE)
_CLAUSE = re.compile(r"\n|[.;!?。；！？](?=\s|\Z)|,\s+(?:because|since|as|so)\b|\}(?=\s|\$|\Z)")


class Number(NamedTuple):
    """A number in a text.

    Attributes:
        text: As it was written, with a plain minus.
        values: What it may stand for, the likeliest first: `1.234` may be a thousand and more.
    """

    text: str
    values: tuple[float, ...]

    def means(self, wanted: float) -> bool:
        """Whether it may stand for a value."""
        return any(math.isclose(value, wanted, rel_tol=1e-9, abs_tol=1e-9) for value in self.values)


def answered_number(output: str) -> Number | None:
    """The number that an output gives as its answer: after words that say so, else its last one; None for none."""
    text = _FRACTION.sub(r"\1/\2", output).replace("{,}", ",").replace("\\,", "")
    marks = list(_MARK.finditer(text))
    for strongest in (True, False):
        for mark in reversed(marks):
            if bool(_STRONGEST.match(mark[0])) == strongest and (found := _after(text, mark.end())):
                return found
    without = _ASIDE.sub(lambda aside: " " * len(aside[0]), text)
    return _last(without) or _last(text)


def number_in(text: str) -> Number | None:
    """The number that a text is as a whole; None where it is none."""
    match = _NUMBER.fullmatch(text.strip()) or _DECIMAL_COMMA.fullmatch(text.strip())
    return _number(match[0]) if match else None


def _after(text: str, start: int) -> Number | None:
    end = clause.start() if (clause := _CLAUSE.search(text, start)) else len(text)
    clause_text = _ASIDE.sub("", text[start:end])
    found = _numbers(clause_text)
    if not found:
        return None
    return found[-1] if "=" in clause_text else found[0]


def _last(text: str) -> Number | None:
    found = _numbers(text)
    return found[-1] if found else None


def _numbers(text: str) -> list[Number]:
    """The numbers of a text; a decimal comma, as in `3,14`, is one number where it stands by itself."""
    commas = {match.start(): match for match in _DECIMAL_COMMA.finditer(text)}
    found, end = [], 0
    for match in _NUMBER.finditer(text):
        if match.start() < end:
            continue
        comma = commas.get(match.start())
        if comma is not None and comma.end() > match.end():
            second = re.search(r"\d+\Z", comma[0])
            assert second is not None  # the pattern ends in digits
            found.append(
                Number(_plain(second[0]), (*_number(second[0]).values, float(_plain(comma[0]).replace(",", "."))))
            )
            end = comma.end()
        else:
            found.append(_number(match[0]))
            end = match.end()
    return found


def _number(written: str) -> Number:
    text = _plain(written)
    if mixed := _MIXED.fullmatch(text.lstrip("+-")):
        value = int(mixed[1]) + int(mixed[2]) / int(mixed[3])
        return Number(text, (-value if text.startswith("-") else value,))
    whole, slash, below = re.sub(r"\s?[/⁄]\s?", "/", text).partition("/")
    values = _values(re.sub(_BLANK, "", whole))
    if slash:
        return Number(f"{whole}/{below}", tuple(value / float(below) for value in values) if float(below) else values)
    return Number(text, values)


def _values(text: str) -> tuple[float, ...]:
    if re.fullmatch(r"[-+]?\d{1,3}(?:\.\d{3})+,\d+", text) or re.fullmatch(r"[-+]?\d{1,3}(?:\.\d{3}){2,}", text):
        return (float(text.replace(".", "").replace(",", ".")),)
    if re.fullmatch(r"[-+]?\d+,\d+", text) and not re.fullmatch(r"[-+]?\d{1,3},\d{3}", text):
        return (float(text.replace(",", ".")),)
    plain = float(text.replace(",", ""))
    if re.fullmatch(r"[-+]?\d{1,3}\.\d{3}", text):
        return plain, float(text.replace(".", ""))
    if re.fullmatch(r"[-+]?\d{1,3},\d{3}", text):
        return plain, float(text.replace(",", "."))
    return (plain,)


def _plain(text: str) -> str:
    return text.replace("−", "-")
