"""When a run ends before its budget does: a target, a perfect dev score, patience; and budgets too small for a search."""

from __future__ import annotations

import pytest
from toys import (
    REWRITE,
    SEEDS,
    SWAPPER,
    Fallible,
    ToyModel,
    Watched,
    individual,
    label_of,
    lines_of,
    logprob_task,
    made_by,
    run,
    skill,
    started,
    toy_recipe,
    toy_task,
)

import evoprompt as ep
from evoprompt.models.model import Completion
from evoprompt.plan.limits import SmallBudget
from evoprompt.plan.stopping import Aim
from evoprompt.search.allocation import Minibatch
from evoprompt.search.strategies import Differential
from evoprompt.testing import Landscape

REDRAWN = toy_recipe(allocation=Minibatch(5, redraw=True))


class Knowing(ToyModel):
    """Always right, also under a bad prompt."""

    def complete(self, request):
        if "Number: " not in request.text:
            return super().complete(request)
        return Completion(label_of(request.text.split("Number: ")[-1].split("\n")[0]), 9, 1)


def same(parents, context):
    """A prompt that is worth as much as its parent: no gain, and a new prompt."""
    genome = parents[0].genome
    return genome.with_gene("instruction", genome["instruction"] + " ")


def scores(result):
    return [generation.best for generation in result.history]


# A perfect score


def test_a_seed_with_a_perfect_dev_score_goes_straight_to_the_sealed_test():
    result = run(model=Knowing(), operator_model=ToyModel(), budget=2_000)
    assert result.stopped == "the best prompt has a perfect score on all 20 dev examples"
    assert len(result.history) == 1
    assert result.total.calls == 2 * 20 + 10  # both seeds on dev, one of them on test
    assert result.conclusion.kind == "same"


def test_perfect_by_right_labels_is_enough_where_a_probability_never_is_1():
    result = run(logprob_task(), model=Sure(), operator_model=ToyModel(), budget=2_000)
    assert result.dev.value < 1 == result.dev.accuracy
    assert "perfect score" in result.stopped


class Sure(ToyModel):
    """Right by a margin that leaves the wrong label a probability."""

    def complete(self, request):
        if not request.choices:
            return super().complete(request)
        right = label_of(request.text.split("Number: ")[-1].split("\n")[0])
        return Completion("", 9, 1, choice_logprobs=tuple(-0.5 - (each != right) for each in request.choices))


def test_where_batches_are_redrawn_a_prompt_that_is_perfect_on_its_batch_is_put_to_all_of_dev_and_ends_the_search():
    watched = Watched(Knowing())
    result = run(model=watched, operator_model=ToyModel(), recipe=REDRAWN, budget=2_000)
    assert result.stopped == "the best prompt has a perfect score on all 20 dev examples"
    assert on_all(result) == [result.best.genome.id]  # by way of 10 of them
    assert result.total.calls == len(watched.requests) == 2 * 5 + 15 + 10  # as where the part is fixed
    assert (result.conclusion.kind, len(result.dev.answers)) == ("same", 20)


@pytest.mark.parametrize("budget", [170, 180, 2_000])  # with 170, of what was set aside for the finals
def test_a_child_that_is_perfect_on_all_of_dev_meets_the_seed_there_where_batches_are_redrawn(budget):
    class Better(ToyModel):
        """Right under every prompt that says `please`, and wrong about every third number under any other."""

        def complete(self, request):
            if request.text.startswith(REWRITE):
                return super().complete(request)
            instruction, _, rest = request.text.partition("\n\n")
            number = int(rest.split("Number: ")[-1].split("\n")[0])
            return Completion(label_of(str(number + ("please" not in instruction and number % 3 == 0))), 9, 1)

    result = run(model=Better(), operator_model=ToyModel(), recipe=REDRAWN, budget=budget)
    assert result.stopped == "the best prompt has a perfect score on all 20 dev examples"
    assert "please" in result.instruction
    assert result.dev.value == 1
    assert len(result.dev.answers) == len(result.seed.evaluation.answers) == 20
    assert result.conclusion.kind != "same"


def test_where_batches_are_redrawn_what_is_perfect_on_its_batch_alone_ends_nothing_and_is_put_to_dev_once():
    class Uneven(ToyModel):
        """Right about all numbers but one."""

        def complete(self, request):
            completion = super().complete(request)
            if request.text.startswith(REWRITE):
                return completion
            number = request.text.split("Number: ")[-1].split("\n")[0]
            return Completion(label_of(str(int(number) + (number == hard))), 9, 1)

    hard = toy_task().dev[7].fields["number"]
    result = run(model=Uneven(), operator_model=ToyModel(), recipe=REDRAWN, budget=600)
    assert "the budget of 600 calls is spent" in result.stopped
    lines = list(result.record.lines)
    last = max(place for place, line in enumerate(lines) if line["kind"] == "generation")
    evaluations = [line for line in lines[:last] if line["kind"] == "evaluation" and len(line["scores"]) > 5]
    put = [(line["genome"], len(line["scores"])) for line in evaluations]
    assert len(put) == len(set(put)) > 2
    assert {n for _, n in put} == {10, 20}
    assert result.record.one("final") is not None  # the finals choose the winner, as in every such search


PART = toy_recipe(allocation=Minibatch(5))
ON_PART = {  # the 5 of 20 dev examples that `PART` scores on, by their numbers
    each.fields["number"] for each in Minibatch(5).examples(toy_task().dev, 0, 0)
}


class PerfectOnPart(ToyModel):
    """Always right on the part of dev, and right on the rest where the prompt is worth more than some level."""

    def __init__(self, level=2.0):
        self.level = level

    def complete(self, request):
        if request.text.startswith(REWRITE):
            return super().complete(request)
        instruction, _, rest = request.text.partition("\n\n")
        number = rest.split("Number: ")[-1].split("\n")[0]
        is_right = number in ON_PART or skill(instruction) >= self.level or int(number) % 3
        return Completion(label_of(number if is_right else str(int(number) + 1)), 9, 1)


def on_all(result):
    """Genomes that were put to all of dev, in order."""
    return [line["genome"] for line in result.record.of("evaluation") if len(line["scores"]) == 20]


def test_a_prompt_that_is_perfect_on_a_part_of_dev_is_put_to_all_of_it_before_the_search_ends():
    result = run(model=Knowing(), operator_model=ToyModel(), recipe=PART, budget=2_000)
    assert result.stopped == "the best prompt has a perfect score on all 20 dev examples"
    assert on_all(result) == [result.best.genome.id]
    assert result.total.calls == 2 * 5 + 15 + 10  # both seeds on the part, one on the rest of dev and on test


def test_a_prompt_that_is_perfect_on_a_part_alone_ends_nothing_and_is_not_asked_again():
    watched = Watched(PerfectOnPart())
    result = run(model=watched, operator_model=ToyModel(), recipe=PART, budget=400)
    assert "the budget of 400 calls is spent" in result.stopped
    assert len(result.history) > 2
    put = on_all(result)
    assert len(set(put)) > 2
    assert result.best.score < 1  # on all of dev, where it can be paid for; else on the part, beside the seed
    assert len(watched.requests) == len(set(watched.requests))


def test_the_search_ends_with_the_first_prompt_that_is_perfect_on_all_of_dev(tmp_path):
    seeds = max(map(skill, SEEDS))
    result = run(model=PerfectOnPart(seeds + 0.01), operator_model=ToyModel(), recipe=PART, budget=2_000)
    assert result.stopped == "the best prompt has a perfect score on all 20 dev examples"
    assert skill(result.instruction) > seeds
    assert result.best.genome.id in on_all(result)
    assert len(on_all(result)) > 1
    assert len(result.dev.answers) == len(result.seed.evaluation.answers) == 20  # both, and so they compare
    assert ep.load(result.save(tmp_path / "prompt.json")).text(number="1") == result.text(number="1")


def test_of_prompts_that_are_perfect_on_the_part_the_best_on_all_of_dev_wins():
    class Uneven(PerfectOnPart):
        """Of the rest of dev, right about some under the second seed, and about none under any other prompt."""

        def complete(self, request):
            number = request.text.split("Number: ")[-1].split("\n")[0]
            if request.text.startswith((REWRITE, SEEDS[1] + "\n")) or number in ON_PART:
                return super().complete(request)
            return Completion(label_of(str(int(number) + 1)), 9, 1)

    result = run(model=Uneven(), operator_model=ToyModel(), recipe=PART, budget=300)
    assert result.instruction == SEEDS[1]


@pytest.mark.parametrize("recipe", [PART, REDRAWN])
@pytest.mark.parametrize("n_jobs", [1, 8])
def test_a_run_that_is_killed_while_it_puts_a_prompt_to_all_of_dev_goes_on_to_the_same_record(tmp_path, n_jobs, recipe):
    whole = run(model=PerfectOnPart(), operator_model=ToyModel(), recipe=recipe, budget=400)
    first = 2 * 5 + 1  # after both seeds on the part, those that make the first of them whole begin
    for kill_at in (first, first + 7, first + 14, first + 15):

        def fail(number, request, kill_at=kill_at):
            if number == kill_at:
                raise KeyboardInterrupt

        folder = tmp_path / f"run{kill_at}"
        broken = Watched(PerfectOnPart(), on_call=fail)
        with pytest.raises(KeyboardInterrupt):
            run(model=broken, operator_model=ToyModel(), recipe=recipe, budget=400, run_dir=folder)
        again = Watched(PerfectOnPart())
        gone_on = run(model=again, operator_model=ToyModel(), recipe=recipe, budget=400, run_dir=folder, n_jobs=n_jobs)
        assert lines_of(gone_on) == lines_of(whole)


def test_a_target_that_is_reached_on_a_part_of_dev_is_told_as_that():
    result = run(recipe=PART, budget=1_000, target_score=0.8)
    assert result.stopped.startswith("the target score of 0.8 is reached, with ")
    assert result.stopped.endswith(" on the 5 of 20 dev examples that the recipe scores on")


def test_a_target_of_1_is_a_perfect_score_on_all_of_dev():
    model = {"model": PerfectOnPart(), "operator_model": ToyModel()}
    result = run(**model, recipe=PART, budget=400, target_score=1)
    assert "the budget of 400 calls is spent" in result.stopped


def test_a_fitness_of_the_users_own_may_rise_beyond_a_perfect_score():
    def short(evaluation):
        return evaluation.value - 0.001 * len(evaluation.answers[0].output)

    recipe = toy_recipe(fitness=short)
    result = run(model=Knowing(), operator_model=ToyModel(), recipe=recipe, budget=400)
    assert "the budget of 400 calls is spent" in result.stopped
    aimed = run(model=Knowing(), operator_model=ToyModel(), recipe=recipe, budget=400, target_score=1.0)
    assert aimed.stopped == "the target score of 1 is reached, with 1.000 on dev"


# A target


def test_a_target_score_ends_the_search_with_the_first_prompt_that_reaches_it():
    free = run(budget=1_000)
    target = sorted(set(scores(free)))[1]  # the first gain
    result = run(budget=1_000, target_score=target)
    assert result.stopped == f"the target score of {target:g} is reached, with {result.dev.value:.3f} on dev"
    assert scores(result) == scores(free)[: len(scores(result))]
    assert max(scores(result)[:-1]) < target <= result.dev.value
    assert result.test is not None


def test_the_target_is_in_the_unit_that_the_report_shows():
    result = run(logprob_task(), budget=1_000, target_score=0.7)
    assert result.dev.accuracy >= 0.7 > result.dev.value
    assert f"with {result.dev.accuracy:.3f} on dev" in result.stopped


# Patience


@pytest.mark.parametrize("patience", [1, 3])
def test_patience_ends_a_search_after_so_many_generations_without_gain(patience):
    recipe = toy_recipe(operators=[made_by(same, calls=0)], fill=None)
    result = run(recipe=recipe, budget=2_000, patience=patience)
    assert len(result.history) == 1 + patience
    assert result.stopped == ("1 generation brought no gain", "3 generations in a row brought no gain")[patience > 1]


def test_a_gain_begins_the_patience_anew():
    free = run(budget=2_000)
    result = run(budget=2_000, patience=4)
    seen = scores(result)
    assert scores(free)[: len(seen)] == seen
    assert len(set(seen[-5:])) == 1 < len(set(seen))
    assert all(len(set(seen[i : i + 5])) > 1 for i in range(1, len(seen) - 5))


def test_founding_a_population_takes_no_patience():
    aim = Aim(patience=2)
    for is_between in (False, False, False, False, True):
        aim.told(individual("same", 0.5), children=1, is_between=is_between)
    assert aim.reached == ""


def test_a_generation_whose_births_all_failed_takes_no_patience():
    def fails_often(parents, context):
        """A child in every fifth generation or so."""
        if context.rng.random() < 0.9:
            raise ep.NoChild("nothing comes to mind")
        return same(parents, context)

    recipe = toy_recipe(operators=[made_by(fails_often, calls=0)], fill=None, size=2)
    result = run(recipe=recipe, budget=2_000, patience=3)
    born = {line["generation"] for line in result.record.of("birth") if line["child"]} - {0}
    assert result.stopped == "3 generations in a row brought no gain"
    assert len(born) == 3 < len(result.history) - 1


def test_a_generation_of_births_one_by_one_counts_once():
    recipe = toy_recipe(operators=[made_by(same, calls=0)], strategy=Differential, at_once=1, fill=None, size=2)
    result = run(recipe=recipe, budget=2_000, patience=2)
    assert result.stopped == "2 generations in a row brought no gain"
    assert len(result.history) == 1 + 2 * len(SEEDS)  # two births each


# Arguments


@pytest.mark.parametrize("value", [0, 1.5, -0.5, float("nan"), "0.9", True])
def test_a_target_score_outside_its_range_is_refused(value):
    with pytest.raises(ValueError, match="target_score must be over 0 and at most 1, got"):
        started(target_score=value)


@pytest.mark.parametrize("value", [0, -1, 2.5, "3", True])
def test_patience_is_a_whole_number_from_1(value):
    with pytest.raises(ValueError, match="patience must be"):
        started(patience=value)


@pytest.mark.parametrize("aim", [{"patience": 3}, {"target_score": 0.9}])
def test_where_generations_do_not_compare_an_aim_is_refused_before_anything_is_asked(aim):
    watched = Watched()
    with pytest.raises(ValueError, match=f"{next(iter(aim))} can't be kept: the recipe scores each generation on oth"):
        run(model=watched, recipe=REDRAWN, **aim)
    assert watched.requests == []


def test_the_record_tells_what_was_set_and_nothing_where_nothing_was():
    assert "aim" not in run(budget=300).record.head
    assert run(budget=300, patience=9).record.head["aim"] == {"patience": 9}


# Going on


def test_a_run_that_its_aim_ended_goes_on_with_another_and_is_the_same_as_one_that_always_had_it(tmp_path):
    short = run(budget=600, patience=1, run_dir=tmp_path / "run")
    assert "brought no gain" in short.stopped
    watched = Watched()
    longer = run(budget=600, run_dir=tmp_path / "run", model=watched, operator_model=ToyModel())
    assert len(longer.history) > len(short.history)
    assert longer.record.one("test")["earlier_tests"] == 1
    assert "aim" not in longer.record.head
    whole = run(budget=600, run_dir=tmp_path / "whole")
    assert scores(whole)[: len(short.history)] == scores(longer)[: len(short.history)]
    assert len(watched.requests) < longer.usage["task"].calls


def test_a_run_that_its_aim_ended_is_given_again_as_it_is_also_with_a_larger_budget(tmp_path):
    first = run(budget=600, patience=1, run_dir=tmp_path / "run")
    watched = Watched()
    again = run(budget=600, patience=1, run_dir=tmp_path / "run", model=watched)
    assert lines_of(again) == lines_of(first)
    grown = run(budget=900, patience=1, run_dir=tmp_path / "run", model=watched)
    assert (grown.stopped, grown.total) == (first.stopped, first.total)
    assert watched.requests == []
    assert "earlier_tests" not in grown.record.one("test")


def test_a_stricter_aim_ends_a_run_that_was_broken_off_where_it_stands(tmp_path):
    def fail(number, request):
        if number > 250:
            raise ep.ModelUnavailable("the provider does not answer", calls=0)

    with pytest.raises(ep.ModelUnavailable):
        run(budget=900, run_dir=tmp_path / "run", model=Watched(on_call=fail))
    result = run(budget=900, run_dir=tmp_path / "run", model=Watched(), patience=1, target_score=0.3)
    assert "the target score of 0.3 is reached" in result.stopped
    assert result.test is not None


def test_a_run_that_its_budget_ended_stays_so_where_only_the_aim_changes(tmp_path):
    first = run(budget=300, run_dir=tmp_path / "run")
    again = run(budget=300, run_dir=tmp_path / "run", patience=50, model=Watched())
    assert (again.stopped, again.total) == (first.stopped, first.total)
    assert again.record.head["aim"] == {"patience": 50}


@pytest.mark.parametrize("aim", [{"patience": 1}, {"target_score": 0.3}])
def test_an_aim_that_comes_after_the_end_changes_nothing_and_is_told_so(tmp_path, aim):
    first = run(budget=600, run_dir=tmp_path / "run", model=Fallible())
    watched = Watched()
    with pytest.warns(UserWarning, match="had come to its end before .*; it is given again as it is, although"):
        again = run(budget=600, run_dir=tmp_path / "run", model=watched, **aim)
    assert watched.requests == []
    assert (again.stopped, again.total) == (first.stopped, first.total)


# Budgets too small for a search


def test_a_budget_too_small_for_one_child_of_each_founder_is_refused_with_a_number_that_does():
    watched = Watched()
    with pytest.raises(
        SmallBudget, match="a budget of 130 calls is too small: the sealed test takes 20, the"
    ) as refused:
        run(budget=130, model=watched)
    assert "the seed prompts 40, the other founders 92 and one child of each founder 138" in str(refused.value)
    assert watched.requests == []
    enough = int(str(refused.value).partition("allow ")[2].partition(" calls")[0])
    result = run(budget=enough, model=Fallible())
    assert result.test is not None
    founders, children = (
        {line["child"] for line in result.record.of("birth") if (line["generation"] > 1) == is_child}
        for is_child in (False, True)
    )
    assert len(founders) == 6 <= len(children)


def test_births_that_cost_answers_alone_set_no_more_aside():
    recipe = toy_recipe(SWAPPER, fill=SWAPPER)
    with pytest.raises(SmallBudget, match="other founders 80 and one child of each founder 120; allow 260 calls"):
        started(recipe=recipe, budget=259)
    assert started(recipe=recipe, budget=260).ledger.budget.calls == 260


def test_where_the_seeds_are_the_founders_a_child_of_each_is_enough():
    recipe = toy_recipe(SWAPPER, fill=None, size=50)
    with pytest.raises(SmallBudget, match="the seed prompts 40 and one child of each founder 40; allow 100 calls"):
        started(recipe=recipe, budget=99)
    assert started(recipe=recipe, budget=100).ledger.budget.calls == 100


def test_a_small_budget_goes_on_all_the_same_where_the_user_says_so_and_can_pay_for_the_seeds():
    result = run(budget=130, check_setup=False)
    assert result.test is not None and result.total.calls <= 130
    with pytest.raises(SmallBudget) as refused:
        run(budget=59, check_setup=False)
    assert "check_setup" not in str(refused.value)
    with pytest.raises(SmallBudget, match="check_setup=False goes on all the same"):
        run(budget=60)


def test_tokens_and_money_that_are_foretold_not_to_last_for_the_seeds_are_refused_with_what_they_take():
    watched = Watched()
    with pytest.raises(SmallBudget, match=r"the budget of 500 tokens is too small: .* foretold to take [\d,]+ tokens"):
        run(budget=ep.Budget(tokens=500), model=watched)
    assert watched.requests == []
    assert run(budget=ep.Budget(tokens=9_000), model=Fallible()).test is not None


@pytest.mark.parametrize("name", ["default", "best-of-n", "grips", "evoprompt-ga", "evoprompt-de", "promptbreeder"])
def test_the_number_that_does_gives_every_recipe_children(name):
    landscape = Landscape.drawn(3)
    task, seeds = landscape.task(20, 20, 20), landscape.seed_prompts(2)

    def begun(calls):
        models = {"model": landscape.model(), "operator_model": landscape.operator_model()}
        return ep.Evolution(task, seeds, **models, recipe=name, budget=calls, progress=False)

    with pytest.raises(SmallBudget) as refused:
        begun(81)
    for calls in (refused.value.enough, least(begun, refused.value.enough)):
        with begun(calls) as search:
            while births := search.ask():
                search.tell(search.evaluate(search.bear(births)))
            children = [line for line in search.record.of("birth") if line["generation"] > 0]
        assert children


def least(begun, enough):
    """The first number that is not refused."""
    for calls in range(enough, 0, -1):
        try:
            begun(calls).close()
        except SmallBudget:
            return calls + 1
    return 1
