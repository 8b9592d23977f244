"""When a search is given up because its births come to nothing."""

from __future__ import annotations

import random

import pytest
from toys import (
    LABELS,
    REWRITE,
    SWAPPER,
    TEMPLATE,
    Fallible,
    ToyModel,
    Watched,
    lines_of,
    made_by,
    run,
    toy_recipe,
)

import evoprompt as ep
from evoprompt.genome import Genome
from evoprompt.models.model import Completion
from evoprompt.plan.barren import FEWEST, MOST, Barren
from evoprompt.plots.report import report
from evoprompt.search.strategies import Differential, HillClimb, Sampling, SteadyState
from evoprompt.tasks.scoring.scorers import Choice
from evoprompt.testing import Landscape
from evoprompt.variation.operator import Birth, Born

RECIPES = ["best-of-n", "evoprompt-ga", "evoprompt-de", "promptbreeder"]


class Dead:
    """An operator model whose content is always null."""

    name = "openai/null"

    def complete(self, request):
        return Completion("", 20, 0)


def by_rewriting(parents, context):
    """A rewriting that an empty answer makes none."""
    genome = parents[0].genome
    if not (text := context.ask(REWRITE + genome["instruction"])):
        raise ep.NoChild("there is no text where the prompt should be")
    return genome.with_gene("instruction", text)


WRITER = made_by(by_rewriting)


def searched(name, operator_model, budget=2_000, **settings):
    landscape = Landscape.drawn(3)
    task, seeds = landscape.task(20, 20, 20), landscape.seed_prompts(2)
    models = {"model": landscape.model(), "operator_model": operator_model}
    return ep.evolve(task, seeds, **models, recipe=name, budget=budget, progress=False, **settings)


def births_of(result):
    return [line for line in result.record.of("birth") if line["operator"] != "seed"]


@pytest.mark.parametrize("name", RECIPES)
def test_a_dead_operator_model_ends_the_search_of_every_recipe_long_before_the_budget(name):
    result = searched(name, Dead())
    assert "births in a row came to nothing, mostly: " in result.stopped
    assert result.stopped.endswith("; look at the operator model openai/null")
    assert len(births_of(result)) < 2 * FEWEST
    assert result.total.calls < 2_000 / 4
    assert result.test is not None


def test_the_verdict_and_the_report_advise_no_larger_budget_then():
    result = run(recipe=toy_recipe(WRITER, fill=WRITER), operator_model=Dead(), budget=2_000)
    assert result.conclusion.kind == "same"
    assert "take another operator model" in result.conclusion.sentence
    assert "budget" not in result.conclusion.sentence
    assert report(result.record).splitlines()[-1] == str(result).splitlines()[-1] == str(result.conclusion)
    assert result.record.one("test")["conclusion"] == result.conclusion.to_json()


@pytest.mark.parametrize("strategy", [Differential, HillClimb, Sampling, SteadyState])
def test_a_model_that_falls_silent_on_the_way_ends_the_search_as_well(strategy):
    class Silenced(ToyModel):
        """Writes until the prompt has been rewritten some times."""

        name = "openai/tired"
        written = 0

        def complete(self, request):
            self.written += 1
            return super().complete(request) if self.written <= 30 else Completion("", 9, 0)

    recipe = toy_recipe(WRITER, strategy=strategy, fill=WRITER)
    result = run(recipe=recipe, model=Fallible(), operator_model=Silenced(), budget=4_000)
    assert "births in a row came to nothing, mostly: the model wrote nothing; look at" in result.stopped
    assert result.total.calls < 2_000
    assert len(births_of(result)) <= 30 + FEWEST + 3 * 6


class Repeating:
    """Writes the same prompt whatever it is asked."""

    name = "openai/repeating"

    def __init__(self, text):
        self.text = text

    def complete(self, request):
        return Completion(self.text, 9, 9)


def test_births_that_are_all_refused_for_leaking_end_the_search_and_the_sentence_says_so():
    rows = [
        {"number": f"{n} is the number on the {n % 7}th of the long white doors in the hall {n * 13}", "label": "odd"}
        | ({} if n % 2 else {"label": "even"})
        for n in range(40)
    ]
    sizes = {"train": 0.25, "dev": 0.5, "test": 0.25}
    task = ep.Task.from_records(rows, template=TEMPLATE, target="label", scorer=Choice(LABELS), name="doors", **sizes)
    leaking = Repeating(f"Say even or odd, as for the number {task.dev[0].fields['number']}")
    result = run(task, recipe=toy_recipe(WRITER, fill=WRITER), model=Doors(), operator_model=leaking, budget=2_000)
    assert "births in a row came to nothing, mostly: " in result.stopped
    assert "dev example" in result.stopped
    assert result.total.calls < 500


class Doors(Fallible):
    """Reads the number at the beginning of the text."""

    def complete(self, request):
        number = request.text.rpartition("Number: ")[2].split()[0]
        return Completion(LABELS[(int(number) + (int(number) % 5 == 0)) % 2], 9, 1)


def test_where_shots_alone_make_children_the_search_goes_on():
    result = searched("default", Dead(), budget=1_000)
    assert "the budget of 1000 calls is spent" in result.stopped
    assert result.improved


@pytest.mark.parametrize("rate", [0.15, 0.25])
def test_a_recipe_whose_births_succeed_seldom_is_not_stopped(rate):
    def seldom(parents, context):
        """A rewriting that succeeds in so many births; of three tries each."""
        text = context.ask(REWRITE + parents[0].genome["instruction"])
        if context.rng.random() > 1 - (1 - rate) ** (1 / 3):
            raise ep.NoChild("chatter instead of a prompt")
        return parents[0].genome.with_gene("instruction", text)

    writer = made_by(seldom)
    for seed in range(4):
        recipe = toy_recipe(writer, strategy=Differential, fill=writer, at_once=1)
        result = run(recipe=recipe, model=Fallible(), budget=3_000, seed=seed)
        assert "the budget of 3000 calls is spent" in result.stopped


@pytest.mark.parametrize(("rate", "most"), [(0.15, 0.01), (0.5, 0.0)])
def test_such_a_search_is_given_up_by_bad_luck_once_in_hundreds_of_runs(rate, most):
    def is_given_up(seed):
        rng, barren = random.Random(seed), Barren("any")
        births = [Birth(WRITER, (), slot) for slot in range(400)]
        for place, birth in enumerate(births):
            barren.take(birth, Born(Genome(f"prompt {place}") if rng.random() < rate else None, ("no",)), place)
            if barren.reached(10):
                return True
        return False

    assert sum(map(is_given_up, range(1_000))) <= most * 1_000


def test_edits_without_a_model_end_as_they_did():
    def nothing(parents, context):
        raise ep.NoChild("nothing to delete")

    result = run(recipe=toy_recipe(made_by(nothing, calls=0), fill=None), budget=400)
    assert "brought no new prompt" in result.stopped


def test_a_child_that_no_model_wrote_keeps_the_search_alive():
    recipe = toy_recipe([WRITER, SWAPPER], fill=None, size=4)
    seeds = ["one two three four five six seven", "a b c d e f g"]
    result = run(recipe=recipe, model=Fallible(), operator_model=Dead(), budget=600, seeds=seeds)
    assert "the budget of 600 calls is spent" in result.stopped


def test_one_generation_of_any_size_is_not_enough():
    barren, born = Barren("any"), Born(None, ("no",))
    for slot in range(3 * MOST):
        barren.take(Birth(WRITER, (), slot), born, 1)
    assert barren.reached(2) == ""
    barren.take(Birth(WRITER, (), 0), born, 2)
    assert barren.reached(2)


def test_the_reason_is_the_commonest_kind_whatever_it_quotes():
    barren = Barren("any")
    for number in range(FEWEST):
        reason = f"chatter instead of a prompt: 'Sure {number}'" if number % 3 else "the tag is missing"
        barren.take(Birth(WRITER, (), 0), Born(None, (reason,)), number)
    assert "mostly: chatter instead of a prompt: 'Sure 1'; look at" in barren.reached(2)


def test_any_number_of_threads_and_going_on_come_to_the_same_end(tmp_path):
    recipe = toy_recipe(WRITER, fill=WRITER)
    arguments = {"recipe": recipe, "model": Fallible(), "budget": 2_000}
    whole = run(**arguments, operator_model=Dead())
    assert lines_of(run(**arguments, operator_model=Dead(), n_jobs=64)) == lines_of(whole)

    def fail(number, request):
        if number == 70:
            raise KeyboardInterrupt

    broken = Watched(Dead(), on_call=fail, name=Dead.name)
    with pytest.raises(KeyboardInterrupt):
        run(**arguments, operator_model=broken, run_dir=tmp_path / "run")
    gone_on = run(**arguments, operator_model=Dead(), run_dir=tmp_path / "run")
    assert lines_of(gone_on) == lines_of(whole)
    grown = run(**{**arguments, "budget": 3_000}, operator_model=Dead(), run_dir=tmp_path / "run")
    assert (grown.stopped, grown.total, grown.conclusion) == (whole.stopped, whole.total, whole.conclusion)
