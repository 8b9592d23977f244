"""Refusals and questions back in other languages than English: can't, don't see, nothing attached, please give me, which one."""

from __future__ import annotations

import re

_OPENING = re.compile(
    r"(?:¡?lo siento|leider|hélas|helaas|lamentablemente|desafortunadamente|purtroppo|infelizmente|malheureusement|désolée?"
    r"|desculpe?|sorry|por favor|per favore|bitte|s['’]il (?:vous|te) plaît|mi dispiace|perdón|scusa|抱歉|不好意思|申し訳ありませんが)"  # noqa: E501
    r"[\s,;:.!，。、]{0,3}",
    re.IGNORECASE,
)
# What the model was to be given.
_INPUT = (
    r"(?:(?:original|ursprünglich|vollständig|original|complet|completo|ganze)\w* )?(?:prompts?|tickets?|text\w*|anweisung\w*|instruktion\w*"  # noqa: E501
    r"|bewertung\w*|rezension\w*|kritik|nachricht|aufgabe|behauptung|datei|eingabe|information\w*|angaben|details?|kontext|beispiel\w*"
    r"|texte|consignes?|instructions?|avis|critique|message|phrase|fichier|précisions?|contexte"
    r"|texto|instrucci[oó]n\w*|reseña|mensaje|frase|archivo|detalles|contexto|información|datos"
    r"|testo|istruzion\w+|recensione|messaggio|dettagli|contesto|informazioni"
    r"|instruç\w+|mensagem|avaliação|detalhes|informaç\w+|arquivo"
    r"|tekst|instructie|recensie|bericht|opdracht|zin|informatie|bestand)"
)
_TAIL = r"(?! (?:als|como|comme|come)\b)[^.!?:]{0,60}[.!?]?$"

_GERMAN = (
    r"(?:das|dies\w*|da(?:bei|zu|mit|rauf|rüber|für)?|hier(?:bei|zu|mit|für)?|so) (?:kann|könnte|darf|werde|habe|weiß) ich\b"
    r"|mir (?:fehl\w+|liegt|liegen)\b|ich (?:sehe|finde|habe|erkenne|kann|konnte|weiß)\b[^.!?:]{0,40}\b(?:kein\w*|nicht|nichts|leider)\b"  # noqa: E501
    r"|(?:es|hier) (?:wurden?|liegt|liegen|ist|sind|fehl\w+)\b[^.!?:]{0,10}\b(?:kein\w*|nichts)\b[^.!?:]{0,40}"
    r"\b(?:angehängt|beigefügt|mitgeschickt|vor|angegeben|enthalten|vorhanden|übermittelt)\b"
    r"|(?:es|hier|leider) fehl(?:t|en) (?:mir |noch |der |die |das )"
    r"|was (?:genau )?(?:soll ich|möchte(?:st du|n sie)|meinst du|meinen sie|willst du)\b"
    r"|welche\w*\b[^.!?]{0,60}\b(?:soll(?:en)? (?:ich|wir)|möchtest du|möchten sie|willst du|wollen sie|meinst du|meinen sie)\b"
    rf"|(?:bitte )?(?:gib|geben sie|nenn\w*(?: sie)?|schick\w*(?: sie)?|sende\w*(?: sie)?|teile?n?(?: sie)?) mir\b[^.!?:]{{0,25}}\b{_INPUT}\b{_TAIL}"  # noqa: E501
    rf"|(?:könn(?:en|ten) sie|könntest du|kannst du) (?:mir|uns)\b[^.!?:]{{0,25}}\b{_INPUT}\b[^.!?:]{{0,30}}"
    r"\b(?:geben|schicken|senden|zeigen|mitteilen|nennen)\b"
)
_FRENCH = (
    r"je (?:ne |n['’])(?:vois|peux|pourrais?|trouve|dispose|sais|suis|comprends|parviens|reçois|ai|arrive)\b"
    rf"|il (?:me )?manque\b|aucune? {_INPUT} n['’](?:est|a|était)\b|il n['’]y a (?:aucun|pas de)\w* {_INPUT}\b"
    r"|(?:merci de|veuillez|pouvez-vous|pourriez-vous|peux-tu|pourrais-tu) (?:me |m['’])(?:donner|fournir|transmettre|préciser|envoyer"  # noqa: E501
    rf"|communiquer|indiquer)\b[^.!?:]{{0,25}}\b{_INPUT}\b{_TAIL}"
    r"|quel(?:le)?s?\b[^.!?]{0,50}\b(?:souhait\w+|voul\w+|veux|désir\w+|préfér\w+)\b[^.!?]{0,10}\bque je\b|quel(?:le)?s?\b[^.!?]{0,40}\bdois-je\b"  # noqa: E501
    rf"|j['’](?:ai|aurais) besoin (?:de |du |d['’])(?:plus\b|la |l['’])?(?:{_INPUT})?"
    r"|(?:cela|ça),? je ne\b|impossible de (?:vous|t['’]|traiter|répondre)"
)
_SPANISH = (
    r"no (?:veo|puedo|encuentro|tengo|recib[ií]|dispongo|entiendo|sé|logro|cuento|me es posible)\b"
    rf"|no (?:hay|aparece|existe) ning[uú]na? {_INPUT}\b|ning[uú]na? {_INPUT} (?:fue|ha sido|está)\b"
    r"|no (?:has|ha|han|se ha|se han) (?:incluido|adjuntado|proporcionado|enviado|indicado|dado|compartido|especificado)\b"
    rf"|(?:me )?faltan? (?:el|la|los|las|un|una)? ?{_INPUT}\b"
    rf"|(?:necesito|necesitaría) (?:más\b|ver\b|que me (?:des|env\w+|proporcion\w+|pases|compartas)\b|(?:el|la) {_INPUT}\b)"
    r"|¿?(?:qué|cuál|cuáles)\b[^.!?]{0,50}\b(?:quieres?|deseas?|prefieres?|necesitas?) que\b|¿?qué (?:quieres|desea\w*)\W*$"
    rf"|(?:pása|envía|da|manda|mánda|comparte|facilita|facilíta|adjunta|proporcióna)(?:me|nos)? (?:el|la|los|las|tu|su)\b[^.!?:]{{0,15}}\b{_INPUT}\b{_TAIL}"  # noqa: E501
    rf"|¿?(?:puedes|puede|podrías|podría) (?:enviar|pasar|dar|proporcionar|indicar|mostrar)me\b[^.!?:]{{0,15}}\b{_INPUT}\b{_TAIL}"
)
_ITALIAN = (
    r"non (?:vedo|posso|trovo|ho|riesco|capisco|dispongo|so|sono (?:sicur\w|in grado))\b"
    rf"|manca(?:no)? (?:il |la |l['’]|i |le )?{_INPUT}\b|nessuna? {_INPUT} (?:è|allegat\w|fornit\w)"
    rf"|mi (?:serve|servono|manca|mancano|occorre|occorrono) (?:il |la |l['’]|più |altr\w )?{_INPUT}\b|ho bisogno (?:di più|del testo|di altr\w+)"  # noqa: E501
    r"|(?:quale|quali|che|cosa)\b[^.!?]{0,40}\b(?:vuoi|desideri|vorresti|preferisci) che\b|(?:quale|quali|cosa)\b[^.!?]{0,30}\bdevo\b"  # noqa: E501
    rf"|(?:puoi|può|potresti|potrebbe) (?:inviar|mandar|dar|fornir|mostrar|indicar)mi\b[^.!?:]{{0,15}}\b{_INPUT}\b{_TAIL}"
    rf"|(?:invia|manda|da|forniscii?|fornisci)mi (?:il |la |l['’])\b[^.!?:]{{0,15}}\b{_INPUT}\b{_TAIL}"
)
_PORTUGUESE = (
    r"não (?:posso|vejo|consigo|encontrei|encontro|recebi|tenho|entendi|sei)\b|não (?:foi|há)\b[^.!?:]{0,10}"
    r"\b(?:nenhum\w*|anexad\w|enviad\w|fornecid\w|incluíd\w)\b"
    rf"|nenhuma? {_INPUT} (?:foi|está)\b|faltam?(?: o| a| os| as)? {_INPUT}\b"
    rf"|preciso (?:de mais\b|ver\b|d[oa] {_INPUT}\b|que (?:você )?me (?:envie|dê|mande)\b)"
    r"|(?:qual|quais|que)\b[^.!?]{0,50}\b(?:quer|deseja|gostaria|prefere)\b[^.!?]{0,5}\bque\b"
    rf"|(?:por favor,? )?(?:envie|mande|forneça|passe|dê)(?:-me)?\b[^.!?:]{{0,15}}\b{_INPUT}\b (?:que|para que|original)\b{_TAIL}"
    rf"|(?:você )?pode(?:ria)? me (?:enviar|mandar|dar|fornecer|passar)\b[^.!?:]{{0,15}}\b{_INPUT}\b{_TAIL}"
)
_DUTCH = (
    r"(?:daar|dat|dit|hier)(?:mee|bij|op|over)? (?:kan|mag|zal|kon|weet|heb) ik\b"
    r"|ik (?:zie|heb|kan|vind|weet|begrijp|ontvang)\b[^.!?:]{0,40}\b(?:geen|niet|niets|helaas)\b"
    rf"|er (?:is|zijn|staat|zit)\b[^.!?:]{{0,10}}\bgeen {_INPUT}\b"
    r"|(?:welke?|wat)\b[^.!?]{0,50}\b(?:wil (?:je|u)|wilt u|bedoel (?:je|u)|moet ik|zal ik)\b"
    r"|(?:kun|kan|kunt|zou|wil) (?:je|u|jij)\b[^.!?:]{0,10}\b(?:mij|me)\b[^.!?:]{0,15}"
    rf"\b{_INPUT}\b[^.!?:]{{0,15}}\b(?:geven|sturen|delen|tonen|laten zien)\b|ik heb (?:meer|de|het)\b[^.!?:]{{0,30}}\bnodig\b"
    rf"|(?:geef|stuur) (?:me|mij)\b[^.!?:]{{0,15}}\b{_INPUT}\b{_TAIL}"
)
_TOLD = r"(?:指令|原文|评论|文本|文字|内容|信息|句子|提示词?|工单|消息|附件|题目|资料)"
_CHINESE = (
    rf"(?![如若当])[^。]{{0,8}}(?:没有?|未能?|并未)(?:看到|收到|找到|发现|提供|附上|上传)[^。]{{0,8}}{_TOLD}|(?:没有|未见)(?:任何)?(?:附件|{_TOLD})"
    rf"|请(?:您|你)?(?:先|再)?(?:把[^。]{{1,14}}(?:发|贴|给)(?:给我|过来|上来|出来)?|(?:提供|发送|给我|补充)[^。，]{{0,14}}{_TOLD})[。！]?$"
    r"|(?:您|你)(?:希望|想要?|需要|要)我|(?:您|你)想让我|需要我(?:怎么|如何|改写|做)"
    r"|(?![如若当])[^。]{0,14}我(?:帮不了|帮不上|做不到|无法|不能(?:帮|处理|改写|提供|协助)|没(?:有)?办法)"
    rf"|(?:缺少|缺乏)[^。]{{0,12}}{_TOLD}|信息(?:不足|不够)"
)
_TOLD_JA = r"(?:指示|原文|本文|テキスト|プロンプト|詳細|情報|文章|レビュー本文|ファイル|添付)"
_JAPANESE = (
    r"(?!.{0,40}(?:場合|なら|とき|ときは|れば、))[^。]{0,30}(?:見当たりません|見つかりません|確認できません|応えできません|対応できません|手伝いできません"
    r"|いたしかねます|できかねます|不足しています|届いていません|添付されていません)(?:でした)?[。]?$"
    rf"|{_TOLD_JA}[^。]{{0,8}}(?:が|は)(?:あり|含まれてい)ません|(?:どの|どちらの|どのような)[^。？]{{1,24}}(?:ばいい|ばよい|ばよろしい|しましょう|ご希望)"
    rf"|[^。]{{0,12}}{_TOLD_JA}を(?:もう少し|もう一度|先に)?(?:詳しく)?(?:教えて|提供して|送って|お送り|ご提供|貼り付けて|共有して)"
    r"|もう(?:少し|一度)(?:詳しく)?(?:教えて|説明して)"
)
_REFUSES = re.compile(
    "|".join((_GERMAN, _FRENCH, _SPANISH, _ITALIAN, _PORTUGUESE, _DUTCH, _CHINESE, _JAPANESE)), re.IGNORECASE
)


def refuses_abroad(sentence: str) -> bool:
    """Whether a sentence without marks around it refuses or asks back in one of eight languages."""
    opening = _OPENING.match(sentence)
    return bool(_REFUSES.match(sentence) or (opening and _REFUSES.match(sentence, opening.end())))
