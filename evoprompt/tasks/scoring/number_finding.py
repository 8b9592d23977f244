"""The numbers that stand in a text, as people and models write them.

Separators are read by their pattern: `1,234.50`, `1.234,50`, `1 000 000` and `1'000'000` are grouped; `1,234` is 1234, `12,5` is
12.5, and `1.234` is always 1.234, whatever the language, for nothing in it tells. `1/2` and `1 1/2` are fractions, and `1,2,3` is
a list.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_SUPERSCRIPT = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+")
_VULGAR = re.compile("(?<=\\d)(?=[¼-¾⅐-⅞])")
_MINUS = re.compile(r"(?<!\d )\b(?:minus|negative) (?=\d)", re.IGNORECASE)  # but not the `minus` of `5 minus 3`
_LATEX_FRACTION = re.compile(r"(?:(-)\s?)?\\[dt]?frac\s?\{\s?(-?\d+)\s?\}\s?\{\s?(\d+)\s?\}")
_LATEX = {"{,}": ",", "\\,": " ", "\\$": "$", "\\%": "%", "\\!": ""}

_SIGN = r"(?P<sign>(?<![\w.)%])[-+−])?"  # in `10-20` the hyphen is no sign
_GROUPED = (
    r"(?P<english>[1-9]\d{0,2}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d{1,2}(?:,\d{2})+,\d{3}(?!\d)(?:\.\d+)?)|"
    r"(?P<german>\d{1,3}(?:\.\d{3})+,\d+(?!\d)|\d{1,3}(?:\.\d{3}){2,}(?!\d))|"
    r"(?P<blanks>[1-9]\d{0,2}(?:(?: \d{3})+|(?:['’]\d{3})+)(?![\d/])(?:[.,]\d{1,2}(?!\d))?)"
)
_FRACTION = r"(?:(?P<whole>\d+) )?(?P<over>\d+)(?:[/⁄]| / )(?P<under>\d+)(?![\d/⁄]|[.,]\d)"
_COMMA = r"(?P<comma>(?:0,\d+|\d+,(?:\d{1,2}|\d{4,}))(?!\d|[,.]\d))"
_POINT = r"(?P<point>\d+(?:\.\d+)?|\.\d+)"
_POWER = r"(?P<power>[eE][-+]?\d+| ?(?:[×x*·]|\\times|\\cdot) ?10\^\{?[-+]?\d+\}?)?"
_RAISED = r"(?:\^(?:\{(?P<braced>-?\d{1,3})\}|(?P<raised>-?\d{1,3})(?![\d^]|\.\d)))?"
_CJK_SCALES = {"万": 4, "萬": 4, "亿": 8, "億": 8}
_WORD_SCALES = {
    "thousand": 3, "tausend": 3, "mil": 3, "million": 6, "millions": 6, "millionen": 6, "millón": 6, "millones": 6, "milioni": 6,
    "billion": 9, "milliarde": 9, "milliarden": 9, "milliard": 9, "milliards": 9, "miliardi": 9, "trillion": 12,
}  # fmt: skip
_SCALES = _WORD_SCALES | _CJK_SCALES  # powers of ten
_SCALE = rf"(?: ?(?P<scale>(?:{'|'.join(_WORD_SCALES)})\b|[{''.join(_CJK_SCALES)}]))?"
_NUMBER = re.compile(
    rf"{_SIGN}(?:[$€£¥] ?)?(?P<minus>(?<=[$€£¥])[-−])?(?<![A-Za-z_^\d])(?<!\^\{{)(?<!\^-)(?<!\^\{{-)"
    rf"(?:(?<!\d[/⁄]){_FRACTION}|(?:(?<!\d[,.' ])(?:{_GROUPED})|(?<!\d,){_COMMA}|{_POINT}){_POWER}{_RAISED}{_SCALE})",
    re.IGNORECASE,
)


class Number(NamedTuple):
    """A number in a text.

    Attributes:
        start, end: Where it stands.
        value: What it is worth.
        text: As it is written, without separators where it is no fraction.
        unscaled: What it is worth without a word for its scale, the 1.5 of `1.5 million`.
    """

    start: int
    end: int
    value: float
    text: str
    unscaled: float


def as_number(text: str) -> float | None:
    """What a text is worth that is a number and nothing else, a sign for money or per cent apart."""
    plain = readable(text).strip().rstrip("%€$£¥ ")
    found = next(numbers_in(plain), None)
    return found.value if found and (found.start, found.end) == (0, len(plain)) else None


def readable(text: str) -> str:
    """The text with digits of one kind, plain blanks and no LaTeX around numbers."""
    text = _SUPERSCRIPT.sub(lambda match: "^" + match[0].translate(_SUPERSCRIPTS), _VULGAR.sub(" ", text))
    text = _MINUS.sub("-", unicodedata.normalize("NFKC", text))
    if "\\" in text or "{" in text:
        text = _LATEX_FRACTION.sub(r" \1\2/\3", text)
        for old, new in _LATEX.items():
            text = text.replace(old, new)
    return text


def numbers_in(text: str) -> Iterator[Number]:
    """The numbers of a text that `readable` gave, in their order."""
    for match in _NUMBER.finditer(text):
        if (value := _value(match)) is not None:
            shown = match[0].strip() if match["over"] else f"{value:.15g}"
            scale = match["scale"]
            unscaled = value / 10 ** _SCALES[scale.casefold()] if scale else value
            yield Number(match.start(), match.end(), value, shown, unscaled)


def _value(match: re.Match[str]) -> float | None:
    value: float | None
    if match["over"]:
        under = float(match["under"])
        if not under:
            return None
        value = float(match["whole"] or 0) + float(match["over"]) / under
    else:
        value = _raised(_plain_value(match), match)
    if value is None:
        return None
    negative = "-" in (sign := f"{match['sign'] or ''}{match['minus'] or ''}") or "−" in sign
    return -value if negative else value


def _raised(value: float, match: re.Match[str]) -> float | None:
    """The value to the power and of the scale that stand behind it: `10^3`, `1.5 million`; None where it has no end."""
    power, scale = match["braced"] or match["raised"], match["scale"]
    try:
        value = value ** int(power) if power else value
    except (OverflowError, ZeroDivisionError):
        return None
    return float(round(value * 10 ** _SCALES[scale.casefold()], 6)) if scale else value


def _plain_value(match: re.Match[str]) -> float:
    if text := match["english"]:
        text = text.replace(",", "")
    elif text := match["german"]:
        text = text.replace(".", "").replace(",", ".")
    elif text := match["blanks"]:
        text = re.sub("[ '’]", "", text).replace(",", ".")
    else:
        text = (match["comma"] or "").replace(",", ".") or match["point"]
    if power := match["power"]:
        text += "e" + (re.sub(r".*\^", "", power).strip("{}") if "^" in power else power[1:])
    return float(text)
