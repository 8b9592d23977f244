"""Scorers: what makes an output right. Each is picklable and has no state."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from evoprompt.tasks.calibration import offsets as offsets_by
from evoprompt.tasks.example import Example, Score
from evoprompt.tasks.scoring.json_reading import answered_object, differing, json_object
from evoprompt.tasks.scoring.label_finding import folded, found_in
from evoprompt.tasks.scoring.label_reading import LabelReader, Reading
from evoprompt.tasks.scoring.number_finding import as_number
from evoprompt.tasks.scoring.number_reading import answered_number
from evoprompt.text.arguments import said_of
from evoprompt.text.brief import LONGEST, brief, few

FEW = 5  # fields that a reason tells of
SHORT, MOST_KNOWN = 400, 8192  # characters of an output whose reading is remembered, and how many are
LOWEST = -100.0  # of a log-probability: some models report minus infinity, which has no mean
LONGEST_TARGET = 400  # characters of a target that a reason quotes: operators learn from it


def exact_match(output: str, example: Example) -> Score:
    """1 where output and target are the same text, upper or lower case and outer white space apart."""
    if _folded(output) == _folded(example.target):
        return Score(1.0, prediction=output.strip())
    reason = f"answered {_shown(output)} instead of {_shown(example.target, LONGEST_TARGET)}"
    return Score(0.0, reason, prediction=output.strip(), is_unreadable=not output.strip())


def contains(output: str, example: Example) -> Score:
    """1 where the target stands somewhere in the output, as whole words, compared as `Choice` compares labels."""
    if found_in(example.target, output):
        return Score(1.0)
    reason = f"{_shown(output)} does not contain {_shown(example.target, LONGEST_TARGET)}"
    return Score(0.0, reason, is_unreadable=not output.strip())


def last_number(output: str, example: Example) -> Score:
    """1 where the number that the output gives as its answer equals the target.

    It is the one behind a mark (`#### 42`, `\\boxed{42}`, `The answer is 42`), else the last one; remarks, reasons and what
    is denied apart. An output that leaves the choice (`12 or 13`, `12-13`) gives none. Thousands and decimals are
    read by their pattern, in targets too; `evoprompt.tasks.scoring.number_finding` and `number_reading` have the rules.

    Raises:
        ValueError: The target is not a number.
    """
    wanted = as_number(example.target)
    if wanted is None or not math.isfinite(wanted):
        raise ValueError(
            f"last_number needs numbers as targets; example {brief(example.id)!r} has {_shown(example.target, LONGEST_TARGET)}"
        )
    number = answered_number(output)
    if number is None:
        return Score(0.0, f"there is no number, or none alone, in {_shown(output)}", is_unreadable=True)
    meant = (number.value, number.unscaled)  # `1.5 million`, where the target is a number of millions
    if any(math.isclose(each, wanted, rel_tol=1e-9, abs_tol=1e-9) for each in meant):
        return Score(1.0, prediction=number.text)
    reason = f"the number is {brief(number.text)} instead of {brief(example.target, LONGEST_TARGET)}"
    return Score(0.0, reason, prediction=number.text)


def json_fields(output: str, example: Example) -> Score:
    """The share of the target's fields, from 0 to 1, that the JSON object in the output has too.

    The target is a JSON object. Numbers are compared by value, texts apart from case and outer blanks, lists and objects
    as a whole; further fields of the output do no harm. Of several objects the last counts that has a field of the target;
    trailing commas, Python's quotes and an object around it (`{"result": {...}}`) do no harm.

    Raises:
        ValueError: The target is no JSON object with fields.
    """
    wanted = json_object(example.target)
    if not wanted:
        raise ValueError(
            f"json_fields needs JSON objects as targets; example {brief(example.id)!r} has"
            f" {_shown(example.target, LONGEST_TARGET)}"
        )
    said = answered_object(output, wanted.keys())
    if said is None:
        return Score(0.0, f"there is no JSON object in {_shown(output)}", is_unreadable=True)
    wrong = differing(wanted, said)
    if not wrong:
        return Score(1.0, prediction=json.dumps(said, ensure_ascii=False))
    told = [f"{name} is {_shown(repr(said.get(name)))} instead of {_shown(repr(wanted[name]))}" for name in wrong[:FEW]]
    more = f" and {len(wrong) - FEW} more" if len(wrong) > FEW else ""
    return Score(1 - len(wrong) / len(wanted), "; ".join(told) + more, False, json.dumps(said, ensure_ascii=False))


def token_f1(output: str, example: Example) -> Score:
    """Harmonic mean of precision and recall over words, from 0 to 1 (Rajpurkar 2016, without dropping articles)."""
    said, wanted = Counter(_words(output)), Counter(_words(example.target))
    shared = sum((said & wanted).values())
    if not shared and said == wanted:
        return Score(1.0)
    if not shared:
        reason = f"no word of {_shown(example.target, LONGEST_TARGET)} in {_shown(output)}"
        return Score(0.0, reason, is_unreadable=not output.strip())
    value = 2 * shared / (sum(said.values()) + sum(wanted.values()))
    return Score(
        value, "" if value == 1 else f"{value:.2f} of the words agree with {_shown(example.target, LONGEST_TARGET)}"
    )


@said_of
@dataclass(frozen=True)
class Choice:
    """1 where the output gives the right label as its answer.

    The answer may stand alone, on the first or the last line, after words such as `Answer:`, in `\\boxed{}` or JSON, or be
    the label with the largest share (`positive: 0.9, negative: 0.1`), or the one that is named and not denied. Of two that
    are compared the stronger counts (`more positive than negative`), and after a change of mind the last. A label
    inside a longer one (`positive` in `very positive`) counts as the longer one. Upper and lower case are alike, and so are
    `tech_support` and `Tech Support`, composed and decomposed accents. Where several labels are left, or none, the output
    is unreadable and scores 0.

    Attributes:
        labels: The labels; at least 2.

    Raises:
        ValueError: Fewer than 2 labels, or two that are alike.
    """

    labels: tuple[str, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "labels", _checked_labels(self.labels))

    def __call__(self, output: str, example: Example) -> Score:
        target = self.labels[self.place_of(example)]
        place, named = self._read(output)
        if place is None and named:
            several = few([self.labels[each] for each in sorted(named)])
            return Score(0.0, f"{_shown(output)} names several labels: {several}", is_unreadable=True)
        if place is None:
            return Score(0.0, f"{_shown(output)} names none of the labels {few(self.labels)}", is_unreadable=True)
        label = self.labels[place]
        if label == target:
            return Score(1.0, prediction=label)
        return Score(0.0, f"answered {brief(label)} instead of {brief(target)}", prediction=label)

    def place_of(self, example: Example) -> int:
        """The place among the labels of the one that is the example's target, as labels are compared.

        Raises:
            ValueError: The target is none of the labels.
        """
        return _place(example, self._reader.places, self.labels)

    def _read(self, output: str) -> Reading:
        """What an output says; short ones come again and again, and are read once."""
        if len(output) > SHORT:
            return self._reader.read(output)
        if (known := self._known.get(output)) is None:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            known = self._known[output] = self._reader.read(output)
        return known

    @cached_property
    def _reader(self) -> LabelReader:
        return LabelReader(self.labels)

    @cached_property
    def _known(self) -> dict[str, Reading]:
        return {}

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name not in ("_known", "_reader")}  # stay here


@said_of
@dataclass(frozen=True)
class LabelProbability:
    """Graded: the probability of the right label's first token among the labels, from 0 to 1.

    Needs a model that gives log-probabilities. Far less noisy than right or wrong on few examples; an answer is
    `correct` where the right label is the likeliest, and accuracies count that.

    Attributes:
        labels: The labels; at least 2.
        calibrated: Subtract an offset a label from the log-probabilities before labels are compared. Under the offsets
            the mean probabilities over the dev examples are the labels' shares in train and dev, which mends the
            model's liking for a label; for a model that dev shows to be right but unsure, at its own scale.
            The sealed test shows the seed prompt without them beside any gain.

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
        return LabelReader(self.labels).places

    def calibrate(
        self, logprobs: Sequence[Sequence[float]], shares: Sequence[float] = (), targets: Sequence[str] = ()
    ) -> tuple[float, ...]:
        """What to subtract from each label's log-probability, in the order of `labels`; empty where not calibrated.

        Args:
            logprobs: Of one prompt's answers on the dev examples, one row an answer.
            shares: How often each label is right; empty for all labels alike.
            targets: The right answer to each; they tell whether the model is unsure. Empty where they are not known.
        """
        if not self.calibrated or not logprobs:
            return ()
        alike = (1 / len(self.labels),) * len(self.labels)
        places = [self._folded_places.get(folded(target), -1) for target in targets]
        right = () if -1 in places else places
        return offsets_by([[_floored(level) for level in row] for row in logprobs], tuple(shares) or alike, right)

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
        if not (plain := folded(label)):
            raise ValueError("a label is empty")
        if plain in seen:
            alike = "" if seen[plain] == label else f", also as {brief(label)!r}"
            raise ValueError(
                f"label {brief(seen[plain])!r} is there twice{alike} (case, and blanks or hyphens between words, tell no"
                " labels apart)"
            )
        seen[plain] = label
    return tuple(labels)


def _place(example: Example, places: Mapping[str, int], labels: Sequence[str]) -> int:
    place = places.get(folded(example.target))
    if place is None:
        raise ValueError(
            f"example {brief(example.id)!r} has the target {_shown(example.target)}, which is no label;"
            f" known: {few(labels)}"
        )
    return place


def _folded(text: str) -> str:
    return text.strip().casefold()


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _shown(text: str, longest: int = LONGEST) -> str:
    return repr(brief(" ".join(text.split()), longest))
