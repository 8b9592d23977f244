"""A task of judging reviews, and models for it: what the tests of the operators' rooms share."""

from __future__ import annotations

import random

from evoprompt.models.model import Completion
from evoprompt.tasks.task import Task
from evoprompt.testing import ScriptedModel

HELPFUL = ("film", "review", "carefully", "tone", "verdict", "label")
SEEDS = ["Judge it.", "Say good or bad.", "Label it good or bad."]
QUESTION = "Good or bad?"


def always(text=""):
    """A model that writes the same text to every request."""
    return ScriptedModel([text], repeat=True)


def review_task(n=40, **settings):
    """Reviews that are numbers; the odd ones are good. Half dev and half test unless settings say otherwise."""
    rows = [{"review": f"number {i}", "label": "good" if i % 2 else "bad"} for i in range(n)]
    settings = {"train": 0, "dev": n // 2, "test": n // 2, **settings}
    return Task.from_records(rows, template="{instruction}\n{review}\n" + QUESTION, target="label", **settings)


def verdict(review, right):
    """The label of a review, or the other one."""
    target = "good" if int(review.split()[-1]) % 2 else "bad"
    return Completion(target if right else {"good": "bad", "bad": "good"}[target])


class Judge:
    """Answers the better the more helpful words an instruction has; writes instructions of a few such words."""

    name = "judge"

    def complete(self, request):
        rng = random.Random(f"{request.text}/{request.draw}")
        if QUESTION not in request.text:
            text = " ".join(["Judge", *rng.sample(HELPFUL, rng.randint(1, 4)), str(rng.randint(0, 99))])
            return Completion(f"<prompt>{text}</prompt>" if "<prompt>" in request.text else text)
        instruction, review = request.text.split("\n")[:2]
        return verdict(review, rng.random() < 0.3 + 0.12 * sum(word in instruction for word in HELPFUL))
