"""Outputs that compare two labels, with the one that wins, or None where nothing tells.

Each stands for both orders of the labels.
"""

from __future__ import annotations

PAIR = ("A", "B")
NUMBERS = ("1", "2")
MOOD = ("positive", "negative")
TEAMS = ("billing", "delivery")
SPAM = ("spam", "ham")
CHINESE = ("正面", "负面")

OUTPUTS: list[tuple[tuple[str, ...], str, str | None]] = [
    # Worse
    (PAIR, "A is worse than B", "B"),
    (PAIR, "Response A is less helpful than Response B.", "B"),
    (NUMBERS, "Response 1 is worse than Response 2.", "2"),
    (MOOD, "Positive is less fitting than negative here.", "negative"),
    (TEAMS, "Billing is a worse fit than delivery.", "delivery"),
    (SPAM, "spam is less likely than ham", "ham"),
    (PAIR, "A is inferior to B.", "B"),
    (PAIR, "A is much weaker than B.", "B"),
    (PAIR, "Response B is rather poorer than Response A.", "A"),
    (PAIR, "A is not as good as B.", "B"),
    (PAIR, "Response A isn't nearly as helpful as Response B.", "B"),
    (PAIR, "A falls short of B.", "B"),
    (PAIR, "A loses to B.", "B"),
    (PAIR, "A is beaten by B.", "B"),
    (PAIR, "I like A less than B.", "B"),
    (PAIR, "Compared to A, B is less helpful.", "A"),
    (PAIR, "Compared to Response A, Response B is clearer.", "B"),
    (PAIR, "Response A is worse compared to Response B.", "B"),
    # Better
    (PAIR, "A beats B.", "A"),
    (PAIR, "A is better than B.", "A"),
    (PAIR, "Response A is more helpful than Response B.", "A"),
    (PAIR, "Response A is preferable to Response B.", "A"),
    (PAIR, "I prefer B over A.", "B"),
    (PAIR, "I prefer Response B over Response A.", "B"),
    (PAIR, "I prefer Response B to Response A.", "B"),
    (PAIR, "A is superior to B.", "A"),
    (PAIR, "Response B is preferred over Response A.", "B"),
    (PAIR, "Response A outperforms Response B.", "A"),
    (MOOD, "The less enthusiastic start is more positive than negative.", "positive"),
    # Neither
    (PAIR, "A is as good as B.", None),
    (PAIR, "A is no worse than B.", None),
    (PAIR, "A is not better than B.", None),
    (PAIR, "Response A isn't any better than Response B.", None),
    (PAIR, "A is not inferior to B.", None),
    (PAIR, "A does not beat B.", None),
    (PAIR, "Response A has fewer errors than Response B.", None),
    (PAIR, "Response A is more verbose than Response B.", None),
    (PAIR, "A is more accurate but less detailed than B.", None),
    (PAIR, "Is A worse than B?", None),
    (PAIR, "I can't say whether A is worse than B.", None),
    (PAIR, "I don't think A is worse than B.", None),
    (PAIR, "A is worse than B in tone, but better overall.", None),
    (PAIR, "A is worse than B in tone, but A is better overall.", "A"),
    (PAIR, "A is nowhere near as thorough as B.", "B"),
    (NUMBERS, "I would rank summary 2 above summary 1.", "2"),
    (NUMBERS, "I rank summary 2 below summary 1.", "1"),
    (NUMBERS, "I would not rank summary 2 above summary 1.", None),
    (PAIR, "回答A比回答B更差。", "B"),
    # One of them alone
    (PAIR, "Response A is worse.", None),
    (PAIR, "Response A is the weaker one.", None),
    (PAIR, "A is less helpful than the other response.", None),
    (PAIR, "The other response is better than A.", None),
    (PAIR, "The worse response is A.", None),
    (PAIR, "The weaker answer is A; B is clear.", "B"),
    (PAIR, "Worst answer: A", None),
    (PAIR, "The less helpful response is A.", None),
    (PAIR, "Worse: A", None),
    (PAIR, "Better: B. Worse: A.", "B"),
    (PAIR, "Rejected: Response A. Chosen: Response B.", "B"),
    (NUMBERS, "This deserves less than 2 stars: 1", "1"),
    (PAIR, "A is worse. B is better.", "B"),
    (PAIR, "Unlike A, B cites sources.", "B"),
    (PAIR, "A is more harmful than B, so B.", "B"),
    # In other languages
    (PAIR, "A ist schlechter als B.", "B"),
    (PAIR, "Antwort A ist weniger hilfreich als Antwort B.", "B"),
    (PAIR, "A ist nicht so gut wie B.", "B"),
    (PAIR, "A ist besser als B.", "A"),
    (PAIR, "A ist B unterlegen.", "B"),
    (PAIR, "A ist nicht schlechter als B.", None),
    (PAIR, "La réponse A est moins bonne que la réponse B.", "B"),
    (PAIR, "A est pire que B.", "B"),
    (PAIR, "A n'est pas aussi bon que B.", "B"),
    (PAIR, "A est meilleur que B.", "A"),
    (PAIR, "A est inférieur à B.", "B"),
    (PAIR, "A es peor que B.", "B"),
    (PAIR, "La respuesta A es menos útil que la respuesta B.", "B"),
    (PAIR, "A no es tan bueno como B.", "B"),
    (PAIR, "A es mejor que B.", "A"),
    (PAIR, "A比B差。", "B"),
    (PAIR, "A不如B。", "B"),
    (PAIR, "A优于B。", "A"),
    (PAIR, "A比B更好。", "A"),
    (PAIR, "A没有B好。", "B"),
    (CHINESE, "正面不如负面贴切。", "负面"),
    (PAIR, "A хуже, чем B.", "B"),
    (PAIR, "Je préfère B à A.", "B"),
    (PAIR, "与A相比，B更好。", "B"),
    (PAIR, "B好于A", "B"),
]
