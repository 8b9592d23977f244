"""EvoPrompt's genetic algorithm (Guo 2023, https://arxiv.org/abs/2309.08532): one call crosses two prompts and mutates."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Annotated

from deap import tools

from evoprompt.genome import Genome
from evoprompt.operators.plain import gene_for, paraphrase
from evoprompt.search.recipe import Search, Start, recipe
from evoprompt.search.strategies import Founders, Genetic, Pool, roulette
from evoprompt.search.strategies.genetic import Select
from evoprompt.text.options import OneOf, Range
from evoprompt.text.template import Template
from evoprompt.variation.individual import Individual
from evoprompt.variation.operator import Context, operator
from evoprompt.variation.reading import STEPS, tagged

POPULATION = 10  # Guo 2023, section 4.1
TEMPERATURE = 0.5  # of the operator model; the authors' code
TOP_P = 0.95  # likewise
TOURNAMENT = 2  # prompts that meet; likewise
ASKED_PROMPTS = 2  # in an answer: the crossed one and the mutated one

# The demonstration is of a task that no benchmark here has, so that a copy of it is easily told from an answer.
SHOWN_PARENTS = (
    "Translate the customer's message into German.",
    "You are an interpreter. Put the text into German that a child can follow.",
)
SHOWN_CROSSING = "As an interpreter, translate the customer's message into German that a child can follow."
SHOWN_CHILD = "Act as interpreter: give the customer's message in plain German, in words even a young child knows."

WORDING = Template.parse(
    f"""Here are two instructions for one and the same job. Make a new instruction from them in two steps.
1. Cross over: join the best parts of both into one instruction.
2. Mutate: change something about the result of step 1, its wording or a detail, so that it still asks for the same job.
Write what step 2 gives, and only that, between <prompt> and </prompt>. Leave names of categories, and all that stands \
in curly brackets, exactly as they are.

Example
First instruction: {SHOWN_PARENTS[0]}
Second instruction: {SHOWN_PARENTS[1]}
1. Cross over: {SHOWN_CROSSING}
2. Mutate: <prompt>{SHOWN_CHILD}</prompt>

Now with these
First instruction: {{first}}
Second instruction: {{second}}
1. Cross over:"""
)


@operator(parents=2, calls=1)
def ga_crossover_mutate(
    parents: Sequence[Individual],
    context: Context,
    *,
    gene: str = "",
    temperature: Annotated[float, Range(0, 2)] = TEMPERATURE,
    top_p: Annotated[float, Range(0, 1)] = TOP_P,
) -> Genome:
    """Cross two prompts over and mutate the result, in one call (Guo 2023, figure 1).

    Other genes and the shots come from the first parent.
    """
    one, other = (parent.genome for parent in parents)
    name = gene_for(one, context, gene)
    question = WORDING.fill({"first": one[name], "second": other[name]})
    room = context.room(ASKED_PROMPTS)
    answer = context.ask(question, temperature=temperature, top_p=top_p, max_tokens=room, schema=STEPS)
    shown = (*SHOWN_PARENTS, SHOWN_CROSSING, SHOWN_CHILD)
    given = (one[name], other[name])
    read = tagged(answer, not_one_of=given, asked=question, labels=context.task.labels, shown=shown)
    return one.with_gene(name, read)


SELECTIONS: Mapping[str, Select] = {
    "roulette": roulette,
    "tournament": partial(tools.selTournament, tournsize=TOURNAMENT),
    "random": tools.selRandom,
}


class _Selection(OneOf):
    """The name of a selection, or a function that is one."""

    def __contains__(self, value: object) -> bool:
        return callable(value) or super().__contains__(value)

    def __str__(self) -> str:
        return f"{super().__str__()}, or a DEAP selection `(population, k) -> individuals`"


def founders_of(start: Start, population: int, temperature: float, top_p: float) -> Founders:
    """All given prompts scored, the best of them half of the population, the rest paraphrases of these.

    So the authors' code founds it (`para_topk`); of an odd number, the smaller half is kept.
    """
    fill = paraphrase.using(temperature=temperature, top_p=top_p)
    return Founders(start.seeds, population, Pool.of(fill), max(1, population // 2))


@recipe("evoprompt-ga", source="Guo 2023, arXiv 2309.08532")
def evoprompt_ga(
    start: Start,
    *,
    population_size: Annotated[int, Range(2)] = POPULATION,
    select: Annotated[str | Callable[..., Sequence[Individual]], _Selection(tuple(SELECTIONS))] = "roulette",
    temperature: Annotated[float, Range(0, 2)] = TEMPERATURE,
    top_p: Annotated[float, Range(0, 1)] = TOP_P,
) -> Search:
    """EvoPrompt's genetic algorithm: children of two parents each, and the best of parents and children live on.

    Parents are drawn by `select`, or by the `select` of the user's toolbox where it has one.

    Differs from the paper: it begins with some 30 to 37 given prompts and paraphrases each of the five best once; from fewer,
    here, the best are paraphrased in turn until the population is full. Parents are different prompts where the mating
    pool holds two (the authors' code may cross a prompt with itself), and tournament and random draws fill such a pool
    first. The wording is our own. The budget ends the search and not 10 generations; the winner alone is put to the
    sealed test, where the authors take the best of three there.
    """
    given: Select | None = getattr(start.toolbox, "select", None)
    chosen: Select = given or (SELECTIONS[select] if isinstance(select, str) else select)
    breed = ga_crossover_mutate.using(temperature=temperature, top_p=top_p)
    founders = founders_of(start, population_size, temperature, top_p)
    return Search(Genetic(founders, breed, start.rng, start.toolbox, select=chosen))
