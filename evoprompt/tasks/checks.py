"""What can be said of a task's examples before anything is spent on them."""

from __future__ import annotations

import difflib
import math
import sys
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from evoprompt.genome import Genome
from evoprompt.tasks.example import Example
from evoprompt.tasks.scoring.scorers import Choice, LabelProbability, contains, exact_match, last_number, token_f1
from evoprompt.tasks.splits import SPLITS, content_of, refuse_overlap
from evoprompt.tasks.tables.rows import DataWarning
from evoprompt.tasks.task import Task
from evoprompt.text.brief import brief, few
from evoprompt.text.template import placeholders

FEWEST = 20  # examples of dev, or of test, below which a score on them says little
STRONG = 0.8  # share of the commonest label from which on always answering it looks like a good prompt
COMMON = 3  # examples from which on a label is no slip
MOST_LABELS = 50  # different targets up to which they may be labels, where the scorer does not say
MOST_COMPARED = 200  # labels that are looked at for slips
SELDOM = 10  # times that a label must be commoner than one much like it, for that to be a slip
LIKE = 0.75  # likeness, from 0 to 1, of a slip and the label that was meant
_COMPARING = (exact_match, contains, last_number, token_f1)


def check_data(task: Task, seeds: Sequence[Genome]) -> None:
    """Look at a task's examples as a run begins: refuse what nothing can be learnt from, warn of what is doubtful.

    Args:
        seeds: The prompts of the run, which may show fields that the template does not name.

    Raises:
        ValueError: All targets are the same one, or two splits have an example in common.
    """
    names = _shown(task, seeds)
    refuse_overlap(task.name, {name: task.split(name) for name in SPLITS}, names)
    _refuse_one_label(task)
    for sentence in _doubts(task, names):
        warnings.warn(f"task {task.name!r}: {sentence}", DataWarning, stacklevel=_outside())


def _shown(task: Task, seeds: Sequence[Genome]) -> list[str]:
    """The fields that make up an example, as far as the task model reads it."""
    texts = (text for genome in seeds for _, text in genome.genes)
    by_genes = (name for text in texts for name in placeholders(text, task.fields).fields)
    return sorted({*task.named_fields, *by_genes}) or list(task.shown_fields)


def _doubts(task: Task, names: Sequence[str]) -> Iterator[str]:
    """What is doubtful about a task's examples, a sentence each."""
    yield from _few(task)
    if _is_compared(task):
        yield from _contradictions(task, names)
        yield from _slips(task)
        yield from _imbalance(task)
        yield from _one_sided(task)


def _is_compared(task: Task) -> bool:
    """Whether the scorer holds outputs against the targets, as far as can be told."""
    return isinstance(task.scorer, (Choice, LabelProbability)) or any(task.scorer is each for each in _COMPARING)


def _label(example: Example) -> str:
    return " ".join(example.target.split()).casefold()


def _refuse_one_label(task: Task) -> None:
    if not _is_compared(task):
        return
    for what, examples in (("examples", task.examples), ("dev examples", task.dev)):
        if len(examples) > 1 and len({_label(example) for example in examples}) == 1:
            raise ValueError(
                f"task {task.name!r}: all {len(examples):,} {what} have the target {brief(examples[0].target)!r}, so that"
                " nothing can be learnt from them; bring examples with other targets too"
            )


def _few(task: Task) -> Iterator[str]:
    for name in ("dev", "test"):
        n = len(task.split(name))
        if 0 < n < FEWEST:
            points = round(100 * 1.96 * math.sqrt(0.25 / n))
            yield (
                f"{n} {name} example{'s are' if n > 1 else ' is'} few: a score on them is uncertain by up to {points} points"
                f" of 100; bring {FEWEST} or more, 100 if you can"
            )


def _contradictions(task: Task, names: Sequence[str]) -> Iterator[str]:
    alike: dict[tuple[str, ...], list[Example]] = defaultdict(list)
    for example in task.examples:
        alike[content_of(example, names)].append(example)
    at_odds = [group for group in alike.values() if len({_label(example) for example in group}) > 1]
    if at_odds:
        one = at_odds[0][0]
        other = next(example for example in at_odds[0] if _label(example) != _label(one))
        yield (
            f"{len(at_odds):,} input{'s have' if len(at_odds) > 1 else ' has'} several targets: example {brief(one.id)!r}"
            f" says {brief(one.target)!r} and {brief(other.id)!r}, with the same text, {brief(other.target)!r}; no prompt"
            " can get both right, so mend the targets or take one out"
        )


def _slips(task: Task) -> Iterator[str]:
    """Labels seen once, or seldom beside one that is much like them: slips of the pen, or classes too rare to learn."""
    spelling = {_label(example): example.target for example in task.examples}
    counts = Counter(map(_label, task.examples))
    common = [label for label, count in counts.items() if count >= COMMON]
    if not common:
        return
    seldom = [label for label, count in counts.items() if count == 1 or SELDOM * count <= max(counts.values())]
    if not task.labels and len(counts) > MOST_LABELS:  # answers at large, each its own
        return
    compared = seldom[:MOST_COMPARED]  # each with all that are common
    near = {label: difflib.get_close_matches(label, set(common) - {label}, 1, LIKE) for label in compared}
    meant = {
        label: [each for each in near.get(label, ()) if SELDOM * counts[label] <= counts[each] or counts[label] == 1]
        for label in seldom
    }
    once = [label for label in seldom if counts[label] == 1 or meant[label]]
    if not task.labels:  # what is near to a label may be a slip; the rest may be answers
        once = [label for label in once if meant[label]]
    if once:
        seen = "once" if all(counts[label] == 1 for label in once) else "seldom"
        names = [
            repr(brief(spelling[label]))
            + (f" (did you mean {brief(spelling[meant[label][0]])!r}?)" if meant[label] else "")
            for label in once
        ]
        yield f"seen {seen} as a target: {few(names)}; mend a slip, or bring more examples of a rare label"


def _one_sided(task: Task) -> Iterator[str]:
    """Labels of the test that the search never sees, and a test of one label alone."""
    if not task.test or not task.labels:
        return
    tested = {_label(example): example.target for example in task.test}
    seen = {_label(example) for example in (*task.train, *task.dev)}
    counts = Counter(map(_label, task.test))
    if unseen := [target for label, target in tested.items() if label not in seen and counts[label] >= COMMON]:
        yield f"no train or dev example has the target {few([repr(brief(each)) for each in unseen])}, which the test has"
    if len(tested) == 1 and len(task.test) > 1 and len(seen) > 1:
        only = next(iter(tested.values()))
        yield f"all {len(task.test):,} test examples have the target {brief(only)!r}: a score on them says nothing of the others"


def _imbalance(task: Task) -> Iterator[str]:
    counts = Counter(map(_label, task.dev))
    if not 1 < len(counts) <= MOST_LABELS:
        return
    spelling = {_label(example): example.target for example in task.dev}
    (label, most), n = counts.most_common(1)[0], len(task.dev)
    if most >= STRONG * n:
        shares = [f"{brief(spelling[each])} {100 * count / n:.0f} %" for each, count in counts.most_common()]
        yield (
            f"the dev examples are unbalanced ({few(shares, 6)}): always answering {brief(spelling[label])!r} would score"
            f" {most / n:.2f}; bring more examples of the other{'s' if len(counts) > 2 else ''}"
        )


def _outside() -> int:
    """How many calls up the user's own line is, as `warnings.warn` counts them."""
    depth, frame = 1, sys._getframe(1)
    while frame.f_back is not None and str(frame.f_globals.get("__name__", "")).split(".")[0] == "evoprompt":
        depth, frame = depth + 1, frame.f_back
    return depth
