"""Small stand-ins for the engine's tests: a task, a model whose accuracy depends on the prompt, operators, recipes.

All are pure functions of their arguments: the same question has the same answer in any process. Nothing here is
registered, so that tests over all known operators and recipes do not meet it.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import HealthCheck, settings

from evoprompt.genome import Genome
from evoprompt.models.model import Completion, Request
from evoprompt.run.evolution import Evolution, evolve
from evoprompt.run.result import Result
from evoprompt.search.recipe import Recipe, Search, Start
from evoprompt.search.strategies import Founders, Genetic, Strategy
from evoprompt.storage.record import encode, without_times
from evoprompt.tasks.example import Example
from evoprompt.tasks.scoring.scorers import Choice, LabelProbability
from evoprompt.tasks.task import Task
from evoprompt.variation.individual import Individual
from evoprompt.variation.operator import Context, NoChild, Operator

LABELS = ("even", "odd")
TEMPLATE = "{instruction}\n\nNumber: {number}\nAnswer:"
SEEDS = ("Say whether the number is even or odd.", "Even or odd?")
REWRITE = "Rewrite: "
WORDS = "please carefully decide tell kind parity this figure here now exactly check twice think label word".split()

# Derandomised, so that a test that passed passes again; no data base, so that nothing is written to the checkout.
cheap = settings(
    deadline=None,
    max_examples=60,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


def unit(*parts: object) -> float:
    """A number from 0 to 1 made from texts, the same in any process."""
    digest = hashlib.sha256("\x1f".join(map(str, parts)).encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:6], "big") / 2**48


def skill(instruction: str) -> float:
    """How often the toy model answers right under an instruction: each word has its worth."""
    words = sorted(set(re.findall(r"\w+", instruction.lower())))
    return 0.3 + 0.7 * sum(unit("worth", word) for word in words) / max(1, len(words))


def at_once(seconds: float) -> None:
    """A wait that takes no time."""


def label_of(number: str) -> str:
    return LABELS[int(number) % 2]


def records(n: int = 40) -> list[dict[str, Any]]:
    return [{"number": i, "label": label_of(str(i))} for i in range(n)]


def toy_task(n: int = 40, scorer: Any = None, **settings: Any) -> Task:
    # The toys' rewrites swap any word, the labels' names too.
    settings = {"train": 0.25, "dev": 0.5, "test": 0.25, "name": "parity", "protected": (), **settings}
    return Task.from_records(records(n), template=TEMPLATE, target="label", scorer=scorer or Choice(LABELS), **settings)


class Rows:
    """A table that iterates as dicts and is no list, as those of Hugging Face."""

    column_names = ("number", "label")

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        self._rows = rows

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


def logprob_task(n: int = 40, *, calibrated: bool = False) -> Task:
    return toy_task(n, scorer=LabelProbability(LABELS, calibrated=calibrated))


class ToyModel:
    """Answers numbers with a skill that depends on the instruction, and rewrites prompts by a word."""

    name = "toy"

    def complete(self, request: Request) -> Completion:
        tokens = len(request.text.split())
        if request.text.startswith(REWRITE):
            return Completion(rewritten(request.text[len(REWRITE) :], request.draw), tokens, 9)
        instruction, _, rest = request.text.partition("\n\n")
        number = re.findall(r"Number: (\d+)", rest)[-1]
        right = label_of(number)
        wrong = next(label for label in LABELS if label != right)
        if request.choices:
            return Completion("", tokens, 1, choice_logprobs=self._logprobs(instruction, number, request.choices))
        hit = unit("hit", instruction, number) < skill(instruction)
        return Completion(right if hit else wrong, tokens, 1)

    def _logprobs(self, instruction: str, number: str, choices: Sequence[str]) -> tuple[float, ...]:
        liking = 3 * unit("liking", instruction)  # the first label has an undue bonus: what calibration mends
        return tuple(
            4 * (skill(instruction) - 0.5) * (choice == label_of(number))
            + unit("noise", instruction, number, choice)
            + liking * (choice == choices[0])
            - 5
            for choice in choices
        )


class Fallible(ToyModel):
    """As the toy model, but wrong about every fifth number, so that no prompt is perfect."""

    def complete(self, request: Request) -> Completion:
        completion = super().complete(request)
        number = request.text.rpartition("Number: ")[2].partition("\n")[0]
        if completion.text not in LABELS or not number.isdigit() or int(number) % 5:
            return completion
        return replace(completion, text=label_of(str(int(number) + 1)))


def rewritten(text: str, draw: int) -> str:
    """The text with one word replaced or added."""
    words = text.split(" ")
    place = int(unit("place", text, draw) * (len(words) + 1))
    return " ".join([*words[:place], WORDS[int(unit("word", text, draw) * len(WORDS))], *words[place + 1 :]])


@dataclass
class Watched:
    """A model that remembers its requests, and calls a hook with the number of each call, from 1."""

    model: Any = field(default_factory=ToyModel)
    on_call: Callable[[int, Request], None] = lambda number, request: None
    requests: list[Request] = field(default_factory=list)
    name: str = "toy"

    def __post_init__(self) -> None:
        self._lock = threading.Lock()

    def complete(self, request: Request) -> Completion:
        with self._lock:
            self.requests.append(request)
            number = len(self.requests)
        self.on_call(number, request)
        completion: Completion = self.model.complete(request)
        return completion


def rewrite(parents: Sequence[Individual], context: Context) -> Genome:
    """A rewriting by the operator model."""
    genome = parents[0].genome
    return genome.with_gene("instruction", context.ask(REWRITE + genome["instruction"]))


def swap(parents: Sequence[Individual], context: Context) -> Genome:
    """Two words changed for each other, without a model."""
    words = parents[0].genome["instruction"].split(" ")
    if len(words) < 2:
        raise NoChild("nothing to swap")
    one, other = context.rng.sample(range(len(words)), 2)
    words[one], words[other] = words[other], words[one]
    return parents[0].genome.with_gene("instruction", " ".join(words))


def cross(parents: Sequence[Individual], context: Context) -> Genome:
    """The first half of the one and the second half of the other."""
    one, other = (parent.genome["instruction"].split(" ") for parent in parents[:2])
    half = " ".join([*one[: len(one) // 2], *other[len(other) // 2 :], context.rng.choice(WORDS)])
    return parents[0].genome.with_gene("instruction", half)


REWRITER = Operator("toy-rewrite", rewrite, 1, 1)
SWAPPER = Operator("toy-swap", swap, 1, 0)
CROSSER = Operator("toy-cross", cross, 2, 0)


def made_by(function: Callable[..., Genome], *, parents: Any = 1, calls: int = 1) -> Operator:
    """An operator that no registry knows."""
    return Operator(function.__name__.replace("_", "-"), function, parents, calls)


def toy_recipe(
    operators: Any = (REWRITER, CROSSER), strategy: type[Strategy] = Genetic, *, size: int = 6, **settings: Any
) -> Recipe:
    """A recipe of any strategy; settings of `Search` and of the strategy are told apart by name."""
    of_search = {key: settings.pop(key) for key in ("allocation", "fitness") if key in settings}
    fill = settings.pop("fill", REWRITER)

    def toy(start: Start) -> Search:
        """A toy."""
        founders = Founders(start.seeds, size, None if fill is None else strategy_pool(fill))
        return Search(strategy(founders, operators, start.rng, start.toolbox, **settings), **of_search)

    return Recipe("toy", toy)


def strategy_pool(given: Any) -> Any:
    from evoprompt.search.strategies import Pool

    return Pool.of(given)


def run(task: Task | None = None, **changes: Any) -> Result:
    """A small quiet run."""
    return evolve(task or toy_task(), **_arguments(changes))


def started(task: Task | None = None, **changes: Any) -> Evolution:
    """The same as an `Evolution` to be looped by hand."""
    return Evolution(task or toy_task(), **_arguments(changes))


def _arguments(changes: dict[str, Any]) -> dict[str, Any]:
    from evoprompt.plan.budget import Budget

    usual = {
        "seeds": SEEDS,
        "model": ToyModel(),
        "recipe": toy_recipe(),
        "budget": Budget(calls=400),
        "progress": False,
    }
    return {**usual, **changes}


def lines_of(result: Result | Evolution) -> bytes:
    """A run's record without its times, as bytes."""
    return b"".join(map(encode, without_times(result.record.lines)))


def individual(text: str, score: float | None = None, **settings: Any) -> Individual:
    """An individual that needs no model."""
    made = Individual(Genome(text, **settings))
    if score is not None:
        made.fitness.values = (score,)
    return made


def example(target: str = "even", id: str = "e1", **fields: str) -> Example:
    return Example(id, fields or {"number": "2"}, target)
