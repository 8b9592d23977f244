"""Outputs written after the second mending, to see how the readers fare on what nobody had in mind."""

from __future__ import annotations

P1 = "You have a movie review in front of you. Is it positive or negative?"
P2 = "There is no middle ground: a review is positive or negative. Which is it?"
P3 = "Can you tell from the review whether its author liked the film? Say positive or negative."
P4 = "Read the review, then commit to one word. Your options are positive and negative."
P5 = "If the review recommends the film, output positive; otherwise, output negative."
P6 = "**Role:** film critic\n**Task:** judge the review below\n**Output:** positive or negative"
P7 = "Thanks for helping our cinema. Mark each review as positive or negative."
P8 = "Hello! Today you sort film reviews. Each is positive or negative."
P9 = "Sentiment of the review (positive or negative), one word, lower case, no full stop"
Q1 = "Note the customer's problem. Is it about money (billing), a parcel (shipping) or a login (account)?"
Q2 = "Apologies from us come later; first, find the team: billing, shipping or account."
Q3 = "Sure signs of billing are invoices; of shipping, parcels; of account, passwords. Name the team for the ticket."
Q4 = "# Instructions\nRoute the ticket.\n\n# Output format\nOne of: billing, shipping, account"
Q5 = "Eyeball the ticket and ping the right team. Teams: billing, shipping, account."
C1 = "Fact-check the claim. Verdict (true or false):"
N1 = "Yes, it looks hard, but go slowly: write out each step, then the number."
N2 = "I need to know the number that answers this problem. Show your steps first."
N3 = "Hint: draw a small table first. Then compute the number and write it last."
N4 = "Let's work this out in a step by step way to be sure we have the right answer."

# (task, output, wanted)
WHOLE = [
    ("reviews", P1, P1),
    ("reviews", P2, P2),
    ("reviews", P3, P3),
    ("reviews", f"{P4}\n\n*Edits: swapped the verb, split the sentence.*", P4),
    ("reviews", f"Here's one possibility:\n\n{P5}", P5),
    ("reviews", f"**Rewritten prompt:**\n\n{P6}", P6),
    ("reviews", f"**Rewritten instruction:**\n\n> {P9}", P9),
    ("tickets", f"Rewritten instruction: {Q5}", Q5),
    ("tickets", Q4, Q4),
    ("tickets", Q1, Q1),
    ("claims", f'"{C1}"', C1),
    ("maths", N2, N2),
    ("maths", N4, N4),
    ("reviews", "You haven't included the review, so I can't say.", None),
    ("reviews", "There is no review in your message. Please paste it here.", None),
    ("reviews", "Can you paste the full instruction? I only see the first half.", None),
    ("reviews", "Is this for a classifier? If so, I can tailor the wording further.", None),
    ("reviews", "Reworded to be more direct; both labels are untouched.", None),
    ("reviews", "Negative. The pacing drags and the jokes fall flat.", None),
    ("reviews", f"Casual: {P7}\nFormal: {P5}", None),
    ("tickets", "Got it. Send me the ticket and I'll route it.", None),
    ("tickets", "It looks like this one belongs with billing.", None),
    ("claims", "False; there is no evidence for it.", None),
    ("claims", "I think the claim is true, but let me know if you have a source.", None),
    ("maths", "Sum = 12 + 5 = 17, so 17.", None),
    ("maths", "Step-by-step solution:\n\n1. 3 + 4 = 7\n2. 7 * 2 = 14\n\nAnswer: 14", None),
]
TAGGED = [
    ("reviews", f"<prompt>{P7}</prompt>", P7),
    ("reviews", f"<prompt>{P8}</prompt>", None),
    ("reviews", f"<prompt>{P9}</prompt>", P9),
    ("reviews", f"2. Mutate: <prompt>\n{P6}\n</prompt>", P6),
    ("reviews", f"{P1}\n\n**2. Mutate:** {P5}", P5),
    ("tickets", f"<prompt>{Q2}</prompt>", Q2),
    ("tickets", f"<prompt>{Q3}</prompt>", Q3),
    ("tickets", f"Route it.\n2. Mutate: <prompt>{Q5}</prompt>\n\nDone!", Q5),
    ("maths", f"<prompt>{N1}</prompt>", N1),
    ("maths", f"<prompt>{N3}</prompt>", N3.removeprefix("Hint: ")),
    ("reviews", "<prompt>A combined version of both prompts.</prompt>", None),
    ("reviews", "<prompt>The crossed instruction, with its wording changed</prompt>", None),
    ("reviews", "<prompt>I merged the role from the second into the first.</prompt>", None),
    ("reviews", "<prompt>Shorter, same labels, question form.</prompt>", None),
    ("tickets", "<prompt>Regrettably I can only see one instruction.</prompt>", None),
    ("tickets", "2. Mutate: Swap the order of the teams and drop the last sentence.", None),
    ("claims", "<prompt>TODO</prompt>", None),
    ("maths", "<prompt>What would you like me to combine?</prompt>", None),
]
ITEM = [
    ("maths", f"**1. Slow down.**\n{N1}", None),
    ("maths", f"1. {N3}\n2. {N2}", N3.removeprefix("Hint: ")),
    ("tickets", f"Hint 1: {Q1}\nHint 2: {Q2}", Q1),
    ("maths", "1. I'm not sure what the problem is.", None),
]
