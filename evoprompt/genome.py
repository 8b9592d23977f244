"""A prompt as data: named genes and shots, frozen and hashable."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

ID_LENGTH = 12  # hexadecimal digits: two of a million genomes collide with a chance below one in 500


@dataclass(frozen=True)
class Shot:
    """A solved example shown in the prompt.

    Attributes:
        fields: The example's fields as (name, text) pairs, in the order of the data.
        target: The right answer.
        reasoning: The worked way to the answer, shown before it; empty for none.

    Raises:
        ValueError: A field is named twice.
    """

    fields: tuple[tuple[str, str], ...]
    target: str
    reasoning: str = ""

    def __post_init__(self) -> None:
        names = [name for name, _ in self.fields]
        if len(set(names)) < len(names):
            raise ValueError(f"a shot has the field {max(names, key=names.count)!r} twice")

    def to_json(self) -> dict[str, Any]:
        """The shot as plain JSON values."""
        data: dict[str, Any] = {"fields": dict(self.fields), "target": self.target}
        return {**data, "reasoning": self.reasoning} if self.reasoning else data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Shot:
        """The shot that `to_json` wrote."""
        shot = cls(tuple(data["fields"].items()), data["target"], data.get("reasoning", ""))
        for text in (*dict(shot.fields).values(), shot.target, shot.reasoning):
            if not isinstance(text, str):
                raise TypeError(f"a shot holds texts, got {type(text).__name__}")
        return shot


@dataclass(frozen=True, init=False)
class Genome:
    """A prompt as data: rendered genes, hidden genes and shots.

    Rendered genes stand in the task's template. Hidden genes (a mutation prompt, the memory of an operator) steer
    operators and are never shown to the task model. Two genomes with the same content are equal and have the same id.

    Args:
        genes: Rendered genes by name; a plain text is short for the one gene `instruction`.
        shots: Solved examples, in the order in which the prompt shows them.
        hidden: Hidden genes by name.

    Raises:
        TypeError: A gene is not a text.
        ValueError: A name is both rendered and hidden.
    """

    genes: tuple[tuple[str, str], ...]
    shots: tuple[Shot, ...]
    hidden: tuple[tuple[str, str], ...]

    def __init__(
        self,
        genes: str | Mapping[str, str] | Iterable[tuple[str, str]],
        *,
        shots: Iterable[Shot] = (),
        hidden: Mapping[str, str] | Iterable[tuple[str, str]] = (),
    ) -> None:
        rendered = dict({"instruction": genes} if isinstance(genes, str) else genes)
        unseen = dict(hidden)
        for name, text in (*rendered.items(), *unseen.items()):
            if not isinstance(text, str):
                raise TypeError(f"gene {name!r} must be a text, got {type(text).__name__}")
        if both := rendered.keys() & unseen.keys():
            raise ValueError(f"gene {min(both)!r} is both rendered and hidden")
        # Sorted, so that equal content is equal whatever the order in which it was put together.
        object.__setattr__(self, "genes", tuple(sorted(rendered.items())))
        object.__setattr__(self, "hidden", tuple(sorted(unseen.items())))
        object.__setattr__(self, "shots", tuple(shots))

    def __getitem__(self, name: str) -> str:
        """The text of a rendered or hidden gene.

        Raises:
            KeyError: No gene has this name; the message lists those there are.
        """
        for known, text in (*self.genes, *self.hidden):
            if known == name:
                return text
        raise KeyError(f"no gene named {name!r}; this genome has {', '.join(self.names) or 'none'}")

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def get(self, name: str, default: str = "") -> str:
        """The text of a gene, or the default where the genome lacks it."""
        return dict((*self.genes, *self.hidden)).get(name, default)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all genes, the rendered ones first."""
        return tuple(name for name, _ in (*self.genes, *self.hidden))

    def with_gene(self, name: str, text: str) -> Genome:
        """The same genome with the text of one gene replaced; a name not there yet becomes a rendered gene."""
        if name in dict(self.hidden):
            return self.with_hidden(name, text)
        return Genome({**dict(self.genes), name: text}, shots=self.shots, hidden=self.hidden)

    def with_hidden(self, name: str, text: str) -> Genome:
        """The same genome with one hidden gene set."""
        return Genome(self.genes, shots=self.shots, hidden={**dict(self.hidden), name: text})

    def with_shots(self, shots: Iterable[Shot]) -> Genome:
        """The same genome with other shots."""
        return Genome(self.genes, shots=shots, hidden=self.hidden)

    @cached_property
    def visible(self) -> Genome:
        """The genome without its hidden genes: all that the task model ever sees of it."""
        return Genome(self.genes, shots=self.shots) if self.hidden else self

    @cached_property
    def id(self) -> str:
        """A short name made from the content; equal genomes have equal ids, in any process."""
        text = json.dumps(self.to_json(), ensure_ascii=True)  # genes are sorted; the order of a shot's fields counts
        return hashlib.sha256(text.encode()).hexdigest()[:ID_LENGTH]

    def to_json(self) -> dict[str, Any]:
        """The genome as plain JSON values; `from_json` reads them back to an equal genome."""
        data: dict[str, Any] = {"genes": dict(self.genes)}
        if self.shots:
            data["shots"] = [shot.to_json() for shot in self.shots]
        if self.hidden:
            data["hidden"] = dict(self.hidden)
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Genome:
        """The genome that `to_json` wrote.

        Raises:
            ValueError: It wrote no such thing.
        """
        try:
            return cls._from_json(data)
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError(f"this is no genome as a record holds it ({type(error).__name__}: {error})") from None

    @classmethod
    def _from_json(cls, data: Mapping[str, Any]) -> Genome:
        shots = (Shot.from_json(shot) for shot in data.get("shots", ()))
        return cls(data["genes"], shots=shots, hidden=data.get("hidden", {}))

    def __str__(self) -> str:
        texts = [self.genes[0][1]] if len(self.genes) == 1 else [f"{name}: {text}" for name, text in self.genes]
        if self.shots:
            texts.append(f"({len(self.shots)} shot{'s' if len(self.shots) > 1 else ''})")
        return "\n".join(texts)
