"""Reading which of some labels an output names: alone, after words such as `Answer:`, or anywhere in a sentence.

An output is read as a careful reader would: what it names as its answer counts, what it argues with does not. Where that
leaves more than one label, none is read.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from evoprompt.tasks.scoring import label_words as words
from evoprompt.tasks.scoring.label_claims import Claims
from evoprompt.tasks.scoring.label_finding import Labels, folded

MOST_CORRECTIONS = 3  # of the last changes of mind that are looked behind


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
        if self._is_numeric:
            text = words.ROUND.sub(r"\1", text)
        if (whole := self._alone(text)) is not None:
            return Reading(whole)
        claims = Claims(text, self._labels)
        reading = self._corrected(text) or self._claimed(text, claims) or self._named(claims)
        is_open = reading.place is not None and claims.is_conditional
        return Reading(None, _once([each.place for each in claims.all])) if is_open else reading

    def _corrected(self, text: str) -> Reading | None:
        """The answer behind a change of mind, as in `positive... no, negative`; None where none is claimed there."""
        for mark in reversed(list(words.CORRECTS.finditer(text))[-MOST_CORRECTIONS:]):
            rest = text[mark.end() :].lstrip(words.TRIMMED)
            if (whole := self._alone(rest)) is not None:
                return Reading(whole)
            claims = Claims(rest, self._labels)
            reading = self._claimed(rest, claims) or _agreed(claims.after(words.IT_IS, closed=True))
            if reading.place is not None:
                return reading
        return None

    def _claimed(self, text: str, claims: Claims) -> Reading | None:
        """The label that is put as the answer: at the start, by its mark, by its share, as the conclusion or on a line."""
        lines = [line for line in text.split("\n") if line.strip()] if "\n" in text else []
        if sum(bool(words.ITEM.match(line)) for line in lines) > 1:  # the items of a list are no answers
            lines = [line for line in lines if not words.ITEM.match(line)]
        alone = _once([place for line in lines for place in map(self._alone, _cells(line)) if place is not None])
        first = self._alone(lines[0]) if lines else None
        if first is None:
            first = claims.leading()
        strong = claims.after(words.FINAL) or claims.after(words.STRONG) or claims.before(words.IS_IT)
        if first is not None:
            said = _once((first, *strong, *alone))
            return Reading(first) if len(said) == 1 else Reading(None, said)
        if strong:
            return _agreed(strong)
        if (likeliest := claims.likeliest()) is not None:
            return Reading(likeliest)
        if concluded := claims.after(words.CONCLUDES):
            return Reading(concluded[-1])
        if not alone and (sentence := words.LAST_SENTENCE.match(text)):
            place = self._alone(text[sentence.end() :])
            return None if place is None else Reading(place)
        return Reading(alone[0]) if len(alone) == 1 else None

    def _named(self, claims: Claims) -> Reading:
        """The one label that is named and not denied, or else that something is said to be."""
        if words.UNDECIDED.search(claims.text) and not words.UNDECIDED.search(" ".join(self.places)):
            return Reading(None, _once([mention.place for mention in claims.all]))
        free = claims.free
        if len(free) == 1 and not claims.is_alternative:
            return Reading(free[0])
        weak = claims.after(words.WEAK, closed=True)
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
    def _is_numeric(self) -> bool:
        return any(label.isdigit() for label in self.labels)

    @cached_property
    def _labels(self) -> Labels:
        return Labels(self.labels)

    @cached_property
    def _longest(self) -> int:
        return 40 + 4 * max(map(len, self.labels))


def _agreed(places: Sequence[int]) -> Reading:
    distinct = _once(places)
    return Reading(distinct[0]) if len(distinct) == 1 else Reading(None, distinct)


def _once(places: Sequence[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(places))


def _cells(line: str) -> list[str]:
    """The cells of a line of a table; of any other line, the line itself."""
    return line.split("|") if line.lstrip().startswith("|") else [line]
