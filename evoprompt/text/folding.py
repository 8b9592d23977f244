"""Texts without what does not make them different: case, blanks, punctuation, and the Unicode form they are written in."""

from __future__ import annotations

import re
import string
import unicodedata

PROSE = 0.7  # share of letters among the signs of a text from which on its punctuation is a matter of style
_APOSTROPHE = re.compile(r"(?<=[^\W\d_])['’ʼ](?=[^\W\d_])")
_OF_NUMBERS = re.compile(r"(?<=\d)[.,:/](?=\d)|-(?=\s?\d)|(?<=\d)\s-(?=\s)")  # 3.5 is not 3 5, and 3 - 4 is not 3 4
_DIGIT = re.compile(r"\d")
_KEPT = 0xE000  # private use: where the punctuation of numbers is put meanwhile
# A word, or a single letter of a script that sets no blanks between words (Thai, Lao, Khmer, Chinese, Japanese).
_SCRIPTS = "\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_UNIT = re.compile(rf"[{_SCRIPTS}]|[^\W_{_SCRIPTS}]+")
_ASCII_UNIT = re.compile(r"[a-z0-9]+")  # the same, several times as fast
_BLANKS, _LETTERS = string.whitespace.encode(), string.ascii_letters.encode()
_ENDING = " .!?,;:…。！？"


class _Signs(dict[int, "str | None"]):
    """What becomes of a character, for `str.translate`; looked up once each."""

    def __init__(self, punctuation: str) -> None:
        super().__init__()
        self._punctuation = punctuation

    def __missing__(self, code: int) -> str | None:
        sign = chr(code)
        kind = unicodedata.category(sign)
        if kind == "Cf" or 0xFE00 <= code <= 0xFE0F:  # joiners, marks of direction, forms of an emoji
            self[code] = None
        elif kind[0] in "ZC" and kind != "Co":
            self[code] = " "
        elif kind[0] == "P" or sign in "`´":
            self[code] = self._punctuation.format(sign)
        else:
            self[code] = f" {sign} " if kind[0] == "S" else sign
        return self[code]


_PROSE, _SIGNS = _Signs(" "), _Signs(" {} ")


def folded(text: str) -> str:
    """The text in the form that all have in common which differ in case, blanks, punctuation or Unicode form alone.

    Of a text that is no prose (a formula, brackets) only the case, the blanks and the punctuation at its end are folded.
    """
    plain = _plain(text)
    if not _is_prose(plain):
        return " ".join(plain.translate(_SIGNS).rstrip(_ENDING).split()) or " ".join(plain.split())
    kept = _OF_NUMBERS.sub(_put_away, plain) if _DIGIT.search(plain) else plain
    return " ".join(_joined(kept).translate(_PROSE).split())


def units(text: str) -> list[str]:
    """The words of a text without case and punctuation; of scripts without blanks between words, the letters."""
    plain = _joined(_plain(text))
    return (_ASCII_UNIT if plain.isascii() else _UNIT).findall(plain)


def _joined(text: str) -> str:
    """The text with `don't` as one word."""
    return _APOSTROPHE.sub("", text) if any(sign in text for sign in "'’ʼ") else text


def _put_away(found: re.Match[str]) -> str:
    return chr(_KEPT + ord(found[0].strip()))


def _is_prose(text: str) -> bool:
    if text.isascii():  # ten times as fast
        signs = text.encode().translate(None, _BLANKS)
        return len(signs.translate(None, _LETTERS)) <= (1 - PROSE) * len(signs)
    return sum(map(str.isalpha, text)) >= PROSE * (len(text) - sum(map(str.isspace, text)))


def _plain(text: str) -> str:
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
