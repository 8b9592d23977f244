"""A corpus of outputs as models write them, each with the label that a careful reader would read."""

from __future__ import annotations

import runpy
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toys import cheap

from evoprompt.tasks.scoring.label_finding import folded, found_in
from evoprompt.tasks.scoring.label_reading import LabelReader
from evoprompt.text.thoughts import without_thoughts

SETS = {
    "s": ("positive", "negative"),
    "m": ("A", "B", "C", "D"),
    "t": ("Tech Support", "Sci/Tech", "Café"),
    "z": ("正面", "负面"),
    "h": ("ร้องเรียน", "ชมเชย"),
    "j": ("肯定的", "否定的"),
    "k": ("긍정", "부정"),
    "y": ("yes", "no"),
    "p": ("spam", "not spam"),
    "n": ("-1", "0", "1"),
}
HERE = Path(__file__).parents[1] / "corpus"
LINES = (HERE / "labels.txt").read_text(encoding="utf-8").splitlines()
WRITTEN = [
    tuple(part.strip() for part in line.split(" | ", 2)) for line in LINES if line.strip() and not line.startswith("#")
]


CORPUS = [
    (SETS[name], output.replace("\\n", "\n"), None if wanted == "-" else wanted) for name, wanted, output in WRITTEN
]
for file in sorted([*HERE.glob("answers_by_label*.py"), HERE / "answers_by_reason.py"]):
    CORPUS += runpy.run_path(str(file))["OUTPUTS"]

REASONED = runpy.run_path(str(HERE / "answers_by_reason.py"))["OUTPUTS"]


def read(labels: tuple[str, ...], output: str) -> str | None:
    place, _ = LabelReader(labels).read(without_thoughts(output))
    return None if place is None else labels[place]


def test_outputs_are_read_as_a_careful_reader_would_read_them():
    wrong, missed = [], []
    for labels, output, wanted in CORPUS:
        came = read(labels, output)
        if came is not None and came != wanted:
            wrong.append((output, came))
        elif came != wanted:
            missed.append(output)
    named = sum(wanted is not None for _, _, wanted in CORPUS)
    print(f"{len(CORPUS)} outputs: {len(wrong)} read wrongly, {len(missed)} of {named} answers not read")
    assert wrong == [], wrong
    assert len(missed) <= 0.03 * named, missed


@pytest.mark.parametrize(("labels", "output", "wanted"), REASONED)
def test_the_label_that_an_answer_reasons_towards_is_read(labels, output, wanted):
    assert read(labels, output) == wanted


@cheap
@given(st.text(max_size=60))
def test_any_text_has_a_reading(text):
    place, named = LabelReader(("a b", "ß", "正面")).read(text)
    assert place in (None, 0, 1, 2) and set(named) <= {0, 1, 2}


@cheap
@given(st.text(max_size=20))
def test_folding_twice_is_folding_once(text):
    assert folded(folded(text)) == folded(text)


@pytest.mark.parametrize(
    ("target", "output", "is_there"),
    [
        ("tech_support", "It goes to Tech Support.", True),
        ("北京", "首都是北京。", True),
        ("cat", "cats", False),
        ("café", "the café", True),
        ("C++", "in C++, of course", True),
        ("", "", True),
        ("", "x", False),
    ],
)
def test_a_target_is_found_as_whole_words(target, output, is_there):
    assert found_in(target, output) == is_there


LONG = (
    " ",
    "\n",
    "1 ",
    "a ",
    "a, ",
    "wait, ",
    "\nno, ",
    "not ",
    "more a than ",
    "b: 0.9 ",
    "| a ",
    "answer: ",
    "- ",
    "4/",
    "if it is b ",
)


@pytest.mark.parametrize("piece", LONG)
@pytest.mark.parametrize("labels", [("a", "b"), ("1", "4"), ("no", "yes")])
def test_a_long_output_is_read_at_once(piece, labels):
    begun = time.process_time()
    read(labels, "b 1 " + (piece * 8_000)[:8_000] + " a 4")
    assert time.process_time() - begun < 2


@pytest.mark.parametrize(
    ("piece", "wanted"), [("odd ", "odd"), ("It is not even. ", None), ("odd, since {0} is odd. ", "odd")]
)
def test_an_output_of_a_million_characters_in_which_a_model_loops_is_read_in_three_seconds(piece, wanted):
    output = "".join(piece.format(count) for count in range(1_000_000 // len(piece)))
    begun = time.process_time()
    assert read(("odd", "even"), output) == wanted
    assert time.process_time() - begun < 3


PAIRS = [("positive", "negative"), ("billing", "tech_support"), ("true", "false"), ("正面", "负面"), ("1", "4")]
TAKEN_BACK = (
    "It is not {0}.", "I would not call this {0}.", "There is nothing {0} here.", "It lacks anything {0}.",
    "Free of {0}.", "I doubt that it is {0}.", "Is it {0}?", "It would be wrong to call it {0}.",
    "If you squint, perhaps; whether it is {0} I can't say.", "{0} or {1}", "{0}, or maybe {1}", "It's either {0} or {1}.",
)  # fmt: skip
WON = (
    "More {0} than {1}.", "Less {1} than {0}.", "Rather {0} than {1}.", "{1}... no, {0}", "Answer: {1}\nWait. Answer: {0}",
    "{1}: 0.2, {0}: 0.8", "Not {1} but {0}.", "It isn't {1}, it's {0}.", "{0} rather than {1}",
)  # fmt: skip


@cheap
@given(st.sampled_from(PAIRS), st.sampled_from(TAKEN_BACK))
def test_what_is_denied_doubted_or_left_open_is_no_answer(pair, form):
    for labels in (pair, pair[::-1]):
        assert read(labels, form.format(*pair)) is None


@cheap
@given(st.sampled_from(PAIRS), st.sampled_from(WON))
def test_of_two_labels_the_one_that_is_put_above_the_other_is_read(pair, form):
    for one, other in (pair, pair[::-1]):
        assert read(pair, form.format(one, other)) == one


@pytest.mark.parametrize(
    "output",
    [
        "Je ne sais pas si ce texte est fiable.",
        "No sabría decir si es fiable.",
        "Ich weiß nicht, ob das fiable ist.",
        "Não sei dizer se o texto é fiable.",
    ],
)
def test_who_says_that_they_do_not_know_names_no_label(output):
    assert LabelReader(("fiable", "douteux")).read(output).place is None
