"""What became of the seed: from its words to the winner's."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import Any

from evoprompt.genome import Genome
from evoprompt.storage.record import Record, RecordError
from evoprompt.text.terminal import indented, one_line, shown

RED, GREEN, PLAIN = "\x1b[31m", "\x1b[32m", "\x1b[0m"
_PIECES = re.compile(r"\s+|\w+|[^\w\s]")  # blanks, words, and single marks


def seed_and_winner(record: Record) -> tuple[Genome, Genome]:
    """The best seed and the best genome of a run, finished or not.

    Raises:
        RecordError: Nothing was evaluated yet.
    """
    last = record.one("end") or record.one("generation")
    if last is None:
        raise RecordError(f"{record.path}: no prompt was evaluated yet; run it on first")
    genomes = record.genomes()
    return Genome.from_json(genomes[last.get("seed") or _best_seed(record)]), Genome.from_json(genomes[last["best"]])


def report_difference(record: Record, *, coloured: bool = False) -> str:
    """The way from the best seed to the winner, gene by gene: [-taken out-] and {+put in+}.

    Args:
        coloured: Mark both by colour as well, for a terminal.
    """
    one, other = (_texts(genome) for genome in seed_and_winner(record))
    lines = []
    for name in dict.fromkeys((*one, *other)):
        before, after = one.get(name, ""), other.get(name, "")
        changed = "" if before != after else " (unchanged)"
        # Lines are wrapped before they are coloured: escapes have no width.
        marked = indented(words_changed(before, after))
        lines += [f"{one_line(name)}{changed}:", *(_colours(marked) if coloured else marked)]
    return "\n".join(lines)


def words_changed(before: str, after: str) -> str:
    """Two texts as one, word by word: what is gone as [-so-], what is new as {+so+}."""
    one, other = _PIECES.findall(before), _PIECES.findall(after)
    made = []
    for kind, i, j, k, m in difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        gone, new = "".join(one[i:j]), "".join(other[k:m])
        made.append(gone if kind == "equal" else (f"[-{gone}-]" if gone else "") + (f"{{+{new}+}}" if new else ""))
    return "".join(made)


def _texts(genome: Genome) -> dict[str, str]:
    """Genes, hidden ones too, and shots, as texts by name."""
    data = genome.to_json()
    texts = {**data["genes"], **{f"{name} (hidden)": text for name, text in data.get("hidden", {}).items()}}
    for number, shot in enumerate(genome.shots, 1):
        fields = " | ".join(shown(text) for _, text in shot.fields)
        texts[f"shot {number}"] = f"{fields} -> {shot.target}"
    return texts


def _best_seed(record: Record) -> str:
    """The id of the best seed so far, as `genealogy` has it: the first of the best."""
    seeds = {line["child"] for line in record.of("birth") if line["operator"] == "seed"}
    scores: dict[str, float] = {}
    for line in record.of("evaluation"):
        if line["genome"] in seeds:
            scores.setdefault(line["genome"], line["fitness"])
    if not scores:
        raise RecordError(f"{record.path}: no seed prompt was evaluated yet; run it on first")
    return max(scores, key=scores.__getitem__)


def _colours(lines: list[str]) -> list[str]:
    """Colour what stands between marks, also where it goes over several lines."""
    coloured, colour = [], ""
    for line in lines:
        made = colour
        for piece in re.split(r"(\[-|-\]|\{\+|\+\})", line):
            if piece in ("[-", "{+"):
                colour = RED if piece == "[-" else GREEN
                made += colour + piece
            elif piece in ("-]", "+}"):
                colour = ""
                made += piece + PLAIN
            else:
                made += piece
        coloured.append(made + (PLAIN if colour else ""))
    return coloured


def plain_difference(record: Record) -> Mapping[str, Any]:
    """The difference by gene, for JSON."""
    one, other = (_texts(genome) for genome in seed_and_winner(record))
    return {name: words_changed(one.get(name, ""), other.get(name, "")) for name in dict.fromkeys((*one, *other))}
