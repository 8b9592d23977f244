from __future__ import annotations

import json
import subprocess
import sys

import pytest

from evoprompt.models.hosted.litellm_model import LiteLLM
from evoprompt.models.secrecy import public, scrubbed, secrets_in

SECRETS = {
    "extra_headers": {"X-Trace": "trace-secret", "Authorization": "Bearer bearer-secret"},
    "aws_secret_access_key": "aws-secret",
    "extra_body": {"auth_token": {"value": "deep-secret"}, "passwords": ["listed-secret", 123456789]},
    "vertex_credentials": "{json-secret}",
    "api_key_bytes": b"bytes-secret",
    "base": "https://user:url-secret@host/?key=query-secret",
    "note": "sk-note-secret-0123456789",
}
PLAIN = {
    "max_tokens": 5,
    "stop_token_ids": [1, 2],
    "skip_special_tokens": True,
    "reasoning_effort": "low",
    "extra_body": {"min_p": 0.1},
    "response_format": {"type": "json_object"},
    "logit_bias": {"50256": -100},
    "allowed": {"b", "a"},
    "kind": dict,
    "nothing": None,
}


def test_what_shapes_an_answer_is_shown():
    assert public(PLAIN) == {**PLAIN, "allowed": ["a", "b"], "kind": "builtins.dict"}
    assert json.loads(json.dumps(public(PLAIN))) == public(PLAIN)


def test_no_secret_is_shown():
    shown = json.dumps(public(SECRETS))
    assert "secret" not in shown.replace("aws_secret", "").lower()
    assert "123456789" not in shown


def test_every_secret_is_found():
    found = set(secrets_in(SECRETS))
    assert {"trace-secret", "bearer-secret", "aws-secret", "deep-secret", "listed-secret", "{json-secret}"} <= found


def test_a_secret_is_hidden_however_it_is_quoted():
    key = 'pro"xy/0123+456'
    said = f"{key} {json.dumps(key)} pro%22xy%2F0123%2B456"
    assert scrubbed(said, [key]) == '[key] "[key]" [key]'
    assert scrubbed("none of it", ["none"]) == "none of it"


IDENTITIES = [
    LiteLLM("openai/a"),
    LiteLLM("openai/b"),
    LiteLLM("openai/a", api_base="http://x/v1"),
    LiteLLM("openai/a", extra={"reasoning_effort": "low"}),
    LiteLLM("openai/a", extra={"reasoning_effort": "high"}),
    LiteLLM("openai/a", extra={"max_tokens": 7}),
]


@pytest.fixture(autouse=True)
def _no_address_of_this_machine(monkeypatch):
    for name in ("OPENAI_BASE_URL", "OPENAI_API_BASE"):
        monkeypatch.delenv(name, raising=False)


def test_models_that_answer_differently_have_different_identities():
    assert len({model.identity for model in IDENTITIES}) == len(IDENTITIES)


def test_models_that_differ_in_nothing_that_shapes_an_answer_have_one_identity():
    models = [
        LiteLLM("openai/a", api_base="http://x/v1", extra={"b": {"d": 1, "c": 2}, "a": 0}),
        LiteLLM("openai/a", api_base="http://x/v1", extra={"a": 0, "b": {"c": 2, "d": 1}}),
        LiteLLM("openai/a", api_base="http://x/v1/", extra={"a": 0, "b": {"c": 2, "d": 1}}, timeout=3, retries=0),
        LiteLLM("openai/a", api_base="http://x/v1", extra={"a": 0, "b": {"c": 2, "d": 1}, "my_key": "abcdef"}),
        LiteLLM(
            "openai/a",
            api_base="http://x/v1",
            api_key="another",
            extra={"a": 0, "b": {"c": 2, "d": 1}},
            requests_per_minute=3,
            tokens_per_minute=3,
            sleep=print,
        ),
    ]
    assert len({model.identity for model in models}) == 1


def test_an_identity_holds_no_secret():
    model = LiteLLM(
        "openai/a",
        api_base="https://user:url-secret@host/v1",
        api_key="field-secret",
        extra={**SECRETS, "copy": "field-secret"},
    )
    assert "secret" not in model.identity.replace("aws_secret", "")
    assert not any(secret in repr(model) for secret in ("url-secret", "field-secret"))


def test_the_address_of_the_environment_is_part_of_the_identity(monkeypatch):
    before = LiteLLM("openai/a").identity
    monkeypatch.setenv("OPENAI_BASE_URL", "http://x/v1")
    assert LiteLLM("openai/a").identity == LiteLLM("openai/a", api_base="http://x/v1").identity != before


def test_an_identity_is_the_same_in_another_process():
    code = (
        "from evoprompt.models.hosted.litellm_model import LiteLLM\n"
        "print(LiteLLM('openai/a', extra={'s': {'x', 'y', 'z'}, 'f': print, 'o': object()}).identity)"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": str(seed), "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        ).stdout
        for seed in (1, 2)
    }
    assert len(said) == 1
    assert said.pop().startswith("{")


@pytest.mark.parametrize(
    "name",
    ["key", "api_key", "api-key", "token", "access_token", "code", "sig", "subscription-key", "password", "auth"],
)
def test_a_secret_in_the_query_of_an_address_is_hidden_whatever_its_name(name):
    address = f"https://host/v1?version=2&{name}=hidden-123&x=1"
    assert scrubbed(address) == f"https://host/v1?version=2&{name}=[key]&x=1"


@pytest.mark.parametrize(
    "arguments", [{"auth": "hidden"}, {"extra_body": {"pwd": "hidden", "x": 1}}, {"passphrase": "hidden"}]
)
def test_arguments_by_other_names_of_secrets_are_left_out(arguments):
    assert "hidden" not in str(public(arguments))
