from __future__ import annotations

import math
import random
from collections import Counter

import pytest
from deap import base, tools
from hypothesis import given
from hypothesis import strategies as st
from toys import CROSSER, REWRITER, SWAPPER, Genome, cheap, individual, made_by, unit

from evoprompt.search.strategies import (
    Annealing,
    Beam,
    Differential,
    Founders,
    Genetic,
    HillClimb,
    Pool,
    Sampling,
    SteadyState,
    roulette,
)
from evoprompt.search.strategies.base import OFTEN, parents_for
from evoprompt.variation.individual import Individual

ALL = [Genetic, Differential, SteadyState, HillClimb, Annealing, Beam, Sampling]
FOUR = made_by(lambda parents, context: parents[0].genome, parents=4)
EVERY = made_by(lambda parents, context: parents[0].genome, parents="all")
NONE = made_by(lambda parents, context: Genome("x"), parents=0)


def strategy(kind, *, seeds=("a", "b", "c"), size=6, operators=REWRITER, fill=REWRITER, seed=0, keep=None, **settings):
    founders = Founders(tuple(map(Genome, seeds)), size, fill and Pool.of(fill), keep)
    return kind(founders, operators, random.Random(seed), **settings)


def worth(text):
    """A score made from the text."""
    return round(unit(text), 6)


def children_of(births, names="child", score=worth):
    """What an engine would make of births: a new text for each."""
    made = []
    for number, birth in enumerate(births):
        text = birth.genome["instruction"] if birth.genome else f"{names} {number}"
        child = Individual(Genome(text), birth.origin)
        child.fitness.values = (score(text),)
        made.append(child)
    return made


def founded(kind, **settings):
    """A strategy with its population founded."""
    made = strategy(kind, **settings)
    made.tell(children_of(made.ask()))
    if made.founders.more(made.population, random.Random(0)):
        made.tell(children_of(made.ask(), "filled"))
    return made


def advance(made, generations, *, start=0, score=worth):
    for generation in range(start, start + generations):
        births = made.ask()
        if not births:
            return
        made.tell(children_of(births, f"g{generation}", score))


def texts(individuals):
    return [each.genome["instruction"] for each in individuals]


# All strategies


@pytest.mark.parametrize("kind", ALL)
def test_a_strategy_begins_with_the_users_prompts_once_each(kind):
    births = strategy(kind, seeds=("a", "b", "a")).ask()
    assert [birth.genome["instruction"] for birth in births] == ["a", "b"]
    assert all(birth.operator is None for birth in births)


@pytest.mark.parametrize("kind", [Genetic, Differential, SteadyState, Sampling])
def test_a_population_is_filled_up_from_the_seeds_in_turn_best_first(kind):
    made = strategy(kind, size=8)
    made.tell(children_of(made.ask()))
    fill = made.ask()
    best = sorted("abc", key=worth, reverse=True)
    assert [birth.parents[0].genome["instruction"] for birth in fill] == [*best, *best][:5]
    made.tell(children_of(fill, "filled"))
    assert len(made.population) == 8


@pytest.mark.parametrize("kind", ALL)
def test_the_best_seeds_enter_where_there_are_more_than_the_population_has_room_for(kind):
    made = strategy(kind, seeds="abcdefgh", size=3)
    made.tell(children_of(made.ask()))
    assert texts(made.population)[0] == max("abcdefgh", key=worth)
    assert len(made.population) <= 3


@pytest.mark.parametrize("kind", ALL)
def test_the_same_seed_asks_for_the_same_births_and_another_for_others(kind):
    def asked(seed):
        made = founded(kind, operators=(REWRITER, SWAPPER, CROSSER), seed=seed)
        seen = []
        for generation in range(8):
            births = made.ask()
            seen.append([(b.operator.name, texts(b.parents), b.slot) for b in births])
            made.tell(children_of(births, f"g{generation}"))
        return seen

    assert asked(1) == asked(1)
    assert asked(1) != asked(2)


@pytest.mark.parametrize("kind", ALL)
def test_the_global_chance_of_the_caller_is_neither_used_nor_moved(kind):
    random.seed(1)
    state = random.getstate()
    advance(founded(kind), 5)
    assert random.getstate() == state


@pytest.mark.parametrize("kind", [Genetic, Differential, HillClimb, Beam, Sampling])  # the others take worse ones
def test_the_best_of_the_population_never_gets_worse(kind):
    made = founded(kind)
    best = max(each.score for each in made.population)
    for generation in range(10):
        advance(made, 1, start=generation)
        assert max(each.score for each in made.population) >= best
        best = max(each.score for each in made.population)


@pytest.mark.parametrize("kind", ALL)
def test_births_that_all_fail_leave_a_population(kind):
    made = founded(kind)
    before = sorted(texts(made.population))
    for _ in range(5):
        made.ask()
        made.tell([])
    assert sorted(texts(made.population)) == before


@pytest.mark.parametrize("kind", ALL)
def test_a_population_of_one_can_breed(kind):
    made = founded(kind, seeds=("a",), size=1, operators=(REWRITER, CROSSER, FOUR, EVERY, NONE))
    advance(made, 20)
    assert len(made.population) == (5 if kind is Beam else 1)


@pytest.mark.parametrize("kind", [Genetic, SteadyState, HillClimb, Annealing, Beam, Sampling])
@pytest.mark.parametrize(("operator", "n"), [(REWRITER, 1), (CROSSER, 2), (NONE, 0)])
def test_operators_get_as_many_parents_as_they_take(kind, operator, n):
    assert {len(birth.parents) for birth in founded(kind, operators=operator).ask()} == {n}


def test_an_operator_on_all_gets_the_chosen_one_and_the_rest_of_the_population():
    made = founded(Genetic, operators=EVERY)
    for birth in made.ask():
        assert sorted(texts(birth.parents)) == sorted(texts(made.population))


# The order of calls, and DEAP's traps


def test_asking_twice_is_refused():
    made = strategy(Genetic)
    made.ask()
    with pytest.raises(RuntimeError, match="ask\\(\\) was called twice"):
        made.ask()


def test_telling_what_was_not_asked_for_is_refused():
    with pytest.raises(RuntimeError, match="tell\\(\\) was called before ask"):
        strategy(Genetic).tell([])


def test_telling_more_than_was_asked_for_is_refused():
    made = strategy(Genetic)
    births = made.ask()
    with pytest.raises(ValueError, match="tell\\(\\) got 4 individuals for the 3 births that ask\\(\\) gave"):
        made.tell([*children_of(births), individual("d", 0.5)])


@pytest.mark.parametrize("score", [math.nan, None])
@pytest.mark.parametrize("kind", ALL)
def test_tell_refuses_nan_and_unevaluated_and_the_run_can_go_on(kind, score):
    made = founded(kind)
    before = texts(made.population)
    births = made.ask()
    with pytest.raises(ValueError, match=r"tell\(\) got genome \w+ with the fitness (\(nan,\)|none)"):
        made.tell([individual("bad", score)])
    assert texts(made.population) == before
    made.tell(children_of(births))


# Pools and founders


def test_a_pool_draws_in_proportion_to_the_weights():
    pool = Pool.of({REWRITER: 3.0, SWAPPER: 1.0})
    rng = random.Random(0)
    first = Individual(Genome("a"))
    drawn = Counter(pool.draw(rng, first).name for _ in range(2000))
    assert 1400 < drawn["toy-rewrite"] < 1600


@pytest.mark.parametrize("weight", [0, -1, math.nan, math.inf])
def test_a_weight_that_is_not_over_0_names_the_operator(weight):
    with pytest.raises(ValueError, match="operator 'toy-rewrite' needs a weight over 0"):
        Pool.of({REWRITER: weight})


def test_a_pool_and_a_search_need_something_to_begin_with():
    with pytest.raises(ValueError, match="at least one operator"):
        Pool.of([])
    with pytest.raises(ValueError, match="at least one seed prompt"):
        Founders((), 3)
    with pytest.raises(ValueError, match="at least 1 individual, got 0"):
        Founders((Genome("a"),), 0)


def test_few_seeds_may_be_kept_and_children_take_the_other_places():
    made = founded(Genetic, seeds="abcde", size=5, keep=2)
    assert texts(made.population)[:2] == sorted("abcde", key=worth, reverse=True)[:2]
    assert len(made.population) == 5


@cheap
@given(st.integers(1, 6), st.integers(1, 6))
def test_parents_are_different_while_there_are_enough(n, size):
    population = [individual(str(i), 0.5) for i in range(size)]
    parents = parents_for(
        made_by(lambda parents, context: None, parents=n), population[0], population, random.Random(0)
    )
    assert parents[0] is population[0]
    assert len(parents) == n
    if n <= size:
        assert len(set(parents)) == n


# Founders whose births fail


def founding(made, share, *, seed=0):
    """Found a population where a share of the births succeeds; gives the rounds and the births that this took."""
    made.tell(children_of(made.ask()))
    rng = random.Random(seed)
    rounds = births = 0
    while not made.is_between:
        asked = made.ask()
        rounds, births = rounds + 1, births + len(asked)
        made.tell(children_of([birth for birth in asked if rng.random() < share], f"round {rounds}"))
    return rounds, births


def test_founders_whose_births_failed_are_asked_for_until_the_population_is_full():
    full = 0
    for seed in range(20):
        made = strategy(Differential, seeds=("a",), size=10, operators=FOUR)
        founding(made, 0.15, seed=seed)
        full += len(made.population) == 10
    assert full >= 14  # each of nine is given up in one case of 25; it was 5 of 10 founders


def test_founding_ends_when_its_operator_has_failed_often_in_a_row():
    made = strategy(Genetic, seeds=("a", "b"), size=9)
    rounds, births = founding(made, 0.0)
    assert OFTEN <= births < OFTEN + 7
    assert rounds == math.ceil(OFTEN / 7)
    assert texts(made.population) == sorted("ab", key=worth, reverse=True)
    assert made.ask()


def test_a_success_begins_the_count_of_failures_anew():
    made = strategy(Genetic, seeds=("a",), size=4)
    made.tell(children_of(made.ask()))
    for _ in range(6):
        made.ask()
        made.tell([])
    made.tell(children_of(made.ask()[:1], "first"))
    for _ in range(9):
        assert len(made.ask()) == 2
        made.tell([])
        assert not made.is_between
    assert len(made.ask()) == 2
    made.tell([])
    assert made.is_between


def test_founders_are_children_of_the_seeds_in_turn_also_where_others_came_before():
    made = strategy(Genetic, seeds=("a", "b"), size=8)
    made.tell(children_of(made.ask()))
    parents = []
    for _ in range(4):
        births = made.ask()
        parents += [birth.parents[0].genome["instruction"] for birth in births]
        made.tell(children_of(births[:1], f"round {len(parents)}"))
    assert set(parents) == {"a", "b"}
    # One that no birth of its own can come of does not hold up the place it would have had.
    assert abs(parents.count("a") - parents.count("b")) <= 1


def test_founding_is_no_generation_of_the_search():
    made = strategy(Genetic, size=6)
    seen = [made.is_between]
    for share in (1, 0, 1, 1):
        births = made.ask()
        seen.append(made.is_between)
        made.tell(children_of(births, f"g{len(seen)}") if share else [])
        seen.append(made.is_between)
    assert seen == [False, False, False, False, False, False, True, False, True]


# The genetic algorithm


def test_survivors_are_the_best_of_parents_and_children_equal_prompts_once():
    made = founded(Genetic)
    births = made.ask()
    children = children_of(births)
    everyone = {*texts(made.population), *texts(children)}
    made.tell([*children[:-1], children[0]])
    kept = texts(made.population)
    everyone.discard(texts(children)[-1])
    assert kept == sorted(everyone, key=worth, reverse=True)[:6]


def test_as_many_children_as_wanted_are_born():
    assert len(founded(Genetic, children=11).ask()) == 11


@cheap
@given(st.lists(st.sampled_from([0.0, 0.0, 0.2, 0.9, -0.5]), min_size=1, max_size=8), st.integers(1, 20))
def test_roulette_gives_as_many_as_it_is_asked_for_whatever_the_fitness(scores, k):
    population = [individual(str(i), score) for i, score in enumerate(scores)]
    random.seed(0)
    chosen = roulette(population, k)
    assert len(chosen) == k
    assert {id(each) for each in chosen} <= {id(each) for each in population}
    if any(score > 0 for score in scores):
        assert all(each.score > 0 for each in chosen)


def test_roulette_prefers_the_better():
    population = [individual("a", 0.9), individual("b", 0.1)]
    random.seed(0)
    assert 800 < Counter(texts(roulette(population, 1000)))["a"] < 980


def test_the_users_own_selection_is_used_as_it_is():
    toolbox = base.Toolbox()
    seen = []

    def worst(population, k):
        seen.append(k)
        return tools.selWorst(population, 1) * k

    toolbox.register("select", worst)
    made = founded(Genetic, toolbox=toolbox, children=4)
    births = made.ask()
    assert seen == [4]
    assert {birth.parents[0].score for birth in births} == {min(each.score for each in made.population)}


@pytest.mark.parametrize("select", [tools.selRandom, tools.selBest, tools.selStochasticUniversalSampling])
def test_deaps_own_selections_serve_as_they_are(select):
    assert len(founded(Genetic, select=select).ask()) == 6


def test_deaps_tournament_is_registered_as_its_users_do():
    toolbox = base.Toolbox()
    toolbox.register("select", tools.selTournament, tournsize=6)
    made = founded(Genetic, toolbox=toolbox)
    advance(made, 3)
    assert len(made.population) == 6


def test_the_users_own_survival_is_used():
    toolbox = base.Toolbox()
    toolbox.register("survive", tools.selWorst)
    made = founded(Genetic, toolbox=toolbox)
    before = min(each.score for each in made.population)
    advance(made, 3)
    assert min(each.score for each in made.population) <= before
    assert max(each.score for each in made.population) < 0.5


def test_a_selection_that_gives_nothing_is_an_error_that_says_so():
    with pytest.raises(ValueError, match="the selection gave no individual"):
        founded(Genetic, select=lambda population, k: []).ask()


def test_two_parents_are_different_prompts_where_the_pool_has_two():
    made = founded(Genetic, operators=CROSSER)
    for generation in range(10):
        births = made.ask()
        assert all(len(set(birth.parents)) == 2 for birth in births if len(set(made.population)) > 1)
        made.tell(children_of(births, f"g{generation}"))


# Differential evolution


@pytest.mark.parametrize("donor", ["best", "random"])
def test_every_index_has_one_child_of_base_two_donors_and_a_third(donor):
    made = founded(Differential, operators=FOUR, donor=donor)
    births = made.ask()
    assert [birth.slot for birth in births] == list(range(6))
    for birth in births:
        base_one, a, b, third = birth.parents
        assert base_one is made.population[birth.slot]
        assert a is not b
        assert base_one not in (a, b)
        if donor == "best":
            assert third.score == max(each.score for each in made.population)


def test_the_best_so_far_is_updated_within_a_generation():
    """Guo 2023, algorithm 3: the best is that of all prompts scored so far, the generation's own children among them."""
    made = founded(Differential, operators=FOUR, at_once=1)
    top = max(each.score for each in made.population)
    thirds = []
    for slot in range(6):
        (birth,) = made.ask()
        assert birth.slot == slot
        thirds.append(birth.parents[3].genome["instruction"])
        made.tell(children_of([birth], f"slot {slot}", lambda text: 1.0 if text.startswith("slot 2") else 0.0))
        assert made.is_between == (slot == 5)
    before = next(text for text in texts(founded(Differential, operators=FOUR).population) if worth(text) == top)
    assert thirds == [before] * 3 + ["slot 2 0"] * 3


def test_base_and_donors_stand_in_the_population_as_the_generation_found_it():
    """Guo 2023: a generation's children replace their bases at its end; only the best is taken from among them."""
    made = founded(Differential, operators=FOUR, at_once=1)
    found = set(texts(made.population))
    for slot in range(6):
        (birth,) = made.ask()
        assert set(texts(birth.parents[:3])) <= found
        made.tell(children_of([birth], f"slot {slot}", lambda text: 1.0))
    assert not found & set(texts(made.population))
    assert not found & set(texts(made.ask()[0].parents))


def test_a_generation_may_be_planned_in_parts():
    made = founded(Differential, operators=FOUR, at_once=4)
    sizes = []
    for generation in range(4):
        births = made.ask()
        sizes.append([birth.slot for birth in births])
        made.tell(children_of(births, f"g{generation}"))
    assert sizes == [[0, 1, 2, 3], [4, 5], [0, 1, 2, 3], [4, 5]]


def test_the_best_stays_also_where_its_place_went_to_another():
    made = founded(Differential, operators=FOUR)
    births = made.ask()
    best = made.best
    made.population = [each for each in made.population if each is not best]
    made.tell([])
    assert made.best is best
    assert all(birth.parents[3] is best for birth in made.ask())
    assert births


def test_a_random_donor_is_none_of_the_other_three():
    """Guo 2023, and the authors' code: base, a, b and the third donor are drawn without putting back."""
    made = founded(Differential, operators=FOUR, donor="random")
    for generation in range(20):
        births = made.ask()
        assert all(len({id(parent) for parent in birth.parents}) == 4 for birth in births)
        made.tell(children_of(births, f"g{generation}"))


def test_a_child_replaces_its_own_index_and_only_where_it_is_better():
    made = founded(Differential, operators=FOUR)
    for each in made.population:
        each.fitness.values = (0.5,)
    births = made.ask()
    scores = [0.6, 0.5, 0.4, 0.9, 0.5, 0.0]
    children = children_of(births)
    for child, score in zip(children, scores, strict=True):
        child.fitness.values = (score,)
    before = list(made.population)
    made.tell([child for child in children if child.origin.slot != 3])  # the birth of index 3 failed
    assert [new is old for new, old in zip(made.population, before, strict=True)] == [
        False,
        True,
        True,
        True,
        True,
        True,
    ]


# Steady state


def test_the_losers_place_goes_to_the_winners_child_better_or_not():
    made = founded(SteadyState)
    before = list(made.population)
    births = made.ask()
    losers = [birth.slot for birth in births]
    assert len(set(losers)) == len(losers) == 3
    for birth in births:
        assert birth.parents[0].score >= before[birth.slot].score
    made.tell(children_of(births, score=lambda text: 0.0))
    for slot, each in enumerate(made.population):
        assert (each is before[slot]) == (slot not in losers)


def test_one_individual_alone_is_replaced_by_a_better_child_and_by_no_other():
    made = founded(SteadyState, seeds=("a",), size=1)
    top = made.population[0].score
    made.tell(children_of(made.ask(), "worse", lambda text: 0.0))
    made.tell(children_of(made.ask(), "equal", lambda text: top))
    assert texts(made.population) == ["a"]
    made.tell(children_of(made.ask(), "better", lambda text: 1.0))
    assert texts(made.population) == ["better 0"]


def test_an_odd_one_out_meets_nobody():
    assert len(founded(SteadyState, size=5).ask()) == 2


# Local search


def test_a_climb_begins_at_the_best_seed_and_takes_strictly_better_edits():
    made = founded(HillClimb, candidates=3, fill=None)
    assert texts(made.population) == [max("abc", key=worth)]
    top = made.population[0].score
    made.tell(children_of(made.ask(), score=lambda text: top))
    assert texts(made.population) == [max("abc", key=worth)]
    made.tell(children_of(made.ask(), "better", score=lambda text: 1.0))
    assert texts(made.population) == ["better 0"]


def test_a_climb_ends_when_its_patience_or_its_steps_are_used_up():
    patient = founded(HillClimb, patience=3)
    advance(patient, 20, score=lambda text: 0.0)
    assert (patient.step, patient.done) == (3, "no gain in 3 steps")
    assert patient.ask() == []
    stepwise = founded(HillClimb, steps=4)
    advance(stepwise, 20)
    assert (stepwise.step, stepwise.done) == (4, "the 4 steps are done")


@pytest.mark.parametrize("kind", [HillClimb, Annealing, Beam])
def test_a_step_whose_births_all_fail_takes_no_patience(kind):
    made = founded(kind, patience=2)
    for _ in range(5):
        assert made.ask()
        made.tell([])
    advance(made, 20, score=lambda text: 0.0)
    assert (made.step, made.done) == (7, "no gain in 2 steps")


def test_a_gain_gives_the_patience_back():
    made = founded(HillClimb, patience=2, candidates=1)
    advance(made, 1, score=lambda text: 0.0)
    advance(made, 1, start=1, score=lambda text: 1.0)
    advance(made, 20, start=2, score=lambda text: 0.0)
    assert made.step == 4


def test_annealing_takes_worse_edits_while_it_is_hot_and_none_when_it_is_cold():
    def moves(heat, steps, start=0):
        made = founded(Annealing, candidates=1, heat=heat)
        made.step = start
        current = made.population[0].score
        taken = 0
        for generation in range(steps):
            made.tell(children_of(made.ask(), f"g{generation}", lambda text: current - 0.05))
            taken += made.population[0].score < current
            made.population[0].fitness.values = (current,)
        return taken

    assert moves(10.0, 10) >= 8
    assert moves(0.1, 50, start=100) == 0


@pytest.mark.parametrize(("heat", "start"), [(0.0, 0), (0.1, 5000)])
def test_annealing_without_any_heat_is_a_climb(heat, start):
    made = founded(Annealing, candidates=1, heat=heat)
    made.step = start
    top = texts(made.population)
    advance(made, 1, score=lambda text: 0.0)
    assert texts(made.population) == top
    advance(made, 1, start=1, score=lambda text: 1.0)
    assert texts(made.population) == ["g1 0"]


def test_annealing_remembers_the_best_also_where_it_has_moved_on():
    made = founded(Annealing, candidates=1, heat=100.0)
    best = made.population[0].score
    advance(made, 20, score=lambda text: 0.0)
    assert made.population[0].score == 0
    assert made.best.score == best


def test_annealing_gains_patience_over_the_current_prompt_and_not_over_the_best():
    """The authors' code of Prasad 2023: patience begins anew where a candidate is better than the base."""
    made = founded(Annealing, candidates=1, heat=1e-9, patience=2)
    made.population[0].fitness.values = (0.2,)  # it has moved down to a worse one
    made.best = individual("best", 0.9)
    for generation, score in enumerate((0.1, 0.3, 0.1, 0.4, 0.1, 0.1)):
        advance(made, 1, start=generation, score=lambda text, score=score: score)
        assert not made.done
    assert made.ask() == []
    assert made.done == "no gain in 2 steps"


def test_annealing_goes_on_while_it_moves_though_patience_has_run_out():
    """The authors' code of Prasad 2023: it breaks off at a step alone that takes no candidate."""
    made = founded(Annealing, candidates=1, heat=1e9, patience=2)
    for generation in range(5):
        advance(made, 1, start=generation, score=lambda text, generation=generation: -float(generation))
        assert texts(made.population) == [f"g{generation} 0"]
    made.heat = 0.0
    advance(made, 1, start=5, score=lambda text: -9.0)
    assert made.ask() == []


def test_a_beam_edits_every_prompt_and_keeps_the_best_equal_ones_once():
    made = founded(Beam, width=3, candidates=2)
    births = made.ask()
    assert Counter(texts([birth.parents[0] for birth in births])) == dict.fromkeys(texts(made.population), 2)
    children = children_of(births)
    made.tell([*children[:-1], children[0]])
    assert len(made.population) == len(set(made.population)) == 3
    assert made.candidates == 2


def test_a_beam_grows_to_its_width():
    made = founded(Beam, seeds=("a",), size=1, fill=None, width=4, candidates=3)
    advance(made, 3)
    assert len(made.population) == 4


# No search


def test_sampling_draws_every_child_from_the_seeds():
    made = founded(Sampling, seeds=("a", "b"), fill=None)
    for generation in range(5):
        births = made.ask()
        assert Counter(texts([birth.parents[0] for birth in births])) == {"a": 3, "b": 3}
        made.tell(children_of(births, f"g{generation}"))
    assert len(made.population) == 6
