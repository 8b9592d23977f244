from __future__ import annotations

import base64
import logging
import os
import sqlite3

import pytest
from serving import TASK, command, run_at, served

from evoprompt.benchmarks.stub_server import Reply, StubServer
from evoprompt.models.hosted.litellm_model import LiteLLM
from evoprompt.models.model import ModelUnavailable, Refused, Request, chat
from evoprompt.models.secrecy import answer_without
from evoprompt.plan.budget import Budget
from evoprompt.storage.cache import cached

pytestmark = pytest.mark.usefixtures("small_budgets")  # these look at what a run does, not at what it finds

KEY = "sk-field-0123456789abcdef"
FROM_ENVIRONMENT = "sk-environment-0123456789"
HEADER = "header-secret-0123456789"
PASSWORD = "password-in-the-address-01"
SENT = base64.b64encode(f"user:{PASSWORD}".encode()).decode()
SECRETS = (KEY, FROM_ENVIRONMENT, HEADER, PASSWORD, SENT)
IN_ENVIRONMENT = {"OPENAI_API_KEY": FROM_ENVIRONMENT, "OTHER_API_KEY": KEY, "A_TOKEN": HEADER, "PASSWORD": PASSWORD}
ALL = f"{{key}} {' '.join(SECRETS)}"
BUDGET = Budget(calls=100)
# Answers, prompts and refusals that quote every secret.
ECHO = (
    Reply(status=400, error=f"content filter: {ALL}", when=f"Number: {TASK.dev[3].fields['number']}\n"),
    Reply(status=503, error=ALL, every=7),
    Reply(f"even, for your key is {ALL}", model="stub"),
    Reply(f"<prompt>Say with {ALL} {{mark}} whether it is even or odd.</prompt>", model="writer"),
)
LAST = {
    "401": Reply(status=401, error=ALL, error_code="{key}"),
    "503": Reply(status=503, error=ALL, headers={"X-Key": "{key}"}),
    "page": Reply(body=f"<html>{ALL}</html>", headers={"Content-Type": "text/html"}),
}


@pytest.fixture(scope="module")
def server():
    with StubServer() as server:
        yield server


@pytest.fixture(autouse=True)
def environment(monkeypatch, caplog):
    for name in list(os.environ):
        if name.endswith("_API_KEY"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("OPENAI_API_KEY", FROM_ENVIRONMENT)
    caplog.set_level(logging.INFO)


def model(server, name="stub", **changes):
    usual = {"api_base": address(server), "api_key": KEY, "extra": {"extra_headers": {"X-Api-Key": HEADER}}}
    return served(server, name, **{**usual, **changes})


def address(server):
    return server.api_base.replace("//", f"//user:{PASSWORD}@")


def run_with_secrets(server, folder, **changes):
    models = {"model": model(server), "operator_model": model(server, "writer")}
    usual = {"run_dir": folder / "run", "cache": folder / "cache.sqlite", "budget": BUDGET, "n_jobs": 4}
    return run_at(server, **{**models, **usual, **changes})


def assert_no_secret(folder, *texts, secrets=SECRETS):
    """No byte of any file, and none of the texts, holds a secret."""
    files = {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert files
    for name, content in {**files, **{f"text {n}": text.encode() for n, text in enumerate(texts)}}.items():
        for secret in secrets:
            assert secret.encode() not in content, f"{secret} in {name}"


@pytest.mark.parametrize("without_password", [True, False])
def test_a_run_writes_no_secret_whatever_the_server_echoes(server, tmp_path, capfd, caplog, without_password):
    server.script(*ECHO)
    place = {"api_base": server.api_base} if without_password else {}
    models = {"model": model(server, **place), "operator_model": model(server, "writer", **place)}
    result = run_with_secrets(server, tmp_path, **models)
    result.plot(tmp_path / "fitness.svg")
    result.plot(tmp_path / "fitness.png")
    out, err = capfd.readouterr()
    known = SECRETS[:3] if without_password else SECRETS
    assert_no_secret(tmp_path, str(result), repr(result), out, err, caplog.text, secrets=known)
    assert {request["key"] for request in server.requests} == {KEY if without_password else f"Basic {SENT}"}
    assert "[key]" in (tmp_path / "run/record.jsonl").read_text()
    assert result.refused[0] > 0


@pytest.mark.parametrize("reply", LAST)
def test_a_run_that_fails_writes_no_secret(server, tmp_path, capfd, caplog, reply):
    server.script(LAST[reply])
    with pytest.raises(ModelUnavailable) as caught:
        run_with_secrets(server, tmp_path)
    chain, error = [], caught.value
    while error is not None:
        chain.append(f"{error!r} {error.args}")
        error = error.__cause__ or error.__context__
    out, err = capfd.readouterr()
    assert_no_secret(tmp_path, *chain, out, err, caplog.text)


def test_a_run_that_a_refusal_ends_writes_no_secret(server, tmp_path, caplog):
    server.script(*ECHO)
    with pytest.raises(Refused) as caught:
        run_with_secrets(server, tmp_path, on_error="raise")
    assert_no_secret(tmp_path, str(caught.value), caplog.text)


def test_no_secret_is_left_behind_by_a_process_that_was_killed(server, tmp_path):
    """What stands in SQLite's journal beside the store is looked at, too."""
    server.script(*ECHO)
    store = cached(model(server), tmp_path / "cache.sqlite")
    store.complete(Request(messages=chat("What is my key?")))
    assert (tmp_path / "cache.sqlite-wal").stat().st_size
    assert_no_secret(tmp_path)
    with sqlite3.connect(tmp_path / "cache.sqlite") as db:
        assert "[key]" in db.execute("SELECT value FROM answers").fetchone()[0]


def test_an_answer_is_changed_where_it_holds_a_key_of_ours_alone(server):
    mine = LiteLLM("openai/stub", api_base=server.api_base, api_key=KEY, extra={"headers": {"X-Title": "evoprompt 01"}})
    for said in ("sk-somebody-elses-0123456789", "http://user:word@host", "evoprompt 01", "Bearer of bad news"):
        server.script(Reply(said))
        assert mine.complete(Request(messages=chat("Say it."))).text == said
    server.script(Reply(f"{KEY} and {FROM_ENVIRONMENT}"))
    assert mine.complete(Request(messages=chat("Say it."))).text == "[key] and [key]"


@pytest.mark.parametrize("word", ["none", "ollama", "lm-studio", "EMPTY"])
def test_a_word_that_a_local_server_takes_for_a_key_may_stand_in_an_answer(word):
    assert answer_without(f"It runs {word}.", [word]) == f"It runs {word}."


@pytest.mark.parametrize(
    "fault",
    [(), *[pytest.param((reply,), marks=() if name == "503" else pytest.mark.slow) for name, reply in LAST.items()]],
    ids=["none", *LAST],
)
def test_the_command_line_writes_no_secret(server, tmp_path, fault):
    server.script(*fault, *ECHO)
    done = command(server, tmp_path, "--cache", "cache.sqlite", "--api-base", address(server), **IN_ENVIRONMENT)
    assert done.returncode == (1 if fault else 0), done.stderr
    assert "Traceback" not in done.stderr
    assert_no_secret(tmp_path, done.stdout, done.stderr)
