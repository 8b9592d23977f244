"""The commands that run: the demo, and a search over a table."""

from __future__ import annotations

import importlib
import os
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from joblib import parallel_config

from evoprompt.cli.asked import Asked, name_of
from evoprompt.cli.given import replaced
from evoprompt.cli.going_on import free, is_finished, larger_in, sizes_for, sizes_in, taken
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
from evoprompt.models.embedded.model import DEFAULT_MODEL
from evoprompt.models.model import ModelUnavailable, Refused
from evoprompt.plan.limits import SmallBudget
from evoprompt.run.evolution import Evolution, NothingEvaluated
from evoprompt.run.result import Result
from evoprompt.run.setup_check import BrokenSetup
from evoprompt.search.recipe import RecipeError
from evoprompt.storage.files import write_whole
from evoprompt.storage.folder import note_in, other_run_in
from evoprompt.storage.record import FILE
from evoprompt.storage.store import StoreError
from evoprompt.tasks.preview import preview
from evoprompt.tasks.scoring.scorer_names import SCORERS
from evoprompt.tasks.tables.data import READERS
from evoprompt.tasks.tables.rows import DataWarning
from evoprompt.tasks.tables.tabular import described
from evoprompt.tasks.task import Task
from evoprompt.text.terminal import one_line, shown
from evoprompt.variation.operator import OperatorError

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

    Without --out, the same command goes on with its run; one at its end is given again, and more calls take it further.
    """
    load(plugins)
    check_n_jobs(given["n_jobs"])
    asked = Asked.of(data, given)
    asked, folder, task = _settled(asked, out, quiet=quiet, dry_run=dry_run)
    if not quiet:
        chosen = f"recipe {asked.recipe.name}; model {asked.model.name}" + ("" if dry_run else f"; record in {folder}")
        click.echo(f"{one_line(described(task))}; {one_line(chosen)}", err=True)
    if dry_run:
        with _begun(asked, task, None, progress=False) as begun:
            echo(["The first request:", *preview(begun.first_request()), "", str(begun.estimate())])
        return
    if (folder / FILE).exists() and not quiet:
        say(f"{folder} holds a run; it goes on where it stopped, and pays for nothing twice", 0)
    prepare(*dict.fromkeys((*asked.models, *filter(None, [task.judge]))))
    noted = {"at": str(Path.cwd()), "plugins": list(plugins), **asked.to_json()}
    result = _evolve(asked, task, folder, progress=not quiet, noted=noted)
    _handed_over(result, folder, quiet=quiet)


@cli.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--api-base", metavar="URL", help="The models' server, where it has moved or its address holds a key.")
@click.option(
    "--model-arg", "model_args", multiple=True, metavar="KEY=VALUE", help="As in `run`: a key is kept nowhere."
)
@click.option(
    "--operator-model-arg",
    "operator_model_args",
    multiple=True,
    metavar="KEY=VALUE",
    help="The same, of the operator model.",
)
@click.option("--judge-arg", "judge_args", multiple=True, metavar="KEY=VALUE", help="The same, of the judge.")
@click.option("--quiet", is_flag=True, help="Print the best prompt alone.")
def finish(folder: Path, api_base: str | None, quiet: bool, **arguments: Sequence[str]) -> None:
    """End a run that stopped on its way: with the sealed test of the best prompt so far, and no further search."""
    folder = folder.resolve()
    noted = note_in(folder)
    if noted is None:
        raise Mistake(
            f"{folder} holds no run that `evoprompt run` began; the run of a script is ended by"
            " Evolution(...).wind_up(), with the arguments that began it"
        )
    _check_given_again(noted["withheld"], api_base, arguments)
    noted |= {"api_base": api_base} if api_base else {}
    noted |= {name: replaced(noted[name], given) for name, given in arguments.items()}
    with chdir(noted["at"]):  # where the command's files were named
        load(noted["plugins"])
        asked = Asked.from_json(noted)
        with mistakes(ValueError), doubts_said():
            task = asked.task(sizes_in(folder))
        prepare(*dict.fromkeys((*asked.models, *filter(None, [task.judge]))))
        result = _evolve(asked, task, folder, progress=not quiet, ends=True)
        _handed_over(result, folder, quiet=quiet)


def _check_given_again(withheld: Sequence[str], api_base: str | None, arguments: Mapping[str, Sequence[str]]) -> None:
    """Refuse to ask another server, or another account, than the run did."""
    given = {"--api-base"} if api_base else set()
    given |= {name_of(name, pair) for name, pairs in arguments.items() for pair in pairs}
    # The operator model is asked nothing any more; but where it stands says whether this is the run that was begun.
    spared = [name for name in withheld if name.startswith("--operator-model-arg") and not name.endswith(" api_base")]
    needed = (name for name in withheld if name not in spared)
    if missing := next((name for name in needed if name not in given), ""):
        raise Mistake(f"{missing} held a secret, which the run's folder does not keep; give it again")


def _handed_over(result: Result, folder: Path, *, quiet: bool) -> None:
    """Write the prompt into the run's folder, and report."""
    write_whole(folder / PROMPT, result.prompt + "\n")
    result.save(folder / SAVED)
    _finish(result, [folder / FILE, folder / PROMPT, folder / SAVED], quiet=quiet)


def _settled(asked: Asked, out: Path | None, *, quiet: bool, dry_run: bool) -> tuple[Asked, Path, Task]:
    """The run's folder, and its task: those of an equal run in one of the usual places, where the user names no folder.

    A run that is equal but for a larger budget, and at its end, is an answer to the smaller one: it is asked for instead.
    """
    usual = Path("runs") / asked.data.stem
    places = [] if out or dry_run else taken(usual)
    with mistakes(ValueError), doubts_said():
        for folder in places:
            task = asked.task(sizes_for(folder, asked.given))
            if not (why := _other_run_in(folder, asked, task)):
                return asked, folder, task
            if not quiet and not is_finished(folder):
                say(f"{folder} holds a run that is not at its end: {why}; this run begins in a folder of its own", 0)
        for folder in places:
            if grown := _grown(asked, folder):
                task = grown.task(sizes_for(folder, grown.given))
                if not quiet:
                    say(_given_again(folder, grown), 0)
                return grown, folder, task
        return asked, out or free(usual), asked.task(sizes_for(out, asked.given) if out else {})


def _grown(asked: Asked, folder: Path) -> Asked | None:
    """The run with the larger budget that it came to its end with in a folder; None where the folder's is another."""
    if (ending := larger_in(folder, asked.budget)) is None or ending.aim != asked.aim:
        return None
    grown = asked.with_budget_of(ending.budget)
    return None if _other_run_in(folder, grown, grown.task(sizes_for(folder, grown.given))) else grown


def _given_again(folder: Path, grown: Asked) -> str:
    limits = ", ".join(f"{value:,} {name}" for name, value in grown.budget.to_json().items())
    return (
        f"{folder} holds this run at its end, with a larger budget ({limits}): its result is given again, and nothing is"
        " asked; name another folder with --out to run anew"
    )


def _other_run_in(folder: Path, asked: Asked, task: Task) -> str:
    try:
        why = other_run_in(folder, asked.identity(task))
        return why and f"it was begun with other settings, for {why}"
    except StoreError as error:
        return str(error)
    except ValueError as error:  # a seed prompt that shows what is a test example there, say
        return f"it is another one, for {error}"


@contextmanager
def chdir(folder: str) -> Iterator[None]:
    """The folder as the one that names of files begin in; back again after it.

    Raises:
        Mistake: It is gone, or a file that the run began with.
    """
    before = Path.cwd()
    try:
        os.chdir(folder)
        yield
    except FileNotFoundError as error:
        if error.filename is None:  # no file of the user's, as of a scorer that says so
            raise
        raise Mistake(
            f"{Path(folder) / str(error.filename)}: the run began with it, and it is gone; put it back, or go on by"
            " `evoprompt run` with --out and the names that hold now"
        ) from error
    finally:
        os.chdir(before)


# Runs


def _begun(asked: Asked, task: Task, folder: Path | None, *, progress: bool) -> Evolution:
    """The run at its beginning; without a folder, nothing is written anywhere."""
    with mistakes(ValueError, RecipeError), doubts_said(), _budgets_said(asked):
        return asked.evolution(task, folder, progress=progress)


@contextmanager
def _budgets_said(asked: Asked) -> Iterator[None]:
    """Say of a budget that is too small how the command line goes on all the same."""
    try:
        yield
    except SmallBudget as error:
        enough = _enough(asked, error)
        grows = " (dev and test grow with the calls, and so does what they take)" if enough != error.enough else ""
        raise Mistake(error.sentence("--no-setup-check", enough, grows)) from error


def _enough(asked: Asked, error: SmallBudget) -> int | None:
    """The number of calls that does: with more of them, dev and test grow as well."""
    calls = error.enough
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)  # said for the examples that there are
        while calls is not None:
            more = asked._replace(budget=replace(asked.budget, calls=calls))
            try:
                more.evolution(more.task({}), None, progress=False)
                return calls
            except SmallBudget as again:
                calls = again.enough
    return None


def _evolve(asked: Asked, task: Task, folder: Path, *, progress: bool, noted: Any = None, ends: bool = False) -> Result:
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
    again = f"run it again with --out {folder}" if not ends else "finish it again"
    try:
        with run, run.interruptible():
            if ends:
                with mistakes(NothingEvaluated):
                    run.end()
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
        kept = f" (what was paid for is kept: {again} to go on)" if folder.exists() else ""
        raise Unavailable(f"{error}{kept}") from error


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
