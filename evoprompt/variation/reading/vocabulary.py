"""The words by which models talk about a prompt, in several languages, and sentences that are such talk."""

from __future__ import annotations

import re

LONGEST_TALK = 400  # characters of a sentence that are looked at; what is longer is no lead-in

_ADJECTIVE = (
    r"(?:new|improved|revised|rewritten|reworded|rephrased|paraphrased|reformulated|restated|modified|mutated"
    r"|final|better"
    r"|updated|alternative|possible|suggested|proposed|optimi[sz]ed|refined|enhanced|combined|first|second|third|next"
    r"|short|long|longer|concise|brief|formal|casual|detailed|structured|merged|joined"
    r"|resulting|shorter|clearer|simplified|polished|another|edited|transformed|original|previous|given|current)"
)
_REWRITTEN = (
    r"(?:in other words|put (?:differently|another way)|simply put|new|final|better|re(?:written|worded"
    r"|phrased|formulated|stated|vised)|paraphrased|mutated|updated|modified|improved|merged|combined)"
)
_NOUN = (
    r"(?:prompt|instruction|hint|mutant|mutation|version|variation|variant|paraphrase|rewrite|rewriting|rewording"
    r"|rephrasing|reformulation|entry|item|suggestion|option|alternative|assistant|child|advice|v(?=\d))s?"
)
_WEAK = r"(?:answer|output|response|result|text|reply)s?"
_PLACE = r"(?:\s*\(?#?(?:\d{1,3}|[a-z])\)?)?"
_ASIDE = r"(?:\s*\([^()\n]{1,40}\)?)?"  # `Rewritten instruction (clearer):`

# `New prompt 2:`, `**Rewritten:**`, `The rewritten instruction is:`
LABEL = re.compile(
    rf"(?!(?:the |your )?options\b)(?:the |my |your |a |an )?(?:{_ADJECTIVE}[ -]){{0,3}}(?:(?P<noun>{_NOUN})|(?P<weak>{_WEAK})"
    rf"|(?P<bare>{_REWRITTEN}))"
    rf"(?P<place>{_PLACE}){_ASIDE}(?: (?:is|reads|becomes|would be))?\s{{0,9}}$",
    re.IGNORECASE,
)
OLD_LABEL = re.compile(
    rf"(?:the |your )?(?:original|old|previous|given|current|initial|before)(?:[ -](?:{_NOUN}"
    rf"|{_WEAK}))?(?: (?:is|was))?\s{{0,9}}$"
    r"|(?:первоначальн\w+|ursprüngliche \w+|original|原(?:始)?(?:指令|文|提示)|元の指示)$",
    re.IGNORECASE,
)

# What talk about a prompt names. Not `task`, `question` or `text`: prompts speak of those themselves.
META = re.compile(
    r"\b(?:prompts?|instructions?|versions?|re-?writ\w+|re-?word\w*|re-?phras\w+|paraphras\w+|reformulat\w+"
    r"|restat\w+|wording"
    r"|phrasing|variants?|variations?|alternatives?|mutat\w+|hints?|mutants?|crossover|revision|revised|improved|list"
    r"|ways? (?:to|of) (?:say|put|phras|express|writ|do)\w*|another way|first (?:one|entry|item)|json"
    r"|came up with|differently|simply put|options?|opciones|möglichkeit\w*|entry"
    r"|my take|take on it|as follows|possibility|suggestions?|refinement"
    r"|(?:other|different|own) words|category names?|(?:original|same) (?:meaning|intent)"
    r"|anweisung\w*|umformul\w+|umgeschrieb\w+|umschreib\w+|formulierung\w*|hinweise?|instruktion\w*|fassung"
    r"|instructions?|consignes?|formulation|reformul\w+|réécri\w+|conseil\w*|invite"
    r"|instrucci[oó]n\w*|reescri\w+|formulaci[oó]n|versi[oó]n|indicaci[oó]n|istruzion\w+|instruç\w+|инструкци\w+"
    r"|instructie\w*|herschre\w+|herformul\w+|riscri\w+|riformul\w+|versione|versão|versie|reformulação|consigna)\b"
    r"|指令|改写|改寫|提示|版本|重写|指示|プロンプト|書き(?:直|換)|言い換え|指示文|지시|프롬프트",
    re.IGNORECASE,
)
_SURE = re.compile(
    r"(?:sure(?: thing)?|certainly|of course|okay|ok|absolutely|great(?: question)?|alright|all right|got it"
    r"|no problem|gladly|hm+|oh|ah|uh"
    r"|definitely|understood|thanks?(?: you)?|my pleasure|with pleasure|hi(?: there)?|hello|yes|perfect|noted"
    r"|very well|good"
    r"|natürlich|gerne|klar|sicher|selbstverständlich|verstanden|bien sûr|d['’]accord|certainement|avec plaisir"
    r"|absolument"
    r"|voilà|¡?claro(?: que sí)?|¡?por supuesto|con gusto|¡?desde luego|entendido|certo|com certeza|claro que sim"
    r"|конечно|хорошо|当然(?:可以)?|好的?|没问题|沒問題|明白了?|可以|もちろん(?:です)?|はい|承知(?:し|いた)\w*|わかりました"
    r"|かしこまりました|물론(?:이죠|입니다)?|네)(?=\s*(?:[!,.;:，。！、：—–]|-\s|$|[^\w\s'’\"/|]))[^\w\"“”'‘„«({\[<]*",
    re.IGNORECASE,
)
_OPENS = re.compile(
    rf"(?:the |my )?(?:{_ADJECTIVE} ){{1,3}}{_NOUN}\b|"
    r"(?:so |now |and |then |first,? )?(?:here(?:['’]s| is| are|:| goes| comes)|below|(?:the )?following (?:is"
    r"|are)|this (?:is|version|re\w+|prompt"
    r"|instruction|wording|phrasing|keeps|preserves)|that (?:is|would)|these are|let(?:['’]s| me| us)"
    r"|you (?:can|could|might|may)"
    r"|one (?:way|option|possib\w+)|a (?:possible|few|better|good|simple|more)|an? (?:alternative|improved)"
    r"|to (?:re|para|improve|make)\w*"
    r"|my |in (?:this|my|the) (?:\w+ )?(?:version|re\w+)|(?:\w+ )?(?:options|versions|alternatives|variations)\b"
    rf"|(?:some|several|two|three|four|five|\d) |the (?:{_ADJECTIVE} ){{0,2}}{_NOUN}\b|what a\b|it (?:seems"
    rf"|looks|is)|as (?:requested|asked|you)"
    r"|(?:that|this|your|both|the)(?: original| two)? (?:instruction|prompt)s? (?:is|are|was|were|looks?|seems?"
    r"|already"
    r"|contradict)"
    r"|the list\b|list(?: of\b|\W*$)|(?:the )?(?:category names|labels|categories|meaning|placeholders?)\b|both\b"
    r"|(?:neue|umformulierte|umgeschriebene|nouvelle|nueva)\b|hier(?: |:)|unten|nachfolgend|im folgenden"
    r"|die (?:neue|umform\w+|umgesch\w+)|voici|ci-dessous|la (?:nouvelle |nueva )?(?:consigne|instruc\w+)"
    r"|l['’]instruction|une (?:autre|nouvelle)|aquí|a continuación|esta es|una (?:nueva|forma|versión)|ecco"
    r"|aqui|вот|以下|下面|这是|這是|新的?"
    r"|改写|改寫|重写|こちら|次(?:は|が)|書き(?:直|換)|言い換え|新しい|다음)",
    re.IGNORECASE,
)
_GO = re.compile(
    r"(?:try|how about|what about|maybe|perhaps)(?: this| something like(?: this)?)?\W*$|here (?:you go|it is"
    r"|you are|we go|they are)\b|(?:you|one) (?:can|could|might|may) (?:say|try|put it)\W*$"
    r"|voilà|hier bitte|aquí (?:tienes|va)\W*$|let me think\b",
    re.IGNORECASE,
)
_TASKS_OPTIONS = re.compile(  # `The options are positive and negative.`
    r"(?:(?:the|your|all|only|valid|possible|allowed|available|two|three|four|five) ){0,3}(?:options|choices"
    r"|alternatives)"
    r"(?: (?:are|must be|have to be)\b:?\s*$|(?: (?:are|must be|have to be)\b:?|:)\s[\"“'‘*`]{0,3}[^\W\d])",
    re.IGNORECASE,
)
_ME = re.compile(r"(?:i|we)(?:['’](?:m|d|ll|ve|re)|\b)", re.IGNORECASE)
_OFFER = re.compile(
    r"\b(?:help(?![ -]?(?:desk|line|cent))|happy|glad|assist|sorry|apologi\w+|understand|hope|believe|thank|try|like it|do (?:that|it|so)"  # noqa: E501
    r"|think it|see (?:that|what)"
    r"|(?:have|'ve|’ve|just|only|also)? ?(?:kept|changed|replaced|used|made|tried|preserved|added|removed"
    r"|joined|shortened"
    r"|simplified|left|retained|maintained|combined|focus(?:s?ed)|chose))\b",
    re.IGNORECASE,
)
_PARTS = re.compile(
    r"(?:there you (?:go|have it)|enjoy|cheers|done|all set)\b|(?:that|this|it) (?:should|will|would"
    r"|ought to) (?:do|work|help)\b"
    r"|(?:please )?let me know\b(?!,? (?:whether|if|which|what|how) (?!you|this|that|it|there|any|i\b|your"
    r"|further|more|changes))"
    r"|(?:please )?(?:feel free|do not hesitate|don['’]t hesitate)\b|(?:i )?hope (?:this|that|it"
    r"|you)|(?:would|do) you (?:like|want|need)\b"
    r"|(?:is|was) there anything|if (?:so|not|needed|desired|preferred)\b[^.!?]{0,60}\b(?:i can|i could|i['’]ll"
    r"|let me)\b"
    r"|i(?: can|['’]ll| could| will)(?: also| gladly| happily)? (?:tailor|adjust|refine|tweak|shorten|adapt"
    r"|rework|revise)\b|if you(?:['’]d| would| want| need| have)\b[^.!?]{0,80}\b(?:let me|i can|just"
    r"|feel|tell me|ask)|shall i\b|good luck\b"
    r"|(?:have a|enjoy) |n['’]hésitez|j['’]espère|espero que|si necesitas|ich hoffe"
    r"|lass(?:en sie)? (?:es )?mich wissen|sag(?:en sie)? (?:mir )?bescheid"
    r"|(?:如果|若)(?:您|你)|希望(?:这|對|对|能)|如有|ご不明|お役に立|他に(?:も)?"
    r"|必要(?:であれば|でしたら)|thank(?:s| you)\b|you['’]re welcome"
    r"|have fun\b|happy \w+ing\b|dites-moi si|dis-moi si|bonne? (?:chance|courage)|viel (?:erfolg|spaß)"
    r"|sag(?:en sie)? (?:mir )?gerne?\b|¡?(?:avísame|dime si|buena suerte)|fa(?:mmi|temi) sapere|spero che|se vuoi\b"
    r"|buona fortuna|laat (?:het )?(?:me|mij) weten|veel succes|se (?:quiser|precisar)\b|me avise|avise-me|boa sorte"
    r"|需要(?:进一步|我再)|祝(?:您|你)",
    re.IGNORECASE,
)
_NOTES = re.compile(
    r"(?:please )?(?:note|notes|explanation|rationale|reasoning|justification|commentary|comments?|word count"
    r"|character count|length|p\.? ?s|tip)\b\W{0,3}(?::|：|\bthat\b|$)"
    r"|(?:key |main |summary of |the )?(?:changes?|edits?|modifications?|differences?|improvements?|adjustments?)"
    r"(?: made| i made)?\W{0,3}(?::|：|$)"
    r"|(?:anmerkung|hinweis|erklärung|note|remarque|explication|nota|explicaci[oó]n|注意?|说明|說明|解释|备注|備註|補足|説明"
    r"|変更点|改动)\w{0,2}\s*[:：]",
    re.IGNORECASE,
)
_EXPLAINS = re.compile(
    r"what (?:i |has |was )?changed\b|same (?:goal|meaning|task|intent|job|categories|labels|content|idea)\b"
    r"|[\w, ]{0,30}\b(?:friendlier|clearer|crisper|lighter|warmer) (?:tone|wording|phrasing|language)\W*$"
    r"|this (?:framing|phrasing|rewording|formulation|rendition|rewrite|variant) \w+s\b"
    r"|why (?:this|it|the)(?: \w+)? (?:works?|helps?|matters|is better)\b"
    r"|why this (?:prompt|version|wording|instruction)\b",
    re.IGNORECASE,
)
_KEPT = re.compile(
    r"\b(?:i|i['’]ve|my|instruction|prompt|version|original|re-?writ\w+|re-?phras\w+|re-?word\w*|meaning"
    r"|wording|unchanged|untouched"
    r"|kept|preserv\w+|replaced|shorter|changed|became|words?\b.{0,9}\d+|anweisung|consigne|instrucci\w+"
    r"|model)\b|\d+$|保留|改|原|指示",
    re.IGNORECASE,
)
_LEFT = re.compile(  # `The labels were left untouched.`, `The mutation made it shorter.`
    r"(?:the|its) (?:phrasing|wording|intent|meaning|tone|rewrite|rewording|mutation|change)\b"
    r"|(?:original )?meaning (?:is |was )?\w+ed\b"
    r"|(?:the|all|both|its|category) [\w' ]{0,40}\b(?:kept|untouched|unchanged|preserved|retained|left|made it"
    r"|shorter|clearer|intact|exactly as (?:written|given|requested|they were))\b",
    re.IGNORECASE,
)
ALTERNATIVE = re.compile(
    r"(?:or|alternatively|alternative|another (?:option|version|way|one|possibility)|(?:and )?here(?:['’]s"
    r"| is) another\b.*|oder|ou bien|o bien|或者|または"
    r"|otherwise|second (?:version|option))(?:\s*[:：,—]|$)",
    re.IGNORECASE,
)
SEVERAL = re.compile(
    r"\b(?:versions|options|alternatives|variations|variants|rewrites|ways|paraphrases|rephrasings|suggestions"
    r"|prompts|candidates"
    r"|examples of|möglichkeiten|varianten|opciones|versiones|propositions)\b|几(?:个|种)|三(?:个|种)|いくつか",
    re.IGNORECASE,
)
_DECORATION = ' \t\r\n*_#>`~"“”„‘’«»()[]-–—•'
_PICTURES = re.compile(r"[\U0001F000-\U0001FAFF\u2600-\u27bf\ufe0f\u200d]")


def bare(text: str) -> str:
    """A sentence without Markdown, quotes and pictures around it, as far as talk can reach."""
    return _PICTURES.sub("", text[:LONGEST_TALK]).strip(_DECORATION)


def sure(text: str) -> str:
    """The `Sure!` or `Of course,` that a text begins with; empty where it begins otherwise."""
    found = _SURE.match(text)
    return found[0] if found else ""


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
    if _TASKS_OPTIONS.match(said):
        return False
    if _ME.match(said):
        return bool(META.search(said) or _OFFER.search(said))
    return bool(
        _OPENS.match(said)
        and (META.search(said) or re.match(r"(?:below|here|hier|voici|aquí)\W*$", said, re.IGNORECASE))
    )


def is_parting(sentence: str) -> bool:
    """Whether a sentence takes leave: an offer, a hope, a question whether more is wanted."""
    return bool(_PARTS.match(bare(sentence)))


_CHANGED = re.compile(r"[\w ]{0,12}\b(?:changes?|edits|modifications|adjustments)\b", re.IGNORECASE)


def is_note(sentence: str) -> bool:
    """Whether a sentence explains the prompt that it follows; a note that belongs to the task is none."""
    said = bare(sentence)
    if noted := _NOTES.match(said):
        rest = said[noted.end() :]
        return not rest.strip(_DECORATION + ":：") or bool(_KEPT.search(rest) or is_change_note(said))
    return bool(is_parting(said) or _EXPLAINS.match(said) or _LEFT.match(said) or (is_lead_in(said) and not sure(said)))


def is_change_note(sentence: str) -> bool:
    """Whether a sentence lists what was changed in the prompt: `Changes made: shorter verbs`."""
    said = bare(sentence)
    return bool(_NOTES.match(said) and _CHANGED.match(said))


def sentences_of(text: str) -> list[str]:
    """The sentences of a text, without the blanks between them."""
    return [
        piece for piece in re.split(r"(?<=[.!?。！？])[\"”’)*_]{0,3}\s+|(?<=[。！？])(?=\S)|\n+", text) if piece.strip()
    ]
