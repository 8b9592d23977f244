"""Recipes: whole systems under a name, with their settings."""

from __future__ import annotations

import inspect
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, overload

from deap import base as deap_base

from evoprompt.genome import Genome
from evoprompt.search.allocation import Allocation, Full
from evoprompt.search.strategies import Strategy
from evoprompt.tasks.evaluation import Evaluation
from evoprompt.tasks.task import Task
from evoprompt.text.options import check_options, options_of
from evoprompt.variation.operator import Operator, Registry, culprit


def mean_score(evaluation: Evaluation) -> float:
    """The plain fitness: the mean score over the examples."""
    return evaluation.value


@dataclass(frozen=True)
class Start:
    """What a recipe begins from.

    Attributes:
        task: The task without its dev and test examples.
        seeds: The user's prompts; at least 1.
        rng: Where the strategy's chance comes from.
        toolbox: The user's DEAP toolbox; empty where none was given.
        operator_model: Name of the model that will write prompts; empty where nobody said.
    """

    task: Task
    seeds: tuple[Genome, ...]
    rng: random.Random
    toolbox: deap_base.Toolbox
    operator_model: str = ""


@dataclass(frozen=True)
class Search:
    """What a recipe makes: a strategy with its founders and operators, and how genomes are judged.

    Attributes:
        strategy: The search loop.
        allocation: Which answers to buy.
        fitness: From an evaluation to the one value that selection compares.
    """

    strategy: Strategy
    allocation: Allocation = field(default_factory=Full)
    fitness: Callable[[Evaluation], float] = mean_score


RecipeFunction = Callable[..., Search]


class RecipeError(RuntimeError):
    """A recipe failed with an error of its own; the message names recipe, file and line."""


@dataclass(frozen=True)
class Recipe:
    """A published (or our own) system under a name.

    Attributes:
        name: Unique among the registered recipes.
        function: `(start, *, settings...) -> Search`.
        source: The paper, as `Guo 2023, arXiv 2309.08532`; empty for our own.
        bound: Settings that `using` has bound.
    """

    name: str
    function: RecipeFunction
    source: str = ""
    bound: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def using(self, /, **settings: Any) -> Recipe:
        """The same recipe with settings bound by name.

        Raises:
            TypeError: An unknown setting, or a value of another type; the message lists the known settings.
            ValueError: A value out of its range.
        """
        checked = check_options(f"recipe {self.name!r}", self.function, settings)
        return replace(self, bound={**self.bound, **checked})

    @property
    def settings(self) -> dict[str, Any]:
        """All settings with the values in force."""
        return {**options_of(self.function), **self.bound}

    @property
    def summary(self) -> str:
        """The first line of the function's docstring."""
        return (self.function.__doc__ or "").strip().split("\n")[0]

    @property
    def description(self) -> str:
        """All that the function's docstring says."""
        return inspect.getdoc(self.function) or ""

    @property
    def differences(self) -> str:
        """How it differs from its paper: the docstring's paragraph that begins with these words; empty for none."""
        paragraphs = [" ".join(each.split()) for each in self.description.split("\n\n")]
        return next((each for each in paragraphs if each.startswith("Differs from")), "")

    def build(self, start: Start) -> Search:
        """The search, ready to be asked.

        Raises:
            ValueError: The recipe does not take this task or these seeds.
            RecipeError: The recipe failed with another error of its own (a RuntimeError).
        """
        try:
            search = self.function(start, **self.bound)
            if not isinstance(search, Search):
                raise TypeError(f"a recipe returns a Search, got {type(search).__name__}")
        except ValueError:
            raise
        except Exception as error:
            raise RecipeError(f"recipe {self.name!r} failed: {error!r}{culprit(error)}") from error
        return search

    def to_json(self) -> dict[str, Any]:
        """Name and settings as plain JSON values."""
        return {"name": self.name, "settings": {name: _plain(value) for name, value in self.settings.items()}}


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, Mapping):
        return {str(_plain(key)): _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    if isinstance(value, Operator):
        return str(value)
    return getattr(value, "__qualname__", type(value).__qualname__)


_RECIPES = Registry("recipe")


@overload
def recipe(name: RecipeFunction, /) -> Recipe: ...


@overload
def recipe(name: str | None = None, *, source: str = "") -> Callable[[RecipeFunction], Recipe]: ...


def recipe(
    name: str | RecipeFunction | None = None, *, source: str = ""
) -> Recipe | Callable[[RecipeFunction], Recipe]:
    """Register a function as a recipe, under its own name with dashes unless another is given.

    `@recipe` alone will do, too.

    Raises:
        ValueError: Another recipe has this name.
        TypeError: A setting without a default; a name that is no text.
    """
    if callable(name):
        return recipe()(name)
    if name is not None and not isinstance(name, str):
        raise TypeError(f"a recipe's name must be a text, got {name!r}")

    def register(function: RecipeFunction) -> Recipe:
        options_of(function)
        made: Recipe = _RECIPES.add(Recipe(name or function.__name__.replace("_", "-"), function, source))
        return made

    return register


def get_recipe(name: str) -> Recipe:
    """The recipe of this name: built in, from a script, or from an installed plug-in.

    Raises:
        KeyError: No such recipe; the message lists the known ones.
    """
    found: Recipe = _RECIPES.get(name)
    return found


def known_recipes() -> dict[str, Recipe]:
    """Every known recipe by name, sorted."""
    return _RECIPES.all()
