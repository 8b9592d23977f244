"""The scorer's trial: every example once with an empty output, before anything is paid for."""

from __future__ import annotations

import time

from evoprompt.models.model import Completion
from evoprompt.tasks.example import asks_model, name_of, reads_logprobs, score_of
from evoprompt.tasks.task import Task
from evoprompt.text.brief import brief

ORDER = ("test", "dev", "train")  # a failure on the sealed test would come last, when all is spent
LONGEST = 20.0  # seconds; a scorer that runs programs, say, would hold the run up


def try_scorer(task: Task) -> None:
    """Let a plain scorer score an empty output on every example; a slow one on as many as 20 seconds allow.

    Models write nothing at times, so a scorer must give that a score as well. One that asks a model, or reads
    log-probabilities, has nothing to read yet.

    Raises:
        ValueError: It fails on one; the message names scorer, split and example.
    """
    if reads_logprobs(task.scorer) or asks_model(task.scorer):
        return
    nothing, end = Completion(""), time.monotonic() + LONGEST
    for split in ORDER:
        for example in task.split(split):
            if time.monotonic() > end:
                return
            try:
                score_of(task.scorer, nothing, example)
            except Exception as error:
                said = repr(error.__cause__) if error.__cause__ else str(error)
                raise ValueError(
                    f"the scorer {name_of(task.scorer)!r} fails on the {split} example {brief(example.id)!r} with an"
                    f" empty output, which models give at times: {said}; let the scorer give every output a"
                    " score, and 0 where it reads no answer, or mend the example if that is at fault"
                ) from error
