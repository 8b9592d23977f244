"""Options bound by name: what `operator.using(...)` and `recipe.using(...)` accept, checked when they are bound."""

from __future__ import annotations

import difflib
import inspect
import numbers
import types
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Range:
    """The values a number may take, both ends included; None leaves an end open.

    Stands beside the type of an option: `temperature: Annotated[float, Range(0, 2)] = 0.5`.
    """

    low: float | None = None
    high: float | None = None

    def __contains__(self, value: float) -> bool:
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    def __str__(self) -> str:
        if self.high is None:
            return f"at least {self.low}"
        return f"at most {self.high}" if self.low is None else f"from {self.low} to {self.high}"


@dataclass(frozen=True)
class OneOf:
    """The texts an option may be."""

    values: tuple[str, ...]

    def __contains__(self, value: object) -> bool:
        return value in self.values

    def __str__(self) -> str:
        return "one of " + ", ".join(self.values)


def closest(name: str, known: Iterable[str]) -> str:
    """The tail of an error about an unknown name: the likeliest one meant, and all there are."""
    names = sorted(known)
    near = difflib.get_close_matches(name, names, 1)
    return (f"; did you mean {near[0]!r}?" if near else ".") + f" Known: {', '.join(names) or 'none'}"


def options_of(function: Callable[..., Any]) -> dict[str, Any]:
    """The keyword-only options of a function and their defaults.

    Raises:
        TypeError: An option has no default.
    """
    options = {}
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind is parameter.KEYWORD_ONLY:
            if parameter.default is parameter.empty:
                raise TypeError(f"option {name!r} of {function.__name__} needs a default")
            options[name] = parameter.default
    return options


def check_options(owner: str, function: Callable[..., Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Check options by name, type and range against a function's signature; give them, with numpy's numbers as Python's.

    Args:
        owner: What the message calls it, such as `operator 'paraphrase'`.

    Raises:
        TypeError: An unknown name, or a value of another type; the message lists the known names.
        ValueError: A value out of its range.
    """
    known = options_of(function)
    hints = typing.get_type_hints(function, include_extras=True)
    for name, value in given.items():
        if name not in known:
            raise TypeError(f"{owner} has no option {name!r}{closest(name, known)}")
        kinds, limits = _kinds_and_limits(hints.get(name, Any))
        if value is None and type(None) in kinds:
            continue
        kinds = [kind for kind in kinds if kind is not type(None)]
        if all(kind in _WORDS for kind in kinds) and not any(_is_a(value, kind) for kind in kinds):
            raise TypeError(f"{owner}: {name} must be {' or '.join(_WORDS[kind] for kind in kinds)}, got {value!r}")
        for limit in limits:
            if isinstance(limit, (Range, OneOf)) and value not in limit:
                raise ValueError(f"{owner}: {name} must be {limit}, got {value!r}")
    return {name: _plain_number(value) for name, value in given.items()}


def _plain_number(value: Any) -> Any:
    if isinstance(value, (bool, int, float)) or not isinstance(value, numbers.Real):
        return value
    return int(value) if isinstance(value, numbers.Integral) else float(value)


# What a message calls the types that are checked.
_WORDS: dict[Any, str] = {int: "a whole number", float: "a number", str: "a text", bool: "True or False"}


def _kinds_and_limits(hint: Any) -> tuple[list[Any], list[Any]]:
    """The types that a hint allows, and the ranges beside them."""
    if typing.get_origin(hint) is typing.Literal:
        values = typing.get_args(hint)
        return list(dict.fromkeys(map(type, values))), [OneOf(values)]
    inner: Sequence[Any] = ()
    limits: list[Any] = []
    if hasattr(hint, "__metadata__"):
        inner, limits = typing.get_args(hint)[:1], list(hint.__metadata__)
    elif typing.get_origin(hint) in (typing.Union, types.UnionType):
        inner = typing.get_args(hint)
    if not inner:
        return [hint], []
    found = [_kinds_and_limits(each) for each in inner]
    return [kind for kinds, _ in found for kind in kinds], [*limits, *(each for _, more in found for each in more)]


def _is_a(value: object, kind: Any) -> bool:
    if kind is float:
        return isinstance(value, numbers.Real) and not isinstance(value, bool) and value == value
    if kind is int:
        return isinstance(value, numbers.Integral) and not isinstance(value, bool)
    return isinstance(value, kind)
