"""Answers that runs share: a question that was answered once is not paid for again."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from evoprompt.models.model import Completion, Model, Request
from evoprompt.storage.store import StoreError

_PATIENCE = 60.0  # seconds to wait for another process that writes
_TABLE = (
    "CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, value TEXT NOT NULL, sum TEXT NOT NULL) WITHOUT ROWID"
)


@dataclass(frozen=True)
class Cached:
    """A model whose answers are kept in a file, and taken from there where it holds them.

    Kept are answers alone: a refusal or a failure is asked again. A kept answer takes no call, no token and no money.
    Several runs may share a file at once; two that ask the same question at the same moment both pay for it. What the
    very same place of the very same run paid for, before it was killed and could keep the answer, counts as paid.

    Attributes:
        model: Who answers.
        path: The file; made where it is missing.
    """

    model: Model
    path: Path

    @property
    def name(self) -> str:
        """The model's name."""
        return self.model.name

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name in ("model", "path"):  # not there yet while it is unpickled
            raise AttributeError(name)
        return getattr(self.model, name)

    def complete(self, request: Request) -> Completion:
        """Answer one request, or give the answer kept.

        Raises:
            Refused, ModelUnavailable, Abandoned: As from the model.
            StoreError: The file is damaged or can't be written.
        """
        cache = _opened(self.path, os.getpid())
        named = json.dumps([str(getattr(self.model, "identity", self.model.name)), request.digest])
        key = hashlib.sha256(named.encode()).hexdigest()
        kept = cache.get(key)
        if kept is not None:
            completion, payer = kept
            is_own = payer and payer == _payer.get()
            return completion if is_own else replace(completion, calls=0, tokens_in=0, tokens_out=0, dollars=0.0)
        completion = self.model.complete(request)
        cache.put(key, completion, _payer.get())
        return completion


_payer: ContextVar[str] = ContextVar("payer", default="")


@contextmanager
def paid_by(name: str) -> Iterator[None]:
    """Name who pays for the calls made inside, in this thread: a place of a run, by a name no other run has."""
    token = _payer.set(name)
    try:
        yield
    finally:
        _payer.reset(token)


def cached(model: Model, path: str | Path | None) -> Model:
    """The model with its answers kept in a file; the model itself where there is none.

    Raises:
        StoreError: The file is damaged or can't be written.
    """
    if path is None:
        return model
    path = Path(path).absolute()
    _opened(path, os.getpid())
    return Cached(model, path)


def remove(path: str | Path) -> None:
    """Let go of a cache and remove its files, as far as they can be."""
    path = Path(path).absolute()
    if (cache := _OPEN.pop((path, os.getpid()), None)) is not None:
        cache.close()
    for ending in ("", "-wal", "-shm"):
        with suppress(OSError):
            path.with_name(path.name + ending).unlink(missing_ok=True)


class _Cache:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        with self._said():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.execute(_TABLE)

    def get(self, key: str) -> tuple[Completion, str] | None:
        """The answer, and who paid for it."""
        with self._lock, self._said():
            row = self._db.execute("SELECT value, sum FROM answers WHERE key = ?", (key,)).fetchone()
        if row is None:
            return None
        if _sum(key, row[0]) != row[1]:
            raise StoreError(f"the cache {self._path} is damaged; remove it or name another one")
        kept = json.loads(row[0])
        return Completion.from_json(kept["completion"]), kept["paid_by"]

    def put(self, key: str, completion: Completion, payer: str) -> None:
        value = json.dumps({"completion": completion.to_json(), "paid_by": payer})
        with self._lock, self._said():
            self._db.execute("INSERT OR IGNORE INTO answers VALUES (?, ?, ?)", (key, value, _sum(key, value)))

    def close(self) -> None:
        with self._lock:
            self._db.close()

    @contextmanager
    def _said(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            what = "its disk is full" if "full" in str(error) else f"it can't be read or written ({error})"
            raise StoreError(f"the cache {self._path}: {what}; make room, or name another one") from error
        except sqlite3.Error as error:
            raise StoreError(
                f"{self._path} is no cache of evoprompt, or is damaged ({error}); name another one"
            ) from error
        except OSError as error:
            raise StoreError(f"the cache {self._path} can't be made ({error.strerror}); name another one") from error


def _sum(key: str, value: str) -> str:
    return hashlib.sha256(f"{key} {value}".encode()).hexdigest()[:8]


_OPEN: dict[tuple[Path, int], _Cache] = {}
_OPENING = threading.Lock()


def _opened(path: Path, process: int) -> _Cache:
    """The cache in a file; a forked process, which must not share a connection, gets its own."""
    with _OPENING:
        if (path, process) not in _OPEN:
            _OPEN[path, process] = _Cache(path)
        return _OPEN[path, process]
