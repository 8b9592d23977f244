"""Finding the JSON object in an output, and comparing its fields."""

from __future__ import annotations

import ast
import json
import math
import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import Any

MOST_TRIES = 100  # braces from which an object is tried to be read
LONGEST = 10_000  # characters of an object that is no strict JSON
_TRAILING = re.compile(r'("(?:[^"\\]|\\.)*")|,(?=\s{0,50}[}\]])', re.DOTALL)
_ODD_ESCAPE = re.compile(r"\\(?![\\'\"nrtbfu])")
_FENCE = re.compile(r"```(?:json)?[ \t]*\n(.*?)```", re.DOTALL | re.IGNORECASE)


def json_object(text: str) -> dict[str, Any] | None:
    """The JSON object that a text is or holds, in a fence or among words; of several, the last. None for none."""
    for part in (text, *reversed(_FENCE.findall(text))):
        if isinstance(found := _loaded(part), dict):
            return found
    decoder = json.JSONDecoder()
    found_last, at = None, text.find("{")
    for _ in range(MOST_TRIES):
        if at < 0:
            break
        try:
            found_last, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            end = at + 1
        at = text.find("{", end)
    return found_last


def answered_object(text: str, names: Collection[str]) -> dict[str, Any] | None:
    """The object that a text gives as its answer: the last that has one of the names, in a fence first. None for none.

    Where none has one of the names it is the last. Trailing commas are read over, and objects as Python writes them are
    read too. An object that only wraps another, `{"result": {...}}`, stands for that one.
    """
    for part in reversed(_FENCE.findall(text)):
        if isinstance(fenced := _loaded(part), dict) and not (inner := _unwrapped(fenced, names)).keys().isdisjoint(
            names
        ):
            return inner
    found = [_unwrapped(each, names) for each in _objects(text)]
    fitting = [each for each in found if not names or not each.keys().isdisjoint(names)]
    return next(reversed(fitting or found), None)


def _unwrapped(found: dict[str, Any], names: Collection[str]) -> dict[str, Any]:
    inner = next(iter(found.values())) if len(found) == 1 else None
    is_wrapper = found.keys().isdisjoint(names) and isinstance(inner, dict) and not inner.keys().isdisjoint(names)
    return inner if is_wrapper and isinstance(inner, dict) else found


def _objects(text: str) -> list[dict[str, Any]]:
    """The objects in a text that stand in no other one, in their order."""
    decoder = json.JSONDecoder()
    found: list[dict[str, Any]] = []
    at = text.find("{")
    for _ in range(MOST_TRIES):
        if at < 0:
            break
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            value, end = _leniently(text, at)
        if isinstance(value, dict):
            found.append(value)
        at = text.find("{", end)
    return found


def _leniently(text: str, at: int) -> tuple[Any, int]:
    """The object that begins at a brace, trailing commas apart or as Python writes it, and where it ends."""
    end = _closing(text, at)
    if end is None:
        return None, at + 1
    written = text[at:end]
    value = _loaded(_TRAILING.sub(lambda match: match[1] or "", written))
    if value is None:
        value = _literal(written)
    return (value, end) if isinstance(value, dict) else (None, at + 1)


def _closing(text: str, at: int) -> int | None:
    """Behind the brace that closes the one at a place; braces in quotes are none."""
    depth, quote, is_escaped = 0, "", False
    for place in range(at, min(len(text), at + LONGEST)):
        sign = text[place]
        if quote:
            quote = "" if sign == quote and not is_escaped else quote
            is_escaped = sign == "\\" and not is_escaped
        elif sign in "\"'":
            quote = sign
        elif sign in "{}":
            depth += 1 if sign == "{" else -1
            if not depth:
                return place + 1
    return None


def _literal(written: str) -> Any:
    """What a Python literal is worth in JSON; None where it is none."""
    if _ODD_ESCAPE.search(written):  # Python would warn
        return None
    try:
        return json.loads(json.dumps(ast.literal_eval(written)))
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return None


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def differing(wanted: Mapping[str, Any], said: Mapping[str, Any]) -> list[str]:
    """The names of the fields that are not as wanted."""
    return [name for name, value in wanted.items() if name not in said or not same(value, said[name])]


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values are the same: numbers by value, texts apart from case and outer blanks, the rest whole."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, bool) or isinstance(other, bool) or one is None or other is None:
        return one is other
    if isinstance(one, (Mapping, list)) or isinstance(other, (Mapping, list)):
        return False
    if _text(one) == _text(other):
        return True
    return _is_close(one, other)


def _text(value: Any) -> str:
    return unicodedata.normalize("NFC", str(value)).strip().casefold()


def _is_close(one: Any, other: Any) -> bool:
    """Whether both are numbers, be it as texts, and equal."""
    try:
        return math.isclose(float(one), float(other), rel_tol=1e-9, abs_tol=1e-12)
    except (ValueError, OverflowError):
        return False
