from __future__ import annotations

import random
from dataclasses import replace

import pytest
from judging import QUESTION, SEEDS, Judge, always, review_task

from evoprompt.genome import Genome
from evoprompt.operators import evoprompt_de
from evoprompt.plan.budget import Budget
from evoprompt.run.evolution import Evolution, evolve
from evoprompt.search.recipe import get_recipe
from evoprompt.storage.record import without_times
from evoprompt.variation.individual import Individual, Origin
from evoprompt.variation.operator import Context, NoChild, get_operator

PARENTS = ("Judge {it}.", "Rate it.", "Weigh it.", "Grade it.")
SHOWN = (
    *(*evoprompt_de.SHOWN_DONORS, evoprompt_de.SHOWN_BEST, evoprompt_de.SHOWN_BASE),
    *(evoprompt_de.SHOWN_COMBINED, evoprompt_de.SHOWN_CHILD),
)


def individual(text, score=0.5, slot=0):
    made = Individual(text if isinstance(text, Genome) else Genome(text), Origin("x", slot=slot))
    made.fitness.values = (score,)
    return made


def rewritten(answer, parents=PARENTS, **options):
    model = always(answer)
    operator = get_operator("de-rewrite").using(**options)
    return operator([individual(parent) for parent in parents], Context(random.Random(0), review_task(), model)), model


# The operator


def test_one_call_shows_the_donors_the_best_and_the_base():
    child, model = rewritten("1. x\n2. y\n3. z\n4. <prompt>Assess {it}.</prompt>")
    assert child == Genome("Assess {it}.")
    (request,) = model.requests
    assert "A: Rate it.\nB: Weigh it.\nC: Grade it.\nD: Judge {it}.\n1." in request.text
    assert (request.temperature, request.top_p) == (0.5, 0.95)


def test_the_last_prompt_is_salvaged_from_steps_in_disorder():
    answer = (
        "3. <prompt>Assess it half way.</prompt>\n4. <prompt>Assess it.</prompt>\n\nAll four steps are <prompt> done."
    )
    assert rewritten(answer)[0] == Genome("Assess it.")


@pytest.mark.parametrize("shown", [*SHOWN, *PARENTS])
def test_a_copy_of_the_demonstration_or_of_a_parent_is_no_child(shown):
    with pytest.raises(NoChild, match="copied back"):
        rewritten(f"4. <prompt>{shown.lower()}</prompt>")


def test_other_genes_and_shots_come_from_the_base():
    base = Genome({"role": "Critic.", "instruction": "Judge it."}, hidden={"memory": "x"})
    others = [base.with_gene("instruction", text).with_gene("role", "Fan.") for text in PARENTS[1:]]
    child, _ = rewritten("<prompt>Assess it.</prompt>", [base, *others], gene="instruction")
    assert child == base.with_gene("instruction", "Assess it.")


# The recipe


def run(**settings):
    options = {"task": review_task(), "seeds": SEEDS, "model": Judge(), "budget": Budget(calls=900), "progress": False}
    recipe = get_recipe("evoprompt-de").using(**settings.pop("recipe", {}))
    return evolve(**{**options, **settings}, recipe=recipe)


def strategy_of(**settings):
    recipe = get_recipe("evoprompt-de").using(**settings)
    strategy = Evolution(review_task(), SEEDS, model=Judge(), recipe=recipe, progress=False).search.strategy
    strategy.population = [individual(f"p{i}", score) for i, score in enumerate((0.2, 0.9, 0.4, 0.6, 0.5, 0.1))]
    return strategy


def test_one_thread_and_eight_make_the_same_record():
    one, eight = run(n_jobs=1), run(n_jobs=8)
    assert without_times(one.record.lines) == without_times(eight.record.lines)
    assert one.best.score > one.seed.score
    assert {line["operator"] for line in one.record.of("birth")} == {"seed", "paraphrase", "de-rewrite"}


@pytest.mark.parametrize("donor", ["best", "random"])
def test_every_index_has_one_birth_with_its_base_first_and_two_others(donor):
    strategy = strategy_of(donor=donor, at_once=6)
    births = strategy.breed()
    assert [birth.slot for birth in births] == list(range(6))
    for birth, base in zip(births, strategy.population, strict=True):
        assert birth.parents[0] is base
        assert len({id(parent) for parent in birth.parents[:3]}) == 3


def test_the_best_goes_fourth():
    strategy = strategy_of(at_once=6)
    assert {str(birth.parents[3].genome) for birth in strategy.breed()} == {"p1"}


def test_a_better_child_is_the_best_of_the_next_birth_of_its_generation():
    """Guo 2023, algorithm 3, step "update the best": also within a generation, as in the authors' code."""
    strategy = strategy_of()
    bests = []
    for slot in range(6):
        (birth,) = strategy.breed()
        bests.append(str(birth.parents[3].genome))
        strategy.survive([individual(f"c{slot}", 0.95 if slot == 2 else 0.0, slot)])
    assert bests == ["p1", "p1", "p1", "c2", "c2", "c2"]


def test_one_birth_after_the_other_unless_more_are_asked_for_or_no_best_is_used():
    assert [len(strategy_of(**settings).breed()) for settings in ({}, {"at_once": 4}, {"donor": "random"})] == [1, 4, 6]
    with pytest.raises(ValueError, match="at_once"):
        get_recipe("evoprompt-de").using(at_once=0)


def test_a_random_donor_is_another_than_base_a_and_b():
    """Guo 2023, section 3.3, and the authors' code: a, b and c are drawn without putting back."""
    strategy = strategy_of(donor="random")
    births = [birth for _ in range(10) for birth in strategy.breed()]
    assert all(len({id(parent) for parent in birth.parents}) == 4 for birth in births)


def test_a_population_is_founded_whole_though_most_paraphrases_fail():
    class Clumsy(Judge):
        """Writes a paraphrase that can be read one time in fifteen, which is one birth in five or six."""

        def complete(self, request):
            said = super().complete(request)
            if (
                QUESTION not in request.text
                and "\nA: " not in request.text
                and random.Random(request.draw).random() > 0.065
            ):
                return replace(said, text="Sure, I can help with that!")
            return said

    result = run(model=Clumsy(), seeds=[SEEDS[0]], budget=Budget(calls=2_000))
    founding = [line for line in result.record.of("birth") if line["operator"] == "paraphrase"]
    assert sum(line["child"] is not None for line in founding) == 9
    assert sum(line["child"] is None for line in founding) > 20
    assert len(result.population) == 10


def test_a_random_donor_goes_fourth_where_that_is_asked_for():
    strategy = strategy_of(donor="random")
    drawn = {str(birth.parents[3].genome) for _ in range(5) for birth in strategy.breed()}
    assert len(drawn) > 2
    with pytest.raises(ValueError, match="one of best, random"):
        get_recipe("evoprompt-de").using(donor="worst")


def test_a_child_takes_the_place_of_its_base_only_where_it_is_strictly_better():
    strategy = strategy_of()
    strategy.survive([individual("c0", 0.2, 0), individual("c2", 0.41, 2), individual("c5", 0.05, 5)])
    assert [str(each.genome) for each in strategy.population] == ["p0", "p1", "c2", "p3", "p4", "p5"]


def test_a_whole_run_replaces_index_by_index_and_only_by_the_better():
    record = run().record
    scores = {line["genome"]: line["fitness"] for line in record.of("evaluation")}
    populations = [line["population"] for line in record.of("generation")]
    born = {(line["generation"], line["slot"]): line["child"] for line in record.of("birth")}
    replaced = 0
    founded = next(n for n, population in enumerate(populations) if len(population) == 10)
    for generation in range(founded + 1, len(populations)):
        for slot, (before, after) in enumerate(zip(populations[generation - 1], populations[generation], strict=True)):
            child = born.get((generation, slot))
            better = child is not None and scores[child] > scores[before]
            assert after == (child if better else before)
            replaced += better
    assert replaced > 0
