from __future__ import annotations

import json
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from toys import SEEDS, ToyModel, cheap, logprob_task, run, toy_task

import evoprompt as ep
from evoprompt.benchmarks.stub_server import Reply
from evoprompt.genome import Genome, Shot
from evoprompt.models.hosted.litellm_model import LiteLLM
from evoprompt.models.model import Completion, ModelUnavailable, Refused
from evoprompt.storage.record import FILE
from evoprompt.tasks.example import Example
from evoprompt.tasks.layout import Turn
from evoprompt.tasks.prompt import Prompt
from evoprompt.tasks.scoring.scorers import Choice, LabelProbability, exact_match
from evoprompt.tasks.task import Task
from evoprompt.text.template import Template

texts = st.text(st.sampled_from("{}ab \n\"'\\é猫[]:"), max_size=12)
SHOTS = (Shot((("text", 'a "b" {c}'),), "positive"), Shot((("text", "{text}"),), "negative", "Hm."))


def reviewing(template='{instruction} Answer as {{"label": ...}}.\n\nReview: {text}', **settings):
    dev = (Example("1", {"text": "good {one}", "title": "t"}, "positive"),)
    return Task(template, Choice(("positive", "negative")), dev=dev, **settings)


class Says:
    """Answers by a function of the request."""

    name = "says"

    def __init__(self, say):
        self.say, self.requests = say, []

    def complete(self, request):
        self.requests.append(request)
        said = self.say(request)
        if isinstance(said, Exception):
            raise said
        return said if isinstance(said, Completion) else Completion(said)


# The whole prompt


@pytest.mark.usefixtures("small_budgets")
def test_the_prompt_of_a_result_is_all_that_the_model_reads():
    result = run(toy_task(80), budget=ep.Budget(calls=400))
    shown = replace(result, best=replace(result.best, genome=result.best.genome.with_shots(toy_shots())))
    example = result.task.dev[0]
    request = result.task.render(shown.best.genome, example)
    assert shown.messages(**example.fields) == [{"role": turn.role, "content": turn.text} for turn in request.messages]
    assert [turn["role"] for turn in shown.messages(number=3)] == ["user", "assistant", "user", "assistant", "user"]
    assert "Number: 6\nAnswer:" in shown.prompt and "[assistant]\neven" in shown.prompt
    assert shown.prompt.format(**example.fields) == shown.text(**example.fields)
    assert shown.instruction == result.best.genome["instruction"]


def toy_shots():
    return [Shot((("number", "6"),), "even"), Shot((("number", "7"),), "odd")]


@cheap
@given(gene=texts, text=texts, shot=texts, target=texts.filter(str.strip))
def test_what_is_saved_and_loaded_sends_the_very_same_request(tmp_path, gene, text, shot, target):
    task = reviewing(system="You {{judge}} {title}.")
    genome = Genome(gene or "x", shots=[Shot((("text", shot),), target), *SHOTS])
    example = Example("9", {"text": text, "title": shot}, "positive")
    loaded = ep.load(task.prompt(genome, model="m").save(tmp_path / "prompt.json"))
    assert loaded == task.prompt(genome, model="m")
    assert loaded.request(example.fields) == task.render(genome, example)
    assert loaded.text(**example.fields) == str(loaded).format(**example.fields)


@cheap
@given(texts, texts)
def test_a_text_to_continue_is_saved_and_loaded_too(tmp_path, gene, text):
    task = reviewing("{instruction}\n\nReview: {text}\nSentiment:", format="completion")
    genome = Genome(gene or "x", shots=SHOTS)
    loaded = ep.load(task.prompt(genome).save(tmp_path / "prompt.json"))
    example = Example("9", {"text": text, "title": ""}, "positive")
    assert loaded.request(example.fields) == task.render(genome, example)
    assert loaded.text(text=text) == task.render(genome, example).prompt
    with pytest.raises(ValueError, match=r"completion format.*send text\(\.\.\.\)"):
        loaded.messages(text=text)


def test_a_field_that_is_missing_is_named():
    prompt = reviewing().prompt(Genome("Judge."))
    with pytest.raises(TypeError, match="the prompt shows the fields text; missing: text"):
        prompt.messages(txt="good")
    with pytest.raises(ValueError, match="record 2: no field 'text', which the prompt shows; the fields are title"):
        prompt.apply([{"text": "good"}, {"title": "x"}], model=Says(lambda request: "positive"))


def test_values_that_are_no_texts_are_shown_as_data_is_read():
    prompt = Prompt((Turn("user", Template.parse("{a}|{b}|{c}")),))
    assert prompt.text(a=1, b=None, c=[1, "é"]) == '1||[1, "é"]'


# Applying


def test_a_saved_prompt_scores_on_new_rows_what_the_winner_scored(tmp_path):
    result = run(toy_task(80), budget=ep.Budget(calls=600), run_dir=tmp_path / "run")
    for prompt in (ep.load(result.save(tmp_path / "p" / "prompt.json")), ep.load(tmp_path / "run")):
        rows = [dict(example.fields) for example in result.task.test]
        answers = [each.answer for each in prompt.apply(rows, model=ToyModel())]
        hits = [said == example.target for said, example in zip(answers, result.task.test, strict=True)]
        assert sum(hits) / len(hits) == result.test.winner.accuracy


def test_labels_decided_by_calibrated_probability_are_decided_so_wherever_the_prompt_goes(tmp_path):
    result = run(logprob_task(80, calibrated=True), budget=ep.Budget(calls=600), run_dir=tmp_path / "run")
    assert result.dev.offsets
    for prompt in (ep.load(result.save(tmp_path / "prompt.json")), ep.load(tmp_path / "run")):
        assert prompt.offsets == result.dev.offsets
        applied = prompt.apply([example.fields for example in result.task.test], model=ToyModel())
        assert [each.answer for each in applied] == [answer.score.prediction for answer in result.test.winner.answers]
    plain = replace(prompt, offsets=()).apply([example.fields for example in result.task.test], model=ToyModel())
    assert [each.answer for each in plain] != [each.answer for each in applied]


def test_rows_come_from_any_table_and_answers_in_their_order(tmp_path):
    prompt = reviewing().prompt(Genome("Judge."))
    model = Says(lambda request: "negative" if "bad" in request.text else "positive")
    rows = [{"text": "good"}, {"text": "bad"}, {"text": "fine"}]
    (tmp_path / "rows.csv").write_text("text\ngood\nbad\nfine\n")
    for table in (rows, pd.DataFrame(rows), tmp_path / "rows.csv"):
        applied = prompt.apply(table, model=model, n_jobs=2)
        assert [each.answer for each in applied] == ["positive", "negative", "positive"]


def test_what_is_no_answer_comes_with_a_note():
    prompt = reviewing(max_tokens=7).prompt(Genome("Judge."))
    replies = [Refused("too rude"), "neither", Completion("It is", cut=True), "<think>bad?</think>positive"]
    model = Says(lambda request: replies.pop(0))
    applied = prompt.apply([{"text": "a"}] * 4, model=model, n_jobs=1)
    assert [each.answer for each in applied] == [None, None, None, "positive"]
    assert [each.note for each in applied[:3]] == [
        "refused: too rude",
        "none of the labels could be read",
        "cut off at 7 tokens",
    ]


def test_an_answer_that_is_any_text_comes_without_thoughts():
    task = Task("{instruction} {text}", exact_match, dev=reviewing().dev)
    (applied,) = task.prompt(Genome("Say")).apply(
        [{"text": "a"}], model=Says(lambda request: "<think>x</think>\nyes\n")
    )
    assert applied.answer == "yes" and applied.output == "<think>x</think>\nyes\n"


def test_answers_that_were_paid_for_are_not_asked_again_after_a_failure(tmp_path):
    prompt = reviewing().prompt(Genome("Judge."))
    model = Says(lambda request: ModelUnavailable("down") if "c" in request.text.rpartition(":")[2] else "positive")
    rows = [{"text": letter} for letter in "abcd"]
    with pytest.raises(ModelUnavailable):
        prompt.apply(rows, model=model, n_jobs=1, cache=tmp_path / "kept.sqlite")
    model.say = lambda request: "positive"
    before = len(model.requests)
    assert len(prompt.apply(rows, model=model, n_jobs=1, cache=tmp_path / "kept.sqlite")) == 4
    assert len(model.requests) - before == 2


def test_without_a_model_the_one_it_was_found_for_is_asked():
    prompt = reviewing().prompt(Genome("Judge."))
    with pytest.raises(ValueError, match=r"name the model that answers: apply\(rows, model=...\)"):
        prompt.apply([{"text": "a"}])
    with pytest.raises(ValueError, match="local/nobody"):
        replace(prompt, model="local/nobody").apply([{"text": "a"}])


def test_labels_are_decided_as_the_scorer_decides_them():
    task = Task("{instruction} {text}", LabelProbability(("a", "b"), calibrated=True), dev=(ex("x", "a"), ex("y", "b")))
    prompt = task.prompt(Genome("Say"), (0.0, -2.0))
    assert prompt.answer(Completion("", choice_logprobs=(-1.0, -2.0))) == "b"
    assert replace(prompt, offsets=()).answer(Completion("", choice_logprobs=(-1.0, float("-inf")))) == "a"
    with pytest.raises(ValueError, match="no log-probabilities"):
        prompt.answer(Completion("a"))


def ex(text, target):
    return Example(text, {"text": text}, target)


# What is no prompt


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("hello", "not a prompt that evoprompt saved"),
        ("[1]", "no prompt that evoprompt saved"),
        ('{"kind": "evoprompt prompt", "format": 9}', "format 9"),
        ('{"kind": "evoprompt prompt", "format": 1}', "no prompt that evoprompt saved"),
    ],
)
def test_a_file_that_is_no_prompt_is_refused_by_its_name(tmp_path, content, says):
    (tmp_path / "p.json").write_text(content)
    with pytest.raises(ValueError, match=says) as error:
        ep.load(tmp_path / "p.json")
    assert str(tmp_path / "p.json") in str(error.value)


@pytest.mark.usefixtures("small_budgets")
def test_a_run_that_evaluated_nothing_has_no_prompt_yet(tmp_path):
    run(toy_task(), budget=ep.Budget(calls=200), run_dir=tmp_path)
    head = (tmp_path / FILE).read_text().split("\n")[0]
    (tmp_path / FILE).write_text(head + "\n")
    with pytest.raises(ValueError, match="no prompt was evaluated yet"):
        ep.load(tmp_path)
    old = json.loads(head)
    del old["task"]["prompt"]
    (tmp_path / FILE).write_text(json.dumps(old) + '\n{"kind": "end", "best": "x"}\n')
    with pytest.raises(ValueError, match="an earlier version of evoprompt wrote this record"):
        ep.load(tmp_path)


# What is sent before anything is spent


@pytest.mark.parametrize(
    "settings",
    [{"template": "{instruction}\n\nText: {{number}}"}, {"template": "{instruction}\n\nText:", "system": "{{number}}"}],
)
def test_a_template_that_shows_nothing_of_an_example_is_refused_before_any_call(settings):
    model = Says(lambda request: "even")
    task = replace(toy_task(), **settings)
    with pytest.raises(ValueError, match=r"seed prompt 1: neither it nor the template shows.*doubled braces.*{number}"):
        ep.Evolution(task, SEEDS, model=model)
    assert model.requests == []


@pytest.mark.parametrize(("template", "seed"), [("{instruction}", "Is {number} odd?"), ("{instruction} {number}", "x")])
def test_a_field_may_be_shown_by_the_template_or_by_the_seed(template, seed):
    ep.Evolution(replace(toy_task(), template=template), seed, model=ToyModel()).close()


def test_a_seed_of_several_that_shows_nothing_is_named():
    task = replace(toy_task(), template="{instruction}")
    with pytest.raises(ValueError, match="seed prompt 2: neither it nor the template"):
        ep.Evolution(task, ["Is {number} odd?", "Is it odd?"], model=ToyModel())


def test_what_its_model_was_asked_with_travels_with_it(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(
        "evoprompt.tasks.prompt.as_model",
        lambda name, **given: asked.append((name, given)) or Says(lambda request: "positive"),
    )
    model = ep.LiteLLM("openai/some", extra={"top_k": 5, "api_version": "1", "extra_headers": {"x": "hush-hush-1"}})
    prompt = replace(reviewing().prompt(Genome("Judge."), model=model.name), arguments=model.settings)
    again = ep.load(prompt.save(tmp_path / "prompt.json"))
    assert again == prompt
    assert "hush" not in (tmp_path / "prompt.json").read_text()
    again.apply([{"text": "good"}])
    again.apply([{"text": "good"}], model="openai/other")
    assert asked == [
        ("openai/some", {"api_base": None, "extra": {"api_version": "1", "extra_headers": {}, "top_k": 5}}),
        ("openai/other", {}),
    ]
    old = {name: value for name, value in prompt.to_json().items() if name != "arguments"}
    assert ep.Prompt.from_json(old) == replace(prompt, arguments={})


def test_a_prompt_is_put_to_use_at_the_server_that_it_was_found_at_and_nowhere_else(
    tmp_path, server, no_keys_of_this_machine
):
    server.script(Reply("even"))
    model = LiteLLM("openai/mine", api_key="sk-any", api_base=server.api_base)
    found = run(toy_task(20), model=model, operator_model=ToyModel(), run_dir=tmp_path / "run")
    kept = found.save(tmp_path / "prompt.json")
    for prompt in (found.to_prompt(), ep.load(kept), ep.load(tmp_path / "run")):
        assert prompt.server == server.api_base
        before = len(server.requests)
        assert prompt.apply([{"number": "12"}])[0].answer == "even"
        assert len(server.requests) == before + 1


@pytest.mark.parametrize("address", ["http://bob:pw@127.0.0.1:1/v1", "http://127.0.0.1:1/v1?key=hidden-key-12345"])
def test_where_the_servers_address_held_a_secret_the_model_has_to_be_given(address):
    prompt = replace(
        toy_task().prompt(Genome("Say"), (), "openai/mine"), server=LiteLLM("openai/m", api_base=address).server
    )
    with pytest.raises(ValueError, match=r"the address at which 'openai/mine' was asked is not known here.*api_base="):
        prompt.apply([{"number": "12"}])


def test_an_answer_to_nothing_says_so():
    prompt = reviewing().prompt(Genome("Judge."))
    full, empty = prompt.apply([{"text": "good"}, {"text": " "}], model=Says(lambda request: "positive"))
    assert (full.note, empty.note) == ("", "nothing stands in text")
    assert empty.answer == "positive"
