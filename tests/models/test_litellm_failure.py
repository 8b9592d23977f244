"""Faults at the level of one call: what the server sees, what the caller is told, and that no key is in it."""

from __future__ import annotations

import logging
import pickle
import time
import traceback
from concurrent.futures import ThreadPoolExecutor

import pytest

from evoprompt.benchmarks.stub_server import Reply
from evoprompt.models import rate
from evoprompt.models.allowance import Allowance, granted
from evoprompt.models.hosted.litellm_model import LiteLLM
from evoprompt.models.model import Abandoned, ModelUnavailable, Refused, Request, chat

pytestmark = pytest.mark.usefixtures("no_keys_of_this_machine")
KEY = "proxy/0123+456789/abcdef"  # unlike any provider's key
CHAT = Request(messages=chat("Is it good?"))
TEXT = Request(prompt="It is good because")
both_formats = pytest.mark.parametrize("request_", [CHAT, TEXT], ids=["chat", "completion"])
both_routes = pytest.mark.parametrize("name", ["openai/stub", "hosted_vllm/stub"])


@pytest.fixture
def build(server):
    """A model at the stub server that does not wait between its attempts."""

    def build(name="openai/stub", **settings):
        return LiteLLM(
            name, api_base=server.api_base, **{"api_key": KEY, "retries": 2, "sleep": lambda _: None, **settings}
        )

    return build


HTML = {"Content-Type": "text/html"}
HANGS = Reply(delay=30.0)
MAY_PASS = {
    **{str(status): Reply(status=status) for status in (408, 409, 425, 429, 500, 502, 503, 504, 529)},
    "dropped before the answer": Reply(cut_after=-1),
    "dropped before the body": Reply(cut_after=0),
    "dropped in the body": Reply(cut_after=30),
    "hangs": HANGS,
    "half of a body": Reply(body='{"id": "stub", "choices": [{"index": 0, "mess'),
    "empty": Reply(body=""),
    "a page": Reply(body="<html>sign in</html>", headers=HTML),
    "a page that says json": Reply(body="<html>sign in</html>"),
    "a list": Reply(body="[]"),
    "a list of things": Reply(body='[{"choices": []}]'),
    "null": Reply(body="null"),
    "a text": Reply(body='"ok"'),
    "a number": Reply(body="7"),
    "an empty object": Reply(body="{}"),
    "another object": Reply(body='{"answer": "ok"}'),
    "an error": Reply(body='{"error": {"message": "upstream is busy", "code": 502}}'),
    "null choices": Reply(body='{"choices": null}'),
    "choices that are a text": Reply(body='{"choices": "ok"}'),
    "an empty choice": Reply(body='{"choices": [{}]}'),
    "a choice that is null": Reply(body='{"choices": [null]}'),
    "no choices": Reply(choices=0),
    "not what its encoding says": Reply(headers={"Content-Encoding": "gzip"}),
}


@pytest.mark.parametrize("reply", MAY_PASS.values(), ids=MAY_PASS)
@both_formats
@both_routes
def test_one_attempt_is_one_request_and_none_is_lost(server, build, name, request_, reply):
    timeout = 0.3 if reply is HANGS else 30.0
    server.script(reply)
    with pytest.raises((ModelUnavailable, Refused)) as caught:
        build(name, timeout=timeout).complete(request_)
    assert server.calls == caught.value.calls == 3, str(caught.value)
    assert "3 times in a row" in str(caught.value)


@both_formats
def test_an_answer_that_trickles_is_not_waited_for(server, build, request_):
    build(timeout=0.3).complete(request_)  # loads litellm
    server.script(Reply(trickle=0.05))
    begin = time.monotonic()
    with pytest.raises(ModelUnavailable, match="2 times in a row") as caught:
        build(timeout=0.3, retries=1).complete(request_)
    assert server.calls == caught.value.calls == 2
    assert time.monotonic() - begin < 3


@pytest.mark.parametrize("reply", MAY_PASS.values(), ids=MAY_PASS)
def test_a_failure_without_a_further_call_is_abandoned_with_its_reason(server, build, reply):
    server.script(reply)
    with granted(Allowance(calls=0)), pytest.raises(Abandoned, match=r"^model 'openai/stub': .*, once; ") as caught:
        build(timeout=0.3 if reply is HANGS else 30.0).complete(CHAT)
    assert server.calls == caught.value.calls == 1


@both_formats
def test_a_setting_of_litellm_makes_no_further_calls(server, build, monkeypatch, request_):
    import litellm

    monkeypatch.setattr(litellm, "num_retries", 3)
    server.script(Reply(status=500))
    with pytest.raises(ModelUnavailable) as caught:
        build(retries=1).complete(request_)
    assert server.calls == caught.value.calls == 2
    monkeypatch.setattr(litellm, "model_fallbacks", ["openai/other"])
    with pytest.raises(ModelUnavailable, match="litellm.model_fallbacks is set") as caught:
        build().complete(request_)
    assert (server.calls, caught.value.calls) == (2, 0)


AT_ONCE = {
    "filter": (Reply(status=400, error="blocked by the content filter", error_code="content_filter"), Refused),
    "filtered answer": (Reply(finish_reason="content_filter"), Refused),
    "too long": (
        Reply(status=400, error="maximum context length is 10", error_code="context_length_exceeded"),
        Refused,
    ),
    "401": (Reply(status=401), ModelUnavailable),
    "403": (Reply(status=403), ModelUnavailable),
    "404": (Reply(status=404, error="no model `stub`", error_code="model_not_found"), ModelUnavailable),
}


@pytest.mark.parametrize(("reply", "kind"), AT_ONCE.values(), ids=AT_ONCE)
@both_formats
@both_routes
def test_what_no_retry_can_help_is_one_request(server, build, name, request_, reply, kind):
    server.script(reply)
    with pytest.raises(kind) as caught:
        build(name).complete(request_)
    assert server.calls == caught.value.calls == 1


@both_formats
@both_routes
def test_an_answer_of_a_million_characters_is_whole(server, build, name, request_):
    server.script(Reply("äx" * 500_000))
    assert build(name).complete(request_).text == "äx" * 500_000


@both_formats
def test_a_page_of_a_million_characters_is_a_short_sentence(server, build, request_):
    server.script(Reply(status=500, body="<p>" * 400_000, headers=HTML))
    with pytest.raises(ModelUnavailable) as caught:
        build(retries=0).complete(request_)
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize("content", ["5", '["a", "b"]', '{"text": "ok"}', "true"])
def test_a_content_that_is_no_text_is_never_a_crash(server, build, content):
    server.script(
        Reply(body=f'{{"choices": [{{"index": 0, "finish_reason": "stop", "message": {{"content": {content}}}}}]}}')
    )
    try:
        assert isinstance(build().complete(CHAT).text, str)
    except ModelUnavailable as error:
        assert error.calls == server.calls == 3


@pytest.mark.parametrize("usage", ['"many"', '{"prompt_tokens": "x"}', '{"prompt_tokens": null}', "[]", "7", "null"])
@both_formats
def test_a_usage_that_is_none_is_never_a_crash(server, build, usage, request_):
    choice = '{"index": 0, "finish_reason": "stop", "text": "ok", "message": {"role": "assistant", "content": "ok"}}'
    server.script(Reply(body=f'{{"choices": [{choice}], "usage": {usage}}}'))
    try:
        answer = build().complete(request_)
    except ModelUnavailable as error:
        assert error.calls == server.calls == 3
    else:
        assert (answer.text, answer.calls) == ("ok", 1)
        assert answer.tokens_in > 0


@pytest.mark.parametrize("half", ["\ud83d", "a\udc00b"])
@both_routes
def test_half_of_a_surrogate_pair_is_refused_before_any_call(server, build, name, half):
    stop = Request(messages=chat("fine"), stop=(half,))
    for request in (Request(messages=chat(f"It is {half}.")), Request(prompt=f"It is {half}."), stop):
        with pytest.raises(
            Refused, match=r"half of a surrogate pair \(U\+D8|half of a surrogate pair \(U\+DC"
        ) as caught:
            build(name).complete(request)
        assert caught.value.calls == server.calls == 0
        assert caught.value.__context__ is None
        pickle.dumps(caught.value)


@both_routes
def test_half_of_a_surrogate_pair_in_what_comes_back_can_be_written(server, build, name):
    server.script(Reply("a\ud83d\ude00b\ud83dc"))
    assert build(name).complete(CHAT).text == build(name).complete(TEXT).text == "a\U0001f600b\ufffdc"
    server.script(Reply(status=500, error="half \ud83d"))
    with pytest.raises(ModelUnavailable, match="half ") as caught:
        build(name).complete(CHAT)
    str(caught.value).encode()


@both_routes
def test_every_other_character_arrives_as_it_is(server, build, name):
    text = "\x00\x01\x1b\x7f\ufeff\ufffe\U0001f600\u2028\r\n\\\"'{}"
    build(name).complete(Request(messages=chat(text)))
    build(name).complete(Request(prompt=text))
    chat_, plain = (sent["body"] for sent in server.requests)
    assert chat_["messages"][0]["content"] == text
    assert plain["prompt"] in (text, [text])


def told(error):
    """All that anybody may print of an error, and of those behind it."""
    yield "".join(traceback.format_exception(type(error), error, error.__traceback__))
    while error is not None:
        yield f"{error} {error!r} {error.args!r} {vars(error)!r}"
        error = error.__cause__ or error.__context__


ECHOES = {
    "message": {"error": "Key {key} (Bearer {key}) is wrong"},
    "header": {"headers": {"X-Key": "{key}", "WWW-Authenticate": 'Bearer error="{key}"', "Location": "/?key={key}"}},
    "body": {"body": '{"detail": "the key {key} is wrong"}'},
    "page": {"body": "<html>{key}</html>", "headers": HTML},
    "code": {"error_code": "{key}"},
}


@pytest.mark.parametrize("echo", ECHOES.values(), ids=ECHOES)
@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 429, 500])
@both_formats
@both_routes
def test_an_echoed_key_is_in_nothing_that_anybody_prints(server, build, caplog, capfd, name, request_, status, echo):
    model = build(name, retries=0)
    server.script(Reply(status=status, **{"finish_reason": "content_filter", **echo}))
    with caplog.at_level(logging.WARNING), pytest.raises((Refused, ModelUnavailable)) as caught:
        model.complete(request_)
    printed = capfd.readouterr()
    seen = [*told(caught.value), repr(model), caplog.text, printed.out, printed.err, repr(pickle.dumps(caught.value))]
    assert KEY not in "\n".join(seen)
    assert caught.value.__context__ is None


def test_an_echoed_key_is_not_in_an_abandoned_call_either(server, build):
    server.script(Reply(status=503, error="{key}"))
    with granted(Allowance(calls=0)), pytest.raises(Abandoned) as caught:
        build().complete(CHAT)
    assert KEY not in "\n".join(told(caught.value))


def test_a_key_set_in_litellm_and_a_password_of_the_address_are_hidden(server, monkeypatch):
    import litellm

    monkeypatch.setattr(litellm, "api_key", KEY)
    base = server.api_base.replace("://", "://me:password-of-mine@")
    model = LiteLLM("openai/stub", api_base=base, retries=0)
    server.script(Reply(status=500, error="no {key}"))
    with pytest.raises(ModelUnavailable) as caught:
        model.complete(CHAT)
    seen = "\n".join([*told(caught.value), repr(model), model.identity])
    assert KEY not in seen
    assert "password-of-mine" not in seen


def test_models_of_one_name_keep_one_limit_and_the_server_sees_it(server, build, monkeypatch):
    monkeypatch.setattr(rate, "WINDOW", 3.0)
    models = [build(requests_per_minute=20, retries=5, timeout=timeout) for timeout in (30.0, 31.0)]
    server.script(Reply(status=500, times=2))
    with ThreadPoolExecutor(64) as pool:
        answers = list(pool.map(lambda number: models[number % 2].complete(CHAT), range(40)))
    arrived = [sent["at"] for sent in server.requests]
    assert len(arrived) == server.calls == sum(answer.calls for answer in answers) == 42
    # A second of the window is for requests on their way.
    assert all(later - sooner >= 2.0 for sooner, later in zip(arrived, arrived[20:], strict=False))


def test_tokens_are_limited_by_what_answers_really_took(server, build, monkeypatch):
    monkeypatch.setattr(rate, "WINDOW", 3.0)
    model = build(tokens_per_minute=300)
    server.script(Reply(tokens_in=10, tokens_out=2))
    answers = [model.complete(Request(messages=chat("x" * 40), max_tokens=240)) for _ in range(5)]
    arrived = [sent["at"] for sent in server.requests]
    # Estimated at 250 tokens each, they would have come one by one, in 12 seconds.
    assert len(answers) == 5
    assert arrived[-1] - arrived[0] < 3


def test_a_stopped_run_leaves_the_queue_with_no_call(server, build):
    model = build(requests_per_minute=1, timeout=29.0)
    model.complete(CHAT)
    given = Allowance()
    given.stop.set()
    with granted(given), pytest.raises(Abandoned, match="^model 'openai/stub': the run was stopped before") as caught:
        model.complete(CHAT)
    assert (caught.value.calls, server.calls) == (0, 1)


def test_limits_travel_with_the_model_to_a_worker(build):
    model = build(requests_per_minute=7, tokens_per_minute=70, sleep=None)
    twin = pickle.loads(pickle.dumps(model))
    assert (twin, hash(twin)) == (model, hash(model))
    assert (twin.requests_per_minute, twin.tokens_per_minute) == (7, 70)


@pytest.mark.slow
def test_in_a_real_minute_64_threads_send_no_more_than_allowed(server, build):
    model = build(requests_per_minute=30, retries=10)
    server.script(Reply(status=500, times=10))
    with ThreadPoolExecutor(64) as pool:
        answers = list(pool.map(lambda _: model.complete(CHAT), range(64)))
    arrived = [sent["at"] for sent in server.requests]
    assert len(arrived) == sum(answer.calls for answer in answers) == 74
    assert all(later - sooner > 60 for sooner, later in zip(arrived, arrived[30:], strict=False))
    assert arrived[-1] - arrived[0] < 2 * 61 + 10
