"""What a run found: the best genome, its dev estimate, the sealed test, and what was spent."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, NamedTuple

from evoprompt.models.usage import Usage
from evoprompt.run.conclusion import Conclusion, Tested, conclude, founding, interval
from evoprompt.statistics import Comparison, compare
from evoprompt.storage.record import Record
from evoprompt.tasks.evaluation import ACCURACY, Evaluation, assemble, common_unit
from evoprompt.tasks.prompt import Prompt
from evoprompt.tasks.scoring.scorers import LabelProbability
from evoprompt.tasks.tally import Tally
from evoprompt.tasks.task import Task
from evoprompt.text.terminal import indented, one_line
from evoprompt.variation.individual import Individual

PLOTS = "evoprompt.plots"  # a name and no import: the engine knows no picture


class Generation(NamedTuple):
    """One row of a run's history.

    Attributes:
        generation: From 0, the user's prompts.
        best: The best fitness so far; None where each generation is scored on other examples, for such scores do not
            compare: the winner is then chosen on common examples, at the end.
        median: Median fitness of the population, or in such a run of the individuals of this generation (None for no
            individual).
        usage: All calls so far.
    """

    generation: int
    best: float | None
    median: float | None
    usage: Usage


@dataclass(frozen=True)
class SealedTest:
    """Seed and winner on the sealed examples, scored once.

    Attributes:
        seed: The best of the user's prompts (by dev score) on the test examples.
        winner: The run's best genome on the same examples.
        comparison: Winner minus seed.
        unit: In which all are compared: `accuracy`, or `mean score`; see `evaluation.common_unit`.
        calibrated_seed: The seed after mere calibration (see `scorers.LabelProbability`), where the scorer is by label
            probability and not calibrated itself: what could be had without any search.
        against_calibrated: Winner minus calibrated seed, where there is one.
        uncalibrated_seed: The seed by the log-probabilities as they are, where the scorer is calibrated: a gain of mere
            calibration, or a loss, shows in it.
        against_uncalibrated: Winner minus uncalibrated seed, where there is one.
    """

    seed: Evaluation
    winner: Evaluation
    comparison: Comparison
    unit: str = ACCURACY
    calibrated_seed: Evaluation | None = None
    against_calibrated: Comparison | None = None
    uncalibrated_seed: Evaluation | None = None
    against_uncalibrated: Comparison | None = None

    @classmethod
    def of(
        cls, task: Task, seed: Evaluation, winner: Evaluation, seed_dev: Evaluation, winner_dev: Evaluation
    ) -> SealedTest:
        """The report on two evaluations over the same test examples, in one unit with those on dev examples."""
        unit = common_unit(seed, winner, seed_dev, winner_dev)
        same = winner is seed  # one prompt, about which there is nothing unsure
        comparison = Comparison(0.0, 0.0, 0.0, 1.0) if same else compare(winner.marks(unit), seed.marks(unit))
        if not isinstance(task.scorer, LabelProbability):
            return cls(seed, winner, comparison, unit)
        other = _otherwise(task.scorer, seed, seed_dev, task.label_shares)
        over = compare(winner.marks(unit), other.marks(unit))
        if task.scorer.calibrated:
            return cls(seed, winner, comparison, unit, uncalibrated_seed=other, against_uncalibrated=over)
        return cls(seed, winner, comparison, unit, other, over)

    @property
    def figures(self) -> Tested:
        """The test in plain figures."""
        calibrated = self.calibrated_seed.mean(self.unit) if self.calibrated_seed else None
        seed, winner = self.seed.mean(self.unit), self.winner.mean(self.unit)
        plain = self.uncalibrated_seed.mean(self.unit) if self.uncalibrated_seed else None
        over = (calibrated, self.against_calibrated, plain, self.against_uncalibrated)
        return Tested(self.unit, len(self.seed.answers), seed, winner, self.comparison, *over)

    def to_json(self) -> dict[str, Any]:
        """The report as plain JSON values."""
        data: dict[str, Any] = {
            "seed": self.seed.to_json(),
            "winner": self.winner.to_json(),
            "unit": self.unit,
            "comparison": self.comparison.to_json(),
        }
        if self.calibrated_seed is not None and self.against_calibrated is not None:
            data["calibrated_seed"] = self.calibrated_seed.mean(self.unit)
            data["against_calibrated"] = self.against_calibrated.to_json()
        if self.uncalibrated_seed is not None and self.against_uncalibrated is not None:
            data["uncalibrated_seed"] = self.uncalibrated_seed.mean(self.unit)
            data["against_uncalibrated"] = self.against_uncalibrated.to_json()
        return data


def _otherwise(scorer: LabelProbability, seed: Evaluation, seed_dev: Evaluation, shares: Sequence[float]) -> Evaluation:
    """The seed on the test examples, calibrated on dev where the scorer is not, and as it is where the scorer is."""
    other = replace(scorer, calibrated=not scorer.calibrated)
    return assemble(other, seed.answers, assemble(other, seed_dev.answers, shares=shares).offsets)


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
        test: The sealed test; None where none was made (see `untested`).
        failed_births: Births that came to nothing, and how many there were in all.
        answers: How many answers there were, and how many were refused, cut off, empty or unreadable.
        record: All that happened.
        untested: Why no sealed test was made, as a clause with the next step; empty where one was.
        server: The address at which the task model was asked, see `Prompt`.
        is_given_up: Whether the search was given up because its births came to nothing, see `barren.Barren`.
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
    untested: str = ""
    server: str | None = None
    is_given_up: bool = False

    @property
    def conclusion(self) -> Conclusion:
        """What can be said of the winner: better than the seed, not shown better, worse, or nothing to compare."""
        figures = self.test.figures if self.test else None
        return conclude(figures, is_seed=not self.improved, untested=self.untested, is_given_up=self.is_given_up)

    @property
    def is_proven(self) -> bool:
        """Whether the sealed test shows the winner to be better than the best seed, at the 5 % level."""
        return self.conclusion.is_proven

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
        head = self.record.head
        prompt = self.task.prompt(self.best.genome, self.dev.offsets, str(head["model"]))
        return replace(prompt, arguments=head.get("model_arguments", {}), server=self.server)

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

    def plot(
        self,
        path: str | Path,
        x: Literal["generations", "calls", "tokens", "dollars"] = "generations",
        *,
        width: float = 7.6,
        height: float = 4.0,
        dpi: int = 160,
    ) -> Path:
        """Draw fitness over generations to a file (PNG, SVG or PDF, by its ending); see `plots.progress.save`.

        Args:
            path: The file.
            x: What the axis counts.
            width, height: In inches.
            dpi: Pixels an inch.
        """
        save = importlib.import_module(PLOTS).progress.save
        written: Path = save(self.record, path, x, width=width, height=height, dpi=dpi)
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
    lines += founding(result.record.one("generation"))
    refused, answers = result.refused
    if refused:
        judged = " or got no verdict" if result.task.judge else ""
        lines.append(f"Answers: {refused} of {answers} were refused by the provider{judged} and scored 0.")
    lines += [f"{sentence}." for sentence in result.answers.sentences(result.task.max_tokens)]
    return [*lines, str(result.conclusion)]


def _scores(result: Result) -> list[str]:
    seed_dev, test = result.seed.evaluation, result.test
    assert seed_dev is not None  # only evaluated individuals are told
    by = "calibrated " if isinstance(result.task.scorer, LabelProbability) and result.task.scorer.calibrated else ""
    unit = test.unit if test else common_unit(seed_dev, result.dev)
    title = f"{by}accuracy" if unit == ACCURACY else unit
    lines = [f"{title:22}{'seed':>8}{'winner':>9}", _dev(result, seed_dev, unit)]
    if test is None:
        why = f" ({one_line(result.untested)})" if result.untested else ""
        return [*lines, f"No sealed test was made{why}."]
    figures = test.figures
    row = _row(f"test, {figures.n} examples", figures.seed, figures.winner)
    lines.append(f"{row}  {figures.gain.difference:+.3f} ({interval(figures.gain)})")
    if missing := len(result.task.test) - figures.n:
        lines.append(f"  ({missing} of the {len(result.task.test)} test examples were left out: the budget was spent)")
    for how, value, over in figures.other_seeds:
        lines.append(f"{_row(f'  seed {how}', value, None)}{'':9}  {over.difference:+.3f} ({interval(over)})")
    return [*lines, f"  ({figures.roughness})"] if figures.roughness else lines


def _dev(result: Result, seed_dev: Evaluation, unit: str) -> str:
    if seed_dev.examples != result.dev.examples:
        return "dev: seed and winner were scored on different examples; such scores do not compare"
    n, whole = len(result.dev.answers), len(result.task.dev)
    on = f"dev, {n} of {whole}" if n < whole else f"dev, {n} examples"
    row = _row(on, seed_dev.mean(unit), result.dev.mean(unit))
    return f"{row}  (chosen by its fitness, {result.best.score:.3f} over {result.seed.score:.3f})"


def _row(what: str, seed: float, winner: float | None) -> str:
    return f"{what:22}{seed:8.3f}" + (f"{winner:9.3f}" if winner is not None else "")


def _spent(result: Result) -> str:
    parts = [f"{usage.calls:,} {role}" for role, usage in result.usage.items() if usage.calls]
    total = result.total
    money = f"${total.dollars:.4f}" + (f" and {total.unpriced:,} calls of unknown price" if total.unpriced else "")
    return f"Spent: {total.calls:,} calls ({', '.join(parts) or 'none'}), {total.tokens:,} tokens, {money}."
