"""Plain operators that any recipe can mix in: paraphrase, sentence crossover, and edits of the shots."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Annotated

from evoprompt.genome import Genome, Shot
from evoprompt.operators.spans import sentences
from evoprompt.text.options import Range
from evoprompt.variation.individual import Individual
from evoprompt.variation.operator import Context, NoChild, operator
from evoprompt.variation.reading import PROMPT, whole

MOST_SHOTS = 8

PARAPHRASE = (
    "Rewrite the instruction below in other words. Keep its meaning, and keep every name of a category exactly as it is"
    " written. Reply with the rewritten instruction alone.\n\nInstruction: {text}"
)


def gene_for(genome: Genome, context: Context, gene: str) -> str:
    """The gene to edit: the one named, else one of the rendered genes at random.

    Raises:
        ValueError: The task has no such gene.
    """
    names = [name for name, _ in genome.genes]
    if gene and gene not in names:
        raise ValueError(f"the task has no gene {gene!r}; it has {', '.join(names)}")
    return gene or context.rng.choice(names)


@operator(parents=1, calls=1)
def paraphrase(
    parents: Sequence[Individual],
    context: Context,
    *,
    gene: str = "",
    temperature: Annotated[float, Range(0, 2)] = 0.7,
    top_p: Annotated[float, Range(0, 1)] = 1.0,
) -> Genome:
    """Say a gene in other words, by the operator model (the resampling of Zhou 2023, APE)."""
    genome = parents[0].genome
    name = gene_for(genome, context, gene)
    question = PARAPHRASE.replace("{text}", genome[name])
    answer = context.ask(question, temperature=temperature, top_p=top_p, schema=PROMPT)
    read = whole(answer, not_one_of=[genome[name]], asked=question, labels=context.task.labels)
    return genome.with_gene(name, read)


@operator(parents=2, calls=0)
def sentence_crossover(parents: Sequence[Individual], context: Context, *, gene: str = "") -> Genome:
    """Join the first sentences of one parent with the last of the other; the shots come from either."""
    one, other = (parent.genome for parent in parents)
    name = gene_for(one, context, gene)
    head, tail = ([g[name][a:b] for a, b in sentences(g[name])] for g in (one, other))
    cuts = [(i, j) for i in range(len(head) + 1) for j in range(len(tail) + 1)]
    children = [" ".join(dict.fromkeys((*head[:i], *tail[j:]))) for i, j in cuts]
    usual = {" ".join(head), " ".join(tail), ""}
    different = [text for text in dict.fromkeys(children) if text not in usual]
    if not different and one.shots == other.shots:
        raise NoChild("the parents share all their sentences and shots")
    text = context.rng.choice(different) if different else one[name]
    return one.with_gene(name, text).with_shots(context.rng.choice((one.shots, other.shots)))


@operator(parents=1, calls=0)
def shot_add(parents: Sequence[Individual], context: Context, *, most: Annotated[int, Range(1)] = MOST_SHOTS) -> Genome:
    """Put a train example among the shots, of a label that has the fewest there."""
    genome = parents[0].genome
    if len(genome.shots) >= most:
        raise NoChild(f"there are {most} shots already")
    shot = _new_shot(genome.shots, context)
    at = context.rng.randint(0, len(genome.shots))
    return genome.with_shots((*genome.shots[:at], shot, *genome.shots[at:]))


@operator(parents=1, calls=0)
def shot_sample(
    parents: Sequence[Individual],
    context: Context,
    *,
    least: Annotated[int, Range(1)] = 3,
    most: Annotated[int, Range(1)] = MOST_SHOTS,
) -> Genome:
    """Draw all shots anew from the train examples, as even over the labels as their number allows."""
    shots: list[Shot] = []
    most = min(most, len(context.task.train))
    for _ in range(context.rng.randint(min(least, most), most)):
        shots.append(_new_shot(shots, context))
    context.rng.shuffle(shots)
    return parents[0].genome.with_shots(shots)


@operator(parents=1, calls=0, needs=lambda genome: bool(genome.shots))
def shot_drop(parents: Sequence[Individual], context: Context) -> Genome:
    """Take one shot out."""
    genome = parents[0].genome
    at = _place(genome.shots, context.rng)
    return genome.with_shots((*genome.shots[:at], *genome.shots[at + 1 :]))


@operator(parents=1, calls=0, needs=lambda genome: bool(genome.shots))
def shot_swap(parents: Sequence[Individual], context: Context) -> Genome:
    """Put another train example in the place of one shot."""
    genome = parents[0].genome
    at = _place(genome.shots, context.rng)
    rest = (*genome.shots[:at], *genome.shots[at + 1 :])
    shot = _new_shot(rest, context, unlike=genome.shots[at])
    return genome.with_shots((*rest[:at], shot, *rest[at:]))


@operator(parents=1, calls=0, needs=lambda genome: len(set(genome.shots)) > 1)
def shot_reorder(parents: Sequence[Individual], context: Context) -> Genome:
    """Move one shot to another place: the last ones weigh most."""
    genome = parents[0].genome
    if len(set(genome.shots)) < 2:
        raise NoChild("reordering needs two different shots")
    order = list(genome.shots)
    shot = order.pop(_place(genome.shots, context.rng))
    order.insert(context.rng.randint(0, len(order)), shot)
    return genome.with_shots(order)


def _place(shots: Sequence[Shot], rng: random.Random) -> int:
    if not shots:
        raise NoChild("there are no shots")
    return rng.randrange(len(shots))


def _new_shot(shots: Sequence[Shot], context: Context, unlike: Shot | None = None) -> Shot:
    """A train example that is no shot yet, of one of the labels that the shots have the fewest of."""
    taken = {(shot.fields, shot.target) for shot in (*shots, *([unlike] if unlike else []))}
    free = [shot for example in context.task.train if ((shot := example.as_shot()).fields, shot.target) not in taken]
    if not free:
        raise NoChild(
            "every train example is a shot already" if context.task.train else "the task has no train examples"
        )
    counts = {shot.target: sum(other.target == shot.target for other in shots) for shot in free}
    fewest = min(counts.values())
    return context.rng.choice([shot for shot in free if counts[shot.target] == fewest])
