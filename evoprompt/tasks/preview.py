"""A request as lines to look at before it is paid for."""

from __future__ import annotations

from evoprompt.models.model import Request
from evoprompt.text.terminal import indented

LONGEST_TURN = 600  # characters of a turn that are shown
MOST_TURNS = 6


def preview(request: Request) -> list[str]:
    """What a model reads, under its roles; long turns and long chats are shortened in the middle."""
    turns = [(message.role, message.text) for message in request.messages] or [
        ("text to continue", request.prompt or "")
    ]
    if len(turns) > MOST_TURNS:
        head, tail = turns[: MOST_TURNS // 2], turns[-MOST_TURNS // 2 :]
        lines = [line for turn in head for line in _turn(*turn)]
        lines.append(f"  ... {len(turns) - len(head) - len(tail)} more turns ...")
        return [*lines, *(line for turn in tail for line in _turn(*turn))]
    return [line for turn in turns for line in _turn(*turn)]


def shortened(text: str) -> str:
    """A text whose middle is left out where it is long."""
    if len(text) <= LONGEST_TURN:
        return text
    half = LONGEST_TURN // 2
    return f"{text[:half]} ... [{len(text) - 2 * half:,} characters left out] ... {text[-half:]}"


def _turn(role: str, text: str) -> list[str]:
    return [f"  [{role}]", *(line.rstrip() for line in indented(shortened(text)))]
