from __future__ import annotations

import json
import pickle
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toys import cheap

from evoprompt.genome import Genome, Shot

texts = st.text(max_size=20)
names = st.text(min_size=1, max_size=6)
shots = st.builds(
    Shot,
    st.dictionaries(names, texts, max_size=3).map(lambda fields: tuple(fields.items())),
    texts,
    texts,
)


@st.composite
def genomes(draw):
    genes = draw(st.dictionaries(names, texts, max_size=3))
    hidden = draw(st.dictionaries(names.filter(lambda name: name not in genes), texts, max_size=3))
    return Genome(genes, shots=draw(st.lists(shots, max_size=3)), hidden=hidden)


@cheap
@given(genomes())
def test_a_genome_comes_back_from_json_as_it_was(genome):
    back = Genome.from_json(json.loads(json.dumps(genome.to_json())))
    assert back == genome
    assert hash(back) == hash(genome)
    assert back.id == genome.id


@cheap
@given(genomes(), genomes())
def test_ids_are_equal_exactly_where_genomes_are(one, other):
    assert (one.id == other.id) == (one == other)


def test_shots_whose_fields_stand_in_another_order_are_another_genome_with_another_id():
    one = Genome("x", shots=[Shot((("a", "1"), ("b", "2")), "y")])
    other = Genome("x", shots=[Shot((("b", "2"), ("a", "1")), "y")])
    assert one != other
    assert one.id != other.id


def test_equal_content_is_equal_whatever_the_order_in_which_it_was_put_together():
    one = Genome({"role": "a", "instruction": "b"}, hidden={"y": "1", "x": "2"})
    other = Genome({"instruction": "b"}).with_hidden("x", "2").with_gene("role", "a").with_hidden("y", "1")
    assert one == other
    assert len({one, other}) == 1


def test_the_order_of_shots_makes_another_genome():
    a, b = Shot((), "a"), Shot((), "b")
    assert Genome("x", shots=[a, b]) != Genome("x", shots=[b, a])


def test_a_plain_text_is_the_gene_instruction():
    assert Genome("Judge.") == Genome({"instruction": "Judge."})


def test_with_gene_leaves_the_genome_as_it_was():
    genome = Genome("Judge.")
    assert genome.with_gene("instruction", "Decide.")["instruction"] == "Decide."
    assert genome["instruction"] == "Judge."


def test_a_hidden_gene_stays_hidden_when_it_is_replaced():
    genome = Genome("x", hidden={"mutation": "a"}).with_gene("mutation", "b")
    assert dict(genome.hidden) == {"mutation": "b"}
    assert "mutation" not in dict(genome.genes)


def test_the_visible_genome_is_all_but_the_hidden_genes():
    shot = Shot((("number", "1"),), "odd")
    genome = Genome("x", shots=[shot], hidden={"memory": "m"})
    assert genome.visible == Genome("x", shots=[shot])
    assert genome.visible.visible is genome.visible


def test_an_unknown_gene_is_named_with_those_there_are():
    with pytest.raises(KeyError, match=r"no gene named 'role'; this genome has instruction, memory"):
        Genome("x", hidden={"memory": ""})["role"]
    assert Genome("x").get("role", "none") == "none"


def test_a_name_cannot_be_both_rendered_and_hidden():
    with pytest.raises(ValueError, match="'instruction' is both rendered and hidden"):
        Genome("x", hidden={"instruction": "y"})


@pytest.mark.parametrize("text", [None, 3, b"bytes"])
def test_a_gene_that_is_no_text_is_refused_by_name(text):
    with pytest.raises(TypeError, match="gene 'role' must be a text"):
        Genome({"role": text})


def test_a_shot_whose_field_is_named_twice_is_refused():
    with pytest.raises(ValueError, match="'a'"):
        Shot((("a", "1"), ("a", "2")), "y")


def test_a_genome_survives_pickling_for_worker_processes():
    genome = Genome("x", shots=[Shot((("a", "1"),), "y", "because")], hidden={"h": "z"})
    assert pickle.loads(pickle.dumps(genome)) == genome


def test_the_id_is_the_same_in_another_process_with_other_hash_seeds():
    code = "from evoprompt.genome import Genome; print(Genome({'b': 'é', 'a': '1'}, hidden={'z': '', 'y': '2'}).id)"
    here = Genome({"a": "1", "b": "é"}, hidden={"y": "2", "z": ""}).id
    there = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=_root())
    assert there.stdout.strip() == here


def _root():
    from pathlib import Path

    return Path(__file__).parents[1]


def test_a_genome_with_a_lone_surrogate_has_an_id():
    assert Genome("\ud800").id != Genome("\ud801").id


def test_printing_shows_the_text_and_counts_the_shots():
    assert str(Genome("Judge.")) == "Judge."
    two = Genome({"role": "You judge.", "instruction": "Judge."}, shots=[Shot((), "a")])
    assert str(two) == "instruction: Judge.\nrole: You judge.\n(1 shot)"
