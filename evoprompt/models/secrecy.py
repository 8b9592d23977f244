"""What must be in no message, no record and no cache key: the keys and passwords that a call needs."""

from __future__ import annotations

import base64
import json
import os
import re
import urllib.parse
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import Any

_KEY_LIKE = re.compile(
    r"\b(?:sk|gsk|xai|hf)[-_][\w*.-]{6,}|\bAIza[\w-]{10,}|(?<=://)[^/\s@]+(?=@)"
    r"|\b[Bb]earer\s+[^\s'\",]+"
)
_IN_QUERY = re.compile(
    r"([?&][\w.-]*(?:key|token|secret|passw|pwd|sig|code|auth|credential)[\w.-]*=)[^&#\s'\"]+", re.IGNORECASE
)
_SECRET_NAME = re.compile(
    r"key|token|secret|passw|passphrase|pwd|\bauth\b|authorization|credential|signature|headers?\b", re.IGNORECASE
)
_SECRET_NUMBER = re.compile(r"(api|access)[_-]?key|secret|password|authorization|headers?\b", re.IGNORECASE)
# A shorter "key" is a word that a local server wants to see, such as `none`.
_SHORTEST_KEY = 6
# A shorter value in the environment, such as TOKENIZERS_PARALLELISM=false, is a word and no secret.
_SHORTEST_OF_ENVIRONMENT = 8
_SHORTEST_WITHOUT_DIGIT = 12


def scrubbed(text: str, secrets: Iterable[str] = ()) -> str:
    """The text without these secrets, however they are quoted, and without what looks like a key."""
    known = _without(text, (secret for secret in secrets if len(secret) >= _SHORTEST_KEY))
    return _KEY_LIKE.sub("[key]", _IN_QUERY.sub(r"\1[key]", known))


def answer_without(text: str, secrets: Iterable[str]) -> str:
    """A model's text without these secrets, and else as it is: what merely looks like a key may be the right answer.

    Words that a local server takes for a key, such as `ollama`, may stand in an answer as well.
    """
    return _without(text, (secret for secret in secrets if _is_no_word(secret)))


def _is_no_word(secret: str) -> bool:
    has_digit = any(sign.isdigit() for sign in secret)
    return len(secret) >= (_SHORTEST_OF_ENVIRONMENT if has_digit else _SHORTEST_WITHOUT_DIGIT)


def _without(text: str, secrets: Iterable[str]) -> str:
    for secret in sorted(set(secrets), key=len, reverse=True):
        for form in (secret, json.dumps(secret)[1:-1], urllib.parse.quote(secret, safe="", errors="replace")):
            text = text.replace(form, "[key]")
    return text


def secrets_of_address(address: str) -> Iterator[str]:
    """Name and password of an address: as they are written there, as they are meant, and as they are sent."""
    try:
        parts = urllib.parse.urlsplit(address)
    except ValueError:
        return
    given = (parts.username or "", parts.password or "")
    meant = tuple(map(urllib.parse.unquote, given))
    if any(given):
        yield from filter(None, (*given, *meant, base64.b64encode(":".join(meant).encode()).decode()))


def secrets_of_environment() -> Iterator[str]:
    """The values of variables whose name speaks of a secret."""
    yield from (value for value in secrets_in(os.environ) if len(value) >= _SHORTEST_OF_ENVIRONMENT)


def public_address(address: str | None) -> str | None:
    """An address that may be kept; empty for one that holds a secret, None where there is none."""
    if address is None:
        return None
    return address if scrubbed(address) == address and not any(secrets_of_address(address)) else ""


def secrets_in(value: Any, *, under: str = "") -> Iterator[str]:
    """The texts below names that speak of a secret, at any depth, and the values of all headers.

    Args:
        under: The names that the value stands under.
    """
    if isinstance(value, Mapping):
        for name, each in value.items():
            yield from secrets_in(each, under=f"{under}/{name}")
    elif isinstance(value, str):
        if _SECRET_NAME.search(under):
            # Of `Bearer abc`, a provider may quote either.
            yield from {value, value.rpartition(" ")[2]}
    elif isinstance(value, Sequence | Set) and not isinstance(value, bytes):
        for each in value:
            yield from secrets_in(each, under=under)


def public(value: Any, secrets: Sequence[str] = (), *, under: str = "") -> Any:
    """The value as plain JSON, equal for equal values in any process, without what is secret.

    Args:
        secrets: Texts to hide wherever they stand.
        under: The names that the value stands under.
    """
    if isinstance(value, Mapping):
        named = sorted(
            ((str(name), each) for name, each in value.items() if not _is_secret(f"{under}/{name}", each)),
            key=lambda pair: pair[0],
        )
        return {name: public(each, secrets, under=f"{under}/{name}") for name, each in named}
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return scrubbed(value, secrets)
    if isinstance(value, Sequence | Set) and not isinstance(value, bytes):
        shown = [public(each, secrets, under=under) for each in value if not _is_secret(under, each)]
        return sorted(shown, key=json.dumps) if isinstance(value, Set) else shown
    if isinstance(value, type):
        return f"{value.__module__}.{value.__qualname__}"
    # Without the address, which differs from process to process.
    return scrubbed(re.sub(r" at 0x[0-9a-fA-F]+", "", repr(value)), secrets)


def _is_secret(names: str, value: Any) -> bool:
    """Whether a value under these names is a secret; what it contains is looked at in its turn."""
    if value is None or (isinstance(value, Mapping | Sequence | Set) and not isinstance(value, str | bytes)):
        return False
    # `max_tokens` and `stop_token_ids` are numbers, and no secrets.
    return (_SECRET_NUMBER if isinstance(value, int | float) else _SECRET_NAME).search(names) is not None
