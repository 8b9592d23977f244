"""From rows to examples in three disjoint splits, with an error that names file, line and field where one is wrong."""

from __future__ import annotations

import random
import re
import unicodedata
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from evoprompt.tasks.example import Example
from evoprompt.tasks.tables.data import Row, read_any
from evoprompt.text.arguments import as_float, as_int
from evoprompt.text.brief import brief, columns
from evoprompt.text.folding import folded

SPLITS = ("train", "dev", "test")


def split_rows(
    rows: list[Row],
    *,
    task: str,
    target: str,
    used: Sequence[str],
    train: Any = None,
    dev: Any = 0.4,
    test: Any = 0.4,
    split: str | None = None,
    id: str | None = None,
    seed: int = 0,
    optional: Sequence[str] = (),
) -> dict[str, tuple[Example, ...]]:
    """Examples by split.

    Args:
        task: The task's name, for messages.
        target: The field with the right answer.
        used: The fields that the template names.
        train, dev, test, split, id, seed, optional: As in `Task.from_records`.

    Raises:
        ValueError: As in `Task.from_records`.
    """
    wanted = dict(zip(SPLITS, map(_plain, (train, dev, test)), strict=True))
    given = {
        name: read_any(source)
        for name, source in wanted.items()
        if source is not None and not isinstance(source, (int, float))
    }
    reader = _ExampleReader(target, used, id, split, frozenset(optional))
    pool = [reader.example(row, "") for row in rows]
    if not pool:
        raise ValueError(f"task {task!r}: there are no examples")
    alike = used or telling_fields(pool)
    if split is not None:
        splits = _named_splits(rows, pool, split)
    else:
        shares = {name: share for name, share in wanted.items() if name not in given}
        splits = _drawn_splits(task, pool, shares, alike, random.Random(f"{seed}/split"))
    for part, more in given.items():
        splits[part] = [reader.example(row, f"{part}-") for row in more]
    refuse_overlap(task, splits, alike)
    return {name: tuple(examples) for name, examples in splits.items()}


@dataclass
class _ExampleReader:
    """Makes examples from rows, and says what is wrong with a row."""

    target: str
    used: Sequence[str]
    id: str | None
    split: str | None
    optional: frozenset[str]
    seen: dict[str, str] = field(default_factory=dict)

    def example(self, row: Row, prefix: str) -> Example:
        fields = row.fields | {name: "" for name in self.optional if name not in row.fields}
        for name in (*self.used, self.target, *filter(None, (self.id, self.split))):
            if name not in fields:
                raise ValueError(
                    f"{row.where}: no field {brief(name)!r}; the fields are {columns(fields) or 'none'}"
                    f"{_nested(name, fields)}"
                )
            if not fields[name].strip() and name not in self.optional:
                raise ValueError(f"{row.where}: the field {name!r} is empty")
        key = fields[self.id] if self.id else f"{prefix}{len(self.seen) + 1}"
        if key in self.seen:
            raise ValueError(f"{row.where}: the id {brief(key)!r} is already that of {self.seen[key]}")
        self.seen[key] = row.where
        extra = {self.target, self.id, self.split}
        return Example(key, {k: v for k, v in fields.items() if k not in extra}, fields[self.target])


def _nested(name: str, fields: Mapping[str, str]) -> str:
    """What to do where a name looks for a field in a field."""
    outer = re.split(r"[.\[/]", name)[0]
    if outer == name or outer not in fields:
        return ""
    return f"; {outer!r} is one field, and what is inside it can't be named: give that a field of its own"


def _plain(size: Any) -> Any:
    """A number of numpy's as one of Python's, and all else as it is."""
    return next((number for number in (as_int(size), as_float(size)) if number is not None), size)


def telling_fields(examples: Sequence[Example]) -> tuple[str, ...]:
    """The fields that make up an example where no template names them: those that mostly hold texts, else all.

    The number of a row, a date or a category beside a text makes no other example of it. Texts have several words, and
    differ.
    """
    names = sorted({name for example in examples for name in example.fields})
    return tuple([name for name in names if _holds_texts([each.fields.get(name, "") for each in examples])] or names)


_SEVERAL_WORDS = re.compile(r"[^\W\d_]{2}.*\s.*[^\W\d_]{2}", re.DOTALL)


def _holds_texts(values: Sequence[str]) -> bool:
    return 2 * sum(bool(_SEVERAL_WORDS.search(value)) for value in values) > len(values) and len(set(values)) > 2


def content_of(example: Example, used: Sequence[str]) -> tuple[str, ...]:
    """What the task model sees of an example, whatever its case, blanks and punctuation.

    Alike contents must not stand in two splits: whoever is scored on the one has seen the other.
    """
    return tuple(map(folded, _texts(example, used)))


def _texts(example: Example, used: Sequence[str]) -> tuple[str, ...]:
    return tuple(example.fields.get(name, "") for name in (used or sorted(example.fields)))


def _named_splits(rows: list[Row], pool: list[Example], field_name: str) -> dict[str, list[Example]]:
    splits: dict[str, list[Example]] = {name: [] for name in SPLITS}
    for row, example in zip(rows, pool, strict=True):
        name = row.fields[field_name].strip().lower()
        if name not in splits:
            raise ValueError(
                f"{row.where}: the field {field_name!r} says {brief(name)!r}; it must be one of {', '.join(SPLITS)}"
            )
        splits[name].append(example)
    return splits


def _drawn_splits(
    task: str, pool: list[Example], shares: Mapping[str, float | None], used: Sequence[str], rng: random.Random
) -> dict[str, list[Example]]:
    """Draw disjoint splits that are alike in their targets; alike contents stay together.

    Every class is spread evenly over one line of positions from 0 to 1, and the line is cut at the splits' sizes, so
    that each split has each class to within two examples of its share.
    """
    groups: dict[tuple[str, ...], list[Example]] = {}
    for example in pool:
        groups.setdefault(content_of(example, used), []).append(example)
    by_target: dict[str, list[list[Example]]] = {}
    for group in groups.values():
        by_target.setdefault(group[0].target, []).append(group)
    line: list[tuple[float, list[Example]]] = []
    for target in sorted(by_target):
        members = by_target[target]
        rng.shuffle(members)
        shift = rng.random()
        line += [((i + shift) / len(members), group) for i, group in enumerate(members)]
    ordered = [group for _, group in sorted(line, key=lambda place: place[0])]
    sizes = _sizes(task, shares, len(pool))
    splits: dict[str, list[Example]] = {name: [] for name in SPLITS}
    queue = deque(ordered)
    for name, size in sizes.items():
        while len(splits[name]) < size and queue:
            splits[name] += queue.popleft()
    return splits


def _sizes(task: str, shares: Mapping[str, float | None], n: int) -> dict[str, int]:
    sizes = {}
    counted = {name: share for name, share in shares.items() if share is not None}
    for name, share in counted.items():
        if isinstance(share, bool) or not share >= 0 or (isinstance(share, float) and share > 1):  # NaN is no share
            raise ValueError(
                f"task {task!r}: {name} must be a share from 0 to 1 or a number of examples, got {share!r}"
            )
        sizes[name] = round(share * n) if isinstance(share, float) else share
    if (total := sum(sizes.values())) > n:
        if sum(share * n if isinstance(share, float) else share for share in counted.values()) > n + 1e-6:
            raise ValueError(f"task {task!r}: the splits ask for {total} examples, but there are {n}")
        # Rounding up every share can ask for one too many.
        last = [name for name, share in counted.items() if isinstance(share, float) and sizes[name]][-1]
        sizes[last] -= total - n
    rest = n - sum(sizes.values())
    return {name: sizes.get(name, rest) for name in shares}


def refuse_overlap(task: str, splits: Mapping[str, Sequence[Example]], used: Sequence[str]) -> None:
    """Refuse examples with alike contents in two splits.

    Raises:
        ValueError: There are some; the message names the first two and what tells them apart.
    """
    seen: dict[tuple[str, ...], tuple[str, Example]] = {}
    for name in SPLITS:
        for example in splits[name]:
            other, first = seen.setdefault(content_of(example, used), (name, example))
            if other != name:
                said = _likeness(_texts(first, used), _texts(example, used))
                raise ValueError(
                    f"task {task!r}: example {brief(example.id)!r} of {name} has the same text as {brief(first.id)!r} of"
                    f" {other}{said}; an example must stand in one split only: take one of the two out, or let the"
                    " splits be drawn, which keeps such examples together"
                )


def _likeness(one: Sequence[str], other: Sequence[str]) -> str:
    """What tells two contents apart that are alike; empty where they are equal."""
    if one == other:
        return ""
    pair = [unicodedata.normalize("NFKC", "\x1f".join(texts)) for texts in (one, other)]
    kinds = {"case": r"\w", "blanks": r"\s+", "punctuation": r"[^\w\s]"}
    differs = [what for what, signs in kinds.items() if re.findall(signs, pair[0]) != re.findall(signs, pair[1])]
    return f" but for {' and '.join(differs) or 'the Unicode form'}"
