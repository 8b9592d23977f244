"""A stand-in for a task and its model whose accuracy is a known function of the prompt, so that tests measure regret."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from evoprompt.tasks.scoring.scorers import Choice
from evoprompt.tasks.task import Task
from evoprompt.testing.rewriter import Habits, Rewriter
from evoprompt.testing.surface import Surface
from evoprompt.testing.task_model import LandscapeModel
from evoprompt.testing.tickets import LABELS, QUESTION, TEMPLATE, tickets
from evoprompt.testing.wording import OPENING, PHRASES, as_text, plain


@dataclass(frozen=True)
class Landscape(Surface):
    """A task whose accuracy is a known function of the prompt, with its models and where a search begins.

    The attributes of `Surface` say what a prompt is worth, and further:

    Attributes:
        opening: How prompts begin; a phrase like the others, with a weight where it has one.
        start: The phrases of the seed prompt.
        noise: Share of the examples, from 0 to 1, whose difficulty is drawn anew for each prompt: luck that no
            prompt can repeat. The expected accuracy is the same at any noise.
        hints: Share of the tickets for which the model knows a rule of its own, one of the optimum's phrases. A
            right answer names it, after those phrases of the prompt that help: what can be learnt from answers.
        seed: Of difficulties, labels and hints.
    """

    opening: str = OPENING
    start: tuple[str, ...] = ()
    noise: float = 0.0
    hints: float = 0.5
    seed: int = 0

    @classmethod
    def drawn(
        cls,
        seed: int,
        *,
        helpful: int = 8,
        harmful: int = 6,
        neutral: int = 18,
        orders: int = 4,
        together: int = 2,
        traps: int = 0,
        useful_shots: int = 0,
        base: float = 0.25,
        optimum: float = 0.92,
        noise: float = 0.0,
        hints: float = 0.5,
    ) -> Landscape:
        """A landscape drawn at random: which phrases help, harm or do nothing, and how they go together.

        Args:
            seed: The same seed draws the same landscape.
            helpful, harmful, neutral: How many phrases of each kind.
            orders: Pairs of helpful phrases with a right order.
            together: Pairs of helpful phrases that add to each other.
            traps: Pairs of phrases, further ones, that cost alone and pay off together.
            useful_shots, base, noise, hints: As in `Landscape`.
            optimum: The best accuracy; all gains and costs are scaled to it.
        """
        if helpful < 2 or helpful + harmful + neutral + 2 * traps > len(PHRASES):
            raise ValueError(f"a drawn landscape has from 2 helpful to {len(PHRASES)} phrases in all")
        rng = random.Random(f"landscape/{seed}")
        names = iter(rng.sample(PHRASES, len(PHRASES)))
        good, bad, idle = ([next(names) for _ in range(n)] for n in (helpful, harmful, neutral))
        pairs = list(itertools.combinations(good, 2))  # in one order throughout: no circles
        trapped = [(next(names), next(names)) for _ in range(traps)]
        weights = {
            plain(OPENING).strip(): 0.06,
            **{phrase: rng.uniform(0.04, 0.10) for phrase in good},
            **{phrase: -rng.uniform(0.04, 0.10) for phrase in bad},
            **dict.fromkeys(idle, 0.0),
            **{phrase: -0.04 for pair in trapped for phrase in pair},
        }
        start = [*good[:1], *bad[:2], *idle[:1]]
        raw = cls(
            weights,
            {pair: rng.uniform(0.02, 0.04) for pair in rng.sample(pairs, min(orders, len(pairs)))},
            {
                **{pair: rng.uniform(0.03, 0.06) for pair in rng.sample(pairs, min(together, len(pairs)))},
                **dict.fromkeys(trapped, 0.25),
            },
            start=tuple(rng.sample(start, len(start))),
            base=base,
            per_word=0.001,
            per_shot=0.05 if useful_shots else 0.0,
            useful_shots=useful_shots,
            noise=noise,
            hints=hints,
            seed=seed,
        )
        scale = (optimum - base) / (raw.gain(raw.best_phrases) + raw.per_shot * useful_shots)
        return replace(
            raw,
            weights={phrase: scale * weight for phrase, weight in raw.weights.items()},
            orders={pair: scale * bonus for pair, bonus in raw.orders.items()},
            together={group: scale * bonus for group, bonus in raw.together.items()},
            per_word=scale * raw.per_word,
            per_shot=scale * raw.per_shot,
        )

    @property
    def seed_prompt(self) -> str:
        """Where a search begins: the opening and the phrases of `start`."""
        return as_text(self.opening, self.start)

    def seed_prompts(self, n: int) -> list[str]:
        """n different prompts to begin with: the seed prompt, and others of three phrases drawn at random."""
        rng = random.Random(f"seeds/{self.seed}")
        prompts = {self.seed_prompt: None}
        while len(prompts) < n:
            prompts[as_text(self.opening, rng.sample(self.phrases, min(3, len(self.phrases))))] = None
        return [*prompts][:n]

    @property
    def phrases(self) -> tuple[str, ...]:
        """All phrases but the opening."""
        return tuple(phrase for phrase in self.weights if plain(phrase) != plain(self.opening))

    def task(self, n_train: int = 20, n_dev: int = 50, n_test: int = 0) -> Task:
        """Tickets to be sorted into queues. The difficulties of each split are spread evenly from 0 to 1."""
        source = tickets(self.seed)
        train, dev, test = (tuple(itertools.islice(source, n)) for n in (n_train, n_dev, n_test))
        description = f"Sort tickets of a shop into the queues {', '.join(LABELS)}."
        return Task(TEMPLATE, Choice(LABELS), train, dev, test, name="landscape", description=description)

    def model(self) -> LandscapeModel:
        """The task model: as accurate as its prompt."""
        rules = [phrase for phrase in self.best_phrases if phrase in self.phrases]
        return LandscapeModel(self, rules, noise=self.noise, hints=self.hints, seed=self.seed)

    def operator_model(
        self, *, habits: Habits | None = None, most_edits: int = 2, openings: Sequence[str] = ()
    ) -> Rewriter:
        """A model that rewrites prompts by rules in the phrases of this landscape, and answers tickets as `model`.

        Args:
            habits: Its bad habits.
            most_edits: Edits of a rewriting, from 1 to this.
            openings: How prompts begin, beside the landscape's own opening.
        """
        return Rewriter(
            self.phrases,
            (self.opening, *openings),
            habits=habits,
            most_edits=most_edits,
            solver=self.model(),
            question=QUESTION,
            seed=self.seed,
        )
