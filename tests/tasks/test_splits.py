from __future__ import annotations

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toys import cheap

from evoprompt.tasks.splits import SPLITS, split_rows
from evoprompt.tasks.tables.data import Row
from evoprompt.tasks.task import Task
from evoprompt.text.folding import folded

shares = st.tuples(*[st.floats(0, 1)] * 3).map(lambda three: tuple(share / max(1.0, sum(three)) for share in three))


def rows_of(pairs):
    return [Row(f"data.csv line {i}", {"text": text, "label": label}) for i, (text, label) in enumerate(pairs, 2)]


def split(rows, **settings):
    return split_rows(rows, task="t", target="label", used=["text"], **settings)


def distinct(labels):
    return rows_of((f"text {i}", label) for i, label in enumerate(labels))


labels = st.lists(st.sampled_from("aaaabbc"), min_size=1, max_size=80)


@cheap
@given(labels, shares, st.integers(0, 5))
def test_splits_are_disjoint_as_large_as_asked_for_and_alike_in_their_targets(classes, wanted, seed):
    settings = dict(zip(SPLITS, wanted, strict=True))
    splits = split(distinct(classes), **settings, seed=seed)
    ids = [example.id for name in SPLITS for example in splits[name]]
    assert len(set(ids)) == len(ids)
    total = Counter(classes)
    for name, share in settings.items():
        assert abs(len(splits[name]) - share * len(classes)) <= 1.5
        counts = Counter(example.target for example in splits[name])
        for label, n in total.items():
            assert abs(counts[label] - len(splits[name]) * n / len(classes)) < 2, (name, label)


@cheap
@given(st.lists(st.tuples(st.sampled_from("uvwxyz"), st.sampled_from("ab")), min_size=1, max_size=30), shares)
def test_equal_contents_never_stand_in_two_splits(pairs, wanted):
    splits = split(rows_of(pairs), **dict(zip(SPLITS, wanted, strict=True)))
    train, dev, test = ({example.fields["text"] for example in splits[name]} for name in SPLITS)
    assert not train & (dev | test)
    assert not dev & test


@cheap
@given(st.lists(st.sampled_from(["It broke", "it broke!", " IT  BROKE.", "It came", "it came"]), min_size=1), shares)
def test_contents_that_differ_in_case_blanks_or_punctuation_alone_never_stand_in_two_splits(texts, wanted):
    splits = split(rows_of((text, "a") for text in texts), **dict(zip(SPLITS, wanted, strict=True)))
    train, dev, test = ({folded(example.fields["text"]) for example in splits[name]} for name in SPLITS)
    assert not train & (dev | test)
    assert not dev & test


@pytest.mark.parametrize(
    ("text", "differs"),
    [
        ("TEXT 1", " but for case"),
        ("text  1", " but for blanks"),
        ("text 1!", " but for punctuation"),
        ("Text 1.", " but for case and punctuation"),
        ("ｔｅｘｔ 1", " but for the Unicode form"),
        ("text 1", ""),
    ],
)
def test_explicit_splits_that_overlap_but_for_the_dress_are_refused_with_what_differs(text, differs):
    with pytest.raises(ValueError) as error:
        split(distinct("abab"), test=[{"text": text, "label": "b"}], train=0.0, dev=1.0)
    assert str(error.value) == (
        f"task 't': example 'test-5' of test has the same text as '2' of dev{differs}; an example must stand in one split"
        " only: take one of the two out, or let the splits be drawn, which keeps such examples together"
    )


def test_a_column_that_names_the_splits_is_held_to_the_same():
    rows = [
        Row("line 2", {"text": "It broke.", "label": "a", "part": "train"}),
        Row("line 3", {"text": "it broke", "label": "a", "part": "test"}),
    ]
    with pytest.raises(ValueError, match="'2' of test has the same text as '1' of train but for case and punctuation"):
        split(rows, split="part")


@cheap
@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 40))
def test_numbers_of_examples_are_kept_exactly_or_refused(train, dev, test):
    rows = distinct("ab" * 20)
    if train + dev + test > 40:
        with pytest.raises(ValueError, match=f"the splits ask for {train + dev + test} examples, but there are 40"):
            split(rows, train=train, dev=dev, test=test)
    else:
        splits = split(rows, train=train, dev=dev, test=test)
        assert [len(splits[name]) for name in SPLITS] == [train, dev, test]


@pytest.mark.parametrize("n", range(1, 30))
@pytest.mark.parametrize("wanted", [(0, 0.5, 0.5), (0.5, 0.5, 0), (0.5, 0, 0.5), (0.25, 0.5, 0.25), (0.2, 0.8, 0)])
def test_shares_that_make_a_whole_are_never_too_much(n, wanted):
    splits = split(distinct("a" * n), **dict(zip(SPLITS, wanted, strict=True)))
    assert sum(map(len, splits.values())) <= n
    assert all(abs(len(splits[name]) - share * n) <= 1 for name, share in zip(SPLITS, wanted, strict=True))


def test_the_same_seed_draws_the_same_split_and_another_seed_another():
    rows = distinct("ab" * 20)
    assert split(rows, seed=3) == split(rows, seed=3)
    assert split(rows, seed=3) != split(rows, seed=4)


def test_every_class_of_many_is_spread_over_the_splits():
    classes = [f"class {i % 10}" for i in range(100)]
    splits = split(distinct(classes), train=0.2, dev=0.4, test=0.4)
    for name, each in (("train", 2), ("dev", 4), ("test", 4)):
        counts = Counter(example.target for example in splits[name])
        assert all(abs(counts[label] - each) <= 1 for label in set(classes)), (name, counts)


def test_shares_that_add_up_to_more_than_there_is_are_refused():
    with pytest.raises(ValueError, match="task 't': the splits ask for 12 examples, but there are 10"):
        split(distinct("ab" * 5), train=0.4, dev=0.4, test=0.4)


@pytest.mark.parametrize("share", [-0.1, 1.5, -1, True, math.nan])
def test_a_share_out_of_range_is_refused_by_name(share):
    with pytest.raises(ValueError, match="task 't': dev must be a share from 0 to 1 or a number of examples"):
        split(distinct("ab" * 5), dev=share)


def test_a_column_names_the_splits():
    rows = [
        Row(f"line {i}", {"text": str(i), "label": "a", "part": part})
        for i, part in enumerate(["train", "Dev ", "test", "dev"])
    ]
    splits = split(rows, split="part")
    assert [[e.fields["text"] for e in splits[name]] for name in SPLITS] == [["0"], ["1", "3"], ["2"]]
    assert "part" not in splits["dev"][0].fields
    rows.append(Row("line 9", {"text": "9", "label": "a", "part": "valid"}))
    with pytest.raises(ValueError, match="line 9: the field 'part' says 'valid'; it must be one of train, dev, test"):
        split(rows, split="part")


def test_an_explicit_split_is_taken_whole_and_the_rest_is_drawn():
    given = [{"text": "mine", "label": "a"}]
    splits = split(distinct("ab" * 10), test=given, train=0.5, dev=0.5)
    assert [example.fields["text"] for example in splits["test"]] == ["mine"]
    assert len(splits["train"]) + len(splits["dev"]) == 20


def test_a_text_in_two_explicit_splits_is_refused_by_its_ids():
    with pytest.raises(ValueError, match=r"example 'test-5' of test has the same text as '\d' of (train|dev)"):
        split(distinct("abab"), test=[{"text": "text 1", "label": "a"}], train=0.5, dev=0.5)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"label": "a"}, "line 3: no field 'text'; the fields are label"),
        ({"text": "x"}, "line 3: no field 'label'; the fields are text"),
        ({"text": " ", "label": "a"}, "line 3: the field 'text' is empty"),
        ({"text": "x", "label": ""}, "line 3: the field 'label' is empty"),
    ],
)
def test_a_missing_or_empty_field_is_named_with_its_place(fields, says):
    with pytest.raises(ValueError, match=says):
        split([*rows_of([("y", "b")]), Row("data.csv line 3", fields)])


def test_a_field_that_may_be_empty_may_also_be_missing():
    splits = split([*rows_of([("", "a")]), Row("line 3", {"label": "a"})], optional=["text"], dev=1.0, train=0, test=0)
    assert [example.fields["text"] for example in splits["dev"]] == ["", ""]


def test_an_id_taken_twice_is_named_with_both_places():
    rows = [Row(f"line {i}", {"text": str(i), "label": "a", "key": "k"}) for i in (2, 3)]
    with pytest.raises(ValueError, match="line 3: the id 'k' is already that of line 2"):
        split(rows, id="key")


def test_the_target_and_the_id_are_no_fields_of_an_example():
    rows = [Row("line 2", {"text": "x", "label": "a", "key": "k", "more": "m"})]
    (example,) = split(rows, id="key", dev=1.0, train=0, test=0)["dev"]
    assert (example.id, example.target, dict(example.fields)) == ("k", "a", {"text": "x", "more": "m"})


def test_no_rows_are_an_error_that_names_the_task():
    with pytest.raises(ValueError, match="task 't': there are no examples"):
        split([])


@pytest.mark.parametrize("source", ["made up set", "2024-01-01 12:05"])
def test_a_column_that_says_the_same_of_all_makes_no_two_examples_alike(source):
    rows = [{"a": str(i), "b": str(i * 7), "source": source, "sum": str(i * 8)} for i in range(40)]
    task = Task.from_records(rows, template="{instruction}", target="sum", scorer="number")
    assert [len(task.split(name)) for name in ("train", "dev", "test")] == [8, 16, 16]
