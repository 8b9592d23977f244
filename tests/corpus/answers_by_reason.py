"""Outputs that reason before they answer, each with the label that a careful reader would read."""

from __future__ import annotations

MOOD = ("positive", "negative")
TEAMS = ("billing", "delivery", "account")
STARS = ("1", "2", "3", "4", "5")

OUTPUTS: list[tuple[tuple[str, ...], str, str | None]] = [
    (TEAMS, "The delivery was late and the account was charged, so this should go to billing.", "billing"),
    (TEAMS, "The delivery was late and the account was charged. This belongs to billing.", "billing"),
    (TEAMS, "The delivery was late and the account was charged. This does not belong to billing.", None),
    (STARS, "1. The acting is good. 2. The plot is bad. Rating: 3", "3"),
    (MOOD, "The review is mostly negative with a few positive remarks.", "negative"),
    (MOOD, "Although it starts out negative the overall sentiment is positive", "positive"),
    (MOOD, "Although the overall sentiment is positive I cannot tell.", None),
    (MOOD, "Although it is true that the overall tone is positive.", None),
    (("正面", "负面"), "虽然有一些负面的词，但总体是正面的。", "正面"),
    (("บวก", "ลบ"), "มีคำลบบ้าง แต่โดยรวมเป็นบวก", "บวก"),
    (("肯定的", "否定的"), "否定的な言葉もありますが、全体としては肯定的です。", "肯定的"),
    (TEAMS, "The parcel came late. Therefore billing should refund. The team is delivery.", "delivery"),
]
