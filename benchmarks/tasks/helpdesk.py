"""The demo's task: route a customer's message to one of four teams. Data and card stand beside this file."""

from __future__ import annotations

from pathlib import Path

from evoprompt.tasks.example import AnyScorer
from evoprompt.tasks.scoring.scorers import LabelProbability
from evoprompt.tasks.task import Task

DATA = Path(__file__).with_name("helpdesk.jsonl")
TEAMS = ("account", "billing", "delivery", "technical")
SEED_PROMPT = "Decide which team should handle the customer's message: billing, delivery, technical or account."


def helpdesk(
    scorer: AnyScorer | None = None, *, train: int = 120, dev: int = 64, test: int = 240, seed: int = 0
) -> Task:
    """The task in completion format.

    Args:
        scorer: Label probability, calibrated, unless another is given.
        train, dev, test: Sizes of the splits; 560 messages in all.
        seed: Of the split.
    """
    return Task.from_jsonl(
        DATA,
        template="{instruction}\n\nMessage: {text}\nTeam:",
        target="label",
        id="id",
        name="helpdesk",
        description="Route a customer's message to the team that should handle it: " + ", ".join(TEAMS) + ".",
        scorer=scorer or LabelProbability(TEAMS, calibrated=True),
        format="completion",
        max_tokens=6,
        protected=TEAMS,
        train=train,
        dev=dev,
        test=test,
        seed=seed,
    )
