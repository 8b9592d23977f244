"""Whole runs against the stub server: a task whose answers the server makes up, and two models that it serves.

As with the toys, equal requests have equal answers. Nobody waits between two attempts.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from toys import SEEDS, at_once, toy_recipe, toy_task

from evoprompt.benchmarks.stub_server import Reply, StubServer
from evoprompt.budget import Budget
from evoprompt.evolution import evolve
from evoprompt.litellm_model import LiteLLM
from evoprompt.record import Record
from evoprompt.result import Result

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
BUDGET = Budget(calls=220)
N_JOBS = (1, 8, 64)


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


def kinds(folder: Path) -> list[str]:
    return [line["kind"] for line in Record.read(folder)]
