"""Texts between tags, also where the model misspelt a tag or did not close it, as long as it is plain what was meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise, takewhile
from typing import NamedTuple

from evoprompt.variation.operator import NoChild
from evoprompt.variation.reading.endings import stops_short
from evoprompt.variation.reading.orders import is_order
from evoprompt.variation.reading.several import is_or

_TAG = re.compile(
    r"[<＜\[]\s{0,3}(?P<close>[/\\／]?)\s{0,3}(?P<name>[A-Za-z][\w.-]{0,28})\s{0,3}(?:/?[>＞\]]|(?=\s*\Z))",
)
_ESCAPED = re.compile(r"&lt;(\s?/?\s?[\w-]{1,30}\s?)&gt;")
_WRAPPER = re.compile(
    r"(?:\w{1,20}[_-])?(?:prompt|instruction|answer|output|result|response|rewrite|rewritten|paraphrase|mutation|child)s?",
    re.IGNORECASE,
)
_SPOKEN_OF = re.compile(
    r"\b(?:between|in|inside|within|with|into|using|the|by|tags?|and)[\s\"'`*]{1,4}$", re.IGNORECASE
)
_ALIKE = 0.8  # `promt`, `prompts`, `prmopt`; `hint` and `h.nt` are not


class NoTags(NoChild):
    """The model left the tags out altogether; another reader may find the prompt."""


class Tag(NamedTuple):
    """A tag in a text: whether it closes, its name as written, and where it stands."""

    closes: bool
    name: str
    start: int
    end: int


def between(text: str, tag: str, asked: str = "", labels: Sequence[str] = ()) -> str:
    """The text in the last pair of tags that has one, else after a tag left open, else before one that only closes.

    The last, because models reason first and answer last, and small ones copy the demonstration before they begin.

    Args:
        text: What the model wrote.
        tag: Name of the tag.
        asked: The question; where it numbers its steps, the text before a lone closing tag begins with the last step.
        labels: The task's labels; a text after a tag left open may end on one.

    Raises:
        NoTags: No such tag.
        NoChild: None that is more than spoken of, or a tag left open after which the text stops inside a sentence.
    """
    text = _ESCAPED.sub(r"<\1>", text)
    tags = _tags(text, lambda name: _is_named(name, tag))
    if not tags:
        return in_wrapper(text)
    pairs = [inner for inner in _pairs(text, tags) if not is_spoken_of(inner)]
    if pairs:
        _no_choice(text, tags)
        return pairs[-1]
    if found := _half_open(text, [each for each in tags if not _is_mention(text, each)], last_step(asked, tag)):
        if text.endswith(found) and not tags[-1].closes and stops_short(found, labels):
            raise NoChild(f"the tag <{tag}> is not closed, and the text after it stops inside a sentence")
        return found
    missing = f"the tag <{tag}> is {'missing' if all(each.closes for each in tags) else 'not closed'} in the answer"
    raise NoChild("there is no text between the tags" if _pairs(text, tags) else missing)


def _no_choice(text: str, tags: Sequence[Tag]) -> None:
    """Refuse two texts in tags with an `or` between them.

    Raises:
        NoChild: There are such.
    """
    for one, other in pairwise(tags):
        if one.closes and not other.closes and is_or(text[one.end : other.start]):
            raise NoChild("the answer has several texts in tags, each as an alternative to the others")


def in_wrapper(text: str, tag: str = "prompt") -> str:
    """The text in the only pair of tags that are called after a prompt or answer, such as <new_instruction>.

    Raises:
        NoTags: No such pair, or several.
    """
    tags = _tags(text, lambda name: bool(_WRAPPER.fullmatch(name)), brackets=False)
    pairs = [inner for inner in _pairs(text, tags) if re.search(r"\w", inner)]
    if len(pairs) != 1:
        raise NoTags(f"the tag <{tag}> is missing in the answer")
    return pairs[0]


def wrapped(text: str) -> str:
    """A text without a pair of such tags around the whole; the text itself where there is none."""
    tags = _tags(text, lambda name: bool(_WRAPPER.fullmatch(name)), brackets=False) if text[:1] == "<" else []
    whole = len(tags) == 2 and not tags[0].closes and tags[1].closes and (tags[0].start, tags[1].end) == (0, len(text))
    return text[tags[0].end : tags[1].start].strip() if whole else text


_HTML = frozenset("a b i u p s br hr em li ol ul h1 h2 h3 h4 div span strong code pre html body table tr td".split())


def left_in(text: str, known: Sequence[str] = ()) -> str:
    """A tag that the model forgot in a prompt; pairs such as <answer></answer>, which prompts ask for, are none."""
    for closes, name, start, end in _tags(text, lambda name: True, brackets=False):
        named = re.escape(name)
        other = rf"<\s{{0,3}}{named}\s{{0,3}}>" if closes else rf"<\s{{0,3}}/\s{{0,3}}{named}\s{{0,3}}>"
        if any(text[start:end] in each for each in known):
            continue
        is_reader = _is_named(name, "prompt") or name.casefold() in ("think", "instruction", *_HTML)
        if not is_reader and not closes and re.search(r"[:\"'`=(“‘]\s{0,2}\Z", text[max(0, start - 4) : start]):
            continue  # a place to fill in: `Answer: <number>`
        if is_reader or not re.search(other, text):
            return text[start:end]
    return ""


def _tags(text: str, wanted: Callable[[str], bool], brackets: bool = True) -> list[Tag]:
    found = []
    for match in _TAG.finditer(text):
        is_bracket = match[0][0] == "["
        if (brackets or not is_bracket) and wanted(match["name"]):
            found.append(Tag(bool(match["close"]), match["name"], match.start(), match.end()))
    return found


@lru_cache(maxsize=1000)
def _is_named(found: str, tag: str) -> bool:
    """Whether a tag's name is the one asked for, misspelt at most."""
    found, tag = found.casefold(), tag.casefold()
    if found == tag or re.search(rf"[_-]{re.escape(tag)}$", found):
        return True
    return len(tag) > 4 and abs(len(found) - len(tag)) < 3 and SequenceMatcher(None, found, tag).ratio() > _ALIKE


def _pairs(text: str, tags: Sequence[Tag]) -> list[str]:
    """What stands between each opening tag and a closing one with no other tag between them."""
    if len(tags) == 2 and not any(each.closes for each in tags) and not re.search(r"\w", text[tags[1].end :]):
        return [text[tags[0].end : tags[1].start]]  # the slash was forgotten
    return [text[one.end : other.start] for one, other in pairwise(tags) if not one.closes and other.closes]


def is_spoken_of(inner: str) -> bool:
    """Whether tags are only spoken of, as in `between <prompt> and </prompt>`."""
    return not re.search(r"\w", inner) or bool(
        re.fullmatch(r"\W*(?:and|or|to|und|et|y|和|と)\W*", inner, re.IGNORECASE)
    )


def _is_mention(text: str, tag: Tag) -> bool:
    return bool(_SPOKEN_OF.search(text[max(0, tag.start - 20) : tag.start])) or bool(
        re.match(r"[\s\"'`*]{0,4}(?:tags?|and)\b", text[tag.end : tag.end + 12])
    )


class Step(NamedTuple):
    """The step of a question whose outcome stands in tags: `2. Mutate: <prompt>`."""

    number: str
    name: str

    def outcome(self, text: str) -> str:
        """What a model wrote after the last line that begins with this step; empty where none does."""
        name = rf"(?:{re.escape(self.name)}\*{{0,2}}(?:[:：]|\s?\n)\*{{0,2}})?" if self.name else ""
        begins = rf"^[\s*#>]{{0,9}}(?:step )?{self.number}\s?[.):]\*{{0,2}}\s{{0,9}}{name}\s{{0,9}}"
        found = list(re.finditer(begins, text, re.IGNORECASE | re.MULTILINE))
        return text[found[-1].end() :].strip() if found else ""


def last_step(asked: str, tag: str) -> Step | None:
    """The numbered step that a question's demonstration ends with, in tags; None where it numbers none."""
    shown = re.findall(rf"^(\d)\. (?:(\w[\w ]{{0,20}}): )?<{re.escape(tag)}>", asked, re.MULTILINE)
    return Step(*shown[-1]) if shown else None


def _half_open(text: str, tags: Sequence[Tag], step: Step | None) -> str:
    """The text after the only tag, where it opens, or before it, where it closes."""
    if len(tags) != 1:
        return ""
    (tag,) = tags
    if not tag.closes:
        opened = _while_ordering(text[tag.end :])
        return opened if len(opened.split()) > 1 else ""  # one word may be where the model stopped
    after = text[tag.end :].strip()
    if step and (outcome := step.outcome(text[: tag.start])):
        return "" if len(after) > 200 else outcome
    before = re.sub(
        r"^\W{0,9}(?:\d\W{0,3}\s)?\W{0,3}(?:mutate|cross over)\W{0,3}:\W{0,3}",
        "",
        text[: tag.start].strip(),
        flags=re.IGNORECASE,
    )
    return "" if len(after) > 200 or ("\n" in before and re.search(r"^\s{0,9}\d[.)]", before)) else before


def _while_ordering(text: str) -> str:
    """The first paragraph, and those after it as long as they order something: what follows no tag ends."""
    first, *others = re.split(r"\n[ \t]*\n", text.strip())
    return "\n\n".join([first, *takewhile(is_order, others)])
