"""A sixth set of outputs, written after the fifth was mended and before this one was read at all."""

from __future__ import annotations

MOOD = ("positive", "negative")
MOODS = ("positive", "negative", "neutral")
LETTERS = ("A", "B", "C", "D")
STARS = ("1", "2", "3", "4", "5")
YES = ("yes", "no")
TF = ("true", "false")
TOPICS = ("world", "sports", "business", "technology")
TEAMS = ("sales", "support", "billing", "legal")
NLI = ("entailment", "neutral", "contradiction")
SPAM = ("spam", "ham")
TOX = ("toxic", "non-toxic")
EMO = ("joy", "sadness", "anger", "fear")
POLAR = ("strongly agree", "agree", "disagree", "strongly disagree")
QUALITY = ("low", "medium", "high")
SUBJ = ("fact", "opinion")
GERMAN = ("Beschwerde", "Lob", "Frage")
SPANISH = ("positivo", "negativo", "neutral")

OUTPUTS: list[tuple[tuple[str, ...], str, str | None]] = [
    (MOOD, "Judging by the last line, negative.", "negative"),
    (MOOD, "I'd classify this as neither; it is purely factual.", None),
    (MOOD, "It can only be positive.", "positive"),
    (MOOD, "My classification would have been positive, were it not for the last line. So: negative.", "negative"),
    (MOOD, "Even the negative remarks are made with affection; positive overall.", "positive"),
    (MOOD, "Sentiment: positive (with reservations)", "positive"),
    (MOOD, "The review starts with a negative impression but ends on a positive note.", None),
    (MOOD, "Answer (one word): Positive", "positive"),
    (MOOD, "The word 'positive' appears, but only in 'tested positive'.", None),
    (MOOD, "He regrets nothing and praises everything. Label: positive.", "positive"),
    (MOOD, "The label isn't positive, it's negative.", "negative"),
    (MOOD, "Despite its flaws the film leaves a positive impression.", "positive"),
    (MOOD, "Labels: [positive]", "positive"),
    (MOOD, "Labels: positive, negative\nInput: The film was great.\nOutput: positive", "positive"),
    (MOOD, "1) positive 2) negative 3) negative", None),
    (MOOD, "Review 1: positive\nReview 2: negative", None),
    (MOOD, "This one's positive!", "positive"),
    (MOOD, "As requested, here is the sentiment in one word: negative", "negative"),
    (MOOD, "I do not agree that it is negative.", None),
    (MOOD, "There's more negative than positive in it. Verdict: negative.", "negative"),
    (MOODS, "It could go either way, positive or neutral, but I settle on positive.", "positive"),
    (MOODS, "Not quite positive, more neutral.", "neutral"),
    (MOODS, "Positive is too strong; neutral fits better.", "neutral"),
    (LETTERS, "C, because A, B and D contradict the text.", "C"),
    (LETTERS, "The answer: **B.**", "B"),
    (LETTERS, "A is tempting, but the correct one is C.", "C"),
    (LETTERS, "Neither B nor C nor D is right, which leaves A.", "A"),
    (LETTERS, "I'm between A and B.", None),
    (LETTERS, "Choose A if the gas is ideal, else B.", None),
    (STARS, "Stars: 3", "3"),
    (STARS, "3 stars for the food, 1 star for the service.", None),
    (STARS, "The customer gives 5 stars!", "5"),
    (STARS, "Rating (1-5): 2", "2"),
    (STARS, "I would rate it 3, maybe 4.", None),
    (STARS, "Five. 5", "5"),
    (YES, "Yes, it is. There are no exceptions.", "yes"),
    (YES, "The passage never says so; no.", "no"),
    (YES, "Probably yes.", "yes"),
    (YES, "I can neither say yes nor no.", None),
    (TF, "That claim is false. It is true that he won in 1998, however.", "false"),
    (TF, "True or false? True.", "true"),
    (TOPICS, "The story is about sports business, so I'd tag it as business.", "business"),
    (TOPICS, "Sports? No, the article deals with a stadium loan: business.", "business"),
    (TOPICS, "technology > business", None),
    (TEAMS, "Please forward this to legal, cc: billing", "legal"),
    (TEAMS, "No legal issue here. Support can solve it.", "support"),
    (NLI, "Contradiction. The hypothesis says the opposite.", "contradiction"),
    (NLI, "The premise doesn't entail the hypothesis nor contradict it: neutral", "neutral"),
    (SPAM, "It has the marks of spam, yet it comes from a known sender: ham.", "ham"),
    (TOX, "Non-toxic. A toxic comment would insult someone.", "non-toxic"),
    (TOX, "not toxic", None),
    (EMO, "Underneath the anger there is fear, but anger is what shows. Emotion: anger", "anger"),
    (EMO, "fear and anger in equal parts", None),
    (POLAR, "I would disagree.", "disagree"),
    (POLAR, "The respondent strongly disagrees.", None),
    (QUALITY, "The quality is not high but medium.", "medium"),
    (QUALITY, "At least medium, possibly high.", None),
    (SUBJ, "In fact, this is an opinion.", "opinion"),
    (GERMAN, "Es handelt sich um eine Beschwerde, nicht um eine Frage.", "Beschwerde"),
    (GERMAN, "Kein Lob.", None),
    (SPANISH, "El texto es negativo, aunque empieza de forma positiva.", "negativo"),
    (SPANISH, "Ni positivo ni negativo: neutral.", "neutral"),
]
