"""How a task lays a prompt out: where genes, shots and the example stand, as one text or as the turns of a chat."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property, lru_cache
from typing import Any, Literal, NamedTuple

from evoprompt.genome import Genome, Shot
from evoprompt.text.template import Piece, Template, placeholders

SHOTS = "shots"
SHOT_PARTS = ("reasoning", "target")  # what a shot has beside the fields of its example
CUE = "Answer:"
_TAIL = re.compile(r"(?:\s|</[\w-]+>|[\"'”’»)\]}.`*_…])+\Z")  # what may follow a text without asking for an answer
_ASKS = re.compile(r"[\w:：?？=>→]\Z")


class Turn(NamedTuple):
    """One turn of a prompt.

    Attributes:
        role: `system`, `user` or `assistant`; empty for a text that the model continues.
        template: What it says; its fields are those of the example.
    """

    role: str
    template: Template


@dataclass(frozen=True)
class Layout:
    """Where genes, shots and the example stand in what the task model reads. The attributes are those of `Task`.

    Attributes:
        fields: Names of the fields that every example has: those that a gene may name.
    """

    template: str
    system: str = ""
    shot_template: str = ""
    genes: tuple[str, ...] = ("instruction",)
    fields: frozenset[str] = frozenset()
    format: Literal["chat", "completion"] = "chat"
    shots_as: Literal["auto", "turns", "text"] = "auto"
    cue: str = CUE

    @property
    def has_turns(self) -> bool:
        """Whether shots are turns of the chat, and not a part of its one text."""
        if self.shots_as != "auto":
            return self.shots_as == "turns"
        return self.format == "chat" and not self.shot_template and not self.places_shots

    @property
    def places_shots(self) -> bool:
        """Whether a template says where the shots stand."""
        return SHOTS in (*Template.parse(self.template).fields, *Template.parse(self.system).fields)

    def turns(self, genome: Genome) -> tuple[Turn, ...]:
        """What the model reads under a genome; fields of the example are left open.

        Raises:
            KeyError: The genome lacks a gene that the template names.
        """
        return _turns(self, genome.visible)

    def size(self, genome: Genome) -> int:
        """Bytes of UTF-8 that it reads beside the example's own texts."""
        literals = (text for turn in self.turns(genome) for is_field, text in turn.template.pieces if not is_field)
        return sum(len(text.encode("utf-8", "surrogatepass")) for text in literals)

    def shots_as_text(self, shots: Sequence[Shot]) -> str:
        """The solved examples as one text; empty for none."""
        return "".join(
            self._shot.fill(
                {
                    **dict.fromkeys(self._shot.fields, ""),
                    **dict(shot.fields),
                    "reasoning": f"{shot.reasoning} " if shot.reasoning else "",
                    "target": shot.target,
                }
            )
            for shot in shots
        )

    def to_json(self) -> dict[str, Any]:
        """The layout as plain JSON values."""
        return {**asdict(self), "fields": sorted(self.fields)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Layout:
        """The layout that `to_json` wrote."""
        return cls(**{**data, "genes": tuple(data["genes"]), "fields": frozenset(data["fields"])})

    # Parts of the template

    @cached_property
    def _parts(self) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
        """The template before the shots, and from the paragraph of the example on."""
        pieces = Template.parse(self.template).pieces
        if (True, SHOTS) not in pieces:
            return _split_at_example(pieces, self.fields)
        at = pieces.index((True, SHOTS))
        after = pieces[at + 1 :]
        return pieces[:at], after if self.shot_template else _without_gap(after)  # a shot ends in a blank line

    @cached_property
    def _shot(self) -> Template:
        """A solved example as a text: the paragraph of the example with its answer, unless the task says otherwise."""
        if self.shot_template:
            return Template.parse(self.shot_template)
        _, paragraph = self._parts
        if not paragraph or any(is_field and name in self.genes for is_field, name in paragraph):
            paragraph = tuple(
                piece for name in sorted(self.fields) for piece in ((False, f"{name}: "), (True, name), (False, "\n"))
            )
            paragraph = (*paragraph, (False, "answer:"))
        elif not _asks(paragraph):
            paragraph = (*_without_end(paragraph), (False, f"\n{self.cue}"))
        return Template.of((*paragraph, (False, " "), (True, "reasoning"), (True, "target"), (False, "\n\n")))

    def _filled(self, pieces: Sequence[Piece], genome: Genome, shots: str = "") -> Template:
        """Pieces with genes and shots in their places."""
        filled: list[Piece] = []
        for is_field, text in pieces:
            if is_field and text in self.genes:
                filled += placeholders(genome[text], self.fields).pieces
            elif is_field and text == SHOTS:
                filled.append((False, shots))
            else:
                filled.append((is_field, text))
        return Template.of(filled)


@lru_cache(maxsize=256)
def _turns(layout: Layout, genome: Genome) -> tuple[Turn, ...]:
    before, paragraph = layout._parts
    if layout.has_turns and genome.shots:
        chat = _conversation(layout._filled(before, genome), layout._filled(paragraph, genome), genome.shots)
        shots = ""
    else:
        shots = layout.shots_as_text(genome.shots)
        whole = layout._filled((*before, (True, SHOTS), *paragraph), genome, shots)
        chat = (Turn("" if layout.format == "completion" else "user", whole),)
    system = layout._filled(Template.parse(layout.system).pieces, genome, shots)
    return (*((Turn("system", system),) if layout.system else ()), *chat)


def _conversation(head: Template, question: Template, shots: Sequence[Shot]) -> tuple[Turn, ...]:
    """Shots as questions and answers before the question itself; the instruction stands in the first of them.

    Where the instruction names fields of the example it belongs to each question.
    """
    first = Template.of((*head.pieces, *question.pieces))
    later = first if head.fields else question
    turns: list[Turn] = []
    for shot in shots:
        asked = later if turns else first
        values = {**dict.fromkeys(asked.fields, ""), **dict(shot.fields)}
        answer = f"{shot.reasoning}\n{shot.target}" if shot.reasoning else shot.target
        turns += [
            Turn("user", Template.of(((False, asked.fill(values)),))),
            Turn("assistant", Template.of(((False, answer),))),
        ]
    return (*turns, Turn("user", later))


def _asks(paragraph: Sequence[Piece]) -> bool:
    """Whether words follow the last field, such as `Team:`, under which an answer is expected."""
    is_field, text = paragraph[-1]
    return not is_field and bool(_ASKS.search(_TAIL.sub("", text)))


def _without_end(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """Pieces without white space after the last."""
    is_field, text = pieces[-1]
    return pieces if is_field else (*pieces[:-1], (False, text.rstrip()))


def _split_at_example(pieces: tuple[Piece, ...], fields: frozenset[str]) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Cut a template before the paragraph (else the line) that holds the first field of the example."""
    first = next((i for i, (is_field, name) in enumerate(pieces) if is_field and name in fields), len(pieces))
    for breaks in ("\n\n", "\n"):
        for i in range(first - 1, -1, -1):
            is_field, text = pieces[i]
            if not is_field and breaks in text:
                cut = text.rindex(breaks) + len(breaks)
                before = (*pieces[:i], (False, text[:cut]))
                rest = ((False, text[cut:]),) if text[cut:] else ()
                return before, (*rest, *pieces[i + 1 :])
    return (), pieces


def _without_gap(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """Pieces without line breaks before the first."""
    if not pieces or pieces[0][0]:
        return pieces
    text = pieces[0][1].lstrip("\n")
    return ((False, text), *pieces[1:]) if text else pieces[1:]
