"""Tables as people have them: semicolons, workbooks, Parquet, JSON arrays, data frames."""

from __future__ import annotations

import csv
import datetime
import json
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toys import cheap

import evoprompt as ep
from evoprompt.tasks.tables.data import READERS, read_any, read_csv, read_file, read_jsonl, read_records
from evoprompt.tasks.tables.rows import as_text

GERMAN = [
    ("Die Lieferung kam zu spät, und der Karton war nass.", "Lieferung"),
    ("Rechnung: 3,50 € zu viel; bitte prüfen", "Geld"),
]
ROWS = [{"text": text, "label": label} for text, label in GERMAN]
NAMES = st.from_regex(r"[A-Za-zäß_]{1,8}", fullmatch=True)
CELLS = st.text(alphabet="ab ,;\t\"'\nä€.", max_size=12)


def fields(rows):
    return [row.fields for row in rows]


def written(path: Path, text: str | bytes, encoding: str = "utf-8") -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return path


def refused(path: Path) -> str:
    with pytest.raises(ValueError) as error:
        read_file(path)
    assert str(error.value).startswith(str(path))
    assert "\n" not in str(error.value)
    return str(error.value)


# CSV


@cheap
@given(
    st.lists(NAMES, min_size=2, max_size=4, unique=True).flatmap(
        lambda names: st.tuples(
            st.just(names), st.lists(st.lists(CELLS, min_size=len(names), max_size=len(names)), max_size=6)
        )
    ),
    st.sampled_from(",;\t"),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.sampled_from([".csv", ".tsv"]),
)
def test_any_table_is_read_whatever_stands_between_its_cells(tmp_path, table, delimiter, quoting, encoding, ending):
    names, rows = table
    path = tmp_path / f"data{ending}"
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter, quoting=quoting).writerows([names, *rows])
    assert fields(read_csv(path)) == [dict(zip(names, row, strict=True)) for row in rows]


def test_commas_in_a_text_turn_no_semicolon_table_over(tmp_path):
    lines = "Text;Team\n" + "".join(f"Guten Tag, Nummer {i}, bitte;Geld\n" for i in range(5))
    assert fields(read_csv(written(tmp_path / "a.csv", lines)))[4] == {
        "Text": "Guten Tag, Nummer 4, bitte",
        "Team": "Geld",
    }


def test_semicolons_in_a_text_turn_no_comma_table_over(tmp_path):
    lines = "text,label\n" + "".join(f"one; two; {i},ham\n" for i in range(5))
    assert fields(read_csv(written(tmp_path / "a.csv", lines)))[0] == {"text": "one; two; 0", "label": "ham"}


def test_a_comma_in_a_columns_name_is_a_piece_of_it(tmp_path):
    path = written(tmp_path / "a.csv", "Text, kurz;Team\nHallo, du;Geld\nUnd, ja;Post\n")
    assert fields(read_csv(path))[0] == {"Text, kurz": "Hallo, du", "Team": "Geld"}


def test_a_broken_line_is_named_in_a_semicolon_table_too(tmp_path):
    said = refused(written(tmp_path / "a.csv", "text;label\na, b;c\nd;e;f\n"))
    assert said.endswith(
        "line 3: 3 cells where the header names 2 (a text with semicolons or line breaks needs quotes around it)"
    )


def test_one_column_stays_one_column(tmp_path):
    assert fields(read_csv(written(tmp_path / "a.csv", "text\none; two\n"))) == [{"text": "one; two"}]


def test_the_first_line_in_which_excel_notes_the_delimiter_is_obeyed(tmp_path):
    path = written(tmp_path / "a.csv", "sep=;\r\ntext;label\r\na,b;c\r\n", "utf-8-sig")
    assert [*read_csv(path)] == [(f"{path} line 3", {"text": "a,b", "label": "c"})]


def test_the_text_that_excel_saves_as_unicode_is_read(tmp_path):
    path = written(tmp_path / "a.csv", "text\tlabel\r\nGrüße\tPost\r\n", "utf-16")
    assert fields(read_csv(path)) == [{"text": "Grüße", "label": "Post"}]
    assert "not UTF-16" in refused(written(tmp_path / "b.csv", b"\xff\xfea"))


def test_empty_columns_at_the_end_are_none(tmp_path):
    assert fields(read_csv(written(tmp_path / "a.csv", "text;label;;\na;b;;\n"))) == [{"text": "a", "label": "b"}]
    assert "column 3 has no name" in refused(written(tmp_path / "b.csv", "text;label;\na;b;c\n"))


def test_a_workbook_by_a_wrong_name_is_said_so(tmp_path):
    assert "a workbook is read by Task.from_file, or by evoprompt run, where its name ends in .xlsx" in refused(
        written(tmp_path / "a.csv", b"PK\x03\x04\0\0")
    )


def test_a_blank_in_a_columns_name_is_seen_in_the_message(tmp_path):
    written(tmp_path / "a.csv", "text, label\na,b\n")
    with pytest.raises(ValueError, match="no field 'label'; the fields are text, ' label'$"):
        ep.Task.from_file(tmp_path / "a.csv", template="{instruction} {text}", target="label")


# JSON


@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.ndjson"])
@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_an_array_of_objects_is_read_by_any_name(tmp_path, name, indent, encoding):
    path = written(tmp_path / name, json.dumps(ROWS, indent=indent, ensure_ascii=False), encoding)
    assert fields(read_file(path)) == ROWS


def test_a_json_file_of_lines_is_read(tmp_path):
    path = written(tmp_path / "a.json", "\n".join(map(json.dumps, ROWS)))
    assert fields(read_file(path)) == ROWS


@cheap
@given(
    st.lists(st.dictionaries(st.text(max_size=4), st.text(max_size=6), max_size=3), max_size=4),
    st.sampled_from([None, 1]),
)
def test_any_array_that_python_wrote_is_read_back(tmp_path, rows, indent):
    path = written(tmp_path / "a.json", json.dumps(rows, indent=indent))
    assert fields(read_jsonl(path)) == rows


def test_an_item_of_an_array_has_its_number_and_its_line(tmp_path):
    path = written(tmp_path / "a.json", json.dumps(ROWS, indent=1))
    assert [row.where for row in read_file(path)] == [f"{path} record 1 (line 2)", f"{path} record 2 (line 6)"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[{"a": 1},\n 3]', "record 2 (line 2): expected an object"),
        ('[{"a": 1},\n {"a": 1,\n  "a": 2}]', "line 2: the field 'a' is there twice"),
        ('[{"a": 1},\n {"b": }]', "line 2: not JSON (Expecting value, at column 8)"),
        ('[{"a": 1}\n {"b": 2}]', "line 1: not JSON (after record 1 comes a comma or a ])"),
        ('[{"a": 1}', "line 1: not JSON (after record 1 comes a comma or a ])"),
        ('[{"a": 1},\n', "line 2: not JSON (Expecting value"),
        ('[{"a": 1}]\n[{"a": 1}]', "line 1: more follows the array that ends here"),
        ('[{"a": "\\ud83d"}]', "record 1 (line 1): half a character"),
        ('{"data": [{"a": 1}], "n": 1}', "rows stand under 'data': keep that array alone"),
        ('{"text": ["a", "b"], "label": ["x", "y"]}', "this is one object of 'text', 'label'"),
        ('{"text":\n {"0": "a"}}', "expected an array of objects"),
    ],
)  # fmt: skip
def test_an_array_that_is_broken_or_none_is_named_with_its_place(tmp_path, text, says):
    assert says in refused(written(tmp_path / "a.json", text))


def test_one_object_is_one_row(tmp_path):
    assert fields(read_file(written(tmp_path / "a.json", '{\n"text": "hi"}'))) == [{"text": "hi"}]


# Workbooks


@pytest.fixture
def book():
    return pytest.importorskip("openpyxl").Workbook()


def saved(book, tmp_path, name="mails.xlsx"):
    book.save(tmp_path / name)
    return tmp_path / name


def test_cells_of_a_workbook_are_what_excel_shows(book, tmp_path):
    day = datetime.datetime(2024, 5, 1)
    book.active.append(["text", "stars ", "part", "day", "ok", 2024])
    book.active.append(["Grüße", 1.0, 0.5, day, True, "007"])
    book.active.append(["\u00a0x", 2, 2.0, day, False, None])
    path = saved(book, tmp_path)
    assert [*read_file(path)] == [
        (f"{path} row 2", {"text": "Grüße", "stars": "1", "part": "0.5", "day": "2024-05-01", "ok": "True", "2024": "007"}),
        (f"{path} row 3", {"text": "\u00a0x", "stars": "2", "part": "2", "day": "2024-05-01", "ok": "False", "2024": ""}),
    ]  # fmt: skip


def test_a_missing_cell_of_a_workbook_is_named_with_row_and_column(book, tmp_path):
    for line in (["text", "label"], ["a", 1], [], ["b", None], ["c", "#N/A"]):
        book.active.append(line)
    book.active["B5"].data_type = "e"
    path = saved(book, tmp_path)
    with pytest.raises(ValueError, match=r"mails.xlsx row 4: the field 'label' is empty"):
        ep.Task.from_file(path, template="{instruction} {text}", target="label")
    assert read_file(path)[2].fields["label"] == ""


def test_empty_rows_and_columns_of_a_workbook_are_passed_over(book, tmp_path):
    book.active["B3"], book.active["C3"], book.active["B5"], book.active["C5"] = "text", "label", "a", "b"
    path = saved(book, tmp_path)
    assert "row 3: column 1 has no name" in refused(path)
    book.active["A3"] = "id"
    book.active["F5"].number_format = "0.00"  # a cell that was touched and holds nothing
    assert [*read_file(saved(book, tmp_path))] == [(f"{path} row 5", {"id": "", "text": "a", "label": "b"})]


def test_of_several_sheets_the_first_that_is_shown_is_read_with_a_word_about_it(book, tmp_path):
    book.active.title, book.active.sheet_state = "old", "hidden"
    book.active.append(["hidden"])
    book.create_sheet("mails").append(["text"])
    book["mails"].append(["a"])
    book.create_sheet("empty")
    path = saved(book, tmp_path)
    assert fields(read_file(path)) == [{"text": "a"}]
    book.create_sheet("notes").append(["what this is"])
    with pytest.warns(ep.DataWarning, match=r"mails.xlsx has the sheets mails, notes; 'mails' alone is read"):
        read_file(saved(book, tmp_path))


def test_a_workbook_with_two_columns_of_a_name_or_none_is_refused(book, tmp_path):
    assert "the workbook is empty" in refused(saved(book, tmp_path))
    book.active.append(["text", "text"])
    assert "row 1: two columns are named 'text'" in refused(saved(book, tmp_path))


def test_what_is_no_workbook_is_said_so(tmp_path):
    pytest.importorskip("openpyxl")
    for raw in (b"", b"text,label\n", b"PK\x03\x04" + b"x" * 50):
        assert "no workbook that can be read" in refused(written(tmp_path / "a.xlsx", raw))
    with pytest.raises(FileNotFoundError):
        read_file(tmp_path / "none.xlsx")


SHOWN = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=8).filter(
    lambda text: not text.startswith("=") and "_x" not in text and not {*text} & {"\ufffe", "\uffff"}
)


@cheap
@given(st.lists(st.tuples(SHOWN.filter(bool), SHOWN), max_size=4))
def test_any_texts_of_a_workbook_are_read_back(tmp_path, rows):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for place, row in enumerate([("text", "label"), *rows], 1):
        for column, text in enumerate(row, 1):
            book.active.cell(place, column, text).data_type = "s"
    assert fields(read_file(saved(book, tmp_path))) == [dict(zip(("text", "label"), row, strict=True)) for row in rows]


# Parquet


@pytest.fixture
def parquet(tmp_path):
    pytest.importorskip("pyarrow")
    import pyarrow
    import pyarrow.parquet

    def write(table, name="mails.parquet"):
        pyarrow.parquet.write_table(table, tmp_path / name)
        return tmp_path / name

    return lambda **columns: write(pyarrow.table(columns))


def test_columns_of_a_parquet_file_are_what_was_put_there(parquet):
    when = datetime.datetime(2024, 5, 1)
    path = parquet(
        text=["Grüße", None],
        stars=[1.0, None],
        n=[3, None],
        share=[0.5, 1.0],
        day=[when, None],
        at=[when, when.replace(hour=8)],
        ok=[True, False],
        raw=["ä".encode(), b""],
        tags=[["a"], []],
        __index_level_0__=[7, 8],
    )
    first, second = read_file(path)
    assert first == (
        f"{path} row 1",
        {"text": "Grüße", "stars": "1", "n": "3", "share": "0.5", "day": "2024-05-01", "at": "2024-05-01"}
        | {"ok": "True", "raw": "ä", "tags": '["a"]'},
    )
    assert {name for name, text in second.fields.items() if not text} == {"text", "stars", "n", "day", "raw"}


def test_a_table_that_pandas_wrote_is_read_without_its_row_numbers(tmp_path):
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    path = tmp_path / "a.parquet"
    pandas.DataFrame({"text": ["a", "b"], "label": [1, None]}, index=["x", "y"]).to_parquet(path)
    assert fields(read_file(path)) == [{"text": "a", "label": "1"}, {"text": "b", "label": ""}]


def test_what_is_no_parquet_file_is_said_so(tmp_path):
    pytest.importorskip("pyarrow")
    for raw in (b"", b"text,label\n", b"PAR1xxxxPAR1"):
        assert "no Parquet file that can be read" in refused(written(tmp_path / "a.parquet", raw))


# Readers


@pytest.mark.parametrize(("name", "package"), [("a.xlsx", "openpyxl"), ("a.parquet", "pyarrow")])
def test_a_reader_that_is_not_installed_is_named_with_the_next_step(tmp_path, monkeypatch, name, package):
    for each in (package, f"{package}.parquet"):
        monkeypatch.setitem(sys.modules, each, None)
    said = refused(written(tmp_path / name, b"PK"))
    assert said.endswith(
        f"{package} is needed to read it, and is not installed; pip install {package}, or save the table as CSV"
    )


@pytest.mark.parametrize("name", ["a.xls", "a.ods", "a.txt", "a", ""])
def test_an_unknown_ending_lists_the_known_ones(name):
    for read in (read_any, read_file):
        with pytest.raises(
            ValueError, match=r"a table's name ends in \.csv, \.tsv, \.jsonl, .*\.parquet; save it as one of"
        ):
            read(name)


def test_a_split_may_be_a_file_of_another_kind(tmp_path):
    rows = [{"text": f"{kind} {i}", "label": kind} for i in range(10) for kind in ("ham", "spam")]
    written(tmp_path / "a.json", json.dumps(rows))
    path = written(tmp_path / "dev.csv", "text;label\nnever seen;ham\n")
    task = ep.Task.from_file(tmp_path / "a.json", template="{instruction} {text}", target="label", dev=path)
    assert (task.name, len(task.dev), len(task.test)) == ("a", 1, 8)


def test_script_and_command_read_a_file_by_one_piece_of_code(tmp_path, monkeypatch):
    from evoprompt.tasks.tables.tabular import Table

    written(tmp_path / "a.csv", "text;label\n" + "".join(f"mail {i};{('ham', 'spam')[i % 2]}\n" for i in range(40)))
    task = ep.Task.from_file(tmp_path / "a.csv", template="{instruction}\n\nText: {text}", target="label")
    table = Table(data=tmp_path / "a.csv", inputs=("text",), target="label", local=False, calls=4_000)
    assert table.task().fingerprint == task.fingerprint
    for ending in READERS:
        monkeypatch.setitem(READERS, ending, lambda path: [("here", {"text": f"{i}", "label": "x"}) for i in range(0)])
        with pytest.raises(ValueError, match="there are no examples"):
            Table(data=Path(f"a{ending}"), inputs=("text",), target="label", local=False, calls=400).task()


# Data frames


def test_a_polars_table_is_read():
    polars = pytest.importorskip("polars")
    table = polars.DataFrame({"text": ["a", "b"], "stars": [1.0, None], "day": [datetime.datetime(2024, 5, 1)] * 2})
    assert fields(read_records(table)) == [
        {"text": "a", "stars": "1", "day": "2024-05-01"},
        {"text": "b", "stars": "", "day": "2024-05-01"},
    ]
    with pytest.raises(TypeError, match=r"expected records or a table, got LazyFrame; call collect\(\) on it first"):
        read_records(table.lazy())


def test_an_arrow_table_is_read():
    pyarrow = pytest.importorskip("pyarrow")
    assert fields(read_records(pyarrow.table({"text": ["a"], "ok": [True]}))) == [{"text": "a", "ok": "True"}]
    with pytest.raises(ValueError, match="the table: two columns are named 'text'"):
        read_records(pyarrow.table([["a"], ["b"]], names=["text", "text"]))


def test_whole_numbers_and_days_of_a_pandas_table_stay_what_they_were():
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame({"label": [1, None], "share": [0.5, 1.0], "day": pandas.to_datetime(["2024-05-01", None])})
    assert fields(read_records(table)) == [
        {"label": "1", "share": "0.5", "day": "2024-05-01"},
        {"label": "", "share": "1", "day": ""},
    ]
    with pytest.raises(ValueError, match="the table: two columns are named 'a'"):
        read_records(pandas.DataFrame([[1, 2]], columns=["a", "a"]))


def test_a_split_may_be_a_table_of_another_library():
    polars = pytest.importorskip("polars")
    rows = [{"text": f"{kind} {i}", "label": kind} for i in range(10) for kind in ("ham", "spam")]
    task = ep.Task.from_records(
        rows, template="{instruction} {text}", target="label", test=polars.DataFrame({"text": ["x"], "label": ["ham"]})
    )
    assert len(task.test) == 1


def test_a_mapping_of_columns_is_said_to_be_none_of_rows():
    with pytest.raises(TypeError, match="got str; a mapping of columns is no list of records: write one mapping a row"):
        read_records({"text": ["a"], "label": ["b"]})


def test_fractions_of_single_precision_are_as_short_as_they_were():
    numpy = pytest.importorskip("numpy")
    pandas = pytest.importorskip("pandas")
    values = [0.1, 2.5, 1e30]
    assert fields(read_records(pandas.DataFrame({"x": numpy.array(values, "float32")}))) == [
        {"x": str(x)} for x in values
    ]
    values = [0.1, 1e300, 1234567.875]  # the last is one of single precision by chance
    assert fields(read_records(pandas.DataFrame({"x": values}))) == [{"x": str(x)} for x in values]


# One value, one text


VALUES = [4, 4.0, 0.5, -3.0, 1e20, True, False, "4.0", "TRUE", datetime.datetime(2024, 5, 1), None]
TEXTS = ["4", "4", "0.5", "-3", "1e+20", "True", "False", "4.0", "TRUE", "2024-05-01", ""]
BESIDE = [None, 0.25, datetime.datetime(2024, 5, 1, 8, 30)]  # in the same column: they change nothing


@pytest.mark.parametrize(("value", "text"), [*zip(VALUES, TEXTS, strict=True)])
@pytest.mark.parametrize("beside", BESIDE)
def test_a_value_has_one_text_whatever_stands_beside_it_and_whatever_holds_it(tmp_path, value, text, beside):
    openpyxl, pandas = pytest.importorskip("openpyxl"), pytest.importorskip("pandas")
    records = [{"id": "a", "x": value}, {"id": "b", "x": beside}]
    book = openpyxl.Workbook()
    for line in (["id", "x"], *(list(each.values()) for each in records)):
        book.active.append(line)
    tables = [records, pandas.DataFrame(records, dtype=object), read_file(saved(book, tmp_path))]
    if not isinstance(value, datetime.datetime) and not isinstance(beside, datetime.datetime):
        tables.append(read_file(written(tmp_path / "a.json", json.dumps(records))))
    assert [fields(read_records(table))[0]["x"] for table in tables] == [text] * len(tables)


@pytest.mark.parametrize(
    "column", [[4, None], [4.0, 0.5], [True, None], [datetime.datetime(2024, 5, 1), None], [4.0, 2.0]]
)
def test_columns_of_one_kind_read_alike_in_every_library(tmp_path, column):
    libraries = [pytest.importorskip(name) for name in ("pandas", "polars", "pyarrow")]
    pandas, polars, pyarrow = libraries
    pyarrow_parquet = pytest.importorskip("pyarrow.parquet")
    pyarrow_parquet.write_table(pyarrow.table({"x": column}), tmp_path / "a.parquet")
    tables = [pandas.DataFrame({"x": column}), polars.DataFrame({"x": column}), pyarrow.table({"x": column})]
    read = [fields(read_records(table)) for table in (*tables, read_file(tmp_path / "a.parquet"))]
    assert read == [fields(read_records([{"x": value} for value in column]))] * 4


def test_labels_of_a_csv_table_and_a_workbook_agree(tmp_path, book):
    written(tmp_path / "train.csv", "text,label\n" + "".join(f"mail {i},{i % 2 + 3}\n" for i in range(20)))
    for line in (["text", "label"], ["never seen", 4.0], ["nor this", 3], ["half", 3.5]):
        book.active.append(line)
    dev = saved(book, tmp_path, "dev.xlsx")
    task = ep.Task.from_file(tmp_path / "train.csv", template="{instruction} {text}", target="label", dev=dev)
    assert {example.target for example in task.train} == {"3", "4"}
    assert [example.target for example in task.dev] == ["4", "3", "3.5"]


@cheap
@given(st.floats(allow_nan=False, allow_infinity=False) | st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_the_text_of_a_fraction_is_the_fraction_or_what_single_precision_was_made_from(value):
    numpy = pytest.importorskip("numpy")
    text = as_text(value)
    assert float(text) == value or float(numpy.float32(text)) == value
    assert not text.endswith(".0")


# Formulas


def test_formulas_without_values_are_named_with_what_to_do(book, tmp_path):
    for line in (["text", "label"], ["a", "ham"], ["b", '=IF(A3="","",A3)'], ["=A2", None], ["d", "spam"]):
        book.active.append(line)
    path = saved(book, tmp_path)
    with pytest.warns(
        ep.DataWarning, match=r"the formulas in B3, A4 have no values.* open the workbook in one and save"
    ):
        rows = read_file(path)
    assert fields(rows) == [{"text": "a", "label": "ham"}, {"text": "b", "label": ""}, {"text": "d", "label": "spam"}]


def test_a_sheet_of_formulas_without_values_is_no_mere_empty_one(book, tmp_path):
    book.active.append(['="text"'])
    with pytest.warns(ep.DataWarning, match="the formulas in A1 have no values"):
        assert "the workbook is empty" in refused(saved(book, tmp_path))


def test_formulas_with_values_empty_ones_too_are_no_matter(book, tmp_path, recwarn):
    for line in (["text", "label"], ["a", "=A2"], ["b", '=IF(A3="b","","x")'], ["c", None]):
        book.active.append(line)
    path = saved(book, tmp_path)
    with_values = {b"<f>A2</f><v />": b"<f>A2</f><v>7</v>", b'"B3"><f>': b'"B3" t="str"><f>'}
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    for name in [name for name in parts if "sheet1" in name]:
        for before, after in with_values.items():
            assert before in parts[name]
            parts[name] = parts[name].replace(before, after)
    with zipfile.ZipFile(path, "w") as packed:
        for name, part in parts.items():
            packed.writestr(name, part)
    assert [each["label"] for each in fields(read_file(path))] == ["7", "", ""]
    assert not [each for each in recwarn if each.category is ep.DataWarning]
