from __future__ import annotations

import math
import pickle
import subprocess
import sys
import threading
import types
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import evoprompt as ep
from evoprompt.models.embedded import model as embedded
from evoprompt.models.embedded.model import EmbeddedModel
from evoprompt.models.embedded.weights import weights_present
from evoprompt.models.model import Message, Model, ModelUnavailable, Refused, Request, chat

# Every test below shares one loaded model.
local = [
    pytest.mark.local,
    pytest.mark.skipif(not weights_present(), reason="the weights of the embedded model are not on this machine"),
]
PROMPT = "Say whether the review is positive or negative.\n\nReview: a gripping, funny film.\nSentiment:"


def with_marks(test):
    for mark in local:
        test = mark(test)
    return test


class FakeServer:
    """Answers as llama.cpp does; tokens are single characters, and `likely` says how likely each beginning goes on."""

    listening_address = "http://127.0.0.1:0"

    def __init__(self, likely=None, answer=None):
        self.likely, self.answer, self.questions = likely or {}, answer, []
        self.running = threading.Lock()

    def handle_completions(self, question):
        assert self.running.acquire(blocking=False), "two answers at once"
        try:
            self.questions.append(question)
            return self.answer or self._complete(question)
        finally:
            self.running.release()

    handle_chat_completions = handle_completions

    def _complete(self, question):
        prompt = question["prompt"]
        beginning = "" if isinstance(prompt, str) else "".join(map(chr, prompt[1:]))
        likely = self.likely.get(beginning, {})
        rows = [{"id": ord(token), "prob": math.exp(logprob)} for token, logprob in likely.items()]
        choice = {"text": "x", "finish_reason": "length", "logprobs": {"content": [{"top_probs": rows}]}}
        return {"choices": [choice], "usage": {"prompt_tokens": 7, "completion_tokens": 1}}


@pytest.fixture
def engine(monkeypatch):
    """The loaded model behind `EmbeddedModel()` is a fake one whose tokens are characters."""

    def install(**options):
        server = FakeServer(**options)
        fake = embedded._Engine(server, "key")
        monkeypatch.setattr(fake, "_tokens", lambda text: tuple(map(ord, text)))
        monkeypatch.setattr(embedded, "_engines", {None: fake})
        return server

    return install


def test_it_is_a_model_like_any_other():
    model = EmbeddedModel()
    assert isinstance(model, Model)
    assert model.name == "local/smollm2-135m"
    assert pickle.loads(pickle.dumps(model)) == model


@pytest.mark.parametrize("name", ["smollm2-135m", "local/gpt", "openai/x.gguf", "", "local/"])
def test_an_unknown_name_says_what_is_known(name):
    with pytest.raises(ValueError, match=r"local/smollm2-135m.*\.gguf"):
        EmbeddedModel(name)


def test_importing_it_loads_no_native_code():
    code = "import evoprompt.models.embedded.model, sys; sys.exit('xllamacpp' in sys.modules or 'gguf' in sys.modules)"
    root = Path(ep.__file__).parents[1]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0


def test_a_file_that_is_not_there_is_named(tmp_path):
    pytest.importorskip("xllamacpp")
    with pytest.raises(ModelUnavailable, match=r"nothing\.gguf"):
        EmbeddedModel(f"local/{tmp_path}/nothing.gguf").prepare()


def test_without_xllamacpp_the_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setattr(embedded, "_engines", {})
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    with pytest.raises(ModelUnavailable, match="pip install --upgrade xllamacpp gguf$"):
        EmbeddedModel().complete(Request(prompt="a"))


def test_an_xllamacpp_that_lacks_a_setting_is_to_be_upgraded(monkeypatch, tmp_path):
    class Old:
        __slots__ = ("model",)  # refuses other attributes, as xllamacpp's own classes do

        def __init__(self):
            self.model = types.SimpleNamespace()

    (tmp_path / "a.gguf").touch()
    monkeypatch.setattr(embedded, "_engines", {})
    monkeypatch.setitem(sys.modules, "xllamacpp", types.SimpleNamespace(CommonParams=Old))
    with pytest.raises(ModelUnavailable, match=r"xllamacpp is too old .*pip install --upgrade xllamacpp"):
        EmbeddedModel(f"local/{tmp_path}/a.gguf").prepare()


@pytest.mark.parametrize("prompt", ["", "\ud800"])
def test_a_prompt_that_cannot_be_read_is_refused_before_anything_is_loaded(prompt):
    with pytest.raises(Refused):
        EmbeddedModel().complete(Request(prompt=prompt))


def test_every_call_has_a_token_limit_a_seed_and_the_samplers_of_the_request(engine):
    server = engine()
    EmbeddedModel().complete(Request(prompt="a", max_tokens=9, temperature=0.5, top_p=0.9, stop=("\n",)))
    (question,) = server.questions
    assert question["max_tokens"] == 9
    assert question["temperature"] == 0.5
    assert question["top_p"] == 0.9
    assert question["stop"] == ["\n"]
    assert question["top_k"] == 0
    assert question["min_p"] == 0.0
    assert 0 <= question["seed"] < 2**31


def test_the_seed_follows_the_draw_and_the_text_and_nothing_else():
    def seed(**fields):
        return embedded._seed(Request(**({"prompt": "a"} | fields)))

    assert seed() == seed(temperature=1.0, max_tokens=3)
    assert len({seed(), seed(draw=1), seed(draw=2), seed(prompt="b")}) == 4
    assert seed() == 111_002_120


def test_a_context_that_is_too_long_is_refused_in_tokens(engine):
    error = {"code": 400, "type": "exceed_context_size_error", "n_prompt_tokens": 6001, "n_ctx": 4096, "message": "..."}
    engine(answer={"error": error})
    with pytest.raises(Refused, match=r"6001 tokens.*4096 tokens"):
        EmbeddedModel().complete(Request(prompt="a"))


def test_an_error_about_the_prompt_is_refused_and_any_other_stops_the_run(engine):
    engine(answer={"error": {"code": 400, "type": "invalid_request_error", "message": "roles must alternate"}})
    with pytest.raises(Refused, match="roles must alternate"):
        EmbeddedModel().complete(Request(messages=chat("a")))
    for answer in ({"error": {"code": 500, "message": "broken"}}, {"error": "broken"}, ["broken"]):
        engine(answer=answer)
        with pytest.raises(ModelUnavailable):
            EmbeddedModel().complete(Request(prompt="a"))


def test_a_choice_has_its_likelier_spelling_with_or_without_a_space(engine):
    server = engine(likely={"": {"n": -2.0, "p": -3.0, " ": -1.0}, " ": {"p": -0.5, "n": -4.0}})
    answer = EmbeddedModel().complete(Request(prompt="a", choices=("positive", "negative"), max_tokens=50))
    assert answer.choice_logprobs == pytest.approx((-1.5, -2.0))
    assert answer.text == ""
    assert [question["max_tokens"] for question in server.questions] == [1, 1]
    assert (answer.calls, answer.tokens_in, answer.tokens_out, answer.dollars) == (1, 14, 2, 0.0)
    assert not answer.cut


def test_the_tokens_that_choices_begin_with_are_all_lifted_alike_and_asked_for(engine):
    server = engine(likely={"": {"p": -1.0, "n": -9.0, " ": -2.0}, " ": {"p": -0.1, "n": -3.0}})
    EmbeddedModel().complete(Request(prompt="a", choices=("positive", "negative")))
    first = server.questions[0]
    assert first["logit_bias"] == [[ord(token), embedded.LIFT] for token in "p n"]
    assert first["logprobs"] == 3
    assert first["temperature"] == 1.0


def test_a_choice_too_unlikely_for_a_number_has_the_least(engine):
    engine(likely={"": {"p": -1.0}, " ": {"p": -1.0}})
    answer = EmbeddedModel().complete(Request(prompt="a", choices=("positive", "negative")))
    assert answer.choice_logprobs[0] == pytest.approx(-1.0)
    assert answer.choice_logprobs[1] == pytest.approx(math.log(embedded.LEAST))


def test_choices_that_begin_alike_are_told_apart_by_the_tokens_after(engine):
    engine(
        likely={
            "": {"v": -1.0, "n": -3.0, "z": -9.0},
            " ": {"z": -9.0},
            " v": {"z": -9.0},
            "v": {"p": -0.25, "n": -2.0},
        }
    )
    answer = EmbeddedModel().complete(Request(prompt="a", choices=("vp", "vn", "n")))
    assert answer.choice_logprobs[0] == pytest.approx(-1.25)
    assert answer.choice_logprobs[1:] == pytest.approx((-3.0, -3.0))


@pytest.mark.parametrize("choices", [("good", "goodness"), ("same", "same")])
def test_a_choice_that_another_one_begins_with_is_refused_by_both_names(engine, choices):
    beginnings = {choices[0][:n] for n in range(9)} | {f" {choices[0]}"[:n] for n in range(9)}
    engine(likely={beginning: {"z": -9.0} for beginning in beginnings})
    with pytest.raises(ValueError, match=f"{choices[0]}.*{choices[1]}"):
        EmbeddedModel().complete(Request(prompt="a", choices=choices))


def test_an_empty_choice_is_refused(engine):
    engine()
    with pytest.raises(ValueError, match="empty"):
        EmbeddedModel().complete(Request(prompt="a", choices=("", "b")))


def test_threads_take_turns(engine):
    server = engine()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: EmbeddedModel().complete(Request(prompt=f"a{n}")), range(40)))
    assert len(server.questions) == 40


def test_two_objects_of_one_name_load_once(monkeypatch):
    loaded = []
    monkeypatch.setattr(embedded, "_engines", {})
    monkeypatch.setattr(embedded, "_load", lambda path: loaded.append(path) or object())
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: EmbeddedModel().prepare(), range(8)))
    assert loaded == [None]


@pytest.mark.skipif(not hasattr(embedded.os, "register_at_fork"), reason="nothing forks here")
def test_a_forked_child_forgets_the_models_of_its_parent(monkeypatch, engine):
    engine()
    monkeypatch.setattr(embedded, "_loading", embedded._loading)
    embedded._forget_the_parent()
    assert embedded._engines == {}


@with_marks
def test_a_review_is_classified_by_its_choices():
    answer = EmbeddedModel().complete(Request(prompt=PROMPT, choices=("positive", "negative")))
    positive, negative = answer.choice_logprobs
    assert answer.text == ""
    assert negative < positive < 0
    assert (answer.tokens_in, answer.tokens_out, answer.calls, answer.cut) == (23, 1, 1, False)


@with_marks
def test_choices_are_scored_in_a_chat_too():
    answer = EmbeddedModel().complete(Request(messages=chat(PROMPT), choices=("very positive", "very negative")))
    assert all(math.isfinite(value) and value < 0 for value in answer.choice_logprobs)


@with_marks
def test_the_token_limit_cuts_and_a_stop_text_does_not():
    model = EmbeddedModel()
    cut = model.complete(Request(prompt=PROMPT, max_tokens=2))
    stopped = model.complete(Request(prompt=PROMPT, max_tokens=20, stop=("\n",)))
    assert (cut.cut, cut.tokens_out) == (True, 2)
    assert (stopped.cut, stopped.text) == (False, " positive")


@with_marks
def test_a_prompt_longer_than_the_context_is_refused():
    with pytest.raises(Refused, match="tokens"):
        EmbeddedModel().complete(Request(prompt="a b " * 3000))


@with_marks
def test_the_order_of_the_questions_does_not_change_the_answers():
    model, long = EmbeddedModel(), "A film about nothing much. " * 25
    requests = [
        Request(prompt=long + PROMPT, choices=("positive", "negative")),
        Request(prompt=long, choices=("A", "The")),
        Request(messages=chat(PROMPT), temperature=1.0, max_tokens=8),
        Request(messages=(Message("system", long), *chat(PROMPT)), temperature=1.0, max_tokens=8, draw=1),
    ]
    forth = [model.complete(request) for request in requests]
    back = [model.complete(request) for request in reversed(requests)]
    assert forth == back[::-1]
    assert [model.complete(request) for request in requests] == forth
