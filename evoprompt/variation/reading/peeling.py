"""One layer of each kind taken off a text: quotes, fences, data, tags, what leads up to it, a number, a heading."""

from __future__ import annotations

from typing import NamedTuple

from evoprompt.variation.operator import NoChild
from evoprompt.variation.reading.layers import data_in, fenced, quoted_below, texts_in, unindented, unnumbered, unquoted
from evoprompt.variation.reading.orders import is_order
from evoprompt.variation.reading.passages import passage, without_heading
from evoprompt.variation.reading.question import Question
from evoprompt.variation.reading.refusing import is_refusal
from evoprompt.variation.reading.signs import names_all
from evoprompt.variation.reading.tags import wrapped
from evoprompt.variation.reading.vocabulary import OLD_LABEL, bare, is_lead_in, is_note, sentences_of


class Peeled(NamedTuple):
    """A text out of its layers."""

    text: str
    is_marked: bool  # a layer was taken off that says that the text in it is the prompt


def peeled(text: str, question: Question) -> Peeled:
    """The text with one layer of each kind taken off.

    Raises:
        NoChild: Several texts are in a layer, and which of them is the prompt cannot be told.
    """
    # Quotes and numbers stand around anything; these stand around what is handed over.
    inner = unquoted(text)
    outer, inner = inner, wrapped(_out_of_data(_unfenced(inner)))
    if (said := quoted_below(inner)) and _is_prompt_below(inner, said, question):
        inner = said
    is_marked = inner != outer
    found = passage(unindented(inner), question.given, question.labels)
    text = unnumbered(found.text)
    headless = without_heading(text).strip()
    return Peeled(headless, is_marked or found.is_announced or headless != text.strip())


def _is_prompt_below(text: str, said: str, question: Question) -> bool:
    """Whether the quoted text is the prompt, and not what a prompt, the line before it, is about."""
    line = text.split("\n", 1)[0]
    if not question.labels:
        return is_lead_in(line) or not is_order(line)
    return names_all(said, question.labels) and not names_all(line, question.labels) and not OLD_LABEL.match(bare(line))


def _out_of_data(text: str) -> str:
    """The one prompt in a JSON object or list.

    Raises:
        NoChild: None in it, or several.
    """
    data = data_in(text)
    if not data or (isinstance(data, list) and not all(isinstance(each, (str, dict)) for each in data)):
        return text
    found = texts_in(data)
    if len(found) != 1:
        raise NoChild(f"JSON with {len(found) or 'no'} texts that may be the prompt")
    return found[0].strip()


def _unfenced(text: str) -> str:
    """The one fenced block of a text, where all that stands around it is talk.

    Raises:
        NoChild: Several blocks and nothing but talk around them.
    """
    found = fenced(text)
    if found is None or not any(found.blocks):
        return text
    if found.is_open and len(found.blocks) == 1 and any(line.strip() for line in found.outside):
        return text
    begun = False
    for line in found.outside:
        if line.strip() and not (
            all(is_lead_in(each) or is_note(each) for each in sentences_of(line)) or _is_heading(line)
        ):
            begun = True
    if begun or any(is_refusal(line) for line in found.outside):
        return text
    if len(found.blocks) > 1:
        raise NoChild("the answer has several fenced texts; which one is the prompt cannot be told")
    return found.blocks[0]


def _is_heading(line: str) -> bool:
    """Whether a line is a heading such as `**New prompt:**`."""
    return without_heading(f"{line.strip().rstrip('*:： ')}: x") == "x" or line.lstrip()[:1] == "#"
