"""What was asked of the operator model, and what its answer may not be."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from evoprompt.variation.reading.framing import Framing
from evoprompt.variation.reading.orders import is_order

SHINGLE = 4  # words in a row that count as taken from the question
COPIED = 0.75  # share of a sentence's words that makes it a copy of the question


@dataclass(frozen=True)
class Question:
    """What was asked, and what the answer may not be.

    Attributes:
        not_one_of: Texts that are no answer, such as the parents.
        asked: The operator's question with the parents in it; empty where it isn't known.
        labels: The task's labels; empty where there are none.
        about_instructions: Whether the text wanted is itself advice on instructions.
        is_phrase: Whether a part of a prompt is wanted, which need not be an order.
        shown: Texts of a demonstration: no answer either, nor is what is much like them.
        is_marked: Whether the output's form (tags, a heading, a field) says that the text is the prompt. Then it is one
            unless there is a sign that it is none; else it has to be an order in words known here as well.
    """

    not_one_of: tuple[str, ...] = ()
    asked: str = ""
    labels: tuple[str, ...] = ()
    about_instructions: bool = False
    is_phrase: bool = False
    shown: tuple[str, ...] = ()
    is_marked: bool = False

    @cached_property
    def given(self) -> frozenset[str]:
        """The texts that are no answer, without case and marks."""
        return frozenset(plain(each) for each in (*self.not_one_of, *self.shown))

    @cached_property
    def framing(self) -> frozenset[tuple[str, ...]]:
        """Words in a row that the question says and none of the given texts does."""
        theirs = {each for text in self.not_one_of for each in _shingles(plain(text).split())}
        ours = {each for text in (self.asked, *self.shown) for each in _shingles(plain(text).split())}
        return frozenset(ours) - theirs

    @cached_property
    def wording(self) -> Framing:
        """What the question says in its own words."""
        return Framing(self.asked, (*self.not_one_of, *self.shown), self.about_instructions, self.is_phrase)

    @cached_property
    def own_lines(self) -> frozenset[str]:
        """The lines of the question, without case and marks, that are none of the given texts."""
        theirs = {plain(line) for text in (*self.not_one_of, *self.shown) for line in text.split("\n")}
        return frozenset(map(plain, self.asked.split("\n"))) - self.given - theirs - {""}

    @cached_property
    def wants_order(self) -> bool:
        """Whether the texts it is made from are orders; the text of a role, such as `Critic.`, is none."""
        texts = [each for each in self.not_one_of if re.search(r"[^\W\d]", each)]
        return bool(texts) and all(map(is_order, texts))

    def is_copied(self, sentence: str) -> bool:
        """Whether a sentence is taken from the question's own words."""
        words = plain(sentence).split()
        if len(words) > 1 and " ".join(words) in self.own_lines:
            return True
        if not self.framing or len(words) < SHINGLE:
            return False
        covered = set[int]()
        for place, shingle in enumerate(_shingles(words)):
            if shingle in self.framing:
                covered.update(range(place, place + SHINGLE))
        return len(covered) >= COPIED * len(words)


def plain(text: str) -> str:
    """The words of a text without case, marks and white space."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def _shingles(words: Sequence[str]) -> list[tuple[str, ...]]:
    return [tuple(words[place : place + SHINGLE]) for place in range(len(words) - SHINGLE + 1)]
