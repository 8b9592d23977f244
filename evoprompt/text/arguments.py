"""What a user may write for an argument: numpy's numbers for Python's, a lone text for several; else one sentence."""

from __future__ import annotations

import functools
import inspect
import numbers
from collections.abc import Callable, Iterable
from typing import Any, ParamSpec, TypeVar

from evoprompt.text.brief import brief
from evoprompt.text.options import closest

P = ParamSpec("P")
R = TypeVar("R")
Class = TypeVar("Class", bound=type)


def as_int(value: object) -> int | None:
    """A whole number, numpy's too, as one of Python's; None for anything else, True and False included."""
    if isinstance(value, bool) or not isinstance(value, numbers.Integral):  # numpy's True is no Integral
        return None
    return int(value)


def as_float(value: object) -> float | None:
    """A number, numpy's too, as one of Python's; None for anything else, True and False included."""
    return float(value) if isinstance(value, numbers.Real) and not isinstance(value, bool) else None


def whole(value: object, what: str, *, least: int = 1) -> int:
    """A whole number from `least` on, numpy's too, as one of Python's.

    Args:
        what: What a message calls it, such as `task 'mails': max_tokens`.

    Raises:
        ValueError: It is none.
    """
    number = as_int(value)
    if number is None:
        raise ValueError(f"{what} must be a whole number, got {brief(repr(value))}")
    if number < least:
        raise ValueError(f"{what} must be at least {least}, got {number}")
    return number


def texts(value: object, what: str) -> tuple[str, ...]:
    """Several texts, in order; a lone text is one of them, and no row of letters.

    Raises:
        TypeError: There is something else than a text.
    """
    given = (value,) if isinstance(value, str) or not isinstance(value, Iterable) else tuple(value)
    for each in given:
        if not isinstance(each, str):
            raise TypeError(f"{what} must be a text or several, got {brief(repr(each))}")
    return given


def said(function: Callable[P, R]) -> Callable[P, R]:
    """The same function, where an argument of an unknown name is one sentence with the closest known name."""
    known = _names(function)
    owner = _owner(function)

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        check_names(owner, kwargs, known)
        return function(*args, **kwargs)

    return call


def said_of(kind: Class) -> Class:
    """The same class, where an argument of an unknown name is one sentence with the closest known name."""
    made = kind.__init__  # type: ignore[misc]  # of this very class: nothing below it is made here
    known = [name for name in _names(made) if name != "self"]

    @functools.wraps(made)
    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        check_names(kind.__name__, kwargs, known)
        made(self, *args, **kwargs)

    kind.__init__ = init  # type: ignore[misc]
    return kind


def _names(function: Callable[..., Any]) -> list[str]:
    kinds = (inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    named = [name for name, each in inspect.signature(function).parameters.items() if each.kind in kinds]
    return [name for name in named if name not in ("self", "cls")]


def _owner(function: Callable[..., Any]) -> str:
    return getattr(function, "__qualname__", "").removesuffix(".__init__") + "()"


def check_names(owner: str, given: Iterable[str], known: Iterable[str]) -> None:
    """Refuse an argument of an unknown name.

    Raises:
        TypeError: There is one; the message has the closest known name and all others.
    """
    for name in given:
        if name not in known:
            raise TypeError(f"{owner} has no argument {name!r}{closest(name, known)}")
