from __future__ import annotations

import random

from evoprompt.models.model import Completion
from evoprompt.plan.budget import Budget
from evoprompt.run.evolution import evolve
from evoprompt.search.recipe import get_recipe
from evoprompt.storage.record import without_times
from evoprompt.tasks.task import Task

SEEDS = ["Judge it.", "Say good or bad."]


class Toy:
    """Right at random, more often under some instructions than under others; paraphrases by a number."""

    name = "toy"

    def complete(self, request):
        rng = random.Random(f"{request.text}/{request.draw}")
        if "Good or bad?" not in request.text:
            return Completion(f"Judge it in way {rng.randint(0, 999)}.")
        instruction, review = request.text.split("\n")[:2]
        target = "good" if int(review.split()[-1]) % 2 else "bad"
        right = rng.random() < random.Random(instruction).random()
        return Completion(target if right else {"good": "bad", "bad": "good"}[target])


def run(**settings):
    rows = [{"review": f"number {i}", "label": "good" if i % 2 else "bad"} for i in range(30)]
    template = "{instruction}\n{review}\nGood or bad?"
    task = Task.from_records(rows, template=template, target="label", train=0, dev=20, test=10)
    recipe = get_recipe("best-of-n").using(batch=4)
    return evolve(task, SEEDS, model=Toy(), recipe=recipe, budget=Budget(calls=500), progress=False, **settings)


def test_one_thread_and_eight_make_the_same_record():
    one, eight = run(n_jobs=1), run(n_jobs=8)
    assert without_times(one.record.lines) == without_times(eight.record.lines)


def test_all_children_are_paraphrases_of_the_seeds():
    result = run()
    births = list(result.record.of("birth"))
    seeds = [line["child"] for line in births if line["operator"] == "seed"]
    children = [line for line in births if line["operator"] != "seed"]
    assert len(children) > 8
    assert {line["operator"] for line in children} == {"paraphrase"}
    assert {parent for line in children for parent in line["parents"]} == set(seeds)


def test_the_result_is_the_best_of_all_that_was_tried():
    result = run()
    assert result.best.score == max(line["fitness"] for line in result.record.of("evaluation"))
    assert result.best.score >= result.seed.score
