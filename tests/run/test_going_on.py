"""Going on with a run: past the end that a smaller budget made, by hand, and without a trace where nothing came."""

from __future__ import annotations

import os
import signal

import pytest
from toys import Fallible, ToyModel, Watched, lines_of, made_by, started, toy_recipe, toy_task
from toys import run as toy_run

import evoprompt as ep
from evoprompt.models.model import ModelUnavailable, Refused
from evoprompt.storage.folder import OtherRun
from evoprompt.storage.store import FILE as STORE


def nothing(parents, context):
    """Never a child."""
    raise ep.NoChild("nothing comes to mind")


def kinds(result):
    return [line["kind"] for line in result.record.lines]


# A larger budget


def test_a_larger_budget_goes_on_past_the_end_that_the_smaller_one_made(tmp_path):
    small = toy_run(run_dir=tmp_path / "run", budget=300)
    watched = Watched()
    large = toy_run(run_dir=tmp_path / "run", budget=600, model=watched, operator_model=ToyModel())
    assert len(large.history) > len(small.history)
    assert large.history[: len(small.history)] == small.history
    assert large.total.calls <= 600
    assert kinds(large).count("end") == kinds(large).count("test") == 1
    assert large.record.head["budget"] == {"calls": 600}
    assert len(watched.requests) < large.usage["task"].calls  # what was paid for was not asked for again


def test_what_was_grown_can_be_given_again_without_a_call_and_killed_runs_resume_it(tmp_path):
    toy_run(run_dir=tmp_path / "run", budget=300)
    large = toy_run(run_dir=tmp_path / "run", budget=600)
    before = (tmp_path / "run" / "record.jsonl").read_bytes()
    watched = Watched()
    again = toy_run(run_dir=tmp_path / "run", budget=600, model=watched, operator_model=watched)
    assert watched.requests == []
    assert lines_of(again) == lines_of(large)
    assert (tmp_path / "run" / "record.jsonl").read_bytes() == before


def test_a_grown_run_that_loses_its_model_goes_on_to_the_same_end(tmp_path):
    for folder in ("whole", "broken"):
        toy_run(run_dir=tmp_path / folder, budget=300)
    whole = toy_run(run_dir=tmp_path / "whole", budget=600)

    def fail(number, request):
        if number > 60:
            raise ModelUnavailable("the provider does not answer", calls=0)

    with pytest.raises(ModelUnavailable):
        toy_run(run_dir=tmp_path / "broken", budget=600, model=Watched(on_call=fail))
    again = toy_run(run_dir=tmp_path / "broken", budget=600, model=Watched())
    assert lines_of(again) == lines_of(whole)


def test_nothing_is_set_aside_for_a_sealed_test_whose_answers_are_known(tmp_path):
    task = toy_task(120, train=10, dev=20, test=90)
    for name in ("run", "broken"):
        first = toy_run(task, run_dir=tmp_path / name, budget=460, model=Fallible())
    grown = toy_run(task, run_dir=tmp_path / "run", budget=800, model=Fallible())
    assert 800 - 30 < grown.total.calls <= 800  # less than another prompt takes; the seed's 90 answers were known
    assert grown.best.genome.id not in {line["genome"] for line in first.record.of("evaluation")}
    assert len(grown.test.winner.answers) == 90  # a new winner, and its test is whole

    def fail(number, request):
        if number > 100:
            raise ModelUnavailable("the provider does not answer", calls=0)

    with pytest.raises(ModelUnavailable):
        toy_run(task, run_dir=tmp_path / "broken", budget=800, model=Watched(Fallible(), fail))
    again = toy_run(task, run_dir=tmp_path / "broken", budget=800, model=Watched(Fallible()))
    assert lines_of(again) == lines_of(grown)


def test_a_prompt_that_is_tested_again_keeps_its_answers(tmp_path):
    small = toy_run(run_dir=tmp_path / "run", budget=300)
    watched = Watched()
    large = toy_run(run_dir=tmp_path / "run", budget=400, model=watched, operator_model=ToyModel())
    tested = {example.fields["number"] for example in toy_task().test}
    asked = [r for r in watched.requests if r.text.split("Number: ")[-1].split("\n")[0] in tested]
    winners = {large.best.genome} - {small.best.genome}
    assert len(asked) == len(winners) * len(tested)
    assert large.usage["test"].calls == small.usage["test"].calls + len(asked)


def test_the_record_counts_how_often_the_test_was_looked_at_before(tmp_path):
    first = toy_run(run_dir=tmp_path / "run", budget=300)
    assert "earlier_tests" not in first.record.one("test")
    second = toy_run(run_dir=tmp_path / "run", budget=400)
    assert second.record.one("test")["earlier_tests"] == 1
    third = toy_run(run_dir=tmp_path / "run", budget=500)
    assert third.record.one("test")["earlier_tests"] == 2


def test_a_smaller_budget_is_refused_with_what_differs(tmp_path):
    toy_run(run_dir=tmp_path / "run", budget=300)
    with pytest.raises(OtherRun, match="the budget's calls was 300 and is 299"):
        toy_run(run_dir=tmp_path / "run", budget=299)
    with pytest.raises(OtherRun, match="the budget's seconds was not set and is 5"):
        toy_run(run_dir=tmp_path / "run", budget=ep.Budget(calls=300, seconds=5))


@pytest.mark.parametrize(("calls", "stopped"), [(0, "no new prompt"), (1, "births in a row came to nothing")])
def test_an_end_that_no_budget_made_stays_an_end(tmp_path, calls, stopped):
    recipe = toy_recipe(operators=[made_by(nothing, calls=calls)], fill=None)
    first = toy_run(budget=300, recipe=recipe, run_dir=tmp_path / "run")
    assert stopped in first.stopped
    second = toy_run(budget=600, recipe=recipe, run_dir=tmp_path / "run")
    assert (second.stopped, second.total) == (first.stopped, first.total)
    assert second.record.head["budget"] == {"calls": 600}


def test_an_unfinished_run_takes_a_larger_budget_too(tmp_path):
    def fail(number, request):
        if number > 150:
            raise ModelUnavailable("the provider does not answer", calls=0)

    with pytest.raises(ModelUnavailable):
        toy_run(run_dir=tmp_path / "run", budget=300, model=Watched(on_call=fail))
    grown = toy_run(run_dir=tmp_path / "run", budget=600, model=Watched())
    assert 300 < grown.total.calls <= 600
    assert "earlier_tests" not in grown.record.one("test")


# No folder without an answer


def unavailable(number, request):
    raise ModelUnavailable("the key is wrong", calls=0)


def test_a_run_that_never_got_an_answer_leaves_no_folder(tmp_path):
    with pytest.raises(ModelUnavailable):
        toy_run(run_dir=tmp_path / "a" / "run", model=Watched(on_call=unavailable))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_was_there_or_that_holds_something_else_stays(tmp_path):
    (tmp_path / "there").mkdir()
    with pytest.raises(ModelUnavailable):
        toy_run(run_dir=tmp_path / "there", model=Watched(on_call=unavailable))
    assert (tmp_path / "there").is_dir()

    def drop(number, request):
        (tmp_path / "new" / "notes.txt").write_text("mine")
        unavailable(number, request)

    with pytest.raises(ModelUnavailable):
        toy_run(run_dir=tmp_path / "new", model=Watched(on_call=drop))
    assert [each.name for each in (tmp_path / "new").iterdir()] == ["notes.txt"]


def test_one_answer_is_enough_for_the_folder_to_stay(tmp_path):
    def once(number, request):
        if number > 1:
            unavailable(number, request)

    with pytest.raises(ModelUnavailable):
        toy_run(run_dir=tmp_path / "run", model=Watched(on_call=once))
    assert (tmp_path / "run" / STORE).exists()


# Ended by hand


def test_a_run_is_wound_up_with_its_sealed_test_and_nothing_else_is_asked(tmp_path):
    def fail(number, request):
        if number > 150:
            raise ModelUnavailable("the provider does not answer", calls=0)

    with pytest.raises(ModelUnavailable):
        toy_run(run_dir=tmp_path / "run", model=Watched(on_call=fail))
    watched = Watched()
    result = started(run_dir=tmp_path / "run", model=watched).wind_up()
    assert result.test is not None
    assert "ended by hand" in result.stopped
    tested = len({result.seed.genome, result.best.genome}) * len(toy_task().test)
    assert len(watched.requests) == tested
    again = toy_run(run_dir=tmp_path / "run", model=Watched(on_call=unavailable))
    assert lines_of(again) == lines_of(result)


def test_a_run_that_was_wound_up_goes_on_with_a_larger_budget(tmp_path):
    run = started(run_dir=tmp_path / "run", budget=400)
    births = run.ask()
    run.tell(run.evaluate(run.bear(births)))
    run.close()
    ended = started(run_dir=tmp_path / "run", budget=400).wind_up()
    assert len(ended.history) == 1
    assert len(toy_run(run_dir=tmp_path / "run", budget=500).history) > 1


def test_a_run_without_an_evaluated_seed_can_not_be_wound_up(tmp_path):
    with pytest.raises(ep.NothingEvaluated):
        started(run_dir=tmp_path / "run").wind_up()


# Ctrl-C


def test_the_first_interruption_says_what_happens_and_how_to_go_on(tmp_path, capfd):
    def interrupt(number, request):
        if number == 50:
            os.kill(os.getpid(), signal.SIGINT)

    result = toy_run(run_dir=tmp_path / "run", model=Watched(on_call=interrupt))
    assert result.stopped == "interrupted"
    said = " ".join(capfd.readouterr().err.split())
    assert "stopping after the call in flight; press Ctrl-C again to stop at once" in said
    assert "run the same command again to go on" in said


def test_an_interruption_without_a_folder_promises_nothing(capfd):
    def interrupt(number, request):
        if number == 50:
            os.kill(os.getpid(), signal.SIGINT)

    toy_run(model=Watched(on_call=interrupt), n_jobs=4)
    said = " ".join(capfd.readouterr().err.split())
    assert "calls in flight; press Ctrl-C again to stop at once" in said
    assert "go on" not in said


def test_ends_that_were_taken_back_again_and_again_lose_no_paid_call(tmp_path):
    watched = Watched(Fallible())
    for aim in ({"target_score": 0.6}, {"target_score": 0.55}, {"target_score": 0.5}, {}):
        result = toy_run(run_dir=tmp_path / "aim", budget=600, model=watched, **aim)
        assert result.total.calls == len(watched.requests) <= 600
    watched = Watched(Fallible())
    for budget in (300, 310, 320, 330, 600):
        result = toy_run(run_dir=tmp_path / "budget", budget=budget, model=watched)
        assert result.total.calls == len(watched.requests) <= budget


def test_a_run_that_can_not_be_wound_up_yet_goes_on_as_if_nobody_had_tried(tmp_path):
    def fail(number, request):
        if number > 5:
            raise ModelUnavailable("the provider does not answer", calls=0)

    for folder in ("tried", "whole"):
        with pytest.raises(ModelUnavailable):
            toy_run(run_dir=tmp_path / folder, model=Watched(on_call=fail))
    with started(run_dir=tmp_path / "tried") as run, pytest.raises(ep.NothingEvaluated, match="run it again to go on"):
        run.wind_up()
    tried, whole = (toy_run(run_dir=tmp_path / folder, model=Watched()) for folder in ("tried", "whole"))
    assert lines_of(tried) == lines_of(whole)


def test_a_winding_up_whose_test_could_not_be_made_ends_no_search(tmp_path):
    def fail(after):
        def call(number, request):
            if number > after:
                raise ModelUnavailable("the provider does not answer", calls=0)

        return call

    with pytest.raises(ModelUnavailable):
        toy_run(run_dir=tmp_path / "run", model=Watched(Fallible(), fail(150)))
    with started(run_dir=tmp_path / "run", model=Watched(Fallible(), fail(0))) as run, pytest.raises(ModelUnavailable):
        run.wind_up()
    result = toy_run(run_dir=tmp_path / "run", model=Watched(Fallible()))
    assert "by hand" not in result.stopped
    assert result.total.calls > 300


def refusing(number, request):
    raise Refused("the provider refuses it", calls=1)


def test_a_run_whose_answers_were_all_refused_leaves_no_folder(tmp_path):
    with pytest.raises(Refused):
        toy_run(run_dir=tmp_path / "run", model=Watched(on_call=refusing))
    assert list(tmp_path.iterdir()) == []
