"""What the engine itself costs: whole runs beside a bare pool, evaluations a second, and imports.

    python -m evoprompt.benchmarks.engine

All figures are taken in one run on one machine, and the ratios are what counts.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import NamedTuple

from evoprompt.benchmarks.stub_server import StubServer
from evoprompt.benchmarks.throughput import bare_litellm, calls_per_second, pool
from evoprompt.models.hosted.litellm_model import LiteLLM
from evoprompt.models.model import Model
from evoprompt.plan.budget import Budget
from evoprompt.run.evolution import evolve
from evoprompt.search.recipe import get_recipe
from evoprompt.storage.record import Record, encode, without_times
from evoprompt.tasks.scoring.scorers import exact_match
from evoprompt.tasks.task import Task
from evoprompt.testing import Landscape

THREADS, DELAY = 64, 0.1  # at once; seconds until the server answers


class Run(NamedTuple):
    """A whole run: what it made a second, and its record."""

    calls: float
    record: Record


def whole_run(model: Model, task: Task, seed_prompt: str, *, calls: int, n_jobs: int) -> Run:
    """A run of the default recipe without rewrites, from the first call to the report."""
    recipe = get_recipe("default").using(rewrites=0.0, population_size=16, children=16)
    began = time.perf_counter()
    result = evolve(
        task,
        seed_prompt,
        model=model,
        recipe=recipe,
        budget=Budget(calls=calls),
        n_jobs=n_jobs,
        check_setup=False,  # the server answers `ok` to everything; what it costs is the question here
        progress=False,
    )
    return Run(result.total.calls / (time.perf_counter() - began), result.record)


def against_a_bare_pool(rounds: int = 3) -> tuple[list[float], list[float]]:
    """Calls a second of whole runs with 64 threads, and of a bare pool of 64 over litellm, in alternating rounds."""
    task = Task.from_records(
        [{"text": f"What is {i} plus {i}?", "sum": str(2 * i)} for i in range(300)],
        template="{instruction}\n\n{text}",
        target="sum",
        train=40,
        dev=160,
        test=100,
        scorer=exact_match,
    )
    engine, bare = [], []
    with StubServer(delay=DELAY) as server:
        model = LiteLLM("openai/stub", api_base=server.api_base, api_key="stub-key")
        call = bare_litellm(server.api_base)
        call(0)  # imports litellm
        for _ in range(rounds):
            prompt = "Add the two numbers, carefully, and answer with nothing but their sum, in digits."
            engine.append(whole_run(model, task, prompt, calls=3_000, n_jobs=THREADS).calls)
            bare.append(calls_per_second(call, 1_500, THREADS, run=pool).calls)
    return engine, bare


def free_evaluations() -> tuple[Run, Run]:
    """Runs with a model that costs nothing: with one thread, and with 64."""
    landscape = Landscape.drawn(0)
    task = landscape.task(40, 200, 200)
    one, many = (
        whole_run(landscape.model(), task, landscape.seed_prompt, calls=30_000, n_jobs=n) for n in (1, THREADS)
    )
    return one, many


def seconds_of(command: Sequence[str], times: int = 5) -> float:
    """The median wall time of a command."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def main() -> None:
    """Print all figures as Markdown."""
    os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")  # else its import waits for the network
    python = sys.executable
    print("| what | figure |\n|---|---|")
    bare_python = seconds_of([python, "-c", "pass"])
    ours = seconds_of([python, "-c", "import evoprompt"]) - bare_python
    theirs = seconds_of([python, "-c", "import litellm"], 3) - bare_python
    helped = seconds_of([python, "-m", "evoprompt", "--help"]) - bare_python
    print(f"| `import evoprompt` | {ours:.2f} s, {ours / theirs:.2f} of `import litellm` ({theirs:.2f} s) |")
    print(f"| `evoprompt --help` | {helped:.2f} s, {helped / theirs:.2f} of `import litellm` |")
    one, many = free_evaluations()
    for n, run in ((1, one), (THREADS, many)):
        print(
            f"| evaluations a second, model that costs nothing, {n} thread{'s' if n > 1 else ''} | {run.calls:,.0f} |"
        )
    same = [b"".join(map(encode, without_times(run.record.lines))) for run in (one, many)]
    print(f"| one thread and {THREADS} make the same record | {'yes' if same[0] == same[1] else 'NO'} |")
    engine, bare = against_a_bare_pool()
    ratio = statistics.median(engine) / statistics.median(bare)
    shown = [", ".join(f"{speed:.0f}" for speed in speeds) for speeds in (engine, bare)]
    print(f"| calls a second, whole run, {THREADS} threads, answers after {DELAY * 1000:.0f} ms | {shown[0]} |")
    print(f"| calls a second, bare pool of {THREADS} over `litellm.completion` | {shown[1]} |")
    print(f"| ratio of the medians | {ratio:.2f} |")


if __name__ == "__main__":
    main()
