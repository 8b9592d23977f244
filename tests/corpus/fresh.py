"""Outputs written after the readers stood, to see how they fare on what nobody had in mind."""

from __future__ import annotations

F1 = "Gauge the mood of the reviewer and report it as positive or negative."
F2 = "A viewer has written about a film. Tell me if they would recommend it: positive for yes, negative for no."
F3 = "Role: film analyst\nTask: label the review\nOutput: positive or negative"
G1 = "Spell out which of billing, shipping and account owns this request."
G2 = "Here is a message from a customer:\n{ticket}\n\nWhich team does it belong to? Billing, shipping or account."
H1 = 'Let\'s think step by step and end with "Answer: <number>".'
H2 = "Before you calculate, restate what is known. Then do the sums and give the number on the last line."

# (task, output, wanted)
WHOLE = [
    ("reviews", F1, F1),
    ("reviews", F2, F2),
    ("reviews", F3, F3),
    ("reviews", f'Here\'s a reworded instruction that keeps your categories intact: "{F1}"', F1),
    ("reviews", f"**Instruction (rewritten):** {F1}", F1),
    ("reviews", f"I'd rewrite it like this:\n\n{F1}", F1),
    ("reviews", f"{F1}\n\nThe phrasing is different but the intent is the same.", F1),
    ("reviews", f"{F1}\n\nThat should do it!", F1),
    ("reviews", f"Instruction: {F1}", F1),
    ("reviews", f"<|im_start|>assistant\n\n{F1}", F1),
    ("reviews", f"Alright, here's what I came up with: {F2}", F2),
    ("reviews", f"<output>\n{F1}\n</output>", F1),
    ("reviews", f'```json\n{{\n  "rewritten": "{F1}"\n}}\n```', F1),
    ("reviews", f"1. {F1}", F1),
    ("reviews", f"{F1}\n{F1}", F1),
    ("reviews", "You asked me to rewrite the instruction, but I can only see part of it.", None),
    ("reviews", "I'm not comfortable with that.", None),
    ("reviews", "Both positive and negative are possible.", None),
    ("reviews", "The film was a delight from start to finish.", None),
    ("reviews", "It depends on the review.", None),
    ("reviews", "N/A", None),
    ("reviews", "Instruction below in other words", None),
    ("reviews", "Could you clarify which categories there are?", None),
    ("reviews", f"V1: {F1}\nV2: {F2}", None),
    ("reviews", f"Formal: {F1}\n\nCasual: {F2}", None),
    ("tickets", G1, G1),
    ("tickets", G2, G2),
    ("tickets", f"Rewritten instruction (clearer):\n\n{G1}", G1),
    ("tickets", f"Here's the rewritten prompt.\n\n{G1}\n\nI made it more direct.", G1),
    ("tickets", f"Of course! {G1}", None),
    ("tickets", "The ticket.", None),
    ("tickets", "This is a billing ticket.", None),
    ("tickets", "Shipping, because the parcel has not arrived.", None),
    ("tickets", "No.", None),
    ("maths", H1, H1),
    ("maths", H2, H2),
    ("maths", f"New: {H2}", H2),
    ("maths", f'"{H2}"\n\n- clearer order of steps\n- same goal', H2),
    ("maths", "x = 5", None),
    ("maths", "First, we add 3 and 4 to get 7.", None),
    ("maths", "Rewrite: Solve the word problem and give the number.", None),
    (
        "reviews",
        f"書き直した指示：{'レビューが positive か negative かを答えてください。'}",
        "レビューが positive か negative かを答えてください。",
    ),
    ("reviews", "您想让我改写哪条指令？", None),
    ("reviews", "Ich bin nicht sicher, was Sie meinen.", None),
    ("reviews", "Aquí tienes algunas opciones:\n\n1. Lee la reseña.\n2. Valora la reseña.", None),
]
TAGGED = [
    ("reviews", f"<prompt> {F1} </prompt>\n<|endoftext|>", F1),
    ("reviews", f"<prompt>{F3}</prompt>", F3),
    ("reviews", f"<final_prompt>{F1}</final_prompt>", F1),
    ("reviews", f"<prompt>{F1}</prompt> and </prompt>", F1),
    ("reviews", f"Step 1: combined. Step 2:\n\n<prompt>\n> {F1}\n</prompt>", F1),
    ("tickets", f"<prompt>{G2}</prompt>", G2),
    ("tickets", "<prompt>The result of step 1, its wording changed.</prompt>", None),
    ("tickets", "<prompt>Please provide the two instructions.</prompt>", None),
    ("maths", f"<prompt>{H1}</prompt>", H1),
    ("maths", "<prompt>Both instructions ask for the number.</prompt>", None),
    ("maths", "<prompt>Join the best parts of both into one instruction.</prompt>", None),
    ("maths", "<prompt>3 + 4 = 7</prompt>", None),
]
ITEM = [
    ("maths", f"1. {H2}\n\n2. {H1}", H2),
    ("maths", f"Hint 1 – {H2}", H2),
    ("tickets", f"Sure, the first entry would be:\n\n{G1}", G1),
    ("tickets", "I cannot list a hundred hints here.", None),
]
