"""Coverage-guided fuzzing of every parser, by atheris: `make fuzz`, or `python tests/fuzz/fuzz.py NAME -max_total_time=60`.

What is an error here: any exception but those that a parser may raise, and an input that takes over ten seconds. The
property tests of `tests/test_bad_input.py` run with all others; this finds what nobody thought of.
"""

from __future__ import annotations

import contextlib
import functools
import json
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import atheris

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

with atheris.instrument_imports(include=["evoprompt", "json", "csv"]):
    import evoprompt

    evoprompt.__path__.append(str(ROOT))  # as tests/conftest.py does

    from toys import run as toy_run

    from evoprompt.cli.asked import _recipe, _value
    from evoprompt.cli.group import Mistake
    from evoprompt.cli.showing import _record
    from evoprompt.genome import Genome
    from evoprompt.operators import grips, promptbreeder, spans
    from evoprompt.plots.progress import best_by_generation, sealed_scores
    from evoprompt.plots.report import report
    from evoprompt.storage.record import Record, encode
    from evoprompt.tasks.example import Example
    from evoprompt.tasks.scoring.scorers import Choice, contains, exact_match, last_number, token_f1
    from evoprompt.tasks.tables.data import read_csv, read_jsonl
    from evoprompt.tasks.task import Task
    from evoprompt.text.template import Template, placeholders
    from evoprompt.text.terminal import indented, one_line, shown
    from evoprompt.variation.operator import NoChild
    from evoprompt.variation.reading import first_item, tagged, whole

FOLDER = Path(tempfile.mkdtemp(prefix="evoprompt-fuzz-"))
STEERS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff]")


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return data.decode("utf-8", "replace")


def template(data: bytes) -> None:
    """Templates: read, filled, and the places of a gene."""
    text = _text(data)
    gene = placeholders(text, frozenset(["a"]))
    assert gene.fill({"a": "{a}"}) == text
    parsed = Template.parse(text)
    assert "{a}" in parsed.fill(dict.fromkeys(parsed.fields, "{a}")) or not parsed.fields


def reading(data: bytes) -> None:
    """What operator models write."""
    text = _text(data)
    for parse in (tagged, whole, first_item):
        for answer in (text, f"<prompt>{text}</prompt>", f"prompt{text}x"):
            with contextlib.suppress(NoChild):
                found = parse(answer)
                assert found == found.strip() and re.search(r"\w", found)


def edits(data: bytes) -> None:
    """Phrases and their edits, workings-out, paraphrases."""
    text = _text(data)
    for find in (spans.phrases, spans.sentences, spans.words):
        pieces = find(text)
        for one in pieces[:2]:
            spans.cut(text, one)
            spans.put_in(text, one.start, "new")
            spans.replaced(text, one, "new")
            for other in spans.partners(text, one, pieces)[:2]:
                assert spans.swapped(text, one, other) != text
            with contextlib.suppress(NoChild):
                grips._fitted(whole(grips._HEADING.sub("", text)), text[one.start : one.end])
    half = len(text) // 2
    promptbreeder.reasoning_in(text[half:], text[:half])
    promptbreeder.likeness(text[half:], text[:half])


def tables(data: bytes) -> None:
    """CSV and JSON Lines files, and the tasks made from them."""
    for name, read in (
        ("data.csv", read_csv),
        ("data.tsv", read_csv),
        ("data.jsonl", read_jsonl),
        ("data.json", read_jsonl),
    ):
        path = FOLDER / name
        path.write_bytes(data)
        try:
            rows = read(path)
        except ValueError as error:
            assert str(error).startswith(str(path)) and len(str(error)) < 1_000
            continue
        if rows and len(names := list(rows[0].fields)) > 1:
            with contextlib.suppress(ValueError):
                settings = {"dev": 1, "test": 0.5, "split": names[2] if len(names) > 2 else None}
                records = [row.fields for row in rows]
                Task.from_records(records, template=f"{{instruction}}{{{names[0]}}}", target=names[1], **settings)


def records(data: bytes) -> None:
    """Records: any bytes, or a real one with one value exchanged; read, and put into the report and the picture's rows."""
    (FOLDER / "record.jsonl").write_bytes(_exchanged(data) if data[:1] == b"!" else data)
    for use in (report, best_by_generation, sealed_scores):
        use_record: Callable[[Record], object] = use
        with contextlib.suppress(Mistake), _record(FOLDER) as record:
            said = use_record(record)
            assert not isinstance(said, str) or not STEERS.search(said)
    with contextlib.suppress(ValueError):
        genome = Genome.from_json(json.loads(data))
        assert Genome.from_json(genome.to_json()) == genome


@functools.cache
def _recorded() -> str:
    return json.dumps(list(toy_run().record.lines))


def _exchanged(data: bytes) -> bytes:
    """A real record, with the value that the first bytes choose exchanged for what the others say in JSON."""
    chance = atheris.FuzzedDataProvider(data[1:])
    lines: Any = json.loads(_recorded())
    place, key = lines, chance.ConsumeIntInRange(0, len(lines) - 1)
    while isinstance(inner := place[key], (dict, list)) and inner and chance.ConsumeBool():
        place, keys = inner, sorted(inner) if isinstance(inner, dict) else range(len(inner))
        key = keys[chance.ConsumeIntInRange(0, len(keys) - 1)]
    try:
        place[key] = json.loads(chance.ConsumeBytes(1_000))
    except (ValueError, RecursionError):
        del place[key]
    return b"".join(encode(line) if isinstance(line, dict) else json.dumps(line).encode() + b"\n" for line in lines)


def scorers(data: bytes) -> None:
    """Outputs and targets of any kind."""
    text = _text(data)
    target, _, output = text.partition("\n")
    many = (*(f"label {i}" for i in range(60)), "{b}", "ſ ı", "C++")
    for scorer in (exact_match, contains, token_f1, last_number, Choice(("label 5", "b", "ß")), Choice(many)):
        with contextlib.suppress(ValueError):
            assert 0 <= getattr(score := scorer(output, Example("1", {}, target)), "value", score) <= 1
            scorer(output, Example("1", {}, "label 5"))


def terminal(data: bytes) -> None:
    """What is printed."""
    text = _text(data)
    for said in (shown(text), one_line(text), *indented(text)):
        assert not STEERS.search(said), ascii(said)


def settings(data: bytes) -> None:
    """`--set NAME=VALUE` and the names of recipes."""
    text = _text(data)
    name, _, value = text.partition("=")
    for default in ("text", 1, None):
        _value(value, default)
    for recipe in ("default", "evoprompt-ga", name):
        with contextlib.suppress(Mistake):
            _recipe(recipe, [text])


# What each harness begins with: libFuzzer would take hours to guess a word of a syntax.
SEEDS: dict[str, tuple[bytes, ...]] = {
    "template": (b"{instruction}\n\nText: {a} {{b}}",),
    "reading": (
        b"Sure! <think>a</think><prompt>Judge it.</prompt>",
        b'**New prompt 1:** "1. Judge it"',
        b"```\na\n```",
    ),
    "edits": (b'Judge the text (e.g. "a review") of {a}. Say yes, or no!\n- one\n- two', b"New part: judge it"),
    "tables": (b'text,label\n"a ""b""",x\nb,y\n', b'{"text": "a\\ud83d", "label": [1, {"b": NaN}]}\n{"text": 1}'),
    "records": (b"!\x02\x01\x01null", b'!\x00\x01\x00"a"', b"!\x05\x011e999", b'{"kind": "run", "format": 1}\n'),
    "scorers": (b"1,000\nit is -1,000.5e3 of label 5", b"C++\n{b} or c++", "ß\nSS ſ ı İ".encode()),
    "terminal": ("a\x1b[31m\u202eb\u200d\u200c\x9b".encode(), "👨\u200d👩 می\u200cخ".encode()),
    "settings": (b"population_size=5", b"select=random", b"temperature=0.5", b"self=[1, null]", b"=true"),
}
HARNESSES = {each.__name__: each for each in (template, reading, edits, tables, records, scorers, terminal, settings)}


def main() -> None:
    if len(sys.argv) < 2 or sys.argv[1] not in HARNESSES:
        sys.exit(f"usage: fuzz.py NAME [libFuzzer's options]; names: {', '.join(HARNESSES)}")
    harness = HARNESSES[sys.argv.pop(1)]

    def run(data: bytes) -> None:
        with contextlib.suppress(ValueError) if harness is template else contextlib.nullcontext():
            harness(data)

    seeds = FOLDER / "seeds"
    seeds.mkdir()
    for number, seed in enumerate(SEEDS[harness.__name__]):
        (seeds / str(number)).write_bytes(seed)
    corpus = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
    if not corpus:  # libFuzzer writes what it finds to the first folder, which the seeds' must not be
        (FOLDER / "found").mkdir()
        sys.argv.append(str(FOLDER / "found"))
    atheris.Setup([*sys.argv, str(seeds)], run)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
