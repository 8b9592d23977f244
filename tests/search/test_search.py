"""Search works: on landscapes with a known optimum, every strategy and recipe beats random births at equal calls.

Random births are children of the seeds by the same operators, never of children: what is left of a search without
selection. The model's luck is part of the landscapes (`NOISE`), so that winners are also tested for not being flukes:
what is compared is their true regret, which no search sees.
"""

from __future__ import annotations

import math
import random
import statistics
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache

import pytest
from toys import made_by

import evoprompt as ep
from evoprompt.genome import Genome
from evoprompt.search.recipe import Recipe, Search, Start, get_recipe
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
    Strategy,
)
from evoprompt.testing import Landscape
from evoprompt.testing.wording import as_text, find
from evoprompt.variation.operator import Operator, get_operator

RUNS = 20
NOISE = 0.1
DEV = 20
CALLS = 1_000  # some 48 evaluations, and their births
Ground = Callable[[int], Landscape]


# Where and how runs are compared


def plain_ground(seed: int) -> Landscape:
    """Six phrases help, ten don't."""
    return Landscape.drawn(seed, helpful=6, harmful=4, neutral=6, noise=NOISE)


def wide_ground(seed: int) -> Landscape:
    """Eight phrases help, twelve don't: the optimum is far from what fifty evaluations reach."""
    return Landscape.drawn(seed, helpful=8, harmful=4, neutral=8, noise=NOISE)


def ground_with_hints(seed: int) -> Landscape:
    """Most phrases are useless, but the model works its answers out, and right ones show how."""
    return Landscape.drawn(seed, noise=NOISE, hints=1.0)


def ground_of_shots(seed: int) -> Landscape:
    """Solved examples help as much as phrases do."""
    return Landscape.drawn(seed, helpful=6, harmful=4, neutral=6, useful_shots=4, noise=NOISE)


def long_winded_ground(seed: int) -> Landscape:
    """One seed prompt, half of it harmful: what edits can mend that bring in little that is new."""
    land = plain_ground(seed)
    ranked = sorted(land.phrases, key=land.weights.__getitem__)
    start = [*ranked[:4], *ranked[5:8], *ranked[-3:]]
    random.Random(seed).shuffle(start)
    return replace(land, start=tuple(start))


def regret(recipe: Recipe, land: Landscape, seed: int, *, seeds: int = 4, dev: int = DEV, calls: int = CALLS) -> float:
    """The true regret of a run's winner."""
    result = ep.evolve(
        land.task(20, dev),
        land.seed_prompts(seeds),
        model=land.model(),
        operator_model=land.operator_model(),
        recipe=recipe,
        budget=ep.Budget(calls=calls),
        seed=seed,
        progress=False,
    )
    assert result.total.calls <= calls
    return land.regret(result.best.genome)


@cache
def regrets(arm: Callable[[], Recipe], ground: Ground, runs: int = RUNS, **settings: int) -> list[float]:
    return [regret(arm(), ground(seed), seed, **settings) for seed in range(runs)]


def assert_beats(better: Sequence[float], worse: Sequence[float], errors: float = 2.0) -> None:
    """Paired over the landscapes: less regret by more than so many standard errors, and in most of them."""
    gains = [w - b for b, w in zip(better, worse, strict=True)]
    wins, losses = sum(gain > 1e-9 for gain in gains), sum(gain < -1e-9 for gain in gains)
    mean, error = statistics.mean(gains), statistics.stdev(gains) / math.sqrt(len(gains))
    said = f"regret {statistics.mean(better):.3f} against {statistics.mean(worse):.3f}, {wins} wins, {losses} losses"
    assert mean > errors * error, said
    assert wins > losses, said


# The arms


PARAPHRASE, CROSSOVER = get_operator("paraphrase"), get_operator("sentence-crossover")


def searching(strategy: type[Strategy], operators: Sequence[Operator] = (PARAPHRASE, CROSSOVER), **settings: int):
    """A recipe of a bare strategy."""

    def bare(start: Start) -> Search:
        founders = Founders(start.seeds, 8, Pool.of(PARAPHRASE))
        return Search(strategy(founders, operators, start.rng, start.toolbox, **settings))

    return Recipe(strategy.__name__.lower(), bare)


def births_at_random(recipe: Recipe) -> Recipe:
    """The same operators, allocation and fitness, but every birth is of the seeds."""

    def sampled(start: Start) -> Search:
        search = recipe.build(start)
        founders = Founders(start.seeds, max(10, len(start.seeds)))
        strategy = Sampling(founders, search.strategy.pool, start.rng, start.toolbox)
        return Search(strategy, search.allocation, search.fitness)

    return Recipe("births-at-random", sampled)


def genetic() -> Recipe:
    return searching(Genetic)


def steady_state() -> Recipe:
    return searching(SteadyState)


def hill_climb() -> Recipe:
    return searching(HillClimb)


def annealing() -> Recipe:
    return searching(Annealing)


def beam() -> Recipe:
    return searching(Beam, width=3, candidates=3)


def differential() -> Recipe:
    return searching(Differential, (get_operator("de-rewrite"),))


def evoprompt_ga() -> Recipe:
    return get_recipe("evoprompt-ga")


def evoprompt_de() -> Recipe:
    return get_recipe("evoprompt-de")


def evoprompt_de_with_random_donors() -> Recipe:
    return evoprompt_de().using(donor="random")


def promptbreeder() -> Recipe:
    return get_recipe("promptbreeder").using(population_size=8, batch=DEV)


def promptbreeder_without_lamarckian() -> Recipe:
    return promptbreeder().using(without="pb-lamarckian")


def grips() -> Recipe:
    return get_recipe("grips").using(patience=10, steps=100)


def grips_annealing() -> Recipe:
    return grips().using(search="annealing")


def grips_beam() -> Recipe:
    return grips().using(search="beam", width=3)


def default() -> Recipe:
    return get_recipe("default")


@cache
def at_random(arm: Callable[[], Recipe]) -> Callable[[], Recipe]:
    """The arm of random births beside an arm; arms with the same operators share it."""
    same = {evoprompt_de: differential, **dict.fromkeys((steady_state, hill_climb, annealing, beam), genetic)}
    if arm in same:
        return at_random(same[arm])

    def random_births() -> Recipe:
        return births_at_random(arm())

    return random_births


# Against random births


@pytest.mark.parametrize(
    "arm",
    [
        hill_climb,
        steady_state,
        *(pytest.param(arm, marks=pytest.mark.slow) for arm in (genetic, annealing, beam, differential)),
    ],
)
def test_every_strategy_beats_random_births(arm):
    assert_beats(regrets(arm, plain_ground), regrets(at_random(arm), plain_ground))


@pytest.mark.parametrize(
    "arm", [evoprompt_de, *(pytest.param(arm, marks=pytest.mark.slow) for arm in (evoprompt_ga, promptbreeder))]
)
def test_every_recipe_beats_random_births(arm):
    assert_beats(regrets(arm, plain_ground), regrets(at_random(arm), plain_ground))


@pytest.mark.parametrize(
    "arm", [grips, *(pytest.param(arm, marks=pytest.mark.slow) for arm in (grips_annealing, grips_beam))]
)
def test_grips_beats_random_edits_of_a_long_prompt(arm):
    settings = {"seeds": 1, "dev": 30, "calls": 1_200}
    better, worse = (regrets(each, long_winded_ground, **settings) for each in (arm, at_random(grips)))
    assert_beats(better, worse)


def test_the_default_recipe_beats_random_births():
    assert_beats(regrets(default, ground_of_shots), regrets(at_random(default), ground_of_shots))


def test_search_beats_best_of_n():
    def best_of_n() -> Recipe:
        return get_recipe("best-of-n")

    assert_beats(regrets(evoprompt_de, plain_ground), regrets(best_of_n, plain_ground))


@pytest.mark.slow
@pytest.mark.parametrize("arm", [genetic, steady_state, beam, evoprompt_ga, evoprompt_de, promptbreeder])
def test_the_same_on_wider_ground_with_more_calls(arm):
    settings = {"dev": 40, "calls": 3_000}
    assert_beats(regrets(arm, wide_ground, **settings), regrets(at_random(arm), wide_ground, **settings))


# What sets each apart


@pytest.mark.slow
def test_the_best_prompt_is_a_better_donor_than_a_random_one():
    settings = {"runs": 40, "dev": 30, "calls": 1_500}
    arms = (evoprompt_de, evoprompt_de_with_random_donors)
    assert_beats(*(regrets(arm, wide_ground, **settings) for arm in arms))


@pytest.mark.slow
def test_promptbreeder_does_worse_without_its_lamarckian_operator():
    arms = (promptbreeder, promptbreeder_without_lamarckian)
    assert_beats(*(regrets(arm, ground_with_hints, calls=1_200) for arm in arms))


def toggling(land: Landscape) -> Operator:
    """An operator that puts one phrase in, or takes it out where it is there."""

    def toggle(parents, context):
        here = [found.text for found in find(parents[0].genome["instruction"], land.phrases)]
        phrase = context.rng.choice(land.phrases)
        there = [each for each in here if each != phrase] if phrase in here else [*here, phrase]
        return Genome(as_text(land.opening, there))

    return made_by(toggle, calls=0)


def end_of_climb(strategy: type[Strategy], seed: int) -> float:
    """Regret after a climb from a local optimum that has the true one behind a valley."""
    land = Landscape.drawn(seed, helpful=4, harmful=0, neutral=0, orders=0, together=0, traps=1)
    (trap,) = land.together
    land = replace(land, start=tuple(phrase for phrase in land.phrases if phrase not in trap))

    def climb(start: Start) -> Search:
        return Search(strategy(Founders(start.seeds, 1), toggling(land), start.rng, start.toolbox))

    return regret(Recipe("climb", climb), land, seed, seeds=1, dev=40, calls=1_200)


def test_annealing_leaves_a_deceptive_optimum_where_greed_stays_for_ever():
    assert all(end_of_climb(HillClimb, seed) > 0.1 for seed in range(8))
    assert sum(end_of_climb(Annealing, seed) < 0.1 for seed in range(8)) >= 4


# What theory says exactly


def shuffle_shots(parents, context):
    shots = parents[0].genome.shots
    return parents[0].genome.with_shots(context.rng.sample(shots, len(shots)))


@pytest.mark.parametrize("strategy", [Genetic, SteadyState, HillClimb, Annealing, Beam, Sampling])
def test_an_evolution_that_changes_nothing_the_model_minds_keeps_its_score(strategy):
    land = Landscape.drawn(0)
    task = land.task(20, 40, 40)
    seed = Genome(land.seed_prompt, shots=[example.as_shot() for example in task.train[:5]])

    def idle(start: Start) -> Search:
        shuffle = made_by(shuffle_shots, calls=0)
        return Search(strategy(Founders(start.seeds, 5, Pool.of(shuffle)), shuffle, start.rng, start.toolbox))

    result = ep.evolve(
        task, seed, model=land.model(), recipe=Recipe("idle", idle), budget=ep.Budget(calls=1_000), progress=False
    )
    assert len(list(result.record.of("evaluation"))) > 10
    assert {line["fitness"] for line in result.record.of("evaluation")} == {result.seed.score}
    assert {row.best for row in result.history} == {row.median for row in result.history} == {result.seed.score}
    assert result.test.comparison.difference == 0
    assert not result.improved


def test_the_best_so_far_never_gets_worse_on_a_fixed_set():
    land = plain_ground(0)
    for arm in (genetic, steady_state, annealing, differential):
        result = ep.evolve(
            land.task(20, DEV),
            land.seed_prompts(4),
            model=land.model(),
            operator_model=land.operator_model(),
            recipe=arm(),
            budget=ep.Budget(calls=CALLS),
            progress=False,
        )
        best = [row.best for row in result.history]
        assert best == sorted(best)
        assert result.best.score == best[-1]
