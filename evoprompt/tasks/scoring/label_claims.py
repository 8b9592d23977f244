"""What one text claims about some labels: which stand in it as answers, and which it denies, doubts or sets beside others."""

from __future__ import annotations

import math
import re
from bisect import bisect
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise

from evoprompt.tasks.scoring import label_words as words
from evoprompt.tasks.scoring.label_finding import FEW_LABELS, Labels, Mention, caseless, folded

NEAR = 60  # characters before a label in which it may be denied, and between two that are compared
TOGETHER = 0.051  # how far the shares of all labels may add up to more or less than 1


class Claims:
    """The labels that stand in one text, without those that only measure or are measured against.

    Attributes:
        all: Where they stand, in their order.
        text: The text, with upper and lower case alike.
    """

    def __init__(self, text: str, labels: Labels) -> None:
        self.text = caseless(text)
        self._cased = text if len(text) == len(self.text) else self.text  # for what upper and lower case tell
        self._places = labels.places
        self._known: dict[tuple[re.Pattern[str], bool, str], re.Match[str] | None] = {}
        found = [each for each in labels.mentions(self.text) if not self._is_scale(each) and not self._is_half(each)]
        lesser = set(self._compared_away(found))
        beside = self._ends(words.LESSER)
        self.all = [each for each in found if each not in lesser and each.start not in beside]

    def after(self, mark: re.Pattern[str], *, closed: bool = False) -> list[int]:
        """The labels that stand right after a mark, without those that are negated or put as one of several.

        Args:
            mark: What announces an answer.
            closed: Those alone that end their clause: in `is a technical issue` no label is given.
        """
        found = []
        place = 0
        for match in mark.finditer(self.text):
            while place < len(self.all) and self.all[place].start < match.end():
                place += 1
            if place == len(self.all):
                break
            mention = self.all[place]
            lead = words.LEAD.match(self.text, match.end(), mention.start)
            if self._before(words.DOUBT, match.start()) or self._before(words.UNSAID, match.start()):
                continue
            if closed and (not words.CLOSED.match(self.text, mention.end) or self._is_joined(place)):
                continue
            if closed and self._is_denied(mention):
                continue
            if lead is not None and lead.end() == mention.start and self._stands(mention, place):
                found.append(mention.place)
        return found

    def before(self, mark: re.Pattern[str]) -> list[int]:
        """The labels that stand right before a mark, as in `C is correct`, without those that are denied."""
        return [
            each.place
            for place, each in enumerate(self.all)
            if mark.match(self.text, each.end) and not self._is_joined(place) and not self._is_denied(each)
        ]

    @property
    def is_conditional(self) -> bool:
        """Whether a label is said to be right in another case: `yes, if it holds; otherwise no`."""
        otherwise = self._ends(words.OTHERWISE_IT_IS)
        return any(each.start in otherwise for each in self.all)

    def _ends(self, pattern: re.Pattern[str]) -> set[int]:
        return {match.end() for match in pattern.finditer(self.text)}

    def leading(self) -> int | None:
        """The label that the text begins with, as in `Yes, there is`."""
        is_sole = len({each.place for each in self.all}) == 1  # of several, `A: fish, B: bird` are the options
        begun = [
            each
            for each in self.all[:FEW_LABELS]
            if words.BEGINS.fullmatch(self.text, self.text.rfind("\n", 0, each.start) + 1, each.start)
            and (words.PAUSE.match(self.text, each.end) or (is_sole and self.text.startswith(":", each.end)))
        ]
        if not begun or len({each.place for each in begun}) > 1:  # the options, one a line
            return None
        is_first = begun[0] is self.all[0] and not self.text[: begun[0].start].strip(words.TRIMMED)
        return begun[0].place if is_first and self._stands(begun[0], 0) else None

    @cached_property
    def free(self) -> tuple[int, ...]:
        """The labels that are named anywhere, and neither denied nor an `a` that is an article, each once."""
        found = dict.fromkeys(each.place for each in self._own)
        free: dict[int, None] = {}
        for each in self._own:
            if len(free) == len(found):
                break  # a model that loops names its label 250,000 times
            if each.place not in free and self._is_free(each):
                free[each.place] = None
        return tuple(free)

    @cached_property
    def _own(self) -> Sequence[Mention]:
        """The labels that are not among somebody else's words, unless all are."""
        return [each for each in self.all if not self._is_quoted(each)] or self.all

    def _is_free(self, mention: Mention) -> bool:
        return not self._is_denied(mention) and not self._is_letter_of_text(mention)

    @property
    def is_alternative(self) -> bool:
        """Whether the free labels are all put as the other choice, as in `B? Or maybe D`."""
        is_several = len({each.place for each in self.all}) > 1
        return is_several and not any(
            not self._before(words.OR, each.start) and self._is_free(each) for each in self._own
        )

    def likeliest(self) -> int | None:
        """The label with the largest share, where each has one and they add up to 1: `positive: 0.9, negative: 0.1`."""
        for is_before in (False, True):
            shares = self._shares(is_before)
            if len(shares) > 1 and abs(math.fsum(shares.values()) - 1) < TOGETHER:
                tops = [place for place, share in shares.items() if share == max(shares.values())]
                return tops[0] if len(tops) == 1 else None
        return None

    def _shares(self, is_before: bool) -> dict[int, float]:
        shares: dict[int, float] = {}
        for each in self.all:
            match = (
                self._before(words.SHARE_BEFORE, each.start)
                if is_before
                else words.SHARE_AFTER.match(self.text, each.end)
            )
            if match:
                shares.setdefault(each.place, _share(match["share"]))
        return shares

    def _before(self, pattern: re.Pattern[str], end: int) -> re.Match[str] | None:
        start = max(0, end - NEAR)
        seen = (pattern, start == 0, self.text[max(0, start - 1) : end])  # alike over and over in a model that loops
        if seen not in self._known:
            self._known[seen] = pattern.search(self.text, start, end)
        return self._known[seen]

    def _is_scale(self, mention: Mention) -> bool:
        """Whether a number only measures: the 5 of `4 out of 5`, and the 3 of `3/10` where 10 is no label."""
        if not self.text[mention.start].isdigit():
            return False
        if self._before(words.SCALE, mention.start) or words.ENDS_SCALE.match(self.text, mention.end):
            return True
        out_of = words.OUT_OF.match(self.text, mention.end)
        return out_of is not None and out_of[1] not in self._places

    def _is_half(self, mention: Mention) -> bool:
        """Whether the label ends a choice that shares its words with another: `low to medium risk`."""
        half = self._before(words.HALF, mention.start)
        if half is None:
            return False
        rest = folded(self.text[mention.start : mention.end]).split(" ")[1:]
        return rest != [] and " ".join((half[1], *rest)) in self._places

    def _compared_away(self, found: Sequence[Mention]) -> Iterator[Mention]:
        """Of two labels that are compared, the one that counts for less; both where they count alike."""
        for one, other in pairwise(found):
            if one.place == other.place or other.start - one.end > NEAR:
                continue
            between = self.text[one.end : other.start]
            before = self.text[max(0, one.start - NEAR) : one.start]
            if outweighs := words.OUTWEIGHS.search(between):
                yield one if outweighs["passive"] else other
            elif words.AS.search(before) and words.AS_MUCH.match(between):
                yield from (one, other)
            elif words.THAN.search(between) or (words.AS_MORE.search(between) and words.MORE.search(before + between)):
                is_even, is_less = words.EVEN.search(before), words.LESS.search(before)
                if is_even or is_less:
                    yield one
                if is_even or not is_less or words.THAN_A.search(between):
                    yield other

    def _is_joined(self, place: int) -> bool:
        """Whether a mention is a further step of a row: the second in `billing → account` and in `4 - 5`."""
        if not place or self.all[place - 1].place == self.all[place].place:
            return False
        row = words.OTHERWISE.fullmatch(self.text, self.all[place - 1].end, self.all[place].start)
        return row is not None and "," not in row[0]

    def _stands(self, mention: Mention, place: int) -> bool:
        if self._is_article(mention):
            return False
        if place + 1 == len(self.all):
            return True
        following = self.all[place + 1]
        between = words.OTHERWISE.fullmatch(self.text, mention.end, following.start)
        if between is None or following.place == mention.place:
            return True
        is_list = "," not in between[0] or re.search(r"\w", between[0]) or words.LISTED.match(self.text, following.end)
        return not is_list  # in `Yes, no doubt` the second is no answer

    @cached_property
    def _quotes(self) -> list[tuple[int, int]]:
        return [match.span() for match in words.QUOTED.finditer(self.text)]

    def _is_quoted(self, mention: Mention) -> bool:
        """Whether a label is among somebody's words, as in `says "a positive waste of time"`."""
        before = bisect(self._quotes, (mention.start, 0)) - 1
        if before < 0:
            return False
        start, end = self._quotes[before]
        return mention.end < end and (start, end) != (mention.start - 1, mention.end + 1)

    def _is_denied(self, mention: Mention) -> bool:
        denial = self._before(words.DENIES, mention.start)
        if denial and denial[1] not in self._places:  # `no` may itself be a label
            return True
        if self._before(words.MERELY, mention.start):
            return True
        if words.NEXT_THAN.match(self.text, mention.end) and not self._before(words.MORE, mention.start):
            return True
        return bool(self._before(words.DOUBT, mention.start) or words.NEGATED_AFTER.match(self.text, mention.end))

    def _is_article(self, mention: Mention) -> bool:
        is_one = mention.end - mention.start == 1
        return is_one and bool(words.ARTICLE.match(self.text, mention.start))

    def _is_letter_of_text(self, mention: Mention) -> bool:
        """Whether a label of one letter is but a letter here: small and bare, or an article."""
        if self.text[mention.start : mention.end] == "no":  # `no idea` answers nothing
            return not words.CLOSED.match(self.text, mention.end)
        if mention.end - mention.start > 1 or not self.text[mention.start].isascii():
            return False
        if not self.text[mention.start].isalpha():
            return False
        around = self._cased[max(0, mention.start - 1) : mention.start], self._cased[mention.end : mention.end + 1]
        if around[0] in ("(", '"', "'", "*", "`", "[") and around[1] in (")", '"', "'", "*", "`", "]"):
            return False
        return self._cased[mention.start].islower() or self._is_article(mention)


def _share(written: str) -> float:
    value = float(written.rstrip("% ").replace(",", "."))
    return value / 100 if written.endswith("%") else value
