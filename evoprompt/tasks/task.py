"""What to be good at: a template, examples in three disjoint splits, and a scorer."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, is_dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from evoprompt.genome import Genome, Shot
from evoprompt.models.model import Completion, Model, Request
from evoprompt.models.named import as_model
from evoprompt.tasks.calibration import label_shares
from evoprompt.tasks.example import AnyScorer, Example, Score, asks_model, reads_logprobs, score_of
from evoprompt.tasks.layout import CUE, SHOT_PARTS, SHOTS, Layout
from evoprompt.tasks.leaks import Sealed
from evoprompt.tasks.prompt import Prompt, deciding
from evoprompt.tasks.scoring.scorer_names import AUTO, scorer_named
from evoprompt.tasks.scoring.scorers import Choice, LabelProbability
from evoprompt.tasks.splits import SPLITS, split_rows, telling_fields
from evoprompt.tasks.tables.data import Row, read_csv, read_file, read_jsonl, read_records
from evoprompt.tasks.task_settings import SPLITTING, TaskSettings, with_settings
from evoprompt.text.arguments import as_int, said_of, texts
from evoprompt.text.brief import brief, few, titled
from evoprompt.text.template import Template

if TYPE_CHECKING:  # Python 3.10 lacks it, and type checkers alone read it: they know this module without its package
    from typing_extensions import Unpack

_WHOLE = ("max_tokens", "max_length")
_TEXTS = ("template", "name", "description", "system", "format", "shot_template", "cue")
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")  # in memory: another one in each process


@said_of
@with_settings
@dataclass(frozen=True)
class Task:
    """A template, examples in three disjoint splits, and a scorer.

    The template is a text with {fields}: genes, fields of the examples, and `{shots}` for the place of the solved
    examples. Without `{shots}` they are turns of the chat, question and answer, before the example; as a text they stand
    before the paragraph that names the first field of the example. The gene texts may name fields of the examples
    themselves; every other brace in a gene is a brace.

    Attributes:
        template: What the task model reads.
        scorer: Judges an output against an example. May be given by its name: `choice`, `label-probability`,
            `label-probability-calibrated` (labels are the examples' targets), `exact`, `contains`, `number`, `f1`, or
            `auto` for `choice` where the targets repeat, else `exact`.
        train: Feeds shots, critiques and induction.
        dev: Steers selection.
        test: Sealed: scored once, at the end.
        name: Stands in messages and records.
        description: What the task is, for operators that start without a prompt; empty where nobody said.
        genes: Names of the rendered genes.
        system: A second template for the system message (chat format only); empty for none.
        format: `chat` (the template is the user's message) or `completion` (the model continues the template).
        max_tokens: The most tokens of an answer.
        stop: Texts that end an answer; a line break in completion format unless given.
        shots_as: `turns` (each solved example is a turn of the user's and one of the assistant's), `text` (they stand in
            the one text of the prompt), or `auto`: turns in chat format, unless `{shots}` or a shot template says
            where and how they stand.
        shot_template: One solved example as a text, with the example's fields, `{reasoning}` and `{target}`. Left out,
            it is the paragraph of the template that holds the example, followed by reasoning and target.
        cue: Stands on a line of its own before the answer of a solved example, where it is a text and the template
            ends without such words.
        protected: Texts that a child must keep where its first parent has them, as whole words in any case; the scorer's
            labels unless given, and nothing with `()`.
        max_length: The most characters of all rendered genes together.

    A lone text for `genes`, `stop` or `protected` is one of them; any sequence of examples is a split.

    Raises:
        ValueError: A template that names an unknown field, an example in two splits, a target that is none of the
            scorer's labels, a scorer's name that nobody knows.
        TypeError: An unknown attribute; a value of another kind.
    """

    template: str
    scorer: AnyScorer
    train: tuple[Example, ...] = field(default=(), repr=False)
    dev: tuple[Example, ...] = field(default=(), repr=False)
    test: tuple[Example, ...] = field(default=(), repr=False)
    name: str = "task"
    description: str = ""
    genes: tuple[str, ...] = ("instruction",)
    system: str = ""
    format: Literal["chat", "completion"] = "chat"
    max_tokens: int = 256
    stop: tuple[str, ...] | None = None
    shots_as: Literal["auto", "turns", "text"] = "auto"
    shot_template: str = ""
    cue: str = CUE
    protected: tuple[str, ...] | None = None
    max_length: int = 4000

    def __post_init__(self) -> None:
        self._take_what_is_meant()
        if self.format not in ("chat", "completion"):
            raise ValueError(f"task {self.name!r}: format must be 'chat' or 'completion', got {self.format!r}")
        if self.system and self.format == "completion":
            raise ValueError(f"task {self.name!r}: completion format has no system message; put it into the template")
        self._check_shots()
        self._check_splits()
        self._check_templates()
        self._check_targets()

    def _take_what_is_meant(self) -> None:
        """Take a lone text for several, a scorer's name for the scorer, a list for a tuple, numpy's numbers."""
        who = f"task {self.name!r}:"
        meant: dict[str, Any] = {name: as_int(getattr(self, name)) for name in _WHOLE}
        for name, number in meant.items():
            if number is None or number < 1:
                raise ValueError(f"{who} {name} must be a whole number over 0, got {getattr(self, name)!r}")
        named = ("genes",) if self.protected is None else ("genes", "protected")
        meant |= {name: texts(getattr(self, name), f"{who} {name}") for name in named}
        if self.stop is not None:
            meant["stop"] = texts(self.stop, f"{who} stop")
        for name in _TEXTS:
            if not isinstance(value := getattr(self, name), str):
                raise TypeError(f"{who} {name} must be a text, got {brief(repr(value))}")
        meant |= {name: _examples(getattr(self, name), f"{who} {name}") for name in SPLITS}
        for name, value in meant.items():
            object.__setattr__(self, name, value)
        object.__setattr__(self, "scorer", _scorer(self.scorer, self.examples, who))

    # Loading

    @classmethod
    def from_file(cls, path: str | Path, *, template: str, target: str, **settings: Unpack[TaskSettings]) -> Task:
        """A task over a table on disk, read by the ending of its name; the settings are those of `from_records`.

        `.csv`, `.tsv`, `.jsonl`, `.ndjson` and `.json` need nothing further, `.xlsx` needs openpyxl, `.parquet` pyarrow.

        Raises:
            ValueError: As `from_records` says, with file and line; an unknown ending, or a reader that is not installed.
            OSError: The file can't be read.
        """
        settings["name"] = settings.get("name") or Path(path).stem
        return _from_rows(cls, read_file(path), template=template, target=target, **settings)

    @classmethod
    def from_csv(cls, path: str | Path, *, template: str, target: str, **settings: Unpack[TaskSettings]) -> Task:
        """A task over a CSV file with a header line, whatever its ending; the settings are those of `from_records`.

        Commas, semicolons or tabs may stand between the cells.

        Raises:
            ValueError: As `from_records` says, with file and line.
            OSError: The file can't be read.
        """
        settings["name"] = settings.get("name") or Path(path).stem
        return _from_rows(cls, read_csv(path), template=template, target=target, **settings)

    @classmethod
    def from_jsonl(cls, path: str | Path, *, template: str, target: str, **settings: Unpack[TaskSettings]) -> Task:
        """A task over a JSON Lines file, one object a line, or one array; the settings are those of `from_records`.

        Raises:
            ValueError: As `from_records` says, with file and line.
            OSError: The file can't be read.
        """
        settings["name"] = settings.get("name") or Path(path).stem
        return _from_rows(cls, read_jsonl(path), template=template, target=target, **settings)

    @classmethod
    def from_records(
        cls,
        records: Iterable[Mapping[str, Any]],
        *,
        template: str,
        target: str,
        **settings: Unpack[TaskSettings],
    ) -> Task:
        """A task over an iterable of mappings, or a table: of pandas, polars, Arrow or Hugging Face.

        Args:
            records: One mapping an example.
            template: As in `Task`.
            target: The field with the right answer.
            settings: The other attributes of `Task` (without a scorer, `choice` where the targets repeat, else exact
                match), and how to split:

                train, dev, test: A share from 0 to 1 or a number of examples, drawn at random but alike in their
                    targets (stratified); by default 0.4 each for dev and test, and for train what they leave. Or an
                    explicit split: a path or records.
                split: The field that names each example's split, instead of drawing.
                id: The field with the examples' ids; by default they are numbered.
                seed: Of the drawing; default 0.
                optional: Names of fields that may be empty.

        Raises:
            ValueError: A missing or empty field or target, a duplicate id, an example in two splits, shares that
                add up to more than there is; the message names place and field.
            TypeError: An unknown setting.
        """
        return _from_rows(cls, read_records(records), template=template, target=target, **settings)

    # Rendering

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The targets that stand for classes, where the scorer knows them; else nothing."""
        return tuple(getattr(self.scorer, "labels", ()))

    @cached_property
    def label_shares(self) -> tuple[float, ...]:
        """How often each choice of a scorer by log-probability is right in train and dev; test is sealed. Else nothing."""
        if not reads_logprobs(self.scorer):
            return ()
        return label_shares(self.scorer.choices, (example.target for example in (*self.train, *self.dev)))

    @property
    def kept(self) -> tuple[str, ...]:
        """The texts in force that a child must keep."""
        return self.labels if self.protected is None else self.protected

    @cached_property
    def fields(self) -> frozenset[str]:
        """Names of the fields that all examples have."""
        names = [frozenset(example.fields) for example in self.examples]
        return frozenset.intersection(*names) if names else frozenset()

    @cached_property
    def examples(self) -> tuple[Example, ...]:
        """All examples: train, dev and test."""
        return (*self.train, *self.dev, *self.test)

    def split(self, name: str) -> tuple[Example, ...]:
        """The examples of `train`, `dev` or `test`."""
        if name not in SPLITS:
            raise KeyError(f"no split named {name!r}; there are {', '.join(SPLITS)}")
        examples: tuple[Example, ...] = getattr(self, name)
        return examples

    def render(self, genome: Genome, example: Example, draw: int = 0) -> Request:
        """The request that puts one example to the task model under a genome.

        Raises:
            KeyError: The genome lacks a gene that the template names.
        """
        if (prompt := self._latest.get(genome)) is None:
            prompt = self.prompt(genome)
            self._latest.clear()
            self._latest[genome] = prompt
        return prompt.request(example.fields, draw)

    @cached_property
    def _latest(self) -> dict[Genome, Prompt]:
        """The prompt that was rendered last: a genome's examples come one after the other."""
        return {}

    def prompt(self, genome: Genome, offsets: Sequence[float] = (), model: str = "") -> Prompt:
        """What the task model reads under a genome, as a prompt to take away.

        Args:
            offsets: What a calibrated scorer subtracts from the log-probabilities.
            model: Name of the task model.

        Raises:
            KeyError: The genome lacks a gene that the template names.
        """
        return Prompt(
            self.layout.turns(genome),
            self.max_tokens,
            self.stops,
            offsets=tuple(offsets),
            model=model,
            instruction=str(genome.with_shots(())),
            **self._deciding,
        )

    def render_shots(self, shots: Sequence[Shot]) -> str:
        """The solved examples as one text; empty for none."""
        return self.layout.shots_as_text(shots)

    @cached_property
    def layout(self) -> Layout:
        """Where genes, shots and the example stand in what the task model reads."""
        return Layout(
            self.template,
            self.system,
            self.shot_template,
            self.genes,
            self.fields,
            self.format,
            self.shots_as,
            self.cue,
        )

    @property
    def stops(self) -> tuple[str, ...]:
        """The texts in force that end an answer."""
        default = ("\n",) if self.format == "completion" else ()
        return default if self.stop is None else tuple(self.stop)

    @cached_property
    def _deciding(self) -> Mapping[str, Any]:
        return deciding(self.scorer)

    # Scoring

    def score(self, completion: Completion, example: Example, offsets: Sequence[float] = ()) -> Score:
        """The scorer's verdict on one completion; see `score_of`."""
        return score_of(self.scorer, completion, example, offsets)

    @cached_property
    def judge(self) -> Model | None:
        """The model that the scorer asks; None where it asks none."""
        return as_model(self.scorer.model) if asks_model(self.scorer) else None

    def for_operators(self) -> Task:
        """The task without dev and test: what an operator may see."""
        visible = replace(self, dev=(), test=())
        visible.__dict__["fields"] = self.fields  # known to the contract also where train is empty
        visible.__dict__["sealed"] = self.sealed  # hashes: a child that shows a dev or test example is rejected
        return visible

    @cached_property
    def sealed(self) -> Sealed:
        """What tells the dev and test examples without holding them; no part of the task's identity."""
        return Sealed.of({name: self.split(name) for name in SPLITS}, self.shown_fields)

    @cached_property
    def shown_fields(self) -> tuple[str, ...]:
        """The fields of the examples that the templates name; where they name none, those that tell examples apart."""
        return self.named_fields or telling_fields(self.examples)

    @property
    def named_fields(self) -> tuple[str, ...]:
        """The fields of the examples that the templates name."""
        named = {*Template.parse(self.template).fields, *Template.parse(self.system).fields}
        return tuple(sorted(named & self.fields))

    def leak(self, genome: Genome) -> str:
        """Which dev or test example a genome shows, as `shot 2 is the dev example 'd7'`; empty where it shows none.

        Equal but for case, blanks and punctuation counts, and so does a long input quoted in a gene or a shot, unless it
        stands in the template or in a train example as well.
        """
        return self.sealed.leak(genome, self._may_be_quoted)

    def _may_be_quoted(self) -> Iterator[str]:
        yield from (self.template, self.system, self.shot_template, *self.labels)
        for example in self.train:
            yield from (*example.fields.values(), example.target)

    @property
    def scorer_name(self) -> str:
        """What tells the scorer from others, the same in any process: its settings if it has some, else its place.

        Of our own scorers it is the module alone, not the package it stands in: a record outlives our moves.
        """
        asking = f" asking {self.judge.name}" if self.judge else ""
        if is_dataclass(self.scorer):
            return _ADDRESS.sub("", repr(self.scorer)) + asking
        named = self.scorer if hasattr(self.scorer, "__qualname__") else type(self.scorer)
        package, _, module = named.__module__.rpartition(".")
        place = f"evoprompt.{module}" if package.split(".")[0] == "evoprompt" else named.__module__
        return f"{place}.{named.__qualname__}{asking}"

    @cached_property
    def fingerprint(self) -> str:
        """A short name made from everything that shapes the scores: templates, examples, format, limits and scorer."""
        parts = [self.template, self.system, self.shot_template, self.format, self.max_tokens, self.stop, self.genes]
        parts += [self.shots_as, self.cue]
        splits = [[(e.id, dict(e.fields), e.target) for e in self.split(name)] for name in SPLITS]
        text = json.dumps([parts, splits, self.scorer_name], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    # Checks

    def _check_splits(self) -> None:
        seen: dict[str, str] = {}
        for split in SPLITS:
            for example in self.split(split):
                if example.id in seen:
                    where = (
                        f"twice in {split}" if seen[example.id] == split else f"in {seen[example.id]} and in {split}"
                    )
                    raise ValueError(f"task {self.name!r}: example {brief(example.id)!r} is {where}")
                seen[example.id] = split

    def _check_shots(self) -> None:
        if self.shots_as not in ("auto", "turns", "text"):
            raise ValueError(f"task {self.name!r}: shots_as must be auto, turns or text, got {self.shots_as!r}")
        if self.shots_as != "turns":
            return
        if self.format == "completion":
            raise ValueError(f"task {self.name!r}: completion format has no turns; say shots_as='text'")
        if self.shot_template or self.layout.places_shots:
            what = "a shot template" if self.shot_template else "{shots} in the template"
            raise ValueError(f"task {self.name!r}: {what} makes shots a text; take it out, or say shots_as='text'")

    def _check_targets(self) -> None:
        if isinstance(self.scorer, (Choice, LabelProbability)):
            for example in self.examples:
                self.scorer.place_of(example)

    def _check_templates(self) -> None:
        known = {*self.genes, *self.fields, SHOTS}
        for what, text in (("template", self.template), ("system template", self.system)):
            named = Template.parse(text).fields
            if self.examples and (unknown := [name for name in named if name not in known]):
                fields = few(sorted(self.fields))
                raise ValueError(
                    f"task {self.name!r}: the {what} names {{{brief(unknown[0])}}}, but the examples have the fields {fields}"
                    f" and the genes are {few(self.genes)}"
                )
        named = (*Template.parse(self.template).fields, *Template.parse(self.system).fields)
        if missing := [gene for gene in self.genes if gene not in named]:
            raise ValueError(f"task {self.name!r}: the template has no place for the gene {{{missing[0]}}}")
        if clash := {*self.genes, SHOTS} & self.fields:
            raise ValueError(
                f"task {self.name!r}: {min(clash)!r} is both a field of the examples and a gene; rename one"
            )
        if clash := {*SHOT_PARTS} & self.fields & {*named}:
            raise ValueError(
                f"task {self.name!r}: {min(clash)!r} is a field of the examples and a part of every shot; rename the field"
            )
        if self.shot_template:
            shot_fields = {*self.fields, *SHOT_PARTS}
            if unknown := [name for name in Template.parse(self.shot_template).fields if name not in shot_fields]:
                raise ValueError(
                    f"task {self.name!r}: the shot template names {{{brief(unknown[0])}}}; known: {few(sorted(shot_fields))}"
                )


def _from_rows(
    cls: type[Task], rows: list[Row], *, template: str, target: str, **settings: Unpack[TaskSettings]
) -> Task:
    """Rows to a task: what concerns the splitting goes to `split_rows`, the rest to `Task`."""
    given: dict[str, Any] = {"scorer": AUTO, "cue": f"{titled(target)}:", **settings}
    given["name"] = given.get("name") or "task"
    splitting = {name: given.pop(name) for name in SPLITTING if name in given}
    if "optional" in splitting:
        splitting["optional"] = texts(splitting["optional"], f"task {given['name']!r}: optional")
    genes = texts(given.get("genes", "instruction"), f"task {given['name']!r}: genes")
    named = {*Template.parse(template).fields, *Template.parse(given.get("system", "")).fields}
    used = sorted(named - {*genes, SHOTS})
    given |= split_rows(rows, task=given["name"], target=target, used=used, **splitting)
    return cls(template, **given)


def _examples(given: Any, what: str) -> tuple[Example, ...]:
    if isinstance(given, (str, Mapping)) or not isinstance(given, Iterable):
        raise TypeError(f"{what} must be examples, got {brief(repr(given))}; Task.from_records reads other data")
    examples = tuple(given)
    for each in examples:
        if not isinstance(each, Example):
            raise TypeError(f"{what} must hold examples, got {brief(repr(each))}; Task.from_records reads other data")
    return examples


def _scorer(given: Any, examples: Sequence[Example], who: str) -> AnyScorer:
    """The scorer that is given or named."""
    if given is None or isinstance(given, str):
        try:
            return scorer_named(AUTO if given is None else given, [example.target for example in examples])
        except ValueError as error:
            raise ValueError(f"{who} {error}") from None
    if not (callable(given) or asks_model(given) or reads_logprobs(given)) or isinstance(given, type):
        raise TypeError(
            f"{who} a scorer is a function (output, example) -> Score, number or True or False, or a name such as"
            f" 'exact'; got {brief(repr(given))}"
        )
    scorer: AnyScorer = given
    return scorer
