from __future__ import annotations

import logging
import math
import os
import pickle
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from email.utils import formatdate

import pytest

from evoprompt.benchmarks.stub_server import Reply
from evoprompt.models.hosted.litellm_model import LiteLLM
from evoprompt.models.model import Message, Model, ModelUnavailable, Refused, Request, chat

pytestmark = pytest.mark.usefixtures("no_keys_of_this_machine")
KEY = "sk-test-0123456789abcdef"
CHAT = Request(messages=chat("Is it good?"))
TEXT = Request(prompt="It is good because")
CHOICES = Request(messages=chat("Is it good?"), choices=("positive", "negative"))


@pytest.fixture
def waits():
    return []


@pytest.fixture
def model(server, waits):
    return LiteLLM("openai/stub", api_base=server.api_base, api_key=KEY, sleep=waits.append)


def test_a_chat_is_answered_with_its_usage(server, model):
    server.script(Reply("yes", tokens_in=31, tokens_out=4))
    answer = model.complete(Request(messages=(Message("system", "Be brief."), Message("user", "Is it good?"))))
    assert (answer.text, answer.tokens_in, answer.tokens_out, answer.calls, answer.cut) == ("yes", 31, 4, 1, False)
    (sent,) = server.requests
    assert sent["path"] == "/v1/chat/completions"
    assert sent["key"] == KEY
    assert sent["body"]["model"] == "stub"
    assert [turn["role"] for turn in sent["body"]["messages"]] == ["system", "user"]


def test_a_prompt_goes_to_the_completion_endpoint(server, model):
    server.script(Reply(" it works", tokens_in=5, tokens_out=2))
    answer = model.complete(TEXT)
    assert (answer.text, answer.tokens_in, answer.tokens_out) == (" it works", 5, 2)
    (sent,) = server.requests
    assert sent["path"] == "/v1/completions"
    assert sent["body"]["prompt"] in (TEXT.prompt, [TEXT.prompt])


@pytest.mark.parametrize("format", [{"messages": chat("hi")}, {"prompt": "hi"}], ids=["chat", "completion"])
def test_what_shapes_an_answer_is_sent(server, model, format):
    model.complete(Request(**format, temperature=0.7, top_p=0.9, max_tokens=17, stop=("\n",), draw=3))
    body = server.requests[0]["body"]
    assert {name: body.get(name) for name in ("temperature", "top_p", "max_tokens", "stop", "seed")} == {
        "temperature": 0.7,
        "top_p": 0.9,
        "max_tokens": 17,
        "stop": ["\n"],
        "seed": 3,
    }


def test_what_has_its_usual_value_is_not_sent(server, model):
    model.complete(CHAT)
    assert not {"top_p", "stop", "seed", "logprobs"} & server.requests[0]["body"].keys()


def test_extra_arguments_reach_the_provider_and_win(server, waits):
    extra = {"extra_body": {"min_p": 0.1}, "temperature": 0.3}
    LiteLLM("openai/stub", api_base=server.api_base, api_key=KEY, extra=extra).complete(CHAT)
    body = server.requests[0]["body"]
    assert (body["min_p"], body["temperature"]) == (0.1, 0.3)


def test_an_answer_at_the_token_limit_is_cut(server, model):
    server.script(Reply("a long", finish_reason="length"))
    assert model.complete(CHAT).cut


def test_a_null_answer_is_the_empty_text(server, model):
    server.script(Reply(None))
    assert model.complete(CHAT).text == ""


def test_tokens_are_estimated_where_no_usage_is_reported(server, model):
    server.script(Reply("12345678", usage=False))
    answer = model.complete(Request(messages=chat("x" * 40)))
    assert (answer.tokens_in, answer.tokens_out) == (10, 2)


def test_dollars_are_litellms_price_and_none_where_it_has_none(server):
    server.script(Reply(tokens_in=1_000_000, tokens_out=0))
    unpriced = LiteLLM("openai/without-a-price", api_base=server.api_base, api_key=KEY)
    assert unpriced.complete(CHAT).dollars is None
    assert unpriced.complete(TEXT).dollars is None
    priced = LiteLLM("openai/gpt-4o-mini", api_base=server.api_base, api_key=KEY)
    assert priced.complete(CHAT).dollars == pytest.approx(0.15)
    own = LiteLLM(
        "openai/stub-with-price",
        api_base=server.api_base,
        api_key=KEY,
        extra={"input_cost_per_token": 2e-6, "output_cost_per_token": 0.0},
    )
    assert own.complete(CHAT).dollars == pytest.approx(2.0)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(status=429, times=2),
        Reply(status=408, times=2),
        Reply(status=500, times=2),
        Reply(status=502, times=2),
        Reply(status=503, times=2),
        Reply(status=504, times=2),
        Reply(cut_after=-1, times=2),
        Reply(cut_after=30, times=2),
        Reply(body='{"choices": [', times=2),
        Reply(body="<html>busy</html>", times=2),
        Reply(body="", times=2),
        Reply(body='{"error": {"message": "upstream is busy", "code": 502}}', times=2),
        Reply(choices=0, times=2),
    ],
    ids=lambda reply: f"{reply.status} {reply.body or ''}{'' if reply.cut_after is None else reply.cut_after}".strip(),
)
@pytest.mark.parametrize("request_", [CHAT, TEXT], ids=["chat", "completion"])
def test_a_failure_that_may_pass_is_tried_again(server, model, waits, reply, request_):
    server.script(reply, Reply("at last"))
    answer = model.complete(request_)
    assert (answer.text, answer.calls, server.calls) == ("at last", 3, 3)
    assert waits == [0.5, 1.0]


def test_a_timeout_is_tried_again(server, waits):
    model = LiteLLM("openai/stub", api_base=server.api_base, api_key=KEY, timeout=0.2, sleep=waits.append)
    server.script(Reply(delay=1.0, times=1), Reply("in time"))
    assert model.complete(CHAT).text == "in time"
    server.script(Reply(delay=1.0, times=1), Reply("in time"))
    assert model.complete(TEXT).calls == 2


def test_the_wait_doubles_and_has_a_limit(server, waits):
    server.script(Reply(status=500))
    model = LiteLLM("openai/stub", api_base=server.api_base, api_key=KEY, retries=8, sleep=waits.append)
    with pytest.raises(ModelUnavailable, match="9 times in a row"):
        model.complete(CHAT)
    assert waits == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]
    assert server.calls == 9


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"Retry-After": "0"}, 0.5),
        ({"retry-after-ms": "2500"}, 2.5),
        ({"Retry-After": "120"}, 120.0),
        ({"Retry-After": "nan"}, 0.5),
        ({"Retry-After": "inf"}, 0.5),
        ({"Retry-After": "-7"}, 0.5),
        ({"Retry-After": "Fri, 31 Dec 1999 23:59:59 GMT"}, 0.5),
        ({"Retry-After": "soon"}, 0.5),
    ],
)
def test_the_provider_says_how_long_to_wait(server, model, waits, status, headers, expected):
    server.script(Reply(status=status, headers=headers, times=1))
    model.complete(CHAT)
    assert waits == [expected]


@pytest.mark.parametrize("status", [429, 503])
def test_a_date_says_how_long_to_wait(server, model, waits, status):
    soon = formatdate(time.time() + 40, usegmt=True)
    server.script(Reply(status=status, headers={"Retry-After": soon}, times=1))
    model.complete(CHAT)
    assert 30 < waits[0] <= 40


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "121"}, "121"),
        ({"Retry-After": "86400"}, "86400"),
        ({"retry-after-ms": "7200000"}, "7200"),
        ({"Retry-After": "Fri, 31 Dec 2100 23:59:59 GMT"}, r"2\d{9}"),
    ],
)
def test_a_provider_that_asks_for_hours_is_not_asked_earlier(server, model, waits, headers, seconds):
    server.script(Reply(status=429, headers=headers, error="come back later"))
    said = rf"once; .*come back later.*asks to wait {seconds} seconds, and one wait is 120 seconds at most$"
    with pytest.raises(ModelUnavailable, match=said) as caught:
        model.complete(CHAT)
    assert (server.calls, caught.value.calls, waits) == (1, 1, [])


def test_the_waits_for_one_answer_are_bounded_together(server, waits):
    server.script(Reply(status=429, headers={"Retry-After": "110"}))
    model = LiteLLM("openai/stub", api_base=server.api_base, api_key=KEY, retries=1000, sleep=waits.append)
    with pytest.raises(ModelUnavailable, match="6 times in a row; .* 600 seconds at most") as caught:
        model.complete(CHAT)
    assert waits == [110.0] * 5
    assert server.calls == caught.value.calls == 6


def test_no_retries_means_one_attempt(server, waits):
    server.script(Reply(status=503, error="busy"))
    model = LiteLLM("openai/stub", api_base=server.api_base, api_key=KEY, retries=0, sleep=waits.append)
    with pytest.raises(ModelUnavailable, match=r"^model 'openai/stub': no answer from http.*, once; .*busy \(503\)$"):
        model.complete(CHAT)
    assert (server.calls, waits) == (1, [])


def test_a_network_that_is_down_stops_with_one_sentence(waits):
    model = LiteLLM("openai/stub", api_base="http://127.0.0.1:9/v1", api_key=KEY, retries=1, sleep=waits.append)
    with pytest.raises(ModelUnavailable, match=r"no answer from http://127\.0\.0\.1:9/v1, 2 times in a row"):
        model.complete(CHAT)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(
            status=400, error="The response was filtered by the content management policy", error_code="content_filter"
        ),
        Reply(status=403, error="Your input was flagged by moderation"),
        Reply(
            status=400, error="This model's maximum context length is 10 tokens", error_code="context_length_exceeded"
        ),
        Reply(status=413, error="Request too large"),
        Reply(status=429, error="Request too large for stub on tokens per min (TPM): limit 100, requested 200"),
        Reply(status=422, error="inputs tokens + max_new_tokens must be <= 2048"),
        Reply(status=400, error="messages[0] holds a character that cannot be read"),
        Reply(finish_reason="content_filter"),
    ],
    ids=lambda reply: f"{reply.status} {reply.error[:20]}",
)
@pytest.mark.parametrize("request_", [CHAT, TEXT], ids=["chat", "completion"])
def test_a_refused_prompt_is_refused_at_once(server, model, waits, reply, request_):
    server.script(reply)
    with pytest.raises(Refused):
        model.complete(request_)
    assert (server.calls, waits) == (1, [])


def test_a_list_without_answers_is_refused_after_the_retries(server, model):
    server.script(Reply(choices=0))
    with pytest.raises(Refused, match="empty list of answers, 6 times in a row") as caught:
        model.complete(CHAT)
    assert server.calls == caught.value.calls == 6


def test_a_refusal_says_how_many_calls_it_took_also_from_another_process(server, model):
    server.script(Reply(status=500, error="busy", times=1), Reply(finish_reason="content_filter"))
    with pytest.raises(Refused) as caught:
        model.complete(CHAT)
    assert caught.value.calls == 2
    back = pickle.loads(pickle.dumps(caught.value))
    assert (str(back), back.calls) == (str(caught.value), 2)
    assert Refused("content filter").calls == 1


def test_an_error_with_the_status_of_an_answer_is_never_an_empty_answer(server, model):
    server.script(Reply(body='{"error": {"message": "upstream is busy"}}'))
    for request in (CHAT, TEXT):
        with pytest.raises(ModelUnavailable):
            model.complete(request)


@pytest.mark.parametrize(
    ("reply", "sentence"),
    [
        (Reply(status=401, error="no"), r"does not accept the API key \(401\); set OPENAI_API_KEY or pass api_key$"),
        (Reply(status=402, error="pay first"), "402: pay first"),
        (Reply(status=403, error="not from your country"), "403: not from your country"),
        (Reply(status=404, error="The model `stub` does not exist"), "404: The model `stub` does not exist"),
        (Reply(status=400, error="Unsupported parameter: 'max_tokens'"), "400: Unsupported parameter"),
        (Reply(status=400, error="The model `stub` is not available"), "400: The model"),
        (Reply(status=400, error="Your credit balance is too low"), "credit balance"),
        (Reply(status=400, error="API key not valid"), "API key not valid"),
        (Reply(status=429, error="over quota (insufficient_quota)"), "no credit left"),
    ],
)
@pytest.mark.parametrize("request_", [CHAT, TEXT], ids=["chat", "completion"])
def test_what_no_retry_can_help_stops_at_once(server, model, waits, reply, sentence, request_):
    server.script(reply)
    with pytest.raises(ModelUnavailable, match=sentence) as caught:
        model.complete(request_)
    assert str(caught.value).startswith("model 'openai/stub': ")
    assert "\n" not in str(caught.value)
    assert (server.calls, caught.value.calls, waits) == (1, 1, [])


def test_an_unknown_provider_stops_before_any_call(waits):
    with pytest.raises(ModelUnavailable, match="litellm knows no provider for this name") as caught:
        LiteLLM("nosuchprovider/nosuchmodel", sleep=waits.append).complete(CHAT)
    assert (caught.value.calls, waits) == (0, [])


def test_without_any_key_the_message_names_the_variable(waits):
    with pytest.raises(ModelUnavailable, match=r"there is no API key; set OPENAI_API_KEY or pass api_key") as caught:
        LiteLLM("openai/gpt-4o-mini", sleep=waits.append).complete(CHAT)
    assert (caught.value.calls, waits) == (0, [])


def test_a_server_of_ones_own_needs_no_key(server):
    assert LiteLLM("openai/stub", api_base=server.api_base).complete(CHAT).text == "ok"


def test_the_key_of_the_environment_is_used(server, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    LiteLLM("openai/stub", api_base=server.api_base).complete(CHAT)
    assert server.requests[0]["key"] == KEY


def test_a_provider_outside_openais_client_works_too(server, waits):
    model = LiteLLM("hosted_vllm/stub", api_base=server.api_base, api_key=KEY, sleep=waits.append)
    server.script(Reply(status=429, headers={"Retry-After": "3"}, times=1), Reply("fine"))
    assert model.complete(CHAT).text == "fine"
    assert waits == [3.0]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422, 429, 500])
@pytest.mark.parametrize("request_", [CHAT, TEXT], ids=["chat", "completion"])
@pytest.mark.parametrize("source", ["field", "environment"])
def test_an_echoed_key_is_nowhere(server, waits, caplog, capfd, monkeypatch, status, request_, source):
    key = "proxy/0123+456789/abcdef"  # unlike any provider's key
    if source == "environment":
        monkeypatch.setenv("OPENAI_API_KEY", key)
    key_field = {"api_key": key} if source == "field" else {}
    model = LiteLLM("openai/stub", api_base=server.api_base, **key_field, retries=1, sleep=waits.append)
    server.script(Reply(status=status, error="Key {key} (Bearer {key}, or " + KEY + ") is wrong"))
    with caplog.at_level(logging.WARNING), pytest.raises((Refused, ModelUnavailable)) as caught:
        model.complete(request_)
    error = caught.value
    assert error.__cause__ is None
    assert error.__context__ is None
    printed = capfd.readouterr()
    seen = f"{error} {error!r} {model!r} {caplog.text} {printed.out} {printed.err}"
    assert key not in seen
    assert KEY not in seen


def test_keys_in_extra_headers_and_addresses_are_hidden(server, waits):
    hidden = "aaaaaaaaaabbbbbbbbbb"
    model = LiteLLM(
        "openai/stub", api_base=server.api_base, extra={"extra_headers": {"X-Api-Key": hidden}}, sleep=waits.append
    )
    server.script(Reply(status=404, error=f"unknown {hidden} at https://user:secret@host/?key=topsecret"))
    with pytest.raises(ModelUnavailable) as caught:
        model.complete(CHAT)
    assert not any(secret in f"{caught.value} {model!r}" for secret in (hidden, "user:secret", "topsecret"))


def test_secrets_of_the_environment_are_hidden_whatever_they_are_called(server, model, monkeypatch):
    secrets = {
        "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI",
        "AZURE_AD_TOKEN": "eyJ0eXAi.OiJK",
        "PROXY_PASSWORD": "letmein99",
    }
    for name, value in {**secrets, "TOKENIZERS_PARALLELISM": "false"}.items():
        monkeypatch.setenv(name, value)
    server.script(Reply(status=404, error=f"false: {', '.join(secrets.values())}"))
    with pytest.raises(ModelUnavailable, match=r"false: \[key\], \[key\], \[key\]"):
        model.complete(CHAT)


def test_nothing_is_printed_when_calls_fail(server, model, capfd):
    server.script(Reply(status=500, times=2))
    model.complete(CHAT)
    assert capfd.readouterr().out == ""


@pytest.mark.parametrize("format", [{"messages": chat("hi")}, {"prompt": "hi"}], ids=["chat", "completion"])
def test_choices_have_the_first_tokens_log_probabilities(server, model, format):
    server.script(Reply(" Pos", top_logprobs={" Pos": -0.2, "neg": -1.9, "the": -4.0}, finish_reason="length"))
    answer = model.complete(Request(**format, choices=("positive", "Negative", "mixed")))
    assert answer.choice_logprobs == (-0.2, -1.9, -4.0)
    assert (answer.text, answer.cut) == ("", False)
    assert server.requests[0]["body"]["max_tokens"] == 1


def test_a_choice_takes_its_longest_beginning_and_then_the_likeliest(server, model):
    reported = {"p": -0.1, "Pos": -0.5, " pos": -0.9, "": -0.01, "positively": -0.3, "n": -3.0}
    server.script(Reply("p", top_logprobs=reported))
    assert model.complete(CHOICES).choice_logprobs == (-0.5, -3.0)


def test_choices_that_the_likeliest_token_cannot_tell_apart_stop_with_both_names(server, model, waits):
    request = Request(messages=chat("hi"), choices=("yes", "not good", "not bad"))
    server.script(Reply("not", top_logprobs={"not": -0.1, "yes": -2.5}))
    with pytest.raises(ModelUnavailable, match=r"'not good' and 'not bad' .* 'not',.* use the `choice` scorer"):
        model.complete(request)
    assert (server.calls, waits) == (1, [])


def test_choices_below_the_likeliest_one_may_share_a_token(server, model):
    server.script(Reply("yes", top_logprobs={"not": -2.5, "yes": -0.1}))
    answer = model.complete(Request(messages=chat("hi"), choices=("not good", "not bad", "yes")))
    assert answer.choice_logprobs == (-2.5, -2.5, -0.1)


def test_a_provider_without_log_probabilities_stops_with_the_next_step(server, model, waits):
    with pytest.raises(ModelUnavailable, match="reports no log-probabilities; use the `choice` scorer instead"):
        model.complete(CHOICES)
    assert (server.calls, waits) == (1, [])


def test_log_probabilities_are_natural_logarithms(server, model):
    server.script(Reply("negative", top_logprobs={"negative": math.log(0.75), "positive": math.log(0.25)}))
    assert [math.exp(value) for value in model.complete(CHOICES).choice_logprobs] == pytest.approx([0.25, 0.75])


def test_threads_share_connections_and_lose_no_answer(server, model):
    server.script(Reply("{call}", delay=0.03))
    with ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(lambda _: model.complete(CHAT).text, range(192)))
    assert sorted(map(int, answers)) == list(range(1, 193))
    assert server.connections <= 32


def test_a_model_is_a_value_that_can_be_sent_to_a_worker(server):
    model = LiteLLM("openai/stub", api_base=server.api_base, api_key=KEY, extra={"user": "me"})
    twin = pickle.loads(pickle.dumps(model))
    assert (twin, hash(twin)) == (model, hash(model))
    assert isinstance(twin, Model)
    assert twin.complete(CHAT).text == "ok"


def test_whoever_listens_to_litellm_still_hears(server, model, monkeypatch):
    import litellm

    heard, arrived = [], threading.Event()

    def listen(arguments, response, start, end):
        heard.append(response.choices[0].message.content)
        arrived.set()

    monkeypatch.setattr(litellm, "success_callback", [listen])
    server.script(Reply("heard"))
    model.complete(CHAT)
    assert arrived.wait(10)
    assert heard == ["heard"]


def test_litellm_is_not_imported_with_the_model():
    code = (
        "import sys; from evoprompt.models.hosted.litellm_model import LiteLLM; LiteLLM('openai/x'); "
        "assert not {'litellm', 'openai', 'httpx'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_the_price_list_is_not_read_from_the_network(model):
    model.complete(CHAT)
    assert os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] == "True"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"name": ""}, "needs a name"),
        ({"name": "openai/x", "timeout": 0}, "timeout must be over 0"),
        ({"name": "openai/x", "retries": -1}, "retries must be at least 0"),
        ({"name": "openai/x", "timeout": float("nan")}, "timeout must be over 0"),
        ({"name": "openai/x", "requests_per_minute": 0}, "requests_per_minute must be at least 1, or None .* got 0"),
        ({"name": "openai/x", "tokens_per_minute": -5}, "tokens_per_minute must be at least 1, or None .* got -5"),
        ({"name": "openai/x", "extra": {"api_key": KEY}}, "extra may not set api_key"),
        ({"name": "openai/x", "extra": {"fallbacks": ["a"], "stream": True}}, "extra may not set fallbacks, stream"),
    ],
)
def test_a_wrong_setting_is_told_at_once(arguments, message):
    with pytest.raises(ValueError, match=message) as caught:
        LiteLLM(**arguments)
    assert KEY not in str(caught.value)


@pytest.mark.slow
def test_64_threads_are_nearly_as_fast_as_a_bare_pool_over_litellm():
    from statistics import median

    from evoprompt.benchmarks.throughput import compare

    ours, bare = compare(n_calls=320, rounds=3)
    assert median(speed.calls for speed in ours) >= 0.9 * median(speed.calls for speed in bare)
