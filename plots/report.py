"""The record of a run as a text to read, finished or not."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from evoprompt.genome import Genome
from evoprompt.run.conclusion import UNFINISHED, Conclusion, Tested, conclude, founding, interval
from evoprompt.statistics import Comparison
from evoprompt.storage.record import Line, Record, RecordError
from evoprompt.tasks.evaluation import FLAWS
from evoprompt.tasks.tally import Tally
from evoprompt.text.brief import brief
from evoprompt.text.terminal import indented, one_line, shown, table

MOST_ROWS = 20  # of the table of generations; a longer run is shown every so many generations
LONGEST_VALUE = 300  # characters of a setting, of a reason and of a field of a shot; the record has them whole
COUNTS = ("calls", "tokens_in", "tokens_out", "dollars", "unpriced")


def report(record: Record) -> str:
    """Task, recipe, models, generations, best prompt, sealed test, what was spent, and the verdict."""
    parts = [_head(record), _setup(record), _generations(record), _best(record), _scores(record), _spent(record)]
    if not record.one("setup"):
        parts.append([str(conclusion(record))])
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
                _figure(line["best_fitness"]),
                _figure(None if "told" in line else line["median"]),
                f"{total['calls']:,}",
                f"{total['tokens_in'] + total['tokens_out']:,}",
                f"{total['dollars']:.4f}",
            )
        )
    shown = table(("generation", "best", "median", "calls", "tokens", "dollars"), rows, right=True)
    if any("told" in line for line in lines):
        shown.append("Each generation was scored on other examples, so their scores do not compare and are left out.")
    return [*shown, *_final(record)]


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _final(record: Record) -> list[str]:
    """Seed and winner of the finals, where there were some."""
    line = record.one("final")
    if line is None:
        return []
    n = len((record.one("batch") or {"examples": ()})["examples"])
    seed, winner = line["fitness"][0], line["fitness"][line["genomes"].index(line["winner"])]
    return [f"The best met on the same {n:,} dev examples: fitness {seed:.3f} of the seed, {winner:.3f} of the winner."]


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
    line = record.one("test")
    if line is None and record.one("setup"):
        return []
    if line is None:
        end = record.one("end")
        why = f" ({one_line(end['untested'])})" if end and end.get("untested") else ""
        return [f"No sealed test was made{why}." if end else "The sealed test comes at the end."]
    test = Tested.from_json(line)
    whole = record.head["task"]["examples"]["test"]
    lines = [f"Sealed test on {test.n:,}" + (f" of {whole:,}" if whole > test.n else "") + " examples"]
    lines += [f"  {who:20}{value:.3f}" for who, value in (("seed", test.seed), ("winner", test.winner))]
    for how, value, over in test.other_seeds:
        lines.append(f"  {f'seed, {how}':20}{value:.3f}")
        lines.append(f"  {'gain over that':20}{_gap(over)}")
    lines.append(f"  {'gain':20}{_gap(test.gain)}")
    return [*lines, f"  ({test.roughness})"] if test.roughness else lines


def _gap(gap: Comparison) -> str:
    return f"{gap.difference:+.3f}  ({interval(gap)})"


def conclusion(record: Record) -> Conclusion:
    """What can be said of the winner: what the result of the run says."""
    line, end = record.one("test"), record.one("end")
    if end is None and line is None:
        return conclude(None, is_seed=False, untested=UNFINISHED)
    # A kill may have come between the two lines; the one for the test has both genomes as well.
    is_seed = end["is_seed"] if end and "is_seed" in end else line is not None and _is_same(record, line)
    untested = end.get("untested", "") if end else ""
    is_given_up = bool(end and end.get("given_up"))
    test = Tested.from_json(line) if line else None
    return conclude(test, is_seed=is_seed, untested=untested, is_given_up=is_given_up)


def _is_same(record: Record, test: Line) -> bool:
    """Whether seed and winner of the sealed test are the same prompt."""
    ids = {test["seed_genome"], test["winner_genome"]}
    return len({Genome.from_json(data).visible for id, data in record.genomes().items() if id in ids}) < 2


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
    lines += [line.removesuffix(".") for line in founding(record.one("generation"))]
    if refused:
        judged = " or got no verdict" if "judge" in record.head else ""
        lines.append(f"Answers: {refused:,} were refused by the provider{judged} and scored 0")
    lines += _tally(record).sentences(record.head["task"].get("prompt", {}).get("max_tokens"))
    line = record.one("end") or record.one("generation")
    if line is not None:
        lines.append(
            _sum(line["usage"]) + ("" if record.one("end") else f", up to the end of generation {line['generation']}")
        )
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
