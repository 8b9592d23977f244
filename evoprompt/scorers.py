"""Scorers: what makes an output right. Each is picklable and has no state."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from evoprompt.arguments import said_of
from evoprompt.brief import LONGEST, brief, few
from evoprompt.example import Example, Score

LOWEST = -100.0  # of a log-probability: some models report minus infinity, which has no mean
LONGEST_TARGET = 400  # characters of a target that a reason quotes: operators learn from it
FEW_LABELS = 50  # every output is searched for all of so few
# In `10-20` the hyphen is no sign, and in `1,2,3` the comma no thousands separator.
_NUMBER = re.compile(r"(?:(?<![\w.)%])[-+−])?(?:(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?")


def exact_match(output: str, example: Example) -> Score:
    """1 where output and target are the same text, upper or lower case and outer white space apart."""
    if _folded(output) == _folded(example.target):
        return Score(1.0, prediction=output.strip())
    return Score(
        0.0, f"answered {_shown(output)} instead of {_shown(example.target, LONGEST_TARGET)}", prediction=output.strip()
    )


def contains(output: str, example: Example) -> Score:
    """1 where the target stands somewhere in the output, as whole words and in upper or lower case."""
    if _word(example.target).search(output):
        return Score(1.0)
    return Score(0.0, f"{_shown(output)} does not contain {_shown(example.target, LONGEST_TARGET)}")


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
        raise ValueError(
            f"last_number needs numbers as targets; example {brief(example.id)!r} has {_shown(example.target, LONGEST_TARGET)}"
        )
    found = _NUMBER.findall(output)
    if not found:
        return Score(0.0, f"there is no number in {_shown(output)}")
    number = found[-1].replace(",", "").replace("−", "-")
    if math.isclose(float(number), wanted, rel_tol=1e-9, abs_tol=1e-9):
        return Score(1.0, prediction=number)
    return Score(
        0.0, f"the last number is {brief(number)} instead of {brief(example.target, LONGEST_TARGET)}", prediction=number
    )


def token_f1(output: str, example: Example) -> Score:
    """Harmonic mean of precision and recall over words, from 0 to 1 (Rajpurkar 2016, without dropping articles)."""
    said, wanted = Counter(_words(output)), Counter(_words(example.target))
    shared = sum((said & wanted).values())
    if not shared:
        return Score(
            float(said == wanted),
            "" if said == wanted else f"no word of {_shown(example.target, LONGEST_TARGET)} in {_shown(output)}",
        )
    value = 2 * shared / (sum(said.values()) + sum(wanted.values()))
    return Score(
        value, "" if value == 1 else f"{value:.2f} of the words agree with {_shown(example.target, LONGEST_TARGET)}"
    )


@said_of
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
        target = self.labels[self.place_of(example)]
        likely = self._likely(output)
        found = {self._read(match, likely) for match in _pattern(likely).finditer(output)} if likely else set()
        if not found:
            return Score(0.0, f"{_shown(output)} names none of the labels {few(self.labels)}")
        if len(found) > 1:
            several = few(sorted(found, key=self._places.__getitem__))
            return Score(0.0, f"{_shown(output)} names several labels: {several}")
        (label,) = found
        if label == target:
            return Score(1.0, prediction=label)
        return Score(0.0, f"answered {brief(label)} instead of {brief(target)}", prediction=label)

    def place_of(self, example: Example) -> int:
        """The place among the labels of the one that is the example's target, upper or lower case apart.

        Raises:
            ValueError: The target is none of the labels.
        """
        return _place(example, self._folded_places, self.labels)

    def _read(self, match: re.Match[str], likely: Sequence[str]) -> str:
        # The regular expression takes `ı` for `i`, and the folded text does not.
        assert match.lastindex is not None  # every alternative is a group
        place = self._folded_places.get(_folded(match[0]))
        return likely[match.lastindex - 1] if place is None else self.labels[place]

    def _likely(self, output: str) -> tuple[str, ...]:
        """The labels that may stand in an output, the longest first: a search for 100,000 would take seconds."""
        if len(self.labels) <= FEW_LABELS:
            return self._longest_first
        said = {*_plain_words(output), ""}
        likely = [label for word in said for label in self._by_rarest_word.get(word, ())]
        whole = [label for label in likely if said.issuperset(_plain_words(label))]
        return tuple(sorted(whole, key=lambda label: (-len(label), self._places[label])))

    @cached_property
    def _by_rarest_word(self) -> Mapping[str, Sequence[str]]:
        """The labels by the one of their words that stands in the fewest labels; by "" those without any."""
        words = {label: sorted(_plain_words(label)) or [""] for label in self.labels}
        counts = Counter(word for each in words.values() for word in each)
        by_word: dict[str, list[str]] = {}
        for label, each in words.items():
            by_word.setdefault(min(each, key=counts.__getitem__), []).append(label)
        return by_word

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {label: place for place, label in enumerate(self.labels)}

    @cached_property
    def _folded_places(self) -> Mapping[str, int]:
        return _by_folded(self.labels)

    @cached_property
    def _longest_first(self) -> tuple[str, ...]:
        return tuple(sorted(self.labels, key=len, reverse=True))


@said_of
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

    def place_of(self, example: Example) -> int:
        """The place among the labels of the one that is the example's target, upper or lower case apart.

        Raises:
            ValueError: The target is none of the labels.
        """
        return _place(example, self._folded_places, self.labels)

    @cached_property
    def _folded_places(self) -> Mapping[str, int]:
        return _by_folded(self.labels)

    def calibrate(self, logprobs: Sequence[Sequence[float]]) -> tuple[float, ...]:
        """Each label's mean log-probability, in the order of `labels`; empty where not calibrated."""
        if not self.calibrated or not logprobs:
            return ()
        return tuple(math.fsum(map(_floored, column)) / len(logprobs) for column in zip(*logprobs, strict=True))

    def read(self, logprobs: Sequence[float], example: Example, offsets: Sequence[float] = ()) -> Score:
        """The score of one answer; `offsets` are those that `calibrate` gave."""
        if len(logprobs) != len(self.labels):
            raise ValueError(f"example {example.id!r}: {len(logprobs)} log-probabilities for {len(self.labels)} labels")
        target = self.place_of(example)
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
            reason = f"{brief(rival)} is {how} {brief(self.labels[target])} ({value:.2f})"
        return Score(value, reason, correct, self.labels[likeliest])


def likeliest(logprobs: Sequence[float], offsets: Sequence[float] = ()) -> int:
    """The place of the choice with the largest log-probability, offsets subtracted; of equals, the first."""
    levels = [_floored(level) for level in logprobs]
    levels = [level - offset for level, offset in zip(levels, offsets, strict=True)] if offsets else levels
    return levels.index(max(levels))


def _floored(level: float) -> float:
    return max(level, LOWEST)


def _checked_labels(labels: Sequence[str]) -> tuple[str, ...]:
    if isinstance(labels, str) or len(labels) < 2:
        raise ValueError(f"a choice needs at least 2 labels, got {labels!r}")
    seen: dict[str, str] = {}
    for label in labels:
        if not (folded := _folded(label)):
            raise ValueError("a label is empty")
        if folded in seen:
            raise ValueError(f"label {brief(seen[folded])!r} is there twice (upper and lower case are not told apart)")
        seen[folded] = label
    return tuple(labels)


def _by_folded(labels: Sequence[str]) -> dict[str, int]:
    return {_folded(label): place for place, label in enumerate(labels)}


def _place(example: Example, places: Mapping[str, int], labels: Sequence[str]) -> int:
    place = places.get(_folded(example.target))
    if place is None:
        raise ValueError(
            f"example {brief(example.id)!r} has the target {_shown(example.target)}, which is no label;"
            f" known: {few(labels)}"
        )
    return place


def _folded(text: str) -> str:
    return text.strip().casefold()


def _word(*texts: str) -> re.Pattern[str]:
    """Any of the texts as whole words, each a group of its own; a text may itself end in punctuation."""
    return re.compile(
        r"(?<!\w)(?:" + "|".join(f"({re.escape(text.strip())})" for text in texts) + r")(?!\w)", re.IGNORECASE
    )


@lru_cache(maxsize=512)
def _pattern(labels: tuple[str, ...]) -> re.Pattern[str]:
    return _word(*labels)


def _plain_words(text: str) -> set[str]:
    """The words of a text, alike where a regular expression that ignores case takes them for alike (`ı`, `İ` and `i`)."""
    return {word.replace("İ", "i").upper().casefold() for word in re.findall(r"\w+", text)}


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _shown(text: str, longest: int = LONGEST) -> str:
    return repr(brief(" ".join(text.split()), longest))
