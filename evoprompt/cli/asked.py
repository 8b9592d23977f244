"""What a command line asks for, as the values that the engine takes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from deap.base import Toolbox

from evoprompt.cli.given import (
    SERVER,
    arguments_given,
    refuse_together,
    settings_of,
    text_given,
    value_of,
    without_secrets,
)
from evoprompt.cli.group import Mistake, mistakes
from evoprompt.models.embedded.model import LOCAL
from evoprompt.models.model import Model
from evoprompt.models.named import as_model
from evoprompt.models.secrecy import scrubbed
from evoprompt.plan.budget import USUAL_CALLS, Budget
from evoprompt.plan.identity import identity
from evoprompt.plan.stopping import Aim
from evoprompt.run.evolution import Evolution, checked_seeds
from evoprompt.search.recipe import Recipe, get_recipe
from evoprompt.tasks.example import AnyScorer
from evoprompt.tasks.judge import Judge
from evoprompt.tasks.scoring.scorer_file import is_file_and_name, scorer_in_file
from evoprompt.tasks.scoring.scorer_names import AUTO, SCORERS
from evoprompt.tasks.tables.tabular import Table, check_shown
from evoprompt.tasks.task import Task
from evoprompt.variation.operator import UnknownName

ARGUMENTS = ("model_args", "operator_model_args", "judge_args")
LIMITS = ("calls", "tokens", "dollars", "seconds")


def name_of(name: str, pair: str) -> str:
    """An argument of a model as the command line names it: `--model-arg api_key`.

    Args:
        name: One of `ARGUMENTS`.
        pair: As it was given, such as `api_key=...`.
    """
    return f"--{name.removesuffix('s').replace('_', '-')} {pair.partition('=')[0].strip()}"


class Asked(NamedTuple):
    """What a command line asks for, apart from its task: that depends on the run which is gone on with.

    Attributes:
        data: The table.
        given: The options by name, with the texts of files in them.
        model, operator_model, judge: The models by role.
        scorer: A scorer or its name.
    """

    data: Path
    given: Mapping[str, Any]
    model: Model
    operator_model: Model
    judge: Model | None
    recipe: Recipe
    budget: Budget
    scorer: AnyScorer | str

    @classmethod
    def of(cls, data: Path, given: Mapping[str, Any]) -> Asked:
        """What the options come to.

        Raises:
            Mistake: Options that do not go together, or that say nothing.
        """
        refuse_together(given)
        return cls._with(data, {**given, **_texts(given)})

    @classmethod
    def _with(cls, data: Path, given: Mapping[str, Any]) -> Asked:
        models = _models(given)
        recipe = _recipe(given["recipe"], given["settings"])
        with mistakes(ValueError):
            return cls(data, given, *models, recipe, _budget(given), _scorer(given, models[-1]))

    @property
    def models(self) -> tuple[Model, ...]:
        """The models that are asked, each once."""
        return tuple(dict.fromkeys(filter(None, (self.model, self.operator_model, self.judge))))

    def to_json(self) -> dict[str, Any]:
        """The options as plain JSON values, without what is secret; `withheld` has the names of what that leaves out."""
        address = self.given["api_base"]
        is_secret = address is not None and address != scrubbed(address)
        kept = {name: without_secrets(self.given[name]) for name in ARGUMENTS}
        left_out = sorted(
            name_of(name, pair) for name in ARGUMENTS for pair in self.given[name] if pair not in kept[name]
        )
        public = {
            **kept,
            "api_base": None if is_secret else address,
            "withheld": [*(["--api-base"] if is_secret else []), *left_out],
        }
        noted: dict[str, Any] = json.loads(
            json.dumps({"data": str(self.data), **self.given, **public}, default=str)  # paths
        )
        return noted

    @classmethod
    def from_json(cls, noted: Mapping[str, Any]) -> Asked:
        """What `to_json` kept."""
        return cls._with(Path(noted["data"]), noted)

    def with_budget_of(self, limits: Mapping[str, Any]) -> Asked:
        """The same with another budget.

        Args:
            limits: As `Budget.to_json` gives them.
        """
        given = {**self.given, **{name: limits.get(name) for name in LIMITS}}
        return self._replace(given=given, budget=Budget(**limits))

    def task(self, sizes: Mapping[str, int]) -> Task:
        """The task.

        Args:
            sizes: How many examples dev and test have in the run that is gone on with; nothing for a new one.

        Raises:
            ValueError: As in `tabular.Table.task`, or a column that no prompt shows.
        """
        given = self.given
        settings = {name: given[name] for name in ("name", "description", "system") if given[name]}
        if given["max_tokens"] is not None:
            settings["max_tokens"] = given["max_tokens"]
        names = (name.strip() for text in given["inputs"] for name in text.split(","))
        inputs = tuple(dict.fromkeys(filter(None, names)))
        task = Table(
            data=self.data,
            inputs=inputs,
            local=given["model"].startswith(LOCAL),
            calls=self.budget.calls or USUAL_CALLS,
            sizes=sizes,
            settings=tuple(settings.items()),
            scorer=self.scorer,
            **{name: given[name] for name in ("target", "template", "format", "train", "dev", "test")},
        ).task()
        check_shown(task, inputs, given["seeds"])
        return task

    @property
    def aim(self) -> dict[str, Any]:
        """Target and patience, as a record has them."""
        return Aim(self.given["target_score"], self.given["patience"]).to_json()

    def identity(self, task: Task) -> dict[str, Any]:
        """All that shapes the run, see `identity.identity`.

        Raises:
            ValueError: A seed prompt that no run may begin with, or a target out of its range.
        """
        given = self.given
        return identity(
            task,
            checked_seeds(task, given["seeds"]),
            model=self.model,
            operator_model=self.operator_model,
            recipe=self.recipe,
            budget=self.budget,
            aim=Aim(given["target_score"], given["patience"]),
            seed=given["seed"],
            toolbox=Toolbox(),
        )

    def evolution(self, task: Task, folder: Path | None, *, progress: bool) -> Evolution:
        """The run at its beginning; without a folder, nothing is written anywhere.

        Raises:
            Errors of `Evolution`.
        """
        given = self.given
        return Evolution(
            task,
            given["seeds"],
            model=self.model,
            operator_model=self.operator_model,
            recipe=self.recipe,
            budget=self.budget,
            run_dir=folder,
            cache=given["cache"] if folder else None,
            progress=progress,
            **{name: given[name] for name in ("target_score", "patience", "n_jobs", "seed")},
            **{name: given[name] for name in ("on_error", "max_refused", "check_setup")},
        )


def _texts(given: Mapping[str, Any]) -> dict[str, Any]:
    """The texts that may stand in a file."""
    criteria = given["criteria"] and text_given("--criteria", given["criteria"])
    system = text_given("--system", given["system"])
    return {
        "seeds": [text_given("--seed-prompt", text) for text in given["seeds"]],
        "system": system,
        "criteria": criteria,
    }


def _models(given: Mapping[str, Any]) -> tuple[Model, Model, Model | None]:
    """The task model, the operator model, and the judge where there is one."""
    operator = given["operator_model"] or given["model"]
    names = [given["model"], operator, *([] if given["judge"] is None else [given["judge"]])]
    remote = {name: given[name] for name in SERVER}
    if all(name.startswith(LOCAL) for name in names):
        for name in (name for name in SERVER if given[name] is not None):
            option = f"--{name.replace('_', '-')}"
            raise Mistake(f"{option} is for a model on a server, but {names[0]} runs in process; name one with --model")
    own, its = (
        arguments_given(f"--{role}-arg", given[f"{role.replace('-', '_')}_args"])
        for role in ("model", "operator-model")
    )
    model = _model(names[0], "--model-arg", own, remote)
    if operator != names[0]:
        return model, _model(operator, "--operator-model-arg", its, remote), _judge(given, remote)
    rewriter = _model(operator, "--operator-model-arg", {**own, **its}, remote) if its else model
    return model, rewriter, _judge(given, remote)


def _judge(given: Mapping[str, Any], remote: Mapping[str, Any]) -> Model | None:
    arguments = arguments_given("--judge-arg", given["judge_args"])
    return None if given["judge"] is None else _model(given["judge"], "--judge-arg", arguments, remote)


def _model(name: str, option: str, arguments: Mapping[str, Any], remote: Mapping[str, Any]) -> Model:
    with mistakes(ValueError, TypeError):
        return as_model(name, **settings_of(name, option, arguments, remote))


def _scorer(given: Mapping[str, Any], judge: Model | None) -> AnyScorer | str:
    if judge is not None:
        return Judge(judge, given["criteria"])
    name = given["scorer"] or AUTO
    if is_file_and_name(name):
        with mistakes(ValueError):
            return scorer_in_file(name)
    if name not in SCORERS:
        raise ValueError(f"--scorer must be one of {', '.join(SCORERS)}, or FILE.py:NAME; got {name!r}")
    return str(name)


def _recipe(name: str, settings: Sequence[str]) -> Recipe:
    with mistakes(UnknownName):
        recipe = get_recipe(name)
    values = {}
    for setting in settings:
        key, equals, text = setting.partition("=")
        if not equals:
            raise Mistake(f"--set takes NAME=VALUE, got {setting!r}")
        if key.strip() in values:
            raise Mistake(f"--set names {key.strip()!r} twice")
        values[key.strip()] = _value(text.strip(), recipe.settings.get(key.strip()))
    with mistakes(TypeError, ValueError):
        return recipe.using(**values)


def _value(text: str, default: Any) -> Any:
    """A setting's text as a value: of a text setting itself, else a number, `true`, `false`, `null` or other JSON."""
    if isinstance(default, str):
        return text
    value = value_of(text)
    return tuple(value) if isinstance(value, list) else value


def _budget(given: Mapping[str, Any]) -> Budget:
    limits = {name: given[name] for name in LIMITS if given[name] is not None}
    return Budget(**{"calls": USUAL_CALLS, **limits})  # no other limit stops a run of a free model, or of unknown price
