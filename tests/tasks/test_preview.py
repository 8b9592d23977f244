from __future__ import annotations

from evoprompt.models.model import Message, Request, chat
from evoprompt.tasks.preview import preview


def test_a_request_is_shown_under_its_roles():
    assert preview(Request(chat("Is it good?", system="Judge."))) == [
        "  [system]",
        "  Judge.",
        "  [user]",
        "  Is it good?",
    ]
    assert preview(Request(prompt="Good or bad:")) == ["  [text to continue]", "  Good or bad:"]


def test_a_long_request_is_shortened_in_the_middle():
    lines = preview(Request(chat("a" * 5_000 + "end")))
    assert "characters left out" in "".join(lines)
    assert lines[-1].endswith("end")
    assert len(lines) < 20
    turns = tuple(Message("user", str(i)) for i in range(20))
    lines = preview(Request(turns))
    assert lines[1] == "  0" and lines[-1] == "  19"
    assert "  ... 14 more turns ..." in lines


def test_nothing_in_a_request_steers_the_terminal():
    assert "\x1b" not in "".join(preview(Request(chat("\x1b[31mred"))))
