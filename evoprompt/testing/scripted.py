"""A model that says what the test wrote, and keeps what it was asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from evoprompt.models.model import Completion, Request
from evoprompt.testing.wording import Counted

Answer = str | Completion | Exception
SHOWN = 80  # characters of a prompt that a message quotes


class ScriptedModel(Counted):
    """A model that answers from a script: in order, or by a rule.

    An answer is a text, a `Completion`, or an exception to raise, such as `Refused("content filter")`. Threads may
    call it at once; which of them gets which answer of a list is then up to them, so use a rule there.

    Attributes:
        requests: What it was asked so far, in order.
        calls: How many calls that were.

    Args:
        answers: Answers in order, or a function from a request to an answer.
        name: The model's name.
        repeat: Begin again after the last answer; without it, running out is an error.
    """

    def __init__(
        self, answers: Iterable[Answer] | Callable[[Request], Answer], *, name: str = "scripted", repeat: bool = False
    ) -> None:
        super().__init__()
        if isinstance(answers, str):
            raise TypeError(f"answers must be a list of answers or a function, got the one text {answers!r}")
        self._rule = answers if callable(answers) else None
        self._answers: Sequence[Answer] = () if callable(answers) else tuple(answers)
        self._name = name
        self._repeat = repeat
        self.requests: list[Request] = []

    @property
    def name(self) -> str:
        """The model's name."""
        return self._name

    @property
    def prompts(self) -> list[str]:
        """The texts it read so far, in order."""
        return [request.text for request in self.requests]

    def complete(self, request: Request) -> Completion:
        """The next answer of the script.

        Raises:
            RuntimeError: The script has no answer left.
            TypeError: The script holds something that is no answer.
            Refused, ModelUnavailable: The script says so.
        """
        with self._lock:
            number = self.calls
            self.calls += 1
            self.requests.append(request)
        answer = self._rule(request) if self._rule else self._scripted(number, request)
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, str):
            return Completion(answer, len(request.text.split()), len(answer.split()))
        if not isinstance(answer, Completion):
            raise TypeError(f"a scripted answer is a text, a Completion or an exception, got {answer!r}")
        return answer

    def _scripted(self, number: int, request: Request) -> Answer:
        if self._repeat and self._answers:
            number %= len(self._answers)
        if number >= len(self._answers):
            raise RuntimeError(
                f"the script of model {self.name!r} has {len(self._answers)} answers, and call {number + 1} came:"
                f" {request.text[:SHOWN]!r}; write another answer, or pass repeat=True or a function"
            )
        return self._answers[number]
