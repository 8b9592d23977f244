"""Outputs in the styles of current models, written before the readers were mended for them a second time."""

from __future__ import annotations

P1 = "Certainly positive, or certainly negative? Settle on one of the two for each review and write that word alone."
P2 = "Sorry moviegoers and thrilled ones alike leave reviews. Label each as positive or negative."
P3 = '"positive" if the review praises the film, else "negative"'
P4 = "Settle on positive or negative after a second look at the review."
P5 = "Review in, verdict out. The options are positive and negative."
P6 = "Let me know if the reviewer enjoyed the film: positive if so, negative if not."
P7 = "# Role\nYou are a film critic.\n\n# Task\nLabel the review.\n\n# Output\npositive or negative"
P8 = "Great reviews are positive, scathing ones are negative; which one is this?"
P9 = "No explanations, no quotes: only positive or negative, depending on what the review says."
Q1 = "Certainly. Assign the ticket to billing, shipping or account."
Q2 = "Sorry customers, angry customers, puzzled customers: whoever writes, forward the ticket to billing, shipping or account."
Q3 = "When money is mentioned, say billing; when a parcel is mentioned, say shipping; for anything else, say account."
Q4 = "Triage this ticket. Possible teams:\n- billing\n- shipping\n- account\n\nReply with one of them."
Q5 = "Unfortunately, customers rarely say what they need. Work out from the ticket whether billing, shipping or account must act."
C1 = "True or false: does the evidence bear the claim out?"
C2 = "Scrutinise the claim; reply true where it stands and false where it falls."
N1 = "Okay or not, your first idea may be wrong. Recheck the arithmetic, then write the number."
N2 = "Untangle the story first: who has what? Then tally up and put down one number."
N3 = "I have a puzzle for you with a number as its answer. Talk it through in short steps, and close with that number."

# (task, output, wanted)
WHOLE = [
    ("reviews", P4, P4),
    ("reviews", P5, P5),
    ("reviews", P6, P6),
    ("reviews", f"**Rewritten instruction**\n\n{P7}", P7),
    ("reviews", f'"{P8}"', P8),
    ("reviews", f"Rewritten instruction: {P3}", P3),
    ("reviews", f'{P4}\n\n(Changes made: "classify" became "settle on"; the categories are as they were.)', P4),
    ("reviews", f"**Rewritten:**\n\n{P9}\n\n---\n\nWould you like a more formal or a more concise version?", P9),
    ("tickets", f"Here's a rewritten version that keeps all three category names:\n\n> {Q3}", Q3),
    ("tickets", Q4, Q4),
    ("tickets", f"{Q3}\n\n**What changed:** I spelled out the rule for each team.", Q3),
    ("claims", C2, C2),
    ("claims", f"Sure — here it is:\n\n**{C1}**", C1),
    ("maths", N2, N2),
    ("maths", f'The instruction, reworded:\n\n"{N2}"', N2),
    ("maths", f"{N3}\n\n✅ Same goal, friendlier tone.", N3),
    ("reviews", "I'd rather not rewrite this, as it could be used to profile reviewers.", None),
    ("reviews", "Here's the thing: without the original text, there's nothing for me to reword.", None),
    ("reviews", "Settled: positive.", None),
    ("reviews", "The options are positive and negative.", None),
    ("reviews", f"Short version: {P4}\nLong version: {P6}", None),
    ("reviews", 'Changes made: "classify" became "settle on".', None),
    ("reviews", "That instruction is already concise. Want me to make it more formal, or leave it as it is?", None),
    ("tickets", "Happy to! Just to confirm, should the three team names stay unchanged?", None),
    ("tickets", "Triage complete. Team: billing.", None),
    ("tickets", "Unfortunately, customers rarely say what they need, so I can't tell.", None),
    ("tickets", f"**Option A (concise)**\n{Q3}\n\n**Option B (detailed)**\n{Q4}\n\nPick whichever fits best!", None),
    ("claims", "Without evidence at hand, this claim can't be verified, so I'd lean towards false.", None),
    ("claims", "True – the claim matches the source.", None),
    ("maths", "Let's untangle the story first: Anna has 3 apples and buys 4, so she ends up with 7.", None),
    ("maths", "I've put it in other words while keeping the meaning.", None),
    ("maths", "Rewording complete. No category names were found in the instruction, so none were changed.", None),
]

TAGGED = [
    ("reviews", f"<prompt>{P1}</prompt>", P1),
    ("reviews", f"<prompt>{P2}</prompt>", P2),
    ("reviews", f"<prompt>{P3}</prompt>", P3),
    ("reviews", f"Judge the review and say positive or negative.\n2. Mutate: {P4}</prompt>", P4),
    ("reviews", f"Judge the review with one word.\n2. Mutate: <prompt>{P8}\n", P8),
    ("reviews", f"{P6}\n2. Mutate: {P4}", P4),
    ("reviews", f"Combined as asked.\n\n**2. Mutate:**\n\n<prompt>\n{P5}\n</prompt>\n\n*(kept both labels)*", P5),
    ("tickets", f"<prompt>{Q1}</prompt>", Q1),
    ("tickets", f"<prompt>{Q2}</prompt>", Q2),
    ("tickets", f"<prompt>{Q5}</prompt>", Q5),
    ("tickets", f"<prompt>\n{Q4}\n</prompt>", Q4),
    ("claims", f"2. Mutate: <prompt>{C2}</prompt>", C2),
    ("maths", f"<prompt>{N1}</prompt>", N1),
    ("maths", f"<prompt>{N3}</prompt>", N3),
    ("reviews", "<prompt>Certainly. Here is the merged instruction.</prompt>", None),
    ("reviews", "<prompt>Sorry, but combining these would change what they ask for.</prompt>", None),
    ("reviews", "<prompt>Both ask for the same label, so I joined them.</prompt>", None),
    ("reviews", "<prompt>positive, since the reviewer praises the cast</prompt>", None),
    ("reviews", "2. Mutate: replace the verb and shorten the end.", None),
    ("reviews", "<prompt>Merged: question form plus role, categories kept.</prompt>", None),
    ("tickets", "<prompt>Certainly! Which of the two instructions should I start from?</prompt>", None),
    ("tickets", "<prompt>Ticket 1: billing. Ticket 2: shipping. Ticket 3: account.</prompt>", None),
    ("tickets", "<prompt>Step 2 goes here.</prompt>", None),
    ("claims", "<prompt>Unfortunately the second instruction seems to be missing.</prompt>", None),
    (
        "claims",
        "<prompt>Give the customer's message in simple German, with words that young children know.</prompt>",
        None,
    ),
    ("maths", "<prompt>Okay, let me think about how these two fit together.</prompt>", None),
    ("maths", "I would wrap the result in <prompt> tags, but the two instructions contradict each other.", None),
]

ITEM = [
    ("maths", f"{N2}\n2. {N1}\n3. {N3}", N2),
    ("maths", f"**Hint 1 – Start with the story**\n{N2}", N2),
    ("claims", f"1. {C2}\n2. {C1}", C2),
    ("reviews", f'1. "{P4}"', P4),
    ("maths", "A hundred hints would be too long for one message; shall I start with ten?", None),
    ("maths", "1. The total is 12.\n2. The rest is 5.", None),
    ("reviews", "1. I can't see the review, so I can't give hints about it.", None),
]
