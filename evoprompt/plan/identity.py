"""What a run is: all that its outcome depends on, so that a folder is gone on with by the same run alone."""

from __future__ import annotations

import hashlib
import inspect
import json
import sys
from collections.abc import Sequence
from typing import Any

from deap import base as deap_base

from evoprompt.genome import Genome
from evoprompt.models.model import Model
from evoprompt.plan.budget import Budget
from evoprompt.plan.stopping import Aim
from evoprompt.search.recipe import Recipe
from evoprompt.storage.difference import AIM, BUDGET
from evoprompt.tasks.example import Example
from evoprompt.tasks.scoring.scorer_file import MODULE
from evoprompt.tasks.splits import SPLITS
from evoprompt.tasks.task import Task
from evoprompt.variation.operator import takes_schema
from evoprompt.version import __version__


def identity(
    task: Task,
    seeds: Sequence[Genome],
    *,
    model: Model,
    operator_model: Model,
    recipe: Recipe,
    budget: Budget,
    aim: Aim,
    seed: int,
    toolbox: deap_base.Toolbox,
) -> dict[str, Any]:
    """Everything that shapes a run, by name, as plain JSON values. The number of jobs does not, nor do timeouts."""
    settings = {f"the recipe's {name}": value for name, value in recipe.to_json()["settings"].items()}
    limits = {f"{BUDGET}{name}": value for name, value in budget.to_json().items()}
    limits |= {f"{AIM}{name}": value for name, value in aim.to_json().items()}
    examples = {f"the {name} examples": _digest(task.split(name)) for name in SPLITS}
    plain: dict[str, Any] = json.loads(
        json.dumps(
            {
                "evoprompt's version": __version__,
                "the random seed": seed,
                "the model": model.name,
                "the operator model": operator_model.name,
                "the model's further arguments": getattr(model, "settings", None),
                "the operator model's further arguments": getattr(operator_model, "settings", None),
                # Null for none, as in the folders of runs that knew no schemas.
                "the operator model's structured output": takes_schema(operator_model) or None,
                "the judge's further arguments": getattr(task.judge, "settings", None),
                "the recipe": recipe.name,
                **settings,
                **limits,
                "the seed prompts": [genome.to_json() for genome in seeds],
                "the task's template": task.template,
                "the task's system template": task.system,
                "the task's shot template": task.shot_template,
                "the task's shots_as": task.shots_as,
                "the task's cue": task.cue,
                "the task's format": task.format,
                "the task's genes": task.genes,
                "the task's max_tokens": task.max_tokens,
                "the task's stop texts": task.stop,
                "the task's description": task.description,
                "the task's protected texts": task.kept,
                "the task's max_length": task.max_length,
                "the task's name": task.name,
                "the scorer": task.scorer_name,
                "the judge": task.judge and task.judge.name,
                "the scorer's code": _code(task.scorer),
                **examples,
                "the toolbox": sorted(set(vars(toolbox)) - set(vars(deap_base.Toolbox()))),
            }
        )
    )
    return plain


def _digest(examples: Sequence[Example]) -> str:
    digest = hashlib.sha256()
    for example in examples:
        digest.update(json.dumps([example.id, dict(example.fields), example.target]).encode())
    return digest.hexdigest()[:16]


def _code(scorer: Any) -> str:
    """A short name made from a scorer's source; empty where it has none, or is one of ours.

    Of a scorer that was named by its file, all of the file counts: it may call what else stands there.
    """
    thing: Any = scorer if inspect.isroutine(scorer) else type(scorer)
    module = str(getattr(thing, "__module__", ""))
    if module.startswith("evoprompt."):
        return ""
    if module.startswith(MODULE):
        thing = sys.modules[module]
    try:
        source = inspect.getsource(thing)
    except (OSError, TypeError):
        return ""
    return hashlib.sha256(source.encode()).hexdigest()[:16]
