"""The record of a run: JSON lines, appended as things happen. All that plots and tables read.

Lines by `kind`, in this order:

- `run`: what was asked for: task, recipe with settings, models, seed, budget, seed prompts.
- `birth`: operator, parents, seed, and the child's id and genome, or the reasons why there is none.
- `batch`: ids of the examples that the evaluations after it are about; written where they change.
- `evaluation`: fitness, scores and outputs of one genome, in the order of the batch, and what was paid for them.
- `generation`: the population after a generation, its best and median, and usage by role so far.
- `test`: the sealed test of seed and winner.
- `end`: why the run stopped, and its best genome.

Times stand in the keys `time` and `seconds` alone: without them, two runs alike are the same byte for byte.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FILE = "record.jsonl"
TIMES = ("time", "seconds")

Line = Mapping[str, Any]


class RecordError(ValueError):
    """What a record can't be used for, as a sentence. Any other error from reading one says that it is damaged."""


@dataclass
class Record:
    """The lines of a run, in order; with a path they are appended to a file as well.

    Attributes:
        path: The file; None to keep the lines in memory alone.
        lines: What was recorded so far.
    """

    path: Path | None = None
    lines: list[Line] = field(default_factory=list, repr=False)

    def add(self, kind: str, **values: Any) -> None:
        """Append a line.

        Raises:
            OSError: The file can't be written.
        """
        line = {"kind": kind, **values}
        self.lines.append(line)
        if self.path is not None:
            with self.path.open("ab") as file:  # one write a line: what stands in the file is whole lines
                file.write(encode(line))

    @classmethod
    def read(cls, path: str | Path) -> Record:
        """The record in a file or in a run's folder.

        Raises:
            ValueError: No record there, or a line that is none; the message names file and line.
        """
        path = Path(path)
        file = path / FILE if path.is_dir() else path
        if not file.is_file():
            raise ValueError(f"{path}: there is no record here (a run's folder holds {FILE})")
        lines: list[Line] = []
        for number, text in enumerate(file.read_bytes().split(b"\n"), 1):
            if not text.strip():
                continue
            try:
                line = json.loads(text)
            except (ValueError, RecursionError):
                raise ValueError(f"{file} line {number}: not a line of a record (torn or edited?)") from None
            if not isinstance(line, dict) or "kind" not in line:
                raise ValueError(f"{file} line {number}: not a line of a record (no kind)")
            lines.append(line)
        if not lines or lines[0]["kind"] != "run":
            raise ValueError(f"{file}: a record begins with a line of the kind 'run'")
        return cls(file, lines)

    def of(self, kind: str) -> Iterator[Line]:
        """The lines of one kind, in order."""
        return (line for line in self.lines if line["kind"] == kind)

    def one(self, kind: str) -> Line | None:
        """The last line of a kind; None where there is none."""
        return next((line for line in reversed(self.lines) if line["kind"] == kind), None)

    def genomes(self) -> dict[str, Mapping[str, Any]]:
        """Every child's genome by id, as JSON values."""
        return {line["child"]: line["genome"] for line in self.of("birth") if line["child"]}


def encode(line: Line) -> bytes:
    """A line as bytes, with its line break."""
    try:
        return (json.dumps(line, ensure_ascii=False) + "\n").encode()
    except UnicodeEncodeError:  # a lone surrogate has no UTF-8; escaped it is kept
        return (json.dumps(line, ensure_ascii=True) + "\n").encode()


def without_times(lines: Iterable[Line]) -> list[Line]:
    """The lines without times: what two runs alike have in common to the byte."""
    return [{key: value for key, value in line.items() if key not in TIMES} for line in lines]
