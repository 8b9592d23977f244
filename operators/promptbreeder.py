"""PromptBreeder (Fernando 2024, https://arxiv.org/abs/2309.16797): prompts that evolve with the prompts that mutate them.

Each individual carries, beside its task prompt, a mutation prompt (the hidden gene `mutation_prompt`) and a memory of
worked examples (its shots). Nine operators in five classes:

- direct mutation: `pb-zero-order`, `pb-first-order`
- estimation of distribution: `pb-eda`, `pb-eda-ranked`, `pb-lineage`
- hypermutation, of the mutation prompt and with it the task prompt: `pb-zero-order-hyper`, `pb-first-order-hyper`
- from a working-out back to its instruction: `pb-lamarckian`
- prompt crossover and context shuffling: `pb-crossover-and-shuffle`

The nine are drawn with equal chance. Crossover and shuffling also follow each of the other eight, with a chance of 10 %
each; that is why all nine take the whole population, the winner of the tournament first.

How this differs from the paper, and why:

- A prompt is answered in one call. The paper's units have two task prompts used one after the other: the first has the
  model work on the question, the second is put below what it wrote and brings the answer. What is handed over here is
  one prompt, for one call; so two task prompts are two rendered genes of the task's template, in one request.
- Where a task has several rendered genes, founding writes all of them, and a mutation takes one of them at random, or the
  one its option `gene` names. Crossover brings in the donor's text of the same gene: genes have different places in
  the template. A crossover that would only make a member of the population once more is left out.
- The paper fills the memory from the answers that scoring brings. Ours are on dev, and a dev example shown in the prompt
  would be scored on itself. So every mutation puts one train example to the operator model under the child; a right
  answer enters the memory, in the place of a random one where it is full.
- Likeness in the lists of `pb-eda` is lexical (character trigrams) instead of by BERT: no second model to load.
- No random characters before a request (each ask is a draw of its own), no fitness sharing, no evolving temperatures.
- All pairs of a generation meet at once, each individual at most once, where the paper draws two at a time; a score is
  that of the examples it was born to.
- The user's prompts stand among the founders, with their own mutation prompts where they have any.
- All wording, the libraries included, is our own.
"""

from __future__ import annotations

import math
import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any

from evoprompt.genome import Genome, Shot
from evoprompt.models.model import Refused
from evoprompt.operators.plain import gene_for
from evoprompt.operators.promptbreeder_library import (
    BETTER_MUTATION_PROMPT,
    EDA,
    EDA_RANKED,
    FIRST_ORDER,
    INITIALISE,
    LAMARCKIAN,
    LINEAGE,
    MUTATION_PROMPTS,
    NEW_MUTATION_PROMPT,
    THINKING_STYLES,
    ZERO_ORDER,
)
from evoprompt.search.allocation import Minibatch
from evoprompt.search.recipe import Search, Start, recipe
from evoprompt.search.strategies import Founders, Pool, SteadyState
from evoprompt.tasks.example import Example, asks_model, reads_logprobs
from evoprompt.text.options import OneOf, Range
from evoprompt.text.template import Template, placeholders
from evoprompt.variation.individual import Individual
from evoprompt.variation.operator import Context, NoChild, Operator, operator
from evoprompt.variation.reading import PROMPT, NoTags, first_item, tagged, whole

MUTATION_PROMPT = "mutation_prompt"  # the hidden gene
MOST_WRITTEN = 4  # ours: genes that a founder has written anew; the paper has two task prompts

# Ours: the paper's 50 units of 100 answers each take 5,000 calls before the first child; these leave 1,400 of the default
# budget of 2,000 calls, and the founders two children each.
POPULATION = 10
BATCH = 50  # examples that score an individual, drawn at random
CROSSOVER = 0.1  # Fernando 2024: chance of a prompt crossover after a mutation
SHUFFLING = 0.1  # Fernando 2024: chance of shuffling the context after a mutation

CONTEXTS = 3  # ours: worked examples in the memory
ALIKE = 0.9  # ours, for trigrams (the paper: 0.95 for BERT): as near as a sentence with one word exchanged
SOLVED = 3  # ours: the most workings-out that pb-lamarckian shows; it asks for twice as many answers at most
SHOWN = 20  # ours: the most prompts in a list, for small models' windows
WORKINGS_OUT = 3  # ours: the most worked examples asked for in one try
REASONING_WORDS = 5  # fewer words before an answer are a heading, or "The answer is"
LONGEST_MUTATION_PROMPT = 1000  # characters: no template bounds this gene, and rewriting makes texts grow
LEAST_TOKENS = 512  # of an answer; long prompts get more

Temperature = Annotated[float, Range(0, 2)]
Chance = Annotated[float, Range(0, 1)]
Count = Annotated[int, Range(0)]
AtLeastOne = Annotated[int, Range(1)]


@dataclass(frozen=True)
class _Unit:
    """What a mutation works on: the tournament's winner, the one gene to change, and the rest of the population."""

    parents: Sequence[Individual]
    context: Context
    genome: Genome
    gene: str
    temperature: float

    @classmethod
    def of(cls, parents: Sequence[Individual], context: Context, gene: str, temperature: float) -> _Unit:
        """The first parent; one without a mutation prompt (a prompt the user gave) gets one from the library."""
        genome = parents[0].genome
        name = gene_for(genome, context, gene)
        if not genome.get(MUTATION_PROMPT):
            genome = genome.with_hidden(MUTATION_PROMPT, context.rng.choice(MUTATION_PROMPTS))
        return cls(parents, context, genome, name, temperature)

    @property
    def text(self) -> str:
        return self.genome[self.gene]

    @property
    def problem(self) -> str:
        """The task's description; where nobody wrote one, the prompt that the line began with."""
        oldest = self.context.lineage[0].genome if self.context.lineage else self.genome
        return self.context.task.description or oldest.get(self.gene) or self.text

    @property
    def keep(self) -> str:
        """A sentence on what the contract of the task holds the child to; empty where it is nothing in particular."""
        task = self.context.task
        spans = [span for span in task.kept if span in self.text]
        spans += [f"{{{field}}}" for field in placeholders(self.text, task.fields).fields]
        return f" Keep exactly as written: {', '.join(spans)}." if spans else ""

    def with_mutation_prompt(self, text: str) -> _Unit:
        return replace(self, genome=self.genome.with_hidden(MUTATION_PROMPT, text))

    def child(self, text: str) -> Genome:
        return self.genome.with_gene(self.gene, text)

    def ask(
        self, template: Template, *, untagged: Callable[..., str] = whole, known: Sequence[str] = (), **values: str
    ) -> str:
        """What the operator model writes: one text, and none of those it was given.

        Args:
            untagged: Reads an answer whose tags the model left out.
            known: Texts that are no answer, beside the values.
        """
        given = {"text": self.text, "problem": self.problem, "mutation_prompt": self.genome[MUTATION_PROMPT], **values}
        asked = template.fill({"keep": self.keep, **given})
        room = max(LEAST_TOKENS, len(self.text) // 2)  # a token is rarely a single character
        output = self.context.ask(asked, temperature=self.temperature, max_tokens=room, schema=PROMPT)
        read: dict[str, Any] = {
            "not_one_of": (*given.values(), *known),
            "asked": asked,
            "labels": self.context.task.labels,
            "about_instructions": template in (NEW_MUTATION_PROMPT, BETTER_MUTATION_PROMPT),
        }
        try:
            return tagged(output, **read)
        except NoTags:
            return untagged(output, **read)

    def next_of(self, template: Template, prompts: Sequence[str]) -> str:
        """The prompt by which the operator model continues a list of them."""
        lines = "\n".join(f"{number}. {' '.join(prompt.split())}" for number, prompt in enumerate(prompts, 1))
        last, following = str(len(prompts)), str(len(prompts) + 1)
        return self.ask(template, untagged=first_item, known=prompts, prompts=lines, last=last, next=following)


def _mutation(name: str, calls: int = 1, answers: int = 0) -> Callable[[Callable[[_Unit], Genome]], Operator]:
    """Register one of the eight mutations: their common options, and the crossover and memory that follow each."""

    def register(mutate: Callable[[_Unit], Genome]) -> Operator:
        def mutation(
            parents: Sequence[Individual],
            context: Context,
            *,
            gene: str = "",
            temperature: Temperature = 0.7,
            contexts: Count = CONTEXTS,
            crossover: Chance = CROSSOVER,
            shuffling: Chance = SHUFFLING,
        ) -> Genome:
            child = mutate(_Unit.of(parents, context, gene, temperature))
            if context.rng.random() < crossover:
                child = _crossed(child, parents, context.rng) or child
            if contexts and context.task.train:
                change = _shuffled if context.rng.random() < shuffling else _remembered
                child = change(child, context, contexts)
            return child

        mutation.__name__, mutation.__qualname__ = mutate.__name__, mutate.__qualname__
        mutation.__doc__ = mutate.__doc__
        return operator(parents="all", calls=calls + WORKINGS_OUT, name=name, answers=answers)(mutation)

    return register


# Founding


@operator(parents=1, calls=MOST_WRITTEN + 1, name="pb-initialise")
def initialise(
    parents: Sequence[Individual],
    context: Context,
    *,
    gene: str = "",
    temperature: Temperature = 0.7,
    contexts: Count = CONTEXTS,
) -> Genome:
    """Make a founder of the problem, a thinking style and a mutation prompt, which it keeps (Fernando 2024).

    All rendered genes are written, each by a call (up to four of them; of more, some at random), or the one that `gene`
    names. The mutation prompt is the parent's, and where it has none one of the library.
    """
    child = parents[0].genome
    mutation_prompt = child.get(MUTATION_PROMPT) or context.rng.choice(MUTATION_PROMPTS)
    names = [name for name, _ in child.genes]
    for name in [gene] if gene else sorted(context.rng.sample(names, min(len(names), MOST_WRITTEN)), key=names.index):
        unit = _Unit.of(parents, context, name, temperature).with_mutation_prompt(mutation_prompt)
        text = unit.ask(INITIALISE, style=context.rng.choice(THINKING_STYLES))
        child = child.with_gene(name, text).with_hidden(MUTATION_PROMPT, mutation_prompt)
    return _remembered(child, context, contexts) if contexts else child


# Direct mutation


@_mutation("pb-zero-order")
def zero_order(unit: _Unit) -> Genome:
    """Write a prompt anew from the problem alone, as the first of a list of hints (Fernando 2024)."""
    return unit.child(unit.ask(ZERO_ORDER, untagged=first_item))


@_mutation("pb-first-order")
def first_order(unit: _Unit) -> Genome:
    """Apply the winner's mutation prompt to its task prompt (Fernando 2024)."""
    return unit.child(unit.ask(FIRST_ORDER))


# Estimation of distribution


@_mutation("pb-eda")
def eda(unit: _Unit) -> Genome:
    """Continue a list of the population's prompts, in random order and without scores (Fernando 2024)."""
    texts = [each.genome[unit.gene] for each in unit.parents]
    return unit.child(unit.next_of(EDA, _several(unit.context.rng.sample(texts, len(texts)))))


@_mutation("pb-eda-ranked")
def eda_ranked(unit: _Unit) -> Genome:
    """Continue a list of the population's prompts, the best last but called descending (Fernando 2024).

    The winner's mutation prompt stands above the list ("EDA rank and index mutation").
    Of prompts that are much alike, and where there are too many for the list, the better ones stay.
    """
    ranked = sorted(unit.parents, key=lambda each: each.score, reverse=True)
    return unit.child(unit.next_of(EDA_RANKED, _several(each.genome[unit.gene] for each in ranked)[::-1]))


@_mutation("pb-lineage")
def lineage(unit: _Unit) -> Genome:
    """Continue the history of those in the winner's line that were once the population's best (Fernando 2024).

    The earliest comes first. A line that never had the best is shown as the winner alone.
    """
    texts = list(dict.fromkeys(past.genome[unit.gene] for past in unit.context.elites))
    return unit.child(unit.next_of(LINEAGE, texts[-SHOWN:] or [unit.text]))


def likeness(one: str, other: str) -> float:
    """Cosine of the counts of character trigrams, from 0 (none in common) to 1 (the same)."""
    a, b = _trigrams(one), _trigrams(other)
    norm = math.sqrt(sum(n * n for n in a.values()) * sum(n * n for n in b.values()))
    return sum(count * b[piece] for piece, count in a.items()) / norm


def _trigrams(text: str) -> Counter[str]:
    padded = f"  {' '.join(text.casefold().split())} "
    return Counter(padded[i : i + 3] for i in range(len(padded) - 2))


def different(texts: Iterable[str]) -> list[str]:
    """The texts in order, without those much like an earlier one."""
    kept: list[str] = []
    for text in texts:
        if all(likeness(text, other) < ALIKE for other in kept):
            kept.append(text)
    return kept


def _several(texts: Iterable[str]) -> list[str]:
    """As many different texts as a list shows."""
    kept = different(texts)[:SHOWN]
    if len(kept) < 2:
        raise NoChild("a list needs at least 2 different prompts, and the population has 1")
    return kept


# Hypermutation


@_mutation("pb-zero-order-hyper", calls=2)
def zero_order_hyper(unit: _Unit) -> Genome:
    """Make a mutation prompt of the problem and a thinking style, and apply it to the task prompt (Fernando 2024)."""
    return _applied(unit, unit.ask(NEW_MUTATION_PROMPT, style=unit.context.rng.choice(THINKING_STYLES)))


@_mutation("pb-first-order-hyper", calls=2)
def first_order_hyper(unit: _Unit) -> Genome:
    """Improve the winner's mutation prompt, and apply it to the task prompt (Fernando 2024)."""
    return _applied(unit, unit.ask(BETTER_MUTATION_PROMPT))


def _applied(unit: _Unit, mutation_prompt: str) -> Genome:
    """The child of a new mutation prompt, which it keeps together with the task prompt made by it."""
    if len(mutation_prompt) > LONGEST_MUTATION_PROMPT:
        raise NoChild(f"the mutation prompt has {len(mutation_prompt)} characters, over {LONGEST_MUTATION_PROMPT}")
    changed = unit.with_mutation_prompt(mutation_prompt)
    return changed.child(changed.ask(FIRST_ORDER))


# Lamarckian mutation


@_mutation("pb-lamarckian", answers=2 * SOLVED)
def lamarckian(unit: _Unit) -> Genome:
    """Infer the instruction from what the winner worked out rightly (Fernando 2024)."""
    answers = unit.context.successes(unit.parents[0], SOLVED)
    if not answers:
        raise NoChild("the parent gave no right answer to a train example to learn from")
    # The output as it was written stands in the place of the bare target; a scorer of log-probabilities has none.
    solved = [Shot(tuple(a.example.fields.items()), a.output.strip() or a.example.target) for a in answers]
    return unit.child(unit.ask(LAMARCKIAN, workings=unit.context.task.render_shots(solved).strip()))


# Crossover and shuffling


@operator(parents="all", calls=WORKINGS_OUT, name="pb-crossover-and-shuffle")
def crossover_and_shuffle(parents: Sequence[Individual], context: Context, *, contexts: Count = CONTEXTS) -> Genome:
    """Take a fitter member's task prompt, or shuffle the worked examples (Fernando 2024).

    One of the two at random; the other where the first has nothing to work on. Shuffling replaces the worked examples
    by new ones, as far as train has them and they come out right, and puts all in a new order.
    """
    genome = _Unit.of(parents, context, "", 0.0).genome
    for change in context.rng.sample(("crossover", "shuffling"), 2):
        if change == "crossover":
            child = _crossed(genome, parents, context.rng)
            if child is not None:
                return child
        elif contexts and context.task.train:
            shuffled = _shuffled(genome, context, contexts)
            if shuffled.shots != genome.shots:
                return shuffled
    raise NoChild("no other member has a prompt to give, and there are no worked examples to shuffle")


def _crossed(genome: Genome, parents: Sequence[Individual], rng: random.Random) -> Genome | None:
    """The genome with one gene of another member, drawn by fitness; None where that makes nothing new."""
    members = {parent.genome.visible for parent in parents}
    names = [name for name, _ in genome.genes]
    for name in rng.sample(names, len(names)):
        children = [(genome.with_gene(name, donor.genome[name]), max(donor.score, 0.0)) for donor in parents[1:]]
        children = [(child, weight) for child, weight in children if child != genome and child.visible not in members]
        if children:
            made, weights = zip(*children, strict=True)
            chosen: Genome = rng.choices(made, weights if any(weights) else None)[0]
            return chosen
    return None


def _shuffled(genome: Genome, context: Context, contexts: int) -> Genome:
    """The genome with new worked examples, and old ones where there are too few new, in a new order."""
    old = context.rng.sample(genome.shots, len(genome.shots))
    shots = [*_workings_out(genome, context, contexts), *old][:contexts]
    context.rng.shuffle(shots)
    return genome.with_shots(shots)


def _remembered(genome: Genome, context: Context, contexts: int) -> Genome:
    """The genome with one new worked example, in the place of a random one where the memory is full."""
    shots = list(genome.shots)
    for shot in _workings_out(genome, context, 1):
        if len(shots) < contexts:
            shots.append(shot)
        else:
            shots[context.rng.randrange(len(shots))] = shot
    return genome.with_shots(shots)


def _workings_out(genome: Genome, context: Context, k: int) -> list[Shot]:
    """Up to k train examples that are no shots yet, solved rightly under the genome."""
    taken = {shot.fields for shot in genome.shots}
    free = [example for example in context.task.train if tuple(example.fields.items()) not in taken]
    # There is no working-out to ask for, or nobody but a model to say whether it leads to the right answer.
    if reads_logprobs(context.task.scorer) or asks_model(context.task.scorer):
        return [example.as_shot() for example in context.rng.sample(free, min(k, len(free)))]
    chosen = context.rng.sample(free, min(k, len(free), WORKINGS_OUT))
    return [shot for example in chosen if (shot := _working_out(genome, example, context)) is not None]


def _working_out(genome: Genome, example: Example, context: Context) -> Shot | None:
    """The operator model's way to the right answer; None where its answer is wrong or refused."""
    try:
        completion = context.model.complete(context.task.render(genome, example))
    except Refused:
        return None
    score = context.task.score(completion, example)
    if not (score.value >= 0.5 if score.correct is None else score.correct):
        return None
    return example.as_shot("" if completion.cut else reasoning_in(completion.text, example.target))


def reasoning_in(output: str, target: str) -> str:
    """What leads up to the answer in an output; empty where there is no more than the answer."""
    named = list(re.finditer(rf"(?<!\w){re.escape(target)}(?!\w)", output, re.IGNORECASE))
    before = output[: named[-1].start()] if named else ""
    lines = [line.strip() for line in before.splitlines() if line.strip()]  # a blank line would end the shot
    text = "\n".join(lines)
    return text if len(re.findall(r"\w+", text)) >= REASONING_WORDS else ""


# The recipe

OPERATORS: dict[str, Operator] = {
    each.name: each
    for each in (
        zero_order,
        first_order,
        eda,
        eda_ranked,
        lineage,
        zero_order_hyper,
        first_order_hyper,
        lamarckian,
        crossover_and_shuffle,
    )
}


@recipe("promptbreeder", source="Fernando 2024, arXiv 2309.16797")
def promptbreeder(
    start: Start,
    *,
    population_size: Annotated[int, Range(2)] = POPULATION,
    batch: AtLeastOne = BATCH,
    contexts: Count = CONTEXTS,
    crossover: Chance = CROSSOVER,
    shuffling: Chance = SHUFFLING,
    temperature: Temperature = 0.7,
    without: Annotated[str, OneOf(("", *OPERATORS))] = "",
) -> Search:
    """Task prompts and the mutation prompts that change them evolve together, by binary tournament.

    Differs from the paper: a prompt is answered in one call, where the paper puts a second task prompt below what the
    model wrote to the first; give the template two genes to evolve two prompts side by side in one request. 10
    individuals are scored on 50 examples each, which suits a budget of 2,000 calls; the paper's `population_size=50` and
    `batch=100` take 5,000 for the founders alone, and 2,500 for each generation. All pairs of a generation meet at once.
    Worked examples come from train, likeness is that of letters and not of BERT, and there are no random characters
    before a request, no fitness sharing and no evolving temperature. All wording is our own.

    Args:
        batch: Dev examples that score an individual, drawn anew in each generation.
        contexts: The most worked examples that an individual remembers and shows; 0 for none.
        crossover: Chance of a prompt crossover after each mutation.
        shuffling: Chance of shuffling the worked examples after each mutation.
        without: An operator to leave out, to see what it is good for; empty for none. Without
            `pb-crossover-and-shuffle` neither follows a mutation either.
    """
    if without == crossover_and_shuffle.name:
        crossover = shuffling = 0.0
    settings = {"contexts": contexts, "temperature": temperature}
    follow = {"crossover": crossover, "shuffling": shuffling}
    pool = [each.using(**settings, **follow) for each in OPERATORS.values() if each is not crossover_and_shuffle]
    # With one gene and no shots, a crossover can only make a member of the population once more.
    if len(start.task.genes) > 1 or (contexts and start.task.train):
        pool.append(crossover_and_shuffle.using(contexts=contexts))
    pool = [each for each in pool if each.name != without]
    written = min(len(start.task.genes), MOST_WRITTEN)
    fill = replace(initialise.using(**settings), calls=written + 1)  # no more than it can make are set aside
    founders = Founders(start.seeds, population_size, fill=Pool.of(fill))
    return Search(SteadyState(founders, pool, start.rng, start.toolbox), Minibatch(batch, redraw=True))
