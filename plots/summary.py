"""All that a report says of a run, as one JSON object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evoprompt.plots.difference import plain_difference, seed_and_winner
from evoprompt.plots.failures import failures
from evoprompt.plots.report import conclusion
from evoprompt.run.conclusion import Tested
from evoprompt.storage.record import Record


def summary(record: Record) -> dict[str, Any]:
    """What `evoprompt show` says, with these keys, which stay what they are:

    - `task`, `recipe`, `models` (`task`, `operator`, `judge`), `budget`, `seed`: what was asked for.
    - `status`: `finished`, `interrupted` or `unfinished`; `stopped`: why, as a sentence (None while unfinished).
    - `generations`: `generation`, `best`, `median`, `usage` of each; `best` is None where generations were scored on
      different examples.
    - `final`: how finalists did on common examples (`genomes`, `fitness`, `winner`); None without finals.
    - `seed_prompt`, `best_prompt`: the best seed and the winner as genomes; `difference`: from the one to the other, word
      by word, by gene. None before anything was evaluated.
    - `test`: `n`, `of`, `unit`, `seed`, `winner`, `gain`, `calibrated_seed`, `gain_over_calibrated`; None where none was
      made. A gain has `difference`, `low`, `high` and `p_value`.
    - `verdict`: `kind`, `sentence` and `is_proven`, see `evoprompt.run.conclusion`.
    - `births`: `all`, `failed`, and `missing_founders` that never came; `refused`: answers that were refused; `usage`: by role.
    - `failures`: dev examples that the winner gets wrong, see `plots.failures`; None where the record has no answers.
    """
    head, end, last = record.head, record.one("end"), record.one("end") or record.one("generation")
    births = list(record.of("birth"))
    verdict = conclusion(record)
    seed, best = seed_and_winner(record) if last else (None, None)
    models = {"task": head["model"], "operator": head["operator_model"], "judge": head.get("judge")}
    status = "unfinished" if end is None else "interrupted" if end["reason"] == "interrupted" else "finished"
    return {
        "task": head["task"],
        "recipe": head["recipe"],
        "models": models,
        "budget": head["budget"],
        "seed": head["seed"],
        "status": status,
        "stopped": end["reason"] if end else None,
        "generations": [_generation(line) for line in record.of("generation")],
        "final": _without_kind(record.one("final")),
        "seed_prompt": seed.to_json() if seed else None,
        "best_prompt": best.to_json() if best else None,
        "difference": plain_difference(record) if last else None,
        "test": _test(record),
        "verdict": {**verdict.to_json(), "is_proven": verdict.is_proven},
        "births": {"all": len(births), "failed": sum(birth["child"] is None for birth in births), **_missing(record)},
        "refused": sum(len(line.get("refused", ())) for line in record.of("evaluation")),
        "usage": last["usage"] if last else None,
        "failures": failures(record) if record.one("answers") else None,
    }


def _missing(record: Record) -> dict[str, int]:
    return {"missing_founders": (record.one("generation") or {}).get("missing_founders", 0)}


def _generation(line: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "generation": line["generation"],
        "best": line["best_fitness"],
        "median": line["median"],
        "usage": line["usage"],
    }


def _without_kind(line: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if line is None else {name: value for name, value in line.items() if name != "kind"}


def _test(record: Record) -> dict[str, Any] | None:
    line = record.one("test")
    if line is None:
        return None
    test = Tested.from_json(line)
    return {
        "n": test.n,
        "of": record.head["task"]["examples"]["test"],
        "unit": test.unit,
        "seed": test.seed,
        "winner": test.winner,
        "gain": test.gain.to_json(),
        "calibrated_seed": test.calibrated,
        "gain_over_calibrated": test.over_calibrated.to_json() if test.over_calibrated else None,
    }
