"""What the kit's models share: counted calls, chance made from text, and finding phrases in a text."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterable
from typing import Any, NamedTuple

OPENING = "Name the queue that should take the ticket."

# Orders of five words at most, without the words at which `operators.spans` would cut them in two.
PHRASES = (
    "check every date twice",
    "quote the decisive words",
    "ignore polite small talk",
    "weigh the final sentence most",
    "list two likely queues first",
    "mind negated verbs",
    "spell product names exactly",
    "treat sarcasm literally",
    "compare both readings calmly",
    "skip the greeting",
    "note every amount mentioned",
    "trust numbers over adjectives",
    "prefer the stated request",
    "assume nothing unstated",
    "read headers last",
    "rank the clues",
    "expand all abbreviations",
    "translate slang silently",
    "separate facts",
    "find the main verb",
    "watch hedging carefully",
    "answer very quickly",
    "guess freely",
    "sound cheerful",
    "use flowery language",
    "repeat yourself often",
    "shout each reply",
    "write rhyming lines",
    "choose alphabetically",
    "favour lengthy explanations",
    "apologise profusely",
    "mention the weather",
    "sketch a little diagram",
    "keep a formal tone",
    "imagine a busy office",
    "picture the sender",
    "stay brief",
    "adopt plain British spelling",
    "number your thoughts",
    "drop all punctuation",
    "act mildly annoyed",
    "count the vowels",
    "reverse the word order",
    "praise the company",
)

_WORD = re.compile(r"[^\W_]+")


class Counted:
    """Counts calls, also those of several threads. Copies in worker processes count their own."""

    def __init__(self) -> None:
        self.calls = 0
        self._lock = threading.Lock()

    def _count(self) -> int:
        """Count one call; its number, from 0."""
        with self._lock:
            self.calls += 1
            return self.calls - 1

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_lock"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._lock = threading.Lock()


def chance(*parts: object) -> float:
    """A number from 0 up to 1 made from the parts: the same in every process, unlike `hash`."""
    text = "\x1f".join(map(str, parts)).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big") / 2**64


def plain(text: str) -> str:
    """The words of a text in lower case, single spaces between and around them."""
    return f" {' '.join(_WORD.findall(text.casefold()))} "


class Found(NamedTuple):
    """A known text that stands in another: its first place, the text itself, and all its places."""

    at: int
    text: str
    places: tuple[int, ...]


def find(text: str, known: Iterable[str]) -> list[Found]:
    """The known texts that stand in a text as whole words, in the order of their first places."""
    words = plain(text)
    found = []
    for each in known:
        places = _places(words, plain(each))
        if places:
            found.append(Found(places[0], each, places))
    return sorted(found)


def _places(words: str, wanted: str) -> tuple[int, ...]:
    places = []
    at = words.find(wanted)
    while at >= 0:
        places.append(at)
        at = words.find(wanted, at + len(wanted) - 1)
    return tuple(places)


def as_text(opening: str, phrases: Iterable[str]) -> str:
    """A prompt: the opening, then each phrase as a sentence."""
    sentences = [f"{phrase[:1].upper()}{phrase[1:]}." for phrase in phrases]
    return " ".join([opening, *sentences] if opening else sentences)
