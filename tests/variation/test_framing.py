"""Framing: no sentence of an operator's question, copied, shortened or said anew, is adopted in the place of a prompt."""

from __future__ import annotations

import pytest
from test_corpus import CORPORA, LABELS, PARENTS, SHOWN, asked

from evoprompt.operators import evoprompt_de, evoprompt_ga, grips, plain
from evoprompt.operators import promptbreeder_library as library
from evoprompt.variation.operator import NoChild
from evoprompt.variation.reading import tagged, whole
from evoprompt.variation.reading.framing import Framing
from evoprompt.variation.reading.vocabulary import sentences_of

ADVICE = "Cut the longest sentence of the instruction in two, and sharpen both halves."
STYLE = "Consider the exceptions before the rule."
SHOWN_BY_DE = (
    *evoprompt_de.SHOWN_DONORS,
    evoprompt_de.SHOWN_BEST,
    evoprompt_de.SHOWN_BASE,
    evoprompt_de.SHOWN_COMBINED,
    evoprompt_de.SHOWN_CHILD,
)
BREEDER = {
    "ZERO": library.ZERO_ORDER,
    "INIT": library.INITIALISE,
    "FIRST": library.FIRST_ORDER,
    "EDA": library.EDA,
    "RANKED": library.EDA_RANKED,
    "LINEAGE": library.LINEAGE,
    "LAMARCK": library.LAMARCKIAN,
    "NEWMUT": library.NEW_MUTATION_PROMPT,
    "BETTER": library.BETTER_MUTATION_PROMPT,
}
TASKS = ("reviews", "maths", "names", "tone", "translate")

# The operators' questions as models say them over, shortened, or in other words
REWORDED = {
    "PARA": [
        "Rewrite the instruction below in other words.",
        "Keep its meaning, and keep every name of a category exactly as it is written.",
        "Reply with the rewritten instruction alone.",
        "Reword the following instruction.",
        "Rephrase the instruction while keeping its meaning.",
        "Keep the meaning and leave each category name as written.",
        "Express the instruction below differently.",
        "Restate the given instruction using different words and preserve category names.",
        "Provide only the rewritten instruction.",
        "Say the same instruction another way.",
        "Preserve the meaning and the exact category names.",
        "Your task is to rewrite the instruction.",
        "Please paraphrase the prompt without altering its meaning.",
        "Give a paraphrase of the instruction that keeps the categories unchanged.",
        "Retain the original meaning and every category name verbatim.",
        "Rewrite the given prompt in your own words.",
    ],
    "GA": [
        "Make a new instruction from them in two steps.",
        "Cross over: join the best parts of both into one instruction.",
        "Mutate: change something about the result of step 1, its wording or a detail, so that it still asks for the same job.",
        "Leave names of categories, and all that stands in curly brackets, exactly as they are.",
        "Combine the best parts of both instructions into one.",
        "Change the wording or a detail of the result so that it still asks for the same job.",
        "Create a new instruction from the two given ones by crossover and mutation.",
        "Write the mutated instruction between the tags.",
        "Merge the two instructions into a single new one.",
        "Take the best of both prompts and write a new one.",
        "Change one detail of the crossed-over instruction, keeping the job the same.",
        "Blend both instructions, then alter the wording slightly.",
        "Keep the category names and everything in curly brackets exactly as they are.",
        "Write what step 2 gives, and only that.",
    ],
    "DE": [
        "Make a new instruction from four instructions for one and the same job.",
        "Find the parts in which A and B differ.",
        "Mutate the parts found in step 1: put each in a new way.",
        "Combine: put the parts of step 2 in the place of fitting parts of C, and keep the rest of C.",
        "Cross over the result of step 3 with D, and write the outcome.",
        "Combine the mutated parts with C and cross the result with D.",
        "Find where A and B differ and put those parts in a new way.",
    ],
    "ZERO": [
        "Imagine a list of a hundred hints for solving it, no two of them alike, each an instruction that can stand alone.",
        "Write down its first entry and stop.",
        "Write the first entry of the list of hints.",
        "Give one hint for solving the problem that can stand alone as an instruction.",
        "Write down the first of a hundred hints.",
        "Imagine a hundred different hints for solving the problem and write the first one.",
    ],
    "FIRST": [
        "Rewrite the instruction.",
        "Reply with the new instruction alone, inside <prompt></prompt> tags.",
        "Rewrite the instruction following the given advice.",
        "Apply the advice to the instruction.",
        "Rewrite the instruction in that way of thinking.",
    ],
    "EDA": [
        "Continue it with entry 3: an instruction that belongs on this list and repeats none of the others.",
        "Continue the list with an instruction that fits but repeats none of the others.",
        "Add another instruction to this list that differs from the rest.",
        "Write entry 3, an instruction for the same task.",
        "Extend this list of instructions by one more that is unlike the others.",
        "Write an instruction that belongs on the list.",
        "Provide the next instruction on the list without repeating any of the others.",
    ],
    "RANKED": [
        "Continue it with entry 3.",
        "It is the best of them all, and in kind it is nearer to entry 2 than to entry 1.",
        "Write the best instruction of them all, nearer in kind to entry 2 than to entry 1.",
        "Continue the list of instructions with a better one.",
        "Produce an instruction better than all of the others on the list.",
    ],
    "LINEAGE": [
        "An instruction was improved again and again.",
        "Write version 3, the next improvement.",
        "Improve the instruction once more.",
        "Write the next, improved version of the instruction.",
        "Write the next version.",
        "Continue the history of improvements with version 3.",
    ],
    "LAMARCK": [
        "Which instruction led to this work?",
        "Write it for any question of the kind, without a word about those shown.",
        "Write the instruction that led to this work.",
        "Find out which instruction was followed and write it for any question of the kind.",
        "Infer the instruction from the answers shown.",
    ],
    "NEWMUT": [
        "In one or two sentences, and in the spirit of that way of thinking, tell them how to rewrite it.",
        "Tell somebody how to improve their instruction in the spirit of that way of thinking.",
        "Reply with this advice alone.",
        "Give advice on rewriting the instruction in that way of thinking.",
        "Somebody has an instruction for this problem and wants to improve it.",
    ],
    "BETTER": [
        "Sum up what it is after, and make better advice of it, in one or two sentences.",
        "Sum up what the advice is after, and make it better.",
        "Reply with the new advice alone.",
        "Improve this advice in one or two sentences.",
        "Summarise the advice and make better advice of it.",
        "Write better advice than the one given.",
        "Make the advice better and shorter.",
    ],
    "GRIPS": [
        "Say that part in other words, so that it can stand in the same place.",
        "Reply with the new part alone.",
        "Say the part in other words.",
        "Reword the part so that it fits in the same place.",
        "Leave names of categories exactly as they are.",
    ],
}


def question(kind, task):
    """An operator's question, and what its reader knows of it."""
    one, other = PARENTS[task]
    known = {"labels": LABELS[task]}
    if kind == "PARA":
        return known | {"asked": plain.PARAPHRASE.replace("{text}", one), "not_one_of": (one,)}
    if kind == "GA":
        asked = evoprompt_ga.WORDING.fill({"first": one, "second": other})
        return known | {"asked": asked, "not_one_of": (one, other), "shown": SHOWN}
    if kind == "DE":
        asked = evoprompt_de.WORDING.fill({"a": one, "b": other, "best": one, "base": other})
        return known | {"asked": asked, "not_one_of": (one, other), "shown": SHOWN_BY_DE}
    if kind == "GRIPS":
        part = " ".join(one.split()[:3])
        return {"asked": grips.WORDING.fill({"text": one, "part": part}), "not_one_of": (part, one), "is_phrase": True}
    listed = f"1. {one}\n2. {other}"
    values = {"problem": one, "keep": "", "mutation_prompt": ADVICE, "style": STYLE, "text": one, "prompts": listed}
    values |= {"last": "2", "next": "3", "workings": "Text: it was fine\nAnswer: something"}
    given = (one, one, ADVICE, STYLE, listed, "2", "3", values["workings"], other)
    is_advice = kind in ("NEWMUT", "BETTER")
    return known | {"asked": BREEDER[kind].fill(values), "not_one_of": given, "about_instructions": is_advice}


def own_sentences(known):
    """The sentences of a question without those of the texts that were put into it."""
    text = known["asked"]
    for each in sorted((*known["not_one_of"], *known.get("shown", ())), key=len, reverse=True):
        text = text.replace(each, "\n") if len(each) > 1 else text
    said = [each.strip() for each in sentences_of(text.split("\nExample\n")[0])]
    return [each for each in said if len(each.split()) > 3 and ":" not in each[-2:]]


def is_adopted(text, known):
    reader = whole if known.get("is_phrase") else tagged
    try:
        reader(text if reader is whole else f"<prompt>{text}</prompt>", **known)
    except NoChild:
        return False
    return True


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("kind", ["PARA", "GA", "DE", "GRIPS", *BREEDER])
def test_no_sentence_of_a_question_is_adopted_whole_or_without_an_end(kind, task):
    known = question(kind, task)
    said = own_sentences(known)
    shorter = [" ".join(each.split()[: -(len(each.split()) // 4)]).rstrip(",;:") + "." for each in said]
    assert said
    assert [each for each in (*said, *shorter) if len(each.split()) > 3 and is_adopted(each, known)] == []


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("kind", REWORDED)
def test_a_question_said_in_other_words_is_not_adopted(kind, task):
    known = question(kind, task)
    assert [each for each in REWORDED[kind] if is_adopted(each, known)] == []


def test_no_prompt_of_the_corpora_is_taken_for_framing():
    taken, seen = [], 0
    for corpus in CORPORA:
        for kind in ("WHOLE", "TAGGED", "ITEM"):
            for task, _, wanted in getattr(corpus, kind):
                if wanted is not None:
                    seen += 1
                    given = (*PARENTS[task], *(SHOWN if kind == "TAGGED" else ()))
                    framing = Framing(asked(kind, task), given, about_instructions=False)
                    if framing.is_whole(wanted) or any(map(framing.is_in, sentences_of(wanted))):
                        taken.append(wanted)
    print(f"\n{len(taken)} of {seen} prompts are taken for framing")
    assert taken == []


@pytest.mark.parametrize(
    "text",
    [
        "Follow these instructions: read the review and answer with positive or negative.",
        "Write one word, positive or negative, and nothing else.",
        "Reply with the category name alone: positive or negative.",
        "Give the review a second look, keep to its meaning, and choose one of two names: positive, negative.",
    ],
)
@pytest.mark.parametrize("kind", ["PARA", "GA", "DE", "FIRST", "EDA", "LINEAGE", "LAMARCK"])
def test_a_prompt_in_the_questions_words_is_adopted_where_it_speaks_of_the_task(kind, text):
    assert is_adopted(text, question(kind, "reviews"))


def test_where_the_task_is_about_instructions_a_prompt_may_speak_of_them():
    parent = "Does the text give an instruction or a fact?"
    known = {"asked": plain.PARAPHRASE.replace("{text}", parent), "not_one_of": (parent,)}
    assert is_adopted("Say whether the text is an instruction or a fact.", known)
