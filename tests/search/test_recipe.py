from __future__ import annotations

import json
import random
from typing import Annotated

import pytest
from deap import base
from toys import REWRITER, run, toy_task

from evoprompt.genome import Genome
from evoprompt.search.recipe import _RECIPES, Recipe, Search, Start, get_recipe, known_recipes, recipe
from evoprompt.search.strategies import Founders, Genetic
from evoprompt.text.options import Range
from evoprompt.variation.operator import known_operators


@pytest.fixture
def registry(monkeypatch):
    """The registry of recipes, put back as it was after the test."""
    known_recipes()
    monkeypatch.setattr(_RECIPES, "_known", dict(_RECIPES._known))


def small(start: Start, *, population_size: Annotated[int, Range(1)] = 4, operators: object = (REWRITER,)) -> Search:
    """A small search.

    More about it.
    """
    return Search(Genetic(Founders(start.seeds, population_size), operators, start.rng, start.toolbox))


def test_a_function_in_a_script_becomes_a_recipe_and_runs_by_name(registry):
    made = recipe("my-small", source="Nobody 2024")(small)
    assert get_recipe("my-small") is made
    assert (made.summary, made.source) == ("A small search.", "Nobody 2024")
    assert run(recipe="my-small").record.lines[0]["recipe"]["name"] == "my-small"


def test_a_recipe_is_named_after_its_function_with_dashes(registry):
    @recipe()
    def my_own_search(start):
        """Mine."""

    assert "my-own-search" in known_recipes()


def test_a_name_taken_twice_is_refused(registry):
    recipe("small")(small)
    with pytest.raises(ValueError, match="two recipes are named 'small'"):

        @recipe("small")
        def other(start):
            """Other."""


def test_an_unknown_recipe_is_named_with_all_known():
    with pytest.raises(KeyError, match=r"no recipe named 'best-of-m'; did you mean 'best-of-n'. Known: "):
        get_recipe("best-of-m")


def test_settings_are_bound_by_name_and_checked_at_once():
    plain = Recipe("small", small)
    assert plain.using(population_size=9).settings["population_size"] == 9
    assert plain.settings["population_size"] == 4
    with pytest.raises(ValueError, match="recipe 'small': population_size must be at least 1, got 0"):
        plain.using(population_size=0)
    with pytest.raises(TypeError, match=r"recipe 'small' has no option 'size'.* Known: operators, population_size"):
        plain.using(size=3)


def test_settings_reach_the_search():
    start = Start(toy_task().for_operators(), (Genome("x"),), random.Random(0), base.Toolbox())
    assert Recipe("small", small).using(population_size=9).build(start).strategy.founders.size == 9


def test_a_bug_in_a_recipe_names_recipe_file_and_line():
    def buggy(start):
        return start.nothing

    line = buggy.__code__.co_firstlineno + 1
    with pytest.raises(RuntimeError, match=rf"recipe 'buggy' failed: AttributeError\(.*\) \({__file__} line {line}\)$"):
        run(recipe=Recipe("buggy", buggy))


def test_a_recipe_that_returns_no_search_is_named():
    with pytest.raises(
        RuntimeError, match=r"recipe 'empty' failed: TypeError.*a recipe returns a Search, got NoneType"
    ):
        run(recipe=Recipe("empty", lambda start: None))


def test_what_a_recipe_says_of_a_value_stays_an_error_of_that_value():
    def fussy(start):
        raise ValueError("the task has no train examples")

    with pytest.raises(ValueError, match=r"^the task has no train examples$"):
        run(recipe=Recipe("fussy", fussy))


def test_settings_stand_in_the_record_as_plain_values():
    data = Recipe("small", small).using(operators={REWRITER: 2.0}).to_json()
    assert json.loads(json.dumps(data)) == data
    assert data["settings"] == {"population_size": 4, "operators": {"toy-rewrite": 2.0}}


def test_every_known_recipe_has_a_summary_and_settings_that_pass_their_own_checks():
    for name, each in known_recipes().items():
        assert each.summary, name
        each.using(**{key: value for key, value in each.settings.items() if value is not None})
        json.dumps(each.to_json())


def test_every_known_operator_has_a_summary_and_options_that_pass_their_own_checks():
    for name, each in known_operators().items():
        assert each.summary, name
        each.using(**{key: value for key, value in each.options.items() if value is not None})
