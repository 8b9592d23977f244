"""Whether a text is framing: what the operator's question says about instructions, copied, shortened or said anew.

A prompt speaks of the task, framing of the text that was asked for. So framing is told by what it is about: most of its
telling words are the question's own, or those in which anybody would ask for another wording, and one of them names
the text that is wanted (`instruction`, or `advice` where that is asked for). Words that the parents say are the task's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from evoprompt.variation.reading.signs import telling

MOSTLY = 0.5  # share of the telling words of a sentence that are an operator's, where one names what is wanted
NEARLY_ALL = 0.75
LEAST = 3  # telling words of a text that is judged without such a name
ALL_BUT_ONE = 0.87  # likewise of advice that names an instruction, and of a part of a prompt
STEM = 5  # letters by which `rewrite`, `rewriting` and `rewritten` are one word

# In these anybody asks for another wording of a text, whatever the question's own words.
_WORDS = """
    rewrite reword rephrase restate reformulate paraphrase express say put turn phrase word words wording meaning
    sense same other different another new anew next further additional alternative original existing given previous
    above below combine merge join blend mix cross mutate improve better change vary modify edit adapt polish refine
    continue extend carry add append complete keep preserve retain leave maintain intact unchanged exactly verbatim
    placeholder curly braces brackets category names tag tags write produce provide give create make generate supply
    compose draft come formulate output reply respond return answer only alone nothing else between inside within
    task job purpose repeat copy list entry entries item version step steps result outcome parts part two both first
    second one sum summarise start begin distinct fresh own using use based suggest propose offer devise invent
    apply infer once more again than rest them those find
    written stand
"""
_OF_PROMPTS = ("instruction", "prompt", "directive")
_OF_OTHERS = ("hint", "advice", "entry", "tip", "improvement")
_OF_ADVICE = ("advice", "tip", "recommendation", "spirit", "somebody")


def _stem(word: str) -> str:
    return word.removesuffix("s")[:STEM]


# Whom a prompt is for is told to follow it; an operator asks for another one.
_OBEY = re.compile(r"\b(?:follow|obey|heed|stick to|these|adhere to|according to)\b", re.IGNORECASE)
_STEP = re.compile(r"[\s*#]{0,9}(?:\d[.)]?\s?)?(?:mutate|cross over)\**\s?[:：]", re.IGNORECASE)
# Parents say these as well, and yet they are the question's.
_ANYWHERE = frozenset(
    map(_stem, ("write", "find", "give", "put", "say", "make", "new", "next", "one", "first", "part", "keep"))
)
_KEEPS = frozenset(map(_stem, ("keep", "preserve", "retain", "leave", "maintain")))
_OPERATORS = frozenset(map(_stem, _WORDS.split()))


def stems(text: str) -> list[str]:
    """The telling words of a text in order, each cut to its first letters."""
    return [_stem(word) for word in re.findall(r"[^\W\d_]+", text.casefold()) if telling(word)]


class Framing:
    """What an operator's question says in its own words, and by which names it calls the text that it wants.

    Args:
        asked: The question, with the given texts in it; where it is empty, the usual words of operators are known alone.
        given: The texts that were put into it, the one to be changed first.
        about_instructions: Whether advice on an instruction is wanted.
        is_phrase: Whether a part of a prompt is wanted.
    """

    def __init__(self, asked: str, given: Sequence[str], about_instructions: bool, is_phrase: bool = False) -> None:
        for text in sorted(given, key=len, reverse=True):
            if len(text.split()) > 1:
                asked = asked.replace(text, " ").replace(" ".join(text.split()), " ")
        self.is_advice, self.is_phrase = about_instructions, is_phrase
        own = frozenset(stems(asked))
        names = _OF_ADVICE if about_instructions else _OF_PROMPTS
        others = () if about_instructions else _OF_OTHERS
        wanted = frozenset(map(_stem, names)) | frozenset(
            stem for stem in map(_stem, others) if stem in own or not asked
        )
        if is_phrase:
            wanted |= {_stem("part")}
        # The first is the text to be changed; another that names what is wanted is advice on it, and not the task's.
        theirs = [frozenset(stems(text)) for text in given]
        taken = frozenset[str]().union(*(each for place, each in enumerate(theirs) if not place or not each & wanted))
        self.taken = taken
        self.names = wanted - taken
        self.own = own - (taken - _ANYWHERE)
        self.words = own | _OPERATORS | wanted

    def is_in(self, sentence: str) -> bool:
        """Whether a sentence, or the heading that it begins with, names the text that was asked for, and is about it."""
        head = re.split(r"[:：]", sentence, maxsplit=1)[0]
        return bool(_STEP.match(sentence)) or any(map(self._is_about_it, {sentence, head}))

    def _is_about_it(self, sentence: str) -> bool:
        said = stems(sentence)
        if len(said) < 2 or self.names.isdisjoint(said) or _OBEY.search(sentence):
            return False
        is_object = said[0] in _OPERATORS and not self.names.isdisjoint(said[1:3])
        if self.is_advice and _stem("instruction") in said:
            return _share(said, self.words) >= ALL_BUT_ONE  # not `Rewrite the instruction as advice from a friend.`
        return is_object or _share(said, self.words) >= (ALL_BUT_ONE if self.is_phrase else MOSTLY)

    def is_keeping(self, sentence: str) -> bool:
        """Whether a sentence says what is to be left as it is in the text that was asked for."""
        said = stems(re.split(r"[:：]", sentence, maxsplit=1)[0])
        return len(said) > 1 and said[0] in _KEEPS and _share(said, self.words - self.taken) >= NEARLY_ALL

    def is_whole(self, text: str) -> bool:
        """Whether a text says next to nothing but what the question says itself."""
        said = stems(text)
        return len(said) >= LEAST and _share(said, self.own) >= NEARLY_ALL


def _share(said: Sequence[str], known: frozenset[str]) -> float:
    return sum(stem in known for stem in said) / max(1, len(said))
