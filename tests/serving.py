"""Whole runs against the stub server: a task whose answers the server makes up, and two models that it serves.

As with the toys, equal requests have equal answers. Nobody waits between two attempts.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from toys import SEEDS, at_once, toy_recipe, toy_task

from evoprompt.benchmarks.stub_server import Reply, StubServer
from evoprompt.models.hosted.litellm_model import LiteLLM
from evoprompt.plan.budget import Budget
from evoprompt.run.evolution import evolve
from evoprompt.run.result import Result
from evoprompt.storage.record import Record

TASK = toy_task(40)  # 10 train, 20 dev, 10 test
TASK_MODEL, OPERATOR_MODEL = "stub", "writer"
ANSWERS = Reply(
    texts=("even", "odd", "It is even.", "Odd, of course."), model=TASK_MODEL, tokens_in=None, tokens_out=None
)
PROMPTS = Reply(
    "<prompt>Say whether the number is {mark}, even or odd.</prompt>",
    model=OPERATOR_MODEL,
    tokens_in=None,
    tokens_out=None,
)
SERVED = (ANSWERS, PROMPTS)
FOUNDED = toy_recipe(size=6)
BUDGET = Budget(calls=300)
N_JOBS = (1, 8, 64)
# Of many threads in step, one may meet every fifth request again and again: with these, none gives up.
PATIENT = {"retries": 50}


def served(server: StubServer, name: str = TASK_MODEL, **settings: Any) -> LiteLLM:
    """A model on the server."""
    usual: dict[str, Any] = {"api_base": server.api_base, "api_key": "none", "timeout": 10.0, "sleep": at_once}
    return LiteLLM(f"openai/{name}", **{**usual, **settings})


def run_at(server: StubServer, **changes: Any) -> Result:
    """A small quiet run with both models on the server. `settings` are those of both models."""
    settings = changes.pop("settings", {})
    usual = {
        "task": TASK,
        "seeds": SEEDS,
        "model": served(server, **settings),
        "operator_model": served(server, OPERATOR_MODEL, **settings),
        "recipe": FOUNDED,
        "budget": BUDGET,
        "progress": False,
    }
    return evolve(**{**usual, **changes})


def asked(server: StubServer) -> list[str]:
    """What arrived at the server, each request as one text."""
    return [str(sorted(request["body"].items())) for request in server.requests]


def command(server: StubServer, folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`evoprompt run` over a table, in a process of its own, with both models on the server."""
    rows = "".join(f"{number},{('even', 'odd')[number % 2]}\n" for number in range(60))
    (folder / "numbers.csv").write_text(f"number,label\n{rows}")
    line = "run numbers.csv --input number --target label --scorer choice --dev 20 --test 10 --calls 100 --no-setup-check".split()
    line += ["--seed-prompt", "Even or odd?", "--model", "openai/stub", "--operator-model", "openai/writer"]
    line += ["--api-base", server.api_base, "--out", "out", "--n-jobs", "4", *arguments]
    code = f"""
import sys; sys.path[:0] = {sys.path!r}
import evoprompt; evoprompt.__path__.append({str(Path(__file__).parents[1])!r})
import evoprompt.models.attempts, evoprompt.cli
evoprompt.models.attempts.FIRST_WAIT = evoprompt.models.attempts.LONGEST_WAIT = 0.01
evoprompt.cli.main()
"""
    return subprocess.run(
        [sys.executable, "-c", code, *line],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "OPENAI_API_KEY": "sk-none-0123456789", **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def kinds(folder: Path) -> list[str]:
    return [line["kind"] for line in Record.read(folder)]
