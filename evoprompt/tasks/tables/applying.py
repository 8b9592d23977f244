"""A prompt applied to a table on disk: rows in, rows with answers out, and nothing paid twice."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from evoprompt.models.model import Model
from evoprompt.models.usage import Usage
from evoprompt.storage import cache
from evoprompt.storage.files import write_whole
from evoprompt.tasks.prompt import Applied, Prompt
from evoprompt.tasks.tables.csv_file import form_of
from evoprompt.tasks.tables.data import Row
from evoprompt.text.brief import brief

ANSWER, NOTE = "answer", "note"  # the columns that are added
ENDINGS = (".csv", ".jsonl")


def answers_to(data: Path, out: Path | None) -> Path:
    """The file that the answers go to: the one named, else one beside the data that is not there yet.

    Raises:
        ValueError: The named file is the data, or its ending is of no table that can be written.
    """
    if out is not None:
        if out.suffix.lower() not in ENDINGS:
            raise ValueError(f"{out}: answers are written to a file that ends in {' or '.join(ENDINGS)}")
        if out.resolve() == data.resolve():
            raise ValueError(f"{out} is the data itself; name another file for the answers")
        return out
    number, free = 1, data.with_name(f"{data.stem}-answers.csv")
    while free.exists():
        number += 1
        free = data.with_name(f"{data.stem}-answers-{number}.csv")
    return free


def applied_to_table(
    prompt: Prompt, rows: Sequence[Row], out: Path, *, model: Model, like: Path, n_jobs: int | None = None
) -> list[str]:
    """Answer rows and write them with their answers; gives a summary in lines.

    A CSV file is written as the one that it is `like`: with semicolons where that has them, say, so that the same
    program opens both.

    While the work lasts the answers are kept in a file beside `out`, so that a run that was interrupted pays for none
    of them twice.

    Raises:
        ValueError, OSError: A row lacks a field that the prompt shows, or `out` can't be written.
        ModelUnavailable: No row can be answered.
    """
    form, kept = form_of(like), out.with_name(f"{out.name}.part.sqlite")
    applied = prompt.apply(rows, model=model, n_jobs=n_jobs, cache=kept)
    write_whole(out, _table([row.fields for row in rows], applied, out.suffix.lower(), *form))
    cache.remove(kept)
    return _summary(applied)


def _table(rows: Sequence[dict[str, str]], applied: Sequence[Applied], ending: str, delimiter: str, mark: str) -> str:
    names = list(dict.fromkeys(name for row in rows for name in row))
    answer, note = (_free(name, names) for name in (ANSWER, NOTE))
    filled = [
        {**row, answer: "" if each.answer is None else each.answer, note: each.note}
        for row, each in zip(rows, applied, strict=True)
    ]
    if ending == ".jsonl":
        return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in filled)
    text = io.StringIO()
    writer = csv.DictWriter(text, [*names, answer, note], delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows(filled)
    return mark + text.getvalue()


def _free(name: str, taken: Sequence[str]) -> str:
    """A column's name that the table has not."""
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}_{number}"
    return free


def _summary(applied: Sequence[Applied]) -> list[str]:
    notes = Counter(each.note for each in applied if each.note)
    total = Usage.total(each.usage for each in applied)
    answered = sum(each.answer is not None for each in applied)
    lines = [f"{answered:,} of {len(applied):,} rows answered; {total.calls:,} calls, {total.tokens:,} tokens"]
    return [*lines, *(f"  {count:,} rows: {brief(note)}" for note, count in notes.most_common(5))]
