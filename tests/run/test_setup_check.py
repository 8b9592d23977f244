from __future__ import annotations

import importlib
from dataclasses import dataclass, field

import pytest
from toys import LABELS, SEEDS, ToyModel, Watched, example, label_of, logprob_task, run, started, toy_task

from evoprompt.genome import Genome
from evoprompt.models.model import Completion, Refused
from evoprompt.models.usage import Usage
from evoprompt.run.evolution import NothingEvaluated
from evoprompt.run.setup_check import FEWEST, HANDFUL, BrokenSetup, check_all, check_handful
from evoprompt.tasks.evaluation import Answer
from evoprompt.tasks.example import Score
from evoprompt.tasks.scoring.scorers import Choice, exact_match

report = importlib.import_module("evoprompt.plots.report").report
SEED = SEEDS[0]
TASK = toy_task()
DEV = len(TASK.dev)


def number_of(request):
    return request.text.rpartition("Number: ")[2].partition("\n")[0]


@dataclass
class Says(ToyModel):
    """Answers each number as the function says, and rewrites prompts as the toy model does."""

    answer: object
    name: str = "toy"
    asked: list[str] = field(default_factory=list)

    def complete(self, request):
        number = number_of(request)
        if not number.isdigit():
            return super().complete(request)
        self.asked.append(number)
        return self.answer(int(number))


THINKS = Says(lambda number: Completion(f"<think>The number is {number}, and so", 9, 256, cut=True))
SILENT = Says(lambda number: Completion(""))
CHATS = Says(lambda number: Completion("What a fine number!"))
SWAPS = Says(lambda number: Completion(label_of(str(number + 1))))


def unreadable(output, example):
    score = Choice(LABELS)(output, example)
    return Score(score.value, score.reason, is_unreadable=score.prediction is None)


@pytest.mark.parametrize(
    ("model", "settings", "says"),
    [
        (THINKS, {}, "8 of 8 answers to the seed prompts are cut off at 256 tokens; raise max_tokens"),
        (SILENT, {}, "8 of 8 answers to the seed prompts are empty; see below what the model is asked"),
        (
            CHATS,
            {"scorer": unreadable},
            "8 of 8 answers to the seed prompts are unreadable for the scorer; let the prompt",
        ),
    ],
)
def test_a_first_handful_without_one_answer_stops_the_run_before_the_other_examples_are_paid(model, settings, says):
    asked = Says(model.answer)
    with pytest.raises(BrokenSetup) as broken:
        run(toy_task(max_tokens=256, **settings), seeds=SEED, model=asked)
    assert says in str(broken.value)
    assert len(asked.asked) == HANDFUL < DEV


def test_the_error_shows_the_request_the_whole_answer_with_its_thoughts_and_the_scorers_reason():
    with pytest.raises(BrokenSetup) as broken:
        run(seeds=SEED, model=Says(THINKS.answer))
    first, *shown = str(broken.value).splitlines()
    assert first.startswith("the set-up seems broken: ") and first.endswith("check_setup=False goes on all the same")
    text = "\n".join(shown)
    assert "whose target is " in text and SEED in text and "Number: " in text
    assert "<think>The number is " in text
    assert "cut off at 256 tokens: '' names none of the labels" in text


def test_what_the_model_wrote_can_not_steer_the_terminal():
    with pytest.raises(BrokenSetup) as broken:
        run(seeds=SEED, model=Says(lambda number: Completion("\x1b[2J\x07wiped", cut=True)))
    assert "\x1b" not in str(broken.value) and "\\x1b[2J\\x07wiped" in str(broken.value)


def test_long_requests_and_answers_are_shortened():
    with pytest.raises(BrokenSetup) as broken:
        run(seeds=SEED + " word" * 700, model=Says(lambda number: Completion("so " * 9_000, cut=True)))
    assert len(str(broken.value)) < 4_000


@pytest.mark.parametrize(
    ("model", "settings", "says"),
    [
        (CHATS, {"scorer": exact_match}, f"none of the {DEV} answers to the seed prompts scores"),
        (Says(lambda number: Completion("even" if number < 0 else "2")), {"scorer": exact_match}, f"none of the {DEV}"),
        (
            Says(lambda number: Completion(label_of(str(number + (number > 3))))),
            {},
            "the labels 'even' and 'odd' seem to be confused",
        ),
    ],
)
def test_seeds_that_never_score_stop_the_run_within_its_first_generation(model, settings, says):
    asked = Says(model.answer)
    with pytest.raises(BrokenSetup, match=says):
        run(toy_task(**settings), seeds=SEED, model=asked)
    assert len(asked.asked) == DEV


def test_a_handful_of_wrong_answers_alone_stops_nothing():
    wrong_at_first = Says(lambda number: Completion(label_of(str(number + (len(wrong_at_first.asked) <= HANDFUL)))))
    assert run(seeds=SEED, model=wrong_at_first).best.score > 0


def by_probability(value: float) -> dict[Genome, list[Answer]]:
    score = Score(value, "odd is likelier", False, "odd")
    return {Genome("seed"): [Answer(example(id=str(i)), "", score, Usage(1), logprobs=(-2.0, -1.0)) for i in range(4)]}


def test_probabilities_score_where_they_are_what_chance_gives_at_least():
    check_all(logprob_task(), by_probability(0.5))  # a model that likes one label, calibrated
    with pytest.raises(BrokenSetup, match="none of the 4 answers"):
        check_all(logprob_task(), by_probability(0.3))


def test_a_log_probability_scorer_without_one_hit_stops_the_run():
    class Contrary(ToyModel):
        def complete(self, request):
            came = super().complete(request)
            if not request.choices:
                return came
            wrong = tuple(-9.0 if label == label_of(number_of(request)) else -0.1 for label in request.choices)
            return Completion("", 9, 1, choice_logprobs=wrong)

    with pytest.raises(BrokenSetup, match="40 of 40 answers to the seed prompts name the other") as broken:
        run(logprob_task(), model=Contrary())
    assert "log-probabilities: -" in str(broken.value)


def test_check_setup_false_goes_on_all_the_same():
    result = run(seeds=SEED, model=Says(SILENT.answer), check_setup=False)
    assert result.answers.empty == result.answers.total > DEV


def test_children_that_never_score_stop_nothing():
    class Fickle(ToyModel):
        def complete(self, request):
            whole = super().complete(request)
            return whole if SEED in request.text or not number_of(request).isdigit() else Completion("", cut=True)

    assert run(seeds=SEED, model=Fickle()).answers.cut


# The rule itself


def answers(kinds: str, target: str = "even", start: int = 0) -> list[Answer]:
    """One answer a letter: a hit, a miss, one refused, cut off, empty, unreadable, or cut off after a wrong label."""
    made = {
        "h": ("even", Score(1.0), {}),
        "m": ("odd", Score(0.0, "wrong", prediction="odd"), {}),
        "r": ("", Score(0.0, "refused: filter"), {"refused": True}),
        "c": ("The number", Score(0.0, "cut off"), {"cut": True}),
        "e": ("", Score(0.0, "nothing"), {}),
        "u": ("Hm.", Score(0.0, "no label", is_unreadable=True), {}),
        "l": ("odd. Since", Score(0.0, "wrong", prediction="odd"), {"cut": True}),
    }
    return [
        Answer(example(target, id=f"e{i}"), output, score, Usage(1), **settings)
        for i, (output, score, settings) in enumerate((made[kind] for kind in kinds), start)
    ]


def of(*kinds: str) -> dict[Genome, list[Answer]]:
    return {Genome(f"seed {number}"): answers(each) for number, each in enumerate(kinds)}


@pytest.mark.parametrize(
    "kinds",
    [
        ("hmmmmmmm",),
        ("hhhhcce",),
        ("hmmml" * 4,),  # a label that stands before the cut is an answer
        ("cccccccc", "hhhmmmmm"),  # one bad prompt beside a good one
        ("mmm",),  # too few to say
        ("rrrrrrrr",),  # what becomes of these is said elsewhere
        ("rrrrrrmm",),
        (),
    ],
)
def test_answers_that_say_something_about_prompts_let_a_run_go_on(kinds):
    check_all(TASK, of(*kinds))


@pytest.mark.parametrize(
    ("kinds", "says"),
    [
        (("hhcc",), "2 of 4 answers to the seed prompts are cut off"),
        (("hhceu",), r"3 of 5 answers .* are lost \(1 cut off at 256 tokens, 1 empty, 1 unreadable for the scorer\)"),
        (("cccccccc", "eeeeeeee"), "16 of 16"),
        (("cccch", "hhhcc"), "6 of 10"),
        (("m" * FEWEST,), "none of the 4 answers"),
        (("mmmm", "llll"), "none of the 8 answers"),
        (("rrmmmm",), "none of the 4 answers"),
    ],
)
def test_answers_that_say_nothing_about_prompts_stop_a_run(kinds, says):
    with pytest.raises(BrokenSetup, match=says):
        check_all(TASK, of(*kinds))


def test_a_handful_stops_a_run_only_where_all_of_it_is_lost():
    check_handful(TASK, of("cceeuuch"))
    check_handful(TASK, of("mmmmmmmm"))
    check_handful(TASK, of("ccc"))
    with pytest.raises(BrokenSetup, match="4 cut off at 256 tokens, 3 empty, 1 unreadable"):
        check_handful(TASK, of("ccceeu", "ce"))


def test_graded_scores_over_0_are_scores():
    graded = [Answer(example(id=f"e{i}"), "even so", Score(0.01, "hardly"), Usage(1)) for i in range(9)]
    check_all(toy_task(scorer=lambda output, example: 0.01), {Genome("seed"): graded})


def test_a_model_that_always_names_one_label_does_not_confuse_two():
    of_both = [*answers("m" * 19), *answers("m", "odd", start=50)]
    of_both[-1] = Answer(example("odd", id="o"), "odd", Score(1.0, prediction="odd"), Usage(1))
    check_all(TASK, {Genome("seed"): of_both})


# What stays of such a run


@pytest.mark.parametrize("model", [SILENT, SWAPS], ids=["handful", "all"])
@pytest.mark.parametrize("n_jobs", [1, 8])
def test_a_stopped_run_pays_nothing_more_when_it_is_begun_again_and_goes_on_without_the_check(model, n_jobs, tmp_path):
    first, again, on = Says(model.answer), Watched(Says(model.answer)), Watched(Says(model.answer))
    for asked in (first, again):
        with pytest.raises(BrokenSetup):
            run(seeds=SEED, model=asked, run_dir=tmp_path, n_jobs=n_jobs)
    assert not again.requests
    result = run(seeds=SEED, model=on, run_dir=tmp_path, n_jobs=n_jobs, check_setup=False)
    paid = len(on.requests) + len(first.asked)
    assert paid == result.total.calls
    assert not list(result.record.of("setup"))
    assert result.record.lines[-1]["kind"] == "end"


def test_the_report_of_a_stopped_run_shows_what_was_wrong(tmp_path):
    with started(seeds=SEED, model=Says(THINKS.answer), run_dir=tmp_path) as stopped:
        with pytest.raises(BrokenSetup):
            stopped.evaluate(stopped.bear(stopped.ask()))
        assert stopped.ask() == []
        with pytest.raises(NothingEvaluated, match="there is no result: the set-up seems broken"):
            stopped.finish()
    text = report(stopped.record)
    assert "Status  stopped after the first answers" in text
    assert "are cut off at 256 tokens" in text and "<think>The number is" in text


def test_refusals_keep_their_own_message():
    def refuse(number):
        raise Refused("content filter")

    with pytest.raises(NothingEvaluated, match="the provider refused"):
        run(seeds=SEED, model=Says(refuse))
