from __future__ import annotations

import csv
import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from toys import Rows, cheap

from evoprompt.tasks.tables.data import read_csv, read_jsonl, read_records

cells = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=15)
column_names = st.lists(
    cells.filter(lambda name: name.strip() and "\ufeff" not in name), min_size=1, max_size=4, unique=True
)


@st.composite
def tables(draw):
    header = draw(column_names)
    row = st.lists(cells, min_size=len(header), max_size=len(header))
    return header, draw(st.lists(row, max_size=5))


@cheap
@given(tables(), st.sampled_from([",", "\t"]), st.booleans())
def test_any_csv_that_python_wrote_is_read_back(tmp_path, table, delimiter, bom):
    header, rows = table
    path = tmp_path / ("data.tsv" if delimiter == "\t" else "data.csv")
    with path.open("w", encoding="utf-8-sig" if bom else "utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_ALL)
        writer.writerows([header, *rows])
    assert [row.fields for row in read_csv(path)] == [dict(zip(header, row, strict=True)) for row in rows]


@cheap
@given(st.lists(st.dictionaries(cells, cells, max_size=3), max_size=5), st.booleans())
def test_any_json_lines_that_python_wrote_are_read_back(tmp_path, rows, ascii_only):
    path = tmp_path / "data.jsonl"
    path.write_bytes(b"".join(json.dumps(row, ensure_ascii=ascii_only).encode() + b"\n" for row in rows))
    assert [row.fields for row in read_jsonl(path)] == rows


@cheap
@given(st.binary(max_size=60))
def test_any_bytes_are_rows_or_an_error_that_names_the_file(tmp_path, raw):
    for name, read in (("data.csv", read_csv), ("data.jsonl", read_jsonl)):
        path = tmp_path / name
        path.write_bytes(raw)
        try:
            said = [row.where for row in read(path)]
        except ValueError as error:
            said = [str(error)]
        assert all(text.startswith(str(path)) for text in said)


def write(tmp_path, name, text, encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding) if isinstance(text, str) else text)
    return path


def test_lines_are_counted_as_an_editor_counts_them(tmp_path):
    path = write(tmp_path, "data.csv", 'text,label\n\n"two\nlines",a\n\nthree,b\n')
    assert [row.where for row in read_csv(path)] == [f"{path} line 3", f"{path} line 6"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "the file is empty; the first line must name the columns"),
        ("text,,label\na,b,c\n", "line 1: column 2 has no name"),
        ("text,label,text\na,b,c\n", "line 1: two columns are named 'text'"),
        ("text,label\na,b\nc\n", "line 3: 1 cells where the header names 2"),
        ("text,label\na,b,c\n", "line 2: 3 cells where the header names 2"),
        ('text,label\na,"b\n', "unexpected end of data"),
    ],
)
def test_a_broken_csv_is_an_error_that_names_file_and_line(tmp_path, text, says):
    path = write(tmp_path, "data.csv", text)
    with pytest.raises(ValueError) as error:
        read_csv(path)
    assert str(error.value).startswith(str(path))
    assert says in str(error.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"a": "1"}\n\n{"a": \n', "line 3: not JSON"),
        ('{"a": "1"}\n["a"]\n', "line 2: expected an object"),
        ("3\n", "line 1: expected an object"),
        ("[" * 100_000 + "\n", "line 1: not JSON"),
    ],
)
def test_a_broken_json_line_is_an_error_that_names_file_and_line(tmp_path, text, says):
    path = write(tmp_path, "data.jsonl", text)
    with pytest.raises(ValueError) as error:
        read_jsonl(path)
    assert str(error.value).startswith(str(path))
    assert says in str(error.value)


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize(("name", "read"), [("data.csv", read_csv), ("data.jsonl", read_jsonl)])
def test_a_file_that_is_not_utf8_is_named_with_line_and_byte(tmp_path, name, read, bom):
    path = write(tmp_path, name, bom + b"text,label\na,b\n\xe9t\xe9,c\n")
    with pytest.raises(ValueError, match=r"line 3: not UTF-8 \(byte 0xe9\)"):
        read(path)


def test_a_field_of_a_megabyte_is_read_and_the_limit_is_put_back(tmp_path):
    before = csv.field_size_limit()
    path = write(tmp_path, "data.csv", "text,label\n" + "x" * 1_000_000 + ",a\n")
    assert len(read_csv(path)[0].fields["text"]) == 1_000_000
    assert csv.field_size_limit() == before


def test_windows_line_ends_are_read(tmp_path):
    assert read_csv(write(tmp_path, "a.csv", "text,label\r\na,b\r\n"))[0].fields == {"text": "a", "label": "b"}
    assert read_jsonl(write(tmp_path, "a.jsonl", '{"text": "a"}\r\n{"text": "b"}\r\n'))[1].fields == {"text": "b"}


def test_a_line_separator_inside_a_json_text_ends_no_line(tmp_path):
    path = write(tmp_path, "a.jsonl", '{"text": "a\u2028b"}\n')
    assert read_jsonl(path)[0].fields == {"text": "a\u2028b"}


def test_a_list_of_dicts_is_read_with_values_as_texts():
    rows = read_records([{"text": "a", "n": 3, "x": 0.5, "ok": True, "tags": ["é"]}])
    assert rows[0] == ("record 1", {"text": "a", "n": "3", "x": "0.5", "ok": "True", "tags": '["é"]'})


def test_a_pandas_table_is_read():
    table = pd.DataFrame({"text": ["a", "b"], "n": [1, 2], "ok": [True, False]}, index=[7, 7])
    assert [row.fields for row in read_records(table)] == [
        {"text": "a", "n": "1", "ok": "True"},
        {"text": "b", "n": "2", "ok": "False"},
    ]


def test_missing_values_of_any_kind_are_empty():
    table = pd.DataFrame(
        {
            "text": pd.array(["a", None], dtype="string"),
            "n": pd.array([1, None], dtype="Int64"),
            "x": [0.5, float("nan")],
            "when": [pd.Timestamp("2020-01-01"), pd.NaT],
            "o": ["b", None],
        }
    )
    assert read_records(table)[0].fields["n"] == "1"
    assert set(read_records(table)[1].fields.values()) == {""}
    assert read_records([{"text": None}])[0].fields == {"text": ""}


def test_a_field_that_holds_an_array_is_read_as_its_list():
    assert read_records([{"v": np.array([1, 2])}])[0].fields == {"v": "[1, 2]"}


def test_anything_that_iterates_as_dicts_is_read():
    assert [row.fields["label"] for row in read_records(Rows([{"label": 0}, {"label": 1}]))] == ["0", "1"]


@pytest.mark.parametrize("records", [["text"], {"text": ["a"]}, [("a", "b")]])
def test_a_record_that_is_no_mapping_is_named(records):
    with pytest.raises(TypeError, match="record 1: expected a mapping of field names to values"):
        read_records(records)


def test_the_na_of_pandas_is_empty():
    assert read_records([{"text": pd.NA, "n": np.float64("nan"), "m": np.int64(3)}])[0].fields == {
        "text": "",
        "n": "",
        "m": "3",
    }
