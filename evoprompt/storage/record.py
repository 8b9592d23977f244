"""The record of a run: JSON lines, appended as things happen. All that plots and tables read.

Lines by `kind`, in this order:

- `run`: what was asked for: task, recipe with settings, models, seed, budget, seed prompts.
- `birth`: operator, parents, seed, and the child's id and genome, or the reasons why there is none.
- `batch`: ids of the examples that the evaluations after it are about; written where they change.
- `evaluation`: fitness, scores and outputs of one genome, in the order of the batch, what was paid for them, and the ids
  of the examples whose answers were refused, cut off, empty or unreadable.
- `setup`: what was wrong with the first answers, so that the run stopped; taken off where it goes on all the same.
- `generation`: the population after a generation, its best and median, and usage by role so far. Where each generation
  is scored on other examples there is no best fitness, and `told` has the scores that the median is of. Where founders
  never came, `missing_founders` has their number.
- `final`: in such a run, and where a prompt that is perfect on a part of dev was put to all of it, the best seed and those
  that met it on common examples, their fitness there, and the winner.
- `answers`: what the best seed and the winner answered to the dev examples: fields, targets, outputs, scores, reasons.
- `test`: the sealed test of seed and winner, and what it leads to.
- `end`: why the run stopped, its best seed and best genome, and why there is no sealed test where none was made. Where
  the search was given up because its births came to nothing, `given_up` says so.

Times stand in the keys `time` and `seconds` alone: without them, two runs alike are the same byte for byte.
"""

from __future__ import annotations

import json
import shutil
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from os import SEEK_CUR
from pathlib import Path
from typing import Any, BinaryIO

from evoprompt.storage.store import StoreError

FILE = "record.jsonl"
TIMES = ("time", "seconds")
INTERRUPTED = "interrupted"  # the reason of an end that is none: the run may go on
_END, _SETUP = b'{"kind": "end",', b'{"kind": "setup",'

Line = Mapping[str, Any]


class RecordError(StoreError, ValueError):
    """A record is damaged, another run's, or can't be used for what is asked. Reads as one sentence.

    Any other error from reading one says that it is damaged.
    """


class Record:
    """The lines of a run, in order, in memory or in a file.

    A record in a file is read line by line, as often as it is asked; nothing of it is kept in memory.

    Args:
        path: The file, which may hold lines already; None to keep the lines in memory.

    Attributes:
        path: The file; None for lines in memory.
    """

    def __init__(self, path: Path | None = None, lines: Iterable[Line] = ()) -> None:
        self.path = path
        self._lines = [encode(line) for line in lines]
        self._rest: BinaryIO | None = None  # of the lines of an earlier run: they are met again, one by one
        self._number = 0

    def go_on(self) -> None:
        """Begin anew before the lines that are there: each line added from now on must be the next one of them.

        A torn last line, which a killed run may leave, is taken off the file. The lines keep their times.

        Raises:
            OSError: The file can't be read or cut.
        """
        if self.path is None or not self.path.exists():
            return
        _cut(self.path, _whole(self.path))
        self._rest = self.path.open("rb")
        self._number = 0

    def rehead(self, **changes: Any) -> None:
        """Change values of the first line, None to take one out, in a file whose other lines stay.

        Raises:
            OSError: The file can't be read or written; it is as it was then.
        """
        if self.path is None or not self.path.exists() or not self.path.stat().st_size:
            return
        with self.path.open("rb") as file:
            head = _line(file.readline(), self.path, 1)
            if all(head.get(name) == value for name, value in changes.items()):
                return
            part = self.path.with_name(f"{self.path.name}.part")
            with part.open("wb") as new:
                new.write(encode({name: value for name, value in {**head, **changes}.items() if value is not None}))
                shutil.copyfileobj(file, new)
        part.replace(self.path)

    def ahead(self) -> Line | None:
        """The next line of an earlier run that was not met yet; None where there is none.

        Raises:
            RecordError: It is no line of a record.
        """
        if self._rest is None:
            return None
        place = self._rest.tell()
        text = self._rest.readline()
        self._rest.seek(place)
        return _line(text, self.path, self._number + 1) if text else None

    def cut(self) -> None:
        """Take off the lines of an earlier run that were not met yet."""
        if self._rest is not None and self.path is not None:
            place = self._rest.tell()
            self.close()
            _cut(self.path, place)

    def check_end(self) -> None:
        """Refuse lines of an earlier run that the run, now at its end, never came to.

        Raises:
            RecordError: There are some.
        """
        if self.ahead() is not None:
            raise RecordError(
                f"{self.path} line {self._number + 1}: the run ends before this line (edited?); remove this file to have"
                " it written anew from the answers kept beside it, or name another folder"
            )

    def close(self) -> None:
        """Let go of the file; the record can be read on."""
        if self._rest is not None:
            self._rest.close()
            self._rest = None

    def add(self, kind: str, **values: Any) -> None:
        """Append a line, or meet it again.

        Raises:
            StoreError: The file can't be written; no part of the line is in it then.
            RecordError: An earlier run wrote another line here.
        """
        line = {"kind": kind, **values}
        self._number += 1
        if self._rest is not None:
            text = self._rest.readline()
            if text and (not self._is_interruption(text) or kind == "setup"):
                return self._meet(text, line)
            self._rest.seek(-len(text), SEEK_CUR)
            self.cut()  # all were met, or the run now goes on where it ended by an interruption
        if self.path is None:
            self._lines.append(encode(line))
        else:
            _append(self.path, encode(line))
        return None

    def _is_interruption(self, text: bytes) -> bool:
        """Whether a line tells of an end that is none: the run may go on from there."""
        if text.startswith(_SETUP):
            return True
        return text.startswith(_END) and _line(text, self.path, self._number).get("reason") == INTERRUPTED

    def _meet(self, text: bytes, line: Line) -> None:
        before = _line(text, self.path, self._number)
        if encode(_timeless(before)) != encode(_timeless(line)):
            raise RecordError(
                f"{self.path} line {self._number}: the run now comes to another line of the kind {line['kind']!r}:"
                f" {_difference(before, line)}; remove this file to have it written anew from the answers kept beside"
                " it, or name another folder"
            )

    @property
    def lines(self) -> list[Line]:
        """All lines, in order."""
        return list(self)

    @property
    def is_torn(self) -> bool:
        """Whether the file ends in a line that a killed run left torn."""
        if self.path is None:
            return False
        with self.path.open("rb") as file:
            file.seek(_whole(self.path))
            rest = file.read()
        return bool(rest) and _is_torn(rest)

    @property
    def head(self) -> Line:
        """The first line: what was asked for."""
        return next(iter(self))

    def __iter__(self) -> Iterator[Line]:
        return (_line(text, self.path, number) for number, text in self._texts())

    def _texts(self) -> Iterator[tuple[int, bytes]]:
        if self.path is None:
            yield from enumerate(list(self._lines), 1)
            return
        with self.path.open("rb") as file:
            for number, text in enumerate(file, 1):
                if not text.endswith(b"\n") and _is_torn(text):
                    return
                if text.strip():
                    yield number, text

    @classmethod
    def read(cls, path: str | Path) -> Record:
        """The record in a file or in a run's folder; a last line that a killed run left torn is passed over.

        Raises:
            ValueError: No record there, or a line that is none; the message names file and line.
        """
        path = Path(path)
        file = path / FILE if path.is_dir() else path
        if not file.is_file():
            raise RecordError(f"{path}: there is no record here (a run's folder holds {FILE})")
        record = cls(file)
        first = next(iter(record), None)
        if first is None or first["kind"] != "run":
            raise RecordError(f"{file}: a record begins with a line of the kind 'run'")
        deque(record, maxlen=0)  # every line is one
        return record

    def of(self, kind: str) -> Iterator[Line]:
        """The lines of one kind, in order."""
        beginning = encode({"kind": kind})[:-2]
        # A file that something else wrote may have its keys in another order.
        return (
            line
            for number, text in self._texts()
            if text.startswith(beginning) or not text.startswith(b'{"kind": "')
            if (line := _line(text, self.path, number))["kind"] == kind
        )

    def one(self, kind: str) -> Line | None:
        """The last line of a kind; None where there is none."""
        return next(iter(deque(self.of(kind), maxlen=1)), None)

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
    return [_timeless(line) for line in lines]


def _timeless(line: Line) -> Line:
    return {key: value for key, value in line.items() if key not in TIMES}


def _line(text: bytes, path: Path | None, number: int) -> Line:
    try:
        line = json.loads(text)
    except (ValueError, RecursionError):
        raise RecordError(f"{path} line {number}: not a line of a record (torn or edited?)") from None
    if not isinstance(line, dict) or "kind" not in line:
        raise RecordError(f"{path} line {number}: not a line of a record (no kind)")
    return line


def _is_torn(text: bytes) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return True
    return False


def _difference(before: Line, now: Line) -> str:
    """The first value that differs."""
    for key in (*before, *now):
        if key not in TIMES and before.get(key) != now.get(key):
            return f"{key} was {_few(before.get(key))} and is {_few(now.get(key))}"
    return "the order of its values"


def _few(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _append(path: Path, text: bytes) -> None:
    size = path.stat().st_size if path.exists() else 0
    try:
        with path.open("ab") as file:  # one write a line: what stands in the file is whole lines
            file.write(text)
    except OSError as error:
        if path.exists() and path.stat().st_size > size:
            _cut(path, size)
        raise StoreError(
            f"{path.parent}: the record can't be written ({error.strerror}); make room, or mend what else hinders it,"
            " and run again: what was paid for until here is kept"
        ) from error


def _whole(path: Path) -> int:
    """How many bytes the file's whole lines have."""
    size = path.stat().st_size
    with path.open("rb") as file:
        for end in chain(range(size, 0, -4096), (0,)):
            start = max(0, end - 4096)
            file.seek(start)
            found = file.read(end - start).rfind(b"\n")
            if found >= 0:
                return start + found + 1
    return 0


def _cut(path: Path, size: int) -> None:
    if path.stat().st_size != size:
        with path.open("r+b") as file:
            file.truncate(size)
