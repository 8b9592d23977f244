"""The words by which models talk about a prompt, in several languages, and sentences that are such talk."""

# ruff: noqa: E501 (lists of words stay in one line)

from __future__ import annotations

import re

LONGEST_TALK = 400  # characters of a sentence that are looked at; what is longer is no lead-in

_ADJECTIVE = (
    r"(?:new|improved|revised|rewritten|reworded|rephrased|paraphrased|reformulated|restated|modified|mutated|final|better"
    r"|updated|alternative|possible|suggested|proposed|optimi[sz]ed|refined|enhanced|combined|first|second|third|next"
    r"|resulting|shorter|clearer|simplified|polished|another|edited|transformed|original|previous|given|current)"
)
_REWRITTEN = r"(?:re(?:written|worded|phrased|formulated|stated|vised)|paraphrased|mutated|updated|modified|improved)"
_NOUN = (
    r"(?:prompt|instruction|hint|mutant|mutation|version|variation|variant|paraphrase|rewrite|rewriting|rewording"
    r"|rephrasing|reformulation|entry|item|suggestion|option|alternative|assistant|child|advice)s?"
)
_WEAK = r"(?:answer|output|response|result|text|reply)s?"
_PLACE = r"(?:\s*\(?#?(?:\d{1,3}|[a-z])\)?)?"

# `New prompt 2:`, `**Rewritten:**`, `The rewritten instruction is:`
LABEL = re.compile(
    rf"(?:the |my |your |a |an )?(?:{_ADJECTIVE}[ -]){{0,3}}(?:(?P<noun>{_NOUN})|(?P<weak>{_WEAK})|(?P<bare>{_REWRITTEN}))"
    rf"(?P<place>{_PLACE})(?: (?:is|reads|becomes|would be))?\s{{0,9}}$",
    re.IGNORECASE,
)
OLD_LABEL = re.compile(
    rf"(?:the |your )?(?:original|old|previous|given|current|initial|before)(?:[ -](?:{_NOUN}|{_WEAK}))?\s{{0,9}}$"
    r"|(?:первоначальн\w+|ursprüngliche \w+|original|原(?:始)?(?:指令|文|提示)|元の指示)$",
    re.IGNORECASE,
)

# What talk about a prompt names. Not `task`, `question` or `text`: prompts speak of those themselves.
META = re.compile(
    r"\b(?:prompts?|instructions?|versions?|re-?writ\w+|re-?word\w*|re-?phras\w+|paraphras\w+|reformulat\w+|restat\w+|wording"
    r"|phrasing|variants?|variations?|alternatives?|mutat\w+|hints?|mutants?|crossover|revision|revised|improved|list"
    r"|way (?:to|of) (?:say|put|phras|express|writ|do)\w*|another way|first (?:one|entry|item)|json|entry|take on it|as follows"
    r"|(?:other|different|own) words|category names?|(?:original|same) (?:meaning|intent)"
    r"|anweisung\w*|umformul\w+|umgeschrieb\w+|umschreib\w+|formulierung\w*|hinweise?|instruktion\w*|fassung"
    r"|instructions?|consignes?|formulation|reformul\w+|réécri\w+|conseil\w*|invite"
    r"|instrucci[oó]n\w*|reescri\w+|formulaci[oó]n|versi[oó]n|indicaci[oó]n|istruzion\w+|instruç\w+|инструкци\w+)\b"
    r"|指令|改写|改寫|提示|版本|重写|指示|プロンプト|書き(?:直|換)|言い換え|指示文|지시|프롬프트",
    re.IGNORECASE,
)
_SURE = re.compile(
    r"(?:sure(?: thing)?|certainly|of course|okay|ok|absolutely|great(?: question)?|alright|all right|got it|no problem|gladly"
    r"|definitely|understood|thanks?(?: you)?|my pleasure|with pleasure|hi(?: there)?|hello|yes|perfect|noted|very well|good"
    r"|natürlich|gerne|klar|sicher|selbstverständlich|verstanden|bien sûr|d['’]accord|certainement|avec plaisir|absolument"
    r"|voilà|¡?claro(?: que sí)?|¡?por supuesto|con gusto|¡?desde luego|entendido|certo|com certeza|claro que sim"
    r"|конечно|хорошо|当然(?:可以)?|好的?|没问题|沒問題|明白了?|可以|もちろん(?:です)?|はい|承知(?:し|いた)\w*|わかりました"
    r"|かしこまりました|물론(?:이죠|입니다)?|네)(?=\s*(?:[!,.;:，。！、：—–]|-\s|$|[^\w\s'’\"/|]))[^\w\"“”'‘„«({\[<]*",
    re.IGNORECASE,
)
_OPENS = re.compile(
    r"(?:so |now |and |then |first,? )?(?:here(?:['’]s| is| are|:| goes| comes)|below|(?:the )?following (?:is|are)|this (?:is|version|re\w+|prompt"
    r"|instruction|wording|phrasing|keeps|preserves)|that (?:is|would)|these are|let(?:['’]s| me| us)|you (?:can|could|might|may)"
    r"|one (?:way|option|possib\w+)|a (?:possible|few|better|good|simple|more)|an? (?:alternative|improved)|to (?:re|para|improve|make)\w*"
    r"|my |in (?:this|my|the) (?:\w+ )?(?:version|re\w+)|(?:\w+ )?(?:options|versions|alternatives|variations)\b"
    rf"|(?:some|several|two|three|four|five|\d) |the (?:{_ADJECTIVE} ){{0,2}}{_NOUN}\b|what a\b|it (?:seems|looks|is)|as (?:requested|asked|you)"
    r"|(?:the )?(?:list|category names|labels|categories|meaning|placeholders?)\b|both\b"
    r"|(?:neue|umformulierte|umgeschriebene|nouvelle|nueva)\b|hier(?: |:)|unten|nachfolgend|im folgenden|die (?:neue|umform\w+|umgesch\w+)|voici|ci-dessous|la (?:nouvelle |nueva )?(?:consigne|instruc\w+)"
    r"|l['’]instruction|une (?:autre|nouvelle)|aquí|a continuación|esta es|una (?:nueva|forma|versión)|ecco|aqui|вот|以下|下面|这是|這是|新的?"
    r"|改写|改寫|重写|こちら|次(?:は|が)|書き(?:直|換)|言い換え|新しい|다음)",
    re.IGNORECASE,
)
_GO = re.compile(
    r"here (?:you go|it is|you are|we go|they are)\b|(?:you|one) (?:can|could|might|may) (?:say|try|put it)\W*$|voilà|hier bitte|aquí (?:tienes|va)\W*$|let me think\b",
    re.IGNORECASE,
)
_ME = re.compile(r"(?:i|we)(?:['’](?:m|d|ll|ve|re)|\b)", re.IGNORECASE)
_OFFER = re.compile(
    r"\b(?:help|happy|glad|assist|sorry|apologi\w+|understand|hope|believe|thank|try|like it|do (?:that|it|so)|think it|see (?:that|what)"
    r"|(?:have|'ve|’ve|just|only|also)? ?(?:kept|changed|replaced|used|made|tried|preserved|added|removed|joined|shortened"
    r"|simplified|left|retained|maintained|combined|focus(?:s?ed)|chose))\b",
    re.IGNORECASE,
)
REFUSAL = re.compile(
    r"(?:i['’]?m |i am )?(?:so |very |terribly )?sorry\b|(?:my |i )?apolog\w+|unfortunately\b|regrettably\b"
    r"|i(?:['’]m| am) (?:unable|not able|afraid|not sure|just an|an ai|a (?:large )?language)\b|i (?:can ?not|can['’]t|won['’]t|will not|couldn['’]t)\b"
    r"|i (?:do not|don['’]t) (?:have|understand|see|know|think|feel|believe|watch|find)\b|i need (?:more|some|the|to)\b|there (?:is|was) no \w+"
    r"|(?:it (?:seems|looks|appears)|looks) (?:like|that|as)\b|no (?:instruction|prompt|text)s? (?:was|were|is|are)\b|you (?:have|haven|did|didn|forgot)\w*\b"
    r"|as an? (?:ai|(?:large |ai )*language model)\b[^.!?]{0,80}?\bi\b"  # `As an AI assistant, answer ...` is a prompt
    r"|(?:es tut mir|tut mir) leid|entschuldig\w+|leider\b|ich kann (?:das|diese\w*|dir|ihnen|nicht|leider|dabei)\b|als (?:ki|sprachmodell)\b[^.!?]{0,60}\bich\b"
    r"|(?:je suis |nous sommes )?désolée?|malheureusement|je ne peux\b|je n['’]ai pas|en tant qu['’]\w+[^.!?]{0,60}\bje\b"
    r"|lo siento|lamentablemente|no puedo\b|disculp\w+|como (?:modelo|ia)\b[^.!?]{0,40}\bno\b|mi dispiace|desculpe|não posso|извините|к сожалению|я не могу"
    r"|(?:很)?(?:抱歉|遗憾)|对不起|對不起|不好意思|我(?:无法|不能|沒辦法|没有办法)|作为(?:一个|一名)?(?:AI|人工智能|语言模型)[^。！？]{0,20}我"
    r"|申し訳|すみません|ごめん|残念|죄송",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"(?:could|can|would|will|may|do) (?:you|i)\b|what (?:would|do|kind|is (?:the|your) (?:\w+ )?(?:problem|instruction|prompt|text))\b"
    r"|(?:which|what) \w+ (?:do|would|are|should) (?:you|i)\b|please (?:provide|share|paste|send|specify|clarify|tell me|give me|let me|confirm|note)"
    r"|(?:k[öo]nn(?:en|ten) sie|k[öo]nntest du|kannst du|bitte (?:geben|gib|nennen?|teilen?|senden?|schick\w*))\b|(?:pouvez|pourriez|peux)[ -](?:vous|tu)\b"
    r"|veuillez (?:fournir|préciser|donner|partager)|¿?(?:podr[ií]a|puede)s?\b|por favor,? (?:proporcion|comparte|env[ií]a|indica)"
    r"|请(?:您)?(?:提供|告诉我|给出)|您(?:能|可以)|(?:指示|原文|プロンプト)を(?:教え|提供|入力)",
    re.IGNORECASE,
)
_BACK = re.compile(
    r"\b(?:instruction|prompt|rewrit\w+|rephras\w+|rewor\w+|paraphras\w+|hints?|like me|want me|(?:word )?problem\?|do you mean"
    r"|anweisung\w*|consigne|instrucci\w+|more (?:detail|information|context)\w*|specify|clarify|share|i (?:help|assist|change|adjust|do)"
    r"|me (?:know|to))\b|\?$|指令|提示|原文|您|指示|プロンプト",
    re.IGNORECASE,
)
_PARTS = re.compile(
    r"(?:please )?(?:let me know|feel free|do not hesitate|don['’]t hesitate)\b|(?:i )?hope (?:this|that|it|you)|(?:would|do) you (?:like|want|need)\b"
    r"|(?:is|was) there anything|if you(?:['’]d| would| want| need| have)\b[^.!?]{0,80}\b(?:let me|i can|just|feel|tell me|ask)|shall i\b|good luck\b"
    r"|(?:have a|enjoy) |n['’]hésitez|j['’]espère|espero que|si necesitas|ich hoffe|lass(?:en sie)? (?:es )?mich wissen|sag(?:en sie)? (?:mir )?bescheid"
    r"|(?:如果|若)(?:您|你)|希望(?:这|對|对|能)|如有|ご不明|お役に立|他に(?:も)?|必要(?:であれば|でしたら)|thank(?:s| you)\b|you['’]re welcome",
    re.IGNORECASE,
)
_NOTES = re.compile(
    r"(?:please )?(?:note|notes|explanation|rationale|reasoning|justification|commentary|comments?|word count|character count|length|p\.? ?s|tip)\b\W{0,3}(?::|：|\bthat\b|$)"
    r"|(?:key |main |summary of )?changes?(?: made| i made)?\W{0,3}(?::|：|$)"
    r"|(?:anmerkung|hinweis|erklärung|note|remarque|explication|nota|explicaci[oó]n|注意?|说明|說明|解释|备注|備註|補足|説明|変更点|改动)\w{0,2}\s*[:：]",
    re.IGNORECASE,
)
_EXPLAINS = re.compile(
    r"what (?:i |has |was )?changed\b|why (?:this|it|the)(?: \w+)? (?:works?|helps?|matters|is better)\b"
    r"|why this (?:prompt|version|wording|instruction)\b",
    re.IGNORECASE,
)
_KEPT = re.compile(
    r"\b(?:i|i['’]ve|my|instruction|prompt|version|original|re-?writ\w+|re-?phras\w+|re-?word\w*|meaning|wording|unchanged|untouched"
    r"|kept|preserv\w+|replaced|shorter|changed|became|words?\b.{0,9}\d+|anweisung|consigne|instrucci\w+|model)\b|\d+$|保留|改|原|指示",
    re.IGNORECASE,
)
_LEFT = re.compile(  # `The labels were left untouched.`, `The mutation made it shorter.`
    r"(?:the|all|both|its|category) [\w' ]{0,40}\b(?:kept|untouched|unchanged|preserved|retained|left|made it|shorter|clearer|intact)\b",
    re.IGNORECASE,
)
ALTERNATIVE = re.compile(
    r"(?:or|alternatively|alternative|another (?:option|version|way|one|possibility)|(?:and )?here(?:['’]s| is) another\b.*|oder|ou bien|o bien|或者|または"
    r"|otherwise|second (?:version|option))(?:\s*[:：,—]|$)",
    re.IGNORECASE,
)
SEVERAL = re.compile(
    r"\b(?:versions|options|alternatives|variations|variants|rewrites|ways|paraphrases|rephrasings|suggestions|prompts|candidates"
    r"|examples of|möglichkeiten|varianten|opciones|versiones|propositions)\b|几(?:个|种)|三(?:个|种)|いくつか",
    re.IGNORECASE,
)
# Orders about an instruction, and so no instruction for the task: what the operator itself says.
_FRAMING = re.compile(
    r"(?:please |now |then )?(?:(?:re-?(?:write|word|phrase|formulate|state)|paraphrase|mutate|improve|modify|rework|cross ?over|combine|merge|join)\b"
    r".{0,80}?\b(?:instructions?|prompts?|advice)\b"
    r"|(?:say|put|express|state|write|give|make|reply|respond|answer|produce|return|provide|output|continue)\b.{0,60}?\b(?:instructions?|prompts?)\b"
    r".{0,40}?(?:\b(?:other|different|own|new) words|\balone\b|\binstead\b|$)"
    r"|(?:say|make|reply|respond|write)\b.{0,30}\b(?:rewritten|new|rephrased) (?:instruction|prompt)\b"
    r"|cross over\s*:|mutate\s*:|(?:first|second) instruction\s*:"
    r"|(?:imagine|continue|write down)\b.{0,40}\b(?:list|entry)\b.{0,30}\b(?:hints|instructions|prompts|entry)\b"
    r"|(?:keep|preserve|maintain) (?:its|the|their) (?:original )?meaning\b)",
    re.IGNORECASE,
)
# Likewise, but a prompt may well say so further on.
_KEEPING = re.compile(r"(?:keep|leave)\b.{0,90}\bas (?:it is |they are )?(?:written|they are)\W*(?::|$)", re.IGNORECASE)
_DECORATION = ' \t\r\n*_#>`~"“”„‘’«»()[]-–—•'
_PICTURES = re.compile(r"[\U0001F000-\U0001FAFF\u2600-\u27bf\ufe0f\u200d]")


def bare(text: str) -> str:
    """A sentence without Markdown, quotes and pictures around it, as far as talk can reach."""
    return _PICTURES.sub("", text[:LONGEST_TALK]).strip(_DECORATION)


def sure(text: str) -> str:
    """The `Sure!` or `Of course,` that a text begins with; empty where it begins otherwise."""
    found = _SURE.match(text)
    return found[0] if found else ""


def is_refusal(sentence: str) -> bool:
    """Whether the model says that it won't or can't, or asks back instead."""
    said = bare(sentence)
    said = said[len(sure(said)) :]
    return bool(REFUSAL.match(said) or (_ASKS.match(said) and _BACK.search(said)))


def is_lead_in(sentence: str) -> bool:
    """Whether a sentence announces a prompt, or talks about one, instead of being one."""
    said = bare(sentence)
    if not re.search(r"\w", said):
        return True  # pictures, a lone mark
    if opening := sure(said):
        rest = said[len(opening) :]
        return not rest.strip() or is_lead_in(rest)
    if _GO.match(said):
        return True
    if _ME.match(said):
        return bool(META.search(said) or _OFFER.search(said))
    return bool(
        _OPENS.match(said)
        and (META.search(said) or re.match(r"(?:below|here|hier|voici|aquí)\W*$", said, re.IGNORECASE))
    )


def is_parting(sentence: str) -> bool:
    """Whether a sentence takes leave: an offer, a hope, a question whether more is wanted."""
    return bool(_PARTS.match(bare(sentence)))


def is_note(sentence: str) -> bool:
    """Whether a sentence explains the prompt that it follows; a note that belongs to the task is none."""
    said = bare(sentence)
    if noted := _NOTES.match(said):
        rest = said[noted.end() :]
        return not rest.strip(_DECORATION + ":：") or bool(_KEPT.search(rest))
    return bool(is_parting(said) or _EXPLAINS.match(said) or _LEFT.match(said) or (is_lead_in(said) and not sure(said)))


def is_framing(sentence: str) -> bool:
    """Whether a sentence orders something about an instruction, as operators do, instead of being one."""
    return bool(_FRAMING.match(bare(sentence)))


def is_keeping(sentence: str) -> bool:
    """Whether a sentence asks to leave some words as they are: framing, where an answer begins with it."""
    return bool(_KEEPING.match(bare(sentence)))


def sentences_of(text: str) -> list[str]:
    """The sentences of a text, without the blanks between them."""
    return [
        piece for piece in re.split(r"(?<=[.!?。！？])[\"”’)*_]{0,3}\s+|(?<=[。！？])(?=\S)|\n+", text) if piece.strip()
    ]
