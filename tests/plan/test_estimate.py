from __future__ import annotations

import pytest
from toys import SEEDS, ToyModel, Watched, logprob_task, run, started, toy_recipe, toy_task

from evoprompt.models.hosted.litellm_model import LiteLLM
from evoprompt.models.model import Completion
from evoprompt.plan.budget import Budget
from evoprompt.search.recipe import known_recipes
from evoprompt.search.strategies import HillClimb
from evoprompt.testing import Landscape


class Priced(ToyModel):
    """Costs a dollar for a thousand tokens read, two for a thousand written."""

    def complete(self, request):
        completion = super().complete(request)
        dollars = self.price(completion.tokens_in, completion.tokens_out)
        return Completion(completion.text, completion.tokens_in, completion.tokens_out, dollars)

    def price(self, tokens_in, tokens_out):
        return (tokens_in + 2 * tokens_out) / 1000


def within(estimate, total):
    return (
        estimate.calls.low <= total.calls <= estimate.calls.high
        and estimate.tokens.low <= total.tokens <= estimate.tokens.high
    )


@pytest.mark.parametrize("recipe", sorted(set(known_recipes()) - {"promptbreeder"}))
@pytest.mark.parametrize("seed", [0, 1])
def test_a_run_of_every_recipe_takes_what_was_estimated(recipe, seed):
    landscape = Landscape.drawn(seed)
    settings = {"recipe": recipe, "budget": Budget(calls=700), "seed": seed, "model": landscape.operator_model()}
    task, seeds = landscape.task(20, 20, 20), landscape.seed_prompts(3)
    estimate = started(task, seeds=seeds, **settings).estimate()
    assert within(estimate, run(task, seeds=seeds, **settings).total)


@pytest.mark.usefixtures("small_budgets")
@pytest.mark.parametrize("budget", [Budget(calls=300), Budget(tokens=4000), Budget(dollars=3.0), Budget(calls=90)])
@pytest.mark.parametrize("task", [toy_task(20), toy_task(40)])
def test_the_real_figures_lie_within_the_estimated_ones(task, budget):
    settings = {"model": Priced(), "budget": budget}
    estimate = started(task, **settings).estimate()
    total = run(task, **settings).total
    assert estimate.tokens.low <= total.tokens <= estimate.tokens.high
    assert estimate.dollars.low <= total.dollars <= estimate.dollars.high
    assert estimate.calls.low <= total.calls
    assert total.calls <= estimate.calls.high


def test_an_estimate_asks_no_model_and_leaves_the_run_as_it_was(tmp_path):
    model = Watched()
    by_hand = started(toy_task(20), model=model, run_dir=tmp_path)
    by_hand.estimate()
    assert model.requests == []
    while births := by_hand.ask():
        by_hand.tell(by_hand.evaluate(by_hand.bear(births)))
    assert by_hand.finish().best == run(toy_task(20)).best


def test_a_search_with_an_end_of_its_own_is_counted_to_it():
    recipe = toy_recipe(strategy=HillClimb, steps=2, candidates=3, fill=None)
    estimate = started(toy_task(20), recipe=recipe, budget=Budget(calls=10_000)).estimate()
    seeds, test, births = len(SEEDS) * 10, 10, 2 * 3
    rewrites, crossings = 4, 2  # as drawn; a crossing asks no model
    assert estimate.calls == (seeds + 5, seeds + test + births * 10 + rewrites * 3 + crossings * 0)


def test_where_time_is_the_one_limit_the_calls_have_none():
    estimate = started(toy_task(20), budget=Budget(seconds=60)).estimate()
    assert estimate.calls.high is estimate.tokens.high is None
    assert "no limit" in str(estimate)


def test_a_price_that_nobody_knows_is_said_to_be_unknown():
    estimate = started(toy_task(20)).estimate()
    assert estimate.dollars == (None, None)
    assert "not known" in str(estimate)


def test_a_price_list_is_read_for_models_that_have_one():
    model = LiteLLM("openai/mine", extra={"input_cost_per_token": 1e-6, "output_cost_per_token": 2e-6})
    assert model.price(1000, 500) == pytest.approx(0.002)
    estimate = started(toy_task(20), model=model).estimate()
    assert 0 < estimate.dollars.low < estimate.dollars.high
    assert LiteLLM("openai/gpt-4o-mini").price(1_000_000, 0) == pytest.approx(0.15)
    assert LiteLLM("openai/nobody-knows-it").price(1, 1) is None


def test_answers_by_log_probability_are_counted_at_a_token():
    by_text, by_logprob = (
        started(task, budget=Budget(calls=300)).estimate() for task in (toy_task(20), logprob_task(20))
    )
    assert by_logprob.calls == by_text.calls
    assert by_logprob.tokens.low > 0
