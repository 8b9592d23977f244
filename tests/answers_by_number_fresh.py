"""A second set of outputs with the number that a careful reader would read, written before anyone looked how they are read."""

from __future__ import annotations

OUTPUTS: list[tuple[str, float | None]] = [
    # Corrections
    ("The answer is 12... no, 14.", 14),
    ("12\n\nWait, I forgot the two spare ones. 14", 14),
    ("So she has 18 left. Actually, she also gave 3 away, so she has 15 left.", 15),
    ("Answer: 40. Correction: 42.", 42),
    # The number first, then remarks with numbers
    ("42\n\nExplanation: 6 boxes with 7 each.", 42),
    ("**42** - there are 6 rows and 7 columns.", 42),
    ("42. Each of the 6 rows has 7 seats.", 42),
    ("The total is 42, because 6 rows have 7 seats each.", 42),
    ("He needs 42 tiles (6 rows of 7 tiles).", 42),
    ("$120 (that is, 3 nights at $40)", 120),
    ("Total = 42\nChecked with 2 methods.", 42),
    # Units, money, time, per cent
    ("It takes 3 hours and 30 minutes, i.e. 3.5 hours.", 3.5),
    ("Final answer: 75 km/h", 75),
    ("Answer: 2,5 kg", 2.5),
    ("The area is 30 square metres (m^2).", 30),
    ("The price rose by 12.5%.", 12.5),
    ("Answer: $3.50 per item for 4 items", 3.5),
    # JSON, LaTeX, code
    ('{"reasoning": "2 times 3 is 6", "answer": 6}', 6),
    ('{"answer": "1,250", "unit": "euros", "steps": 4}', 1250),
    ("\\[ x = \\frac{-3}{4} \\]", -0.75),
    ("$$\\boxed{-\\frac{7}{2}}$$", -3.5),
    ("\\boxed{3\\sqrt{2}}", None),
    ("```\n42\n```", 42),
    ("print(6 * 7)  # 42", 42),
    ("\\(\\boxed{12}\\) or \\(\\boxed{13}\\)", None),
    # Several, hedged, none
    ("The answer is either 4 or 5.", None),
    ("Between 4 and 5.", None),
    ("x = 3 or x = -3", None),
    ("I cannot determine the number from the 2 facts given.", None),
    ("There is no answer: 3 is missing.", None),
    ("The answer is not 7.", None),
    ("Forty-two", None),
    ("See step 3.", None),
    # Reasoning, then the end
    ("Step 1: 3 x 4 = 12.\nStep 2: 12 + 5 = 17.\n\nTherefore, the answer is 17 (see step 2).", 17),
    ("1. 48 / 2 = 24\n2. 48 + 24 = 72\n\n**72**", 72),
    ("There are 3 cars, then 2 more arrive, so there are 5 cars.\n\nNote: this took 2 steps.", 5),
    ("Let x be the number. 2x + 4 = 10, so x = 3. Check: 2*3 + 4 = 10.", 3),
    ("The result: 9 + 1 = 10, hence 10.", 10),
    ("La réponse est 1 250,75 euros.", 1250.75),
    ("Итого: 42 рубля", 42),
    ("所以一共有42个苹果。", 42),
    ("7/10 of the pupils, that is 70%", 70),
]
