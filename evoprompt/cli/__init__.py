"""The command `evoprompt`."""

from __future__ import annotations

import sys

from evoprompt.cli import applying, running, showing  # each adds its commands to the group
from evoprompt.cli.group import cli

__all__ = ["applying", "cli", "main", "running", "showing"]


def main() -> None:
    """The console script."""
    for stream in (sys.stdout, sys.stderr):
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="backslashreplace")  # a terminal that can't show a letter shows its number
    cli()
