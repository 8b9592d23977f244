"""Python files that the user names, read as they are now: plug-ins, and files with a scorer."""

from __future__ import annotations

import importlib.util
import sys
import traceback
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import NoReturn


class PluginError(Exception):
    """A file that the user named fails; the message is a sentence that names file and line."""


def load_module(path: Path, name: str, what: str) -> ModuleType:
    """Run a Python file under a module name; it may import what stands beside it, as a script may.

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
    beside = str(path.parent)
    sys.path.append(beside)  # last, so that it stands in nobody's light
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        said = error.msg if isinstance(error, SyntaxError) else error
        raise PluginError(f"{what} {path}{_line(path, error)}: {type(error).__name__}: {said}") from error
    finally:
        sys.path.remove(beside)
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
