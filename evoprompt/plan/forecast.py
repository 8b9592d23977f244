"""What calls will take, foretold from the task's texts and from what calls took so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from evoprompt.genome import Genome
from evoprompt.models.model import Model
from evoprompt.models.usage import Usage
from evoprompt.tasks.evaluation import Answer
from evoprompt.tasks.example import asks_model, reads_logprobs
from evoprompt.tasks.task import Task
from evoprompt.variation.operator import ATTEMPTS, ROOM, Birth

BYTES_A_TOKEN = 3.0  # of UTF-8, on the careful side: 4 in English, 3 where a sign is a token
FRAME = 1_500  # bytes around the prompts that an operator shows its model
SAMPLE = 100  # examples rendered to learn their length
ENOUGH = 8  # answers after which their length is known
SHORT = 16  # tokens that an answer is thought to have until then
SENTENCE = 64  # tokens that a verdict is thought to have until then
CAREFUL = 1.5  # times the mean that a birth is thought to take


class Forecast:
    """Expected usage of answers and births, the better the more of them were seen.

    Args:
        task: With its examples.
        seeds: Prompts of the run; the first one is rendered to learn the examples' length.
        model: The task model.
        operator_model: The model that writes prompts.
    """

    def __init__(self, task: Task, seeds: Sequence[Genome], model: Model, operator_model: Model) -> None:
        self._task = task
        self._model, self._operator_model = model, operator_model
        self._around = self._mean_around(seeds[0])
        self._question, self._longest_verdict = self._mean_question()
        self._longest = 1 if reads_logprobs(task.scorer) else task.max_tokens
        self._bytes = 0.0  # that the answers seen were thought to read
        self._answers, self._most_out = 0, 0
        self._seen = {"task": Usage(), "judge": Usage(), "operator": Usage()}
        self._verdicts, self._most_verdict = 0, 0
        self._births = 0

    def _mean_around(self, seed: Genome) -> float:
        """Bytes of a rendered example beside the genome's own."""
        examples = (*self._task.dev, *self._task.test)
        sample = examples[:: max(1, len(examples) // SAMPLE)]
        lengths = [bytes_of(self._task.render(seed, example).text) for example in sample]
        return max(0.0, sum(lengths) / max(1, len(lengths)) - self.size(seed))

    def _mean_question(self) -> tuple[float, int]:
        """Bytes of what a judge is asked about an empty output, and the most tokens it may write; 0 without one."""
        scorer, examples = self._task.scorer, (*self._task.dev, *self._task.test)
        if not asks_model(scorer) or not examples:
            return 0.0, 0
        sample = [scorer.question("", example) for example in examples[:: max(1, len(examples) // SAMPLE)]]
        return sum(bytes_of(asked.text) for asked in sample) / len(sample), max(asked.max_tokens for asked in sample)

    def size(self, genome: Genome) -> int:
        """Bytes of a genome's texts in a prompt."""
        return self._task.layout.size(genome)

    def answer(self, genome: Genome) -> Usage:
        """What one answer under a genome is expected to take, with the judge's verdict where one is asked."""
        seen = self._seen["task"]
        bytes_a_token = self._bytes / seen.tokens_in if seen.tokens_in else BYTES_A_TOKEN
        tokens_in = (self._around + self.size(genome)) / bytes_a_token
        tokens_out = min(self._longest, max(SHORT, self._most_out) if self._answers < ENOUGH else self._most_out)
        answer = self._priced(self._model, seen, tokens_in, tokens_out, 1)
        return answer if self._task.judge is None else answer + self._verdict(self._task.judge, tokens_out)

    def _verdict(self, judge: Model, shown: float) -> Usage:
        """What one verdict is expected to take.

        Args:
            shown: Tokens of the output that the judge is shown.
        """
        seen = self._seen["judge"]
        tokens_in = seen.tokens_in / self._verdicts if self._verdicts else self._question / BYTES_A_TOKEN + shown
        likely = max(SENTENCE, self._most_verdict) if self._verdicts < ENOUGH else self._most_verdict
        return self._priced(judge, seen, tokens_in, min(self._longest_verdict, likely), 1)

    def birth(self, birth: Birth) -> Usage:
        """What a birth is expected to take; its calls are the most it may."""
        if birth.operator is None or not birth.most_calls:
            return Usage()
        return replace(self._writing(birth) + self._answering(birth), calls=birth.most_calls)

    def _answering(self, birth: Birth) -> Usage:
        """What the answers to train examples are expected to take, of one try."""
        if birth.operator is None or not birth.operator.answers or not birth.parents:
            return Usage()
        return self.answer(birth.parents[0].genome).times(birth.operator.answers)

    def _writing(self, birth: Birth) -> Usage:
        """What the calls of the operator model are expected to take."""
        calls = birth.operator.calls if birth.operator else 0
        if not calls:
            return Usage()
        seen = self._seen["operator"]
        if self._births:
            mean = CAREFUL / self._births
            tokens_in, tokens_out = seen.tokens_in * mean, seen.tokens_out * mean
        else:
            shown = sum(bytes_of(str(parent.genome)) for parent in birth.parents)
            tokens_in = calls * (shown + FRAME) / BYTES_A_TOKEN
            tokens_out = calls * (ROOM + shown / BYTES_A_TOKEN)
        return self._priced(self._operator_model, seen, tokens_in, tokens_out, calls * ATTEMPTS)

    @property
    def most(self) -> int | None:
        """How many answers may be asked for at once, as long as little is known of them; None for no limit."""
        is_known = self._answers >= ENOUGH and (self._task.judge is None or self._verdicts >= ENOUGH)
        return None if is_known else ENOUGH

    def saw_answers(self, genome: Genome, answers: Sequence[Answer]) -> None:
        """Learn from answers under a genome."""
        read = self._around + self.size(genome)
        for answer in answers:
            if answer.judged.tokens_in:
                self._seen["judge"] += answer.judged
                self._verdicts += 1
                self._most_verdict = max(self._most_verdict, answer.judged.tokens_out)
            if answer.usage.tokens_in:
                self._bytes += read
                self._seen["task"] += answer.usage
                self._answers += 1
                self._most_out = max(self._most_out, answer.usage.tokens_out)

    def saw_birth(self, usage: Usage) -> None:
        """Learn from a birth."""
        if usage.calls:
            self._seen["operator"] += usage
            self._births += 1

    def _priced(self, model: Model, seen: Usage, tokens_in: float, tokens_out: float, calls: int) -> Usage:
        if seen.tokens:
            dollars = (tokens_in + tokens_out) * seen.dollars / seen.tokens
        else:
            dollars = price(model, round(tokens_in), round(tokens_out)) or 0.0
        return Usage(calls, round(tokens_in), round(tokens_out), dollars)


def price(model: Model, tokens_in: int, tokens_out: int) -> float | None:
    """What a call costs, by the model's price list; None where it has none."""
    ask = getattr(model, "price", None)
    value: float | None = ask(tokens_in, tokens_out) if ask else None
    return value


def bytes_of(text: str) -> int:
    """The text's length in UTF-8."""
    return len(text.encode(errors="surrogatepass"))
