"""Outputs written after the third mending, which the readers saw for the first time then."""

from __future__ import annotations

A1 = "Put yourself in the reviewer's shoes: thumbs up (positive) or thumbs down (negative)?"
A2 = "One word only, positive or negative: how did the film go down with this reviewer?"
A3 = "Ignore plot summaries; only opinions count. From the opinions, conclude positive or negative."
A4 = "Positive or negative? Base your answer on the overall tone, not on single words."
A5 = "Your job: sentiment tagging.\n\nInput: a film review.\nOutput: the tag, positive or negative.\n\nBe terse."
A6 = "Act as though you were the film's director reading this review. Would it please you (positive) or hurt you (negative)?"
A7 = "Sentiment classification. Classes: positive, negative. Return the class name."
A8 = "We collect reviews of films. For every one of them we need a verdict, positive or negative. Please supply it."
A9 = "It is important to look past sarcasm. Determine the true sentiment and write positive or negative."
B1 = "The support desk has three teams: billing, shipping, account. Hand this ticket to the one that can solve it."
B2 = "billing = invoices, refunds, cards; shipping = parcels, tracking; account = passwords, profiles. Which one fits the ticket?"
B3 = "Customer tickets arrive mixed. Help us: billing, shipping or account?"
B4 = "Step 1: read the ticket.\nStep 2: find the problem.\nStep 3: write billing, shipping or account."
B5 = "Ask yourself who could fix this: the people for billing, for shipping or for account? Write that name."
C1 = "Suppose the claim were false. Would anything you know contradict it? Conclude with true or false."
C2 = "Only facts matter. Say true if the claim is supported, false otherwise."
D1 = "Don't rush. Jot down the givens, do the maths line by line, and box the final number."
D2 = "Translate the story into an equation, solve it, and reply with the number."
D3 = "Example: 'Two pens and three pens' gives 5. Do the same for the problem below, and show the sums."
D4 = "Solve. Then check your result by plugging it back in. End with the number."
# (task, output, wanted)
WHOLE = [
    ("reviews", A1, A1),
    ("reviews", f'Sure, here\'s a rephrased version:\n\n"{A2}"', A2),
    ("reviews", A3, A3),
    ("reviews", A4, A4),
    ("reviews", f"**Rephrased Instruction:**\n\n{A5}", A5),
    (
        "reviews",
        f"Here's an alternative phrasing of the instruction:\n\n> {A6}\n\nThis framing adds a role while keeping the labels.",
        A6,
    ),
    ("reviews", A7, A7),
    ("reviews", A8, A8),
    ("reviews", f"{A9}\n\n---\n**Note:** The category names *positive* and *negative* are unchanged.", A9),
    ("tickets", B1, B1),
    ("tickets", B2, B2),
    ("tickets", f"Rewritten: {B3}", B3),
    ("tickets", B4, B4),
    ("tickets", f"```markdown\n{B5}\n```", B5),
    ("claims", C1, C1),
    (
        "claims",
        f"Certainly! Here's the instruction in different words:\n\n**{C2}**\n\nLet me know if you'd like a more formal tone.",
        C2,
    ),
    ("maths", D1, D1),
    ("maths", D2, D2),
    ("maths", D3, D3),
    ("maths", f"Here is a rewrite - {D4}", D4),
    ("reviews", "I appreciate the request, but rewriting this would need the original text.", None),
    ("reviews", "Happy to help! Which tone do you prefer, formal or casual?", None),
    ("reviews", "Based on the review, the sentiment is positive.", None),
    ("reviews", "No review was given.", None),
    ("reviews", "Rewritten instruction with the same meaning and both category names.", None),
    ("reviews", "My rewrite keeps the two categories and makes the request more polite.", None),
    ("reviews", f"Version 1 (formal): {A3}\n\nVersion 2 (playful): {A1}", None),
    ("reviews", f"{A4}\n\nor, more briefly:\n\n{A2}", None),
    ("reviews", "The provided text doesn't contain any instruction to rewrite.", None),
    ("tickets", "Ticket category: billing (the customer asks about an invoice).", None),
    ("tickets", "As an AI, I don't have access to your tickets.", None),
    ("tickets", "To classify: look at the ticket above. It is about shipping.", None),
    ("claims", "That depends on which claim you have in mind. Can you share it?", None),
    ("claims", "The claim appears to be true.", None),
    ("maths", "There are 12 eggs in a dozen, so the answer is 24.", None),
    ("maths", "Sorry for the confusion earlier. Here's what you asked for.", None),
    ("maths", "Understood. I'll paraphrase the instruction now.", None),
]
TAGGED = [
    ("reviews", f"<prompt>{A1}</prompt>", A1),
    ("reviews", f"<prompt>{A7}</prompt>", A7),
    ("reviews", f"1. Cross over: {A3}\n\n2. Mutate: {A8} </prompt>", A8),
    ("tickets", f"<prompt>{B2}</prompt>", B2),
    ("tickets", f"<prompt>\n{B4}\n</prompt>", B4),
    ("tickets", f"2. Mutate: <prompt>{B1}", B1),
    ("claims", f'<prompt>{C2}</prompt>\n\nI kept "true" and "false" as they are.', C2),
    ("maths", f"<prompt>{D3}</prompt>", D3),
    ("maths", f"<prompt>{D4}", D4),
    ("reviews", "<prompt>Both parents share a goal, hence the child keeps it.</prompt>", None),
    ("reviews", "<prompt>New instruction: (see above)</prompt>", None),
    ("reviews", "<prompt>Same as the first instruction but shorter.</prompt>", None),
    ("reviews", "<prompt>The text is positive.</prompt>", None),
    ("tickets", "<prompt>We can't combine these.</prompt>", None),
    ("tickets", "<prompt>Sure thing! Tell me what the ticket says.</prompt>", None),
    ("maths", "<prompt>Is this what you wanted?</prompt>", None),
    ("maths", "<prompt>You are an interpreter. Put the problem into German that a child can follow.</prompt>", None),
]
ITEM = [
    ("maths", f"1. **Write it down.** {D1}\n2. **Check.** {D4}", f"**Write it down.** {D1}"),
    ("tickets", f"Hint #1\n{B5}", B5),
    ("claims", "Here's hint number one of a hundred. Shall I go on?", None),
]
