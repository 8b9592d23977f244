"""Dev and test examples that stand in a prompt: found by hashes, so that whoever looks for them need not hold them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from evoprompt.genome import Genome, Shot
from evoprompt.tasks.example import Example
from evoprompt.text.brief import brief
from evoprompt.text.folding import folded, units

LONG = 6  # words from which on a text is a quotation and no coincidence
LONG_BYTES = 30  # of UTF-8, without blanks: "I do not like it at all" may be anybody's
RUN = 12  # words of a longer text that are a quotation of it
MOST_RUNS = 100_000  # hashes of runs that are kept; of more texts, every second run, every third ...
USUAL = 0.05  # share of the examples from which on what they have in common quotes none of them


@dataclass(frozen=True)
class Sealed:
    """What is known of the dev and test examples to those who may not see them: hashes, and the examples' ids.

    Attributes:
        names: Of the fields that make up an example's content.
        contents: From the hash of a content to the example's place.
        train: Hashes of the train examples' contents, which may be shown.
        heads: From the hash of the first words of a long text to the lengths of the texts that begin so, in words.
        wholes: From the hash of a long text to the example's place.
        runs: From the hash of a run of words to the example's place.
        ids: Of each place, as `dev example 'd7'`.
    """

    names: tuple[str, ...] = ()
    contents: Mapping[int, int] = field(default_factory=dict)
    train: frozenset[int] = frozenset()
    heads: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    wholes: Mapping[int, int] = field(default_factory=dict)
    runs: Mapping[int, int] = field(default_factory=dict)
    ids: tuple[str, ...] = ()

    @classmethod
    def of(cls, splits: Mapping[str, Sequence[Example]], names: Sequence[str]) -> Sealed:
        """What is known of the examples of `dev` and `test`.

        Args:
            splits: All examples by split.
            names: The fields that the task model is shown.
        """
        hidden = [(split, example) for split in ("dev", "test") for example in splits[split]]
        train = frozenset(_content(example.fields, names) for example in splits["train"])
        contents: dict[int, int] = {}
        texts: list[tuple[int, list[str]]] = []
        for place, (_, example) in enumerate(hidden):
            if contents.setdefault(_content(example.fields, names), place) == place:
                texts += [(place, words) for name in names if _is_long(words := units(example.fields.get(name, "")))]
        usual = max(2, int(USUAL * len(contents)))
        wholes = _rare(((_hash(words), place) for place, words in texts), usual)
        heads: dict[int, set[int]] = defaultdict(set)
        for _, words in texts:
            if _hash(words) in wholes:
                heads[_hash(words[:LONG])].add(len(words))
        return cls(
            tuple(names),
            contents,
            train,
            {head: tuple(sorted(lengths)) for head, lengths in heads.items()},
            wholes,
            _rare(_runs(texts), usual),
            tuple(f"{split} example {brief(example.id)!r}" for split, example in hidden),
        )

    def leak(self, genome: Genome, shown: Callable[[], Iterable[str]]) -> str:
        """Which of the examples a genome shows, as `shot 2 is the dev example 'd7'`; empty where it shows none.

        Args:
            genome: With its hidden genes, from which operators write prompts.
            shown: The texts that may be quoted: what stands in the template, and the train examples.
        """
        for number, shot in enumerate(genome.shots, 1):
            if said := self._in_shot(shot, shown):
                return f"shot {number} {said}"
        for name, text in (*genome.genes, *genome.hidden):
            if (place := self._quoted(text, shown)) is not None:
                return f"the gene {name!r} quotes the {self.ids[place]}"
        return ""

    def _in_shot(self, shot: Shot, shown: Callable[[], Iterable[str]]) -> str:
        content = _content(dict(shot.fields), self.names)
        if content in self.train:
            texts: tuple[str, ...] = (shot.reasoning,)
        elif content and content in self.contents:
            return f"is the {self.ids[self.contents[content]]}"
        else:
            texts = (*(text for _, text in shot.fields), shot.target, shot.reasoning)
        quoted = (place for text in texts if (place := self._quoted(text, shown)) is not None)
        place = next(quoted, None)
        return "" if place is None else f"quotes the {self.ids[place]}"

    def _quoted(self, text: str, shown: Callable[[], Iterable[str]]) -> int | None:
        """The place of an example that a text quotes; None for none."""
        if not self.wholes and not self.runs:
            return None
        words = units(text)
        found = [(place, first, last) for place, first, last in self._matches(words)]
        if not found:
            return None
        allowed = [f" {' '.join(units(each))} " for each in shown()]
        for place, first, last in found:
            quotation = f" {' '.join(words[first:last])} "
            if not any(quotation in each for each in allowed):
                return place
        return None

    def _matches(self, words: Sequence[str]) -> Iterable[tuple[int, int, int]]:
        """Places of examples, with the first word of each quotation and the one behind its last."""
        for first in range(len(words) - LONG + 1):
            for length in self.heads.get(_hash(words[first : first + LONG]), ()):
                if first + length <= len(words):
                    place = self.wholes.get(_hash(words[first : first + length]))
                    if place is not None:
                        yield place, first, first + length
            if self.runs and first + RUN <= len(words):
                place = self.runs.get(_hash(words[first : first + RUN]))
                if place is not None:
                    yield place, first, first + RUN


def _content(fields: Mapping[str, str], names: Sequence[str]) -> int:
    """The hash of what the task model sees of an example; 0 for nothing."""
    parts = [folded(fields.get(name, "")) for name in names]
    return _hash(parts) if any(parts) else 0


def _is_long(words: Sequence[str]) -> bool:
    return len(words) >= LONG and sum(len(word.encode()) for word in words) >= LONG_BYTES


def _runs(texts: Sequence[tuple[int, list[str]]]) -> Iterable[tuple[int, int]]:
    """Hashes of runs of words, at even distances, with the place of their example."""
    number = sum(max(0, len(words) - RUN + 1) for _, words in texts)
    step = 1 + number // MOST_RUNS
    for place, words in texts:
        for first in range(0, len(words) - RUN + 1, step):
            yield _hash(words[first : first + RUN]), place


def _rare(pairs: Iterable[tuple[int, int]], usual: int) -> dict[int, int]:
    """From hash to place, without the hashes that more than so many examples have in common."""
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    examples: dict[int, int] = defaultdict(int)
    for key, place in pairs:
        first.setdefault(key, place)
        if last.get(key) != place:
            last[key] = place
            examples[key] += 1
    return {key: place for key, place in first.items() if examples[key] <= usual}


def _hash(parts: Sequence[str]) -> int:
    """The same in any process, unlike Python's own."""
    text = "\x1f".join(parts).encode(errors="surrogatepass")
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "big")
