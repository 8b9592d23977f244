from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evoprompt.models.model import Completion, Request, chat
from evoprompt.tasks.evaluation import put
from evoprompt.tasks.example import Example
from evoprompt.tasks.scoring.scorers import exact_match
from evoprompt.text.thoughts import without_thoughts


@pytest.mark.parametrize(
    "output",
    [
        "<think>Is it bad? No.</think>\n\ngood",
        "Is it bad? No.\n</think>\ngood",
        "<thinking>bad?</thinking> good",
        "<Think>\nbad\n</Think>\ngood",
        "<think>one</think><think>two</think>good",
        "[THINK]bad?[/THINK]good",
        "<|channel|>analysis<|message|>bad?<|end|><|start|>assistant<|channel|>final<|message|>good",
        "<|channel>thought\nbad?<channel|>good",
        "◁think▷bad?◁/think▷good",
        "bad?◁/think▷good",
        "<|begin_of_thought|>bad?<|end_of_thought|>\n<|begin_of_solution|>good<|end_of_solution|>",
        "<|START_THINKING|>bad?<|END_THINKING|><|START_RESPONSE|>good<|END_RESPONSE|>",
        "<inner_monologue>bad?</inner_monologue>good",
        "<chain_of_thought>bad?</chain_of_thought>good",
    ],
)
def test_thoughts_are_taken_off(output):
    assert without_thoughts(output) == "good"


@pytest.mark.parametrize(
    "output",
    [
        "<think>It may be good, for",
        "[THINK]It may be good",
        "◁think▷It may be",
        "<|START_THINKING|>It",
        "<think> It may be",
    ],
)
def test_thoughts_that_the_token_limit_ended_leave_nothing(output):
    assert without_thoughts(output) == ""


@given(st.text())
def test_a_text_without_tags_stays_as_it_is(text):
    text = text.replace("<", "").replace("[", "")
    assert without_thoughts(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "<b>good</b>",
        "1 < 2",
        "think > good",
        " good\n",
        "[a] good",
        "Use the <think> tag: B",
        "Write `<think>` first: B",
    ],
)
def test_what_is_no_thought_stays(text):
    assert without_thoughts(text) == text


class Says:
    name = "says"

    def __init__(self, text, cut=False):
        self.completion = Completion(text, cut=cut)

    def complete(self, request):
        return self.completion


def answered(text, *, cut=False):
    request = Request(chat("Is it good?"), max_tokens=7)
    return put(Says(text, cut), exact_match, request, Example("1", {"text": "fine"}, "good"))


def test_an_answer_is_scored_without_its_thoughts_and_kept_with_them():
    answer = answered("<think>bad?</think>good")
    assert answer.score.correct
    assert answer.output == "<think>bad?</think>good"


def test_a_reason_says_that_an_answer_was_cut_off():
    answer = answered("<think>It may be", cut=True)
    assert answer.cut
    assert answer.score.reason.startswith("cut off at 7 tokens: ")
    assert type(answer).from_json(answer.to_json(), answer.example) == answer


def test_a_right_answer_needs_no_reason_though_it_was_cut_off():
    answer = answered("good", cut=True)
    assert answer.cut and answer.score.reason == ""


@pytest.mark.parametrize(
    "repeated",
    [
        "<think>",
        "</think>",
        "<think></thinking>",
        "<think>a",
        "[THINK]",
        "<|channel>thought\n",
        "◁think▷",
        "a <think> ",
    ],
)
def test_a_model_that_loops_in_its_thoughts_takes_time_linear_in_what_it_wrote(repeated):
    def seconds(n):
        begin = time.perf_counter()
        without_thoughts(repeated * n)
        return time.perf_counter() - begin

    assert min(seconds(40_000) for _ in range(3)) < 0.5


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("good <think>bad?</think>", "good"),
        ("<think>a<analysis>b</analysis>c</think>good", "good"),
        ("<think>bad?</thinking>good", "good"),
        ("<reasoning>x</reasoning>good<think>or", "good"),
        ("good. <think> It may be", "good."),
    ],
)
def test_thoughts_in_each_other_or_closed_by_another_name_are_taken_off(output, said):
    assert without_thoughts(output) == said
