"""Reading what an operator model wrote: the prompt that was asked for, or `NoChild`; chatter is never adopted."""

from __future__ import annotations

import re
from collections.abc import Iterable

from evoprompt.operator import NoChild
from evoprompt.thoughts import without_thoughts

_QUOTES = {'"': '"', "'": "'", "“": "”", "‘": "’", "«": "»", "`": "`", "**": "**"}
_CHATTER = re.compile(
    r"^(?:sure|certainly|of course|okay|ok|absolutely|great|sorry|thank|let me|here(?:['’]s| is| are)"
    r"|i(?:['’](?:m|d|ll|ve)| am| would| will| have| cannot| can['’]?t?)"
    r"|as an? (?:ai|(?:large |ai )*language model)\b[^.!?]*?\bi"  # `As an AI assistant, answer ...` is a prompt
    r"|the (?:new|improved|revised|rewritten|final) (?:prompt|instruction)|(?:this|that) (?:is|would))\b",
    re.IGNORECASE,
)
_PARTING = re.compile(
    r"^[^\w\n]*(?:let me know|feel free to|i hope (?:this|that|it)|hope (?:this|that|it)"
    r"|(?:would|do) you (?:like|want) me to|is there anything)\b",
    re.IGNORECASE | re.MULTILINE,
)
_LABEL = re.compile(
    r"^(?:#{1,6}\s+|\*\*\s*)?(?:the\s+)?(?:(?:new|improved|revised|rewritten|final|better|mutated|modified)\s+)?"
    r"(?:prompt|instruction|hint|answer|output|mutant|version|variation|paraphrase)s?"
    r"(?:\s*\d+)?(?:\s*\*\*)?\s*[:：]\s*(?:\*\*(?!\w))?\s*",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"^\s*(?:\(?\d{1,3}[.):]|[-*•])\s+")
_FENCE_OPENS = re.compile(r"```[a-z]*[ \t]*\n", re.IGNORECASE)
_HALF = re.compile(r"[\ud800-\udfff]")  # of a character beyond U+FFFF; alone it can't be sent to any model
MOST_LAYERS = 10  # of headings, numbers, fences and quotes in each other
_TAG_LEFT = re.compile(r"</?[a-z][\w-]{0,19}\s*/?>", re.IGNORECASE)


def tagged(output: str, tag: str = "prompt", *, not_one_of: Iterable[str] = ()) -> str:
    """The text between the last complete pair of tags that has a text between them.

    The last, because models reason first and answer last, and small ones copy the demonstration before they begin.

    Args:
        output: What the model wrote.
        tag: Name of the tag, without brackets.
        not_one_of: Texts that are no answer, such as the demonstration's; compared without case and white space.

    Raises:
        NoChild: No complete pair of tags, nothing or chatter between them, or one of the texts that are no answer.
    """
    name, output = re.escape(tag), without_thoughts(output)
    pairs = re.findall(rf"<{name}>((?:(?!</?{name}>).)*)</{name}>", output, re.IGNORECASE | re.DOTALL)
    if not pairs:
        what = "is not closed" if re.search(rf"<{name}>", output, re.IGNORECASE) else "is missing"
        raise NoChild(f"the tag <{tag}> {what} in the answer")
    # An empty pair only speaks of the tags: "as asked, it stands between <prompt></prompt>".
    filled = [text for text in pairs if re.search(r"\w", text)]
    return _checked(filled[-1] if filled else "", not_one_of)


def whole(output: str, *, not_one_of: Iterable[str] = ()) -> str:
    """The answer as a whole, where it is one text without anything around it but quotes or a heading such as `Prompt:`.

    Raises:
        NoChild: Empty, several paragraphs, chatter, or one of the texts that are no answer.
    """
    paragraphs = [part for part in re.split(r"\n\s*\n", without_thoughts(output).strip()) if part.strip()]
    if len(paragraphs) > 1:
        raise NoChild("the answer has several paragraphs; which one is the prompt cannot be told")
    return _checked(paragraphs[0] if paragraphs else "", not_one_of)


def first_item(output: str, *, not_one_of: Iterable[str] = ()) -> str:
    """The first item of a list that the model wrote or continued; also where it left the first number out.

    Raises:
        NoChild: No item that is a text of its own.
    """
    lines = [line for line in without_thoughts(output).strip().splitlines() if line.strip()]
    numbered = [line for line in lines if _NUMBER.match(line)]
    if numbered and not _NUMBER.match(lines[0]):
        # Text before the first number is the item itself only where the prompt ended in that number.
        second = re.match(r"^\s*\(?2[.):]", numbered[0])
        return _checked(lines[0] if second else numbered[0], not_one_of)
    return _checked((numbered or lines or [""])[0], not_one_of)


def _checked(text: str, not_one_of: Iterable[str]) -> str:
    """Take off what stands around a prompt, and refuse what is none."""
    text = _peeled(text)
    if _HALF.search(text):
        raise NoChild("half a character (a lone surrogate) stands in the prompt")
    if not re.search(r"\w", text):
        raise NoChild("there is no text where the prompt should be")
    if _CHATTER.match(text):
        raise NoChild(f"chatter instead of a prompt: {text[:60]!r}")
    if parting := _PARTING.search(text):
        raise NoChild(f"chatter after the prompt: {parting[0].strip()!r}")
    if _TAG_LEFT.search(text):
        raise NoChild(f"a tag was left in the prompt: {text[:60]!r}")
    if _plain(text) in {_plain(other) for other in not_one_of}:
        raise NoChild("the demonstration or a given text was copied back")
    return text


def _peeled(text: str) -> str:
    """The text without a heading, number, fence or quotes around it, whichever of them stand in each other.

    Raises:
        NoChild: Layers upon layers: a model that repeats itself, and a text that would take long to peel.
    """
    for _ in range(MOST_LAYERS):
        before = text
        text = _unfenced(_unquoted(text.strip()))
        if not any(_NUMBER.match(line) for line in text.splitlines()[1:]):  # else the prompt itself is a list
            text = _NUMBER.sub("", text, count=1)
        text = _LABEL.sub("", text, count=1).strip()
        if text == before:
            return text
    raise NoChild(f"over {MOST_LAYERS} headings, numbers or quotes stand around the prompt: {text[:60]!r}")


def _unfenced(text: str) -> str:
    opening = _FENCE_OPENS.match(text)
    return text[opening.end() : -3].strip() if opening and text.endswith("```") else text


def _unquoted(text: str) -> str:
    for left, right in _QUOTES.items():
        inner = text[len(left) : -len(right)]
        if len(text) > len(left + right) and text.startswith(left) and text.endswith(right) and left not in inner:
            return inner.strip()
    return text


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
