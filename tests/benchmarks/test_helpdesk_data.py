"""The help-desk data set keeps the promises of its data card."""

import json
import re
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest

PATH = Path(__file__).parents[2] / "benchmarks" / "tasks" / "helpdesk.jsonl"
LABELS = ("account", "billing", "delivery", "technical")


@pytest.fixture(scope="module")
def lines():
    return PATH.read_text(encoding="utf-8").splitlines()


@pytest.fixture(scope="module")
def rows(lines):
    return [json.loads(line) for line in lines]


def words(text):
    return set(re.findall(r"[\w']+", text.lower()))


def trigrams(text):
    tokens = re.findall(r"[\w']+", text.lower())
    return set(zip(tokens, tokens[1:], tokens[2:], strict=False))


def jaccard(a, b):
    return len(a & b) / len(a | b)


def test_there_are_560_messages(rows):
    assert len(rows) == 560


def test_every_message_has_an_id_a_text_and_a_label(rows):
    assert all(list(row) == ["id", "text", "label"] for row in rows)
    assert all(isinstance(value, str) for row in rows for value in row.values())


def test_each_of_the_four_labels_has_140_messages(rows):
    assert Counter(row["label"] for row in rows) == dict.fromkeys(LABELS, 140)


def test_ids_are_unique_and_in_file_order(rows):
    assert [row["id"] for row in rows] == [f"h{number:03d}" for number in range(1, 561)]


def test_no_text_occurs_twice(rows):
    assert len({row["text"].casefold() for row in rows}) == len(rows)


def test_every_message_has_between_6_and_40_words(rows):
    assert [row for row in rows if not 6 <= len(row["text"].split()) <= 40] == []


def test_no_two_messages_share_more_than_60_percent_of_their_words(rows):
    sets = [(row["id"], words(row["text"])) for row in rows]
    assert [(i, j) for (i, a), (j, b) in combinations(sets, 2) if jaccard(a, b) > 0.6] == []


def test_no_two_messages_share_more_than_60_percent_of_their_word_trigrams(rows):
    sets = [(row["id"], trigrams(row["text"])) for row in rows]
    assert [(i, j) for (i, a), (j, b) in combinations(sets, 2) if len(a & b) > 0.6 * min(len(a), len(b))] == []


def test_at_most_a_quarter_of_the_messages_contain_the_word_of_their_own_label(rows):
    telling = [row for row in rows if row["label"] in row["text"].lower()]
    assert len(telling) <= 0.25 * len(rows)


def test_the_labels_are_interleaved_from_start_to_end(rows):
    for start in range(0, len(rows), 70):
        assert {row["label"] for row in rows[start : start + 70]} == set(LABELS)


def test_no_line_or_text_has_stray_white_space(lines, rows):
    assert all(line == line.strip() for line in lines)
    assert all(row["text"] == " ".join(row["text"].split()) for row in rows)


def test_no_message_contains_an_email_address_a_web_address_or_a_long_number(rows):
    pattern = re.compile(r"\w@\w|https?:|www\.|\d{6,}")
    assert [row["text"] for row in rows if pattern.search(row["text"])] == []
