from __future__ import annotations

import re
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evoprompt.operators.promptbreeder_library import MUTATION_PROMPTS
from evoprompt.variation.operator import NoChild
from evoprompt.variation.reading import first_item, tagged, whole

cheap = settings(max_examples=100, deadline=None)
PARSERS = [tagged, whole, first_item]

# Prompts as people write them: words that begin no chatter, and marks that stand between them.
word = st.text(string.ascii_lowercase, min_size=1, max_size=8).map(lambda text: f"w{text}")
prompts = st.builds(
    lambda first, rest: f"Judge {first}" + "".join(mark + each for mark, each in rest),
    word,
    st.lists(st.tuples(st.sampled_from([" ", ", ", ". ", ": ", "; ", " (", ") "]), word), max_size=12),
)
noise = st.text(st.characters(blacklist_characters="<>", blacklist_categories=("Cs",)), max_size=60)
TAGS = ("<prompt>", "</prompt>", "<think>", "</think>", "<", ">", "Sure!", "Here is", "Let me know if", "Prompt:")
MARKS = ("1. ", "2) ", "- ", '"', "'", "**", "`", "```\n", "\n", "\n\n", " ", "judge it", "{x}", "İ", "。")
anything = st.one_of(
    st.text(max_size=80),
    st.lists(st.sampled_from((*TAGS, *MARKS)), max_size=12).map("".join),
)


# tagged


@cheap
@given(prompts, noise, noise)
def test_tagged_finds_what_stands_in_the_tags_amid_any_noise(prompt, before, after):
    assert tagged(f"{before}<prompt>{prompt}</prompt>{after}") == prompt


@cheap
@given(prompts, prompts, noise)
def test_tagged_takes_the_last_pair(first, last, between):
    assert tagged(f"<prompt>{first}</prompt>{between}<PROMPT>\n{last}\n</Prompt>") == last


def test_tagged_passes_over_an_empty_pair_that_only_speaks_of_the_tags():
    assert tagged("<prompt>Judge it.</prompt> It stands in <prompt></prompt>, and <prompt>...</prompt>.") == "Judge it."


def test_tagged_skips_a_tag_that_was_opened_twice():
    assert tagged("<prompt>never closed <prompt>Judge it.</prompt>") == "Judge it."


def test_tagged_leaves_the_thoughts_of_a_model_alone():
    assert tagged("<think><prompt>Not yet</prompt></think><prompt>Judge it.</prompt>") == "Judge it."
    with pytest.raises(NoChild, match="missing"):
        tagged("the tag goes <prompt>Not yet</prompt></think> so I wrote nothing")


def test_tagged_knows_other_tags_and_reads_their_names_literally():
    assert tagged("<hint>Judge it.</hint>", "hint") == "Judge it."
    with pytest.raises(NoChild, match="missing"):
        tagged("<hint>Judge it.</hint>", "h.nt")


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        ("Judge it.", "missing"),
        ("It goes between <prompt> and the end.", "not closed"),
        ("<prompt> \n </prompt>", "no text"),
        ("<prompt>Sure, here is the prompt</prompt>", "chatter"),
        ("<prompt>I cannot do that.</prompt>", "chatter"),
        ("<prompt>Judge it.\nLet me know if you want another.</prompt>", "copied back"),
        ("<prompt>Judge <b>it</b></prompt>", "a tag was left"),
        ("<prompt>judge  IT!</prompt>", "copied back"),
    ],
)
def test_tagged_says_why_there_is_no_prompt(output, reason):
    with pytest.raises(NoChild, match=reason):
        tagged(output, not_one_of=["Judge it."])


# whole


@cheap
@given(
    prompts,
    st.sampled_from(
        ["{}", '"{}"', "'{}'", "“{}”", "`{}`", "**{}**", "Prompt: {}", "The new instruction: {}", "1. {}"]
    ).flatmap(lambda one: st.sampled_from(["{}", "  {}\n", "Prompt: {}", "```\n{}\n```"]).map(lambda o: o.format(one)))
    | st.sampled_from(["**New Prompt:** {}", "**Prompt**: {}", "## Final prompt: {}", '1. "{}"', 'Prompt 2: "**{}**"'])
    | st.sampled_from(["<think>What now?\n\nLet me see.</think>\n{}", "What now?</think>{}"]),
)
def test_whole_takes_off_what_stands_around_a_prompt(prompt, around):
    assert whole(around.format(prompt)) == prompt


def test_whole_keeps_quotes_that_do_not_stand_around_the_whole():
    assert whole('"Yes" goes before "no"') == '"Yes" goes before "no"'


def test_whole_keeps_a_prompt_that_is_a_numbered_list():
    assert whole("1. Read it.\n2. Judge it.") == "1. Read it.\n2. Judge it."
    assert whole("- Read it.\n- Judge it.") == "- Read it.\n- Judge it."


def test_whole_tells_a_role_from_a_refusal():
    assert whole("As an AI assistant, judge the review.") == "As an AI assistant, judge the review."
    assert whole("As a language expert, judge the review.") == "As a language expert, judge the review."
    with pytest.raises(NoChild, match="chatter"):
        whole("As an AI language model, I do not judge.")


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        ("", "no text"),
        ("...", "no text"),
        ("Judge it.\n\nOr: judge this.", "several paragraphs"),
        ("Sure! Judge it.", "chatter"),
        ("Here's another way: judge it.", "copied back"),
        ('"Of course, judge it"', "chatter"),
        ("Judge it.\nI hope this helps!", "copied back"),
        ("Judge <it>", "a tag was left"),
        ("<think>so much to think about", "no text"),
        ('Prompt: "JUDGE it"', "copied back"),
    ],
)
def test_whole_says_why_there_is_no_prompt(output, reason):
    with pytest.raises(NoChild, match=reason):
        whole(output, not_one_of=["Judge it."])


# first_item


@cheap
@given(st.lists(prompts, min_size=1, max_size=5), st.sampled_from(["{}. ", "{}) ", "({}) ", "{}: ", "- ", "* "]))
def test_first_item_is_the_first_of_a_list(items, number):
    listed = "\n".join(number.format(place) + item for place, item in enumerate(items, 1))
    assert first_item(listed) == items[0]
    assert first_item(f"Here are some:\n{listed}") == items[0]


@cheap
@given(prompts, prompts)
def test_first_item_is_the_continuation_where_the_question_ended_in_its_number(first, second):
    assert first_item(f"{first}\n2. {second}") == first


def test_first_item_refuses_chatter_alone():
    with pytest.raises(NoChild, match="chatter"):
        first_item("Sure, I can do that!")


# All of them


def child(parse, output):
    try:
        return parse(output)
    except NoChild:
        return None


@pytest.mark.parametrize("parse", PARSERS)
@cheap
@given(anything)
def test_a_parser_gives_a_bare_prompt_or_no_child(parse, output):
    for found in (child(parse, output), child(parse, f"<prompt>{output}</prompt>")):
        if found is not None:
            assert re.search(r"\w", found)
            assert found == found.strip()
            assert not re.search(r"</?(?:prompt|think)>", found)
            assert not re.match(r"Sure\b|Prompt:", found)
            assert "\n" in found or whole(found) == found  # nothing is left to take off


@pytest.mark.parametrize("parse", PARSERS)
@cheap
@given(prompts)
def test_a_parser_refuses_a_copy_whatever_its_case_and_spaces(parse, prompt):
    with pytest.raises(NoChild, match="copied back"):
        parse(f"<prompt>{prompt.upper()}</prompt>" if parse is tagged else prompt.upper(), not_one_of=[f" {prompt}\n"])


@pytest.mark.parametrize("parse", PARSERS)
@cheap
@given(anything)
def test_an_adopted_prompt_put_between_tags_is_adopted_as_it_is(parse, output):
    for found in (child(parse, output), child(parse, f"<prompt>{output}</prompt>")):
        if found is not None:
            assert tagged(f"<prompt>{found}</prompt>") == found


@pytest.mark.parametrize("parse", PARSERS)
@cheap
@given(prompts, st.sampled_from(["{text}", "{", "}}", "{ a b }", '{"label": ...}', "{{x}}"]))
def test_braces_are_left_as_they_are(parse, prompt, braces):
    text = f"{prompt} {braces} {prompt}"
    assert parse(f"<prompt>{text}</prompt>") == text
    assert parse(f"<prompt>“{braces} {prompt}”</prompt>") == f"{braces} {prompt}"


def test_the_questions_own_words_are_known_by_the_question_alone():
    question = "Say it as a sailor would to a landlubber, and mind the tides.\n\nInstruction: Judge it."
    echo = "Say it as a sailor would to a landlubber."
    assert whole(echo) == echo
    with pytest.raises(NoChild, match="the question was copied back"):
        whole(echo, asked=question, not_one_of=["Judge it."])
    assert whole("Judge it in the manner of a sailor.", asked=question, not_one_of=["Judge it."])


def test_what_a_parent_says_is_no_copy_of_the_question():
    parent = "You are a sailor who minds the tides. Judge it."
    question = f"Rewrite it.\n\nInstruction: {parent}"
    child = "You are a sailor who minds the tides. Weigh it."
    assert whole(child, asked=question, not_one_of=[parent]) == child


def test_advice_on_instructions_is_read_where_it_is_asked_for():
    advice = "Rewrite the instruction so that it begins with a verb."
    assert tagged(f"<prompt>{advice}</prompt>", about_instructions=True) == advice
    with pytest.raises(NoChild, match="about instructions"):
        tagged(f"<prompt>{advice}</prompt>")


def test_all_advice_of_promptbreeders_library_can_be_read_back():
    parent = "Judge it: good or bad."
    for advice in MUTATION_PROMPTS:
        known = {"about_instructions": True, "not_one_of": [parent]}
        assert tagged(f"<prompt>{advice}</prompt>", **known) == whole(advice, **known) == advice


def test_a_part_of_a_prompt_need_be_no_order():
    assert whole("good or bad", is_phrase=True) == "good or bad"
    with pytest.raises(NoChild, match="bare labels"):
        whole("good or bad")


@cheap
@given(word)
def test_an_order_by_a_verb_that_nobody_knows_is_a_prompt_where_a_form_says_so(verb):
    text = f"Z{verb} on positive or negative after a second look at the review."
    known = {"not_one_of": ["Judge the review: positive or negative?"], "labels": ("positive", "negative")}
    assert tagged(f"<prompt>{text}</prompt>", **known) == text
    assert whole(f"**Rewritten instruction:**\n\n{text}", **known) == text
    assert first_item(f'{{"prompt": "{text}"}}', **known) == text


@pytest.mark.parametrize("last", ["Want me to shorten it?", "I can't do more.", "Which tone do you prefer?"])
def test_what_a_model_asks_after_a_prompt_is_no_part_of_it(last):
    text = "Say whether the review is positive or negative."
    for output in (f"{text} {last}", f"<prompt>{text} {last}</prompt>", f"{text}\n\n{last}"):
        for reader in PARSERS:
            assert child(reader, output) in (None, text)
