"""The thoughts that some models write out before they answer, and the answer without them."""

from __future__ import annotations

import re

_NAMES = r"(?:think|thinking|thought|thoughts|reason|reasoning|reflection|scratchpad|analysis|seed:think)"
_TAG = re.compile(rf"<(/?){_NAMES}>", re.IGNORECASE)
_SQUARE = re.compile(r"\[THINK\].*?(?:\[/THINK\]|\Z)", re.DOTALL)  # Mistral's
_HARMONY = re.compile(r"\A.*<\|channel\|>final<\|message\|>", re.DOTALL)  # gpt-oss, where a server passes it on raw
_GEMMA = re.compile(r"<\|channel>thought\n.*?(?:<channel\|>|\Z)", re.DOTALL)


def without_thoughts(output: str) -> str:
    """The output without what the model thought aloud; the same text where it did not, in time linear in its length."""
    if "<" not in output and "[" not in output:
        return output
    text = _outside(_SQUARE.sub("", _GEMMA.sub("", _HARMONY.sub("", output))))
    return text if text == output else text.strip()


def _outside(text: str) -> str:
    """What stands outside of tags of thought.

    A closing tag whose opening one is left out, as chat templates do, ends a thought that began with the text; a thought
    that the token limit ended goes on to the end.
    """
    kept: list[str] = []
    start, is_inside = 0, False
    for tag in _TAG.finditer(text):
        closes = bool(tag[1])
        if not is_inside and closes:
            kept.clear()
        elif not is_inside:
            kept.append(text[start : tag.start()])
        start, is_inside = tag.end(), not closes
    return "".join(kept if is_inside else (*kept, text[start:]))
