"""Finding the JSON object in an output, and comparing its fields."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

MOST_TRIES = 100  # braces from which an object is tried to be read
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
