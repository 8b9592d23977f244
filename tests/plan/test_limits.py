from __future__ import annotations

from dataclasses import replace

import pytest
from toys import REWRITER, SEEDS, SWAPPER, Fallible, ToyModel, example, individual, run, toy_recipe, toy_task

from evoprompt.genome import Genome
from evoprompt.models.allowance import allowance
from evoprompt.models.model import Abandoned, Completion
from evoprompt.models.usage import Usage
from evoprompt.plan.budget import Budget
from evoprompt.plan.floor import Floor
from evoprompt.plan.limits import Limits
from evoprompt.plots.report import report
from evoprompt.tasks.evaluation import Answer
from evoprompt.tasks.example import Score
from evoprompt.variation.operator import Birth, Born

pytestmark = pytest.mark.usefixtures("small_budgets")  # these look at what a run does, not at what it finds

TASK = toy_task(20)  # 5 train, 10 dev, 5 test
SEED = Genome(SEEDS[0])
FLOOR = Floor(seeds=10, founders=50, children=60, least=100)


def limits(**budget):
    return Limits(TASK, [SEED], 10, Budget(**budget), model=ToyModel(), operator_model=ToyModel())


def births(n, operator=REWRITER):
    return [Birth(operator, (individual(SEEDS[0], 0.5),))] * n


def answers(n, tokens_in=50, tokens_out=2, dollars=0.0):
    return [Answer(example(), "", Score(1.0), Usage(1, tokens_in, tokens_out, dollars)) for _ in range(n)]


def test_calls_are_planned_exactly_beside_the_sealed_test():
    limit = limits(calls=100)
    assert limit.ledger.reserved == Usage(calls=10)
    assert limit.affordable(births(20)) == ("the budget of 100 calls", 6)  # each may try 3 times, and has 10 answers
    assert limit.affordable(births(20, SWAPPER)) == ("the budget of 100 calls", 9)
    assert limit.affordable(births(6)) == ("", 6)
    assert limit.fitting([(SEED, example())] * 200, for_test=False) == 90
    assert limit.fitting([(SEED, example())] * 200, for_test=True) == 100


def test_retries_may_take_what_is_neither_planned_nor_set_aside():
    limit = limits(calls=100)
    limit.take_birth(Born(None, (), Usage(calls=20)))
    assert limit.spare(30) == 40
    assert limit.spare(30, for_test=True) == 50
    assert limit.spare(1000) == 0
    assert limits(tokens=100).spare(5) is None


def test_a_budget_that_ends_before_the_seeds_is_refused():
    limits(calls=20).check(FLOOR, is_search=False)
    with pytest.raises(ValueError, match="a budget of 19 calls is too small: the sealed test takes 10, the seed"):
        limits(calls=19).check(FLOOR, is_search=False)


def test_tokens_are_planned_by_what_answers_took():
    limit = limits(tokens=2_000)
    assert limit.most == 8  # nothing is known yet
    limit.take_answers(SEED, answers(8), "task")
    limit.reserve(SEED, SEED)
    assert limit.most is None
    assert limit.ledger.reserved.tokens == 10 * 52
    left = 2_000 - 8 * 52 - 10 * 52
    assert limit.fitting([(SEED, example())] * 200, for_test=False) == left // 52
    assert limit.affordable(births(20, SWAPPER)) == ("the budget of 2000 tokens", left // 520)


def test_longer_prompts_are_expected_to_take_more():
    limit = limits(tokens=2_000)
    limit.take_answers(SEED, answers(8), "task")
    long = Genome(SEEDS[0] * 5)
    short, longer = (limit.fitting([(genome, example())] * 200, for_test=False) for genome in (SEED, long))
    assert longer < short


def test_money_is_planned_by_what_tokens_cost():
    limit = limits(dollars=1.0)
    limit.take_answers(SEED, answers(10, dollars=0.01), "task")
    limit.reserve(SEED, SEED)
    assert limit.ledger.reserved.dollars == pytest.approx(0.1)
    assert limit.fitting([(SEED, example())] * 200, for_test=False) in (79, 80)


def test_the_search_ends_early_enough_for_the_sealed_test():
    limit = limits(seconds=100.0)
    assert limit.until(0.0) == 100.0
    limit.take_answers(SEED, answers(20), "task")
    assert limit.until(40.0) == 100.0 - 2.0 * 10  # two seconds an answer, ten answers to come
    assert limit.reached(1, 60.0) == ""
    assert limit.reached(1, 70.0) == "the budget of 100 seconds is spent"  # 35 are needed for the test at this pace


@pytest.mark.parametrize(
    "budget", [Budget(tokens=2_500), Budget(tokens=6_000), Budget(dollars=0.35), Budget(dollars=1.0)]
)
@pytest.mark.parametrize("n_jobs", [1, 8])
def test_tokens_and_money_are_kept_and_nearly_used_up(budget, n_jobs):
    class Wordy(Fallible):
        """Its rewrites get longer and its answers have different lengths."""

        def complete(self, request):
            completion = super().complete(request)
            tokens_out = completion.tokens_out + len(request.text) % 7
            return Completion(
                completion.text, completion.tokens_in, tokens_out, 1e-4 * (completion.tokens_in + tokens_out)
            )

    total = run(toy_task(20), model=Wordy(), budget=budget, recipe=toy_recipe(size=4), n_jobs=n_jobs).total
    used, limit = (total.tokens, budget.tokens) if budget.tokens else (total.dollars, budget.dollars)
    assert 0.8 * limit < used < 1.02 * limit


def test_a_sealed_test_that_is_cut_by_retries_says_so():
    class Flaky(ToyModel):
        """Loses calls from the sealed test on, so that not all of it can be paid for."""

        calls = 0

        def complete(self, request):
            self.calls += 1
            if self.calls in (62, 68) and not allowance().take():
                raise Abandoned("the budget is spent")
            return super().complete(request)

    result = run(toy_task(20), model=Flaky(), budget=Budget(calls=70), recipe=toy_recipe(SWAPPER, fill=None))
    assert result.test is not None
    assert len(result.test.seed.answers) == 3
    assert "of the 5 test examples were left out: the budget was spent" in str(result)
    assert f"Sealed test on {len(result.test.seed.answers)} of 5 examples" in report(result.record)


def test_a_model_that_takes_several_calls_for_an_answer_leaves_room_for_the_sealed_test():
    class Stubborn(ToyModel):
        """Each answer takes three calls, which nobody planned."""

        def complete(self, request):
            return replace(super().complete(request), calls=3)

    result = run(toy_task(20), model=Stubborn(), budget=Budget(calls=300))
    assert result.test is not None
    assert len(result.test.seed.answers) == 5
