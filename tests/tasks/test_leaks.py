"""No dev or test example stands in a prompt: from a user's genome, an operator or a model's text."""

from __future__ import annotations

import pickle
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toys import LABELS, ToyModel, cheap, individual, made_by, run, toy_task

from evoprompt.genome import Genome, Shot
from evoprompt.run.evolution import Evolution
from evoprompt.tasks.example import Example
from evoprompt.tasks.scoring.scorers import Choice
from evoprompt.tasks.task import Task
from evoprompt.variation.individual import Individual
from evoprompt.variation.operator import ATTEMPTS, Birth, bear, breach

LONG = "The kettle came with a cracked lid, and nobody in your shop answers my letters about it."
OTHER = "My parcel was left in the rain for two days although I had asked for a neighbour to take it."
KNOWN = "A lamp that I never ordered was charged to my card in March; please send the money back soon."


def texts_of(split, *first):
    return tuple(
        Example(f"{split}{i}", {"text": text}, ("good", "bad")[i % 2])
        for i, text in enumerate([*first, f"good film {split}", f"{split} is a film about a dog", f"bad {split}"])
    )


def film_task(**changes):
    settings = {
        "template": "{instruction}\n\nText: {text}\nMood:",
        "scorer": Choice(("good", "bad")),
        "train": texts_of("train", KNOWN),
        "dev": texts_of("dev", LONG),
        "test": texts_of("test", OTHER),
    }
    return Task(**{**settings, **changes})


TASK = film_task()
PARENT = individual("Name the mood.", 0.5)


def shot(text, target="good", reasoning=""):
    return Shot((("text", text),), target, reasoning)


def said(genome, task=TASK):
    return breach(genome, [PARENT], task.for_operators())


@pytest.mark.parametrize(
    ("text", "target", "says"),
    [
        ("good film dev", "bad", "shot 1 is the dev example 'dev1'"),
        ("good film dev", "good", "shot 1 is the dev example 'dev1'"),
        ("Good  Film: dev!", "good", "shot 1 is the dev example 'dev1'"),
        ("good film test", "good", "shot 1 is the test example 'test1'"),
        (LONG.upper(), "good", "shot 1 is the dev example 'dev0'"),
        (f"Read this. {LONG}", "good", "shot 1 quotes the dev example 'dev0'"),
        ("good film train", "good", ""),
        ("good film", "good", ""),
        ("a film nobody saw", "good", ""),
        (KNOWN, "good", ""),
    ],
)
def test_a_shot_that_is_a_dev_or_test_example_is_refused_whatever_its_target(text, target, says):
    assert said(PARENT.genome.with_shots([shot(text, target)])) == says


def test_the_way_to_the_answer_of_a_shot_quotes_no_dev_example_either():
    genome = PARENT.genome.with_shots([shot("good film train"), shot("good film train", reasoning=f"Unlike: {LONG}")])
    assert said(genome) == "shot 2 quotes the dev example 'dev0'"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f"Name the mood. Example: {LONG} -> bad", "the gene 'instruction' quotes the dev example 'dev0'"),
        (f"Name the mood.\n\n> {LONG.lower()}", "the gene 'instruction' quotes the dev example 'dev0'"),
        (f"As in “{OTHER.replace(' ', chr(10), 3)}”", "the gene 'instruction' quotes the test example 'test0'"),
        (LONG.replace(",", "").replace(".", "!"), "the gene 'instruction' quotes the dev example 'dev0'"),
        # A run of twelve words of a longer text is a quotation of it; six are anybody's.
        (f"Say more than: {' '.join(OTHER.split()[2:16])}", "the gene 'instruction' quotes the test example 'test0'"),
        (f"Say more than: {' '.join(OTHER.split()[2:8])}", ""),
        ("A good film dev is good.", ""),
        (f"As in: {KNOWN}", ""),
    ],
)
def test_a_gene_that_quotes_a_long_dev_or_test_example_is_refused_and_one_with_short_ones_is_not(text, says):
    assert said(Genome(text)) == says


def test_a_hidden_gene_from_which_operators_write_counts_as_well():
    assert said(Genome("Say it.", hidden={"memory": LONG})) == "the gene 'memory' quotes the dev example 'dev0'"


def test_what_stands_in_the_template_or_in_train_may_be_quoted():
    rule = "Answer with good or bad and with nothing else at all, please, in small letters."
    task = film_task(
        template="{instruction}\n\n" + rule + "\n\nText: {text}",
        dev=(*texts_of("dev", LONG), Example("rule", {"text": rule}, "good")),
        train=(*texts_of("train"), Example("same", {"text": f"He wrote: {LONG}"}, "bad")),
    )
    assert said(Genome(f"Mind: {rule}"), task) == ""
    assert said(Genome(f"Mind: {LONG}"), task) == ""
    assert said(Genome(f"Mind: {OTHER}"), task) == "the gene 'instruction' quotes the test example 'test0'"


def test_what_many_examples_have_in_common_quotes_none_of_them():
    asked = "Which of the following answers is the best one to this question of a customer of ours?"
    dev = tuple(Example(f"d{i}", {"text": f"{asked} Number {i}."}, "good") for i in range(8))
    task = film_task(dev=dev, train=())
    assert said(Genome(f"You will read: {asked}"), task) == ""
    assert (
        said(Genome(f"You will read: {asked} Number 3."), task) == "the gene 'instruction' quotes the dev example 'd3'"
    )


def test_a_text_without_blanks_between_its_words_is_found_as_well():
    text = "这个水壶的盖子裂开了，店里没有人回我的信，我非常失望，请退款。"
    task = film_task(dev=texts_of("dev", text))
    assert said(Genome(f"判断情感。例如：{text}差评"), task) == "the gene 'instruction' quotes the dev example 'dev0'"
    assert said(Genome("判断情感。"), task) == ""


def test_of_several_fields_one_alone_is_quoted():
    dev = (Example("d", {"title": "Kettle", "text": LONG, "note": OTHER}, "bad"),)
    task = film_task(template="{instruction}\n{title}: {text}", dev=dev, test=(), train=())
    assert said(Genome(f"See {LONG}"), task) == "the gene 'instruction' quotes the dev example 'd'"
    assert said(Genome(f"See {OTHER}"), task) == ""  # the task model is not shown this field
    whole = Shot((("title", "kettle"), ("text", LONG)), "good")
    assert said(PARENT.genome.with_shots([whole]), task) == "shot 1 is the dev example 'd'"


def test_a_seed_that_leaks_is_refused_with_the_example_its_split_and_the_next_step():
    task = toy_task()
    leaking = Genome("Even or odd?", shots=[task.train[0].as_shot(), task.dev[3].as_shot()])
    with pytest.raises(ValueError) as error:
        run(task, seeds=leaking)
    assert str(error.value) == (
        f"seed prompt 1: shot 2 is the dev example {task.dev[3].id!r}, which it would be scored on; take it out, or show"
        " train examples in its place"
    )


def test_an_operators_child_that_leaks_is_rejected_with_the_reason_and_not_mended():
    def quote(parents, context):
        return Genome(context.ask("Rewrite: a") + f" Such as {LONG}")

    born = bear(Birth(made_by(quote), (PARENT,), seed="0/1/2"), TASK.for_operators(), ToyModel())
    assert born.genome is None
    assert born.reasons == ("the gene 'instruction' quotes the dev example 'dev0'",) * ATTEMPTS


def test_the_hashes_travel_with_the_task_hold_no_text_and_leave_its_identity_alone():
    task = film_task()
    before = task.fingerprint
    sent = pickle.dumps(task.for_operators())
    assert task.fingerprint == before == film_task().fingerprint
    assert b"kettle" not in sent
    assert b"neighbour" not in sent
    assert pickle.loads(sent).leak(Genome(LONG)) == "the gene 'instruction' quotes the dev example 'dev0'"
    assert task == film_task()


words = st.lists(st.sampled_from("kettle parcel lamp the a is broken late never came back".split()), max_size=30)


@cheap
@given(words, words, st.integers(0, 999))
def test_whole_long_inputs_are_found_wherever_they_stand_and_in_any_dress(before, after, seed):
    rng = random.Random(seed)
    dressed = "".join(c.upper() if rng.random() < 0.3 else c for c in LONG).replace(
        " ", rng.choice([" ", "\n", "  ", " - "])
    )
    assert said(Genome(" ".join([*before, dressed, *after]))) == "the gene 'instruction' quotes the dev example 'dev0'"
    assert said(Genome(" ".join(["Mood:", *before, *after]))) == ""


def test_every_seed_of_a_toy_run_passes_and_so_do_train_shots():
    task = toy_task()
    genome = Genome(f"Say {LABELS[0]} or {LABELS[1]}.", shots=[example.as_shot() for example in task.train])
    assert breach(genome, (), task) == ""


def test_a_prompt_that_leaks_is_refused_in_a_loop_of_the_users_own_and_nobody_is_asked():
    task, asked = film_task(), []

    class Counting(ToyModel):
        def complete(self, request):
            asked.append(request)
            return super().complete(request)

    example = task.dev[0]
    leaking = Individual(Genome("Judge.", shots=[Shot(tuple(example.fields.items()), example.target)]))
    says = f"is the dev example {example.id!r}, which it would be scored on"
    with Evolution(task, "Judge the film.", model=Counting()) as loop, pytest.raises(ValueError, match=says):
        loop.evaluate([leaking])
    assert asked == []


def test_a_column_beside_the_text_makes_no_other_example_where_a_gene_shows_the_text():
    rows = [{"row": i, "text": f"some words number {i % 25}", "label": ("a", "b")[i % 2]} for i in range(100)]
    task = Task.from_records(rows, template="{instruction}", target="label", scorer=Choice(("a", "b")))
    by_split = [{example.fields["text"] for example in task.split(name)} for name in ("train", "dev", "test")]
    assert not (by_split[0] & by_split[1] or by_split[0] & by_split[2] or by_split[1] & by_split[2])
    hidden = task.test[0]
    seed = Genome("a or b? {text}", shots=[Shot((("row", "x"), ("text", hidden.fields["text"])), hidden.target)])
    assert "is the test example" in task.leak(seed)
