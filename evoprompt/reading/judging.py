"""Whether a text that stands where a prompt should be is one: no refusal, no answer, no copy, no talk, no bare labels."""

# ruff: noqa: E501 (lists of words stay in one line)

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from evoprompt.operator import NoChild
from evoprompt.reading.tags import left_in
from evoprompt.reading.vocabulary import (
    META,
    bare,
    is_framing,
    is_keeping,
    is_lead_in,
    is_parting,
    is_refusal,
    sentences_of,
    sure,
)

SHINGLE = 4  # words in a row that count as taken from the question
COPIED = 0.6  # share of a sentence's words that makes it a copy of the question
_HALF = re.compile(r"[\ud800-\udfff]")  # of a character beyond U+FFFF; alone it can't be sent to any model

_VERBS = frozenset(
    """add act address aim analyse analyze answer apply arrange ask assess assign assume avoid base be begin break bring calculate
    categorise categorize check choose cite classify combine compare complete compute conclude consider consult convert count
    decide declare deduce define deliver derive describe detect determine discern distinguish divide do don't draw edit elaborate
    ensure estimate evaluate examine exclude explain explore express extract figure file filter find finish flag focus follow
    forward gauge generate give go grade guess handle help identify ignore imagine include indicate infer inspect interpret
    investigate judge keep label let list listen locate look make map mark match mention multiply name note notice observe offer output
    parse pay perform pick place play point predict prefer prepare present print produce provide pull put quote rank rate reach read reason
    recall recognise recognize record reduce refer reflect remember reply report respond return review rewrite route say scan score
    select send separate set share shorten show sift solve sort specify spot start state study submit subtract sum summarise summarize suppose
    tag take tell test think trace translate treat try turn understand use verify view watch weigh work write""".split()
)
_LEADS = r"(?:please|then|now|first|second|third|next|finally|only|just|simply|always|never|not|to|and|or|if not|otherwise|instead|also|so|must|\w{2,14}ly)"
_CLAUSE = re.compile(rf"(?:{_LEADS}[\s,]{{1,3}}){{0,3}}([a-z]+(?:n['’]t)?)\b", re.IGNORECASE)
_ORDERS = re.compile(
    r"\b(?:you(?:['’]re| are| will| must| should| need| have| can| get| return|r (?:task|job|goal|aim|answer|role|reply|mission))"
    r"|i (?:want|need|would like|expect) you|(?:the|our) (?:task|goal|job|aim) is|(?:answer|reply|output|response)s? (?:must|should|with|is to)"
    r"|(?:needs?|has|have) to be|given (?:a|an|the))\b|\?|[^\x00-\x7f\W]{2}",  # a foreign text isn't judged by English verbs
    re.IGNORECASE,
)
_STATES = re.compile(
    r"(?:the|this|that|these|here|let|it|he|she|they|there|i|we|a|an|my|what|in|based on|since|because|as)\b.{0,200}?"
    r"\b(?:is|are|was|were|has|have|had|seems?|appears?|belongs?|expresses|shows?|conveys|contains|describes|praises|complains|should"
    r"|would|needs?|says|means|goes|like[sd]?|falls?|am|indicates?|suggests?)\b",
    re.IGNORECASE | re.DOTALL,
)
_KNOWN_ANSWERS = frozenset(
    "yes no true false positive negative neutral none unknown other okay ok done na null nothing correct incorrect"
    " entailment contradiction spam ham ja nein oui non si 是 否 はい いいえ".split()
)
_FUNCTION = frozenset(
    "a an the and or of to in on for with by from at as is are was be it its this that these those here there your my our below"
    " above following goes insert text one between tags tag alone only so".split()
)
_LABEL_WORDS = frozenset(
    "new prompt prompts instruction instructions rewritten revised improved final version mutated mutate cross over step"
    " first second third rephrased paraphrased reworded original updated better hint hints entry answer output result rewrite".split()
)
_SEPARATOR = re.compile(
    r"\s*(?:[,;/|•\n，、；]|(?<!\w)(?:or|and|oder|und|ou|et|y|o|either)(?!\w)|或者?|和)\s*", re.IGNORECASE
)
_BULLET = re.compile(r"^\s*(?:\(?\d{1,3}[.):]|[-*•])\s*", re.MULTILINE)


@dataclass(frozen=True)
class Question:
    """What was asked, and what the answer may not be.

    Attributes:
        not_one_of: Texts that are no answer: parents, demonstrations.
        asked: The operator's question with the parents in it; empty where it isn't known.
        labels: The task's labels; empty where there are none.
        about_instructions: Whether the text wanted is itself advice on instructions.
        is_phrase: Whether a part of a prompt is wanted, which need not be an order.
    """

    not_one_of: tuple[str, ...] = ()
    asked: str = ""
    labels: tuple[str, ...] = ()
    about_instructions: bool = False
    is_phrase: bool = False

    @cached_property
    def given(self) -> frozenset[str]:
        """The texts that are no answer, without case and marks."""
        return frozenset(plain(each) for each in self.not_one_of)

    @cached_property
    def framing(self) -> frozenset[tuple[str, ...]]:
        """Words in a row that the question says and none of the given texts does."""
        theirs = {each for text in self.not_one_of for each in _shingles(plain(text).split())}
        return frozenset(_shingles(plain(self.asked).split())) - theirs

    def is_copied(self, sentence: str) -> bool:
        """Whether a sentence is taken from the question's own words."""
        words = plain(sentence).split()
        if not self.framing or len(words) < SHINGLE:
            return False
        covered = set[int]()
        for place, shingle in enumerate(_shingles(words)):
            if shingle in self.framing:
                covered.update(range(place, place + SHINGLE))
        return len(covered) >= COPIED * len(words)


def question(not_one_of: Iterable[str], **known: object) -> Question:
    """A question of these texts and of what else is known about it."""
    return Question(tuple(not_one_of), **known)  # type: ignore[arg-type]


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
    if is_refusal(sentences[0]):
        raise NoChild(f"chatter instead of a prompt, a refusal or a question back: {text[:60]!r}")
    if tag := left_in(text, (asked.asked, *asked.not_one_of)):
        raise NoChild(f"a tag was left in the prompt: {tag!r}")
    if plain(text) in asked.given:
        raise NoChild("the demonstration or a given text was copied back")
    _no_talk(sentences, asked)
    _no_framing(sentences, asked)
    if not asked.is_phrase:
        _no_answer(text, asked.labels)
        _no_fragment(text, asked)
    return text


def _no_talk(sentences: Sequence[str], asked: Question) -> None:
    first, last = sentences[0], sentences[-1]
    said = bare(first)
    if sure(said) and plain(said) not in _KNOWN_ANSWERS:
        raise NoChild(f"chatter instead of a prompt: {first[:60]!r}")
    if is_lead_in(first) and not (asked.about_instructions and is_order(first)):
        raise NoChild(f"chatter instead of a prompt: {first[:60]!r}")
    if is_parting(first) or is_parting(last):
        raise NoChild(f"chatter after the prompt: {last[:60]!r}")


def _no_framing(sentences: Sequence[str], asked: Question) -> None:
    for sentence in sentences:
        if asked.is_copied(sentence):
            raise NoChild(f"the question was copied back: {sentence[:60]!r}")
    if asked.about_instructions or any(is_framing(each) for each in asked.not_one_of[:1]):
        return  # the task itself may be to rewrite prompts
    framing = [each for place, each in enumerate(sentences) if is_framing(each) or (not place and is_keeping(each))]
    if framing:
        raise NoChild(f"an order about instructions instead of one for the task: {framing[0][:60]!r}")


def _no_answer(text: str, labels: Sequence[str]) -> None:
    words = plain(text).split()
    if set(words) <= _FUNCTION | _LABEL_WORDS | {"e", "g"} and set(words) & (_FUNCTION | _LABEL_WORDS):
        raise NoChild(f"there is no text where the prompt should be, but {text[:60]!r}")
    if _is_bare_list(text, words, labels):
        raise NoChild(f"an answer or bare labels instead of a prompt: {text[:60]!r}")
    if is_order(text):
        return
    named, colon, rest = text.partition(":")
    told = {plain(label) for label in labels} | _KNOWN_ANSWERS
    is_field = colon and len(named.split()) < 4 and (plain(rest) in told or len(rest.split()) < 3)
    if is_field or _STATES.match(bare(text)):
        raise NoChild(f"a statement, such as an answer to the task, instead of a prompt: {text[:60]!r}")


def _no_fragment(text: str, asked: Question) -> None:
    """Refuse a few words out of the middle of a given text, such as one label of those that it names."""
    said = plain(text)
    if (
        len(said.split()) < SHINGLE
        and any(f" {said} " in f" {each} "[1:] for each in asked.given)
        and not is_order(text)
    ):
        raise NoChild(f"a fragment of a given text instead of a prompt: {text[:60]!r}")


def _is_bare_list(text: str, words: Sequence[str], labels: Sequence[str]) -> bool:
    known = {word for label in labels for word in plain(label).split()}
    if not set(words) - known - {"or", "and", "either"} or (len(words) == 1 and words[0] in _KNOWN_ANSWERS):
        return True
    if len(words) <= 3 and words[0].isdigit():
        return True
    if len(text) > 400:
        return False
    items = [item for item in _SEPARATOR.split(_BULLET.sub("", text)) if re.search(r"\w", item)]
    short = len(items) > 1 and all(len(item.split()) < 3 for item in items)
    return short and not is_order(text) and not re.search(r"[^\x00-\x7f\W]{3}", text)


def is_order(text: str) -> bool:
    """Whether a text asks for something somewhere: a clause begins with a verb of the kind, or it says `you must`."""
    if _ORDERS.search(text):
        return True
    for clause in re.split(r"[.!?;:,\n()—–]+|\b(?:and|then|or|if)\b", text):
        found = _CLAUSE.match(clause.strip(" \t*_\"'#>-•0123456789"))
        if found and found[1].casefold().replace("’", "'") in _VERBS:
            return True
    return False


def plain(text: str) -> str:
    """The words of a text without case, marks and white space."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def speaks_of_prompts(text: str) -> bool:
    """Whether a text names prompts, versions, rewriting."""
    return bool(META.search(text))


def _shingles(words: Sequence[str]) -> list[tuple[str, ...]]:
    return [tuple(words[place : place + SHINGLE]) for place in range(len(words) - SHINGLE + 1)]
