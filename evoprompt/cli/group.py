"""The command's group: its errors are one sentence, its plug-ins are read first."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import click

from evoprompt.models.model import Model, ModelUnavailable
from evoprompt.models.parallel import checked_jobs
from evoprompt.tasks.scoring.python_file import PluginError
from evoprompt.tasks.tables.rows import DataWarning
from evoprompt.text.terminal import one_line, shown
from evoprompt.variation.operator import load_plugins
from evoprompt.variation.plugins import load_plugin_file
from evoprompt.version import __version__

USAGE, INTERRUPTED = 2, 130  # exit codes

Command = TypeVar("Command", bound=Callable[..., Any])


class Mistake(click.ClickException):
    """A mistake of the user's, as one sentence."""

    exit_code = USAGE


class Broken(Mistake):
    """A mistake of the user's that shows in what a model answered: a sentence, and lines that show it."""

    def __init__(self, sentence: str, lines: Sequence[str]) -> None:
        super().__init__(sentence)
        self.lines = lines


class Unavailable(click.ClickException):
    """The model can't be had, as one sentence."""

    exit_code = 1


class Commands(click.Group):
    """A group of commands whose errors are one sentence on standard error, and never a traceback but for a bug."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = "evoprompt",
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run a command line and exit: 0, 1 for a model that can't be had, 2 for a mistake, 130 for Ctrl-C."""
        if not standalone_mode:
            return super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        try:
            code = super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        except click.Abort:
            code = say("interrupted", INTERRUPTED)
        except click.UsageError as error:
            path = error.ctx.command_path if error.ctx else "evoprompt"
            code = say(f"{error.format_message().rstrip('.')} (see '{path} --help')", USAGE)
        except click.ClickException as error:
            code = say(error.format_message(), error.exit_code)
            for line in getattr(error, "lines", ()):
                click.echo(shown(line), err=True)
        except ModelUnavailable as error:
            code = say(str(error), Unavailable.exit_code)
        except OSError as error:
            code = say(f"{error.filename}: {error.strerror}" if error.filename else str(error), USAGE)
        sys.exit(code if isinstance(code, int) else 0)


def say(sentence: str, code: int) -> int:
    click.echo(f"evoprompt: {one_line(sentence)}", err=True)
    return code


@contextmanager
def mistakes(*kinds: type[Exception]) -> Iterator[None]:
    """What the engine says about the user's input, as the user's mistake; elsewhere the same error is a bug."""
    try:
        yield
    except kinds as error:
        raise Mistake(str(error)) from error


@contextmanager
def doubts_said() -> Iterator[None]:
    """What the engine warns of in the user's data, as a line each."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", DataWarning)
        try:
            yield
        finally:
            doubts = (str(each.message) for each in caught if issubclass(each.category, DataWarning))
            for sentence in dict.fromkeys(doubts):
                say(sentence, 0)
    for each in caught:
        if not issubclass(each.category, DataWarning):  # as if nobody had caught it
            warnings.warn_explicit(each.message, each.category, each.filename, each.lineno)


def with_plugins(command: Command) -> Command:
    return click.option(
        "--plugin",
        "plugins",
        multiple=True,
        metavar="FILE.py",
        help="Python file with operators or recipes. Repeatable.",
    )(command)


def load(plugins: Sequence[str]) -> None:
    """Built-in and installed operators first, so that a name taken twice is the file's mistake."""
    with mistakes(RuntimeError):
        load_plugins()
    with mistakes(PluginError):
        for plugin in plugins:
            load_plugin_file(plugin)


@click.group(
    "evoprompt", cls=Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(__version__, prog_name="evoprompt")
@click.pass_context
def cli(context: click.Context) -> None:
    """Finds better prompts for language models by evolution."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


def echo(lines: Sequence[str]) -> None:
    click.echo(shown("\n".join(lines)))


def check_n_jobs(n_jobs: int | None) -> None:
    with mistakes(ValueError):
        checked_jobs(n_jobs, "--n-jobs")


def prepare(*models: Model) -> None:
    """Download and load what a model needs now, before a record is begun."""
    for each in models:
        if ready := getattr(each, "prepare", None):
            ready()
