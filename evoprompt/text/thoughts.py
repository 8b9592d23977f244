"""The thoughts that some models write out before they answer, and the answer without them."""

from __future__ import annotations

import re

_NAMES = (
    r"(?:think|thinking|thought|thoughts|reason|reasoning|reflection|scratchpad|analysis|seed:think|inner_monologue|monologue"
    r"|inner_thoughts?|chain_of_thought|cot|deliberation)"
)
_TAG = re.compile(
    rf"<(?P<closes>/?){_NAMES}>|◁(?P<kimi>/?)think▷"
    r"|<\|(?:begin_of_thought|(?P<sky>end_of_thought)|START_THINKING|(?P<cohere>END_THINKING))\|>",
    re.IGNORECASE,
)
_ANSWER = re.compile(
    r"<\|(?:(?:begin|end)_of_solution|(?:START|END)_(?:RESPONSE|TEXT))\|>"
)  # around what is no thought
_SQUARE = re.compile(r"\[THINK\].*?(?:\[/THINK\]|\Z)", re.DOTALL)  # Mistral's
_HARMONY = re.compile(r"\A.*<\|channel\|>final<\|message\|>", re.DOTALL)  # gpt-oss, where a server passes it on raw
_GEMMA = re.compile(r"<\|channel>thought\n.*?(?:<channel\|>|\Z)", re.DOTALL)


def without_thoughts(output: str) -> str:
    """The output without what the model thought aloud; the same text where it did not, in time linear in its length."""
    if not any(opens in output for opens in "<[◁"):
        return output
    text = _outside(_ANSWER.sub("", _SQUARE.sub("", _GEMMA.sub("", _HARMONY.sub("", output)))))
    return text if text == output else text.strip()


def _outside(text: str) -> str:
    """What stands outside of tags of thought.

    A closing tag whose opening one is left out, as chat templates do, ends a thought that began with the text; a thought
    that the token limit ended goes on to the end. A tag that a sentence only speaks of, and nothing closes, stays.
    """
    kept: list[str] = []
    start, is_inside, opened = 0, False, 0
    for tag in _TAG.finditer(text):
        closes = any(tag.groups())
        if not is_inside and closes:
            kept.clear()
        elif not is_inside:
            kept.append(text[start : tag.start()])
            opened = tag.start()
        start, is_inside = tag.end(), not closes
    if is_inside:
        return "".join((*kept, text[opened:] if _is_said(text, opened, start) else ""))
    return "".join((*kept, text[start:]))


def _is_said(text: str, start: int, end: int) -> bool:
    """Whether a tag stands in a sentence, with a blank or a backtick on both sides."""
    before = text[max(0, start - 2) : start]
    return bool(re.fullmatch(r".?`|\w ", before)) and text[end : end + 1] in ("`", " ")
