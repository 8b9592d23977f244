"""The command `evoprompt`: options, and what a terminal is told. Touches options, exit codes and the run."""

from __future__ import annotations

import sys
import warnings

from evoprompt.cli import applying, running, showing  # each adds its commands to the group
from evoprompt.cli.group import cli

__all__ = ["applying", "cli", "main", "running", "showing"]


def main() -> None:
    """The console script."""
    # Of litellm's types, as the first call makes them; litellm's own filter is lost where it is imported among checks.
    warnings.filterwarnings("ignore", category=UserWarning, module="pydantic")
    for stream in (sys.stdout, sys.stderr):
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="backslashreplace")  # a terminal that can't show a letter shows its number
    cli()
