"""What a run's winner still gets wrong, as a text to read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evoprompt.storage.record import Record, RecordError
from evoprompt.text.brief import brief
from evoprompt.text.terminal import indented, one_line

LONGEST = 300  # characters of a field, a target, an output and a reason; `--json` has them whole


def failures(record: Record) -> list[dict[str, Any]]:
    """The dev examples that the winner gets wrong, worst first: what they are, what it answered, and why that is wrong.

    Each has the keys `id`, `fields`, `target`, `output`, `prediction`, `score`, `reason`, and `seed_score`: what the
    best seed has there (None where it was not asked).

    Raises:
        RecordError: The record has no answers: the run is not at its end, or an earlier version wrote it.
    """
    line = _answers(record)
    examples = {example["id"]: example for example in line["examples"]}
    winner, of_seed = line["winner"], dict(zip(line["seed"]["examples"], line["seed"]["scores"], strict=True))
    columns = [winner[name] for name in ("examples", "outputs", "scores", "correct", "predictions", "reasons")]
    wrong = [
        {
            **examples[id],
            "output": output,
            "prediction": prediction,
            "score": score,
            "reason": reason,
            "seed_score": of_seed.get(id),
        }
        for id, output, score, correct, prediction, reason in zip(*columns, strict=True)
        if not (score == 1 if correct is None else correct)
    ]
    return sorted(wrong, key=lambda each: float(each["score"]))


def report_failures(record: Record) -> str:
    """The failures as a text: one paragraph an example."""
    wrong, n = failures(record), len(_answers(record)["winner"]["examples"])
    if not wrong:
        return f"The winner gets all of the {n:,} dev examples right."
    first = f"The winner gets {len(wrong):,} of {n:,} dev examples wrong."
    return "\n\n".join([first, *("\n".join(_paragraph(each)) for each in wrong)])


def _answers(record: Record) -> Mapping[str, Any]:
    line = record.one("answers")
    if line is None:
        why = (
            "an earlier version of evoprompt wrote this record, or the run was interrupted"
            if record.one("end")
            else "the run is not at its end"
        )
        raise RecordError(f"{record.path}: the record has no answers to show, for {why}; run it again to its end")
    return line


def _paragraph(wrong: Mapping[str, Any]) -> list[str]:
    texts = {**wrong["fields"], "target": wrong["target"], "output": wrong["output"], "reason": wrong["reason"]}
    lines = [f"{name}: {brief(one_line(text), LONGEST)}" for name, text in texts.items() if text or name == "output"]
    seed = wrong["seed_score"]
    beside = "" if seed is None else f"; the seed has {seed:.3f}"
    head = f"Example {brief(one_line(wrong['id']))}, score {wrong['score']:.3f}{beside}"
    return [head, *(part for line in lines for part in indented(line))]
