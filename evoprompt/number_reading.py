"""The number that an output gives as its answer, as people and models write numbers.

A final answer by its mark (`\\boxed{42}`, `#### 42`, `The answer is 42`) counts before the last number. Separators are read by
their pattern: `1,234.50`, `1.234,50`, `1 000 000` and `1'000'000` are grouped; `1,234` is 1234, `12,5` is 12.5, and `1.234` is
always 1.234, whatever the language, for nothing in it tells. `1/2` and `1 1/2` are fractions, and `1,2,3` is a list.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_SUPERSCRIPT = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+")
_VULGAR = re.compile("(?<=\\d)(?=[¼-¾⅐-⅞])")
_LATEX_FRACTION = re.compile(r"\\[dt]?frac\s?\{\s?(-?\d+)\s?\}\s?\{\s?(\d+)\s?\}")
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
_NUMBER = re.compile(
    rf"{_SIGN}(?:[$€£¥] ?)?(?P<minus>(?<=[$€£¥])[-−])?(?<![A-Za-z_^\d])(?<!\^\{{)(?<!\^-)(?<!\^\{{-)"
    rf"(?:(?<!\d[/⁄]){_FRACTION}|(?:(?<!\d[,.' ])(?:{_GROUPED})|(?<!\d,){_COMMA}|{_POINT}){_POWER})"
)
_BOX = re.compile(r"\\(?:boxed|fbox)\s?\{((?:[^{}]|\{[^{}]*\})*)\}")
_HASHES = re.compile(r"#### ?([^\n]*)")
_UNIT = re.compile(r"[ %*€$.]*(?:[^\W\d]+ ?){0,2}[ .*]*\Z")
_MARK = re.compile(
    r"(?P<final>\bfinal |\bendgültige |最终)?(?:\b(?:answer|result|solution|antwort|ergebnis|lösung|réponse|résultat|"
    r"respuesta|resultado|risposta|resposta|ответ)\b(?: (?!answer|result)[^\W\d]+){0,7}?|答案|答え|結果|结果|정답|답)[*_ \"'`]*"
    r"(?::|=|->|=>|→|>|\b(?:is|was|would be|should be|equals|ist|lautet|beträgt|est|es|è|é)\b|是|为|は|은|는)",
    re.IGNORECASE,
)
_FILLER = re.compile(
    r"(?:[\s*_`\"'(\[:=≈~$€£¥]|\b(?:the|a|an|about|approximately|approx\.?|around|roughly|exactly|simply|just|therefore|thus|"
    r"equal|to|number|x|y|n|is|be|etwa|ungefähr|genau|environ|exactement|约|約)\b)*",
    re.IGNORECASE,
)
_NOT = re.compile(r"(?:not|nicht|pas)\b", re.IGNORECASE)
_SURE = r"(?:confiden\w*|sure|certain\w*|probab\w*|likel\w*|konfidenz|sicher\w*|confiance)"
_SURENESS = re.compile(
    rf"[(\[][^()\[\]\n]{{0,80}}\b{_SURE}\b[^()\[\]\n]{{0,80}}[)\]]|"
    rf"\b{_SURE}\b(?: (?:score|level|is|of))*[*_ \"']*[:=]?[*_ ]*[\d.,]{{1,12}} ?(?:%|/ ?\d+)?|"
    rf"\b[\d.,]{{1,12}} ?% {_SURE}\b",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"(\d[^\s()]{0,40}(?: [^\W\d]{1,30}){0,2} ?)\([^()\n]{0,200}\)(?! ?[=\d])")
_OPERATOR = re.compile(r" ?(?:[+*×÷·=^−–]|/|- ?\d|\\times|\\cdot|x \d)")
_OR = re.compile(r"[*_ )]*\b(?:or|oder|ou|o)\b ")
_SENTENCE_END = re.compile(r"[.!?](?=\s|\Z)|\n|[。！？]")


class Number(NamedTuple):
    """A number in a text.

    Attributes:
        start, end: Where it stands.
        value: What it is worth.
        text: As it is written, without separators where it is no fraction.
    """

    start: int
    end: int
    value: float
    text: str


def answered_number(output: str) -> Number | None:
    """The number that an output gives as its answer; None where there is none, or it leaves the choice between two."""
    text = _readable(output)
    for marked in (_boxed(text), _hashed(text)):
        if marked:
            return marked
    text = _ASIDE.sub(r"\1", _SURENESS.sub(" ", text))
    numbers = list(_numbers(text))
    if not numbers:
        return next(iter(reversed(list(_numbers(_readable(output))))), None)
    marks = list(_MARK.finditer(text))
    for mark in [*reversed([mark for mark in marks if mark["final"]]), *reversed(marks)]:
        if inside := _behind(text, mark.end(), numbers):
            return inside[0] if len(inside) == 1 else None
    return numbers[-1]


def as_number(text: str) -> float | None:
    """What a text is worth that is a number and nothing else, a sign for money or per cent apart."""
    readable = _readable(text).strip().rstrip("%€$£¥ ")
    found = next(_numbers(readable), None)
    return found.value if found and (found.start, found.end) == (0, len(readable)) else None


def _readable(text: str) -> str:
    """The text with digits of one kind, plain blanks and no LaTeX around numbers."""
    text = _SUPERSCRIPT.sub(lambda match: "^" + match[0].translate(_SUPERSCRIPTS), _VULGAR.sub(" ", text))
    text = unicodedata.normalize("NFKC", text)
    if "\\" in text or "{" in text:
        text = _LATEX_FRACTION.sub(r" \1/\2", text)
        for old, new in _LATEX.items():
            text = text.replace(old, new)
    return text


def _numbers(text: str) -> Iterator[Number]:
    for match in _NUMBER.finditer(text):
        if (value := _value(match)) is not None:
            shown = match[0].strip() if match["over"] else f"{value:.15g}"
            yield Number(match.start(), match.end(), value, shown)


def _value(match: re.Match[str]) -> float | None:
    if match["over"]:
        under = float(match["under"])
        if not under:
            return None
        value = float(match["whole"] or 0) + float(match["over"]) / under
    else:
        value = _plain_value(match)
    negative = "-" in (sign := f"{match['sign'] or ''}{match['minus'] or ''}") or "−" in sign
    return -value if negative else value


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


def _boxed(text: str) -> Number | None:
    for match in reversed(list(_BOX.finditer(text))):
        if inside := list(_numbers(match[1])):
            return inside[-1]
    return None


def _hashed(text: str) -> Number | None:
    for match in reversed(list(_HASHES.finditer(text))):
        line = _SURENESS.sub(" ", match[1]).strip(" *")
        first = next(_numbers(line), None)
        # `#### 1. Compute the price` is a heading.
        if first and first.start == 0 and _UNIT.match(line[first.end :]) and not re.match(r"\. \w", line[first.end :]):
            return first
    return None


def _behind(text: str, start: int, numbers: Sequence[Number]) -> list[Number]:
    """The number behind a mark: the first, or of a sentence or sum the last; two where the choice is left."""
    filler = _FILLER.match(text, start)
    begins = filler.end() if filler else start
    if _NOT.match(text, begins):
        return []
    stop = _SENTENCE_END.search(text, begins)
    inside = [each for each in numbers if start <= each.start and each.end <= (stop.start() if stop else len(text))]
    if not inside:
        return []
    first = inside[0]
    if first.start > begins + 1:  # words come before it
        return inside[-1:]
    if _OPERATOR.match(text, first.end):
        return [_result(text, inside)]
    if len(inside) > 1 and _OR.match(text, first.end) and inside[1].value != first.value:
        return inside[:2]
    return [first]


def _result(text: str, inside: Sequence[Number]) -> Number:
    """Of `6 x 7 = 42` and `42 = 6 x 7`, the 42."""
    for place in (len(inside) - 1, 0):
        before = text[inside[place - 1].end : inside[place].start] if place else "="
        after = text[inside[place].end : inside[place + 1].start] if place + 1 < len(inside) else "="
        if before.strip().endswith("=") and (place or after.strip().startswith("=")):
            return inside[place]
    return inside[-1]
