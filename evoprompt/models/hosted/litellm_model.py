"""Models behind litellm: a hosted provider, or any server that speaks OpenAI's protocol."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from typing import Any

from evoprompt.models.attempts import Attempts
from evoprompt.models.failure import Failure
from evoprompt.models.hosted import litellm_client, litellm_schema
from evoprompt.models.hosted.litellm_answer import completion_of, estimated_tokens, reported_usage
from evoprompt.models.hosted.litellm_client import Route
from evoprompt.models.hosted.litellm_failure import Reader
from evoprompt.models.hosted.litellm_quiet import unlogged
from evoprompt.models.model import Completion, ModelUnavailable, Refused, Request
from evoprompt.models.rate import Turn, rate_limit
from evoprompt.models.secrecy import (
    answer_without,
    public,
    public_address,
    scrubbed,
    secrets_in,
    secrets_of_address,
    secrets_of_environment,
)
from evoprompt.text.arguments import as_float, said_of, whole
from evoprompt.text.brief import brief

_TOP_LOGPROBS = 20
# OpenAI's own completion endpoint refuses more.
_TOP_LOGPROBS_OF_OPENAI_TEXT = 5

_OWN_ARGUMENTS = ("model", "messages", "prompt", "api_key", "api_base", "timeout", "num_retries", "max_retries")
# With these, litellm sends further calls that nobody counts, or answers in pieces.
_FORBIDDEN_ARGUMENTS = ("retry_policy", "fallbacks", "context_window_fallback_dict", "stream")
RESERVED = (*_OWN_ARGUMENTS, *_FORBIDDEN_ARGUMENTS)  # what `extra` may not set


@said_of
@dataclass(frozen=True)
class LiteLLM:
    """A model that litellm can call, such as `openai/gpt-4o-mini`, `anthropic/...` or a server of one's own.

    Rate limits, timeouts, dropped connections and errors of the server are tried again after 0.5 s, 1 s, 2 s ... up to
    30 s, as long as the run's budget has calls; a `Retry-After` of the provider is honoured up to two minutes, and
    where it asks for more, there is no further attempt. The waits for one answer are ten minutes at most. All attempts
    that were sent count as calls. A null answer is the empty text. A list without answers, which some filters leave,
    is tried again and then refused. So is, without a call, a prompt with half a surrogate pair, which is no text.

    With `choices`, a choice has the value of the reported token that is its longest beginning (without blanks, in
    any case). Where the likeliest of them begins two choices, nothing tells these apart, and the call fails.

    Where the provider reports no usage, tokens are estimated at four characters each, so that a budget holds.

    Within a process, all models of one name, address and limits keep the two limits together, retries included, in
    the order in which the calls come. Each worker process has its own: with four of them, set a quarter. A call counts
    for the minute (and a second, for what is on its way) after it was sent; where litellm does not say when that was,
    its answer's time counts, or five seconds after its turn came. Tokens are estimated before, at four characters each
    and the whole token limit, and corrected by the usage that the answer reports. A call that is larger than the limit
    goes alone. A wait for one's turn is no attempt, and counts for no timeout.

    litellm drops the settings that a provider does not know, such as the temperature of a reasoning model. Where
    nobody listens to litellm's callbacks, its logging of each call is switched off.

    Args:
        name: The model in litellm's words.
        api_base: Address of a server that speaks OpenAI's protocol, such as `http://127.0.0.1:8000/v1`, for a name
            that starts with `openai/`. It needs no key where the server asks for none.
        api_key: The key; by default the one in the provider's environment variable. It is in no message, and where an
            answer holds it, or another key or password, `[key]` stands in its place: answers are written to disk.
        timeout: Seconds until an attempt is given up; for a provider that litellm does not call through OpenAI's client,
            seconds without a single byte.
        retries: Attempts after the first one.
        requests_per_minute: Calls sent within any minute, at least 1; None for no limit.
        tokens_per_minute: Tokens, read and written, within any minute, at least 1; None for no limit.
        extra: Further arguments for litellm, such as `{"reasoning_effort": "low"}`. They win over those of a request.
        structured: Whether operators ask for their prompts as a JSON object by a schema (`response_format`). None: where
            litellm says that the model takes one. True for a server of one's own that takes one; False for a model that
            writes worse prompts so. A server that refuses it is asked again without, which is one more call; a run then
            asks without from there on, and knows it from its folder when it goes on. It belongs to what a run is: one
            that was begun with schemas does not go on without them, nor the other way.
        sleep: What waits between two attempts; None for a wait that ends when the run is stopped.
    """

    name: str
    _: KW_ONLY
    api_base: str | None = None
    api_key: str | None = field(default=None, repr=False)
    timeout: float = 60.0
    retries: int = 5
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    # Headers may hold keys; a mapping has no hash.
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False, hash=False)
    structured: bool | None = None
    sleep: Callable[[float], None] | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.name:
            raise ValueError("a model needs a name, such as 'openai/gpt-4o-mini'")
        if not isinstance(self.name, str):
            raise TypeError(f"a model's name must be a text, got {brief(repr(self.name))}")
        if (seconds := as_float(self.timeout)) is None or not seconds > 0:
            raise ValueError(f"timeout must be over 0 seconds, got {self.timeout!r}")
        object.__setattr__(self, "timeout", seconds)
        object.__setattr__(self, "retries", whole(self.retries, "retries", least=0))
        for name in ("requests_per_minute", "tokens_per_minute"):
            limit = getattr(self, name)
            if limit is not None and not (as_float(limit) or 0.0) >= 1:
                raise ValueError(f"{name} must be at least 1, or None for no limit; got {limit!r}")
        if not isinstance(self.extra, Mapping):
            raise TypeError(f"extra must be a mapping of arguments for litellm, got {brief(repr(self.extra))}")
        for name in ("api_base", "api_key"):
            if not isinstance(getattr(self, name), (str, type(None))):
                raise TypeError(f"{name} must be a text or None, got something else")
        if self.structured not in (True, False, None):
            raise TypeError(
                f"structured must be True, False or None (as litellm says), got {brief(repr(self.structured))}"
            )
        taken = [name for name in RESERVED if name in self.extra]
        if taken:
            raise ValueError(f"extra may not set {', '.join(taken)}; LiteLLM has a field or a reason of its own for it")
        object.__setattr__(self, "extra", dict(self.extra))

    def __repr__(self) -> str:
        # An address may hold a password.
        place = "" if self.api_base is None else f", api_base={self._scrubbed(self.api_base)!r}"
        return f"LiteLLM({self.name!r}{place})"

    @property
    def identity(self) -> str:
        """All that shapes an answer beyond the request: name, address, further arguments; without any secret.

        Without an `api_base`, the provider's variable in the environment, such as `OPENAI_BASE_URL`, is the address.
        """
        base = self._address
        # Not the secrets of the environment: they differ from machine to machine, and the identity must not.
        secrets = (self.api_key or "", *secrets_in(self.extra))
        place = None if base is None else scrubbed(base.rstrip("/"), secrets)
        return json.dumps({"name": self.name, "api_base": place, "extra": self.settings}, sort_keys=True)

    @property
    def takes_schema(self) -> bool:
        """Whether a request may ask for a JSON object: the same in every process, also where the server refuses it."""
        if "response_format" in self.extra:  # the user's own
            return False
        if self.structured is not None:
            return self.structured
        return litellm_schema.is_known_to_take(self.name, self.extra.get("custom_llm_provider"))

    @property
    def _address(self) -> str | None:
        return self.api_base or _address_in_environment(self.name)

    @property
    def server(self) -> str | None:
        """The address that it asks; empty where that holds a secret, None where it is the provider's own."""
        return public_address(self._address)

    @property
    def settings(self) -> Mapping[str, Any]:
        """The further arguments, without any secret: what shapes answers wherever the server is."""
        shown: Mapping[str, Any] = public(self.extra, (self.api_key or "", *secrets_in(self.extra)))
        return shown

    def price(self, tokens_in: int, tokens_out: int) -> float | None:
        """What so many tokens cost in dollars, by litellm's list or by `extra`; None where nobody knows."""
        read, written = (self.extra.get(name) for name in ("input_cost_per_token", "output_cost_per_token"))
        if isinstance(read, (int, float)) and isinstance(written, (int, float)):
            return float(read * tokens_in + written * tokens_out)
        try:
            costs = litellm_client.load().cost_per_token(
                model=self.name, prompt_tokens=tokens_in, completion_tokens=tokens_out
            )
            return float(sum(costs)) if any(costs) else None
        except Exception:  # litellm has many, and each means that it knows no price
            return None

    def complete(self, request: Request) -> Completion:
        """Answer one request.

        Raises:
            Refused: The provider refuses this prompt: its content filter, its context window, a malformed request.
            ModelUnavailable: The key, the model or a setting is wrong, or all attempts failed.
            Abandoned: An attempt failed, and the allowance in force grants no further one, or the run was stopped.
        """
        if (half := _half_a_character(request)) is not None:
            raise Refused(
                f"the prompt holds half of a surrogate pair (U+{ord(half):04X}), which cannot be sent", calls=0
            )
        limit = rate_limit(self.name, self.api_base, self.requests_per_minute, self.tokens_per_minute)
        tokens = 0 if limit is None else self._estimated_tokens(request)
        attempts = Attempts(self._who, self.retries, self.sleep, limit, tokens)
        # Loaded before the first turn comes: it takes seconds, which the rate limit would not know of.
        if (failure := self._load()) is not None:
            raise failure.kind(failure.reason, calls=0)
        asked = _Asked(request)
        # Raised out here, where litellm's error, which may quote the key, is no longer the context.
        completion = attempts.answer(lambda turn: self._attempt(asked, turn))
        # The same question was answered without the schema, and so that was at fault.
        return replace(completion, schema_refused=asked.is_otherwise)

    @property
    def _who(self) -> str:
        return f"model {self.name!r}"

    def _load(self) -> Failure | None:
        try:
            litellm = litellm_client.load()
        except Exception as error:
            return self._read(error)
        if litellm.model_fallbacks:
            reason = "litellm.model_fallbacks is set, and then nobody knows which model answers, nor counts the calls"
            return Failure(ModelUnavailable, f"{self._who}: {reason}; set it to None", was_sent=False)
        return None

    def _attempt(self, asked: _Asked, turn: Turn) -> Completion | Failure:
        request = asked.request
        litellm = litellm_client.load()
        try:
            route = self._route(litellm)
        except Exception as error:
            return replace(self._read(error), was_sent=False)
        if isinstance(route, Failure):
            return route
        with litellm_client.watched(turn.sending) as watch:
            try:
                response = self._send(litellm, request, route)
            except Exception as error:
                failure = asked.without_schema(error, self._read(error))
                # Over connections that are not ours, the error has to tell.
                return failure if route.client is None else replace(failure, was_sent=watch.was_sent)
        try:
            if tokens := sum(reported_usage(response)):
                turn.used(tokens)
            came = completion_of(request, response, self._who)
            return replace(came, text=answer_without(came.text, self._keys())) if isinstance(came, Completion) else came
        except (AttributeError, TypeError, ValueError, LookupError):
            reason = f"{self._who}: the server answered with something else than a completion"
            return Failure(ModelUnavailable, reason, is_final=False)

    def _route(self, litellm: Any) -> Route | Failure:
        route = litellm_client.route_to(
            litellm,
            self.name,
            api_base=self.api_base,
            api_key=self.api_key,
            timeout=float(self.timeout),
            extra=self.extra,
        )
        if route is not None:
            return route
        return Failure(
            ModelUnavailable,
            f"{self._who}: litellm knows no provider for this name; "
            "names look like 'openai/gpt-4o-mini', also for a server of your own with api_base",
            was_sent=False,
        )

    def _send(self, litellm: Any, request: Request, route: Route) -> Any:
        arguments = self._arguments(request)
        if route.client is not None:
            arguments["client"] = route.client
        # Where it is set, litellm tries again by itself; it sets it to None itself when a call fails.
        litellm.num_retries = None
        with unlogged(litellm, arguments, self.name, priced=route.priced):
            if request.prompt is None:
                return litellm.completion(**arguments)
            return litellm.text_completion(**arguments)

    def _arguments(self, request: Request) -> dict[str, Any]:
        arguments: dict[str, Any] = {
            "model": self.name,
            "timeout": float(self.timeout),
            "temperature": request.temperature,
            "max_tokens": request.max_tokens,
            "num_retries": 0,
            "max_retries": 0,
            "drop_params": True,
        }
        if self.api_base is not None:
            arguments["api_base"] = self.api_base
        if self.api_key is not None:
            arguments["api_key"] = self.api_key
        if request.prompt is None:
            arguments["messages"] = [{"role": turn.role, "content": turn.text} for turn in request.messages]
        else:
            arguments["prompt"] = request.prompt
        # Some models take a temperature or a nucleus, not both.
        if request.top_p != 1.0:
            arguments["top_p"] = request.top_p
        if request.stop:
            arguments["stop"] = list(request.stop)
        if request.schema is not None:
            arguments["response_format"] = litellm_schema.response_format(request.schema)
        if request.temperature > 0:
            arguments["seed"] = request.draw
        if request.choices:
            arguments["max_tokens"] = 1
            if request.prompt is None:
                arguments |= {"logprobs": True, "top_logprobs": _TOP_LOGPROBS}
            else:
                arguments["logprobs"] = _TOP_LOGPROBS if self.api_base else _TOP_LOGPROBS_OF_OPENAI_TEXT
        return arguments | dict(self.extra)

    def _estimated_tokens(self, request: Request) -> int:
        written = 1 if request.choices else request.max_tokens
        for name in ("max_tokens", "max_completion_tokens"):
            written = self.extra.get(name) or written
        schema = "" if request.schema is None else json.dumps(request.schema.to_json())
        return estimated_tokens(request.text + schema) + written

    def _read(self, error: Exception) -> Failure:
        place = "the provider" if self.api_base is None else self._scrubbed(self.api_base)
        return Reader(self.name, place, self._scrubbed).read(error)

    def _scrubbed(self, text: str) -> str:
        """The text without keys: ours, litellm's, those of the environment, and what looks like one."""
        return scrubbed(text, (*self._keys(), *secrets_in(self.extra)))

    def _keys(self) -> tuple[str, ...]:
        """What opens a door: keys and passwords, ours, litellm's, and those of the environment."""
        headers = self.extra.get("extra_headers") or self.extra.get("headers") or {}
        named = {name: value for name, value in self.extra.items() if name not in ("extra_headers", "headers")}
        ours = (*secrets_in(named), *secrets_in(dict(headers)), *secrets_of_address(self.api_base or ""))
        return (self.api_key or "", *ours, *secrets_of_environment(), *litellm_client.keys())


@dataclass
class _Asked:
    """What is asked at the next attempt: the request, or the request without its schema after a server refused that."""

    request: Request
    is_otherwise: bool = False

    def without_schema(self, error: Exception, failure: Failure) -> Failure:
        """The failure of an attempt, which is followed by one without the schema where that may have been at fault."""
        if self.request.schema is None or not litellm_schema.may_be_refusal(error) or failure.is_about_prompt:
            return failure
        self.request, self.is_otherwise = replace(self.request, schema=None), True
        return replace(failure, is_final=False, asks_otherwise=True)


def _half_a_character(request: Request) -> str | None:
    try:
        "".join((request.text, *request.stop)).encode()
    except UnicodeEncodeError as error:
        return str(error.object[error.start])
    return None


def _address_in_environment(name: str) -> str | None:
    provider = re.sub(r"[^A-Z0-9]+", "_", (name.partition("/")[0] if "/" in name else "openai").upper())
    return os.environ.get(f"{provider}_BASE_URL") or os.environ.get(f"{provider}_API_BASE") or None
