"""The commands that look: at a run's record, at the operators and at the recipes."""

from __future__ import annotations

import importlib
import json
import os
import sys
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from evoprompt.cli.group import cli, echo, load, mistakes, say, with_plugins
from evoprompt.run.recorder import FORMAT
from evoprompt.search.recipe import Recipe, get_recipe, known_recipes
from evoprompt.storage.record import Record, RecordError
from evoprompt.text.terminal import table
from evoprompt.variation.operator import UnknownName, known_operators

PLOTS = "evoprompt.plots"  # a name and no import: the engine knows no picture
PICTURE = "fitness.png"


@cli.command()
@with_plugins
def operators(plugins: Sequence[str]) -> None:
    """List the operators, with the most model calls of a try."""
    load(plugins)
    rows = [(each.name, str(each.parents), str(each.calls), each.summary) for each in known_operators().values()]
    echo(table(("operator", "parents", "calls", "what it does"), rows))


@cli.command()
@click.argument("names", metavar="[NAME]...", nargs=-1)
@with_plugins
def recipes(names: Sequence[str], plugins: Sequence[str]) -> None:
    """List the recipes, with their sources and how they differ from them; tell all about those that are named."""
    load(plugins)
    if names:
        with mistakes(UnknownName):
            echo(["\n\n".join(_told(get_recipe(name)) for name in names)])
        return
    known = known_recipes().values()
    rows = [(each.name, each.source or "our own", each.summary) for each in known]
    echo(table(("recipe", "source", "what it does"), rows))
    for each in known:
        if each.differences:
            echo(["", _wrapped(f"{each.name}: {each.differences}")])
    echo(["", "`evoprompt recipes NAME` tells all about one, with its settings."])


def _told(recipe: Recipe) -> str:
    """A recipe with its source, what its docstring says, and its settings."""
    settings = "\n".join(f"  {name} = {value!r}" for name, value in recipe.settings.items())
    paragraphs = recipe.description.split("\n\n")
    text = "\n\n".join(each if each.startswith("Args:") else _wrapped(each) for each in paragraphs)
    return f"{recipe.name} ({recipe.source or 'our own'})\n\n{text}\n\nSettings:\n{settings}"


def _wrapped(text: str) -> str:
    return textwrap.fill(" ".join(text.split()), 100)


@cli.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--failures", "view", flag_value="failures", help="What the winner still gets wrong on dev, and why.")
@click.option("--diff", "view", flag_value="diff", help="From the best seed to the winner, word by word.")
@click.option("--json", "view", flag_value="json", help="All of it as one JSON object.")
def show(folder: Path, view: str | None) -> None:
    """Show a run as a report, finished or not."""
    plots = importlib.import_module(PLOTS)
    with _record(folder) as record:
        if view == "json":
            text = json.dumps(plots.summary.summary(record), indent=2)  # ASCII alone: safe on every terminal
        elif view == "failures":
            text = plots.failures.report_failures(record)
        elif view == "diff":
            coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
            text = plots.difference.report_difference(record, coloured=coloured)
        else:
            text = plots.report.report(record)
    click.echo(text)


@cli.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("-o", "--out", type=click.Path(path_type=Path), metavar="FILE", help=f"[default: DIR/{PICTURE}]")
@click.option(
    "--x", type=click.Choice(["generations", "calls", "tokens", "dollars"]), default="generations", show_default=True
)
def plot(folder: Path, out: Path | None, x: str) -> None:
    """Draw a run's fitness to a file."""
    with _record(folder) as record:
        home = folder if folder.is_dir() else folder.parent
        written: Path = importlib.import_module(PLOTS).progress.save(record, out or home / PICTURE, x)
    echo([f"wrote {written}"])


@contextmanager
def _record(folder: Path) -> Iterator[Record]:
    """A run's record; where a line of it lacks what every record has, that is a sentence too."""
    with mistakes(ValueError):
        record = Record.read(folder)
        if record.head.get("format") != FORMAT:
            raise ValueError(f"{record.path}: another version of evoprompt wrote this record")
        if record.is_torn:
            say(f"{record.path} ends in a torn line: the run was killed while it wrote; run it again to go on", 0)
        try:
            yield record
        except RecordError:
            raise
        except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
            raise ValueError(f"{record.path}: the record is damaged ({type(error).__name__}: {error})") from error
