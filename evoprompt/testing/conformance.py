"""Conformance checks for operators: what the engine relies on, each with a sentence that says how to mend a breach."""

from __future__ import annotations

import pickle
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np
from joblib.externals.loky.backend.reduction import dumps  # as joblib sends to worker processes

from evoprompt.genome import Genome
from evoprompt.models.model import Completion, Model, ModelUnavailable, Request
from evoprompt.models.transcript import Transcript
from evoprompt.testing.scripted import Answer, ScriptedModel
from evoprompt.testing.situations import Situation, bad_answers, situations_for
from evoprompt.variation.operator import Context, NoChild, Operator, Past, breach
from evoprompt.variation.train_answers import Answerer, TrainAnswers

SEEDS = 10  # births in each situation


class Outcome(NamedTuple):
    """What an operator did: a child, or the reason why there is none."""

    child: Genome | None
    reason: str
    calls: int


def check_operator(
    operator: Operator,
    *,
    answers: Iterable[Answer] | Callable[[Request], Answer] | None = None,
    model: Model | None = None,
    genomes: Sequence[Genome] = (),
) -> None:
    """Check that an operator is what the engine relies on.

    The same seed gives the same child, whatever happened before; the global random states stay as they are; parents
    are not changed; no exception but `NoChild` comes out; no more model calls are made than declared; the
    operator can be sent to a worker process; children keep the contract of the task, also with braces, foreign
    letters, shots, none, and several genes; and what a model does wrong is never taken for a prompt.

    Args:
        operator: The operator, with its options bound or not.
        answers: What its model says, where it asks for more than a rewritten prompt: texts in order, begun again
            when they end, or a function from the request.
        model: A model of your own instead. It should be a pure function of the request.
        genomes: Further prompts to put it before, where it needs hidden genes or the like: each has the gene
            `instruction`.

    Raises:
        AssertionError: A check failed; the message says what was done wrong and how to mend it.
    """
    if not isinstance(operator, Operator):
        raise TypeError(f"check_operator() takes an operator made by @operator, got {operator!r}")
    if answers is not None and model is not None:
        raise TypeError("check_operator() takes answers or a model, not both")
    if answers is not None and not callable(answers):
        answers = tuple(answers)
    situations = list(situations_for(operator, answers, model, genomes))
    with _random_states_given_back():
        _check(operator, situations)


def _check(operator: Operator, situations: Sequence[Situation]) -> None:
    births = [outcome for situation in situations for outcome in _check_births(operator, situation)]
    if not any(outcome.child for outcome in births):
        reasons = " / ".join(list(dict.fromkeys(outcome.reason for outcome in births))[:3])
        raise _failure(
            operator, f"made no child in {len(births)} births ({reasons})", "pass answers= or genomes= that it can use"
        )
    _check_contract(operator, situations, births)
    _check_pickling(operator, situations[0])
    if operator.calls:
        _check_bad_habits(operator, situations[0])
        _check_unavailable(operator, situations[0])


# The checks


def _check_births(operator: Operator, situation: Situation) -> list[Outcome]:
    """Births with several seeds: no side effects, no strange exceptions, and twice the same."""
    outcomes = []
    for seed in range(SEEDS):
        before = _state(situation)
        random.seed(1)
        np.random.seed(1)
        globals_before = _random_states()
        first = _bear(operator, situation, seed)
        if _random_states() != globals_before:
            raise _failure(
                operator, "drew from the global random state of `random` or numpy", "draw from context.rng alone"
            )
        if _state(situation) != before:
            raise _failure(
                operator, f"changed its parents {situation.name}", "make a new genome, as by parent.genome.with_gene()"
            )
        random.seed(2)
        np.random.seed(2)
        again = _bear(operator, situation, seed)
        if (first.child, first.calls) != (again.child, again.calls):
            raise _failure(
                operator,
                f"made two different children from one seed {situation.name}",
                "draw from context.rng alone, and keep nothing between births",
            )
        outcomes.append(first)
    return outcomes


def _check_contract(operator: Operator, situations: Sequence[Situation], births: Sequence[Outcome]) -> None:
    """Most children must keep the contract; the engine throws the others away, and their calls with them."""
    places = [situation for situation in situations for _ in range(SEEDS)]
    pairs = [(place, birth.child) for place, birth in zip(places, births, strict=True) if birth.child]
    broken = [(place, reason) for place, child in pairs if (reason := breach(child, place.parents, place.task))]
    if 2 * len(broken) > len(pairs):
        place, reason = broken[0]
        raise _failure(
            operator,
            f"broke the contract of the task with {len(broken)} of {len(pairs)} children, first {place.name}: {reason}",
            "keep fields, genes and length, and raise NoChild where nothing changes",
        )


def _check_pickling(operator: Operator, situation: Situation) -> None:
    try:
        copy = pickle.loads(dumps(operator))
    except Exception as error:
        raise _failure(
            operator, f"can't be sent to a worker process ({error!r})", "keep locks, files and clients out of it"
        ) from error
    for seed in range(3):
        if _bear(copy, situation, seed).child != _bear(operator, situation, seed).child:
            raise _failure(
                operator, "makes another child after it was sent to a worker process", "keep no state outside it"
            )


def _check_bad_habits(operator: Operator, situation: Situation) -> None:
    """Whatever a model does wrong: no child, or one without a trace of it."""
    parent = situation.parents[0].genome["instruction"] if situation.parents else "Sort the ticket."
    for habit, answer, trace in bad_answers(parent):

        def spoilt(answer: Answer = answer) -> Model:
            return ScriptedModel([answer], repeat=True)

        for seed in range(3):
            outcome = _bear(operator, replace(situation, name=f"with a model that {habit}", model=spoilt), seed)
            adopted = outcome.child and any(trace in text for _, text in (*outcome.child.genes, *outcome.child.hidden))
            if trace and adopted:
                raise _failure(
                    operator,
                    f"took for a prompt what a model wrote that {habit}",
                    "read answers with evoprompt.variation.reading, and ask through context.ask",
                )


def _check_unavailable(operator: Operator, situation: Situation) -> None:
    """Where no prompt can be answered, the run has to stop: the operator must let that through."""
    asked = []

    def down(request: Request) -> Answer:
        asked.append(request)
        return ModelUnavailable("the network is down")

    for seed in range(SEEDS):
        context = _context(operator, situation, ScriptedModel(down), seed)
        try:
            operator(situation.parents, context)
        except (NoChild, ModelUnavailable) as raised:
            through = isinstance(raised, ModelUnavailable)
        else:
            through = False
        if asked and not through:
            raise _failure(
                operator, "kept a ModelUnavailable to itself", "catch NoChild and Refused, and let the others through"
            )
        if asked:
            return


# Running an operator


@dataclass
class _Meter:
    """Counts the calls of one birth, and hands them on."""

    model: Model
    calls: int = field(default=0, init=False)

    @property
    def name(self) -> str:
        return self.model.name

    def complete(self, request: Request) -> Completion:
        self.calls += 1
        return self.model.complete(request)


def _bear(operator: Operator, situation: Situation, seed: int) -> Outcome:
    """One try of a birth; fails where something else than a genome or `NoChild` comes of it."""
    meter = _Meter(situation.model())
    child, reason = None, ""
    try:
        child = operator(situation.parents, _context(operator, situation, meter, seed))
    except NoChild as nothing:
        reason = str(nothing)
    except Exception as error:
        raise _failure(
            operator, f"raised {error!r} {situation.name}", "raise NoChild(reason) where there is no child to make"
        ) from error
    if meter.calls > operator.calls:
        raise _failure(
            operator,
            f"declares calls={operator.calls}, and made {meter.calls} {situation.name}",
            f"say @operator(calls={meter.calls})",
        )
    if child is not None and not isinstance(child, Genome):
        raise _failure(
            operator,
            f"returned {child!r} {situation.name}",
            "return a Genome, as parents[0].genome.with_gene() makes it",
        )
    if child is None and not reason:
        raise _failure(
            operator,
            f"returned nothing, or gave no reason, {situation.name}",
            "return a Genome or raise NoChild(reason)",
        )
    return Outcome(child, reason, meter.calls)


def _context(operator: Operator, situation: Situation, model: Model, seed: int) -> Context:
    past = [Past(parent.genome, parent.score) for parent in situation.parents]
    task, name = situation.task, operator.name
    answers = TrainAnswers(task, Answerer(situation.task_model), operator.answers, Transcript())
    return Context(random.Random(f"conformance/{seed}"), task, model, past, past[:1], (), answers, name)


def _state(situation: Situation) -> Any:
    """All of the parents that an operator could change."""
    return [
        (p.genome.to_json(), p.fitness.values, p.origin, p.evaluation and p.evaluation.to_json())
        for p in situation.parents
    ]


def _random_states() -> tuple[Any, ...]:
    name, keys, *rest = np.random.get_state()
    return random.getstate(), name, np.asarray(keys).tobytes(), *rest


@contextmanager
def _random_states_given_back() -> Iterator[None]:
    before, numpy_before = random.getstate(), np.random.get_state()
    try:
        yield
    finally:
        random.setstate(before)
        np.random.set_state(numpy_before)


def _failure(operator: Operator, what: str, mend: str) -> AssertionError:
    return AssertionError(f"operator {operator.name!r} {what}; {mend}")
