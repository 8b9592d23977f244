"""The words by which an output answers, and by which it denies, doubts or leaves open, in several languages."""

from __future__ import annotations

import re

DECOR = r"[\s*_\"'`“”‘’«»「」『』\[\](){}<>:：=\-–—→#$\\~]*"
TRIMMED = " \t\n\r*_\"'`“”‘’«»「」『』[](){}<>:：=-–—→#$\\~.,;!?。！、，"
OPTION = re.compile(r"(?:\d{1,3}|[a-z])[.)]\s+", re.IGNORECASE)
NOUNS = (
    r"(?:final |correct |best |right |most likely |my |overall |predicted ){0,3}(?:answer|label|category|class|classification"
    r"|sentiment|polarity|relation(?:ship)?|rating|prediction|verdict|conclusion|decision|choice|output|result|response|topic"
    r"|antwort|kategorie|klasse|stimmung|ergebnis|réponse|étiquette|catégorie|classe|respuesta|etiqueta|categoría"
    r"|resultado|risposta|categoria|etichetta)"
)
SAYS = r"(?:is|are|was|would be|should be|must be|will be|ist|lautet|wäre|est|es|è|é|:|：|=>|->|→|=|-|–)"
CJK_NOUNS = (
    r"(?:最终答案|答案|分类结果|结果|回答|答え|正解|标签|標籤|ラベル|分类|分類|类别|類別|カテゴリー?"
    r"|情感|感情|结论|結論|결론|정답|답)"
)
# Words such as `Answer:`, after which the answer itself stands.
VERBS = (
    r"\b(?:classif(?:y|ied)|labell?(?:ed)?|categori[sz]ed?|rated?|mark(?:ed)?|rout(?:e|ed)|assign(?:ed)?|tag(?:ged)?)\b"
    r"[^.\n]{0,40}?\b(?:as|to|under)\b"
)
CHOOSES = r"\bi(?:['’](?:d|ll)| would| will)?\s+(?:say|pick|choose|select|go with|vote for|guess)\b"
STRONG = re.compile(
    rf"(?:\b{NOUNS}\b{DECOR}{SAYS}|{VERBS}|{CHOOSES}|{CJK_NOUNS}[ \"'」』”*]*(?:是|为|為|は|：|:|는|은)"
    r"|####|\\boxed\{|\\text\{)",
    re.IGNORECASE,
)
FINAL = re.compile(
    rf"\bfinal {NOUNS}\b{DECOR}{SAYS}|最终答案[ \"'」』”*]*(?:是|为|為|：|:)|####|\\boxed\{{", re.IGNORECASE
)
# What an argument comes to: `Overall: positive`, `Hence negative`.
CONCLUDES = re.compile(
    r"\b(?:overall|hence|therefore|thus|so|altogether|on balance|in (?:conclusion|summary|short)|insgesamt|daher|somit|donc"
    r"|globalement|por lo tanto|en resumen)\b[,:]?(?:\s+(?:it|this|that|the \w+)(?: is|['’]s))?",
    re.IGNORECASE,
)
# Any other word that something is said of: `Team: billing`, `it is billing`.
WEAK = re.compile(
    r"\w['’\"*_`)]*\s*(?:\b(?:is|was|would be|should be|ist|est|es|è)\b|['’]s\b|:|：|=>|->|→|=)", re.IGNORECASE
)
LEAD = re.compile(
    rf"{DECOR}(?:(?:therefore|thus|so|indeed|clearly|definitely|most likely|likely|probably|simply|option|label|the|an?"
    rf"|der|die|das|eine?|le|la|une?|el|\\?boxed|\\?text|\d+[.)])\b{DECOR}){{0,4}}",
    re.IGNORECASE,
)
OTHERWISE = re.compile(
    rf"{DECOR}(?:,|/|\||\b(?:or|and|to|und|oder|bis|ou|o|et|y)\b|或|和|か){DECOR}",
    re.IGNORECASE,
)
NEGATION = re.compile(
    r"(?:\b(?:not|never|neither|nor|no|non|nothing|less|far from|without|cannot be|rather than|instead of|anything but|over"
    r"|nicht|keine?[nrms]?|keineswegs|weder|noch|pas|ni|sin|nie)|n['’]t)"
    r"(?:[\s\-_\"'“‘*`]+(?:a|an|the|be|been|at all|very|really|clearly|truly|entirely|purely|simply|just|particularly"
    r"|exactly|to|for|as|eine?|un|une))*[\s\-_\"'“‘*`]*\Z|(?:不是|并非|並非|不|非|没有|沒有)[\"'“「『*]*\Z",
    re.IGNORECASE,
)
DOUBT = re.compile(
    r"\b(?:cannot|can['’]?t|could(?:n['’]t| not)|unable to|do(?:n['’]t| not) know|not sure|unsure|unclear|whether|hardly|scarcely"
    r"|no (?:evidence|sign|hint|reason)|although|(?:even )?though|while|whereas|despite|obwohl|bien que|aunque)\b[^.,;:\n]*\Z",
    re.IGNORECASE,
)
UNDECIDED = re.compile(r"\b(?:mixed|ambiguous|unclear|undecided|undetermined|inconclusive)\b", re.IGNORECASE)
SCALE = re.compile(r"\d\s*(?:/|out of|von|sur|de)\s*\Z")  # the 5 of `4/5` is no answer
NEGATED_AFTER = re.compile(
    r"[\s\"'”」』*]*(?:では(?:ない|ありません|なく)|じゃない|이 아니|가 아니)|\s+is (?:wrong|incorrect|not)\b"
    r"|[^.!?;\n。！；]{0,200}[?？]"  # in a question nothing is said
)
BEGINS = re.compile(DECOR)
PAUSE = re.compile(r"[\"'”’*_`)\]]*(?:[,.;!，。；！]|\s[–—(-]|\s+(?:because|since|as)\b|\n)")
CLOSED = re.compile(
    r"[\"'”’*_`)\]}]*[^\S\n]*(?:[.,;!?|(\n。，；]|\Z|[–—-]|\b(?:because|since|as|so|but|though|although|given|overall|here)\b"
    r"|(?:review|text|comment|tweet|post|sentence|statement|opinion)\b)"
)
LISTED = re.compile(rf"{DECOR}(?:[.,;!?/|]|\b(?:or|and)\b|\Z)")
ARTICLE = re.compile(r"[ai] (?!(?:or|and|is|as|because|since|with)\b)[a-z]")
LOOKED_BACK = 60  # characters before a label in which it may be negated
