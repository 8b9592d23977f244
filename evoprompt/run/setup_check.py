"""A look at a run's first answers: do they say anything about the prompts, before more is spent?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from evoprompt.genome import Genome
from evoprompt.models.model import Request
from evoprompt.tasks.evaluation import Answer
from evoprompt.tasks.preview import preview, shortened
from evoprompt.tasks.task import Task
from evoprompt.text.brief import brief
from evoprompt.text.terminal import indented, one_line

FEWEST = 4  # answers that a verdict on the set-up is built on
HANDFUL = 8  # answers that are looked at before the others are paid for
FEWEST_BY_LABEL = 5  # answers to each of two labels, before these are called confused
MOST_HITS = 0.1  # share of right answers with which two labels are still called confused
# A small model seldom names a label on its own.
_BY_PROBABILITY = ", such as 'label-probability-calibrated' where the model gives log-probabilities (local/... does)"
LONGEST_NAME = 40  # characters of a label or an id in the sentence


class BrokenSetup(RuntimeError):
    """The first answers of a run say nothing about its prompts, so it stopped; reads as a sentence and what it is about.

    Attributes:
        problem: What is wrong, and the next step, as a sentence.
        request: The request of one answer that shows it.
        answer: That answer.
    """

    def __init__(self, problem: str, request: Request, answer: Answer) -> None:
        super().__init__(problem, request, answer)
        self.problem, self.request, self.answer = problem, request, answer

    @property
    def lines(self) -> list[str]:
        """Request, answer and the scorer's reason, to be read on a terminal: shortened, control characters shown."""
        answer = self.answer
        name, target = (brief(one_line(text), LONGEST_NAME) for text in (answer.example.id, answer.example.target))
        said = [f"  log-probabilities: {', '.join(f'{each:.2f}' for each in answer.logprobs)}"]
        return [
            f"The request of example {name!r}, whose target is {target!r}:",
            *preview(self.request),
            "The answer:",
            *(
                said
                if answer.logprobs
                else indented(shortened(answer.output))
                if answer.output.strip()
                else ["  (none)"]
            ),
            "The scorer:",
            *indented(shortened(answer.score.reason or f"gives it {answer.score.value:g}, without a reason")),
        ]

    def __str__(self) -> str:
        return "\n".join([f"{self.problem}; check_setup=False goes on all the same", *self.lines])


def check_handful(task: Task, of_each: Mapping[Genome, Sequence[Answer]]) -> None:
    """Stop where the first handful of answers holds not one that can be scored.

    Args:
        task: The task.
        of_each: The answers of each seed prompt.

    Raises:
        BrokenSetup: So it is.
    """
    came = _came(of_each)
    lost = [pair for pair in came if _is_lost(task, pair[1])]
    if len(came) >= FEWEST and len(lost) == len(came):
        raise _useless(task, came, lost)


def check_all(task: Task, of_each: Mapping[Genome, Sequence[Answer]]) -> None:
    """Stop where the seeds' answers say too little to search by.

    That is where half of the answers are empty, cut off or unreadable, where none of them scores, or where two labels
    are confused. A seed whose answers are all lost is one bad prompt, and does not count beside others. Refused answers
    do not count here, nor do fewer than four.

    Args:
        task: The task.
        of_each: The answers of each seed prompt, scored.

    Raises:
        BrokenSetup: So it is.
    """
    came = _came(of_each)
    if len(came) < FEWEST:
        return
    lost = [pair for pair in came if _is_lost(task, pair[1])]
    good = [
        answers
        for answers in of_each.values()
        if not all(answer.refused or _is_lost(task, answer) for answer in answers)
    ]
    counted = [answer for answers in good for answer in answers if not answer.refused]
    if 2 * sum(_is_lost(task, answer) for answer in counted) >= len(counted):  # also where none is good
        raise _useless(task, came, lost)
    if labels := _confused(task, [answer for _, answer in came]):
        one, other = (repr(brief(one_line(label), LONGEST_NAME)) for label in labels)
        wrong = [pair for pair in came if not pair[1].score.correct]
        raise _broken(
            task,
            f"the labels {one} and {other} seem to be confused: {len(wrong)} of {len(came)} answers to the seed prompts"
            " name the other one; exchange them in the targets, or let the prompt say what they mean",
            wrong[0],
        )
    if not any(_scores(answer) for _, answer in came):
        raise _broken(task, f"none of the {len(came)} answers to the seed prompts scores; {_step(task)}", came[0])


Pair = tuple[Genome, Answer]


def _came(of_each: Mapping[Genome, Sequence[Answer]]) -> list[Pair]:
    return [(genome, answer) for genome, answers in of_each.items() for answer in answers if not answer.refused]


def _is_lost(task: Task, answer: Answer) -> bool:
    """Whether an answer that came is none."""
    is_read = bool(task.labels) and answer.score.prediction is not None  # a label that stands before the cut is one
    return answer.flaw not in ("", "refused") and not is_read


def _scores(answer: Answer) -> bool:
    """Whether it is worth anything; a probability always is, so there it must be what chance would give at least."""
    least = (1 - 1e-9) / len(answer.logprobs) if answer.logprobs else 0.0
    return bool(answer.score.correct) or answer.score.value > least


def _useless(task: Task, came: Sequence[Pair], lost: Sequence[Pair]) -> BrokenSetup:
    kinds = Counter(answer.flaw for _, answer in lost)
    words = {
        "cut": f"cut off at {task.max_tokens:,} tokens",
        "empty": "empty",
        "unreadable": "unreadable for the scorer",
    }
    steps = {
        "cut": "raise max_tokens, or have the model think and write less",
        "empty": "see below what the model is asked, and whether it spends its tokens on thoughts that nobody sees",
        "unreadable": "let the prompt ask for what the scorer reads, or take a scorer that reads such answers"
        + (_BY_PROBABILITY if task.labels else ""),
    }
    most = kinds.most_common(1)[0][0]
    first = next(pair for pair in lost if pair[1].flaw == most)
    what = words[most] if len(kinds) == 1 else f"lost ({', '.join(f'{n} {words[kind]}' for kind, n in kinds.items())})"
    return _broken(task, f"{len(lost)} of {len(came)} answers to the seed prompts are {what}; {steps[most]}", first)


def _step(task: Task) -> str:
    what = "the label that such an answer names" if task.labels else "such an answer"
    return f"see below whether the prompt asks for what the target holds, and whether the scorer would know {what}"


def _broken(task: Task, problem: str, pair: Pair) -> BrokenSetup:
    genome, answer = pair
    return BrokenSetup(f"the set-up seems broken: {problem}", task.render(genome, answer.example), answer)


def _confused(task: Task, answers: Sequence[Answer]) -> tuple[str, ...]:
    """The two labels of a task, where each of them is nearly always answered with the other one; else none."""
    if len(task.labels) != 2:
        return ()
    by_target = {label: [a for a in answers if a.example.target == label] for label in task.labels}
    for label, these in by_target.items():
        named = sum(a.score.prediction in task.labels and a.score.prediction != label for a in these)
        if len(these) < FEWEST_BY_LABEL or named < (1 - MOST_HITS) * len(these):
            return ()
    return task.labels
