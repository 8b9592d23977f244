"""Whether a text orders something, by the verbs that instructions begin with."""

from __future__ import annotations

import re

_VERBS = frozenset(
    """
    add act address aim analyse analyze answer apply arrange ask assess assign assume avoid base be begin
    break bring calculate categorise categorize check choose cite classify combine compare complete compute
    conclude consider consult convert count decide declare deduce define deliver derive describe detect
    determine discern distinguish divide do don't draw edit elaborate ensure estimate evaluate examine exclude
    explain explore express extract figure file filter find finish flag focus follow forward gauge generate
    give go grade guess handle help identify ignore imagine include indicate infer inspect interpret
    investigate judge keep label let list listen locate look make map mark match mention mind multiply name note
    notice observe offer output parse pay perform pick place play point predict prefer prepare present print
    produce provide pull put quote rank rate reach read reason recall recognise recognize record reduce refer
    reflect remember reply report respond return review rewrite route say scan score select send separate set
    share shorten show sift solve sort specify spot start state study submit subtract sum summarise summarize
    suppose tag take tell test think trace translate treat try turn understand use verify view watch weigh
    work write
    accept adhere adopt align allocate allot appraise ascertain assemble attend attribute bear bring
    carry categorize characterise characterize clarify collect concentrate confirm consolidate construct
    contemplate critique declare deem deliberate delve demonstrate derive designate diagnose
    differentiate direct discern dispatch disregard earmark elect embody employ enter enumerate
    establish execute extrapolate favor favour fill finalise finalize formulate forward furnish get
    glean heed hold illustrate incorporate inform inspect isolate iterate jot justify keep know lay lean
    learn leave mull nail obey omit opt organise organize outline paraphrase peruse pin pinpoint ponder
    prioritise prioritize probe proceed process pronounce prove put quantify recheck reckon recount
    refrain regard relate render resolve restate restrict reveal review scour scrutinise scrutinize see
    seek sense settle sift size skim skip sniff spell steer tackle tally taste tease tie triage trust unpack
    untangle utilise utilize vet vote walk weed
    """.split()
)
_LEADS = (
    r"(?:please|you|then|now|first|second|third|next|finally|only|just|simply|always|never|not|and|or|if not|otherwise|instead"
    r"|also|so|must|(?!(?:rep|multip|app|supp|comp|imp|re)ly\b)\w{2,14}ly)"
)
_CLAUSE = re.compile(rf"(?:{_LEADS}[\s,]{{1,3}}){{0,3}}(?:[a-z]{{2,6}}-)?([a-z]+(?:n['’]t)?)\b", re.IGNORECASE)
_ORDERS = re.compile(
    r"\b(?:you(?:['’](?:re|ve|ll)| won['’]t| are| will| must| should| need| have| can| get| return|r (?:task|job|goal|aim|answer"
    r"|role|reply|mission))"
    r"|i (?:want|need|would like|expect) you|i['’]d like (?:you|the|to know)"
    r"|i['’]m looking for|i (?:want|need) to know|please [a-z]{3,}|from now on"
    r"|(?:the|our) (?:task|goal|job|aim) is|(?:answer|reply|output"
    r"|response)s? (?:must|should|with|is to)"
    r"|(?:needs?|has|have) to be|given (?:a|an|the))\b|\?"
    r"|[^\x00-\x7f\W]{2}",  # a foreign text isn't judged by English verbs
    re.IGNORECASE,
)
_ENGLISH = re.compile(
    r"\b(?:the|is|are|of|or|your|you|into|when|who|and|that|this|with|to|for|it|have|be|will|by|from|at|than|has|had|does|can)\b",
    re.IGNORECASE,
)
# A verb that is not among those above, by what follows it: `Tackle the problem`, `Gauge whether ...`.
_OTHER_VERB = re.compile(
    r"(?!(?:the|a|an|this|that|these|those|it|he|she|they|we|i|you|in|on|at|of|for|from|with|by|as|when|while|because|since|but|all"
    r"|both|each|every|some|any|no|there|here|what|which|who|how|why|not|is|are|was|were|has|have|said|let|such|if|to|than|like"
    r"|my|your|our|their|its|his|her|so|after|before|over|under|about|into|just|only|even|also|yes"
    r"|told|gave|made|took|found|kept|left|put|got|saw|wrote|sent|brought|felt|knew"
    r"|hence|thus|therefore|though|although|whereas|unless|until|than|plus|per|via|between|among|upon|without|within)\b)"
    r"[a-z]{3,}(?<!ed)(?<!ing)(?<!s)(?<!ly) (?:the|a|an|each|every|this|these|all|any|its|your|whether|if|what|which|how|out"
    r"|up|down|into|through|it|both|only|one|upon|between|among|either|them)\b",
    re.IGNORECASE,
)
# `"positive" if the review praises the film, else "negative"`: an order without a verb.
_CONDITIONAL = re.compile(
    r"[\"“'‘*`]?\w+[\"”'’*`]?,? (?:if|when|where|for) (?:the|a|an|it)\b[^.!?\n]{1,200}\b(?:else|otherwise|(?:if|when) not)\b"
    r"|(?:if|when|where) (?:the|a|an|it)\b[^.!?\n]{1,200}[,:] [^.!?\n]{1,60}[,;.] ?(?:else|otherwise|if not)\b",
    re.IGNORECASE,
)

_HAVE = re.compile(r"(?:have|let) (?:the|it|them|each|every|your|a)\b", re.IGNORECASE)  # no statement begins so


def is_order(text: str) -> bool:
    """Whether a text asks for something somewhere: a clause begins with a verb of the kind, or it says `you must`."""
    if _ORDERS.search(text) or _CONDITIONAL.match(text) or _HAVE.match(text):
        return True
    for clause in re.split(r"\{[^{}\n]{0,60}\}|[.!?;:,\n()—–]+|\b(?:and|then|or|if)\b", text):
        if _OTHER_VERB.match(clause.strip(" \t{}*_\"'#>-•0123456789")):
            return True
        found = _CLAUSE.match(clause.strip(" \t{}*_\"'#>-•0123456789"))
        if found and found[1].casefold().replace("’", "'") in _VERBS:
            return True
    return False


def begins_with_verb(text: str) -> bool:
    """Whether the first word, but for `please` and its like, is a verb that instructions begin with."""
    found = _CLAUSE.match(text.strip(" \t{}*_\"'#>-•0123456789"))
    return bool(found and found[1].casefold() in _VERBS)


def is_english(text: str) -> bool:
    """Whether a text has an English function word, so that English verbs can tell whether it orders something."""
    return bool(_ENGLISH.search(text))
