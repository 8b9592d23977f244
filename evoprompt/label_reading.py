"""Reading which of some labels an output names: alone, after words such as `Answer:`, or anywhere in a sentence.

An output is read as a careful reader would: what it names as its answer counts, what it argues with does not. Where that
leaves more than one label, none is read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from evoprompt import label_words as words
from evoprompt.label_finding import FEW_LABELS, Labels, Mention, caseless, folded, words_of


class Reading(NamedTuple):
    """What was read from an output: the place of a label, or None, and then the places of those that were named."""

    place: int | None
    named: tuple[int, ...] = ()


@dataclass(frozen=True)
class LabelReader:
    """Reads which of some labels an output names.

    Attributes:
        labels: No two of them alike when `folded`.
    """

    labels: tuple[str, ...]

    def read(self, output: str) -> Reading:
        """The label that the output gives as its answer."""
        text = unicodedata.normalize("NFKC", output).strip()
        if (whole := self._alone(text)) is not None:
            return Reading(whole)
        seen = _Seen(text, caseless(text), self._labels)
        lines = [line for line in text.split("\n") if line.strip()] if "\n" in text else []
        by_itself = [self._alone(line) for line in lines]
        alone = _once([place for place in by_itself if place is not None])
        first = by_itself[0] if lines else None
        if first is None:
            first = seen.leading()
        strong = seen.after(words.FINAL) or seen.after(words.STRONG)
        if first is not None:
            said = _once((first, *strong, *alone))
            return Reading(first) if len(said) == 1 else Reading(None, said)
        if strong:
            return _agreed(strong)
        if concluded := seen.after(words.CONCLUDES):
            return Reading(concluded[-1])
        if len(alone) == 1:
            return Reading(alone[0])
        if words.UNDECIDED.search(seen.caseless) and not words.UNDECIDED.search(" ".join(self.places)):
            return Reading(None, _once([mention.place for mention in seen.all]))
        free = _once([mention.place for mention in seen.free])
        if len(free) == 1:
            return Reading(free[0])
        weak = seen.after(words.WEAK, closed=True)
        return _agreed(weak) if weak else Reading(None, free)

    def _alone(self, text: str) -> int | None:
        """The label that a text is, ornaments and closing marks apart."""
        if len(text) > self._longest:
            return None
        core = text.strip(words.TRIMMED)
        option = words.OPTION.match(core)
        for said in (text, core, core[option.end() :].strip(words.TRIMMED) if option else core):
            if (place := self.places.get(folded(said))) is not None:
                return place
        return None

    @property
    def places(self) -> Mapping[str, int]:
        """The places of the labels by their folded texts."""
        return self._labels.places

    @cached_property
    def _labels(self) -> Labels:
        return Labels(self.labels)

    @cached_property
    def _longest(self) -> int:
        return 40 + 4 * max(map(len, self.labels))


class _Seen:
    """The labels that stand in one text."""

    def __init__(self, text: str, caseless: str, labels: Labels) -> None:
        self.text = text if len(text) == len(caseless) else caseless  # for what upper and lower case tell
        self.caseless = caseless
        self._places = labels.places
        self.all = [each for each in labels.mentions(caseless) if not _is_scale(caseless, each)]

    def after(self, mark: re.Pattern[str], *, closed: bool = False) -> list[int]:
        """The labels that stand right after a mark, without those that are negated or put as one of several.

        Args:
            closed: Those alone that end their clause: in `is a technical issue` no label is given.
        """
        found = []
        place = 0
        for match in mark.finditer(self.caseless):
            while place < len(self.all) and self.all[place].start < match.end():
                place += 1
            if place == len(self.all):
                break
            mention = self.all[place]
            lead = words.LEAD.match(self.caseless, match.end(), mention.start)
            if self._is_doubted(match.start()) or (closed and not words.CLOSED.match(self.caseless, mention.end)):
                continue
            if lead is not None and lead.end() == mention.start and self._stands(mention, place):
                found.append(mention.place)
        return found

    def leading(self) -> int | None:
        """The label that the text begins with, as in `Yes, there is`."""
        begun = [
            each
            for each in self.all[:FEW_LABELS]
            if words.BEGINS.fullmatch(self.caseless, self.caseless.rfind("\n", 0, each.start) + 1, each.start)
            and words.PAUSE.match(self.caseless, each.end)
        ]
        if not begun or len({each.place for each in begun}) > 1:  # the options, one a line
            return None
        is_first = begun[0] is self.all[0] and not self.caseless[: begun[0].start].strip(words.TRIMMED)
        return begun[0].place if is_first and self._stands(begun[0], 0) else None

    def _is_doubted(self, end: int) -> bool:
        return bool(words.DOUBT.search(self.caseless, max(0, end - words.LOOKED_BACK), end))

    def _stands(self, mention: Mention, place: int) -> bool:
        if self._is_article(mention):
            return False
        if place + 1 == len(self.all):
            return True
        following = self.all[place + 1]
        between = words.OTHERWISE.fullmatch(self.caseless, mention.end, following.start)
        if between is None or following.place == mention.place:
            return True
        is_list = "," not in between[0] or words.LISTED.match(self.caseless, following.end)
        return not is_list  # in `Yes, no doubt` the second is no answer

    @cached_property
    def free(self) -> list[Mention]:
        """The labels that are named anywhere, and neither denied nor an `a` that is an article."""
        return [each for each in self.all if not self._is_denied(each) and not self._is_letter_of_text(each)]

    def _is_denied(self, mention: Mention) -> bool:
        match = words.NEGATION.search(self.caseless, max(0, mention.start - words.LOOKED_BACK), mention.start)
        if match and not any(word in self._places for word in words_of(match[0])):  # `no` may itself be a label
            return True
        return self._is_doubted(mention.start) or bool(words.NEGATED_AFTER.match(self.caseless, mention.end))

    def _is_article(self, mention: Mention) -> bool:
        is_one = mention.end - mention.start == 1
        return is_one and bool(words.ARTICLE.match(self.caseless, mention.start))

    def _is_letter_of_text(self, mention: Mention) -> bool:
        """Whether a label of one letter is but a letter here: small and bare, or an article."""
        if self.caseless[mention.start : mention.end] == "no":  # `no idea` answers nothing
            return not words.CLOSED.match(self.caseless, mention.end)
        if mention.end - mention.start > 1 or not self.caseless[mention.start].isascii():
            return False
        if not self.caseless[mention.start].isalpha():
            return False
        around = self.text[max(0, mention.start - 1) : mention.start], self.text[mention.end : mention.end + 1]
        if around[0] in ("(", '"', "'", "*", "`", "[") and around[1] in (")", '"', "'", "*", "`", "]"):
            return False
        return self.text[mention.start].islower() or self._is_article(mention)


def _is_scale(caseless: str, mention: Mention) -> bool:
    return caseless[mention.start].isdigit() and bool(
        words.SCALE.search(caseless, max(0, mention.start - words.LOOKED_BACK), mention.start)
    )


def _agreed(places: Sequence[int]) -> Reading:
    distinct = _once(places)
    return Reading(distinct[0]) if len(distinct) == 1 else Reading(None, distinct)


def _once(places: Sequence[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(places))
