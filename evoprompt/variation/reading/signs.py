"""Positive signs that a text is no prompt, though no single phrase of chatter stands in it: reports, answers, places to fill.

Where the output's form says which text is the prompt, these decide, and no list of verbs: see `judging`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from evoprompt.variation.reading.orders import begins_with_verb, is_order
from evoprompt.variation.reading.refusing import REGRET
from evoprompt.variation.reading.vocabulary import (
    META,
    bare,
    is_change_note,
    sentences_of,
    sure,
)

LEAST_WORDS = 5  # of a prompt that orders nothing in words known here and names no labels

_ONESELF = re.compile(r"\b(?:i|we|my|me|our|us)\b(?!\.)", re.IGNORECASE)
# `Merged: question form and role`, `Sorted your ticket into ...`: what was done, and not what is to be done.
_REPORTS = re.compile(
    r"(?:[a-z]{2,12}ed|done|put|kept|rewritten|made|rewording|rewriting|rephrasing|triage|paraphrasing|merging|combination"
    r"|mutation)(?: (?:your|the|both|it|as|all|them)\b|\s?[:.!–—-])",
    re.IGNORECASE,
)
_FINISHED = re.compile(r"[a-z]+ (?:is )?(?:complete|completed|done|finished)\b", re.IGNORECASE)
_KEEPS = re.compile(
    r"\b(?:categor\w+|labels?|names?|meaning|wording|placeholders?|brackets)(?: names?)? (?:(?:is|are|was|were|have been|stay\w*"
    r"|remain\w*) )?(?:kept|unchanged|untouched|preserved|intact|retained|the same|as they were)\b",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"[^.!?\n]{0,60}\b(?:goes|comes|stands|belongs|follows|fits|will (?:go|be|stand|follow)|to be (?:inserted|filled in))"
    r"(?: in)? here\W*$|(?:insert|put|place|your|enter|add) [^.!?\n]{0,40} here\W*$",
    re.IGNORECASE,
)
_MINE = re.compile(r"my (?:take|guess|attempt|suggestion|pick|verdict|try|answer|choice)\b", re.IGNORECASE)
_BECAUSE = re.compile(r"[\s,;:.–—-]{1,4}(?:because|since|as|due to|given that)\b", re.IGNORECASE)
_EXPLAINED = re.compile(r"[\s,;:.–—-]{1,4}(?:the|it|this)\b", re.IGNORECASE)
_RESULT = re.compile(
    r"\b(?:so|thus|therefore|hence|which (?:is|gives|makes|leaves)|making)\b[^.!?\d]{0,60}\d[\d.,]*[^.!?\d]{0,20}[.!]?$",
    re.IGNORECASE,
)
_CHANGES = re.compile(
    r"(?:replace|change|shorten|swap|turn|add|remove|drop|move|substitute|alter|vary|reorder|exchange|rephrase|reword)\b"
    r"[^.!?\n]{0,60}?(?:\b(?:verbs?|nouns?|words?|wording|phras\w+|sentences?|end|beginning|tone|details?|order|clause|step 1"
    r"|emphasis|part|instruction|format|style)\b|[\"“'‘]\w)",
    re.IGNORECASE,
)
_EQUATION = re.compile(r"\d\s*[-+*/x×÷·–]\s*\$?\d[\d.,]*\s*=\s*\$?\d")
_EXAMPLE = re.compile(r"\b(?:examples?|e\.g\.|for instance|such as|input|problem:|question:|q:)", re.IGNORECASE)
_TELLS = re.compile(  # of the prompts that it was made from
    r"(?:both|neither|(?:the |my )?(?:this|that|new|merged|combined) one"
    r"|(?:the |my )?(?:first|second|child|parents?|result|step \d|rewrite|rewording|merger|combination))\b",
    re.IGNORECASE,
)
_CONCLUDES = re.compile(
    r"(?:so |thus |hence |therefore,? )?(?:it|this|that|they"
    r"|(?:the|die|der|das|le|la|el|il|de|het) [a-zà-ÿ]+(?: [a-z]+)?)\b.{0,60}?"
    r"\b(?:ist|est|es|is|was|belongs|goes|falls|are|concerns|counts)\b",
    re.IGNORECASE | re.DOTALL,
)
_HEDGES = re.compile(
    r"^(?:(?:most|very) )?(?:probably|likely|possibly|perhaps|maybe|definitely|clearly|mostly|apparently|presumably)\b,? ",
    re.IGNORECASE,
)
_UNWRITTEN = re.compile(
    r"(?:(?:see|as) (?:above|below)|todo|tbd|n/a|placeholder|lorem ipsum.*|\.\.\.)\W*$", re.IGNORECASE
)
_NUMBER = re.compile(r"\b\d[\d.,]*")
_DEMONSTRATED = 0.5  # share of a text's telling words that the demonstration says, too
_COMMON = frozenset(
    "a an the and or of to in on for with by from as is are be it its this that you your whether if only one then so not no s"
    " do does what which who how all any each".split()
)


def telling(text: str) -> frozenset[str]:
    """The words of a text that tell what it is about."""
    return frozenset(re.findall(r"\w+", text.casefold())) - _COMMON


_LEAST_SAID = 2  # telling words of a text that others can be akin to
_ROOT = 4  # letters by which `name`, `names` and `named` are one word
_ADDRESSED = re.compile(r"\b(?:i|we|me|us|my|our|your|you (?:need|want|like|sent))\b", re.IGNORECASE)
_ROLE = re.compile(
    r"(?:you(?: are|['’]re) (?:an?|the|my|our)\b|act as|as an? |imagine|pretend|suppose|be an? )", re.IGNORECASE
)


def is_stranger(text: str, given: Sequence[str], labels: Sequence[str]) -> bool:
    """Whether a text names no label and shares no telling word with any of the texts that it is made from.

    A role does so rightly, and an order that speaks of nobody; and where each of these says next to nothing, such as
    `Judge it.`, there is no telling.
    """
    theirs = [{word[:_ROOT] for word in telling(each)} for each in given]
    if min(map(len, theirs), default=0) < _LEAST_SAID or _ROLE.match(bare(text)) or not re.search(r"[a-z]{3}", text):
        return False
    ours = {word[:_ROOT] for word in telling(text) - {"please"}}
    is_bare_order = begins_with_verb(text) and not re.match(r"you\b", bare(text), re.IGNORECASE)
    if is_bare_order and len(ours) >= _LEAST_SAID and not _ADDRESSED.search(text):
        return False
    return all(ours.isdisjoint(each) for each in theirs) and not _named(text, labels)


def is_report(text: str) -> bool:
    """Whether a text tells what was done with the prompts, or holds the place of one."""
    first = bare(sentences_of(text)[0])
    if _PLACE.match(first) or _UNWRITTEN.match(first) or _FINISHED.match(first) or is_change_note(first):
        return True
    if _MINE.match(first):
        return True
    return (bool(_REPORTS.match(first)) or bool(_KEEPS.search(text))) and not is_order(text)


# A line of one of these is code, and no sentence.
_CODE = re.compile(
    r"\s*(?:(?:async )?def \w+\(|class \w+[(:{]|import [\w.]+(?: as \w+)?;?$|from [\w.]+ import |return\b[^.]*$|print\(|@\w+"
    r"|(?:const|let|var) \w+ ?=|(?:async )?function \w*\(|console\.|#include|public |private |package \w+|[})\]]+[;,)]*$"
    r"|(?:if|for|while|elif|else|try|except|with)\b[^.?!]*[:{]$|[\w.\[\]]+ ?[-+*/]?=(?!=) ?(?:[\d\"'\[{(]|\w+[.(\[]|\w+ ?[-+*/] ?\w|\w+;?$)|[\w.]+\([^()]*\);?$|.*;$|(?:#|//) )"  # noqa: E501
)
_FIELD = re.compile(
    r"\s{0,9}[\"'*]{0,2}[\w -]{1,30}[\"'*]{0,2}\s?:\s*\S"
)  # `name: Ada Byron`, of an answer in data form
_QUERY = re.compile(
    r"\s*(?:SELECT\b.+\bFROM\b|INSERT INTO\b|UPDATE \w+ SET\b|DELETE FROM\b|CREATE (?:TABLE|VIEW)\b|WITH \w+ AS\b)"
    r"|\s*(?i:select\b[^.?!]+\bfrom\s+\w+[^?!]*;\s*$)",
    re.DOTALL,
)
_MOSTLY = 0.7  # of the lines


def is_code(text: str) -> bool:
    """Whether a text is a query or a program, and nothing that is said to a model."""
    if _QUERY.match(text):
        return True
    lines = [line for line in text.split("\n") if line.strip()]
    coded = [bool(_CODE.match(line)) for line in lines]
    return bool(coded) and coded[0] and sum(coded) >= _MOSTLY * len(coded)


_FORM_END = re.compile(r"\s*[:：?？][\"'*_]*$")
_SAYS = re.compile(
    r"\b(?:is|are|was|were|has|have|had|kept|left|used|made|merged|combined|changed|swapped|replaced|shortened|added|chose|here|both"
    r"|labels|categories|names|options|words|classes|\w{3,}ing)\b",
    re.IGNORECASE,
)


def is_form(text: str, labels: Sequence[str]) -> bool:
    """Whether a text is a form to fill in, `Tone (angry or calm):`: one line, a noun, all the labels, an end."""
    end = _FORM_END.search(text)
    named = _named(text, labels)
    if not end or "\n" in text or len(named) < 2 or len(named) < len(labels):
        return False
    choice = "|".join(re.escape(each) for each in labels)
    one = rf"[\"'“‘*`]?(?:{choice})[\"'”’*`]?"
    listed = rf"(?:either )?{one}(?:\s*(?:,? or |,|/|\|)\s*{one})+"
    found = re.search(rf"(?P<open>[(\[])?{listed}[)\]]?$", text[: end.start()], re.IGNORECASE)
    head = text[: found.start()] if found else ""
    is_list = bool(found and (found["open"] or " or " in found[0].casefold()))
    return is_list and bool(head.strip()) and not (META.search(head) or speaks_of_itself(head) or _SAYS.search(head))


def is_answer(text: str, labels: Sequence[str]) -> bool:
    """Whether a text answers examples of the task: one label with its reason, a label for each of several, a sum worked out."""
    said = bare(text)
    named = _named(said, labels)
    for label in (each for each in named if re.match(rf"{re.escape(each)}(?!\w)", said, re.IGNORECASE)):
        is_explained = len(named) == 1 and _EXPLAINED.match(said, len(label)) and not is_order(text)
        if is_explained or _BECAUSE.match(said, len(label)):
            return True
    fields = [part for part in re.split(r"[.;\n]", said) if part.strip()]
    lines = text.strip().split("\n")
    if (
        len(lines) > 1
        and not re.search(r"\{\w+\}", text)
        and all(_FIELD.match(line) and not is_order(line.partition(":")[2]) for line in lines)
    ):
        return True
    values = [part.partition(":")[2].strip().casefold() for part in fields]
    if len(values) > 1 and set(values) <= {label.casefold() for label in labels}:
        return True
    if named and _HEDGES.sub("", said).strip(" .!").casefold() in {label.casefold() for label in named}:
        return True
    last = sentences_of(text)[-1]
    if len(named) == 1 < len(labels) and _named(last, named) and _CONCLUDES.match(bare(last)) and not is_order(last):
        return True
    if _EXAMPLE.search(text):
        return False  # a prompt that shows how it is done
    sums = len(_EQUATION.findall(text))
    return sums > 1 or (len(_NUMBER.findall(text)) > 1 and bool(_RESULT.search(text.rstrip(" *_"))))


def is_change(text: str) -> bool:
    """Whether a text tells what to change in a prompt, such as `Replace the verb and shorten the end.`"""
    return bool(_CHANGES.match(bare(text)))


def names_all(text: str, labels: Sequence[str]) -> bool:
    """Whether a text names every label; also where there are none."""
    return len(_named(text, labels)) == len(labels)


def _named(text: str, labels: Sequence[str]) -> list[str]:
    return [each for each in labels if re.search(rf"(?<!\w){re.escape(each)}(?!\w)", text, re.IGNORECASE)]


def is_demonstrated(text: str, shown: Sequence[str], given: Sequence[str], labels: Sequence[str]) -> bool:
    """Whether a text that names no label is nearer to the demonstration than to the prompts it is to be made from."""
    if _named(text, labels):
        return False
    words = telling(text)
    theirs = max((len(words & telling(each)) for each in given), default=0)
    ours = max((len(words & telling(each)) for each in shown), default=0)
    return ours > theirs and ours >= max(_DEMONSTRATED * len(words), 3)


def speaks_of_itself(text: str) -> bool:
    """Whether the first person stands in a text."""
    return bool(_ONESELF.search(text))


def speaks_for_itself(text: str, labels: Sequence[str]) -> bool:
    """Whether a text that is said to be the prompt, and orders nothing in words known here, may be one."""
    said = bare(text)
    if META.search(text) or _TELLS.match(said) or REGRET.match(said) or speaks_of_itself(text) or sure(said):
        return False
    return len(_named(text, labels)) > 1 or len(text.split()) >= LEAST_WORDS
