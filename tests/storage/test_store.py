from __future__ import annotations

import sqlite3
import threading

import pytest

from evoprompt.storage.store import FILE, Store, StoreError


def filled(folder, *, close_last=True):
    """A store of three blocks, of which the last may be open."""
    store = Store(folder)
    store.tell("run", {"seed": 0})
    for number in range(3):
        block = store.open("bear")
        for place in range(4):
            block.keep(place, {"what": f"{number}/{place}"})
        if number < 2 or close_last:
            block.close(seconds=number + 1.5)
    store.close()


def damaged(folder, statement):
    db = sqlite3.connect(folder / FILE)
    db.execute(statement)
    db.commit()
    db.close()


def test_what_was_kept_is_there_again(tmp_path):
    filled(tmp_path)
    store = Store(tmp_path)
    assert store.about("run") == {"seed": 0}
    assert store.seconds == 3.5
    for number in range(3):
        block = store.open("bear")
        assert block.outcomes == {place: {"what": f"{number}/{place}"} for place in range(4)}
        assert block.closed["kept"] == 4
    assert store.open("ask").closed is None


def test_a_store_without_a_folder_keeps_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    store = Store()
    store.open("bear").keep(0, {"what": "x"})
    store.close()
    assert list(tmp_path.iterdir()) == []


def test_an_open_block_knows_its_outcomes_and_the_calls_of_those_to_come(tmp_path):
    store = Store(tmp_path)
    block = store.open("bear")
    block.keep(0, {"what": "a"})
    block.keep(1, {"number": 1, "said": "one"}, 1)
    block.keep(1, {"number": 2, "said": "two"}, 2)
    store.close()
    block = Store(tmp_path).open("bear")
    assert block.outcomes == {0: {"what": "a"}}
    assert [call["said"] for call in block.calls(1)] == ["one", "two"]
    assert block.calls(0) == block.calls(2) == []


def test_calls_without_the_ones_before_them_do_not_count(tmp_path):
    block = Store(tmp_path).open("bear")
    block.keep(0, {"number": 2}, 2)
    assert block.calls(0) == []


def test_lost_calls_are_summed_over_all_that_was_said_of_a_block(tmp_path):
    store = Store(tmp_path)
    block = store.open("evaluate")
    block.break_off(lost=3)
    store.close()
    store = Store(tmp_path)
    block = store.open("evaluate")
    assert (block.lost.calls, block.is_told) == (3, True)
    block.break_off(lost=4)
    block.close(lost=5)
    store.close()
    assert Store(tmp_path).open("evaluate").lost.calls == 12


def test_another_kind_of_block_than_before_is_refused(tmp_path):
    filled(tmp_path)
    with pytest.raises(StoreError, match="the run went on with 'bear', and now with 'test': its loop has changed"):
        Store(tmp_path).open("test")


def test_two_at_once_are_refused_and_one_after_the_other_is_not(tmp_path):
    first = Store(tmp_path)
    with pytest.raises(StoreError, match="another run works in this folder"):
        Store(tmp_path)
    first.close()
    Store(tmp_path).close()


def test_a_closed_store_says_so(tmp_path):
    store = Store(tmp_path)
    store.close()
    with pytest.raises(StoreError, match="this run was closed"):
        store.open("ask")


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE kept SET value = replace(value, '1/2', '1/3') WHERE block = 1 AND place = 2",
        "UPDATE kept SET place = 9 WHERE block = 1 AND place = 2",
        "UPDATE kept SET number = 7 WHERE block = 1 AND place = 2",
        "DELETE FROM kept WHERE block = 1 AND place = 2",
        "DELETE FROM kept WHERE block = 1 AND place = -1",
        "DELETE FROM kept WHERE block = 1",
    ],
)
def test_a_changed_or_lost_row_is_found_out(tmp_path, damage):
    filled(tmp_path)
    damaged(tmp_path, damage)
    store = Store(tmp_path)
    store.open("bear")
    with pytest.raises(StoreError, match="is damaged"):
        store.open("bear")


def test_a_changed_time_is_found_out(tmp_path):
    filled(tmp_path)
    damaged(tmp_path, "UPDATE kept SET value = '{' WHERE block = 2 AND place = -1")
    with pytest.raises(StoreError, match="is damaged"):
        Store(tmp_path).seconds  # noqa: B018


def test_a_file_that_is_no_store_is_refused_and_left_alone(tmp_path):
    (tmp_path / FILE).write_text("no store at all, but a text of some length" * 30)
    with pytest.raises(StoreError, match="is damaged"):
        Store(tmp_path)
    assert (tmp_path / FILE).read_text().startswith("no store")


def test_a_store_of_another_version_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("evoprompt.storage.store.FORMAT", 99)
    filled(tmp_path)
    monkeypatch.undo()
    with pytest.raises(StoreError, match="another version of evoprompt wrote this store"):
        Store(tmp_path)


def test_many_threads_keep_at_once(tmp_path):
    block = Store(tmp_path).open("evaluate")
    places = [range(start, 400, 8) for start in range(8)]
    threads = [
        threading.Thread(target=lambda mine=mine: [block.keep(p, {"what": str(p)}) for p in mine]) for mine in places
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert block.outcomes == {place: {"what": str(place)} for place in range(400)}
    rows = [(place, value["what"]) for place, _, value in block.store.rows(0, 0, None)]
    assert rows == [(place, str(place)) for place in range(400)]


def test_text_of_any_kind_is_kept(tmp_path):
    value = {"what": "x", "output": "\ud800 \x00 ‮ 測 \x1b[31m '; DROP TABLE kept; --", "logprobs": [float("-inf")]}
    store = Store(tmp_path)
    store.open("bear").keep(0, value)
    store.close()
    assert Store(tmp_path).open("bear").outcomes == {0: value}
