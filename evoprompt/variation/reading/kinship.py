"""Whether a text is akin to the prompts that it should be made from, told in any language by labels, stems and questions."""

from __future__ import annotations

import re
from collections.abc import Sequence

from evoprompt.variation.reading.orders import is_english
from evoprompt.variation.reading.vocabulary import sentences_of

STEM = 4  # letters by which `recenzja`, `recenzję` and `recenzji` are one word
LEAST_STEMS = 2  # of a prompt that others can be akin to
_SHARED = 0.25  # of a question's stems that are its parents'
_NEARLY_ALL = 0.8  # of the labels that a prompt names which names them
_SPACELESS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0eff]")
_QUESTION_MARKS = ("?", "？", "؟", ";")
_ASKER = re.compile(r"\b(?:i|me|my|we|us|you|your)\b", re.IGNORECASE)
_SMALL = frozenset(
    "that this with from your what which when where whom whose will would should could have does they them there these those"
    " than then into each many much most more some only also please answer reply respond word words".split()
)


# A prompt says `you`; what begins so tells what the model itself wants.
_MYSELF = re.compile(
    r"\W*(?:jag|já|mně|ben|bana|benim|ik|ich|je|yo|eu|io|tôi|saya|én|minä|mină|jeg|я|мне|εγώ|私|我)(?![\w])",
    re.IGNORECASE,
)


def unlike(text: str, given: Sequence[str], labels: Sequence[str]) -> str:
    """Why nothing ties a text to those that it should be made from, whatever its language; empty where something does."""
    theirs = [each for each in given if re.search(r"[^\W\d]", each)]
    if leaves_labels_out(text, theirs, labels):
        return "no label is named where all of those that it is made from name them"
    if not is_english(text) and shares_nothing(text, theirs, labels):
        return "a text that has nothing in common with those it is made from"
    if asks_the_asker(text, theirs, labels):
        return "a question back instead of a prompt"
    is_named = any(_is_named(each, text) for each in labels)
    if theirs and _MYSELF.match(text) and not is_named and not any(map(_MYSELF.match, theirs)):
        return "the model speaks of itself instead of writing a prompt"
    return ""


def leaves_labels_out(text: str, given: Sequence[str], labels: Sequence[str]) -> bool:
    """Whether a text names no label at all, not even bent, where all those that it is made from name nearly all.

    Labels without a word of letters, such as `1`, are written in too many ways to tell.
    """
    telling = [each for each in labels if re.search(r"[^\W\d_]{2}", each)]
    if len(telling) < 2 or len(telling) < len(labels) or not given:
        return False
    is_naming = all(sum(_is_named(each, one) for each in labels) >= _NEARLY_ALL * len(labels) for one in given)
    return is_naming and not any(_is_named(each, text) for each in labels)


def _is_named(label: str, text: str) -> bool:
    """Whether a word of a text begins as a word of the label does: `pozytywnie` for `pozytywna`."""
    said = text.casefold()
    for word in re.findall(r"[^\W_]+", label.casefold()):
        root = re.escape(word[: max(STEM, len(word) - 3)])
        if re.search(root if _SPACELESS.search(word) else rf"(?<![^\W_]){root}", said):
            return True
    return False


def stems(text: str) -> frozenset[str]:
    """The beginnings of the longer words of a text, and pairs of letters where words aren't set apart."""
    words = re.findall(r"[^\W\d_]+", text.casefold())
    pairs = {word[place : place + 2] for word in words if _SPACELESS.search(word) for place in range(len(word) - 1)}
    return frozenset(pairs | {word[:STEM] for word in words if len(word) >= STEM and word not in _SMALL})


def shares_nothing(text: str, given: Sequence[str], labels: Sequence[str]) -> bool:
    """Whether a text shares no stem with any of those that it is made from, nor with a label; not where these say little."""
    theirs = [stems(each) for each in given]
    ours = stems(text)
    if not theirs or min(map(len, theirs)) < LEAST_STEMS or not ours:
        return False
    return ours.isdisjoint(stems(" ".join(labels)).union(*theirs)) and not any(_is_named(each, text) for each in labels)


def asks_the_asker(text: str, given: Sequence[str], labels: Sequence[str]) -> bool:
    """Whether a text is but a question that is not put about the task, where all those that it is made from order something.

    It is about the task where it names all labels or a field, or where it speaks of what they speak of and to nobody.
    """
    if not _is_question(text) or not given or any(map(_is_question, given)) or re.search(r"\{[^{}\n]+\}", text):
        return False
    if labels and all(_is_named(each, text) for each in labels):
        return False
    ours, theirs = stems(text), frozenset[str]().union(*map(stems, given))
    is_about_it = len(ours & theirs) >= max(LEAST_STEMS, _SHARED * len(ours)) and not _ASKER.search(text)
    return not is_about_it


def _is_question(text: str) -> bool:
    return all(each.rstrip(" \"”'»*_)").endswith(_QUESTION_MARKS) for each in sentences_of(text))


# An operator speaks of the instruction; a prompt for a task seldom does.
_INSTRUCTION = re.compile(
    r"\b(?:instrucci[oó]n(?:es)?|instruç(?:ão|ões)|istruzion[ei]|anweisung(?:en)?|anleitung(?:en)?|instrukcj\w+|instructies?"
    r"|(?:l['’]|d['’]|les |des |une |cette |ces )(?:nouvelle )?instructions?|talimat\w*|pokyn\w*)\b"
    r"|指令|提示词|指示文|プロンプト|지시문",
    re.IGNORECASE,
)


def is_about_another(text: str, given: Sequence[str], labels: Sequence[str]) -> bool:
    """Whether a text names no label and speaks, in another language than English, of an instruction that none given does."""
    is_about = _INSTRUCTION.search(text) and not any(map(_INSTRUCTION.search, given))
    return bool(is_about) and not (labels and all(_is_named(each, text) for each in labels))
