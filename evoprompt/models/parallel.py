"""One joblib call for many independent calls: threads by default, any ambient backend, results as they arrive."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from joblib import Parallel, delayed, effective_n_jobs
from joblib.parallel import ThreadingBackend, get_active_backend

from evoprompt.text.arguments import as_int
from evoprompt.text.brief import brief

Result = TypeVar("Result")
MOST_JOBS = 1_000  # joblib starts as many threads, and a system refuses some tens of thousands with a traceback


def run_all(
    function: Callable[..., Result],
    arguments: Sequence[tuple[Any, ...]],
    *,
    n_jobs: int | None,
    stop: threading.Event,
    usual: int = 1,
) -> Iterator[tuple[int, Result]]:
    """Call a function with each tuple of arguments; give (index, result) pairs as they arrive.

    Args:
        function: A picklable function of plain values.
        n_jobs: As in joblib; None for the ambient `joblib.parallel_config`, else the usual number.
        stop: Once set, no further call is started; those in flight still arrive. Set here at the first failure.
        usual: Calls at once where nobody says.

    Raises:
        What the function raised, once all calls in flight have arrived: they are paid for. Of several failures, that of
        the lowest index.
    """

    def wanted() -> Iterable[Any]:
        for index, values in enumerate(arguments):
            if stop.is_set():
                return
            yield delayed(_numbered)(function, index, values)

    failures: dict[int, Exception] = {}
    # A soft wish for threads: the work waits on a network. A backend set by parallel_config wins over it.
    parallel = Parallel(
        n_jobs=_wanted(n_jobs, usual),
        prefer="threads",
        return_as="generator_unordered",
        pre_dispatch="n_jobs",
        batch_size=1,  # else worker processes hold quick results back, and a kill loses them
    )
    for index, outcome in parallel(wanted()):
        if isinstance(outcome, _Failed):
            failures[index] = outcome.error
            stop.set()
        else:
            yield index, outcome
    if failures:
        raise failures[min(failures)]


def jobs_at_once(n_jobs: int | None, usual: int = 1) -> int:
    """How many calls `run_all` makes at once; at least 1."""
    return max(1, int(effective_n_jobs(_wanted(n_jobs, usual))))


def checked_jobs(n_jobs: object, what: str = "n_jobs") -> int | None:
    """A number of calls at once, as joblib takes it, or None.

    Raises:
        ValueError: It is no whole number, 0, or more threads than a system has.
    """
    number = as_int(n_jobs)
    if n_jobs is not None and (not number or number > MOST_JOBS):
        raise ValueError(
            f"{what} must be a whole number, at least 1 and at most {MOST_JOBS:,}, or -1 for as many as there are processors;"
            f" got {brief(repr(n_jobs))}"
        )
    return number


def _wanted(n_jobs: int | None, usual: int) -> int | None:
    if n_jobs is not None:
        return n_jobs
    _, ambient = get_active_backend()  # joblib itself forgets it where no backend is named beside it
    if ambient is not None:
        return int(ambient)
    # Without a hint of threads, joblib says its own default; with it, any other backend was named by somebody.
    backend, _ = get_active_backend(prefer="threads")
    return usual if isinstance(backend, ThreadingBackend) else None


@dataclass(frozen=True)
class _Failed:
    error: Exception


def _numbered(function: Callable[..., Result], index: int, values: tuple[Any, ...]) -> tuple[int, Result | _Failed]:
    try:
        return index, function(*values)
    except Exception as error:
        return index, _Failed(error)
