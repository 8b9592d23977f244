"""From a model's name to the model."""

from __future__ import annotations

from typing import Any

from evoprompt.embedded import LOCAL, EmbeddedModel
from evoprompt.litellm_model import LiteLLM
from evoprompt.model import Model


def as_model(model: str | Model, *, api_base: str | None = None, **settings: Any) -> Model:
    """A model by its name: `local/...` runs in process, any other goes through litellm; a `Model` is itself.

    Args:
        model: A name, or a model.
        api_base: Address of a server that speaks OpenAI's protocol, for a name that goes through litellm.
        settings: Further settings of `LiteLLM`, such as `timeout` or `requests_per_minute`, for such a name; None
            leaves one at its default.

    Raises:
        TypeError: Neither a name nor a model, or an unknown setting.
        ValueError: No model can have this name, an address for a model that has no use for one, or a setting out of
            its range.
    """
    given = {name: value for name, value in {"api_base": api_base, **settings}.items() if value is not None}
    if given and not (isinstance(model, str) and not model.startswith(LOCAL)):
        name = model if isinstance(model, str) else getattr(model, "name", model)
        raise ValueError(
            f"{', '.join(given)} goes with the name of a model on a server, such as 'openai/mine'; got {name!r}"
        )
    if isinstance(model, str):
        return EmbeddedModel(model) if model.startswith(LOCAL) else LiteLLM(model, **given)
    if not isinstance(model, Model):
        raise TypeError(f"a model is a name such as 'openai/gpt-4o-mini' or has name and complete(); got {model!r}")
    return model
