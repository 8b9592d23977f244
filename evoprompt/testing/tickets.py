"""The examples of a landscape: tickets, each with its right queue and a difficulty, made from its text and a seed."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from functools import lru_cache

from evoprompt.tasks.example import Example
from evoprompt.testing.wording import chance

LABELS = ("billing", "shipping", "repair")
QUESTION = "\nQueue:"
MARK = "\nTicket: "
TEMPLATE = "{instruction}\n" + MARK + "{ticket}" + QUESTION
THINGS = ("kettle", "parcel", "invoice", "lamp", "radio", "refund")
GOLDEN = (math.sqrt(5) - 1) / 2


def tickets(seed: int) -> Iterator[Example]:
    """Tickets without end."""
    number = 0
    while True:
        ticket = f"{number} about my {THINGS[int(len(THINGS) * chance(seed, 'thing', number))]}"
        yield Example(f"t{number}", {"ticket": ticket}, label(ticket, seed))
        number += 1


@lru_cache(maxsize=10_000)
def label(ticket: str, seed: int) -> str:
    """The right queue of a ticket."""
    return LABELS[int(len(LABELS) * chance(seed, "label", ticket))]


def wrong_label(ticket: str, seed: int, text: str) -> str:
    """A wrong queue of a ticket, made from the text that was read."""
    others = [each for each in LABELS if each != label(ticket, seed)]
    return others[int(len(others) * chance(seed, "wrong", text))]


@lru_cache(maxsize=10_000)
def difficulty(ticket: str, seed: int) -> float:
    """The accuracy that a prompt must be above to get a ticket right, from 0 to 1."""
    number = re.match(r"\d+", ticket)
    if number is None:
        return chance(seed, "difficulty", ticket)
    # Multiples of the golden ratio fill the interval evenly, whichever run of numbers a split takes.
    return (chance(seed, "difficulty") + GOLDEN * int(number[0])) % 1.0
