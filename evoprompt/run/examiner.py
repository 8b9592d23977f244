"""Puts examples to the task model under genomes, block by block, as the budget allows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, groupby
from typing import Any, NoReturn

from evoprompt.genome import Genome
from evoprompt.models.model import Model
from evoprompt.models.transcript import Transcript, usage_of
from evoprompt.models.usage import Usage, judge_of
from evoprompt.plan.limits import Limits
from evoprompt.run.blocks import Blocks, Job
from evoprompt.run.memory import Memory
from evoprompt.run.refusals import Refusals
from evoprompt.run.setup_check import HANDFUL
from evoprompt.storage.folder import UNSCORED
from evoprompt.storage.store import Block, Value
from evoprompt.tasks.evaluation import Answer, put, rescored
from evoprompt.tasks.example import Example, ScorerError
from evoprompt.tasks.tally import Tally
from evoprompt.tasks.task import Task

Pair = tuple[Genome, Example]


@dataclass
class Answers:
    """The answers that a generation, or the sealed test, is about to have.

    Attributes:
        known: By what the task model sees, then by example.
        fresh: Those that came now, by the same.
        block: The last one that was opened for them; None where none was needed yet.
    """

    known: dict[Genome, dict[str, Answer]] = field(default_factory=dict)
    fresh: dict[Genome, list[Answer]] = field(default_factory=dict)
    block: Block | None = None

    def add(self, genome: Genome, answers: Sequence[Answer]) -> None:
        """Take answers that came now."""
        self.known[genome].update((answer.example.id, answer) for answer in answers)
        self.fresh.setdefault(genome, []).extend(answers)

    def paid(self, genome: Genome) -> Usage:
        """What the genome's fresh answers took, their verdicts too."""
        return Usage.total(answer.paid for answer in self.fresh.get(genome.visible, ()))


class Examiner:
    """Asks for the answers of genomes to examples.

    Args:
        task: Template and scorer.
        model: The task model.
        blocks: Run the calls.
        limits: Say how many may be made, and count them.
        refusals: Say when too many are refused.
        opened: Gives the next block of a kind.
        arrived: Told the calls of each answer as it arrives.
        judge: The model that the task's scorer asks; None where it asks none.
        looked: Told the answers of a run's first handful, by genome, as soon as they are there; what it raises ends the run.

    Attributes:
        tally: Counts of the answers so far.
    """

    def __init__(
        self,
        task: Task,
        model: Model,
        *,
        blocks: Blocks,
        limits: Limits,
        refusals: Refusals,
        opened: Callable[[str], Block],
        arrived: Callable[[int], None],
        judge: Model | None = None,
        looked: Callable[[Mapping[Genome, Sequence[Answer]]], None] = lambda of_each: None,
    ) -> None:
        self._task, self._model, self._judge = task, model, judge
        self._blocks, self._limits, self._refusals = blocks, limits, refusals
        self._opened, self._arrived, self._looked = opened, arrived, looked
        self._memory = Memory(blocks.store)
        limits.tested = lambda genome: len(self._memory.tested(genome, task.test))
        self._last: tuple[Example, ...] = ()
        self.tally = Tally()
        self._is_taken_up = False

    def ask(
        self,
        genomes: Sequence[Genome],
        examples: tuple[Example, ...],
        kind: str,
        answers: Answers,
        *,
        are_first: bool = False,
    ) -> None:
        """Have every example answered under every genome, known answers apart, in as many blocks as the budget asks.

        Args:
            genomes: Equal ones are asked once.
            examples: In order.
            kind: `evaluate`, `final` for the finals, or `test` for the sealed test, which may use what was set aside
                for it.
            answers: Takes what was known and what arrives, also where an error ends the asking.
            are_first: Whether no genome of the run was evaluated before.

        Raises:
            TooManyRefused: More answers were refused than the run allows.
            Refused: One was, and that ends the run.
            ModelUnavailable: No prompt can be answered.
            StoreError: What arrived can't be kept.
            RuntimeError: The scorer failed.
            Exception: What `looked` raises.
        """
        waiting: list[Pair] = []
        for genome in dict.fromkeys(genome.visible for genome in genomes):
            known = answers.known.setdefault(genome, self._memory.answers(genome, examples))
            # The examples of one genome stand together: they share a prefix that a model's prompt cache keeps.
            waiting += [(genome, example) for example in examples if example.id not in known]
        handful = _first_handful(waiting) if are_first else []
        waiting = list(dict.fromkeys((*handful, *waiting)))
        while waiting:
            block = answers.block = self._opened(kind)
            n = block.closed["jobs"] if block.closed else self._fitting(waiting, kind)
            if kind == "test":
                self._take_up(block, waiting, n)
            if not self._run(block, waiting[:n], answers, are_first, handful[:n]):
                break
            waiting, handful = waiting[n:], []

    def fitting(self, genomes: Sequence[Genome], examples: Sequence[Example], *, for_test: bool = True) -> int:
        """How many of the examples, from the first on, the sealed test or the finals of these genomes can pay for."""
        pairs = [(genome, example) for example in examples for genome in genomes]
        if for_test:  # what an earlier test brought is paid for
            known = {genome: self._memory.tested(genome, examples) for genome in genomes}
            pairs = [(genome, example) for genome, example in pairs if example.id not in known[genome]]
        n = self._limits.fitting(pairs, for_test=for_test)
        return len(examples) if n == len(pairs) else examples.index(pairs[n][1])

    def _fitting(self, waiting: Sequence[Pair], kind: str) -> int:
        n = self._limits.fitting(waiting, for_test=kind == "test")
        return n if self._limits.most is None else min(n, self._limits.most)

    def _run(
        self, block: Block, pairs: Sequence[Pair], answers: Answers, are_first: bool, handful: Sequence[Pair]
    ) -> bool:
        """One block, which may begin with the run's first handful; gives whether all came, and there were any."""
        came: list[Answer | None] = [None] * len(pairs)
        jobs = [Job(self._name(block.kind, pair), pair, self._limits.calls) for pair in pairs]
        is_test, is_last = block.kind == "test", block.kind in ("final", "test")

        def arrived(answer: Answer) -> None:
            self._arrived(answer.paid.calls)
            if answer.failure:
                self._fail(block, answer.failure)
            self._refusals.check(answer)
            self._look(handful, came)

        def ended() -> None:
            of_each = {genome: list(fresh) for genome, fresh in answers.fresh.items()}
            for (genome, _), answer in zip(pairs, came, strict=True):
                if answer is not None:
                    of_each.setdefault(genome, []).append(answer)
            if is_last:  # of prompts that were answered before: none of them is the bad one
                self._refusals.check_all([list(chain(*of_each.values()))], are_first=True)
            else:
                self._refusals.check_all(list(of_each.values()), are_first=are_first)

        if block.closed is None:  # a run that stopped for its first handful pays for no more, however often it is begun
            kept = [block.outcomes.get(place) for place in range(len(handful))]
            self._look(handful, [_answer(value, pair) for value, pair in zip(kept, handful, strict=True)])
        try:
            self._score_anew(block, jobs, came)
            self._blocks.run(
                block,
                jobs,
                put,
                self._arguments,
                lambda place, value: Answer.from_json(value, pairs[place][1]),
                came,
                calls=self._limits.spare(len(jobs) * self._limits.calls, for_test=is_test),
                until=None if is_last else self._limits.until(self._blocks.seconds),
                arrived=arrived,
                ended=ended,
            )
        finally:  # what arrived is paid for, also where an error ends the block
            if block.is_told:
                self._take(block, pairs, came, answers, "test" if is_test else "task")
        return bool(came) and None not in came

    def _look(self, handful: Sequence[Pair], came: Sequence[Answer | None]) -> None:
        """Have the first handful looked at, once all of it is there."""
        answers = [answer for _, answer in zip(handful, came, strict=False) if answer is not None]
        if handful and len(answers) == len(handful):
            of_each: dict[Genome, list[Answer]] = {}
            for (genome, _), answer in zip(handful, answers, strict=True):
                of_each.setdefault(genome, []).append(answer)
            self._looked(of_each)

    def _take_up(self, block: Block, waiting: Sequence[Pair], n: int) -> None:
        """Put the outputs of a sealed test that failed into the one that is made in its place, scored anew."""
        outputs, paid = self._blocks.store.taken_up()
        if block.closed is not None or not outputs:
            return
        names = {self._name(block.kind, pair): pair for pair in waiting}
        used = {name: outputs[name] for name in names if name in outputs}
        if not block.broken_off and not self._is_taken_up:  # what is of no use was paid for all the same
            rest = [paid.row, *(tuple(-each for each in value["usage"]) for value in used.values())]
            block.break_off(void=[sum(column) for column in zip(*rest, strict=True)])
        self._is_taken_up = True
        for place, (name, (genome, example)) in enumerate(list(names.items())[:n]):
            if name in used and place not in block.outcomes:
                answer = Answer.from_json(used[name], example)
                answer = rescored(self._task.scorer, self._task.render(genome, example), answer)
                block.keep(place, {"what": name, **answer.to_json()})

    def _name(self, kind: str, pair: Pair) -> str:
        """What an answer is known by; in the sealed test, whose examples may be mended, its request is part of it."""
        name = f"{pair[0].id}/{pair[1].id}"
        if kind != "test":
            return name
        return f"{name}/{hashlib.sha256(repr(self._task.render(*pair)).encode('utf-8', 'replace')).hexdigest()[:16]}"

    def _score_anew(self, block: Block, jobs: Sequence[Job], came: list[Answer | None]) -> None:
        """Score the kept outputs again on which the scorer failed before; on which it still fails, the block ends."""
        if not any(value.get("failure") for value in block.outcomes.values()):
            return
        failure = ""
        for place, value in list(block.outcomes.items()):
            if place >= len(jobs) or value["what"] != jobs[place].what:
                continue  # the block will say so
            genome, example = jobs[place].subject
            answer = Answer.from_json(value, example)
            if answer.failure:
                answer = rescored(self._task.scorer, self._task.render(genome, example), answer)
                block.keep(place, {"what": value["what"], **answer.to_json()})
            came[place] = answer
            failure = failure or answer.failure
        if failure:
            if not block.is_told:
                block.break_off(seconds=self._blocks.seconds)
            self._fail(block, failure)
        if block.kind != "test":  # what was at fault is mended
            self._blocks.store.tell(UNSCORED, False)

    def _fail(self, block: Block, failure: str) -> NoReturn:
        """End the block for a failure of the scorer, which may be mended before the run goes on."""
        if block.kind != "test":
            self._blocks.store.tell(UNSCORED, True)
        raise ScorerError(failure)

    def _arguments(self, block: Block, place: int, pair: Pair) -> tuple[Any, ...]:
        plain = (self._model, self._task.scorer, self._task.render(*pair), pair[1])
        return plain if self._judge is None else (*plain, self._judge, _transcript(block, place))

    def _take(
        self, block: Block, pairs: Sequence[Pair], came: Sequence[Answer | None], answers: Answers, role: str
    ) -> None:
        self._limits.ledger.add(role, block.lost)
        if self._judge is not None:
            self._take_unfinished(block, came, role)
        first = 0
        for genome, of_one in groupby(pairs, key=lambda pair: pair[0]):
            examples = self._same(tuple(example for _, example in of_one))
            these = [answer for answer in came[first : first + len(examples)] if answer is not None]
            self._memory.add(genome, block.number, first, examples)
            self._limits.take_answers(genome, these, role)
            answers.add(genome, [answer for answer in these if not answer.failure])
            self.tally += Tally.of(these)
            first += len(examples)

    def _same(self, examples: tuple[Example, ...]) -> tuple[Example, ...]:
        """The examples, as the object that was remembered last where they are equal: memory holds many of them."""
        if examples != self._last:
            self._last = examples
        return self._last

    def _take_unfinished(self, block: Block, came: Sequence[Answer | None], role: str) -> None:
        """Count the calls for answers that never came: the task model's, and then the judge's."""
        for place, answer in enumerate(came):
            if answer is None:
                for number, said in enumerate(block.calls(place)):
                    self._limits.ledger.add(judge_of(role) if number else role, usage_of(said))


def _answer(kept: Value | None, pair: Pair) -> Answer | None:
    return None if kept is None else Answer.from_json(kept, pair[1])


def _first_handful(waiting: Sequence[Pair]) -> list[Pair]:
    """A few of the pairs, of every genome as many; none where most of the pairs would be in it."""
    if len(waiting) <= 2 * HANDFUL:
        return []
    of_each = [list(of_one) for _, of_one in groupby(waiting, key=lambda pair: pair[0])][:HANDFUL]
    return [pair for of_one in of_each for pair in of_one[: HANDFUL // len(of_each)]]


def _transcript(block: Block, place: int) -> Transcript:
    return Transcript(block.calls(place), lambda number, said: block.keep(place, said, number))
