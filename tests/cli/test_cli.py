from __future__ import annotations

import csv
import functools
import json
import math
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import evoprompt
from evoprompt.benchmarks import demo
from evoprompt.cli import cli
from evoprompt.models.hosted.litellm_model import LiteLLM
from evoprompt.models.model import Completion, ModelUnavailable, Request
from evoprompt.search.recipe import get_recipe
from evoprompt.storage.record import Record
from evoprompt.storage.store import Store

ROOT = Path(__file__).parents[2]
WORDS = ("please", "carefully", "now", "kindly", "again", "slowly", "here", "today")


@dataclass
class Toy:
    """Answers right where the instruction is long enough; as operator model it adds a word."""

    name: str = "toy"
    fails_after: int = 10**9
    answered: int = field(default=0, compare=False)
    says_spam: bool = False
    __hash__ = object.__hash__

    def complete(self, request: Request) -> Completion:
        self.answered += 1
        if self.answered > self.fails_after:
            raise ModelUnavailable("the provider does not answer")
        if "Rewrite the instruction" in request.text:
            return Completion(f"{request.text.rsplit('Instruction: ', 1)[1]} {WORDS[request.draw % 8]}", 20, 5)
        right = "ham" if "kind" in request.text.rsplit("Text:", 1)[1] else "spam"
        if len(request.text.split("\n\n")[0].split()) + len(request.text) % 5 < 6:
            right = "spam"
        if self.says_spam:
            right = "spam"
        if request.choices:
            logprobs = tuple(math.log(0.8 if choice == right else 0.2) for choice in request.choices)
            return Completion("", 10, 1, choice_logprobs=logprobs)
        return Completion(f"{right}\x1b[31m", 10, 1)


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> Toy:
    model = Toy()
    for module in ("asked", "applying"):
        monkeypatch.setattr(f"evoprompt.cli.{module}.as_model", lambda name, **options: model)
    return model


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return _table(tmp_path / "mails.csv")


def _table(path: Path, n: int = 100) -> Path:
    rows = [(f"mail {i} of the {'kind' if i % 2 else 'loud'} sort", "ham" if i % 2 else "spam") for i in range(n)]
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([("text", "label"), *rows])
    return path


def _call(*arguments: object) -> Result:
    result = CliRunner().invoke(cli, [str(each) for each in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def _run(data: Path, *more: object, calls: int = 300) -> Result:
    return _call(
        *("run", data, "--input", "text", "--target", "label", "--seed-prompt", "Sort it.", "--recipe", "best-of-n"),
        *("--calls", calls, *more),
    )


def _refused(result: Result, *parts: str, code: int = 2) -> None:
    assert result.exit_code == code, result.output
    assert result.stdout == ""
    *_, last = result.stderr.splitlines()
    assert last.startswith("evoprompt: ")
    assert "Traceback" not in result.stderr
    for part in parts:
        assert part in last


# A run


def test_run_evolves_a_prompt_and_writes_record_and_prompt(data: Path, toy: Toy) -> None:
    result = _run(data)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("Best prompt")
    assert "test, 30 examples" in result.stdout
    record = Record.read("runs/mails")
    assert record.one("end") is not None
    assert toy.answered == sum(used["calls"] for used in record.one("end")["usage"].values()) <= 300
    prompt = Path("runs/mails/prompt.txt").read_text()
    assert prompt.startswith("Sort it.")
    assert prompt.endswith("\n\nText: {text}\nLabel:\n")
    assert "wrote runs/mails/record.jsonl" in result.stdout
    assert result.stdout.splitlines()[-1].startswith("Verdict: ")


def test_a_local_model_completes_and_is_scored_by_calibrated_label_probability(data: Path, toy: Toy) -> None:
    result = _run(data)
    assert "completion format; scorer label-probability-calibrated (ham, spam)" in result.stderr
    assert Record.read("runs/mails").lines[0]["task"]["format"] == "completion"


@pytest.mark.parametrize("more", [(), ("--dry-run",), ("--quiet",)])
def test_what_is_doubtful_in_the_data_is_said_once_as_a_line(data: Path, toy: Toy, more: tuple[str, ...]) -> None:
    result = _run(_table(data, 60), "--test", "5", "--model", "openai/some", *more)
    assert result.exit_code == 0, result.output
    doubts = [line for line in result.stderr.splitlines() if "few" in line]
    assert doubts == [
        "evoprompt: task 'mails': 5 test examples are few: a score on them is uncertain by up to 44 points of 100; bring 20"
        " or more, 100 if you can"
    ]
    assert "Warning" not in result.stderr


def test_a_table_of_one_label_is_refused_before_anything_is_asked(data: Path, toy: Toy) -> None:
    data.write_text("text,label\n" + "".join(f"mail {i},ham\n" for i in range(60)))
    _refused(_run(data), "all 60 examples have the target 'ham', so that nothing can be learnt from them")
    assert toy.answered == 0
    assert not Path("runs").exists()


def test_another_model_chats_and_is_scored_by_choice(data: Path, toy: Toy) -> None:
    result = _run(data, "--model", "openai/some", "--out", "here")
    assert "chat format; scorer choice (ham, spam)" in result.stderr
    assert Record.read("here").lines[0]["task"]["template"] == "{instruction}\n\nText: {text}"


def test_targets_that_do_not_repeat_are_matched_exactly(data: Path, toy: Toy) -> None:
    rows = "".join(f"kind sum {i},{i}\n" for i in range(100))
    data.write_text("text,label\n" + rows)
    assert "scorer exact" in _run(data).stderr


@pytest.mark.parametrize(
    "scorer", ["choice", "label-probability", "label-probability-calibrated", "exact", "contains", "f1"]
)
def test_a_scorer_can_be_named(data: Path, toy: Toy, scorer: str) -> None:
    assert f"scorer {scorer}" in _run(data, "--scorer", scorer).stderr


def test_several_columns_stand_in_the_template_in_their_order(data: Path, toy: Toy) -> None:
    data.write_text("text,sent_by,label\n" + "".join(f"kind {i},me{i},{'ab'[i % 2]}\n" for i in range(100)))
    _run(data, "--input", "sent_by, text")
    template = Record.read("runs/mails").lines[0]["task"]["template"]
    assert template == "{instruction}\n\nText: {text}\nSent by: {sent_by}\nLabel:"


def test_a_template_of_the_users_may_break_lines(data: Path, toy: Toy) -> None:
    _run(data, "--template", r"{instruction}\n\nText: {text} =")
    assert Record.read("runs/mails").lines[0]["task"]["template"] == "{instruction}\n\nText: {text} ="


def test_dev_and_test_are_held_to_what_the_budget_affords(data: Path, toy: Toy) -> None:
    _table(data, 5_000)
    _run(data, calls=400)
    assert Record.read("runs/mails").lines[0]["task"]["examples"] == {"train": 2980, "dev": 20, "test": 40}


def test_sizes_of_the_users_are_kept(data: Path, toy: Toy) -> None:
    _run(data, "--train", 5, "--dev", "0.25", "--test", 30)
    assert Record.read("runs/mails").lines[0]["task"]["examples"] == {"train": 5, "dev": 25, "test": 30}


def test_a_test_file_leaves_all_data_to_train_and_dev(data: Path, toy: Toy) -> None:
    test = data.with_name("test.csv")
    test.write_text("text,label\n" + "".join(f"unseen kind {i},ham\n" for i in range(25)))
    _run(data, "--test", test, "--dev", "0.4", "--train", "0.6")
    assert Record.read("runs/mails").lines[0]["task"]["examples"] == {"train": 60, "dev": 40, "test": 25}
    _run(data, "--test", test)
    assert Record.read("runs/mails-2").lines[0]["task"]["examples"] == {"train": 80, "dev": 20, "test": 25}


def test_json_lines_are_read(data: Path, toy: Toy) -> None:
    lines = [json.dumps({"text": f"kind {i}", "label": ("ham", "spam")[i % 2]}) for i in range(100)]
    other = data.with_suffix(".jsonl")
    other.write_text("\n".join(lines))
    assert _run(other).exit_code == 0


def test_a_run_never_writes_into_the_folder_of_another(data: Path, toy: Toy) -> None:
    for seed, folder in enumerate(("mails", "mails-2", "mails-3")):
        assert f"wrote runs/{folder}/record.jsonl" in _run(data, "--seed", seed).stdout


def test_settings_reach_the_recipe(data: Path, toy: Toy) -> None:
    _run(data, "--set", "batch=3", "--set", "temperature=1")
    assert Record.read("runs/mails").lines[0]["recipe"]["settings"] == {"batch": 3, "temperature": 1}


def test_quiet_prints_the_prompt_alone(data: Path, toy: Toy) -> None:
    result = _run(data, "--quiet")
    assert result.stderr == ""
    assert result.stdout.startswith("Sort it.")
    assert result.stdout.endswith("\n\nText: {text}\nLabel:\n")


def test_several_seed_prompts_are_taken(data: Path, toy: Toy) -> None:
    _run(data, "--seed-prompt", "Is it ham or spam?")
    assert len(Record.read("runs/mails").lines[0]["seeds"]) == 2


def test_control_characters_never_reach_the_terminal(data: Path, toy: Toy) -> None:
    result = _run(data, "--seed-prompt", "\x1b[31mred {text}", "--name", "a\x1bb")
    assert "\x1b" not in result.output
    assert "\x1b" not in _call("show", "runs/mails").output


def test_a_model_on_a_server_gets_its_address_and_its_limits(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def as_model(name: str, **options: object) -> Toy:
        asked.append((name, options))
        return Toy(name)

    monkeypatch.setattr("evoprompt.cli.asked.as_model", as_model)
    options = ("--requests-per-minute", 600, "--tokens-per-minute", 9_000, "--timeout", 7)
    _run(data, "--operator-model", "openai/large", "--api-base", "http://127.0.0.1:1/v1", *options)
    there = {"api_base": "http://127.0.0.1:1/v1", "requests_per_minute": 600, "tokens_per_minute": 9_000}
    there |= {"timeout": 7.0, "retries": None}
    assert asked == [("local/smollm2-135m", {}), ("openai/large", there)]
    assert Record.read("runs/mails").lines[0]["operator_model"] == "openai/large"


# The user's mistakes


def test_a_missing_file_is_named(data: Path, toy: Toy) -> None:
    _refused(_run(Path("none.csv")), "none.csv: No such file")


def test_a_wrong_column_is_named_with_line_and_columns(data: Path, toy: Toy) -> None:
    _refused(_run(data, "--input", "txt"), "mails.csv line 2: no field 'txt'; the fields are text, label")
    _refused(_run(data, "--target", "class"), "no field 'class'")


def test_a_target_that_is_missing_is_named_with_its_line(data: Path, toy: Toy) -> None:
    data.write_text("text,label\nkind,ham\nloud,\n")
    _refused(_run(data), "mails.csv line 3: the field 'label' is empty")


def test_the_target_can_not_be_an_input(data: Path, toy: Toy) -> None:
    _refused(_run(data, "--input", "label"), "'label' is both input and target")


@pytest.mark.parametrize("content", ["", "text,label\n"])
def test_an_empty_table_is_refused(data: Path, toy: Toy, content: str) -> None:
    data.write_text(content)
    _refused(_run(data), "mails")


def test_a_file_that_is_not_utf8_is_named_with_its_line(data: Path, toy: Toy) -> None:
    data.write_bytes("text,label\nStraße,ham\n".encode("latin-1"))
    _refused(_run(data), "mails.csv line 2: not UTF-8")


def test_a_folder_or_an_unknown_ending_is_no_table(data: Path, toy: Toy) -> None:
    _refused(_run(Path("mails.xls")), "mails.xls: a table's name ends in .csv")
    Path("folder.csv").mkdir()
    _refused(_run(Path("folder.csv")), "folder.csv: Is a directory")


def test_an_unknown_recipe_lists_the_known_ones(data: Path, toy: Toy) -> None:
    _refused(_run(data, "--recipe", "best-of-m"), "no recipe named 'best-of-m'; did you mean 'best-of-n'? Known: ")


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("size=3", "recipe 'best-of-n' has no option 'size'"),
        ("batch=0", "batch must be at least 1, got 0"),
        ("batch=many", "batch must be a whole number, got 'many'"),
        ("batch", "--set takes NAME=VALUE, got 'batch'"),
    ],
)
def test_a_wrong_setting_is_refused(data: Path, toy: Toy, setting: str, message: str) -> None:
    _refused(_run(data, "--set", setting), message)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--scorer", "exactly"), "--scorer must be one of auto, choice"),
        (("--scorer", "number"), "last_number needs numbers as targets"),
        (("--format", "prose"), "'prose' is not one of"),
        (("--template", "{instruction} {txt}"), "no field 'txt'"),
        (("--template", "{text}"), "no place for the gene {instruction}"),
        (("--template", "{instruction"), "single '{'"),
        (("--template", "{instruction}\n\nText: {{text}}"), "the column 'text' is an input, but neither the template"),
        (("--seed-prompt", "  "), "seed prompt 2: the gene 'instruction' is empty"),
        (("--calls", "0"), "number over 0, got 0"),
        (("--calls", "many"), "'many' is not a valid integer"),
        (("--calls", "30"), "a budget of 30 calls is too small"),
        (("--dollars", "nan"), "dollars must be a number over 0, got nan"),
        (("--n-jobs", "0"), "--n-jobs must be a whole number, at least 1"),
        (("--test", "other.xls"), "a table's name ends in"),
        (("--test", "other.csv"), "other.csv: No such file"),
        (("--test", "200"), "the splits ask for"),
        (("--dev", "0"), "no dev examples"),
        (("--api-base", "http://127.0.0.1:1"), "--api-base is for a model on a server"),
        (("--plugin", "none.py"), "there is none at"),
        (("--colour",), "No such option"),
    ],
)  # fmt: skip
def test_a_wrong_option_is_one_sentence(data: Path, toy: Toy, arguments: tuple[str, ...], message: str) -> None:
    _refused(_run(data, *arguments), message)
    assert toy.answered == 0


def test_a_model_name_that_none_can_have_is_refused(data: Path) -> None:
    _refused(_run(data, "--model", "local/none"), "no local model named 'local/none'")


def test_a_run_that_ended_is_given_again_without_a_call(data: Path, toy: Toy) -> None:
    first = _run(data, "--out", "here")
    before = Path("here/record.jsonl").read_bytes()
    toy.fails_after = 0
    again = _run(data, "--out", "here")
    assert again.stdout == first.stdout
    assert "here holds a run; it goes on where it stopped, and pays for nothing twice" in again.stderr
    assert Path("here/record.jsonl").read_bytes() == before


def test_a_folder_with_a_run_of_other_settings_is_refused_with_what_differs(data: Path, toy: Toy) -> None:
    _run(data, "--out", "here")
    before = Path("here/record.jsonl").read_bytes()
    _refused(_run(data, "--out", "here", "--seed", 7), "begun with other settings: the random seed was 0 and is 7")
    assert Path("here/record.jsonl").read_bytes() == before


def test_a_run_that_lost_its_model_goes_on_with_the_same_command(data: Path, toy: Toy) -> None:
    _run(data, "--out", "whole")
    toy.answered, toy.fails_after = 0, 100
    _refused(_run(data, "--out", "here"), "run it again with --out here to go on", code=1)
    toy.fails_after = 10**9
    assert _run(data, "--out", "here").exit_code == 0
    whole, here = (Record.read(folder).one("end") for folder in ("whole", "here"))
    assert whole and here and here["best"] == whole["best"]


def test_a_run_that_never_got_an_answer_names_no_folder(data: Path, toy: Toy) -> None:
    toy.fails_after = 0
    result = _run(data, "--out", "here")
    _refused(result, "the provider does not answer", code=1)
    assert "here to go on" not in result.stderr
    assert not Path("here").exists()


def test_the_same_command_goes_on_with_its_unfinished_run(data: Path, toy: Toy) -> None:
    whole = _run(data, "--out", "whole")
    toy.answered, toy.fails_after = 0, 100
    _run(data)
    toy.fails_after = 10**9
    again = _run(data)
    assert "runs/mails holds a run; it goes on where it stopped, and pays for nothing twice" in again.stderr
    untouched, here = ([line for line in each.stdout.split("\n") if "Spent" not in line] for each in (whole, again))
    assert [line.replace("runs/mails", "whole") for line in here] == untouched  # but for the call that came to nothing
    assert not Path("runs/mails-2").exists()
    given_again = _run(data)  # at its end now
    assert given_again.stdout == again.stdout and not Path("runs/mails-2").exists()


def test_more_calls_take_a_finished_run_further_without_paying_twice(data: Path, toy: Toy) -> None:
    toy.says_spam = True
    first = _run(data, "--scorer", "choice")
    answered = toy.answered
    further = _run(data, "--scorer", "choice", calls=600)
    assert "the budget of 300 calls" in first.stdout and "the budget of 600 calls" in further.stdout
    assert answered < toy.answered <= 600
    assert not Path("runs/mails-2").exists()


def test_the_first_command_again_after_the_run_grew_gives_its_result_without_a_call_and_says_so(
    data: Path, toy: Toy
) -> None:
    toy.says_spam = True
    _run(data, "--scorer", "choice")
    grown = _run(data, "--scorer", "choice", calls=600)
    before = Path("runs/mails/record.jsonl").read_bytes()
    toy.fails_after = 0
    again = _run(data, "--scorer", "choice")
    assert again.stdout == grown.stdout
    said = "runs/mails holds this run at its end, with a larger budget (600 calls): its result is given again"
    assert said in again.stderr and "--out" in again.stderr
    assert Path("runs/mails/record.jsonl").read_bytes() == before
    assert not Path("runs/mails-2").exists()
    assert _call("finish", "runs/mails").exit_code == 0  # the folder still knows the command it grew by


def test_a_smaller_budget_with_another_aim_is_another_run(data: Path, toy: Toy) -> None:
    toy.says_spam = True
    _run(data, "--scorer", "choice", calls=600)
    assert "record in runs/mails-2" in _run(data, "--scorer", "choice", "--patience", 1).stderr
    assert Record.read("runs/mails").head.get("aim") is None


def test_of_several_unfinished_runs_the_equal_one_goes_on(data: Path, toy: Toy) -> None:
    for seed in (1, 2, 3):
        toy.answered, toy.fails_after = 0, 100
        _run(data, "--seed", seed)
    toy.fails_after = 10**9
    assert "record in runs/mails-2" in _run(data, "--seed", 2).stderr


def test_an_unfinished_run_with_other_settings_stays_and_what_differs_is_said(data: Path, toy: Toy) -> None:
    toy.fails_after = 100
    _run(data)
    toy.fails_after = 10**9
    result = _run(data, "--seed", 7)
    assert result.exit_code == 0
    assert (
        "runs/mails holds a run that is not at its end: it was begun with other settings, for the random seed was 0 and is"
        " 7; this run begins in a folder of its own" in result.stderr
    )
    assert Record.read("runs/mails").one("end") is None
    assert Record.read("runs/mails-2").one("end") is not None


def test_a_run_in_use_is_left_alone(data: Path, toy: Toy) -> None:
    toy.fails_after = 100
    _run(data)
    toy.fails_after = 10**9
    store = Store(Path("runs/mails"))
    result = _run(data)
    store.close()
    assert "record in runs/mails-2" in result.stderr


@pytest.mark.parametrize("out", [(), ("--out", "runs/mails")])
def test_a_larger_number_of_calls_goes_on_with_the_recorded_examples(
    data: Path, toy: Toy, out: tuple[str, ...]
) -> None:
    toy.fails_after = 100
    _run(data, calls=300)
    toy.fails_after = 10**9
    before = Record.read("runs/mails").head["task"]["examples"]
    result = _run(data, *out, calls=1_200)
    assert result.exit_code == 0, result.output
    head = Record.read("runs/mails").head
    assert (head["budget"], head["task"]["examples"]) == ({"calls": 1_200}, before)
    assert Record.read("runs/mails").one("end") is not None
    afforded = _run(data, "--out", "other", calls=1_200)
    assert afforded.exit_code == 0 and Record.read("other").head["task"]["examples"] != before


def test_the_folder_of_a_dry_run_is_nobodys(data: Path, toy: Toy) -> None:
    toy.fails_after = 100
    _run(data)
    assert "goes on" not in _run(data, "--dry-run").stderr


# Ended early


def test_a_target_score_and_patience_end_a_run(data: Path, toy: Toy) -> None:
    reached = _run(data, "--target-score", 0.3)
    assert "Stopped: the target score of 0.3 is reached, with" in reached.stdout
    assert Record.read("runs/mails").head["aim"] == {"target_score": 0.3}
    toy.says_spam = True
    waited = _run(data, "--patience", 2, "--scorer", "choice", calls=2_000)
    assert "Stopped: 2 generations in a row brought no gain." in waited.stdout
    _refused(_run(data, "--patience", 0), "patience must be at least 1, got 0")
    _refused(_run(data, "--target-score", 3), "target_score must be over 0 and at most 1, got 3.0")


def test_a_small_budget_is_refused_in_the_words_of_the_command_line(data: Path, toy: Toy) -> None:
    message = "allow 119 calls, or take fewer dev and test examples; --no-setup-check goes on all the same"
    _refused(_run(data, "--dev", 20, "--test", 20, "--batch", calls=70), "No such option")
    _refused(_run(data, "--dev", 20, "--test", 20, calls=70), message.replace("119", "83"))
    assert toy.answered == 0
    assert _run(data, "--dev", 20, "--test", 20, calls=83).exit_code == 0
    assert _run(data, "--dev", 20, "--test", 20, "--no-setup-check", calls=70).exit_code == 0


def test_the_number_that_does_is_one_that_the_same_command_takes(data: Path, toy: Toy) -> None:
    many = _table(data, 500)
    seeds = [part for i in range(11) for part in ("--seed-prompt", f"Sort mail number {i}.")]
    for more in (("--recipe", "evoprompt-de"), seeds):
        refused = _run(many, *more, calls=100)
        assert refused.exit_code == 2
        enough = int(re.findall(r"allow (\d+) calls", refused.stderr)[0])
        assert _run(many, *more, "--dry-run", calls=enough).exit_code == 0


def test_an_unfinished_run_of_another_size_keeps_no_new_one_from_beginning(data: Path, toy: Toy) -> None:
    toy.fails_after = 100
    _run(_table(data, 500), calls=2_000)
    toy.fails_after = 10**9
    assert _run(data, "--seed", 5).exit_code == 0


def test_finish_asks_for_what_the_folder_did_not_keep(data: Path, toy: Toy) -> None:
    toy.fails_after = 150
    key = ("--model-arg", "api_key=secret-of-mine", "--api-base", "http://bob:pw@host/v1")
    _run(data, "--model", "openai/m", *key)
    toy.fails_after = 10**9
    _refused(
        _call("finish", "runs/mails"), "--api-base held a secret, which the run's folder does not keep; give it again"
    )
    _refused(_call("finish", "runs/mails", *key[2:]), "--model-arg api_key held a secret")
    assert _call("finish", "runs/mails", *key).exit_code == 0


def test_finish_takes_the_operator_models_address_again(data: Path, toy: Toy) -> None:
    toy.fails_after = 150
    place = ("--operator-model-arg", "api_base=http://bob:pw@host/v1")
    _run(
        data, "--model", "openai/m", "--operator-model", "openai/w", *place, "--operator-model-arg", "api_key=hidden-1"
    )
    toy.fails_after = 10**9
    _refused(_call("finish", "runs/mails"), "--operator-model-arg api_base held a secret")
    assert _call("finish", "runs/mails", *place).exit_code == 0


def test_apply_asks_the_server_of_the_run_and_no_other(data: Path, toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def as_model(name: str, **options: Any) -> Toy:
        asked.append(options.get("api_base"))
        return toy

    monkeypatch.setattr("evoprompt.cli.applying.as_model", as_model)
    toy.name = "openai/m"
    for number, address in enumerate(("http://host:1/v1", "http://bob:pw@host:1/v1")):
        out = ("--out", f"run{number}")
        toy.server = LiteLLM("openai/m", api_base=address).server
        assert _run(data, "--model", "openai/m", "--api-base", address, *out).exit_code == 0
    assert _call("apply", "run0", data, "-o", "a.csv").exit_code == 0
    assert asked == ["http://host:1/v1"]
    _refused(_call("apply", "run1", data, "-o", "b.csv"), "the address of the run's server is not known")
    assert _call("apply", "run1", data, "-o", "b.csv", "--api-base", "http://host:2/v1").exit_code == 0
    assert asked == ["http://host:1/v1", "http://host:2/v1"]


def test_finish_says_what_is_gone_and_how_to_go_on(data: Path, toy: Toy) -> None:
    toy.fails_after = 150
    _run(data)
    data.rename("elsewhere.csv")
    _refused(
        _call("finish", "runs/mails"), "mails.csv: the run began with it, and it is gone; put it back, or go on by"
    )


def test_finish_ends_a_run_with_its_sealed_test_alone(data: Path, toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    toy.fails_after, toy.says_spam = 150, True
    _run(data, "--train", 20, "--scorer", "choice")
    toy.fails_after = 10**9
    toy.answered = 0
    folder = Path("runs/mails").resolve()
    (data.parent / "elsewhere").mkdir()
    monkeypatch.chdir(data.parent / "elsewhere")
    result = _call("finish", folder)
    assert result.exit_code == 0, result.output
    assert "Stopped: it was ended by hand." in result.stdout
    record = Record.read(folder)
    assert record.one("end")["reason"] == "it was ended by hand"
    prompts = 1 if record.one("end")["is_seed"] else 2
    assert toy.answered == prompts * record.head["task"]["examples"]["test"]
    assert (folder / "prompt.txt").exists() and (folder / "prompt.json").exists()
    assert Path.cwd() == data.parent / "elsewhere"
    again = _call("finish", folder)
    assert again.stdout == result.stdout
    assert toy.answered == prompts * record.head["task"]["examples"]["test"]


def test_a_run_that_was_finished_goes_on_with_more_calls(data: Path, toy: Toy) -> None:
    toy.fails_after, toy.says_spam = 150, True
    _run(data, "--scorer", "choice")
    toy.fails_after = 10**9
    _call("finish", "runs/mails")
    result = _run(data, "--scorer", "choice", "--out", "runs/mails", calls=600)
    assert "ended by hand" not in result.stdout
    assert Record.read("runs/mails").one("test")["earlier_tests"] == 1


def test_what_can_not_be_finished_is_one_sentence(data: Path, toy: Toy) -> None:
    _refused(_call("finish", "nowhere"), "nowhere holds no run that `evoprompt run` began")
    toy.fails_after = 5
    _run(data)
    toy.fails_after = 10**9
    _refused(_call("finish", "runs/mails"), "there is no result")


def test_a_cache_pays_for_every_answer_once(data: Path, toy: Toy) -> None:
    for folder in ("one", "two"):
        assert _run(data, "--cache", "answers", "--out", folder).exit_code == 0
    one, two = (next(Record.read(folder).of("evaluation")) for folder in ("one", "two"))
    assert one["usage"]["calls"] > 0
    assert two["usage"]["calls"] == two["usage"]["tokens_in"] == 0
    assert one["outputs"] == two["outputs"]


def test_missing_options_are_named_with_the_way_to_the_help(data: Path) -> None:
    _refused(_call("run", data), "Missing option '--input' (see 'evoprompt run --help')")
    _refused(_call("show"), "Missing argument 'DIR'")
    _refused(_call("evolve"), "No such command 'evolve'")


def test_a_model_that_can_not_be_had_ends_with_one_and_names_the_record(data: Path, toy: Toy) -> None:
    toy.fails_after = 100
    result = _run(data)
    _refused(
        result,
        "the provider does not answer (what was paid for is kept: run it again with --out runs/mails to go on)",
        code=1,
    )
    assert "not finished" in _call("show", "runs/mails").stdout


def test_a_bug_shows_its_traceback(data: Path, toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evoprompt.run.evolution.Evolution.bear", lambda self, births: {}["bug"])
    with pytest.raises(KeyError, match="bug"):
        _run(data)


@pytest.mark.parametrize("limit", [("--tokens", 3000), ("--dollars", 5.0), ("--seconds", 60.0)])
def test_a_limit_of_another_kind_stands_beside_the_usual_number_of_calls(
    data: Path, toy: Toy, limit: tuple[str, float]
) -> None:
    toy.fails_after = 1  # what counts here is asked for before the first call
    _call("run", data, "--input", "text", "--target", "label", "--seed-prompt", "Sort it.", *limit)
    budget = Record.read("runs/mails").lines[0]["budget"]
    assert budget == {"calls": 2000, limit[0].lstrip("-"): limit[1]}
    toy.answered = 0  # a run without an answer leaves no folder
    _run(data, *limit, calls=300)
    assert Record.read("runs/mails-2").lines[0]["budget"]["calls"] == 300


# Ctrl-C


def test_ctrl_c_gives_the_partial_result_and_130(data: Path, toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    _interrupt_after(monkeypatch, generations=2)
    result = _run(data)
    assert result.exit_code == 130
    assert result.stdout.startswith("Best prompt")
    assert "Stopped: interrupted" in result.stdout
    assert Path("runs/mails/prompt.txt").exists()


def test_ctrl_c_before_any_result_is_one_sentence(data: Path, toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    _interrupt_after(monkeypatch, generations=0)
    _refused(_run(data), "interrupted", code=130)


def _interrupt_after(monkeypatch: pytest.MonkeyPatch, generations: int) -> None:
    ask = evoprompt.Evolution.ask

    def interrupted(run: evoprompt.Evolution) -> list[object]:
        if run.generation + 1 >= generations:
            run._blocks.halt()
        return list(ask(run))

    monkeypatch.setattr("evoprompt.run.evolution.Evolution.ask", interrupted)


# Lists and plug-ins


def test_operators_and_recipes_stand_in_tables() -> None:
    operators, recipes = _call("operators").stdout, _call("recipes").stdout
    assert operators.splitlines()[0].split() == ["operator", "parents", "calls", "what", "it", "does"]
    assert "sentence-crossover" in operators
    assert "best-of-n" in recipes
    assert "arXiv 2211.01910" in recipes


PUBLISHED = ("evoprompt-ga", "evoprompt-de", "grips", "promptbreeder")


def test_recipes_say_how_they_differ_from_their_papers() -> None:
    listed = _call("recipes").stdout
    for name in PUBLISHED:
        assert f"\n{name}: Differs from the paper: " in listed
        assert get_recipe(name).differences in " ".join(listed.split())


def test_a_recipe_that_is_named_is_told_whole_with_its_settings() -> None:
    told = _call("recipes", "evoprompt-de").stdout
    assert told.startswith("evoprompt-de (Guo 2023, arXiv 2309.08532)\n")
    assert get_recipe("evoprompt-de").summary in " ".join(told.split())
    assert get_recipe("evoprompt-de").differences in " ".join(told.split())
    assert "\n  at_once = 1\n" in told
    assert "\n    batch: Dev examples that" in _call("recipes", "promptbreeder").stdout
    result = _call("recipes", "evoprompt-dee")
    assert result.exit_code == 2
    assert "did you mean 'evoprompt-de'?" in " ".join(result.output.split())


PLUGIN = '''
from evoprompt import Context, get_recipe, operator, recipe
from evoprompt.search.strategies import Founders, Sampling
from evoprompt import Search


@operator(parents=1, calls=0, name="NAME")
def louder(parents, context):
    """Put the instruction in capitals."""
    genome = parents[0].genome
    return genome.with_gene("instruction", genome["instruction"] + context.rng.choice("!?."))


@recipe("NAME-only")
def only(start, *, size: int = 4):
    """Nothing but louder."""
    return Search(Sampling(Founders(start.seeds, size), louder, start.rng, start.toolbox))
'''


def test_a_plugin_brings_operators_and_recipes(data: Path, toy: Toy) -> None:
    Path("mine.py").write_text(PLUGIN.replace("NAME", "cli-louder"))
    assert "Put the instruction in capitals." in _call("operators", "--plugin", "mine.py").stdout
    assert "Nothing but louder." in _call("recipes", "--plugin", "mine.py").stdout
    result = _run(data, "--plugin", "mine.py", "--recipe", "cli-louder-only", "--seed", 3)
    assert result.exit_code == 0, result.output
    assert {line["operator"] for line in Record.read("runs/mails").of("birth")} == {"seed", "cli-louder"}


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("x = 1\ny = x +\n", "line 2: SyntaxError: invalid syntax"),
        ("x = 1\n\nprint(z)\n", "line 3: NameError: name 'z' is not defined"),
        ("raise SystemExit(3)\n", "line 1: SystemExit: 3"),
        (PLUGIN.replace("NAME", "paraphrase"), "ValueError: two operators are named 'paraphrase'"),
    ],
)
def test_an_error_in_a_plugin_names_file_and_line(data: Path, code: str, message: str) -> None:
    Path("wrong.py").write_text(code)
    _refused(_call("operators", "--plugin", "wrong.py"), "wrong.py line", message)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('genome["instruction"] +', 'genome["role"] +', "operator 'NAME' failed at birth 0/1/0: KeyError("),
        ("return genome.with_gene", "context.ask('?')\n    return genome.with_gene", "operator 'NAME' made more model"),
        ("return Search(", "return start.nothing and Search(", "recipe 'NAME-only' failed: AttributeError("),
    ],
)
def test_an_operator_or_recipe_of_a_plugin_that_fails_is_one_sentence(
    data: Path, toy: Toy, old: str, new: str, message: str
) -> None:
    name = f"cli-{len(old + new)}"  # of its own: what is registered stays
    Path("failing.py").write_text(PLUGIN.replace(old, new).replace("NAME", name))
    result = _run(data, "--plugin", "failing.py", "--recipe", f"{name}-only")
    _refused(result, message.replace("NAME", name))
    if "failed" in message:
        line = 1 + PLUGIN[: PLUGIN.index(old)].count("\n")
        _refused(result, f"failing.py line {line})")


# Records


def test_show_reads_a_run_like_a_report(data: Path, toy: Toy) -> None:
    _run(data)
    text = _call("show", "runs/mails").stdout
    for part in (
        "Task    mails (40 train, 20 dev, 30 test examples)",
        "Recipe  best-of-n",
        "finished: ",
        "generation",
        "Best prompt",
        "gain",
        "Spent: ",
    ):
        assert part in text


def test_show_and_plot_say_where_no_record_is(tmp_path: Path) -> None:
    for command in ("show", "plot"):
        _refused(_call(command, tmp_path), "there is no record here")
        _refused(_call(command, tmp_path / "none"), "there is no record here")


@pytest.mark.parametrize("command", ["show", "plot"])
def test_a_record_torn_by_a_kill_is_shown_with_a_note(data: Path, toy: Toy, command: str) -> None:
    _run(data)
    file = Path("runs/mails/record.jsonl")
    file.write_bytes(file.read_bytes()[:-20])
    result = _call(command, "runs/mails")
    assert result.exit_code == 0
    assert "record.jsonl ends in a torn line: the run was killed while it wrote; run it again to go on" in result.stderr


@pytest.mark.parametrize("command", ["show", "plot"])
def test_a_record_torn_in_its_middle_is_named_with_its_line(data: Path, toy: Toy, command: str) -> None:
    _run(data)
    file = Path("runs/mails/record.jsonl")
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join([*lines[:3], lines[3][:20] + b"\n", *lines[4:]]))
    _refused(_call(command, "runs/mails"), "record.jsonl line 4: not a line of a record")


@pytest.mark.parametrize("command", ["show", "plot"])
def test_a_record_that_lacks_something_is_a_sentence(tmp_path: Path, command: str) -> None:
    (tmp_path / "record.jsonl").write_text('{"kind": "run", "format": 1}\n{"kind": "generation"}\n')
    _refused(_call(command, tmp_path), "the record is damaged")


def test_a_record_of_another_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "record.jsonl").write_text('{"kind": "run", "format": 99}\n')
    _refused(_call("show", tmp_path), "another version of evoprompt")


def test_plot_draws_into_the_runs_folder_or_a_named_file(data: Path, toy: Toy) -> None:
    _run(data)
    assert _call("plot", "runs/mails").stdout == "wrote runs/mails/fitness.png\n"
    assert _call("plot", "runs/mails", "-o", "new/fitness.svg", "--x", "calls").exit_code == 0
    assert Path("new/fitness.svg").read_text().startswith("<?xml")


def test_plot_refuses_an_unknown_ending_and_dollars_that_were_not_counted(data: Path, toy: Toy) -> None:
    _run(data)
    _refused(
        _call("plot", "runs/mails", "-o", "fitness.gif"), "fitness.gif: a picture's name ends in .png, .svg or .pdf"
    )
    _refused(_call("plot", "runs/mails", "--x", "dollars"), "counted no dollars")


# The demo


@pytest.fixture
def small_demo(data: Path, toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo with other data, another model and fewer calls."""
    task = evoprompt.Task.from_csv(data, template="{instruction}\n\nText: {text}", target="label", name="demo-task")
    toy.prepare = lambda: None  # type: ignore[attr-defined]
    monkeypatch.setattr(demo, "helpdesk", lambda: task)
    monkeypatch.setattr(demo, "EmbeddedModel", lambda: toy)
    monkeypatch.setattr(demo, "evolve", functools.partial(evoprompt.evolve, recipe="best-of-n"))
    monkeypatch.setattr(demo, "CALLS", 400)


@pytest.mark.usefixtures("small_demo")
def test_the_demo_replaces_an_earlier_demo_and_writes_record_and_picture() -> None:
    for seed in (0, 1):
        result = _call("demo", "--seed", seed, "--n-jobs", 2)
        assert result.exit_code == 0, result.output
        assert "wrote runs/demo/record.jsonl\nwrote runs/demo/fitness.png" in result.stdout
        assert Record.read("runs/demo").lines[0]["seed"] == seed


@pytest.mark.usefixtures("small_demo")
def test_the_demo_never_replaces_another_run(data: Path) -> None:
    _run(data, "--out", "mine")
    before = Path("mine/record.jsonl").read_bytes()
    _refused(_call("demo", "--out", "mine"), "mine holds the record of another run")
    assert Path("mine/record.jsonl").read_bytes() == before


@pytest.mark.usefixtures("small_demo")
def test_an_earlier_demo_stays_where_the_model_cannot_be_had(toy: Toy) -> None:
    _call("demo")
    before = Path("runs/demo/record.jsonl").read_bytes()

    def prepare() -> None:
        raise ModelUnavailable("no network")

    toy.prepare = prepare  # type: ignore[attr-defined]
    _refused(_call("demo"), "no network", code=1)
    assert Path("runs/demo/record.jsonl").read_bytes() == before


@pytest.mark.usefixtures("small_demo")
def test_the_demo_leaves_other_files_of_its_folder_alone() -> None:
    _call("demo")
    Path("runs/demo/notes.txt").write_text("mine")
    _call("demo")
    assert Path("runs/demo/notes.txt").read_text() == "mine"


@pytest.mark.usefixtures("small_demo")
def test_ctrl_c_in_the_demo_gives_130(monkeypatch: pytest.MonkeyPatch) -> None:
    _interrupt_after(monkeypatch, generations=1)
    assert _call("demo").exit_code == 130
    _interrupt_after(monkeypatch, generations=0)
    _refused(_call("demo"), "interrupted", code=130)


# The console


def test_the_bare_command_and_help_show_the_commands() -> None:
    assert _call().stdout == _call("--help").stdout
    for name in ("demo", "run", "operators", "recipes", "show", "plot"):
        assert name in _call("--help").stdout


def test_the_version_is_shown() -> None:
    assert _call("--version").stdout == f"evoprompt, version {evoprompt.__version__}\n"


def test_help_imports_neither_litellm_nor_matplotlib() -> None:
    code = (
        "import sys, evoprompt.cli\n"
        "try: evoprompt.cli.main()\n"
        "except SystemExit: pass\n"
        "print(sorted({'litellm', 'matplotlib', 'xllamacpp'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "--help"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.endswith("[]\n")


def test_a_closed_pipe_is_silent() -> None:
    code = f"import evoprompt; evoprompt.__path__.append({str(ROOT)!r}); from evoprompt.cli import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "operators"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.stderr.close()
    process.wait(60)


# The first request, and the prompt applied


def test_a_dry_run_shows_the_first_request(data: Path, toy: Toy) -> None:
    result = _run(data, "--dry-run")
    assert result.exit_code == 0
    assert result.stdout.startswith("The first request:\n  [text to continue]\n  Sort it.\n\n  Text: mail ")
    chat = _run(data, "--dry-run", "--format", "chat")
    assert chat.stdout.startswith("The first request:\n  [user]\n  Sort it.\n\n  Text: mail ")
    assert toy.answered == 0


def test_apply_writes_the_answers_of_the_winner_to_a_table(data: Path, toy: Toy) -> None:
    _run(data)
    toy.answered = 0
    result = _call("apply", "runs/mails", data)
    assert result.exit_code == 0, result.output
    assert result.stdout.endswith(f"wrote {data.with_name('mails-answers.csv')}\n")
    assert "100 of 100 rows answered; 100 calls" in result.stdout
    with open("mails-answers.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["text", "label", "answer", "note"]
    assert {row["answer"] for row in rows} <= {"ham", "spam"}
    tested = json.loads(Path("runs/mails/record.jsonl").read_text().splitlines()[-2])
    assert tested["kind"] == "test"
    assert toy.answered == 100
    assert [*Path().glob("*.sqlite*")] == []
    assert _call("apply", "runs/mails/prompt.json", data).stdout.endswith("mails-answers-2.csv\n")


def test_apply_pays_for_no_row_twice_after_a_failure(data: Path, toy: Toy) -> None:
    _run(data)
    toy.answered, toy.fails_after = 0, 60
    failed = _call("apply", "runs/mails", data, "-o", "out.jsonl")
    assert failed.exit_code == 1
    assert not Path("out.jsonl").exists()
    toy.fails_after = 10**9
    assert _call("apply", "runs/mails", data, "-o", "out.jsonl").exit_code == 0
    assert toy.answered == 101  # the one that failed is asked again
    rows = [json.loads(line) for line in Path("out.jsonl").read_text().splitlines()]
    assert len(rows) == 100 and {"text", "label", "answer", "note"} == set(rows[0])


def test_a_column_named_answer_stays_as_it_is(data: Path, toy: Toy) -> None:
    _run(data)
    Path("new.csv").write_text("text,answer\nkind mail,mine\n")
    assert _call("apply", "runs/mails", "new.csv").exit_code == 0
    assert Path("new-answers.csv").read_text().splitlines()[0] == "text,answer,answer_2,note"


def test_apply_says_what_is_wrong_in_one_sentence_and_asks_nobody(data: Path, toy: Toy) -> None:
    _refused(_call("apply", "runs/nowhere", data), "runs/nowhere")
    _run(data)
    toy.answered = 0
    Path("new.csv").write_text("txt\nkind mail\n")
    _refused(_call("apply", "runs/mails", "new.csv"), "new.csv line 2: no field 'text', which the prompt shows")
    _refused(_call("apply", "runs/mails", data, "-o", "out.txt"), "out.txt", ".csv or .jsonl")
    _refused(_call("apply", "runs/mails", data, "-o", data), "is the data itself")
    assert toy.answered == 0


class Silent(Toy):
    def complete(self, request: Request) -> Completion:
        super().complete(request)
        return Completion("<think>\x1b[31mWell,", 10, 256, cut=True)


def test_a_broken_set_up_ends_with_two_and_shows_request_answer_and_reason(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = Silent()
    monkeypatch.setattr("evoprompt.cli.asked.as_model", lambda name, **options: model)
    result = _run(data, "--scorer", "choice")
    assert result.exit_code == 2 and result.stdout == "" and model.answered == 8
    _, first, *lines = result.stderr.splitlines()
    assert first.startswith("evoprompt: the set-up seems broken: 8 of 8 answers to the seed prompts are cut off at 256")
    assert "--no-setup-check --out runs/mails goes on all the same" in first
    shown = "\n".join(lines)
    assert "Text: mail" in shown and "<think>\\x1b[31mWell," in shown and "names none of the labels" in shown
    assert "\x1b" not in result.stderr
    assert "are cut off at 256 tokens" in _call("show", "runs/mails").stdout

    mended = _run(data, "--scorer", "choice", "--max-tokens", "300")  # is another run, in a folder of its own
    assert "runs/mails holds a run" not in mended.stderr
    assert (data.parent / "runs" / "mails-2").exists()
    assert _run(data, "--scorer", "choice", "--no-setup-check", "--out", "runs/mails").exit_code == 0
