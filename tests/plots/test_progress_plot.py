from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from toys import logprob_task, run, started, toy_task

from evoprompt import Budget, NoChild
from evoprompt.plots.progress import (
    best_by_generation,
    fitness_unit,
    plot_progress,
    save,
    sealed_scores,
    sealed_unit,
    seed_level,
)
from evoprompt.plots.report import report
from evoprompt.storage.record import Record
from evoprompt.variation.operator import Operator

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def record() -> Record:
    return run().record


@pytest.fixture(scope="module")
def graded() -> Record:
    return run(logprob_task()).record


def _axes() -> Axes:
    return Figure().add_subplot()


def _changed(record: Record, kind: str, **values: Any) -> Record:
    return Record(None, [{**line, **values} if line["kind"] == kind else line for line in record.lines])


# Rows


def test_there_is_one_row_a_generation_with_what_the_record_says(record: Record) -> None:
    rows, lines = best_by_generation(record), list(record.of("generation"))
    assert [row.generation for row in rows] == [line["generation"] for line in lines] == [int(row.x) for row in rows]
    assert [row.best for row in rows] == [line["best_fitness"] for line in lines]
    for row, line in zip(rows, lines, strict=True):
        assert [row.low, row.median, row.high] == pytest.approx(np.quantile(line["fitness"], [0.25, 0.5, 0.75]))


def test_best_never_falls_and_quartiles_enclose_the_median(record: Record) -> None:
    rows = best_by_generation(record)
    assert [row.best for row in rows] == sorted(row.best for row in rows)
    assert all(row.low <= row.median <= row.high <= row.best for row in rows)


def test_what_was_spent_grows_to_the_usage_of_the_whole_search(record: Record) -> None:
    end = record.one("end")
    assert end is not None
    for x, keys in {"calls": ("calls",), "tokens": ("tokens_in", "tokens_out")}.items():
        spent = [row.x for row in best_by_generation(record, x)]
        assert spent == sorted(spent)
        assert 0 < spent[-1] <= sum(end["usage"][role][key] for role in ("task", "operator") for key in keys)


def test_dollars_are_refused_where_none_were_counted(record: Record) -> None:
    with pytest.raises(ValueError, match="counted no dollars"):
        best_by_generation(record, "dollars")


def test_dollars_are_summed_over_all_roles(record: Record) -> None:
    paid = {role: {"dollars": 0.25} for role in ("task", "operator", "test")}
    assert {row.x for row in best_by_generation(_changed(record, "generation", usage=paid), "dollars")} == {0.75}


def test_an_unknown_axis_lists_the_known_ones(record: Record) -> None:
    with pytest.raises(ValueError, match="x must be one of generations, calls, tokens, dollars, got 'time'"):
        best_by_generation(record, "time")


def test_the_seeds_level_is_that_of_the_best_seed(record: Record) -> None:
    seeds = {line["child"] for line in record.of("birth") if line["operator"] == "seed"}
    scores = [line["fitness"] for line in record.of("evaluation") if line["genome"] in seeds]
    assert len(scores) == 2
    assert seed_level(record) == max(scores)


def test_the_sealed_test_is_read_with_an_interval_around_each_score(record: Record) -> None:
    test = record.one("test")
    assert test is not None
    seed, winner = sealed_scores(record)
    assert (seed.who, winner.who) == ("seed", "winner")
    for each in (seed, winner):
        assert each.value == pytest.approx(test[each.who]["accuracy"])
        assert 0 <= each.low < each.value < each.high <= 1


@pytest.mark.parametrize(
    ("correct", "low", "high"),
    [([1] * 10, 0.7225, 1.0), ([0] * 10, 0.0, 0.2775), ([1, 0] * 50, 0.4038, 0.5962)],  # Wilson 1927, by hand
)
def test_the_interval_of_an_accuracy_is_wilsons(record: Record, correct: list[int], low: float, high: float) -> None:
    made = {"accuracy": sum(correct) / len(correct), "scores": correct, "correct": correct}
    seed, _ = sealed_scores(_changed(record, "test", seed=made, winner=made))
    assert (seed.low, seed.high) == pytest.approx((low, high), abs=1e-4)


def test_units_are_told_apart(record: Record, graded: Record) -> None:
    assert fitness_unit(record) == sealed_unit(record) == "accuracy"
    assert fitness_unit(graded) == "mean probability of the right label"
    assert sealed_unit(graded) == "accuracy"
    half = run(toy_task(scorer=_half)).record
    assert fitness_unit(half) == sealed_unit(half) == "mean score"
    assert fitness_unit(_changed(record, "evaluation", fitness=2.0)) == "fitness"


def _half(output: str, example: Any) -> float:
    return 0.5 if output == example.target else 0.25


# Drawings


def test_the_same_quantity_shares_its_axis_and_another_has_its_own(record: Record, graded: Record) -> None:
    for each, same in ((record, True), (graded, False)):
        ax = _axes()
        plot_progress(each, ax)
        (panel,) = ax.child_axes
        assert isinstance(panel, Axes)
        assert ax.get_shared_y_axes().joined(ax, panel) == same
        assert "sealed test" in panel.get_xlabel()
        assert "test accuracy" in panel.get_ylabel()
        for scores in sealed_scores(each):
            assert panel.get_ylim()[0] < scores.low
            assert scores.high < panel.get_ylim()[1]


def test_axis_and_legend_say_what_is_drawn(record: Record) -> None:
    ax = _axes()
    plot_progress(record, ax, x="calls")
    legend = ax.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == [
        "best so far",
        "population: median and middle half",
        "best seed prompt",
    ]
    assert ax.get_xlabel() == "model calls so far"
    assert ax.get_ylabel() == "fitness: accuracy (20 dev examples)"


def test_every_value_lies_inside_the_axes(record: Record) -> None:
    ax = _axes()
    plot_progress(record, ax)
    low, high = ax.get_ylim()
    assert all(low < value < high for row in best_by_generation(record) for value in row[2:])


@pytest.mark.parametrize("ending", ["png", "svg", "pdf", "PNG"])
def test_a_picture_is_written_and_its_folder_made(record: Record, tmp_path: Path, ending: str) -> None:
    path = tmp_path / "new" / "folder" / f"fitness.{ending}"
    assert save(record, path) == path
    assert path.stat().st_size > 5_000


@pytest.mark.parametrize("x", ["generations", "calls", "tokens"])
def test_every_axis_can_be_drawn(record: Record, tmp_path: Path, x: str) -> None:
    assert save(record, tmp_path / "fitness.svg", x=x).exists()


def test_an_unknown_ending_is_one_sentence(record: Record, tmp_path: Path) -> None:
    for name in ("fitness.gif", "fitness"):
        with pytest.raises(ValueError, match=r"a picture's name ends in \.png, \.svg or \.pdf"):
            save(record, tmp_path / name)


def test_a_result_draws_itself(tmp_path: Path) -> None:
    assert run().plot(tmp_path / "fitness.png", x="calls").exists()


def test_a_run_without_a_test_is_drawn_without_the_panel(tmp_path: Path) -> None:
    without = run(toy_task(test=0)).record
    ax = _axes()
    plot_progress(without, ax)
    assert not ax.child_axes
    assert save(without, tmp_path / "fitness.png").exists()


@pytest.mark.usefixtures("small_budgets")
@pytest.mark.parametrize("x", ["generations", "calls"])
def test_one_generation_is_drawn(tmp_path: Path, x: str) -> None:
    once = run(budget=Budget(calls=60)).record
    assert len(best_by_generation(once)) == 1
    assert save(once, tmp_path / "fitness.png", x=x).exists()


def test_failed_births_leave_the_picture_whole(tmp_path: Path) -> None:
    def fails(parents: Any, context: Any) -> Any:
        raise NoChild("nothing came to mind")

    from toys import toy_recipe

    recipe = toy_recipe(Operator("toy-fails", fails, 1, 0), fill=None)
    failed = started(recipe=recipe)
    for _ in range(3):
        failed.tell(failed.evaluate(failed.bear(failed.ask())))
    failed.finish()
    assert sum(line["child"] is None for line in failed.record.of("birth")) > 0
    assert save(failed.record, tmp_path / "fitness.png").exists()
    assert "nothing came to mind" in report(failed.record)


@pytest.mark.parametrize("level", [0.0, 0.5, 1.0])
def test_flat_fitness_is_drawn_without_a_mountain(record: Record, tmp_path: Path, level: float) -> None:
    flat = _changed(record, "generation", fitness=[level] * 6, best_fitness=level, median=level)
    flat = _changed(flat, "evaluation", fitness=level)
    ax = _axes()
    plot_progress(flat, ax)
    low, high = ax.get_ylim()
    assert low < level < high
    assert high - low > 0.05
    assert save(flat, tmp_path / "fitness.png").exists()


def test_a_record_without_a_generation_is_one_sentence(record: Record, tmp_path: Path) -> None:
    begun = Record(None, record.lines[:2])
    with pytest.raises(ValueError, match="nothing to draw"):
        save(begun, tmp_path / "fitness.png")
    assert not (tmp_path / "fitness.png").exists()
    assert "before the first generation" in report(begun)


def test_a_name_is_never_read_as_a_formula_or_as_markup(record: Record, tmp_path: Path) -> None:
    task = {**record.lines[0]["task"], "name": r"a $\frac{1}$ {\bf b} <b>&amp;</b> \x1b[31m 測試" + "\x1b\x00"}
    odd = _changed(record, "run", task=task)
    text = save(odd, tmp_path / "fitness.svg").read_text(encoding="utf-8")
    assert r"a $\frac{1}$ {\bf b} &lt;b&gt;&amp;amp;&lt;/b&gt; \x1b[31m 測試\x1b\x00" in text
    assert save(odd, tmp_path / "fitness.png").exists()


def test_no_global_state_of_matplotlib_is_touched(record: Record, tmp_path: Path) -> None:
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    save(record, tmp_path / "fitness.png")
    assert dict(mpl.rcParams) == before
    assert "matplotlib.pyplot" not in sys.modules or not sys.modules["matplotlib.pyplot"].get_fignums()


def test_rows_and_reports_need_no_matplotlib() -> None:
    code = (
        f"import sys, evoprompt; evoprompt.__path__.append({str(ROOT)!r})\n"
        "import evoprompt.plots; print('matplotlib' in sys.modules, evoprompt.plots.progress.__name__)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "False evoprompt.plots.progress\n"


# The report


def test_the_report_holds_what_the_result_says() -> None:
    result = run()
    text = report(result.record)
    assert result.test is not None
    for part in (
        result.instruction,
        result.stopped,
        f"{result.test.comparison.difference:+.3f}",
        f"{result.total.calls:,} calls",
    ):
        assert part in " ".join(text.split())


def test_a_long_run_is_shown_in_twenty_odd_rows(record: Record) -> None:
    line = record.one("generation")
    assert line is not None
    long = Record(None, [*record.lines[:1], *({**line, "generation": n} for n in range(500)), *record.lines[1:]])
    rows = [row for row in report(long).splitlines() if row.split()[:1] and row.split()[0].isdigit()]
    assert len(rows) <= 25
    assert rows[0].split()[0] == "0"
