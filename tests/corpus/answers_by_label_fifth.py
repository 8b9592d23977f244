"""A fifth set of outputs, written after the fourth was read without fault and before this one was read at all."""

from __future__ import annotations

MOOD = ("positive", "negative")
MOODS = ("positive", "negative", "neutral")
GRADES = ("terrible", "bad", "okay", "good", "great")
LETTERS = ("A", "B", "C", "D")
STARS = ("1", "2", "3", "4", "5")
YES = ("yes", "no")
TF = ("True", "False")
TOPICS = ("business", "entertainment", "politics", "sport", "tech")
TEAMS = ("billing", "shipping", "account")
INTENT = ("order_status", "return_item", "other")
NLI = ("entailment", "neutral", "contradiction")
RELEVANT = ("relevant", "not relevant")
CERTAIN = ("certain", "uncertain")
TRIAGE = ("emergency", "urgent", "routine")
SCORE = ("0", "1", "2", "3")
SPAM = ("spam", "not spam")
IRONY = ("ironic", "literal")
FORM = ("question", "statement", "command")
ALEMAN = ("gut", "schlecht")
OUI = ("oui", "non")
SI = ("sí", "no")
CHINESE = ("体育", "财经", "科技")
JAPANESE = ("はい", "いいえ")

OUTPUTS: list[tuple[tuple[str, ...], str, str | None]] = [
    (
        MOOD,
        "The overall sentiment of the text is positive because the customer says the staff could not have been nicer.",
        "positive",
    ),
    (MOOD, "This customer is clearly unhappy, which makes this a negative review.", "negative"),
    (MOOD, "Since he never complains and often praises, it is positive.", "positive"),
    (
        MOOD,
        "The author does not hide that the sequel disappointed her, so I would classify it as negative.",
        "negative",
    ),
    (MOOD, "The phrase 'not bad' tips this towards positive.", "positive"),
    (MOOD, "If you ask me: negative.", "negative"),
    (MOOD, "There is no doubt that this is positive.", "positive"),
    (MOOD, "Nothing is wrong with the product according to the review. Positive.", "positive"),
    (MOOD, "While not without flaws, the film gets a positive verdict.", "positive"),
    (MOOD, "The negative outweighs the positive here.", "negative"),
    (MOOD, "A positive review would mention the service; this one is negative.", "negative"),
    (MOOD, "I'd hesitate to call it positive.", None),
    (MOOD, "It is impossible to say: positive words and negative words balance.", None),
    (MOOD, "Negative sentiment: 0%. Positive sentiment: 100%.", "positive"),
    (MOOD, "The sentiment went from negative to positive.", None),
    (MOOD, "Your text: 'The food was cold.'\n\nSentiment:", None),
    (MOOD, "positive\n\nText: The acting was wooden.\nSentiment: negative", None),
    (MOOD, "The review is: negative (one star).", "negative"),
    (MOOD, "I am sorry to say this is negative.", "negative"),
    (MOOD, "Answer: Not positive", None),
    (MOOD, "Sentiment: not negative", None),
    (MOODS, "mostly positive", "positive"),
    (MOODS, "The customer sounds neither happy nor upset, hence neutral.", "neutral"),
    (MOODS, "Sentiment: Neutral/Positive", None),
    (MOODS, "Mixed (positive and negative)", None),
    (GRADES, "I'd say it's good, not great.", "good"),
    (GRADES, "Better than okay: good.", "good"),
    (GRADES, "not bad", None),
    (GRADES, "Rating: Great!", "great"),
    (LETTERS, "Since the sum is 12, the answer must be (B).", "B"),
    (LETTERS, "B is the best option: A ignores tax, C and D are too large.", "B"),
    (LETTERS, "A and C can be excluded. Of B and D, only D fits. Answer: D", "D"),
    (LETTERS, "The answer is not listed.", None),
    (LETTERS, "Could be A.", None),
    (LETTERS, "My guess: C", "C"),
    (STARS, "Score: 4 out of 5 (the service lost it 1 point)", "4"),
    (STARS, "4-star review", "4"),
    (STARS, "It was worth at most 2 stars.", "2"),
    (STARS, "Somewhere between 2 and 3 stars.", None),
    (STARS, "I can't give it more than 2 stars.", "2"),
    (STARS, "Rating: 9/10", None),
    (YES, "Yes - see paragraph 2, which says there is no fee.", "yes"),
    (YES, "It does, so yes.", "yes"),
    (YES, "That is not stated anywhere, so the answer is no.", "no"),
    (YES, "I don't see any reason to answer yes.", None),
    (TF, "The statement is True.", "True"),
    (TF, "It would be False only if the date were wrong, so True.", "True"),
    (TF, "Neither true nor false.", None),
    (TOPICS, "Tech. The article is about a chip maker, though its business side is touched on.", "tech"),
    (TOPICS, "This falls under sport rather than entertainment.", "sport"),
    (TOPICS, "politics (85%), business (15%)", "politics"),
    (TOPICS, "Business and politics", None),
    (TEAMS, "Since the charge appears twice, this goes to billing and not to account.", "billing"),
    (TEAMS, "shipping, then billing if that fails", None),
    (TEAMS, "The account was not charged.", None),
    (INTENT, "{'intent': 'return_item', 'confidence': 0.62, 'alternatives': ['order_status']}", "return_item"),
    (INTENT, "other than returning the item, nothing is asked", None),
    (NLI, "Entailment can be ruled out. The two sentences cannot both be true. So: contradiction.", "contradiction"),
    (NLI, "Without more context it is neutral.", "neutral"),
    (RELEVANT, "The document isn't relevant to the query.", None),
    (RELEVANT, "It is more relevant than not relevant.", "relevant"),
    (RELEVANT, "Relevance: not relevant", "not relevant"),
    (CERTAIN, "I am not certain, so I mark it as uncertain.", "uncertain"),
    (TRIAGE, "Urgent, but no emergency.", "urgent"),
    (TRIAGE, "Less urgent than an emergency but not routine.", None),
    (SCORE, "Score: 2 (of 3)", "2"),
    (SCORE, "2 of 3 criteria are met, so the score is 2.", "2"),
    (SPAM, "Not likely to be spam.", None),
    (SPAM, "Likely spam.", "spam"),
    (IRONY, "On the surface it is literal, but the emoji makes it ironic.", "ironic"),
    (FORM, "It is a command phrased as a question.", None),
    (FORM, "Although it ends with a question mark, it is a statement.", "statement"),
    (ALEMAN, "Das ist nicht schlecht, also gut.", "gut"),
    (ALEMAN, "Bewertung: schlecht, weil nichts gut war.", "schlecht"),
    (OUI, "Non, rien dans le texte ne le dit.", "non"),
    (OUI, "La réponse est oui.", "oui"),
    (SI, "Sí, no hay duda.", "sí"),
    (SI, "No, porque el texto no lo dice.", "no"),
    (CHINESE, "类别：科技，而不是财经", "科技"),
    (CHINESE, "体育和财经都有涉及", None),
    (JAPANESE, "いいえ。本文にはそう書かれていません。", "いいえ"),
]
