"""Operators ask for a JSON object where the model is known to write one, and for a text everywhere else."""

from __future__ import annotations

import json
import pickle

import pytest
from serving import TASK, run_at, served
from toys import at_once, individual

from evoprompt import litellm_schema
from evoprompt.allowance import Allowance, granted
from evoprompt.benchmarks.stub_server import Reply
from evoprompt.cli.given import arguments_given, settings_of
from evoprompt.genome import Genome
from evoprompt.individual import Individual
from evoprompt.litellm_model import LiteLLM
from evoprompt.model import Abandoned, Completion, ModelUnavailable, Refused, Request, Schema, chat
from evoprompt.models import as_model
from evoprompt.operator import Birth, NoChild, bear, get_operator, known_operators
from evoprompt.operators import evoprompt_de
from evoprompt.operators.plain import paraphrase
from evoprompt.reading import first_item, tagged, whole
from evoprompt.recipe import get_recipe

pytestmark = pytest.mark.usefixtures("no_keys_of_this_machine")
PROMPT = Schema.of(prompt="The new prompt.")
ASKED = Request(messages=chat("Reword it."), schema=PROMPT)
KNOWN = "openai/gpt-4o-mini"  # to litellm, as one that writes JSON by a schema
UNKNOWN = "openai/mine"
GIVEN = Genome({"instruction": "Say whether the number is even or odd."})
PARENT = Individual(GIVEN)
CHILD = "Decide whether the number is even or odd."
NO_FORMAT = Reply(status=400, error="Invalid parameter: 'response_format' of type 'json_schema' is not supported")


@pytest.fixture(autouse=True)
def nothing_is_remembered(monkeypatch):
    monkeypatch.setattr(litellm_schema, "_refused", set())


@pytest.fixture
def model(server):
    return LiteLLM(KNOWN, api_base=server.api_base, api_key="none", sleep=at_once)


def bodies(server):
    return [each["body"] for each in server.requests]


def formats(server):
    return ["response_format" in body for body in bodies(server)]


# The request


def test_a_request_without_a_schema_has_the_digest_that_stores_and_caches_know():
    assert Request(messages=chat("Is it good?")).digest == "e39de50132be5967cdc52c35adbf0580"


def test_a_schema_shapes_the_answer_and_so_the_digest():
    plain = Request(messages=chat("Reword it."))
    other = Request(messages=chat("Reword it."), schema=Schema.of(prompt="Another."))
    assert len({plain.digest, ASKED.digest, other.digest}) == 3
    assert hash(ASKED) == hash(Request(messages=chat("Reword it."), schema=Schema.of(prompt="The new prompt.")))


def test_a_schema_is_an_object_of_texts_in_order():
    schema = Schema.of(steps="The steps.", prompt="The outcome.").to_json()
    assert list(schema["properties"]) == schema["required"] == ["steps", "prompt"]
    assert (schema["type"], schema["additionalProperties"]) == ("object", False)
    assert schema["properties"]["prompt"] == {"type": "string", "description": "The outcome."}


def test_a_schema_without_fields_and_one_for_a_completion_are_refused():
    with pytest.raises(ValueError, match="at least one field"):
        Schema.of()
    with pytest.raises(ValueError, match="chat format"):
        Request(prompt="Reword it:", schema=PROMPT)


# What is sent


def test_a_schema_is_sent_where_litellm_knows_that_the_model_takes_one(server, model):
    model.complete(ASKED)
    (body,) = bodies(server)
    assert body["response_format"]["type"] == "json_schema"
    assert body["response_format"]["json_schema"]["schema"] == PROMPT.to_json()
    assert body["response_format"]["json_schema"]["strict"] is True
    assert body["messages"] == [{"role": "user", "content": "Reword it."}]


def test_a_request_without_a_schema_is_sent_as_before(server, model):
    model.complete(Request(messages=chat("Reword it.")))
    assert formats(server) == [False]


@pytest.mark.parametrize(
    ("name", "settings", "takes"),
    [
        (KNOWN, {}, True),
        (KNOWN, {"structured": False}, False),
        (KNOWN, {"extra": {"response_format": {"type": "text"}}}, False),
        (UNKNOWN, {}, False),
        (UNKNOWN, {"structured": True}, True),
        ("openai/gpt-3.5-turbo", {}, False),
        ("nobody/knows", {}, False),
    ],
)
def test_a_model_takes_a_schema_by_litellms_list_unless_the_user_says_otherwise(server, name, settings, takes):
    model = LiteLLM(name, api_base=server.api_base, api_key="none", **settings)
    assert model.takes_schema is takes
    assert pickle.loads(pickle.dumps(model)).takes_schema is takes


@pytest.mark.parametrize(("said", "takes"), [("structured=false", False), ("structured=True", True)])
def test_the_command_line_has_the_switch_too(said, takes):
    settings = settings_of(KNOWN, "--model-arg", arguments_given("--model-arg", [said, "top_k=5"]), {})
    model = as_model(KNOWN, **settings)
    assert (model.takes_schema, model.extra) == (takes, {"top_k": 5})


def test_a_switch_that_is_neither_yes_nor_no_is_told_at_once():
    with pytest.raises(TypeError, match=r"structured must be True, False or None .* got 'maybe'"):
        LiteLLM(KNOWN, structured="maybe")


def test_the_identity_of_a_model_is_the_one_that_folders_and_caches_know():
    assert "structured" not in LiteLLM(KNOWN).identity
    assert LiteLLM(KNOWN, structured=False).identity == LiteLLM(KNOWN).identity


# A server that refuses it


@pytest.mark.parametrize("status", [400, 404, 422, 501])
def test_a_server_that_refuses_the_schema_is_asked_without_and_that_is_remembered(server, model, status):
    server.script(Reply(status=status, error=NO_FORMAT.error, times=1), Reply("ok"))
    assert (model.complete(ASKED).text, formats(server)) == ("ok", [True, False])
    model.complete(ASKED)
    LiteLLM(KNOWN, api_base=server.api_base, api_key="none").complete(ASKED)
    assert formats(server) == [True, False, False, False]
    assert model.takes_schema  # the request stays the same, and with it its digest


def test_the_second_asking_counts_as_a_call(server, model):
    server.script(Reply(status=400, error=NO_FORMAT.error, times=1), Reply("ok"))
    assert model.complete(ASKED).calls == 2


def test_the_second_asking_is_no_retry_of_the_first_and_needs_no_wait(server):
    server.script(Reply(status=400, error=NO_FORMAT.error, times=1), Reply("ok"))
    waits = []
    once = LiteLLM(KNOWN, api_base=server.api_base, api_key="none", retries=0, sleep=waits.append)
    assert (once.complete(ASKED).text, waits) == ("ok", [])


def test_a_budget_without_a_further_call_is_not_overdrawn(server, model):
    server.script(Reply(status=400, error=NO_FORMAT.error))
    with granted(Allowance(calls=0)), pytest.raises(Abandoned, match="no call left") as abandoned:
        model.complete(ASKED)
    assert (abandoned.value.calls, server.calls) == (1, 1)


def test_a_prompt_that_is_refused_either_way_says_nothing_about_the_schema(server, model):
    server.script(Reply(status=400, error="the prompt is odd", times=2), Reply("ok"))
    with pytest.raises(Refused, match="the prompt is odd") as refused:
        model.complete(ASKED)
    assert refused.value.calls == 2
    model.complete(ASKED)
    assert formats(server) == [True, False, True]


def test_a_content_filter_is_not_asked_twice(server, model):
    server.script(Reply(status=400, error="flagged by the content filter", error_code="content_filter"))
    with pytest.raises(Refused, match="content filter"):
        model.complete(ASKED)
    assert formats(server) == [True]


def test_a_wrong_key_is_not_asked_twice(server, model):
    server.script(Reply(status=401))
    with pytest.raises(ModelUnavailable, match="API key"):
        model.complete(ASKED)
    assert server.calls == 1


def test_a_failure_that_may_pass_is_asked_again_with_the_schema(server, model):
    server.script(Reply(status=503, times=2), Reply("ok"))
    assert model.complete(ASKED).calls == 3
    assert formats(server) == [True, True, True]


# What operators ask


def born(model, operator=paraphrase, parents=(PARENT,)):
    return bear(Birth(operator, parents, seed="0/0/0"), TASK, model)


def test_an_operator_asks_with_a_schema_and_reads_the_field(server, model):
    server.script(Reply(json.dumps({"prompt": CHILD})))
    assert born(model).genome == GIVEN.with_gene("instruction", CHILD)
    (body,) = bodies(server)
    assert list(body["response_format"]["json_schema"]["schema"]["properties"]) == ["prompt"]


def test_the_question_is_the_same_word_for_word_with_a_schema_and_without(server, model):
    server.script(Reply(json.dumps({"prompt": CHILD})))
    born(model)
    born(LiteLLM(KNOWN, api_base=server.api_base, api_key="none", structured=False))
    asked = bodies(server)
    assert formats(server) == [True, False]
    assert asked[0]["messages"] == asked[1]["messages"]
    assert {**asked[0], "response_format": None} == {**asked[1], "response_format": None}


def test_a_model_that_writes_a_text_in_spite_of_the_schema_is_read_as_ever(server, model):
    server.script(Reply(f"Here is the rewritten instruction:\n\n{CHILD}"))
    assert born(model).genome == GIVEN.with_gene("instruction", CHILD)


@pytest.mark.parametrize(
    "inside",
    [
        "I'm sorry, but I can't help with that.",
        "Could you share the instruction?",
        "Rewrite the instruction below in other words.",
        "Here is the rewritten instruction:",
        "even or odd",
        "",
        GIVEN["instruction"],
    ],
)
def test_what_stands_in_the_field_is_judged_like_any_other_text(server, model, inside):
    server.script(Reply(json.dumps({"prompt": inside})))
    assert born(model).genome is None


def test_a_refusal_of_the_provider_in_place_of_the_object_is_no_child(server, model):
    server.script(Reply(None))
    assert born(model).reason == "the model wrote nothing"


def test_the_steps_of_a_question_have_a_field_before_the_prompt(server, model):
    steps = "1. Cross over: Say even or odd."
    server.script(Reply(json.dumps({"steps": steps, "prompt": f"<prompt>{CHILD}</prompt>"})))
    other = Individual(Genome({"instruction": "Is the number even? Reply even or odd."}))
    child = born(model, get_operator("ga-crossover-mutate"), (PARENT, other))
    assert child.genome == GIVEN.with_gene("instruction", CHILD)
    (body,) = bodies(server)
    assert list(body["response_format"]["json_schema"]["schema"]["properties"]) == ["steps", "prompt"]


def test_a_model_of_the_users_without_schemas_gets_requests_without_one():
    asked = []

    class Mine:
        name = "mine"

        def complete(self, request):
            asked.append(request)
            return Completion(CHILD)

    born(Mine())
    assert [each.schema for each in asked] == [None]


def test_a_model_of_the_users_that_takes_schemas_gets_them():
    class Mine:
        name = "mine"
        takes_schema = True

        def complete(self, request):
            (field,) = request.schema.to_json()["properties"]
            return Completion(json.dumps({field: CHILD}))

    assert born(Mine()).genome == GIVEN.with_gene("instruction", CHILD)


def test_every_operator_that_asks_for_a_text_asks_with_a_schema_where_it_can():
    asked = {}

    class Mine:
        name = "mine"
        takes_schema = True

        def complete(self, request):
            asked.setdefault(current, []).append(request)
            return Completion('{"prompt": "no"}')

    shipped = {
        each.name: each for each in known_operators().values() if "evoprompt.operators" in each.function.__module__
    }
    for current, operator in shipped.items():
        if operator.calls and current not in ("pb-crossover-and-shuffle", "pb-lamarckian"):  # the one works examples
            parents = [individual(f"{text} Say even or odd.", 0.5) for text in TEXTS]
            born(Mine(), operator, parents if operator.parents == "all" else parents[: operator.parents])
    assert [name for name, requests in asked.items() if requests[0].schema is None] == []
    assert {"paraphrase", "phrase-paraphrase", "ga-crossover-mutate", "de-rewrite", "pb-first-order"} <= set(asked)


TEXTS = ("Think of halves.", "Divide the number by two.", "Look at its last digit.", "Count in pairs up to the number.")


# Readers


@pytest.mark.parametrize("reader", [tagged, whole, first_item])
@pytest.mark.parametrize(
    "output",
    [
        '{"prompt": %s}',
        '{"steps": "First one, then the other.", "prompt": %s}',
        '```json\n{"prompt": %s}\n```',
        'Here is the JSON:\n\n```json\n{"prompt": %s}\n```\n\nI kept the labels.',
        '<think>In JSON.</think>\n{\n  "prompt": %s\n}\n',
    ],
)
@pytest.mark.parametrize("inside", ["{child}", "<prompt>{child}</prompt>", '"{child}"', "Rewritten: {child}"])
def test_a_field_is_read_with_and_without_what_stands_around_the_text_in_it(reader, output, inside):
    written = output % json.dumps(inside.format(child=CHILD))
    assert reader(written, not_one_of=[GIVEN["instruction"]]) == CHILD


@pytest.mark.parametrize("last", [f"4. {CHILD}", f"4. {CHILD}</prompt>", f"**4.** <prompt>{CHILD}", f"Step 4: {CHILD}"])
def test_the_last_step_of_a_question_is_read_where_its_tags_were_left_out(last):
    given = ("Say even or odd.", "Is it even?", "Halve it: even or odd?", "Even or odd?")
    question = evoprompt_de.WORDING.fill(dict(zip(("a", "b", "best", "base"), given, strict=True)))
    known = {"not_one_of": given, "asked": question, "labels": ("even", "odd")}
    assert tagged(f"Only A says: say.\n2. It becomes decide.\n3. Decide it.\n{last}", **known) == CHILD
    with pytest.raises(NoChild, match="missing"):
        tagged("Only A says: say.\n2. It becomes decide.\n3. Decide it.\n4. Cross over with D.", **known)


def test_steps_written_into_the_field_are_passed_over():
    inside = f"1. Cross over: Say even or odd.\n2. Mutate: <prompt>{CHILD}</prompt>"
    assert tagged(json.dumps({"prompt": inside})) == CHILD


# Whole runs


def test_a_run_with_schemas_goes_on_from_its_folder_and_shares_its_answers(server, tmp_path):
    written = '{"prompt": "Say whether the number is {mark}, even or odd."}'
    prompts = Reply(written, model="gpt-4o-mini", tokens_in=None, tokens_out=None)
    answers = Reply(texts=("even", "odd"), model="stub", tokens_in=None, tokens_out=None)
    server.script(prompts, answers)

    def run(folder):
        writer = served(server, "gpt-4o-mini")
        folders = {"run_dir": tmp_path / folder, "cache": tmp_path / "answers.db"}
        return run_at(
            server, operator_model=writer, recipe=get_recipe("evoprompt-ga").using(population_size=3), **folders
        )

    first = run("one")
    paid = server.calls
    assert any(formats(server))
    assert run("one").prompt == first.prompt
    assert server.calls == paid
    run("two")  # what it is given free of charge lets it go further
    asked = [json.dumps(body) for body in bodies(server)]
    assert len(asked) == len(set(asked))
