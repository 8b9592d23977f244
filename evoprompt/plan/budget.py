"""Hard limits over every model call of a run, and the count of what was used of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from evoprompt.models.usage import ROLES, Usage
from evoprompt.text.arguments import as_float, as_int, said_of
from evoprompt.text.brief import brief

USUAL_CALLS = 2_000  # no other limit stops a run of a free model, or of unknown price


@said_of
@dataclass(frozen=True, kw_only=True)
class Budget:
    """Hard limits over all model calls of a run: task, operators, judge, retries, sealed test. None leaves one open.

    What the sealed test takes is set aside from the start, so that a run that spends its budget still reports. Calls
    never exceed their limit. Tokens and money are known when an answer is there: a block of calls is sized by what
    calls took so far, and what they take more than that may come on top, once. Time ends the search, after the calls
    in flight, early enough for the sealed test to be expected to fit.

    A call that was in flight when the process was killed is known to nobody and not counted.

    Attributes:
        calls: Model calls; at least 1.
        tokens: Tokens, read and written; at least 1.
        dollars: Money; over 0. Calls whose price is not known count nothing: where this is the one limit, the run
            stops after the generation of the first of them, or where calls turn out to cost nothing.
        seconds: Time that the run is at work, before and after an interruption; over 0.

    Raises:
        ValueError: A limit that is not positive, or no limit at all.
    """

    calls: int | None = None
    tokens: int | None = None
    dollars: float | None = None
    seconds: float | None = None

    def __post_init__(self) -> None:
        limits = {name: value for name, value in asdict(self).items() if value is not None}
        if not limits:
            raise ValueError("a budget needs a limit: calls, tokens, dollars or seconds")
        for name, value in limits.items():
            whole = name in ("calls", "tokens")
            number = as_int(value) if whole or as_int(value) is not None else as_float(value)
            if number is None or not 0 < number < float("inf"):
                raise ValueError(f"budget: {name} must be a {'whole ' * whole}number over 0, got {value!r}")
            object.__setattr__(self, name, number)

    @classmethod
    def meant(cls, given: Budget | int | None) -> Budget:
        """A budget that is given, by its calls alone perhaps; left out, 2,000 of them.

        Raises:
            TypeError: It is neither a budget nor a whole number.
            ValueError: A number that is not positive.
        """
        if isinstance(given, Budget):
            return given
        calls = USUAL_CALLS if given is None else as_int(given)
        if calls is None:
            raise TypeError(
                f"a budget is a whole number of calls, or a Budget such as Budget(calls=2_000, dollars=5);"
                f" got {brief(repr(given))}"
            )
        return cls(calls=calls)

    def to_json(self) -> dict[str, Any]:
        """The limits as plain JSON values."""
        return {name: value for name, value in asdict(self).items() if value is not None}


@dataclass
class Ledger:
    """Counts usage by role against a budget; the main process alone writes it.

    Attributes:
        budget: The limits.
        reserved: What the sealed test is expected to take; kept for it.
        used: Usage by role, see `ROLES`.
    """

    budget: Budget
    reserved: Usage = field(default_factory=Usage)
    used: dict[str, Usage] = field(default_factory=lambda: {role: Usage() for role in ROLES})

    def add(self, role: str, usage: Usage) -> None:
        """Count usage under a role."""
        self.used[role] += usage

    @property
    def total(self) -> Usage:
        """Usage over all roles."""
        return sum(self.used.values(), Usage())

    def calls_left(self, *, reserve: bool = True) -> int | None:
        """Calls that may still be made, those for the sealed test set aside; None for no limit."""
        if self.budget.calls is None:
            return None
        return max(0, self.budget.calls - self.total.calls - reserve * self.reserved.calls)

    def lacks(self, planned: Usage, *, reserve: bool = True) -> str:
        """Which limit leaves no room for what is planned, as `the budget of 400 calls`; empty where all fits."""
        budget, all_of_it = self.budget, self.total + planned + (self.reserved if reserve else Usage())
        if budget.calls is not None and all_of_it.calls > budget.calls:
            return f"the budget of {budget.calls} calls"
        if budget.tokens is not None and all_of_it.tokens > budget.tokens:
            return f"the budget of {budget.tokens} tokens"
        if budget.dollars is not None and all_of_it.dollars > budget.dollars:
            return f"the budget of ${budget.dollars:g}"
        return ""

    def spent(self) -> str:
        """Which limit is reached, as a sentence; empty while none is. Time is not counted here."""
        spent = self.lacks(Usage(calls=1, tokens_in=1, dollars=1e-12))
        return f"{spent} is spent" if spent else ""

    def to_json(self) -> Mapping[str, Any]:
        """Usage by role as plain JSON values."""
        return {role: usage.to_json() for role, usage in self.used.items()}
