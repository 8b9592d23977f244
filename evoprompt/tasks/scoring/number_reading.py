"""The number that an output gives as its answer.

A final answer by its mark (`\\boxed{42}`, `#### 42`, `The answer is 42`) counts before one that is explained (`42. Each of the 6
rows ...`), and that before the last number. Remarks, reasons and what is denied count for nothing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from evoprompt.tasks.scoring.label_words import CORRECTS
from evoprompt.tasks.scoring.number_finding import Number, numbers_in, readable

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
    r"(?:[\s*_`\"'(\[:=≈~$€£¥]|\b(?:the|either|a|an|about|approximately|approx\.?|around|roughly|exactly|simply|just|therefore|thus|"
    r"equal|to|number|x|y|n|is|be|etwa|ungefähr|genau|environ|exactement|约|約)\b)*",
    re.IGNORECASE,
)
_NOT = re.compile(r"(?:not|nicht|pas)\b", re.IGNORECASE)
_SURE = r"(?:confiden\w*|sure|certain\w*|probab\w*|likel\w*|konfidenz|sicher\w*|confiance)"
_SURENESS = re.compile(
    rf"[(\[][^()\[\]\n]{{0,80}}\b{_SURE}\b[^()\[\]\n]{{0,80}}[)\]]|"
    rf"(?!(?<=\bthe )probab)\b{_SURE}\b(?: (?:score|level|is|of))*[*_ \"']*[:=]?[*_ ]*[\d.,]{{1,12}} ?(?:%|/ ?\d+)?|"
    rf"\b[\d.,]{{1,12}} ?% {_SURE}\b",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"(?<!\d)(\d[^\s()]{0,40}(?: [^\W\d]{1,30}){0,4} ?)\([^()\n]{0,200}\)(?! ?[=\d])")
_SOURCE = re.compile(  # `42 [1]`, `45 minutes [2]`
    r"(\d[.%]?(?: (?!(?:is|are|be|equals|gives|gets?|of|and|to|by|ist|est|es)\b)[^\W\d]{1,20})?[.]?)"
    r"\s?(?:\[\d{1,2}\])+(?!\s?[=(])",
    re.IGNORECASE,
)
_THAT_IS = re.compile(r",? ?\(?(?:or|i\.e\.|that is|so)?,? ?", re.IGNORECASE)  # `3/4, i.e. 75%`
_REASON = re.compile(
    r"(?<!\d)(\d[^\s()]{0,40}(?: [^\W\d]{1,30}){0,2},?) (?:because|since|given that|weil|denn|parce que|car|porque)\b"
    r"(?:[^.!?\n]|\.(?=\d))*"
)
# Behind an amount, what it is for: `$64 for 16 glasses`, `3 of the 8 slices`; and a second thought: `18, though it might be 24`.
_FOR = re.compile(
    r"([$€£]\d[\d.,]{0,20}) for \d+(?= [^\W\d])|(?<![\d.,])(\d[\d.,]{0,20}) of the \d+(?= [^\W\d])"
    r"|(\d),? (?:though|although|but)(?: it)? (?:might|could|may)\b(?:[^.!?\n]|\.(?=\d))*",
    re.IGNORECASE,
)
# An amount of two units is no one number: `2 hours and 40 minutes`.
_TWO_UNITS = re.compile(
    r"(?<!\d)\d+ (?:years?|weeks?|days?|hours?|minutes?|feet|pounds?|dollars?) (?:and )?\d+"
    r" (?:months?|days?|hours?|minutes?|seconds?|inches|ounces|cents)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?:[^.!?\n]|\.(?=\d))*(?:[.!?]+|\n+|\Z)")
_REMARK = re.compile(
    r"\W{0,8}(?:note|check(?:ed|ing)?|double-check|verification|verify|proof|probe|let me know|i hope|hope this"
    r"|feel free|please)\b",
    re.IGNORECASE,
)
# What gives no number: `I cannot say from the 2 facts`, `not 7`, `step 3`.
_REFUSES = re.compile(
    r"\b(?:can(?:not|['’]t)|could(?: not|n['’]t)|unable to|(?:im|not )possible to) (?:be )?"
    r"(?:determin|calculat|comput|answer|solv|find|say|tell|give|provid)|\bno (?:answer|solution)\b"
    r"|\b(?:not enough|insufficient) (?:information|info|data)\b",
    re.IGNORECASE,
)
_STILL = re.compile(r"\b(?:but|so|however|therefore|hence)\b", re.IGNORECASE)
_DENIED = re.compile(r"(?:\b(?:not|nicht|pas)|n['’]t) (?:be )?[$€£¥*]{0,4}[-−]?\d[\d.,/]*(?<![.,])", re.IGNORECASE)
_REFERENCE = re.compile(
    r"\b(?:steps?|questions?|problem|equations?|eq\.|figure|lines?|method|section|schritt|étape|paso|frage)"
    r" ?[#(]?\d+(?![\d/%]|[.,]\d)",
    re.IGNORECASE,
)
_IRRATIONAL = re.compile(r"\\(?:sqrt|pi|log|ln|infty)\b|[√π∞]")
_HEADED = re.compile(
    r"(?: [^\W\d]{1,20}){0,4}[.*_]{0,3}\n\s*\W{0,4}(?:reasoning|explanation|rationale|justification)\b", re.IGNORECASE
)
_EXPLAINED = re.compile(
    r"[*_`\"')%€$£¥ ]*(?:\n\s*(?=[*_#(]*[^\W\d])|\.\s+(?=[^\W\d])|\s?[–—-] (?=[^\W\d])"
    r"|,? (?:because|since|as)\b| is the\b|(?: [^\W\d]{1,20}){0,2} ?= ?[^=\n]*\Z)",
    re.IGNORECASE,
)
_CONCLUDED = re.compile(
    r"\b(?:so|therefore|thus|hence|total|altogether|in all)\b|\n[\s*_]*[-−$€]?\d[\d.,]*[\s*_.]*(?:\n|\Z)", re.IGNORECASE
)
_CHOICE = re.compile(r"[^.!?\n\d]{0,12}\b(?:or|oder|ou|o)\b[^.!?\n\d]{0,12}", re.IGNORECASE)
_BETWEEN = re.compile(r"\b(?:between|zwischen|entre) [$€£¥*]{0,3}\Z", re.IGNORECASE)
_AND = re.compile(r"[^.!?\n\d]{0,12}\b(?:and|und|et|y)\b[^.!?\n\d]{0,4}", re.IGNORECASE)
_NAMED = re.compile(r"\b[a-z] ?= ?[$€£¥*]{0,3}\Z")
_ALSO_NAMED = re.compile(r"(?:,| and|, and) [a-z] ?= ?[$€£¥*]{0,3}")  # `x = 5, y = 7`
_RANGE = re.compile(r"[-–—:]| (?:to|bis) ")
_FROM = re.compile(r"\b(?:from|von) [$€£¥*]{0,3}\Z", re.IGNORECASE)
_IF = re.compile(r"(?: [^\W\d]{1,20}){0,2} (?:if|unless)\b")
_OPERATOR = re.compile(r" ?(?:[+*×÷·=^−–]|/|- ?\d|\\times|\\cdot|x \d)")
_SENTENCE_END = re.compile(r"[.!?](?=\s|\Z)|\n|[。！？]")


def answered_number(output: str) -> Number | None:
    """The number that an output gives as its answer; None where there is none, or it leaves the choice between two."""
    text = readable(output)
    if _BOX.search(text) and _is_left_open(text):
        return None
    for marked in (_boxed(text), _hashed(text)):
        if marked:
            return marked
    return _corrected(text) or _claimed(text)


def _claimed(text: str) -> Number | None:
    """The number behind a mark, at the start or at the end, remarks and what is denied apart."""
    text = _TWO_UNITS.sub(" ", _REFERENCE.sub(" ", _DENIED.sub(" ", _without_refusals(text))))
    text = _SOURCE.sub(r"\1", text)
    claim = _without_remarks(_FOR.sub(r"\1\2\3", _REASON.sub(r"\1", _ASIDE.sub(r"\1", _SURENESS.sub(" ", text)))))
    numbers = list(numbers_in(claim))
    if not numbers:
        return next(iter(reversed(list(numbers_in(text)))), None)
    marks = list(_MARK.finditer(claim))
    for mark in [*reversed([mark for mark in marks if mark["final"]]), *reversed(marks)]:
        if inside := _behind(claim, mark.end(), numbers):
            return inside[0] if len(inside) == 1 else None
    return _leading(claim, numbers) or _last(claim, numbers)


def _corrected(text: str) -> Number | None:
    """The number behind a change of mind: `12... no, 14`."""
    for mark in reversed(list(CORRECTS.finditer(text))[-1:]):
        rest = text[mark.end() :].lstrip(" \n,.:;!*_–—")
        numbers = list(numbers_in(rest))
        if numbers and (numbers[0].start <= 2 or _MARK.search(rest)):
            return _claimed(rest)
    return None


def _are_two(text: str, one: Number, other: Number) -> bool:
    """Whether two neighbours leave the choice: `12 or 13`, `between 12 and 13`, `12-13`."""
    if _are_same(text, one, other) or other.start - one.end > 40:
        return False
    between, before = text[one.end : other.start], text[max(0, one.start - 20) : one.start]
    if _CHOICE.fullmatch(between) or (_BETWEEN.search(before) and _AND.fullmatch(between)):
        return True
    if _NAMED.search(before) and _ALSO_NAMED.fullmatch(between):
        return True
    is_sum = text[other.end : other.end + 3].lstrip()[:1] in ("=", "+", "*")
    return bool(_RANGE.fullmatch(between)) and not is_sum and not _FROM.search(before)


def _are_same(text: str, one: Number, other: Number) -> bool:
    """Whether two numbers are one and the same, be it that one is in per cent: `1/2, or 50%`."""
    if one.value == other.value or ("%" in text[one.end : other.start] and math.isclose(one.value, 100 * other.value)):
        return True
    return text[other.end : other.end + 2].lstrip(" \\")[:1] == "%" and math.isclose(100 * one.value, other.value)


def _without_refusals(text: str) -> str:
    sentences = _SENTENCE.findall(text)
    return "".join(each for each in sentences if _STILL.search(each) or not _REFUSES.search(each))


def _without_remarks(text: str) -> str:
    return "".join(each for each in _SENTENCE.findall(text) if not _REMARK.match(each))


def _leading(text: str, numbers: Sequence[Number]) -> Number | None:
    """The number that a text begins with and then explains: `42. Each of the 6 rows has 7 seats.`"""
    first = numbers[0]
    if text[: first.start].strip(" \n*_`\"'($€£¥") or first.value == 1:  # `1.` begins a list
        return None
    if _HEADED.match(text, first.end):
        return first
    if _CONCLUDED.search(text, first.end) or CORRECTS.search(text, first.end):
        return None
    return first if _EXPLAINED.match(text, first.end) else None


def _last(text: str, numbers: Sequence[Number]) -> Number | None:
    """The last number; none where it is but one of two, and the share itself before its per cent."""
    if len(numbers) > 1 and _are_two(text, *numbers[-2:]):
        return None
    if len(numbers) > 1 and _THAT_IS.fullmatch(text, numbers[-2].end, numbers[-1].start):
        one, other = numbers[-2:]
        return one if one.value != other.value and _are_same(text, one, other) else other
    return numbers[-1]


def _boxed(text: str) -> Number | None:
    for match in reversed(list(_BOX.finditer(text))):
        if inside := list(numbers_in(match[1])):
            return inside[-1]
    return None


def _is_left_open(text: str) -> bool:
    """Whether the last box holds more than a number, or the last two are put as a choice."""
    *before, last = _BOX.finditer(text)
    return bool(_IRRATIONAL.search(last[1]) or (before and _CHOICE.fullmatch(text, before[-1].end(), last.start())))


def _hashed(text: str) -> Number | None:
    for match in reversed(list(_HASHES.finditer(text))):
        line = _SURENESS.sub(" ", match[1]).strip(" *")
        first = next(numbers_in(line), None)
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
        return inside[-2:] if len(inside) > 1 and _are_two(text, *inside[-2:]) else inside[-1:]
    if _IF.match(text, first.end):
        return []
    if len(inside) > 1 and _are_two(text, *inside[:2]):
        return inside[:2]
    if _OPERATOR.match(text, first.end):
        return [_result(text, inside)]
    return [first]


def _result(text: str, inside: Sequence[Number]) -> Number:
    """Of `6 x 7 = 42` and `42 = 6 x 7`, the 42."""
    for place in (len(inside) - 1, 0):
        before = text[inside[place - 1].end : inside[place].start] if place else "="
        after = text[inside[place].end : inside[place + 1].start] if place + 1 < len(inside) else "="
        if before.strip().endswith("=") and (place or after.strip().startswith("=")):
            return inside[place]
    return inside[-1]
