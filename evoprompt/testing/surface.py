"""Accuracy as a known function of a prompt, with its exact optimum."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from graphlib import CycleError, TopologicalSorter

from evoprompt.genome import Genome
from evoprompt.testing.wording import as_text, find, plain

MOST_LINKED = 12  # phrases tied to each other by orders and interactions: the optimum tries all their subsets


@dataclass(frozen=True)
class Surface:
    """How accurate a prompt is: a sum over the phrases it holds, cut to 0 to 1.

    Attributes:
        weights: What each phrase adds, or takes away where it is below 0. A phrase counts once, as whole words.
        orders: What is added where the first of two phrases stands before the second; each over 0.
        together: What is added where all of some phrases are there. Phrases that each cost something and pay off
            together are a deceptive optimum: every step towards it looks like a loss.
        base: Accuracy of a prompt that says nothing.
        per_word: What each word of the prompt costs.
        per_shot: What each solved example adds, up to `useful_shots`.
        useful_shots: How many solved examples help.

    Raises:
        ValueError: A phrase that stands in another or runs into another, an unknown phrase in orders or together,
            orders that go round in a circle, a surface on which no phrase helps.
    """

    weights: Mapping[str, float]
    orders: Mapping[tuple[str, str], float] = field(default_factory=dict)
    together: Mapping[tuple[str, ...], float] = field(default_factory=dict)
    base: float = 0.25
    per_word: float = 0.0
    per_shot: float = 0.0
    useful_shots: int = 0

    def __post_init__(self) -> None:
        named = {*itertools.chain(*self.orders, *self.together)}
        if unknown := sorted(named - {*self.weights}):
            raise ValueError(f"the landscape has no phrase {unknown[0]!r}; give it a weight, be it 0")
        if clash := _clash([*self.weights]):
            raise ValueError(f"the phrases {clash[0]!r} and {clash[1]!r} share words where they meet; reword one")
        if wrong := [pair for pair, bonus in self.orders.items() if bonus <= 0 or len({*pair}) < 2]:
            raise ValueError(f"the order {wrong[0]} needs two phrases and a bonus over 0")
        try:
            self._ranks  # noqa: B018 - computed here, so that a circle is refused here
        except CycleError as circle:
            raise ValueError(f"the orders go round in a circle: {' before '.join(circle.args[1])}") from None
        if not self.best_phrases:
            raise ValueError("no phrase of the landscape helps; give one a weight over the cost of its words")

    def accuracy(self, prompt: str | Genome, *, shots: int = 0) -> float:
        """The true accuracy of a prompt, from 0 to 1.

        Args:
            prompt: A genome, or the text of an instruction.
            shots: How many solved examples a text comes with.
        """
        text = "\n".join(text for _, text in prompt.genes) if isinstance(prompt, Genome) else prompt
        shots = len(prompt.shots) if isinstance(prompt, Genome) else shots
        present = [found.text for found in find(text, self.weights)]
        extra_words = len(plain(text).split()) - _words(present)
        total = self.base + self.gain(present) - self.per_word * extra_words
        return min(1.0, max(0.0, total + self.per_shot * min(shots, self.useful_shots)))

    def regret(self, prompt: str | Genome) -> float:
        """How far a prompt stays below the optimum."""
        return self.optimum - self.accuracy(prompt)

    @cached_property
    def optimum(self) -> float:
        """The best accuracy of any prompt, with as many shots as help."""
        shots = self.useful_shots if self.per_shot > 0 else 0
        return self.accuracy(self.best_text, shots=shots)

    @cached_property
    def best_text(self) -> str:
        """A text of the best accuracy."""
        return as_text("", self.best_phrases)

    @cached_property
    def best_phrases(self) -> tuple[str, ...]:
        """The phrases of the best text, in order. Exact: gains add up over groups of linked phrases, each tried out."""
        best = itertools.chain.from_iterable(max(_subsets(group), key=self.gain) for group in self._groups())
        return tuple(sorted(best, key=self._ranks.__getitem__))

    def gain(self, phrases: Iterable[str]) -> float:
        """What phrases in this order add, their own words paid."""
        place = {phrase: i for i, phrase in enumerate(phrases)}
        gain = sum(self.weights[phrase] for phrase in place) - self.per_word * _words(place)
        gain += sum(bonus for group, bonus in self.together.items() if all(phrase in place for phrase in group))
        in_order = ((a in place and b in place and place[a] < place[b], bonus) for (a, b), bonus in self.orders.items())
        return gain + sum(bonus for right, bonus in in_order if right)

    @cached_property
    def _ranks(self) -> dict[str, int]:
        """Places in one order that fulfils all orders at once; the opening goes first where it may."""
        sorter: TopologicalSorter[str] = TopologicalSorter(dict.fromkeys(self.weights, ()))
        for before, after in self.orders:
            sorter.add(after, before)
        return {phrase: i for i, phrase in enumerate(sorter.static_order())}

    def _groups(self) -> list[list[str]]:
        """Phrases that orders and interactions tie to each other, each group in a right order."""
        group_of = {phrase: {phrase} for phrase in self.weights}
        for linked in (*self.orders, *self.together):
            joined = set().union(*(group_of[phrase] for phrase in linked))
            for phrase in joined:
                group_of[phrase] = joined
        groups = {id(group): group for group in group_of.values()}.values()
        if too_long := [group for group in groups if len(group) > MOST_LINKED]:
            raise ValueError(f"{len(too_long[0])} phrases are linked; the optimum is found for up to {MOST_LINKED}")
        return [sorted(group, key=self._ranks.__getitem__) for group in groups]


def _words(phrases: Iterable[str]) -> int:
    return sum(len(plain(phrase).split()) for phrase in phrases)


def _subsets(group: list[str]) -> Iterable[tuple[str, ...]]:
    return itertools.chain.from_iterable(itertools.combinations(group, n) for n in range(len(group) + 1))


def _clash(phrases: list[str]) -> tuple[str, str] | None:
    """Two phrases whose words can overlap in a text: then a text could hold both at the price of fewer words."""
    split = {phrase: plain(phrase).split() for phrase in phrases}
    for (one, first), (other, second) in itertools.permutations(split.items(), 2):
        if f" {' '.join(second)} " in f" {' '.join(first)} " or any(
            first[-n:] == second[:n] for n in range(1, min(len(first), len(second)) + 1)
        ):
            return one, other
    return None
