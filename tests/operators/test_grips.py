from __future__ import annotations

import math
import random
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from judging import QUESTION, always, review_task, verdict

from evoprompt.genome import Genome
from evoprompt.models.model import Completion
from evoprompt.models.usage import Usage
from evoprompt.operators.grips import DELETED, balanced_with_entropy, edits_of
from evoprompt.operators.spans import phrases, runs, sentences, words
from evoprompt.plan.budget import Budget
from evoprompt.run.evolution import Evolution, evolve
from evoprompt.search.recipe import get_recipe
from evoprompt.storage.record import without_times
from evoprompt.tasks.evaluation import Answer, Evaluation
from evoprompt.tasks.example import Example, Score
from evoprompt.variation.individual import Individual
from evoprompt.variation.operator import Birth, Context, NoChild, bear, get_operator

cheap = settings(max_examples=100, deadline=None)
EDITS = {name: get_operator(f"phrase-{name}") for name in ("delete", "swap", "paraphrase", "add")}
LEVELS = {"phrase": phrases, "sentence": sentences, "word": words}
SEED = "Read the review with care. Say good if you like the tone of the film, or bad if you do not. Be sure of it."
HELPFUL = ("film", "review", "tone", "care", "sure")

word = st.sampled_from("say yes if it is good or no the film of a review".split())
mark = st.sampled_from([" ", " ", " ", ", ", ". ", "\n"])
prompts = st.lists(st.tuples(word, mark), min_size=2, max_size=15).map(
    lambda pairs: "".join(a + b for a, b in pairs).strip()
)


class Toy:
    """Answers the better the more helpful words an instruction has and the shorter it is; paraphrases by a word."""

    name = "toy"

    def complete(self, request):
        rng = random.Random(f"{request.text}/{request.draw}")
        if QUESTION not in request.text:
            return Completion(" ".join(rng.sample(HELPFUL, 2)))
        instruction, review = request.text.rsplit("\n", 2)[:2]
        helpful = len(set(HELPFUL) & set(instruction.replace(".", "").split()))
        right = rng.random() < 0.5 + 0.12 * helpful - 0.01 * len(instruction.split())
        return verdict(review, right)


TASK = review_task(160, dev=120, test=40)


def made(name, genome, *, model=None, seed=0, **options):
    parent = Individual(genome if isinstance(genome, Genome) else Genome(genome))
    context = Context(random.Random(seed), TASK, model or always())
    return EDITS[name].using(**options)([parent], context)


def said(text):
    return [text[a:b] for a, b in words(text)]


def pieces(text, level):
    return [text[a:b] for a, b in LEVELS[level](text)]


# Delete


@pytest.mark.parametrize("level", LEVELS)
@cheap
@given(prompts, st.integers(0, 99))
def test_delete_takes_one_occurrence_and_remembers_it(level, text, seed):
    try:
        child = made("delete", text, seed=seed, level=level)
    except NoChild:
        assert len(pieces(text, level)) < 2
        return
    gone = child[DELETED]
    assert gone in pieces(text, level)
    assert Counter(said(child["instruction"])) == Counter(said(text)) - Counter(said(gone))


def test_delete_never_touches_two_occurrences():
    text = "Say yes, say no, say yes, say no."
    for seed in range(10):
        child = made("delete", text, seed=seed)
        assert child["instruction"].lower().count(child[DELETED].lower()) == 1


def test_what_is_deleted_is_added_to_what_was_deleted_before():
    child = made("delete", Genome("Say yes, or no.", hidden={DELETED: "at once", "memory": "x"}))
    assert child[DELETED].split("\n")[0] == "at once"
    assert len(child[DELETED].split("\n")) == 2
    assert child["memory"] == "x"


def test_the_last_phrase_is_never_deleted():
    with pytest.raises(NoChild, match="1 phrase where the edit needs 2"):
        made("delete", "Judge it.")


# Swap


@pytest.mark.parametrize("level", LEVELS)
@cheap
@given(prompts, st.integers(0, 99))
def test_swap_changes_the_order_of_the_words_and_nothing_else(level, text, seed):
    try:
        child = made("swap", text, seed=seed, level=level)
    except NoChild:
        return
    assert child["instruction"] != text
    assert sorted(said(child["instruction"])) == sorted(said(text))
    assert DELETED not in child


def test_swapping_like_with_like_is_no_child():
    with pytest.raises(NoChild, match="every phrase is the same"):
        made("swap", "so, so, so")


# Paraphrase


@cheap
@given(prompts, st.integers(0, 99))
def test_paraphrase_replaces_one_occurrence(text, seed):
    model = always("in other words")
    child = made("paraphrase", text, model=model, seed=seed)["instruction"]
    (request,) = model.requests
    part = request.text.rsplit("Part: ", 1)[1].removesuffix("\nNew part:")
    assert f"Instruction: {text}\n" in request.text
    assert part in pieces(text, "phrase")
    assert Counter(said(child)) == Counter(said(text)) - Counter(said(part)) + Counter(["in", "other", "words"])


@pytest.mark.parametrize(
    ("answer", "child"),
    [
        ("The other one.", "Say yes, the other one."),
        ('New part: "the other"', "Say yes, the other."),
        ("**Part:** the other", "Say yes, the other."),
        ("IMDB or no", "Say yes, IMDB or no."),
    ],
)
def test_a_paraphrase_is_fitted_to_its_place(answer, child):
    model = always(answer)
    made_of = [made("paraphrase", "Say yes, or no.", model=model, seed=seed) for seed in range(9)]
    assert child in [each["instruction"] for each in made_of]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("Sure, here it is", "chatter"),
        ("one\ntwo", "several lines"),
        ("JUDGE it!", "copied back"),
        ("words and words that say far more than the part", "no paraphrase"),
    ],
)
def test_chatter_copies_and_long_texts_are_no_paraphrase(answer, reason):
    with pytest.raises(NoChild, match=reason):
        made("paraphrase", "Judge it.", model=always(answer))


# Add


@cheap
@given(prompts, st.integers(0, 99))
def test_add_puts_one_deleted_phrase_back_and_forgets_it(text, seed):
    parent = Genome(text, hidden={DELETED: "at once\nfor sure"})
    child = made("add", parent, seed=seed)
    back = {"at once": "for sure", "for sure": "at once"}[child[DELETED]]
    assert back in child["instruction"]
    assert Counter(said(child["instruction"])) == Counter(said(text)) + Counter(said(back))


def test_nothing_is_added_where_nothing_was_deleted():
    with pytest.raises(NoChild, match="no phrase was deleted"):
        made("add", "Judge it.")


def test_what_was_deleted_twice_comes_back_twice():
    genome = Genome("Judge it.", hidden={DELETED: "so\nso"})
    once = made("add", genome)
    twice = made("add", once)
    assert (once[DELETED], twice[DELETED]) == ("so", "")
    assert said(twice["instruction"]).count("so") == 2
    with pytest.raises(NoChild):
        made("add", twice)


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_keeps_to_the_gene_it_is_given(name):
    genome = Genome({"instruction": "Say yes, or no.", "role": "A critic, or a fan."}, hidden={DELETED: "at once"})
    child = made(name, genome, model=always("instead"), gene="role")
    assert child["instruction"] == genome["instruction"]
    assert child["role"] != genome["role"]


def test_an_edit_that_would_lose_a_protected_text_is_tried_again():
    task = review_task(160, dev=120, test=40, protected=("good", "bad"))
    for seed in range(20):
        birth = Birth(
            get_operator("phrase-delete"), (Individual(Genome("Say good, or bad, at once.")),), seed=str(seed)
        )
        born = bear(birth, task.for_operators(), always())
        assert born.genome in (None, born.genome and Genome("Say good, or bad.", hidden={DELETED: "at once"}))


@pytest.mark.parametrize("name", ["delete", "swap", "paraphrase", "add"])
@cheap
@given(prompts, st.integers(0, 99))
def test_every_edit_takes_spans_for_phrases_where_that_is_its_level(name, text, seed):
    genome = Genome(text, hidden={DELETED: "at once"})
    rng = random.Random(seed)
    rng.choice(["instruction"])  # the gene
    spans = runs(text, rng)
    try:
        child = made(name, genome, model=always("in other words"), seed=seed, level="span")
    except NoChild:
        assert len(spans) < 2 or name == "swap"
        return
    before, after = (Counter(said(each["instruction"])) for each in (genome, child))
    if name == "swap":
        assert after == before
    elif name == "add":
        assert after - before == Counter(["at", "once"])
    else:
        gone = before - after
        back = Counter() if name == "delete" else Counter(["in", "other", "words"])
        assert before - gone + back == after
        assert any(gone <= Counter(said(text[a:b])) for a, b in spans)


# Compositions


def composed(text, seed=0, *, model=None, **options):
    operator = get_operator("phrase-compose").using(**options)
    return operator([Individual(text if isinstance(text, Genome) else Genome(text))], context_of(model, seed))


def context_of(model, seed):
    return Context(random.Random(seed), TASK, model or always("in other words"))


def test_a_composition_makes_several_edits_of_one_candidate():
    """Prasad 2023: `num_compose` edits make a candidate, each upon what the one before it left."""
    text = "one, two, three, four, five, six, seven, eight"
    for seed in range(30):
        child = composed(text, seed, compositions=3, model_free=True)
        rng = random.Random(seed)
        drawn = [edit.name for edit in rng.choices(edits_of(True)[:2], k=3)]
        assert drawn.count("phrase-delete") == len(list(filter(None, child.get(DELETED).split("\n"))))
        assert len(said(child["instruction"])) == 8 - drawn.count("phrase-delete")


def test_a_composition_puts_back_what_was_deleted_before_it_and_not_by_it():
    genome = Genome("one two three four five six", hidden={DELETED: "seven"})
    edits = [edit for edit in edits_of(True) if edit.fits(genome)]
    seen = Counter()
    for seed in range(200):
        drawn = [edit.name for edit in random.Random(seed).choices(edits, k=2)]
        if drawn == ["phrase-add", "phrase-add"]:  # there was one to add
            with pytest.raises(NoChild, match="no phrase was deleted yet"):
                composed(genome, seed, compositions=2, model_free=True, level="word")
            continue
        child = composed(genome, seed, compositions=2, model_free=True, level="word")
        memory = child.get(DELETED).split()
        assert Counter(said(child["instruction"])) + Counter(memory) == Counter(
            [*genome["instruction"].split(), "seven"]
        )
        if drawn == ["phrase-delete", "phrase-add"]:
            assert "seven" in said(child["instruction"])
            assert len(memory) == 1
        seen[tuple(drawn)] += 1
    assert len(seen) == 8


def test_the_recipe_composes_edits_where_it_is_told_to_and_sets_aside_no_call_too_many():
    def pool(**settings):
        recipe = get_recipe("grips").using(**settings)
        search = Evolution(TASK, SEED, model=Toy(), recipe=recipe, progress=False).search
        return [each for each, _ in search.strategy.pool.operators]

    assert [each.name for each in pool(compositions=2)] == ["phrase-compose"]
    assert [each.calls for each in pool(compositions=2, level="both")] == [2, 2]
    assert [each.calls for each in pool(compositions=3, model_free=True)] == [0]
    assert "phrase-compose" not in [each.name for each in pool()]
    with pytest.raises(ValueError, match="compositions"):
        get_recipe("grips").using(compositions=0)
    result = run(compositions=2, level="span", examples=30, patience=10)
    assert {line["operator"] for line in result.record.of("birth")} == {"seed", "phrase-compose"}
    assert result.best.score > result.seed.score


def test_an_unknown_level_is_refused_when_it_is_bound():
    with pytest.raises(ValueError, match="one of phrase, sentence, word, span"):
        get_operator("phrase-swap").using(level="letter")


# Fitness


def evaluation(*answers):
    """Of (target, prediction) pairs, scored by their being equal."""
    made = [
        Answer(
            Example(str(i), {}, target),
            prediction or "",
            Score(float(prediction == target), prediction=prediction),
            Usage(),
        )
        for i, (target, prediction) in enumerate(answers)
    ]
    return Evaluation(tuple(made))


def test_fitness_is_the_balanced_score_and_a_tenth_of_the_entropy():
    both = [("good", "good")] * 6 + [("bad", "bad")] * 1 + [("bad", "good")] * 1
    entropy = -(7 / 8 * math.log(7 / 8) + 1 / 8 * math.log(1 / 8))
    assert balanced_with_entropy(evaluation(*both)) == pytest.approx((1 + 0.5) / 2 + 0.1 * entropy)


def test_fitness_counts_hits_and_no_degrees():
    """Prasad 2023, the score function: the balanced accuracy of the predictions."""

    def graded(target, prediction, value, correct):
        score = Score(value, prediction=prediction, correct=correct)
        return Answer(Example(f"{target}{value}", {}, target), prediction, score, Usage())

    hits = [graded("good", "good", 0.9, True), graded("bad", "good", 0.3, False)]
    unsure = [graded("good", "good", 0.8, None), graded("bad", "good", 0.4, None)]
    for answers in (hits, unsure):
        twice = Evaluation((*answers, *answers))
        assert balanced_with_entropy(twice) == 0.5


def test_of_two_prompts_with_one_balanced_score_the_one_with_more_various_answers_is_fitter():
    same = evaluation(*[("good", "good"), ("bad", "good")] * 4)
    various = evaluation(*[("good", "good"), ("bad", "good"), ("good", "bad"), ("bad", "bad")] * 2)
    assert balanced_with_entropy(same) == 0.5
    assert balanced_with_entropy(various) == pytest.approx(0.5 + 0.1 * math.log(2))


def test_answers_that_predict_no_label_add_no_entropy():
    parsed = [("good", "good"), ("bad", "bad")] * 2
    unparsed = [("good", None), ("bad", "neither")] * 2
    assert balanced_with_entropy(evaluation(*parsed, *unparsed)) == pytest.approx(0.5 + 0.1 * math.log(2) / 2)


def test_labels_are_compared_without_case():
    assert balanced_with_entropy(evaluation(("Good", "good"), ("bad", "BAD"), ("good", "good"), ("bad", "bad"))) > 0.5


def test_without_predictions_or_labels_fitness_is_the_plain_mean():
    assert balanced_with_entropy(evaluation(("good", None), ("bad", None), ("bad", None))) == 0
    various = evaluation(("one", "one"), ("two", "two"), ("three", "four"), ("four", "three"))
    assert balanced_with_entropy(various) == various.value == 0.5


# The recipe


def run(n_jobs=1, seeds=SEED, task=TASK, **options):
    recipe = get_recipe("grips").using(**options)
    return evolve(task, seeds, model=Toy(), recipe=recipe, budget=Budget(calls=9000), n_jobs=n_jobs, progress=False)


@pytest.mark.parametrize("search", ["greedy", "annealing", "beam"])
def test_one_thread_and_eight_make_the_same_record(search):
    one, eight = (run(n_jobs, search=search, steps=4, examples=30) for n_jobs in (1, 8))
    assert without_times(one.record.lines) == without_times(eight.record.lines)


@pytest.mark.parametrize("search", ["greedy", "annealing", "beam"])
def test_the_search_ends_by_itself(search):
    result = run(search=search, examples=30)
    perfect = (  # what the beam comes to
        "the best prompt has a perfect score on the 30 of 120 dev examples that the recipe scores on; more of them would"
        " tell more"
    )
    assert result.stopped in ("no gain in 2 steps", "the 10 steps are done", perfect)
    assert result.best.score >= result.seed.score
    births = Counter(line["generation"] for line in result.record.of("birth"))
    assert all(1 <= n <= (25 if search == "beam" else 5) for n in births.values())


def test_a_fixed_score_set_of_100_serves_the_whole_run():
    result = run(steps=3)
    (batch,) = result.record.of("batch")
    assert len(batch["examples"]) == 100
    for line in result.record.of("evaluation"):
        assert len(line["scores"]) == 100


def test_the_climb_takes_only_what_gains():
    fitness = [line["fitness"][0] for line in run(examples=30, patience=10).record.of("generation")]
    population = [line["population"] for line in run(examples=30, patience=10).record.of("generation")]
    assert all(len(each) == 1 for each in population)
    for before, after, old, new in zip(fitness, fitness[1:], population, population[1:], strict=False):
        assert after > before or old == new
    assert fitness[-1] > fitness[0]


def test_without_a_model_no_paraphrase_is_made():
    result = run(model_free=True, examples=30, patience=10)
    assert result.usage["operator"].calls == 0 if "operator" in result.usage else True
    operators = {line["operator"] for line in result.record.of("birth")}
    assert operators <= {"seed", "phrase-delete", "phrase-swap", "phrase-add"}
    assert {"phrase-delete", "phrase-swap"} <= operators


def test_with_a_model_paraphrases_are_among_the_edits():
    assert "phrase-paraphrase" in {line["operator"] for line in run(examples=30).record.of("birth")}


@pytest.mark.parametrize("search", ["greedy", "annealing", "beam"])
def test_deleted_phrases_come_back_through_phrase_add_alone(search):
    record = run(search=search, examples=30, patience=10, model_free=True).record
    genomes = {name: Genome.from_json(genome) for name, genome in record.genomes().items()}
    added = 0
    for line in record.of("birth"):
        if line["operator"] == "seed" or line["child"] is None:
            continue
        parent, child = genomes[line["parents"][0]], genomes[line["child"]]
        before, after = Counter(said(parent["instruction"])), Counter(said(child["instruction"]))
        memory = [Counter(filter(None, each.get(DELETED).split("\n"))) for each in (parent, child)]
        if line["operator"] == "phrase-delete":
            ((gone, _),) = (memory[1] - memory[0]).items()
            assert before - after == Counter(said(gone))
            assert not after - before
        elif line["operator"] == "phrase-add":
            ((back, _),) = (memory[0] - memory[1]).items()
            assert after - before == Counter(said(back))
            added += 1
        else:
            assert before == after
            assert memory[0] == memory[1]
    assert added > 0


def test_nothing_is_planned_to_come_back_before_anything_was_deleted():
    for line in run(examples=30, patience=10).record.of("birth"):
        assert line["operator"] != "phrase-add" or not any("no phrase was deleted" in why for why in line["rejected"])


@pytest.mark.parametrize(
    ("level", "levels"),
    [("phrase", {"phrase"}), ("word", {"word"}), ("span", {"span"}), ("both", {"phrase", "sentence"})],
)
def test_the_level_of_the_recipe_is_that_of_its_edits(level, levels):
    search = Evolution(TASK, SEED, model=Toy(), recipe=get_recipe("grips").using(level=level), progress=False).search
    assert {each.options["level"] for each, _ in search.strategy.pool.operators} == levels
    assert len(search.strategy.pool.operators) == 4 * len(levels)


def test_the_beam_keeps_its_width_and_the_climb_begins_at_the_best_seed():
    seeds = [SEED, "Judge it.", "Read the review of the film with care."]
    beam = run(search="beam", width=3, candidates=2, steps=3, examples=30, seeds=seeds)
    assert [len(line["population"]) for line in beam.record.of("generation")][1:] == [3] * (len(beam.history) - 1)
    climb = run(steps=1, examples=30, seeds=seeds)
    first = next(line for line in climb.record.of("birth") if line["generation"] == 1)
    assert first["parents"] == [climb.seed.genome.id]


def test_annealing_may_take_a_worse_prompt_and_never_loses_the_best():
    result = run(search="annealing", heat=5.0, examples=30, patience=10)
    fitness = [line["fitness"][0] for line in result.record.of("generation")]
    assert any(after < before for before, after in pairwise(fitness))
    assert result.best.score == max(line["fitness"] for line in result.record.of("evaluation"))
