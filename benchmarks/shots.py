"""What wording and shots are each worth on the demo's task: the evidence behind the default recipe.

    python -m evoprompt.benchmarks.shots

Accuracy of single prompts on 120 dev examples, by label probability as it is and calibrated.
"""

from __future__ import annotations

import random

from evoprompt.benchmarks.tasks.helpdesk import SEED_PROMPT, TEAMS, helpdesk
from evoprompt.genome import Genome
from evoprompt.models.embedded.model import EmbeddedModel
from evoprompt.tasks.evaluation import assemble, put
from evoprompt.tasks.scoring.scorers import LabelProbability
from evoprompt.tasks.task import Task

ROUTE = "Route the customer's message to the right team: billing, delivery, technical or account."
DESCRIBED = (
    f"{SEED_PROMPT} Billing handles charges, invoices, refunds and payments. Delivery handles parcels, couriers and"
    " shipping. Technical handles apps, errors and broken devices. Account handles sign-in, passwords and profiles."
)


def drawn_shots(task: Task, n: int, seed: int) -> Genome:
    """The seed prompt with n random shots, the same number of each team, in random order."""
    rng = random.Random(seed)
    shots = [
        example.as_shot()
        for team in TEAMS
        for example in rng.sample([each for each in task.train if each.target == team], n // len(TEAMS))
    ]
    rng.shuffle(shots)
    return Genome(SEED_PROMPT, shots=shots)


def main() -> None:
    """Print the table."""
    plain = helpdesk(LabelProbability(TEAMS), dev=120)
    scorer = LabelProbability(TEAMS, calibrated=True)
    shares = plain.label_shares
    model = EmbeddedModel()
    prompts = {"the demo's seed prompt": Genome(SEED_PROMPT), "another wording": Genome(ROUTE)}
    prompts["the teams described"] = Genome(DESCRIBED)
    prompts |= {f"{n} shots, draw {seed}": drawn_shots(plain, n, seed) for n in (4, 8) for seed in range(3)}
    print("| prompt | accuracy | calibrated | calibrated probability of the right label |\n|---|---|---|---|")
    for name, genome in prompts.items():
        answers = [put(model, plain.scorer, plain.render(genome, example), example) for example in plain.dev]
        raw, calibrated = assemble(plain.scorer, answers), assemble(scorer, answers, shares=shares)
        print(f"| {name} | {raw.accuracy:.3f} | {calibrated.accuracy:.3f} | {calibrated.value:.3f} |", flush=True)


if __name__ == "__main__":
    main()
