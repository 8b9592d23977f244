"""How many calls a second `LiteLLM` makes, next to a bare pool of threads over litellm, on one machine in one run."""

from __future__ import annotations

import argparse
import importlib
import os
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

from joblib import Parallel, delayed

from evoprompt.benchmarks.stub_server import StubServer
from evoprompt.models.hosted.litellm_model import LiteLLM
from evoprompt.models.model import Request, chat


class Speed(NamedTuple):
    """Calls a second, and milliseconds of this process's processor time a call."""

    calls: float
    cpu_ms: float


def pool(call: Callable[[int], Any], n_calls: int, n_threads: int) -> None:
    """Make the calls in a pool of threads."""
    with ThreadPoolExecutor(n_threads) as executor:
        list(executor.map(call, range(n_calls)))


def joblib_threads(call: Callable[[int], Any], n_calls: int, n_threads: int) -> None:
    """Make the calls in joblib's threads."""
    Parallel(n_jobs=n_threads, prefer="threads")(delayed(call)(number) for number in range(n_calls))


def calls_per_second(
    fn: Callable[[int], Any],
    n_calls: int,
    n_threads: int,
    *,
    run: Callable[[Callable[[int], Any], int, int], None] = joblib_threads,
) -> Speed:
    """The speed of `fn(number)`, which makes one call of a model."""
    processor, clock = time.process_time(), time.perf_counter()
    run(fn, n_calls, n_threads)
    seconds = time.perf_counter() - clock
    return Speed(n_calls / seconds, (time.process_time() - processor) / n_calls * 1000)


def bare_litellm(api_base: str) -> Callable[[int], Any]:
    """One call of `litellm.completion` as a user would write it, by number."""
    os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
    litellm = importlib.import_module("litellm")

    def bare(number: int) -> object:
        arguments = {
            "model": "openai/stub",
            "messages": [{"role": "user", "content": f"What is {number} plus {number}?"}],
            "api_base": api_base,
            "api_key": "stub-key",
            "temperature": 0.0,
            "max_tokens": 256,
            "max_retries": 0,
        }
        try:
            return litellm.completion(**arguments)
        except litellm.InternalServerError:
            # With more threads than the 20 connections it keeps, httpx now and then closes one that is in use.
            return litellm.completion(**arguments)

    return bare


def compare(
    *, n_calls: int = 640, n_threads: int = 64, rounds: int = 5, delay: float = 0.1
) -> tuple[list[Speed], list[Speed]]:
    """The speeds of `LiteLLM` and of the bare pool, in alternating rounds against one server."""
    with StubServer(delay=delay) as server:
        model = LiteLLM("openai/stub", api_base=server.api_base, api_key="stub-key")

        def ours(number: int) -> object:
            return model.complete(Request(messages=chat(f"What is {number} plus {number}?")))

        ours(0)  # imports litellm
        bare = bare_litellm(server.api_base)
        bare(0)
        speeds: tuple[list[Speed], list[Speed]] = ([], [])
        for _ in range(rounds):
            speeds[0].append(calls_per_second(ours, n_calls, n_threads))
            speeds[1].append(calls_per_second(bare, n_calls, n_threads, run=pool))
        return speeds


def main() -> None:
    """Print the speeds of the rounds and the ratio of their medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=640, help="calls of a round")
    parser.add_argument("--threads", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--delay", type=float, default=0.1, help="seconds until the server answers")
    options = parser.parse_args()
    ours, bare = compare(n_calls=options.calls, n_threads=options.threads, rounds=options.rounds, delay=options.delay)
    print(f"{'':24}{'calls/s':>10}{'ms CPU/call':>14}")
    for name, speeds in (("LiteLLM (joblib)", ours), ("bare litellm (pool)", bare)):
        for speed in speeds:
            print(f"{name:24}{speed.calls:10.0f}{speed.cpu_ms:14.2f}")
    ratio = statistics.median(speed.calls for speed in ours) / statistics.median(speed.calls for speed in bare)
    print(f"ratio of the medians: {ratio:.2f}")


if __name__ == "__main__":
    main()
