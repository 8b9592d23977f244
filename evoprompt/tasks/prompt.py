"""A prompt to take away: what the task model reads and how its answer is decided, whole and without the run."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from evoprompt.models.embedded.model import LOCAL
from evoprompt.models.model import Completion, Message, Model, Refused, Request
from evoprompt.models.named import as_model, usual_jobs
from evoprompt.models.parallel import run_all
from evoprompt.models.usage import Usage
from evoprompt.storage.cache import cached
from evoprompt.storage.files import write_whole
from evoprompt.tasks.example import Example, LogprobScorer
from evoprompt.tasks.layout import Turn
from evoprompt.tasks.scoring.scorers import Choice, likeliest
from evoprompt.tasks.tables.data import Row, read_any, read_records
from evoprompt.text.brief import columns, few
from evoprompt.text.template import Template
from evoprompt.text.thoughts import without_thoughts

KIND, FORMAT = "evoprompt prompt", 1  # of the file; the number counts up when a reader of the old one would go wrong


class Applied(NamedTuple):
    """What a prompt gave for one row.

    Attributes:
        answer: The answer without thoughts, or the label it stands for where the prompt decides among labels; None
            where there is none.
        output: What the model wrote; empty where labels are decided by log-probability.
        note: Why there is no answer, or what is wrong with it; empty for nothing.
        usage: What the call took.
    """

    answer: str | None
    output: str
    note: str
    usage: Usage


@dataclass(frozen=True)
class Prompt:
    """What the task model reads, with the fields of an example left open, and how its answer is decided.

    It is what was scored: shots, system text and roles are in it. `str(prompt)` is its text as a template that
    `str.format` fills too: {fields}, and every other brace doubled.

    Attributes:
        turns: The turns of the chat; one without a role where the model continues a text.
        max_tokens: The most tokens of an answer.
        stop: Texts that end an answer.
        labels: The labels that an answer names; empty where it is any text.
        by_probability: Whether the likeliest of the labels is the answer, and no text is written.
        offsets: What is subtracted from each label's log-probability before they are compared; empty for nothing.
        model: Name of the model it was found for; empty where that is not known.
        instruction: The genes alone, as the search saw them.
        arguments: What that model was asked with besides, such as `{"reasoning_effort": "low"}` (`LiteLLM.settings`).
        server: The address that it was asked at, such as `http://127.0.0.1:8000/v1`; empty where it is not known, since
            it held a password, say; None where it was the provider's own.
    """

    turns: tuple[Turn, ...]
    max_tokens: int = 256
    stop: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    by_probability: bool = False
    offsets: tuple[float, ...] = ()
    model: str = ""
    instruction: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict, hash=False)  # a mapping has no hash
    server: str | None = None

    # What is sent

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """Names of the fields that it shows, in order."""
        return tuple(dict.fromkeys(name for turn in self.turns for name in turn.template.fields))

    @property
    def is_chat(self) -> bool:
        """Whether it is put as a chat, and not as a text to continue."""
        return self.turns[0].role != ""

    def request(self, fields: Mapping[str, str], draw: int = 0) -> Request:
        """The request for one example; `fields` are its texts, further ones do no harm."""
        said = [
            fixed or Message(turn.role, turn.template.fill(fields))
            for turn, fixed in zip(self.turns, self._fixed, strict=True)
        ]
        return Request(
            messages=tuple(said) if self.is_chat else (),
            prompt=None if self.is_chat else said[0].text,
            max_tokens=1 if self.by_probability else self.max_tokens,
            stop=self.stop,
            choices=self.labels if self.by_probability else (),
            draw=draw,
        )

    @cached_property
    def _fixed(self) -> tuple[Message | None, ...]:
        """The turns that are the same for every example; None for each that is not."""
        return tuple(
            None if turn.template.fields else Message(turn.role, turn.template.fill({})) for turn in self.turns
        )

    def messages(self, /, **fields: Any) -> list[dict[str, str]]:
        """The messages for one example, as chat interfaces take them.

        Raises:
            TypeError: A field that the prompt shows is missing.
            ValueError: The prompt is a text to continue.
        """
        if not self.is_chat:
            raise ValueError("this prompt is a text that the model continues (completion format): send text(...) to it")
        return [{"role": turn.role, "content": turn.text} for turn in self.request(self._texts(fields)).messages]

    def text(self, /, **fields: Any) -> str:
        """All that is read for one example, as one text; several turns stand under their roles.

        Raises:
            TypeError: A field that the prompt shows is missing.
        """
        request = self.request(self._texts(fields))
        turns = [(turn.role, turn.text) for turn in request.messages]
        return request.prompt if request.prompt is not None else _under_roles(turns)

    def __str__(self) -> str:
        return _under_roles([(turn.role, turn.template.text) for turn in self.turns])

    def _texts(self, fields: Mapping[str, Any]) -> dict[str, str]:
        if missing := [name for name in self.fields if name not in fields]:
            raise TypeError(f"the prompt shows the fields {few(self.fields)}; missing: {few(missing)}")
        return read_records([fields])[0].fields

    # What comes back

    def answer(self, completion: Completion) -> str | None:
        """The answer in a completion: a label where the prompt decides among labels; None where none can be read."""
        if self.by_probability:
            if completion.choice_logprobs is None:
                raise ValueError("the model gave no log-probabilities, which this prompt decides labels by")
            return self.labels[likeliest(completion.choice_logprobs, self.offsets)]
        said = without_thoughts(completion.text).strip()
        if not self.labels:
            return said
        return Choice(self.labels)(said, Example("", {}, self.labels[0])).prediction

    def apply(
        self,
        rows: str | Path | Iterable[Mapping[str, Any] | Row],
        *,
        model: str | Model | None = None,
        n_jobs: int | None = None,
        cache: str | Path | None = None,
    ) -> list[Applied]:
        """Answer rows of a table, in order.

        Args:
            rows: Records, a table or a file, with the fields that the prompt shows; further ones do no harm.
            model: Who answers; the model it was found for, with its arguments and at its server, unless given.
            n_jobs: Calls at once, as in joblib; None for the ambient `joblib.parallel_config`, else eight where a server
                answers (a `LiteLLM`) and one for any other model.
            cache: A file of answers: what it holds is not paid for again.

        Raises:
            ValueError: A row lacks a field, or no model is known, or not where it was asked.
            ModelUnavailable: No row can be answered; with a cache, what was paid for is kept there.
        """
        asked = self._its_model() if model is None else as_model(model)
        usual = usual_jobs(asked)
        asked = cached(asked, cache)
        jobs = [(self, asked, fields) for fields in self._rows(rows)]
        done = dict(run_all(_applied, jobs, n_jobs=n_jobs, stop=threading.Event(), usual=usual))
        return [done[place] for place in range(len(jobs))]

    def _its_model(self) -> Model:
        """The model that it was found for, asked where it was asked then, and never at another place."""
        if not self.model:
            raise ValueError("name the model that answers: apply(rows, model=...)")
        if self.server == "" and not self.model.startswith(LOCAL):
            raise ValueError(
                f"the address at which {self.model!r} was asked is not known here (one that holds a secret is not kept);"
                f" give the model: apply(rows, model=LiteLLM({self.model!r}, api_base=...))"
            )
        return as_model(self.model, api_base=self.server, extra=self.arguments or None)

    def _rows(self, rows: str | Path | Iterable[Mapping[str, Any] | Row]) -> list[dict[str, str]]:
        read = read_any(rows)
        for row in read:
            if missing := [name for name in self.fields if name not in row.fields]:
                raise ValueError(
                    f"{row.where}: no field {missing[0]!r}, which the prompt shows; the fields are {columns(row.fields)}"
                )
        return [row.fields for row in read]

    # On disk

    def save(self, path: str | Path) -> Path:
        """Write it to a file (JSON), whole or not at all; `load` reads it. A folder that is missing is made.

        Raises:
            OSError: The file can't be written.
        """
        data = json.dumps(self.to_json(), ensure_ascii=False, indent=2)
        return write_whole(Path(path), data + "\n")

    def to_json(self) -> dict[str, Any]:
        """It as plain JSON values; the texts of the turns are templates, as in `str(prompt)`."""
        return {
            "kind": KIND,
            "format": FORMAT,
            "model": self.model,
            "fields": list(self.fields),
            "turns": [{"role": turn.role, "content": turn.template.text} for turn in self.turns],
            "max_tokens": self.max_tokens,
            "stop": list(self.stop),
            "labels": list(self.labels),
            "by_probability": self.by_probability,
            "offsets": list(self.offsets),
            "instruction": self.instruction,
            "arguments": dict(self.arguments),
            "server": self.server,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Prompt:
        """The prompt that `to_json` wrote.

        Raises:
            ValueError: It wrote no such thing.
        """
        try:
            if (data["kind"], data["format"]) != (KIND, FORMAT):
                raise ValueError(f"kind {data['kind']!r}, format {data['format']!r}")
            turns = tuple(Turn(turn["role"], Template.parse(turn["content"])) for turn in data["turns"])
            return cls(
                turns,
                data["max_tokens"],
                tuple(data["stop"]),
                tuple(data["labels"]),
                data["by_probability"],
                tuple(data["offsets"]),
                data["model"],
                data["instruction"],
                dict(data.get("arguments", {})),
                data.get("server", ""),
            )
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise ValueError(f"no prompt that evoprompt saved ({type(error).__name__}: {error})") from None


def deciding(scorer: Any) -> dict[str, Any]:
    """How a scorer decides among labels, as the attributes of a prompt."""
    if isinstance(scorer, Choice):
        return {"labels": scorer.labels}
    return {"labels": scorer.choices, "by_probability": True} if isinstance(scorer, LogprobScorer) else {}


def _applied(prompt: Prompt, model: Model, fields: Mapping[str, str]) -> Applied:
    try:
        completion = model.complete(prompt.request(fields))
    except Refused as refusal:
        return Applied(None, "", f"refused: {refusal}", Usage(calls=refusal.calls))
    answer = prompt.answer(completion)
    empty = [name for name in prompt.fields if not fields[name].strip()]
    note = f"cut off at {prompt.max_tokens} tokens" if completion.cut and not prompt.by_probability else ""
    if answer is None:
        note = note or "none of the labels could be read"
    note = "; ".join(filter(None, (note, f"nothing stands in {few(empty)}" if empty else "")))
    return Applied(answer, completion.text, note, Usage.of(completion))


def _under_roles(turns: Sequence[tuple[str, str]]) -> str:
    if len(turns) == 1 and turns[0][0] in ("", "user"):
        return turns[0][1]
    return "\n\n".join(f"[{role}]\n{text}" for role, text in turns)
