"""A language model behind one call: request in, completion out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Protocol, runtime_checkable


class Refused(Exception):
    """The provider refused this one prompt (content filter, context too long); other prompts may well pass.

    The engine scores such an answer 0 and keeps the reason; it never stops the run by itself.

    Attributes:
        calls: Calls that were sent until the refusal, retries included.
    """

    def __init__(self, *reason: object, calls: int = 1) -> None:
        super().__init__(*reason)
        self.calls = calls


class ModelUnavailable(Exception):
    """No prompt can be answered: the network is down, the key is wrong, the model is unknown.

    Raised after the retries that could have helped. The run stops with this sentence; no score is made from it.

    Attributes:
        calls: Calls that were sent until then, retries included.
    """

    def __init__(self, *reason: object, calls: int = 1) -> None:
        super().__init__(*reason)
        self.calls = calls


class Abandoned(Exception):
    """A call failed that could have been tried again, but the allowance granted no further one.

    The budget is spent, or the run was stopped: nobody's mistake, and no answer either.

    Attributes:
        calls: Calls that were sent until then, retries included.
    """

    def __init__(self, *reason: object, calls: int = 1) -> None:
        super().__init__(*reason)
        self.calls = calls


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a chat."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Schema:
    """The JSON object that an answer is asked for as: named texts, in the order in which they are written.

    Attributes:
        fields: Name and description of each text; at least one.
    """

    fields: tuple[tuple[str, str], ...]

    def __post_init__(self) -> None:
        if not self.fields:
            raise ValueError("a schema has at least one field, such as Schema.of(prompt='The new prompt.')")

    @classmethod
    def of(cls, **fields: str) -> Schema:
        """A schema of these texts, each with its description."""
        return cls(tuple(fields.items()))

    def to_json(self) -> dict[str, Any]:
        """The schema in the words of JSON Schema, strict enough for the providers that check it."""
        texts = {name: {"type": "string", "description": described} for name, described in self.fields}
        return {"type": "object", "properties": texts, "required": list(texts), "additionalProperties": False}


@dataclass(frozen=True, slots=True)
class Request:
    """All that shapes one answer of a model, and nothing that does not (no timeout, no key).

    Two equal requests to one model are the same question: the engine pays for it once. Exactly one of `messages`
    (chat format) and `prompt` (plain completion: the model continues the text) is filled.

    Attributes:
        messages: The turns of a chat, oldest first.
        prompt: The text to continue, for a model in completion format.
        temperature: From 0 (the likeliest token every time) upwards.
        top_p: Nucleus of the sampled tokens, over 0 and up to 1.
        max_tokens: The most tokens the answer may have; at least 1.
        stop: Texts that end the answer; they are not part of it.
        choices: Where given, the log-probability of the first token of each of these texts as the answer is asked
            for. No text needs to be generated then.
        draw: The number of this sample among equal questions at a temperature above 0. It also seeds the sampling
            where the model supports that.
        schema: Where given, the answer is asked for as this JSON object. Set by `Context.ask` for models that say
            `takes_schema`; another model is asked for the text alone, and an answer may always be a text all the same.
    """

    messages: tuple[Message, ...] = ()
    prompt: str | None = None
    temperature: float = 0.0
    top_p: float = 1.0
    max_tokens: int = 256
    stop: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    draw: int = 0
    schema: Schema | None = None

    def __post_init__(self) -> None:
        if bool(self.messages) == (self.prompt is not None):
            raise ValueError("a request has either messages (chat format) or a prompt (completion format)")
        if self.schema is not None and self.prompt is not None:
            raise ValueError("a schema goes with messages (chat format), not with a prompt that is continued")
        if self.max_tokens < 1:
            raise ValueError(f"max_tokens must be at least 1, got {self.max_tokens}")

    @property
    def digest(self) -> str:
        """A short name made from all that shapes the answer; equal requests have equal ones, in any process."""
        values: list[Any] = [
            [(turn.role, turn.text) for turn in self.messages],
            self.prompt,
            self.temperature,
            self.top_p,
        ]
        values += [self.max_tokens, self.stop, self.choices, self.draw]
        if self.schema is not None:  # else the digest is the one that older stores and caches hold
            values.append(self.schema.fields)
        return hashlib.sha256(json.dumps(values).encode()).hexdigest()[:32]

    @property
    def text(self) -> str:
        """Everything the model reads, as one text."""
        return self.prompt if self.prompt is not None else "\n\n".join(message.text for message in self.messages)


def chat(text: str, *, system: str = "") -> tuple[Message, ...]:
    """The messages of a chat of one turn, with a system text before it where one is given."""
    turns = (Message("system", system),) if system else ()
    return (*turns, Message("user", text))


@dataclass(frozen=True, slots=True)
class Completion:
    """What a model answered, and what that took.

    Attributes:
        text: The answer; empty where only `choices` were asked for.
        tokens_in: Tokens read.
        tokens_out: Tokens written.
        dollars: Price of the call; None where it is not known (never 0 for "unknown").
        calls: Calls that were sent for this answer, retries included.
        cut: Whether the token limit ended the answer.
        choice_logprobs: Natural logarithm of each choice's first-token probability, in the order of the request's
            `choices`, up to a constant that all choices of one answer may share; None where they were not asked for.
            A choice outside the tokens the model reports has the smallest reported value.
        schema_refused: Whether the server refused the request's schema, and gave this answer without one.
    """

    text: str
    tokens_in: int = 0
    tokens_out: int = 0
    dollars: float | None = 0.0
    calls: int = 1
    cut: bool = False
    choice_logprobs: tuple[float, ...] | None = None
    schema_refused: bool = False

    def to_json(self) -> dict[str, Any]:
        """The completion as plain JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Completion:
        """The completion that `to_json` wrote."""
        logprobs = data["choice_logprobs"]
        return cls(**{**data, "choice_logprobs": None if logprobs is None else tuple(logprobs)})


@runtime_checkable
class Model(Protocol):
    """What the engine asks of a language model. Threads may call one model at once; workers may pickle it.

    A model that can answer as a JSON object has an attribute `takes_schema` that is True, besides; operators then ask
    with a `schema` in the request.
    """

    @property
    def name(self) -> str:
        """The name that the record and the tables show, such as `openai/gpt-4o-mini`."""

    def complete(self, request: Request) -> Completion:
        """Answer one request.

        Raises:
            Refused: The provider refuses this prompt.
            ModelUnavailable: No prompt can be answered.
            Abandoned: It failed in a way that another try might mend, but the allowance in force grants none.
        """
