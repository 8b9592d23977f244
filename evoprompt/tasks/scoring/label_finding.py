"""Labels in a text: how they are compared, and where they stand.

`tech_support`, `Tech Support` and `Tech / Support` are one label, upper and lower case are alike, and a word ends where its
script says so.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

FEW_LABELS = 50  # every text is searched for all of so few
# Scripts that are written without blanks between words, or (Hangul) with endings joined to them: Thai, Lao, Myanmar,
# Khmer, Kana, Han, Hangul. Beside such a letter a word may end anywhere.
_SPACELESS = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
_LETTER = rf"[^\W_{_SPACELESS}]"  # a letter or digit of a script with blanks
_JOINS = r"\s_/\-\u2010-\u2015"  # `tech_support`, `tech-support` and `Tech / Support` are one label
_BETWEEN = re.compile(rf"(?<=[^\W_])[{_JOINS}]+(?=[^\W_])")


def folded(text: str) -> str:
    """A text as labels are compared: forms of one letter alike, upper and lower case, and what joins two words."""
    return _BETWEEN.sub(" ", caseless(unicodedata.normalize("NFKC", text).strip())).strip()


def caseless(text: str) -> str:
    """A text without the difference between upper and lower case."""
    return text.replace("İ", "i").replace("’", "'").upper().casefold()


class Mention(NamedTuple):
    """A label in a text: where it begins and ends, and its place among the labels."""

    start: int
    end: int
    place: int


@dataclass(frozen=True)
class Labels:
    """Some labels, to be found in texts.

    Attributes:
        labels: No two of them alike when `folded`.
    """

    labels: tuple[str, ...]

    @cached_property
    def places(self) -> Mapping[str, int]:
        """The places of the labels by their folded texts."""
        return {folded(label): place for place, label in enumerate(self.labels)}

    def mentions(self, text: str) -> Iterator[Mention]:
        """The labels in a text, the longest first where several begin at a place."""
        likely = self._likely(text)
        if not likely:
            return
        for match in _pattern(likely).finditer(text):
            place = self.places.get(folded(match[0]))
            if place is None and match.lastindex is not None:
                place = self.places[likely[match.lastindex - 1]]
            if place is not None:
                yield Mention(match.start(), match.end(), place)

    def _likely(self, text: str) -> tuple[str, ...]:
        """The labels, folded, that may stand in a text, the longest first: a search for 100,000 would take seconds."""
        if len(self.labels) <= FEW_LABELS:
            return self._longest_first
        said = {*words_of(text), ""}
        by_word, unspaced = self._by_rarest_word
        likely = [label for word in said for label in by_word.get(word, ()) if said.issuperset(words_of(label))]
        likely += [label for label in unspaced if label in text]
        return tuple(sorted(likely, key=lambda label: (-len(label), self.places[label])))

    @cached_property
    def _longest_first(self) -> tuple[str, ...]:
        return tuple(sorted(self.places, key=lambda label: (-len(label), self.places[label])))

    @cached_property
    def _by_rarest_word(self) -> tuple[Mapping[str, Sequence[str]], Sequence[str]]:
        """The labels by the one of their words that stands in the fewest of them, and those of scripts without blanks."""
        unspaced = [label for label in self.places if re.search(f"[{_SPACELESS}]", label)]
        words = {label: sorted(words_of(label)) or [""] for label in self.places if label not in set(unspaced)}
        counts = Counter(word for each in words.values() for word in each)
        by_word: dict[str, list[str]] = {}
        for label, each in words.items():
            by_word.setdefault(min(each, key=counts.__getitem__), []).append(label)
        return by_word, unspaced


def found_in(target: str, output: str) -> bool:
    """Whether a text stands in another as whole words."""
    wanted = folded(target)
    return bool(_pattern((wanted,)).search(caseless(unicodedata.normalize("NFKC", output)))) if wanted else not output


@lru_cache(maxsize=512)
def _pattern(labels: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"({_as_words(label)})" for label in labels))


def _as_words(label: str) -> str:
    """A folded label as whole words, whatever joins them."""
    inner = rf"[{_JOINS}]+".join(re.escape(part) for part in label.split(" "))
    number = r"(?<!\d[.,])" if label[0].isdigit() else ""
    before = number + rf"(?<!{_LETTER})" if not re.match(f"[{_SPACELESS}]", label) else ""
    after = rf"(?!{_LETTER})" if not re.match(f"[{_SPACELESS}]", label[-1]) else ""
    after += r"(?![.,]\d)" if label[-1].isdigit() else ""  # in `4.5` there is no 4
    return before + inner + after


def words_of(text: str) -> set[str]:
    """The words of a text, each once."""
    return set(re.findall(r"[^\W_]+", text))
