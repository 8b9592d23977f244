"""Every recipe on four public tasks with the embedded model: seed and winner on the sealed test.

    python -m evoprompt.benchmarks.recipes DATA_FOLDER [OUT.jsonl]

`DATA_FOLDER` is described in `tasks/classification.py`. One line a run is added to OUT as it ends, so that a run that
was stopped goes on with what is missing; `python -m evoprompt.benchmarks.recipes --table OUT.jsonl` prints the table.
"""

from __future__ import annotations

import itertools
import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evoprompt.benchmarks.tasks.classification import TEMPLATES, classification, prompts
from evoprompt.models.embedded.model import DEFAULT_MODEL
from evoprompt.plan.budget import Budget
from evoprompt.run.evolution import evolve
from evoprompt.search.recipe import get_recipe

# The papers' populations, of 10 and 50, would spend this budget before the first child is evaluated.
RECIPES: Mapping[str, Mapping[str, Any]] = {
    "evoprompt-ga": {"population_size": 4},
    "evoprompt-de": {"population_size": 4},
    "promptbreeder": {"population_size": 4},
    "grips": {},
    "best-of-n": {"batch": 4},
    "default": {"population_size": 6, "children": 6},
}
SEEDS, TRAIN, DEV, TEST = 3, 60, 32, 100
BUDGET = Budget(calls=600, seconds=40)  # of the search; the sealed test comes on top of the seconds


def measure(recipe: str, name: str, data: Path, seed: int = 0) -> dict[str, Any]:
    """One run, as a row of figures."""
    task = classification(name, data, train=TRAIN, dev=DEV, test=TEST)
    system = get_recipe(recipe).using(**RECIPES[recipe])
    began = time.monotonic()
    result = evolve(task, prompts(name, data, SEEDS), model=DEFAULT_MODEL, recipe=system, budget=BUDGET, seed=seed)
    assert result.test is not None  # the task has test examples and nobody interrupts
    return {
        "task": name,
        "recipe": recipe,
        "seed": seed,
        "dev": result.dev.accuracy,
        "test_seed": result.test.seed.accuracy,
        "test_seed_calibrated": result.test.calibrated_seed.accuracy if result.test.calibrated_seed else None,
        "test_winner": result.test.winner.accuracy,
        **result.test.comparison.to_json(),
        "calls": {role: usage.calls for role, usage in result.usage.items()},
        "births": result.failed_births[1],
        "failed_births": result.failed_births[0],
        "stopped": result.stopped,
        "seconds": round(time.monotonic() - began),
        "winner": result.prompt,
        "shots": len(result.best.genome.shots),
    }


def table(rows: list[dict[str, Any]]) -> str:
    """The rows as a Markdown table."""
    lines = [
        "| task | recipe | seed | seed, calibrated | winner | difference (95 %) | p | calls to operators | failed births |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        gap = f"{row['difference']:+.3f} ({row['low']:+.3f} to {row['high']:+.3f})"
        lines.append(
            f"| {row['task']} | {row['recipe']} | {row['test_seed']:.3f} | {row['test_seed_calibrated']:.3f}"
            f" | {row['test_winner']:.3f} | {gap} | {row['p_value']:.3g} | {row['calls']['operator']}"
            f" | {row['failed_births']} of {row['births']} |"
        )
    return "\n".join(lines)


def main(arguments: list[str]) -> None:
    """Measure what is missing, or print the table."""
    if not arguments or len(arguments) > 2:
        sys.exit("usage: python -m evoprompt.benchmarks.recipes DATA_FOLDER [OUT.jsonl] | --table OUT.jsonl")
    out = Path(arguments[1] if len(arguments) > 1 else "benchmarks/results/recipes.jsonl")
    known = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()] if out.exists() else []
    if arguments[0] == "--table":
        print(table(known))
        return
    done = {(row["task"], row["recipe"]) for row in known}
    published = [recipe for recipe in RECIPES if recipe != "default"]
    for name, recipe in [*itertools.product(TEMPLATES, published), *itertools.product(TEMPLATES, ["default"])]:
        if (name, recipe) not in done:
            row = measure(recipe, name, Path(arguments[0]))
            out.parent.mkdir(parents=True, exist_ok=True)
            with out.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
            print(
                f"{name} {recipe}: {row['test_seed']:.3f} -> {row['test_winner']:.3f}, {row['seconds']} s", flush=True
            )


if __name__ == "__main__":
    main(sys.argv[1:])
