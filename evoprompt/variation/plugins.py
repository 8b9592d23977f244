"""Plug-ins that the user names by their file; operators and recipes register as it is read."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from evoprompt.tasks.scoring.python_file import PluginError, load_module


def load_plugin_file(path: str | Path) -> None:
    """Run a Python file under a module name of its own, once, so that its operators and recipes register.

    Raises:
        PluginError: There is no such file, or it fails.
    """
    path = Path(path).resolve()
    name = f"evoprompt_plugin_{path.stem}_{hashlib.sha256(str(path).encode()).hexdigest()[:8]}"
    if name in sys.modules:
        return
    if not path.is_file() or path.suffix != ".py":
        raise PluginError(f"--plugin takes a Python file such as my_operators.py; there is none at {path}")
    load_module(path, name, "the plug-in")
