"""The command that puts a prompt to use."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from evoprompt.cli.given import arguments_given, settings_of
from evoprompt.cli.group import Mistake, check_n_jobs, cli, doubts_said, echo, mistakes, prepare
from evoprompt.models.embedded.model import LOCAL
from evoprompt.models.named import as_model
from evoprompt.run.handover import load
from evoprompt.tasks.tables.applying import answers_to, applied_to_table
from evoprompt.tasks.tables.data import read_any


@cli.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.argument("data", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Table of rows and answers, .csv or .jsonl.  [default: <data>-answers.csv beside the data]",
)
@click.option("--model", metavar="MODEL", help="Who answers.  [default: the model that the prompt was found for]")
@click.option("--api-base", metavar="URL", help="Server that speaks OpenAI's protocol, for a model not local/...")
@click.option(
    "--model-arg",
    "model_args",
    multiple=True,
    metavar="KEY=VALUE",
    help="Passed on with every call, beside what the run had with the same model. Repeatable.",
)
@click.option("--n-jobs", type=int, help="Calls at once.  [default: 8 on a server, else 1]")
def apply(
    folder: Path,
    data: Path,
    out: Path | None,
    model: str | None,
    api_base: str | None,
    model_args: Sequence[str],
    n_jobs: int | None,
) -> None:
    """Answer the rows of a table with the prompt of a run.

    DIR is a run's folder, or a file that holds a saved prompt. What was answered before an interruption is not paid for
    twice.
    """
    check_n_jobs(n_jobs)
    arguments = arguments_given("--model-arg", model_args)
    with mistakes(ValueError, TypeError):
        prompt = load(folder)
        written = answers_to(data, out)
        name = model or prompt.model
        is_told = model or "api_base" in arguments or name.startswith(LOCAL)
        place = api_base or (None if is_told else prompt.server)
        if place == "":
            raise Mistake(
                f"{folder}: the address of the run's server is not known (a secret in it is not kept, nor can"
                " it be read while the run is at work); give --api-base"
            )
        shared = {} if place is None else {"api_base": place}
        found_with = prompt.arguments if name == prompt.model else {}
        asked = as_model(name, **{**shared, **settings_of(name, "--model-arg", {**found_with, **arguments}, shared)})
        with doubts_said():
            rows = read_any(data)
        prepare(asked)
        lines = applied_to_table(prompt, rows, written, model=asked, like=data, n_jobs=n_jobs)
    echo([*lines, f"wrote {written}"])
