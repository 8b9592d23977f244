"""Models behind litellm: a hosted provider, or any server that speaks OpenAI's protocol."""

from __future__ import annotations

import email.utils
import functools
import importlib
import os
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import KW_ONLY, dataclass, field, replace
from datetime import datetime
from itertools import count
from typing import Any

from evoprompt.model import Completion, ModelUnavailable, Refused, Request

_FIRST_WAIT, _LONGEST_WAIT, _LONGEST_RETRY_AFTER = 0.5, 30.0, 120.0  # seconds

_TOP_LOGPROBS = 20
# OpenAI's own completion endpoint refuses more.
_TOP_LOGPROBS_OF_OPENAI_TEXT = 5

# Where a provider reports no usage.
_CHARACTERS_PER_TOKEN = 4

# The providers that litellm calls through OpenAI's client, which can be handed in.
_OPENAI_PROVIDERS = frozenset({"openai", "custom_openai", "text-completion-openai"})

# With any of these set in litellm, someone listens to its calls, and nothing is switched off.
_HOOKS = (
    "callbacks", "input_callback", "success_callback", "failure_callback", "service_callback",
    "pre_call_rules", "post_call_rules",
)  # fmt: skip

_OWN_ARGUMENTS = ("model", "messages", "prompt", "api_key", "api_base", "timeout", "num_retries", "max_retries")

_NOT_THE_PROMPT = re.compile(
    r"\b(unsupported|unrecognized|unknown|invalid|extra)\s+(request\s+)?(argument|parameter|param|field|value|model)"
    r"|\b(model|parameter|argument|logprobs)\b.{0,80}"
    r"\b(not (exist|found|support|available|allow|valid|permit)|unsupported)"
    r"|\bnot support\w*.{0,40}\b(model|parameter|argument|logprobs)\b"
    r"|\b(temperature|top_p|top_logprobs|logprobs|max_tokens|max_completion_tokens|seed|n_predict)\b"
    r"|api[ _-]?key|\b(credit|billing|quota)\b",
    re.IGNORECASE | re.DOTALL,
)
_FILTERED = re.compile(r"content[ _-]?(filter|policy|management)|moderation|\bflagged\b|\bsafety\b", re.IGNORECASE)
_TOO_LONG = re.compile(
    r"context[ _-]?(length|window|size)|maximum context|too many (input |prompt )?tokens|max_new_tokens"
    r"|(prompt|input|request|message)s?\b.{0,40}\btoo (long|large)",
    re.IGNORECASE | re.DOTALL,
)
# OpenAI's client, before any call; litellm gives it the status 500.
_NO_KEY = re.compile(r"missing credentials|api_key client option must be set|missing \w+ api key", re.IGNORECASE)

_KEY_LIKE = re.compile(
    r"\b(?:sk|gsk|xai|hf)[-_][\w*.-]{6,}|\bAIza[\w-]{10,}|(?<=://)[^/\s@]+(?=@)|(?<=[?&]key=)[^&\s'\"]+"
    r"|\b[Bb]earer\s+[^\s'\",]+"
)
_SECRET_NAME = re.compile(r"key|token|secret|password|authorization", re.IGNORECASE)
# A shorter "key" is a word that a local server wants to see, such as `none`.
_SHORTEST_KEY = 6
# A shorter value in the environment, such as TOKENIZERS_PARALLELISM=false, is a word and no secret.
_SHORTEST_OF_ENVIRONMENT = 8


@dataclass(frozen=True)
class LiteLLM:
    """A model that litellm can call, such as `openai/gpt-4o-mini`, `anthropic/...` or a server of one's own.

    Rate limits, timeouts, dropped connections and errors of the server are tried again after 0.5 s, 1 s, 2 s ... up to
    30 s; a `Retry-After` of the provider is honoured up to two minutes. All attempts count as calls. A null answer is
    the empty text. A list without answers, which some filters leave, is tried again and then refused.

    With `choices`, a choice has the value of the reported token that is its longest beginning (without blanks, in
    any case). Where the likeliest of them begins two choices, nothing tells these apart, and the call fails.

    Where the provider reports no usage, tokens are estimated at four characters each, so that a budget holds.

    litellm drops the settings that a provider does not know, such as the temperature of a reasoning model. Where
    nobody listens to litellm's callbacks, its logging of each call is switched off.

    Args:
        name: The model in litellm's words.
        api_base: Address of a server that speaks OpenAI's protocol, such as `http://127.0.0.1:8000/v1`, for a name
            that starts with `openai/`. It needs no key where the server asks for none.
        api_key: The key; by default the one in the provider's environment variable. It is in no text and no message.
        timeout: Seconds until an attempt is given up.
        retries: Attempts after the first one.
        extra: Further arguments for litellm, such as `{"reasoning_effort": "low"}`. They win over those of a request.
        sleep: What waits between two attempts.
    """

    name: str
    _: KW_ONLY
    api_base: str | None = None
    api_key: str | None = field(default=None, repr=False)
    timeout: float = 60.0
    retries: int = 5
    # Headers may hold keys; a mapping has no hash.
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False, hash=False)
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.name:
            raise ValueError("a model needs a name, such as 'openai/gpt-4o-mini'")
        if self.timeout <= 0:
            raise ValueError(f"timeout must be over 0 seconds, got {self.timeout}")
        if self.retries < 0:
            raise ValueError(f"retries must be at least 0, got {self.retries}")
        taken = [name for name in _OWN_ARGUMENTS if name in self.extra]
        if taken:
            raise ValueError(f"extra may not set {', '.join(taken)}; LiteLLM has a field or a reason of its own for it")
        object.__setattr__(self, "extra", dict(self.extra))

    def complete(self, request: Request) -> Completion:
        """Answer one request.

        Raises:
            Refused: The provider refuses this prompt: its content filter, its context window, a malformed request.
            ModelUnavailable: The key, the model or a setting is wrong, or all attempts failed.
        """
        for calls in count(1):
            outcome = self._attempt(request)
            if isinstance(outcome, Completion):
                return replace(outcome, calls=calls)
            if outcome.is_final or calls > self.retries:
                if isinstance(outcome.error, Refused):
                    outcome.error.calls = calls
                # Raised out here, where litellm's error, which may quote the key, is no longer the context.
                raise outcome.error
            backoff = min(_FIRST_WAIT * 2 ** (calls - 1), _LONGEST_WAIT)
            self.sleep(max(backoff, min(outcome.retry_after, _LONGEST_RETRY_AFTER)))
        raise AssertionError("unreachable")

    def _attempt(self, request: Request) -> Completion | _Failure:
        try:
            litellm = _litellm()
            response = self._send(litellm, request)
        except Exception as error:
            return self._failure(error)
        return self._completion(request, response)

    def _send(self, litellm: Any, request: Request) -> Any:
        arguments = self._arguments(request)
        route = self._route(litellm)
        if route.client is not None:
            arguments["client"] = route.client
        with _unlogged(litellm, arguments, self.name, priced=route.priced):
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
        if request.temperature > 0:
            arguments["seed"] = request.draw
        if request.choices:
            arguments["max_tokens"] = 1
            if request.prompt is None:
                arguments |= {"logprobs": True, "top_logprobs": _TOP_LOGPROBS}
            else:
                arguments["logprobs"] = _TOP_LOGPROBS if self.api_base else _TOP_LOGPROBS_OF_OPENAI_TEXT
        return arguments | dict(self.extra)

    def _route(self, litellm: Any) -> _Route:
        if litellm.client_session is not None or {"client", "base_url"} & self.extra.keys():
            return _Route()
        provider = self.extra.get("custom_llm_provider")
        try:
            model, provider, _, api_base = litellm.get_llm_provider(
                self.name, custom_llm_provider=provider, api_base=self.api_base, api_key=self.api_key
            )
        except litellm.BadRequestError:
            raise ModelUnavailable(
                f"model {self.name!r}: litellm knows no provider for this name; "
                "names look like 'openai/gpt-4o-mini', also for a server of your own with api_base"
            ) from None
        if provider not in _OPENAI_PROVIDERS:
            return _Route()
        # In the order of litellm, which a client that is handed in does not pass through.
        environment = os.environ.get
        base = api_base or litellm.api_base or environment("OPENAI_BASE_URL") or environment("OPENAI_API_BASE")
        key = self.api_key or litellm.api_key or litellm.openai_key or environment("OPENAI_API_KEY")
        if not key and self.api_base is None:
            return _Route()
        # A server with no price list: to look for one is a fifth of litellm's work.
        priced = (
            self.api_base is None
            or any(name in litellm.model_cost for name in (self.name, model, f"{provider}/{model}"))
            or any("cost" in name or name == "model_info" for name in self.extra)
        )
        with _loading:
            return _Route(_client(base, key or "none", float(self.timeout), os.getpid()), priced)

    def _completion(self, request: Request, response: Any) -> Completion | _Failure:
        if not response.choices:
            return self._no_answer(Refused, "the provider answered with an empty list of answers")
        answer = response.choices[0]
        text = answer.text if request.prompt is not None else answer.message.content
        if answer.finish_reason == "content_filter":
            return _Failure(Refused("the provider's content filter withheld the answer"))
        # Some servers send their errors with the status of an answer.
        if text is None and answer.finish_reason is None:
            return self._no_answer(ModelUnavailable, "the server answered with something else than a completion")
        logprobs = None
        if request.choices:
            reported = dict(_first_tokens(getattr(answer, "logprobs", None)))
            if not reported:
                return _Failure(
                    ModelUnavailable(
                        f"model {self.name!r}: the provider reports no log-probabilities; "
                        "use the `choice` scorer instead, which reads the answer's text"
                    )
                )
            tokens = [_beginning(choice, reported) for choice in request.choices]
            logprobs = tuple(min(reported.values()) if token is None else reported[token] for token in tokens)
            likeliest = tokens[logprobs.index(max(logprobs))]
            alike = [choice for choice, token in zip(request.choices, tokens, strict=True) if token == likeliest]
            if likeliest is not None and len(alike) > 1:
                return _Failure(
                    ModelUnavailable(
                        f"model {self.name!r}: the labels {alike[0]!r} and {alike[1]!r} begin with the same token "
                        f"{likeliest!r}, and its log-probability cannot tell them apart; "
                        "use the `choice` scorer instead, which reads the answer's text"
                    )
                )
        usage = getattr(response, "usage", None)
        tokens_in, tokens_out = _count(usage, "prompt_tokens"), _count(usage, "completion_tokens")
        if not tokens_in and not tokens_out:
            tokens_in, tokens_out = _estimated_tokens(request.text), _estimated_tokens(text or "")
        cost = response._hidden_params.get("response_cost")
        return Completion(
            text="" if request.choices else str(text or ""),
            tokens_in=tokens_in,
            tokens_out=tokens_out,
            dollars=None if cost is None else float(cost),
            cut=answer.finish_reason == "length" and not request.choices,
            choice_logprobs=logprobs,
        )

    def _no_answer(self, kind: type[Exception], reason: str) -> _Failure:
        return _Failure(kind(f"model {self.name!r}: {reason}, {self._attempts()}"), is_final=False)

    def _attempts(self) -> str:
        return "once" if self.retries == 0 else f"{self.retries + 1} times in a row"

    def _failure(self, error: Exception) -> _Failure:
        """What an error of litellm means: this prompt is refused, no prompt is answered, or try again."""
        if isinstance(error, ModelUnavailable):
            return _Failure(error.with_traceback(None))
        status = getattr(error, "status_code", None)
        reason, who = self._reason(error), f"model {self.name!r}"
        if not isinstance(status, int):
            return _Failure(ModelUnavailable(f"{who}: {type(error).__name__}: {reason}"))
        is_missing = _NO_KEY.search(reason) is not None
        if status == 401 or is_missing:
            cause = "there is no API key" if is_missing else "the provider does not accept the API key (401)"
            return _Failure(ModelUnavailable(f"{who}: {cause}; set {self._key_variable()} or pass api_key"))
        if "No module named" in reason:
            return _Failure(ModelUnavailable(f"{who}: litellm needs a further package for it; {reason}"))
        if status == 429 and "insufficient_quota" in f"{error} {getattr(error, 'body', '')}":
            return _Failure(ModelUnavailable(f"{who}: the account has no credit left (429: {reason})"))
        if status == 429 and _TOO_LONG.search(reason):
            return _Failure(Refused(f"the prompt is longer than the account may send in a minute (429: {reason})"))
        # litellm's 422 without a word: an error that came with the status of an answer.
        if status in (408, 409, 425, 429) or status >= 500 or (status == 422 and not reason):
            said = f"the last one said: {reason} ({status})" if reason else f"the last one had the status {status}"
            last = ModelUnavailable(f"{who}: no answer from {self._place()}, {self._attempts()}; {said}")
            return _Failure(last, is_final=False, retry_after=_retry_after(error))
        kinds = {kind.__name__ for kind in type(error).__mro__}
        if "ContextWindowExceededError" in kinds or (status in (400, 413, 422) and _TOO_LONG.search(reason)):
            return _Failure(Refused(f"the prompt is too long for the model ({status}: {reason})"))
        if "ContentPolicyViolationError" in kinds or (status in (400, 403, 422) and _FILTERED.search(reason)):
            return _Failure(Refused(f"the provider's content filter refuses the prompt ({status}: {reason})"))
        if status in (400, 413, 422) and not ("UnsupportedParamsError" in kinds or _is_about_settings(error, reason)):
            return _Failure(Refused(f"the provider refuses the prompt ({status}: {reason})"))
        if status == 404:
            return _Failure(
                ModelUnavailable(f"{who}: {self._place()} does not know this model or address (404: {reason})")
            )
        return _Failure(ModelUnavailable(f"{who}: the provider refuses the call ({status}: {reason})"))

    def _place(self) -> str:
        return "the provider" if self.api_base is None else self._scrubbed(self.api_base)

    def _key_variable(self) -> str:
        provider = self.name.partition("/")[0] if "/" in self.name else "openai"
        return f"{re.sub(r'[^A-Z0-9]+', '_', provider.upper())}_API_KEY"

    def _reason(self, error: Exception) -> str:
        text = str(getattr(error, "message", None) or error).rpartition("Exception - ")[2]
        quoted = re.search(r"['\"]message['\"]: (['\"])(.*?)(?<!\\)\1", text, re.DOTALL)
        text = " ".join(self._scrubbed(quoted[2] if quoted else text).split())
        text = re.sub(r"^(litellm\.\w+:|Error code: \d+ -)\s*", "", text)
        return text if len(text) <= 300 else f"{text[:300]} ..."

    def _scrubbed(self, text: str) -> str:
        """The text without keys: ours, those of the environment, and what looks like one."""
        secrets = [self.api_key or "", *_secrets_in(self.extra)]
        secrets += [value for value in _secrets_in(os.environ) if len(value) >= _SHORTEST_OF_ENVIRONMENT]
        for secret in sorted(set(secrets), key=len, reverse=True):
            if len(secret) >= _SHORTEST_KEY:
                text = text.replace(secret, "[key]")
        return _KEY_LIKE.sub("[key]", text)


@dataclass(frozen=True)
class _Failure:
    """A failed attempt, and the error for the caller: at once where it `is_final`, else when no attempt is left."""

    error: Exception
    is_final: bool = True
    retry_after: float = 0.0


@dataclass(frozen=True)
class _Route:
    """How to reach a model: with which client, and whether litellm may know its price."""

    client: Any = None
    priced: bool = True


_loading = threading.Lock()


@functools.cache
def _loaded() -> Any:
    # Its price list is read from the package, not from the network.
    os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
    litellm: Any = importlib.import_module("litellm")
    # Global, for there is no other switch: it hides an advertisement that is printed at each failed call.
    litellm.suppress_debug_info = True
    return litellm


def _litellm() -> Any:
    """The litellm module. It takes seconds to import: the first call pays, and the calls beside it wait."""
    with _loading:
        return _loaded()


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


@contextmanager
def _unlogged(litellm: Any, arguments: dict[str, Any], model: str, *, priced: bool) -> Iterator[None]:
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


@functools.lru_cache(maxsize=64)
def _client(api_base: str | None, api_key: str, timeout: float, process: int) -> Any:
    """OpenAI's client for one server; a forked process, which must not share connections, gets its own."""
    openai = importlib.import_module("openai")
    return openai.OpenAI(
        api_key=api_key, base_url=api_base, timeout=timeout, max_retries=0, http_client=_connections(process)
    )


@functools.lru_cache(maxsize=1)
def _connections(process: int) -> Any:
    """One HTTP client over many connections.

    httpx keeps 20 connections open by default, and all threads wait for one lock to be given theirs. Here a thread
    takes an idle connection, as many as there are threads, and puts it back.
    """
    import httpx

    try:
        verify = importlib.import_module("litellm.llms.custom_httpx.http_handler").get_ssl_configuration()
    except (ImportError, AttributeError):
        verify = True
    if isinstance(verify, bool | str):
        # Read the certificates once, not for each connection.
        verify = httpx.create_ssl_context(verify=verify)
    idle: deque[httpx.Client] = deque()

    class Connections(httpx.Client):
        def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
            try:
                client = idle.pop()
            except IndexError:
                client = httpx.Client(verify=verify, follow_redirects=True, timeout=None)
            try:
                return client.send(request, **options)
            finally:
                idle.append(client)

    return Connections(verify=verify)


def _first_tokens(logprobs: Any) -> Iterator[tuple[str, float]]:
    """The reported first tokens and their log-probabilities, in chat or in completion format."""
    content, tops = _field(logprobs, "content"), _field(logprobs, "top_logprobs")
    pairs: list[tuple[Any, Any]] = []
    if content:
        tokens = _field(content[0], "top_logprobs") or (content[0],)
        pairs = [(_field(token, "token"), _field(token, "logprob")) for token in tokens]
    elif tops and tops[0]:
        pairs = list(dict(tops[0]).items())
    yield from ((str(token), float(value)) for token, value in pairs if value is not None)


def _field(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, Mapping) else getattr(value, name, None)


def _beginning(choice: str, reported: Mapping[str, float]) -> str | None:
    """The reported token that is the choice's longest beginning, and of these the likeliest; None where none is."""
    text = choice.strip().lower()
    tokens = [token for token in reported if token.strip() and text.startswith(token.strip().lower())]
    return max(tokens, key=lambda token: (len(token.strip()), reported[token]), default=None)


def _count(usage: Any, name: str) -> int:
    return int(_field(usage, name) or 0)


def _estimated_tokens(text: str) -> int:
    return -(-len(text) // _CHARACTERS_PER_TOKEN)


def _is_about_settings(error: Exception, reason: str) -> bool:
    body = getattr(error, "body", None)
    parameter = body.get("param") if isinstance(body, Mapping) else None
    if parameter:
        return not str(parameter).startswith(("messages", "prompt", "input"))
    return _NOT_THE_PROMPT.search(reason) is not None


def _retry_after(error: Exception) -> float:
    """Seconds that the provider asks to wait; 0 where it does not say."""
    response = getattr(error, "response", None)
    for headers in (getattr(error, "litellm_response_headers", None), getattr(response, "headers", None)):
        named = {str(name).lower(): str(value) for name, value in dict(headers or {}).items()}
        for name, scale in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
            if name in named:
                return _seconds(named[name]) / scale
    return 0.0


def _seconds(value: str) -> float:
    try:
        return max(float(value), 0.0)
    except ValueError:
        pass
    try:
        return max(email.utils.parsedate_to_datetime(value).timestamp() - time.time(), 0.0)
    except (TypeError, ValueError):
        return 0.0


def _secrets_in(extra: Mapping[str, Any]) -> Iterator[str]:
    for name, value in extra.items():
        if isinstance(value, Mapping):
            yield from _secrets_in(value)
        elif isinstance(value, str) and _SECRET_NAME.search(name):
            yield value
