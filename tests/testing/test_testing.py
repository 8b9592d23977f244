"""The testing kit itself: scripted models, the landscape with its models, and the conformance checks."""

from __future__ import annotations

import itertools
import os
import pickle
import random
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from joblib import Parallel, delayed
from toys import cheap, made_by

import evoprompt as ep
from evoprompt.models.model import Request, chat
from evoprompt.tasks.scoring.scorers import LabelProbability
from evoprompt.testing import Habits, Landscape, Rewriter, ScriptedModel, check_operator
from evoprompt.testing.tickets import LABELS
from evoprompt.testing.wording import OPENING, PHRASES, find, plain
from evoprompt.variation.operator import NoChild, Operator, known_operators

ROOT = Path(__file__).parents[2]
LAND = Landscape.drawn(3)


def asked(text, draw=0):
    return Request(chat(text), temperature=0.7, draw=draw)


def say(model, text, draw=0):
    return model.complete(asked(text, draw)).text


# The scripted model


def test_a_script_answers_in_order_and_keeps_what_it_was_asked():
    model = ScriptedModel(["one", ep.Completion("two", cut=True)])
    assert say(model, "a") == "one"
    assert model.complete(asked("b")).cut
    assert model.prompts == ["a", "b"]
    assert model.calls == 2
    assert model.requests[0].temperature == 0.7


def test_a_script_answers_by_a_rule():
    model = ScriptedModel(lambda request: request.text.upper())
    assert [say(model, "a"), say(model, "b")] == ["A", "B"]


@pytest.mark.parametrize("error", [ep.Refused("content filter"), ep.ModelUnavailable("down")])
def test_a_script_raises_what_stands_in_it(error):
    model = ScriptedModel(["fine", error])
    say(model, "a")
    with pytest.raises(type(error), match=str(error)):
        say(model, "b")


def test_a_script_that_ran_out_says_how_long_it_was_and_what_was_asked():
    model = ScriptedModel(["one"])
    say(model, "a")
    with pytest.raises(RuntimeError, match="has 1 answers, and call 2 came: 'what now'.*repeat=True"):
        say(model, "what now")


def test_a_script_begins_again_where_it_should():
    model = ScriptedModel(["one", "two"], repeat=True)
    assert [say(model, "a") for _ in range(5)] == ["one", "two", "one", "two", "one"]


def test_an_empty_script_can_not_begin_again():
    with pytest.raises(RuntimeError, match="has 0 answers"):
        say(ScriptedModel([], repeat=True), "a")


def test_one_text_is_no_script():
    with pytest.raises(TypeError, match="got the one text 'yes'"):
        ScriptedModel("yes")


def test_a_script_refuses_to_say_what_is_no_answer():
    with pytest.raises(TypeError, match="got 7"):
        say(ScriptedModel([7]), "a")


def test_sixty_four_threads_get_every_answer_of_a_script_once():
    model = ScriptedModel([str(i) for i in range(2_000)])
    said = Parallel(n_jobs=64, prefer="threads")(delayed(say)(model, str(i)) for i in range(2_000))
    assert sorted(said, key=int) == [str(i) for i in range(2_000)]
    assert model.calls == len(model.requests) == 2_000


def test_a_script_goes_to_a_worker_and_on_from_where_it_was():
    model = ScriptedModel(["one", "two"])
    say(model, "a")
    copy = pickle.loads(pickle.dumps(model))
    assert say(copy, "b") == "two"
    assert (model.calls, copy.calls) == (1, 2)


# Accuracy as a function of the prompt


def test_a_phrase_counts_once_and_as_whole_words():
    land = Landscape({"mind the gap": 0.3}, base=0.2)
    assert land.accuracy("Mind the  GAP, please!") == pytest.approx(0.5)
    assert land.accuracy("mind the gap; mind the gap") == pytest.approx(0.5)
    assert land.accuracy("remind the gap") == pytest.approx(0.2)


def test_orders_interactions_length_and_shots_count():
    land = Landscape(
        {"alpha": 0.1, "beta": 0.1},
        {("alpha", "beta"): 0.05},
        {("alpha", "beta"): 0.2},
        base=0.3,
        per_word=0.01,
        per_shot=0.02,
        useful_shots=2,
    )
    assert land.accuracy("alpha") == pytest.approx(0.39)
    assert land.accuracy("beta alpha") == pytest.approx(0.68)
    assert land.accuracy("alpha beta") == pytest.approx(0.73)
    assert land.accuracy("alpha well beta") == pytest.approx(0.72)
    shots = [example.as_shot() for example in land.task().train[:3]]
    assert land.accuracy(ep.Genome("alpha beta", shots=shots)) == pytest.approx(0.77)
    assert land.optimum == pytest.approx(0.77)


WORDS = ("alpha", "beta", "gamma", "delta")
gains = st.floats(-0.15, 0.15)


@cheap
@given(
    st.fixed_dictionaries(dict.fromkeys(WORDS, gains)),
    st.dictionaries(st.sampled_from([*itertools.combinations(WORDS, 2)]), st.floats(0.01, 0.1), max_size=3),
    st.dictionaries(st.sampled_from([*itertools.combinations(WORDS, 3)]), gains, max_size=3),
)
def test_the_optimum_is_the_best_of_all_texts(weights, orders, together):
    weights = {"omega": 0.1, **weights}
    land = Landscape(weights, orders, together, base=0.3, per_word=0.01)
    texts = (" ".join(words) for n in range(6) for words in itertools.permutations(weights, n))
    best = max(map(land.accuracy, texts))
    assert land.optimum == pytest.approx(best)
    assert land.accuracy(land.best_text) == pytest.approx(best)
    assert land.regret(land.best_text) == 0


@pytest.mark.parametrize("seed", range(8))
def test_a_drawn_landscape_has_the_optimum_it_was_asked_for(seed):
    land = Landscape.drawn(seed, traps=2, useful_shots=3, optimum=0.9)
    shots = [example.as_shot() for example in land.task().train[:3]]
    assert land.optimum == pytest.approx(0.9)
    assert land.accuracy(ep.Genome(land.best_text, shots=shots)) == pytest.approx(0.9)
    assert land.accuracy(land.seed_prompt) < 0.5
    rng = random.Random(seed)
    for _ in range(200):
        text = ". ".join(rng.sample(land.phrases, rng.randint(0, 12)))
        assert land.accuracy(ep.Genome(text, shots=shots)) <= land.optimum


def test_a_trap_looks_like_a_loss_at_every_step_and_is_a_gain_in_the_end():
    land = Landscape.drawn(0, traps=1)
    (pair,) = [group for group in land.together if all(land.weights[phrase] < 0 for phrase in group)]
    one, both = land.accuracy(pair[0]), land.accuracy(" ".join(pair))
    assert one < land.accuracy("") < both
    assert {*pair} <= {*land.best_phrases}


def test_the_same_seed_draws_the_same_landscape():
    assert Landscape.drawn(5) == Landscape.drawn(5) != Landscape.drawn(6)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (({"a b": 0.1, "b": 0.1},), "'a b' and 'b' share words"),
        (({"a b": 0.1, "b c": 0.1},), "'a b' and 'b c' share words"),
        (({"a": 0.1}, {("a", "z"): 0.1}), "no phrase 'z'"),
        (({"a": 0.1}, {}, {("z",): 0.1}), "no phrase 'z'"),
        (({"a": 0.1, "b": 0.1}, {("a", "b"): -0.1}), "bonus over 0"),
        (({"a": 0.1, "b": 0.1}, {("a", "b"): 0.1, ("b", "a"): 0.1}), "round in a circle: "),
        (({"a": -0.1},), "no phrase of the landscape helps"),
    ],
)
def test_a_landscape_without_a_known_optimum_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        Landscape(*arguments)


def test_no_phrase_of_ours_overlaps_another_or_is_cut_in_two_by_phrase_edits():
    from evoprompt.operators.spans import phrases

    Landscape(dict.fromkeys([plain(OPENING).strip(), *PHRASES], 0.001))
    assert [each for each in PHRASES if len(phrases(each)) > 1] == []


# The task and its model


def share_right(land, text, n=400):
    task, model = land.task(0, n), land.model()
    genome = ep.Genome(text)
    return sum(task.score(model.complete(task.render(genome, e)), e).value for e in task.dev) / n


@pytest.mark.parametrize("noise", [0.0, 0.3, 1.0])
def test_the_model_is_as_accurate_as_the_landscape_says(noise):
    land = replace(LAND, noise=noise)
    for text in (land.best_text, *land.seed_prompts(3)):
        assert share_right(land, text) == pytest.approx(land.accuracy(text), abs=0.01 + 0.08 * noise)


def test_without_noise_a_better_prompt_answers_all_that_a_worse_one_does():
    task, model = LAND.task(), LAND.model()
    right = [
        {e.id for e in task.dev if task.score(model.complete(task.render(ep.Genome(text), e)), e).value}
        for text in sorted(LAND.seed_prompts(8), key=LAND.accuracy)
    ]
    assert all(less <= more for less, more in itertools.pairwise(right))


def test_the_model_does_not_care_for_the_order_of_shots():
    task, model = LAND.task(), LAND.model()
    shots = [example.as_shot("because") for example in task.train[:3]]
    one, other = (ep.Genome(LAND.seed_prompt, shots=order) for order in (shots, shots[::-1]))
    for example in task.dev:
        answers = [model.complete(task.render(genome, example)) for genome in (one, other)]
        assert len({task.score(answer, example).value for answer in answers}) == 1


def test_right_answers_name_rules_of_the_optimum_and_wrong_ones_none():
    land = replace(LAND, hints=1.0)
    task, model = land.task(), land.model()
    for example in task.dev:
        answer = model.complete(task.render(ep.Genome(land.seed_prompt), example))
        named = {found.text for found in find(answer.text, land.phrases)}
        assert named <= {*land.best_phrases}
        assert bool(named) == bool(task.score(answer, example).value)


def test_log_probabilities_put_the_right_label_on_top_where_the_text_would_be_right():
    task, model = LAND.task(), LAND.model()
    by_probability = replace(task, scorer=LabelProbability(LABELS))
    for example in task.dev:
        genome = ep.Genome(LAND.seed_prompt)
        text = task.score(model.complete(task.render(genome, example)), example)
        graded = by_probability.score(model.complete(by_probability.render(genome, example)), example)
        assert graded.correct == text.correct


def test_the_model_says_so_where_it_is_asked_for_something_else():
    with pytest.raises(ValueError, match="a line 'Ticket: ...', got 'hello'"):
        say(LAND.model(), "hello")


def test_models_count_their_calls_and_survive_pickling():
    for model, text in ((LAND.model(), "Sort.\n\nTicket: 1 about\nQueue:"), (LAND.operator_model(), "Sort.")):
        first = say(model, text)
        copy = pickle.loads(pickle.dumps(model))
        assert say(copy, text) == first
        assert (model.calls, copy.calls) == (1, 2)
        assert model.complete(asked(text)).dollars == 0
        assert isinstance(copy._lock, type(threading.Lock()))


PRINT_ANSWERS = """
import hashlib
from evoprompt.testing import Habits, Landscape
from evoprompt.models.model import Request, chat
import evoprompt as ep
land = Landscape.drawn(7, noise=0.3, traps=1, useful_shots=2)
task, model, writer = land.task(), land.model(), land.operator_model(habits=Habits(chatter=0.2, copies=0.2))
said = [land.best_text, str(land.optimum), *land.seed_prompts(4)]
said += [model.complete(task.render(ep.Genome(land.seed_prompt), example)).text for example in task.dev]
said += [writer.complete(Request(chat(f"{a} <prompt> {b}"), draw=d)).text
         for d, (a, b) in enumerate(zip(land.seed_prompts(9), land.seed_prompts(9)[1:]))]
print(hashlib.sha256(repr(said).encode()).hexdigest())
"""


def test_answers_are_the_same_in_any_process():
    def answers(hash_seed):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-c", PRINT_ANSWERS]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout

    assert answers("1") == answers("2") != ""


# The operator model


def phrases_of(text, land=LAND):
    return [found.text for found in find(text, land.phrases)]


def test_a_rewriting_of_one_prompt_is_a_few_edits_away():
    model = LAND.operator_model(most_edits=1)
    before = phrases_of(LAND.seed_prompt)
    for draw in range(50):
        reply = say(model, f"Rewrite this.\n\nInstruction: {LAND.seed_prompt}", draw)
        after = phrases_of(reply)
        assert reply.startswith(LAND.opening)
        assert after != before
        assert len({*before} ^ {*after}) <= 2


def test_the_same_request_and_draw_have_the_same_answer_and_another_draw_another():
    model = LAND.operator_model()
    assert say(model, LAND.seed_prompt) == say(model, LAND.seed_prompt)
    assert len({say(model, LAND.seed_prompt, draw) for draw in range(20)}) > 10


def test_a_crossing_keeps_what_both_prompts_share_and_draws_on_both():
    a, b, c = LAND.phrases[:3]
    one, other = (f"{LAND.opening} {a}. {b}.", f"{LAND.opening} {a}. {c}.")
    model = LAND.operator_model(most_edits=1)
    children = [phrases_of(say(model, f"First: {one}\nSecond: {other}", draw)) for draw in range(300)]
    kept = [sum(phrase in child for child in children) / len(children) for phrase in (a, b, c)]
    assert kept[0] > 0.7
    assert 0.2 < kept[1] < kept[2] < 0.8  # what is shown last weighs more


def test_of_worked_examples_it_keeps_every_rule():
    a, b = LAND.best_phrases[1:3]
    model = LAND.operator_model(most_edits=1)
    children = [phrases_of(say(model, f"Somebody wrote: by {a} and {b} it is repair.", d)) for d in range(100)]
    assert sum(a in child for child in children) > 70
    assert sum(b in child for child in children) > 70


def test_a_request_without_any_phrase_gets_one_it_thinks_of():
    assert 1 <= len(phrases_of(say(LAND.operator_model(), "Write an instruction."))) <= 2


def test_the_reply_has_the_form_that_the_request_asks_for():
    model, text = LAND.operator_model(), LAND.seed_prompt
    assert say(model, f"{text}\nWrite it between <prompt> and </prompt>.").startswith(f"<prompt>{LAND.opening}")
    assert say(model, f"{text}\nWrap it in <START></START>.").endswith("</START>")
    assert "\n4. " in say(model, f"1. {text}\n2. {text}\n3. ")
    assert say(model, f"1. {text}\n2. {text}").startswith("3. ")
    assert say(model, f"{text}\nGive advice alone.").startswith(OPENING) is False


def test_asked_for_a_part_it_gives_a_part():
    model = LAND.operator_model()
    known = LAND.phrases[0]
    (new,) = phrases_of(say(model, f"Instruction: {LAND.seed_prompt}\nPart: {known}\nNew part:"))
    assert new != known
    assert say(model, "Instruction: Name the queue.\nPart: the queue\nNew part:") == "please the queue"


def test_asked_a_question_of_the_task_it_answers_as_the_task_model():
    task = LAND.task()
    request = task.render(ep.Genome(LAND.best_text), task.train[0])
    assert LAND.operator_model().complete(request).text == LAND.model().complete(request).text


@pytest.mark.parametrize(
    ("habit", "shows"),
    [
        ("chatter", lambda answer: answer.text.startswith("Sure!") and "<prompt>" not in answer.text),
        ("lost_tags", lambda answer: answer.text.startswith("<prompt>") and "</prompt>" not in answer.text),
        ("cut_off", lambda answer: answer.cut and not answer.text.endswith("</prompt>")),
        ("copies", lambda answer: answer.text == f"<prompt>{LAND.seed_prompt}</prompt>"),
        ("empty", lambda answer: answer.text == ""),
    ],
)
def test_bad_habits_show_as_often_as_they_should(habit, shows):
    model = LAND.operator_model(habits=Habits(**{habit: 0.5}))
    request = f"Rewrite: {LAND.seed_prompt}\nAnswer in <prompt></prompt>."
    often = sum(shows(model.complete(asked(request, draw))) for draw in range(200)) / 200
    assert 0.4 < often < 0.6


def test_habits_are_chances():
    with pytest.raises(ValueError, match="together at most 1"):
        Habits(chatter=0.6, empty=0.6)
    with pytest.raises(ValueError, match="from 0 to 1"):
        Habits(chatter=-0.1)


def test_a_rewriter_needs_phrases():
    with pytest.raises(ValueError, match="at least 2 phrases, got 1"):
        Rewriter(["alone"])


def test_a_run_gets_along_with_every_bad_habit_at_once():
    land = Landscape.drawn(1)
    habits = Habits(chatter=0.15, lost_tags=0.15, cut_off=0.15, copies=0.15, empty=0.15)
    result = ep.evolve(
        land.task(),
        land.seed_prompts(4),
        model=land.model(),
        operator_model=land.operator_model(habits=habits),
        recipe="evoprompt-ga",
        budget=ep.Budget(calls=1_500),
        progress=False,
    )
    known = {*plain(OPENING).split(), *plain(" ".join(land.phrases)).split()}
    births = [line for line in result.record.of("birth") if line["child"]]
    assert births
    assert all({*plain(line["genome"]["genes"]["instruction"]).split()} <= known for line in births)
    assert land.accuracy(result.best.genome) > land.accuracy(land.seed_prompt)


# Conformance

NEEDS = {"phrase-add": {"genomes": [ep.Genome(LAND.seed_prompt, hidden={"deleted": "Tell a joke"})]}}
BUILT_IN = [each for each in known_operators().values() if each.function.__module__.startswith("evoprompt.")]


@pytest.mark.parametrize("operator", BUILT_IN, ids=str)
def test_every_built_in_operator_conforms(operator):
    check_operator(operator, **NEEDS.get(operator.name, {}))


def shouted(genome):
    return genome.with_gene("instruction", genome["instruction"].upper().replace("{TICKET}", "{ticket}") + "!")


def test_a_plain_function_conforms():
    def shout(parents, context):
        return shouted(parents[0].genome)

    check_operator(made_by(shout, calls=0))


def test_the_answers_of_the_operator_model_can_be_given():
    def structured(parents, context):
        answer = context.ask("As JSON, please")
        if not answer.startswith('{"prompt": "') or "fine" not in answer:
            raise NoChild("not the JSON that was asked for")
        return parents[0].genome.with_gene("instruction", parents[0].genome["instruction"] + " fine")

    check_operator(made_by(structured), answers=['{"prompt": "fine"}'])
    check_operator(made_by(structured), answers=lambda request: '{"prompt": "fine"}')
    check_operator(made_by(structured), model=ScriptedModel(lambda request: '{"prompt": "fine"}'))
    with pytest.raises(AssertionError, match="made no child in 70 births .not the JSON"):
        check_operator(made_by(structured))


def test_the_callers_random_states_are_as_before():
    before, numpy_before = random.getstate(), np.random.get_state()[1].tolist()
    check_operator(known_operators()["shot-drop"])
    assert random.getstate() == before
    assert np.random.get_state()[1].tolist() == numpy_before


def draws_from_the_global_random(parents, context):
    return parents[0].genome.with_gene("instruction", f"Sort {random.random()}")


def draws_from_numpy(parents, context):
    return parents[0].genome.with_gene("instruction", f"Sort {np.random.rand()}")


BORN = itertools.count()


def keeps_state_between_births(parents, context):
    return parents[0].genome.with_gene("instruction", f"Sort {next(BORN)}")


def changes_its_parents(parents, context):
    parents[0].fitness.values = (0.0,)
    return shouted(parents[0].genome)


def fails_on_shots(parents, context):
    return shouted(parents[0].genome) if not parents[0].genome.shots else {}["shots"]


def returns_nothing(parents, context):
    return None


def returns_a_text(parents, context):
    return "SORT!"


def asks_twice(parents, context):
    context.ask("a")
    return parents[0].genome.with_gene("instruction", context.ask("b") + "!")


def takes_what_comes(parents, context):
    return parents[0].genome.with_gene("instruction", context.ask("Rewrite: " + parents[0].genome["instruction"]))


def reads_the_cut_answer(parents, context):
    answer = context.model.complete(asked("Rewrite, in <prompt></prompt>: " + parents[0].genome["instruction"]))
    text = answer.text.removeprefix("<prompt>").removesuffix("</prompt>").strip()
    if not text or text.startswith(("Sure", "I'm")) or "<" in text:
        raise NoChild("nothing")
    return parents[0].genome.with_gene("instruction", text)


def lets_refusals_out(parents, context):
    answer = context.model.complete(asked("Rewrite: " + parents[0].genome["instruction"]))
    raise NoChild("cut") if answer.cut else NoChild("nothing")


def hides_that_the_model_is_down(parents, context):
    try:
        context.ask("Rewrite: " + parents[0].genome["instruction"])
    except Exception:
        raise NoChild("something went wrong") from None
    return shouted(parents[0].genome)


def forgets_the_fields(parents, context):
    return ep.Genome({"prompt": "Sort."})


def gives_the_parent_back(parents, context):
    return parents[0].genome


@pytest.mark.parametrize(
    ("function", "calls", "message"),
    [
        (draws_from_the_global_random, 0, "drew from the global random state.*; draw from context.rng alone"),
        (draws_from_numpy, 0, "drew from the global random state"),
        (keeps_state_between_births, 0, "made two different children from one seed with plain prompts"),
        (changes_its_parents, 0, "changed its parents with plain prompts; make a new genome"),
        (fails_on_shots, 0, "raised KeyError.'shots'. with shots; raise NoChild"),
        (returns_nothing, 0, "returned nothing"),
        (returns_a_text, 0, "returned 'SORT!' with plain prompts; return a Genome"),
        (asks_twice, 1, "declares calls=1, and made 2 with plain prompts; say @operator.calls=2."),
        (takes_what_comes, 1, "took for a prompt what a model wrote that only talks; read answers with"),
        (reads_the_cut_answer, 1, "took for a prompt what a model wrote that stops in the middle"),
        (hides_that_the_model_is_down, 1, "kept a ModelUnavailable to itself"),
        (forgets_the_fields, 0, "broke the contract of the task with 70 of 70 children, first with plain prompts"),
        (gives_the_parent_back, 0, "broke the contract.*the same as a parent.*raise NoChild"),
        (lets_refusals_out, 1, "made no child in 70 births .nothing."),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_does_not_conform_is_told_how_to_mend_it(function, calls, message):
    operator = made_by(function, calls=calls)
    with pytest.raises(AssertionError, match=f"operator '{operator.name}' {message}"):
        check_operator(operator)


def test_an_operator_with_a_lock_can_not_be_sent_to_a_worker():
    lock = threading.Lock()

    def locked(parents, context):
        with lock:
            return shouted(parents[0].genome)

    with pytest.raises(AssertionError, match="can't be sent to a worker process"):
        check_operator(made_by(locked, calls=0))


@pytest.mark.parametrize("given", [shouted, "shout", Operator])
def test_only_operators_are_checked(given):
    with pytest.raises(TypeError, match="an operator made by @operator"):
        check_operator(given)
