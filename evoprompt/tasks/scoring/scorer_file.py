"""A scorer that the user names by its file and its name there, as `score.py:mark`."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

from evoprompt.tasks.example import AnyScorer, asks_model, reads_logprobs
from evoprompt.tasks.scoring.python_file import PluginError, load_module
from evoprompt.text.options import closest

MODULE = "evoprompt_scorer_"  # without the file's place, so that a run whose folder moved is the same one


def is_file_and_name(text: str) -> bool:
    """Whether a text means a scorer in a file; the names of ours hold neither sign."""
    return ":" in text or text.endswith(".py")


def scorer_in_file(text: str) -> AnyScorer:
    """The scorer that `FILE.py:NAME` means.

    Raises:
        ValueError: No such file, one that fails, no such name in it, or something else than a scorer under it.
    """
    file, _, name = text.rpartition(":")
    if not file.endswith(".py") or not name.isidentifier():
        raise ValueError(f"a scorer of your own is named by file and function, as score.py:mark; got {text!r}")
    path = Path(file).expanduser()
    if not path.is_file():
        raise ValueError(f"there is no file {file}, where the scorer {name!r} is to stand")
    try:
        module = load_module(path.resolve(), f"{MODULE}{path.stem}", "the scorer's file")
    except PluginError as error:
        raise ValueError(str(error)) from error
    if not hasattr(module, name):
        raise ValueError(f"{file} has no {name!r}{closest(name, _known(module))}")
    return _checked(getattr(module, name), f"{name!r} in {file}")


def _known(module: ModuleType) -> list[str]:
    """What may be meant: the public things that a file itself defines and that can be called."""
    own = {name: each for name, each in vars(module).items() if not name.startswith("_") and callable(each)}
    return [name for name, each in own.items() if getattr(each, "__module__", "") == module.__name__]


def _checked(scorer: AnyScorer, what: str) -> AnyScorer:
    if isinstance(scorer, type):
        raise ValueError(f"{what} is a class; name an object of it, or a function (output, example)")
    if not (callable(scorer) or asks_model(scorer) or reads_logprobs(scorer)):
        raise ValueError(
            f"{what} is {type(scorer).__name__} and can't be called; a scorer is a function (output, example) that gives a"
            " score from 0 to 1, or True or False"
        )
    return scorer
