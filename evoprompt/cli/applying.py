"""The command that puts a prompt to use."""

from __future__ import annotations

from pathlib import Path

import click

from evoprompt.applying import answers_to, applied_to_table
from evoprompt.cli.group import check_n_jobs, cli, echo, mistakes, prepare
from evoprompt.handover import load
from evoprompt.models import as_model


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
@click.option("--n-jobs", type=int, help="Calls at once.")
def apply(
    folder: Path, data: Path, out: Path | None, model: str | None, api_base: str | None, n_jobs: int | None
) -> None:
    """Answer the rows of a table with the prompt of a run.

    DIR is a run's folder, or a file that holds a saved prompt. What was answered before an interruption is not paid for
    twice.
    """
    check_n_jobs(n_jobs)
    with mistakes(ValueError):
        prompt = load(folder)
        written = answers_to(data, out)
        asked = as_model(model or prompt.model, api_base=api_base)
        prepare(asked)
        lines = applied_to_table(prompt, data, written, model=asked, n_jobs=n_jobs)
    echo([*lines, f"wrote {written}"])
