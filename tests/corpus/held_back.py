"""Outputs in other wordings, on which the readers are only measured; each with what a careful reader adopts, or None."""

from __future__ import annotations

A1 = "State if the author of the review enjoyed the movie (positive) or not (negative)."
A2 = "Your task is to judge a movie review. Consider its tone, then give one word, positive or negative."
A3 = 'You will be given a review of a film.\n\nDetermine its sentiment. Respond only with "positive" or "negative".'
B1 = "Choose the department best suited to the request: billing, shipping, or account."
B2 = "Examine the ticket, identify the main complaint and output a single word (billing, shipping or account)."
B3 = "Classify:\n- payment problems as billing\n- parcels as shipping\n- logins as account"
C1 = "Break the question into smaller parts, solve each, and state the resulting number."
C2 = "Carefully read the maths question. What number answers it? Show your reasoning, then the number."
DE2 = "Lies die Rezension und gib nur eines der Wörter positive oder negative aus."
ZH2 = "阅读以下评论并判断其态度：positive 或 negative。"
FR2 = "Déterminez si l'avis est positive ou negative."
ES2 = "Determina si la opinión es positive o negative."
JA2 = "レビューの感情を判定し、positive または negative とだけ出力してください。"

# (task, output, wanted)
WHOLE = [
    ("reviews", f"'{A1}'", A1),
    ("reviews", A3, A3),
    ("reviews", f"Reworded: {A1}", A1),
    ("reviews", f"Here you go:\n\n{A2}", A2),
    ("reviews", f'Got it! Here\'s my take on it:\n\n"{A1}"', A1),
    ("reviews", f"**Paraphrased prompt**\n\n> {A2}\n\n**Why it works**\n\nIt is shorter.", A2),
    ("reviews", f"One way of rewriting it would be:\n\n{A1}", A1),
    ("reviews", f'The instruction can be rephrased as follows: "{A1}"', A1),
    ("reviews", f"My rewrite:\n\n{A3}\n\nFeel free to adjust the tone.", A3),
    ("reviews", f"{A1}\n\n---\n\n*The labels were left untouched.*", A1),
    ("reviews", f"{A2}\n\nKey changes:\n* more direct\n* mentions tone", A2),
    ("reviews", f'{A1}\n\nIn this version I replaced "classify" with "state".', A1),
    ("reviews", f"<s> {A1} </s>", A1),
    ("reviews", f"{A2}<|endoftext|>Human: what is this?", A2),
    ("reviews", f"<|assistant|>\n{A1}<|end|>", A1),
    ("reviews", f'{{\n  "new_prompt": "{A1}",\n  "notes": "I used other verbs."\n}}', A1),
    ("reviews", f"Updated instruction: {A1}", A1),
    ("reviews", "Say the instruction in different words and do not change its meaning.", None),
    ("reviews", "Paraphrase the given instruction while keeping category names.", None),
    ("reviews", "Keep every name of a category exactly as it is written. Reply with the instruction alone.", None),
    ("reviews", "I am unable to fulfil this request.", None),
    ("reviews", "My apologies, but that goes beyond what I can do.", None),
    ("reviews", "Can you share the text that should be rewritten?", None),
    ("reviews", "Negative", None),
    ("reviews", "The reviewer seems happy with the movie.", None),
    ("reviews", "Positive/Negative", None),
    ("reviews", f"A few alternatives:\n\n• {A1}\n• {A2}", None),
    ("reviews", f"{A1}\n\nAnother option:\n\n{A2}", None),
    ("reviews", f"改写如下：\n\n{ZH2}", ZH2),
    ("reviews", f"没问题！\n\n{ZH2}", ZH2),
    ("reviews", "很抱歉，我不能回答这个问题。", None),
    ("reviews", f"Gerne! Hier die neue Formulierung:\n\n„{DE2}“", DE2),
    ("reviews", "Leider kann ich die Anweisung nicht umschreiben.", None),
    ("reviews", f"D'accord, voici la consigne réécrite :\n\n{FR2}\n\nN'hésitez pas à me demander autre chose.", FR2),
    ("reviews", "Pouvez-vous me donner l'instruction à reformuler ?", None),
    ("reviews", f"Por supuesto. La instrucción reformulada es la siguiente:\n\n{ES2}", ES2),
    ("reviews", "¿Podrías proporcionar la instrucción que quieres reescribir?", None),
    ("reviews", f"はい、書き換えた指示はこちらです。\n\n{JA2}", JA2),
    ("tickets", f"~~~\n{B1}\n~~~", B1),
    ("tickets", B3, B3),
    ("tickets", f"Final version:\n{B2}", B2),
    ("tickets", f"# Prompt\n\n{B1}", B1),
    ("tickets", f"Sure thing — here's a fresh wording:\n\n{B2}\n\nI kept all three category names.", B2),
    ("tickets", f"Let's rephrase it.\n\n**Output:**\n\n{B1}", B1),
    ("tickets", f"{B2}\n\nIs there anything else you would like me to change?", B2),
    ("tickets", f"{B1}\n\n(Word count: 12)", B1),
    ("tickets", "account", None),
    ("tickets", "billing | shipping | account", None),
    ("tickets", "The customer's problem belongs to shipping, because the parcel is late.", None),
    ("tickets", "Which ticket do you mean? I don't see one.", None),
    ("tickets", "Original instruction: Sort the support ticket into billing, shipping or account.", None),
    ("tickets", f"First version: {B1}\nSecond version: {B2}", None),
    ("maths", f"Improved instruction:\n\n{C1}", C1),
    ("maths", f"{C2}\n\nHope that's useful.", C2),
    ("maths", C2, C2),
    ("maths", f"<answer>{C1}</answer>", C1),
    ("maths", "12 apples", None),
    ("maths", "Yes.", None),
    ("maths", "What a nice instruction! I like it.", None),
    ("maths", "The instruction is already clear and needs no rewriting.", None),
    ("maths", "No problem, I will do it right away.", None),
    ("maths", f"Here's a better instruction: {C1}\n\nAnd here's another one: {C2}", None),
]

TAGGED = [
    ("reviews", f"Sure! <prompt>{A1}</prompt> I hope that helps.", A1),
    ("reviews", f"1. Cross over: {A2}\n2. Mutate: <prompt>{A1}</prompt>", A1),
    (
        "reviews",
        "<prompt>Here's a film critic's text: is it positive or negative?</prompt>",
        "Here's a film critic's text: is it positive or negative?",
    ),
    (
        "reviews",
        "<prompt>The new critic on our team needs help. Mark the review positive or negative.</prompt>",
        "The new critic on our team needs help. Mark the review positive or negative.",
    ),
    (
        "reviews",
        "<prompt>I want you to act as a film critic. Answer positive or negative.</prompt>",
        "I want you to act as a film critic. Answer positive or negative.",
    ),
    ("reviews", f"<prompt>\n{A3}", A3),
    ("reviews", f"<prmopt>{A1}</prmopt>", A1),
    ("reviews", f"<prompt>{A2}</ prompt>", A2),
    ("reviews", f"<prompt>{A2}[/prompt]", A2),
    ("reviews", f"**<prompt>** {A1} **</prompt>**", A1),
    ("reviews", "I put it inside <prompt></prompt> tags as you wished.", None),
    ("reviews", "<prompt> and </prompt>", None),
    ("reviews", "<prompt>[insert new instruction]</prompt>", None),
    ("reviews", "<prompt>Mutate: change something about the result of step 1, its wording or a detail.</prompt>", None),
    ("reviews", "<prompt>negative</prompt>", None),
    ("reviews", "<prompt>I don't have enough information to combine these.</prompt>", None),
    ("tickets", f"<prompt>{B3}</prompt>", B3),
    ("tickets", f"<prompt>Mutated instruction: {B1}</prompt>", B1),
    ("tickets", f"2. Mutate:\n<prompt>{B2}</prompt>\n\nThe mutation made it shorter.<|eot_id|>", B2),
    (
        "tickets",
        "<prompt>Which team should handle this ticket: billing, shipping or account? Name the team alone.</prompt>",
        None,
    ),
    ("tickets", "<prompt>Here are two instructions for one and the same job.</prompt>", None),
    ("tickets", "<prompt>You are an interpreter. Put the text into German that a child can follow.</prompt>", None),
    ("maths", f"<PROMPT>{C2}</PROMPT>", C2),
    ("maths", f"<prompt>{C1}</prompt>\n\nExplanation: I joined both.", C1),
    ("maths", "<prompt>The answer is 7.</prompt>", None),
    ("maths", "Cross over: think and solve. Mutate: solve and think.", None),
]

ITEM = [
    ("reviews", f"(1) {A1}\n(2) {A2}", A1),
    ("reviews", f'Here\'s the first one:\n\n"{A1}"', A1),
    ("tickets", f"* {B1}", B1),
    ("tickets", f"The list begins with:\n1. {B2}", B2),
    ("maths", f"Hint: {C1}", C1),
    ("maths", f"**1.** {C1}\n**2.** {C2}", C1),
    ("maths", "I need more details about the problem before I can write hints.", None),
    ("maths", "1. 5\n2. 7", None),
]
