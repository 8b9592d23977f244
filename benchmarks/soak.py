"""A long run: a million evaluations, what they take in memory and on disk, and how it is read again.

    python -m evoprompt.benchmarks.soak [--generations 100] [--out FOLDER]

Each phase is a process of its own: the run, the plot of the finished run, and the run begun again in its folder, which
reads all its answers back. The model is a few lines that answer at once, so that the engine is all there is to measure.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from evoprompt.models.model import Completion, Request
from evoprompt.plan.budget import Budget
from evoprompt.run.evolution import Evolution
from evoprompt.search.recipe import get_recipe
from evoprompt.storage.record import Record
from evoprompt.tasks.scoring.scorers import Choice
from evoprompt.tasks.task import Task

POPULATION, GENERATIONS, EXAMPLES = 200, 100, 50
LABELS = ("even", "odd")
WORDS = "please think say whether this very number is even or odd then name one word of two and stop there now".split()
LENGTH = 24  # words of a prompt


@dataclass(frozen=True)
class SoakModel:
    """Answers numbers by chance, the luckier the more fitting words a prompt has, and writes new prompts by chance."""

    name: str = "soak"

    def complete(self, request: Request) -> Completion:
        """An answer, or a prompt between tags where one is asked for."""
        text = request.text
        luck = hashlib.blake2b(f"{request.draw} {text}".encode(), digest_size=2 * LENGTH).digest()
        _, asked, number = text.rpartition("Number: ")
        if not asked:
            words = " ".join(WORDS[byte % len(WORDS)] for byte in luck[:LENGTH])
            prompt = f"{words} {luck[-4:].hex()}"
            return Completion(f"<prompt>{prompt}</prompt>" if "<prompt>" in text else prompt, len(text) // 4, LENGTH)
        right = luck[0] < 100 + 10 * text.count("think")
        return Completion(LABELS[int(number) % 2 if right else 1 - int(number) % 2], len(text) // 4, 1)


class Sample(NamedTuple):
    """The state of a run after a generation.

    Attributes:
        evaluations: Answers of the task model so far.
        seconds: Since the run began.
        megabytes: Of memory that the process holds now.
        stored: Megabytes of the run's folder.
    """

    evaluations: int
    seconds: float
    megabytes: float
    stored: float


def soak_task() -> Task:
    """Numbers to be sorted into even and odd."""
    rows = [{"number": str(number), "parity": LABELS[number % 2]} for number in range(2 * EXAMPLES)]
    return Task.from_records(
        rows,
        template="{instruction}\n\nNumber: {number}",
        target="parity",
        train=0,
        dev=EXAMPLES,
        test=EXAMPLES,
        scorer=Choice(LABELS),
        name="soak",
    )


def soak_run(folder: Path, generations: int) -> Evolution:
    """The run, at its beginning."""
    recipe = get_recipe("evoprompt-ga").using(population_size=POPULATION)
    calls = POPULATION * generations * (EXAMPLES + 1) + 2 * EXAMPLES
    return Evolution(
        soak_task(),
        " ".join(WORDS),
        model=SoakModel(),
        recipe=recipe,
        budget=Budget(calls=calls),
        run_dir=folder,
        progress=False,
    )


def run(folder: Path, generations: int) -> list[Sample]:
    """Run to the end, or read an ended run back; one sample a generation."""
    began = time.perf_counter()
    samples = []
    with soak_run(folder, generations) as evolution:
        while births := evolution.ask():
            evolution.tell(evolution.evaluate(evolution.bear(births)))
            evaluations = evolution.ledger.used["task"].calls
            stored = sum(file.stat().st_size for file in folder.iterdir()) / 1e6
            samples.append(Sample(evaluations, time.perf_counter() - began, resident(), stored))
        evolution.finish()
    return samples


def resident() -> float:
    """Megabytes of memory that this process holds."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def plot(folder: Path) -> float:
    """Seconds to read a finished run and draw it."""
    from evoprompt.plots import progress

    began = time.perf_counter()
    progress.save(Record.read(folder), folder / "fitness.png")
    return time.perf_counter() - began


def rows(first: Sequence[Sample], again: Sequence[Sample]) -> list[str]:
    """The table: ten parts of the run, and beside each the same part read back."""
    lines = [
        "| evaluations | seconds | memory, MB | folder, MB | read back, seconds | memory, MB |",
        "|--:|--:|--:|--:|--:|--:|",
    ]
    for tenth in range(1, 11):
        place = len(first) * tenth // 10 - 1
        one, two = first[place], again[place]
        lines.append(
            f"| {one.evaluations:,} | {one.seconds:.0f} | {one.megabytes:.0f} | {one.stored:.0f} | {two.seconds:.1f}"
            f" | {two.megabytes:.0f} |"
        )
    return lines


def phase(name: str, folder: Path, generations: int) -> str:
    """What a phase prints, run in a process of its own."""
    command = [sys.executable, "-m", "evoprompt.benchmarks.soak", "--phase", name, "--out", str(folder)]
    command += ["--generations", str(generations)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def main() -> None:
    """Print the table as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--generations", type=int, default=GENERATIONS)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--phase", choices=["run", "plot"])
    given = parser.parse_args()
    if given.phase == "run":
        print("\n".join(" ".join(map(str, sample)) for sample in run(given.out, given.generations)))
    elif given.phase == "plot":
        print(plot(given.out))
    else:
        with tempfile.TemporaryDirectory() as temporary:
            folder = given.out or Path(temporary) / "run"
            first, again = (
                [_sample(line) for line in phase("run", folder, given.generations).splitlines()] for _ in "12"
            )
            print("\n".join(rows(first, again)))
            print(f"\nplot of the finished run: {float(phase('plot', folder, given.generations)):.1f} s;", end=" ")
            last = again[-1]
            print(f"read back: {last.evaluations / last.seconds:,.0f} answers a second")


def _sample(line: str) -> Sample:
    evaluations, *rest = line.split()
    return Sample(int(evaluations), *map(float, rest))


if __name__ == "__main__":
    main()
