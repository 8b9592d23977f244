"""What a run lets its user say of the winner, in words: the last line of every report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from evoprompt.statistics import ROUGH, Comparison
from evoprompt.text.terminal import one_line

BETTER, UNPROVEN, WORSE, SAME, UNTESTED = "better", "not shown better", "worse", "same", "untested"

# Why there is no sealed test, as a clause, with the next step.
NO_EXAMPLES = "the task has no test examples; give it some and run again"
INTERRUPTED_RUN = "the run was interrupted; run it again with its folder to go on"
UNFINISHED = "the run is not at its end; run it again with its folder to go on"
NOTHING_LEFT = "the budget left nothing for it; allow more"


class Tested(NamedTuple):
    """The sealed test in plain figures.

    Attributes:
        unit: Of the figures: `accuracy`, or `mean score`.
        n: Examples; at least 1.
        seed, winner: From 0 to 1.
        gain: Winner minus seed.
        calibrated: The seed after mere calibration; None where there is none.
        over_calibrated: Winner minus that.
        uncalibrated: The seed as it is, where all else is calibrated; None where it is not.
        over_uncalibrated: Winner minus that.
    """

    unit: str
    n: int
    seed: float
    winner: float
    gain: Comparison
    calibrated: float | None = None
    over_calibrated: Comparison | None = None
    uncalibrated: float | None = None
    over_uncalibrated: Comparison | None = None

    @classmethod
    def from_json(cls, line: Mapping[str, Any]) -> Tested:
        """The figures in a record's `test` line."""
        told = [line[who]["accuracy"] for who in ("seed", "winner")]
        unit = line.get("unit", "mean score" if None in told else "accuracy")
        seed, winner = told if unit == "accuracy" else [line[who]["value"] for who in ("seed", "winner")]
        over, over_plain = line.get("against_calibrated"), line.get("against_uncalibrated")
        return cls(
            unit,
            len(line["seed"]["scores"]),
            seed,
            winner,
            Comparison(**line["comparison"]),
            line.get("calibrated_seed"),
            Comparison(**over) if over else None,
            line.get("uncalibrated_seed"),
            Comparison(**over_plain) if over_plain else None,
        )

    @property
    def other_seeds(self) -> list[tuple[str, float, Comparison]]:
        """The seed otherwise calibrated than the test is: how, its figure, and winner minus that."""
        known = (
            ("calibrated", self.calibrated, self.over_calibrated),
            ("uncalibrated", self.uncalibrated, self.over_uncalibrated),
        )
        return [(how, value, over) for how, value, over in known if value is not None and over is not None]

    @property
    def roughness(self) -> str:
        """That the interval is rough, as a sentence; empty for enough examples."""
        return "" if self.n >= ROUGH else f"on fewer than {ROUGH} examples the interval is rough"


@dataclass(frozen=True)
class Conclusion:
    """What a run lets its user say.

    Attributes:
        kind: `better` (shown better than the seed), `not shown better`, `worse`, `same` (the winner is the seed) or
            `untested`.
        sentence: The same in words, with how much and how sure, or the next step.
    """

    kind: str
    sentence: str

    @property
    def is_proven(self) -> bool:
        """Whether the winner is shown to be better than the best seed, at the 5 % level."""
        return self.kind == BETTER

    def __str__(self) -> str:
        return f"Verdict: {self.sentence}"

    def to_json(self) -> dict[str, Any]:
        """Kind and sentence as plain JSON values."""
        return {"kind": self.kind, "sentence": self.sentence}


def conclude(test: Tested | None, *, is_seed: bool, untested: str = "", is_given_up: bool = False) -> Conclusion:
    """What the figures of a run lead to; result, record and report say it by this one function.

    Args:
        test: The sealed test; None where there is none.
        is_seed: Whether the winner is the best seed itself.
        untested: Why there is no test, as a clause with the next step.
        is_given_up: Whether the search was given up because its births came to nothing, which no budget mends.
    """
    if untested == UNFINISHED or (test is None and untested == INTERRUPTED_RUN):
        return Conclusion(UNTESTED, f"none yet, for {untested}.")
    if is_seed:
        more = "take another operator model" if is_given_up else "bring more data or a larger budget"
        return Conclusion(SAME, f"nothing to compare, for no prompt beat the best seed; keep it, or {more}.")
    if test is None:
        reason = one_line(untested or UNFINISHED).rstrip(".")
        return Conclusion(UNTESTED, f"not shown better, for no sealed test was made: {reason}.")
    for how, _, over in test.other_seeds:
        if over.is_sure and over.difference < 0:
            sure = f"by {abs(over.difference):.3f} ({interval(over).replace('95 % from', 'from')})"
            return Conclusion(WORSE, f"worse than the {how} seed {sure}; keep the seed, {how}.")
    gain = test.gain
    if not gain.is_sure:
        sure = f"({gain.difference:+.3f}, p = {chance(gain.p_value)})"
        return Conclusion(UNPROVEN, f"not shown better than the seed {sure}; keep it or bring more data.")
    sure = f"by {abs(gain.difference):.3f} ({interval(gain)})"
    if gain.difference < 0:
        return Conclusion(WORSE, f"worse than the seed {sure.replace('95 % from', 'from')}; keep the seed.")
    but = "".join(f", but not than the {how} seed" for how, _, over in test.other_seeds if over.low <= 0)
    return Conclusion(BETTER, f"better than the seed {sure}{but}.")


def founding(last: Mapping[str, Any] | None) -> list[str]:
    """That a population was not founded in full, as a report says it; nothing where it was.

    Args:
        last: The record's last `generation` line.
    """
    missing = (last or {}).get("missing_founders")
    return [f"Founders: {missing} never came, for their births failed too often in a row."] if missing else []


def interval(gain: Comparison) -> str:
    """Interval and p-value of a gain, as reports write them."""
    return f"95 % from {gain.low:+.3f} to {gain.high:+.3f}, p = {chance(gain.p_value)}"


def chance(p_value: float) -> str:
    """A p-value, as reports write it."""
    return f"{p_value:.3f}" if p_value >= 0.00095 else f"{p_value:.0e}"
