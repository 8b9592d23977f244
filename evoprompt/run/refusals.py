"""What becomes of answers that a provider refuses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from evoprompt.models.model import Refused
from evoprompt.tasks.evaluation import Answer
from evoprompt.text.arguments import as_float


class TooManyRefused(Refused):
    """The provider refuses so many answers that what is left of them says little about the prompts."""


@dataclass(frozen=True)
class Refusals:
    """What becomes of answers that the provider refuses.

    Attributes:
        on_error: `zero` scores them 0, `raise` ends the run at the first one.
        most: The largest share of refused answers, from 0 to 1, at which a run goes on.

    Raises:
        ValueError: Neither `zero` nor `raise`, or a share that is none.
    """

    on_error: Literal["zero", "raise"] = "zero"
    most: float = 0.1

    def __post_init__(self) -> None:
        if self.on_error not in ("zero", "raise"):
            raise ValueError(f"on_error must be 'zero' or 'raise', got {self.on_error!r}")
        share = as_float(self.most)
        if share is None or not 0 <= share <= 1:
            raise ValueError(f"max_refused must be from 0 to 1, got {self.most!r}")

    def check(self, answer: Answer) -> None:
        """Raise `Refused` for a refused answer, where that ends the run."""
        if answer.refused and self.on_error == "raise":
            reason = answer.score.reason.removeprefix("refused: ")
            what = f"the provider refused example {answer.example.id!r}"
            if reason == answer.score.reason:
                what = f"the judge did not grade the answer to example {answer.example.id!r}"
            raise Refused(f"{what}: {reason}; on_error='zero' scores it 0 and goes on")

    def check_all(self, of_each: Sequence[Sequence[Answer]], *, are_first: bool) -> None:
        """Raise `TooManyRefused` where more answers are refused than allowed; one alone is always allowed.

        A prompt whose answers are all refused (it is too long, say) is one bad prompt, and its answers do not count,
        unless that befalls more than half of the prompts, or the first ones of a run.

        Args:
            of_each: The answers of each prompt.
            are_first: Whether no prompt was evaluated before.
        """
        good = [answers for answers in of_each if not _is_whole(answers)]
        if len(of_each) - len(good) > max(0 if are_first else 1, len(of_each) // 2):
            good = list(of_each)
        counted = [answer for answers in good for answer in answers]
        refused = [answer for answer in counted if answer.refused]
        if len(refused) > max(1.0, self.most * len(counted)):
            raise TooManyRefused(
                f"the {_who(refused)} refused {len(refused)} of {len(counted)} answers, more than {self.most:.0%}"
                f" (example {refused[0].example.id!r}, {refused[0].score.reason}); max_refused=1.0 goes on all the same"
            )


def _who(refused: Sequence[Answer]) -> str:
    """Who did not do his part."""
    by_provider = [answer.score.reason.startswith("refused: ") for answer in refused]
    if all(by_provider):
        return "provider"
    return "provider or the judge" if any(by_provider) else "judge"


def _is_whole(answers: Sequence[Answer]) -> bool:
    return len(answers) > 1 and all(answer.refused for answer in answers)
