"""What makes a folder the folder of another run: two identities compared, as the second half of a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

BUDGET, AIM = "the budget's ", "the run's "  # how names of limits, and of target and patience, begin in an identity
_LONGEST = 60  # characters of a value in a message


def difference(before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """What differs between two runs, as the second half of a sentence; empty where nothing does.

    A larger budget makes no other run, and neither does another aim.
    """
    changed = [
        name
        for name in {**before, **now}
        if before.get(name) != now.get(name)
        and not (name.startswith(BUDGET) and _grew(before.get(name), now.get(name)))
        and not name.startswith(AIM)
    ]
    return ", ".join(_changed(name, before.get(name), now.get(name)) for name in changed)


def budget_in(run: Mapping[str, Any]) -> dict[str, Any]:
    """The budget's limits in what a run is, as plain JSON values."""
    return _below(BUDGET, run)


def aim_in(run: Mapping[str, Any]) -> dict[str, Any]:
    """Target and patience in what a run is, as plain JSON values."""
    return _below(AIM, run)


def _below(prefix: str, run: Mapping[str, Any]) -> dict[str, Any]:
    return {name.removeprefix(prefix): value for name, value in run.items() if name.startswith(prefix)}


def _grew(before: float | None, now: float | None) -> bool:
    return now is None or (before is not None and now > before)


def _changed(name: str, before: Any, now: Any) -> str:
    if name.endswith(("examples", "code")):  # digests, which say nothing to anybody
        return f"{name} changed"
    return f"{name} was {_few(before)} and is {_few(now)}"


def _few(value: Any) -> str:
    text = "not set" if value is None else repr(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
