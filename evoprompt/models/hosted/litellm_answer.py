"""What litellm's response says: text, tokens, money, and the log-probabilities of choices."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from evoprompt.models.failure import Failure
from evoprompt.models.model import Completion, ModelUnavailable, Refused, Request

# Where a provider reports no usage.
_CHARACTERS_PER_TOKEN = 4


def completion_of(request: Request, response: Any, who: str) -> Completion | Failure:
    """The completion that a response holds, or why there is none.

    Args:
        who: How messages begin, such as `model 'openai/x'`.
    """
    if not response.choices:
        return Failure(Refused, f"{who}: the provider answered with an empty list of answers", is_final=False)
    answer = response.choices[0]
    text = answer.text if request.prompt is not None else answer.message.content
    if answer.finish_reason == "content_filter":
        return Failure(Refused, "the provider's content filter withheld the answer")
    # Some servers send their errors with the status of an answer.
    if text is None and answer.finish_reason is None:
        return Failure(
            ModelUnavailable, f"{who}: the server answered with something else than a completion", is_final=False
        )
    logprobs = _choice_logprobs(request.choices, getattr(answer, "logprobs", None), who) if request.choices else None
    if isinstance(logprobs, Failure):
        return logprobs
    tokens_in, tokens_out = reported_usage(response)
    if not tokens_in and not tokens_out:
        tokens_in, tokens_out = estimated_tokens(request.text), estimated_tokens(text or "")
    cost = response._hidden_params.get("response_cost")
    return Completion(
        text="" if request.choices else whole(str(text or "")),
        tokens_in=tokens_in,
        tokens_out=tokens_out,
        dollars=None if cost is None else float(cost),
        cut=answer.finish_reason == "length" and not request.choices,
        choice_logprobs=logprobs,
    )


def reported_usage(response: Any) -> tuple[int, int]:
    """Tokens read and written, as the provider reports them; zeros where it does not."""
    usage = getattr(response, "usage", None)
    return _count(usage, "prompt_tokens"), _count(usage, "completion_tokens")


def estimated_tokens(text: str) -> int:
    """Tokens of a text, at four characters each."""
    return -(-len(text) // _CHARACTERS_PER_TOKEN)


def whole(text: str) -> str:
    """The text with a replacement character for each half of a surrogate pair, which no file takes."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _choice_logprobs(choices: Sequence[str], logprobs: Any, who: str) -> tuple[float, ...] | Failure:
    reported = dict(_first_tokens(logprobs))
    if not reported:
        return Failure(
            ModelUnavailable,
            f"{who}: the provider reports no log-probabilities; "
            "use the `choice` scorer instead, which reads the answer's text",
        )
    tokens = [_beginning(choice, reported) for choice in choices]
    values = tuple(min(reported.values()) if token is None else reported[token] for token in tokens)
    likeliest = tokens[values.index(max(values))]
    alike = [choice for choice, token in zip(choices, tokens, strict=True) if token == likeliest]
    if likeliest is not None and len(alike) > 1:
        return Failure(
            ModelUnavailable,
            f"{who}: the labels {alike[0]!r} and {alike[1]!r} begin with the same token "
            f"{likeliest!r}, and its log-probability cannot tell them apart; "
            "use the `choice` scorer instead, which reads the answer's text",
        )
    return values


def _first_tokens(logprobs: Any) -> Iterator[tuple[str, float]]:
    """The reported first tokens and their log-probabilities, in chat or in completion format."""
    content, tops = _field(logprobs, "content"), _field(logprobs, "top_logprobs")
    pairs: list[tuple[Any, Any]] = []
    if content:
        tokens = _field(content[0], "top_logprobs") or (content[0],)
        pairs = [(_field(token, "token"), _field(token, "logprob")) for token in tokens]
    elif tops and tops[0]:
        pairs = list(dict(tops[0]).items())
    yield from ((str(token), float(value)) for token, value in pairs if _is_number(value))


def _is_number(value: Any) -> bool:
    return value is not None and not math.isnan(value)


def _field(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, Mapping) else getattr(value, name, None)


def _beginning(choice: str, reported: Mapping[str, float]) -> str | None:
    """The reported token that is the choice's longest beginning, and of these the likeliest; None where none is."""
    text = choice.strip().lower()
    tokens = [token for token in reported if token.strip() and text.startswith(token.strip().lower())]
    return max(tokens, key=lambda token: (len(token.strip()), reported[token]), default=None)


def _count(usage: Any, name: str) -> int:
    return int(_field(usage, name) or 0)
