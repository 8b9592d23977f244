"""The record of a run as a text to read, finished or not."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from evoprompt.brief import brief
from evoprompt.evaluation import FLAWS
from evoprompt.genome import Genome
from evoprompt.record import Line, Record, RecordError
from evoprompt.tally import Tally
from evoprompt.terminal import indented, one_line, shown, table

MOST_ROWS = 20  # of the table of generations; a longer run is shown every so many generations
LONGEST_VALUE = 300  # characters of a setting, of a reason and of a field of a shot; the record has them whole
COUNTS = ("calls", "tokens_in", "tokens_out", "dollars", "unpriced")


def report(record: Record) -> str:
    """Task, recipe, models, generations, best prompt, sealed test and what was spent."""
    parts = [_head(record), _setup(record), _generations(record), _best(record), _scores(record), _spent(record)]
    return "\n\n".join("\n".join(lines) for lines in parts if lines)


def _head(record: Record) -> list[str]:
    head = record.head
    task, recipe = head["task"], head["recipe"]
    sizes = ", ".join(f"{n:,} {split}" for split, n in task["examples"].items())
    settings = ", ".join(f"{name}={value!r}" for name, value in recipe["settings"].items())
    same = head["operator_model"] == head["model"]
    judge = f"; judge {head['judge']}" if "judge" in head else ""
    budget = ", ".join(f"{value:,} {name}" for name, value in head["budget"].items())
    rows = {
        "Task": f"{task['name']} ({sizes} examples)",
        "Scorer": task["scorer"],
        "Recipe": recipe["name"] + (f" ({settings})" if settings else ""),
        "Model": head["model"]
        + (", also as operator model" if same else f"; operator model {head['operator_model']}")
        + judge,
        "Budget": f"{budget}; seed {head['seed']}",
        "Status": _status(record),
    }
    return [f"{name:8}{brief(one_line(value), LONGEST_VALUE)}" for name, value in rows.items()]


def _status(record: Record) -> str:
    if end := record.one("end"):
        return f"finished: {end['reason']}"
    if record.one("setup"):
        return "stopped after the first answers"
    last = record.one("generation")
    return "not finished; the record ends " + (
        f"after generation {last['generation']}" if last else "before the first generation is complete"
    )


def _setup(record: Record) -> list[str]:
    """What was wrong with the first answers, where the run stopped for it."""
    line = record.one("setup")
    return [] if line is None else [one_line(line["problem"]), *map(shown, line["shown"])]


def _generations(record: Record) -> list[str]:
    lines = list(record.of("generation"))
    if not lines:
        return []
    every = math.ceil(len(lines) / MOST_ROWS)
    chosen = [line for i, line in enumerate(lines) if i % every == 0 or i == len(lines) - 1]
    rows = []
    for line in chosen:
        total = _total(line["usage"])
        rows.append(
            (
                str(line["generation"]),
                f"{line['best_fitness']:.3f}",
                f"{line['median']:.3f}",
                f"{total['calls']:,}",
                f"{total['tokens_in'] + total['tokens_out']:,}",
                f"{total['dollars']:.4f}",
            )
        )
    return table(("generation", "best", "median", "calls", "tokens", "dollars"), rows, right=True)


def _best(record: Record) -> list[str]:
    line = record.one("generation")
    if line is None:
        return ["Seed prompts", *(text for seed in record.head["seeds"] for text in _prompt(seed))]
    ending = record.one("end") or line
    birth = next((birth for birth in record.of("birth") if birth["child"] == ending["best"]), None)
    if birth is None:
        raise RecordError(
            f"{record.path}: the record is damaged: no birth of the best genome {ending['best']!r} is recorded"
        )
    origin = "one of the seeds" if birth["operator"] == "seed" else f"by {one_line(birth['operator'])}"
    return [f"Best prompt, {origin}", *_prompt(birth["genome"])]


def _prompt(data: Mapping[str, Any]) -> list[str]:
    genome = Genome.from_json(data)
    lines = []
    for name, text in genome.genes:
        if len(genome.genes) > 1:
            lines.append(f"  {one_line(name)}:")
        lines += indented(text)
    for number, shot in enumerate(genome.shots, 1):
        fields = " | ".join(brief(one_line(text), LONGEST_VALUE) for _, text in shot.fields)
        lines += indented(f"shot {number}: {fields} -> {brief(one_line(shot.target), LONGEST_VALUE)}")
    return lines


def _scores(record: Record) -> list[str]:
    test = record.one("test")
    if test is None and record.one("setup"):
        return []
    if test is None:
        return ["No sealed test was made." if record.one("end") else "The sealed test comes at the end."]
    n, gap = len(test["seed"]["scores"]), test["comparison"]
    whole = record.head["task"]["examples"]["test"]
    lines = [f"Sealed test on {n:,}" + (f" of {whole:,}" if whole > n else "") + " examples"]
    lines += [f"  {who:18}{_mark(test[who]):.3f}" for who in ("seed", "winner")]
    if "calibrated_seed" in test:
        lines.append(f"  {'seed, calibrated':18}{test['calibrated_seed']:.3f}")
        lines.append(f"  {'gain over that':18}{_gap(test['against_calibrated'])}")
    return [*lines, f"  {'gain':18}{_gap(gap)}"]


def _gap(gap: Line) -> str:
    chance = f"{gap['p_value']:.3f}" if gap["p_value"] >= 0.001 else f"{gap['p_value']:.0e}"
    return f"{gap['difference']:+.3f}  (95 % from {gap['low']:+.3f} to {gap['high']:+.3f}, p = {chance})"


def _mark(evaluation: Line) -> float:
    value: float = evaluation["value"] if evaluation["accuracy"] is None else evaluation["accuracy"]
    return value


def _spent(record: Record) -> list[str]:
    births = list(record.of("birth"))
    failed = [birth for birth in births if birth["child"] is None]
    refused = sum(len(line.get("refused", ())) for line in record.of("evaluation"))
    lines = []
    if failed:
        reasons = [birth["rejected"][-1] for birth in failed if birth["rejected"]]
        common = max(dict.fromkeys(reasons), key=reasons.count, default="")
        lines.append(
            f"Births: {len(failed):,} of {len(births):,} failed"
            + (f", mostly: {brief(one_line(common), LONGEST_VALUE)}" if common else "")
        )
    if refused:
        judged = " or got no verdict" if "judge" in record.head else ""
        lines.append(f"Answers: {refused:,} were refused by the provider{judged} and scored 0")
    lines += _tally(record).sentences(record.head["task"].get("prompt", {}).get("max_tokens"))
    line = record.one("end") or record.one("generation")
    if line is not None:
        lines.append(_sum(line["usage"]))
    return lines


def _tally(record: Record) -> Tally:
    """The answers in the search's evaluations."""
    tally = Tally()
    for line in record.of("evaluation"):
        tally += Tally(len(line["scores"]), *(len(line.get(flaw, ())) for flaw in FLAWS))
    return tally


def _sum(usage: Mapping[str, Mapping[str, Any]]) -> str:
    total = _total(usage)
    roles = ", ".join(f"{used['calls']:,} {role}" for role, used in usage.items() if used["calls"])
    unpriced = f" and {total['unpriced']:,} calls of unknown price" if total["unpriced"] else ""
    tokens = total["tokens_in"] + total["tokens_out"]
    return f"Spent: {total['calls']:,} calls ({roles or 'none'}), {tokens:,} tokens, ${total['dollars']:.4f}{unpriced}"


def _total(usage: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {key: sum(used.get(key, 0) for used in usage.values()) for key in COUNTS}
