"""Four public classification tasks, read from a folder of the user's: SST-2, AG News, Subj and TREC.

The folder holds one folder a task with `dev.jsonl` and `test.jsonl` (fields `input` and `target`) and `prompts.json`, a
list of instructions from published work. None of it is part of this repository.
"""

from __future__ import annotations

import json
from pathlib import Path

from evoprompt.tasks.scoring.scorers import LabelProbability
from evoprompt.tasks.task import Task

MOST_CHARACTERS = 200  # of an instruction: as long as the published ones, and a bound on what a model rambles
TEMPLATES = {
    "sst2": "{instruction}\n\nReview: {input}\nSentiment:",
    "trec": "{instruction}\n\nQuestion: {input}\nType:",
    "subj": "{instruction}\n\nSentence: {input}\nType:",
    "agnews": "{instruction}\n\nNews: {input}\nTopic:",
}


def classification(name: str, folder: Path, *, train: int, dev: int, test: int, seed: int = 0) -> Task:
    """A task in completion format, scored by label probability.

    Args:
        name: One of `TEMPLATES`.
        folder: Holds the task's folder.
        train, dev: Examples drawn from `dev.jsonl`.
        test: Examples drawn from `test.jsonl`.
        seed: Of the drawing.

    Raises:
        KeyError: No such task.
        OSError: The data is not there.
    """
    rows = [json.loads(line) for line in (folder / name / "test.jsonl").read_text(encoding="utf-8").splitlines()]
    sealed = Task.from_records(rows, template=TEMPLATES[name], target="target", train=0, dev=0, test=test, seed=seed)
    return Task.from_jsonl(
        folder / name / "dev.jsonl",
        template=TEMPLATES[name],
        target="target",
        name=name,
        train=train,
        dev=dev,
        test=[{**example.fields, "target": example.target} for example in sealed.test],
        seed=seed,
        scorer=LabelProbability(labels := tuple(sorted({row["target"] for row in rows}))),
        description=f"Tell which of these it is: {', '.join(labels)}.",
        format="completion",
        protected=labels,
        max_length=MOST_CHARACTERS,
    )


def prompts(name: str, folder: Path, n: int) -> list[str]:
    """The first n instructions that published work used for a task."""
    return list(json.loads((folder / name / "prompts.json").read_text(encoding="utf-8"))[:n])
