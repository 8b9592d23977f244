"""What nothing ties to the parents is adopted in no language; what names all labels is, whatever its first word."""

from __future__ import annotations

import pytest
from corpus import eighth, ninth

from evoprompt.operators import evoprompt_ga, plain
from evoprompt.operators.promptbreeder_library import ZERO_ORDER
from evoprompt.variation.operator import NoChild
from evoprompt.variation.reading import first_item, tagged, whole
from evoprompt.variation.reading.kinship import asks_the_asker, leaves_labels_out, shares_nothing
from evoprompt.variation.reading.layers import quoted_below
from evoprompt.variation.reading.tongues import is_foreign

READERS = {"WHOLE": whole, "TAGGED": tagged, "ITEM": first_item}
LABELS = ("positive", "negative")
PARENT = "Is the review positive or negative?"


def question(kind, parents):
    if kind == "TAGGED":
        return evoprompt_ga.WORDING.fill({"first": parents[0], "second": parents[1]})
    if kind == "WHOLE":
        return plain.PARAPHRASE.replace("{text}", parents[0])
    return ZERO_ORDER.fill({"problem": parents[0], "keep": ""})


def read(corpus, kind, task, output):
    parents, labels = corpus.TASKS[task]
    try:
        return READERS[kind](output, not_one_of=parents, asked=question(kind, parents), labels=labels)
    except NoChild:
        return None


def adopted(text, labels=LABELS, parents=(PARENT,)):
    try:
        return tagged(text, not_one_of=parents, labels=labels)
    except NoChild:
        return None


@pytest.mark.parametrize("corpus", [eighth, ninth])
def test_in_many_languages_no_talk_is_adopted_and_few_prompts_are_refused(corpus):
    rows = [(kind, *row) for kind in READERS for row in getattr(corpus, kind)]
    found = [(output, wanted, read(corpus, kind, task, output)) for kind, task, output, wanted in rows]
    wrong = [(output, got) for output, wanted, got in found if got not in (None, wanted)]
    refused = [output for output, wanted, got in found if wanted and got is None]
    good = sum(wanted is not None for _, wanted, _ in found)
    print(f"\n{len(wrong)} of {len(rows)} wrongly adopted or mangled, {len(refused)} of {good} refused")
    assert not wrong
    assert len(refused) <= 0.05 * good


def test_a_text_without_any_label_is_no_rewrite_of_texts_that_name_them_all():
    assert leaves_labels_out("Which review do you mean?", [PARENT], LABELS)
    assert not leaves_labels_out("Does it sound positively or negatively?", [PARENT], LABELS)
    assert not leaves_labels_out("Which review do you mean?", ["Judge the review."], LABELS)
    assert not leaves_labels_out("Rate it.", ["Rate it from 1 to 2."], ("1", "2"))
    assert adopted("<prompt>Read the review and weigh its words.</prompt>") is None


@pytest.mark.parametrize("text", ["Kan jag hjälpa dig?", "请把原文发给我"])
def test_a_text_that_shares_no_stem_with_its_parents_is_a_stranger(text):
    assert shares_nothing(text, ["Sammanfatta artikeln med några ord.", "总结这篇文章的内容。"], ())


def test_a_question_that_is_not_about_the_task_is_put_to_the_asker():
    parents = ["Write one SQL query that answers the question."]
    assert asks_the_asker("How many shops are there, and what does the stock come to?", parents, ())
    assert not asks_the_asker("Which single SQL query gives the answer to this question?", parents, ())
    assert not asks_the_asker("What follows from {text}?", parents, ())
    assert not asks_the_asker("Who wrote it?", ["Who is it by?"], ())


@pytest.mark.parametrize("between", ["or", "\nor, more formally:\n", "oder kürzer:", " albo ", "Formal:"])
def test_two_texts_in_tags_with_an_or_between_them_are_alternatives(between):
    one, other = "Is it positive or negative?", "Say whether the review is positive or negative."
    assert adopted(f"<prompt>{one}</prompt>{between}<prompt>{other}</prompt>") is None
    assert adopted(f"<prompt>{one}</prompt>\nA second look:\n<prompt>{other}</prompt>") == other


def test_a_prompt_of_fields_or_with_an_assent_is_adopted_where_it_names_all_labels():
    text = (
        "Résumé: {resume}\nJob: {job}\n\n"
        "Given the two texts above, is it better to interview or to reject this candidate?"
    )
    parents = ("Should we interview or reject the candidate?",)
    assert adopted(f"<prompt>{text}</prompt>", ("interview", "reject"), parents) == text
    text = 'Sure, people write "great" and mean it, but not always. Tell me whether it is positive or negative.'
    assert adopted(f"<prompt>{text}</prompt>") == text
    assert adopted("<prompt>Sure, it is positive and not negative.</prompt>") is None


@pytest.mark.parametrize("quotes", ["„{}”", "„{}“", "”{}”", "“{}”", "«{}»", "「{}」"])
def test_a_quoted_paragraph_below_a_line_with_a_colon_is_the_text(quotes):
    assert quoted_below("Zde je:\n\n" + quotes.format("Judge it.")) == "Judge it."
    assert quoted_below("Judge it:\n\n" + quotes.format("{text}")) == ""
    assert quoted_below("Judge it.\n\n" + quotes.format("It was late.")) == ""


def test_a_rewrite_in_another_language_than_all_parents_is_foreign_even_without_word_lists():
    english, hungarian = "Tell what the article is about, and keep it short.", "Írd le röviden, miről szól a cikk."
    assert is_foreign(hungarian, [english])
    assert is_foreign(english, [hungarian])
    assert not is_foreign(english, [hungarian, "Write what it is about."])
    assert adopted(f"<prompt>{hungarian}</prompt>", (), (english,)) is None


def test_a_question_that_ends_in_a_long_list_of_all_labels_is_no_question_back():
    labels = ("slip", "fire", "electrical", "chemical")
    text = "Which word would you paint on a warning sign for this place: slip, fire, electrical or chemical?"
    known = {"not_one_of": ["Name the hazard: slip, fire, electrical or chemical."], "labels": labels}
    assert first_item(f'Entry 5: "{text}"', **known) == tagged(f"<prompt>{text}</prompt>", **known) == text
