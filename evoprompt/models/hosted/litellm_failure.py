"""What an error of litellm means: this prompt is refused, no prompt is answered, or try again."""

from __future__ import annotations

import email.utils
import math
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from evoprompt.models.failure import Failure
from evoprompt.models.hosted.litellm_answer import whole
from evoprompt.models.model import ModelUnavailable, Refused

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

# Nobody answered at all; litellm gives that the status 500, too.
_UNREACHED = re.compile(r"connection error\b", re.IGNORECASE)

# A page of megabytes takes seconds to look through for keys. Far over what is shown: a key that is cut is not found.
_LONGEST_READ = 100_000


@dataclass(frozen=True)
class Reader:
    """Reads the errors of one model.

    Attributes:
        name: The model in litellm's words.
        place: Whom it is asked of: the provider, or an address without its secrets.
        scrub: Takes the secrets out of a text.
    """

    name: str
    place: str
    scrub: Callable[[str], str]

    def read(self, error: Exception) -> Failure:
        """What an error means."""
        status = getattr(error, "status_code", None)
        reason = self._reason(error)
        if not isinstance(status, int):
            return self._unavailable(f"{type(error).__name__}: {reason}")
        is_missing = _NO_KEY.search(reason) is not None
        if status == 401 or is_missing:
            cause = "there is no API key" if is_missing else "the provider does not accept the API key (401)"
            return self._unavailable(f"{cause}; set {self._key_variable()} or pass api_key", was_sent=not is_missing)
        if "No module named" in reason:
            return self._unavailable(f"litellm needs a further package for it; {reason}", was_sent=False)
        if status == 429 and "insufficient_quota" in f"{error} {getattr(error, 'body', '')}":
            return self._unavailable(f"the account has no credit left (429: {reason})")
        if status == 429 and _TOO_LONG.search(reason):
            return Failure(Refused, f"the prompt is longer than the account may send in a minute (429: {reason})")
        # 200, and litellm's 422 without a word: an error that came with the status of an answer.
        if status in (408, 409, 425, 429) or status >= 500 or status < 300 or (status == 422 and not reason):
            said = (
                f"the last one said: {reason}{'' if _UNREACHED.search(reason) else f' ({status})'}"
                if reason
                else f"the last one had the status {status}"
            )
            who = f"model {self.name!r}: no answer from {self.place}"
            return Failure(ModelUnavailable, who, said, is_final=False, retry_after=_retry_after(error))
        return self._refused(error, status, reason)

    def _refused(self, error: Exception, status: int, reason: str) -> Failure:
        kinds = {kind.__name__ for kind in type(error).__mro__}
        if "ContextWindowExceededError" in kinds or (status in (400, 413, 422) and _TOO_LONG.search(reason)):
            return Failure(Refused, f"the prompt is too long for the model ({status}: {reason})", is_about_prompt=True)
        if "ContentPolicyViolationError" in kinds or (status in (400, 403, 422) and _FILTERED.search(reason)):
            said = f"the provider's content filter refuses the prompt ({status}: {reason})"
            return Failure(Refused, said, is_about_prompt=True)
        if status in (400, 413, 422) and not ("UnsupportedParamsError" in kinds or _is_about_settings(error, reason)):
            return Failure(Refused, f"the provider refuses the prompt ({status}: {reason})")
        if status == 404:
            return self._unavailable(f"{self.place} does not know this model or address (404: {reason})")
        return self._unavailable(
            f"the provider refuses the call ({status}: {reason})", was_sent="UnsupportedParamsError" not in kinds
        )

    def _unavailable(self, reason: str, *, was_sent: bool = True) -> Failure:
        return Failure(ModelUnavailable, f"model {self.name!r}: {reason}", was_sent=was_sent)

    def _key_variable(self) -> str:
        provider = self.name.partition("/")[0] if "/" in self.name else "openai"
        return f"{re.sub(r'[^A-Z0-9]+', '_', provider.upper())}_API_KEY"

    def _reason(self, error: Exception) -> str:
        text = str(getattr(error, "message", None) or error).rpartition("Exception - ")[2]
        quoted = re.search(r"['\"]message['\"]: (['\"])(.*?)(?<!\\)\1", text, re.DOTALL)
        text = " ".join((quoted[2] if quoted else text).split())[:_LONGEST_READ]
        text = self.scrub(whole(text))
        text = re.sub(r"^(litellm\.\w+:|Error code: \d+ -)\s*", "", text)
        return text if len(text) <= 300 else f"{text[:300]} ..."


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
            seconds = _seconds(named.get(name, "")) / scale
            if seconds > 0:
                return seconds
    return 0.0


def _seconds(value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        pass
    else:
        return seconds if math.isfinite(seconds) else 0.0
    try:
        return email.utils.parsedate_to_datetime(value).timestamp() - time.time()
    except (TypeError, ValueError, OverflowError):
        return 0.0
