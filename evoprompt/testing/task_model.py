"""The stand-in for a task model: right where the accuracy of its prompt is above the difficulty of the ticket."""

from __future__ import annotations

import math
from collections.abc import Sequence

from evoprompt.models.model import Completion, Request
from evoprompt.testing.surface import Surface
from evoprompt.testing.tickets import MARK, difficulty, label, wrong_label
from evoprompt.testing.wording import Counted, chance, find

REMEMBERED = 20_000  # prompts whose accuracy a model keeps


class LandscapeModel(Counted):
    """Answers a ticket rightly where the accuracy of the prompt is above the ticket's difficulty.

    A pure function of the request: same landscape, same answers, in any process. Its calls cost nothing.
    Log-probabilities of choices, where they are asked for, put the right label on top in the same cases.

    Attributes:
        surface: The accuracy of every prompt.
        rules: The phrases that right answers name: those of them that stand in the prompt, and one of its own.
        noise: Share of the examples whose difficulty is drawn anew for each prompt.
        hints: Share of the tickets for which it knows a rule of its own.
        seed: Of difficulties, labels and hints.
        calls: How many calls it has answered.
    """

    def __init__(
        self, surface: Surface, rules: Sequence[str] = (), *, noise: float = 0.0, hints: float = 0.0, seed: int = 0
    ) -> None:
        super().__init__()
        self.surface = surface
        self.rules = tuple(rules)
        self.noise = noise
        self.hints = hints
        self.seed = seed
        self._read: dict[str, tuple[float, tuple[str, ...]]] = {}

    @property
    def name(self) -> str:
        """The model's name."""
        return f"landscape-{self.seed}"

    def complete(self, request: Request) -> Completion:
        """Sort the ticket at the end of the prompt.

        Raises:
            ValueError: There is no ticket: the request is not of the landscape's task.
        """
        self._count()
        text = request.text
        prompt, mark, rest = f"\n{text}".rpartition(MARK)
        if not mark:
            raise ValueError(f"a landscape's model reads prompts with a line 'Ticket: ...', got {text[:80]!r}")
        ticket = rest.partition("\n")[0].strip()
        accuracy, followed = self._understood(prompt)
        margin = accuracy - self._difficulty(text, ticket, request.draw)
        target = label(ticket, self.seed)
        if request.choices:
            logprobs = _logprobs(request.choices, target, margin)
            return Completion("", len(text) // 4, 1, choice_logprobs=logprobs)
        right = margin > 0
        output = self._worked_out(followed, ticket, target) if right else wrong_label(ticket, self.seed, text)
        return Completion(output, len(text) // 4, 1 + len(output) // 4)

    def _understood(self, prompt: str) -> tuple[float, tuple[str, ...]]:
        """The accuracy of what stands before the ticket, and the helpful phrases in it; kept, for it comes again."""
        read = self._read.get(prompt)
        if read is None:
            if len(self._read) >= REMEMBERED:
                self._read.clear()
            instruction = prompt.partition(MARK)[0]
            accuracy = self.surface.accuracy(instruction, shots=prompt.count(MARK))
            read = self._read[prompt] = accuracy, tuple(found.text for found in find(instruction, self.rules))
        return read

    def _difficulty(self, text: str, ticket: str, draw: int) -> float:
        if self.noise:
            luck = chance(self.seed, "luck", draw, text)
            if luck < self.noise:
                return luck / self.noise  # again evenly from 0 to 1
        return difficulty(ticket, self.seed)

    def _worked_out(self, followed: tuple[str, ...], ticket: str, target: str) -> str:
        named = [*followed]
        if self.rules and chance(self.seed, "hints", ticket) < self.hints:
            own = self.rules[int(len(self.rules) * chance(self.seed, "rule", ticket))]
            named += [own] if own not in named else []
        return f"I went by these rules: {'; '.join(named)}. It is {target}." if named else target


def _logprobs(choices: tuple[str, ...], target: str, margin: float) -> tuple[float, ...]:
    """The right label is as much likelier than the others as the prompt is above the difficulty."""
    levels = [4 * margin if choice.strip().casefold() == target else 0.0 for choice in choices]
    total = math.log(math.fsum(map(math.exp, levels)))
    return tuple(level - total for level in levels)
