"""Operators: functions that make one child from some parents, the door they come in by, and the contract they keep."""

from __future__ import annotations

import importlib
import importlib.metadata
import random
import re
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Literal, NamedTuple, overload

from evoprompt.genome import Genome
from evoprompt.models.allowance import allowance
from evoprompt.models.model import Abandoned, Completion, Model, ModelUnavailable, Refused, Request, Schema, chat
from evoprompt.models.transcript import Transcript
from evoprompt.models.usage import Usage
from evoprompt.storage.store import StoreError
from evoprompt.tasks.evaluation import Answer
from evoprompt.tasks.example import ScorerError
from evoprompt.tasks.scoring.label_finding import found_in
from evoprompt.tasks.task import Task
from evoprompt.text.arguments import as_int
from evoprompt.text.options import check_options, closest, options_of
from evoprompt.text.template import placeholders
from evoprompt.variation.individual import Individual, Origin
from evoprompt.variation.train_answers import Answerer, TrainAnswers

ENTRY_POINTS = "evoprompt.operators"
BUILT_IN = "evoprompt.operators"  # a name and no import: the engine knows no operator's wording
ROOM = 64  # tokens that an operator model may write beside prompts
CHARACTERS_A_TOKEN = 4
ATTEMPTS = 3  # tries of one birth before it fails
_NOTHING = Usage()
_HALF = re.compile("[\ud800-\udfff]")
TAKEN, REFUSED, UNCLEAR = "taken", "refused", "unclear"  # what a server did with the schemas of a birth
SEED = "seed"  # stands in records where an operator's name would, for a prompt that the user gave


class NoChild(Exception):
    """An operator found no child this time: no answer in what a model wrote, nothing left to delete.

    The birth is tried again and, when its tries are used up, recorded as failed with this reason.
    """


class Past(NamedTuple):
    """A genome the run has evaluated."""

    genome: Genome
    score: float


OperatorFunction = Callable[..., Genome]


@dataclass(frozen=True)
class Operator:
    """A named way to make one child from some parents.

    Attributes:
        name: Unique among the registered operators.
        function: `(parents, context, *, options...) -> Genome`.
        parents: How many parents it takes; `all` for the chosen one followed by the rest of the population.
        calls: The most model calls of one try; the budget sets them aside. 0 for an operator without a model.
        bound: Options that `using` has bound.
        needs: What the first parent's genome must have for a birth to be planned with this operator; None for nothing.
        answers: The most answers to train examples that one try asks the task model for, see `Context.failures`; the
            budget sets them aside as well.
    """

    name: str
    function: OperatorFunction
    parents: int | Literal["all"] = 1
    calls: int = 1
    bound: Mapping[str, Any] = field(default_factory=dict, hash=False)
    needs: Callable[[Genome], bool] | None = None
    answers: int = 0

    def fits(self, genome: Genome) -> bool:
        """Whether a birth with this genome as first parent can come to anything."""
        return self.needs is None or self.needs(genome)

    def using(self, **options: Any) -> Operator:
        """The same operator with options bound by name.

        Raises:
            TypeError: An unknown option, or a value of another type; the message lists the known options.
            ValueError: A value out of its range.
        """
        checked = check_options(f"operator {self.name!r}", self.function, options)
        return replace(self, bound={**self.bound, **checked})

    @property
    def options(self) -> dict[str, Any]:
        """All options with the values in force."""
        return {**options_of(self.function), **self.bound}

    @property
    def summary(self) -> str:
        """The first line of the function's docstring."""
        return (self.function.__doc__ or "").strip().split("\n")[0]

    def __call__(self, parents: Sequence[Individual], context: Context) -> Genome:
        """Make one child.

        Raises:
            NoChild: None was found this time.
        """
        return self.function(parents, context, **self.bound)

    def __str__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in self.bound.items())
        return f"{self.name}({shown})" if shown else self.name


@overload
def operator(function: OperatorFunction, /) -> Operator: ...


@overload
def operator(
    function: None = None,
    /,
    *,
    parents: int | Literal["all"] = 1,
    calls: int = 1,
    name: str | None = None,
    needs: Callable[[Genome], bool] | None = None,
    answers: int = 0,
) -> Callable[[OperatorFunction], Operator]: ...


def operator(
    function: OperatorFunction | None = None,
    /,
    *,
    parents: int | Literal["all"] = 1,
    calls: int = 1,
    name: str | None = None,
    needs: Callable[[Genome], bool] | None = None,
    answers: int = 0,
) -> Operator | Callable[[OperatorFunction], Operator]:
    """Register a function as an operator, under its own name with dashes unless another is given.

    `@operator` alone will do, too: for one parent and one model call.

    The function takes the parents (a sequence of `Individual`) and a `Context`, and returns the child's `Genome` or
    raises `NoChild`. Keyword-only parameters are its options: `shout.using(gene="role")`.

    Args:
        parents: How many parents it takes, or `all`.
        calls: The most model calls of one try; 0 for none.
        name: The operator's name.
        needs: What the first parent's genome must have, as `lambda genome: len(genome.shots) > 1`; strategies plan no
            birth that is bound to fail.
        answers: The most answers to train examples that one try asks the task model for, by `context.failures` and
            `context.successes`; 0 for none.

    Raises:
        ValueError: Another operator has this name, or it is `seed`, which records call the user's own prompts; a number
            of parents, calls or answers below 0.
        TypeError: An option without a default; something else than a function, a name that is no text.
    """
    if function is not None and not callable(function):
        raise TypeError(f"an operator is made from a function, got {function!r}; its name goes in as name=...")
    if name is not None and not isinstance(name, str):
        raise TypeError(f"an operator's name must be a text, got {name!r}")
    taken = parents if parents == "all" else as_int(parents)
    if taken is None or (taken != "all" and taken < 0):
        raise ValueError(f"parents must be a number from 0 or 'all', got {parents!r}")
    most = as_int(calls)
    if most is None or most < 0:
        raise ValueError(f"calls must be a number from 0, got {calls!r}")
    asked = as_int(answers)
    if asked is None or asked < 0:
        raise ValueError(f"answers must be a number from 0, got {answers!r}")

    def register(function: OperatorFunction) -> Operator:
        options_of(function)
        made = Operator(name or function.__name__.replace("_", "-"), function, taken, most, needs=needs, answers=asked)
        if made.name == SEED:
            raise ValueError(f"no operator may be named {SEED!r}: records call the user's own prompts so; rename it")
        added: Operator = _OPERATORS.add(made)
        return added

    return register if function is None else register(function)


class Registry:
    """Named things that built-in modules, scripts and installed plug-ins add through one door."""

    def __init__(self, what: str) -> None:
        self.what = what
        self._known: dict[str, Any] = {}

    def add(self, thing: Any) -> Any:
        """Add a thing under its `name`; the same function read in twice replaces itself.

        Raises:
            ValueError: Another thing has this name.
        """
        other = self._known.get(thing.name)
        if other is not None and _place(other.function) != _place(thing.function):
            raise ValueError(
                f"two {self.what}s are named {thing.name!r}: {_place(other.function)} and {_place(thing.function)}; rename one"
            )
        self._known[thing.name] = thing
        return thing

    def get(self, name: str) -> Any:
        """The thing of this name.

        Raises:
            KeyError: No such name; the message lists the known ones.
        """
        load_plugins()
        if name not in self._known:
            raise UnknownName(f"no {self.what} named {name!r}{closest(name, self._known)}")
        return self._known[name]

    def all(self) -> dict[str, Any]:
        """Every thing by name, sorted."""
        load_plugins()
        return dict(sorted(self._known.items()))


class UnknownName(KeyError):
    """No operator or recipe has this name; reads as a sentence, which a bare KeyError does not."""

    def __str__(self) -> str:
        return str(self.args[0])


def _place(function: Callable[..., Any]) -> str:
    return f"{function.__module__}.{function.__qualname__}"


_OPERATORS = Registry("operator")


def get_operator(name: str) -> Operator:
    """The operator of this name: built in, from a script, or from an installed plug-in.

    Raises:
        KeyError: No such operator; the message lists the known ones.
    """
    found: Operator = _OPERATORS.get(name)
    return found


def known_operators() -> dict[str, Operator]:
    """Every known operator by name, sorted."""
    return _OPERATORS.all()


_loaded: set[str] = set()


def load_plugins() -> None:
    """Import the built-in modules and the plug-ins that distributions announce, each once.

    Raises:
        RuntimeError: An installed plug-in fails to import; the message names it.
    """
    if BUILT_IN not in _loaded:
        _loaded.add(BUILT_IN)  # before the import: the built-in modules may ask for operators themselves
        try:
            importlib.import_module(BUILT_IN)
        except BaseException:
            _loaded.discard(BUILT_IN)
            raise
    for entry in _plugins():
        if entry.value not in _loaded:
            try:
                entry.load()
            except Exception as error:
                raise RuntimeError(f"the plug-in {entry.name!r} ({entry.value}) can't be loaded: {error}") from error
            _loaded.add(entry.value)


@cache
def _plugins() -> tuple[importlib.metadata.EntryPoint, ...]:
    """The plug-ins that distributions announce; looking through all of them takes milliseconds."""
    return tuple(importlib.metadata.entry_points(group=ENTRY_POINTS))


@dataclass
class Context:
    """What an operator may use: chance, the operator model, the task without dev and test, and the past.

    Attributes:
        rng: The only source of chance.
        task: Description, template, labels and train examples; its dev and test are empty.
        history: Genomes evaluated so far with their scores, in order.
        lineage: The first parent and its first parents, oldest first.
        model: The operator model. Its calls count against the budget.
        elites: Those of the lineage that were the best of the population at the end of a generation, oldest first.
        train_answers: Where `failures` and `successes` come from; None where the operator declared no answers.
        operator: The operator's name, for messages.
    """

    rng: random.Random
    task: Task
    model: Model
    history: Sequence[Past] = ()
    lineage: Sequence[Past] = ()
    elites: Sequence[Past] = ()
    train_answers: TrainAnswers | None = None
    operator: str = ""

    def ask(
        self,
        text: str,
        *,
        system: str = "",
        temperature: float = 0.7,
        top_p: float = 1.0,
        max_tokens: int | None = None,
        schema: Schema | None = None,
    ) -> str:
        """What the operator model writes to a chat of one turn; every ask is a draw of its own.

        Left out, `max_tokens` is `room()`. By a `schema`, a model that takes one is asked for a JSON object; what it
        writes may be a text all the same, and another model is asked for the text alone. The readers of
        `evoprompt.variation.reading` take either.

        Raises:
            NoChild: The provider refused the prompt, or the answer is empty or was cut off by the token limit.
        """
        if max_tokens is None:
            max_tokens = self.room()
        request = Request(
            chat(text, system=system),
            temperature=temperature,
            top_p=top_p,
            max_tokens=max_tokens,
            draw=self.rng.getrandbits(31),
            schema=schema if schema is not None and takes_schema(self.model) else None,
        )
        try:
            completion = self.model.complete(request)
        except Refused as refusal:
            raise NoChild(f"the provider refused: {refusal}") from None
        if completion.cut:
            raise NoChild(f"the answer was cut off at {max_tokens} tokens")
        if not completion.text.strip():
            raise NoChild("the model wrote nothing")
        return completion.text

    def room(self, prompts: int = 1) -> int:
        """Tokens that so many prompts can take, each as long as the task allows, with some beside them."""
        return ROOM + prompts * self.task.max_length // CHARACTERS_A_TOKEN

    def failures(self, individual: Individual, k: int) -> list[Answer]:
        """Up to k answers under an individual's genome that are not right, to train examples drawn at random.

        The task model is asked until there are k, or the number of answers is used up that `@operator(answers=...)`
        declares for a try; an answer of this try is not asked for twice. Where train is empty there are none.

        Raises:
            OperatorError: The operator declared no answers.
            ModelUnavailable: No prompt can be answered.
        """
        return self._answers("failures", individual, k, right=False)

    def successes(self, individual: Individual, k: int) -> list[Answer]:
        """Up to k answers under an individual's genome that are right; as `failures`."""
        return self._answers("successes", individual, k, right=True)

    def _answers(self, what: str, individual: Individual, k: int, *, right: bool) -> list[Answer]:
        if self.train_answers is None or not self.train_answers.most:
            raise MeterError(
                f"operator {self.operator!r} declared no answers, and context.{what} asks the task model for answers to"
                f" train examples; say @operator(answers={k}) or more"
            )
        return self.train_answers.some(individual.genome.visible, k, right=right, rng=self.rng)


def takes_schema(model: Model) -> bool:
    """Whether a model says that it answers by a schema; a plain model says nothing."""
    return bool(getattr(model, "takes_schema", False))


def breach(child: Genome, parents: Sequence[Individual], task: Task) -> str:
    """How a child breaks the contract of its task, as a sentence; empty where it keeps it.

    The contract: rendered genes present, not empty and whole text, fields neither lost nor invented, protected texts kept, no
    longer than the task allows, different from every parent, and no dev or test example shown or quoted.
    """
    rendered = dict(child.genes)  # a hidden gene of the same name is none that the template shows
    for name in task.genes:
        if rendered and name not in rendered:
            return f"there is no gene {name!r}, which the template shows; there is {', '.join(map(repr, rendered))}"
        if not rendered.get(name, "").strip():
            return f"the gene {name!r} is empty"
        if half := _HALF.search(rendered[name]):
            return f"half a character (U+{ord(half[0]):04X}, a lone surrogate) stands in the gene {name!r}"
    if extra := [name for name in rendered if name not in task.genes]:
        return f"the template has no place for the gene {extra[0]!r}"
    if (length := sum(len(rendered[name]) for name in task.genes)) > task.max_length:
        return f"{length} characters where the task allows {task.max_length}"
    if parents:
        first = parents[0].genome
        lost, invented = _named(first, task) - _named(child, task), _named(child, task) - _named(first, task)
        if lost or invented:
            return f"the field {{{min(lost or invented)}}} was {'lost' if lost else 'invented'}"
        texts = [" ".join(genome[name] for name in task.genes) for genome in (first, child)]
        for span in task.kept:
            if found_in(span, texts[0]) and not found_in(span, texts[1]):
                return f"the protected text {span!r} was lost"
    if any(child.visible == parent.genome.visible for parent in parents):
        return "the child is the same as a parent"
    return task.leak(child)


def _named(genome: Genome, task: Task) -> set[str]:
    return {field for name in task.genes for field in placeholders(genome[name], task.fields).fields}


@dataclass(frozen=True)
class Birth:
    """A planned child: operator, parents, place and seed. A founder that the user gave carries its genome.

    Attributes:
        operator: What makes it; None for a given genome.
        parents: In the operator's order.
        slot: Place among the births of the generation, or the index that the strategy binds it to.
        genome: The child itself, where it is given.
        seed: Set by the engine: `run seed/generation/place`.
        calls_an_answer: Set by the engine: model calls that one answer to an example is planned with.
    """

    operator: Operator | None
    parents: tuple[Individual, ...] = ()
    slot: int = 0
    genome: Genome | None = None
    seed: str = ""
    calls_an_answer: int = 1

    @property
    def origin(self) -> Origin:
        """Where the child comes from, in plain values."""
        name = self.operator.name if self.operator else SEED
        return Origin(name, tuple(parent.genome.id for parent in self.parents), self.slot, self.seed)

    @property
    def most_calls(self) -> int:
        """The most model calls this birth can take, over all its tries."""
        if self.operator is None:
            return 0
        return (self.operator.calls + self.operator.answers * self.calls_an_answer) * ATTEMPTS

    @property
    def as_shown(self) -> Birth:
        """The birth as its operator sees it: of its parents genome, fitness and origin, and no answer to dev."""
        return replace(self, parents=tuple(parent.without_answers() for parent in self.parents))


@dataclass(frozen=True)
class Born:
    """What came of a birth: a child, or the reasons why there is none, one a try.

    Attributes:
        genome: The child; None where there is none.
        reasons: Why a try came to nothing, in order.
        usage: What the calls of the operator model took.
        is_unanswered: Whether the model was asked, never answered, and the budget had no call left to ask it again.
        answered: What answers to train examples took.
        judged: What the verdicts on them took, where the scorer asks a model.
        schema: What the operator model's server did where the birth asked by a schema: `taken`, `refused`, or `unclear`
            where no answer came; empty where it asked by none.
    """

    genome: Genome | None
    reasons: tuple[str, ...] = ()
    usage: Usage = field(default_factory=Usage)
    is_unanswered: bool = False
    answered: Usage = _NOTHING
    judged: Usage = _NOTHING
    schema: str = ""

    @property
    def paid(self) -> Usage:
        """What all its model calls took."""
        return self.usage + self.answered + self.judged

    @property
    def is_open(self) -> bool:
        """Whether it is unanswered; a birth that a provider refuses has failed, and stays so."""
        return self.is_unanswered

    @property
    def reason(self) -> str:
        """Why its last try came to nothing; empty where it did not."""
        return self.reasons[-1] if self.genome is None and self.reasons else ""

    @property
    def calls(self) -> int:
        """Model calls that were sent for it."""
        return self.paid.calls

    def to_json(self) -> dict[str, Any]:
        """The outcome as plain JSON values."""
        genome = self.genome.to_json() if self.genome else None
        unanswered = {"unanswered": True} if self.is_unanswered else {}
        more = {"answered": self.answered, "judged": self.judged}
        used = {"usage": self.usage.row, **{name: used.row for name, used in more.items() if used != _NOTHING}}
        schema = {"schema": self.schema} if self.schema else {}
        return {"genome": genome, "rejected": self.reasons, **used, **unanswered, **schema}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Born:
        """The outcome that `to_json` wrote."""
        genome = Genome.from_json(data["genome"]) if data["genome"] else None
        usage, answered, judged = (Usage(*data.get(name, ())) for name in ("usage", "answered", "judged"))
        rejected, is_unanswered = tuple(data["rejected"]), data.get("unanswered", False)
        return cls(genome, rejected, usage, is_unanswered, answered, judged, data.get("schema", ""))


def bear(
    birth: Birth,
    task: Task,
    model: Model,
    history: Sequence[Past] = (),
    lineage: Sequence[Past] = (),
    transcript: Transcript | None = None,
    elites: Sequence[Past] = (),
    answerer: Answerer | None = None,
    by_schema: bool = True,
) -> Born:
    """Carry out a birth: try, check the contract, try again. Run by workers, on plain values alone.

    Args:
        answerer: Who answers train examples, where the operator declares that it asks for answers.
        by_schema: Whether a model that takes schemas is asked by them.

    Raises:
        ModelUnavailable: No prompt can be answered.
        OperatorError: The operator failed with an error of its own (a RuntimeError).
        ScorerError: The scorer failed on an answer that the operator asked for (a RuntimeError).
    """
    operator, parents = birth.operator, birth.as_shown.parents
    if operator is None:
        return Born(birth.genome)
    reasons: list[str] = []
    transcript = transcript or Transcript()
    meter = _Meter(model, operator, transcript, takes_schema=by_schema and takes_schema(model))
    answers = TrainAnswers(task, answerer, operator.answers, transcript) if answerer else None

    def born(child: Genome | None, reasons: Sequence[str], is_unanswered: bool = False) -> Born:
        answered, judged = answers.used.values() if answers else (_NOTHING, _NOTHING)
        return Born(child, tuple(reasons), meter.usage, is_unanswered, answered, judged, meter.schema)

    for attempt in range(ATTEMPTS):
        rng = random.Random(f"{birth.seed}/{attempt}")
        meter.left = operator.calls
        if answers:
            answers.begin()
        context = Context(rng, task, meter, history, lineage, elites, answers, operator.name)
        try:
            child = operator(parents, context)
            if not isinstance(child, Genome):
                raise TypeError(f"an operator returns a Genome, got {type(child).__name__}")
            reason = breach(child, parents, task)
        except NoChild as nothing:
            reason = str(nothing)
        except Abandoned as abandoned:
            if allowance().stop.is_set():  # the run ends here, and this birth goes on with it later
                raise
            return born(None, (*reasons, str(abandoned)), is_unanswered=not meter.is_answered)
        except (ModelUnavailable, MeterError, StoreError, ScorerError):
            raise
        except Exception as error:
            reason = f"operator {operator.name!r} failed at birth {birth.seed}: {error!r}{culprit(error)}"
            raise OperatorError(reason) from error
        if not reason:
            return born(child, reasons)
        reasons.append(reason)
    return born(None, reasons)


class OperatorError(RuntimeError):
    """An operator failed with an error of its own; the message names operator, birth, file and line."""


class MeterError(OperatorError):
    """An operator made more model calls than it declared, or asked for answers and declared none."""


def culprit(error: BaseException) -> str:
    """` (file line 3)`: the last line of the file that the catching one called into; empty where it called none."""
    catching, *others = traceback.extract_tb(error.__traceback__)
    theirs = [frame for frame in others if frame.filename != catching.filename]
    lines = [frame.lineno for frame in theirs if frame.filename == theirs[0].filename]
    return f" ({theirs[0].filename} line {lines[-1]})" if lines else ""


@dataclass
class _Meter:
    """The operator model as an operator sees it: counts, and refuses calls beyond the declared number.

    It asks by a schema until the server refuses one.
    """

    model: Model
    operator: Operator
    transcript: Transcript
    takes_schema: bool = False
    left: int = 0
    usage: Usage = field(default_factory=Usage)
    is_answered: bool = False
    schema: str = ""

    @property
    def name(self) -> str:
        return self.model.name

    def complete(self, request: Request) -> Completion:
        if self.left < 1:
            raise MeterError(
                f"operator {self.operator.name!r} made more model calls than it declared;"
                f" say @operator(calls={self.operator.calls + 1}) or more"
            )
        self.left -= 1
        if request.schema is not None and not self.takes_schema:  # an operator may ask past `Context.ask`
            request = replace(request, schema=None)
        if request.schema is not None:
            self.schema = self.schema or UNCLEAR
        try:
            completion = self.transcript.complete(self.model, request)
        except (Refused, Abandoned) as nothing:
            self.usage += Usage(calls=nothing.calls)
            self.is_answered |= isinstance(nothing, Refused)
            raise
        self.is_answered = True
        self.usage += Usage.of(completion)
        if request.schema is not None:
            self.schema = REFUSED if completion.schema_refused else TAKEN
            self.takes_schema = not completion.schema_refused
        return completion
