"""A stand-in for an operator model: rewrites prompts by rules, and has bad habits where a test wants them."""

from __future__ import annotations

import random
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, fields

from evoprompt.models.model import Completion, Model, Request
from evoprompt.testing.wording import Counted, Found, as_text, find

_TAG = re.compile(r"<([a-z_]+)>", re.IGNORECASE)
_OPEN_ITEM = re.compile(r"(?:^|\n)[ \t]*(\d+)[.)][ \t]*$")
_LAST_ITEM = re.compile(r"(?:^|\n)[ \t]*(\d+)[.)][ \t]+[^\n]+$")
_PART = re.compile(r"^[\w ]{0,30}\b(?:part|phrase|piece)\b[\w ]{0,30}: *(\S[^\n]*)$", re.IGNORECASE | re.MULTILINE)
_ADVICE = re.compile(r"\badvice\b|\bmutation prompt\b", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Habits:
    """How often a model falls into which bad habit, each a chance from 0 to 1; together at most 1.

    Attributes:
        chatter: Talks around the prompt, and leaves the tags out.
        lost_tags: Does not close the tags it was asked for.
        cut_off: Stops in the middle, at the token limit.
        copies: Gives what it read back unchanged.
        empty: Writes nothing.

    Raises:
        ValueError: Not chances, or together over 1.
    """

    chatter: float = 0.0
    lost_tags: float = 0.0
    cut_off: float = 0.0
    copies: float = 0.0
    empty: float = 0.0

    def __post_init__(self) -> None:
        chances = [getattr(self, each.name) for each in fields(self)]
        if any(not 0 <= one <= 1 for one in chances) or sum(chances) > 1 + 1e-9:
            raise ValueError(f"habits are chances from 0 to 1, together at most 1; got {self}")

    def drawn(self, rng: random.Random) -> str:
        """The habit that shows this time; empty for none."""
        luck = rng.random()
        for each in fields(self):
            luck -= getattr(self, each.name)
            if luck < 0:
                return each.name
        return ""


class Rewriter(Counted):
    """Rewrites the prompts that stand in a request, by rules; a pure function of the request and its draw.

    Whatever the wording of the request, it looks for phrases it knows. Openings tell it how many prompts it was shown;
    of those it keeps each phrase with a chance: the weight of the prompts that hold it, the last one weighing most. So
    it crosses several prompts and goes on with a list in its spirit; of one prompt, of advice, and of worked examples
    (which have no opening) it keeps all. Then it makes a few edits: puts in a phrase it thinks of, drops one,
    exchanges one, swaps two. A request without any phrase gets one or two that it thinks of.

    It answers in tags where the request names some, and goes on with a numbered list where the request ends in one.
    Asked for `Part: ...` in other words, it exchanges that part alone; asked for advice, it leaves the opening out.

    Attributes:
        phrases: All it can think of.
        openings: How prompts begin; the reply begins with the first that stands in the request, else with the first.
        habits: Its bad habits.
        most_edits: Edits of a rewriting, from 1 to this.
        solver: Answers in its place where a request ends as `question` says: an operator may put an example to it.
        question: How a question of the task ends; empty for none.
        seed: Of its ideas.
        calls: How many calls it has answered.
    """

    def __init__(
        self,
        phrases: Sequence[str],
        openings: Sequence[str] = (),
        *,
        habits: Habits | None = None,
        most_edits: int = 2,
        solver: Model | None = None,
        question: str = "",
        seed: int = 0,
    ) -> None:
        super().__init__()
        if len(phrases) < 2:
            raise ValueError(f"a rewriter needs at least 2 phrases, got {len(phrases)}")
        self.phrases = tuple(phrases)
        self.openings = tuple(openings)
        self.habits = habits or Habits()
        self.most_edits = most_edits
        self.solver = solver
        self.question = question
        self.seed = seed

    @property
    def name(self) -> str:
        """The model's name."""
        return f"rewriter-{self.seed}"

    def complete(self, request: Request) -> Completion:
        """A rewriting of what the request shows."""
        self._count()
        text = request.text
        if self.solver is not None and self.question and text.endswith(self.question):
            return self.solver.complete(request)
        rng = random.Random(f"{self.seed}/{request.draw}/{text}")
        habit = self.habits.drawn(rng)
        part = _PART.search(text)
        prompts = [self._part(part[1], rng)] * 2 if part else self._prompts(text, habit, rng)
        reply = _reply(prompts, text, habit)
        return Completion(reply, len(text) // 4, 1 + len(reply) // 4, cut=habit == "cut_off")

    def _part(self, part: str, rng: random.Random) -> str:
        """Another phrase in the place of one it knows; what it does not know, politely."""
        known = [found.text for found in find(part, self.phrases)]
        return rng.choice([each for each in self.phrases if each not in known]) if known else f"please {part}"

    def _prompts(self, text: str, habit: str, rng: random.Random) -> list[str]:
        """Two rewritings: the second is the next of a list, where one is wanted."""
        found, begun = find(text, self.phrases), find(text, self.openings)
        opening = begun[0].text if begun else "".join(self.openings[:1])
        if _ADVICE.search(text):
            opening = ""
        if habit == "copies" and found:
            return [as_text(opening, [each.text for each in found])] * 2
        starts = sorted(place for each in begun for place in each.places)
        return [as_text(opening, self._rewritten(found, starts, rng)) for _ in range(2)]

    def _rewritten(self, found: Sequence[Found], starts: Sequence[int], rng: random.Random) -> list[str]:
        if not found:
            return rng.sample(self.phrases, rng.randint(1, 2))
        before = [each.text for each in found]
        kept = [each.text for each in found if rng.random() < _weight(each, starts)]
        for _ in range(rng.randint(1, self.most_edits)):
            self._edit(kept, rng)
        while not kept or (kept == before and len(starts) < 2):
            self._edit(kept, rng)
        return kept

    def _edit(self, kept: list[str], rng: random.Random) -> None:
        """One edit, in place."""
        new = [phrase for phrase in self.phrases if phrase not in kept]
        kind = rng.choice(("add", "add", "drop", "exchange", "swap")) if kept else "add"
        at = rng.randrange(len(kept)) if kept else 0
        if kind == "add" and new:
            kept.insert(rng.randint(0, len(kept)), rng.choice(new))
        elif kind == "exchange" and new:
            kept[at] = rng.choice(new)
        elif kind == "swap":
            other = rng.randrange(len(kept))
            kept[at], kept[other] = kept[other], kept[at]
        else:
            del kept[at]


def _weight(found: Found, starts: Sequence[int]) -> float:
    """The weight, up to 1, of the prompts that a phrase stands in: the i-th of those shown weighs i."""
    prompts = {bisect_right(starts, place) for place in found.places}
    if not starts or 0 in prompts:  # before the first prompt stands advice
        return 1.0
    return 2 * sum(prompts) / (len(starts) * (len(starts) + 1))


def _reply(prompts: Sequence[str], request: str, habit: str) -> str:
    """The reply in the form that the request asks for, as a habit leaves it."""
    first, second = prompts
    tags = {tag.lower(): tag for tag in _TAG.findall(request)}
    tag = tags.get("prompt", next(reversed(tags.values()), ""))
    if habit == "empty":
        return ""
    if habit == "chatter":
        return f"Sure! Here is an improved version for you:\n\n{first}\n\nLet me know what you think."
    if tag:
        reply = f"<{tag}>{first}" + ("" if habit == "lost_tags" else f"</{tag}>")
    elif item := _OPEN_ITEM.search(request):
        reply = f"{first}\n{int(item[1]) + 1}. {second}"
    elif item := _LAST_ITEM.search(request.rstrip()):
        reply = f"{int(item[1]) + 1}. {first}\n{int(item[1]) + 2}. {second}"
    else:
        reply = first
    return reply[: max(1, len(reply) // 2)] if habit == "cut_off" else reply
