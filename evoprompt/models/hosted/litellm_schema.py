"""JSON by a schema (litellm's `response_format`): which models take one, and what a server answers that takes none.

The mode that promises some JSON object, without a schema (`json_object`), is not used: it does not name the fields, and
providers refuse it unless the messages speak of JSON, which the questions of published systems do not.
"""

from __future__ import annotations

from typing import Any

from evoprompt.models.hosted import litellm_client
from evoprompt.models.model import Schema

# What a server that knows no `response_format`, or not this kind of it, answers.
_REFUSING = frozenset({400, 404, 422, 501})


def is_known_to_take(name: str, provider: str | None) -> bool:
    """Whether litellm lists a model among those that write JSON by a schema, and sends the schema to its provider."""
    try:
        litellm = litellm_client.load()
        listed = litellm.supports_response_schema(model=name, custom_llm_provider=provider)
        sent = litellm.get_supported_openai_params(model=name, custom_llm_provider=provider) or ()
    except Exception:  # litellm has many, and each means that it does not know the model
        return False
    return bool(listed) and "response_format" in sent


def response_format(schema: Schema) -> dict[str, Any]:
    """The argument by which litellm asks for such an object."""
    return {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": schema.to_json()}}


def may_be_refusal(error: Exception) -> bool:
    """Whether a server may have answered so because it takes no schema."""
    return getattr(error, "status_code", None) in _REFUSING
