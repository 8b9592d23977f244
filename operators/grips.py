"""GrIPS (Prasad 2023, https://arxiv.org/abs/2203.07281): edits of one phrase at a time, most of them without a model."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Literal

from evoprompt.genome import Genome
from evoprompt.operators.plain import gene_for
from evoprompt.operators.spans import Span, cut, partners, phrases, put_in, replaced, runs, sentences, swapped, words
from evoprompt.search.allocation import Minibatch
from evoprompt.search.recipe import Search, Start, recipe
from evoprompt.search.strategies import Annealing, Beam, Founders, HillClimb
from evoprompt.tasks.evaluation import Answer, Evaluation
from evoprompt.text.options import OneOf, Range
from evoprompt.text.template import Template
from evoprompt.variation.individual import Individual
from evoprompt.variation.operator import Context, NoChild, Operator, operator
from evoprompt.variation.reading import PROMPT, whole

CANDIDATES = 5  # edits tried at each step; Prasad 2023, as are those below unless they say otherwise
STEPS = 10
PATIENCE = 2  # steps without gain
MOST_COMPOSED = 5  # ours: edits in one candidate; the authors' code takes any number
SCORED = 100  # examples of the score set |S|
WIDTH = 5  # of the beam
ENTROPY = 0.1  # weight beside a balanced score from 0 to 1; the paper's 10 beside 0 to 100
HEAT = 0.1  # first temperature of the annealing; the paper's 10 * exp(-i / 5) beside 0 to 100

PARAPHRASE_TEMPERATURE = 1.0  # ours, for a chat model; the paper draws from PEGASUS at 1.5
GROWTH = 3  # a paraphrase of n words may have 3 * (n + 1); longer, it is the whole instruction or talk
DELETED = "deleted"  # the hidden gene that remembers deleted phrases, one a line

Level = Annotated[str, OneOf(("phrase", "sentence", "word", "span"))]
_PIECES: Mapping[str, Callable[[str], list[Span]]] = {"phrase": phrases, "sentence": sentences, "word": words}

WORDING = Template.parse(
    """Below is an instruction, and one part of it. Say that part in other words, so that it can stand in the same place.
Leave names of categories, and all that stands in curly brackets, exactly as they are. Reply with the new part alone.

Instruction: {text}
Part: {part}
New part:"""
)
# The wording's own last line, written once more; bounded, else a page of colons takes minutes.
_HEADING = re.compile(r"^\W*(?:new\s+)?part\W{0,20}:\W{0,20}?(?=[\w\"'“‘{])", re.IGNORECASE)


@operator(parents=1, calls=0)
def phrase_delete(
    parents: Sequence[Individual], context: Context, *, level: Level = "phrase", gene: str = ""
) -> Genome:
    """Delete one phrase, and remember it for `phrase-add`."""
    genome = parents[0].genome
    name = gene_for(genome, context, gene)
    span = context.rng.choice(_pieces(genome[name], level, context, least=2))
    shorter = genome.with_gene(name, cut(genome[name], span))
    return _with_deleted(shorter, [*_deleted(genome), genome[name][span.start : span.end]])


@operator(parents=1, calls=0)
def phrase_swap(parents: Sequence[Individual], context: Context, *, level: Level = "phrase", gene: str = "") -> Genome:
    """Put two different phrases in each other's place."""
    genome = parents[0].genome
    name = gene_for(genome, context, gene)
    text = genome[name]
    spans = _pieces(text, level, context, least=2)
    one = context.rng.choice(spans)
    others = partners(text, one, spans)
    if not others:
        raise NoChild(f"every {level} is the same")
    return genome.with_gene(name, swapped(text, one, context.rng.choice(others)))


@operator(parents=1, calls=1)
def phrase_paraphrase(
    parents: Sequence[Individual],
    context: Context,
    *,
    level: Level = "phrase",
    gene: str = "",
    temperature: Annotated[float, Range(0, 2)] = PARAPHRASE_TEMPERATURE,
) -> Genome:
    """Say one phrase in other words, by the operator model."""
    genome = parents[0].genome
    name = gene_for(genome, context, gene)
    text = genome[name]
    span = context.rng.choice(_pieces(text, level, context))
    part = text[span.start : span.end]
    question = WORDING.fill({"text": text, "part": part})
    answer = context.ask(question, temperature=temperature, schema=PROMPT)
    read = whole(_HEADING.sub("", answer), not_one_of=[part, text], asked=question, is_phrase=True)
    new = _fitted(read, part)
    return genome.with_gene(name, replaced(text, span, new))


@operator(parents=1, calls=0, needs=lambda genome: bool(_deleted(genome)))
def phrase_add(parents: Sequence[Individual], context: Context, *, level: Level = "phrase", gene: str = "") -> Genome:
    """Put a phrase that was deleted back in, anywhere; the only way in which deleted phrases return."""
    genome = parents[0].genome
    name = gene_for(genome, context, gene)
    memory = _deleted(genome)
    if not memory:
        raise NoChild("no phrase was deleted yet")
    phrase = memory.pop(context.rng.randrange(len(memory)))
    spans = _pieces(genome[name], level, context, least=0)
    places = [span.start for span in spans] + [span.end for span in spans[-1:]]
    return _with_deleted(
        genome.with_gene(name, put_in(genome[name], context.rng.choice(places or [0]), phrase)), memory
    )


@operator(parents=1, calls=MOST_COMPOSED)
def phrase_compose(
    parents: Sequence[Individual],
    context: Context,
    *,
    compositions: Annotated[int, Range(1, MOST_COMPOSED)] = 2,
    level: Level = "phrase",
    model_free: bool = False,
    gene: str = "",
) -> Genome:
    """Make several edits, drawn alike, one upon the other (Prasad 2023, `num_compose` in the authors' code).

    What a composition deletes it does not put back itself, as in the authors' code.
    """
    genome = parents[0].genome
    edits = [edit for edit in edits_of(model_free) if edit.fits(genome)]
    deleted: list[str] = []
    for edit in context.rng.choices(edits, k=compositions):
        memory = _deleted(genome)
        genome = edit.using(level=level, gene=gene)([Individual(genome)], context)
        if edit is phrase_delete:
            deleted.append(_deleted(genome)[-1])
            genome = _with_deleted(genome, memory)
    return _with_deleted(genome, [*_deleted(genome), *deleted]) if deleted else genome


def edits_of(model_free: bool) -> tuple[Operator, ...]:
    """The edits of one phrase; those alone that ask no model where that is wanted."""
    return (phrase_delete, phrase_swap, phrase_add) if model_free else _EDITS


_EDITS = (phrase_delete, phrase_swap, phrase_paraphrase, phrase_add)


def _pieces(text: str, level: str, context: Context, *, least: int = 1) -> list[Span]:
    """What an edit takes for phrases, where there are at least so many."""
    spans = runs(text, context.rng) if level == "span" else _PIECES[level](text)
    if len(spans) < least:
        raise NoChild(f"{len(spans)} {level}{'' if len(spans) == 1 else 's'} where the edit needs {least}")
    return spans


def _deleted(genome: Genome) -> list[str]:
    return [line for line in genome.get(DELETED).split("\n") if line]


def _with_deleted(genome: Genome, phrases_deleted: Sequence[str]) -> Genome:
    return genome.with_hidden(DELETED, "\n".join(phrases_deleted))


def _fitted(new: str, part: str) -> str:
    """A paraphrase with the first letter's case and the closing mark of the part it replaces.

    Raises:
        NoChild: It has several lines where the part has one, or is so long that it is no paraphrase of the part.
    """
    if "\n" in new and "\n" not in part:
        raise NoChild("the paraphrase has several lines")
    if len(new.split()) > GROWTH * (len(part.split()) + 1):
        raise NoChild(f"{len(new.split())} words in the place of {len(part.split())} are no paraphrase")
    if part[-1] not in ".!?" and new[-1] in ".!?":
        new = new.rstrip(".!?") or new
    if part[:1].islower() and new[:1].isupper() and not new[:2].isupper():
        new = new[0].lower() + new[1:]
    return new


# Fitness


def balanced_with_entropy(evaluation: Evaluation) -> float:
    """The balanced accuracy, and a tenth of the entropy of what was predicted (Prasad 2023, the score function).

    The balanced accuracy is from 0 to 1: the mean over labels of the share of hits among each label's examples; of the
    answers alone, however graded their scores may be. The entropy keeps off prompts under which the model gives the
    same label every time. It is in nats, as in the authors' code, so two labels add up to 0.069. An answer without a
    label, which the paper does not know, adds nothing: it is the entropy of the labels predicted times the share of
    answers that predict one. Where predictions are not labels (none was read, or the targets hardly ever repeat), the
    fitness is the plain mean score.
    """
    labels = Counter(_folded(answer.example.target) for answer in evaluation.answers)
    predicted = [label for answer in evaluation.answers if (label := _prediction(answer)) in labels]
    if not predicted or 2 * len(labels) > len(evaluation.answers):
        return evaluation.value
    by_label: dict[str, list[float]] = defaultdict(list)
    for answer in evaluation.answers:
        by_label[_folded(answer.example.target)].append(float(_is_hit(answer)))
    balanced = math.fsum(math.fsum(scores) / len(scores) for scores in by_label.values()) / len(by_label)
    return balanced + ENTROPY * _entropy(predicted) * len(predicted) / len(evaluation.answers)


def _entropy(labels: Sequence[str]) -> float:
    shares = [count / len(labels) for count in Counter(labels).values()]
    return -math.fsum(share * math.log(share) for share in shares)


def _is_hit(answer: Answer) -> bool:
    if answer.score.correct is not None:
        return answer.score.correct
    return _prediction(answer) == _folded(answer.example.target)


def _prediction(answer: Answer) -> str:
    return _folded(answer.score.prediction or "")


def _folded(label: str) -> str:
    return label.strip().casefold()


# Search


@recipe("grips", source="Prasad 2023, arXiv 2203.07281")
def grips(
    start: Start,
    *,
    search: Annotated[Literal["greedy", "annealing", "beam"], OneOf(("greedy", "annealing", "beam"))] = "greedy",
    level: Annotated[str, OneOf(("phrase", "sentence", "word", "span", "both"))] = "phrase",
    compositions: Annotated[int, Range(1, MOST_COMPOSED)] = 1,
    model_free: bool = False,
    candidates: Annotated[int, Range(1)] = CANDIDATES,
    steps: Annotated[int, Range(1)] = STEPS,
    patience: Annotated[int, Range(1)] = PATIENCE,
    examples: Annotated[int, Range(1)] = SCORED,
    width: Annotated[int, Range(1)] = WIDTH,
    heat: Annotated[float, Range(0.001)] = HEAT,
) -> Search:
    """GrIPS: delete, swap, paraphrase or put back one phrase at a time, and keep the edit that gains.

    Settings: `level` says what an edit takes for a phrase (`span`: every sentence cut into two to four runs of words;
    `both`: phrases and sentences); `compositions` is how many edits make one candidate; `model_free` leaves out the
    paraphrase, the only edit that calls a model; `examples` is the size of the score set, drawn once from dev; `width` is
    the beam's, and `heat` the annealing's first temperature, in units of the fitness.

    Differs from the paper: phrases are found by function words and punctuation, and not by a constituency parser; the
    operator model writes the paraphrases, and not PEGASUS; an edit touches one occurrence of a phrase, where the authors'
    code changes all of them. An answer without a label is a miss, where the paper compares the labels' probabilities. The
    best prompt of the whole search is handed over, where annealing in the authors' code ends with the last.
    """
    levels = ("phrase", "sentence") if level == "both" else (level,)
    pool = _pool(levels, compositions, model_free)
    strategy: HillClimb
    if search == "beam":
        founders = Founders(start.seeds, width)
        strategy = Beam(founders, pool, start.rng, start.toolbox, candidates, patience, steps, width)
    elif search == "annealing":
        founders = Founders(start.seeds, 1)
        strategy = Annealing(founders, pool, start.rng, start.toolbox, candidates, patience, steps, heat=heat)
    else:
        founders = Founders(start.seeds, 1)
        strategy = HillClimb(founders, pool, start.rng, start.toolbox, candidates, patience, steps)
    return Search(strategy, Minibatch(examples), balanced_with_entropy)


def _pool(levels: Sequence[str], compositions: int, model_free: bool) -> list[Operator]:
    """The edits at each level, or compositions of them, which set aside no more calls than they can make."""
    if compositions == 1:
        return [edit.using(level=level) for edit in edits_of(model_free) for level in levels]
    composed = replace(phrase_compose, calls=0 if model_free else compositions)
    return [composed.using(compositions=compositions, level=level, model_free=model_free) for level in levels]
