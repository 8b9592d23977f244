"""Prompts whose own lines look like what stands around a prompt, and talk that looks like a prompt."""

from __future__ import annotations

import pytest

from evoprompt.variation import reading
from evoprompt.variation.operator import NoChild
from evoprompt.variation.reading.orders import is_order

PAIR = ("left", "right")
PARENT = "Text: {text}\nLeft answer: {a}\nRight answer: {b}\nWhich one is better, left or right?"
ASKED = f"Rewrite the instruction below in other words. Reply with the rewritten instruction alone.\n\nInstruction: {PARENT}"


@pytest.mark.parametrize("wrap", ["{}", "<prompt>{}</prompt>"])
@pytest.mark.parametrize(
    "prompt",
    [
        "Text: {text}\nFirst answer: {a}\nSecond answer: {b}\nSay which is better: left or right.",
        "Text: {text}\nLeft answer: {a}\nRight answer: {b}\nName the better answer, left or right.",
        "Text: {text}\nChange: {a}\nNote: {b}\nIs it the left or the right one?",
    ],
)
def test_lines_that_hold_the_places_of_fields_are_neither_headings_nor_the_questions_own(prompt, wrap):
    read = reading.tagged if "<" in wrap else reading.whole
    assert read(wrap.replace("{}", prompt), not_one_of=[PARENT], asked=ASKED, labels=PAIR) == prompt


def test_items_of_a_list_that_a_prompt_announces_are_its_own_whatever_they_say():
    prompt = (
        "Answer the guest in a mail that:\n\n- thanks them for their stay,\n- hopes to see them again,\n- is short."
    )
    assert reading.tagged(f"<prompt>{prompt}</prompt>", not_one_of=["Answer the guest's mail."]) == prompt


@pytest.mark.parametrize("heading", ["**Nueva redacción:**", "**Ny formulering:**", "**Versiunea rescrisă**:"])
def test_a_bold_heading_in_any_language_is_no_part_of_the_prompt(heading):
    prompt = "Decide if the guest is happy: yes or no."
    assert (
        reading.whole(f"{heading}\n\n{prompt}", not_one_of=["Is the guest happy, yes or no?"], labels=("yes", "no"))
        == prompt
    )


@pytest.mark.parametrize(
    ("output", "parent"),
    [
        ("Formula la instrucción de modo que nadie la entienda mal.", "Resume el correo en una frase."),
        ("Formuliere die Anweisung so, dass sie niemand falsch versteht.", "Fasse die Mail in einem Satz zusammen."),
        (
            "For the summary I need the mail first, I need to see it. What does it say?",
            "Summarise the mail in one sentence.",
        ),
        ("To do that, I need the sender's name. Who wrote it?", "Name the sender of the mail."),
        ("I need some more details. Which mail is it about?", "Summarise the mail in one sentence."),
    ],
)
def test_orders_about_instructions_and_calls_for_details_are_no_prompts(output, parent):
    with pytest.raises(NoChild):
        reading.tagged(f"<prompt>{output}</prompt>", not_one_of=[parent])


def test_a_prompt_that_names_all_labels_may_speak_of_what_is_missing():
    prompt = "Sieh dir das Fahrrad an und sag nur, was ihm fehlt: Luft, Licht oder Öl."
    read = reading.tagged(
        f"<prompt>{prompt}</prompt>",
        not_one_of=["Nenne, was dem Fahrrad fehlt: Luft, Licht oder Öl."],
        labels=("Luft", "Licht", "Öl"),
    )
    assert read == prompt


@pytest.mark.parametrize("word", ["Option", "Opção", "Möglichkeit"])
def test_numbered_options_are_several_texts_in_any_language(word):
    with pytest.raises(NoChild, match="several texts"):
        reading.whole(
            f"{word} 1: Say yes or no.\n\n{word} 2: Answer yes or no.",
            not_one_of=["Is it? yes or no."],
            labels=("yes", "no"),
        )


@pytest.mark.parametrize(
    "order", ["Come up with a title for the mail.", "Reply to the guest.", "Multiply the numbers."]
)
def test_verbs_of_two_words_and_those_that_end_like_adverbs_are_orders(order):
    assert is_order(order)
