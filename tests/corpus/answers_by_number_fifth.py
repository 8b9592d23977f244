"""Outputs with amounts in words, powers, sums put behind their result and sources, and the number of each."""

from __future__ import annotations

OUTPUTS: list[tuple[str, float | None]] = [
    ("1.5 million", 1_500_000),
    ("The answer is 2.3 billion dollars.", 2_300_000_000),
    ("Das sind 1,5 Millionen Euro.", 1_500_000),
    ("答案是3万。", 30_000),
    ("The answer is 10^3", 1_000),
    ("The answer is 2^{10}.", 1_024),
    ("Es sind 10³.", 1_000),
    ("2^3 = 8", 8),
    ("15 apples = 18 - 3", 15),
    ("15 = 18 - 3", 15),
    ("18 - 3 = 15 apples", 15),
    ("42 [1]", 42),
    ("The town has 42 mills.[1][2]", 42),
    ("3 + 4 is [7]", 7),
    ("The answer is 1/2, or 50%.", 0.5),
    ("The answer is 50%, or 1/2.", 50),
    ("The answer is 1/2, or 40%.", None),
]
