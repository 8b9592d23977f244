"""Plays the judge of exact resume: runs a script, kills it at random moments, lets it go on, and compares the records.

python tests/kills.py [KILLS] [SEED]
"""

from __future__ import annotations

import importlib.util
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

HERE, ROOT = Path(__file__).parent, Path(__file__).parents[1]
if importlib.util.find_spec("evoprompt") is None or importlib.util.find_spec("evoprompt.benchmarks") is None:
    sys.path[:0] = [str(HERE), str(ROOT)]  # a bare checkout
    importlib.import_module("conftest")

from evoprompt.benchmarks.stub_server import Reply, StubServer  # noqa: E402
from evoprompt.storage.record import FILE, Record, encode, without_times  # noqa: E402

RECIPES = ("default", "evoprompt-ga", "evoprompt-de", "promptbreeder", "grips", "best-of-n")
PATIENCE = 120  # seconds for a run that nobody kills
WRITTEN = "Version {digest} of call {call}: say whether it is 0 or 1. Answer with one digit."


@dataclass(frozen=True)
class Case:
    """How a run is made and killed.

    Attributes:
        way: `evolve`, `loop` (a script with its own) or `command`.
        cached: Whether answers also go to a cache.
        fickle: Whether the model never answers twice alike.
        softly: Whether to send SIGINT, once or twice, and SIGTERM too.
        varied: Whether the run goes on with another number of jobs and backend each time.
    """

    recipe: str = "default"
    way: str = "evolve"
    n_jobs: int = 1
    loky: bool = False
    litellm: bool = False
    cached: bool = False
    fickle: bool = False
    softly: bool = False
    varied: bool = False
    calls: int = 130


@dataclass(frozen=True)
class Outcome:
    """What became of a run that was killed: how often, and how many calls it made beyond an uninterrupted one."""

    kills: int
    again: int


def environment(folder: Path) -> dict[str, str]:
    """Variables of a process that finds the checkout as if it were installed, also in its worker processes."""
    package = folder / "installed" / "evoprompt"
    package.mkdir(parents=True, exist_ok=True)
    for part in [*(ROOT / "evoprompt").iterdir(), *(ROOT / name for name in ("operators", "plots", "benchmarks"))]:
        if not (package / part.name).is_symlink():
            (package / part.name).symlink_to(part)
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(package.parent), str(HERE)])}


def script(server: StubServer, *, fickle: bool) -> None:
    """How the server answers: a digit to the task's questions, and prompts to those of operators."""
    call = "{call}" if fickle else "none"
    written = WRITTEN.replace("{call}", call)
    server.script(
        Reply("{bit}" + (" {call}" if fickle else ""), model="reader", alike=not fickle),
        Reply(f"<prompt>{written}</prompt>", model="writer", when="<prompt>", alike=not fickle),
        Reply(written, model="writer", alike=not fickle),
    )


def started(case: Case, server: StubServer, out: Path, n_jobs: int, *, loky: bool) -> subprocess.Popen[str]:
    """The script, its imports done."""
    cache = str(out.parent / f"{out.name}-cache") if case.cached else None
    asked = {
        **asdict(case),
        "n_jobs": n_jobs,
        "loky": loky,
        "out": str(out),
        "cache": cache,
        "api_base": server.api_base,
    }
    process = subprocess.Popen(
        [sys.executable, str(HERE / "killed_run.py"), json.dumps(asked)],
        stdout=subprocess.PIPE,
        stderr=(out.parent / f"{out.name}-said").open("a"),
        env=environment(out.parent),
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n", (out.parent / f"{out.name}-said").read_text()
    return process


def ended(process: subprocess.Popen[str]) -> int:
    code = process.wait(PATIENCE)
    assert process.stdout is not None
    process.stdout.close()
    return code


def play(case: Case, server: StubServer, folder: Path, chance: random.Random, kills: int) -> Outcome:
    """One run killed up to so often, beside one that is not; asserts what exact resume promises."""
    jobs = max(1, case.n_jobs)
    whole, calls = b"", 0
    if not case.fickle:
        script(server, fickle=False)
        began = time.monotonic()
        assert ended(started(case, server, folder / "whole", jobs, loky=case.loky)) == 0
        whole, calls = record_of(folder / "whole"), server.calls
        seconds = time.monotonic() - began
    script(server, fickle=case.fickle)
    out, done, most, closed = folder / "killed", 0, 0, b""
    seconds = 1.0 if case.fickle else seconds
    while True:
        n_jobs, loky = jobs, case.loky
        if case.varied:
            n_jobs, loky = chance.choice([1, 3, 8]), chance.random() < 0.2
        process = started(case, server, out, n_jobs, loky=loky)
        if done < kills:
            wait(server, chance, max(1, case.calls // kills), seconds, process)
            hit(process, chance, softly=case.softly)
        code = ended(process)
        # Worker processes are at their next quick calls before a busy main process has kept what they sent.
        most += n_jobs * (8 if loky else 1) if code not in (0, 130) else 0
        said = (folder / "killed-said").read_text()
        assert "Traceback" not in said or case.softly, said
        assert code in (0, 130, -signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT, 1) and (code != 1 or case.softly), (
            said
        )
        if not code:
            break
        done += 1
        kept = generations(out)
        assert kept.startswith(closed) or not case.fickle
        closed = max(closed, kept, key=len)
    final = record_of(out)
    if case.fickle:
        assert final.startswith(closed)
        again = check_answers(server, Record.read(out))
    else:
        again = server.calls - calls
        assert final == whole, difference(whole, final)
    assert 0 <= again <= most, f"{again} calls were made again after {done} kills"
    if case.way == "command":
        assert (out / "prompt.txt").exists()
    return Outcome(done, again)


def wait(server: StubServer, chance: random.Random, step: int, seconds: float, process: subprocess.Popen[str]) -> None:
    """Until a random moment: after so many calls, or so much time."""
    if chance.random() < 0.3:
        time.sleep(chance.uniform(0, seconds / 3))
        return
    aim = server.calls + chance.randrange(2 * step + 1)
    while server.calls < aim and process.poll() is None:
        time.sleep(0.001)
    time.sleep(chance.uniform(0, 0.02))


def hit(process: subprocess.Popen[str], chance: random.Random, *, softly: bool) -> None:
    """End it, one way or another."""
    kind = chance.choice(["kill", "int", "int twice", "int, kill", "term"]) if softly else "kill"
    if kind.startswith("int"):
        process.send_signal(signal.SIGINT)
        time.sleep(chance.uniform(0, 0.01))
    if kind == "int twice":
        process.send_signal(signal.SIGINT)
    if kind == "term":
        process.terminate()
    if "kill" in kind:
        process.kill()


def record_of(folder: Path) -> bytes:
    return b"".join(map(encode, without_times(Record.read(folder))))


def generations(folder: Path) -> bytes:
    """The record up to its last whole generation."""
    if not (folder / FILE).exists() or b"\n" not in (folder / FILE).read_bytes():
        return b""
    lines = without_times(Record.read(folder))
    last = max((place for place, line in enumerate(lines, 1) if line["kind"] == "generation"), default=0)
    return b"".join(map(encode, lines[:last]))


def check_answers(server: StubServer, record: Record) -> int:
    """Check that a record holds answers that the server gave, each the last to its question; give the calls lost.

    A question that was asked again had no answer that was kept.
    """
    bodies = [json.dumps(request["body"]) for request in server.requests]
    last = {body: number for number, body in enumerate(bodies, 1)}
    for line in record.of("evaluation"):
        for output in line["outputs"]:
            number = int(output.split()[1])
            assert last[bodies[number - 1]] == number, "an answer that was kept was asked for again"
    again = sum(times - 1 for times in Counter(bodies).values())
    end = record.one("end")
    assert end is not None
    lost = len(bodies) - sum(each["calls"] for each in end["usage"].values())
    assert lost <= again, f"{lost} calls are in no record, and {again} questions were asked again"
    return again


def difference(one: bytes, other: bytes) -> str:
    for number, (left, right) in enumerate(zip(one.splitlines(), other.splitlines(), strict=False), 1):
        if left != right:
            return f"line {number}:\n{left.decode()}\n{right.decode()}"
    return f"{one.count(10)} lines and {other.count(10)}"


def cases() -> list[Case]:
    """All that the judge may think of."""
    return [
        *(Case(recipe, n_jobs=n_jobs) for recipe in RECIPES for n_jobs in (1, 8, 64)),
        *(Case(recipe, n_jobs=8, fickle=True) for recipe in RECIPES),
        *(Case(recipe, n_jobs=2, loky=True) for recipe in RECIPES),
        *(
            Case(recipe, way, n_jobs=n)
            for way, n, recipe in zip(("loop", "command") * 3, (1, 8) * 3, RECIPES, strict=True)
        ),
        *(Case("evoprompt-ga", n_jobs=n_jobs, cached=True) for n_jobs in (1, 8)),
        *(Case("default", way, n_jobs=4, softly=True) for way in ("evolve", "loop", "command")),
        *(Case(recipe, varied=True) for recipe in ("promptbreeder", "evoprompt-de")),
        *(Case("evoprompt-ga", n_jobs=n_jobs, litellm=True) for n_jobs in (1, 8)),
    ]


def main(kills: int = 200, seed: int = 0) -> None:
    """Play all cases, and say what came of each."""
    chance, total, every = random.Random(seed), 0, cases()
    with StubServer(delay=0.005) as server:
        for case in every:
            with tempfile.TemporaryDirectory() as folder:
                outcome = play(case, server, Path(folder), chance, max(1, kills // len(every)))
            total += outcome.kills
            print(f"{outcome.kills} kills, {outcome.again} calls again: {case}", flush=True)
    print(f"{total} kills, and every record as if there had been none")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
