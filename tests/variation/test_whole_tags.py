"""What stands between tags is adopted whole; what was cut off, data, sums and code are not adopted."""

from __future__ import annotations

import pytest
from test_corpus import LABELS
from test_framing import question

from evoprompt.variation.operator import NoChild
from evoprompt.variation.reading import first_item, tagged, whole

LISTED = "- billing\n- shipping\n- account"
TABLE = "| about | team |\n|---|---|\n| money | billing |\n| parcels | shipping |\n| logins | account |"
READER = {"whole": whole, "tagged": tagged, "item": first_item}


def read(reader, text, task="reviews"):
    try:
        return READER[reader](text, **question("GA" if reader == "tagged" else "PARA", task))
    except NoChild:
        return None


@pytest.mark.parametrize(
    "text",
    [
        f"Sort the ticket into one of these teams:\n{LISTED}",
        f"Here is how to sort the ticket:\n{LISTED}",
        f"The options are:\n{LISTED}\n\nPick one.",
        f"Route the ticket.\n\n{LISTED}",
        TABLE,
        f"Use this table to route the ticket:\n\n{TABLE}",
    ],
)
def test_lists_and_tables_between_tags_are_adopted_with_all_their_lines(text):
    assert read("tagged", f"<prompt>{text}</prompt>", "tickets") == text


@pytest.mark.parametrize(
    "text",
    [
        "None, favor or against: what is the stance of the tweet?",
        "None if the tweet takes no side, favor if it is for wind power, otherwise against.",
    ],
)
def test_a_prompt_that_begins_with_the_label_none_is_adopted(text):
    parent = "What is the stance of the tweet on wind power? Answer favor, against or none."
    known = {"not_one_of": [parent], "labels": ("favor", "against", "none"), "asked": f"Rewrite it.\n\n{parent}"}
    assert tagged(f"<prompt>{text}</prompt>", **known) == text


def test_a_word_of_talk_that_is_the_tasks_own_is_no_talk():
    parent = "Tell the mood of the diary entry: joy or fear."
    text = "Here's a diary entry. Joy or fear: which one would a close friend notice first?"
    assert tagged(f"<prompt>{text}</prompt>", not_one_of=[parent], labels=("joy", "fear")) == text


def test_japanese_brackets_around_a_prompt_are_taken_off():
    text = "レビューを読み、肯定的か否定的かを答えてください。"
    for reader, output in (("whole", f"「{text}」"), ("tagged", f"<prompt>「{text}」</prompt>")):
        assert read(reader, output, "japanese") == text
    assert (
        read("whole", "「肯定的」か「否定的」で答えてください。", "japanese")
        == "「肯定的」か「否定的」で答えてください。"
    )


@pytest.mark.parametrize(
    "text",
    [
        "Read the review and decide whether it is positive or neg",
        "Read the review and decide which of the two labels",
        "Read the critic's words and decide which of the tw",
    ],
)
def test_what_follows_a_tag_left_open_is_not_adopted_without_an_end(text):
    assert read("tagged", f"<prompt>{text}") is None
    ended = "Read the review and decide whether it is positive or negative"
    assert read("tagged", f"<prompt>{ended}") == ended


@pytest.mark.parametrize(
    "text",
    [
        '{"prompt": "Read the review and answer positive or negative.',
        '["Read the review and answer positive or negative.", "Judge',
        '```json\n{\n  "prompt": "Read the review and answer positive or negative.",\n',
    ],
)
@pytest.mark.parametrize("reader", READER)
def test_data_that_stops_before_its_end_is_not_adopted(reader, text):
    assert read(reader, text) is None


@pytest.mark.parametrize(
    ("task", "text"),
    [
        ("maths", "3 feet × 0.3048 = 0.9144 metres"),
        ("maths", "12 + 30 = 42"),
        ("maths", "$1,240.50"),
        ("maths", "\\boxed{42}"),
        ("maths", "def area(a: float) -> float:\n    return a * a"),
        ("maths", "for i in range(10):\n    print(i)"),
        ("sales", "SELECT region, SUM(amount) FROM sales GROUP BY region;"),
        ("names", '{"people": ["Ada Byron"]}'),
        ("names", "name: Ada Byron\nrole: guest"),
        ("translate", "Der Zug fährt um acht Uhr ab."),
    ],
)
def test_an_answer_to_a_task_without_labels_is_not_adopted(task, text):
    assert not LABELS[task]
    for reader, output in (("whole", text), ("whole", f"```\n{text}\n```"), ("tagged", f"<prompt>{text}</prompt>")):
        assert read(reader, output, task) is None
