"""What users write at the door: taken where its meaning is plain, else one sentence before anything is spent."""

from __future__ import annotations

import importlib
import inspect
import subprocess
import sys
from dataclasses import MISSING, dataclass, fields
from pathlib import Path

import joblib
import numpy as np
import pytest
from toys import LABELS, TEMPLATE, ToyModel, Watched, started, toy_recipe, toy_task
from toys import run as toy_run

import evoprompt as ep
from evoprompt.models.parallel import jobs_at_once
from evoprompt.tasks.scoring.scorer_names import PLAIN
from evoprompt.tasks.task_settings import TaskSettings

# The package has functions of these names.
operator_module, recipe_module = (
    importlib.import_module(f"evoprompt.{name}") for name in ("variation.operator", "search.recipe")
)
ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _nothing_stays_registered(monkeypatch):
    """What a test here registers is forgotten after it."""
    for registry in (operator_module._OPERATORS, recipe_module._RECIPES):
        registry.all()
        monkeypatch.setattr(registry, "_known", dict(registry._known))


def genes_of(seeds, **settings):
    return [dict(genome.genes) for genome in started(toy_task(**settings), seeds=seeds).seeds]


# Seed prompts


def test_a_mapping_is_a_genome_and_no_list_of_words():
    assert genes_of({"instruction": "Even or odd?"}) == [{"instruction": "Even or odd?"}]


def test_several_mappings_texts_and_genomes_are_several_seed_prompts():
    given = [{"instruction": "Even or odd?"}, "Which?", ep.Genome("Say it.")]
    assert [genes["instruction"] for genes in genes_of(given)] == ["Even or odd?", "Which?", "Say it."]


def test_what_a_genome_was_written_as_and_what_holds_one_are_seed_prompts():
    genome = ep.Genome("Even or odd?", hidden={"style": "terse"})
    assert started(seeds=[genome.to_json(), ep.Individual(genome)]).seeds == (genome, genome)


@pytest.mark.parametrize("seeds", [5, None, Path("prompt.txt"), [b"Even or odd?"], [["Even or odd?"]]])
def test_what_is_no_seed_prompt_is_said_so(seeds):
    with pytest.raises(TypeError, match="a seed prompt is a text, a mapping from the names of genes to their texts"):
        started(seeds=seeds)


def test_a_mapping_with_an_unknown_gene_or_a_number_is_refused():
    with pytest.raises(
        ValueError,
        match="seed prompt 1: there is no gene 'instruction', which the template shows; there is 'instructions'",
    ):
        started(seeds={"instructions": "Even or odd?"})
    with pytest.raises(TypeError, match="gene 'instruction' must be a text"):
        started(seeds={"instruction": 3})


# Decorators


def test_a_recipe_needs_no_parentheses():
    @ep.recipe
    def bare_recipe(start):
        """Bare."""
        return toy_recipe().function(start)

    assert isinstance(bare_recipe, ep.Recipe)
    assert ep.get_recipe("bare-recipe") is bare_recipe
    assert toy_run(recipe="bare-recipe").best.score > 0


def test_an_operator_needs_no_parentheses():
    @ep.operator
    def bare_operator(parents, context):
        """Bare."""
        return parents[0].genome

    assert isinstance(bare_operator, ep.Operator)
    assert (bare_operator.name, bare_operator.parents, bare_operator.calls) == ("bare-operator", 1, 1)


def test_a_decorator_given_something_else_says_what_it_takes():
    with pytest.raises(TypeError, match=r"an operator is made from a function, got 'shout'; its name goes in as name="):
        ep.operator("shout")
    with pytest.raises(TypeError, match="a recipe's name must be a text"):
        ep.recipe(5)
    with pytest.raises(ValueError, match="calls must be a number from 0"):
        ep.operator(calls=True)
    assert type(ep.operator(calls=np.int64(2), name="counted")(lambda parents, context: None).calls) is int


# Budget and numbers


@pytest.mark.parametrize("budget", [400, np.int64(400), ep.Budget(calls=np.int32(400))])
def test_a_budget_is_a_number_of_calls_too(budget):
    made = started(budget=budget).ledger.budget
    assert made == ep.Budget(calls=400)
    assert type(made.calls) is int


@pytest.mark.parametrize("budget", ["2000", 2000.0, True, {"calls": 3}])
def test_what_is_no_budget_is_said_so(budget):
    with pytest.raises(TypeError, match=r"a budget is a whole number of calls, or a Budget such as Budget\(calls="):
        started(budget=budget)


def test_numbers_of_numpy_are_money_and_time():
    made = ep.Budget(dollars=np.float32(0.5), seconds=np.int64(3))
    assert made.to_json() == {"dollars": 0.5, "seconds": 3}
    assert {type(each) for each in made.to_json().values()} == {float, int}


def test_numbers_of_numpy_are_sizes_of_splits():
    plain = toy_task(train=4, dev=10, test=0.25)
    assert toy_task(train=np.int64(4), dev=np.int32(10), test=np.float32(0.25)) == plain


def test_numbers_of_numpy_are_a_seed_jobs_and_tokens():
    task = toy_task(max_tokens=np.int64(9), max_length=np.int16(900), seed=np.int64(1))
    assert type(task.max_tokens) is int
    made = toy_run(task, seed=np.int64(3), n_jobs=np.int64(2), max_refused=np.float32(0.25))
    plain = toy_run(toy_task(max_tokens=9, max_length=900, seed=1), seed=3)
    assert made.best == plain.best
    assert made.record.head["seed"] == 3


def test_settings_of_numpy_reach_recipe_and_operator_as_plain_numbers():
    made = ep.get_recipe("best-of-n").using(batch=np.int64(3), temperature=np.float32(0.5))
    assert made.to_json()["settings"] == {"batch": 3, "temperature": 0.5}


@pytest.mark.parametrize("n_jobs", [2.5, 0, True, "4", 10**6])
def test_a_number_of_jobs_that_none_can_be_is_refused(n_jobs):
    with pytest.raises(ValueError, match="n_jobs must be a whole number, at least 1 and at most 1,000"):
        started(n_jobs=n_jobs)


@pytest.mark.parametrize("seed", [1.5, None, "one", True])
def test_a_seed_that_is_no_whole_number_is_refused(seed):
    with pytest.raises(ValueError, match="seed must be a whole number"):
        started(seed=seed)


def test_other_arguments_of_a_run_are_checked_before_it_begins(tmp_path):
    for wrong, message in (
        ({"recipe": toy_recipe}, "a recipe is its name, or what @recipe makes"),
        ({"toolbox": {}}, "toolbox must be a deap.base.Toolbox"),
        ({"model": 5}, "a model is a name such as"),
    ):
        with pytest.raises(TypeError, match=message):
            started(**wrong)
    for wrong, message in (
        ({"max_refused": "0.1"}, "max_refused must be from 0 to 1"),
        ({"on_error": "Zero"}, "on_error must be"),
        ({"run_dir": ""}, "run_dir names no folder"),
    ):
        with pytest.raises(ValueError, match=message):
            started(**wrong)
    with pytest.raises(TypeError, match=r"a run needs a Task, such as Task.from_csv"):
        ep.evolve("mails.csv", "Sort.", model=ToyModel())


# Names


def test_an_unknown_option_is_one_sentence_with_the_closest_known_one():
    for call, name, meant in (
        (lambda: toy_task(max_token=3), "max_token", "max_tokens"),
        (lambda: ep.Task(TEMPLATE, ep.exact_match, protect=()), "protect", "protected"),
        (lambda: toy_run(njobs=3), "njobs", "n_jobs"),
        (lambda: started(models=3), "models", "model"),
        (lambda: ep.Budget(call=3), "call", "calls"),
        (lambda: ep.as_model("openai/x", time_out=3), "time_out", "timeout"),
        (lambda: ep.LiteLLM("openai/x", time_out=3), "time_out", "timeout"),
        (lambda: ep.Judge("openai/x", "Good?", scales=3), "scales", "scale"),
        (lambda: ep.Minibatch(3, redrawn=True), "redrawn", "redraw"),
        (lambda: ep.LabelProbability(LABELS, calibrate=True), "calibrate", "calibrated"),
    ):
        with pytest.raises(TypeError, match=f"no argument '{name}'; did you mean '{meant}'\\? Known: "):
            call()


@pytest.mark.parametrize("loader", ["from_file", "from_csv", "from_jsonl"])
def test_an_unknown_option_of_a_loader_is_said_before_the_file_is_missed(loader, tmp_path):
    with pytest.raises(TypeError, match="no argument 'shot'"):
        getattr(ep.Task, loader)(tmp_path / "none.csv", template=TEMPLATE, target="label", shot="x")


# Scorers


@pytest.mark.parametrize("name", PLAIN)
def test_a_scorer_is_named_as_on_the_command_line(name):
    rows = [{"number": i, "label": str(i)} for i in range(40)]
    task = ep.Task.from_records(rows, template=TEMPLATE, target="label", scorer=name)
    assert task.scorer is PLAIN[name]
    assert ep.Task(TEMPLATE, name, dev=task.dev).scorer is PLAIN[name]


def test_a_scorer_by_label_takes_the_targets_as_labels():
    assert toy_task(scorer="choice").scorer == ep.Choice(LABELS)
    assert toy_task(scorer="label-probability").scorer == ep.LabelProbability(LABELS)
    assert toy_task(scorer="label-probability-calibrated").scorer == ep.LabelProbability(LABELS, calibrated=True)
    assert ep.Task(TEMPLATE, "auto", dev=toy_task().examples).scorer == ep.Choice(LABELS)


def test_an_unknown_scorer_is_one_sentence_with_the_known_ones():
    with pytest.raises(
        ValueError, match=r"task 'parity': no scorer named 'exatc'; did you mean 'exact'\? Known: auto, "
    ):
        toy_task(scorer="exatc")
    with pytest.raises(TypeError, match=r"a scorer is a function \(output, example\) -> Score"):
        toy_task(scorer=3)
    with pytest.raises(TypeError, match="a scorer is a function"):
        toy_task(scorer=ep.Choice)


# Lone texts


def test_a_lone_text_is_one_text_and_no_row_of_letters():
    task = toy_task(protected="pos", genes="instruction", stop="\n", optional="note")
    assert (task.protected, task.genes, task.stop) == (("pos",), ("instruction",), ("\n",))
    assert all(example.fields["note"] == "" for example in task.examples)


@pytest.mark.parametrize("name", ["protected", "genes", "stop"])
def test_something_else_than_texts_is_refused(name):
    with pytest.raises(TypeError, match=f"task 'parity': {name} must be a text or several, got 3"):
        toy_task(**{name: [3]})


def test_lists_of_examples_are_splits_and_anything_else_is_none():
    examples = list(toy_task().examples)
    task = ep.Task(TEMPLATE, "exact", dev=examples)
    assert task.dev == tuple(examples)
    assert hash(task.dev)
    with pytest.raises(
        TypeError, match="dev must hold examples, got {'number': 1}; Task.from_records reads other data"
    ):
        ep.Task(TEMPLATE, "exact", dev=[{"number": 1}])
    with pytest.raises(TypeError, match="dev must be examples, got 'dev.csv'"):
        ep.Task(TEMPLATE, "exact", dev="dev.csv")


@pytest.mark.parametrize("name", ["template", "name", "description", "system", "shot_template"])
def test_a_text_that_is_none_is_refused(name):
    with pytest.raises(TypeError, match=f"{name} must be a text, got 5"):
        ep.Task(**{"template": TEMPLATE, "scorer": "exact", "name": "t", name: 5})


# Signatures


def test_the_signature_of_every_loader_lists_all_settings_with_their_defaults():
    for name in ("from_file", "from_csv", "from_jsonl", "from_records"):
        parameters = inspect.signature(getattr(ep.Task, name)).parameters
        assert all(each.kind is not each.VAR_KEYWORD for each in parameters.values())
        assert {*TaskSettings.__annotations__, "template", "target"} < set(parameters)
        assert parameters["max_tokens"].default == 256
        assert parameters["dev"].default == 0.4
        assert "Sequence[str]" in str(parameters["protected"].annotation)


def test_every_attribute_of_a_task_is_a_setting_of_the_loaders():
    assert {each.name for each in fields(ep.Task)} - {"template"} <= set(TaskSettings.__annotations__)
    assert all(each.default is not MISSING for each in fields(ep.Task) if each.name not in ("template", "scorer"))


def test_a_type_checker_reports_a_misspelt_keyword(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import evoprompt as ep\n"
        'task = ep.Task.from_csv("a.csv", template="{instruction} {text}", target="label", max_token=3)\n'
        'task = ep.Task.from_csv("a.csv", template="{instruction} {text}", target="label", max_tokens="3")\n'
        'task = ep.Task.from_csv("a.csv", template="{instruction} {text}", target="label", scorer="exact", dev=0.5)\n'
        'model = ep.as_model("openai/x", time_out=3)\n'
        'result = ep.evolve(task, {"instruction": "Go."}, model=model, budget=200, n_job=3)\n'
        'result.plot("a.png", x="calls", hight=3)\n'
        "@ep.operator\ndef mine(parents: object, context: ep.Context) -> ep.Genome: ...\n"
        "reveal_type(mine)\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--cache-dir", str(tmp_path / "cache"), "--follow-imports=silent", str(script)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    said = [line.split(":", 1)[1] for line in done.stdout.splitlines() if line.startswith(str(script))]
    assert [line.split(":")[0] for line in said if "error" in line and "empty-body" not in line] == list("23567"), done
    assert 'did you mean "max_tokens"?' in said[0]
    assert any("Revealed type" in line and "Operator" in line for line in said)


# Jobs


def at_once(model, **settings):
    blocks = started(model=model, **settings)._blocks
    return jobs_at_once(blocks.n_jobs, blocks.usual_jobs)


def test_a_model_behind_a_server_gets_eight_calls_at_once_and_any_other_one():
    assert at_once(ep.LiteLLM("openai/x")) == 8
    assert at_once(ToyModel()) == 1
    assert at_once(ep.LiteLLM("openai/x"), n_jobs=2) == 2


def test_what_joblib_was_told_wins_over_the_usual_number():
    with joblib.parallel_config(n_jobs=1):
        assert at_once(ep.LiteLLM("openai/x")) == 1
    with joblib.parallel_config(backend="threading", n_jobs=3):
        assert at_once(ep.LiteLLM("openai/x")) == 3
    with joblib.parallel_config(backend="loky"):
        assert at_once(ep.LiteLLM("openai/x")) == 1


@pytest.mark.usefixtures("small_budgets")
def test_eight_jobs_are_really_at_work_together():
    import threading

    gate = threading.Barrier(8, timeout=20)
    seen = []

    def wait(number, request):
        if number <= 8:
            seen.append(gate.wait())

    watched = Watched(on_call=wait)

    @dataclass(frozen=True)
    class Busy(ep.LiteLLM):
        def complete(self, request):
            return watched.complete(request)

    toy_run(model=Busy("openai/x"), operator_model=ToyModel(), budget=200)
    assert sorted(seen) == list(range(8))


def test_a_mapping_without_the_templates_gene_is_told_what_is_there():
    with pytest.raises(ValueError, match="there is no gene 'instruction', which the template shows; there is 'prompt'"):
        genes_of({"prompt": "Even or odd?"})


def test_a_class_of_models_is_no_model():
    with pytest.raises(TypeError, match=r"a model is a name such as .* or has name and complete\(\)"):
        started(model=ToyModel)


@dataclass
class Served(ToyModel):
    """A model of the user's own, which knows where it is asked."""

    server: object = None


@pytest.mark.parametrize("server", [object(), "http://me:hunter2secret@host/v1"])
def test_what_a_users_model_calls_its_server_is_kept_where_it_is_an_address_without_a_secret(server, tmp_path):
    result = toy_run(model=Served(server=server), run_dir=tmp_path / "run")
    assert result.server in (None, "")
    assert not any(b"hunter2" in each.read_bytes() for each in (tmp_path / "run").iterdir())
