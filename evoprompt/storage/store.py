"""All that a run has paid for, kept as it arrives, so that a killed run goes on without paying twice.

A run asks the same things in the same order each time it is run: block by block (the births of a generation, its
answers, the sealed test), and in a block place by place. So the block and the place say which answer is meant. A run
that goes on reads its blocks back until it meets one that was never closed; there it begins to ask again.

The store is an SQLite file in write-ahead mode that one process holds at a time. Each row has a check sum. Blocks are
synced to the disk when they are closed, before the record tells of them: a store that knows less than the record was
damaged.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import uuid
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evoprompt.models.usage import Usage

FILE = "store.sqlite"
FORMAT = 1
_BLOCK = -1  # the place of what is said about a whole block
_SPARED = -1  # the block of answers that outlived their own
_HOW_MANY_SPARED = f"SELECT count(*) FROM kept WHERE block = {_SPARED}"
_EARLIER = "earlier tests"
_CLOSED, _BROKEN_OFF = 0, 1  # numbers there; broken off may have happened more than once
_TABLES = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL, sum INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE kept (
    block INTEGER, place INTEGER, number INTEGER, value TEXT NOT NULL, sum INTEGER NOT NULL,
    PRIMARY KEY (block, place, number)
) WITHOUT ROWID;
"""

Value = Mapping[str, Any]


class StoreError(OSError):
    """A run's folder can't be used: it is taken, damaged, read-only, or its disk is full. Reads as one sentence."""


@dataclass
class Block:
    """One block of a run: what is known of it already, and where its further outcomes are kept.

    Attributes:
        store: Where it is kept.
        number: From 0, in the order of the run.
        kind: `ask`, `bear`, `evaluate`, `final` or `test`.
        outcomes: Known outcomes by their place.
        closed: What was said when it was closed; None where it is open.
        broken_off: What was said each time it was left before its end.
    """

    store: Store
    number: int
    kind: str
    outcomes: dict[int, Value] = field(default_factory=dict)
    closed: Value | None = None
    broken_off: list[Value] = field(default_factory=list)

    @property
    def is_told(self) -> bool:
        """Whether its end, or its breaking off, stands in the store."""
        return bool(self.closed or self.broken_off)

    @property
    def lost(self) -> Usage:
        """What was paid for it and brought nothing, as far as anybody knows."""
        return sum(map(_lost, (self.closed or {}, *self.broken_off)), Usage())

    def keep(self, place: int, value: Value, number: int = 0) -> None:
        """Keep an outcome (number 0), or one of the calls (from 1) that lead to it. Any thread may do so."""
        self.store.put(self.number, place, number, value)
        if number == 0:
            self.outcomes[place] = value

    def calls(self, place: int) -> list[Value]:
        """The calls that are known of an outcome not known yet, in order."""
        rows = self.store.rows(self.number, place, place, outcomes=False)
        return [value for number, (_, _, value) in enumerate(rows, 1) if value["number"] == number]

    def close(self, *, sync: bool = True, **about: Any) -> None:
        """Say that the block is whole: what is missing in it will never come.

        Args:
            sync: Wait for the disk, as must be before the record tells of the block.
            about: What else to say.
        """
        closed = {"kind": self.kind, "kept": len(self.outcomes), **about}
        self.store.put(self.number, _BLOCK, _CLOSED, closed, sync=sync)
        self.closed = closed

    def forget(self, places: Sequence[int], answered: Sequence[int], *, lost: int) -> None:
        """Take outcomes out, which are then asked for again.

        Args:
            places: Theirs.
            answered: Those of them whose first call stays, for it was answered.
            lost: Calls of theirs that are lost by that.
        """
        said = {"kind": self.kind, "lost": lost}
        self.store.replace(self.number, places, answered, (_BLOCK, _BROKEN_OFF + len(self.broken_off)), said)
        self.broken_off.append(said)
        for place in places:
            del self.outcomes[place]

    def break_off(self, **about: Any) -> None:
        """Say that the block was left before its end, and will be gone on with."""
        said = {"kind": self.kind, **about}
        self.store.put(self.number, _BLOCK, _BROKEN_OFF + len(self.broken_off), said, sync=True)
        self.broken_off.append(said)


class Store:
    """The store in a run's folder, or, without a folder, in a temporary file of its own.

    Args:
        folder: The run's folder; it must exist.

    Attributes:
        path: The file; None for a temporary one.
        id: A name that no other run has.

    Raises:
        StoreError: The folder is in use by another run, or read-only, or the store is damaged.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.path = None if folder is None else folder / FILE
        self._lock = threading.Lock()
        self._next = 0
        with self._said():
            # SQLite's own temporary file for the empty name.
            self._db = sqlite3.connect(self.path or "", timeout=0, isolation_level=None, check_same_thread=False)
        try:
            with self._said():
                self._begin()
        except BaseException:
            self._db.close()
            raise

    def _begin(self) -> None:
        self._db.execute("PRAGMA locking_mode = EXCLUSIVE")
        self._db.execute(f"PRAGMA journal_mode = {'WAL' if self.path else 'OFF'}")
        self._db.execute(f"PRAGMA synchronous = {'NORMAL' if self.path else 'OFF'}")
        self._db.execute("BEGIN IMMEDIATE")  # takes the lock
        if not self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            for statement in _TABLES.split(";"):
                self._db.execute(statement)
            self._say("format", FORMAT)
            self._say("id", uuid.uuid4().hex)
        self._db.execute("COMMIT")
        if (written := self.about("format")) != FORMAT:
            raise StoreError(f"{self.path}: another version of evoprompt wrote this store (format {written})")
        self.id: str = self.about("id")
        if self.path is None:
            self._db.execute("BEGIN")  # and no end: nobody will ever read it again

    # What is said about the run

    def about(self, name: str) -> Any:
        """A value that `tell` wrote; None where there is none."""
        with self._said():
            row = self._db.execute("SELECT value, sum FROM about WHERE name = ?", (name,)).fetchone()
        if row is None:
            return None
        if _about_sum(name, row[0]) != row[1]:
            raise StoreError(f"{self.path} is damaged (what it says of the run's {name}); {self._way_out}")
        return json.loads(row[0])

    def tell(self, name: str, value: Any) -> None:
        """Write a value about the whole run, in place of what was said before."""
        with self._lock, self._said():
            self._say(name, value)

    def _say(self, name: str, value: Any) -> None:
        text = json.dumps(value)
        self._db.execute("INSERT OR REPLACE INTO about VALUES (?, ?, ?)", (name, text, _about_sum(name, text)))

    # Going on

    @property
    def has_answers(self) -> bool:
        """Whether any model ever answered; a prompt that the user gave is kept without one."""
        query = f"SELECT number, value FROM kept WHERE place > {_BLOCK}"
        with self._lock, self._said():
            return any(number or _is_answer(json.loads(text)) for number, text in self._db.execute(query))

    def go_past_its_end(self, run: Value, ends: Sequence[str]) -> None:
        """Write anew what the run is, and take its end back with all that came after, where it was one of these.

        That the sealed test was paid for stays, and so do its answers: see `spared`.

        Args:
            run: What the run is now.
            ends: `spent` for an end that the budget made, `aimed` for one that target, patience or a perfect score did,
                `by_hand` for one that the user did.
        """
        number, said = self._last_ask()
        is_past = any(said.get(end) for end in ends)
        tested: list[Value] = []
        if is_past:
            for block in range(number + 1, self._last_block() + 1):
                if any(each["kind"] == "test" for _, _, each in self.rows(block, _BLOCK, _BLOCK)):
                    tested += [value for _, _, value in self.rows(block, 0, None)]
        earlier = self.earlier_tests
        with self._lock, self._said():
            self._db.execute("SAVEPOINT past")
            self._say("run", run)
            if is_past:
                self._say(_EARLIER, earlier + bool(tested))
                for place, value in enumerate(tested, self._db.execute(_HOW_MANY_SPARED).fetchone()[0]):
                    self._insert(_SPARED, place, 0, value)
                # What an earlier end was taken back with, and paid for, stays beside it.
                at = (number, _BLOCK)
                self._db.execute("DELETE FROM kept WHERE block = ? AND place = ? AND number = ?", (*at, _CLOSED))
                others = self._db.execute("SELECT count(*) FROM kept WHERE block = ? AND place = ?", at).fetchone()[0]
                self._insert(*at, _BROKEN_OFF + others, {"kind": "ask"})
            self._db.execute("RELEASE past")

    @property
    def is_ended_by_hand(self) -> bool:
        """Whether the last thing asked for was the end."""
        return bool(self._last_ask()[1].get("by_hand"))

    @property
    def has_evaluated(self) -> bool:
        """Whether the first prompts have all the answers that they will ever have."""
        with self._said():
            blocks = [
                block for (block,) in self._db.execute("SELECT DISTINCT block FROM kept WHERE block >= 0 ORDER BY 1")
            ]
        said = (each for block in blocks for _, number, each in self.rows(block, _BLOCK, _BLOCK) if number == _CLOSED)
        return any(each["kind"] == "evaluate" for each in said)

    @property
    def earlier_tests(self) -> int:
        """How often the run's sealed test was made and taken back."""
        return int(self.about(_EARLIER) or 0)

    def spared(self) -> dict[str, Value]:
        """The answers to sealed tests that were taken back, by what they are about."""
        return {value["what"]: value for _, _, value in self.rows(_SPARED, 0, None) if not value.get("failure")}

    def _last_ask(self) -> tuple[int, Value]:
        """Number of the last block that asked for births, and what was said when it was closed."""
        for number in range(self._last_block(), -1, -1):
            said = next(self.rows(number, _BLOCK, _BLOCK), None)
            if said and said[1] == _CLOSED and said[2]["kind"] == "ask":
                return number, said[2]
        return 0, {}

    def _last_block(self) -> int:
        with self._lock, self._said():
            last = self._db.execute("SELECT max(block) FROM kept").fetchone()[0]
        return -1 if last is None else int(last)

    # Blocks

    def open(self, kind: str) -> Block:
        """The next block of the run, with what is known of it.

        Raises:
            StoreError: The store is damaged, or the block there is of another kind: the run's loop has changed.
        """
        block = Block(self, self._next, kind)
        self._next += 1
        for place, number, value in self.rows(block.number, _BLOCK, None):
            if place != _BLOCK:
                block.outcomes[place] = value
            elif number == _CLOSED:
                block.closed = value
            else:
                block.broken_off.append(value)
        said = [block.closed or {}, *block.broken_off]
        if other := next((each["kind"] for each in said if each.get("kind", kind) != kind), ""):
            raise StoreError(
                f"{self.path}: here the run went on with {other!r}, and now with {kind!r}: its loop has changed;"
                " name another folder"
            )
        if block.closed is None:
            self._check_open(block)
        elif block.closed.get("kept", 0) != len(block.outcomes):
            raise StoreError(f"{self.path} is damaged: {block.closed['kept']} outcomes were kept of one block, and"
                             f" {len(block.outcomes)} are there; {self._way_out}")  # fmt: skip
        return block

    def _check_open(self, block: Block) -> None:
        with self._said():
            last = self._db.execute("SELECT max(block) FROM kept").fetchone()[0]
        if last is not None and last > block.number:
            if not block.broken_off:
                raise StoreError(
                    f"{self.path} is damaged: a block has no end, and others come after it; {self._way_out}"
                )
            self._void_after(block, last)

    def _void_after(self, block: Block, last: int) -> None:
        """Take off what came after a block that was broken off, such as a sealed test; that it was paid for stays."""
        void = Usage()
        for number in range(block.number + 1, last + 1):
            for place, _, value in self.rows(number, _BLOCK, None):
                void += _lost(value) if place == _BLOCK else _paid(value)
        said = {"kind": block.kind, "void": void.row}
        with self._lock, self._said():
            self._db.execute("SAVEPOINT void")
            self._insert(block.number, _BLOCK, _BROKEN_OFF + len(block.broken_off), said)
            self._db.execute("DELETE FROM kept WHERE block > ?", (block.number,))
            self._db.execute("RELEASE void")
        block.broken_off.append(said)

    def set_aside(self, kind: str) -> None:
        """Take the blocks of a kind out, which come last; what they hold is kept for `taken_up`."""
        with self._lock, self._said():
            last = self._db.execute("SELECT max(block) FROM kept").fetchone()[0]
        outputs: dict[str, Value] = {}
        paid, numbers = Usage(), []
        for number in range(last, -1, -1):
            rows = list(self.rows(number, _BLOCK, None))
            if next((value["kind"] for place, _, value in rows if place == _BLOCK), kind) != kind:
                break
            numbers.append(number)
            for place, _, value in rows:
                paid += _lost(value) if place == _BLOCK else _paid(value)
                if place != _BLOCK:
                    outputs[value["what"]] = value
        with self._lock, self._said():
            self._db.execute("SAVEPOINT aside")
            self._say("set aside", {"outputs": outputs, "paid": paid.row})
            self._db.executemany("DELETE FROM kept WHERE block = ?", [(number,) for number in (*numbers, _SPARED)])
            self._db.execute("RELEASE aside")

    def taken_up(self) -> tuple[dict[str, Value], Usage]:
        """What was set aside, by what it is about, and all that was paid for it."""
        said = self.about("set aside") or {"outputs": {}, "paid": ()}
        return said["outputs"], Usage(*said["paid"])

    def rows(
        self, block: int, first: int, last: int | None, *, outcomes: bool = True
    ) -> Iterator[tuple[int, int, Value]]:
        """Place, number and value of the rows from the first to the last place (None: all), in order.

        Args:
            outcomes: Outcomes, and what is said about the block; else the calls that lead to them.
        """
        wanted = f"(number = 0 OR place = {_BLOCK})" if outcomes else "number > 0"
        query = f"SELECT place, number, value, sum FROM kept WHERE block = ? AND place BETWEEN ? AND ? AND {wanted}"
        with self._lock, self._said():
            rows = self._db.execute(query, (block, first, 2**62 if last is None else last)).fetchall()
        for place, number, text, check in rows:
            if not isinstance(text, str) or _sum(block, place, number, text) != check:
                raise StoreError(f"{self.path} is damaged (block {block}, place {place}); {self._way_out}")
        values = json.loads(f"[{','.join(row[2] for row in rows)}]")  # at once: a long run has millions
        for (place, number, _, _), value in zip(rows, values, strict=True):
            yield place, number, value

    def put(self, block: int, place: int, number: int, value: Value, *, sync: bool = False) -> None:
        """Keep a value; it is there from now on, whatever becomes of this process."""
        with self._lock, self._said():
            if sync and self.path:  # in this mode the disk has all that came before, too
                self._db.execute("PRAGMA synchronous = FULL")
            self._insert(block, place, number, value)
            if sync and self.path:
                self._db.execute("PRAGMA synchronous = NORMAL")

    def _insert(self, block: int, place: int, number: int, value: Value) -> None:
        text = json.dumps(value)
        row = (block, place, number, text, _sum(block, place, number, text))
        # Replaced is a call of an operator that now asks something else, before its birth was known.
        self._db.execute("INSERT OR REPLACE INTO kept VALUES (?, ?, ?, ?, ?)", row)

    def replace(
        self, block: int, places: Sequence[int], answered: Sequence[int], key: tuple[int, int], value: Value
    ) -> None:
        """Take what is known of some places out and keep a value at another place and number, or do neither.

        Args:
            block: The block's number.
            places: The places; of those that are `answered` too, the first call stays.
            answered: See there.
            key: The other place, and the number there.
            value: What to keep.
        """
        with self._lock, self._said():
            self._db.execute("SAVEPOINT again")
            for place in places:
                kept = 1 if place in answered else -1
                self._db.execute("DELETE FROM kept WHERE block = ? AND place = ? AND number != ?", (block, place, kept))
            self._insert(block, *key, value)
            self._db.execute("RELEASE again")

    @property
    def seconds(self) -> float:
        """The run's time when the last block was closed."""
        query = f"SELECT block FROM kept WHERE place = {_BLOCK} AND number = {_CLOSED} ORDER BY block DESC LIMIT 1"
        with self._lock, self._said():
            row = self._db.execute(query).fetchone()
        said = next(self.rows(row[0], _BLOCK, _BLOCK), None) if row else None
        return float(said[2].get("seconds", 0.0)) if said else 0.0

    def close(self) -> None:
        """Let go of the folder."""
        with self._lock:
            self._db.close()

    @property
    def _way_out(self) -> str:
        return "restore the folder from a copy, or begin in another one"

    @contextmanager
    def _said(self) -> Iterator[None]:
        """What SQLite complains of, as one sentence."""
        try:
            yield
        except sqlite3.Error as error:
            raise StoreError(self._sentence(error)) from error

    def _sentence(self, error: sqlite3.Error) -> str:
        folder = self.path.parent if self.path else "the temporary folder"
        text = str(error).lower()
        if "locked" in text:
            return f"{folder}: another run works in this folder; wait for its end, or name another folder"
        if "full" in text:
            return f"{folder}: the disk is full; make room and run again: what was paid for until here is kept"
        if "readonly" in text or "unable to open" in text:
            return f"{folder}: the folder can't be written to; name another one"
        if isinstance(error, sqlite3.ProgrammingError) and "closed" in text:
            return f"{folder}: this run was closed; begin another one to go on"
        if "disk i/o error" in text:
            return (
                f"{folder}: the disk can't be read or written ({error}); it may be full for this user, or broken: what"
                " was paid for until here is kept"
            )
        return f"{self.path} is damaged ({error}); {self._way_out}"


def _is_answer(value: Value) -> bool:
    """Whether a model gave an outcome: an answer that was not refused is one, and a birth that took a call."""
    if "output" in value:
        return not value.get("refused")
    return Usage(*value.get("usage", ())).calls > 0


def _lost(said: Value) -> Usage:
    return Usage(int(said.get("lost", 0))) + Usage(*said.get("void", ()))


def _paid(outcome: Value) -> Usage:
    """What an outcome took, whoever was asked."""
    return Usage.total(Usage(*outcome.get(name, ())) for name in ("usage", "answered", "judged"))


def _sum(block: int, place: int, number: int, text: str) -> int:
    return zlib.crc32(f"{block} {place} {number} {text}".encode())


def _about_sum(name: str, text: str) -> int:
    return zlib.crc32(f"{name} {text}".encode())
