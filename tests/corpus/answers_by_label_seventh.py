"""Comparisons and reasoned answers that were written before any of them was read, and the label of each."""

from __future__ import annotations

PAIR = ("A", "B")
NUMBERS = ("1", "2")
MOOD = ("positive", "negative")
TEAMS = ("billing", "delivery", "account")
SPAM = ("spam", "ham")
EMOTIONS = ("joy", "anger", "fear")
STIMMUNG = ("positiv", "negativ")

OUTPUTS: list[tuple[tuple[str, ...], str, str | None]] = [
    (PAIR, "Assistant A's reply is less accurate than Assistant B's, so I choose B.", "B"),
    (PAIR, "After weighing both, Response B is far better than Response A.", "B"),
    (PAIR, "Response A misses the point. Response B addresses it. B is the better response.", "B"),
    (PAIR, "Both are fine, but A is slightly more helpful than B.", "A"),
    (PAIR, "Response A, although longer, is worse than Response B.", "B"),
    (PAIR, "Neither is better than the other.", None),
    (PAIR, "A and B are equally good.", None),
    (PAIR, "B edges out A on clarity.", "B"),
    (PAIR, "A is nowhere near as thorough as B.", "B"),
    (PAIR, "In terms of helpfulness A is weaker; B wins.", "B"),
    (NUMBERS, "Answer 2 is more complete than answer 1, while answer 1 has more mistakes.", "2"),
    (NUMBERS, "Summary 1 is less faithful to the article than summary 2.", "2"),
    (NUMBERS, "I would rank summary 2 above summary 1.", "2"),
    (NUMBERS, "Translation 1 is not any better than translation 2.", None),
    (MOOD, "There are more negative than positive words, so the review is negative.", "negative"),
    (MOOD, "The tone is less positive than negative.", "negative"),
    (MOOD, "The positives are outweighed by the negative overall tone; it is negative.", "negative"),
    (TEAMS, "Although the customer mentions delivery, the double charge matters more, so billing.", "billing"),
    (TEAMS, "This is less about delivery than about billing.", "billing"),
    (
        TEAMS,
        "The parcel arrived, so delivery is not the problem; the account is locked. This should be routed to account.",
        "account",
    ),
    (TEAMS, "A delivery question first, but the refund is the main issue: billing", "billing"),
    (SPAM, "It looks more like spam than ham.", "spam"),
    (SPAM, "Ham is a better description than spam.", "ham"),
    (SPAM, "ham is no less likely than spam", None),
    (EMOTIONS, "There is some fear, yet anger dominates. Overall the emotion is anger.", "anger"),
    (EMOTIONS, "The text expresses more joy than anger, with hints of fear.", "joy"),
    (STIMMUNG, "Der Text ist eher negativ als positiv.", "negativ"),
    (STIMMUNG, "Zwar gibt es positive Worte, insgesamt aber ist er negativ.", "negativ"),
    (PAIR, "La respuesta B es mejor que la respuesta A.", "B"),
    (PAIR, "回答A比回答B更差。", "B"),
]
