"""What a model says to the author of the question is adopted by no reader, in whatever form and for whatever task."""

from __future__ import annotations

import pytest
from corpus.asked_back import PROMPTS, TALK
from test_corpus import LABELS
from test_framing import question

from evoprompt.variation.operator import NoChild
from evoprompt.variation.reading import first_item, tagged, whole

KINDS = ("PARA", "GA", "FIRST", "LINEAGE")


def readings(text, task):
    """What the three readers make of a text, for several questions."""
    for kind in KINDS:
        for reader in (whole, first_item, tagged):
            try:
                yield reader(f"<prompt>{text}</prompt>" if reader is tagged else text, **question(kind, task))
            except NoChild:
                yield None


@pytest.mark.parametrize("task", ["reviews", "tickets", "maths", "names"])
def test_talk_with_the_author_of_the_question_is_never_adopted(task):
    assert [text for text in TALK if any(readings(text, task))] == []


def test_a_prompt_that_sounds_like_such_talk_is_adopted():
    tasks = ("reviews", "tickets", "claims", "tone")
    fitting = [max(tasks, key=lambda task: sum(label in text for label in LABELS[task])) for text in PROMPTS]
    refused = [text for text, task in zip(PROMPTS, fitting, strict=True) if None in readings(text, task)]
    print(f"\n{len(refused)} of {len(PROMPTS)} prompts are refused")
    assert refused == []
