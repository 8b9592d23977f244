"""What `check_operator` puts an operator before: prompts of many kinds, and models with bad habits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from evoprompt.genome import Genome
from evoprompt.models.model import Completion, Model, Refused, Request
from evoprompt.tasks.evaluation import assemble, put
from evoprompt.tasks.task import Task
from evoprompt.testing.landscape import Landscape
from evoprompt.testing.scripted import Answer, ScriptedModel
from evoprompt.variation.individual import Individual
from evoprompt.variation.operator import Operator

POPULATION = 5  # parents of an operator that takes all
REMARK = "Certainly, happy to help"  # what a talkative model says; no prompt holds it


@dataclass(frozen=True)
class Situation:
    """What an operator is put before.

    Attributes:
        name: How a message calls it.
        task: The task without dev and test.
        parents: As many as the operator takes, with their fitness and without their answers, as operators see them.
        model: Makes the operator model; a new one for each birth.
        task_model: Answers train examples.
    """

    name: str
    task: Task
    parents: tuple[Individual, ...]
    model: Callable[[], Model]
    task_model: Model


def situations_for(
    operator: Operator,
    answers: Sequence[Answer] | Callable[[Request], Answer] | None,
    model: Model | None,
    genomes: Sequence[Genome],
) -> Iterator[Situation]:
    landscape = Landscape.drawn(0)
    plain = landscape.task(12, 12)
    texts = landscape.seed_prompts(POPULATION)
    shots = [example.as_shot() for example in plain.train[:3]]
    braces = 'Sort {ticket} – „größer“ or 日本語 🙂 – as {"queue": {x}} or {}, {{so}}.'
    several = replace(plain, template="{role}\n\n" + plain.template, genes=("role", "instruction"))
    role = "You sort the post of a shop."
    hidden = {"mutation_prompt": "Change the instruction in a way nobody expects."}

    def models(*openings: str) -> Callable[[], Model]:
        if model is not None:
            return lambda: model
        if answers is not None:
            return lambda: ScriptedModel(answers, repeat=True)
        return lambda: landscape.operator_model(openings=openings)

    def situation(name: str, task: Task, given: Sequence[Genome], *openings: str) -> Situation:
        wanted = POPULATION if operator.parents == "all" else operator.parents
        chosen = [given[i % len(given)] for i in range(wanted)]
        parents = tuple(_evaluated(genome, task, landscape) for genome in chosen)
        return Situation(name, task.for_operators(), parents, models(*openings), landscape.model())

    yield situation("with plain prompts", plain, [Genome(text) for text in texts])
    yield situation("with equal parents", plain, [Genome(texts[0])])
    yield situation("with shots", plain, [Genome(text, shots=shots[: 3 - i % 3]) for i, text in enumerate(texts)])
    yield situation("without train examples", replace(plain, train=()), [Genome(text) for text in texts])
    yield situation("with a prompt of one word", plain, [Genome("Sort."), *map(Genome, texts)], "Sort.")
    yield situation(
        "with braces and foreign letters",
        plain,
        [Genome(f"{braces} {text}") for text in texts],
        f"{braces} {landscape.opening}",
    )
    yield situation(
        "with several genes and hidden ones",
        several,
        [Genome({"role": f"{role} {i}", "instruction": text}, hidden=hidden) for i, text in enumerate(texts)],
        *(f"{role} {i}" for i in range(len(texts))),
    )
    if genomes:
        yield situation("with the genomes given", plain, genomes, *(genome["instruction"] for genome in genomes))


def _evaluated(genome: Genome, task: Task, landscape: Landscape) -> Individual:
    model = landscape.model()
    answers = [put(model, task.scorer, task.render(genome, example), example) for example in task.dev]
    individual = Individual(genome, evaluation=assemble(task.scorer, answers, shares=task.label_shares))
    assert individual.evaluation is not None  # just made
    individual.fitness.values = (individual.evaluation.value,)
    return individual.without_answers()


def bad_answers(parent: str) -> Iterator[tuple[str, Answer, str]]:
    """What models do wrong: the habit in words, the answer, and a text that no child may hold."""
    half = "Read the whole ticket before you"
    yield "writes nothing", "", ""
    yield "writes white space", " \n\t\n", ""
    yield "only talks", f"Sure! {REMARK}. Here is an improved version of the prompt:", REMARK
    yield "talks around the prompt", f"Sure! {REMARK}:\n\n{half} choose.\n\nShall I go on?", REMARK
    yield "excuses itself", f"I'm sorry, but I can't help with that. {REMARK} otherwise.", REMARK
    yield "stops in the middle", Completion(f"<prompt>{half}", 10, 10, cut=True), half
    yield "does not close its tags", f"<prompt>{REMARK}", "<prompt>"
    yield "nests its tags", f"<prompt><prompt>{half} choose.</prompt>", "<prompt>"
    yield "is refused by its provider", Refused("content filter"), ""
    yield "copies a parent", parent, ""
    yield "copies a parent in tags", f"<prompt>{parent}</prompt>", ""
