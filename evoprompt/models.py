"""From a model's name to the model."""

from __future__ import annotations

from evoprompt.model import Model

LOCAL = "local/"


def as_model(model: str | Model) -> Model:
    """A model by its name: `local/...` runs in process, any other goes through litellm; a `Model` is itself.

    Raises:
        TypeError: Neither a name nor a model.
    """
    if isinstance(model, str):
        if model.startswith(LOCAL):
            from evoprompt.embedded import EmbeddedModel

            return EmbeddedModel(model)
        from evoprompt.litellm_model import LiteLLM

        return LiteLLM(model)
    if not isinstance(model, Model):
        raise TypeError(f"a model is a name such as 'openai/gpt-4o-mini' or has name and complete(); got {model!r}")
    return model
