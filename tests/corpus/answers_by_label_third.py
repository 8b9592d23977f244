"""A third set of outputs, written after the second was read without fault and before this one was read at all."""

from __future__ import annotations

MOOD = ("positive", "negative")
MOODS = ("positive", "negative", "neutral")
LETTERS = ("A", "B", "C", "D", "E")
STARS = ("1", "2", "3", "4", "5")
YES = ("Yes", "No")
MAYBE = ("yes", "no", "maybe")
CLAIM = ("supported", "refuted", "not enough info")
SPAM = ("spam", "not spam")
TOPICS = ("World", "Sports", "Business", "Sci/Tech")
DESK = ("hardware", "software", "network", "access")
RISK = ("low risk", "medium risk", "high risk")
BINARY = ("0", "1")
SARCASM = ("sarcastic", "not sarcastic")
TONE = ("formal", "informal")
STIMMUNG = ("positiv", "negativ", "neutral")
SINN = ("ja", "nein")
HUMEUR = ("positif", "négatif")
CHINESE = ("积极", "消极")
ITALIAN = ("positivo", "negativo")

OUTPUTS: list[tuple[tuple[str, ...], str, str | None]] = [
    (MOOD, "I would lean negative here; the praise feels perfunctory.", "negative"),
    (MOOD, "The reviewer doesn't seem positive at all.", None),
    (MOOD, "Nobody could call this a positive review.", None),
    (MOOD, "It's hardly negative - the label should be positive.", "positive"),
    (MOOD, "Not a negative word in sight: positive.", "positive"),
    (MOOD, "Though it opens with a negative remark, the piece is positive.", "positive"),
    (MOOD, "The review is overwhelmingly negative, even if the music gets a positive mention.", "negative"),
    (MOOD, "This reads as a positive review with some negative asides.", None),
    (MOOD, "Sentiment: Negative (score: -0.8)", "negative"),
    (MOOD, "Sentiment score: -0.8", None),
    (MOOD, "Negative: 0.72\nPositive: 0.28\n\nAnswer: Negative", "negative"),
    (MOOD, "65% negative / 35% positive", "negative"),
    (MOOD, '{"scores": {"positive": 0.12, "negative": 0.88}, "label": "negative"}', "negative"),
    (MOOD, '{"is_positive": false}', None),
    (MOOD, "Positive? No. Negative.", "negative"),
    (MOOD, "It would be negative if not for the ending. Positive.", "positive"),
    (MOOD, "The answer: positive. Wait, that's wrong. It's negative.", "negative"),
    (MOOD, "The answer: positive. Wait, let me double-check. Yes, positive.", "positive"),
    (MOOD, "Hmm, positive at first, then negative. I'd go with negative.", "negative"),
    (MOOD, "Label:\n\n**Positive**", "positive"),
    (MOOD, "Label = POSITIVE # because of 'great'", "positive"),
    (MOOD, "<think>It may be negative.</think>positive", "positive"),
    (MOOD, "The sentiment expressed is one of disappointment.", None),
    (MOOD, "Both, but mostly negative.", "negative"),
    (MOOD, "It is positive in the first half and negative in the second.", None),
    (MOOD, "The answer cannot be positive, so it must be negative.", "negative"),
    (MOOD, "I was asked to answer positive or negative. I answer: negative.", "negative"),
    (MOOD, "I was told to pick positive or negative but the text is in a language I do not know.", None),
    (MOODS, "Neither strongly positive nor negative; I'd label it neutral.", "neutral"),
    (MOODS, "Not neutral: clearly positive.", "positive"),
    (MOODS, "The sentiment is somewhat negative, bordering on neutral.", "negative"),
    (MOODS, "| Text | Label |\n|---|---|\n| The soup was cold | negative |", "negative"),
    (MOODS, "Positive - 10%\nNegative - 15%\nNeutral - 75%", "neutral"),
    (MOODS, "positive > neutral > negative", None),
    (LETTERS, "The correct answer is C. (Not D, as many believe.)", "C"),
    (LETTERS, "Options B and E can be eliminated. Between A and C, A fits better. So the answer is A.", "A"),
    (LETTERS, "A: 10%, B: 60%, C: 20%, D: 5%, E: 5%", "B"),
    (LETTERS, "I believe it's (D)", "D"),
    (LETTERS, "B? Or maybe D.", None),
    (LETTERS, "Answer: B (second-best: D)", "B"),
    (LETTERS, "Vitamin C is the cause, therefore option E.", "E"),
    (LETTERS, "It can't be A, B or C.", None),
    (LETTERS, "The answer is B. No, wait: D.", "D"),
    (STARS, "3 out of 5 stars", "3"),
    (STARS, "I give it a solid 4/5.", "4"),
    (STARS, "Rating: ★★☆☆☆ (2/5)", "2"),
    (STARS, "7 out of 10", None),
    (STARS, "4 - 5 stars", None),
    (STARS, "Overall rating: 4.0 / 5.0", "4"),
    (STARS, "Food 4, service 2, price 3. Overall: 3", "3"),
    (STARS, "It's a 1. (1 being the lowest)", "1"),
    (STARS, "Two stars.", None),
    (YES, "Yes. No evidence to the contrary was found.", "Yes"),
    (YES, "No. Although one could say yes, the source is weak.", "No"),
    (YES, "I'd answer No here.", "No"),
    (YES, "There is no indication in the text.", None),
    (YES, "Not yes.", None),
    (YES, "The answer to the question is Yes, since no clause forbids it.", "Yes"),
    (MAYBE, "Maybe. It could be yes, it could be no.", "maybe"),
    (MAYBE, "Maybe yes, maybe no.", None),
    (CLAIM, "The claim is not supported by the passage.", None),
    (CLAIM, "Verdict: NOT ENOUGH INFO. The claim is neither supported nor refuted.", "not enough info"),
    (CLAIM, "There is not enough info to say whether it is supported.", "not enough info"),
    (CLAIM, "The claim is refuted rather than supported.", "refuted"),
    (SPAM, "I don't think this is spam.", None),
    (SPAM, "Spam: 0.08, Not spam: 0.92", "not spam"),
    (SPAM, "It is more likely spam than not spam.", "spam"),
    (TOPICS, "Business (secondary: World)", "Business"),
    (TOPICS, "Sci/Tech, not Business, because the focus is the chip.", "Sci/Tech"),
    (TOPICS, "The world of sports is big business.", None),
    (TOPICS, "Category: Sports / Business", None),
    (
        DESK,
        "Ticket type: hardware. The user also mentions network trouble, but the cause is a broken cable.",
        "hardware",
    ),
    (DESK, "The user has no access to the network drive.", None),
    (DESK, "1. access (most likely)\n2. network", None),
    (RISK, "Medium risk", "medium risk"),
    (RISK, "The risk is high.", None),
    (RISK, "Low to medium risk.", None),
    (BINARY, "1 (relevant)", "1"),
    (BINARY, "Output: 0\nConfidence: 1.0", "0"),
    (BINARY, "Scale: 0 (no) to 1 (yes). Answer: 1", "1"),
    (SARCASM, "Not sarcastic, I think.", "not sarcastic"),
    (SARCASM, "It doesn't come across as sarcastic.", None),
    (TONE, "The tone is informal rather than formal.", "informal"),
    (TONE, "More formal than informal", "formal"),
    (STIMMUNG, "Die Rezension ist nicht ganz negativ, aber auch nicht positiv, also neutral.", "neutral"),
    (STIMMUNG, "Mehr negativ als positiv, würde ich sagen.", "negativ"),
    (STIMMUNG, "Ohne jedes positive Wort: negativ.", "negativ"),
    (SINN, "Nein, das steht nicht im Text.", "nein"),
    (SINN, "Die Antwort ist ja, denn nein würde dem Text widersprechen.", "ja"),
    (HUMEUR, "L'avis est plus négatif que positif.", "négatif"),
    (HUMEUR, "Ce n'est pas un avis positif.", None),
    (CHINESE, "整体情感偏消极。", "消极"),
    (CHINESE, "这条评论并不积极。", None),
    (ITALIAN, "Più negativo che positivo.", "negativo"),
    (ITALIAN, "Non direi che sia positivo.", None),
]
