from __future__ import annotations

import json
from dataclasses import dataclass

import pytest
from deap import base
from toys import SEEDS, ToyModel, toy_recipe, toy_task

from evoprompt.genome import Genome
from evoprompt.models.hosted.litellm_model import LiteLLM
from evoprompt.plan.budget import Budget
from evoprompt.plan.identity import identity
from evoprompt.plan.stopping import Aim
from evoprompt.storage.difference import difference


def about(task=None, **changes):
    settings = {
        "model": ToyModel(),
        "operator_model": ToyModel(),
        "recipe": toy_recipe(),
        "budget": Budget(calls=100),
        "aim": Aim(),
        "seed": 0,
        "toolbox": base.Toolbox(),
    }
    return identity(task or toy_task(20), [Genome(text) for text in SEEDS], **{**settings, **changes})


def test_two_runs_alike_are_the_same_run_also_after_a_file():
    assert difference(json.loads(json.dumps(about())), about()) == ""


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"seed": 1}, "the random seed was 0 and is 1"),
        ({"budget": Budget(calls=100, dollars=1.0)}, "the budget's dollars was not set and is 1.0"),
        ({"task": toy_task(20, shot_template="{number} {target}")}, "the task's shot template was"),
        ({"task": toy_task(20, stop=("x",))}, "the task's stop texts was not set and is"),
        ({"task": toy_task(22)}, "the train examples changed, the dev examples changed, the test examples changed"),
        (
            {"model": LiteLLM("toy", extra={"reasoning_effort": "low"})},
            "the model's further arguments was not set and is {'reasoning_effort': 'low'}",
        ),
    ],
)
def test_what_differs_is_named(changes, says):
    assert says in difference(about(), about(**changes))


def test_where_the_server_stands_and_how_it_is_called_do_not_shape_a_run():
    one = LiteLLM("openai/m", api_base="http://127.0.0.1:1/v1", timeout=5, retries=1, requests_per_minute=9)
    two = LiteLLM("openai/m", api_base="http://127.0.0.1:2/v1", api_key="sk-another-key-of-mine")
    assert difference(about(model=one), about(model=two)) == ""
    assert "another-key" not in json.dumps(about(model=two))


def test_a_changed_scorer_is_found_by_its_code(tmp_path):
    def scorer_of(body):
        path = tmp_path / f"scorer{len(list(tmp_path.iterdir()))}.py"
        path.write_text(f"def scorer(output, example):\n    return {body}\n")
        names = {"__name__": "mine"}
        exec(compile(path.read_text(), str(path), "exec"), names)
        return names["scorer"]

    one, same, other = (toy_task(20, scorer=scorer_of(body)) for body in ("1.0", "1.0", "0.5"))
    assert difference(about(one), about(same)) == ""
    assert difference(about(one), about(other)) == "the scorer's code changed"


def test_selections_in_a_toolbox_are_part_of_the_run():
    toolbox = base.Toolbox()
    toolbox.register("select", max)
    assert "the toolbox was [] and is ['select']" in difference(about(), about(toolbox=toolbox))


def test_long_values_are_cut_in_the_message():
    long = toy_task(20, description="x" * 5000)
    assert len(difference(about(), about(long))) < 200


def test_a_scorer_that_holds_a_function_is_the_same_in_every_process():
    @dataclass(frozen=True)
    class Held:
        function: object

        def __call__(self, output, example):
            return 1.0

    one, other = toy_task(20, scorer=Held(lambda: 1)), toy_task(20, scorer=Held(lambda: 2))
    assert difference(about(one), about(other)) == ""
    assert one.fingerprint == other.fingerprint
