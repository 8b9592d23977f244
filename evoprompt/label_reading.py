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
    r"(?:final |correct |best |right |most likely |my |overall |predicted ){0,3}(?:answer|label|category|class|classification"
    r"|sentiment|polarity|relation(?:ship)?|rating|prediction|verdict|conclusion|decision|choice|output|result|response|topic"
    r"|antwort|kategorie|klasse|stimmung|ergebnis|réponse|étiquette|catégorie|classe|respuesta|etiqueta|categoría"
    r"|resultado|risposta|categoria|etichetta)"
)
_SAYS = r"(?:is|are|was|would be|should be|must be|will be|ist|lautet|wäre|est|es|è|é|:|：|=>|->|→|=|-|–)"
_CJK_NOUNS = (
    r"(?:最终答案|答案|分类结果|结果|回答|答え|正解|标签|標籤|ラベル|分类|分類|类别|類別|カテゴリー?"
    r"|情感|感情|结论|結論|결론|정답|답)"
)
# Words such as `Answer:`, after which the answer itself stands.
_VERBS = (
    r"\b(?:classif(?:y|ied)|labell?(?:ed)?|categori[sz]ed?|rated?|mark(?:ed)?|rout(?:e|ed)|assign(?:ed)?|tag(?:ged)?)\b"
    r"[^.\n]{0,40}?\b(?:as|to|under)\b"
)
_CHOOSES = r"\bi(?:['’](?:d|ll)| would| will)?\s+(?:say|pick|choose|select|go with|vote for|guess)\b"
_STRONG = re.compile(
    rf"(?:\b{_NOUNS}\b{_DECOR}{_SAYS}|{_VERBS}|{_CHOOSES}|{_CJK_NOUNS}[ \"'」』”*]*(?:是|为|為|は|：|:|는|은)"
    r"|####|\\boxed\{|\\text\{)",
    re.IGNORECASE,
)
_FINAL = re.compile(
    rf"\bfinal {_NOUNS}\b{_DECOR}{_SAYS}|最终答案[ \"'」』”*]*(?:是|为|為|：|:)|####|\\boxed\{{", re.IGNORECASE
)
# What an argument comes to: `Overall: positive`, `Hence negative`.
_CONCLUDES = re.compile(
    r"\b(?:overall|hence|therefore|thus|so|altogether|on balance|in (?:conclusion|summary|short)|insgesamt|daher|somit|donc"
    r"|globalement|por lo tanto|en resumen)\b[,:]?(?:\s+(?:it|this|that|the \w+)(?: is|['’]s))?",
    re.IGNORECASE,
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
    rf"{_DECOR}(?:,|/|\||\b(?:or|and|to|und|oder|bis|ou|o|et|y)\b|或|和|か){_DECOR}",
    re.IGNORECASE,
)
_NEGATION = re.compile(
    r"(?:\b(?:not|never|neither|nor|no|non|nothing|less|far from|without|cannot be|rather than|instead of|anything but|over"
    r"|nicht|keine?[nrms]?|keineswegs|weder|noch|pas|ni|sin|nie)|n['’]t)"
    r"(?:[\s\-_\"'“‘*`]+(?:a|an|the|be|been|at all|very|really|clearly|truly|entirely|purely|simply|just|particularly"
    r"|exactly|to|for|as|eine?|un|une))*[\s\-_\"'“‘*`]*\Z|(?:不是|并非|並非|不|非|没有|沒有)[\"'“「『*]*\Z",
    re.IGNORECASE,
)
_DOUBT = re.compile(
    r"\b(?:cannot|can['’]?t|could(?:n['’]t| not)|unable to|do(?:n['’]t| not) know|not sure|unsure|unclear|whether|hardly|scarcely"
    r"|no (?:evidence|sign|hint|reason)|although|(?:even )?though|while|whereas|despite|obwohl|bien que|aunque)\b[^.,;:\n]*\Z",
    re.IGNORECASE,
)
_UNDECIDED = re.compile(r"\b(?:mixed|ambiguous|unclear|undecided|undetermined|inconclusive)\b", re.IGNORECASE)
_SCALE = re.compile(r"\d\s*(?:/|out of|von|sur|de)\s*\Z")  # the 5 of `4/5` is no answer
_NEGATED_AFTER = re.compile(
    r"[\s\"'”」』*]*(?:では(?:ない|ありません|なく)|じゃない|이 아니|가 아니)|\s+is (?:wrong|incorrect|not)\b"
    r"|[^.!?;\n。！；]{0,200}[?？]"  # in a question nothing is said
)
_BEGINS = re.compile(_DECOR)
_PAUSE = re.compile(r"[\"'”’*_`)\]]*(?:[,.;!，。；！]|\s[–—(-]|\s+(?:because|since|as)\b|\n)")
_CLOSED = re.compile(
    r"[\"'”’*_`)\]}]*[^\S\n]*(?:[.,;!?|(\n。，；]|\Z|[–—-]|\b(?:because|since|as|so|but|though|although|given|overall|here)\b"
    r"|(?:review|text|comment|tweet|post|sentence|statement|opinion)\b)"
)
_LISTED = re.compile(rf"{_DECOR}(?:[.,;!?/|]|\b(?:or|and)\b|\Z)")
_ARTICLE = re.compile(r"[ai] (?!(?:or|and|is|as|because|since|with)\b)[a-z]")
_LOOKED_BACK = 60  # characters before a label in which it may be negated


def folded(text: str) -> str:
    """A text as labels are compared: forms of one letter alike, upper and lower case, and what joins two words."""
    return _BETWEEN.sub(" ", _caseless(unicodedata.normalize("NFKC", text).strip())).strip()


def _caseless(text: str) -> str:
    return text.replace("İ", "i").replace("’", "'").upper().casefold()


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
        if (whole := self._alone(text)) is not None:
            return Reading(whole)
        seen = _Seen(text, _caseless(text), self)
        lines = [line for line in text.split("\n") if line.strip()] if "\n" in text else []
        by_itself = [self._alone(line) for line in lines]
        alone = _once([place for place in by_itself if place is not None])
        first = by_itself[0] if lines else None
        if first is None:
            first = seen.leading()
        strong = seen.after(_FINAL) or seen.after(_STRONG)
        if first is not None:
            said = _once((first, *strong, *alone))
            return Reading(first) if len(said) == 1 else Reading(None, said)
        if strong:
            return _agreed(strong)
        if concluded := seen.after(_CONCLUDES):
            return Reading(concluded[-1])
        if len(alone) == 1:
            return Reading(alone[0])
        if _UNDECIDED.search(seen.caseless) and not _UNDECIDED.search(" ".join(self.places)):
            return Reading(None, _once([mention.place for mention in seen.all]))
        free = _once([mention.place for mention in seen.free])
        if len(free) == 1:
            return Reading(free[0])
        weak = seen.after(_WEAK, closed=True)
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
        self.all = [each for each in reader.mentions(caseless) if not _is_scale(caseless, each)]

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
            lead = _LEAD.match(self.caseless, match.end(), mention.start)
            if self._is_doubted(match.start()) or (closed and not _CLOSED.match(self.caseless, mention.end)):
                continue
            if lead is not None and lead.end() == mention.start and self._stands(mention, place):
                found.append(mention.place)
        return found

    def leading(self) -> int | None:
        """The label that the text begins with, as in `Yes, there is`."""
        begun = [
            each
            for each in self.all[:FEW_LABELS]
            if _BEGINS.fullmatch(self.caseless, self.caseless.rfind("\n", 0, each.start) + 1, each.start)
            and _PAUSE.match(self.caseless, each.end)
        ]
        if not begun or len({each.place for each in begun}) > 1:  # the options, one a line
            return None
        is_first = begun[0] is self.all[0] and not self.caseless[: begun[0].start].strip(_TRIMMED)
        return begun[0].place if is_first and self._stands(begun[0], 0) else None

    def _is_doubted(self, end: int) -> bool:
        return bool(_DOUBT.search(self.caseless, max(0, end - _LOOKED_BACK), end))

    def _stands(self, mention: Mention, place: int) -> bool:
        if self._is_article(mention):
            return False
        if place + 1 == len(self.all):
            return True
        following = self.all[place + 1]
        between = _OTHERWISE.fullmatch(self.caseless, mention.end, following.start)
        if between is None or following.place == mention.place:
            return True
        is_list = "," not in between[0] or _LISTED.match(self.caseless, following.end)
        return not is_list  # in `Yes, no doubt` the second is no answer

    @cached_property
    def free(self) -> list[Mention]:
        """The labels that are named anywhere, and neither denied nor an `a` that is an article."""
        return [each for each in self.all if not self._is_denied(each) and not self._is_letter_of_text(each)]

    def _is_denied(self, mention: Mention) -> bool:
        match = _NEGATION.search(self.caseless, max(0, mention.start - _LOOKED_BACK), mention.start)
        if match and not any(word in self._places for word in _words(match[0])):  # `no` may itself be a label
            return True
        return self._is_doubted(mention.start) or bool(_NEGATED_AFTER.match(self.caseless, mention.end))

    def _is_article(self, mention: Mention) -> bool:
        is_one = mention.end - mention.start == 1
        return is_one and bool(_ARTICLE.match(self.caseless, mention.start))

    def _is_letter_of_text(self, mention: Mention) -> bool:
        """Whether a label of one letter is but a letter here: small and bare, or an article."""
        if self.caseless[mention.start : mention.end] == "no":  # `no idea` answers nothing
            return not _CLOSED.match(self.caseless, mention.end)
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
        _SCALE.search(caseless, max(0, mention.start - _LOOKED_BACK), mention.start)
    )


def _agreed(places: Sequence[int]) -> Reading:
    distinct = _once(places)
    return Reading(distinct[0]) if len(distinct) == 1 else Reading(None, distinct)


def _once(places: Sequence[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(places))


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
    number = r"(?<!\d[.,])" if label[0].isdigit() else ""
    before = number + rf"(?<!{_LETTER})" if not re.match(f"[{_SPACELESS}]", label) else ""
    after = rf"(?!{_LETTER})" if not re.match(f"[{_SPACELESS}]", label[-1]) else ""
    after += r"(?![.,]\d)" if label[-1].isdigit() else ""  # in `4.5` there is no 4
    return before + inner + after


def _words(text: str) -> set[str]:
    return set(re.findall(r"[^\W_]+", text))
