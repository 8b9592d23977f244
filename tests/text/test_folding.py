from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toys import cheap

from evoprompt.text.folding import folded, units


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("It broke again.", "it  broke\nagain"),
        ("It broke, again!", "It broke again?!"),
        ("Don't buy it", "Don’t buy it."),
        ("“A fine film”", '"a fine film"'),
        ("Café au lait", "Cafe\u0301 au lait"),
        ("ＡＢＣ film", "abc film"),
        ("Straße gesperrt", "STRASSE GESPERRT"),
        ("tech_support please", "Tech Support, please"),
        ("an e-mail came", "an e mail came"),
        ("WOW!!!!!!!", "wow"),
        ("2 + 2 =", "2+2=?"),
        ("(())", "( ( ) )"),
        ("好 电影。", "好 电影"),
        ("zero\u200bwidth words", "zerowidth words"),
    ],
)
def test_texts_that_differ_in_case_blanks_punctuation_or_form_alone_fold_to_one(one, other):
    assert folded(one) == folded(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("It broke.", "It broke again."),
        ("Compute the value of 3 - 4 now please", "Compute the value of 3 4 now please"),
        ("Compute the value of 3 - 4 now please", "Compute the value of 3 + 4 now please"),
        ("The kettle costs 3.5 euros", "The kettle costs 35 euros"),
        ("We measured it at -5 degrees", "We measured it at 5 degrees"),
        ("(()", "())"),
        ("[()]", "([])"),
        ("3 * 4", "3 / 4"),
        ("?", "!"),
        ("I like it 🙂", "I like it 🙁"),
        ("pêche", "péché"),
    ],
)
def test_texts_that_say_something_else_fold_apart(one, other):
    assert folded(one) != folded(other)


@cheap
@given(st.text(max_size=40))
def test_folding_is_the_same_for_any_form_and_case_of_a_text(text):
    assert folded(text) == folded(unicodedata.normalize("NFD", text)) == folded(unicodedata.normalize("NFC", text))
    assert folded(f"  {text}\n") == folded(text)
    assert units(text) == units(text.replace(" ", "  "))


@cheap
@given(st.text(max_size=40).filter(str.strip))
def test_a_text_with_anything_in_it_never_folds_to_nothing_but_where_it_is_invisible(text):
    visible = [c for c in text if unicodedata.category(c)[0] not in "ZCM"]
    assert folded(text) or not visible


def test_units_are_words_or_the_letters_of_scripts_without_blanks():
    assert units("Don't (ever) buy the X-200!") == ["dont", "ever", "buy", "the", "x", "200"]
    assert units("这部 film 好") == ["这", "部", "film", "好"]
