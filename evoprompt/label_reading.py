"""Reading which of some labels an output names: alone, after words such as `Answer:`, or anywhere in a sentence.

An output is read as a careful reader would: what it names as its answer counts, what it argues with does not. Where that
leaves more than one label, none is read.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

FEW_LABELS = 50  # every output is searched for all of so few
# Scripts that are written without blanks between words, or (Hangul) with endings joined to them: Thai, Lao, Myanmar,
# Khmer, Kana, Han, Hangul. Beside such a letter a word may end anywhere.
_SPACELESS = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
_LETTER = rf"[^\W_{_SPACELESS}]"  # a letter or digit of a script with blanks
_JOINS = r"\s_/\-\u2010-\u2015"  # `tech_support`, `tech-support` and `Tech / Support` are one label
_BETWEEN = re.compile(rf"(?<=[^\W_])[{_JOINS}]+(?=[^\W_])")
_DECOR = r"[\s*_\"'`“”‘’«»「」『』\[\](){}<>:：=\-–—→#$\\~]*"
_TRIMMED = " \t\n\r*_\"'`“”‘’«»「」『』[](){}<>:：=-–—→#$\\~.,;!?。！、，"
_OPTION = re.compile(r"(?:\d{1,3}|[a-z])[.)]\s+", re.IGNORECASE)
_NOUNS = (
    r"(?:final |correct |best |right |most likely |my |overall |predicted )*(?:answer|label|category|class|classification"
    r"|sentiment|polarity|prediction|verdict|conclusion|decision|choice|output|result|response|topic"
    r"|antwort|kategorie|klasse|stimmung|ergebnis|réponse|étiquette|catégorie|classe|respuesta|etiqueta|categoría"
    r"|resultado|risposta|categoria|etichetta)"
)
_SAYS = r"(?:is|are|was|would be|should be|must be|will be|ist|lautet|wäre|est|es|è|é|:|：|=>|->|→|=|-|–)"
_CJK_NOUNS = r"(?:最终答案|答案|回答|答え|正解|标签|標籤|ラベル|分类|分類|类别|類別|カテゴリー?|情感|感情|结论|結論|결론|정답|답)"
# Words such as `Answer:`, after which the answer itself stands.
_STRONG = re.compile(
    rf"(?:\b{_NOUNS}\b{_DECOR}{_SAYS}|{_CJK_NOUNS}[ \"'」』”*]*(?:是|为|為|は|：|:|는|은)|####|\\boxed\{{|\\text\{{)",
    re.IGNORECASE,
)
_FINAL = re.compile(
    rf"\bfinal {_NOUNS}\b{_DECOR}{_SAYS}|最终答案[ \"'」』”*]*(?:是|为|為|：|:)|####|\\boxed\{{", re.IGNORECASE
)
# Any other word that something is said of: `Team: billing`, `it is billing`.
_WEAK = re.compile(
    r"\w['’\"*_`)]*\s*(?:\b(?:is|was|would be|should be|ist|est|es|è)\b|['’]s\b|:|：|=>|->|→|=)", re.IGNORECASE
)
_LEAD = re.compile(
    rf"{_DECOR}(?:(?:therefore|thus|so|indeed|clearly|definitely|most likely|likely|probably|simply|option|label|the|an?"
    rf"|der|die|das|eine?|le|la|une?|el|\\?boxed|\\?text|\d+[.)])\b{_DECOR}){{0,4}}",
    re.IGNORECASE,
)
_OTHERWISE = re.compile(
    rf"{_DECOR}(?:,|/|\||\b(?:or|and|und|oder|ou|o|et|y)\b|或|和|か){_DECOR}",
    re.IGNORECASE,
)
_NEGATION = re.compile(
    r"(?:\b(?:not|never|neither|nor|no|non|without|cannot be|rather than|instead of|anything but|nicht|keine?[nrms]?|pas|ni"
    r"|sin|nie|non)|n['’]t)(?:[\s\-_\"'“‘*`]+(?:a|an|the|be|been|at all|very|really|clearly|truly|entirely|purely|simply|just"
    r"|particularly|exactly|eine?|un|une))*[\s\-_\"'“‘*`]*\Z|(?:不是|并非|並非|不|非|没有|沒有)[\"'“「『*]*\Z",
    re.IGNORECASE,
)
_NEGATED_AFTER = re.compile(r"[\s\"'”」』*]*(?:では(?:ない|ありません|なく)|じゃない|이 아니|가 아니)")
_PAUSE = re.compile(r"[\"'”’*_`)\]]*(?:[,.;!，。；！]|\s[–—-]\s|\n)")
_ARTICLE = re.compile(r"[ai] (?!(?:or|and|is|as|because|since|with)\b)[a-z]")
_LOOKED_BACK = 40  # characters before a label in which it may be negated


def folded(text: str) -> str:
    """A text as labels are compared: forms of one letter alike, upper and lower case, and what joins two words."""
    return _BETWEEN.sub(" ", _caseless(unicodedata.normalize("NFKC", text).strip())).strip()


def _caseless(text: str) -> str:
    return text.replace("İ", "i").upper().casefold()


class Mention(NamedTuple):
    """A label in a text: where it begins and ends, and its place among the labels."""

    start: int
    end: int
    place: int


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
        if (alone := self._alone(text)) is not None:
            return Reading(alone)
        seen = _Seen(text, _caseless(text), self)
        first, last = (self._alone(line) for line in _ends(text))
        first = seen.leading() if first is None else first
        strong = seen.after(_FINAL) or seen.after(_STRONG)
        if first is not None:
            said = _once((first, *strong, *([last] if last is not None else [])))
            return Reading(first) if len(said) == 1 else Reading(None, said)
        if strong:
            return _agreed(strong)
        if last is not None:
            return Reading(last)
        free = _once([mention.place for mention in seen.free])
        if len(free) == 1:
            return Reading(free[0])
        weak = seen.after(_WEAK)
        return _agreed(weak) if weak else Reading(None, free)

    def _alone(self, text: str) -> int | None:
        """The label that a text is, ornaments and closing marks apart."""
        if len(text) > self._longest:
            return None
        core = text.strip(_TRIMMED)
        option = _OPTION.match(core)
        for said in (text, core, core[option.end() :].strip(_TRIMMED) if option else core):
            if (place := self.places.get(folded(said))) is not None:
                return place
        return None

    @cached_property
    def places(self) -> Mapping[str, int]:
        """The places of the labels by their folded texts."""
        return {folded(label): place for place, label in enumerate(self.labels)}

    @cached_property
    def _longest(self) -> int:
        return 40 + 4 * max(map(len, self.labels))

    def mentions(self, caseless: str) -> Iterator[Mention]:
        """The labels in a text, the longest first where several begin at a place."""
        likely = self._likely(caseless)
        if not likely:
            return
        for match in _pattern(likely).finditer(caseless):
            place = self.places.get(folded(match[0]))
            if place is None and match.lastindex is not None:
                place = self.places[likely[match.lastindex - 1]]
            if place is not None:
                yield Mention(match.start(), match.end(), place)

    def _likely(self, caseless: str) -> tuple[str, ...]:
        """The labels, folded, that may stand in a text, the longest first: a search for 100,000 would take seconds."""
        if len(self.labels) <= FEW_LABELS:
            return self._longest_first
        said = {*_words(caseless), ""}
        by_word, unspaced = self._by_rarest_word
        likely = [label for word in said for label in by_word.get(word, ()) if said.issuperset(_words(label))]
        likely += [label for label in unspaced if label in caseless]
        return tuple(sorted(likely, key=lambda label: (-len(label), self.places[label])))

    @cached_property
    def _longest_first(self) -> tuple[str, ...]:
        return tuple(sorted(self.places, key=lambda label: (-len(label), self.places[label])))

    @cached_property
    def _by_rarest_word(self) -> tuple[Mapping[str, Sequence[str]], Sequence[str]]:
        """The labels by the one of their words that stands in the fewest of them, and those of scripts without blanks."""
        unspaced = [label for label in self.places if re.search(f"[{_SPACELESS}]", label)]
        words = {label: sorted(_words(label)) or [""] for label in self.places if label not in set(unspaced)}
        counts = Counter(word for each in words.values() for word in each)
        by_word: dict[str, list[str]] = {}
        for label, each in words.items():
            by_word.setdefault(min(each, key=counts.__getitem__), []).append(label)
        return by_word, unspaced


class _Seen:
    """The labels that stand in one text."""

    def __init__(self, text: str, caseless: str, reader: LabelReader) -> None:
        self.text = text if len(text) == len(caseless) else caseless  # for what upper and lower case tell
        self.caseless = caseless
        self._places = reader.places
        self.all = list(reader.mentions(caseless))

    def after(self, mark: re.Pattern[str]) -> list[int]:
        """The labels that stand right after a mark, without those that are negated or put as one of several."""
        found = []
        place = 0
        for match in mark.finditer(self.caseless):
            while place < len(self.all) and self.all[place].start < match.end():
                place += 1
            if place == len(self.all):
                break
            mention = self.all[place]
            lead = _LEAD.match(self.caseless, match.end(), mention.start)
            if lead is not None and lead.end() == mention.start and self._stands(mention, place):
                found.append(mention.place)
        return found

    def leading(self) -> int | None:
        """The label that the text begins with, as in `Yes, there is`."""
        if not self.all or not self._stands(self.all[0], 0):
            return None
        start, end, place = self.all[0]
        begins = re.compile(_DECOR).fullmatch(self.caseless, 0, start)
        return place if begins and _PAUSE.match(self.caseless, end) else None

    def _stands(self, mention: Mention, place: int) -> bool:
        if self._is_article(mention):
            return False
        if place + 1 == len(self.all):
            return True
        following = self.all[place + 1]
        between = _OTHERWISE.fullmatch(self.caseless, mention.end, following.start)
        return between is None or following.place == mention.place

    @cached_property
    def free(self) -> list[Mention]:
        """The labels that are named anywhere, and neither denied nor an `a` that is an article."""
        return [each for each in self.all if not self._is_denied(each) and not self._is_letter_of_text(each)]

    def _is_denied(self, mention: Mention) -> bool:
        match = _NEGATION.search(self.caseless, max(0, mention.start - _LOOKED_BACK), mention.start)
        if match and not any(word in self._places for word in _words(match[0])):  # `no` may itself be a label
            return True
        return bool(_NEGATED_AFTER.match(self.caseless, mention.end))

    def _is_article(self, mention: Mention) -> bool:
        is_one = mention.end - mention.start == 1
        return is_one and bool(_ARTICLE.match(self.caseless, mention.start))

    def _is_letter_of_text(self, mention: Mention) -> bool:
        """Whether a label of one letter is but a letter here: small and bare, or an article."""
        if mention.end - mention.start > 1 or not self.caseless[mention.start].isascii():
            return False
        if not self.caseless[mention.start].isalpha():
            return False
        around = self.text[max(0, mention.start - 1) : mention.start], self.text[mention.end : mention.end + 1]
        if around[0] in ("(", '"', "'", "*", "`", "[") and around[1] in (")", '"', "'", "*", "`", "]"):
            return False
        return self.text[mention.start].islower() or self._is_article(mention)


def _agreed(places: Sequence[int]) -> Reading:
    distinct = _once(places)
    return Reading(distinct[0]) if len(distinct) == 1 else Reading(None, distinct)


def _once(places: Sequence[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(places))


def _ends(text: str) -> tuple[str, str]:
    """The first and the last line, where there are several; else two lines that no label is."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    return (lines[0], lines[-1]) if len(lines) > 1 else ("", "")


def found_in(target: str, output: str) -> bool:
    """Whether a text stands in another as whole words."""
    wanted = folded(target)
    return bool(_pattern((wanted,)).search(_caseless(unicodedata.normalize("NFKC", output)))) if wanted else not output


@lru_cache(maxsize=512)
def _pattern(labels: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"({_as_words(label)})" for label in labels))


def _as_words(label: str) -> str:
    """A folded label as whole words, whatever joins them."""
    inner = rf"[{_JOINS}]+".join(re.escape(part) for part in label.split(" "))
    before = rf"(?<!{_LETTER})" if not re.match(f"[{_SPACELESS}]", label) else ""
    after = rf"(?!{_LETTER})" if not re.match(f"[{_SPACELESS}]", label[-1]) else ""
    return before + inner + after


def _words(text: str) -> set[str]:
    return set(re.findall(r"[^\W_]+", text))
