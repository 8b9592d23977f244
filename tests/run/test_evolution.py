from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import joblib
import numpy as np
import pytest
from deap import base, tools
from toys import (
    CROSSER,
    REWRITE,
    REWRITER,
    SEEDS,
    SWAPPER,
    Fallible,
    ToyModel,
    Watched,
    lines_of,
    logprob_task,
    made_by,
    run,
    started,
    toy_recipe,
    toy_task,
)

from evoprompt.genome import Genome
from evoprompt.models.model import Completion, ModelUnavailable, Refused
from evoprompt.plan.budget import Budget
from evoprompt.plan.limits import RUN_DRY
from evoprompt.run.evolution import evolve
from evoprompt.search.allocation import Minibatch
from evoprompt.search.strategies import Annealing, Beam, Differential, HillClimb, Sampling, SteadyState
from evoprompt.storage.record import Record
from evoprompt.variation.operator import NoChild

pytestmark = pytest.mark.usefixtures("small_budgets")  # these look at what a run does, not at what it finds

HERE = Path(__file__).parents[1]
GOLDEN = HERE / "golden" / "run.jsonl"
SMALL = toy_task(20)  # 5 train, 10 dev, 5 test


def loop(by_hand):
    """The loop as a user writes it."""
    while births := by_hand.ask():
        by_hand.tell(by_hand.evaluate(by_hand.bear(births)))
    return by_hand.finish()


# The same run


@pytest.mark.parametrize(
    "recipe",
    [
        toy_recipe(),
        toy_recipe(strategy=Differential),
        toy_recipe(strategy=SteadyState, allocation=Minibatch(6, redraw=True)),
        toy_recipe(strategy=HillClimb),
        toy_recipe(strategy=Annealing, heat=1.0),
        toy_recipe(strategy=Beam),
        toy_recipe(strategy=Sampling),
    ],
)
def test_one_thread_and_sixty_four_make_the_same_record(recipe):
    records = {lines_of(run(SMALL, recipe=recipe, n_jobs=n_jobs)) for n_jobs in (1, 64)}
    assert len(records) == 1


@pytest.mark.parametrize("n_jobs", [None, 2, 8, -1])
def test_any_number_of_threads_makes_the_same_record(n_jobs):
    assert lines_of(run(SMALL, n_jobs=n_jobs)) == lines_of(run(SMALL, n_jobs=1))


def test_worker_processes_make_the_same_record():
    budget = Budget(calls=150)
    alone = lines_of(run(SMALL, budget=budget))
    with joblib.parallel_config(backend="loky", n_jobs=2):
        assert lines_of(run(SMALL, budget=budget)) == alone


def test_a_record_is_the_same_whatever_the_hash_seed_of_the_process():
    code = (
        f"import sys; sys.path[:0] = {sys.path!r}\n"
        "import toys\n"
        "task = toys.toy_task(20, protected=('even', 'odd'))\n"
        "sys.stdout.buffer.write(toys.lines_of(toys.run(task, n_jobs=4)))"
    )
    there = [
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
        ).stdout
        for hash_seed in ("1", "2")
    ]
    assert there[0] == there[1] == lines_of(run(toy_task(20, protected=("even", "odd"))))


def test_the_same_seed_makes_the_same_record_and_another_seed_another():
    assert lines_of(run(SMALL, seed=1)) == lines_of(run(SMALL, seed=1))
    assert lines_of(run(SMALL, seed=1)) != lines_of(run(SMALL, seed=2)).replace(b'"seed": 2', b'"seed": 1')


def test_a_loop_of_the_users_own_is_the_same_as_evolve():
    result = loop(started(SMALL))
    assert lines_of(result) == lines_of(run(SMALL))
    assert result.best == run(SMALL).best


def test_a_small_run_makes_the_golden_record():
    """Renew the golden record, where a change is meant: `EVOPROMPT_RENEW_GOLDEN=1 pytest tests/test_evolution.py`."""
    recipe = toy_recipe({REWRITER: 2.0, CROSSER: 1.0, SWAPPER: 1.0}, size=4)
    made = lines_of(run(toy_task(12), model=Fallible(), recipe=recipe, budget=Budget(calls=100)))
    if os.environ.get("EVOPROMPT_RENEW_GOLDEN"):
        GOLDEN.write_bytes(made)
    assert made == GOLDEN.read_bytes()


def test_the_callers_chance_is_neither_used_nor_moved():
    random.seed(5)
    np.random.seed(5)
    state, numpy_state = random.getstate(), np.random.get_state()[1].tolist()
    first = lines_of(run(SMALL))
    assert random.getstate() == state
    assert np.random.get_state()[1].tolist() == numpy_state
    random.seed(6)
    assert lines_of(run(SMALL)) == first


# What a run finds


def test_a_run_finds_a_better_prompt():
    result = run(toy_task(120), budget=Budget(calls=3000))
    assert result.improved
    assert result.best.score > result.seed.score
    assert result.best.score == max(line["fitness"] for line in result.record.of("evaluation"))


def test_operators_that_only_copy_keep_the_score_of_the_seed():
    def copy(parents, context):
        return parents[0].genome

    result = run(SMALL, recipe=toy_recipe(made_by(copy, calls=0), fill=None))
    assert not result.improved
    assert result.best.genome["instruction"] in SEEDS


def test_of_equal_scores_the_seed_is_kept():
    class Constant(ToyModel):
        def complete(self, request):
            return super().complete(request) if request.text.startswith(REWRITE) else Completion("even")

    assert not run(SMALL, model=Constant()).improved


def test_the_best_is_of_the_present_population_where_every_generation_has_other_examples():
    result = run(recipe=toy_recipe(allocation=Minibatch(5, redraw=True), strategy=SteadyState))
    assert result.best in result.population


def test_a_users_toolbox_is_used_in_the_run():
    seen = []

    def first(population, k):
        seen.append(len(population))
        return list(population)[:1] * k

    toolbox = base.Toolbox()
    toolbox.register("select", first)
    result = run(SMALL, toolbox=toolbox, recipe=toy_recipe(REWRITER))
    assert seen
    assert lines_of(result) != lines_of(run(SMALL, recipe=toy_recipe(REWRITER)))


@pytest.mark.parametrize("select", [tools.selRoulette, tools.selTournament, tools.selNSGA2])
def test_deaps_selections_in_a_toolbox_do_not_move_the_callers_chance(select):
    toolbox = base.Toolbox()
    toolbox.register("select", select, **({"tournsize": 2} if select is tools.selTournament else {}))
    random.seed(5)
    state = random.getstate()
    assert run(SMALL, toolbox=toolbox).best.score > 0
    assert random.getstate() == state


def test_a_custom_operator_in_a_script_makes_the_children():
    def shout(parents, context):
        return parents[0].genome.with_gene("instruction", parents[0].genome["instruction"].upper())

    result = run(SMALL, recipe=toy_recipe(made_by(shout, calls=0), fill=None))
    assert any(birth["operator"] == "shout" and birth["child"] for birth in result.record.of("birth"))


# What operators see


def test_dev_and_test_examples_are_never_shown_to_an_operator_by_its_task():
    seen = []

    def spy(parents, context):
        seen.append(context.task)
        return parents[0].genome.with_gene("instruction", f"Try {context.rng.random()}")

    task = toy_task(20)
    run(task, recipe=toy_recipe(made_by(spy, calls=0)), budget=Budget(calls=100))
    assert seen
    assert all(each.train == task.train for each in seen)
    assert all(each.dev == each.test == () for each in seen)


def test_shots_come_from_train_and_from_nowhere_else():
    def show(parents, context):
        drawn = context.rng.choice(context.task.train)
        return parents[0].genome.with_shots([*parents[0].genome.shots, drawn.as_shot()])

    task = toy_task(40)
    train = [{"number": example.fields["number"]} for example in task.train]
    dev_and_test = {example.fields["number"] for example in (*task.dev, *task.test)}
    result = run(task, recipe=toy_recipe(made_by(show, calls=0), fill=made_by(show, calls=0)))
    shots = [shot for birth in result.record.of("birth") if birth["child"] for shot in birth["genome"].get("shots", [])]
    assert shots
    assert all(shot["fields"] in train for shot in shots)
    assert not any(shot["fields"]["number"] in dev_and_test for shot in shots)


def test_operators_see_the_past_of_the_run_and_of_the_parent_in_order():
    seen = []

    def historian(parents, context):
        seen.append((parents[0], list(context.history), list(context.lineage)))
        return parents[0].genome.with_gene("instruction", f"Try {context.rng.random()}")

    run(SMALL, recipe=toy_recipe(made_by(historian, calls=0)), budget=Budget(calls=200))
    for parent, history, lineage in seen:
        assert [past.genome for past in history[:2]] == [Genome(text) for text in SEEDS]
        assert lineage[-1] == (parent.genome, parent.score)
        assert set(lineage) <= set(history)
        assert [history.index(past) for past in lineage] == sorted(history.index(past) for past in lineage)
    assert max(len(lineage) for _, _, lineage in seen) > 2


# Births that fail


def test_failed_births_are_recorded_with_their_reasons_and_adopt_nobody():
    def fails(parents, context):
        raise NoChild("nothing left to delete")

    result = run(SMALL, recipe=toy_recipe({REWRITER: 1.0, made_by(fails, calls=0): 1.0}))
    failed = [birth for birth in result.record.of("birth") if birth["operator"] == "fails"]
    assert failed
    for birth in failed:
        assert (birth["child"], birth["genome"]) == (None, None)
        assert birth["rejected"] == ["nothing left to delete"] * 3
        assert birth["parents"]
    assert result.failed_births[0] == sum(birth["child"] is None for birth in result.record.of("birth")) >= len(failed)
    assert result.failed_births[1] == len(list(result.record.of("birth")))


@pytest.mark.parametrize("calls", [0, 1])
def test_a_search_that_finds_nothing_new_comes_to_an_end(calls):
    def nothing(parents, context):
        if calls:
            context.ask(REWRITE + "x")
        raise NoChild("no idea")

    by_hand = started(SMALL, recipe=toy_recipe(made_by(nothing, calls=calls), fill=None))
    for _ in range(1000):
        if not (births := by_hand.ask()):
            break
        by_hand.tell(by_hand.evaluate(by_hand.bear(births)))
    result = by_hand.finish()
    assert result.stopped.startswith(
        "42 births in a row came to nothing, mostly: no idea; look at the operator model toy"
        if calls
        else f"{RUN_DRY} generations in a row brought no new prompt"
    )
    assert result.test is not None


def test_a_prompt_that_is_known_is_not_paid_twice():
    model = Watched()
    result = run(SMALL, model=model, recipe=toy_recipe(SWAPPER, fill=None, size=4), seeds=["a b", "c d"])
    assert len(set(model.requests)) == len(model.requests)
    assert len(model.requests) == 4 * 10 + 5 * len({result.seed.genome, result.best.genome})


def test_a_child_that_differs_in_hidden_genes_alone_is_answered_for_nothing():
    model = Watched()
    seeds = [Genome("a", hidden={"memory": "1"}), Genome("a", hidden={"memory": "2"})]
    by_hand = started(SMALL, model=model, seeds=seeds)
    evaluated = by_hand.evaluate(by_hand.bear(by_hand.ask()))
    assert len(evaluated) == 2
    assert len(model.requests) == 10


# Broken systems


@pytest.mark.parametrize("n_jobs", [1, 8])
def test_a_bug_in_an_operator_stops_the_run_with_its_name(n_jobs, tmp_path):
    def buggy(parents, context):
        raise KeyError("oops")

    with pytest.raises(RuntimeError, match=r"operator 'buggy' failed at birth 0/\d/\d: KeyError\('oops'\)"):
        run(SMALL, recipe=toy_recipe({REWRITER: 1.0, made_by(buggy): 1.0}), n_jobs=n_jobs, run_dir=tmp_path)
    assert Record.read(tmp_path).one("end") is None


def test_an_operator_beyond_its_declared_calls_stops_the_run_with_its_name():
    def greedy(parents, context):
        for _ in range(3):
            context.ask(REWRITE + "x")

    with pytest.raises(RuntimeError, match=r"operator 'greedy' made more model calls than it declared"):
        run(SMALL, recipe=toy_recipe(made_by(greedy, calls=2)))


def unavailable_from(first):
    def on_call(number, request):
        if number >= first:
            raise ModelUnavailable("the key of openai/stub is wrong")

    return Watched(on_call=on_call)


@pytest.mark.parametrize("n_jobs", [1, 8])
@pytest.mark.parametrize("first", [1, 15, 25, 100])
def test_a_model_that_is_unavailable_stops_the_run_with_its_sentence(n_jobs, first, tmp_path):
    model = unavailable_from(first)
    with pytest.raises(ModelUnavailable, match=r"^the key of openai/stub is wrong$"):
        run(SMALL, model=model, n_jobs=n_jobs, run_dir=tmp_path)
    record = Record.read(tmp_path)
    assert record.lines[0]["kind"] == "run"
    assert record.one("end") is None
    assert len(model.requests) < first + 2 * n_jobs
    if first == 100:
        assert record.one("generation") is not None


@pytest.mark.parametrize(("first", "births", "evaluations"), [(15, 2, 1), (23, 4, 2), (30, 6, 2), (40, 6, 3)])
def test_what_arrived_before_the_model_was_unavailable_is_counted_and_recorded(first, births, evaluations):
    by_hand = started(SMALL, model=unavailable_from(first))
    with pytest.raises(ModelUnavailable):
        loop(by_hand)
    assert by_hand.ledger.total.calls == first  # the call that failed was sent, too
    assert len(list(by_hand.record.of("birth"))) == births
    assert len(list(by_hand.record.of("evaluation"))) == evaluations
    whole = lines_of(run(SMALL))
    assert whole.startswith(lines_of(by_hand))


@pytest.mark.parametrize("n_jobs", [1, 8])
def test_births_that_arrived_before_an_operator_failed_are_recorded_in_the_order_of_the_plan(n_jobs):
    def buggy(parents, context):
        raise KeyError("oops")

    by_hand = started(SMALL, recipe=toy_recipe({REWRITER: 3.0, made_by(buggy): 1.0}), n_jobs=n_jobs)
    with pytest.raises(RuntimeError, match="operator 'buggy' failed"):
        loop(by_hand)
    seeds = [birth["seed"] for birth in by_hand.record.of("birth")]
    assert seeds == sorted(seeds)
    calls = sum(birth["usage"]["calls"] for birth in by_hand.record.of("birth"))
    assert by_hand.ledger.used["operator"].calls == calls > 0


def test_answers_that_arrived_before_the_scorer_failed_are_counted():
    def scorer(output, example):
        return {"even": 1.0, "": 0.0}[output]

    by_hand = started(toy_task(20, scorer=scorer))
    with pytest.raises(RuntimeError, match="the scorer 'scorer' failed"):
        loop(by_hand)
    assert by_hand.ledger.used["task"].calls > 0


def test_a_model_that_fails_at_the_sealed_test_leaves_the_search_on_record(tmp_path):
    model = Watched()
    run(SMALL, model=model)
    searched = len(model.requests) - 10
    with pytest.raises(ModelUnavailable):
        run(SMALL, model=unavailable_from(searched + 1), run_dir=tmp_path)
    assert Record.read(tmp_path).one("generation")["best_fitness"] > 0


def test_a_bug_in_the_users_scorer_stops_the_run_with_the_example():
    def scorer(output, example):
        return {"even": 1.0, "": 0.0}[output]

    with pytest.raises(RuntimeError, match=r"the scorer 'scorer' failed on example '\d+': KeyError\('odd'\)"):
        run(toy_task(20, scorer=scorer), n_jobs=4)


def test_a_score_out_of_range_stops_the_run_with_the_example():
    with pytest.raises(ValueError, match=r"a score is from 0 to 1; on example '\d+' the scorer returned nan"):
        run(toy_task(20, scorer=lambda output, example: float("nan")))


def test_a_fitness_that_is_no_number_is_refused_at_tell():
    with pytest.raises(ValueError, match=r"tell\(\) got genome \w+ with the fitness \(nan,\)"):
        run(SMALL, recipe=toy_recipe(fitness=lambda evaluation: float("nan")))


def test_refused_answers_score_0_and_are_counted_and_the_run_goes_on():
    task = toy_task(20)
    dreaded = f"Number: {task.dev[3].fields['number']}\n"

    class Prude(ToyModel):
        def complete(self, request):
            if dreaded in request.text:
                raise Refused("content filter")
            return super().complete(request)

    result = run(task, model=Prude())
    assert result.refused[0] > 0
    assert result.stopped.startswith("the budget of 400 calls is spent")
    asked = result.usage["task"].calls + result.usage["test"].calls
    assert result.refused[1] == asked
    for line in result.record.of("evaluation"):
        assert line["refused"] == [task.dev[3].id]
        assert line["scores"][3] == 0
    assert "refused by the provider and scored 0" in str(result)


# The budget


@pytest.mark.parametrize("n_jobs", [1, 8])
@pytest.mark.parametrize("spread", range(3))
def test_calls_are_never_exceeded_and_the_sealed_test_is_made(n_jobs, spread):
    class Stubborn(Fallible):
        """Copies half of the prompts back, so that births use up their tries."""

        def complete(self, request):
            if request.text.startswith(REWRITE) and request.draw % 2:
                return Completion(request.text[len(REWRITE) :])
            return super().complete(request)

    for calls in range(30 + spread, 130, 7):
        model = Watched(Stubborn())
        result = run(SMALL, model=model, n_jobs=n_jobs, budget=Budget(calls=calls), seed=calls)
        assert len(model.requests) <= calls
        assert len(model.requests) == result.total.calls
        assert result.stopped.startswith(f"the budget of {calls} calls is spent")
        assert len(result.test.winner.answers) == 5


def test_a_budget_too_small_is_refused_before_any_call():
    model = Watched()
    with pytest.raises(
        ValueError, match="a budget of 29 calls is too small: the sealed test takes 10, the seed prompts 20"
    ):
        run(SMALL, model=model, budget=Budget(calls=29))
    assert model.requests == []


def test_tokens_end_a_run_that_still_reports():
    result = run(SMALL, budget=Budget(tokens=3000))
    assert result.stopped.startswith("the budget of 3000 tokens is spent")
    assert result.test is not None
    assert len(result.history) > 1
    assert 2700 < result.total.tokens <= 3000


def test_money_ends_a_run_that_still_reports():
    class Priced(ToyModel):
        def complete(self, request):
            completion = super().complete(request)
            return Completion(completion.text, completion.tokens_in, completion.tokens_out, 0.001)

    result = run(SMALL, model=Priced(), budget=Budget(dollars=0.1))
    assert result.stopped.startswith("the budget of $0.1 is spent")
    assert result.total.dollars == pytest.approx(0.001 * result.total.calls)
    assert 0.09 < result.total.dollars <= 0.1 + 1e-9
    assert result.test is not None


class Unpriced(ToyModel):
    def complete(self, request):
        return replace(super().complete(request), dollars=None)


@pytest.mark.parametrize(("role", "generations"), [("model", 1), ("operator_model", 2)])
def test_money_alone_is_no_budget_for_a_model_whose_price_is_not_known(role, generations):
    unpriced = Unpriced()
    unpriced.name = "openai/stub"
    result = run(SMALL, budget=Budget(dollars=0.1), **{role: unpriced, "operator_model": unpriced})
    assert result.stopped == (
        "the price of openai/stub is not known, so the budget of $0.1 can't be kept; set calls=... as well"
    )
    assert len(result.history) == generations


@pytest.mark.parametrize("limit", [{"calls": 100}, {"tokens": 1000}])
def test_money_beside_another_limit_is_a_budget_for_every_model(limit):
    result = run(SMALL, model=Unpriced(), budget=Budget(dollars=0.1, **limit))
    assert result.stopped.startswith(f"the budget of {next(iter(limit.values()))} {next(iter(limit))} is spent")


def test_a_run_without_time_says_why_there_is_no_result():
    with pytest.raises(RuntimeError, match="there is no result: the budget of 1e-09 seconds is spent"):
        run(SMALL, budget=Budget(seconds=1e-9))


def test_a_strategy_that_comes_to_its_own_end_says_so():
    recipe = toy_recipe(strategy=HillClimb, steps=2, fill=None)
    for budget in (Budget(calls=400), Budget(tokens=10**9)):
        assert run(SMALL, recipe=recipe, budget=budget).stopped == "the 2 steps are done"


def test_usage_is_counted_by_role():
    model = Watched()
    result = run(SMALL, model=model)
    rewrites = sum(request.text.startswith(REWRITE) for request in model.requests)
    assert result.usage["operator"].calls == rewrites
    assert result.usage["test"].calls <= 10
    assert result.total.calls == len(model.requests)
    paid = sum(line["usage"]["calls"] for kind in ("birth", "evaluation") for line in result.record.of(kind))
    assert paid + result.usage["test"].calls == len(model.requests)


def test_the_operator_model_is_the_task_model_unless_named():
    task_model, operator_model = Watched(name="small"), Watched(name="large")
    result = run(SMALL, model=task_model, operator_model=operator_model)
    assert all(request.text.startswith(REWRITE) for request in operator_model.requests)
    assert not any(request.text.startswith(REWRITE) for request in task_model.requests)
    assert (result.record.lines[0]["model"], result.record.lines[0]["operator_model"]) == ("small", "large")


# Interrupts


def interrupt_at(number, again=lambda: None):
    def on_call(at, request):
        if at == number:
            os.kill(os.getpid(), signal.SIGINT)
            again()

    return Watched(on_call=on_call)


@pytest.mark.parametrize("n_jobs", [1, 8])
def test_the_first_interrupt_returns_the_partial_result(n_jobs, tmp_path):
    before = signal.getsignal(signal.SIGINT)
    model = interrupt_at(50)
    result = run(SMALL, model=model, n_jobs=n_jobs, run_dir=tmp_path, budget=Budget(calls=5000))
    assert signal.getsignal(signal.SIGINT) is before
    assert result.stopped == "interrupted"
    assert result.best.score > 0
    assert result.test is None
    assert 50 <= len(model.requests) < 500
    assert result.total.calls == len(model.requests)
    record = Record.read(tmp_path)
    assert record.one("end")["reason"] == "interrupted"
    assert "No sealed test was made (" in str(result)


@pytest.mark.parametrize("n_jobs", [1, 8])
def test_the_second_interrupt_stops_at_once(n_jobs, tmp_path):
    before = signal.getsignal(signal.SIGINT)
    halt = []

    def again():
        assert halt[0].wait(30)  # until the first has been seen: two signals at once count as one
        os.kill(os.getpid(), signal.SIGINT)

    by_hand = started(SMALL, model=interrupt_at(50, again), n_jobs=n_jobs, run_dir=tmp_path)
    halt.append(by_hand._blocks._halted)
    with pytest.raises(KeyboardInterrupt), by_hand.interruptible():
        loop(by_hand)
    assert signal.getsignal(signal.SIGINT) is before
    assert Record.read(tmp_path).lines[0]["kind"] == "run"


def test_an_interrupt_before_anything_was_evaluated_says_that_there_is_no_result():
    with pytest.raises(RuntimeError, match="there is no result: interrupted"):
        run(SMALL, model=interrupt_at(3))


def test_an_interrupt_in_the_sealed_test_returns_the_result_without_it():
    model = Watched()
    run(SMALL, model=model)
    result = run(SMALL, model=interrupt_at(len(model.requests) - 3))
    assert result.test is None
    assert result.stopped == "interrupted"


def test_a_run_in_another_thread_leaves_signals_alone():
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(run, SMALL).result().stopped.startswith("the budget of 400 calls is spent")


# The sealed test


def test_test_examples_are_asked_at_the_end_alone_for_seed_and_winner():
    model = Watched()
    task = toy_task(20)
    numbers = {example.fields["number"] for example in task.test}
    result = run(task, model=model)
    sealed = [any(f"Number: {n}\n" in request.text for n in numbers) for request in model.requests]
    assert sum(sealed) == 5 * (2 if result.improved else 1)
    assert all(sealed[-sum(sealed) :])
    line = result.record.one("test")
    assert line["seed"]["examples"] == line["winner"]["examples"] == [example.id for example in task.test]


def test_a_winner_that_is_the_seed_is_asked_once_and_differs_in_nothing():
    result = run(SMALL, recipe=toy_recipe(SWAPPER, fill=None), seeds="one", budget=Budget(calls=100))
    assert result.usage["test"].calls == 5
    assert result.test.comparison.to_json() == {"difference": 0, "low": 0, "high": 0, "p_value": 1}


def test_a_task_without_test_examples_has_no_sealed_test():
    result = run(toy_task(20, test=0))
    assert result.test is None
    assert result.record.one("test") is None
    assert result.stopped.startswith("the budget of 400 calls is spent")


def test_calibration_takes_its_offsets_from_dev_to_the_sealed_test():
    result = run(logprob_task(calibrated=True))
    assert len(result.seed.evaluation.offsets) == 2
    assert result.test.seed.offsets == result.seed.evaluation.offsets
    assert result.test.winner.offsets == result.best.evaluation.offsets
    line = result.record.one("test")
    assert line["winner"]["offsets"] == list(result.best.evaluation.offsets)


def test_the_calibrated_seed_is_reported_beside_the_others():
    plain, calibrated = run(logprob_task(80)), run(logprob_task(80, calibrated=True))
    assert plain.test.seed.offsets == ()
    assert plain.test.calibrated_seed is not None
    assert plain.record.one("test")["calibrated_seed"] == plain.test.calibrated_seed.accuracy
    assert "seed calibrated" in str(plain)
    assert plain.test.against_calibrated.difference == pytest.approx(
        plain.test.winner.accuracy - plain.test.calibrated_seed.accuracy
    )
    assert calibrated.test.calibrated_seed is None
    assert calibrated.test.uncalibrated_seed is not None
    assert "calibrated accuracy" in str(calibrated)
    assert run(SMALL).test.calibrated_seed is None


def test_the_calibrated_seed_is_the_seed_under_its_own_offsets():
    only = "Say whether the number is even or odd."
    plain, calibrated = (run(logprob_task(80, calibrated=c), seeds=only) for c in (False, True))
    assert plain.seed == calibrated.seed
    assert plain.test.calibrated_seed.accuracy == calibrated.test.seed.accuracy
    assert plain.test.calibrated_seed.accuracy > plain.test.seed.accuracy


def test_the_sealed_test_is_made_once_however_often_the_result_is_asked_for():
    by_hand = started(SMALL)
    result = loop(by_hand)
    assert by_hand.finish() is result
    assert len(list(result.record.of("test"))) == len(list(result.record.of("end"))) == 1
    assert by_hand.ask() == []


# What is asked for


@pytest.mark.parametrize(
    ("seeds", "says"),
    [
        ([], "a run needs at least one seed prompt"),
        (["a", " "], "seed prompt 2: the gene 'instruction' is empty"),
        ("x" * 5000, "seed prompt 1: 5000 characters where the task allows 4000"),
        ([Genome({"instruction": "a", "role": "b"})], "seed prompt 1: the template has no place for the gene 'role'"),
    ],
)
def test_seeds_that_break_the_contract_are_refused_before_any_call(seeds, says):
    model = Watched()
    with pytest.raises(ValueError, match=says):
        run(SMALL, seeds=seeds, model=model)
    assert model.requests == []


def test_a_plain_text_is_the_first_gene_of_the_task():
    task = replace(SMALL, template=SMALL.template.replace("{instruction}", "{role}"), genes=("role",))
    by_hand = started(task, seeds="Even or odd?")
    assert by_hand.seeds == (Genome({"role": "Even or odd?"}),)


def test_a_task_without_dev_examples_is_refused():
    with pytest.raises(ValueError, match="task 'parity' has no dev examples; selection needs them"):
        run(toy_task(20, dev=0))


def test_an_unknown_recipe_is_refused_with_all_known():
    with pytest.raises(KeyError, match=r"no recipe named 'evoprompt-gaa'.*Known: "):
        run(SMALL, recipe="evoprompt-gaa")


@pytest.mark.parametrize("place", ["operators", "fill"])
def test_an_operator_bound_to_a_gene_that_the_task_lacks_is_refused_before_any_call(place, tmp_path):
    def edit(parents, context, *, gene: str = ""):
        return parents[0].genome.with_gene(gene, context.ask(REWRITE + "x"))

    model = Watched()
    recipe = toy_recipe(**{"operators": REWRITER, place: made_by(edit).using(gene="rol")})
    with pytest.raises(ValueError, match=r"operator 'edit' edits the gene 'rol', which the task lacks.*: instruction$"):
        run(SMALL, recipe=recipe, model=model, run_dir=tmp_path / "run")
    assert model.requests == []
    assert not (tmp_path / "run").exists()
    assert run(SMALL, recipe=toy_recipe(made_by(edit).using(gene="instruction"))).history


def test_a_model_that_is_none_is_refused():
    with pytest.raises(TypeError, match="a model is a name"):
        evolve(SMALL, "x", model=3)


# The record


def test_the_file_holds_what_the_record_in_memory_holds(tmp_path):
    result = run(SMALL, run_dir=tmp_path)
    assert Record.read(tmp_path).lines == result.record.lines


def test_every_genome_in_a_population_has_its_birth_and_its_evaluation_on_record():
    record = run(SMALL).record
    born = set(record.genomes())
    evaluated = {line["genome"] for line in record.of("evaluation")}
    for line in record.of("generation"):
        assert set(line["population"]) <= born & evaluated
        assert line["best"] in born
    assert all(Genome.from_json(genome).id == id for id, genome in record.genomes().items())


def test_births_have_seeds_of_their_own():
    seeds = [birth["seed"] for birth in run(SMALL).record.of("birth")]
    assert len(set(seeds)) == len(seeds)
    assert seeds[:2] == ["0/0/0", "0/0/1"]


def test_the_batch_is_written_where_it_changes():
    assert len(list(run(SMALL).record.of("batch"))) == 1
    redrawn = run(SMALL, recipe=toy_recipe(allocation=Minibatch(5, redraw=True))).record
    assert len(list(redrawn.of("batch"))) > 2


def test_the_best_and_the_usage_on_record_only_grow():
    record = run(SMALL).record
    best = [line["best_fitness"] for line in record.of("generation")]
    calls = [sum(usage["calls"] for usage in line["usage"].values()) for line in record.of("generation")]
    assert best == sorted(best)
    assert calls == sorted(calls)
    assert [line["generation"] for line in record.of("generation")] == list(range(len(best)))
