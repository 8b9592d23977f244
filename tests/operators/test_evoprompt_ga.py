from __future__ import annotations

import random

import pytest
from deap import base as deap_base
from deap import tools
from judging import HELPFUL, SEEDS, Judge, always, review_task

from evoprompt.genome import Genome
from evoprompt.operators import evoprompt_ga
from evoprompt.plan.budget import Budget
from evoprompt.run.evolution import Evolution, evolve
from evoprompt.search.recipe import get_recipe
from evoprompt.storage.record import without_times
from evoprompt.variation.individual import Individual
from evoprompt.variation.operator import Context, NoChild, get_operator


def individual(text, score=0.5):
    made = Individual(text if isinstance(text, Genome) else Genome(text))
    made.fitness.values = (score,)
    return made


def bred(answer, *parents, task=None, **options):
    model = always(answer)
    operator = get_operator("ga-crossover-mutate").using(**options)
    context = Context(random.Random(0), task or review_task(), model)
    return operator([individual(parent) for parent in parents], context), model


# The operator


def test_one_call_with_both_parents_gives_the_child_in_the_tags():
    child, model = bred("1. Cross over: Judge. 2. <prompt>Judge the {film} well.</prompt>", "Judge {it}.", "Rate {it}.")
    assert child == Genome("Judge the {film} well.")
    (request,) = model.requests
    assert "First instruction: Judge {it}.\nSecond instruction: Rate {it}." in request.text
    assert (request.temperature, request.top_p) == (0.5, 0.95)


def test_a_parent_that_looks_like_the_wording_is_put_in_as_it_is():
    _, model = bred("<prompt>Judge it well.</prompt>", "{second}", "{first} {{}}")
    assert "First instruction: {second}\nSecond instruction: {first} {{}}\n" in model.requests[0].text


@pytest.mark.parametrize("shown", [*evoprompt_ga.SHOWN_PARENTS, evoprompt_ga.SHOWN_CROSSING, evoprompt_ga.SHOWN_CHILD])
def test_a_copy_of_the_demonstration_is_no_child(shown):
    with pytest.raises(NoChild, match="copied back"):
        bred(f"<prompt>{shown.upper()}</prompt>", "Judge it.", "Rate it.")


@pytest.mark.parametrize("answer", ["<prompt>judge it</prompt>", "Judge it.", "<prompt>Sure! Judge it.</prompt>"])
def test_a_parent_chatter_or_an_answer_without_tags_is_no_child(answer):
    with pytest.raises(NoChild):
        bred(answer, "Judge it.", "Rate it.")


def test_the_other_genes_and_the_shots_come_from_the_first_parent():
    shots = [example.as_shot() for example in review_task(train=2, dev=10, test=10).train]
    first = Genome({"role": "Critic.", "instruction": "Judge it."}, shots=shots, hidden={"memory": "x"})
    second = Genome({"role": "Judge.", "instruction": "Rate it."})
    child, _ = bred("<prompt>Weigh it.</prompt>", first, second, gene="instruction")
    assert child == first.with_gene("instruction", "Weigh it.")


def test_the_temperature_is_an_option():
    _, model = bred("<prompt>Weigh it.</prompt>", "Judge it.", "Rate it.", temperature=1.0, top_p=0.5)
    assert (model.requests[0].temperature, model.requests[0].top_p) == (1.0, 0.5)


# The recipe


def run(**settings):
    options = {"task": review_task(), "seeds": SEEDS, "model": Judge(), "budget": Budget(calls=900), "progress": False}
    recipe = get_recipe("evoprompt-ga").using(**settings.pop("recipe", {}))
    return evolve(**{**options, **settings}, recipe=recipe)


def test_one_thread_and_eight_make_the_same_record():
    one, eight = run(n_jobs=1), run(n_jobs=8)
    assert without_times(one.record.lines) == without_times(eight.record.lines)
    assert one.best.score > one.seed.score
    assert {line["operator"] for line in one.record.of("birth")} == {"seed", "paraphrase", "ga-crossover-mutate"}


def test_all_seeds_are_scored_the_best_half_kept_and_the_rest_are_paraphrases_of_them():
    seeds = [f"Judge {word} {i}." for i, word in enumerate(HELPFUL)] + ["Judge it.", "film review carefully tone"]
    evolution = Evolution(
        review_task(test=0), seeds, model=Judge(), recipe="evoprompt-ga", budget=Budget(calls=900), progress=False
    )
    births = evolution.ask()
    scored = evolution.evaluate(evolution.bear(births))
    assert len(scored) == 8
    evolution.tell(scored)
    best = sorted(scored, key=lambda each: -each.score)[:5]
    assert [each.genome for each in evolution.search.strategy.population] == [each.genome for each in best]
    births = evolution.ask()
    assert [birth.operator.name for birth in births] == ["paraphrase"] * 5
    assert [birth.parents[0].genome for birth in births] == [each.genome for each in best]


def test_of_an_odd_population_the_smaller_half_is_kept_and_paraphrased_as_the_children_are_written():
    """The authors' code of Guo 2023, `para_topk`: half of the population, rounded down, and its paraphrases."""
    recipe = get_recipe("evoprompt-ga").using(population_size=7, temperature=0.3, top_p=0.9)
    founders = Evolution(review_task(), SEEDS, model=Judge(), recipe=recipe, progress=False).search.strategy.founders
    assert (founders.size, founders.keep) == (7, 3)
    ((paraphrase, _),) = founders.fill.operators
    assert (paraphrase.options["temperature"], paraphrase.options["top_p"]) == (0.3, 0.9)


def test_survivors_are_the_best_of_parents_and_children_equal_prompts_once():
    strategy = Evolution(review_task(), SEEDS, model=Judge(), recipe="evoprompt-ga", progress=False).search.strategy
    strategy.population = [individual(f"p{i}", i / 10) for i in range(10)]
    children = [individual("c0", 0.85), individual("p9", 0.9), individual("c0", 0.85), individual("c1", 0.01)]
    strategy.survive(children)
    assert [str(each.genome) for each in strategy.population] == ["p9", "c0", *(f"p{i}" for i in range(8, 0, -1))]


def test_survivors_in_a_whole_run_are_the_best_of_the_unique_union():
    record = run().record
    scores = {line["genome"]: line["fitness"] for line in record.of("evaluation")}
    populations = [line["population"] for line in record.of("generation")]
    born = {}
    for line in record.of("birth"):
        born.setdefault(line["generation"], []).append(line["child"])
    founded = next(n for n, population in enumerate(populations) if len(population) == 10)
    assert len(populations) > founded + 3
    for generation in range(founded + 1, len(populations)):
        union = {*populations[generation - 1], *filter(None, born[generation])}
        best = sorted((scores[genome] for genome in union), reverse=True)[:10]
        assert [scores[genome] for genome in populations[generation]] == best
        assert len(set(populations[generation])) == len(populations[generation])


@pytest.mark.parametrize("select", ["roulette", "tournament", "random", tools.selBest])
def test_parents_are_drawn_by_the_selection_asked_for(select):
    result = run(recipe={"select": select, "population_size": 4}, budget=Budget(calls=400))
    head = result.record.one("run")
    assert head["recipe"]["settings"]["select"] == (select if isinstance(select, str) else "selBest")
    assert len(result.population) == 4


def parents_of_a_generation(select="roulette", toolbox=None):
    recipe = get_recipe("evoprompt-ga").using(select=select)
    strategy = Evolution(
        review_task(), SEEDS, model=Judge(), recipe=recipe, toolbox=toolbox, progress=False
    ).search.strategy
    strategy.population = [individual(f"p{i}", i / 10) for i in range(10)]
    return [str(parent.genome) for birth in strategy.breed() for parent in birth.parents]


def test_a_selection_of_the_users_is_used():
    assert set(parents_of_a_generation(lambda population, k: population[:2])) == {"p0", "p1"}


def test_the_toolbox_of_the_user_goes_first():
    toolbox = deap_base.Toolbox()
    toolbox.register("select", lambda population, k: population[-2:])
    assert set(parents_of_a_generation(toolbox=toolbox)) == {"p8", "p9"}


def test_roulette_never_draws_a_prompt_without_any_score():
    assert "p0" not in parents_of_a_generation()


def test_an_unknown_selection_is_refused_when_it_is_bound():
    with pytest.raises(ValueError, match="roulette, tournament, random, or a DEAP selection"):
        get_recipe("evoprompt-ga").using(select="lottery")
