"""A task over a table, from the names of its columns: what the user leaves out is chosen here."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from evoprompt.genome import Genome
from evoprompt.tasks.example import AnyScorer, calls_an_answer
from evoprompt.tasks.scoring.scorer_names import AUTO, BY_LABEL, PLAIN
from evoprompt.tasks.scoring.scorers import Choice, LabelProbability
from evoprompt.tasks.splits import SPLITS, content_of
from evoprompt.tasks.tables.data import check_kind
from evoprompt.tasks.tables.rows import DataWarning
from evoprompt.tasks.task import Task
from evoprompt.text.brief import brief, few, titled
from evoprompt.text.template import Template, placeholders

# A run is to see some 30 candidates and still afford its sealed test: of the answers that its calls pay
# for, dev takes a 40th for each candidate, and the test a tenth for each of its two prompts.
DEV_PART, TEST_PART, FEWEST = 40, 10, 20


@dataclass(frozen=True, kw_only=True)
class Table:
    """A file of examples, and what the user says about it.

    Attributes:
        data: A file that `data.read_file` reads.
        inputs: The columns that the prompt shows; at least 1.
        target: The column with the right answer.
        local: Whether the task model runs in process: then completion format and calibrated label probabilities
            serve best.
        template: As in `Task`; empty for the columns, one a line, under the instruction.
        scorer: One of `scorer_names.SCORERS`, or a scorer. `auto` is by label where targets repeat (at most 20
            different ones), else exact.
        format: `chat`, `completion` or `auto`.
        train, dev, test: A number of examples, a share, or another file; left out, shares of the data, where dev and
            test are held to what the budget affords.
        calls: The calls of the budget.
        sizes: How many dev and test examples to take where the user says nothing, in place of what the budget affords:
            those of a run that goes on.
        settings: Further attributes of `Task`.
    """

    data: Path
    inputs: tuple[str, ...]
    target: str
    local: bool
    calls: int
    template: str = ""
    scorer: AnyScorer | str = AUTO
    format: str = "auto"
    train: str | None = None
    dev: str | None = None
    test: str | None = None
    sizes: Mapping[str, int] = field(default_factory=dict)
    settings: tuple[tuple[str, Any], ...] = ()

    def task(self) -> Task:
        """The task.

        Raises:
            ValueError: As in `Task.from_records`, a file of an unknown kind, or a column that can't be named.
            OSError: A file can't be read.
        """
        check_kind(self.data)
        form = self._form
        task = Task.from_file(
            self.data,
            template=self.template.replace("\\n", "\n") or self._default_template(form),
            target=self.target,
            scorer=self.scorer,
            format=form,
            **self._splits(),
            **dict(self.settings),
        )
        return replace(self._fit(task), scorer=self._scorer(task))

    @property
    def _form(self) -> Literal["chat", "completion"]:
        if self.format == "auto":
            return "completion" if self.local else "chat"
        return "chat" if self.format == "chat" else "completion"

    def _default_template(self, form: str) -> str:
        for name in (*self.inputs, self.target):
            if re.search(r"[{}\n]|^\s|\s$", name):
                raise ValueError(
                    f"{self.data}: the column {brief(name)!r} can't be named in a template; rename it without braces and"
                    " outer blanks"
                )
        if not self.inputs:
            raise ValueError("name at least one column that the prompt shows")
        if self.target in self.inputs:
            raise ValueError(f"the column {self.target!r} is both input and target")
        lines = [f"{titled(name)}: {{{name}}}" for name in self.inputs]
        ending = f"\n{titled(self.target)}:" if form == "completion" else ""
        return "{instruction}\n\n" + "\n".join(lines) + ending

    def _splits(self) -> dict[str, Any]:
        """What the user says of the splits."""
        given = {name: _split(text) for name in SPLITS if (text := getattr(self, name)) is not None}
        for value in given.values():
            if isinstance(value, Path):
                check_kind(value)
        return given

    def _fit(self, task: Task) -> Task:
        """Hold dev and test to what the budget affords, where the user gave no size; train takes what dev leaves.

        What is much like an example that stays in dev belongs to no other split, and is left out.
        """
        answers = self.calls // calls_an_answer(task.scorer)
        afforded = {"dev": max(FEWEST, answers // DEV_PART), "test": max(FEWEST, answers // TEST_PART), **self.sizes}
        n_dev = afforded["dev"] if self.dev is None else len(task.dev)
        n_test = afforded["test"] if self.test is None else len(task.test)
        names = task.shown_fields
        kept = {content_of(each, names) for each in task.dev[:n_dev]}
        rest = [each for each in task.dev[n_dev:] if content_of(each, names) not in kept]
        more = rest if self.train is None else ()
        # The examples of a split are in an order that spreads every class evenly, so a beginning is stratified too.
        return replace(task, train=(*task.train, *more), dev=task.dev[:n_dev], test=task.test[:n_test])

    def _scorer(self, task: Task) -> AnyScorer:
        if self.scorer == AUTO and isinstance(task.scorer, Choice) and self.local:
            # Uncalibrated, shots make a small model like one label too much (benchmarks/shots.py).
            return LabelProbability(task.scorer.labels, calibrated=True)
        return task.scorer


def check_shown(task: Task, inputs: Sequence[str], seeds: Sequence[str]) -> None:
    """Refuse a template that leaves out a column which the user wants in the prompt, and warn of one shown twice.

    Raises:
        ValueError: Neither the template nor a seed prompt shows it.
    """
    named = Template.parse(task.template).fields
    for seed in seeds:
        if twice := [name for name in placeholders(seed, task.fields).fields if name in named]:
            sentence = (
                f"the prompt {brief(seed)!r} shows {{{twice[0]}}}, and so does the template: it stands there twice"
            )
            warnings.warn(f"{sentence}; take it out of one of them", DataWarning, stacklevel=2)
        shown = task.prompt(Genome({task.genes[0]: seed})).fields
        if hidden := [name for name in inputs if name not in shown]:
            raise ValueError(
                f"the column {brief(hidden[0])!r} is an input, but neither the template nor the prompt {brief(seed)!r}"
                f" shows it; write {{{hidden[0]}}} where it belongs"
            )


def described(task: Task) -> str:
    """Format, scorer and sizes in one line."""
    if isinstance(task.scorer, LabelProbability):
        kind = BY_LABEL[1 + task.scorer.calibrated]
    elif isinstance(task.scorer, Choice):
        kind = BY_LABEL[0]
    elif task.judge is not None:
        kind = f"judge {task.judge.name}"
    else:
        ours = (name for name, scorer in PLAIN.items() if scorer is task.scorer)
        kind = next(ours, getattr(task.scorer, "__name__", type(task.scorer).__name__))
    labels = f" ({few(task.labels, 6)})" if task.labels else ""
    sizes = ", ".join(f"{len(task.split(name)):,} {name}" for name in SPLITS)
    return f"{task.name}: {sizes} examples; {task.format} format; scorer {kind}{labels}"


def _split(text: str) -> int | float | Path:
    """A number of examples, a share, or a file."""
    if re.fullmatch(r"\d+", text):
        return int(text)
    return float(text) if re.fullmatch(r"\d*\.\d+", text) else Path(text)
