"""What options come to: texts that stand in a file, arguments of a model, and options that do not go together."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

from evoprompt.cli.group import Mistake
from evoprompt.models.embedded.model import LOCAL
from evoprompt.models.hosted.litellm_model import RESERVED
from evoprompt.models.secrecy import public, scrubbed, secrets_in
from evoprompt.tasks.tables.rows import text_of
from evoprompt.text.brief import brief

SERVER = ("api_base", "timeout", "retries", "requests_per_minute", "tokens_per_minute")  # of a model on one
_OWN = (*SERVER, "api_key", "structured")  # what `as_model` takes by itself; the rest is litellm's


def text_given(option: str, text: str) -> str:
    """A text, or what stands in the file that `@FILE` names; `@@...` is a text that begins with @.

    Raises:
        Mistake: The file can't be read, or holds nothing.
    """
    if not text.startswith("@"):
        return text
    if text.startswith("@@"):
        return text[1:]
    path = Path(text[1:]).expanduser()
    try:
        found = text_of(path).replace("\r\n", "\n").strip("\n")
    except OSError as error:
        raise Mistake(
            f"{option} {brief(text)}: {error.strerror or error}; a text that begins with @ itself is written with @@"
        ) from error
    except ValueError as error:  # not UTF-8, or no name that a file can have
        raise Mistake(f"{option}: {error}") from error
    if not found.strip():
        raise Mistake(f"{option} {brief(text)}: the file is empty; write the text into it")
    return found


def arguments_given(option: str, pairs: Sequence[str]) -> dict[str, Any]:
    """Arguments of a model, from texts such as `reasoning_effort=low`: a value is JSON where it can be read so.

    Raises:
        Mistake: No name or no value, a name that is there twice, or one that is evoprompt's own to set.
    """
    values: dict[str, Any] = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        name = name.strip()
        if not equals or not name:
            raise Mistake(f"{option} takes KEY=VALUE, such as reasoning_effort=low; got {brief(scrubbed(pair))!r}")
        if name in values:
            raise Mistake(f"{option} names {name!r} twice")
        if name in RESERVED and name not in _OWN:
            raise Mistake(f"{option} can't set {name!r}: evoprompt sets or forbids it itself, to count every call")
        values[name] = text.strip() if name in ("api_key", "api_base") else value_of(text.strip())
    return values


def without_secrets(pairs: Sequence[str]) -> list[str]:
    """Such texts as a folder may keep them: what is secret in them is left out, and what the run is stays the same."""
    return [kept for pair in pairs if (kept := _public(pair))]


def _public(pair: str) -> str:
    (name, value), *_ = arguments_given("", [pair]).items()
    shown = public({name: value}, tuple(secrets_in({name: value})))
    if shown == {name: value}:
        return pair
    return f"{name}={json.dumps(shown[name], ensure_ascii=False)}" if name in shown and name not in _OWN else ""


def replaced(pairs: Sequence[str], by: Sequence[str]) -> list[str]:
    """Such texts, where later ones take the place of those of the same name."""
    names = {pair.partition("=")[0].strip() for pair in by}
    return [*(pair for pair in pairs if pair.partition("=")[0].strip() not in names), *by]


def value_of(text: str) -> Any:
    """A text as the JSON value that it spells, Python's `True`, `False` and `None` too; else itself."""
    spelt = {"True": "true", "False": "false", "None": "null"}.get(text, text)
    try:
        return json.loads(spelt, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return text


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def settings_of(name: str, option: str, arguments: Mapping[str, Any], shared: Mapping[str, Any]) -> dict[str, Any]:
    """What `as_model` takes beside the name of a model.

    Args:
        option: That the arguments came from.
        arguments: Of this model alone; they win over what is shared.
        shared: Of all models on a server.

    Raises:
        Mistake: Arguments for a model that runs in process.
    """
    if name.startswith(LOCAL):
        if arguments:
            raise Mistake(f"{option} is for a model on a server, but {name} runs in process; take it out")
        return {}
    extra = {key: value for key, value in arguments.items() if key not in _OWN}
    own = {key: value for key, value in arguments.items() if key in _OWN}
    return {**shared, **own, **({"extra": extra} if extra else {})}


def refuse_together(given: Mapping[str, Any]) -> None:
    """Refuse options of which one says nothing, or another thing, beside the others.

    Raises:
        Mistake: There are such options.
    """
    if given["judge"] is None:
        for name in ("criteria", "judge_args"):
            if given[name]:
                option = {"criteria": "--criteria", "judge_args": "--judge-arg"}[name]
                raise Mistake(f"{option} is for a judge; name the model that judges with --judge MODEL")
    elif given["criteria"] is None:
        raise Mistake("--judge grades answers by criteria; say what makes an answer good with --criteria TEXT")
    elif given["scorer"] is not None:
        raise Mistake("--judge and --scorer both say how answers are scored; give one of the two")
    completes = given["format"] == "completion" or (given["format"] == "auto" and given["model"].startswith(LOCAL))
    if given["system"] and completes:
        raise Mistake(
            "--system is a message of a chat, but the model is to continue a text; add --format chat, or write it into"
            " --template"
        )
