from __future__ import annotations

from toys import SWAPPER, individual

from evoprompt.search.genealogy import Genealogy, best_of_all
from evoprompt.variation.individual import Origin
from evoprompt.variation.operator import Birth


def child(text: str, parent, score: float):
    made = individual(text, score)
    made.origin = Origin("swap", (parent.genome.id,))
    return made


def test_the_history_holds_each_genome_once_in_order():
    kin = Genealogy()
    one, two = individual("one", 0.1), individual("two", 0.2)
    kin.add([one, two])
    kin.add([individual("one", 0.9), child("three", one, 0.3)])
    assert [(past.genome["instruction"], past.score) for past in kin.history] == [
        ("one", 0.1),
        ("two", 0.2),
        ("three", 0.3),
    ]


def test_a_lineage_follows_first_parents_oldest_first():
    kin = Genealogy()
    one = individual("one", 0.1)
    two = child("two", one, 0.2)
    three = child("three", two, 0.3)
    for each in (one, two, three):
        kin.add([each])
    lineage = kin.lineage(Birth(SWAPPER, (three, one)))
    assert [past.genome["instruction"] for past in lineage] == ["one", "two", "three"]
    assert kin.lineage(Birth(SWAPPER, ())) == []


def test_who_was_once_the_best_of_the_population_stays_an_elite():
    kin = Genealogy()
    one, equal = individual("one", 0.3), individual("equal", 0.3)
    two, three = child("two", one, 0.2), child("three", one, 0.4)
    kin.add([one, equal, two])
    kin.crown([two, one, equal])
    kin.add([three])
    kin.crown([two, three])
    kin.crown([])

    def elites(parent):
        return [past.genome["instruction"] for past in kin.elites(Birth(SWAPPER, (parent,)))]

    assert [elites(each) for each in (one, equal, two, three)] == [["one"], [], ["one"], ["one", "three"]]


def test_a_lineage_that_comes_back_to_itself_ends():
    kin = Genealogy()
    one = individual("one", 0.1)
    two = child("two", one, 0.2)
    kin.add([child("one", two, 0.1)])
    kin.add([two])
    assert len(kin.lineage(Birth(SWAPPER, (two,)))) == 2


def test_the_best_seed_is_the_first_of_the_best():
    kin = Genealogy()
    kin.add([individual("one", 0.1), individual("two", 0.5), individual("three", 0.5)])
    kin.add([child("four", individual("one", 0.1), 0.9)])
    assert kin.best_seed.genome["instruction"] == "two"


def test_of_equals_the_earlier_stays_the_best():
    before, told = individual("one", 0.5), individual("two", 0.5)
    assert best_of_all(before, [told], [before, told], fixed=True) is before
    assert best_of_all(None, [told], [told], fixed=True) is told
    assert best_of_all(before, [], [], fixed=True) is before


def test_where_examples_change_the_best_is_of_the_present_population():
    before, alive = individual("one", 0.9), individual("two", 0.5)
    assert best_of_all(before, [alive], [alive], fixed=False) is alive
