from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from judging import always, review_task

from evoprompt.genome import Genome, Shot
from evoprompt.operators.plain import gene_for
from evoprompt.operators.spans import sentences
from evoprompt.variation.individual import Individual
from evoprompt.variation.operator import Context, NoChild, known_operators

cheap = settings(max_examples=100, deadline=None)
OPERATORS = known_operators()
TWO = Genome({"instruction": "Judge it.", "role": "Critic."})
SENTENCE = st.sampled_from(["Judge it.", "Be brief!", "Say yes or no.", "Why?", "Read it twice."])


TASK = review_task(20, train=6, dev=6, test=2)
SHOTS = tuple(example.as_shot() for example in TASK.train)


def made(name, *genomes, model=None, task=TASK, seed=0, **options):
    parents = [Individual(each if isinstance(each, Genome) else Genome(each)) for each in genomes]
    return OPERATORS[name].using(**options)(parents, Context(random.Random(seed), task, model or always()))


def with_shots(*places):
    return Genome("Judge it.", shots=[SHOTS[place] for place in places])


# Genes


def test_the_gene_named_is_edited_else_any_rendered_one():
    context = Context(random.Random(0), TASK, always())
    assert gene_for(TWO, context, "role") == "role"
    assert {gene_for(TWO, context, "") for _ in range(20)} == {"instruction", "role"}
    with pytest.raises(ValueError, match="no gene 'rôle'; it has instruction, role"):
        gene_for(TWO, context, "rôle")


# Paraphrase


def test_paraphrase_takes_what_the_model_wrote():
    model = always('"Weigh {it}."')
    assert made("paraphrase", Genome("Judge {it}.", shots=SHOTS), model=model) == Genome("Weigh {it}.", shots=SHOTS)
    assert "Instruction: Judge {it}." in model.requests[0].text


def test_paraphrase_of_one_gene_leaves_the_others():
    assert made("paraphrase", TWO, model=always("Fan."), gene="role") == TWO.with_gene("role", "Fan.")


@pytest.mark.parametrize("answer", ["judge it", "Sure! Weigh it.", "Weigh it.\n\nOr: weigh this.", ""])
def test_paraphrase_adopts_no_copy_and_no_chatter(answer):
    with pytest.raises(NoChild):
        made("paraphrase", "Judge it.", model=always(answer))


# Sentence crossover


@cheap
@given(st.lists(SENTENCE, min_size=1, max_size=4), st.lists(SENTENCE, min_size=1, max_size=4), st.integers(0, 9))
def test_sentence_crossover_joins_a_head_and_a_tail(head, tail, seed):
    one, other = " ".join(head), " ".join(tail)
    try:
        child = made("sentence-crossover", one, other, seed=seed)["instruction"]
    except NoChild:
        return
    found = [child[a:b] for a, b in sentences(child)]
    assert set(found) <= {*head, *tail}
    assert len(set(found)) == len(found)
    assert child not in (one, other)
    first = list(dict.fromkeys(head))
    assert any(found[:i] == first[:i] and set(found[i:]) <= set(tail) for i in range(len(found) + 1))


def test_sentence_crossover_of_equal_parents_is_no_child():
    with pytest.raises(NoChild, match="share all"):
        made("sentence-crossover", "Judge it.", "Judge it.")


def test_sentence_crossover_takes_the_shots_from_either():
    one, other = with_shots(0, 1), with_shots(2)
    children = {made("sentence-crossover", one, other, seed=seed).shots for seed in range(10)}
    assert children == {one.shots, other.shots}


# Shots


def test_a_shot_is_added_of_the_label_that_has_the_fewest():
    targets = [shot.target for shot in SHOTS]
    bad = [place for place, target in enumerate(targets) if target == "bad"]
    for seed in range(10):
        child = made("shot-add", with_shots(*bad[:2]), seed=seed)
        (new,) = set(child.shots) - {SHOTS[place] for place in bad[:2]}
        assert new.target == "good"
        assert [shot for shot in child.shots if shot != new] == [SHOTS[place] for place in bad[:2]]


def test_no_shot_is_added_beyond_the_limit_or_the_train_examples():
    with pytest.raises(NoChild, match="2 shots already"):
        made("shot-add", with_shots(0, 1), most=2)
    with pytest.raises(NoChild, match="every train example"):
        made("shot-add", with_shots(*range(6)))
    with pytest.raises(NoChild, match="no train examples"):
        made("shot-add", "Judge it.", task=review_task(20, train=0, dev=6, test=2))


def test_dropping_takes_one_shot_out():
    for seed in range(10):
        child = made("shot-drop", with_shots(0, 1, 2), seed=seed)
        assert child.shots in (with_shots(1, 2).shots, with_shots(0, 2).shots, with_shots(0, 1).shots)
    with pytest.raises(NoChild, match="no shots"):
        made("shot-drop", "Judge it.")


def test_swapping_puts_another_example_in_one_place():
    for seed in range(10):
        child = made("shot-swap", with_shots(0, 1, 2), seed=seed)
        assert sum(one != other for one, other in zip(child.shots, SHOTS[:3], strict=True)) == 1
        assert len(set(child.shots)) == 3


def test_a_worked_out_shot_counts_as_its_example():
    worked = Shot(SHOTS[0].fields, SHOTS[0].target, "because")
    genome = Genome("Judge it.", shots=[worked, *SHOTS[1:5]])
    assert made("shot-add", genome).shots.count(SHOTS[5]) == 1


def test_reordering_moves_one_shot():
    children = set()
    for seed in range(30):
        children.add(made("shot-reorder", with_shots(0, 1, 2), seed=seed).shots)
    assert all(sorted(shots, key=str) == sorted(SHOTS[:3], key=str) for shots in children)
    assert len(children) > 2
    with pytest.raises(NoChild, match="two different shots"):
        made("shot-reorder", with_shots(0))


def test_sampling_draws_all_shots_anew_and_evenly_over_the_labels():
    for seed in range(10):
        shots = made("shot-sample", with_shots(0), seed=seed, least=4, most=4).shots
        assert len(set(shots)) == 4
        assert [shot.target for shot in shots].count("good") == 2
