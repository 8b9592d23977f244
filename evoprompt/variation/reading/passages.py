"""The one passage of an answer that is the prompt: without what leads up to it and what is said about it afterwards."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from evoprompt.variation.operator import NoChild
from evoprompt.variation.reading.layers import is_item, item, unquoted
from evoprompt.variation.reading.orders import is_english, is_order
from evoprompt.variation.reading.question import plain
from evoprompt.variation.reading.refusing import is_refusal
from evoprompt.variation.reading.several import COLON, LEAST_SHARED, cut_at_colon, is_field, refuse_several
from evoprompt.variation.reading.vocabulary import (
    ALTERNATIVE,
    LABEL,
    LONGEST_TALK,
    OLD_LABEL,
    SEVERAL,
    bare,
    is_lead_in,
    is_note,
    is_parting,
    sentences_of,
)

Kind = Literal["blank", "rule", "label", "old", "talk", "note", "alternative", "text"]
_RULE = re.compile(r"\s*(?:[-*_=—]\s?){3,80}$")
MOST_NAMED = 5  # words of a label as an item, its mark with them


class Passage(NamedTuple):
    """A text out of an answer, and whether a heading or a lead-in before it says that it is the prompt."""

    text: str
    is_announced: bool


def passage(text: str, given: frozenset[str] = frozenset(), labels: Sequence[str] = ()) -> Passage:
    """The prompt in an answer of one or several paragraphs.

    Args:
        text: What the model wrote.
        given: Texts, without case and marks, that are no answer.
        labels: The task's labels.

    Raises:
        NoChild: Several texts, and no telling which of them is meant.
    """
    kept: list[str] = []
    is_old, is_done, is_announced = False, False, False
    is_sectioned = _is_sectioned(text)
    lines = (
        [part for line in text.split("\n") for part in _headed(line)] if "\n" in text and not is_sectioned else [text]
    )
    lines = text.split("\n") if is_sectioned else lines
    bold = _bold_heading(lines)
    last = max((place for place, line in enumerate(lines) if line.strip()), default=0)
    for place, line in enumerate(lines):
        kind = _kind(line, bool(kept), place < last)
        if kind in ("talk", "label") and _heads_labels(lines[place + 1 :], labels):
            kind = "text"
        if is_sectioned and kind == "label" and _section(line)[0]:
            kind = "text"
        if kind in ("talk", "note", "alternative") and is_item(line) and _is_listing(kept):
            kind = "text"
        if line == bold and not kept:
            kind = "label"
        if kind in ("label", "old"):
            if kept and kind == "label" and not is_old and plain("\n".join(kept)) not in given:
                raise NoChild("the answer has several texts; which one is the prompt cannot be told")
            is_announced = kind == "label"
            if kept and kind == "old":
                is_done = True
                continue
            kept, is_old, is_done = [], kind == "old", False
        elif kind == "talk" and SEVERAL.search(bare(line)):
            raise NoChild("the answer offers several texts; which one is the prompt cannot be told")
        elif kind == "alternative" and kept and not is_done:
            raise NoChild("the answer has several paragraphs, the second as an alternative to the first")
        elif kind in ("note", "talk") and kept:
            is_done = True
        elif kind == "talk":
            is_announced |= bare(line).endswith((":", "："))
        elif kind in ("text", "blank") and not is_done and (kept or kind == "text"):
            kept.append(line)
    while len(kept) > 1 and (not kept[-1].strip() or _is_dangling(kept[-1])):
        kept.pop()
    found = _once(_quoted("\n".join(kept).strip()))
    refuse_several(found, labels)
    return Passage(_without_last_words(found) if found else text.strip(), is_announced)


def _is_listing(kept: Sequence[str]) -> bool:
    """Whether a list is under way, or a line announced one: an item of it is no talk, whatever it says."""
    said = [line.rstrip() for line in kept if line.strip()]
    return bool(said) and (is_item(said[-1]) or said[-1].endswith((":", "：")))


_BOLD_HEADING = re.compile(r"\s*(\*\*|__)(?:[^*_:：\n]{1,60}[:：]\1|[^*_:：\n]{1,60}\1[:：])\s*")


def _bold_heading(lines: Sequence[str]) -> str:
    """The first line, where it alone is a bold heading with a colon: that of the prompt below it, in any language."""
    said = [line for line in lines if line.strip()]
    bold = [line for line in said if _BOLD_HEADING.fullmatch(line)]
    is_one = len(bold) == 1 and len(said) > 1 and bold[0] == said[0] and len(bold[0].split()) > 1
    return bold[0] if is_one and not _section(bold[0])[0] else ""


def _heads_labels(lines: Sequence[str], labels: Sequence[str]) -> bool:
    """Whether a list of all the labels follows, an item each, so that a line before it belongs to the task."""
    items = [item(line).casefold() for line in lines if is_item(line)]
    named = [any(label.casefold() in each for each in items) for label in labels]
    return bool(lines) and is_item(lines[0]) and len(named) > 1 and all(named) and len(items) >= len(labels)


_SECTION = re.compile(r"\s{0,3}(?:(?P<hashes>#{1,6})\s{1,3}|(?P<bold>\*\*|__))(?P<name>[^:：*_\n]{1,40})")
_SECTIONS = frozenset(
    "role task context input output goal objective steps rules constraints format examples example labels categories options"
    " guidelines background notes tone persona requirements definitions criteria answer response instructions instruction".split()
)


def _section(line: str) -> tuple[str, str]:
    """Style and name of the heading that a line begins with, where prompts themselves have such; else nothing."""
    found = _SECTION.match(line)
    words = plain(found["name"]).split() if found else []
    if not found or not words or not _SECTIONS & {words[0], words[-1]}:
        return "", ""
    if OLD_LABEL.match(" ".join(words)) or (len(words) > 1 and LABEL.match(" ".join(words))):
        return "", ""  # `**Rewritten instruction**`
    return found["hashes"] or found["bold"], " ".join(words)


def _is_sectioned(text: str) -> bool:
    """Whether a prompt has headings of its own, such as `# Role`, `# Task` and `# Output`: two of one style and more."""
    sections = [section for line in text.split("\n") if (section := _section(line))[0]]
    others = [name for _, name in sections if not LABEL.match(name)]
    return bool(others) and len({name for _, name in sections}) > 1 and len({style for style, _ in sections}) == 1


def _kind(line: str, is_begun: bool, is_followed: bool) -> Kind:
    """What a line is, by itself and by whether a prompt has begun before it."""
    if not line.strip():
        return "blank"
    if _RULE.match(line):
        return "rule"
    if re.fullmatch(r"\s*(?:[\[\]{}],?|\|.*)\s*", line):
        return "text"  # of a format or a table that is shown
    said = bare(line)
    head = said.rstrip(":： ")
    is_header = is_followed and (said != head or line.lstrip()[:1] in "#*_")
    if is_header and OLD_LABEL.match(head):
        return "old"
    if is_header and LABEL.match(head):
        return "label"
    if is_begun and ALTERNATIVE.match(said):
        return "alternative"
    if is_begun and is_note(line):
        return "note"
    if is_followed and not is_begun and _is_talk(line):
        return "talk"
    return "text"


def _is_dangling(line: str) -> bool:
    """Whether a line announces what never came: `The answer is:`."""
    said = bare(line)
    return said.endswith((":", "：")) and bool(LABEL.match(said.rstrip(":： ")) or is_lead_in(said))


def _is_talk(line: str) -> bool:
    """Whether all sentences of a line talk about a prompt; a refusal stays, so that it is named as such."""
    if len(line) > 2 * LONGEST_TALK or is_item(line):
        return False
    sentences = sentences_of(line)
    return all(is_lead_in(each) and not is_refusal(each) and not _leads_into_text(each) for each in sentences)


def _leads_into_text(sentence: str) -> bool:
    """Whether a lead-in is followed by the prompt itself on the same line: `Here is the new one: judge it.`"""
    found = COLON.search(sentence)
    return bool(found and re.search(r"\w", sentence[found.end() :]))


def _headed(line: str) -> list[str]:
    """A line, and apart from it the heading that it begins with: `**Rewritten instruction:** Judge it.`"""
    head, rest = cut_at_colon(line)
    if not rest or is_field(rest):
        return [line]
    said = bare(head)
    label = LABEL.match(said)
    is_telling = bool(label and (label["bare"] or label["place"] or " " in said or line.lstrip()[:1] in "*#"))
    return [f"{head}:", rest] if is_telling or OLD_LABEL.match(said) else [line]


def without_heading(text: str) -> str:
    """The text without the label or lead-in that its first line begins with: `Prompt:`, `Sure! Here is the new one:`."""
    head, rest = cut_at_colon(text)
    if not rest or is_field(rest.split("\n", 1)[0]):
        return text
    said = bare(head)
    if label := LABEL.match(said):
        if label["weak"] and rest[:1].islower():  # `Output: one of ...`
            return text
        return rest
    first = rest.split("\n", 1)[0]
    if (
        re.search(r"\b(?:options|choices)\b", said, re.IGNORECASE)
        and is_item(first)
        and len(first.split()) < MOST_NAMED
    ):
        return text  # `The options are:`, above the labels
    if re.fullmatch(r"(?:the |your )?options", said, re.IGNORECASE) and not text[len(head) :].lstrip(" *_:").startswith(
        "\n"
    ):
        return text  # `Options: positive, negative`, on one line, are the task's
    sentences = sentences_of(head)
    leads = [is_lead_in(each) and not is_refusal(each) for each in sentences]
    return rest if leads and all(leads) else text


def _without_last_words(text: str) -> str:
    """The text without sentences on its last line that take leave or explain it."""
    above, line = text.rpartition("\n")[::2]
    sentences = sentences_of(line)
    kept = len(sentences)
    while kept and (above or kept > 1) and _is_last_word(sentences[kept - 1]):
        kept -= 1
    if kept == len(sentences):
        return text
    end = line.find(sentences[kept - 1]) + len(sentences[kept - 1]) if kept else 0
    return f"{above}\n{line[:end]}".strip()


def _is_last_word(sentence: str) -> bool:
    if re.fullmatch(r"[\s\"”“’'»」』)）*_`]+", sentence):
        return False  # the end of a pair of quotes
    is_heading = is_lead_in(sentence) and _leads_into_text(sentence)
    return is_parting(sentence) or (is_note(sentence) and not is_heading)


def _once(text: str) -> str:
    """The text once, where a model says the same line over and over."""
    lines = {line.strip() for line in text.split("\n")} - {""}
    return lines.pop() if len(lines) == 1 else text


def _quoted(text: str) -> str:
    """The first paragraph, where it alone stands in quotes and is an order: what follows is about it."""
    first, gap, rest = text.partition("\n\n")
    if gap and _is_block_quote(first) and not any(_is_block_quote(each) for each in rest.split("\n\n")):
        return first
    inner = unquoted(first)
    is_prompt = is_order(inner) or (not is_english(inner) and len(inner.split()) > LEAST_SHARED)
    if not gap or inner == first or first[:1] in "*_`" or not is_prompt:
        return text
    if any(unquoted(each.strip()) != each.strip() for each in rest.split("\n")):
        raise NoChild("the answer has several texts in quotes; which one is the prompt cannot be told")
    return first


def _is_block_quote(paragraph: str) -> bool:
    return all(line.lstrip().startswith(">") for line in paragraph.strip().split("\n"))
