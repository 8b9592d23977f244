"""What a run will take, before anything is spent: counted from the user's own examples, template and recipe."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from evoprompt.genome import Genome
from evoprompt.models.model import Model
from evoprompt.models.usage import Usage
from evoprompt.plan.budget import Budget
from evoprompt.plan.forecast import bytes_of, price
from evoprompt.search.finals import Finals
from evoprompt.search.recipe import Search
from evoprompt.tasks.example import asks_model, calls_an_answer, reads_logprobs
from evoprompt.tasks.task import Task
from evoprompt.tasks.verdict import TRIES
from evoprompt.variation.individual import Individual
from evoprompt.variation.operator import ATTEMPTS, ROOM, Birth

# Bytes of UTF-8 that a token may have: few in rare scripts and in code, many in plain English.
FEWEST, MOST = 1.5, 8.0
FRAME_TOKENS = 60  # that a chat's template may add
FRAME_BYTES = 4_000  # that an operator may write around the prompts it shows
GROWTH = 4  # times the length of the longest seed that a prompt may come to have; or the task's limit
GROWN = 600  # bytes that any prompt may come to have
MOST_SHOTS = 8  # that a prompt may come to show, where the recipe does not say
GENERATIONS = 1_000  # after which a search is taken to have no end of its own


class Range(NamedTuple):
    """A low and a high figure; None for a high one that nothing bounds, or for what is not known."""

    low: float | None
    high: float | None


@dataclass(frozen=True)
class Estimate:
    """What a run takes, at least and at most, if nothing is refused and no model fails.

    Attributes:
        calls: Model calls in all, retries apart.
        tokens: Tokens, read and written.
        dollars: Money; None where a model's price is not known.
    """

    calls: Range
    tokens: Range
    dollars: Range

    def __str__(self) -> str:
        lines = [f"{'':10}{'at least':>14}{'at most':>14}"]
        for name, form in (("calls", ",.0f"), ("tokens", ",.0f"), ("dollars", ",.4f")):
            low, high = getattr(self, name)
            unknown = "not known" if name == "dollars" and low is None else ""
            shown = [unknown or ("no limit" if each is None else format(each, form)) for each in (low, high)]
            lines.append(f"{name:10}{shown[0]:>14}{shown[1]:>14}")
        return "\n".join(lines)


def estimate(
    task: Task, seeds: Sequence[Genome], search: Search, budget: Budget, *, model: Model, operator_model: Model
) -> Estimate:
    """Foretell a run.

    The low figures are those of a search that ends right after the user's prompts were evaluated and tested. The high
    ones are those of a search that goes on until its limit or its own end, with every birth and every verdict at its
    last try, with prompts that grow to four times the length of the seeds, and with answers of `max_tokens`.

    Args:
        task: With its examples.
        seeds: The user's prompts.
        search: At its beginning; it is used up.
        budget: The limits.
        model: The task model.
        operator_model: The model that writes prompts.
    """
    size = search.allocation.size(task.dev)
    calls, prompts = budget.calls, len({genome.visible for genome in seeds})
    finals = Finals.planned(search.allocation, task.dev, calls=calls, per_answer=calls_an_answer(task.scorer))
    answers = prompts * size + len(task.test)
    if prompts > 1:  # they meet on what is more than a batch
        answers += min(prompts, finals.most + 1) * max(0, len(finals.examples) - size)
    tries = 1 if task.judge is None else 1 + TRIES
    tests = 2 * len(task.test) + finals.answers
    most, births = _most_calls(search, size, tests, tries, budget.calls)
    small, large = _answers(task, seeds)
    smallest, largest = [_Call(model, small)], [_Call(model, large)]
    if task.judge is not None:
        few, many = _verdicts(task)
        smallest.append(_Call(task.judge, few))
        largest.append(_Call(task.judge, many))
    if births:
        largest.append(_Call(operator_model, _birth(task, seeds, births)))
    most = most if most is not None else _calls_of(budget, smallest)
    low = [_Call(call.model, call.usage.times(answers)) for call in smallest]
    worst = max(call.usage.tokens for call in largest)
    return Estimate(
        Range(answers * calls_an_answer(task.scorer), most),
        Range(sum(call.usage.tokens for call in low), _held(None if most is None else worst * most, budget.tokens)),
        _dollars(low, largest, most, budget.dollars),
    )


class _Call(NamedTuple):
    """A call of a model, or several, and what they take."""

    model: Model
    usage: Usage

    @property
    def price(self) -> float | None:
        """None where it is not known."""
        return price(self.model, self.usage.tokens_in, self.usage.tokens_out)


def _calls_of(budget: Budget, smallest: Sequence[_Call]) -> int | None:
    """How many of the smallest calls a budget of tokens or money pays for."""
    limits = []
    if budget.tokens is not None:
        limits.append(budget.tokens / max(1, min(call.usage.tokens for call in smallest)))
    costs = [call.price for call in smallest]
    if budget.dollars is not None and (cost := min(each or 0.0 for each in costs)):
        limits.append(budget.dollars / cost)
    return math.ceil(min(limits)) if limits else None


def _dollars(low: Sequence[_Call], largest: Sequence[_Call], most: int | None, limit: float | None) -> Range:
    """The money for the low figures together, and for so many calls of the dearest kind."""
    cheap = [dollars for call in low if (dollars := call.price) is not None]
    dear = [dollars for call in largest if (dollars := call.price) is not None]
    if len(cheap) < len(low) or len(dear) < len(largest):
        return Range(None, None)
    return Range(sum(cheap), _held(None if most is None else most * max(dear), limit))


def _held(high: float | None, limit: float | None) -> float | None:
    """A high figure, held to a limit; None where there is neither."""
    known = [each for each in (high, limit) if each is not None]
    return min(known) if known else None


def _most_calls(search: Search, size: int, tests: int, tries: int, limit: int | None) -> tuple[int | None, list[Birth]]:
    """The calls of a search that always finds something better, and the births of it that ask a model.

    Args:
        size: Answers that a child is scored on.
        tests: Answers at the end of the run.
        tries: Calls that an answer takes at most, its verdict included.
        limit: Of the calls.
    """
    calls = tests * tries
    asking: list[Birth] = []
    strategy = search.strategy
    for generation in range(GENERATIONS):
        births = [replace(birth, calls_an_answer=tries) for birth in strategy.ask()]
        if not births:
            return (calls if limit is None else min(calls, limit)), asking
        calls += sum(birth.most_calls + size * tries for birth in births)
        asking += [birth for birth in births if birth.most_calls][: max(0, 100 - len(asking))]
        if limit is not None and calls >= limit:
            return limit, asking
        strategy.tell([_child(birth, place, generation) for place, birth in enumerate(births)])
    return limit, asking


def _child(birth: Birth, place: int, generation: int) -> Individual:
    """A child that is better than all before it."""
    genome = birth.genome or birth.parents[0].genome if birth.genome or birth.parents else Genome("prompt")
    name = genome.genes[0][0]
    made = Individual(genome.with_gene(name, f"{genome[name][:200]} {generation}.{place}"), birth.origin)
    made.fitness.values = (1 - 1 / (2 + generation + place / 1_000),)
    return made


def _answers(task: Task, seeds: Sequence[Genome]) -> tuple[Usage, Usage]:
    """An answer at its shortest, under a seed, and at its longest, under what the seeds may become."""
    examples = (*task.dev, *task.test)
    sizes = [
        sum(bytes_of(task.render(genome, example).text) for example in examples) / len(examples) for genome in seeds
    ]
    own = max(bytes_of("".join(text for _, text in genome.genes)) for genome in seeds)
    shot = max((bytes_of(task.render_shots([example.as_shot()])) for example in task.train[:100]), default=0)
    grown = max(sizes) + min(task.max_length * 4, max(GROWN, GROWTH * own)) + MOST_SHOTS * shot
    longest = 1 if reads_logprobs(task.scorer) else task.max_tokens
    low = Usage(1, math.floor(min(sizes) / MOST), 0)
    # A choice that shares its beginning with another takes further steps.
    steps = 4 if reads_logprobs(task.scorer) else 1
    return low, Usage(1, steps * math.ceil(grown / FEWEST + FRAME_TOKENS), steps * longest)


def _verdicts(task: Task) -> tuple[Usage, Usage]:
    """A verdict at its shortest, about an empty output, and at its longest; of a task whose scorer asks a model."""
    assert asks_model(task.scorer)  # there is a judge
    asked = [task.scorer.question("", example) for example in (*task.dev, *task.test)]
    mean = sum(bytes_of(request.text) for request in asked) / len(asked)
    # A token of the task model's may be several of the judge's.
    shown = math.ceil(task.max_tokens * MOST / FEWEST)
    written = max(request.max_tokens for request in asked)
    return Usage(1, math.floor(mean / MOST), 0), Usage(1, math.ceil(mean / FEWEST + FRAME_TOKENS) + shown, written)


def _birth(task: Task, seeds: Sequence[Genome], births: Sequence[Birth]) -> Usage:
    """One call of an operator at its longest."""
    own = max(bytes_of(str(genome)) for genome in seeds)
    shown = max(len(birth.parents) for birth in births) * min(task.max_length * 4, max(GROWN, GROWTH * own))
    written = ROOM + ATTEMPTS * task.max_length / FEWEST
    return Usage(1, math.ceil((shown + FRAME_BYTES) / FEWEST), math.ceil(written))
