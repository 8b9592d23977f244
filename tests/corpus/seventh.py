"""Outputs written after the sixth mending: forms without verbs, first persons, quotes in quotes, other languages, cut ends."""

from __future__ import annotations

# Prompts without a verb, of one line, that end where the answer begins
F1 = "Sentiment of the review (positive or negative):"
F2 = "Responsible team for the ticket – billing, shipping or account?"
F3 = "Overall verdict on the film, either positive or negative:"
F4 = "Mood of the message [angry/calm]:"
F5 = "Status of the claim (true/false)?"
# Orders in the first person, and addresses
O1 = "I'd like you to read the review and tell me one thing: positive or negative."
O2 = "I have a message from a customer for you. I want you to say whether it is angry or calm."
O3 = "I will give you a claim; tell me whether it is true or false."
O4 = "I'm going to show you a review. Respond with positive or negative."
O5 = "Okay, detective: read the claim and decide, true or false."
O6 = "Alright, sorter, here is a ticket. Send it to billing, shipping or account."
O7 = "We run a help desk. I need you to name the team: billing, shipping or account."
O8 = "I am a teacher, and my pupils need this number. Solve the problem step by step."
O9 = "Hello, judge! Listen to my review and call it positive or negative."
# Formats shown inside
J1 = 'List the people in the news item. Answer like this: [{"name": "Ada", "role": "guest"}, ...]'
J2 = 'Find every person in the text and reply with JSON only, e.g. {"people": ["Ada", "Bo"]}'
J3 = 'Extract all names. Output format: ["name 1", "name 2"]'
J4 = 'Read the item.\n\nReturn a list of this shape:\n[\n  {"name": "..."}\n]\n\nLeave it empty if nobody is named.'
J5 = 'Who is mentioned? Use [] for nobody, else ["first name last name", ...].'
# Quotes in quotes
K1 = 'Answer "positive" if the review praises the film and "negative" if it does not.'
K2 = 'Reply with "angry" or "calm", nothing else.'
K3 = 'Is the claim "true" or "false"?'
K4 = '"Positive" or "negative": which word fits the review?'
# More prompts
M1 = "Judge the review and answer with positive or negative."
M2 = "Read the ticket, then name the team: billing, shipping or account."
M3 = "Decide whether the message is angry or calm."
M4 = "Work through the problem line by line and end with the number."
M5 = "Check the claim against what you know. Answer true or false."
G1 = "Entscheide, ob die Bewertung positiv oder negativ ist."
G2 = "Lies die Bewertung genau und antworte nur mit positiv oder negativ."
G3 = "Ist die Bewertung eher positiv oder eher negativ? Antworte mit einem Wort."
Z1 = "请判断这条评论是正面还是负面。"
Z2 = "阅读评论，只回答“正面”或“负面”。"
Z3 = "レビューを読み、肯定的か否定的かを一語で答えてください。"

# (task, output, wanted)
WHOLE = [
    # 1
    ("reviews", F1, F1),
    ("tickets", F2, F2),
    ("reviews", F3, F3),
    ("tone", F4, F4),
    ("claims", F5, F5),
    ("tone", "Tone: angry or calm", None),
    ("reviews", "I kept both labels (positive or negative):", None),
    ("reviews", "Rewritten with the labels (positive or negative):", None),
    ("reviews", "A shorter wording with both labels, positive and negative:", None),
    ("tickets", "The categories (billing, shipping, account) were kept as they were:", None),
    ("tone", "Here are the two labels (angry or calm):", None),
    ("claims", "My take on the claim (true or false)?", None),
    # 3
    ("names", J1, J1),
    ("names", J2, J2),
    ("names", J3, J3),
    ("names", J4, J4),
    ("names", J5, J5),
    ("names", '[{"name": "Ada Byron", "role": "guest"}]', None),
    ("names", '["Ada Byron", "Bo Lund"]', None),
    ("names", f"Here is the rewritten instruction:\n\n{J1}", J1),
    # 4
    ("reviews", f'"{K1}"', K1),
    ("tone", f'"{K2}"', K2),
    ("claims", f'"{K3}"', K3),
    ("reviews", f'Rewritten instruction: "{K1}"', K1),
    ("reviews", K4, K4),
    ("claims", f'Here is another way to say it:\n\n"{K3}"', K3),
    ("tone", f"'{K2}'", K2),
    ("reviews", '"Positive", "negative"', None),
    # 5
    ("reviews", f"Of course! Here's a fresh take on the prompt:\n\n> {M1}\n\nHave fun testing it! 🚀", M1),
    ("tickets", f"Here's the rewritten instruction:\n\n> {M2}\n\nHappy prompting! 🎉", M2),
    ("tone", f"Sure thing! 😊 Here is a new version:\n\n> {M3}\n\nThat reads nicely, I think! ✨", M3),
    ("reviews", f"Voici la nouvelle consigne :\n\n« {M1} »\n\nDites-moi si vous souhaitez une autre version !", M1),
    ("tickets", f"Voici une reformulation :\n\n« {M2} »\n\nN'hésitez pas à me demander des ajustements.", M2),
    (
        "german",
        f"Hier ist die umformulierte Anweisung:\n\n„{G2}“\n\nSag gern Bescheid, wenn du eine kürzere Fassung brauchst!",
        G2,
    ),
    ("german", f"Gerne! Hier ist eine neue Fassung:\n\n„{G3}“\n\nViel Erfolg damit!", G3),
    ("tone", f"Aquí tienes la instrucción reescrita:\n\n«{M3}»\n\n¡Avísame si quieres otra versión!", M3),
    ("tone", f"Ecco l'istruzione riscritta:\n\n«{M3}»\n\nFammi sapere se vuoi altre modifiche.", M3),
    ("claims", f"Hier is de herschreven instructie:\n\n“{M5}”\n\nLaat het me weten als je iets wilt aanpassen.", M5),
    ("claims", f"Aqui está a instrução reescrita:\n\n“{M5}”\n\nSe quiser, posso ajustar o tom.", M5),
    ("chinese", f"改写后的指令如下：\n\n「{Z2}」\n\n如果需要进一步调整，请告诉我。", Z2),
    ("chinese", f"好的，以下是改写后的指令：\n\n**{Z2}**", Z2),
    ("chinese", f"以下是新的提示：\n\n**{Z2}**\n\n希望对你有帮助！", Z2),
    ("japanese", f"書き換えた指示はこちらです：\n\n**{Z3}**", Z3),
    ("japanese", f"以下が書き換え後の指示です。\n\n**{Z3}**\n\nご不明な点があればお知らせください。", Z3),
    # 6
    ("reviews", "Dazu habe ich keine Informationen.", None),
    ("reviews", "Bitte gib mir die Bewertung, die ich einordnen soll.", None),
    ("german", "Welche Bewertung soll ich denn umschreiben?", None),
    ("german", "Es wurde kein Text angehängt.", None),
    ("german", "Ich sehe keine Anweisung in deiner Nachricht.", None),
    ("german", "Das kann ich leider nicht umschreiben.", None),
    ("german", "Könnten Sie mir die Anweisung bitte noch einmal schicken?", None),
    ("tickets", "Je n'ai reçu aucun ticket.", None),
    ("tickets", "Quel ticket souhaitez-vous que je traite ?", None),
    ("tickets", "Il manque le texte à reformuler.", None),
    ("tickets", "Merci de me donner le texte à reformuler.", None),
    ("tickets", "Aucun texte n'est joint à votre message.", None),
    ("tone", "Falta el mensaje que quieres que clasifique.", None),
    ("tone", "¿Qué instrucción quieres que reescriba?", None),
    ("tone", "No hay ningún mensaje adjunto.", None),
    ("tone", "Necesito más información para ayudarte.", None),
    ("tone", "Por favor, pásame el texto.", None),
    ("claims", "Non vedo nessun testo allegato.", None),
    ("claims", "Non posso aiutarti con questa richiesta.", None),
    ("claims", "Quale istruzione vuoi che riscriva?", None),
    ("claims", "Puoi inviarmi il testo, per favore?", None),
    ("claims", "Não recebi nenhum texto.", None),
    ("claims", "Qual instrução você quer que eu reescreva?", None),
    ("claims", "Infelizmente, não consigo ajudar com isso.", None),
    ("reviews", "Daar kan ik helaas niet bij helpen.", None),
    ("reviews", "Ik zie geen tekst in je bericht.", None),
    ("reviews", "Welke instructie wil je dat ik herschrijf?", None),
    ("reviews", "Kun je me de tekst geven?", None),
    ("chinese", "没有看到任何附件，请把评论发给我。", None),
    ("chinese", "您希望我改写哪一条指令？", None),
    ("chinese", "这个请求我帮不了您。", None),
    ("chinese", "缺少需要改写的内容。", None),
    ("japanese", "添付ファイルが見当たりません。", None),
    ("japanese", "どの指示を書き換えればよいですか？", None),
    ("japanese", "その依頼にはお応えできません。", None),
    ("japanese", "情報が不足しています。もう少し詳しく教えてください。", None),
    # 7
    (
        "reviews",
        "```python\ndef sentiment(review):\n    return 'positive' if 'good' in review else 'negative'\n```",
        None,
    ),
    ("sales", "```sql\nSELECT region, SUM(amount) FROM sales GROUP BY region;\n```", None),
    ("sales", "SELECT name FROM customers WHERE city = 'Oslo' ORDER BY name;", None),
    ("maths", "```python\nprint((12 + 5) * 3)\n```", None),
    ("maths", "```js\nconst total = 4 * 7;\nconsole.log(total);\n```", None),
    ("translate", "Le train de Lyon arrive à huit heures et les enfants dorment déjà.", None),
    ("translate", "La bibliothèque est fermée le dimanche.", None),
    ("translate", "Der Zug kommt um acht Uhr an, und die Kinder schlafen schon.", None),
    ("translate", "图书馆星期天不开门。", None),
    ("translate", "Библиотека закрыта по воскресеньям.", None),
    ("translate", "المكتبة مغلقة يوم الأحد.", None),
    ("claims", "Water boils at a lower temperature on a mountain.", None),
    ("claims", "Mount Kenya is the second-highest mountain in Africa.", None),
    ("translate", "Put the sentence into French and keep its tone.", "Put the sentence into French and keep its tone."),
    (
        "sales",
        "Turn the question into one SQL query over the sales table.",
        "Turn the question into one SQL query over the sales table.",
    ),
    ("german", G2, G2),
    ("german", "The review praises the acting but not the plot.", None),
    ("chinese", Z2, Z2),
    ("japanese", Z3, Z3),
    ("reviews", "Vote 'positiv' or 'negativ' for the review.", "Vote 'positiv' or 'negativ' for the review."),
    # 8
    ("reviews", f"Formal: {M1}\nCasual: So, did they like the film?\nShort: Positive or negative?", None),
    ("tickets", f"Polite: {M2}\n\nBlunt: Which team gets it?\n\nPlayful: Be the sorting hat of the help desk.", None),
    ("maths", f"**Concise:** {M4}\n**Detailed:** Write each step, check it, then give the number.", None),
    ("tone", f"- Direct: {M3}\n- Friendly: Would you say this message is angry or calm?", None),
    ("maths", f"Simple: {M4}\nTechnical: Derive the result and state the number.", None),
    # 9
    ("reviews", "Read the review with care and decide whether it is positive or", None),
    ("tickets", "Name the team that should handle the", None),
    ("maths", "Solve the problem step by step and write the number on the last line, without", None),
    ("tone", "Say whether the message is angry or calm, and", None),
    ("claims", "Check the claim, then answer true or false (", None),
]
TAGGED = [
    # 2
    ("reviews", f"<prompt>{O1}</prompt>", O1),
    ("tone", f"<prompt>{O2}</prompt>", O2),
    ("claims", f"<prompt>{O3}</prompt>", O3),
    ("reviews", f"2. Mutate: <prompt>{O4}</prompt>", O4),
    ("claims", f"<prompt>{O5}</prompt>", O5),
    ("tickets", f"<prompt>{O6}</prompt>", O6),
    ("tickets", f"<prompt>{O7}</prompt>", O7),
    ("maths", f"<prompt>{O8}</prompt>", O8),
    ("reviews", f"<prompt>{O9}</prompt>", O9),
    ("reviews", "<prompt>I have combined the two prompts for you.</prompt>", None),
    ("reviews", "<prompt>I'd like you to give me both prompts first.</prompt>", None),
    ("tickets", "<prompt>Okay, here is the merged prompt.</prompt>", None),
    ("tickets", "<prompt>I want you to send me the second instruction again.</prompt>", None),
    ("tone", "<prompt>I will now cross over the two instructions; tell me if it suits.</prompt>", None),
    ("claims", "<prompt>I have changed the verb in the first one.</prompt>", None),
    # 1, 3, 4
    ("reviews", f"<prompt>{F1}</prompt>", F1),
    ("names", f"<prompt>{J1}</prompt>", J1),
    ("reviews", f'<prompt>"{K1}"</prompt>', K1),
    # 6
    ("reviews", "<prompt>Mir fehlen dazu die Angaben.</prompt>", None),
    ("tickets", "<prompt>Je ne peux pas combiner ces consignes.</prompt>", None),
    ("tone", "<prompt>No encuentro la segunda instrucción.</prompt>", None),
    ("chinese", "<prompt>请提供第二条指令。</prompt>", None),
    # 9
    ("reviews", f"1. Cross over: {M1}\n2. Mutate: <prompt>{O1}", O1),
    ("tickets", f"2. Mutate: <prompt>{M2}", M2),
    ("reviews", f"2. Mutate: <prompt>{F1}", F1),
    ("maths", "2. Mutate: <prompt>Read the problem slowly. Write every step down. Then put the number at the", None),
    ("tickets", "2. Mutate: <prompt>Read the ticket and pick one of billing,", None),
    ("claims", "2. Mutate: <prompt>Check the claim. Answer with one word (true", None),
    ("tone", "2. Mutate: <prompt>Look at the message. Weigh each word. Decide if the cust", None),
    ("maths", "2. Mutate: <prompt>Solve the problem. Show the steps, because", None),
]
ITEM = [
    ("maths", f"1. {O8}\n2. {M4}", O8),
    ("reviews", f'1. "{K1}"\n2. "{M1}"', K1),
]
