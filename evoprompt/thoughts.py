"""The thoughts that some models write out before they answer, and the answer without them."""

from __future__ import annotations

import re

_NAMES = r"(?:think|thinking|thought|thoughts|reason|reasoning|reflection|scratchpad|analysis|seed:think)"
# Whole blocks; then all up to a closing tag whose opening one is left out, as chat templates often do; then all from
# an opening tag on that is never closed, because the token limit came first.
_BLOCK = re.compile(rf"<({_NAMES})>.*?</\1>", re.IGNORECASE | re.DOTALL)
_CLOSED = re.compile(rf"\A.*</{_NAMES}>", re.IGNORECASE | re.DOTALL)
_OPEN = re.compile(rf"<{_NAMES}>.*\Z", re.IGNORECASE | re.DOTALL)
_SQUARE = re.compile(r"\[THINK\].*?(?:\[/THINK\]|\Z)", re.DOTALL)  # Mistral's
_HARMONY = re.compile(r"\A.*<\|channel\|>final<\|message\|>", re.DOTALL)  # gpt-oss, where a server passes it on raw
_GEMMA = re.compile(r"<\|channel>thought\n.*?(?:<channel\|>|\Z)", re.DOTALL)


def without_thoughts(output: str) -> str:
    """The output without what the model thought aloud; the same text where it did not, in time linear in its length."""
    if "<" not in output and "[" not in output:
        return output
    text = _SQUARE.sub("", _GEMMA.sub("", _HARMONY.sub("", output)))
    text = _OPEN.sub("", _CLOSED.sub("", _BLOCK.sub("", text)))
    return text if text == output else text.strip()
