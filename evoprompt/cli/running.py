"""The commands that run: the demo, and a search over a table."""

from __future__ import annotations

import importlib
import json
import os
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, NamedTuple

import click
from joblib import parallel_config

from evoprompt.budget import Budget
from evoprompt.cli.given import (
    SERVER,
    arguments_given,
    refuse_together,
    replaced,
    settings_of,
    text_given,
    without_secrets,
)
from evoprompt.cli.going_on import free, sizes_in, unfinished
from evoprompt.cli.group import (
    INTERRUPTED,
    Broken,
    Mistake,
    Unavailable,
    check_n_jobs,
    cli,
    doubts_said,
    echo,
    load,
    mistakes,
    prepare,
    say,
    with_plugins,
)
from evoprompt.cli.showing import PICTURE
from evoprompt.data import READERS
from evoprompt.embedded import DEFAULT_MODEL, LOCAL
from evoprompt.evolution import Evolution, NothingEvaluated
from evoprompt.example import AnyScorer
from evoprompt.files import write_whole
from evoprompt.folder import note_in, other_run_in
from evoprompt.judge import Judge
from evoprompt.limits import SmallBudget
from evoprompt.model import Model, ModelUnavailable, Refused
from evoprompt.models import as_model
from evoprompt.operator import OperatorError, UnknownName
from evoprompt.preview import preview
from evoprompt.recipe import Recipe, RecipeError, get_recipe
from evoprompt.record import FILE
from evoprompt.result import Result
from evoprompt.rows import DataWarning
from evoprompt.scorer_file import is_file_and_name, scorer_in_file
from evoprompt.scorer_names import AUTO, SCORERS
from evoprompt.secrecy import scrubbed
from evoprompt.setup_check import BrokenSetup
from evoprompt.store import StoreError
from evoprompt.tabular import Table, check_shown, described
from evoprompt.task import Task
from evoprompt.terminal import one_line, shown

DEMO = "evoprompt.benchmarks.demo"  # a name and no import: the engine knows no data set
PROMPT, SAVED = "prompt.txt", "prompt.json"


@cli.command()
@click.option("--seed", default=0, show_default=True, help="Of all chance in the run.")
@click.option("--calls", type=int, help="The most model calls.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("runs/demo"), show_default=True, help="Folder.")
@click.option("--n-jobs", type=int, help="Calls at once.")
def demo(seed: int, calls: int | None, out: Path, n_jobs: int | None) -> None:
    """Evolve a prompt for the built-in data and model.

    No account, no key; the model is downloaded once. An earlier demo in the folder is replaced.
    """
    module = importlib.import_module(DEMO)
    check_n_jobs(n_jobs)
    jobs = nullcontext() if n_jobs is None else parallel_config(backend="threading", n_jobs=n_jobs)
    with jobs, mistakes(ValueError):
        try:
            result: Result = module.run(seed=seed, out=out, calls=calls)
        except NothingEvaluated as error:  # Ctrl-C came before the first prompt was evaluated
            raise click.Abort from error
    _finish(result, [out / FILE, out / PICTURE])


@cli.command(
    epilog=f"A table's name ends in {', '.join(READERS)}. Keys of providers are read from the environment. A text that"
    " begins with @ itself is written with @@."
)
@click.argument("data", type=click.Path(path_type=Path))
@click.option(
    "--input", "inputs", multiple=True, required=True, metavar="COLUMN", help="Shown in the prompt. Repeatable."
)
@click.option("--target", required=True, metavar="COLUMN", help="The right answer.")
@click.option(
    "--seed-prompt", "seeds", multiple=True, required=True, metavar="TEXT|@FILE", help="To begin with. Repeatable."
)
@click.option("--system", default="", metavar="TEXT|@FILE", help="System message of the chat; may show {columns}.")
@click.option("--model", default=DEFAULT_MODEL, show_default=True, help="The model to write a prompt for.")
@click.option("--operator-model", metavar="MODEL", help="The model that rewrites prompts.  [default: the same]")
@click.option("--api-base", metavar="URL", help="Server that speaks OpenAI's protocol, for the models not local/...")
@click.option(
    "--model-arg",
    "model_args",
    multiple=True,
    metavar="KEY=VALUE",
    help="Passed on with every call to the model, such as reasoning_effort=low; to the operator model too, where it is"
    " the same. Repeatable.",
)
@click.option(
    "--operator-model-arg",
    "operator_model_args",
    multiple=True,
    metavar="KEY=VALUE",
    help="Likewise for the operator model alone. Repeatable.",
)
@click.option("--recipe", default="default", show_default=True, help="How to search; see `evoprompt recipes`.")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="A setting of the recipe. Repeatable.")
@click.option("--calls", type=int, help="The most model calls, the sealed test included.  [default: 2000]")
@click.option("--dollars", type=float, help="The most money.")
@click.option("--tokens", type=int, help="The most tokens, read and written.")
@click.option("--seconds", type=float, help="The longest time.")
@click.option(
    "--target-score",
    type=float,
    metavar="SCORE",
    help="Stop at this score on dev, from 0 to 1.  [default: a perfect one]",
)
@click.option(
    "--patience", type=int, metavar="N", help="Stop after N generations without gain.  [default: use the budget up]"
)
@click.option("--n-jobs", type=int, help="Calls at once.  [default: 8 on a server, else 1]")
@click.option("--timeout", type=float, metavar="SECONDS", help="Until a call to a server is given up.  [default: 60]")
@click.option("--retries", type=int, metavar="N", help="Tries after the first one of such a call.  [default: 5]")
@click.option("--requests-per-minute", type=int, metavar="N", help="The most calls to a model on a server in a minute.")
@click.option("--tokens-per-minute", type=int, metavar="N", help="The most tokens, read and written, in a minute.")
@click.option("--seed", default=0, show_default=True, help="Of all chance in the run.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The run's folder; a run that stopped there goes on.  [default: runs/<data>; with -2 ... where that is taken]",
)
@click.option("--cache", type=click.Path(path_type=Path), metavar="FILE", help="Answers that runs share: paid once.")
@click.option(
    "--on-error",
    type=click.Choice(["zero", "raise"]),
    default="zero",
    show_default=True,
    help="What an answer that the provider refuses does: score 0, or end the run.",
)
@click.option(
    "--max-refused",
    type=float,
    default=0.1,
    show_default=True,
    metavar="SHARE",
    help="Stop when more than this share of a generation's answers is refused.",
)
@click.option(
    "--setup-check/--no-setup-check",
    "check_setup",
    default=True,
    help="Stop, or go on all the same, where the answers to the seed prompts say nothing about prompts.",
)
@click.option("--template", default="", help=r"With {instruction} and {columns}; \n is a line break.")
@click.option(
    "--scorer",
    metavar="NAME|FILE.py:NAME",
    help=f"{', '.join(SCORERS)}, or a function (output, example) in a file.  [default: auto]",
)
@click.option("--judge", metavar="MODEL", help="The model that grades answers, in place of a scorer.")
@click.option("--criteria", metavar="TEXT|@FILE", help="What makes an answer good, for the judge.")
@click.option("--judge-arg", "judge_args", multiple=True, metavar="KEY=VALUE", help="As --model-arg, for the judge.")
@click.option("--format", type=click.Choice(["auto", "chat", "completion"]), default="auto", show_default=True)
@click.option("--train", metavar="N|SHARE|FILE", help="Examples that feed operators and shots.")
@click.option("--dev", metavar="N|SHARE|FILE", help="Examples that steer the search.  [default: what the calls afford]")
@click.option("--test", metavar="N|SHARE|FILE", help="Examples sealed until the end.  [default: what the calls afford]")
@click.option("--name", help="The task's name.  [default: the file's]")
@click.option("--description", default="", metavar="TEXT", help="The task in words, for operators.")
@click.option("--max-tokens", type=int, help="The most tokens of an answer.")
@click.option("--dry-run", is_flag=True, help="Say what the run would take, and begin nothing.")
@click.option("--quiet", is_flag=True, help="Print the best prompt alone.")
@with_plugins
def run(data: Path, plugins: Sequence[str], quiet: bool, out: Path | None, dry_run: bool, **given: Any) -> None:
    """Evolve a prompt for the examples of a table.

    Without --out, the same command goes on with its run where that did not come to its end.
    """
    load(plugins)
    refuse_together(given)
    given |= _texts(given)
    check_n_jobs(given["n_jobs"])
    asked = _asked(data, given)
    folder, task = _settled(asked, out, quiet=quiet, dry_run=dry_run)
    if not quiet:
        chosen = f"recipe {asked.recipe.name}; model {asked.model.name}" + ("" if dry_run else f"; record in {folder}")
        click.echo(f"{one_line(described(task))}; {one_line(chosen)}", err=True)
    if dry_run:
        with _begun(asked, task, None, progress=False) as begun:
            echo(["The first request:", *preview(begun.first_request()), "", str(begun.estimate())])
        return
    if (folder / FILE).exists() and not quiet:
        say(f"{folder} holds a run; it goes on where it stopped, and pays for nothing twice", 0)
    prepare(*dict.fromkeys((asked.model, asked.operator_model, *asked.judges)))
    noted = {"at": str(Path.cwd()), "data": str(data), "plugins": list(plugins), **_without_secrets(given)}
    result = _evolve(asked, task, folder, progress=not quiet, noted=json.loads(json.dumps(noted, default=str)))
    _handed_over(result, folder, quiet=quiet)


@cli.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--api-base", metavar="URL", help="The models' server, where it has moved or its address holds a key.")
@click.option("--model-arg", "model_args", multiple=True, metavar="KEY=VALUE", help="Again, where it is a secret.")
@click.option("--judge-arg", "judge_args", multiple=True, metavar="KEY=VALUE", help="Likewise for the judge.")
@click.option("--quiet", is_flag=True, help="Print the best prompt alone.")
def finish(
    folder: Path, api_base: str | None, model_args: Sequence[str], judge_args: Sequence[str], quiet: bool
) -> None:
    """End a run that stopped on its way: with the sealed test of the best prompt so far, and no further search."""
    folder = folder.resolve()
    noted = note_in(folder)
    if noted is None:
        raise Mistake(
            f"{folder} holds no run that `evoprompt run` began; the run of a script is ended by"
            " Evolution(...).wind_up(), with the arguments that began it"
        )
    if api_base:
        noted["api_base"] = api_base
    for name, more in (("model_args", model_args), ("judge_args", judge_args)):
        noted[name] = replaced(noted[name], more)
    data, plugins, there = Path(noted.pop("data")), noted.pop("plugins"), noted.pop("at")
    with chdir(there):  # where the command's files were named
        load(plugins)
        asked = _asked(data, noted)
        with mistakes(ValueError), doubts_said():
            task = _task(asked, sizes_in(folder))
        prepare(*dict.fromkeys((asked.model, *asked.judges)))
        result = _evolve(asked, task, folder, progress=not quiet, ends=True)
        _handed_over(result, folder, quiet=quiet)


def _without_secrets(given: Mapping[str, Any]) -> dict[str, Any]:
    """The options as a folder may keep them."""
    address = given["api_base"]
    arguments = {name: without_secrets(pairs) for name, pairs in given.items() if name.endswith("_args")}
    return {**given, **arguments, "api_base": address if address == scrubbed(address or "") else None}


def _handed_over(result: Result, folder: Path, *, quiet: bool) -> None:
    """Write the prompt into the run's folder, and report."""
    write_whole(folder / PROMPT, result.prompt + "\n")
    result.save(folder / SAVED)
    _finish(result, [folder / FILE, folder / PROMPT, folder / SAVED], quiet=quiet)


# What the options of `run` come to


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
    # The same model by another name for its part: what is said of the one holds for both, and more may be said here.
    both = {**own, **its} if operator == names[0] else its
    operator_model = (
        model if operator == names[0] and not its else _model(operator, "--operator-model-arg", both, remote)
    )
    return model, operator_model, _judge(given, remote)


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
    try:
        value = json.loads({"True": "true", "False": "false", "None": "null"}.get(text, text))
    except (ValueError, RecursionError):
        return text
    return tuple(value) if isinstance(value, list) else value


def _budget(given: Mapping[str, Any]) -> Budget:
    limits = {name: given[name] for name in ("calls", "tokens", "dollars", "seconds") if given[name] is not None}
    return Budget(**{"calls": 2_000, **limits})  # no other limit stops a run of a free model, or of unknown price


class _Asked(NamedTuple):
    """What a command line asks for, apart from its task, which depends on the run that is gone on with."""

    data: Path
    given: Mapping[str, Any]
    model: Model
    operator_model: Model
    judges: Sequence[Model]
    scorer: AnyScorer | str
    recipe: Recipe
    budget: Budget


def _asked(data: Path, given: Mapping[str, Any]) -> _Asked:
    model, operator_model, judge = _models(given)
    recipe = _recipe(given["recipe"], given["settings"])
    with mistakes(ValueError):
        budget, scorer = _budget(given), _scorer(given, judge)
        return _Asked(data, given, model, operator_model, [judge] if judge else [], scorer, recipe, budget)


def _task(asked: _Asked, sizes: Mapping[str, int]) -> Task:
    given = asked.given
    settings = {name: given[name] for name in ("name", "description", "system") if given[name]}
    if given["max_tokens"] is not None:
        settings["max_tokens"] = given["max_tokens"]
    inputs = tuple(dict.fromkeys(filter(None, (name.strip() for text in given["inputs"] for name in text.split(",")))))
    task = Table(
        data=asked.data,
        inputs=inputs,
        local=given["model"].startswith(LOCAL),
        calls=asked.budget.calls or 2_000,
        sizes=sizes,
        settings=tuple(settings.items()),
        scorer=asked.scorer,
        **{name: given[name] for name in ("target", "template", "format", "train", "dev", "test")},
    ).task()
    check_shown(task, inputs, given["seeds"])
    return task


def _settled(asked: _Asked, out: Path | None, *, quiet: bool, dry_run: bool) -> tuple[Path, Task]:
    """The run's folder, and its task: those of an equal run that is unfinished, where the user names no folder."""
    usual = Path("runs") / asked.data.stem
    with mistakes(ValueError), doubts_said():
        for folder in [] if out or dry_run else unfinished(usual):
            task = _task(asked, sizes_in(folder))
            if not (why := _other_run_in(folder, asked, task)):
                return folder, task
            if not quiet:
                say(f"{folder} holds a run that did not come to its end, and another one: {why}; this one is new", 0)
        return out or free(usual), _task(asked, sizes_in(out) if out else {})


def _other_run_in(folder: Path, asked: _Asked, task: Task) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)  # said when the run begins
        run = _evolution(asked, task, None, progress=False)
    try:
        return other_run_in(folder, run.identity)
    except StoreError as error:
        return str(error)


@contextmanager
def chdir(folder: str) -> Iterator[None]:
    """The folder as the one that names of files begin in; back again after it."""
    before = Path.cwd()
    try:
        os.chdir(folder)
        yield
    finally:
        os.chdir(before)


# Runs


def _begun(asked: _Asked, task: Task, folder: Path | None, *, progress: bool) -> Evolution:
    """The run at its beginning; without a folder, nothing is written anywhere."""
    with mistakes(ValueError, RecipeError), doubts_said(), _budgets_said():
        return _evolution(asked, task, folder, progress=progress)


def _evolution(asked: _Asked, task: Task, folder: Path | None, *, progress: bool) -> Evolution:
    given = asked.given
    return Evolution(
        task,
        given["seeds"],
        model=asked.model,
        operator_model=asked.operator_model,
        recipe=asked.recipe,
        budget=asked.budget,
        target_score=given["target_score"],
        patience=given["patience"],
        n_jobs=given["n_jobs"],
        seed=given["seed"],
        run_dir=folder,
        cache=given["cache"] if folder else None,
        on_error=given["on_error"],
        max_refused=given["max_refused"],
        check_setup=given["check_setup"],
        progress=progress,
    )


@contextmanager
def _budgets_said() -> Iterator[None]:
    """Say of a budget that is too small how the command line goes on all the same."""
    try:
        yield
    except SmallBudget as error:
        raise Mistake(
            f"{error.problem}; --no-setup-check goes on all the same" if error.is_enough_for_seeds else error.problem
        ) from error


def _evolve(
    asked: _Asked, task: Task, folder: Path, *, progress: bool, noted: Any = None, ends: bool = False
) -> Result:
    """The loop of `evolve`, with the places marked where an error is the user's.

    Args:
        noted: What to keep in the folder of the command that runs.
        ends: Ask for nothing more than the sealed test.
    """
    run = _begun(asked, task, folder, progress=progress)
    if noted:
        run.note(noted)
    if progress and sys.stderr.isatty():
        click.echo("\n".join(["The first request:", *preview(run.first_request())]), err=True)
    if ends:
        run.end()
    try:
        with run, run.interruptible():
            while births := run.ask():
                with mistakes(OperatorError):
                    individuals = run.bear(births)
                with mistakes(ValueError):  # a choice or a target that scorer or model can't take
                    evaluated = run.evaluate(individuals)
                run.tell(evaluated)
            return _result(run)
    except BrokenSetup as error:
        raise Broken(
            f"{error.problem} (what was paid for is kept in {folder}; --no-setup-check --out {folder} goes on all the same)",
            error.lines,
        ) from error
    except (ModelUnavailable, Refused) as error:
        raise Unavailable(f"{error} (what was paid for is kept: run it again with --out {folder} to go on)") from error


def _result(run: Evolution) -> Result:
    try:
        return run.finish()
    except Refused:
        raise
    except NothingEvaluated as error:
        if run.stopped == "interrupted":
            raise click.Abort from error
        raise Mistake(str(error)) from error


def _finish(result: Result, files: Sequence[Path], *, quiet: bool = False) -> None:
    if quiet:
        click.echo(shown(result.prompt))
    else:
        *report, verdict = str(result).split("\n")
        echo([*report, "", *(f"wrote {file}" for file in files), "", verdict])
    if result.stopped == "interrupted":
        click.get_current_context().exit(INTERRUPTED)
