"""A fourth set, written after the third was read without fault and before this one was read at all."""

from __future__ import annotations

OUTPUTS: list[tuple[str, float | None]] = [
    ("Natalia sold 48/2 = 24 clips in May. Natalia sold 48+24 = 72 clips altogether in April and May.\n#### 72", 72),
    ("She has 9 eggs left, which she sells for $2 each, making $18 a day.", 18),
    ("The robe takes 2/2 = 1 bolt of white fibre, so 2 + 1 = 3 bolts in total.", 3),
    ("Profit: $200,000 - $130,000 = $70,000", 70000),
    ("He runs 540 meters a week (3 sprints x 3 times x 60 meters).", 540),
    ("20 cups of feed\n\nReasoning: 60 cups in all, 40 given already.", 20),
    ("Total cost: **$64**", 64),
    ("The total cost is $64 for 16 glasses.", 64),
    ("Seattle has 20 sheep, Charleston 80, Toulouse 160. Together: 260.", 260),
    ("260 sheep", 260),
    ("It takes 160 minutes in all. That's 2 hours and 40 minutes.", 160),
    ("45 miles from home", 45),
    ("460 (= 40*10 + 5*12)", 460),
    ("The answer is 366 downloads over the 3 months.", 366),
    ("Year 13.", 13),
    ("We get x = 18/3 = 6, i.e. six.", 6),
    ("= 694", 694),
    ("Answer: 13 years", 13),
    ("13 — because in year 12 he only breaks even.", 13),
    ("I think it's 18, though it might be 24.", 18),
    ("I don't know.", None),
    ("x = 5, y = 7", None),
    ("The answer is 5%, or 0.05.", 5),
    ("Therefore 3 of the 8 slices remain.", 3),
    ("Solution:\n\n$$\n\\begin{aligned}\n2x &= 10\\\\\nx &= 5\n\\end{aligned}\n$$", 5),
    ("The final answer is 7. I hope it is correct.", 7),
    ("Final answer: 1,000,000 (one million)", 1000000),
    ("7\n\n(Computed in 3 steps.)", 7),
]
