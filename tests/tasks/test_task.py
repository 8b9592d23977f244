from __future__ import annotations

import json
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from toys import LABELS, TEMPLATE, Rows, cheap, records, toy_task

from evoprompt.genome import Genome, Shot
from evoprompt.models.model import Message
from evoprompt.tasks.example import Example
from evoprompt.tasks.scoring.scorers import Choice, LabelProbability, contains, exact_match, token_f1
from evoprompt.tasks.task import Task

REVIEW = "{instruction}\n\nReview: {text}\nSentiment:"
traps = st.sampled_from(["{instruction}", "{text}", "{shots}", "{target}", "{{", "}", "{", "%s", "$text", "\\1", "ok"])
trapped = st.lists(traps, min_size=1, max_size=5).map(" ".join)


def review_task(**settings):
    examples = (Example("1", {"text": "good one"}, "positive"), Example("2", {"text": "bad one"}, "negative"))
    return Task(settings.pop("template", REVIEW), exact_match, dev=examples, **settings)


def text_of(task, genome, example=None):
    return task.render(genome, example or task.dev[0]).text


def turns_of(task, genome, example=None):
    return [(turn.role, turn.text) for turn in task.render(genome, example or task.dev[0]).messages]


# Rendering


def test_a_prompt_is_the_template_with_gene_and_example_in_their_places():
    assert text_of(review_task(), Genome("Judge.")) == "Judge.\n\nReview: good one\nSentiment:"


def test_shots_as_text_stand_before_the_paragraph_of_the_example_and_look_like_it():
    genome = Genome("Judge.", shots=[Shot((("text", "a"),), "positive"), Shot((("text", "b"),), "negative", "Hm.")])
    assert text_of(review_task(shots_as="text"), genome) == (
        "Judge.\n\nReview: a\nSentiment: positive\n\nReview: b\nSentiment: Hm. negative\n\nReview: good one\nSentiment:"
    )


def test_shots_in_their_own_paragraph_leave_no_gap_with_or_without_them():
    task = review_task(template="{instruction}\n\n{shots}\n\nReview: {text}\nSentiment:")
    shots = [Shot((("text", "a"),), "positive")]
    assert text_of(task, Genome("Judge.")) == "Judge.\n\nReview: good one\nSentiment:"
    assert text_of(task, Genome("Judge.", shots=shots)) == (
        "Judge.\n\nReview: a\nSentiment: positive\n\nReview: good one\nSentiment:"
    )


def test_a_shot_template_says_how_shots_look():
    task = review_task(template="{shots}{instruction} {text}", shot_template="{text} => {reasoning}{target}\n")
    genome = Genome("Judge:", shots=[Shot((("text", "a"),), "positive", "Because.")])
    assert text_of(task, genome) == "a => Because. positive\nJudge: good one"


@cheap
@given(trapped, trapped, trapped, trapped)
def test_no_text_of_an_example_a_shot_or_a_target_is_read_as_a_template(text, shot_text, target, reasoning):
    example = Example("1", {"text": text}, "x")
    task = Task(REVIEW, exact_match, dev=(example,), shots_as="text")
    genome = Genome("Judge.", shots=[Shot((("text", shot_text),), target, reasoning)])
    assert text_of(task, genome) == (
        f"Judge.\n\nReview: {shot_text}\nSentiment: {reasoning} {target}\n\nReview: {text}\nSentiment:"
    )
    assert turns_of(replace(task, shots_as="turns"), genome) == [
        ("user", f"Judge.\n\nReview: {shot_text}\nSentiment:"),
        ("assistant", f"{reasoning}\n{target}"),
        ("user", f"Review: {text}\nSentiment:"),
    ]


@cheap
@given(trapped, trapped)
def test_a_gene_may_name_a_field_of_the_example_and_nothing_else(gene, text):
    task = Task("{instruction}|{text}", exact_match, dev=(Example("1", {"text": text}, "x"),))
    assert text_of(task, Genome(gene)) == "|".join([text.join(gene.split("{text}")), text])


def test_a_gene_that_names_a_field_which_some_examples_lack_keeps_its_braces():
    dev = (Example("1", {"text": "a", "title": "t"}, "x"), Example("2", {"text": "b"}, "x"))
    task = Task("{instruction} {text}", exact_match, dev=dev)
    assert [text_of(task, Genome("See {title}:"), example) for example in dev] == ["See {title}: a", "See {title}: b"]


SHOTS = (Shot((("text", "a"),), "positive"), Shot((("text", "b"),), "negative", "Hm."))


def test_shots_are_turns_of_a_chat_and_the_instruction_stands_in_the_first():
    assert turns_of(review_task(), Genome("Judge.", shots=SHOTS)) == [
        ("user", "Judge.\n\nReview: a\nSentiment:"),
        ("assistant", "positive"),
        ("user", "Review: b\nSentiment:"),
        ("assistant", "Hm.\nnegative"),
        ("user", "Review: good one\nSentiment:"),
    ]


def test_an_instruction_that_names_a_field_stands_in_each_turn_with_its_own_text():
    task = review_task(template="{instruction}")
    assert turns_of(task, Genome("Is {text!} {text} good?", shots=SHOTS[:1])) == [
        ("user", "Is {text!} a good?"),
        ("assistant", "positive"),
        ("user", "Is {text!} good one good?"),
    ]
    task = review_task(template="{instruction}\n\nReview: {text}")
    assert turns_of(task, Genome("Is {text} good?", shots=SHOTS[:1]))[2] == (
        "user",
        "Is good one good?\n\nReview: good one",
    )


def test_the_system_text_stands_before_the_turns_of_the_shots():
    task = review_task(system="{instruction}", template="Review: {text}")
    assert turns_of(task, Genome("Judge.", shots=SHOTS[:1])) == [
        ("system", "Judge."),
        ("user", "Review: a"),
        ("assistant", "positive"),
        ("user", "Review: good one"),
    ]


@pytest.mark.parametrize(
    ("template", "shot"),
    [
        ("{instruction}\n\nText: {text}", "Text: a\nSent to: positive"),
        ("{instruction}\n\n<text>{text}</text>", "<text>a</text>\nSent to: positive"),
        ('{instruction}\n\nText: "{text}".\n', 'Text: "a".\nSent to: positive'),
        ("{instruction}\n\nText: {text}\nTeam:", "Text: a\nTeam: positive"),
        ("{instruction}\n\n{text} =>", "a => positive"),
        ("{instruction}\n\n{text}\nWhich team?", "a\nWhich team? positive"),
        ("{instruction}\n\n文：{text}\n答：", "文：a\n答： positive"),
    ],
)
def test_the_answer_of_a_shot_as_text_stands_under_the_tasks_own_words_or_the_cue(template, shot):
    task = review_task(template=template, shots_as="text", cue="Sent to:")
    assert task.render_shots(SHOTS[:1]) == f"{shot}\n\n"


def test_the_cue_is_the_title_of_the_target():
    task = Task.from_records(
        [{"text": f"t{i}", "sent_to": "ab"[i % 2]} for i in range(9)],
        template="{instruction}\n\n{text}",
        target="sent_to",
        shots_as="text",
    )
    assert task.render_shots([task.train[0].as_shot()]).endswith(f"\nSent to: {task.train[0].target}\n\n")


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"shots_as": "lines"}, "shots_as must be auto, turns or text, got 'lines'"),
        ({"shots_as": "turns", "format": "completion"}, "completion format has no turns"),
        ({"shots_as": "turns", "shot_template": "{text}"}, "a shot template makes shots a text"),
        ({"shots_as": "turns", "template": "{instruction} {shots} {text}"}, r"{shots} in the template makes"),
    ],
)
def test_a_place_for_shots_that_can_not_be_is_refused(settings, says):
    with pytest.raises(ValueError, match=says):
        review_task(**settings)


def test_chat_format_has_a_system_message_where_the_task_has_one():
    task = review_task(template="{instruction} {text}", system="{role}", genes=("instruction", "role"))
    request = task.render(Genome({"instruction": "Judge", "role": "You judge."}), task.dev[0])
    assert request.messages == (Message("system", "You judge."), Message("user", "Judge good one"))
    assert request.prompt is None


def test_completion_format_is_continued_and_ends_at_a_line():
    request = review_task(format="completion").render(Genome("Judge."), review_task().dev[0])
    assert (request.messages, request.stop) == ((), ("\n",))
    assert request.prompt is not None
    assert review_task(format="completion", stop=()).render(Genome("J"), review_task().dev[0]).stop == ()


def test_label_probabilities_are_asked_for_without_an_answer():
    task = toy_task(scorer=LabelProbability(LABELS))
    request = task.render(Genome("x"), task.dev[0])
    assert (request.choices, request.max_tokens) == (LABELS, 1)


def test_hidden_genes_are_never_rendered():
    genome = Genome("Judge.", hidden={"memory": "SECRET"})
    assert "SECRET" not in repr(review_task().render(genome, review_task().dev[0]))


# Checks


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"template": "{instruction} {txt}"}, r"the template names {txt}, but the examples have the fields text"),
        ({"template": "{text}"}, r"the template has no place for the gene {instruction}"),
        ({"template": "{instruction} {text"}, r"single '{'"),
        ({"system": "{who}"}, r"the system template names {who}"),
        ({"shot_template": "{txt}"}, r"the shot template names {txt}; known: reasoning, target, text"),
        ({"format": "plain"}, r"format must be 'chat' or 'completion', got 'plain'"),
        ({"format": "completion", "system": "x"}, r"completion format has no system message"),
        ({"genes": ("instruction", "text")}, r"'text' is both a field of the examples and a gene"),
    ],
)
def test_a_template_that_does_not_fit_is_refused_at_once(settings, says):
    with pytest.raises(ValueError, match=says):
        review_task(**settings)


@pytest.mark.parametrize("name", ["reasoning", "target"])
def test_a_field_that_would_hide_a_part_of_the_shots_is_refused(name):
    dev = (Example("1", {"text": "a", name: "b"}, "x"),)
    with pytest.raises(ValueError, match=f"'{name}' is a field of the examples and a part of every shot"):
        Task(f"{{instruction}}\n\n{{text}} {{{name}}}", exact_match, dev=dev)
    assert Task("{instruction} {text}", exact_match, dev=dev).fields == {"text", name}


def test_an_example_in_two_splits_is_refused_by_its_id():
    one = Example("7", {"text": "a"}, "x")
    with pytest.raises(ValueError, match="example '7' is in train and in dev"):
        Task(REVIEW, exact_match, train=(one,), dev=(one,))
    with pytest.raises(ValueError, match="example '7' is twice in dev"):
        Task(REVIEW, exact_match, dev=(one, one))


@pytest.mark.parametrize("make", [Choice, LabelProbability])
def test_a_target_that_is_no_label_is_refused_before_any_model_call(make):
    with pytest.raises(ValueError, match="example '1' has the target 'positive', which is no label; known: good, bad"):
        Task(REVIEW, make(("good", "bad")), dev=review_task().dev)


# Loading


def write(tmp_path, name, text):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


LOADERS = [
    pytest.param(Task.from_csv, "reviews.csv", "text,label\n{0},{1}\n{2},{3}\n", id="csv"),
    pytest.param(
        Task.from_jsonl,
        "reviews.jsonl",
        '\n{{"text": "{0}", "label": "{1}"}}\n{{"text": "{2}", "label": "{3}"}}\n',
        id="jsonl",
    ),
]


@pytest.mark.parametrize(("load", "name", "form"), LOADERS)
def test_a_broken_file_is_an_error_with_file_line_and_field(tmp_path, load, name, form):
    for row, settings, says in [
        (
            ("a", "x", "b", "y"),
            {"template": "{instruction} {txt}"},
            "line 2: no field 'txt'; the fields are text, label",
        ),
        (("a", "x", "b", "y"), {"target": "lable"}, "line 2: no field 'lable'"),
        (("a", "x", " ", "y"), {}, "line 3: the field 'text' is empty"),
        (("a", "x", "b", ""), {}, "line 3: the field 'label' is empty"),
        (("a", "x", "a", "y"), {"id": "text"}, "line 3: the id 'a' is already that of"),
    ]:
        path = write(tmp_path, name, form.format(*row))
        with pytest.raises(ValueError) as error:
            load(path, **{"template": REVIEW, "target": "label", **settings})
        assert str(error.value).startswith(f"{path} {says}"), error.value


@pytest.mark.parametrize(("load", "name", "form"), LOADERS)
def test_a_file_that_is_not_utf8_is_an_error_with_file_and_line(tmp_path, load, name, form):
    path = write(tmp_path, name, form.format("a", "x", "é", "y").encode("latin-1"))
    with pytest.raises(ValueError, match="line 3: not UTF-8"):
        load(path, template=REVIEW, target="label")


def same(one, other):
    return one.fingerprint == other.fingerprint


def test_all_ways_to_load_the_same_rows_give_the_same_task(tmp_path):
    rows = [{"text": f"text {i}", "label": "ab"[i % 2]} for i in range(20)]
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    table = "text,label\n" + "".join(f"{row['text']},{row['label']}\n" for row in rows)
    settings = {"template": REVIEW, "target": "label"}
    expected = Task.from_records(rows, **settings)
    assert same(Task.from_jsonl(write(tmp_path, "r.jsonl", lines), **settings), expected)
    assert same(Task.from_csv(write(tmp_path, "r.csv", table), **settings), expected)
    assert same(Task.from_records(pd.DataFrame(rows), **settings), expected)
    assert same(Task.from_records(Rows(rows), **settings), expected)
    assert same(Task.from_records(iter(rows), **settings), expected)


def test_explicit_splits_may_be_files(tmp_path):
    write(tmp_path, "dev.csv", "text,label\nd,x\n")
    train = write(tmp_path, "train.csv", "text,label\na,x\nb,y\n")
    test = write(tmp_path, "test.csv", "text,label\nt,x\n")
    task = Task.from_csv(train, template=REVIEW, target="label", train=1.0, dev=tmp_path / "dev.csv", test=test)
    assert [[example.fields["text"] for example in task.split(name)] for name in ("train", "dev", "test")] == [
        ["a", "b"],
        ["d"],
        ["t"],
    ]


def test_a_task_is_named_after_its_file(tmp_path):
    path = write(tmp_path, "reviews.csv", "text,label\na,x\nb,y\n")
    assert Task.from_csv(path, template=REVIEW, target="label").name == "reviews"


def test_few_repeating_targets_are_a_choice_and_many_an_exact_match():
    assert toy_task().scorer == Choice(LABELS)
    rows = [{"number": i, "label": str(i)} for i in range(9)]
    assert Task.from_records(rows, template=TEMPLATE, target="label").scorer is exact_match


def test_labels_that_differ_in_case_alone_are_one_class():
    rows = [
        {"number": i, "label": ("odd" if i % 2 else "even").title() if i < 3 else ["even", "odd"][i % 2]}
        for i in range(12)
    ]
    assert Task.from_records(rows, template=TEMPLATE, target="label").scorer == Choice(("even", "odd"))


def test_an_unknown_setting_is_refused():
    with pytest.raises(TypeError, match="temprature"):
        Task.from_records(records(), template=TEMPLATE, target="label", temprature=1)


def test_an_unknown_split_is_named():
    with pytest.raises(KeyError, match="no split named 'valid'; there are train, dev, test"):
        toy_task().split("valid")


# What operators see


def test_operators_see_train_and_neither_dev_nor_test():
    task = toy_task()
    seen = task.for_operators()
    assert seen.train == task.train
    assert (seen.dev, seen.test) == ((), ())
    assert seen.fields == task.fields


def test_operators_know_the_fields_also_where_train_is_empty():
    task = toy_task(train=0, dev=0.5, test=0.5)
    assert task.for_operators().fields == {"number"}


def test_the_fingerprint_tells_tasks_apart_and_forgets_names():
    task = toy_task()
    assert same(task, toy_task(name="other"))
    for other in (toy_task(42), toy_task(max_tokens=5), toy_task(seed=2), toy_task(scorer=LabelProbability(LABELS))):
        assert not same(task, other)


def scored_half(output, example):
    return 0.5


class Lenient:
    def __call__(self, output, example):
        return 1.0


def test_the_fingerprint_tells_scorers_apart_that_know_no_labels():
    scorers = (exact_match, token_f1, contains, scored_half, Lenient(), lambda output, example: 1.0)
    assert len({toy_task(scorer=scorer).fingerprint for scorer in scorers}) == len(scorers)
    assert same(toy_task(scorer=Lenient()), toy_task(scorer=Lenient()))


def test_a_scorer_of_ours_is_named_in_records_by_its_module_and_not_by_where_that_stands():
    assert toy_task(20, scorer=exact_match).scorer_name == "evoprompt.scorers.exact_match"


def test_a_task_renders_each_genome_as_its_own_whatever_was_rendered_before():
    task = toy_task(20)
    one, other = Genome("One."), Genome("Other.", shots=[example.as_shot() for example in task.train[:2]])
    for genome in (one, other, one, one, other):
        assert task.render(genome, task.dev[1]) == task.prompt(genome).request(task.dev[1].fields)
