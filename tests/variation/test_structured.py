"""Operators ask for a JSON object where the model is known to write one, and for a text everywhere else."""

from __future__ import annotations

import json
import os
import pickle
import signal
from dataclasses import replace

import pytest
from joblib import parallel_config
from serving import N_JOBS, TASK, run_at, served
from test_resume import child, record_of
from toys import REWRITE, ToyModel, at_once, individual, lines_of, made_by, run, started, toy_recipe, toy_task

import evoprompt as ep
from evoprompt.benchmarks.stub_server import Reply
from evoprompt.cli.given import arguments_given, settings_of
from evoprompt.genome import Genome
from evoprompt.models.allowance import Allowance, granted
from evoprompt.models.hosted.litellm_model import LiteLLM
from evoprompt.models.model import Abandoned, Completion, ModelUnavailable, Refused, Request, Schema, chat
from evoprompt.models.named import as_model
from evoprompt.operators import evoprompt_de
from evoprompt.operators.plain import paraphrase
from evoprompt.search.recipe import get_recipe
from evoprompt.storage.record import without_times
from evoprompt.variation.individual import Individual
from evoprompt.variation.operator import Birth, NoChild, bear, get_operator, known_operators
from evoprompt.variation.reading import first_item, tagged, whole

pytestmark = pytest.mark.usefixtures("no_keys_of_this_machine")
PROMPT = Schema.of(prompt="The new prompt.")
ASKED = Request(messages=chat("Reword it."), schema=PROMPT)
KNOWN = "openai/gpt-4o-mini"  # to litellm, as one that writes JSON by a schema
UNKNOWN = "openai/mine"
GIVEN = Genome({"instruction": "Say whether the number is even or odd."})
PARENT = Individual(GIVEN)
CHILD = "Decide whether the number is even or odd."
NO_FORMAT = Reply(status=400, error="Invalid parameter: 'response_format' of type 'json_schema' is not supported")


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
def test_a_server_that_refuses_the_schema_is_asked_without_and_the_answer_says_so(server, model, status):
    server.script(Reply(status=status, error=NO_FORMAT.error, times=1), Reply("ok"))
    refused = model.complete(ASKED)
    assert (refused.text, refused.schema_refused, formats(server)) == ("ok", True, [True, False])
    assert Completion.from_json(json.loads(json.dumps(refused.to_json()))) == refused


def test_an_answer_by_the_schema_says_that_it_was_taken(server, model):
    assert not model.complete(ASKED).schema_refused


def test_a_process_remembers_no_refusal_for_a_run_that_it_does_not_belong_to(server, model):
    server.script(Reply(status=400, error=NO_FORMAT.error, by_schema=True), Reply("ok"))
    assert [model.complete(ASKED).calls for _ in range(2)] == [2, 2]
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


def test_a_birth_asks_by_a_schema_until_the_server_refuses_one(server, model):
    def twice(parents, context):
        """Two questions in a row."""
        context.ask("Look at it.", schema=PROMPT)
        return GIVEN.with_gene("instruction", context.ask("Reword it.", schema=PROMPT))

    server.script(Reply(status=400, error=NO_FORMAT.error, by_schema=True), Reply(CHILD))
    came = born(model, made_by(twice, calls=2))
    assert (came.usage.calls, came.schema, formats(server)) == (3, "refused", [True, False, False])
    assert type(came).from_json(json.loads(json.dumps(came.to_json()))) == came


def test_a_birth_that_may_not_ask_by_a_schema_does_not_even_past_the_context(server, model):
    def past(parents, context):
        """A request of its own."""
        return GIVEN.with_gene("instruction", context.model.complete(ASKED).text)

    server.script(Reply(CHILD))
    came = bear(Birth(made_by(past), (PARENT,), seed="0/0/0"), TASK, model, by_schema=False)
    assert (came.schema, formats(server)) == ("", [False])


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


WRITTEN = '{"prompt": "Say whether the number is {mark}, even or odd."}'
OF_WRITER = {"model": "gpt-4o-mini", "tokens_in": None, "tokens_out": None}
ANSWERED = Reply(texts=("even", "odd"), model="stub", tokens_in=None, tokens_out=None)
PLAIN = Reply("<prompt>Say whether the number is {mark}, even or odd.</prompt>", **OF_WRITER)
TAKING, REFUSING = Reply(WRITTEN, by_schema=True, **OF_WRITER), Reply(**{**vars(NO_FORMAT), "by_schema": True})


def evolved(server, **changes):
    """A run whose operators ask by schemas, with a litter of six at once."""
    recipe = get_recipe("evoprompt-ga").using(population_size=6)
    return run_at(server, **{"operator_model": served(server, "gpt-4o-mini"), "recipe": recipe, **changes})


def births_of(result):
    return [line for line in without_times(result.record.of("birth")) if line["operator"] != "seed"]


def asked_by_schema(server):
    return sum(formats(server))


@pytest.mark.parametrize("reply", [pytest.param(TAKING, marks=pytest.mark.slow), REFUSING], ids=["taken", "refused"])
def test_the_record_and_the_requests_are_the_same_for_any_number_of_calls_at_once(server, reply):
    seen = set()
    for n_jobs in N_JOBS:
        server.script(reply, PLAIN, ANSWERED)
        result = evolved(server, n_jobs=n_jobs)
        seen.add((lines_of(result), server.calls, asked_by_schema(server)))
        assert result.total.calls == server.calls
    ((_, _, by_schema),) = seen
    assert by_schema == 1 if reply is REFUSING else by_schema > 1


@pytest.mark.parametrize("reply", [pytest.param(TAKING, marks=pytest.mark.slow), REFUSING], ids=["taken", "refused"])
def test_worker_processes_find_out_no_more_than_threads(server, reply):
    seen = set()
    for backend in ("threading", "loky"):
        server.script(reply, PLAIN, ANSWERED)
        with parallel_config(backend=backend, n_jobs=2):
            seen.add((lines_of(evolved(server)), server.calls))
    assert len(seen) == 1


def test_a_server_that_takes_the_schema_is_asked_nothing_more_than_with_one_known_to_take_it(server):
    server.script(TAKING, PLAIN, ANSWERED)
    result = evolved(server, n_jobs=8)
    births = [line for line in births_of(result) if not line["rejected"]]
    assert [line["usage"]["calls"] for line in births] == [1] * len(births)
    assert asked_by_schema(server) == result.usage["operator"].calls


def test_the_refusal_is_paid_for_once_by_the_first_birth_that_asks(server):
    server.script(REFUSING, PLAIN, ANSWERED)
    result = evolved(server, n_jobs=8)
    births = [line for line in births_of(result) if not line["rejected"]]
    assert [line["usage"]["calls"] for line in births] == [2] + [1] * (len(births) - 1)


def test_a_run_that_goes_on_never_asks_by_the_schema_again(server, tmp_path):
    server.script(REFUSING, PLAIN, ANSWERED)
    short = births_of(evolved(server, run_dir=tmp_path / "run"))
    server.script(REFUSING, PLAIN, ANSWERED)
    further = evolved(server, budget=ep.Budget(calls=350), run_dir=tmp_path / "run")
    assert births_of(further)[: len(short)] == short != births_of(further)
    assert asked_by_schema(server) == 0 < server.calls


class Unwilling(ToyModel):
    """Takes no schema, though it is said to; writes down how it was asked, and is killed at one of its calls."""

    takes_schema = True

    def __init__(self, log, kill_at=0):
        self.log, self.kill_at, self.number = log, kill_at, 0

    def complete(self, request):
        self.number += 1
        if request.text.startswith(REWRITE):
            with self.log.open("a") as file:
                file.write("schema\n" if request.schema else "plain\n")
        if self.number == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        came = super().complete(replace(request, schema=None))
        return replace(came, calls=2, schema_refused=True) if request.schema else came


def reworded_twice(parents, context):
    """Two questions, each by a schema."""
    once = context.ask(REWRITE + parents[0].genome["instruction"], schema=PROMPT)
    return parents[0].genome.with_gene("instruction", context.ask(REWRITE + once, schema=PROMPT))


TWICE = made_by(reworded_twice, calls=2)


def begun(folder, log, kill_at=0, n_jobs=1):
    recipe = toy_recipe([TWICE], fill=TWICE, size=4)
    model = Unwilling(log, kill_at)
    return run(toy_task(20), recipe=recipe, budget=ep.Budget(calls=110), model=model, run_dir=folder, n_jobs=n_jobs)


@pytest.mark.usefixtures("small_budgets")
def test_killed_at_any_call_of_the_births_a_run_goes_on_to_the_same_record(tmp_path):
    whole = begun(tmp_path / "whole", tmp_path / "log")
    seeds = 2 * 10
    for kill_at in range(seeds + 1, seeds + 6):
        folder, log = tmp_path / f"run{kill_at}", tmp_path / f"log{kill_at}"
        assert child(lambda f=folder, o=log, k=kill_at: begun(f, o, k)) == signal.SIGKILL
        begun(folder, log, n_jobs=8)
        assert record_of(folder) == lines_of(whole)
        lost = kill_at == seeds + 1  # the one call whose answer never came is asked again as it was
        assert log.read_text().split().count("schema") == 1 + lost


@pytest.mark.usefixtures("small_budgets")
def test_an_operator_that_asks_by_no_schema_goes_alone_once_and_then_side_by_side(tmp_path):
    def plainly(parents, context):
        """A question without a schema."""
        return parents[0].genome.with_gene("instruction", context.ask(REWRITE + parents[0].genome["instruction"]))

    plain = made_by(plainly)
    with started(recipe=toy_recipe([plain, TWICE], fill=plain, size=8), model=Unwilling(tmp_path / "log")) as search:
        search.tell(search.evaluate(search.bear(search.ask())))
        waves = []
        of_births = search._structured.waves
        search._structured.waves = lambda *given: (waves.append(list(wave)) or wave for wave in of_births(*given))
        search.bear(search.ask())
    assert waves == [[0], [1, 2, 3, 4, 5]]


# What a run is


def test_whether_operators_ask_by_schemas_belongs_to_what_a_run_is(server, tmp_path):
    server.script(TAKING, PLAIN, ANSWERED)
    evolved(server, run_dir=tmp_path / "run")
    paid = server.calls
    with pytest.raises(ValueError, match="the operator model's structured output was True and is not set"):
        evolved(server, run_dir=tmp_path / "run", operator_model=served(server, "gpt-4o-mini", structured=False))
    evolved(server, run_dir=tmp_path / "run", operator_model=served(server, "gpt-4o-mini", structured=True))
    assert server.calls == paid  # by hand or by litellm's list: the run is the same


def test_a_run_without_schemas_is_the_one_that_folders_from_before_know():
    assert started().identity["the operator model's structured output"] is None
