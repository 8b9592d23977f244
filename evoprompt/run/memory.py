"""Which answers a run has, and where its store keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from evoprompt.genome import Genome
from evoprompt.models.usage import Usage
from evoprompt.storage.store import Store
from evoprompt.tasks.evaluation import Answer
from evoprompt.tasks.example import Example


class _Span(NamedTuple):
    """Answers of one genome that stand side by side in a block."""

    block: int
    first: int
    examples: tuple[Example, ...]


class Memory:
    """The answers of a run, by what the task model sees of a genome. They stay in the store: a run may have millions.

    Args:
        store: Where the answers are.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        # Without the digest of the request: as long as nothing was mended, it is the same.
        self._spared = {what.rpartition("/")[0]: value for what, value in store.spared().items()}
        self._spans: dict[str, list[_Span]] = {}

    def add(self, genome: Genome, block: int, first: int, examples: tuple[Example, ...]) -> None:
        """Remember that a block has, from a place on, the genome's answers to these examples (some may be missing)."""
        self._spans.setdefault(genome.visible.id, []).append(_Span(block, first, examples))

    def answers(self, genome: Genome, wanted: Sequence[Example]) -> dict[str, Answer]:
        """The genome's answers to the wanted examples, as far as they are known, by the example's id."""
        spans = self._spans.get(genome.visible.id, [])
        found = self._of_earlier_tests(genome.visible.id, wanted)
        ids = {example.id for example in wanted}
        for span in spans:
            if ids.isdisjoint(example.id for example in span.examples):
                continue
            for place, _, value in self._store.rows(span.block, span.first, span.first + len(span.examples) - 1):
                example = span.examples[place - span.first]
                if example.id in ids:
                    found[example.id] = Answer.from_json(value, example)
        return found

    def tested(self, genome: Genome, test: Sequence[Example]) -> frozenset[str]:
        """The test examples, by id, whose answers under a genome are known from a sealed test that was taken back."""
        return frozenset(self._of_earlier_tests(genome.visible.id, test))

    def _of_earlier_tests(self, genome: str, wanted: Sequence[Example]) -> dict[str, Answer]:
        """Answers to a sealed test that was taken back; they were paid for then."""
        if not self._spared:
            return {}
        known = {example.id: (example, self._spared.get(f"{genome}/{example.id}")) for example in wanted}
        return {
            id: replace(Answer.from_json(value, example), usage=Usage(), judged=Usage())
            for id, (example, value) in known.items()
            if value is not None
        }
