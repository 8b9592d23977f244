"""The JSON objects that operators ask for, so that a question's own words and tags can be obeyed as they stand."""

from __future__ import annotations

from evoprompt.models.model import Schema

PROMPT = Schema.of(
    prompt="The text that the message asks for, whole and alone. The tags that it asks for may stand around it here."
)
STEPS = Schema.of(
    steps="The steps that the message asks for, written down one after another.",
    prompt="The outcome of the last step, whole and alone. The tags that the message asks for may stand around it here.",
)
