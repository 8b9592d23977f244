"""The words by which an output answers, and by which it denies, doubts or leaves open, in several languages."""

from __future__ import annotations

import re

_ORNAMENTS = r"*_\"'`“”‘’«»「」『』\[\](){}<>:：=\-–—→#$\\~"
DECOR, _WITHIN = rf"[\s{_ORNAMENTS}]*", rf"[ \t{_ORNAMENTS}]*"
TRIMMED = " \t\n\r*_\"'`“”‘’«»「」『』[](){}<>:：=-–—→#$\\~.,;!?。！、，"
OPTION = re.compile(r"(?:\d{1,3}|[a-z])[.)]\s+", re.IGNORECASE)
NOUNS = (
    r"(?:final |correct |best |right |most likely |my |overall |predicted ){0,3}(?:answer|label|category|class|classification"
    r"|sentiment|polarity|relation(?:ship)?|rating|prediction|verdict|conclusion|decision|choice|output|result|response|topic|score|grade|intent"
    r"|emotion|stance|priority|severity|department|genre|language"
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
CHOOSES = (
    r"\bi(?:['’](?:d|ll)| would| will)?\s+(?:say|pick|choose|select|go (?:with|for)|vote for"
    r"|settle (?:on|for)|opt for|guess)\b"
)
STRONG = re.compile(
    rf"(?:\b{NOUNS}\b{_WITHIN}{SAYS}|{VERBS}|{CHOOSES}|{CJK_NOUNS}[ \"'」』”*]*(?:是|为|為|は|：|:|는|은)"
    r"|####|\\boxed\{|\\text\{)",
    re.IGNORECASE,
)
FINAL = re.compile(
    rf"\bfinal {NOUNS}\b{_WITHIN}{SAYS}|最终答案[ \"'」』”*]*(?:是|为|為|：|:)|####|\\boxed\{{", re.IGNORECASE
)
# What an argument comes to: `Overall: positive`, `Hence negative`.
CONCLUDES = re.compile(
    r"\b(?:overall|hence|therefore|thus|so|altogether|on balance|in (?:conclusion|summary|short|sum|the end)"
    r"|all in all|on the whole|ultimately|to sum up|alles in allem|unterm strich|en somme|en definitiva"
    r"|insgesamt|daher|somit|donc|globalement|por lo tanto|en resumen)\b[,:]?(?:\s+(?:it|this|that|the \w+)(?: is|['’]s))?"
    r"|(?:总体|總體|整体|整體|总的|總的)(?:上|而言|来说|來說|来看|來看)?[，,]?(?:还是|還是|是|为|為|偏|呈)?|全体としては?、?|総じて、?|โดยรวม(?:แล้ว)?(?:เป็น|คือ)?",
    re.IGNORECASE,
)
ACTS = re.compile(
    r"\s+(?:should|must|will|can|could|would|may|might|has|have|needs?) (?!be\b)"
)  # `billing should refund`
# Where something is to go: `this belongs to billing`.
ROUTES = re.compile(
    r"\b(?:belongs? (?:to|in|under|with)"
    r"|(?:should|must|would|will|needs? to|has to) (?:go|be (?:sent|forwarded|directed|passed|handed"
    r"|handled|escalated)) (?:to|by)|(?:this|it|that) goes to|falls? (?:under|into)|fits? (?:best )?(?:under|into|in))\b",
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
    rf"{DECOR}(?:,\s*(?:(?:or|then)\b)?|\bthen\b|/|→|->|=>|>|\||\b(?:or|and|to|und|oder|bis|ou|o|et|y|или|и)\b|或|和|か|(?<=\d)\s?[-–—]\s?){DECOR}"
    rf"(?:\b(?:possibly|perhaps|maybe|even|alternatively|potentially|vielleicht|peut-être)\b{DECOR})?",
    re.IGNORECASE,
)
_WORD = (
    r"(?:-|[*_]{0,2}\s+[\"'“‘*_`(]{0,3})(?!(?:but|so|yet|hence|thus|because|since|which|sondern|aber|mais|sino|pero"
    r"|makes?|means?|suggests?|implies|shows?|indicates?)\b)[^\W\d_]+(?:['’][^\W\d_]+)?"
)
_FILLER = (
    r"[\s\-_\"'“‘*`]+(?:a|an|any|anything|the|be|been|of|at all|very|really|clearly|truly|entirely|purely|simply|just"
    r"|particularly|exactly|to|for|as|in|eine?|un|une)\b"
)
# What takes a label back a few words before it. Its first group is the word that does so, for `no` may itself be a label.
DENIES = re.compile(
    r"(?:(?:(?<!\w)(not|never|neither|nor|no|non|nothing|none|nobody|nicht|nichts|keine?[nrms]?|keineswegs|weder|noch|rien"
    r"|aucune?|pas|ni|nie|sin|ningún|ninguna|nada|senza|nessuna?|não|niet|geen|не|ни|нет)|n['’]t)\b"
    rf"(?! (?:only|doubt|question|wonder)\b)(?:{_WORD}){{0,5}}"
    r"|\b(?:(?:lack|absence|devoid|void|free|clear) (?:of|from)|lack(?:s|ed|ing)?|without(?! (?:a )?doubt)|fail(?:s|ed)? to"
    r"|(?:rule[sd]?|ruling) out|exclud(?:e|es|ed|ing)|reject(?:s|ed|ing)?|(?<!\ba )little|(?<!\ba )few|zero|no longer"
    rf"|ohne|sans|без|despite|trotz|malgré|mangel an|manque de|falta de)\b(?:{_WORD}){{0,2}}"
    rf"|\b(?:less|far from|cannot be|rather than|instead of|anything but|half|bordering on"
    rf"|verging on|close to|over|(?:the|a) (?:word|term))\b(?:{_FILLER})*"
    r")(?:-|[\s_\"'“‘*`]*)\Z|(?:不是|并非|並非|不|非|没有|沒有|与其说是?|與其說是?)[\"'“「『*]*\Z",
    re.IGNORECASE,
)
# What takes an announcement back: `I would not classify it as`.
UNSAID = re.compile(
    rf"(?:(?<!\w)(?:not|never|neither|nor|nicht|nie|pas)|n['’]t)\b(?:{_WORD}){{0,2}}\s*\Z", re.IGNORECASE
)
# A condition, a question, a first impression: in the rest of its clause nothing is said.
DOUBT = re.compile(
    r"\b(?:cannot|can['’]?t|could(?:n['’]t| not)|unable to|do(?:n['’]t| not) know|not sure|unsure|unclear|whether|if|unless"
    r"|otherwise|hardly|scarcely|barely|hesitat\w+|reluctant|(?:hard|difficult) to"
    r"|(?<!no )(?<!not )(?<!without )(?<!without a )doubt"
    r"|(?:wrong|incorrect|a mistake) to"
    r"|no (?:evidence|sign|hint|reason|trace)"
    r"|initially|originally|at first"
    r"|on the surface|seemingly"
    r"|(?:ne|n['’]) ?(?:sais|saurais|suis pas sûre?)|no (?:sé|sabría)|non (?:so|saprei)|não sei|nicht sagen|ob"
    r"|obwohl|zwar|zunächst|auf den ersten blick|à première vue|a primera vista|bien que|d['’]abord|aunque|хотя)\b"
    r"(?:(?!\b(?:but|yet|aber|mais|pero)\b|\s-\s)[^.,;:–—\n])*\Z"
    # A concession may end without a comma: `although it starts out negative the overall sentiment is positive`.
    r"|\b(?:although|though|while|whereas)\b(?:(?: the)? [^\W\d_]+"
    r"(?:(?!\b(?:but|yet)\b|\s-\s|(?<!that)(?<!\bthe)\s(?:the )?(?:overall|final|general)\b)[^.,;:–—\n])*|[^\w.,;:–—\n]*)\Z",
    re.IGNORECASE,
)
# The output leaves it open, or there was nothing to read.
UNDECIDED = re.compile(
    r"\b(?:mixed|ambiguous|unclear|undecided|undetermined|inconclusive|please (?:provide|share|paste)"
    r"|(?:text|review|input|message|passage|context) (?:is|was|seems|appears) (?:missing|empty|cut off|incomplete))\b",
    re.IGNORECASE,
)
ROUND = re.compile(r"(?<![\d.,])(\d+)[.,]0+(?![\d.,]|\s?%)")  # `4.0` is 4
# Numbers that are no answer: the 5 of `4 stars out of 5`, of `a scale of 1 to 5` and of `5 = best`.
_UNIT = r"[\s*_\"'`)-]{0,6}(?:stars?|points?|sterne?n?|punkte?n?|étoiles?|estrellas?)?[\s*_\"'`)(]{0,6}"
SCALE = re.compile(
    rf"\d(?:[.,]0)?{_UNIT}(?:/|out of|of|von|sur|de|из)[\s*_]*\Z|\b(?:scale|skala|échelle|escala)\b[^.,;:\n]{{0,20}}\Z"
)
ENDS_SCALE = re.compile(
    r"\s?(?:=|is|being|means)\s?(?:the )?(?:best|worst|highest|lowest|most|least|max|min)|\s?(?:-|–|to)\s?\d+[ -](?:point )?scale"
    r"|[ -](?:point )?scale"
)
OUT_OF = re.compile(rf"{_UNIT}(?:/|out of)[\s*_]{{0,4}}(\d+)")
# What takes a label back behind it: `C is wrong`, `billing has nothing to do with it`, `politics | no`.
NEGATED_AFTER = re.compile(
    r"[\s\"'”」』*]*(?:では(?:ない|ありません|なく)|じゃない|というより|이 아니|가 아니|보다)"
    r"|\s+(?:is (?:wrong|incorrect|not|too|(?:un|less )likely|ruled out|out)|isn['’]t"
    r"|(?:was|were|has|have|had|do|does|did|could|will|would|should|may|might)(?: not|n['’]t)"
    r"|can(?:not|['’]t)|ha(?:s|ve) nothing to do"
    r"|can be (?:ruled out|eliminated|excluded|discarded)|ist (?:nicht|falsch)|n['’]est pas|no es)\b"
    r"|\s+(?:is|was|seems|looks|appears|ist|est|es)(?: (?:much|far|clearly|slightly|significantly|noticeably|still|also|somewhat"
    r"|rather|an?|the|bit|lot|clear|der|die|das|deutlich|le|la|el)){0,3} (?:worse|worst|weaker|weakest|inferior|poorer|poorest"
    r"|less [^\W\d_]+|least [^\W\d_]+|schlechter\w*|schwächer\w*|pire|peor)\b"
    r"|\s+(?:could|might|may) also\b|[\s\"'*`]*[|:=]\s*(?:no|false|nein|non|✗|✘|❌)(?!\w)"
    # In a question nothing is said, unless it is answered by yes.
    r"|(?:[^.!?;\n。！；]|\.\.+){0,200}[?？](?!\s*[*_]*(?:yes|ja|oui|sí|да)\b)"
)
BEGINS = re.compile(DECOR)
PAUSE = re.compile(r"[\"'”’*_`)\]]*(?:[,.;!，。；！]|\s[–—(-]|\s+(?:because|since|as)\b|\n|\Z)")
CLOSED = re.compile(
    r"[\"'”’*_`)\]}]*[^\S\n]*(?:[.,;!?|(\n。，；]|\Z|[–—-]|\b(?:because|since|as|so|but|though|although|given|overall|here)\b"
    r"|(?:review|text|comment|tweet|post|sentence|statement|opinion)\b)"
)
LISTS = re.compile(r"\W{0,4}1[.)]\s[^\n]*?[.;,!?]\s+2[.)]\s")  # `1. The acting is good. 2. The plot is bad`
ITEM = re.compile(r"\s*(?:[-*•+]|\d{1,3}[.)])\s")
LAST_SENTENCE = re.compile(r".*(?<!\d)[.!?][^\S\n]+(?=\w{2})", re.DOTALL)
LISTED = re.compile(rf"{DECOR}(?:[.,;!?/|]|\b(?:or|and)\b|\Z)")
ARTICLE = re.compile(
    r"(?:i |a (?!(?:isn't|doesn't|does|was|has|beats?|outperforms?|surpasses|outweighs|outclasses|wins?|loses|lost|falls|trails"
    r"|lags|yields|gives|pales|edges|seems|looks|ist|est|es|é|è|n'est|no es|schlägt|supera|surpasse)\b))"
    r"(?!(?:or|and|is|as|because|since|with)\b)[a-z]"
)

MORE = re.compile(r"\b(?:more|rather|closer|better|eher|mehr|plutôt|plus|más|più|mais|скорее|больше|более)\b")
# A label that is named as the next best, or beside the main one.
_RANKED = r"(?:choice|guess|option|fit|candidate|emotion|intent|topic|category|label|class|pick|possibility)s?"
LESSER = re.compile(
    # `Second:` alone may be the second of several texts.
    rf"(?:\b(?:(?:secondary|second[- ]best|next best|less likely)(?: {_RANKED})?|runner[- ]up|alternatives?|cc"
    rf"|(?:second|2nd|third|3rd|other|further|additional|minor) {_RANKED})\b[\s\"*_'`]*(?:is|are|:|=|->|→|-|–)"
    rf"|\b(?:worse|worst|weaker|weakest|poorer|poorest|inferior|losing|(?:less|least) [^\W\d_]{{1,30}})"
    rf" (?:{_RANKED}|answer|response|output|one|text)\b[\s\"*_'`]*(?:is|are|:|=|->|→|-|–)"
    r"(?: (?:the )?(?:response|answer|option|output|choice)\b)?"
    r"|\b(?:(?:better|stronger|clearer|more [^\W\d_]{1,30}) than|(?:superior|preferable) to)"
    r"(?: (?:the )?(?:response|answer|option|output|choice)\b)?"
    r"|\b(?:mostly|mainly|largely|predominantly|primarily|overwhelmingly|generally)\b[^.;:\n]{0,40}?\bwith (?:only |just )?"
    r"(?:(?:a )?few|some|several|a couple of|occasional|minor|one or two|a handful of)(?: (?:mild|small|minor|slightly))?"
    r"|\b(?:worse|worst|weaker|weakest|inferior|loser|rejected)[\"*_]{0,3}(?::|=|->|→)(?: (?:response|answer|option)\b)?"
    r"|\b(?:less|fewer|lower) than (?:an? )?(?=\d)"
    r"|\bwith (?:a (?:touch|hint|bit|trace)|hints|traces|touches|some chance|a (?:small|slight) chance) (?:of|that it is)"
    r"|\btinged with)[\s\"*_'`]*",
    re.IGNORECASE,
)
OR = re.compile(r"\b(?:or|oder|ou|или)(?: (?:maybe|perhaps|possibly|even|vielleicht|peut-être))?[\s\"'*_`(]*\Z")
HALF = re.compile(r"([^\W_]+)\s?(?:\b(?:to|or|and|bis|oder|und|ou)\b|[-–/])\s?\Z")  # the `low` of `low to medium risk`
# A change of mind: what is claimed behind it counts, what was claimed before does not.
CORRECTS = re.compile(
    r"(?:\A|[.!?…\n,;—–(-])[\s*_\"'(]{0,4}(?:(?:hm+|oh|but|and|no|sorry|oops)\b[,.…]{0,3} ){0,3}"
    r"(?:wait|hold on|actually|correction|scratch that|strike that|on second thoughts?|on reflection|my mistake"
    r"|(?:let me|i(?:['’]ll| will| should| must)?) (?:now )?(?:reconsider|rethink|re-?check|re-?read|correct|misread"
    r"|was wrong|made a mistake"
    r"|take that back|stand corrected)|moment|korrektur|nein, doch|en fait|de hecho)\b"
    r"|(?:\.{2,}|[…—–?]|\s-)\s*(?:no|nein|non)\b[,.—–]",
    re.IGNORECASE,
)
IT_IS = re.compile(r"\b(?:it|this|that)(?:['’]s| is| was| should be| must be| reads as)\b")
# `positive: 0.9`, and `90 % positive`.
SHARE_AFTER = re.compile(
    r"[\"'”’*_`)\]]{0,6}(?:\s(?:sentiment|label|class|probability|score))?\s{0,3}(?:\(|:|=|→|-|\bis\b|\bat\b)?"
    r"\s{0,3}(?:(?:confidence|probability|score|p)\s?[:=]?\s?)?"
    r"(?P<share>[01]?[.,]\d+|[01]|\d{1,3}(?:[.,]\d+)?\s?%)(?![\w/]|[.,]\d)"
)
SHARE_BEFORE = re.compile(
    r"(?<![\w.,])(?P<share>0?[.,]\d+|\d{1,3}(?:[.,]\d+)?\s?%)\s+(?:likely |chance of )?[\"'*_`(]*\Z"
)
# Behind a label, what makes it the answer: `positive it is`, `C is correct`, `2 stars`.
IS_IT = re.compile(
    r"[\"'*_`)]*(?:\s+(?:it is|wins|fits best|is (?:the )?(?:correct|right|best|most (?:likely|fitting|appropriate)))\b"
    r"|(?<=\d)[ -]stars?\b)"
)
OTHERWISE_IT_IS = re.compile(r"\b(?:otherwise|else|if not|sonst|sinon)\b,?\s*(?:it['’]?s? (?:is )?)?")
MERELY = re.compile(r"\b(?:could|might|may) (?:also |even )?be (?:an? )?[\"'*_`(]*\Z")  # `could be A`
NEXT_THAN = re.compile(r"\s+than\b")  # `other than` the rest
# Words of somebody else, several in quotes. An apostrophe opens none.
QUOTED = re.compile(r"(?<!\w)[\"'“‘«„](?=[^\n\"'”’»“]* )[^\n\"'”’»“]{1,200}[\"'”’»“](?!\w)")
