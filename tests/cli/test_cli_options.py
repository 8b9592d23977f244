"""Options of the command: texts from files, scorers from files, judges, arguments of models; and what goes together."""

from __future__ import annotations

import itertools
import json
import re
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_cli import Toy, _call, _refused, _run, _table
from toys import cheap

import evoprompt as ep
from evoprompt.benchmarks.stub_server import Reply, StubServer
from evoprompt.cli.given import arguments_given
from evoprompt.models.model import Completion, Request
from evoprompt.storage.record import Record
from evoprompt.tasks.scoring.scorer_names import SCORERS
from evoprompt.tasks.tables.data import read_file

SCORE = '''
import evoprompt as ep

STRICT = True


def mark(output, example):
    """Right where the label is all of it."""
    return output.strip().startswith(example.target)


class Marks:
    def __call__(self, output, example):
        return mark(output, example)


marks = Marks()
'''


@dataclass
class Judging(Toy):
    """Grades an answer by its length, and else is the toy."""

    judged: int = 0
    __hash__ = object.__hash__

    def complete(self, request: Request) -> Completion:
        if "Grade an answer" not in request.text:
            return super().complete(request)
        self.judged += 1
        return Completion(f"Reason: as it is.\nGrade: {1 + len(request.text) % 5}", 30, 8)


@dataclass
class Set(Judging):
    """A model with further arguments."""

    settings: dict[str, Any] = field(default_factory=dict)
    __hash__ = object.__hash__


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return _table(tmp_path / "mails.csv")


def _by_name(monkeypatch: pytest.MonkeyPatch, made: Callable[[str], Any]) -> list[tuple[str, dict[str, Any]]]:
    """What is asked for by the names of models, which are toys here."""
    asked: list[tuple[str, dict[str, Any]]] = []

    def as_model(name: str, **settings: Any) -> Any:
        asked.append((name, settings))
        return made(name)

    for module in ("asked", "applying"):
        monkeypatch.setattr(f"evoprompt.cli.{module}.as_model", as_model)
    return asked


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> Judging:
    model = Judging()
    _by_name(monkeypatch, lambda name: model)
    return model


def _head(folder: str = "runs/mails") -> dict[str, Any]:
    return Record.read(folder).head


def _nothing_was_done(toy: Toy) -> None:
    assert toy.answered == 0
    assert not Path("runs").exists()


# Texts from files


def test_a_seed_prompt_may_stand_in_a_file(data: Path, toy: Toy) -> None:
    Path("one.txt").write_bytes("\ufeffSort it –\r\nin one word.\r\n".encode())
    assert _run(data, "--seed-prompt", "@one.txt", "--seed-prompt", "@@home: sort it.").exit_code == 0
    seeds = [dict(seed["genes"])["instruction"] for seed in _head()["seeds"]]
    assert seeds == ["Sort it.", "Sort it –\nin one word.", "@home: sort it."]


def test_a_whole_prompt_as_a_seed_prompt_is_said_to_show_the_input_twice(data: Path, toy: Toy) -> None:
    assert "twice" not in _run(data).stderr
    result = _run(data, "--seed-prompt", "@runs/mails/prompt.txt", "--dry-run")
    (said,) = [line for line in result.stderr.splitlines() if "twice" in line]
    assert "shows {text}, and so does the template: it stands there twice; take it out of one of them" in said
    assert "twice" not in _run(data, "--seed-prompt", "Sort {text}.", "--template", "{instruction}", "--dry-run").stderr


@pytest.mark.parametrize("option", ["--seed-prompt", "--system", "--criteria"])
@pytest.mark.parametrize(
    ("text", "content", "says"),
    [
        (
            "@none.txt",
            None,
            "@none.txt: No such file or directory; a text that begins with @ itself is written with @@",
        ),
        ("@" + "long " * 100, None, "name too long"),
        ("@.", None, "Is a directory"),
        ("@empty.txt", b"\n \n", "@empty.txt: the file is empty"),
        ("@latin.txt", b"Stra\xdfe", "latin.txt line 1: not UTF-8"),
    ],
)
def test_a_file_of_text_that_can_not_be_read_is_one_sentence(
    data: Path, toy: Toy, option: str, text: str, content: bytes | None, says: str
) -> None:
    if content is not None:
        Path(text[1:]).write_bytes(content)
    more = ("--judge", "openai/judge", "--format", "chat")
    more = (*more, "--criteria", "Good?") if option != "--criteria" else more
    result = _run(data, *more, option, text)
    assert option in result.stderr
    _refused(result, says)
    _nothing_was_done(toy)


@pytest.mark.parametrize("given", ["Answer {text} in one word.", "@system.txt"])
def test_a_system_text_is_the_first_message(data: Path, toy: Toy, given: str) -> None:
    Path("system.txt").write_text("Answer {text} in one word.\n")
    result = _run(data, "--model", "openai/some", "--system", given, "--dry-run")
    assert result.stdout.startswith("The first request:\n  [system]\n  Answer mail ")
    assert _run(data, "--model", "openai/some", "--system", given).exit_code == 0
    assert _head()["task"]["system"] == "Answer {text} in one word."
    assert _call("apply", "runs/mails", data).exit_code == 0
    assert json.loads(Path("runs/mails/prompt.json").read_text())["turns"][0]["role"] == "system"


# Scorers


def test_the_help_lists_every_scorer_and_how_many_calls_are_made_at_once() -> None:
    said = " ".join(_call("run", "--help").stdout.split()).replace("- ", "-")
    assert f"{', '.join(SCORERS)}, or a function (output, example) in a file" in said
    for command in ("run", "apply"):
        assert "default: 8 on a server, else 1" in " ".join(_call(command, "--help").stdout.split())


@pytest.mark.parametrize("name", ["mark", "marks"])
def test_a_scorer_may_stand_in_a_file(data: Path, toy: Toy, name: str) -> None:
    Path("score.py").write_text(SCORE)
    result = _run(data, "--scorer", f"score.py:{name}")
    assert result.exit_code == 0, result.output
    assert f"scorer {'Marks' if name == 'marks' else 'mark'}" in result.stderr
    assert "mark" in _head()["task"]["scorer"].lower()
    assert _call("apply", "runs/mails", data).exit_code == 0


def test_a_scorer_in_a_file_may_be_of_any_kind_and_import_what_stands_beside_it(data: Path, toy: Judging) -> None:
    Path("scoring_helpers.py").write_text("LABELS = ('ham', 'spam')\n")
    code = "import evoprompt as ep\nfrom scoring_helpers import LABELS\nby = ep.LabelProbability(LABELS)\nplain = ep.contains\n"
    Path("score.py").write_text(code + "strict = ep.Judge('openai/strict', 'Good?')\n")
    assert "scorer label-probability (ham, spam)" in _run(data, "--scorer", "score.py:by").stderr
    assert "scorer contains" in _run(data, "--scorer", "score.py:plain").stderr
    assert "scorer judge openai/strict" in _run(data, "--scorer", "score.py:strict", "--dry-run").stderr
    assert str(data.parent) not in sys.path


def test_the_source_of_a_scorer_is_part_of_what_the_run_is(data: Path, toy: Toy) -> None:
    Path("score.py").write_text(SCORE)
    first = _run(data, "--scorer", "score.py:mark", "--out", "here")
    asked = toy.answered
    Path("other").mkdir()
    Path("score.py").rename("other/score.py")  # the place of a file is no part of it
    again = _run(data, "--scorer", "other/score.py:mark", "--out", "here")
    assert (again.exit_code, again.stdout, toy.answered) == (0, first.stdout, asked)
    for old, new in (("startswith", "endswith"), ("STRICT = True", "STRICT = False")):
        Path("score.py").write_text(SCORE.replace(old, new))
        _refused(_run(data, "--scorer", "score.py:mark", "--out", "here"), "the scorer's code changed")
    assert toy.answered == asked


def test_a_scorers_file_is_read_as_it_is_and_leaves_nothing_beside_it(data: Path, toy: Toy) -> None:
    import os

    from evoprompt.tasks.scoring.scorer_file import scorer_in_file

    for number in (1, 2):
        Path("score.py").write_text(f"def mark(output, example):\n    return 0.{number}\n")
        os.utime("score.py", (10**9, 10**9))  # within the same second, as Python's bytecode has it
        assert scorer_in_file("score.py:mark")("", None) == number / 10  # type: ignore[operator, arg-type]
    assert not Path("__pycache__").exists()


@pytest.mark.parametrize(
    ("name", "code", "says"),
    [
        ("score.py", SCORE, "named by file and function, as score.py:mark; got 'score.py'"),
        ("score.py:", SCORE, "named by file and function"),
        ("score:mark", SCORE, "named by file and function"),
        ("none.py:mark", SCORE, "there is no file none.py, where the scorer 'mark' is to stand"),
        ("score.py:marc", SCORE, "score.py has no 'marc'; did you mean 'mark'? Known: Marks, mark"),
        ("score.py:STRICT", SCORE, "'STRICT' in score.py is bool and can't be called"),
        ("score.py:Marks", SCORE, "'Marks' in score.py is a class; name an object of it"),
        ("score.py:mark", "x = 1\nraise RuntimeError('no')\n", "score.py line 2: RuntimeError: no"),
        ("score.py:mark", "def mark(output example): ...\n", "score.py line 1: SyntaxError: "),
        ("score.py:mark", "\nimport no_such_thing\n", "score.py line 2: ModuleNotFoundError: "),
        ("score.py:mark", "def mark(output):\n    return 1\n", "the scorer 'mark' fails on the test example"),
        (
            "score.py:mark",
            "def mark(output, example):\n    return 'good'\n",
            "the scorer must return a Score, a number",
        ),
    ],
)
def test_a_scorer_that_can_not_be_had_is_one_sentence(data: Path, toy: Toy, name: str, code: str, says: str) -> None:
    Path("score.py").write_text(code)
    _refused(_run(data, "--scorer", name), says)
    _nothing_was_done(toy)


# Judges


def test_a_judge_grades_answers_by_criteria_and_its_calls_count(data: Path, toy: Judging) -> None:
    Path("criteria.txt").write_text("Is the answer {kind} and short?\n")
    result = _run(data, "--judge", "openai/judge", "--criteria", "@criteria.txt", calls=400)
    assert result.exit_code == 0, result.output
    assert "scorer judge toy" in result.stderr
    head, end = _head(), Record.read("runs/mails").one("end")
    assert "Is the answer {kind} and short?" in head["task"]["scorer"]
    used = end["usage"]
    assert used["judge"]["calls"] > 0 and toy.judged > 100
    assert toy.judged + toy.answered == sum(each["calls"] for each in used.values()) <= 400
    assert _call("apply", "runs/mails", data).exit_code == 0


def test_a_dry_run_counts_the_calls_of_the_judge(data: Path, toy: Judging) -> None:
    sizes = ("--dev", 20, "--test", 30, "--format", "chat", "--dry-run")
    plain = _run(data, *sizes, "--scorer", "exact").stdout
    judged = _run(data, *sizes, "--judge", "openai/judge", "--criteria", "Good?").stdout
    calls = [int(re.search(r"^calls +(\d+)", said, re.MULTILINE)[1]) for said in (plain, judged)]  # type: ignore[index]
    assert calls == [50, 100]
    _nothing_was_done(toy)
    assert toy.judged == 0


def test_with_a_judge_dev_and_test_are_held_to_half(data: Path, toy: Judging) -> None:
    _table(data, 2_000)
    _run(data, "--judge", "openai/judge", "--criteria", "Good?", "--dry-run", calls=4_000)
    assert "50 dev, 200 test" in _run(data, "--judge", "a/b", "--criteria", "Good?", "--dry-run", calls=4_000).stderr


# Arguments of models


def test_arguments_reach_the_model_that_they_are_for(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = _by_name(monkeypatch, Judging)
    usual = dict.fromkeys(("api_base", "timeout", "retries", "requests_per_minute", "tokens_per_minute"))
    arguments = ("--model-arg", "reasoning_effort=low", "--model-arg", 'extra_body={"top_k": 5}')
    low = {"reasoning_effort": "low", "extra_body": {"top_k": 5}}

    def made(*more: str) -> list[tuple[str, dict[str, Any]]]:
        asked.clear()
        result = _run(data, "--model", "openai/a", "--dry-run", *more)
        assert result.exit_code == 0, result.output
        return asked

    assert made(*arguments) == [("openai/a", {**usual, "extra": low})]
    assert made(*arguments, "--operator-model", "openai/a") == [("openai/a", {**usual, "extra": low})]
    assert made(*arguments, "--operator-model", "openai/b") == [
        ("openai/a", {**usual, "extra": low}),
        ("openai/b", usual),
    ]
    assert made(*arguments, "--operator-model-arg", "reasoning_effort=high") == [
        ("openai/a", {**usual, "extra": low}),
        ("openai/a", {**usual, "extra": {**low, "reasoning_effort": "high"}}),
    ]
    more = ("--operator-model", "openai/b", "--operator-model-arg", "n=1", "--judge", "openai/c", "--criteria", "Good?")
    assert made(*more, "--judge-arg", "temperature=0.5", "--judge-arg", "api_base=http://127.0.0.1:1") == [
        ("openai/a", usual),
        ("openai/b", {**usual, "extra": {"n": 1}}),
        ("openai/c", {**usual, "api_base": "http://127.0.0.1:1", "extra": {"temperature": 0.5}}),
    ]


def test_arguments_reach_the_model_that_applies_a_prompt(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = _by_name(monkeypatch, lambda name: Set(name, settings={"top_k": 5}))
    _run(data, "--model", "openai/a", "--model-arg", "top_k=5")
    at = {"api_base": "http://127.0.0.1:1"}

    def made(*more: str) -> list[tuple[str, dict[str, Any]]]:
        for prompt in ("runs/mails", "runs/mails/prompt.json"):
            asked.clear()
            assert _call("apply", prompt, data, "--api-base", at["api_base"], *more).exit_code == 0
        return asked

    assert made() == [("openai/a", {**at, "extra": {"top_k": 5}})]  # as it was scored
    more = ("--model-arg", "reasoning_effort=low", "--model-arg", "top_k=6")
    assert made(*more) == [("openai/a", {**at, "extra": {"reasoning_effort": "low", "top_k": 6}})]
    assert made("--model", "openai/b") == [("openai/b", at)]
    _refused(_call("apply", "runs/mails", data, "--model", "local/x", "--model-arg", "a=1"), "local/x runs in process")


@cheap
@given(
    st.dictionaries(
        st.from_regex(r"x[a-z_]{0,5}", fullmatch=True),
        st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists),
    )
)
def test_a_value_is_json_or_a_text(values: dict[str, Any]) -> None:
    pairs = [f"{name}={json.dumps(value)}" for name, value in values.items()]
    assert arguments_given("--model-arg", pairs) == values


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(("low", "low"), ("0.5", 0.5), ("true", True), ("False", False), ("null", None), ("NaN", "NaN"), ("a=b", "a=b")),
        *(('"1"', "1"), ("[1, 2]", [1, 2]), ("", ""), ("{", "{"), ("9" * 5_000, "9" * 5_000)),
    ],
)  # fmt: skip
def test_what_is_no_json_is_a_text(text: str, value: Any) -> None:
    assert arguments_given("--model-arg", [f"x={text}"]) == {"x": value}


def test_a_key_is_a_text_whatever_it_looks_like() -> None:
    assert arguments_given("--model-arg", ["api_key=12345678"]) == {"api_key": "12345678"}


def test_arguments_reach_the_server_and_no_secret_is_written(
    data: Path, server: StubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    server.script(Reply("<prompt>Sort it {mark}.</prompt>", when="Rewrite"), Reply(texts=("ham", "spam", "key {key}")))
    secrets = ("sk-very-secret-0123456789", "hush-hush-0123456789")
    result = _run(
        *(data, "--model", "openai/stub", "--api-base", server.api_base, "--recipe", "default", "--model-arg", "top_k=7"),
        *("--model-arg", f"api_key={secrets[0]}", "--model-arg", f'extra_headers={{"X-Pass": "{secrets[1]}"}}'),
        *("--scorer", "contains", "--cache", "answers.sqlite", "--no-setup-check"),
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    asked = server.requests
    assert len(asked) > 50
    assert {(request["body"]["top_k"], request["key"]) for request in asked} == {(7, secrets[0])}
    files = [*Path("runs/mails").iterdir(), Path("answers.sqlite")]
    assert len(files) >= 4
    for secret in secrets:
        assert secret not in result.output
        assert not [path for path in files if secret.encode() in path.read_bytes()]


def test_other_arguments_make_another_run(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "evoprompt.cli.asked.as_model", lambda name, **given: Set(name, settings=given.get("extra", {}))
    )
    base = ("--model", "openai/a", "--out", "here")
    assert _run(data, *base, "--model-arg", "top_k=5").exit_code == 0
    _refused(
        _run(data, *base, "--model-arg", "top_k=6"),
        "the model's further arguments was {'top_k': 5} and is {'top_k': 6}",
    )


# Calls at once


@dataclass(frozen=True)
class Busy(ep.LiteLLM):
    """On a server, by its kind; its first eight calls wait for each other."""

    gate: threading.Barrier = field(default_factory=lambda: threading.Barrier(8, timeout=20), compare=False)
    numbers: Any = field(default_factory=itertools.count, compare=False)

    def complete(self, request: Request) -> Completion:
        if next(self.numbers) < 8:
            self.gate.wait()
        return Toy().complete(request)

    @property
    def has_met(self) -> bool:
        return next(self.numbers) > 8 and not self.gate.broken


def test_eight_calls_are_made_at_once_to_a_server_by_script_and_command(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Busy] = []
    _by_name(monkeypatch, lambda name: made.append(Busy(name)) or made[-1])
    assert _run(data, "--model", "openai/stub", "--scorer", "contains").exit_code == 0
    assert _call("apply", "runs/mails", data, "--model", "openai/stub").exit_code == 0
    task = ep.Task.from_file(data, template="{instruction}\n\nText: {text}", target="label", scorer="contains")
    made += [Busy("openai/script"), Busy("openai/applied")]
    ep.evolve(task, "Sort it.", model=made[2], recipe="best-of-n", budget=300, progress=False)
    ep.load("runs/mails").apply(data, model=made[3])
    assert [busy.has_met for busy in made] == [True] * 4


# What does not go together


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--criteria", "Good?"), "--criteria is for a judge; name the model that judges with --judge MODEL"),
        (("--judge-arg", "a=1"), "--judge-arg is for a judge"),
        (("--judge", "a/b"), "--judge grades answers by criteria; say what makes an answer good with --criteria TEXT"),
        (("--judge", "a/b", "--criteria", "x", "--scorer", "exact"), "--judge and --scorer both say how answers are scored"),
        (("--judge", "a/b", "--criteria", "x", "--scorer", "auto"), "--judge and --scorer both say"),
        (("--judge", "a/b", "--criteria", " "), "a judge needs criteria in words"),
        (("--system", "Be brief."), "--system is a message of a chat"),
        (("--system", "Be brief.", "--format", "completion", "--model", "a/b"), "add --format chat, or write it into"),
        (("--system", "{txt}", "--model", "a/b"), "no field 'txt'"),
        (("--model-arg", "a=1"), "--model-arg is for a model on a server, but local/smollm2-135m runs in process"),
        (("--model", "a/b", "--operator-model", "local/x", "--operator-model-arg", "a=1"), "local/x runs in process"),
        (("--judge", "local/x", "--criteria", "x", "--judge-arg", "a=1"), "--judge-arg is for a model on a server"),
        (("--timeout", "3"), "--timeout is for a model on a server, but local/smollm2-135m runs in process"),
        (("--retries", "3"), "--retries is for a model on a server"),
        (("--requests-per-minute", "3"), "--requests-per-minute is for a model on a server"),
        (("--model", "a/b", "--model-arg", "a"), "--model-arg takes KEY=VALUE, such as reasoning_effort=low; got 'a'"),
        (("--model", "a/b", "--model-arg", "=a"), "--model-arg takes KEY=VALUE"),
        (("--model", "a/b", "--model-arg", "sk-0123456789abc"), "got '[key]'"),
        (("--model", "a/b", "--model-arg", "a=1", "--model-arg", "a=2"), "--model-arg names 'a' twice"),
        (("--model", "a/b", "--model-arg", "stream=true"), "--model-arg can't set 'stream'"),
        (("--model", "a/b", "--operator-model-arg", "messages=[]"), "--operator-model-arg can't set 'messages'"),
    ],
)  # fmt: skip
def test_options_that_do_not_go_together_are_one_sentence(
    data: Path, toy: Judging, arguments: tuple[str, ...], says: str
) -> None:
    _refused(_run(data, *arguments), says)
    _nothing_was_done(toy)
    assert toy.judged == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--model-arg", "timeout=soon"), "timeout must be over 0 seconds, got 'soon'"),
        (("--model-arg", "retries=-1"), "retries must be at least 0"),
        (("--judge", "", "--criteria", "x"), "a model needs a name"),
    ],
)
def test_an_argument_of_ours_is_checked_as_its_option_is(data: Path, arguments: tuple[str, ...], says: str) -> None:
    _refused(_run(data, "--model", "openai/a", *arguments), says)
    assert not Path("runs").exists()


# Tables as people have them


def test_a_german_table_is_evolved_for_and_answered_in_its_own_form(data: Path, toy: Toy) -> None:
    lines = data.read_text().replace(",", ";").replace("mail", "Grüße, Post").replace("text;label", "text;Zuständig")
    Path("briefe.csv").write_text(lines, encoding="utf-8-sig")
    options = ("--input", "text", "--target", "Zuständig", "--seed-prompt", "Sortiere, bitte.", "--recipe", "best-of-n")
    result = _call("run", "briefe.csv", *options, "--calls", 300)
    assert result.exit_code == 0, result.output
    assert _call("apply", "runs/briefe", "briefe.csv").exit_code == 0
    written = Path("briefe-answers.csv").read_text(encoding="utf-8")
    assert written.startswith("\ufefftext;Zuständig;answer;note\nGrüße, Post 0 of the loud sort;spam;")
    assert len(read_file("briefe-answers.csv")) == 100


@pytest.mark.parametrize("name", ["mails.xlsx", "mails.parquet", "mails.json", "mails.jsonl"])
def test_a_table_of_any_kind_is_evolved_for_and_answered(data: Path, toy: Toy, name: str) -> None:
    rows = [row.fields for row in read_file(data)]
    if name == "mails.xlsx":
        book = pytest.importorskip("openpyxl").Workbook()
        for cells in [["text", "label"], *([*row.values()] for row in rows)]:
            book.active.append(cells)
        book.save(name)
    elif name == "mails.parquet":
        parquet = pytest.importorskip("pyarrow.parquet")
        parquet.write_table(pytest.importorskip("pyarrow").Table.from_pylist(rows), name)
    else:
        Path(name).write_text(json.dumps(rows))
    assert _run(Path(name)).exit_code == 0
    assert _call("apply", "runs/mails", name).exit_code == 0
    assert Path("mails-answers.csv").read_text().startswith("text,label,answer,note\nmail 0 of the loud sort,spam,")


# A run that is finished later


@pytest.mark.parametrize(
    "options",
    [
        ("--scorer", "score.py:mark", "--seed-prompt", "@seed.txt", "--model-arg", "top_k=5"),
        ("--judge", "openai/judge", "--criteria", "@seed.txt", "--judge-arg", "top_k=5"),
        ("--system", "@seed.txt", "--operator-model-arg", "top_k=5"),
    ],
)
def test_a_run_with_any_of_these_can_be_finished_later(
    data: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    left = {"openai/a": 70}

    def as_model(name: str, **settings: Any) -> Set:
        return Set(name, fails_after=left.get(name, 10**9), settings=settings.get("extra", {}))

    monkeypatch.setattr("evoprompt.cli.asked.as_model", as_model)
    Path("score.py").write_text(SCORE)
    Path("seed.txt").write_text("@home, sort it.")  # a text, also when it is read back from the folder
    run = _run(data, "--model", "openai/a", *options, "--operator-model", "openai/a", "--n-jobs", 1)
    assert run.exit_code == 1, run.output
    Path("seed.txt").unlink()
    left.clear()
    ended = _call("finish", "runs/mails")
    assert ended.exit_code == 0, ended.output
    assert "Verdict: " in ended.stdout and "\ntest, " in ended.stdout


def test_a_folder_keeps_no_secret_and_takes_it_again(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = "hush-hush-0123456789"
    seen: list[dict[str, Any]] = []
    fails = [70]

    def as_model(name: str, **settings: Any) -> Set:
        seen.append(settings)
        return Set(name, fails_after=fails[0], settings=dict(ep.LiteLLM(name, extra=settings["extra"]).settings))

    monkeypatch.setattr("evoprompt.cli.asked.as_model", as_model)
    headers = f'extra_headers={{"X": "{secret}"}}'
    more = ("--model-arg", "top_k=5", "--model-arg", f"api_key={secret}", "--model-arg", headers, "--n-jobs", 1)
    assert _run(data, "--model", "openai/a", *more).exit_code == 1
    assert not [path for path in Path("runs/mails").iterdir() if secret.encode() in path.read_bytes()]
    asked = len(seen)
    refused = _call("finish", "runs/mails", "--model-arg", headers)
    assert refused.exit_code == 2 and "--model-arg api_key held a secret" in refused.stderr
    assert len(seen) == asked
    fails[0] = 10**9
    ended = _call("finish", "runs/mails", "--model-arg", f"api_key={secret}", "--model-arg", headers)
    assert ended.exit_code == 0, ended.output
    assert seen[-1]["extra"] == {"top_k": 5, "extra_headers": {"X": secret}} and seen[-1]["api_key"] == secret


def test_texts_that_are_alike_stay_out_of_train_where_dev_is_cut_to_what_the_calls_afford(tmp_path: Path) -> None:
    table = tmp_path / "alike.csv"
    rows = [f"text {i % 7}{'!' * (i % 2)},{'a' if i % 7 < 3 else 'b'}" for i in range(120)]
    table.write_text("\n".join(["text,label", *rows]))
    shown = _call(
        "run", table, "--input", "text", "--target", "label", "--seed-prompt", "a or b?", "--calls", 900, "--dry-run"
    )
    assert "an example must stand in one split only" not in shown.stderr
    assert shown.exit_code == 0, shown.output


def test_a_name_that_looks_into_a_field_is_told_that_it_cannot(tmp_path: Path) -> None:
    table = tmp_path / "deep.jsonl"
    table.write_text("".join(json.dumps({"body": {"text": f"t{i}"}, "label": "ab"[i % 2]}) + "\n" for i in range(120)))
    shown = _call("run", table, "--input", "body.text", "--target", "label", "--seed-prompt", "a or b?", "--dry-run")
    assert "no field 'body.text'; the fields are body, label; 'body' is one field, and what is inside" in shown.stderr
