"""One joblib call for many independent calls: threads by default, any ambient backend, results as they arrive."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from joblib import Parallel, delayed
from joblib.parallel import get_active_backend

Result = TypeVar("Result")


def run_all(
    function: Callable[..., Result],
    arguments: Sequence[tuple[Any, ...]],
    *,
    n_jobs: int | None,
    stop: threading.Event,
) -> Iterator[tuple[int, Result]]:
    """Call a function with each tuple of arguments; give (index, result) pairs as they arrive.

    Args:
        function: A picklable function of plain values.
        n_jobs: As in joblib; None for the ambient `joblib.parallel_config`, else one.
        stop: Once set, no further call is started; those in flight still arrive.

    Raises:
        Whatever the function raises, once.
    """

    def wanted() -> Iterable[Any]:
        for index, values in enumerate(arguments):
            if stop.is_set():
                return
            yield delayed(_numbered)(function, index, values)

    if n_jobs is None:
        _, n_jobs = get_active_backend()  # joblib itself forgets it where no backend is named beside it
    # A soft wish for threads: the work waits on a network. A backend set by parallel_config wins over it.
    parallel = Parallel(n_jobs=n_jobs, prefer="threads", return_as="generator_unordered", pre_dispatch="n_jobs")
    yield from parallel(wanted())


def _numbered(function: Callable[..., Result], index: int, values: tuple[Any, ...]) -> tuple[int, Result]:
    return index, function(*values)
