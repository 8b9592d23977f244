"""From a model's name to the model."""

from __future__ import annotations

from evoprompt.embedded import LOCAL, EmbeddedModel
from evoprompt.litellm_model import LiteLLM
from evoprompt.model import Model


def as_model(
    model: str | Model,
    *,
    api_base: str | None = None,
    requests_per_minute: int | None = None,
    tokens_per_minute: int | None = None,
) -> Model:
    """A model by its name: `local/...` runs in process, any other goes through litellm; a `Model` is itself.

    Args:
        model: A name, or a model.
        api_base: Address of a server that speaks OpenAI's protocol, for a name that goes through litellm.
        requests_per_minute: Calls sent within any minute, for a name that goes through litellm, like the next one.
        tokens_per_minute: Tokens, read and written, within any minute.

    Raises:
        TypeError: Neither a name nor a model.
        ValueError: No model can have this name, an address for a model that has no use for one, or a limit below 1.
    """
    if api_base is not None and not (isinstance(model, str) and not model.startswith(LOCAL)):
        name = model if isinstance(model, str) else getattr(model, "name", model)
        raise ValueError(f"an api_base goes with the name of a model on a server, such as 'openai/mine'; got {name!r}")
    if isinstance(model, str):
        if model.startswith(LOCAL):
            return EmbeddedModel(model)
        return LiteLLM(
            model, api_base=api_base, requests_per_minute=requests_per_minute, tokens_per_minute=tokens_per_minute
        )
    if not isinstance(model, Model):
        raise TypeError(f"a model is a name such as 'openai/gpt-4o-mini' or has name and complete(); got {model!r}")
    return model
