"""Every snippet of the README runs: Python against a stand-in for the models, commands through the command line."""

from __future__ import annotations

import csv
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

import evoprompt.cli
import evoprompt.models.named
import evoprompt.run.evolution
import evoprompt.tasks.prompt
import evoprompt.tasks.task
from evoprompt.models.model import Completion
from evoprompt.search.recipe import known_recipes

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
RECIPES = dict(known_recipes())  # without those that the snippets register
TEAMS = ("account", "billing", "delivery", "technical")


class StandIn:
    """Answers every question about a message with a team, and every request for a prompt with one."""

    name = "local/stand-in"

    def complete(self, request):
        if not request.choices and "Message:" not in request.text:
            return Completion(f"<prompt>Name the right team, please, number {request.draw}.</prompt>", 9, 9)
        number = int(re.findall(r"number (\d+)", request.text)[-1]) if "number" in request.text else 0
        team = TEAMS[(number + (number % 3 == 0)) % 4]  # right two times of three
        logprobs = tuple(0.0 if choice == team else -2.0 for choice in request.choices)
        return Completion(team, 9, 1, choice_logprobs=logprobs or None)


def snippets(language):
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with the README's data, where no name of a model leads to a real one."""
    with (tmp_path / "messages.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "team"])
        writer.writerows([[f"message {'x' * i} number {i}", TEAMS[i % 4]] for i in range(120)])
    monkeypatch.chdir(tmp_path)
    asking = (evoprompt.run.evolution, evoprompt.models.named, evoprompt.tasks.task, evoprompt.tasks.prompt)
    for module in (*asking, evoprompt.cli.asked, evoprompt.cli.applying):
        monkeypatch.setattr(module, "as_model", lambda model, **_: StandIn())
    return tmp_path


def test_the_python_snippets_run_one_after_the_other(folder):
    shared = {"__name__": "readme"}
    blocks = snippets("python")
    assert len(blocks) >= 6
    for block in blocks:
        exec(compile(block, "README.md", "exec"), shared)
    assert shared["result"].test is not None
    assert [row.answer for row in shared["prompt"].apply([{"text": "x"}])] != [None]
    assert (folder / "fitness.png").stat().st_size > 5_000
    assert shared["small"].settings["population_size"] == 6
    assert shared["replies"].judge.name == "local/stand-in"
    assert shared["brief"]("the billing team", shared["task"].dev[0]) in (0.0, 1.0)
    assert shared["own"].name == "openai/my-model"


def test_the_script_has_ten_lines_and_the_operator_five():
    calls = [line for line in snippets("python")[0].splitlines() if line.strip() and not line.startswith((")", "    "))]
    operator = [line for line in snippets("python")[3].splitlines() if line.strip()]
    assert len(calls) <= 10
    assert len(operator) == 5


def test_the_commands_run(folder):
    lines = [line for block in snippets("bash") for line in block.splitlines() if line.startswith("evoprompt ")]
    assert len(lines) == 8
    for line in lines:
        outcome = CliRunner().invoke(evoprompt.cli.cli, shlex.split(line)[1:])
        assert outcome.exit_code == 0, f"{line}: {outcome.output}"
    assert (folder / "runs/messages/record.jsonl").exists()


def test_the_make_targets_exist():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"`?make ([a-z-]+)", TEXT):
        assert f"\n{target}:" in makefile


def test_the_table_names_every_recipe_with_its_source():
    for name, recipe in RECIPES.items():
        assert f"| `{name}` |" in TEXT
        if "arXiv" in recipe.source:
            assert recipe.source.split("arXiv ")[1].split(",")[0] in TEXT


def test_every_file_it_points_to_is_there():
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", TEXT):
        assert (ROOT / target).exists(), target
