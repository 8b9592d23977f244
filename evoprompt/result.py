"""What a run found: the best genome, its dev estimate, the sealed test, and what was spent."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

from evoprompt.budget import Usage
from evoprompt.evaluation import Evaluation, assemble
from evoprompt.individual import Individual
from evoprompt.prompt import Prompt
from evoprompt.record import Record
from evoprompt.scorers import LabelProbability
from evoprompt.statistics import Comparison, compare
from evoprompt.tally import Tally
from evoprompt.task import Task
from evoprompt.terminal import indented, one_line

PLOTS = "evoprompt.plots"  # a name and no import: the engine knows no picture


class Generation(NamedTuple):
    """One row of a run's history.

    Attributes:
        generation: From 0, the user's prompts.
        best: The best fitness so far.
        median: Median fitness of the population.
        usage: All calls so far.
    """

    generation: int
    best: float
    median: float
    usage: Usage


@dataclass(frozen=True)
class SealedTest:
    """Seed and winner on the sealed examples, scored once.

    Attributes:
        seed: The best of the user's prompts (by dev score) on the test examples.
        winner: The run's best genome on the same examples.
        comparison: Winner minus seed, in the marks of `Evaluation.marks`.
        calibrated_seed: The seed after mere calibration (see `scorers.LabelProbability`), where the scorer is by label
            probability and not calibrated itself: what could be had without any search.
        against_calibrated: Winner minus calibrated seed, where there is one.
    """

    seed: Evaluation
    winner: Evaluation
    comparison: Comparison
    calibrated_seed: Evaluation | None = None
    against_calibrated: Comparison | None = None

    @classmethod
    def of(cls, task: Task, seed: Evaluation, winner: Evaluation, seed_dev: Evaluation) -> SealedTest:
        """The report on two evaluations over the same test examples."""
        comparison = compare(winner.marks, seed.marks)
        if not isinstance(task.scorer, LabelProbability) or task.scorer.calibrated:
            return cls(seed, winner, comparison)
        scorer = replace(task.scorer, calibrated=True)
        calibrated = assemble(scorer, seed.answers, assemble(scorer, seed_dev.answers).offsets)
        return cls(seed, winner, comparison, calibrated, compare(winner.marks, calibrated.marks))

    def to_json(self) -> dict[str, Any]:
        """The report as plain JSON values."""
        data: dict[str, Any] = {
            "seed": self.seed.to_json(),
            "winner": self.winner.to_json(),
            "comparison": self.comparison.to_json(),
        }
        if self.calibrated_seed is not None and self.against_calibrated is not None:
            data["calibrated_seed"] = self.calibrated_seed.accuracy
            data["against_calibrated"] = self.against_calibrated.to_json()
        return data


@dataclass(frozen=True)
class Result:
    """What a run found. `print(result)` shows it.

    Attributes:
        best: The individual with the best fitness; never a mere seed without its being said (see `improved`).
        seed: The best of the user's prompts.
        population: The individuals alive at the end.
        history: One row a generation.
        usage: Usage by role: `task`, `judge`, `operator`, `test`; the last has all calls of the sealed test.
        stopped: Why the run ended, as a sentence.
        test: The sealed test; None where the task has no test examples or the run was interrupted.
        failed_births: Births that came to nothing, and how many there were in all.
        answers: How many answers there were, and how many were refused, cut off, empty or unreadable.
        record: All that happened.
    """

    task: Task = field(repr=False)
    best: Individual
    seed: Individual
    population: Sequence[Individual] = field(repr=False)
    history: Sequence[Generation] = field(repr=False)
    usage: Mapping[str, Usage]
    stopped: str
    test: SealedTest | None
    failed_births: tuple[int, int]
    answers: Tally
    record: Record = field(repr=False)

    @property
    def improved(self) -> bool:
        """Whether the best genome is another prompt than the best of the seeds."""
        return self.best != self.seed

    @property
    def prompt(self) -> str:
        """All that the task model reads: shots, system text and roles, with {fields} where an example's texts stand.

        Braces that are no field are doubled, so that `result.prompt.format(text=...)` gives what was sent.
        """
        return str(self.to_prompt())

    @property
    def instruction(self) -> str:
        """The best genome's text alone: its one rendered gene, or all of them under their names."""
        return self.to_prompt().instruction

    def to_prompt(self) -> Prompt:
        """The best prompt as a value of its own, to call, apply and save."""
        return self.task.prompt(self.best.genome, self.dev.offsets, str(self.record.head["model"]))

    def messages(self, /, **fields: Any) -> list[dict[str, str]]:
        """The messages for one example, as chat interfaces take them; see `Prompt.messages`."""
        return self.to_prompt().messages(**fields)

    def text(self, /, **fields: Any) -> str:
        """All that is read for one example, as one text; see `Prompt.text`."""
        return self.to_prompt().text(**fields)

    def save(self, path: str | Path) -> Path:
        """Write the best prompt to a file that `evoprompt.load` reads; see `Prompt.save`."""
        return self.to_prompt().save(path)

    @property
    def dev(self) -> Evaluation:
        """The best genome on the dev examples. Its fitness there chose it, so they flatter it: trust the test."""
        assert self.best.evaluation is not None  # only evaluated individuals are told
        return self.best.evaluation

    @property
    def refused(self) -> tuple[int, int]:
        """Answers that a provider refused or a judge gave no verdict on, and how many there were in all."""
        return self.answers.refused, self.answers.total

    @property
    def total(self) -> Usage:
        """Usage over all roles."""
        return sum(self.usage.values(), Usage())

    def plot(self, path: str | Path, **options: Any) -> Path:
        """Draw fitness over generations to a file (PNG, SVG or PDF, by its ending); see `plots.progress.save`."""
        written: Path = importlib.import_module(PLOTS).progress.save(self.record, path, **options)
        return written

    def __str__(self) -> str:
        return "\n".join(_lines(self))


def _lines(result: Result) -> list[str]:
    genome = result.best.genome
    lines = ["Best prompt" + ("" if result.improved else " (none better than the best seed was found)")]
    for name, text in genome.genes:
        if len(genome.genes) > 1:
            lines.append(f"  {one_line(name)}:")
        lines += indented(text)
    if genome.shots:
        lines.append(f"  with {len(genome.shots)} shot{'s' if len(genome.shots) > 1 else ''}:")
        lines += indented(result.task.render_shots(genome.shots).strip())
    lines += ["", *_scores(result), "", f"Stopped: {one_line(result.stopped)}.", _spent(result)]
    failed, births = result.failed_births
    if failed:
        lines.append(f"Births: {failed} of {births} failed; the record says why.")
    refused, answers = result.refused
    if refused:
        judged = " or got no verdict" if result.task.judge else ""
        lines.append(f"Answers: {refused} of {answers} were refused by the provider{judged} and scored 0.")
    lines += [f"{sentence}." for sentence in result.answers.sentences(result.task.max_tokens)]
    return lines


def _scores(result: Result) -> list[str]:
    seed_dev = result.seed.evaluation
    assert seed_dev is not None  # only evaluated individuals are told
    by = "calibrated " if isinstance(result.task.scorer, LabelProbability) and result.task.scorer.calibrated else ""
    # A graded winner may be right throughout: its seed is not, and that makes degrees of both.
    unit = "mean score" if None in (seed_dev.accuracy, result.dev.accuracy) else f"{by}accuracy"
    lines = [f"{unit:22}{'seed':>8}{'winner':>9}"]
    dev = _row(f"dev, {len(result.dev.answers)} examples", _mark(seed_dev), _mark(result.dev))
    lines.append(f"{dev}  (chosen by its fitness, {result.best.score:.3f} over {result.seed.score:.3f})")
    if result.test is None:
        return [*lines, "No sealed test was made."]
    test = result.test
    row = _row(f"test, {len(test.seed.answers)} examples", _mark(test.seed), _mark(test.winner))
    lines.append(f"{row}  {_gap(test.comparison)}")
    if missing := len(result.task.test) - len(test.seed.answers):
        lines.append(f"  ({missing} of the {len(result.task.test)} test examples were left out: the budget was spent)")
    if test.calibrated_seed is not None and test.against_calibrated is not None:
        row = _row("  seed calibrated", _mark(test.calibrated_seed), None)
        lines.append(f"{row}{'':9}  {_gap(test.against_calibrated)}")
    return lines


def _gap(gap: Comparison) -> str:
    return f"{gap.difference:+.3f} (95 % from {gap.low:+.3f} to {gap.high:+.3f}, p = {_p(gap.p_value)})"


def _mark(evaluation: Evaluation) -> float:
    return sum(evaluation.marks) / len(evaluation.marks)


def _row(what: str, seed: float, winner: float | None) -> str:
    return f"{what:22}{seed:8.3f}" + (f"{winner:9.3f}" if winner is not None else "")


def _p(value: float) -> str:
    return f"{value:.3f}" if value >= 0.001 else f"{value:.0e}"


def _spent(result: Result) -> str:
    parts = [f"{usage.calls:,} {role}" for role, usage in result.usage.items() if usage.calls]
    total = result.total
    money = f"${total.dollars:.4f}" + (f" and {total.unpriced:,} calls of unknown price" if total.unpriced else "")
    return f"Spent: {total.calls:,} calls ({', '.join(parts) or 'none'}), {total.tokens:,} tokens, {money}."
