"""Whether a text stops inside a sentence, as where the model ran out of tokens."""

from __future__ import annotations

import re
from collections.abc import Sequence

from evoprompt.variation.reading.vocabulary import sentences_of

LEAST_WORDS = 4  # of a text of which an end can be told
_WORD = re.compile(r"(?<![.\w'’-])([a-zà-ÿ]+)$")
# No clause ends on these, however it is built.
_NEVER_LAST = frozenset(
    "a an the and or but nor because if whether than your its their our my his whose without from into either between every"
    " when while as although unless until und oder der das eine einen et ou le les des du y el los las del il lo gli e di"
    " het een van".split()
)
# A question may end on these: `which team it belongs to`.
_SELDOM_LAST = frozenset("of to in on for with by at about upon through".split())
_ASKS = re.compile(r"\b(?:which|what|who|whom|where|that|belongs?|falls?|it|this)\b", re.IGNORECASE)
_OPEN = re.compile(r"[(（]|\[|\{")
_CLOSES = {"(": ")", "（": "）", "[": "]", "{": "}"}
_END = re.compile(r"[.!?:。！？：…؟।][\"”’'»」』)\]*_`]*$|[}\])>」』”\"'`]$")


def is_cut(text: str, labels: Sequence[str] = ()) -> bool:
    """Whether a text ends on a comma, on an open bracket or a word that ends no sentence; a label may end it."""
    text = text.rstrip()
    if len(text.split()) < LEAST_WORDS:
        return False
    if text.endswith((",", "，", "、", " (", " [")):
        return True
    last = _WORD.search(text)
    if not last or last[1] in {label.casefold() for label in labels}:
        return False
    asks = _ASKS.search(text[: last.start()].split("\n")[-1])
    return last[1] in _NEVER_LAST or (last[1] in _SELDOM_LAST and not asks)


def stops_short(text: str, labels: Sequence[str] = ()) -> bool:
    """Whether a text that nothing closes is cut: as `is_cut`, in a bracket, or with no mark or label at its end."""
    if is_cut(text, labels) or _is_in_bracket(text.rstrip().split("\n")[-1]):
        return True
    *_, last = sentences_of(text.rstrip()) or [""]
    if _END.search(last.rstrip()):
        return False
    said = last.casefold()
    are_named = bool(labels) and all(label.casefold() in said for label in labels)
    return not (are_named and said.rstrip().endswith(tuple(label.casefold() for label in labels)))


def _is_in_bracket(line: str) -> bool:
    """Whether the last bracket that a line opens is not closed on it."""
    found = list(_OPEN.finditer(line))
    if not found or line.count(found[-1][0]) <= line.count(_CLOSES[found[-1][0]]):
        return False
    is_face = re.search(r"[:;=][-']?[(\[{]$", line[: found[-1].end()])
    return not is_face and len(line) - found[-1].end() < 80 and not re.search(r"[.!?:]$", line)
