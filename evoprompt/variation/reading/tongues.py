"""In which language a text is, as far as its script and its small words tell: an answer is often in another one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

LEAST_LETTERS = 4  # of another script that tell of it
LEAST_WORDS = 2  # of another language that tell of it
LEAST_NAMED = 2  # words of its parents, such as labels, that a prompt in another language keeps
LEAST_LENGTH = 4  # words of a text in which accents are looked for
_ACCENTED = 0.2  # share of a text's words that have accents, where its language has them
_MANY = 4  # times as many words of another language as of its own

_SCRIPTS = {
    "kana": re.compile(r"[\u3041-\u30ff]"),
    "han": re.compile(r"[\u4e00-\u9fff]"),
    "hangul": re.compile(r"[\uac00-\ud7af]"),
    "cyrillic": re.compile(r"[\u0400-\u04ff]"),
    "arabic": re.compile(r"[\u0600-\u06ff]"),
    "hebrew": re.compile(r"[\u0590-\u05ff]"),
    "greek": re.compile(r"[\u0370-\u03ff]"),
    "devanagari": re.compile(r"[\u0900-\u097f]"),
    "thai": re.compile(r"[\u0e00-\u0e7f]"),
    "latin": re.compile(r"[A-Za-z\u00c0-\u024f]"),
}
# Small words that are common in one language and none in English, or the other way round.
_WORDS = {
    "english": "the of and or is are this that it with for from your you to which what whether be by not its either",
    "german": "der das und oder ist nicht ein eine einen ob dem den mit für auf sich auch von zu wird sind du sie es"
    " einem eines im am zum zur aus wie wer was",
    "french": "le la les est et ou un une des du dans que qui ce cette pas sur avec pour au en il elle sont vous",
    "spanish": "el la los las es y un una del que en con por para se su lo al está son como",
    "italian": "il lo la gli è e un una del della che di con per non si nel sono alla questo questa dei",
    "portuguese": "o os as é e um uma do da que em com para não se no na são ao esta este",
    "dutch": "de het een en of niet van dat op te met voor zijn wordt naar deze ook bij ik je",
    "polish": "się nie jest czy na od po przez dla jak lub albo tylko oraz który która które tego tej jego jej są być",
    "czech": "se je na není zda nebo jak pro jsou být jen který která které tohoto této jeho její jestli ve při",
    "swedish": "och att det som ett på är av för med den till inte om eller vad i en vilken detta denna ska",
    "turkish": "ve bir bu için ile mi mu mı mü da olarak ne veya olan olup gibi her sadece ya",
}
_SMALL = {name: frozenset(words.split()) for name, words in _WORDS.items()}


class Tongue(NamedTuple):
    """The script of most letters of a text, and how many of its words are small words of each language."""

    script: str
    letters: int
    words: dict[str, int]
    length: int  # in words
    accents: int  # words with a letter beyond A to Z

    @property
    def language(self) -> str:
        """The language with the most small words; empty where there is none, or where two have as many."""
        most = max(self.words.values())
        first = [name for name, count in self.words.items() if count == most]
        return first[0] if most and len(first) == 1 else ""


def tongue_of(text: str, labels: Iterable[str] = ()) -> Tongue:
    """What script and small words tell of a text, its labels and whatever it has in quotes left aside."""
    for label in (*labels, r"“[^”]*”", r"\"[^\"]*\"", r"«[^»]*»", r"\{[^{}]*\}"):
        literal = label if label[:1] in "“\\«" else rf"(?<!\w){re.escape(label)}(?!\w)"
        text = re.sub(literal, " ", text, flags=re.IGNORECASE)
    counts = {name: len(letters.findall(text)) for name, letters in _SCRIPTS.items()}
    if counts["kana"]:
        counts["kana"] += counts.pop("han")  # both are written in Japanese
    script = max(counts, key=lambda name: counts[name])
    words = re.findall(r"[^\W\d_]+", text.casefold())
    return Tongue(
        script,
        counts[script],
        {name: sum(word in small for word in words) for name, small in _SMALL.items()},
        len(words),
        sum(not word.isascii() for word in words),
    )


def is_foreign(text: str, parents: Sequence[str], labels: Iterable[str] = ()) -> bool:
    """Whether a text is plainly in another language than all the texts it is made from; not where it is too short to tell."""
    known = tuple(labels)
    named = set(_long_words(" ".join(parents))) & set(_long_words(text))
    if len(named) >= LEAST_NAMED:
        return False  # a prompt in another language that names the same labels
    said = tongue_of(text, known)
    theirs = [tongue_of(each, known) for each in parents if re.search(r"[^\W\d]", each)]
    return bool(theirs) and all(_differs(said, each) for each in theirs)


def _is_english(plain: Tongue, accented: Tongue) -> bool:
    return plain.words["english"] >= max(LEAST_WORDS, _MANY * accented.words["english"])


def _long_words(text: str) -> list[str]:
    return re.findall(r"[A-Za-z]{4,}", text.casefold())


def _differs(said: Tongue, other: Tongue) -> bool:
    if min(said.letters, other.letters) < LEAST_LETTERS:
        return False
    if said.script != other.script:
        return True
    if said.script == "latin" and min(said.length, other.length) >= LEAST_LENGTH:
        # English needs no accents; a language that nobody knows here is told from it by them.
        for accented, plain in ((said, other), (other, said)):
            if accented.accents >= _ACCENTED * accented.length and not plain.accents and _is_english(plain, accented):
                return True
    if said.script != "latin" or not other.language:
        return False
    own = said.words[other.language]
    most = max(count for name, count in said.words.items() if name != other.language)
    return most >= max(LEAST_WORDS, _MANY * own)
