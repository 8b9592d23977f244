"""From a model's name to the model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from evoprompt.models.embedded.model import LOCAL, EmbeddedModel
from evoprompt.models.hosted.litellm_model import LiteLLM
from evoprompt.models.model import Model
from evoprompt.text.arguments import said

AT_ONCE = 8  # calls to a model behind a server that wait there together, where nobody says how many


@said
def as_model(
    model: str | Model,
    *,
    api_base: str | None = None,
    api_key: str | None = None,
    timeout: float | None = None,
    retries: int | None = None,
    requests_per_minute: int | None = None,
    tokens_per_minute: int | None = None,
    extra: Mapping[str, Any] | None = None,
    structured: bool | None = None,
    sleep: Callable[[float], None] | None = None,
) -> Model:
    """A model by its name: `local/...` runs in process, any other goes through litellm; a `Model` is itself.

    Args:
        model: A name, or a model.
        api_base: Address of a server that speaks OpenAI's protocol, for a name that goes through litellm.
        api_key, timeout, retries, requests_per_minute, tokens_per_minute, extra, structured, sleep: As in `LiteLLM`, for such a
            name; None leaves one at its default.

    Raises:
        TypeError: Neither a name nor a model, or an unknown setting.
        ValueError: No model can have this name, an address for a model that has no use for one, or a setting out of
            its range.
    """
    settings = {"api_base": api_base, "api_key": api_key, "timeout": timeout, "retries": retries, "extra": extra}
    limits = {"requests_per_minute": requests_per_minute, "tokens_per_minute": tokens_per_minute}
    every: dict[str, Any] = {**settings, **limits, "structured": structured, "sleep": sleep}
    given = {name: value for name, value in every.items() if value is not None}
    if given and not (isinstance(model, str) and not model.startswith(LOCAL)):
        name = model if isinstance(model, str) else getattr(model, "name", model)
        raise ValueError(
            f"{', '.join(given)} goes with the name of a model on a server, such as 'openai/mine'; got {name!r}"
        )
    if isinstance(model, str):
        return EmbeddedModel(model) if model.startswith(LOCAL) else LiteLLM(model, **given)
    if isinstance(model, type) or not isinstance(model, Model):
        raise TypeError(f"a model is a name such as 'openai/gpt-4o-mini' or has name and complete(); got {model!r}")
    return model


def usual_jobs(model: Model) -> int:
    """Calls to a model at once where nobody says how many: those to a server wait there together."""
    return AT_ONCE if isinstance(model, LiteLLM) else 1
