"""The readers on outputs as models write them: how often they adopt what is no prompt, and refuse what is one."""

from __future__ import annotations

import pytest
from corpus import develop, final, fresh, held_back, last, later, latest, seventh, sixth

from evoprompt.operators import evoprompt_ga, plain
from evoprompt.operators.promptbreeder_library import ZERO_ORDER
from evoprompt.variation.operator import NoChild
from evoprompt.variation.reading import first_item, tagged, whole

PARENTS = {
    "reviews": (
        "Classify the sentiment of the movie review as positive or negative.",
        "Is the reviewer happy? Reply with one word: positive or negative.",
    ),
    "tickets": (
        "Sort the support ticket into billing, shipping or account.",
        "Which team should handle this ticket: billing, shipping or account? Name the team alone.",
    ),
    "claims": ("Check the claim and answer true or false.", "Say whether the claim holds: true or false."),
    "maths": (
        "Solve the word problem and give the number.",
        "Think step by step, then write the answer as a number.",
    ),
    "tone": ("Tell whether the message is angry or calm.", "Is the customer angry or calm? Reply with that word."),
    "names": ("Find the people named in the news item.", "List everyone the item mentions, as JSON."),
    "translate": ("Translate the sentence.", "Give a faithful translation of the sentence and nothing else."),
    "sales": ("Write a query for the question.", "Turn the question into a query for the sales database."),
    "german": (
        "Bestimme, ob die Filmkritik positiv oder negativ ist.",
        "Ist der Kritiker zufrieden? Antworte mit positiv oder negativ.",
    ),
    "chinese": ("判断影评的情感是正面还是负面。", "作者喜欢这部电影吗？回答正面或负面。"),
    "japanese": ("映画レビューの感情が肯定的か否定的かを判定してください。", "感想は肯定的ですか、否定的ですか？"),
}
LABELS = {
    "reviews": ("positive", "negative"),
    "tickets": ("billing", "shipping", "account"),
    "claims": ("true", "false"),
    "maths": (),
    "tone": ("angry", "calm"),
    "names": (),
    "translate": (),
    "sales": (),
    "german": ("positiv", "negativ"),
    "chinese": ("正面", "负面"),
    "japanese": ("肯定的", "否定的"),
}
SHOWN = (*evoprompt_ga.SHOWN_PARENTS, evoprompt_ga.SHOWN_CROSSING, evoprompt_ga.SHOWN_CHILD)
CORPORA = (develop, held_back, fresh, later, latest, last, final, sixth, seventh)


def asked(kind, task):
    one, other = PARENTS[task]
    if kind == "WHOLE":
        return plain.PARAPHRASE.replace("{text}", one)
    if kind == "TAGGED":
        return evoprompt_ga.WORDING.fill({"first": one, "second": other})
    return ZERO_ORDER.fill({"problem": one, "keep": ""})


def read(kind, task, output, knows):
    """What a reader makes of an output; knowing the question and the labels, or the parents alone."""
    reader = {"WHOLE": whole, "TAGGED": tagged, "ITEM": first_item}[kind]
    known = {"asked": asked(kind, task), "labels": LABELS[task]} if knows else {}
    try:
        return reader(output, not_one_of=PARENTS[task], shown=SHOWN if kind == "TAGGED" else (), **known)
    except NoChild:
        return None


def rates(corpus, knows=True):
    """Outputs wrongly adopted or mangled, those wrongly refused, and how many there are of each."""
    wrong, refused, good, bad = [], [], 0, 0
    for kind in ("WHOLE", "TAGGED", "ITEM"):
        for task, output, wanted in getattr(corpus, kind):
            found = read(kind, task, output, knows)
            good, bad = good + (wanted is not None), bad + (wanted is None)
            if found is None and wanted is not None:
                refused.append(output)
            elif found != wanted:
                wrong.append((output, found))
    return wrong, refused, good, bad


@pytest.mark.parametrize("corpus", [develop, held_back])
@pytest.mark.parametrize("knows", [True, False], ids=["with the question", "with the parents alone"])
def test_no_output_is_adopted_wrongly_and_few_prompts_are_refused(corpus, knows):
    wrong, refused, good, bad = rates(corpus, knows)
    print(
        f"\n{corpus.__name__}: {len(wrong)} of {good + bad} wrongly adopted or mangled, {len(refused)} of {good} refused"
    )
    assert not wrong
    assert len(refused) <= 0.05 * good


@pytest.mark.parametrize("corpus", [later, latest, last, final, sixth, seventh])
def test_of_outputs_in_newer_styles_none_is_adopted_wrongly_and_few_prompts_are_refused(corpus):
    wrong, refused, good, bad = rates(corpus)
    print(
        f"\n{corpus.__name__}: {len(wrong)} of {good + bad} wrongly adopted or mangled, {len(refused)} of {good} refused"
    )
    assert not wrong
    assert len(refused) <= 0.05 * good


def test_the_corpus_is_large_and_has_no_output_twice():
    outputs = [(kind, *each[:2]) for m in CORPORA for kind in ("WHOLE", "TAGGED", "ITEM") for each in getattr(m, kind)]
    assert len(outputs) == len(set(outputs)) >= 300
