"""Outputs written after the fourth mending: mostly framing, refusals and chatter, which must not be adopted."""

from __future__ import annotations

A1 = "Skim the review once for praise and once for blame. Whichever wins, write positive or negative."
A2 = "Film reviews come in two kinds, positive and negative. Name the kind of this one."
A3 = "Would the reviewer watch it again? positive = yes, negative = no."
B1 = "Match ticket to team.\nTeams: billing / shipping / account\nAnswer with the team."
B2 = "Here's a ticket. Here are the teams: billing, shipping, account. Pair them up."
C1 = "Judge: true or false?"
D1 = "Numbers first, words later: list the quantities, relate them, compute, answer with a number."

# (task, output, wanted)
WHOLE = [
    ("reviews", A1, A1),
    ("reviews", f"Rewritten instruction:\n\n**{A2}**\n\nThe categories are exactly as written.", A2),
    ("reviews", A3, A3),
    ("tickets", B1, B1),
    ("tickets", f'Here you go: "{B2}"', B2),
    ("claims", C1, C1),
    ("maths", f"**Instruction:** {D1}", D1),
    ("reviews", "I'll rewrite it while making sure the meaning stays the same.", None),
    ("reviews", "Reply with the rewritten instruction only, keeping positive and negative.", None),
    ("reviews", "Below, the instruction is written in other words.", None),
    ("reviews", "Express the instruction below differently without altering the names of categories.", None),
    ("reviews", "Got it, positive and negative stay unchanged.", None),
    ("reviews", "The user wants me to rewrite the instruction. I should keep the labels.", None),
    ("reviews", "We need to produce a rewritten instruction. The labels are positive and negative.", None),
    ("reviews", "Okay, so I need to reword this. Let me see.", None),
    ("reviews", "Your instruction is fine as it is.", None),
    ("reviews", "It would be better to ask for one word only.", None),
    ("reviews", "Nothing to rewrite here: please add the instruction.", None),
    ("tickets", "I can't comply with this request.", None),
    ("tickets", "This request was blocked by the content policy.", None),
    ("tickets", "Error: no instruction supplied.", None),
    ("tickets", "Hmm, that's a tough one. Perhaps account?", None),
    ("tickets", "Could be billing or account; more context would help.", None),
    ("tickets", "Thanks! Anything else I should reword?", None),
    ("claims", "It's true.", None),
    ("claims", "Cannot be determined from the information given.", None),
    ("maths", "Total: 24", None),
    ("maths", "Therefore, the number is 36.", None),
    ("maths", "Here is my attempt to restate the instruction in other words", None),
    ("maths", "Glad to help. What problem are we solving?", None),
]
TAGGED = [
    ("reviews", f"<prompt>{A3}</prompt>", A3),
    ("tickets", f"<prompt>{B2}</prompt>", B2),
    ("claims", f"<prompt>{C1}</prompt>", C1),
    ("reviews", "<prompt>rewritten instruction</prompt>", None),
    ("reviews", "<prompt>The user wants two instructions merged into one.</prompt>", None),
    ("reviews", "<prompt>Change a detail of step 1 so that it still asks for the same job.</prompt>", None),
    ("reviews", "<prompt>Make a new instruction from the two above.</prompt>", None),
    ("reviews", "<prompt>Now with these</prompt>", None),
    ("reviews", "<prompt>Write the final prompt between the tags.</prompt>", None),
    ("tickets", "<prompt>I am happy to combine them for you.</prompt>", None),
    ("tickets", "<prompt>Which parts should be kept?</prompt>", None),
    ("tickets", "<prompt>It belongs to shipping.</prompt>", None),
    ("claims", "<prompt>Unable to merge: the instructions conflict.</prompt>", None),
    ("claims", "<prompt>Result of mutation</prompt>", None),
    ("maths", "<prompt>Crossed over and mutated as requested.</prompt>", None),
    ("maths", "<prompt>This one asks for the steps and the number.</prompt>", None),
]
ITEM = [
    ("maths", f"1) {D1}", D1),
    ("maths", "Here's the first of a hundred hints for this problem", None),
    ("claims", "1. True", None),
    ("tickets", "An instruction that can stand alone.", None),
]
