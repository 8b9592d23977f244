from __future__ import annotations

import math
import pickle
import re
import time
from dataclasses import dataclass

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from toys import cheap

from evoprompt.tasks.example import Example, Score
from evoprompt.tasks.scoring.label_finding import folded
from evoprompt.tasks.scoring.label_reading import LabelReader
from evoprompt.tasks.scoring.scorers import (
    Choice,
    LabelProbability,
    contains,
    exact_match,
    json_fields,
    last_number,
    token_f1,
)

text = st.text(max_size=30)
words = st.text(alphabet="abcABCäßİıſK +*.[(\\|?^$-", min_size=1, max_size=6).filter(lambda t: t.strip())


def ex(target):
    return Example("e1", {}, target)


def distinct(labels):
    return len({folded(label) for label in labels}) == len(labels)


label_sets = st.lists(words, min_size=2, max_size=5).filter(distinct)


# Exact match, contains


@cheap
@given(text, text)
def test_exact_match_is_1_for_the_target_and_0_or_1_for_anything(output, target):
    assert exact_match(f" {target}\n", ex(target)).value == 1
    score = exact_match(output, ex(target)).value
    assert score == (output.strip().casefold() == target.strip().casefold())


@cheap
@given(words, st.sampled_from(["", " ", "So: ", "(", '"']), st.sampled_from(["", " ", ", yes", ")", "\n"]))
def test_contains_finds_a_target_with_any_punctuation_among_other_words(target, before, after):
    assert contains(before + target + after, ex(target)).value == 1
    assert contains(before + target.upper().lower() + after, ex(target)).value in (0, 1)


@pytest.mark.parametrize(("output", "value"), [("a cat.", 1), ("CAT", 1), ("concat", 0), ("cats", 0), ("", 0)])
def test_contains_finds_whole_words_in_either_case(output, value):
    assert contains(output, ex("cat")).value == value


# Last number


@cheap
@given(text, st.integers(-(10**9), 10**9), st.sampled_from(["", ".", " apples", "\n", "%"]))
def test_the_last_number_is_read_whatever_stands_before_it(before, number, after):
    assume(not re.search(r"[\w.,+-]$", before))
    for written in (f"{number}", f"{number:,}"):
        assert last_number(f"{before} {written}{after}", ex(str(number))).value == 1


@pytest.mark.parametrize(
    ("output", "target", "value"),
    [
        ("5 - 3 = 2", "2", 1),
        ("between 10-20", "20", 0),
        ("x=-4", "-4", 1),
        ("it is −4", "-4", 1),
        ("1,234.50 dollars.", "1234.5", 1),
        (".5", "0.5", 1),
        ("of 1,2,3", "3", 1),
        ("3.2e5", "320000", 1),
        ("none", "0", 0),
        ("12 of 13", "12", 0),
        ("42 (confidence 95%)", "42", 1),
        ("1/2", "0.5", 1),
        ("1/2", "1/2", 1),
        ("on 1/2/2024", "2024", 1),
        ("2 1/2 cups", "2.5", 1),
        ("-2 1/2", "-2.5", 1),
        ("\\frac{3}{4}", "0.75", 1),
        ("1 000 000", "1000000", 1),
        ("1\u202f234,5", "1234.5", 1),
        ("1.234,50 €", "1234.5", 1),
        ("1.234.567", "1234567", 1),
        ("1.234", "1.234", 1),
        ("3,14", "3.14", 1),
        ("17 - 5 = 12, 6 * 7 = 42\n#### 42", "42", 1),
        ("It is \\boxed{42}, not 43.", "42", 1),
        ("$\\boxed{1{,}000}$", "1000", 1),
        ("The answer is 42, because 6 times 7 is 42 and not 43.", "42", 1),
        ("Answer: 6 * 7 = 42", "42", 1),
        ("**Answer:** 42\n\nI used 3 steps.", "42", 1),
        ("First 3, then 4.\nFinal answer: 12.\nConfidence: 90", "12", 1),
        ("$1,234.50", "1234.5", 1),
        ("**42**", "42", 1),
        ("-3", "-3", 1),
        ("(-3)", "-3", 1),
        ("3.5e4", "35000", 1),
        ("答案是42。", "42", 1),
        ("Das Ergebnis ist 7.", "7", 1),
        ("20%", "20", 1),
        ("2", "1,000", 0),
    ],
)
def test_last_number_reads_numbers_as_people_write_them(output, target, value):
    assert last_number(output, ex(target)).value == value


@pytest.mark.parametrize("target", ["many", "", "nan", "inf"])
def test_last_number_needs_numbers_as_targets(target):
    with pytest.raises(ValueError, match=f"example 'e1' has '{target}'"):
        last_number("3", ex(target))


# JSON fields


@pytest.mark.parametrize(
    ("output", "value"),
    [
        ('{"city": "Rome", "year": 1960, "tags": ["a", "b"]}', 1),
        ('```json\n{"city": " rome ", "year": "1960.0", "tags": ["a", "b"], "more": 1}\n```', 1),
        ('Here it is: {"city": "Rome", "year": 1961, "tags": ["a", "b"]}. Done.', 2 / 3),
        ('{"city": "Rome"}', 1 / 3),
        ('{"city": "Rome", "year": 1960, "tags": ["b", "a"]}', 2 / 3),
        ('{"a": 1} and then {"city": "Rome", "year": 1960, "tags": ["a", "b"]}', 1),
        ('{"city": null, "year": true, "tags": "a"}', 0),
        ("Rome, 1960", 0),
        ("", 0),
    ],
)
def test_fields_of_a_json_answer_are_compared_one_by_one(output, value):
    score = json_fields(output, ex('{"city": "Rome", "year": 1960, "tags": ["a", "b"]}'))
    assert score.value == pytest.approx(value)
    assert score.is_unreadable == ("{" not in output)
    assert bool(score.reason) == (value < 1)


@pytest.mark.parametrize(
    "output",
    [
        '{"city": "Rome", "year": 1960, "open": true, "end": null,}',
        "{'city': 'Rome', 'year': 1960, 'open': True, 'end': None}",
        "```python\n{'city': 'Rome', 'year': 1960, 'open': True, 'end': None}\n```",
        '{"result": {"city": "Rome", "year": 1960, "open": true, "end": null}}',
        '{"city": "Rome", "year": 1960, "open": true, "end": null}\n{"note": 1}',
        'It\'s this: {"city": "Rome", "year": 1960, "open": true, "end": null,} (see {x})',
    ],
)
def test_an_object_is_read_as_models_write_it_too(output):
    assert json_fields(output, ex('{"city": "Rome", "year": 1960, "open": true, "end": null}')).value == 1


def test_of_several_objects_the_last_with_a_field_of_the_target_is_compared():
    target = ex('{"city": "Rome"}')
    assert json_fields('{"city": "Oslo"} No, {"city": "Rome"}. {"note": 1}', target).value == 1
    assert json_fields('{"city": "Rome"} No, {"city": "Oslo"}. {"note": 1}', target).value == 0
    assert json_fields('{"wrong": {"city": "Rome"}, "city": "Oslo"}', target).value == 0
    assert json_fields('{"city": b"Rome"}', target).is_unreadable
    assert json_fields('```json\n{"city": "Rome"}\n```\nIt could have been {"city": "Oslo"}.', target).value == 1


@pytest.mark.parametrize(
    "piece", ["{", "{'", '{"a":', "{'a': 1,", "{'a': 1,}", "{,}", "{" + "," * 9_000 + "}", "[{'a'}"]
)
def test_a_long_output_is_searched_for_objects_at_once(piece):
    begun = time.process_time()
    json_fields((piece * 40_000)[:40_000], ex('{"a": 1}'))
    assert time.process_time() - begun < 2


def test_a_reason_tells_which_fields_differ():
    score = json_fields('{"city": "Oslo"}', ex('{"city": "Rome", "year": 1960}'))
    assert score.reason == "city is \"'Oslo'\" instead of \"'Rome'\"; year is 'None' instead of '1960'"


@pytest.mark.parametrize("target", ["Rome", "[1]", "{}", "{"])
def test_json_fields_needs_objects_as_targets(target):
    with pytest.raises(ValueError, match="json_fields needs JSON objects as targets; example 'e1'"):
        json_fields("{}", ex(target))


@cheap
@given(st.text(alphabet='{}[]",: a1', max_size=40))
def test_any_output_has_a_share_of_the_fields(output):
    assert 0 <= json_fields(output, ex('{"a": 1}')).value <= 1


# Token F1


@cheap
@given(text, text)
def test_token_f1_is_from_0_to_1_symmetric_and_1_for_the_same_words(one, other):
    value = token_f1(one, ex(other)).value
    assert 0 <= value <= 1
    assert value == token_f1(other, ex(one)).value
    assert token_f1(one, ex(one)).value == 1


@pytest.mark.parametrize("scorer", [exact_match, contains, token_f1])
def test_an_empty_output_is_unreadable_for_every_scorer(scorer):
    assert scorer(" \n", ex("cat")).is_unreadable
    assert not scorer("dog", ex("cat")).is_unreadable


def test_straight_and_curly_apostrophes_are_alike():
    assert contains("I don’t know.", ex("don't")).value == 1
    assert Choice(("don't", "do"))("don’t", ex("don't")).prediction == "don't"


def test_token_f1_counts_each_word_as_often_as_it_stands_there():
    assert token_f1("the the cat", ex("the cat")).value == pytest.approx(0.8)


# Choice


@cheap
@given(label_sets, st.data())
def test_choice_reads_any_label_back_from_a_sentence(labels, data):
    label = data.draw(st.sampled_from(labels))
    scorer = Choice(tuple(labels))
    score = scorer(f"Answer: {label.strip()}\n", ex(label))
    assert score.value == 1
    assert score.prediction == label


@cheap
@given(label_sets, st.text(alphabet="abcABCäßẞİıſK +*.[(\\|?^$-\n", max_size=30) | text)
def test_choice_gives_a_score_for_any_output(labels, output):
    score = Choice(tuple(labels))(output, ex(labels[0]))
    assert score.value in (0, 1)
    assert score.prediction is None or score.prediction in labels
    assert bool(score.reason) == (score.value == 0)


@cheap
@given(st.permutations(["red", "green", "C++", "C", "very red"]), st.integers(2, 5))
def test_choice_refuses_an_output_that_names_several_labels(order, n):
    score = Choice(tuple(order))(" or ".join(order[:n]), ex(order[0]))
    assert score.value == 0
    assert "names several labels" in score.reason


@pytest.mark.parametrize(
    ("output", "read"),
    [
        ("positive", "positive"),
        ("POSITIVE.", "positive"),
        ("**Negative**", "negative"),
        ("positively", None),
        ("unpositive", None),
        ("very positive", "very positive"),
        ("positive, yes, positive", "positive"),
        ("", None),
        ("posıtıve", "positive"),
    ],
)
def test_choice_finds_whole_words_in_either_case(output, read):
    assert Choice(("positive", "negative", "very positive"))(output, ex("positive")).prediction == read


def test_a_label_inside_a_longer_one_counts_as_the_longer_one():
    scorer = Choice(("positive", "very positive"))
    assert scorer("very positive", ex("very positive")).value == 1
    assert scorer("very positive", ex("positive")).value == 0


@pytest.mark.parametrize("make", [Choice, LabelProbability])
@pytest.mark.parametrize(
    ("labels", "says"),
    [
        ((), "at least 2 labels"),
        (("a",), "at least 2 labels"),
        ("ab", "at least 2 labels"),
        (("a", "A"), "label 'a' is there twice"),
        (("a", " "), "a label is empty"),
    ],
)
def test_labels_that_cannot_be_told_apart_are_refused(make, labels, says):
    with pytest.raises(ValueError, match=says):
        make(labels)


def test_a_target_that_is_no_label_names_the_example_and_the_labels():
    with pytest.raises(ValueError, match="example 'e1' has the target 'blue', which is no label; known: red, green"):
        Choice(("red", "green"))("red", ex("blue"))


# Label probability

logprobs = st.lists(st.floats(-60, 0), min_size=3, max_size=3)
THREE = LabelProbability(("a", "b", "c"))


@cheap
@given(logprobs)
def test_label_probabilities_add_up_to_1_and_the_likeliest_is_correct(levels):
    scores = [THREE.read(levels, ex(label)) for label in "abc"]
    assert math.fsum(score.value for score in scores) == pytest.approx(1)
    assert sum(bool(score.correct) for score in scores) == (levels.count(max(levels)) == 1)
    best = max(scores, key=lambda score: score.value)
    assert best.value == max(score.value for score in scores if score.correct) if levels.count(max(levels)) == 1 else 1


def test_a_label_of_no_probability_scores_0_and_is_no_error():
    assert THREE.read((-math.inf, -1.0, -2.0), ex("a")).value == pytest.approx(0)
    assert THREE.read((-math.inf, -1.0, -2.0), ex("b")).correct


def test_no_label_with_any_probability_is_a_tie_and_no_error():
    score = THREE.read((-math.inf,) * 3, ex("a"))
    assert score.value == pytest.approx(1 / 3)
    assert not score.correct
    assert score.reason == "b is as likely as a (0.33)"


def test_calibration_stands_labels_of_no_probability():
    scorer = LabelProbability(("a", "b"), calibrated=True)
    offsets = scorer.calibrate([(-math.inf, -1.0), (-2.0, -1.0)])
    assert all(0 <= scorer.read((-2.0, -1.0), ex(label), offsets).value <= 1 for label in "ab")


def test_a_scorer_that_is_not_calibrated_takes_nothing_off():
    assert THREE.calibrate([(-1.0, -2.0, -3.0)]) == ()


def test_scorers_survive_pickling_for_worker_processes():
    for scorer in (Choice(("a", "b")), LabelProbability(("a", "b"), calibrated=True), exact_match, token_f1):
        assert pickle.loads(pickle.dumps(scorer)) == scorer
    used = Choice(("a", "b"))
    used("a", ex("a"))  # what it has worked out by then must not stand in the way
    assert pickle.loads(pickle.dumps(used)) == used


def test_reasons_quote_no_more_than_a_line():
    score = exact_match("word " * 1000, ex("x"))
    assert isinstance(score, Score)
    assert len(score.reason) < 130


def test_what_is_remembered_of_an_output_is_what_would_be_read_of_it():
    for labels in (("a", "b"), ("b", "a"), ("a", "b", "a b")):
        scorer = Choice(labels)
        for output in ("a", "a b", "The answer is b.", "neither"):
            first, again = (scorer(output, Example("1", {}, "b")) for _ in range(2))
            place = LabelReader(labels).read(output).place
            assert first == again
            assert first.prediction == (None if place is None else labels[place])
    assert pickle.loads(pickle.dumps(Choice(("a", "b"))))("a", Example("1", {}, "a")).correct


@dataclass(frozen=True)
class Strict(Choice):
    """A user's own kind of choice."""

    penalty: float = 0.5


def test_a_choice_of_a_users_own_is_sent_with_its_settings_and_without_what_it_remembers():
    scorer = Strict(("a", "b"), penalty=0.9)
    scorer("a", Example("1", {}, "a"))
    again = pickle.loads(pickle.dumps(scorer))
    assert again == scorer
    assert "_known" not in vars(again)


@pytest.mark.parametrize(
    ("output", "target"), [("1.5 million", "1.5"), ("1.5 million", "1,500,000"), ("3 thousand", "3")]
)
def test_a_number_with_its_scale_fits_a_target_in_that_scale_too(output, target):
    assert last_number(output, Example("1", {}, target)).correct
