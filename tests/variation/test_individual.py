from __future__ import annotations

import pickle
import random

import numpy as np
import pytest
from deap import creator, tools
from toys import individual

from evoprompt.variation.individual import Fitness, Individual, lend


def test_individuals_are_equal_where_their_visible_prompts_are():
    assert individual("a", 0.1) == individual("a", 0.9, hidden={"memory": "m"})
    assert len({individual("a"), individual("a", hidden={"memory": "m"}), individual("b")}) == 2
    assert individual("a") != "a"


def test_the_score_of_an_unevaluated_individual_is_an_error_that_says_so():
    with pytest.raises(RuntimeError, match="has no fitness yet; evaluate it first"):
        _ = individual("a").score


def test_fitness_is_maximised():
    assert Fitness((0.9,)) > Fitness((0.1,))
    assert tools.selBest([individual("a", 0.1), individual("b", 0.9)], 1)[0].score == 0.9


def test_no_class_is_made_in_deaps_global_creator():
    assert not {"Individual", "Fitness", "FitnessMax"} & set(vars(creator))


def test_an_individual_survives_pickling_for_worker_processes():
    back = pickle.loads(pickle.dumps(individual("a", 0.5)))
    assert back == individual("a")
    assert back.score == 0.5


def draws():
    return random.random(), np.random.random()


def test_deap_draws_from_the_lent_chance_and_the_callers_comes_back():
    random.seed(1)
    np.random.seed(1)
    expected = draws()
    random.seed(1)
    np.random.seed(1)
    with lend(random.Random(7)):
        first = draws()
    assert draws() == expected
    with lend(random.Random(7)):
        assert draws() == first


def test_lent_chance_goes_on_from_loan_to_loan():
    rng = random.Random(7)
    with lend(rng):
        first = draws()
    with lend(rng):
        second = draws()
    assert first[0] != second[0]
    assert first[1] != second[1]


def test_the_callers_chance_comes_back_after_an_error():
    random.seed(1)
    expected = random.random()
    random.seed(1)
    with pytest.raises(TypeError), lend(random.Random(7)):
        random.randint(1, "many")
    assert random.random() == expected


def test_deaps_hall_of_fame_takes_equal_prompts_once():
    fame = tools.HallOfFame(5)
    fame.update([individual("a", 0.5), individual("a", 0.5), individual("b", 0.4)])
    assert [each.genome["instruction"] for each in fame] == ["a", "b"]
    assert isinstance(fame[0], Individual)
