"""Python files that the user names: plug-ins, whose operators and recipes register as the file is read, and others."""

from __future__ import annotations

import hashlib
import importlib.util
import sys
import traceback
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import NoReturn


class PluginError(Exception):
    """A plug-in file fails; the message is a sentence that names file and line."""


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


def load_module(path: Path, name: str, what: str) -> ModuleType:
    """Run a Python file under a module name.

    Args:
        path: The whole of it, from the root on.
        what: What a message calls the file.

    Raises:
        PluginError: It fails.
    """
    spec = importlib.util.spec_from_file_location(name, path, loader=_AsItIs(name, str(path)))
    assert spec is not None  # the name ends in .py
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # before it runs: what it defines must be found by this name
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        said = error.msg if isinstance(error, SyntaxError) else error
        raise PluginError(f"{what} {path}{_line(path, error)}: {type(error).__name__}: {said}") from error
    return module


class _AsItIs(SourceFileLoader):
    """Reads a file as it is now.

    Python would leave a folder of bytecode beside it, and take that for a file that was edited within the same second.
    """

    def path_stats(self, path: object) -> NoReturn:
        raise OSError(f"{path}: its bytecode is not to be used")


def _line(path: Path, error: BaseException) -> str:
    """` line 3`, where the file itself is to blame; nothing where no line of it is known."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return f" line {error.lineno}"
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    return f" line {lines[-1]}" if lines else ""
