"""Bad input of every kind: it is read as data, or refused in one sentence, and never takes long."""

from __future__ import annotations

import copy
import functools
import json
import re
import time
import warnings
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from toys import cheap, logprob_task, run

from evoprompt.cli import cli
from evoprompt.genome import Genome, Shot
from evoprompt.models.model import Completion, Request
from evoprompt.operators import grips, spans
from evoprompt.operators.promptbreeder import likeness, reasoning_in
from evoprompt.plots.progress import save
from evoprompt.plots.report import report
from evoprompt.storage.record import Record, encode
from evoprompt.tasks.example import Example
from evoprompt.tasks.scoring.label_finding import folded
from evoprompt.tasks.scoring.scorers import Choice, LabelProbability, contains, exact_match, last_number, token_f1
from evoprompt.tasks.tables.data import read_csv, read_jsonl, read_records
from evoprompt.tasks.task import Task
from evoprompt.text.brief import LONGEST, brief, few
from evoprompt.text.template import Template, placeholders
from evoprompt.text.terminal import indented, one_line, shown, table
from evoprompt.variation.operator import NoChild
from evoprompt.variation.reading import first_item, tagged, whole

ODD = (
    *(
        "{",
        "}",
        "{{",
        "}}",
        "{a}",
        "{ a }",
        "{instruction}",
        '"',
        "'",
        '""',
        ",",
        ";",
        "\\",
        "\\n",
        "$",
        "$x$",
        "_",
        "^",
    ),
    *("\0", "\x07", "\x1b[31m", "\x1b]0;t\x07", "\x7f", "\x9b2J", "\r", "\n", "\r\n", "\t", "\x0b", "\x1c", "\x85"),
    *(
        "\u2028",
        "\u202e",
        "\u2066",
        "\u200f",
        "\u061c",
        "\u200b",
        "\u200d",
        "\ufeff",
        "\ufffe",
        "\ud800",
        "\udc00",
        "😀",
    ),
    *("<", ">", "&", "<b>", "<script>", "&amp;", "]]>", "%s", "%(a)s", "{0}", "{a!r}", "$\\frac{1}{0}$", "__class__"),
    *("İ", "ı", "ß", "ſ", "ς", "e\u0301", "1", "0", "1.5", "1e999", "-", "nan", "NaN", "null", "true", "a", "b ", " "),
)
texts = st.lists(st.sampled_from(ODD) | st.text(max_size=4), max_size=8).map("".join)
whole_texts = texts.map(lambda text: re.sub(r"[\ud800-\udfff]", "?", text))
MEGABYTE = 1_000_000
STEERS = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)


def seconds(call: Callable[[], object]) -> float:
    """The best of two: the machine may be busy with something else."""
    took = []
    for _ in range(2):
        started = time.perf_counter()
        with suppress(NoChild, ValueError):
            call()
        took.append(time.perf_counter() - started)
        if took[-1] < 1:
            break
    return min(took)


def one_sentence(error: BaseException, *, names: str = "") -> None:
    said = str(error)
    assert said and "\n" not in said.strip()
    assert len(said) < 1_000
    assert names in said


# The template


@cheap
@given(texts)
def test_a_template_is_read_or_refused_in_one_sentence(text: str) -> None:
    try:
        template = Template.parse(text)
    except ValueError as error:
        one_sentence(error, names="{" if "{" in str(error) else "}")
        return
    assert all(name.strip() == name for name in template.fields)


@cheap
@given(texts, st.dictionaries(st.sampled_from(["a", "b", "instruction"]), texts))
def test_values_are_put_in_as_they_are(before: str, values: dict[str, str]) -> None:
    literal = before.replace("{", "{{").replace("}", "}}")
    template = Template.parse(literal + "".join(f"[{{{name}}}]" for name in values))
    assert template.fields == tuple(values)
    assert template.fill(values) == before + "".join(f"[{text}]" for text in values.values())


@cheap
@given(texts, texts)
def test_only_the_names_of_known_fields_are_places_in_a_gene(gene: str, value: str) -> None:
    template = placeholders(gene, frozenset(["a"]))
    assert template.fill({"a": "{a}"}) == gene
    assert template.fill({"a": value}) == value.join(gene.split("{a}"))


# What models write

PIECES = (
    *(
        "<prompt>",
        "</prompt>",
        "<prompt",
        "<think>",
        "</think>",
        "<b>",
        "</",
        "<",
        ">",
        "```",
        "```\n",
        "\n```",
        "Prompt:",
    ),
    *(
        "prompt",
        "the new ",
        "**",
        "## ",
        '"',
        "'",
        "“",
        "”",
        "1.",
        "1. ",
        "2) ",
        "- ",
        "*",
        ":",
        ".",
        "\n",
        "\n\n",
        " ",
    ),
    *("As an AI ", "I ", "Let me know", "part", "new part", "Judge it", "{x}", "!", "(", ")", "\ud83d", "\0", "\u202e"),
)
PARSERS = (tagged, whole, first_item)


@pytest.mark.parametrize("parse", PARSERS)
@cheap
@given(st.lists(st.sampled_from(PIECES) | texts, max_size=10).map("".join))
def test_any_answer_is_a_prompt_or_no_child(parse: Callable[[str], str], output: str) -> None:
    for answer in (output, f"<prompt>{output}</prompt>"):
        try:
            found = parse(answer)
        except NoChild as reason:
            one_sentence(reason)
        else:
            assert found.strip() == found
            assert re.search(r"\w", found)
            found.encode()  # what can't be sent to a model is no prompt


@pytest.mark.parametrize("parse", PARSERS)
@pytest.mark.parametrize(
    "output",
    [
        "<prompt>" * (MEGABYTE // 8),
        "<prompt></prompt>" * (MEGABYTE // 17),
        "<" * MEGABYTE,
        "<prompt>prompt" + " " * MEGABYTE + "x</prompt>",
        "prompt" + " " * MEGABYTE + "x",
        "the new prompt 1" + "\t" * MEGABYTE + "x",
        "1. " * (MEGABYTE // 3),
        "1.\n" * (MEGABYTE // 3),
        "- " * (MEGABYTE // 2) + "Judge it",
        "Prompt: " * (MEGABYTE // 8) + "Judge it",
        "```\n" * (MEGABYTE // 4),
        "\n```" * (MEGABYTE // 4),
        "```\n" + " " * MEGABYTE + "x\n```",
        "as an ai" + " a" * (MEGABYTE // 2),
        '"' * MEGABYTE,
        "[" * MEGABYTE,
    ],
    ids=lambda text: repr(text[:20]),
)
def test_a_megabyte_of_brackets_is_read_at_once(parse: Callable[[str], str], output: str) -> None:
    assert seconds(lambda: parse(output)) < 5  # in a square's time: hours


@pytest.mark.parametrize("layers", ["1. ", "Prompt: ", '"', "**"])
def test_a_prompt_under_layers_upon_layers_is_no_child(layers: str) -> None:
    assert whole(layers + "Judge it" + (layers if layers in '"**' else "")) == "Judge it"
    if layers not in '"**':
        with pytest.raises(NoChild, match="over 10 headings"):
            whole(layers * 21 + "Judge it")


@pytest.mark.parametrize("parse", PARSERS)
def test_half_a_character_is_no_prompt(parse: Callable[[str], str]) -> None:
    with pytest.raises(NoChild, match="half a character"):
        parse("<prompt>Judge it \ud83d</prompt>" if parse is tagged else "Judge it \ud83d")


@cheap
@given(texts, st.data())
def test_edits_of_any_text_raise_nothing_and_lose_no_word(text: str, data: st.DataObject) -> None:
    for pieces in (spans.phrases(text), spans.sentences(text), spans.words(text)):
        assert all(text[span.start : span.end].strip() for span in pieces)
        assert sorted(pieces) == pieces
        if pieces:
            one = data.draw(st.sampled_from(pieces))
            assert spans.replaced(text, one, "new").count("new") >= 1
            spans.cut(text, one)
            spans.put_in(text, one.start, "new")
            for other in spans.partners(text, one, pieces)[:1]:
                assert spans.swapped(text, one, other) != text


@cheap
@given(texts, texts)
def test_a_working_out_is_read_from_any_output(output: str, target: str) -> None:
    found = reasoning_in(output, target)
    assert "\n\n" not in found
    assert 0 <= likeness(output, target) <= 1.0001


@pytest.mark.parametrize(
    "text", ["." * 100_000, "!?" * 50_000, ". " * 50_000, ".\n" * 50_000], ids=["dots", "!?", ". ", "lines"]
)
def test_sentences_of_a_page_of_full_stops_are_found_at_once(text: str) -> None:
    assert seconds(lambda: spans.sentences(text)) < 2


def test_a_page_of_colons_after_a_heading_is_read_at_once() -> None:
    assert seconds(lambda: grips._HEADING.sub("", "New part" + ":" * MEGABYTE)) < 2
    assert grips._HEADING.sub("", "**New part:** judge it") == "judge it"


# Files


def _written(tmp_path: Path, name: str, raw: bytes | str) -> Path:
    path = tmp_path / name
    path.write_bytes(raw if isinstance(raw, bytes) else raw.encode())
    return path


PLACE = r"(?: line \d+| record \d+ \(line \d+\))?"  # the second of an array's item, none of one object alone


def _rows(path: Path) -> list[dict[str, str]] | None:
    """The rows of a file; None where it was refused, with file and line."""
    try:
        rows = (read_csv if path.suffix in (".csv", ".tsv") else read_jsonl)(path)
    except ValueError as error:
        one_sentence(error)
        assert re.match(re.escape(str(path)) + PLACE + ": ", str(error))
        return None
    assert all(re.fullmatch(re.escape(str(path)) + PLACE, row.where) for row in rows)
    return [row.fields for row in rows]


SYNTAX = rb"""a b , ; " "" { } [ ] : "a" "a":1 {"a":1} {"a":"a":"a": \ud800 \u0000 NaN 1e999 null""".split()
BYTES = (
    b"\n",
    b"\r",
    b"\r\n",
    b"\0",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\xff",
    b"\xed\xa0\x80",
    b"\xe2\x80\xa8",
    b"\x1c",
    b" ",
)
table_bytes = st.lists(
    st.sampled_from((*SYNTAX, *BYTES, b"1" * 5_000)) | st.binary(max_size=3),
    max_size=14,
).map(b"".join)


@pytest.mark.parametrize("name", ["data.csv", "data.jsonl", "data.json", "data.tsv"])
@cheap
@given(table_bytes)
def test_any_bytes_are_rows_of_texts_or_refused_with_file_and_line(tmp_path: Path, name: str, raw: bytes) -> None:
    for fields in _rows(_written(tmp_path, name, raw)) or ():
        assert all(isinstance(text, str) for pair in fields.items() for text in pair)
        json.dumps(fields, ensure_ascii=False).encode()  # it can be sent to a model


@cheap
@given(st.dictionaries(whole_texts, whole_texts, max_size=4), st.booleans())
def test_any_texts_survive_json_lines(tmp_path: Path, fields: dict[str, str], ascii_only: bool) -> None:
    path = _written(tmp_path, "data.jsonl", json.dumps(fields, ensure_ascii=ascii_only))
    assert _rows(path) == [fields]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('{"text": "a", "text": "b"}', "line 2: the field 'text' is there twice"),
        ('{"text": {"a": 1, "a": 2}}', "line 2: the field 'a' is there twice"),
        (r'{"text": "a\ud83d"}', "line 2: half a character"),
        (r'{"text": {"in": ["\ud83d"]}}', "line 2: half a character"),
        (r'{"\udc00": "a"}', "line 2: half a character"),
        ('{"text": ' + "[" * 100_000, "line 2: not JSON that can be read (lists and objects in each other, too deep)"),
        ('{"text": 1,}', "line 2: not JSON (Expecting property name"),
        ("\0", "line 2: not JSON (Expecting value, at column 1)"),
    ],
)
def test_what_json_would_lose_is_refused(tmp_path: Path, line: str, says: str) -> None:
    path = _written(tmp_path, "data.jsonl", f'{{"text": "fine"}}\n{line}\n')
    with pytest.raises(ValueError) as error:
        read_jsonl(path)
    assert str(error.value).startswith(f"{path} {says}")
    one_sentence(error.value)


@pytest.mark.parametrize("depth", [900, 980, 985, 990])
def test_deep_nesting_is_read_or_refused_but_no_traceback(tmp_path: Path, depth: int) -> None:
    _rows(_written(tmp_path, "data.jsonl", '{"text": ' + "[" * depth + "]" * depth + "}"))


def test_a_value_that_holds_itself_is_refused_with_its_record() -> None:
    ring: list[Any] = []
    ring.append(ring)
    with pytest.raises(ValueError, match="record 1: the field 'text' can't be read as a text"):
        read_records([{"text": ring}])


def test_two_names_that_are_one_text_are_refused() -> None:
    with pytest.raises(ValueError, match="record 1: the field '1' is there twice"):
        read_records([{1: "a", "1": "b"}])


def test_a_number_of_any_length_is_kept_to_the_digit(tmp_path: Path) -> None:
    digits = "7" * 20_000
    assert _rows(_written(tmp_path, "data.jsonl", f'{{"n": {digits}, "in": [{digits}]}}')) == [
        {"n": digits, "in": f'["{digits}"]'}
    ]


def test_a_quote_that_is_never_closed_is_named_where_it_opens(tmp_path: Path) -> None:
    path = _written(tmp_path, "data.csv", 'text,label\na,b\nc,"d\n' + "e,f\n" * 1_000)
    with pytest.raises(ValueError, match="line 3: a quotation mark opens a cell here and is never closed"):
        read_csv(path)


@pytest.mark.parametrize("name", ["data.csv", "data.jsonl"])
def test_a_field_of_ten_megabytes_is_read_whole(tmp_path: Path, name: str) -> None:
    text = 'x"\n' * (10 * MEGABYTE // 3)
    quoted = json.dumps({"text": text}) if name == "data.jsonl" else 'text\n"' + text.replace('"', '""') + '"\n'
    assert _rows(_written(tmp_path, name, quoted)) == [{"text": text}]


# Tasks and scorers

MANY = tuple(f"label {i}" for i in range(100_000))


@functools.cache
def many() -> Choice:
    return Choice(MANY)


def _example(target: str, name: str = "1") -> Example:
    return Example(name, {"text": "a"}, target)


def test_a_task_with_a_hundred_thousand_labels_is_made_at_once() -> None:
    examples = tuple(Example(str(i), {"text": f"text {i}"}, label) for i, label in enumerate(MANY))
    for scorer in (many(), LabelProbability(MANY)):
        assert seconds(lambda scorer=scorer: Task("{instruction}\n{text}", scorer, dev=examples)) < 4  # type: ignore[misc]


def test_a_hundred_thousand_labels_are_told_apart_at_once() -> None:
    scorer, outputs = many(), [f"It is, I think, LABEL {i}." for i in range(0, 100_000, 500)]
    scorer(outputs[0], _example(MANY[0]))  # the first answer pays for the index
    assert seconds(lambda: [scorer(output, _example(MANY[7])) for output in outputs]) < 2
    assert [scorer(output, _example(MANY[7])).prediction for output in outputs] == list(MANY[::500])
    assert seconds(lambda: scorer("word " * 20_000, _example(MANY[7]))) < 2


def test_a_message_lists_a_few_of_many_labels() -> None:
    scorer = many()
    unknown, none, several = (
        _example("other"),
        scorer("nothing", _example(MANY[7])),
        scorer("label 5 or label 6", _example(MANY[7])),
    )
    for reason in (none.reason, several.reason):
        assert len(reason) < 400
    assert "and 99,991 more" in none.reason
    assert several.reason.endswith("names several labels: label 5, label 6")
    for made in (scorer, LabelProbability(MANY)):
        with pytest.raises(ValueError, match="known: label 0, .*and 99,991 more") as error:
            made.place_of(unknown)
        one_sentence(error.value)
    with pytest.raises(ValueError, match="label 'label 99999' is there twice"):
        Choice((*MANY, "LABEL 99999"))


letters = st.text("aAbBßẞİıiſsSKkK -+", min_size=1, max_size=5).filter(lambda text: text.strip())


@cheap
@given(
    st.lists(letters, min_size=2, max_size=6, unique_by=folded),
    st.text("aAbBßẞİıiſsSKkK -+\n", max_size=20),
)
def test_many_labels_are_read_as_a_few_would_be(labels: list[str], output: str) -> None:
    filling = tuple(f"x{i}" for i in range(60))
    few_labels, many_labels = Choice(tuple(labels)), Choice((*labels, *filling))
    one, other = (scorer(output, _example(labels[0])) for scorer in (few_labels, many_labels))
    assert (one.value, one.prediction) == (other.value, other.prediction)


@pytest.mark.parametrize("scorer", [exact_match, contains, last_number, token_f1, Choice(("a b", "{b}"))])
@cheap
@given(texts)
def test_a_scorer_judges_any_output(scorer: Any, output: str) -> None:
    score = scorer(output, _example("a b" if isinstance(scorer, Choice) else "1"))
    assert 0 <= score.value <= 1


@pytest.mark.parametrize("scorer", [exact_match, pytest.param(last_number, marks=pytest.mark.slow), token_f1])
def test_a_reason_quotes_little_of_ten_megabytes(scorer: Any) -> None:
    score = scorer("1" * 10 * MEGABYTE, _example("2" * 10 * MEGABYTE if scorer is not last_number else "2"))
    assert score.value == 0
    assert len(score.reason) < 1_000


@cheap
@given(
    st.lists(st.tuples(whole_texts, whole_texts), min_size=1, max_size=6),
    st.sampled_from([None, 0, 1, 0.5, -1, 2.0, 1e999]),
)
def test_any_records_are_a_task_or_refused_in_one_sentence(rows: list[tuple[str, str]], dev: Any) -> None:
    records = [{"text": text, "label": label} for text, label in rows]
    try:
        task = Task.from_records(records, template="{instruction}\n{text}", target="label", dev=dev, test=1)
    except ValueError as error:
        one_sentence(error)
        return
    assert len(task.examples) == len(rows)
    for example in task.examples:
        said = task.render(Genome("Judge {text}"), example).text
        assert said.endswith(example.fields["text"])
        task.fingerprint  # noqa: B018 (that it can be made)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"id": "id"}, "record 2: the id 'yyyy"),
        ({"split": "id"}, "record 1: the field 'id' says 'yyyy"),
        ({"scorer": Choice(("a", "b"))}, "has the target 'yyyy"),
    ],
)
def test_a_message_quotes_little_of_a_long_field(settings: dict[str, Any], says: str) -> None:
    rows = [{"id": "y" * MEGABYTE, "text": f"text {i}", "label": "y" * MEGABYTE} for i in range(4)]
    with pytest.raises(ValueError, match=says) as error:
        Task.from_records(rows, template="{instruction}\n{text}", target="label", **settings)
    one_sentence(error.value)


def test_a_message_names_a_few_of_many_columns(tmp_path: Path) -> None:
    path = _written(tmp_path, "data.csv", ",".join(MANY) + "\n" + ",".join(MANY) + "\n")
    with pytest.raises(ValueError, match="line 2: no field 'text'; the fields are label 0, .*and 99,991 more") as error:
        Task.from_csv(path, template="{instruction} {text}", target="label 1")
    one_sentence(error.value)
    twice = _written(tmp_path, "twice.csv", ",".join((*MANY, MANY[-1])))
    assert seconds(lambda: read_csv(twice)) < 2
    assert _rows(twice) is None


@pytest.mark.parametrize("name", ["max_tokens", "max_length"])
@pytest.mark.parametrize("value", [0, -1, 0.5, True])
def test_a_limit_of_a_task_is_a_whole_number_over_0(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=f"task 'task': {name} must be a whole number over 0, got {value}"):
        Task("{instruction}", exact_match, **{name: value})


@given(texts, st.integers(1, 20))
@cheap
def test_brief_is_never_longer_than_it_may_be(text: str, longest: int) -> None:
    assert len(brief(text, longest)) <= longest
    assert brief(text, len(text)) == text
    assert few([text * 100] * 3) == ", ".join([brief(text * 100)] * 3)
    assert len(few([text] * 1_000)) <= 11 * (LONGEST + 2)


# Genomes and records

shots = st.builds(Shot, st.dictionaries(texts, texts, max_size=2).map(lambda d: tuple(d.items())), texts, texts)


@cheap
@given(st.dictionaries(texts, texts, max_size=3), st.lists(shots, max_size=2))
def test_any_genome_survives_its_json(genes: dict[str, str], examples: list[Shot]) -> None:
    genome = Genome(genes, shots=examples)
    assert Genome.from_json(genome.to_json()) == genome
    text = json.dumps(genome.to_json())
    # Two halves of a character side by side are one character after JSON, whoever writes it.
    if not re.search("[\ud800-\udbff][\udc00-\udfff]", "\0".join([*genes, *genes.values()])) and not examples:
        assert Genome.from_json(json.loads(text)) == genome


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["genes", "shots", "fields", "target", "a"]), inner)
    ),
    max_leaves=8,
)


@cheap
@given(values)
def test_any_value_is_a_genome_or_refused_in_one_sentence(value: Any) -> None:
    for data in (
        value,
        {"genes": value},
        {"genes": {"a": "b"}, "shots": value},
        {"genes": {"a": value}, "hidden": value},
    ):
        try:
            genome = Genome.from_json(data)
        except ValueError as error:
            one_sentence(error)
        else:
            assert Genome.from_json(genome.to_json()) == genome


@cheap
@given(table_bytes)
def test_any_bytes_are_a_record_or_refused_with_file_and_line(tmp_path: Path, raw: bytes) -> None:
    for start in (b"", b'{"kind": "run"}\n'):
        path = _written(tmp_path, "record.jsonl", start + raw)
        try:
            assert Record.read(path).lines[0]["kind"] == "run"
        except ValueError as error:
            one_sentence(error, names=str(path))


def test_a_record_line_nested_too_deep_is_refused_with_its_line(tmp_path: Path) -> None:
    path = _written(tmp_path, "record.jsonl", '{"kind": "run"}\n' + "[" * 100_000 + "\n")
    with pytest.raises(ValueError, match="line 2: not a line of a record"):
        Record.read(path)


@functools.cache
def recorded() -> tuple[list[dict[str, Any]], ...]:
    return tuple(json.loads(json.dumps(run(task).record.lines)) for task in (None, logprob_task()))


ODD_VALUES = (
    None,
    True,
    0,
    -1,
    1.5,
    float("nan"),
    float("inf"),
    -1e308,
    10**400,
    "",
    "x",
    "\x1b[31m",
    [],
    {},
    [1],
    ["a"],
    {"a": 1},
)


@st.composite
def damaged(draw: st.DrawFn) -> list[dict[str, Any]]:
    """The lines of a run with one or two values exchanged or gone."""
    lines = copy.deepcopy(recorded()[draw(st.integers(0, 1))])
    telling = [line for line in lines if line["kind"] in ("run", "generation", "test", "end")]
    for _ in range(draw(st.integers(1, 2))):
        place: Any = draw(st.sampled_from(telling) | st.sampled_from(lines))
        while True:
            key = draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
            inner = place[key]
            if not (isinstance(inner, (dict, list)) and inner and draw(st.booleans())):
                break
            place = inner
        if draw(st.integers(0, 4)):
            place[key] = draw(st.sampled_from(ODD_VALUES))
        else:
            del place[key]
    return lines


def _call(*arguments: object) -> Result:
    """A command line: it ends well or with one sentence, and nothing that it prints steers a terminal."""
    result = CliRunner().invoke(cli, [str(each) for each in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code in (0, 1, 2)
    assert not STEERS.search(result.output), ascii(result.output)
    assert "Traceback" not in result.output
    if result.exit_code:
        assert result.stderr.splitlines()[-1].startswith("evoprompt: ")
    return result


@cheap
@given(damaged())
def test_a_damaged_record_is_shown_or_refused_in_one_sentence(tmp_path: Path, lines: list[dict[str, Any]]) -> None:
    (tmp_path / "record.jsonl").write_bytes(b"".join(map(encode, lines)))
    result = _call("show", tmp_path)
    if result.exit_code:
        assert str(tmp_path) in result.stderr
        assert result.stderr.count("\n") == 1


@pytest.mark.slow
@cheap
@given(damaged(), st.sampled_from(["a.svg", "a.png"]), st.sampled_from(["generations", "calls", "tokens", "dollars"]))
def test_a_damaged_record_is_drawn_or_refused_in_one_sentence(
    tmp_path: Path, lines: list[dict[str, Any]], name: str, x: str
) -> None:
    (tmp_path / "record.jsonl").write_bytes(b"".join(map(encode, lines)))
    (tmp_path / name).write_bytes(b"before")
    result = _call("plot", tmp_path, "-o", tmp_path / name, "--x", x)
    if result.exit_code:
        assert result.stderr.count("\n") == 1
        assert (tmp_path / name).read_bytes() == b"before"  # nothing is half-written


# What is printed and drawn


@cheap
@given(texts)
def test_nothing_that_steers_a_terminal_is_printed(text: str) -> None:
    for said in (shown(text), one_line(text), *indented(text), *table(("a", text), [(text, "b")])):
        assert not STEERS.search(said.replace("\n", "")), ascii(said)
    assert shown(shown(text)) == shown(text)


def test_all_of_unicode_that_steers_is_shown_as_its_number() -> None:
    for number in range(0x110000):
        char = chr(number)
        if STEERS.match(char) and char != "\n":
            assert shown(f"a{char}b").isascii()
    assert shown("\x9b31m\u202eabc\u2066") == "\\x9b31m\\u202eabc\\u2066"
    assert shown("\U000e0041") == "\\U000e0041"  # a tag, which no reader sees


def test_spelling_is_left_alone() -> None:
    for text in (
        "می\u200cخواهم",
        "क्\u200dष",
        "👨\u200d👩\u200d👧",
        "❤️\u200d🔥",
        "1\u00a0000",
        "　全角",
        "naïve e\u0301",
        "שלום",
    ):
        assert shown(text) == text
    assert shown("pay\u200dpal \u200ca") == "pay\\u200dpal \\u200ca"  # between Latin letters it is no spelling


def test_a_shot_of_ten_megabytes_is_printed_at_once() -> None:
    assert seconds(lambda: indented("x" * 10 * MEGABYTE)) < 8  # in a square's time: minutes


@cheap
@given(texts, texts)
def test_a_result_and_a_report_print_any_text_as_text(name: str, text: str) -> None:
    lines = copy.deepcopy(recorded()[0])
    for line in lines:
        for birth in [line.get("genome")] if line["kind"] == "birth" and line["genome"] else []:
            birth["genes"] = {name: text, "b" + name: text}
            birth["shots"] = [{"fields": {name: text}, "target": text}]
    lines[0]["task"].update(name=text, scorer=text)
    lines[0].update(model=text, operator_model=name, recipe={"name": name, "settings": {name: text}}, seed=text)
    said = report(Record(None, lines))
    assert not STEERS.search(said.replace("\n", "")), ascii(said)


def test_a_result_prints_names_and_reasons_as_text() -> None:
    result = run()
    object.__setattr__(result, "stopped", "\x1b[2Jthe price of \u202e is not known")
    assert not STEERS.search(str(result).replace("\n", ""))


def test_a_report_cuts_what_would_fill_the_screen() -> None:
    lines = copy.deepcopy(recorded()[0])
    lines[0]["task"]["scorer"] = repr(many())
    for line in lines:
        if line["kind"] == "birth" and line["genome"]:
            line["genome"]["shots"] = [{"fields": {"text": "x" * MEGABYTE}, "target": "y" * MEGABYTE}]
    assert len(report(Record(None, lines))) < 10_000


MARKUP = (
    r"$\frac{1}{0}$",
    "_x",
    "^",
    "$",
    "<script>alert(1)</script>",
    "]]>&amp;",
    "\x1b[31m\u202e",
    "\ud800\ufffe\0",
    "a\nb",
    "{x}",
)


@pytest.mark.parametrize("text", MARKUP, ids=ascii)
def test_a_picture_draws_markup_as_text(tmp_path: Path, text: str) -> None:
    lines = copy.deepcopy(recorded()[0])
    lines[0]["task"]["name"] = lines[0]["model"] = lines[0]["recipe"]["name"] = text
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drawn = ElementTree.parse(save(Record(None, lines), tmp_path / "a.svg"))
    said = " ".join("".join(drawn.getroot().itertext()).split())
    assert f"{one_line(text)} · {one_line(text)}" in said
    assert not [each for each in drawn.iter() if each.tag.endswith("script")]


# The command line


class Scripted:
    """Answers anything with an odd text, and log-probabilities where they are asked for."""

    name = "scripted"

    def complete(self, request: Request) -> Completion:
        if request.choices:
            return Completion("", 1, 1, choice_logprobs=tuple(-1.0 - i for i in range(len(request.choices))))
        return Completion(ODD[request.draw % len(ODD)] + " a better prompt \x1b[31m\u202e", 1, 1)


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("evoprompt.cli.asked.as_model", lambda name, **options: Scripted())
    monkeypatch.chdir(tmp_path)


# No system hands a NUL to a program, and Linux those halves of characters alone that stand for bytes that are no UTF-8.
argument = texts.map(lambda text: re.sub("[\ud800-\udfff]", "\udcff", text.replace("\0", "")))
numbers = st.sampled_from(["0", "1", "-1", "5", "40", "0.5", "1.5", "nan", "inf", "-inf", "1e999", "1" * 30, "x", ""])
OPTIONS = {
    **dict.fromkeys(("--dollars", "--tokens", "--seconds", "--n-jobs", "--seed", "--max-tokens"), numbers),
    "--calls": numbers.filter(lambda text: len(text) < 30),  # so many are an endless run, and rightly
    **dict.fromkeys(("--train", "--dev", "--test"), numbers | argument.map(lambda text: f"{text[:9]}.csv")),
    "--scorer": st.sampled_from(["auto", "choice", "label-probability", "exact", "contains", "number", "f1"]) | argument,
    "--recipe": st.sampled_from(["default", "best-of-n", "grips", "evoprompt-ga", "evoprompt-de", "promptbreeder"]) | argument,
    "--set": st.tuples(st.sampled_from(["population_size", "self", "select", "", "steps"]) | argument, numbers | argument)
    .map("=".join) | argument,
    "--template": st.sampled_from(["{instruction} {text}", "{instruction", "{text}", "{instruction}{shots}{text}"]) | argument,
    **dict.fromkeys(("--name", "--description", "--seed-prompt", "--input", "--model", "--format", "--api-base"), argument),
}  # fmt: skip
options = st.lists(
    st.sampled_from(sorted(OPTIONS)).flatmap(lambda name: OPTIONS[name].map(lambda value: [name, value])), max_size=4
)
rows = st.lists(st.tuples(argument, st.sampled_from(["a", "b"]) | argument), min_size=1, max_size=12)


@cheap
@given(rows, options)
def test_any_table_and_any_arguments_are_a_run_or_one_sentence(
    scripted: None, tmp_path: Path, rows: list[tuple[str, str]], options: list[list[str]]
) -> None:
    lines = [json.dumps({"text": f"{i} {text}", "label": label}) for i, (text, label) in enumerate(rows)]
    path = _written(tmp_path, "data.jsonl", "\n".join(lines))
    given_calls = [] if any(name == "--calls" for name, _ in options) else ["--calls", "300"]
    out = tmp_path / f"run{len(list(tmp_path.iterdir()))}"
    arguments = ["run", path, "--input", "text", "--target", "label", "--seed-prompt", "Judge {text}.", "--out", out]
    result = _call(*arguments, *given_calls, *(part for option in options for part in option))
    if result.exit_code == 0:
        assert Record.read(out).one("end") is not None
        assert _call("show", out).exit_code == 0


@cheap
@given(
    st.lists(
        st.sampled_from(["run", "show", "plot", "operators", "recipes", "--plugin", "--version", "-o", "--", "-"])
        | argument,
        max_size=4,
    )
)
def test_any_words_are_a_command_or_one_sentence(scripted: None, words: list[str]) -> None:
    _call(*words)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--max-tokens", "0"), "max_tokens must be a whole number over 0, got 0"),
        (("--max-tokens", "-5"), "max_tokens must be a whole number over 0, got -5"),
        (("--set", "population_size=2", "--set", "population_size=3"), "--set names 'population_size' twice"),
        (("--set", "self=1"), "recipe 'default' has no option 'self'"),
        (("--set", "=1"), "recipe 'default' has no option ''"),
        (("--n-jobs", "0"), "--n-jobs must be a whole number, at least 1 and at most 1,000"),
        (("--n-jobs", "1" * 30), "--n-jobs must be a whole number, at least 1 and at most 1,000"),
        (("--calls", "0"), "calls must be a whole number over 0"),
        (("--seconds", "nan"), "seconds must be a number over 0"),
    ],
)
def test_a_wrong_setting_is_named(scripted: None, tmp_path: Path, arguments: tuple[str, ...], says: str) -> None:
    path = _written(tmp_path, "data.csv", "text,label\n" + "".join(f"t{i},{'ab'[i % 2]}\n" for i in range(40)))
    result = _call("run", path, "--input", "text", "--target", "label", "--seed-prompt", "Judge.", *arguments)
    assert result.exit_code == 2
    assert says in result.stderr
    assert not (tmp_path / "runs").exists()
