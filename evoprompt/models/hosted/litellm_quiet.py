"""litellm without the report of each call, which nobody waits for here."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

# With any of these set in litellm, someone listens to its calls, and nothing is switched off.
_HOOKS = (
    "callbacks", "input_callback", "success_callback", "failure_callback", "service_callback",
    "pre_call_rules", "post_call_rules",
)  # fmt: skip


@contextmanager
def unlogged(litellm: Any, arguments: dict[str, Any], model: str, *, priced: bool) -> Iterator[None]:
    """Switch the report of a call off, for this call alone and where nobody listens."""
    if any(getattr(litellm, hook, None) for hook in _HOOKS) or any("callback" in name for name in arguments):
        yield
        return
    quiet = _quiet_logging()
    if quiet:
        arguments["litellm_logging_obj"] = _new_log(quiet[priced], model, arguments.get("messages", ()))
    mark = _internal_call()
    token = None if mark is None else mark.set(True)
    try:
        yield
    finally:
        if mark is not None:
            mark.reset(token)


@functools.cache
def _quiet_logging() -> dict[bool, Any]:
    """litellm's log of one call without the report for listeners at its end; by whether it looks for a price.

    The report and the price are a third of litellm's work on a call. Empty where litellm's inside is not as expected:
    all is well then, but slower.
    """
    try:
        logging = importlib.import_module("litellm.litellm_core_utils.litellm_logging").Logging

        def no_report(*_: Any, **__: Any) -> None:
            return None

        def known_cost(_: Any, result: Any, *__: Any, **___: Any) -> Any:
            return getattr(result, "_hidden_params", {}).get("response_cost")

        quiet = type("QuietLogging", (logging,), {"success_handler": no_report, "failure_handler": no_report})
        cost = {"response_cost_calculator": known_cost, "_response_cost_calculator": known_cost}
        kinds = {True: quiet, False: type("UnpricedLogging", (quiet,), cost)}
        for kind in kinds.values():
            _new_log(kind, "model")
    except Exception:
        return {}
    return kinds


def _new_log(kind: Any, model: str, messages: Any = ()) -> Any:
    return kind(
        model=model,
        messages=list(messages),
        stream=False,
        call_type="completion",
        start_time=datetime.now(),
        litellm_call_id="",
        function_id="",
    )


@functools.cache
def _internal_call() -> Any:
    """litellm's mark of a call whose report nobody waits for, which saves a thread's work; None in old versions."""
    try:
        return importlib.import_module("litellm._internal_context").is_internal_call
    except (ImportError, AttributeError):
        return None
