"""What `Task.from_csv` and its siblings take beside the data: each keyword with its type, once for all of them."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, Literal, TypedDict, TypeVar

from evoprompt.tasks.example import AnyScorer
from evoprompt.tasks.splits import split_rows
from evoprompt.text.arguments import said

Class = TypeVar("Class", bound=type)
Part = int | float | str | Path | Iterable[Mapping[str, Any]]  # a number of examples, a share, a file or records


class TaskSettings(TypedDict, total=False):
    """Keywords of `Task.from_records`; see there. Left out, each has the default that `inspect.signature` shows."""

    scorer: AnyScorer | str | None
    train: Part | None
    dev: Part | None
    test: Part | None
    split: str | None
    id: str | None
    seed: int
    optional: str | Sequence[str]
    name: str
    description: str
    genes: str | Sequence[str]
    system: str
    format: Literal["chat", "completion"]
    max_tokens: int
    stop: str | Sequence[str] | None
    shots_as: Literal["auto", "turns", "text"]
    shot_template: str
    cue: str
    protected: str | Sequence[str]
    max_length: int


SPLITTING = tuple(name for name in TaskSettings.__annotations__ if name in inspect.signature(split_rows).parameters)


def with_settings(kind: Class) -> Class:
    """The class, where each of its classmethods that take `**settings` lists them in its signature and refuses others."""
    for name, each in list(vars(kind).items()):
        function = each.__func__ if isinstance(each, classmethod) else None
        parameters = list(inspect.signature(function).parameters.values()) if function else []
        if function and parameters[-1].kind is inspect.Parameter.VAR_KEYWORD:
            signature = inspect.signature(function).replace(parameters=[*parameters[:-1], *_settings(kind)])
            function.__signature__ = signature  # type: ignore[attr-defined]  # inspect looks for it
            setattr(kind, name, classmethod(said(function)))
    return kind


def _settings(kind: type) -> list[inspect.Parameter]:
    """Every setting as a keyword with type and default: those of the task, and of the splitting."""
    given: dict[str, Any] = {each.name: each.default for each in fields(kind)}
    given |= {name: each.default for name, each in inspect.signature(split_rows).parameters.items()}
    given |= {"scorer": None, "name": ""}
    hints = {name: getattr(hint, "__forward_arg__", hint) for name, hint in TaskSettings.__annotations__.items()}
    return [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=given[name], annotation=hint)
        for name, hint in hints.items()
    ]
