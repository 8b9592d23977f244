"""From what a run or a user left on disk to the prompt that can be called."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from evoprompt.genome import Genome
from evoprompt.storage.folder import server_in
from evoprompt.storage.record import Record, RecordError
from evoprompt.tasks.layout import Layout
from evoprompt.tasks.prompt import Prompt


def load(path: str | Path) -> Prompt:
    """The prompt in a file that `save` wrote, or the best one of a run's folder, finished or not.

    Raises:
        ValueError: Neither of the two; the message says why.
        OSError: The file can't be read.
    """
    path = Path(path)
    if path.is_dir():
        return replace(prompt_of(Record.read(path)), server=server_in(path))
    if path.suffix == ".jsonl":
        return replace(prompt_of(Record.read(path)), server="")  # the folder knows, and the record alone does not
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        raise ValueError(
            f"{path}: not a prompt that evoprompt saved (no JSON); name such a file or a run's folder"
        ) from None
    try:
        return Prompt.from_json(data)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def prompt_of(record: Record) -> Prompt:
    """The best prompt of a run, finished or not.

    Raises:
        RecordError: Nothing was evaluated yet, an earlier version of evoprompt wrote the record, or it is damaged.
    """
    head, last = record.head, record.one("end") or record.one("generation")
    if last is None:
        raise RecordError(f"{record.path}: no prompt was evaluated yet; run it on first")
    if "prompt" not in head["task"]:
        raise RecordError(
            f"{record.path}: an earlier version of evoprompt wrote this record, which lacks what the prompt is made of"
        )
    try:
        prompt = _prompt(record, head["task"]["prompt"], last["best"], head["model"])
        return replace(prompt, arguments=dict(head.get("model_arguments", {})))
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise RecordError(f"{record.path}: the record is damaged ({type(error).__name__}: {error})") from error


def _prompt(record: Record, task: Any, best: str, model: str) -> Prompt:
    genome = Genome.from_json(record.genomes()[best])
    offsets: list[float] = []
    for line in record.of("evaluation"):
        if line["genome"] == best:
            offsets = line.get("offsets", [])
    return Prompt(
        Layout.from_json(task["layout"]).turns(genome),
        task["max_tokens"],
        tuple(task["stop"]),
        tuple(task.get("labels", ())),
        task.get("by_probability", False),
        tuple(offsets),
        model,
        str(genome.with_shots(())),
    )
