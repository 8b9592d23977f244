"""`evoprompt show` with its options: what the winner gets wrong, what became of the seed, and all of it as JSON."""

from __future__ import annotations

import json
import re

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from toys import ToyModel, cheap, run, started, toy_task

from evoprompt.cli import cli
from evoprompt.models.model import Completion
from evoprompt.plan.budget import Budget
from evoprompt.plots.difference import GREEN, PLAIN, RED, report_difference, words_changed
from evoprompt.plots.failures import failures
from evoprompt.plots.report import report
from evoprompt.plots.summary import summary
from evoprompt.storage.record import Record, encode

BUDGET = Budget(calls=900)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("run")
    run(toy_task(80), budget=BUDGET, run_dir=made)
    return made


@pytest.fixture(scope="module")
def result():
    return run(toy_task(80), budget=BUDGET)


def shown(*arguments) -> str:
    made = CliRunner().invoke(cli, ["show", *map(str, arguments)])
    assert made.exit_code == 0, made.output
    return made.stdout


def test_show_failures_has_every_dev_example_the_winner_gets_wrong(folder, result):
    wrong = {answer.example.id: answer for answer in result.dev.answers if not answer.score.correct}
    found = failures(Record.read(folder))
    assert {each["id"] for each in found} == set(wrong)
    for each in found:
        answer = wrong[each["id"]]
        assert each["fields"] == answer.example.fields
        assert (each["target"], each["output"], each["reason"]) == (
            answer.example.target,
            answer.output,
            answer.score.reason,
        )
    text = shown(folder, "--failures")
    assert text.startswith(f"The winner gets {len(wrong)} of 40 dev examples wrong.")
    assert text.count("reason: answered ") == len(wrong)


@pytest.mark.usefixtures("small_budgets")
def test_a_winner_without_failures_says_so():
    class Perfect(ToyModel):
        def complete(self, request):
            if request.text.startswith("Rewrite: "):
                return super().complete(request)
            number = re.findall(r"Number: (\d+)", request.text)[-1]
            return Completion(("even", "odd")[int(number) % 2])

    from evoprompt.plots.failures import report_failures

    made = run(toy_task(40), model=Perfect(), budget=Budget(calls=200))
    assert report_failures(made.record) == "The winner gets all of the 20 dev examples right."


def test_an_unfinished_record_has_a_sentence_instead_of_failures(tmp_path):
    with started(toy_task(40), run_dir=tmp_path) as loop:
        loop.tell(loop.evaluate(loop.bear(loop.ask())))
    made = CliRunner().invoke(cli, ["show", str(tmp_path), "--failures"])
    assert made.exit_code != 0
    assert "the record has no answers to show, for the run is not at its end" in made.stderr
    assert summary(Record.read(tmp_path))["failures"] is None


def test_show_diff_goes_from_the_seed_to_the_winner(folder, result):
    text = shown(folder, "--diff")
    assert text.startswith("instruction:\n")
    marked = "".join(line[2:] for line in text.splitlines()[1:])
    assert taken(marked) == result.seed.genome["instruction"]
    assert put_in(marked) == result.best.genome["instruction"]
    assert "\x1b" not in text


def taken(marked: str) -> str:
    """The text before."""
    return re.sub(r"\{\+.*?\+\}", "", marked, flags=re.DOTALL).replace("[-", "").replace("-]", "")


def put_in(marked: str) -> str:
    """The text after."""
    return re.sub(r"\[-.*?-\]", "", marked, flags=re.DOTALL).replace("{+", "").replace("+}", "")


words = st.text(st.sampled_from("ab .\n,é漢"), max_size=30)


@cheap
@given(words, words)
def test_both_texts_can_be_read_out_of_their_difference(before, after):
    marked = words_changed(before, after)
    assert (taken(marked), put_in(marked)) == (before, after)


def test_equal_texts_have_no_marks():
    assert words_changed("Say it.", "Say it.") == "Say it."
    assert words_changed("Say it.", "Say so.") == "Say [-it-]{+so+}."


def test_on_a_terminal_what_is_gone_is_red_and_what_is_new_is_green(result):
    plain, coloured = report_difference(result.record), report_difference(result.record, coloured=True)
    assert RED in coloured or GREEN in coloured
    assert re.sub(r"\x1b\[\d+m", "", coloured) == plain
    for line in coloured.splitlines():
        assert not re.search(r"\x1b\[3[12]m[^\x1b]*$", line)  # no colour runs on
    assert coloured.count(PLAIN) >= 1


def test_a_prompt_cannot_steer_the_terminal_through_the_difference(tmp_path, result):
    lines = result.record.lines
    for line in lines:
        if line["kind"] == "birth" and line["child"] == result.best.genome.id:
            line["genome"]["genes"]["instruction"] = "Red \x1b[31m alert \x07"
    path = tmp_path / "record.jsonl"
    path.write_bytes(b"".join(map(encode, lines)))
    assert not re.search(r"[\x00-\x09\x0b-\x1f]", report_difference(Record.read(path)))


def test_show_json_says_what_the_report_says(folder, result):
    data = json.loads(shown(folder, "--json"))
    assert list(data) == [
        "task", "recipe", "models", "budget", "seed", "status", "stopped", "generations", "final", "seed_prompt",
        "best_prompt", "difference", "test", "verdict", "births", "refused", "usage", "failures",
    ]  # fmt: skip
    assert data["status"] == "finished"
    assert data["best_prompt"] == result.best.genome.to_json()
    assert data["test"]["gain"] == result.test.comparison.to_json()
    assert (data["test"]["n"], data["test"]["unit"]) == (20, "accuracy")
    assert data["verdict"] == {**result.conclusion.to_json(), "is_proven": result.is_proven}
    assert report(result.record).endswith(data["verdict"]["sentence"])
    assert data["usage"]["test"]["calls"] == result.usage["test"].calls
    assert [row["best"] for row in data["generations"]] == [row.best for row in result.history]


def test_show_json_of_a_run_that_evaluated_nothing_yet(tmp_path):
    started(toy_task(40), run_dir=tmp_path).close()
    data = json.loads(shown(tmp_path, "--json"))
    assert (data["status"], data["best_prompt"], data["test"], data["usage"]) == ("unfinished", None, None, None)
    assert data["verdict"]["kind"] == "untested"
