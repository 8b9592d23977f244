"""Refusals and questions back: what a model says in place of a prompt."""

from __future__ import annotations

import re

from evoprompt.variation.reading.asking_back import asks_back
from evoprompt.variation.reading.refusing_abroad import refuses_abroad
from evoprompt.variation.reading.vocabulary import bare, sure

REFUSAL = re.compile(
    r"(?:i['’]?m|i am|we['’]re|we are) (?:\w+ )?sorry\b"
    r"|(?:so |very |terribly )?sorry(?=\W*$|\s*[,.!;:—–…-]|\s(?:but|to|for|about|that|if|i|we|there|this|it|no"
    r"|not|however"
    r"|you|can|could|the|your|my|as|because|confus\w+)\b)"  # not `Sorry customers write here`
    r"|i(?:['’]m| am) (?:unable|not able|afraid|not sure|just an|an ai|a (?:large )?language)\b|(?:i|we) (?:can ?not"
    r"|can['’]t|won['’]t|will not|couldn['’]t)\b"
    r"|i (?:do not|don['’]t) (?:have|understand|see|know|think|feel|believe|watch|find)\b|i need (?:more|some"
    r"|to (?!know (?:the|whether|if|which|what)))\b"
    r"|i (?:think|believe|guess|suspect|assume|suppose|would say)\b|i['’]d (?:say|guess|lean|go with)\b"
    r"|i['’]d rather (?:not|leave|keep)\b|i would rather not\b|no (?:instruction|prompt|text)s? (?:was|were|is"
    r"|are)\b|no \w+(?: \w+)? (?:was|were|is|are|has been|have been) (?:given|provided|included|attached|shown"
    r"|supplied"
    r"|found|visible|available|specified)\b|(?:it|that|this)(?: all| really)? depends\b"
    r"|nothing to (?:re-?\w+|merge|combine|change|mutate|do)\b|you (?:haven['’]?t"
    r"|have not|did(?:n['’]?t| not)|forgot)\b"
    r"|as an? (?:ai|(?:large "
    r"|ai )*language model)\b[^.!?]{0,80}?\bi\b"  # `As an AI assistant, answer ...` is a prompt
    r"|[^。\n]{0,60}(?:できません|わかりません|分かりません)(?:でした)?$"
    r"|ich (?:bin nicht|verstehe|wei(?:ß|ss)|brauche)\b|je ne (?:comprends|sais|vois|suis)\b|no (?:entiendo"
    r"|comprendo|sé|tengo|estoy)\b"
    r"|我(?:不明白|不确定|不知道|看不到|需要)|(?:es tut mir|tut mir) leid|entschuldig\w+|ich kann (?:das|diese\w*|dir"
    r"|ihnen|nicht|leider"
    r"|dabei)\b|als (?:ki|sprachmodell)\b[^.!?]{0,60}\bich\b"
    r"|(?:je suis |nous sommes )?désolée?|je ne peux\b|je n['’]ai pas"
    r"|en tant qu['’]\w+[^.!?]{0,60}\bje\b"
    r"|lo siento|no puedo\b|disculp\w+|como (?:modelo|ia)\b[^.!?]{0,40}\bno\b|mi dispiace"
    r"|desculpe|não posso|извините|к сожалению|я не могу"
    r"|(?:很)?(?:抱歉|遗憾)|对不起|對不起|不好意思|我(?:无法|不能|沒辦法|没有办法)|作为(?:一个|一名)?(?:AI|人工智能|语言模型)[^。！？]{0,20}我"
    r"|申し訳|すみません|ごめん|残念|죄송",
    re.IGNORECASE,
)
# How a refusal may begin, and a prompt as well: `Unfortunately, customers rarely say what they need. Decide ...`
REGRET = re.compile(
    r"unfortunately\b|regrettably\b|(?:my |our )?apologies\b|apolog\w+|there (?:is|was|are|were) no \w+|you have\b"
    r"|i (?:need|apologi[sz]e)\b|(?:it (?:seems|looks|appears)|looks) (?:like|that|as)\b|leider\b|malheureusement\b"
    r"|lamentablemente\b|desafortunadamente\b|purtroppo\b|infelizmente\b",
    re.IGNORECASE,
)
_ONESELF = re.compile(
    r"\b(?:i|we|ich|wir|je|nous|yo|nosotros|you(?:['’]ve| have| did| forgot| gave| provided))\b|[我您]",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"\b(?:prompts?|instructions?|hints?|re-?(?:writ|word|phras)\w*|paraphras\w*|mutat\w+|cross ?over|merg\w+"
    r"|anweisung\w*|instrucci\w+|consigne\w*|your (?:message|question|request|input|text))\b|指令|提示|指示|プロンプト",
    re.IGNORECASE,
)
_WISHES = re.compile(  # `Want me to shorten it?`; a question that no prompt asks of its model
    r"\b(?:want|like|need|prefer) (?:for )?me to\b|\bshall (?:i|we)\b|\bshould (?:i|we) (?:start|go|begin|keep"
    r"|use|leave"
    r"|write|proceed|continue|do)\b|^just to (?:confirm|check|be sure)\b"
    r"|^(?:i['’]m |i am )?(?:happy|glad) to(?: help| assist)?\W*$|\bdo you (?:prefer|want|mean|need|have in mind)\b"
    r"|^(?:which|what) (?:parts?|version|tone|style|wording|format)\b[^?]*\b(?:keep|kept|use|used|start)\b"
    r"|\bplease (?:add|attach) (?:the|your) (?:instruction|prompt|text)s?\b"
    r"|\bwhat you (?:wanted|asked|meant|had in mind|were looking for|are looking for)\b"
    r"|^(?:could|can|would|will) you (?:please )?(?:share|paste|send me|upload|resend|clarify)\b",
    re.IGNORECASE,
)
_GIVES = (
    r"(?:please |kindly |perhaps )?(?:provide|share|paste|send|specify|clarify|give me|confirm|elaborate|repeat"
    r"|resend"
    r"|show me|upload|include|supply|let me know|tell me|explain what you|describe what you|be more|help me)"
)
_ASKS = re.compile(
    r"(?:may|do) (?:you|i)\b|is (?:this|it|that) (?:for (?:a|an|your|some)|meant|intended|okay|ok)\b|(?:could"
    r"|can|would|will) i\b|would you (?:like|prefer|rather|mind)\b"
    rf"|(?:could|can|would|will) you {_GIVES}\b|what (?:would|do|kind|is (?:the|your) (?:\w+ )?(?:problem"
    r"|instruction|prompt|text))\b"
    r"|(?:which|what) \w+ (?:do|would|are|should) (?:you|i)\b|please (?:provide|share|paste|send|specify"
    r"|clarify|tell me|give me|let me|confirm|note)"
    r"|(?:k[öo]nn(?:en|ten) sie|k[öo]nntest du|kannst du|bitte (?:geben|gib|nennen?|teilen?|senden?"
    r"|schick\w*))\b|(?:pouvez|pourriez|peux)[ -](?:vous|tu)\b"
    r"|veuillez (?:fournir|préciser|donner|partager)|¿?(?:podr[ií]a|puede)s?\b|por favor,? (?:proporcion"
    r"|comparte|env[ií]a|indica)"
    r"|请(?:您)?(?:提供|告诉我|给出)|您(?:能|可以)|(?:指示|原文|プロンプト)を(?:教え|提供|入力)",
    re.IGNORECASE,
)
_BACK = re.compile(
    r"\b(?:instruction|prompt|rewrit\w+|rephras\w+|rewor\w+|paraphras\w+|hints?|like me|want me"
    r"|(?:word )?problem\?|do you mean"
    r"|anweisung\w*|consigne|instrucci\w+|more (?:detail|information|context)\w*|specify|clarify|share"
    r"|i (?:help|assist|change|adjust|do)"
    r"|me (?:know|to))\b|\?$|指令|提示|原文|您|指示|プロンプト",
    re.IGNORECASE,
)


def is_refusal(sentence: str) -> bool:
    """Whether the model says that it won't or can't, or asks back instead."""
    said = bare(sentence)
    said = said[len(sure(said)) :]
    if is_firm_refusal(sentence):
        return True
    if regret := REGRET.match(said):
        return bool(_ABOUT.search(said) or _ONESELF.search(said, regret.end()))
    asks = _ASKS.match(said)
    return bool(asks and _BACK.search(said, asks.end()))


def is_firm_refusal(sentence: str) -> bool:
    """Whether a sentence refuses, or asks what is wished, in words that no prompt uses wherever they stand."""
    said = bare(sentence)
    said = said[len(sure(said)) :]
    return bool(REFUSAL.match(said) or _WISHES.search(said) or refuses_abroad(said) or asks_back(said))
