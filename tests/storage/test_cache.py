from __future__ import annotations

import itertools
import os
import signal
import sqlite3
import threading
from collections import Counter
from dataclasses import dataclass

import joblib
import pytest
from test_resume import child
from toys import ToyModel, Watched, lines_of, run, toy_recipe, toy_task

from evoprompt.models.model import Completion, Refused, Request
from evoprompt.plan.budget import Budget
from evoprompt.run import blocks
from evoprompt.search.strategies import HillClimb
from evoprompt.storage.cache import cached
from evoprompt.storage.store import StoreError

SMALL = toy_task(20)
SHORT = toy_recipe(strategy=HillClimb, steps=2, fill=None)


def test_a_second_run_pays_for_nothing_the_first_one_asked(tmp_path):
    first, second = Watched(), Watched()
    one = run(SMALL, recipe=SHORT, model=first, cache=tmp_path / "cache")
    two = run(SMALL, recipe=SHORT, model=second, cache=tmp_path / "cache", n_jobs=8)
    assert first.requests
    assert second.requests == []
    assert two.total.calls == two.total.tokens == 0
    assert one.best == two.best
    assert str(one).split("Spent")[0] == str(two).split("Spent")[0]


def test_what_a_killed_run_paid_for_counts_as_paid_though_only_the_cache_has_it(tmp_path):
    settings = {"recipe": toy_recipe(size=4), "budget": Budget(calls=150)}
    whole, keep = lines_of(run(SMALL, cache=tmp_path / "other", **settings)), blocks._Keeper.keep
    for kill_at in (3, 30, 75):
        folder, number = tmp_path / str(kill_at), itertools.count(1)

        def kill(keeper, outcome, number=number, kill_at=kill_at):
            if next(number) == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
            keep(keeper, outcome)

        def go(folder=folder, kill=kill):
            blocks._Keeper.keep = kill
            run(SMALL, cache=tmp_path / f"{folder.name}-cache", run_dir=folder, **settings)

        assert child(go) == signal.SIGKILL
        result = run(SMALL, cache=tmp_path / f"{folder.name}-cache", run_dir=folder, **settings)
        assert lines_of(result) == whole


def test_a_run_with_another_seed_pays_for_what_is_new_alone(tmp_path):
    model = Watched()
    for seed in (0, 1):
        run(SMALL, recipe=SHORT, model=model, cache=tmp_path / "cache", seed=seed)
    assert max(Counter(request.digest for request in model.requests).values()) == 1


def test_models_with_another_name_or_identity_share_nothing(tmp_path):
    request = Request(prompt="Say hello.")

    @dataclass
    class Named:
        name: str
        identity: str
        calls: int = 0

        def complete(self, request):
            self.calls += 1
            return Completion(f"hello from {self.identity}")

    one, other, same = Named("m", "m at A"), Named("m", "m at B"), Named("m", "m at A")
    assert cached(one, tmp_path / "c").complete(request).text == "hello from m at A"
    assert cached(other, tmp_path / "c").complete(request).text == "hello from m at B"
    assert cached(same, tmp_path / "c").complete(request).text == "hello from m at A"
    assert (one.calls, other.calls, same.calls) == (1, 1, 0)


def test_requests_that_differ_in_anything_have_answers_of_their_own(tmp_path):
    model = Watched(ToyModel())
    model.complete = lambda request: model.requests.append(request) or Completion("x")  # type: ignore[method-assign]
    kept = cached(model, tmp_path / "c")
    requests = [
        Request(prompt="a"),
        Request(prompt="b"),
        Request(prompt="a", temperature=0.5),
        Request(prompt="a", temperature=0.5, draw=1),
        Request(prompt="a", max_tokens=3),
        Request(prompt="a", top_p=0.5),
        Request(prompt="a", stop=("\n",)),
        Request(prompt="a", choices=("x",)),
    ]
    for request in (*requests, *requests):
        kept.complete(request)
    assert model.requests == requests


def test_refusals_are_asked_again(tmp_path):
    class Prude(ToyModel):
        calls = 0

        def complete(self, request):
            self.calls += 1
            raise Refused("no")

    model = Prude()
    for _ in range(2):
        with pytest.raises(Refused):
            cached(model, tmp_path / "c").complete(Request(prompt="a"))
    assert model.calls == 2


def test_a_kept_answer_is_the_same_but_for_what_it_takes(tmp_path):
    class Full(ToyModel):
        def complete(self, request):
            return Completion("a\ud800\x00b", 7, 8, 0.5, 3, True, (-1.0, float("-inf")))

    kept = cached(Full(), tmp_path / "c")
    first, again = kept.complete(Request(prompt="a")), kept.complete(Request(prompt="a"))
    assert (first.text, first.cut, first.choice_logprobs) == (again.text, again.cut, again.choice_logprobs)
    assert (again.calls, again.tokens_in, again.tokens_out, again.dollars) == (0, 0, 0, 0.0)


def test_many_threads_share_a_cache(tmp_path):
    kept = cached(Watched(), tmp_path / "c")
    texts = [f"{number // 4}\n\nNumber: {number // 4}\n" for number in range(200)]
    threads = [threading.Thread(target=lambda t=text: kept.complete(Request(prompt=t))) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sqlite3.connect(tmp_path / "c").execute("SELECT count(*) FROM answers").fetchone()[0] == 50


def test_worker_processes_share_a_cache(tmp_path):
    run(SMALL, recipe=SHORT, cache=tmp_path / "cache")
    with joblib.parallel_config(backend="loky", n_jobs=2):
        again = run(SMALL, recipe=SHORT, cache=tmp_path / "cache")
    assert again.total.calls == 0


def test_a_file_that_is_no_cache_is_refused_and_left_alone(tmp_path):
    file = tmp_path / "c"
    file.write_text("This is a letter of 1,000 words. " * 40)
    with pytest.raises(StoreError, match="is no cache of evoprompt, or is damaged"):
        cached(ToyModel(), file)
    assert file.read_text().startswith("This is a letter")


def test_a_changed_answer_is_found_out(tmp_path):
    kept = cached(Watched(), tmp_path / "c")
    request = Request(prompt="Even?\n\nNumber: 3\n")
    kept.complete(request)
    db = sqlite3.connect(tmp_path / "c")
    db.execute("UPDATE answers SET value = value || ' '")
    db.commit()
    with pytest.raises(StoreError, match="is damaged"):
        kept.complete(request)
