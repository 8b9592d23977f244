"""Scorers: what makes an output right. Each is picklable and has no state."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from evoprompt.example import Example, Score

LOWEST = -100.0  # of a log-probability: some models report minus infinity, which has no mean
SHOWN = 80  # characters of an output that a reason quotes
# In `10-20` the hyphen is no sign, and in `1,2,3` the comma no thousands separator.
_NUMBER = re.compile(r"(?:(?<![\w.)%])[-+−])?(?:(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?")


def exact_match(output: str, example: Example) -> Score:
    """1 where output and target are the same text, upper or lower case and outer white space apart."""
    if _folded(output) == _folded(example.target):
        return Score(1.0, prediction=output.strip())
    return Score(0.0, f"answered {_shown(output)} instead of {example.target!r}", prediction=output.strip())


def contains(output: str, example: Example) -> Score:
    """1 where the target stands somewhere in the output, as whole words and in upper or lower case."""
    if _word(example.target).search(output):
        return Score(1.0)
    return Score(0.0, f"{_shown(output)} does not contain {example.target!r}")


def last_number(output: str, example: Example) -> Score:
    """1 where the last number of the output equals the target, thousands separators apart.

    Raises:
        ValueError: The target is not a number.
    """
    try:
        wanted = float(example.target.replace(",", ""))
    except ValueError:
        wanted = math.nan
    if not math.isfinite(wanted):
        raise ValueError(f"last_number needs numbers as targets; example {example.id!r} has {example.target!r}")
    found = _NUMBER.findall(output)
    if not found:
        return Score(0.0, f"there is no number in {_shown(output)}")
    number = found[-1].replace(",", "").replace("−", "-")
    if math.isclose(float(number), wanted, rel_tol=1e-9, abs_tol=1e-9):
        return Score(1.0, prediction=number)
    return Score(0.0, f"the last number is {number} instead of {example.target}", prediction=number)


def token_f1(output: str, example: Example) -> Score:
    """Harmonic mean of precision and recall over words, from 0 to 1 (Rajpurkar 2016, without dropping articles)."""
    said, wanted = Counter(_words(output)), Counter(_words(example.target))
    shared = sum((said & wanted).values())
    if not shared:
        return Score(
            float(said == wanted), "" if said == wanted else f"no word of {example.target!r} in {_shown(output)}"
        )
    value = 2 * shared / (sum(said.values()) + sum(wanted.values()))
    return Score(value, "" if value == 1 else f"{value:.2f} of the words agree with {example.target!r}")


@dataclass(frozen=True)
class Choice:
    """1 where the output names the right label and no other.

    Labels are found as whole words, in upper or lower case; a label inside a longer one (`positive` in `very
    positive`) counts as the longer one. An output that names several labels is refused: it scores 0.

    Attributes:
        labels: The labels; at least 2.

    Raises:
        ValueError: Fewer than 2 labels, or two that differ only in case.
    """

    labels: tuple[str, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "labels", _checked_labels(self.labels))

    def __call__(self, output: str, example: Example) -> Score:
        target = known_label(example, self.labels)
        found = {self._read(match) for match in self._pattern.finditer(output)}
        if not found:
            return Score(0.0, f"{_shown(output)} names none of the labels {', '.join(self.labels)}")
        if len(found) > 1:
            several = ", ".join(label for label in self.labels if label in found)
            return Score(0.0, f"{_shown(output)} names several labels: {several}")
        (label,) = found
        if label == target:
            return Score(1.0, prediction=label)
        return Score(0.0, f"answered {label} instead of {target}", prediction=label)

    def _read(self, match: re.Match[str]) -> str:
        # The regular expression takes `ı` for `i`, and the folded text does not.
        assert match.lastindex is not None  # every alternative is a group
        return self._by_folded.get(_folded(match[0]), self._longest_first[match.lastindex - 1])

    @cached_property
    def _by_folded(self) -> dict[str, str]:
        return {_folded(label): label for label in self.labels}

    @cached_property
    def _longest_first(self) -> list[str]:
        return sorted(self.labels, key=len, reverse=True)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return _word(*self._longest_first)  # alternatives match in order


@dataclass(frozen=True)
class LabelProbability:
    """Graded: the probability of the right label's first token among the labels, from 0 to 1.

    Needs a model that gives log-probabilities. Far less noisy than right or wrong on few examples; an answer is
    `correct` where the right label is the likeliest, and accuracies count that.

    Attributes:
        labels: The labels; at least 2.
        calibrated: Subtract each label's mean log-probability over the dev examples before labels are compared. This
            mends the model's liking for a label; put the calibrated seed prompt beside any gain in this mode.

    Raises:
        ValueError: Fewer than 2 labels, or two that differ only in case.
    """

    labels: tuple[str, ...]
    calibrated: bool = field(default=False, kw_only=True)

    def __post_init__(self) -> None:
        object.__setattr__(self, "labels", _checked_labels(self.labels))

    @property
    def choices(self) -> tuple[str, ...]:
        """The labels: what the model is asked the log-probabilities of."""
        return self.labels

    def calibrate(self, logprobs: Sequence[Sequence[float]]) -> tuple[float, ...]:
        """Each label's mean log-probability, in the order of `labels`; empty where not calibrated."""
        if not self.calibrated or not logprobs:
            return ()
        return tuple(math.fsum(map(_floored, column)) / len(logprobs) for column in zip(*logprobs, strict=True))

    def read(self, logprobs: Sequence[float], example: Example, offsets: Sequence[float] = ()) -> Score:
        """The score of one answer; `offsets` are those that `calibrate` gave."""
        if len(logprobs) != len(self.labels):
            raise ValueError(f"example {example.id!r}: {len(logprobs)} log-probabilities for {len(self.labels)} labels")
        target = self.labels.index(known_label(example, self.labels))
        levels = [_floored(level) for level in logprobs]
        if offsets:
            levels = [level - offset for level, offset in zip(levels, offsets, strict=True)]
        top = max(levels)
        weights = [math.exp(level - top) for level in levels]
        value = weights[target] / math.fsum(weights)
        likeliest = levels.index(top)
        correct = likeliest == target and levels.count(top) == 1  # a tie decides nothing
        reason = ""
        if not correct:
            rival = next(label for i, label in enumerate(self.labels) if levels[i] == top and i != target)
            how = "as likely as" if levels[target] == top else "likelier than"
            reason = f"{rival} is {how} {self.labels[target]} ({value:.2f})"
        return Score(value, reason, correct, self.labels[likeliest])


def _floored(level: float) -> float:
    return max(level, LOWEST)


def _checked_labels(labels: Sequence[str]) -> tuple[str, ...]:
    if isinstance(labels, str) or len(labels) < 2:
        raise ValueError(f"a choice needs at least 2 labels, got {labels!r}")
    folded = [_folded(label) for label in labels]
    if "" in folded:
        raise ValueError("a label is empty")
    if len(set(folded)) < len(folded):
        twice = next(label for label in labels if folded.count(_folded(label)) > 1)
        raise ValueError(f"label {twice!r} is there twice (upper and lower case are not told apart)")
    return tuple(labels)


def known_label(example: Example, labels: Sequence[str]) -> str:
    """The label that is the example's target, upper or lower case apart.

    Raises:
        ValueError: The target is none of the labels.
    """
    wanted = _folded(example.target)
    for label in labels:
        if _folded(label) == wanted:
            return label
    raise ValueError(
        f"example {example.id!r} has the target {example.target!r}, which is no label; known: {', '.join(labels)}"
    )


def _folded(text: str) -> str:
    return text.strip().casefold()


def _word(*texts: str) -> re.Pattern[str]:
    """Any of the texts as whole words, each a group of its own; a text may itself end in punctuation."""
    return re.compile(
        r"(?<!\w)(?:" + "|".join(f"({re.escape(text.strip())})" for text in texts) + r")(?!\w)", re.IGNORECASE
    )


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _shown(output: str) -> str:
    text = " ".join(output.split())
    return repr(text if len(text) <= SHOWN else text[: SHOWN - 1] + "…")
