"""A second set of outputs, written before anyone looked how they are read: comparisons, grades, corrections, tables."""

from __future__ import annotations

MOOD = ("positive", "negative")
MOODS = ("positive", "negative", "neutral")
FIVE = ("very negative", "slightly negative", "neutral", "slightly positive", "very positive")
LETTERS = ("A", "B", "C", "D")
STARS = ("1", "2", "3", "4", "5")
YES = ("yes", "no")
TF = ("true", "false")
SPAM = ("ham", "spam")
TOPICS = ("politics", "sports", "tech", "health")
TEAMS = ("account", "billing", "delivery", "technical")
NLI = ("entailment", "contradiction", "neutral")
HATE = ("hateful", "not hateful")
EMO = ("joy", "sadness", "anger", "fear", "surprise")
URGENT = ("low", "medium", "high")
STANCE = ("favor", "against", "none")
STIMMUNG = ("positiv", "negativ", "neutral")
HUMEUR = ("positif", "négatif", "neutre")
ANIMO = ("positivo", "negativo", "neutro")
CHINESE = ("正面", "负面", "中性")
JAPANESE = ("肯定的", "否定的", "中立")
KOREAN = ("긍정", "부정")
RUSSIAN = ("положительный", "отрицательный")
BINARY = ("0", "1")
INTENT = ("book_flight", "cancel_flight", "flight_status", "other")

OUTPUTS: list[tuple[tuple[str, ...], str, str | None]] = [
    # Comparisons
    (MOOD, "Rather negative than positive.", "negative"),
    (MOOD, "More positive than negative.", "positive"),
    (MOOD, "The review is more negative than positive, I think.", "negative"),
    (MOOD, "I find this less positive than negative.", "negative"),
    (MOOD, "It is closer to negative than to positive.", "negative"),
    (MOOD, "The positive aspects outweigh the negative ones.", "positive"),
    (MOOD, "The negatives outweigh the positives, so I'd call it negative.", "negative"),
    (MOOD, "The review leans more towards positive than negative overall.", "positive"),
    (TEAMS, "This is a billing matter more than a technical one.", "billing"),
    (EMO, "There is more sadness than anger in this message.", "sadness"),
    (MOOD, "It's no more positive than negative.", None),
    (MOOD, "As positive as it is negative.", None),
    (STIMMUNG, "Eher negativ als positiv.", "negativ"),
    (HUMEUR, "Plutôt positif que négatif.", "positif"),
    (ANIMO, "Es más negativo que positivo.", "negativo"),
    # Negated by a verb or noun
    (MOOD, "It lacks any positive remark.", None),
    (MOOD, "The absence of negative words stands out.", None),
    (MOOD, "The text is free of negative language.", None),
    (MOOD, "It fails to be positive about anything.", None),
    (MOOD, "There is little positive to be found here.", None),
    (MOOD, "I would rule out positive.", None),
    (MOOD, "I see no trace of a positive attitude.", None),
    (MOOD, "The review contains zero positive statements.", None),
    (MOOD, "Without a single negative word, the review is positive.", "positive"),
    (MOOD, "Devoid of anything positive; the label is negative.", "negative"),
    (TF, "I doubt that this is true.", None),
    (MOOD, "It would be wrong to call this positive.", None),
    # Graded ratings
    (STARS, "2 stars out of 5", "2"),
    (STARS, "Rating: 4.0", "4"),
    (STARS, "4/5", "4"),
    (STARS, "⭐⭐⭐ (3 stars)", "3"),
    (STARS, "I'd rate it 2 out of 5.", "2"),
    (STARS, "**Rating:** 5/5 stars", "5"),
    (STARS, "On a scale of 1 to 5, this is a 4.", "4"),
    (STARS, "On a scale from 1 to 5, where 5 is best, I would give 2.", "2"),
    (STARS, "Score: 3.5", None),
    (STARS, "Rating: 3 or 4", None),
    (STARS, "8/10", None),
    (STARS, "The reviewer lists 3 problems and 2 strengths.", None),
    (STARS, "This review deserves a 1-star rating.", "1"),
    (STARS, "The sentiment score is 4 (1 = worst, 5 = best).", "4"),
    (STARS, "Predicted rating: **2**/5", "2"),
    # Hedged alternatives
    (LETTERS, "The answer is B or possibly C.", None),
    (LETTERS, "The answer is B, or possibly C.", None),
    (LETTERS, "It's either A or D.", None),
    (LETTERS, "Probably B, but C could also be right.", "B"),
    (LETTERS, "B (or C, if birds count as reptiles)", None),
    (MOODS, "positive, maybe neutral", None),
    (MOODS, "Positive, though one could argue it is neutral.", "positive"),
    (TOPICS, "Either tech or health; hard to say.", None),
    (MOOD, "50/50 between positive and negative", None),
    (TEAMS, "Billing, with some chance that it is account.", "billing"),
    # Corrections
    (MOOD, "positive... no, negative", "negative"),
    (MOOD, "Positive. Actually, negative: the last line is sarcasm.", "negative"),
    (MOOD, "Sentiment: positive\n\nWait, I misread the ending. Sentiment: negative", "negative"),
    (LETTERS, "The answer is A. Hmm, let me reconsider. B is the only prime, so the answer is B.", "B"),
    (LETTERS, "My first thought was C, but the correct answer is D.", "D"),
    (NLI, "At first glance this looks like a contradiction, but on closer reading it is neutral.", "neutral"),
    (TF, "False. Correction: true, since the year was 1969.", "true"),
    (MOOD, "I initially labeled this as positive, but I now believe it is negative.", "negative"),
    (MOOD, "Scratch that, it's negative.", "negative"),
    # Ranking
    (TOPICS, "Primary topic: politics. Secondary topic: tech.", "politics"),
    (TOPICS, "First choice: health\nSecond choice: sports", "health"),
    (TOPICS, "1st: tech, 2nd: politics", "tech"),
    (MOOD, "First: positive. Second: negative. Third: positive.", None),  # added later
    (EMO, "Primary emotion: fear\nSecondary emotion: surprise", "fear"),
    (EMO, "Mainly anger, with a touch of sadness.", "anger"),
    (TEAMS, "Best fit: delivery. Runner-up: account.", "delivery"),
    (TOPICS, "Topics: politics, health", None),
    # Tables, JSON and probabilities
    (MOOD, '{"sentiment": "negative", "confidence": 0.87, "positive_words": ["nice"]}', "negative"),
    (TOPICS, '{"topic": {"name": "sports", "score": 0.9}, "rejected": ["tech", "health"]}', "sports"),
    (MOOD, "| Field | Value |\n|---|---|\n| Sentiment | Negative |\n| Evidence | one positive word |", "negative"),
    (
        TOPICS,
        "| Topic | Fits |\n|---|---|\n| politics | no |\n| sports | yes |\n| tech | no |\n| health | no |",
        "sports",
    ),
    (MOOD, "positive: 0.9, negative: 0.1", "positive"),
    (MOODS, '{"positive": 0.05, "negative": 0.85, "neutral": 0.10}', "negative"),
    (MOOD, "Positive: 30%\nNegative: 70%", "negative"),
    (MOOD, "positive: 0.5\nnegative: 0.5", None),
    (SPAM, "P(spam) = 0.97, P(ham) = 0.03", "spam"),
    (MOOD, "negative (90% confidence)", "negative"),
    (MOOD, "Positive aspects: 3\nNegative aspects: 1", None),
    (NLI, "label: entailment\nscores: entailment 0.7, neutral 0.2, contradiction 0.1", "entailment"),
    (YES, '```json\n{"answer": "no", "explanation": "yes would need proof"}\n```', "no"),
    (INTENT, "intent=book_flight; slots={from: Rome, to: Oslo}", "book_flight"),
    # A label a sentence, and then the sum
    (
        MOOD,
        '"Great cast" -> positive\n"Dull plot" -> negative\n"Fell asleep" -> negative\nOverall -> negative',
        "negative",
    ),
    (MOODS, "Sentence 1: positive. Sentence 2: neutral. Sentence 3: negative. Overall label: neutral", "neutral"),
    (MOOD, "Sentence 1: positive. Sentence 2: negative.", None),
    (MOOD, "Food: positive\nService: negative\nPrice: negative\n\nIn sum, the review is negative.", "negative"),
    (MOOD, "Positive signals: 'crisp', 'fresh'. Negative signals: none. Verdict: positive.", "positive"),
    # Labels within labels
    (FIVE, "slightly negative", "slightly negative"),
    (FIVE, "The tone is very positive.", "very positive"),
    (FIVE, "Between neutral and slightly positive.", None),
    (FIVE, "positive", None),
    (FIVE, "Sentiment: Slightly Positive (not very positive, because of the price)", "slightly positive"),
    (HATE, "The post is not hateful; it is merely rude.", "not hateful"),
    (HATE, "Hateful. It attacks a group.", "hateful"),
    (HATE, "This is neither hateful nor rude.", None),
    # Yes, no, none, numbers as labels
    (YES, "Yes and no, depending on the jurisdiction.", None),
    (YES, "Based on the passage, the answer is yes.", "yes"),
    (YES, "Nope, not mentioned. So: no.", "no"),
    (YES, "I have no doubt that the answer is yes.", "yes"),
    (STANCE, "None of the arguments speak against it. The stance is favor.", "favor"),
    (STANCE, "Stance: none", "none"),
    (STANCE, "The author speaks out against nuclear power.", "against"),
    (BINARY, "Label: 1 (spam)", "1"),
    (BINARY, "0 = not relevant, 1 = relevant", None),
    (BINARY, "The answer is 0 because the text has 1 link only.", "0"),
    (URGENT, "Priority: High. A low priority would not be apt.", "high"),
    (URGENT, "low to medium", None),
    # No answer at all
    (MOOD, "I cannot determine the sentiment; it might be positive, or negative.", None),
    (MOOD, "The user wants to know if the review is positive. Let me look at the text first.", None),
    (MOOD, "We need to classify the review as positive or negative. The review says", None),
    (MOOD, "Label (positive/negative):", None),
    (TOPICS, "The article covers sports and politics in equal measure.", None),
    (TEAMS, "Please contact the billing team or the technical team.", None),
    (NLI, "The premise could support entailment, but it might as well be neutral.", None),
    (MOOD, "If the customer is joking it is positive; otherwise it is negative.", None),
    (MOOD, "If I had to choose, I'd say negative.", "negative"),
    (LETTERS, "Options A and C are both plausible.", None),
    (LETTERS, "All of A, B and C.", None),
    (SPAM, "Is this spam? I am not sure.", None),
    # Other languages
    (STIMMUNG, "Die Bewertung ist zwar im Ton positiv, im Kern aber negativ.", "negativ"),
    (STIMMUNG, "Ich tendiere zu neutral.", "neutral"),
    (HUMEUR, "Je dirais négatif, malgré quelques points positifs.", "négatif"),
    (HUMEUR, "Ce texte ne contient rien de positif.", None),
    (ANIMO, "La respuesta es: negativo", "negativo"),
    (ANIMO, "No es positivo, sino negativo.", "negativo"),
    (CHINESE, "与其说是正面，不如说是负面。", "负面"),
    (CHINESE, "没有负面内容", None),
    (JAPANESE, "どちらかといえば否定的です。", "否定的"),
    (JAPANESE, "肯定的でも否定的でもない。", None),
    (KOREAN, "긍정보다는 부정에 가깝습니다.", "부정"),
    (RUSSIAN, "Ответ: отрицательный", "отрицательный"),
    (RUSSIAN, "Отзыв скорее положительный, чем отрицательный.", "положительный"),
    (RUSSIAN, "Отзыв не положительный.", None),
]
