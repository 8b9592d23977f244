"""The script that `kills.py` runs and kills: a run against the stub server, as a user's own script would make it.

    python killed_run.py '{"way": "evolve", "out": "runs/one", ...}'

It says `begun` when its imports are behind it.
"""

from __future__ import annotations

import json
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from joblib import parallel_config
from plain_model import Plain

import evoprompt.cli
from evoprompt.models.hosted.litellm_model import LiteLLM
from evoprompt.plan.budget import Budget
from evoprompt.run.evolution import Evolution, NothingEvaluated, evolve
from evoprompt.search.recipe import get_recipe
from evoprompt.tasks.scoring.scorers import Choice
from evoprompt.tasks.task import Task

INTERRUPTED = 130
SEEDS = ("Say 0 or 1. Think of the number first.", "Is it 0? Or is it 1? Answer with a digit.")
TEMPLATE = "{instruction}\n\nNumber: {number}\nAnswer:"
SETTINGS = {  # the papers' populations would spend the budget before the first child is evaluated
    "evoprompt-ga": {"population_size": 4},
    "evoprompt-de": {"population_size": 4},
    "promptbreeder": {"population_size": 4},
    "grips": {},
    "best-of-n": {"batch": 4},
    "default": {"population_size": 4, "children": 4},
}


def task() -> Task:
    rows = [{"number": number, "label": str(number % 2)} for number in range(20)]
    return Task.from_records(
        rows, template=TEMPLATE, target="label", scorer=Choice(("0", "1")), train=4, dev=10, test=6, name="bits"
    )


def by_script(case: dict[str, Any]) -> int:
    kind: Any = Plain
    if case["litellm"]:
        from evoprompt.models.hosted import litellm_client

        litellm_client.load()
        kind = lambda name, api_base, **_: LiteLLM(f"openai/{name}", api_base=api_base, api_key="k")  # noqa: E731
    arguments: dict[str, Any] = {
        "model": kind("reader", case["api_base"]),
        "operator_model": kind("writer", case["api_base"]),
        "recipe": get_recipe(case["recipe"]).using(**SETTINGS[case["recipe"]]),
        "budget": Budget(calls=case["calls"]),
        "n_jobs": case["n_jobs"],
        "run_dir": case["out"],
        "cache": case["cache"],
        "progress": False,
    }
    print("begun", flush=True)
    backend = parallel_config(backend="loky", n_jobs=case["n_jobs"]) if case["loky"] else nullcontext()
    try:
        with backend:
            result = evolve(task(), SEEDS, **arguments) if case["way"] == "evolve" else by_loop(arguments)
    except NothingEvaluated:
        return INTERRUPTED
    return INTERRUPTED if result.stopped == "interrupted" else 0


def by_loop(arguments: dict[str, Any]) -> Any:
    run = Evolution(task(), SEEDS, **arguments)
    while births := run.ask():
        run.tell(run.evaluate(run.bear(births)))
    return run.finish()


def by_command(case: dict[str, Any]) -> int:
    data = Path(case["out"]).parent / "bits.csv"
    data.write_text("number,label\n" + "".join(f"{number},{number % 2}\n" for number in range(20)))
    evoprompt.cli.asked.as_model = lambda name, api_base=None, **_: Plain(name, api_base)
    settings = [f"--set={name}={value}" for name, value in SETTINGS[case["recipe"]].items()]
    seeds = [f"--seed-prompt={seed}" for seed in SEEDS]
    cache = [f"--cache={case['cache']}"] if case["cache"] else []
    print("begun", flush=True)
    given = {"api-base": case["api_base"], "recipe": case["recipe"], "calls": case["calls"], "n-jobs": case["n_jobs"]}
    given |= {"input": "number", "target": "label", "model": "reader", "operator-model": "writer", "out": case["out"]}
    given |= {"train": 4, "dev": 10, "test": 6, "scorer": "choice"}
    options = [f"--{name}={value}" for name, value in given.items()]
    evoprompt.cli.cli(["run", str(data), *options, *settings, *seeds, *cache])
    return 0  # the line before this one exits


if __name__ == "__main__":
    asked = json.loads(sys.argv[1])
    sys.exit(by_command(asked) if asked["way"] == "command" else by_script(asked))
