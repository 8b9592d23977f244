"""Reading what an operator model wrote: the prompt that was asked for, or `NoChild`; chatter is never adopted.

First all that surely wraps the prompt is taken off (`peeling`, `tags`), then the passage is found that is the
prompt (`passages`), and then judged (`judging`).
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable
from dataclasses import replace

from evoprompt.text.thoughts import without_thoughts
from evoprompt.variation.operator import NoChild
from evoprompt.variation.reading.asking import PROMPT, STEPS
from evoprompt.variation.reading.judging import judged
from evoprompt.variation.reading.layers import data_in, field_in, is_item, item, texts_in, unquoted, without_tokens
from evoprompt.variation.reading.peeling import peeled
from evoprompt.variation.reading.question import Question
from evoprompt.variation.reading.signs import is_change, names_all
from evoprompt.variation.reading.tags import NoTags, between, in_wrapper, last_step
from evoprompt.variation.reading.vocabulary import LABEL, bare, is_lead_in, sentences_of

__all__ = ["MOST_LAYERS", "PROMPT", "STEPS", "NoTags", "first_item", "tagged", "whole"]

MOST_LAYERS = 10  # of headings, numbers, fences and quotes in each other
MOST_LINES = 2000  # of a prompt; a model that repeats itself writes more


def tagged(
    output: str,
    tag: str = "prompt",
    *,
    not_one_of: Iterable[str] = (),
    asked: str = "",
    labels: Iterable[str] = (),
    about_instructions: bool = False,
    shown: Iterable[str] = (),
) -> str:
    """The text between the last pair of tags that has a text between them.

    A tag may be misspelt, or left open at the end, where it is plain what was meant; JSON with one prompt will do too.

    Args:
        output: What the model wrote.
        tag: Name of the tag, without brackets.
        not_one_of: Texts that are no answer, such as the parents; compared without case and white space.
        asked: The question, with these texts in it; its own words copied back are no answer.
        labels: The task's labels; alone they are no instruction.
        about_instructions: Whether advice on an instruction is wanted instead of an instruction.
        shown: Texts of the demonstration in the question; neither they nor what is much like them is an answer.

    Raises:
        NoTags: No such tags (a NoChild).
        NoChild: Nothing or chatter between them, or one of the texts that are no answer.
    """
    text = _said(output)
    question = Question(tuple(not_one_of), asked, tuple(labels), about_instructions, shown=tuple(shown))
    field = field_in(text)
    if field is None and data_in(text):
        return _adopted(text, question)
    is_marked = True
    try:
        text = between(text if field is None else field, tag, asked, question.labels)
    except NoTags:
        outcome = _last_step(text if field is None else field, tag, question)
        if field is None and not outcome:
            raise
        text, is_marked = outcome or field or "", field is not None
    return _adopted(text, replace(question, is_marked=is_marked))


def _last_step(output: str, tag: str, question: Question) -> str:
    """The outcome of the question's last numbered step, written without tags; empty where it only tells of the step."""
    step = last_step(question.asked, tag)
    outcome = step.outcome(output) if step else ""
    told = outcome[:1].islower() or is_change(outcome) or not names_all(outcome, question.labels)
    return "" if told else outcome


def whole(
    output: str,
    *,
    not_one_of: Iterable[str] = (),
    asked: str = "",
    labels: Iterable[str] = (),
    about_instructions: bool = False,
    shown: Iterable[str] = (),
    is_phrase: bool = False,
) -> str:
    """The one prompt in an answer, of one or several paragraphs, without what is said before and after it.

    Args:
        output: What the model wrote.
        not_one_of: Texts that are no answer, as in `tagged`.
        asked: The question, as in `tagged`.
        labels: The task's labels, as in `tagged`.
        about_instructions: As in `tagged`.
        shown: As in `tagged`.
        is_phrase: Whether a part of a prompt is wanted, which need not be an order.

    Raises:
        NoChild: Empty, several texts, chatter, or one of the texts that are no answer.
    """
    text = _said(output)
    question = Question(tuple(not_one_of), asked, tuple(labels), about_instructions, is_phrase, tuple(shown))
    if (field := field_in(text)) is not None:
        text, question = field, replace(question, is_marked=True)
    if "</" in text:
        with contextlib.suppress(NoTags):
            text, question = in_wrapper(text), replace(question, is_marked=True)
    return _adopted(text, question)


def first_item(
    output: str,
    *,
    not_one_of: Iterable[str] = (),
    asked: str = "",
    labels: Iterable[str] = (),
    about_instructions: bool = False,
    shown: Iterable[str] = (),
) -> str:
    """The first item of a list that the model wrote or continued; also where it left the first number out.

    The arguments are those of `tagged`.

    Raises:
        NoChild: No item that is a text of its own.
    """
    question = Question(tuple(not_one_of), asked, tuple(labels), about_instructions, shown=tuple(shown))
    text = _said(output)
    if (field := field_in(text)) is not None:
        return _adopted(field, replace(question, is_marked=True))
    if (listed := data_in(text)) is not None:
        return _adopted((texts_in(listed) or [""])[0], question)
    first = _first(text)
    is_numbered = any(is_item(line) and line.strip().endswith(first.strip()) for line in text.split("\n"))
    return _adopted(first, replace(question, is_marked=is_numbered))


def _first(text: str) -> str:
    """The first item of a list, or the first line that is no lead-in."""
    lines = [line for line in text.split("\n") if line.strip()]
    places = [place for place, line in enumerate(lines) if is_item(line)]
    if places and not _is_continuation(lines, places[0]):
        first = lines[places[0]]
        following = "".join(lines[places[0] + 1 : places[0] + 2])
        is_title = unquoted(first.strip()) != first.strip() and following and not is_item(following)
        return following if is_title else item(unquoted(first.strip()))
    for place, line in enumerate(lines):
        if _is_title(line) and lines[place + 1 :] and not is_item(lines[place + 1]):
            continue
        if not all(is_lead_in(each) for each in sentences_of(line)):
            return line
    return lines[0] if lines else ""


def _is_title(line: str) -> bool:
    """Whether a line is the title of an item, such as `**Hint 1 – Start with the story**`, and no item."""
    if (label := LABEL.match(bare(line))) and label["place"]:
        return True  # `Hint #1`
    found = re.fullmatch(r"\s*(?:#{1,6}\s+\S.*|\*\*[^*]+\*\*|__[^_]+__)\s*", line)
    return bool(found) and not re.search(r"[.!?:。]\W*$", line)


def _is_continuation(lines: list[str], first: int) -> bool:
    """Whether the text before the first number is the item itself: the question ended in that number."""
    return first > 0 and lines[first].lstrip(" \t*(")[:1] == "2"


def _said(output: str) -> str:
    return without_tokens(without_thoughts(output)).replace("\r\n", "\n").strip()


def _adopted(text: str, question: Question) -> str:
    """Take off what stands around a prompt, and refuse what is none.

    Raises:
        NoChild: It is none; or layers upon layers: a model that repeats itself, and a text that takes long to peel.
    """
    if text.count("\n") >= MOST_LINES:
        raise NoChild(f"over {MOST_LINES} lines are no prompt")
    for _ in range(MOST_LAYERS):
        before = text
        text, is_marked = peeled(text.strip(), question)
        question = replace(question, is_marked=question.is_marked or is_marked)
        if text == before:
            return judged(text, question)
    raise NoChild(f"over {MOST_LAYERS} headings, numbers or quotes stand around the prompt: {text[:60]!r}")
