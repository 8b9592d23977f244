"""Whether a passage is several texts, alternatives to each other, and which of them is meant cannot be told."""

from __future__ import annotations

import re
from collections.abc import Sequence

from evoprompt.variation.operator import NoChild
from evoprompt.variation.reading.layers import is_item, item
from evoprompt.variation.reading.orders import is_order
from evoprompt.variation.reading.question import plain
from evoprompt.variation.reading.vocabulary import LABEL, LONGEST_TALK, bare

_FIELD = re.compile(r"[\"'“”‘’«»*_`]*\{\w{1,60}\}[\"'“”‘’«»*_`]*")
COLON = re.compile(r"[:：](?!//)")
_DASH = re.compile(r"(?<=\w)(?:\*\*)? [-–—] ")
SHARED, LEAST_SHARED = 0.4, 3  # of two items' words, where both say the same
_COMMON = frozenset(
    "a an the and or of to in on for with by from as is are be it its this that you your whether if only one".split()
)


def refuse_several(text: str, labels: Sequence[str]) -> None:
    """Refuse a list of texts that say the same: alternatives, and no steps."""
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) > 1 and all(_is_whole_task(line, labels) for line in lines[:20]):
        raise NoChild("the answer has several texts, each for the whole task; which one is the prompt cannot be told")
    numbered = [line for line in lines if is_item(line) or _is_numbered_label(line)]
    if len(numbered) > 1 and len(numbered) == len(lines) and _say_the_same(numbered[0], numbered[1]):
        raise NoChild("the answer is a list of texts; which one is the prompt cannot be told")
    told = {plain(label) for label in labels}
    styles = [plain(style) for line in lines if (style := _style(line)) and plain(style) not in told]
    if len(set(styles)) > 1 and _style(lines[0]):
        raise NoChild("the answer has several texts in different styles; which one is the prompt cannot be told")
    if sum(map(_is_numbered_label, lines)) > 1:
        raise NoChild("the answer has several numbered texts; which one is the prompt cannot be told")


_STYLE = re.compile(
    r"(?:(?:more|very|slightly|a bit) )?(?:formal|informal|casual|short|long|concise|brief|detailed|polite|blunt|playful|direct"
    r"|friendly|simple|technical|neutral|academic|professional|conversational|creative|minimal|strict|warm|plain|verbose"
    r"|persuasive|humorous|imperative|structured|balanced|compact|elaborate|crisp|terse|gentle|stern|serious|empathetic"
    r"|energetic|analytical|punchy|descriptive|imaginative|businesslike|shorter|longer|clearer|simpler|stricter|warmer"
    r"|förmlich|locker|kurz|ausführlich|formell|formel|bref|breve|corto|largo|正式|简短|口语化?|详细)"
    r"(?: (?:style|tone|wording|form))?$",
    re.IGNORECASE,
)


def _style(line: str) -> str:
    """The style in which a line says the prompt, `Formal: ...`, or heads it; empty where it names none."""
    head, rest = cut_at_colon(item(line))
    said = bare(head) if rest else bare(line).rstrip(":：")
    return said if _STYLE.match(said) and (not rest or is_order(rest) or rest.rstrip().endswith(("?", "？"))) else ""


_OR = re.compile(
    r"[\s\W]*(?:or|alternatively|alternative|otherwise|another|oder|alternativ|ou|o bien|[ou](?=,? \w{3})|oppure|of|albo|lub"
    r"|nebo|anebo|eller|veya|ya da|vagy|sau|atau|hoặc|или|або|أو|または|もしくは|或者?|또는)(?![\w'’])[^\n.!?]{0,60}[.!?:：]?\s*",
    re.IGNORECASE,
)


def is_or(between: str) -> bool:
    """Whether what stands between two texts offers the second in place of the first: `or, more formally:`."""
    return bool(_OR.fullmatch(between)) or bool(_STYLE.match(bare(between).rstrip(":： ")))


def _is_whole_task(line: str, labels: Sequence[str]) -> bool:
    """Whether a line with a heading of its own, such as `Formal: ...`, orders something and names several labels."""
    head, rest = cut_at_colon(line)
    if not head or len(head.split()) > 3 or not is_order(rest):
        return False
    said = f" {plain(rest)} "
    return sum(f" {plain(label)} " in said for label in labels) > 1


def is_field(text: str) -> bool:
    """Whether a text is a place for a field of the example, `{question}`, and so a line before it no heading of a prompt."""
    return bool(_FIELD.fullmatch(text.strip()))


def _is_numbered_label(line: str) -> bool:
    head, rest = cut_at_colon(line)
    if is_field(rest):
        return False
    label = LABEL.match(bare(head)) if head else None
    return bool(
        label and (label["place"].strip() or re.match(r"(?:first|second|third|another)\b", bare(head), re.IGNORECASE))
    )


def _say_the_same(one: str, other: str) -> bool:
    first, second = (set(plain(item(each)).split()) - _COMMON for each in (one, other))
    shared = len(first & second)
    return shared >= LEAST_SHARED and shared >= SHARED * min(len(first), len(second))


def cut_at_colon(text: str) -> tuple[str, str]:
    """What stands before the first colon of the first line, and all after it; nothing where there is none."""
    line = text.split("\n", 1)[0][:LONGEST_TALK]
    found = COLON.search(line) or _DASH.search(line)
    if not found or is_item(line):
        return "", ""
    rest = text[found.end() :]
    bold = re.match(r"[ \t]{0,9}(\*\*|__)(?!\w)", rest)
    head = text[: found.start()]
    if bold or head.count("**") % 2 == 1:
        rest = rest[bold.end() :] if bold else rest
        rest = rest if bold else rest.removesuffix("**")
    return head, rest.strip()
