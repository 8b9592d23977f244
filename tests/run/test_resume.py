from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import traceback
from collections import Counter
from functools import partial
from pathlib import Path

import joblib
import pytest
from toys import (
    CROSSER,
    REWRITE,
    REWRITER,
    SWAPPER,
    ToyModel,
    Watched,
    lines_of,
    made_by,
    run,
    started,
    toy_recipe,
    toy_task,
)

from evoprompt.genome import Genome
from evoprompt.models.model import Completion, ModelUnavailable, Refused
from evoprompt.plan.budget import Budget
from evoprompt.run.evolution import NothingEvaluated
from evoprompt.search.allocation import Minibatch
from evoprompt.search.strategies import Differential, HillClimb, SteadyState
from evoprompt.storage.record import FILE, Record, encode, without_times
from evoprompt.storage.store import FILE as STORE
from evoprompt.storage.store import StoreError

pytestmark = pytest.mark.usefixtures("small_budgets")  # these look at what a run does, not at what it finds

SMALL = toy_task(20)  # 5 train, 10 dev, 5 test
RECIPE = toy_recipe({REWRITER: 2.0, CROSSER: 1.0, SWAPPER: 1.0}, size=4)
BUDGET = Budget(calls=150)


class Logged(ToyModel):
    """Writes each request down before it is answered, and each answer after; may answer differently each time."""

    def __init__(self, log: Path, *, fickle: bool = False, kill_at: int = 0) -> None:
        self.log, self.fickle, self.kill_at = log, fickle, kill_at
        self.lock, self.number = threading.Lock(), 0

    def complete(self, request):
        with self.lock:
            self.number += 1
            number = self.number
            with self.log.open("a") as file:
                file.write(request.digest + "\n")
        if number == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        completion = super().complete(request)
        if not self.fickle:
            return completion
        noise = os.urandom(2).hex()
        if request.text.startswith(REWRITE):
            return Completion(f"{completion.text} {noise}", 5, 5)
        return Completion(random.SystemRandom().choice(["even", "odd"]) + " ", 5, 5)


def child(function) -> int:
    """Run a function in a forked process, and give the signal that ended it, or 0."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            function()
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    _, status = os.waitpid(pid, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def record_of(folder: Path) -> bytes:
    return b"".join(map(encode, without_times(Record.read(folder))))


def asked(log: Path) -> Counter[str]:
    return Counter(log.read_text().split()) if log.exists() else Counter()


@pytest.mark.parametrize(
    ("recipe", "n_jobs"),
    [
        (RECIPE, 8),
        (toy_recipe(strategy=Differential), 1),
        (toy_recipe(strategy=SteadyState, allocation=Minibatch(6, redraw=True)), 1),
        pytest.param(toy_recipe(strategy=SteadyState, allocation=Minibatch(6, redraw=True)), 8, marks=pytest.mark.slow),
        pytest.param(toy_recipe(strategy=HillClimb), 8, marks=pytest.mark.slow),
    ],
)
def test_a_run_killed_at_any_call_goes_on_to_the_record_of_one_never_interrupted(tmp_path, recipe, n_jobs):
    never_interrupted = run(SMALL, recipe=recipe, budget=BUDGET)
    whole = lines_of(never_interrupted)
    for number, kill_at in enumerate(range(1, never_interrupted.total.calls + 1, 12)):
        folder, log = tmp_path / f"run{number}", tmp_path / f"log{number}"

        def go(kill_at=0, folder=folder, log=log):
            model = Logged(log, kill_at=kill_at)
            run(SMALL, recipe=recipe, budget=BUDGET, model=model, run_dir=folder, n_jobs=n_jobs)

        assert child(lambda go=go, k=kill_at: go(k)) == signal.SIGKILL
        assert child(go) == 0
        assert record_of(folder) == whole
        paid_twice = sum(asked(log).values()) - len(asked(log))
        assert paid_twice <= n_jobs


def test_a_run_killed_again_and_again_at_random_moments_is_the_same_in_the_end(tmp_path):
    whole = lines_of(run(SMALL, recipe=RECIPE, budget=BUDGET))
    chance = random.Random(0)
    kills = 0
    for number in range(200):  # a quick machine ends most of its runs before they are killed
        if number >= 8 and kills > 20:
            break
        folder, longest = tmp_path / f"run{number}", 0.04

        def go(seconds, n_jobs, folder=folder):
            signal.setitimer(signal.ITIMER_REAL, seconds)  # its signal ends the process at once
            run(SMALL, recipe=RECIPE, budget=BUDGET, run_dir=folder, n_jobs=n_jobs)

        while child(partial(go, chance.uniform(0.001, longest), chance.choice([1, 4]))):
            kills += 1
            longest *= 1.1  # on a busy machine even reading back takes longer
        assert record_of(folder) == whole
    assert kills > 20


@pytest.mark.parametrize("n_jobs", [1, 8])
def test_answers_of_a_model_that_never_answers_twice_alike_are_kept(tmp_path, n_jobs):
    def go(kill_at=0):
        model = Logged(tmp_path / "log", fickle=True, kill_at=kill_at)
        run(SMALL, recipe=RECIPE, budget=BUDGET, model=model, run_dir=tmp_path / "run", n_jobs=n_jobs)

    kept = []
    for _ in range(4):
        assert child(lambda: go(30)) == signal.SIGKILL
        kept.append(record_of(tmp_path / "run"))
    assert child(go) == 0
    whole = record_of(tmp_path / "run")
    assert all(whole.startswith(part) for part in kept)
    answered = asked(tmp_path / "log")
    assert sum(answered.values()) - Record.read(tmp_path / "run").one("end")["usage"]["task"]["calls"] >= 0
    usage = Record.read(tmp_path / "run").one("end")["usage"]
    assert 0 <= sum(answered.values()) - sum(each["calls"] for each in usage.values()) <= 4 * n_jobs


def test_a_finished_run_is_given_again_without_a_call(tmp_path):
    first = run(SMALL, run_dir=tmp_path)
    before = (tmp_path / FILE).read_bytes()
    model = Watched()
    again = run(SMALL, run_dir=tmp_path, model=model)
    assert model.requests == []
    assert str(again) == str(first)
    assert (again.best, again.usage, again.history) == (first.best, first.usage, first.history)
    assert (tmp_path / FILE).read_bytes() == before


def test_another_number_of_jobs_may_go_on(tmp_path):
    whole = lines_of(run(SMALL, recipe=RECIPE, budget=BUDGET))

    def go(n_jobs, kill_at=0):
        model = Logged(tmp_path / "log", kill_at=kill_at)
        run(SMALL, recipe=RECIPE, budget=BUDGET, model=model, run_dir=tmp_path / "run", n_jobs=n_jobs)

    for n_jobs in (1, 8, 3):
        assert child(lambda n=n_jobs: go(n, 40)) == signal.SIGKILL
    assert child(lambda: go(2)) == 0
    assert record_of(tmp_path / "run") == whole


def test_a_run_goes_on_in_worker_processes(tmp_path):
    whole = lines_of(run(SMALL, budget=BUDGET))

    def until_call_60():
        run(SMALL, budget=BUDGET, model=Logged(tmp_path / "log", kill_at=60), run_dir=tmp_path / "run", n_jobs=4)

    assert child(until_call_60) == signal.SIGKILL
    with joblib.parallel_config(backend="loky", n_jobs=2):
        run(SMALL, budget=BUDGET, run_dir=tmp_path / "run")
    assert record_of(tmp_path / "run") == whole


def test_a_birth_goes_on_after_the_calls_it_was_given(tmp_path):
    asked = []

    def chatty(parents, context):
        texts = [context.ask(f"{REWRITE}{parents[0].genome['instruction']} {i}") for i in range(3)]
        return Genome(texts[-1])

    def fail_at(number, request):
        asked.append(request.digest)
        if number == 25:
            raise ModelUnavailable("down")

    recipe = toy_recipe(made_by(chatty, calls=3), fill=made_by(chatty, calls=3))
    with pytest.raises(ModelUnavailable):
        run(SMALL, recipe=recipe, model=Watched(on_call=fail_at), run_dir=tmp_path)
    run(SMALL, recipe=recipe, model=Watched(on_call=lambda _, request: asked.append(request.digest)), run_dir=tmp_path)
    again = [digest for digest, times in Counter(asked).items() if times > 1]
    assert len(again) == 1  # the one that failed


@pytest.mark.parametrize("n_jobs", [1, 8])
def test_a_run_that_lost_its_model_goes_on_and_counts_the_calls_that_came_to_nothing(tmp_path, n_jobs):
    def unavailable(number, request):
        if number >= 50:
            raise ModelUnavailable("the network is down", calls=6)

    with pytest.raises(ModelUnavailable):
        run(SMALL, model=Watched(on_call=unavailable), run_dir=tmp_path, n_jobs=n_jobs)
    result = run(SMALL, run_dir=tmp_path, n_jobs=n_jobs)
    paid = sum(line["usage"]["calls"] for kind in ("birth", "evaluation") for line in result.record.of(kind))
    lost = result.usage["task"].calls + result.usage["operator"].calls - paid
    assert lost >= 6
    assert lost % 6 == 0
    assert result.total.calls <= 400


@pytest.mark.parametrize("n_jobs", [1, 8])
def test_an_interrupted_run_goes_on_to_the_record_of_one_never_interrupted(tmp_path, n_jobs):
    def interrupt(number, request):
        if number == 70:
            os.kill(os.getpid(), signal.SIGINT)

    partial = run(SMALL, model=Watched(on_call=interrupt), run_dir=tmp_path, n_jobs=n_jobs)
    assert partial.stopped == "interrupted"
    whole = run(SMALL, run_dir=tmp_path, n_jobs=n_jobs)
    assert record_of(tmp_path) == lines_of(run(SMALL))
    assert whole.test is not None


def test_a_run_goes_on_after_a_bug_in_an_operator_was_mended(tmp_path):
    def fine(parents, context):
        return parents[0].genome.with_gene("instruction", context.ask(REWRITE + parents[0].genome["instruction"]))

    def buggy(parents, context):
        if context.history and len(context.history) > 8:
            raise KeyError("oops")
        return fine(parents, context)

    def recipe(function):
        made = made_by(function)
        named = type(made)("mine", made.function, 1, 1)
        return toy_recipe(named, fill=named)

    with pytest.raises(RuntimeError, match="oops"):
        run(SMALL, recipe=recipe(buggy), run_dir=tmp_path)
    run(SMALL, recipe=recipe(fine), run_dir=tmp_path)
    assert record_of(tmp_path) == lines_of(run(SMALL, recipe=recipe(fine)))


# What is refused


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"seed": 1}, "the random seed was 0 and is 1"),
        ({"budget": Budget(calls=149)}, "the budget's calls was 150 and is 149"),
        ({"budget": Budget(calls=150, tokens=9999)}, "the budget's tokens was not set and is 9999"),
        ({"seeds": ["Odd or even?"]}, "the seed prompts was"),
        ({"model": Watched(name="other")}, "the model was 'toy' and is 'other'"),
        ({"operator_model": Watched(name="big")}, "the operator model was 'toy' and is 'big'"),
    ],
)
def test_changed_settings_are_refused_with_what_differs(tmp_path, changes, says):
    run(SMALL, budget=BUDGET, run_dir=tmp_path)
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(ValueError, match=says) as refused:
        run(SMALL, **{"budget": BUDGET, **changes, "run_dir": tmp_path})
    assert "name another folder" in str(refused.value)
    assert (tmp_path / FILE).read_bytes() == before
    run(SMALL, budget=BUDGET, run_dir=tmp_path)


@pytest.mark.parametrize(
    ("task", "says"),
    [
        (toy_task(21), "the train examples changed|the dev examples changed|the test examples changed"),
        (toy_task(20, description="parity"), "the task's description was '' and is 'parity'"),
        (toy_task(20, max_length=99), "the task's max_length was 4000 and is 99"),
        (toy_task(20, scorer=lambda output, example: output == example.target), "the scorer was"),
    ],
)
def test_a_changed_task_is_refused_with_what_differs(tmp_path, task, says):
    run(SMALL, budget=BUDGET, run_dir=tmp_path)
    with pytest.raises(ValueError, match=says):
        run(task, budget=BUDGET, run_dir=tmp_path)


def test_a_second_run_in_the_folder_is_refused_while_the_first_is_at_work(tmp_path):
    first = started(SMALL, run_dir=tmp_path)
    with pytest.raises(StoreError, match="another run works in this folder"):
        started(SMALL, run_dir=tmp_path)

    def other():
        with pytest.raises(StoreError, match="another run works in this folder"):
            started(SMALL, run_dir=tmp_path)

    first.close()
    run(SMALL, run_dir=tmp_path)
    first = started(SMALL, run_dir=tmp_path)
    code = (
        f"import sys; sys.path[:0] = {sys.path!r}\n"
        f"import toys; toys.started(toys.toy_task(20), run_dir={str(tmp_path)!r})"
    )
    there = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "another run works in this folder" in there.stderr
    first.close()


def test_a_record_without_its_answers_is_left_alone(tmp_path):
    run(SMALL, run_dir=tmp_path)
    (tmp_path / STORE).unlink()
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(ValueError, match="holds a record, but not the answers"):
        run(SMALL, run_dir=tmp_path)
    assert (tmp_path / FILE).read_bytes() == before
    assert not (tmp_path / STORE).exists()


def test_a_record_that_was_removed_is_written_anew_without_a_call(tmp_path):
    run(SMALL, run_dir=tmp_path)
    before = record_of(tmp_path)
    (tmp_path / FILE).unlink()
    model = Watched()
    run(SMALL, run_dir=tmp_path, model=model)
    assert model.requests == []
    assert record_of(tmp_path) == before


def test_a_torn_last_line_is_mended(tmp_path):
    run(SMALL, run_dir=tmp_path)
    before = (tmp_path / FILE).read_bytes()
    for cut in (1, 5, 200):
        (tmp_path / FILE).write_bytes(before[:-cut])
        run(SMALL, run_dir=tmp_path)
        assert record_of(tmp_path) == b"".join(map(encode, without_times(map(json.loads, before.splitlines()))))


def test_an_edited_record_is_refused_and_left_as_it_is(tmp_path):
    run(SMALL, run_dir=tmp_path)
    edited = (tmp_path / FILE).read_bytes().replace(b'"fitness": 0.', b'"fitness": 1.', 1)
    (tmp_path / FILE).write_bytes(edited)
    with pytest.raises(ValueError, match=r"record.jsonl line \d+: the run now comes to another line"):
        run(SMALL, run_dir=tmp_path)
    assert (tmp_path / FILE).read_bytes() == edited


def bytes_in(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


@pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 0.9, 0.99])
def test_a_truncated_store_is_refused_before_anything_is_paid_for(tmp_path, share):
    run(SMALL, run_dir=tmp_path)
    store = tmp_path / STORE
    store.write_bytes(store.read_bytes()[: int(share * store.stat().st_size)])
    record = (tmp_path / FILE).read_bytes()
    model = Watched()
    with pytest.raises(StoreError, match="damaged"):
        run(SMALL, run_dir=tmp_path, model=model)
    assert model.requests == []
    assert (tmp_path / FILE).read_bytes() == record


@pytest.mark.parametrize("seed", range(12))
def test_a_store_with_changed_bytes_is_refused_or_is_none_the_worse(tmp_path, seed):
    run(SMALL, run_dir=tmp_path)
    store, record = tmp_path / STORE, record_of(tmp_path)
    chance = random.Random(seed)
    content = bytearray(store.read_bytes())
    start = chance.randrange(len(content) - 64)
    content[start : start + 64] = chance.randbytes(64)
    store.write_bytes(content)
    model = Watched()
    with contextlib.suppress(StoreError, ValueError):
        run(SMALL, run_dir=tmp_path, model=model)
    assert model.requests == []
    assert record_of(tmp_path) == record


def test_answers_lost_from_the_store_are_never_paid_for_in_silence(tmp_path):
    run(SMALL, run_dir=tmp_path)
    record = record_of(tmp_path)
    db = sqlite3.connect(tmp_path / STORE)
    blocks = db.execute("SELECT max(block) FROM kept").fetchone()[0]
    db.close()
    for cut in range(blocks, 0, -1):
        db = sqlite3.connect(tmp_path / STORE)
        db.execute("DELETE FROM kept WHERE block >= ?", (cut,))
        db.commit()
        db.close()
        if cut == blocks:
            continue  # the sealed test alone: nothing after it
        model = Watched()
        with pytest.raises(StoreError, match="has lost answers that"):
            run(SMALL, run_dir=tmp_path, model=model)
        assert model.requests == []
        assert record_of(tmp_path) == record


def test_a_folder_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        run(SMALL, run_dir=tmp_path / "file")


def test_refusals_beyond_the_limit_are_asked_again_when_the_run_goes_on(tmp_path):
    dreaded = [example.fields["number"] for example in SMALL.dev[:3]]

    class Prude(ToyModel):
        def complete(self, request):
            if any(f"Number: {number}\n" in request.text for number in dreaded):
                raise Refused("content filter")
            return super().complete(request)

    first, second = Watched(Prude()), Watched()
    with pytest.raises(NothingEvaluated, match=r"the provider refused \d+ of \d+ answers, more than 10%"):
        run(SMALL, model=first, run_dir=tmp_path)
    result = run(SMALL, model=second, run_dir=tmp_path)
    assert result.refused[0] == 0
    assert result.total.calls == len(first.requests) + len(second.requests) <= 400
    assert lines_of(run(SMALL)).startswith(lines_of(result)[: lines_of(result).index(b'{"kind": "generation"')])


def test_what_was_refused_before_the_model_was_lost_is_not_asked_again(tmp_path):
    dreaded = f"Number: {SMALL.dev[3].fields['number']}\n"
    asked = []

    def refuse(number, request):
        if dreaded in request.text:
            asked.append(request.digest)
            raise Refused("content filter")

    def fail(number, request):
        if number == 65:
            raise ModelUnavailable("the network is down")
        refuse(number, request)

    with pytest.raises(ModelUnavailable):
        run(SMALL, model=Watched(on_call=fail), run_dir=tmp_path)
    result = run(SMALL, model=Watched(on_call=refuse), run_dir=tmp_path)
    assert len(asked) == len(set(asked)) == result.refused[0] > 3
