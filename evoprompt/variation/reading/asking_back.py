"""Whether a sentence speaks to the author of the question, about what is missing there, and not to who does the task.

Four causes, each of which says so by itself: a promise for the time after something was handed over, something that was
not handed over, the first person that can't, and the first person that waits. A condition before them (`if no number
was given`) makes them part of a task.
"""

from __future__ import annotations

import re

_QUOTED = re.compile(r"“[^”]{0,200}”|\"[^\"]{0,200}\"|«[^»]{0,200}»|「[^」]{0,200}」")
_CONDITION = re.compile(
    r"\b(?:if|when|where|whenever|whether|unless|in case|which|who|whose|wenn|falls|wo|si|quand|cuando|se"
    r"|quando|als|wanneer)\b"
    r"|[如若当]|場合|なら|たら",
    re.IGNORECASE,
)
# `Please send it over, and I'll sort it.`
_PROMISE = re.compile(
    r"\b(?:paste|attach|upload|resend|drop|share|send|provide|supply|include|post|enter)\b(?:(?! to |[.!?:]).){0,80}?"
    r"\b(?:and|so(?: that)?|then|before|until)(?: then)? (?:i|we)(?:['’](?:ll|d)| will| can| could| may| would)\b"
    r"|(?:^|[.!?,] )(?:please |just )?(?:tell|give|send|show|say)\b(?:(?! to |[.!?:]).){0,80}?\b(?:and"
    r"|then) (?:i|we)(?:['’]ll| will)\b"
    r"|\b(?:once|as soon as|after|when) (?:i|we|you)(?:['’]ve| have| get| receive| see) (?:\w+ed )?"
    r"(?:the|your|it|that|a)\b.{0,80}?\bi(?:['’]ll| will| can)\b"
    r"|\b(?:dann (?:kann|werde) ich|damit ich|pour que je|afin que je|para que (?:yo |eu )?(?:pueda|possa)"
    r"|così (?:posso|potrò)|zodat ik"
    r"|dan kan ik)\b|我(?:再|就|来|才能|好)",
    re.IGNORECASE,
)
# `The text hasn't been given`, `none is included`, `Mir wurde keine Nachricht übermittelt`
_ABSENT = re.compile(
    r"\b(?:has|have|had|was|were|is|are)(?:n['’]t| not) (?:yet |actually )?(?:been )?(?:provided|included"
    r"|given|attached|supplied"
    r"|shared|uploaded|received|sent)\b|\bnone (?:is|was|were|has been) \w+ed\b|\bwould (?:really "
    r"|greatly )?help\b|\bnothing (?:came|arrived|was|is) \w+"
    r"|\b(?:what|that|which|the \w+|message|request) you(?:['’]ve| have)? (?:sent|gave|given|wrote|shared"
    r"|pasted|provided)\b"
    r"|\byou(?:['’]ve| have)? (?:mentioned|referred|forgotten|forgot|meant|left out|sent me|omitted)\b"
    r"|\byou['’]re referring to\b"
    r"|\bon my (?:end|side)\b|\b(?:did|have) you \w+|\b(?:mir|uns) wurden?\b"
    r"|\bwithout (?:seeing|having|access to) (?:the|your|it|more)\b"
    r"|\byou(?:['’]ll| will)? (?:need|have) to (?:share|paste|upload|attach|(?:provide|give)\b[^.!?]{0,40}\bfirst)\b"
    r"|^(?:es scheint|es sieht so aus|il semble|on dirait|parece|sembra|het lijkt)\b.{0,9}\b(?:dass|als"
    r"|qu[e’']|que|che|dat)\b"
    r"|\b(?:fehl(?:t|en)|manque(?:nt)?|faltan?|manca(?:no)?|ontbreek\w*|ontbreken)\b|n['’]appara[îi]t\b"
    r"|\b(?:il me faudrait|mi servirebbe)\b"
    r"|\bich warte auf\b|\bj['’]attends\b"
    r"|(?:没有|未)(?:提供|看到|收到|附)|(?:含まれて|届いて|添付されて|見当たら|提供されて)い?な?いよう",
    re.IGNORECASE,
)
_CANNOT = re.compile(
    r"\b(?:i|we) (?:can ?not|can['’]t|couldn['’]t|won['’]t|am unable|am not able|haven['’]t|have not|don['’]t have)\b"
    r"|\b(?:kann ich|ich kann)\b[^.!?]{0,60}\b(?:nicht|nichts|kein\w*)\b|\bno puedo\b|\bnon posso\b"
    r"|\bje ne (?:peux|pourrai)\w*"
    r"|\bnão (?:posso|consigo)\b|\bkan ik\b[^.!?]{0,60}\b(?:niet|geen)\b",
    re.IGNORECASE,
)
_WAITS = re.compile(
    r"(?:i['’]m|i am|we['’]re) (?:ready|waiting|listening|all (?:set|ears)|missing|having trouble (?:find|see"
    r"|read|open|access|locat|understand)\w+)\b"
    r"|(?:i['’]m|i am) (?:confused|puzzled|unclear|going to (?:need|have to))\b|let me (?:see|have"
    r"|take a look at) (?:the|your)\b"
    r"|(?:kindly|mind) (?:supply|send|shar|giv|past|provid)\w*\b|(?:a)?waiting (?:for|on) (?:the|your)\b|awaiting\b"
    r"|ready (?:when|whenever|for|to (?:help|start|go))\b|(?:glad|happy|pleased) (?:i|to|that)\b"
    r"|where(?:['’]s| is) (?:the|your) \w+\W*$|consider it done\b"
    r"|i(?: can|['’]ll| will|['’]d)(?: \w+ly| be (?:glad|happy) to)? (?:do (?:that|this|it)\b"
    r"|(?:help|assist)(?: you)?(?: with| out|\W*$))"
    r"|(?:please )?(?:give|send|show) me (?:the|your) \w+(?: \w+)? to (?:translate|rewrite|classify|summari[sz]e|sort|label|judge"
    r"|check)\b"
    r"|before (?:i|we) (?:start|begin|proceed|go|rewrite|write|continue|do|can)\b"
    r"|(?:please |just |kindly ){0,3}(?:paste|attach|upload|resend)\b"
    r"|(?:i|we)(?:['’]d| would|['’]ll| will)?(?: \w+)? (?:need|require|want|like)\b[^.!?]{0,30}"
    r"\b(?:more|further|additional|some) (?:\w+ )?(?:information|info|details?|context|data|input|background)\b"
    r"|ich (?:brauche|benötige)\b[^.!?]{0,20}\b(?:mehr|weitere|nähere)\b|j['’](?:ai|aurais) besoin d"
    r"|necesit(?:o|aría)\b[^.!?]{0,9}\bmás\b"
    r"|(?:eu )?(?:preciso|precisaria) de (?:mais|algumas)\b|ho bisogno di (?:più|ulteriori|altre)\b|我?需要(?:更多|先)",
    re.IGNORECASE,
)
_SEEMS = re.compile(
    r"(?:it )?(?:seems|looks|appears) (?:(?:like|that|as (?:if|though)) )?(?:you|your|there|i|we|no|the \w+ (?:is|was|has))\b",
    re.IGNORECASE,
)


def asks_back(said: str) -> bool:
    """Whether a sentence without marks around it tells the question's author what is missing or what was not done."""
    said = _QUOTED.sub(" ", said)
    if _WAITS.match(said) or _SEEMS.match(said) or _PROMISE.search(said):
        return True
    for sign in (_ABSENT, _CANNOT):
        found = sign.search(said)
        if found and not _CONDITION.search(said, 0, found.start()):
            return True
    return False


_NEEDS = re.compile(
    r"(?:^|[.,:;] )(?:i|we)(?:['’]ll| will|['’]d)? (?:still |also |first )?(?:need|require)\b(?! you\b)", re.IGNORECASE
)
_SPEAKER = re.compile(
    r"\b(?:i|me|my|we|us|our|you|your|ich|mir|mich|wir|uns|je|moi|nous|vous|yo|nosotros|eu|io|noi|ik|ons)\b|\bj['’]|我|私|저|제가",
    re.IGNORECASE,
)


def needs_something(text: str) -> bool:
    """Whether somebody says what they still need: `To tell, I need the mail.`"""
    return bool(_NEEDS.search(text))


def speaks_to_somebody(text: str) -> bool:
    """Whether the first or the second person stands in a text."""
    return bool(_SPEAKER.search(text))
