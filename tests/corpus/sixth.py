"""A last set of outputs that the readers saw for the first time after the fifth mending."""

from __future__ import annotations

A1 = "Weigh up the praise against the criticism and let the heavier side decide: positive or negative."
A2 = "Imagine telling a friend what this reviewer thinks of the film. Would you call it positive or negative?"
A3 = "Sentiment?\nAllowed answers: positive, negative"
A4 = "The review follows. Classify its sentiment; permitted outputs are positive and negative."
A5 = "Perfect scores and rants alike must end up as one word. Choose positive or negative."
A6 = "Alright reviewers, harsh reviewers: sort what they wrote into positive and negative."
A7 = "Let the words speak: is the tone positive or negative? Don't explain."
A8 = "Read with empathy. Respond with exactly one label (positive/negative)."
B1 = "Ticket routing: decide on billing, shipping or account, and print just that."
B2 = "Which of these three desks has the answer: billing, shipping, account? Pick one, even if unsure."
B3 = "Look for keywords. Money words mean billing, delivery words mean shipping, login words mean account."
B4 = "Customer: {text}\n\nDesk (billing, shipping or account):"
C1 = "Weighing only what is known, is the claim true or false?"
D1 = "Write the sum as a chain of small steps; the last line holds the number alone."
D2 = "No shortcuts: every step on its own line, and the number on the last one."
D3 = "Good mathematicians check twice. Work it out, verify it, and hand in the number."

# (task, output, wanted)
WHOLE = [
    ("reviews", A1, A1),
    ("reviews", f"Here's a reworded version of the instruction:\n\n{A2}", A2),
    ("reviews", f"**Rewritten Instruction**\n\n{A3}", A3),
    ("reviews", A4, A4),
    ("reviews", A5, A5),
    ("reviews", A7, A7),
    ("reviews", f"{A8}\n\n*Changes: shorter, and the slash makes the choice plain.*", A8),
    ("tickets", f"Instruction: {B1}", B1),
    ("tickets", B2, B2),
    ("tickets", f"Rewritten instruction:\n{B3}", B3),
    ("claims", C1, C1),
    ("maths", D1, D1),
    ("maths", f"### Rewritten\n{D2}", D2),
    ("maths", D3, D3),
    ("reviews", "I must decline to rewrite this.", None),
    ("reviews", "Sorry, could you rephrase your question?", None),
    ("reviews", "What do you mean by instruction?", None),
    ("reviews", "Sure, but I need the review first.", None),
    ("reviews", "The rewritten version says the same in fewer words.", None),
    ("reviews", "The sentiment here is mostly negative.", None),
    ("tickets", "I would send this to shipping.", None),
    ("tickets", "Done. The category names were preserved.", None),
    ("claims", "Probably false.", None),
    ("maths", "Let me know the problem and I will solve it.", None),
    ("maths", "6 x 7 = 42", None),
]
TAGGED = [
    ("reviews", f"<prompt>{A6}</prompt>", A6),
    ("reviews", f"<prompt>{A3}</prompt>", A3),
    ("tickets", f"<prompt>{B4}</prompt>", B4),
    ("tickets", f"Mutated version:\n\n<prompt>{B3}</prompt>", B3),
    ("maths", f"<prompt>{D2}</prompt>", D2),
    ("maths", f"{D1}\n2. Mutate: <prompt>{D3}</prompt>", D3),
    ("reviews", "<prompt>I'd combine the two as follows.</prompt>", None),
    ("reviews", "<prompt>A clear, concise instruction.</prompt>", None),
    ("reviews", "<prompt>Instruction 1 + Instruction 2</prompt>", None),
    ("tickets", "<prompt>Here is what I came up with.</prompt>", None),
    ("claims", "<prompt>Sorry, no.</prompt>", None),
    ("claims", "<prompt>true</prompt>", None),
    ("maths", "<prompt>Thank you for your patience.</prompt>", None),
]
ITEM = [("maths", f"1. {D2}\n\n2. {D3}", D2), ("claims", "I'd start the list like this:", None)]
