"""A fourth set of outputs, longer ones, written after the third was read without fault and before this one was read at all."""

# ruff: noqa: E501

from __future__ import annotations

MOOD = ("positive", "negative")
MOODS = ("positive", "negative", "neutral")
LETTERS = ("A", "B", "C", "D")
STARS = ("1", "2", "3", "4", "5")
YES = ("yes", "no")
TF = ("true", "false")
TEAMS = ("billing", "shipping", "account", "technical")
SPAM = ("spam", "ham")
PHISH = ("phishing", "legitimate")
EMO = ("joy", "sadness", "anger", "fear", "love", "surprise")
SUBJ = ("subjective", "objective")
NLI = ("entailment", "neutral", "contradiction")
PRIORITY = ("P1", "P2", "P3")
INTENTS = ("transfer", "balance", "pin_change", "card_arrival", "other")
LANG = ("English", "German", "French")
LEVEL = ("low", "medium", "high")
HATE = ("hate", "offensive", "neither")
STIMMUNG = ("positiv", "negativ")

OUTPUTS: list[tuple[tuple[str, ...], str, str | None]] = [
    (
        MOOD,
        'Let\'s break this down:\n\n1. **Opening**: "I wanted to love it" - sets up a letdown.\n2. **Middle**: several complaints.\n3. **Ending**: "save your money".\n\nWhile there is a positive note about the soundtrack, the review as a whole is **negative**.',
        "negative",
    ),
    (
        MOOD,
        "The statement \"not half bad\" is an idiom. It uses the negated word 'bad', which may look negative, but it means rather good. Therefore the sentiment is positive.",
        "positive",
    ),
    (
        MOOD,
        "Analysis:\n- Positive: great acting, nice score\n- Negative: weak script, too long, dull ending\n\nThe weak points dominate.\n\n**Sentiment: Negative**",
        "negative",
    ),
    (MOOD, "- Positive: great acting, nice score\n- Negative: weak script, too long", None),
    (MOOD, "The label that fits best here is positive, not negative.", "positive"),
    (MOOD, "I'd say this one is more on the positive side.", "positive"),
    (MOOD, "It's tough, but I'd go for negative.", "negative"),
    (MOOD, "The sentiment isn't negative per se, but it isn't positive either.", None),
    (MOOD, "You could argue for positive. You could argue for negative.", None),
    (MOOD, "Well, the tone is positive... or is it?", None),
    (MOOD, "positive (not negative)", "positive"),
    (MOOD, "Positive/Negative: Positive", "positive"),
    (MOOD, "Sentiment (positive/negative): negative", "negative"),
    (MOOD, "Is it positive? No. Is it negative? Yes.", "negative"),
    (MOOD, "negative negative negative", "negative"),
    (
        MOOD,
        "Text: 'I love it'\nLabel: positive\n\nText: 'I hate it'\nLabel: negative\n\nText: 'It is fine'\nLabel: positive",
        None,
    ),
    (MOOD, "The reviewer would not recommend it to anyone => negative", "negative"),
    (MOOD, "the review is positive\n\nthe review is positive\n\nthe review is positive", "positive"),
    (MOOD, "Very positive!", "positive"),
    (MOOD, "Extremely negative; not a single positive point.", "negative"),
    (MOOD, "No sentiment expressed.", None),
    (MOOD, "This is a factual sentence, so neither label applies.", None),
    (
        MOOD,
        "I must choose between positive and negative. Since the guest says he will come back, positive it is.",
        "positive",
    ),
    (
        MOOD,
        "The correct classification is 'negative', as the phrase 'positive experience' is used sarcastically.",
        "negative",
    ),
    (MOODS, "The text is neutral: it states facts without positive or negative words.", "neutral"),
    (MOODS, "Not positive. Not negative. Neutral.", "neutral"),
    (MOODS, "Slightly negative", "negative"),
    (MOODS, "The sentiment could be described as neutral with a positive undertone.", None),
    (MOODS, "I am torn between neutral and negative, but in the end I choose neutral.", "neutral"),
    (MOODS, "Overall sentiment: neutral (positive: 2, negative: 2)", "neutral"),
    (
        LETTERS,
        "Looking at each option:\n\nA) wrong, since 7 is odd.\nB) wrong, since 9 is not prime.\nC) correct.\nD) wrong.\n\nC",
        "C",
    ),
    (LETTERS, "Option C seems right at first, but the passage says otherwise in line 4. The answer is D.", "D"),
    (LETTERS, "The passage rules out A and D. B is not mentioned. Hence C.", "C"),
    (LETTERS, "The answer is A and B.", None),
    (LETTERS, "B/C", None),
    (LETTERS, "I think the answer is B, but I'm not sure.", "B"),
    (LETTERS, "The answer is D) None of the above", "D"),
    (LETTERS, "**Answer: B**\n\n**Why not A?** Because A ignores friction.", "B"),
    (LETTERS, "answer=C;", "C"),
    (LETTERS, "Not A.", None),
    (STARS, "I'd say 4 stars: the food was great, but the 2 waiters were rude.", "4"),
    (STARS, "Rating: 1 star out of a possible 5.", "1"),
    (STARS, "5 out of 5. Would come again!", "5"),
    (STARS, "The reviewer stayed for 3 nights and gave it 2 stars.", "2"),
    (STARS, "Likely rating: 4 (could also be 5)", "4"),
    (STARS, "0 stars", None),
    (YES, "Yes; the second sentence says no such thing, but the first does.", "yes"),
    (YES, "I would say no.", "no"),
    (YES, "There's no way of knowing. The text does not say yes.", None),
    (YES, "**No** - the author never claims that.", "no"),
    (YES, "Yes, but only if the first condition holds; otherwise no.", None),
    (TF, "The statement is not false.", None),
    (TF, "This is partly true and partly false.", None),
    (TF, "It's false that penguins can fly, so the claim is false.", "false"),
    (TF, "Half-true", None),
    (
        TEAMS,
        "This ticket should be handled by shipping, since the parcel is late. Billing has nothing to do with it.",
        "shipping",
    ),
    (TEAMS, "Route: billing → account", None),
    (TEAMS, "First billing, then shipping.", None),
    (TEAMS, "I'd assign it to technical; if they cannot help, account should take over.", "technical"),
    (TEAMS, "The customer updated the account but the shipping address is still wrong. Category: shipping", "shipping"),
    (SPAM, "Ham. (Spam would contain a link.)", "ham"),
    (SPAM, "Looks like spam to me", "spam"),
    (PHISH, "The mail appears legitimate, but the link leads elsewhere: phishing.", "phishing"),
    (PHISH, "Verdict: legitimate ✅", "legitimate"),
    (EMO, "joy, love", None),
    (EMO, "The writer's love for her dog shines through, yet the main emotion is sadness.", "sadness"),
    (EMO, "I would love to help, but the text is missing.", None),
    (EMO, "Emotion: Fear. Intensity: high. Other emotions: surprise.", "fear"),
    (SUBJ, "Objective. It reports numbers and contains no subjective wording.", "objective"),
    (SUBJ, "The sentence is less objective than it seems; it is subjective.", "subjective"),
    (NLI, "The hypothesis contradicts the premise. Label: contradiction", "contradiction"),
    (NLI, "There's neither entailment nor contradiction. -> neutral", "neutral"),
    (NLI, "It isn't an entailment, since the premise does not mention the dog; nor is it a contradiction.", None),
    (PRIORITY, "P2. Not P1, because only one user is affected.", "P2"),
    (PRIORITY, "Priority 1", None),
    (PRIORITY, "P1 > P2 > P3", None),
    (INTENTS, "The intent is `pin_change`. Closest alternative: `card_arrival`.", "pin_change"),
    (INTENTS, "The user asks about other things than transfer or balance.", None),
    (LANG, "The text is in German, although a few English words appear.", "German"),
    (LANG, "Language: French (not English)", "French"),
    (LEVEL, "The risk is high, even though the cost is low.", "high"),
    (LEVEL, "Medium-high", None),
    (HATE, "Neither. It is rude, but neither hate nor offensive speech.", "neither"),
    (HATE, "It's offensive but not hate.", "offensive"),
    (STIMMUNG, "Der Text wirkt auf den ersten Blick positiv, ist aber negativ.", "negativ"),
    (STIMMUNG, "Man kann das weder als positiv noch als negativ einstufen.", None),
    (STIMMUNG, "Klassifikation: positiv (trotz einzelner negativer Punkte)", "positiv"),
]
