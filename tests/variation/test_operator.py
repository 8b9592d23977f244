from __future__ import annotations

import json
import pickle
import random
import re
from dataclasses import replace
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toys import LABELS, REWRITER, SWAPPER, ToyModel, Watched, cheap, individual, made_by, run, toy_task

from evoprompt.genome import Genome, Shot
from evoprompt.models.model import Completion, ModelUnavailable, Refused
from evoprompt.models.usage import Usage
from evoprompt.search.recipe import Recipe
from evoprompt.tasks.evaluation import assemble, put
from evoprompt.tasks.scoring.scorers import LabelProbability
from evoprompt.text.options import Range
from evoprompt.variation.operator import (
    _OPERATORS,
    ATTEMPTS,
    Birth,
    Born,
    Context,
    NoChild,
    OperatorError,
    Registry,
    bear,
    breach,
    get_operator,
    known_operators,
    operator,
)
from evoprompt.variation.train_answers import Answerer

TASK = toy_task().for_operators()
PARENT = individual("Say it.", 0.5)


@pytest.fixture
def registry(monkeypatch):
    """The registry of operators, put back as it was after the test."""
    known_operators()
    monkeypatch.setattr(_OPERATORS, "_known", dict(_OPERATORS._known))


def bear_with(function, *, model=None, parents=(PARENT,), calls=1, task=TASK):
    birth = Birth(made_by(function, parents=len(parents), calls=calls), tuple(parents), seed="0/1/2")
    return bear(birth, task, model or ToyModel())


# The door


def test_a_function_in_a_script_becomes_an_operator_by_its_name(registry):
    @operator(parents=1, calls=0)
    def shout_it(parents, context, *, gene: str = "instruction"):
        """Put a gene in capitals.

        More about it.
        """
        return parents[0].genome.with_gene(gene, parents[0].genome[gene].upper())

    assert get_operator("shout-it") is shout_it
    assert "shout-it" in known_operators()
    assert shout_it.summary == "Put a gene in capitals."
    assert shout_it((PARENT,), Context(random.Random(0), TASK, ToyModel())) == Genome("SAY IT.")


def test_known_operators_are_sorted_and_hold_the_built_in_ones():
    names = list(known_operators())
    assert names == sorted(names)
    assert "paraphrase" in names


def test_an_unknown_operator_is_named_with_the_nearest_and_all_known():
    with pytest.raises(KeyError) as error:
        get_operator("parafrase")
    assert str(error.value).startswith("no operator named 'parafrase'; did you mean 'paraphrase'? Known: ")


def test_a_name_taken_twice_is_refused_with_both_places(registry):
    @operator(name="twice")
    def one(parents, context):
        """The one."""

    with pytest.raises(ValueError, match=r"two operators are named 'twice': .*one and .*other; rename one"):

        @operator(name="twice")
        def other(parents, context):
            """The other."""

    assert get_operator("twice") is one


def test_the_name_of_the_users_own_prompts_is_refused(registry):
    with pytest.raises(ValueError, match="no operator may be named 'seed': records call the user's own prompts so"):

        @operator()
        def seed(parents, context):
            """A seed."""

    with pytest.raises(ValueError, match="no operator may be named 'seed'"):
        operator(name="seed")(heated)
    assert "seed" not in known_operators()


def test_the_same_function_read_in_twice_replaces_itself():
    registry = Registry("recipe")

    def made():
        def same(start):
            """The same."""

        return registry.add(Recipe("same", same))

    made()
    assert registry.add(made()).name == "same"


@pytest.mark.parametrize("parents", [-1, "some", 1.5, None])
def test_a_number_of_parents_that_is_none_is_refused(parents):
    with pytest.raises(ValueError, match="parents must be a number from 0 or 'all'"):
        operator(parents=parents)


@pytest.mark.parametrize("calls", [-1, 0.5, None])
def test_a_number_of_calls_that_is_none_is_refused(calls):
    with pytest.raises(ValueError, match="calls must be a number from 0"):
        operator(calls=calls)


def test_an_option_without_a_default_is_refused_when_the_function_is_registered(registry):
    with pytest.raises(TypeError, match="option 'gene' of eager needs a default"):

        @operator()
        def eager(parents, context, *, gene):
            """Wants a gene."""

    assert "eager" not in known_operators()


# Options


def heated(parents, context, *, heat: Annotated[float, Range(0, 2)] = 0.5, gene: str = "instruction"):
    """Needs heat."""
    return parents[0].genome.with_gene(gene, f"heat {heat}")


def test_options_are_bound_by_name_and_leave_the_operator_as_it_was():
    plain = made_by(heated)
    hot = plain.using(heat=2).using(gene="role")
    assert hot.options == {"heat": 2, "gene": "role"}
    assert plain.options == {"heat": 0.5, "gene": "instruction"}
    assert str(hot) == "heated(heat=2, gene='role')"
    assert hot((PARENT,), None)["role"] == "heat 2"
    assert hot != plain


def test_a_wrong_option_fails_when_it_is_bound():
    with pytest.raises(
        TypeError, match=r"operator 'heated' has no option 'heet'; did you mean 'heat'. Known: gene, heat"
    ):
        made_by(heated).using(heet=1)
    with pytest.raises(ValueError, match="operator 'heated': heat must be from 0 to 2, got 3"):
        made_by(heated).using(heat=3)


# Births


def test_a_birth_gives_the_child_and_what_it_took():
    born = bear_with(REWRITER.function)
    assert born.genome is not None
    assert born.genome != PARENT.genome
    assert born.reasons == ()
    assert born.usage == Usage(1, 3, 9)


def test_a_birth_is_the_same_for_the_same_seed_and_another_for_another():
    def child(seed):
        return bear(Birth(SWAPPER, (individual("a b c d e f g h"),), seed=seed), TASK, ToyModel()).genome

    assert child("0/1/2") == child("0/1/2")
    assert len({child(f"0/1/{i}") for i in range(8)}) > 1


def test_every_try_of_a_birth_draws_anew():
    drawn = []

    def unlucky(parents, context):
        drawn.append((context.rng.random(), context.ask("Rewrite: x")))
        raise NoChild("not this time")

    born = bear_with(unlucky)
    assert len(set(drawn)) == ATTEMPTS
    assert (born.genome, born.reasons) == (None, ("not this time",) * ATTEMPTS)
    assert born.usage.calls == ATTEMPTS


def test_a_birth_that_fails_at_first_is_tried_again_and_keeps_its_reasons():
    def slow(parents, context):
        if len(tries) < 2:
            tries.append(1)
            return parents[0].genome
        return Genome("New.")

    tries = []
    born = bear_with(slow)
    assert born.genome == Genome("New.")
    assert born.reasons == ("the child is the same as a parent",) * 2


def test_a_failed_birth_never_adopts_the_parent():
    assert bear_with(lambda parents, context: parents[0].genome).genome is None


def test_a_given_genome_is_born_as_it_is():
    assert bear(Birth(None, genome=Genome("x")), TASK, ToyModel()).genome == Genome("x")


def test_a_bug_in_an_operator_names_operator_and_birth():
    def buggy(parents, context):
        return parents[5].genome

    with pytest.raises(RuntimeError, match=r"operator 'buggy' failed at birth 0/1/2: IndexError\("):
        bear_with(buggy)


def test_a_bug_in_an_operator_names_the_last_line_of_the_operators_own_file():
    def helper(genome):
        return genome["none"]

    def buggy(parents, context):
        return helper(parents[0].genome)

    line = helper.__code__.co_firstlineno + 1
    with pytest.raises(RuntimeError, match=rf"KeyError\(.*\) \({__file__} line {line}\)$"):
        bear_with(buggy)


@pytest.mark.parametrize("child", ["text", None, PARENT])
def test_an_operator_that_returns_no_genome_is_named(child):
    def wrong(parents, context):
        return child

    with pytest.raises(RuntimeError, match=f"operator 'wrong' failed .*returns a Genome, got {type(child).__name__}"):
        bear_with(wrong)


def test_an_operator_that_asks_more_than_it_declared_is_stopped_with_what_to_declare():
    def greedy(parents, context):
        context.ask("Rewrite: a")
        context.ask("Rewrite: b")

    model = Watched()
    with pytest.raises(RuntimeError, match=r"operator 'greedy' made more model calls .*@operator\(calls=2\) or more"):
        bear_with(greedy, model=model)
    assert len(model.requests) == 1
    assert bear_with(lambda parents, context: Genome(context.ask("Rewrite: a")), calls=2).genome is not None


def test_an_operator_may_use_its_calls_on_every_try():
    model = Watched()

    def twice(parents, context):
        context.ask("Rewrite: a")
        context.ask("Rewrite: b")
        raise NoChild("no")

    assert bear_with(twice, model=model, calls=2).usage.calls == 2 * ATTEMPTS == len(model.requests)


class Answers:
    """A model that does what it is told, each time the next thing."""

    name = "answers"

    def __init__(self, *answers):
        self.answers = list(answers)

    def complete(self, request):
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def ask_for_it(parents, context):
    return Genome(context.ask("?"))


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Refused("content filter"), "the provider refused: content filter"),
        (Completion("half a prom", cut=True), "the answer was cut off at 1064 tokens"),
        (Completion(" \n"), "the model wrote nothing"),
    ],
)
def test_an_answer_that_is_none_is_a_reason_and_the_birth_goes_on(answer, reason):
    born = bear_with(ask_for_it, model=Answers(answer, Completion("Fine.")))
    assert (born.genome, born.reasons) == (Genome("Fine."), (reason,))
    assert born.usage.calls == 2


def test_a_refusal_after_retries_is_booked_with_all_its_calls():
    born = bear_with(ask_for_it, model=Answers(Refused("empty", calls=6), Completion("Fine.")))
    assert born.usage.calls == 7


def test_a_model_that_is_unavailable_stops_the_birth():
    with pytest.raises(ModelUnavailable, match="the key is wrong"):
        bear_with(ask_for_it, model=Answers(ModelUnavailable("the key is wrong")))


def test_a_birth_survives_pickling_for_worker_processes():
    birth = Birth(REWRITER, (PARENT,), 3, None, "0/1/3")
    back = pickle.loads(pickle.dumps(birth))
    assert bear(back, TASK, ToyModel()) == bear(birth, TASK, ToyModel())
    assert back.origin == birth.origin


# What an operator may use


class Solver:
    """A task model that knows the parity of the numbers it has solved, and refuses those it does not like."""

    name = "solver"

    def __init__(self, solved=range(99), refused=()):
        self.solved, self.refused, self.asked = set(solved), set(refused), []

    def complete(self, request):
        number = int(re.findall(r"Number: (\d+)", request.text)[-1])
        self.asked.append((request.text.split("\n\n")[0], number))
        if number in self.refused:
            raise Refused("no", calls=2)
        return Completion(LABELS[(number + (number not in self.solved)) % 2], 3, 1)


TRAIN = {int(example.fields["number"]) for example in TASK.train}


def learns(function, solver, *, answers=4, task=TASK, calls=0):
    birth = Birth(replace(made_by(function, calls=calls), answers=answers), (PARENT,), seed="0/1/2")
    return bear(birth, task, ToyModel(), answerer=Answerer(solver))


def test_failures_and_successes_are_answers_to_train_examples_under_the_parents_prompt():
    solved = sorted(TRAIN)[:5]
    solver, seen = Solver(solved), []

    def learn(parents, context):
        seen.extend([context.failures(parents[0], 99), context.successes(parents[0], 99)])
        return Genome("New.")

    born = learns(learn, solver, answers=99)
    wrong, right = seen
    assert {int(answer.example.fields["number"]) for answer in right} == set(solved)
    assert {int(answer.example.fields["number"]) for answer in wrong} == TRAIN - set(solved)
    assert all(answer.score.reason for answer in wrong)
    assert sorted(solver.asked) == sorted((PARENT.genome["instruction"], number) for number in TRAIN)
    assert (born.usage, born.answered) == (Usage(), Usage(len(TRAIN), 3 * len(TRAIN), len(TRAIN)))


def test_no_more_is_asked_than_it_takes_and_no_more_than_was_declared():
    solver, seen = Solver(solved=()), []

    def learn(parents, context):
        seen.append(
            [context.failures(parents[0], 2), context.failures(parents[0], 2), context.successes(parents[0], 2)]
        )
        raise NoChild("not yet")

    born = learns(learn, solver, answers=5)
    for first, again, right in seen:
        assert len(first) == 2
        assert first == again  # of one try
        assert right == []
    assert len(solver.asked) == 5 * ATTEMPTS == born.answered.calls == born.calls
    drawn = [number for _, number in solver.asked]
    assert len({tuple(drawn[i : i + 5]) for i in (0, 5, 10)}) > 1


def test_a_refused_answer_is_neither_a_failure_nor_a_success_and_is_paid():
    solver, seen = Solver(refused=TRAIN), []

    def learn(parents, context):
        seen.append(context.failures(parents[0], 3) + context.successes(parents[0], 3))
        return Genome("New.")

    assert learns(learn, solver).answered.calls == 8
    assert seen == [[]]


def test_an_operator_that_declared_no_answers_is_told_what_to_declare():
    def learn(parents, context):
        return Genome(str(context.failures(parents[0], 3)))

    says = r"operator 'learn' declared no answers, and context.failures asks .* say @operator\(answers=3\) or more"
    with pytest.raises(OperatorError, match=says):
        bear_with(learn)


@pytest.mark.parametrize("answers", [-1, 0.5, None])
def test_a_number_of_answers_that_is_none_is_refused(answers):
    with pytest.raises(ValueError, match="answers must be a number from 0"):
        operator(answers=answers)


def test_a_task_without_train_examples_has_no_failures():
    seen = []

    def learn(parents, context):
        seen.append(context.failures(parents[0], 3))
        return Genome("New.")

    learns(learn, Solver(), task=toy_task(train=0).for_operators())
    assert seen == [[]]


def test_an_operator_sees_no_answer_to_dev():
    task, seen = toy_task(), []
    made = individual("Say it.", 0.5)
    made.evaluation = assemble(
        task.scorer, [put(ToyModel(), task.scorer, task.render(made.genome, e), e) for e in task.dev]
    )

    def look(parents, context):
        seen.append((parents[0], context.task))
        return Genome("New.")

    birth = Birth(made_by(look), (made,), seed="0/1/2")
    bear(birth, task.for_operators(), ToyModel())
    (shown, visible), *_ = seen
    assert shown.evaluation is None
    assert (shown.genome, shown.score, shown.origin) == (made.genome, 0.5, made.origin)
    assert visible.dev == visible.test == ()
    assert made.evaluation is not None
    assert b"number" not in pickle.dumps(birth.as_shown.parents)


def test_a_calibrated_scorer_reads_train_answers_as_it_read_the_parent():
    task = toy_task(scorer=LabelProbability(LABELS, calibrated=True)).for_operators()
    model = Answers(*[Completion("", choice_logprobs=(-0.5, -1.0)) for _ in task.train])
    seen = []

    def learn(parents, context):
        seen.extend(context.successes(parents[0], 99))
        return Genome("New.")

    birth = Birth(replace(made_by(learn), answers=99), (PARENT,), seed="0/1/2")
    bear(birth, task, ToyModel(), answerer=Answerer(model, offsets={PARENT.genome: (2.0, 0.0)}))
    assert {answer.example.target for answer in seen} == {"odd"}


def test_what_a_birth_took_is_told_by_role_and_read_back():
    born = Born(None, ("no",), Usage(1, 2, 3), False, Usage(4, 5, 6), Usage(7, 8, 9))
    assert Born.from_json(json.loads(json.dumps(born.to_json()))) == born
    assert born.calls == 12
    assert born.paid == Usage(12, 15, 18)
    plain = Born(None, ("no",), Usage(1))
    assert Born.from_json(plain.to_json()) == plain
    assert set(plain.to_json()) == {"genome", "rejected", "usage"}


# The contract

PROTECTED = toy_task(protected=("even", "odd"), max_length=60).for_operators()


@pytest.mark.parametrize(
    ("parent", "child", "says"),
    [
        ("a", "", "the gene 'instruction' is empty"),
        ("a", " \n", "the gene 'instruction' is empty"),
        ("a", "x" * 61, "61 characters where the task allows 60"),
        ("see {number}", "see", "the field {number} was lost"),
        ("see", "see {number}", "the field {number} was invented"),
        ("even or odd", "even", "the protected text 'odd' was lost"),
        ("a", "a", "the child is the same as a parent"),
        ("even", "even!", ""),
        ("see {number}", "look at {number}", ""),
        ("a", "a {other}", ""),
        ("a", "x" * 60, ""),
    ],
)
def test_a_child_keeps_the_contract_or_is_told_how_it_breaks_it(parent, child, says):
    assert breach(Genome(child), [individual(parent)], PROTECTED) == says


def test_a_gene_without_a_place_breaks_the_contract():
    child = Genome({"instruction": "a", "role": "b"})
    assert breach(child, [], TASK) == "the template has no place for the gene 'role'"
    assert breach(Genome({"role": "b"}), [], TASK).startswith(
        "there is no gene 'instruction', which the template shows"
    )


def test_a_hidden_gene_does_not_stand_for_a_rendered_one_of_its_name():
    child = Genome({}, hidden={"instruction": "a"})
    assert breach(child, [PARENT], TASK) == "the gene 'instruction' is empty"


def test_a_child_that_differs_in_hidden_genes_alone_is_the_same_prompt():
    child = PARENT.genome.with_hidden("memory", "m")
    assert breach(child, [PARENT], TASK) == "the child is the same as a parent"


def test_a_child_that_differs_in_shots_alone_is_another_prompt():
    assert breach(PARENT.genome.with_shots([Shot((("number", "1"),), "odd")]), [PARENT], TASK) == ""


def test_any_parent_counts_as_the_same():
    parents = [individual("a"), individual("b")]
    assert breach(Genome("b"), parents, TASK) == "the child is the same as a parent"


@cheap
@given(st.text(max_size=80), st.text(max_size=80))
def test_what_passes_the_contract_is_rendered_and_what_does_not_says_why(parent, child):
    reason = breach(Genome(child), [individual(parent)], PROTECTED)
    if not reason:
        assert child.strip()
        assert len(child) <= 60
        full = toy_task()
        assert child in full.render(Genome(child), full.dev[0]).text or "{number}" in child
    else:
        assert reason[0].islower() or reason[0].isdigit()


def test_half_a_character_is_no_prompt():
    assert breach(Genome("Even \ud83d?"), (), toy_task(20)) == (
        "half a character (U+D83D, a lone surrogate) stands in the gene 'instruction'"
    )
    with pytest.raises(ValueError, match="seed prompt 1: half a character"):
        run(toy_task(20), seeds="Even \ud83d?")
