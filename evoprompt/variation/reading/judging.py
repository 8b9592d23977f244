"""Whether a text that stands where a prompt should be is one: no refusal, no answer, no copy, no talk, no bare labels."""

from __future__ import annotations

import re
from collections.abc import Sequence

from evoprompt.variation.operator import NoChild
from evoprompt.variation.reading.asking_back import needs_something, speaks_to_somebody
from evoprompt.variation.reading.endings import is_cut
from evoprompt.variation.reading.kinship import is_about_another, unlike
from evoprompt.variation.reading.orders import is_english, is_order
from evoprompt.variation.reading.question import SHINGLE, Question, plain
from evoprompt.variation.reading.refusing import REGRET, is_firm_refusal, is_refusal
from evoprompt.variation.reading.signs import (
    is_answer,
    is_code,
    is_demonstrated,
    is_form,
    is_report,
    is_stranger,
    names_all,
    speaks_for_itself,
    speaks_of_itself,
)
from evoprompt.variation.reading.tags import left_in
from evoprompt.variation.reading.tongues import is_foreign
from evoprompt.variation.reading.vocabulary import (
    META,
    bare,
    is_lead_in,
    is_parting,
    sentences_of,
    sure,
)

_HALF = re.compile(r"[\ud800-\udfff]")  # of a character beyond U+FFFF; alone it can't be sent to any model

_STATES = re.compile(
    r"(?:the|this|that|these|your|here|let|it|he|she|they|there|i|we|a|an|my|what|in|based on|since|because|as)\b.{0,200}?"
    r"\b(?:is|are|was|were|has|have|had|seems?|appears?|belongs?|expresses|shows?|conveys|contains|describes"
    r"|praises|complains|should"
    r"|would|needs?|says|means|goes|like[sd]?|falls?|am|indicates?|suggests?)\b",
    re.IGNORECASE | re.DOTALL,
)
_UNCLOSED = re.compile(r"[{\[]\s{0,20}[\"'{]")
_KNOWN_ANSWERS = frozenset(
    "yes no true false positive negative neutral none unknown other okay ok done na null nothing correct incorrect"
    " entailment contradiction spam ham ja nein oui non si 是 否 はい いいえ".split()
)
_FUNCTION = frozenset(
    "a an the and or of to in on for with by from at as is are was be it its this that these those here there your my our below"
    " above following goes insert text one between tags tag alone only so".split()
)
_NOUNS = frozenset(
    "prompt prompts instruction instructions version hint hints entry output result rewrite step".split()
)
_LABEL_WORDS = _NOUNS | frozenset(
    "new rewritten revised improved final mutated mutate cross over first second third rephrased paraphrased reworded"
    " original updated better answer".split()
)
_SEPARATOR = re.compile(
    r"\s*(?:[,;/|•\n，、；]|(?<!\w)(?:or|and|oder|und|ou|et|y|o|either)(?!\w)|或者?|和)\s*", re.IGNORECASE
)
_BULLET = re.compile(r"^\s*(?:\(?\d{1,3}[.):]|[-*•])\s*", re.MULTILINE)


def judged(text: str, asked: Question) -> str:
    """The text, where it can be a prompt.

    Raises:
        NoChild: It can't be one; the reason says why.
    """
    if _HALF.search(text):
        raise NoChild("half a character (a lone surrogate) stands in the prompt")
    if not re.search(r"\w", text):
        raise NoChild("there is no text where the prompt should be")
    sentences = sentences_of(text)
    if _refuses(text, sentences[0], asked) or (REGRET.match(bare(text)) and not is_order(text)):
        raise NoChild(f"chatter instead of a prompt, a refusal or a question back: {text[:60]!r}")
    if tag := left_in(text, (asked.asked, *asked.not_one_of)):
        raise NoChild(f"a tag was left in the prompt: {tag!r}")
    if is_code(text) and not any(map(is_code, asked.not_one_of)):
        raise NoChild(f"code, such as an answer to the task, instead of a prompt: {text[:60]!r}")
    if _UNCLOSED.match(text) and any(text.count(one) > text.count(other) for one, other in ("{}", "[]")):
        raise NoChild(f"data that stops before its end instead of a prompt: {text[:60]!r}")
    if not asked.is_phrase and is_cut(text, asked.labels) and not any(map(is_cut, asked.not_one_of)):
        raise NoChild(f"the text stops inside a sentence: {text[-60:]!r}")
    if not asked.is_phrase and is_foreign(text, asked.not_one_of, asked.labels):
        raise NoChild(f"a text in another language than the prompts that it should be made from: {text[:60]!r}")
    if plain(text) in asked.given:
        raise NoChild("the demonstration or a given text was copied back")
    _no_talk(sentences, asked)
    _no_framing(sentences, asked)
    if not (asked.is_phrase or asked.about_instructions) and (why := unlike(text, asked.not_one_of, asked.labels)):
        raise NoChild(f"{why}: {text[:60]!r}")
    if asked.is_phrase:
        _no_statement(text, asked)
    else:
        _no_answer(text, asked)
        _no_fragment(text, asked)
    return text


def _refuses(text: str, first: str, asked: Question) -> bool:
    """Whether a text refuses or asks back; one that offers all labels has to do so in the words of somebody who speaks."""
    is_question = text.endswith(("?", "？"))
    if (asked.is_marked or is_question) and len(asked.labels) > 1 and names_all(text, asked.labels):
        return is_firm_refusal(first) and speaks_to_somebody(text)
    return is_refusal(first) or (is_question and needs_something(text))


def _no_talk(sentences: Sequence[str], asked: Question) -> None:
    first, last = sentences[0], sentences[-1]
    said = bare(first)
    if sure(said) and plain(said) not in _KNOWN_ANSWERS and not _is_assent_of_the_prompt(sentences, asked):
        raise NoChild(f"chatter instead of a prompt: {first[:60]!r}")
    if (
        is_lead_in(first)
        and not sure(said)
        and not _is_of_the_task(first, asked)
        and not (asked.about_instructions and is_order(first))
    ):
        raise NoChild(f"chatter instead of a prompt: {first[:60]!r}")
    if any(is_firm_refusal(each) for each in sentences[1:]):
        raise NoChild(f"chatter after the prompt, a refusal or a question back: {last[:60]!r}")
    is_thanks = re.match(r"(?:many )?thank", first, re.IGNORECASE) and not META.search(first)
    thanks = asked.is_marked and is_thanks and any(map(is_order, sentences[1:]))
    if (is_parting(first) and not thanks) or is_parting(last):
        raise NoChild(f"chatter after the prompt: {last[:60]!r}")


def _is_of_the_task(sentence: str, asked: Question) -> bool:
    """Whether what sounds like talk about a prompt is the task's own word, such as the `entry` of a diary."""
    theirs = " ".join(asked.not_one_of[:1]).casefold()
    named = {found.casefold() for found in META.findall(sentence)}
    return asked.is_marked and bool(named) and all(each in theirs for each in named)


def _is_assent_of_the_prompt(sentences: Sequence[str], asked: Question) -> bool:
    """Whether the prompt itself begins with `Certainly.` or `Yes, `: soberly, where a prompt should be, before an order."""
    first, *rest = sentences
    if asked.is_marked and (_is_address(" ".join(sentences), asked) or _is_told_by_labels(sentences, asked)):
        return True
    if re.match(r"(?:yes|no), ", first, re.IGNORECASE):
        return asked.is_marked and is_order(first) and not is_lead_in(first) and not speaks_of_itself(first)
    is_sober = bool(re.fullmatch(r"[\w\s'’]+[.。]", first.strip()))
    return asked.is_marked and is_sober and bool(rest) and is_order(rest[0]) and not is_lead_in(rest[0])


_ADDRESSED = re.compile(
    r"(?:dear |my |you |fellow )?(?!here\b|done\b|this\b|so\b|then\b|i\b|we\b)[a-z]+(?: [a-z]+)?\s?[:!,—–]\s", re.I
)
_ASKS_FOR = re.compile(r"\b(?:send|give|share|paste|upload|show|provide|tell)\b(?: me| us| over)?\b", re.IGNORECASE)


def _is_told_by_labels(sentences: Sequence[str], asked: Question) -> bool:
    """Whether what follows an assent names all labels as a choice to be made, and talks about no prompt."""
    text = " ".join(sentences)
    if len(asked.labels) < 2 or not names_all(text, asked.labels) or META.search(text) or is_answer(text, asked.labels):
        return False
    rest = bare(sentences[0])
    rest = rest[len(sure(rest)) :]
    is_talk = is_lead_in(rest) if re.search(r"\w", rest) else True
    return not is_talk and not speaks_of_itself(rest) and (is_order(text) or not is_english(text))


def _is_address(text: str, asked: Question) -> bool:
    """Whether a text greets whom it gives an order for the task: `Okay, inspector: decide ...`."""
    said = bare(text)
    rest = said[len(sure(said)) :]
    addressed = _ADDRESSED.match(rest)
    if not addressed or META.search(text) or not is_order(rest[addressed.end() :]):
        return False
    return (bool(asked.labels) and names_all(text, asked.labels)) or not _ASKS_FOR.search(text)


def _no_framing(sentences: Sequence[str], asked: Question) -> None:
    for sentence in sentences:
        if asked.is_copied(sentence):
            raise NoChild(f"the question was copied back: {sentence[:60]!r}")
    named = [each for each in sentences if asked.wording.is_in(each)]
    if named or asked.wording.is_whole(" ".join(sentences)):
        raise NoChild(f"an order about instructions instead of one for the task: {(named or sentences)[0][:60]!r}")
    if not asked.about_instructions and is_about_another(" ".join(sentences), asked.not_one_of, asked.labels):
        raise NoChild(f"an order about instructions instead of one for the task: {sentences[0][:60]!r}")
    if not asked.about_instructions and asked.wording.is_keeping(sentences[0]):
        raise NoChild(f"an order about instructions instead of one for the task: {sentences[0][:60]!r}")


def _no_answer(text: str, asked: Question) -> None:
    words = plain(text).split()
    if set(words) <= _FUNCTION | _LABEL_WORDS and (len(words) > 1 or set(words) & (_FUNCTION | _NOUNS)):
        raise NoChild(f"there is no text where the prompt should be, but {text[:60]!r}")
    if _is_bare_list(text, words, asked.labels):
        raise NoChild(f"an answer or bare labels instead of a prompt: {text[:60]!r}")
    if META.search(text) and len(words) < 8 and not asked.about_instructions and not is_order(text):
        raise NoChild(f"talk about a prompt instead of one: {text[:60]!r}")
    named, colon, rest = text.partition(":")
    told = {plain(label) for label in asked.labels} | _KNOWN_ANSWERS
    is_field = colon and len(named.split()) < 4 and (plain(rest) in told or len(rest.split()) < 3)
    is_long = len(words) >= SHINGLE or words[0] in ("the", "a", "an", "this", "that", "it")
    if is_report(text) or is_answer(text, asked.labels or tuple(_KNOWN_ANSWERS)):
        raise NoChild(f"a report or an answer instead of a prompt: {text[:60]!r}")
    if is_demonstrated(text, asked.shown, asked.not_one_of, asked.labels):
        raise NoChild(f"a text much like the demonstration: {text[:60]!r}")
    if asked.wants_order and not asked.about_instructions and is_stranger(text, asked.not_one_of[:2], asked.labels):
        raise NoChild(f"a text that has nothing in common with those it is made from: {text[:60]!r}")
    is_order_wanted = asked.wants_order and ((is_long and is_english(text)) or len(words) < 2)
    may_be_one = (asked.is_marked and speaks_for_itself(text, asked.labels)) or is_form(text, asked.labels)
    is_missing = (is_field and not is_form(text, asked.labels)) or (is_order_wanted and not may_be_one)
    if is_missing and not is_order(text):
        raise NoChild(f"no order or question, and so no prompt: {text[:60]!r}")
    _no_statement(text, asked)


def _no_statement(text: str, asked: Question) -> None:
    """Refuse a statement, such as an answer to the task; where a part is wanted that is one, it may be one."""
    if any(_STATES.match(each) for each in asked.not_one_of if asked.is_phrase):
        return
    names_them = asked.is_marked and len(asked.labels) > 1 and names_all(text, asked.labels) and "\n" in text
    if _STATES.match(bare(text)) and not is_order(text) and not names_them:
        raise NoChild(f"a statement, such as an answer to the task, instead of a prompt: {text[:60]!r}")


def _no_fragment(text: str, asked: Question) -> None:
    """Refuse a few words out of the middle of a given text, such as one label of those that it names."""
    said = plain(text)
    if (
        text[:1].islower()
        and len(said.split()) < SHINGLE
        and any(f" {said} " in f" {each} "[1:] for each in asked.given)
        and not is_order(text)
    ):
        raise NoChild(f"a fragment of a given text instead of a prompt: {text[:60]!r}")


def _is_bare_list(text: str, words: Sequence[str], labels: Sequence[str]) -> bool:
    known = {word for label in labels for word in plain(label).split()}
    if "|---" in text.replace(" ", "") and names_all(text, labels):
        return False  # a table that says which label is for what
    if text.endswith(("?", "？")):  # `Positive or negative?`
        return len(words) < 2
    if not set(words) - known - {"or", "and", "either"} or (len(words) == 1 and words[0] in _KNOWN_ANSWERS):
        return True
    if not re.search(r"[^\W\d_]{3}|[^\x00-\x7f\W]", text) or (len(words) <= 3 and words[0].isdigit()):
        return True  # `x = 5`, `12 apples`
    if len(text) > 400 or (re.search(r"\{\w+\}", text) and text.rstrip().endswith(":")):
        return False  # long, or a form to be filled in: `Customer: {text}`, `Desk (billing or account):`
    items = [item for item in _SEPARATOR.split(_BULLET.sub("", text)) if re.search(r"\w", item)]
    short = len(items) > 1 and all(len(item.split()) < 3 for item in items)
    return short and not is_order(text) and not re.search(r"[^\x00-\x7f\W]{3}", text)
