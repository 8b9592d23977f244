"""PromptBreeder: what its operators ask, what they make of the answers, and whole runs of its recipe."""

import hashlib
import random
import re
from collections import Counter

import pytest
from deap.base import Toolbox

from evoprompt.genome import Genome, Shot
from evoprompt.models.model import Completion, Refused
from evoprompt.models.transcript import Transcript
from evoprompt.operators import promptbreeder as pb
from evoprompt.operators.promptbreeder_library import MUTATION_PROMPTS, THINKING_STYLES
from evoprompt.plan.budget import Budget
from evoprompt.run.evolution import evolve
from evoprompt.search.recipe import Start, get_recipe
from evoprompt.storage.record import without_times
from evoprompt.tasks.example import Example
from evoprompt.tasks.judge import Judge
from evoprompt.tasks.scoring.scorers import Choice, LabelProbability, last_number
from evoprompt.tasks.task import Task
from evoprompt.testing import ScriptedModel
from evoprompt.variation.individual import Individual
from evoprompt.variation.operator import Birth, Context, NoChild, Past, bear, get_operator, known_operators
from evoprompt.variation.train_answers import Answerer, TrainAnswers

NINE = (
    "pb-zero-order",
    "pb-first-order",
    "pb-eda",
    "pb-eda-ranked",
    "pb-lineage",
    "pb-zero-order-hyper",
    "pb-first-order-hyper",
    "pb-lamarckian",
    "pb-crossover-and-shuffle",
)
MUTATIONS = NINE[:-1]
TEXTS = (
    "Say whether the review is positive or negative.",
    "Look for words of praise or blame, then answer.",
    "You are a critic; name the mood of the text.",
    "Would the writer buy it again?",
)
ALONE = {"contexts": 0, "crossover": 0.0, "shuffling": 0.0}  # a mutation and nothing that follows it


class Script:
    """Gives its answers in turn, the last one for ever, and remembers what it was asked."""

    name = "script"

    def __init__(self, *answers, cut=False):
        self.answers, self.cut, self.requests = list(answers), cut, []

    def complete(self, request):
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return Completion(answer, 10, 5, cut=self.cut)

    @property
    def asked(self):
        return [request.text for request in self.requests]


def tag(text):
    return f"<prompt>{text}</prompt>"


def examples(split, n=6):
    return tuple(
        Example(f"{split}{i}", {"text": f"{split} review {i}"}, ("positive", "negative")[i % 2]) for i in range(n)
    )


def reviews(**changes):
    settings = {
        "template": "{instruction}\n\nReview: {text}\nSentiment:",
        "scorer": Choice(("positive", "negative")),
        "train": examples("train"),
        "dev": examples("dev", 8),
        "test": examples("test"),
        "description": "Sort reviews by sentiment.",
        "protected": (),  # the toys' prompts name no label
    }
    return Task(**{**settings, **changes})


def individual(text, score=0.5, **settings):
    made = Individual(Genome(text, **settings))
    made.fitness.values = (score,)
    return made


def solver(right=("It is praised. positive", "It is blamed. negative"), wrong="Nobody knows.", solved=range(99)):
    """A task model that gets the train examples of the numbers right that it has solved."""

    def said(request):
        number = int(re.findall(r"review (\d+)", request.text)[-1])
        return right[number % 2] if number in solved else wrong

    return ScriptedModel(said)


def population(scores=(0.9, 0.2, 0.6, 0.4)):
    return [
        individual(text, score, hidden={"mutation_prompt": f"Advice {i}."})
        for i, (text, score) in enumerate(zip(TEXTS, scores, strict=True))
    ]


def context(model, task=None, *, seed=0, lineage=(), elites=(), answers=None):
    task = (task or reviews()).for_operators()
    return Context(random.Random(seed), task, model, (), lineage, elites, answers)


def bred(name, model, parents=None, *, task=None, seed=0, lineage=(), elites=(), pupil=None, **options):
    settings = options if name == "pb-crossover-and-shuffle" else {**ALONE, **options}
    operator = pb.OPERATORS[name].using(**settings)
    given = (task or reviews()).for_operators()
    answers = TrainAnswers(given, Answerer(pupil or solver()), operator.answers, Transcript())
    past = {"lineage": lineage, "elites": elites}
    return operator(parents or parents_for(name), context(model, task, seed=seed, **past, answers=answers))


def parents_for(name):
    """A population whose winner has what every operator needs."""
    return [individual(TEXTS[0], 0.9, hidden={"mutation_prompt": "Advice 0."}), *population()[1:]]


def numbered(text):
    return re.findall(r"^\d+\. (.*)$", text, re.MULTILINE)


# The libraries


def test_the_libraries_are_large_and_repeat_nothing():
    assert len(set(THINKING_STYLES)) == len(THINKING_STYLES) >= 30
    assert len(set(MUTATION_PROMPTS)) == len(MUTATION_PROMPTS) >= 40
    assert len(pb.different(THINKING_STYLES)) == len(THINKING_STYLES)
    assert len(pb.different(MUTATION_PROMPTS)) == len(MUTATION_PROMPTS)


def test_every_mutation_prompt_speaks_of_the_instruction():
    assert [text for text in MUTATION_PROMPTS if "instruction" not in text] == []


def test_all_nine_operators_and_the_founding_one_are_registered():
    assert {"pb-initialise", *NINE} == {name for name in known_operators() if name.startswith("pb-")}


# What each operator asks


def test_zero_order_asks_from_the_problem_alone():
    model = Script(tag("Judge by the last sentence."))
    child = bred("pb-zero-order", model)
    assert child["instruction"] == "Judge by the last sentence."
    assert "Sort reviews by sentiment." in model.asked[0]
    assert TEXTS[0] not in model.asked[0]


def test_zero_order_takes_the_first_of_a_list_that_a_small_model_wrote():
    assert bred("pb-zero-order", Script("1. Weigh praise.\n2. Weigh blame."))["instruction"] == "Weigh praise."


def test_without_a_description_the_problem_is_the_prompt_that_the_line_began_with():
    model = Script(tag("Weigh praise."))
    line = [Past(Genome("Sort the reviews."), 0.4), Past(Genome(TEXTS[0]), 0.9)]
    bred("pb-zero-order", model, task=reviews(description=""), lineage=line)
    assert "Sort the reviews." in model.asked[0]


def test_first_order_applies_the_winners_mutation_prompt_to_its_prompt():
    model = Script(tag("Name the mood."))
    child = bred("pb-first-order", model)
    assert "Advice 0." in model.asked[0]
    assert TEXTS[0] in model.asked[0]
    assert child == Genome("Name the mood.", hidden={"mutation_prompt": "Advice 0."})


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_winner_without_a_mutation_prompt_gets_one_from_the_library(name):
    seed = individual(TEXTS[0], 0.9)
    model = Script(tag("Mind the tone of the first words."), tag("Name the mood."))
    child = bred(name, model, [seed, *population()[1:]])
    given = ("Mind the tone of the first words.",) if "hyper" in name else MUTATION_PROMPTS
    assert child["mutation_prompt"] in given


def test_eda_shows_every_prompt_and_no_score():
    model = Script(tag("Name the mood."))
    bred("pb-eda", model)
    assert sorted(numbered(model.asked[0])) == sorted(TEXTS)
    assert not re.search(r"0\.\d", model.asked[0])


def test_eda_lists_in_random_order():
    orders = set()
    for seed in range(20):
        model = Script(tag("Name the mood."))
        bred("pb-eda", model, seed=seed)
        orders.add(tuple(numbered(model.asked[0])))
    assert len(orders) > 5


@pytest.mark.parametrize("name", ["pb-eda", "pb-eda-ranked"])
def test_near_duplicates_are_left_out_of_the_list(name):
    model = Script(tag("Name the mood."))
    alike = TEXTS[0].replace("Say", "State")
    bred(name, model, [*population(), individual(alike, 0.1)])
    shown = numbered(model.asked[0])
    assert len(shown) == 4
    assert (TEXTS[0] in shown) != (alike in shown)


@pytest.mark.parametrize("name", ["pb-eda", "pb-eda-ranked"])
def test_a_population_of_one_prompt_is_no_distribution(name):
    model = Script(tag("Name the mood."))
    with pytest.raises(NoChild, match="at least 2 different"):
        bred(name, model, [individual(TEXTS[0]), individual(TEXTS[0] + "!")])
    assert model.asked == []


def test_likeness_is_1_for_the_same_text_and_0_for_no_common_trigram():
    assert pb.likeness("Be brief.", "be  BRIEF.") == pytest.approx(1)
    assert pb.likeness("aaa", "zzz") < 0.7
    assert pb.likeness("", "a") == 0


def test_ranked_lists_the_worst_first_and_calls_it_descending():
    model = Script(tag("Name the mood."))
    bred("pb-eda-ranked", model)
    assert numbered(model.asked[0]) == [TEXTS[1], TEXTS[3], TEXTS[2], TEXTS[0]]
    assert "descending" in model.asked[0]
    assert "ascending" not in model.asked[0].replace("descending", "")
    assert "entry 5" in model.asked[0]
    assert not re.search(r"0\.\d", model.asked[0])


def test_ranked_puts_the_winners_mutation_prompt_above_the_list():
    """Fernando 2024, section 3.2.2: the list of EDA rank and index mutation is headed by the mutation prompt."""
    model = Script(tag("Name the mood."))
    bred("pb-eda-ranked", model)
    assert model.asked[0].index("Advice 0.") < model.asked[0].index("1. ")
    assert not any(f"Advice {i}." in model.asked[0] for i in (1, 2, 3))
    bred("pb-eda", plain := Script(tag("Name the mood.")))
    assert "Advice" not in plain.asked[0]


def test_ranked_keeps_the_better_of_two_alike_and_the_best_of_too_many():
    alike = individual(TEXTS[0].replace("Say", "State"), 0.95)
    others = [individual(hashlib.sha256(str(i).encode()).hexdigest(), i / 100) for i in range(40)]
    model = Script(tag("Name the mood."))
    bred("pb-eda-ranked", model, [*population(), alike, *others])
    shown = numbered(model.asked[0])
    assert len(shown) == pb.SHOWN
    assert shown[-1] == alike.genome["instruction"]
    assert TEXTS[0] not in shown


def test_an_entry_of_the_list_is_no_new_prompt():
    for name in ("pb-eda", "pb-eda-ranked"):
        with pytest.raises(NoChild, match="copied back"):
            bred(name, Script(f"5. {TEXTS[2]}"))


def test_the_next_entry_of_a_list_is_read_without_tags():
    assert bred("pb-eda", Script("5. Trust the verbs.\n6. Trust the nouns."))["instruction"] == "Trust the verbs."


def test_lineage_shows_those_that_were_the_best_of_the_population_in_the_order_of_time():
    """Fernando 2024, section 3.2.2: the individuals of the lineage that were the best in the population."""
    line = [Past(Genome(text), score) for text, score in zip("ABCDE", (0.2, 0.5, 0.6, 0.3, 0.7), strict=True)]
    model = Script(tag("Name the mood."))
    bred("pb-lineage", model, lineage=line, elites=[line[0], line[2], line[3]])
    assert numbered(model.asked[0]) == ["A", "C", "D"]
    assert "version 4" in model.asked[0]


def test_a_line_that_never_had_the_best_is_the_winner_alone():
    model = Script(tag("Name the mood."))
    bred("pb-lineage", model, lineage=[Past(Genome("A"), 0.9), Past(Genome("B"), 0.9)])
    assert numbered(model.asked[0]) == [TEXTS[0]]


def test_a_line_without_a_past_is_the_winner_alone():
    model = Script(tag("Name the mood."))
    bred("pb-lineage", model)
    assert numbered(model.asked[0]) == [TEXTS[0]]


def test_zero_order_hyper_makes_a_mutation_prompt_of_problem_and_style_and_applies_it():
    model = Script(tag("Ask for the tone."), tag("Name the tone."))
    child = bred("pb-zero-order-hyper", model)
    first, second = model.asked
    assert "Sort reviews by sentiment." in first
    assert any(style in first for style in THINKING_STYLES)
    assert "Ask for the tone." in second
    assert TEXTS[0] in second
    assert child == Genome("Name the tone.", hidden={"mutation_prompt": "Ask for the tone."})


def test_first_order_hyper_improves_the_mutation_prompt_and_keeps_it_with_its_prompt():
    model = Script(tag("Ask for the tone."), tag("Name the tone."))
    child = bred("pb-first-order-hyper", model)
    first, second = model.asked
    assert "Advice 0." in first
    assert TEXTS[0] not in first
    assert "Ask for the tone." in second
    assert child == Genome("Name the tone.", hidden={"mutation_prompt": "Ask for the tone."})


@pytest.mark.parametrize("name", ["pb-zero-order-hyper", "pb-first-order-hyper"])
@pytest.mark.parametrize("second", ["<prompt></prompt>", "Sure! I would be glad to help.", tag(TEXTS[0])])
def test_a_mutation_prompt_without_its_prompt_is_no_child(name, second):
    with pytest.raises(NoChild):
        bred(name, Script(tag("Ask for the tone."), second))


@pytest.mark.parametrize("name", ["pb-zero-order-hyper", "pb-first-order-hyper"])
def test_a_mutation_prompt_may_not_grow_without_end(name):
    model = Script(tag("Ask more. " * 200))
    with pytest.raises(NoChild, match="characters"):
        bred(name, model)
    assert len(model.asked) == 1


def test_lamarckian_shows_right_workings_out_of_train_examples_and_no_wrong_ones():
    model, pupil = Script(tag("Name the mood.")), solver(solved=[2])
    child = bred("pb-lamarckian", model, [individual(TEXTS[0])], pupil=pupil)
    assert child["instruction"] == "Name the mood."
    assert "Review: train review 2\nSentiment: It is praised. positive" in model.asked[0]
    assert re.findall(r"(\w+) review (\d)", model.asked[0]) == [("train", "2")]
    assert TEXTS[0] not in model.asked[0]
    assert all(TEXTS[0] in prompt for prompt in pupil.prompts)
    assert len(pupil.prompts) == 6


def test_lamarckian_has_no_child_where_nothing_was_right():
    model, pupil = Script(tag("Name the mood.")), solver(solved=[])
    with pytest.raises(NoChild, match="no right answer"):
        bred("pb-lamarckian", model, [individual(TEXTS[0])], pupil=pupil)
    assert model.asked == []
    assert len(pupil.prompts) == 6  # as many as it declares, which are all train examples here


def test_lamarckian_shows_the_target_where_the_answer_was_a_probability():
    task = reviews(scorer=LabelProbability(("positive", "negative")), train=examples("train")[1:2])
    model = Script(tag("Name the mood."))
    pupil = ScriptedModel([Completion("", choice_logprobs=(-2.0, -0.1))])
    bred("pb-lamarckian", model, [individual(TEXTS[0])], task=task, pupil=pupil)
    assert "Review: train review 1\nSentiment: negative" in model.asked[0]


def test_initialise_joins_problem_style_and_mutation_prompt():
    model = Script(tag("Name the mood."))
    child = get_operator("pb-initialise").using(contexts=0)([individual(TEXTS[0])], context(model))
    assert "Sort reviews by sentiment." in model.asked[0]
    assert any(style in model.asked[0] for style in THINKING_STYLES)
    assert child["mutation_prompt"] in MUTATION_PROMPTS
    assert child["mutation_prompt"] in model.asked[0]


def initialised(seed, model, task=None, **options):
    return get_operator("pb-initialise").using(**{"contexts": 0, **options})([seed], context(model, task))


def test_a_seeds_own_mutation_prompt_is_kept():
    seed = individual(TEXTS[0], hidden={"mutation_prompt": "My own advice.", "memory": "x"})
    model = Script(tag("Name the mood."))
    child = initialised(seed, model)
    assert "My own advice." in model.asked[0]
    assert (child["mutation_prompt"], child["memory"]) == ("My own advice.", "x")


def test_both_task_prompts_are_initialised():
    """Fernando 2024, section 3.1: a unit's two task prompts are both written at the beginning."""
    task = reviews(template="{first}\n\nReview: {text}\n{second}", genes=("first", "second"))
    seed = individual({"first": "Read.", "second": "So it is"})
    model = Script(tag("Look."), tag("It sounds"))
    child = initialised(seed, model, task)
    assert child.genes == (("first", "Look."), ("second", "It sounds"))
    assert all(child["mutation_prompt"] in asked for asked in model.asked)
    alone = initialised(seed, Script(tag("Look.")), task, gene="second")
    assert alone.genes == (("first", "Read."), ("second", "Look."))


def test_founding_sets_aside_as_many_calls_as_it_can_make():
    def calls(*genes):
        task = reviews(template="".join(f"{{{gene}}}\n" for gene in genes) + "{text}", genes=genes)
        start = Start(task.for_operators(), (Genome(dict.fromkeys(genes, "Say.")),), random.Random(0), Toolbox())
        ((fill, _),) = get_recipe("promptbreeder").build(start).strategy.founders.fill.operators
        return fill.calls

    assert [calls("a"), calls("a", "b"), calls("a", "b", "c", "d", "e")] == [2, 3, 5]


def test_of_many_genes_as_many_are_initialised_as_there_are_calls_for():
    genes = tuple("abcdefg")
    task = reviews(template="".join(f"{{{gene}}}\n" for gene in genes) + "{text}", genes=genes)
    born = bear(
        Birth(get_operator("pb-initialise"), (individual(dict.fromkeys(genes, "Say.")),), seed="0"),
        task.for_operators(),
        Script(*map(tag, ("Look at it.", "Read it.", "Weigh it.", "Judge it.")), "neither"),
    )
    assert sorted(text for _, text in born.genome.genes if text != "Say.") == sorted(
        ["Look at it.", "Read it.", "Weigh it.", "Judge it."]
    )


# What they make of the answers


@pytest.mark.parametrize("name", MUTATIONS)
@pytest.mark.parametrize(
    "answer",
    [
        tag(""),
        tag("  ..."),
        tag(TEXTS[0]),
        tag(TEXTS[0].upper()),
        "Sure, here is a new instruction for you",
        "I can't help with that.",
        tag("Sure! Name the mood."),
        "  ",
    ],
)
def test_what_is_no_prompt_makes_no_child(name, answer):
    with pytest.raises(NoChild):
        bred(name, Script(answer))


@pytest.mark.parametrize("name", MUTATIONS)
def test_an_answer_that_was_cut_off_makes_no_child(name):
    with pytest.raises(NoChild, match="cut off"):
        bred(name, Script(tag("Name the mood."), cut=True))


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_refused_request_makes_no_child(name):
    with pytest.raises(NoChild, match="refused"):
        bred(name, Script(Refused("content filter")))


@pytest.mark.parametrize("name", MUTATIONS)
def test_chatter_around_the_tags_is_not_adopted(name):
    answers = [f"Sure!\n\n{tag(text)}\n\nLet me know what you think." for text in ("Ask for more.", "Name the mood.")]
    child = bred(name, Script(*(answers if "hyper" in name else answers[1:])))
    assert child["instruction"] == "Name the mood."


@pytest.mark.parametrize("name", ["pb-first-order", "pb-lamarckian"])
def test_alternatives_without_tags_are_not_guessed_at(name):
    with pytest.raises(NoChild, match="paragraphs"):
        bred(name, Script("Name the mood.\n\nOr: say how it sounds."))


@pytest.mark.parametrize("name", ["pb-first-order", "pb-lamarckian"])
@pytest.mark.parametrize("form", ["<prompt>{}", "{}</prompt>", "{}\n\nThis version is shorter."])
def test_a_prompt_is_read_where_one_tag_or_both_are_left_out(name, form):
    assert bred(name, Script(form.format("Name the mood.")))["instruction"] == "Name the mood."


@pytest.mark.parametrize("name", MUTATIONS)
def test_protected_texts_and_fields_are_asked_to_be_kept(name):
    task = reviews(protected=("positive", "negative", "neutral"))
    parents = parents_for(name)
    parents[0].genome = Genome("Is {text} positive?", hidden={"mutation_prompt": "Advice 0."})
    model = Script(tag("Ask for more."), tag("Is it true that {text} sounds positive?"))
    bred(name, model, parents, task=task)
    assert "Keep exactly as written: positive, {text}." in model.asked[-1]


def test_braces_in_what_a_model_wrote_are_put_in_as_they_are():
    parents = [individual("Answer as {problem} {keep}.", hidden={"mutation_prompt": "Use {text}."})]
    model = Script(tag("Name the mood."))
    bred("pb-first-order", model, parents)
    assert "Answer as {problem} {keep}." in model.asked[0]
    assert "Use {text}." in model.asked[0]


def test_of_several_genes_one_is_changed_at_random_or_by_name():
    task = reviews(template="{first}\n\nReview: {text}\n{second}", genes=("first", "second"))
    parents = [
        individual({"first": "Read.", "second": "So it is"}),
        individual({"first": "Look.", "second": "Answer:"}),
    ]
    changed = Counter()
    for seed in range(40):
        child = bred("pb-first-order", Script(tag("Judge it.")), parents, task=task, seed=seed)
        changed[tuple(name for name, text in child.genes if text == "Judge it.")] += 1
    assert set(changed) == {("first",), ("second",)}
    child = bred("pb-first-order", Script(tag("Judge it.")), parents, task=task, gene="second")
    assert child.genes == (("first", "Read."), ("second", "Judge it."))


@pytest.mark.parametrize("name", ["pb-initialise", *NINE])
def test_no_operator_makes_more_calls_than_it_declares(name):
    task = reviews(train=examples("train", 30))
    model = Script(tag("Ask for more."), tag("Name the mood."), "positive")
    model.answers = (
        [tag("Ask for more."), tag("Name the mood."), "positive"] if "hyper" in name else [tag("Mood?"), "x"]
    )
    operator = get_operator(name)
    if name in MUTATIONS:
        operator = operator.using(crossover=1.0, shuffling=1.0, contexts=9)
    elif name != "pb-initialise":
        operator = operator.using(contexts=9)
    for seed in range(10):
        answers = [tag("Ask for more."), tag("Name the mood."), "positive"]
        model = Script(*(answers if "hyper" in name else answers[1:]))
        birth = Birth(operator, tuple(parents_for(name)), seed=f"0/1/{seed}")
        born = bear(birth, task.for_operators(), model, answerer=Answerer(solver()))
        assert born.genome is not None


# Crossover


def test_a_donor_is_drawn_in_proportion_to_its_fitness():
    shots = [example.as_shot() for example in examples("train")[:2]]
    parents = [
        individual(TEXTS[0], 0.9, shots=shots),
        *(individual(text, score) for text, score in zip(TEXTS[1:], (0.1, 0.3, 0.6), strict=True)),
    ]
    drawn = Counter(
        bred("pb-crossover-and-shuffle", Script("x"), parents, seed=seed, contexts=0)["instruction"]
        for seed in range(3000)
    )
    assert TEXTS[0] not in drawn
    assert [drawn[text] / 3000 for text in TEXTS[1:]] == pytest.approx([0.1, 0.3, 0.6], abs=0.03)


def test_donors_without_any_fitness_are_drawn_alike():
    shots = [example.as_shot() for example in examples("train")[:2]]
    parents = [individual(TEXTS[0], 0.0, shots=shots), *(individual(text, 0.0) for text in TEXTS[1:])]
    drawn = {
        bred("pb-crossover-and-shuffle", Script("x"), parents, seed=seed, contexts=0)["instruction"]
        for seed in range(50)
    }
    assert drawn == set(TEXTS[1:])


def test_crossover_takes_one_gene_and_leaves_mutation_prompt_and_shots():
    task = reviews(template="{first}\n\nReview: {text}\n{second}", genes=("first", "second"))
    shots = [examples("train")[0].as_shot()]
    winner = individual({"first": "Read.", "second": "So it is"}, shots=shots, hidden={"mutation_prompt": "Advice."})
    donor = individual({"first": "Look.", "second": "Answer:"})
    children = {
        bred("pb-crossover-and-shuffle", Script("x"), [winner, donor], task=task, seed=seed, contexts=0)
        for seed in range(20)
    }
    assert children == {winner.genome.with_gene("first", "Look."), winner.genome.with_gene("second", "Answer:")}


def test_a_crossover_that_makes_a_member_once_more_is_no_child():
    with pytest.raises(NoChild, match="no other member"):
        bred("pb-crossover-and-shuffle", Script("x"), population(), contexts=0)


def test_crossover_follows_a_mutation_with_its_chance():
    shots = [examples("train")[0].as_shot()]
    parents = [individual(TEXTS[0], 0.9, shots=shots), *population()[1:]]
    children = [
        bred("pb-first-order", Script(tag("Name the mood.")), parents, seed=seed, crossover=pb.CROSSOVER)
        for seed in range(1000)
    ]
    crossed = sum(child["instruction"] in TEXTS[1:] for child in children)
    assert crossed / 1000 == pytest.approx(0.1, abs=0.03)
    assert all(child["instruction"] == "Name the mood." for child in children if child["instruction"] not in TEXTS[1:])


# The memory


def test_a_mutation_adds_one_right_working_out_of_a_train_example():
    model = Script(tag("Name the mood."), "Much praise in few words, hence positive")
    task = reviews(train=examples("train")[:1])
    child = bred("pb-first-order", model, task=task, contexts=3)
    assert model.asked[1] == "Name the mood.\n\nReview: train review 0\nSentiment:"
    reasoning = "Much praise in few words, hence"
    assert child.shots == (Shot((("text", "train review 0"),), "positive", reasoning),)


def test_a_wrong_or_refused_working_out_is_not_remembered():
    for answer in ("negative", Refused("content filter")):
        model = Script(tag("Name the mood."), answer)
        child = bred("pb-first-order", model, task=reviews(train=examples("train")[:1]), contexts=3)
        assert child.shots == ()


def test_a_full_memory_changes_one_working_out():
    shots = [example.as_shot() for example in examples("train")[:3]]
    task = reviews(train=examples("train")[:4])
    model = Script(tag("Name the mood."), "negative")
    child = bred("pb-first-order", model, [individual(TEXTS[0], shots=shots)], task=task, contexts=3)
    assert len(child.shots) == 3
    assert len(set(child.shots) & set(shots)) == 2
    assert examples("train")[3].as_shot() in child.shots


def test_probabilities_need_no_working_out():
    task = reviews(scorer=LabelProbability(("positive", "negative")))
    model = Script(tag("Name the mood."))
    child = bred("pb-first-order", model, task=task, contexts=3)
    assert len(model.asked) == 1
    assert child.shots[0] in [example.as_shot() for example in task.train]


def test_what_a_model_would_have_to_judge_needs_no_working_out():
    task = reviews(scorer=Judge("openai/judge", "It names the mood."))
    model = Script(tag("Name the mood."))
    child = bred("pb-first-order", model, task=task, contexts=3)
    assert len(model.asked) == 1
    assert child.shots[0] in [example.as_shot() for example in task.train]


def test_without_contexts_or_train_examples_there_are_no_shots():
    for task, contexts in ((reviews(), 0), (reviews(train=()), 3)):
        model = Script(tag("Name the mood."))
        assert bred("pb-first-order", model, task=task, contexts=contexts, shuffling=1.0).shots == ()
        assert len(model.asked) == 1


@pytest.mark.parametrize(
    ("output", "target", "reasoning"),
    [
        ("positive", "positive", ""),
        ("Sentiment: positive.", "positive", ""),
        ("The answer is 12.", "12", ""),
        ("positive, because they praise the plot and the cast", "positive", ""),
        ("Three times four makes twelve.\n\nThe answer is 12.", "12", "Three times four makes twelve.\nThe answer is"),
        ("Twelve apples are three boxes of four apples.", "12", ""),
    ],
)
def test_reasoning_is_what_leads_up_to_the_answer(output, target, reasoning):
    assert pb.reasoning_in(output, target) == reasoning


def test_a_working_out_is_shown_before_its_answer():
    example = Example("a", {"question": "3 boxes of 4?"}, "12")
    task = Task("{instruction}\n\nQ: {question}\nA:", last_number, train=(example,))
    model = Script(tag("Count."), "There are 3 boxes with 4 each. So it is 12.")
    child = bred("pb-first-order", model, task=task, contexts=1)
    assert task.render_shots(child.shots) == "Q: 3 boxes of 4?\nA: There are 3 boxes with 4 each. So it is 12\n\n"


def test_shuffling_changes_the_shots_alone():
    shots = [example.as_shot() for example in examples("train")[:3]]
    winner = individual(TEXTS[0], shots=shots, hidden={"mutation_prompt": "Advice."})
    for seed in range(20):
        model = Script("positive")
        child = bred("pb-crossover-and-shuffle", model, [winner], seed=seed)
        assert child.shots != tuple(shots)
        assert child.with_shots(shots) == winner.genome
        assert {shot.fields for shot in child.shots} <= {tuple(e.fields.items()) for e in reviews().train}
        assert len(set(child.shots)) == len(child.shots) == 3


def test_shuffling_keeps_old_ones_where_no_new_one_comes_out_right():
    shots = [example.as_shot() for example in examples("train")[:3]]
    orders = set()
    for seed in range(30):
        try:
            child = bred("pb-crossover-and-shuffle", Script("neither"), [individual(TEXTS[0], shots=shots)], seed=seed)
        except NoChild:  # the order came out the same
            continue
        assert set(child.shots) == set(shots)
        orders.add(child.shots)
    assert len(orders) == 5


def test_there_is_nothing_to_shuffle_without_train():
    with pytest.raises(NoChild, match="no worked examples"):
        bred("pb-crossover-and-shuffle", Script("positive"), [individual(TEXTS[0])], task=reviews(train=()))


# Whole runs


class Toy:
    """Rewrites by a hash of the request; answers reviews right the more often, the higher the prompt's hash."""

    name = "toy"

    def __init__(self):
        self.requests = []

    def complete(self, request):
        self.requests.append(request)
        luck = hashlib.sha256(f"{request.text}/{request.draw}".encode()).hexdigest()
        number = re.findall(r"review (\d+)\nSentiment:", request.text)
        if number and request.temperature == 0:
            right = ("positive", "negative")[int(number[-1]) % 2]
            return Completion(right if luck[0] < "9" else "neither", 20, 1)
        if luck[0] == "0":
            return Completion("Sure, what would you like?", 20, 6)
        return Completion(tag(f"Sense number {luck[:6]} of it."), 20, 8)


SMALL = {"population_size": 8, "batch": 4}


def run(model=None, *, recipe=None, task=None, calls=1500, **changes):
    recipe = recipe or get_recipe("promptbreeder").using(**SMALL)
    settings = {"recipe": recipe, "budget": Budget(calls=calls), "seed": 3, "progress": False, **changes}
    return evolve(task or reviews(), TEXTS[:2], model=model or Toy(), **settings)


def test_one_thread_and_eight_make_the_same_record():
    records = [without_times(run(n_jobs=n_jobs, calls=800).record.lines) for n_jobs in (1, 8)]
    assert records[0] == records[1]
    assert len(records[0]) > 100


def test_a_run_uses_all_nine_operators_and_fills_the_population():
    result = run(calls=4000)
    made = Counter(line["operator"] for line in result.record.of("birth") if line["child"])
    assert set(made) == {"seed", "pb-initialise", *NINE}
    assert len(result.population) == 8
    assert all(each.genome.get("mutation_prompt") for each in result.population if each.origin.operator != "seed")


def test_mutation_prompts_evolve_and_are_never_shown_to_the_task_model():
    task_model = Toy()
    result = run(task_model, operator_model=Toy())
    genomes = result.record.genomes().values()
    advice = {genome["hidden"]["mutation_prompt"] for genome in genomes if "hidden" in genome}
    assert advice - set(MUTATION_PROMPTS)
    assert not [request for request in task_model.requests if any(text in request.text for text in advice)]


def test_no_operator_sees_the_test_split_and_no_shot_comes_from_dev():
    operator_model = Toy()
    result = run(operator_model=operator_model)
    assert operator_model.requests
    assert not [request for request in operator_model.requests if "test review" in request.text]
    with_dev = [request for request in operator_model.requests if "dev review" in request.text]
    assert all("Somebody followed an instruction" in request.text for request in with_dev)  # what scoring brought
    shots = [shot for genome in result.record.genomes().values() for shot in genome.get("shots", ())]
    assert shots
    assert all(shot["fields"]["text"].startswith("train") for shot in shots)


def test_an_operator_can_be_left_out():
    result = run(recipe=get_recipe("promptbreeder").using(**SMALL, without="pb-lamarckian"), calls=4000)
    made = {line["operator"] for line in result.record.of("birth")}
    assert made == {"seed", "pb-initialise", *NINE} - {"pb-lamarckian"}


def test_without_crossover_and_shuffling_neither_follows_a_mutation():
    recipe = get_recipe("promptbreeder").using(**SMALL, without="pb-crossover-and-shuffle")
    start = Start(reviews().for_operators(), (Genome(TEXTS[0]),), random.Random(0), Toolbox())
    operators = [each for each, _ in recipe.build(start).strategy.pool.operators]
    assert [each.name for each in operators] == list(MUTATIONS)
    assert all(each.options["crossover"] == each.options["shuffling"] == 0 for each in operators)


def test_only_a_known_operator_can_be_left_out():
    with pytest.raises(ValueError, match="pb-lamarckian"):
        get_recipe("promptbreeder").using(without="lamarckian")


def test_one_gene_and_no_contexts_leave_nothing_to_cross_or_shuffle():
    result = run(recipe=get_recipe("promptbreeder").using(**SMALL, contexts=0))
    assert "pb-crossover-and-shuffle" not in {line["operator"] for line in result.record.of("birth")}
    assert all(not each.genome.shots for each in result.population)


def test_the_default_budget_pays_for_children_of_every_founder():
    task = reviews(train=examples("train", 20), dev=examples("dev", 100), test=examples("test", 100))
    result = run(recipe="promptbreeder", task=task, calls=2_000)
    births = Counter(line["operator"] for line in result.record.of("birth") if line["child"])
    assert births["seed"] + births["pb-initialise"] == len(result.population) == 10
    assert sum(births[name] for name in NINE) >= 10


def test_the_papers_scale_stays_within_reach():
    recipe = get_recipe("promptbreeder").using(population_size=50, batch=100)
    start = Start(reviews().for_operators(), (Genome(TEXTS[0]),), random.Random(0), Toolbox())
    search = recipe.build(start)
    assert (search.strategy.founders.size, search.allocation.n) == (50, 100)
    assert recipe.settings["crossover"] == 0.1


def test_a_seeds_mutation_prompt_lives_through_a_whole_run():
    seed = Genome(TEXTS[0], hidden={"mutation_prompt": "My own advice."})
    toy = Toy()
    options = {"recipe": get_recipe("promptbreeder").using(**SMALL), "budget": Budget(calls=600), "progress": False}
    result = evolve(reviews(), [seed], model=toy, check_setup=False, **options)  # most of its answers name no label
    founders = [line["child"] for line in result.record.of("birth") if line["operator"] == "pb-initialise"]
    genomes = {name: Genome.from_json(genome) for name, genome in result.record.genomes().items()}
    assert {genomes[id]["mutation_prompt"] for id in founders if id} == {"My own advice."}


def test_lineages_in_a_run_show_former_bests_of_the_population():
    model = Toy()
    result = run(operator_model=model, calls=4000)
    populations = [line["population"] for line in result.record.of("generation")]
    fitness = [line["fitness"] for line in result.record.of("generation")]
    best = {ids[scores.index(max(scores))] for ids, scores in zip(populations, fitness, strict=True)}
    texts = {genome["genes"]["instruction"] for id, genome in result.record.genomes().items() if id in best}
    shown = [numbered(request.text) for request in model.requests if "An instruction was improved" in request.text]
    assert any(len(each) > 1 for each in shown)
    assert all(set(each) <= texts for each in shown if len(each) > 1)


def test_two_genes_evolve_side_by_side():
    task = reviews(template="{instruction}\n\nReview: {text}\nSentiment:{end}", genes=("instruction", "end"))
    seeds = [Genome({"instruction": text, "end": " one word"}) for text in TEXTS[:2]]
    recipe = get_recipe("promptbreeder").using(**SMALL)
    result = evolve(task, seeds, model=Toy(), recipe=recipe, budget=Budget(calls=900), progress=False)
    changed = {name for each in result.population for name, text in each.genome.genes if text.startswith("Sense")}
    assert changed == {"instruction", "end"}
