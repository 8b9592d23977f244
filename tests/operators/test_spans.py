from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evoprompt.operators.spans import (
    MOST_WORDS,
    Span,
    cut,
    partners,
    phrases,
    put_in,
    replaced,
    runs,
    sentences,
    swapped,
    words,
)

cheap = settings(max_examples=100, deadline=None)
LEVELS = [phrases, sentences, words]
TEXT = "Read the review (or text) and say \"yes\", if it is 'quite positive'. Else say {no}.\n- one\n- two\nDone."

MARKS = (". ", ", ", "; ", ": ", "! ", "? ", "\n", "\n\n", "\n- ", " (", ") ", ' "', '" ', " '", "' ", " - ", "...")
WORDS = "read the review of a film or say yes no if it is well-known don't {text} 3rd Ä".split()
piece = st.sampled_from((*WORDS, *MARKS))
prompts = st.lists(piece, min_size=1, max_size=25).map(
    lambda pieces: "".join(f" {each}" if each[0].isalnum() or each[0] == "{" else each for each in pieces)
)
levels = st.sampled_from(LEVELS)


def said(text):
    return [text[a:b] for a, b in words(text)]


def ink(text):
    """All characters but white space, in order."""
    return "".join(text.split())


def within(part, whole):
    """Whether the characters of `part` all stand in `whole`, in the same order."""
    rest = iter(whole)
    return all(character in rest for character in part)


@st.composite
def spanned(draw, least=1):
    """A text, and so many different spans of one level in it, in order."""
    level, text = draw(levels), draw(prompts.filter(words))
    found = level(text)
    if len(found) < least:
        text = f"{text}\nRead it twice. Then say no, or yes."
        found = level(text)
    chosen = draw(st.lists(st.sampled_from(found), min_size=least, max_size=least, unique=True))
    return text, *sorted(chosen)


# Finding


@pytest.mark.parametrize("level", LEVELS)
@cheap
@given(st.one_of(prompts, st.text(max_size=80)))
def test_spans_are_in_order_apart_and_without_white_space_around_them(level, text):
    end = 0
    for span in level(text):
        assert end <= span.start < span.end <= len(text)
        assert text[span.start : span.end].strip() == text[span.start : span.end]
        end = span.end


@cheap
@given(st.one_of(prompts, st.text(max_size=80)))
def test_sentences_leave_out_nothing_but_white_space(text):
    assert ink("".join(text[a:b] for a, b in sentences(text))) == ink(text)


@cheap
@given(st.one_of(prompts, st.text(max_size=80)))
def test_every_word_stands_in_one_phrase(text):
    assert [word for a, b in phrases(text) for word in said(text[a:b])] == said(text)
    assert all(len(said(text[a:b])) <= MOST_WORDS + 3 for a, b in phrases(text))


def test_phrases_end_before_function_words_and_at_marks():
    assert [TEXT[a:b] for a, b in phrases(TEXT)] == [
        *["Read the review", "or text", "and say", "yes", "if it is", "quite positive", "Else say {no}"],
        *["one", "two", "Done"],
    ]


def test_sentences_do_not_end_in_a_number_or_an_abbreviation():
    text = "1. Read it, e.g. twice.\n2. Judge it vs. the other! Good?"
    assert [text[a:b] for a, b in sentences(text)] == [
        *["1. Read it, e.g. twice.", "2. Judge it vs. the other!", "Good?"]
    ]


def test_a_field_is_one_word():
    assert said("Judge {the text} now") == ["Judge", "{the text}", "now"]


# Cutting and putting in


@cheap
@given(spanned())
def test_cutting_takes_the_words_of_one_span_and_no_others(case):
    text, span = case
    assert Counter(said(cut(text, span))) == Counter(said(text)) - Counter(said(text[span.start : span.end]))


@cheap
@given(spanned())
def test_cutting_keeps_all_other_characters_in_order(case):
    text, span = case
    shorter = cut(text, span)
    assert within(ink(shorter), ink(text[: span.start] + text[span.end :]))
    assert said(shorter) == said(text[: span.start]) + said(text[span.end :])


@cheap
@given(spanned(), st.sampled_from(["yes", "or a film", "the {text}"]))
def test_putting_in_adds_its_words_and_changes_nothing_else(case, phrase):
    text, span = case
    longer = put_in(text, span.start, phrase)
    assert said(longer) == said(text[: span.start]) + said(phrase) + said(text[span.start :])
    assert ink(longer) == ink(text[: span.start]) + ink(phrase) + ink(text[span.start :])


@cheap
@given(spanned(), st.integers(0, 99))
def test_what_was_cut_and_put_in_again_anywhere_makes_up_the_same_words(case, place):
    text, span = case
    shorter = cut(text, span)
    places = [found.start for found in words(shorter)] or [0]
    back = put_in(shorter, places[place % len(places)], text[span.start : span.end])
    assert Counter(said(back)) == Counter(said(text))


def test_cutting_touches_one_occurrence():
    text = "Say yes if good, say yes if great."
    assert cut(text, Span(17, 24)) == "Say yes if good, if great."
    assert cut(text, Span(0, 7)) == "if good, say yes if great."


@pytest.mark.parametrize(
    ("text", "gone", "left"),
    [
        ("Say yes, no, or both.", "no", "Say yes, or both."),
        ("Say yes (or no) now.", "or no", "Say yes now."),
        ("Say (yes, no) now.", "yes", "Say (no) now."),
        ('Say "yes" now.', "yes", "Say now."),
        ('Say "yes" or "no".', "or", 'Say "yes" "no".'),
        ("Read it. Judge it. Go.", "Judge it", "Read it. Go."),
        ("Read it. Judge it. Go.", "Judge it.", "Read it. Go."),
        ("Read it. Judge it.", "Judge it.", "Read it."),
        ("Well, read it.", "Well", "read it."),
        ("Read:\n- one\n- two\nGo.", "one", "Read:\n- two\nGo."),
        ("Read:\n1. one\n2. two\nGo.", "two", "Read:\n1. one\nGo."),
        ("Read:\n- one big\n- two", "one", "Read:\n- big\n- two"),
        ("Read.\n- one\n- two", "Read.", "- one\n- two"),
        ("One.\n\nTwo.\n\nThree.", "Two.", "One.\n\nThree."),
        ("Don't say 'yes' now.", "yes", "Don't say now."),
        ("Read it", "Read it", ""),
    ],
)
def test_cutting_mends_what_stood_around(text, gone, left):
    start = text.index(gone)
    assert cut(text, Span(start, start + len(gone))) == left


# Swapping and replacing


@cheap
@given(spanned(least=2))
def test_swapping_changes_the_text_and_keeps_its_words(case):
    text, one, other = case
    if other in partners(text, one, [one, other]):
        changed = swapped(text, one, other)
        assert changed != text
        assert swapped(text, other, one) == changed
        assert Counter(said(changed)) == Counter(said(text))
        assert Counter(ink(changed)) == Counter(ink(text))
    else:
        with pytest.raises(ValueError, match="changes nothing"):
            swapped(text, one, other)


def test_swapping_puts_two_spans_in_each_others_place():
    assert swapped("Say yes, or no.", Span(4, 7), Span(12, 14)) == "Say no, or yes."


@pytest.mark.parametrize("spans", [(Span(0, 2), Span(3, 5)), (Span(0, 5), Span(6, 8)), (Span(0, 2), Span(0, 2))])
def test_swapping_with_its_like_is_refused(spans):
    text = "so so so"
    assert partners(text, spans[0], [spans[1]]) == []
    with pytest.raises(ValueError, match=r"changes nothing|overlap"):
        swapped(text, *spans)


def test_swapping_overlapping_spans_is_refused():
    assert partners("Say yes", Span(0, 5), [Span(2, 7)]) == []
    with pytest.raises(ValueError, match="overlap"):
        swapped("Say yes", Span(0, 5), Span(2, 7))


@cheap
@given(spanned(), st.sampled_from(["yes", "or a film", "the {text}"]))
def test_replacing_touches_one_span(case, phrase):
    text, span = case
    changed = replaced(text, span, phrase)
    assert said(changed) == said(text[: span.start]) + said(phrase) + said(text[span.end :])
    assert ink(changed) == ink(text[: span.start]) + ink(phrase) + ink(text[span.end :])


# Runs


@cheap
@given(prompts, st.integers(0, 99))
def test_runs_cut_every_sentence_into_two_to_four_parts_as_even_as_can_be(text, seed):
    """The `span` level in the authors' code of Prasad 2023."""
    cut_up = runs(text, random.Random(seed))
    for a, b in sentences(text):
        inside = [span for span in cut_up if a <= span.start and span.end <= b]
        said = words(text[a:b])
        sizes = [len(words(text[span.start : span.end])) for span in inside]
        assert sum(sizes) == len(said)
        assert len(said) < 2 or 2 <= len(sizes) <= 4
        assert sizes == sorted(sizes, reverse=True)
        assert not sizes or sizes[0] - sizes[-1] <= 1
    assert cut_up == sorted(cut_up)
    assert runs(text, random.Random(seed)) == cut_up


def test_the_number_of_runs_is_drawn_for_each_sentence():
    text = "One two three four five six seven eight. " * 2
    counts = {tuple(len(words(text[a:b])) for a, b in runs(text, random.Random(seed))) for seed in range(60)}
    assert len(counts) == 9
    assert (4, 4, 2, 2, 2, 2) in counts
