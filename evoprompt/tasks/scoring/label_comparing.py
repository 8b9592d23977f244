"""Which of two labels that are compared counts for less: `A is worse than B`, `more positive than negative`, `A beats B`.

Where both count alike, or nothing tells which of them is the answer (`A has fewer errors than B`), both count for less.
"""

from __future__ import annotations

import re

from evoprompt.tasks.scoring.label_finding import Mention

NEAR = 60  # characters before, between and behind two labels in which they are compared
_CLAUSE = r"[^.;:!?\n。；！？]*"
_NOT = (
    r"(?:(?<!\w)(?:not|never|no|neither|hardly|nowhere near|nicht|kein\w*|pas|ni|não|non|не)|n['’]t)\b|不是|并不|並不"
)

_UP = re.compile(
    r"\b(?:more|better|stronger|superior|preferable|mehr|besser\w*|stärker\w*|plus|mieux|meilleure?s?|más|mejor|più"
    r"|miglior\w*|melhor|скорее|больше|более|лучше)\b|\bmais\b(?=\s+(?:\w+ )?(?:do )?que\b)|\bmais\s+\Z"
)
_LESS = r"\b(?:less|weniger|moins|menos|meno|менее)\b"
_DOWN = re.compile(
    rf"{_LESS}|\b(?:worse|weaker|inferior|poorer|fewer|lesser|below"
    rf"|lower (?:quality|score|rating|rank|grade|probability|likelihood)"
    r"|(?:scor\w+|rat\w+|rank\w+) (?:\w+ )?lower|schlechter\w*|schwächer\w*|pires?|peor|peggio\w*|pior|хуже|слабее)\b"
)
_DEGREE = re.compile(rf"{_UP.pattern}|{_DOWN.pattern}|\b(?:rather|closer|eher|plutôt)\b")
# What is more or less of a fault may be what was asked for: `A is more biased than B`.
_FAULT = re.compile(
    r"\b(?:wrong|bad|flawed|misleading|harmful|toxic|biased|verbose|vague|confus\w+|repetitive|redundant|lower|problem\w*|faults?"
    r"|(?:error|mistake|flaw|issue|hallucination|contradiction|defect|weakness|inaccurac|omission|typo)\w*"
    r"|un(?!i|der)\w+|(?:inaccurate|incorrect|inappropriate|incomplete|incoherent|inconsistent|irrelevant|implausible|improbable"
    r"|impossible|illogical|dishonest|disappointing)|falsch|fehler\w*|faux|fausse|erreurs?|errores|equivocad\w+)\b"
)
_THAN = re.compile(
    rf"\b(?:than|compared (?:to|with)|in comparison (?:to|with)|(?:als|que|como|che|чем))\b(?P<rest>{_CLAUSE})\Z"
)
_THAN_A = re.compile(r"\bthan (?:an?|the)\s+\Z")  # `less urgent than an emergency` says neither
_ENGLISH_THAN = re.compile(r"\b(?:than|compar\w+)\b")
_EVEN = re.compile(
    rf"(?:{_NOT})(?: any)? (?:more|less|rather|mehr|eher|plus|más)\b[^.,;:!?\n]*\Z"
)  # `no more positive than negative`
_NOT_ANY = re.compile(rf"(?:{_NOT})(?:\s+\w+){{0,3}}\s*\Z")
_AS_BEFORE = re.compile(r"\b(?:as|equally)\s+\Z")
_AS_BEHIND = re.compile(r"\s+as\b[^.,;:!?\n]*\Z")
_ONCE = r"[^\W\d_]+(?:[ -][^\W\d_]+){0,3}"
_AS_MUCH_AS = re.compile(
    rf"\b(?:(?:as|(?<=not )so|(?<=n['’]t )so) {_ONCE} as|(?:genau)?so {_ONCE} wie|aussi {_ONCE} que|(?:tan|tão) {_ONCE} como"
    rf"|(?:così|tanto) {_ONCE} (?:come|quanto)"
    rf"|так(?:ой|ая|ое|ие)? {_ONCE},? как|(?:the same|equal|similar|equivalent|identical|comparable) (?:as|to|with))\b{_CLAUSE}\Z"
)
_BEATS = (
    r"(?:outweigh(?:s|ed)?|outnumber(?:s|ed)?|overshadow(?:s|ed)?|outperform(?:s|ed)?|outclass(?:es|ed)?|outrank(?:s|ed)?"
    r"|outshines?|outdoes|surpass(?:es|ed)?|beats?|beaten|defeats?|defeated|trumps?|trumped"
    r"|exceeds?|exceeded|edges? out|edged out"
    r"|übertr(?:ifft|offen)|schlägt|surpasse|dépasse|supera)\b(?P<passive> by\b)?"
    r"|(?:(?:prevail|dominate|win|triumph)s? over|won over|takes? (?:precedence|priority) over|ahead of|superior to|preferable to"
    r"|(?:preferred|favou?red|chosen|picked|selected) (?:over|to|above)|besser geeignet als|vorzuziehen"
    r"|supérieure?s? (?:à|au)|préférable (?:à|au)|superior al?|preferible al?|superiore a|preferibile a)\b"
)
_WINS = re.compile(rf"\b(?:{_BEATS}){_CLAUSE}\Z|(?:优于|優於|好于|好於|强于|強於|胜过|勝過|高于|高於){_CLAUSE}\Z")
_LOSES = re.compile(
    r"\b(?:los(?:es?|t|ing) (?:out )?(?:to|against)|inferior to|subordinate to|no match for|f(?:alls?|ell) short of"
    r"|lags? behind|lagging behind|trails?(?: behind)?|trailing(?: behind)?"
    r"|pales? (?:beside|next to|in comparison|compared|against)"
    r"|behind|second to|second[- ]best to|gives? way to|gave way to|yields? to|unterlegen|unterliegt"
    r"|inférieure?s? (?:à|au)|inferior al?"
    rf"|inferiore a|уступает)\b{_CLAUSE}\Z|(?:不如|不及|比不上|劣于|劣於|逊于|遜於|逊色于|差于|差於|弱于|弱於|低于|低於)"
    rf"{_CLAUSE}\Z"
)
_NAME = r"(?:(?:the|an?|der|die|das|la|le|el) )?(?:[\"'*_`(]{0,2}[^\W\d_]+\s+){0,2}[\"'“«‘*_`(]{0,3}"  # of `Response A`
_KIND = (
    r"(?:(?:the )?(?:response|option|answer|candidate|output|choice|assistant|model|version|text|summary|translation"
    r"|reply|caption|story|essay|passage|sample|number)\s+)?"
)
_OVER = re.compile(rf"\s+(?:over|above)\s+{_KIND}")
_BELOW = re.compile(rf"\s+(?:below|beneath|under|behind)\s+{_KIND}")
_RANKS = re.compile(r"\b(?:rank|rate|place|put|score)(?:s|d|ed)?\b")
_PREFERS = re.compile(
    r"\b(?:prefer(?:s|red)?|préfère|prefiero|prefere|preferisco|ziehe)\s+[\"'“*_`(]{0,3}(?:[^\W\d_]+\s+)?[\"'“*_`(]{0,3}\Z"
)
_TO = re.compile(
    r"[\"'”*_`)]{0,3}\s+(?:to|à|a)\s+[\"'“*_`(]{0,3}"
    r"(?:(?:response|option|answer|candidate|output|choice|assistant|model|version|text|réponse|respuesta)\s+)?[\"'“*_`(]{0,3}\Z"
)
_BESIDE = re.compile(
    r"\b(?:compared (?:to|with)|in comparison (?:to|with)|relative to|in contrast to|unlike|next to"
    r"|im vergleich zu|verglichen mit"
    rf"|par rapport à|comparée? à|en comparación con|comparado con)\s+{_NAME}\Z|(?:相比|与|與|和|跟|比起)\s*\Z"
)
_IS_LESS = re.compile(rf"{_CLAUSE}?(?:{_DOWN.pattern}|(?:{_NOT})(?: \w+){{0,2}} (?:as|so) \w+|更差|较差|較差|差|弱)")
_UNSAID = re.compile(
    rf"(?:{_NOT}) (?:\w+ )?(?:say|think|believe|claim|agree|argue|call|consider|find|mean|true|correct|sagen|glaube|dire|creo)\b"
)
_YET = re.compile(  # `A is worse than B in tone, but better overall`
    rf"[^\n]*?\b(?:but|yet|however|although|though|aber|mais|pero)\b[^\n]*?(?:{_UP.pattern}|{_DOWN.pattern}|\b(?:best|prefer\w*|wins?)\b)"
    r"(?!\W{0,3}(?:than|als|que|as)\b)"  # `better than 3 but worse than 5` goes on comparing
)
_GERMAN_IS = re.compile(r"\s+ist\s[^.;:!?\n]*\Z")
_GERMAN_LESS = re.compile(r"\s+(?:\w+ )?(?:(?P<less>unterlegen)|überlegen|vorzuziehen)\b")
_CHINESE_KIND = "(?:回答|答案|选项|選項|回复|回覆)?"
_THEN_BI = re.compile(rf"\s*比{_CHINESE_KIND}\s*\Z")
_CHINESE_LESS = re.compile(r"(?:要|更|还|還|稍|略|明显|明顯)?(?:差|糟|弱|逊|遜|低|少|不)")
_CHINESE_LACKS = re.compile(rf"\s*(?:没有|沒有|没|沒){_CHINESE_KIND}\s*\Z")
_CHINESE_SO = re.compile(r"(?:那么|那麼|这么|這麼|更)?(?:好|多|强|強|高|贴切|貼切|合适|合適|准确|準確|明显|明顯|符合)")

_ENDS = re.compile(r"[.;:!?](?:\s|\Z)|[\n。；！？]")

Pair = tuple[Mention, ...]


def lesser_of(text: str, one: Mention, other: Mention) -> Pair:
    """Of two neighbouring labels, what counts for less: one of them, both, or neither where they are not compared."""
    if one.place == other.place or other.start - one.end > NEAR:
        return ()
    between = text[one.end : other.start]
    if _ENDS.search(between):
        return ()  # what two sentences say is no comparison
    before = re.split(r"[.;:!?\n。；！？]", text[max(0, one.start - NEAR) : one.start])[-1]
    behind = text[other.end : other.end + NEAR]
    if _UNSAID.search(before):
        return (one, other) if _DEGREE.search(between) else ()
    for found in (_beside, _by_verb, _as_much, _in_chinese, _in_german, _by_degree):
        if (lesser := found(before, between, behind)) is not None:
            lesser = BOTH if _YET.match(behind) else lesser
            return tuple(each for each, is_less in zip((one, other), lesser, strict=True) if is_less)
    return ()


FIRST, SECOND, BOTH = (True, False), (False, True), (True, True)


def _beside(before: str, between: str, behind: str) -> tuple[bool, bool] | None:
    """`Compared to A, B is worse`."""
    if not _BESIDE.search(before) or not re.match(r"[\"'”*_`)]*\s*[,，]|相比|比|来说", between):
        return None
    if _FAULT.search(re.split(r"[.;!?\n]", behind)[0]):
        return BOTH
    return SECOND if _IS_LESS.match(behind) else FIRST


def _by_verb(before: str, between: str, behind: str) -> tuple[bool, bool] | None:
    """`A beats B`, `A loses to B`, `I prefer A to B`."""
    if _OVER.fullmatch(between) or (_PREFERS.search(before) and _TO.fullmatch(between)):
        return BOTH if re.search(_NOT, before) else SECOND
    if _BELOW.fullmatch(between) and _RANKS.search(before):
        return BOTH if re.search(_NOT, before) else FIRST
    if lost := _LOSES.search(between):
        return BOTH if _NOT_ANY.search(between, 0, lost.start()) else FIRST
    if won := _WINS.search(between):
        if _NOT_ANY.search(between, 0, won.start()):
            return BOTH
        return FIRST if won["passive"] else SECOND
    return None


def _as_much(before: str, between: str, behind: str) -> tuple[bool, bool] | None:
    """`A is as good as B`, and `A is not as good as B`."""
    if _AS_BEFORE.search(before) and _AS_BEHIND.match(between):
        return BOTH
    if match := _AS_MUCH_AS.search(between):
        return FIRST if _NOT_ANY.search(between, 0, match.start()) and not _FAULT.search(match[0]) else BOTH
    return None


def _in_chinese(before: str, between: str, behind: str) -> tuple[bool, bool] | None:
    """`A比B好`, and `A没有B好`."""
    if _CHINESE_LACKS.fullmatch(between) and _CHINESE_SO.match(behind):
        return FIRST
    if not _THEN_BI.fullmatch(between):
        return None
    return FIRST if _CHINESE_LESS.match(behind) else SECOND


def _in_german(before: str, between: str, behind: str) -> tuple[bool, bool] | None:
    """`A ist B unterlegen`."""
    end = _GERMAN_LESS.match(behind) if _GERMAN_IS.match(between) else None
    if end is None:
        return None
    if re.search(_NOT, between):
        return BOTH
    return FIRST if end["less"] else SECOND


def _by_degree(before: str, between: str, behind: str) -> tuple[bool, bool] | None:
    """`A is worse than B`, and `more A than B`."""
    than = _THAN.search(between)
    if than is None or not (_ENGLISH_THAN.match(than[0]) or _DEGREE.search(before + between)):
        return None
    said = between[: than.start()]
    up, down = _UP.search(said), _DOWN.search(said)
    if degree := up or down:
        if (up and down) or _FAULT.search(said) or _NOT_ANY.search(said, 0, degree.start()):
            return BOTH
        return FIRST if down else SECOND
    if _EVEN.search(before) or _FAULT.search(said):
        return BOTH
    is_less = any(_DOWN.fullmatch(each[0]) for each in [*_DEGREE.finditer(before)][-1:])
    if not is_less:
        return SECOND
    return BOTH if _THAN_A.search(between) else FIRST
