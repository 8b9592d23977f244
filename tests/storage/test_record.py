from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toys import cheap

from evoprompt.storage.record import FILE, Record, encode, without_times

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@cheap
@given(st.lists(st.dictionaries(st.text().filter(lambda key: key != "kind"), json_values, max_size=4), max_size=4))
def test_what_is_written_is_read_back_as_it_was(tmp_path, rows):
    path = tmp_path / FILE
    path.unlink(missing_ok=True)
    record = Record(path)
    record.add("run")
    for values in rows:
        record.lines.append({"kind": "x", **values})
        with path.open("ab") as file:
            file.write(encode(record.lines[-1]))
    assert Record.read(path).lines == record.lines


def test_a_lone_surrogate_is_kept():
    assert json.loads(encode({"text": "\ud800"})) == {"text": "\ud800"}


def test_lines_are_in_the_file_as_soon_as_they_are_added(tmp_path):
    record = Record(tmp_path / FILE)
    record.add("run", seed=1)
    assert (tmp_path / FILE).read_text() == '{"kind": "run", "seed": 1}\n'
    record.add("end")
    assert [line["kind"] for line in Record.read(tmp_path).lines] == ["run", "end"]


def test_a_record_without_a_path_writes_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Record().add("run")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "a record begins with a line of the kind 'run'"),
        ('{"kind": "end"}\n', "a record begins with a line of the kind 'run'"),
        ('{"kind": "run"}\n{"kind": "bir\n', "line 2: not a line of a record"),
        ('{"kind": "run"}\n[1]\n', "line 2: not a line of a record"),
        ('{"kind": "run"}\n\n{"seed": 1}\n', "line 3: not a line of a record"),
        (b"\xff\xfe\n", "line 1: not a line of a record"),
    ],
)
def test_what_is_no_record_is_an_error_that_names_file_and_line(tmp_path, text, says):
    path = tmp_path / FILE
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ValueError, match=says) as error:
        Record.read(tmp_path)
    assert str(path) in str(error.value)


def test_a_last_line_torn_by_a_kill_is_passed_over_and_said(tmp_path):
    path = tmp_path / FILE
    path.write_bytes(b'{"kind": "run"}\n{"kind": "bir')
    assert [line["kind"] for line in Record.read(path)] == ["run"]
    assert Record.read(path).is_torn
    path.write_bytes(b'{"kind": "run"}\n{"kind": "end"}')  # an editor took the last line break
    assert [line["kind"] for line in Record.read(path)] == ["run", "end"]
    assert not Record.read(path).is_torn


def test_a_folder_without_a_record_is_an_error(tmp_path):
    with pytest.raises(ValueError, match="there is no record here"):
        Record.read(tmp_path)


def test_lines_are_found_by_kind():
    record = Record()
    record.add("run")
    record.add("birth", child="a", genome={"genes": {}})
    record.add("birth", child=None, genome=None)
    record.add("birth", child="b", genome={"genes": {"x": ""}})
    assert len(list(record.of("birth"))) == 3
    assert record.one("birth")["child"] == "b"
    assert record.one("end") is None
    assert record.genomes() == {"a": {"genes": {}}, "b": {"genes": {"x": ""}}}


def test_times_are_all_that_is_left_out():
    lines = [{"kind": "run", "time": 3.5, "seed": 0}, {"kind": "end", "seconds": 1.0}]
    assert without_times(lines) == [{"kind": "run", "seed": 0}, {"kind": "end"}]
