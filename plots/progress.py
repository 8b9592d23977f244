"""Fitness over a run: the best, the population, the seed's level, and beside them the sealed test."""

from __future__ import annotations

import io
import math
import statistics
import textwrap
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from evoprompt.run.conclusion import Tested
from evoprompt.storage.record import Line, Record, RecordError
from evoprompt.tasks.evaluation import ACCURACY, MEAN_SCORE
from evoprompt.text.terminal import one_line

if TYPE_CHECKING:  # matplotlib takes half a second to import, and the rows do without it
    from matplotlib.axes import Axes

X_LABELS = {
    "generations": "generation",
    "calls": "model calls so far",
    "tokens": "tokens so far, read and written",
    "dollars": "US dollars so far",
}
ENDINGS = (".png", ".svg", ".pdf")
LONGEST_TITLE = 90  # characters

# Okabe and Ito's palette: told apart with every kind of colour vision, and in grey by lightness and line style.
BEST, POPULATION, SEED = "#0072B2", "#D55E00", "#5C5C5C"
FAINT = "#DDDDDD"
Z95 = 1.959964  # standard errors either way in a 95 % interval


class Row(NamedTuple):
    """One generation.

    Attributes:
        generation: From 0, the user's prompts.
        x: Its place on the x axis: the generation, or what was spent when it was told.
        best: The best fitness so far; None where each generation was scored on other examples.
        median: Median fitness of the population; in such a run, of the individuals of this generation.
        low, high: Quartiles of the same.
    """

    generation: int
    x: float
    best: float | None
    median: float
    low: float
    high: float


class Sealed(NamedTuple):
    """A prompt on the sealed test.

    Attributes:
        who: `seed` or `winner`.
        value: Share of right answers, or the mean score where there are only degrees.
        low, high: Its 95 % interval (Wilson's for a share, else the normal one).
    """

    who: str
    value: float
    low: float
    high: float


def best_by_generation(record: Record, x: str = "generations") -> list[Row]:
    """One row a generation that has a fitness.

    Args:
        x: `generations`, `calls`, `tokens` (read and written) or `dollars`, summed over all roles.

    Raises:
        ValueError: An unknown x, or dollars where none were counted.
    """
    if x not in X_LABELS:
        raise RecordError(f"x must be one of {', '.join(X_LABELS)}, got {x!r}")
    rows = []
    for line in record.of("generation"):
        if line["median"] is None:
            continue
        low, high = _quartiles(line.get("told", line["fitness"]))
        rows.append(Row(line["generation"], _spent(line, x), line["best_fitness"], line["median"], low, high))
    if x == "dollars" and rows and rows[-1].x == 0:
        raise RecordError("this run counted no dollars: its model is free or its price is unknown; take x='calls'")
    return rows


def seed_level(record: Record) -> float | None:
    """Fitness of the best of the user's prompts; None where none was evaluated, or others were on other examples."""
    if any("told" in line for line in record.of("generation")):
        return None
    seeds = {line["child"] for line in record.of("birth") if line["operator"] == "seed"}
    scores: dict[str, float] = {}
    for line in record.of("evaluation"):
        if line["genome"] in seeds:
            scores.setdefault(line["genome"], line["fitness"])
    return max(scores.values(), default=None)


def sealed_scores(record: Record) -> list[Sealed]:
    """Seed and winner on the sealed test; empty where none was made."""
    test = record.one("test")
    if test is None:
        return []
    unit = Tested.from_json(test).unit
    return [Sealed(who, *_interval(test[who], unit)) for who in ("seed", "winner")]


def fitness_unit(record: Record) -> str:
    """What the run's fitness is, in words: `accuracy`, a mean score, or whatever the recipe made of it."""
    lines = list(record.of("evaluation"))
    if all(line["accuracy"] is not None and math.isclose(line["fitness"], line["accuracy"]) for line in lines):
        return "accuracy"
    if all(math.isclose(line["fitness"], line["value"]) for line in lines):
        graded = str(record.head["task"]["scorer"]).startswith("LabelProbability")
        return "mean probability of the right label" if graded else "mean score"
    return "fitness"


def sealed_unit(record: Record) -> str:
    """What the marks of the sealed test are: `accuracy`, or `mean score` where there are only degrees."""
    test = record.one("test")
    return MEAN_SCORE if test is None else Tested.from_json(test).unit


def plot_progress(record: Record, ax: Axes, x: str = "generations") -> None:
    """Draw fitness over generations on given axes; the sealed test gets a panel of its own to their right.

    Raises:
        ValueError: No generation in the record, an unknown x, or dollars where none were counted.
    """
    rows = best_by_generation(record, x)
    if not rows:
        raise RecordError("there is nothing to draw: the record holds no generation yet")
    level = seed_level(record)
    population = _draw_population(ax, rows)
    handles: dict[str, Any] = {}
    bests = {row.x: row.best for row in rows if row.best is not None}
    if bests:
        line = ax.plot([*bests], [*bests.values()], color=BEST, lw=2.2, marker="o", ms=4.5, zorder=4, clip_on=False)[0]
        handles["best so far"] = line
    who = "population" if bests else "each generation on other examples"
    handles[f"{who}: median and middle half"] = population
    values = [value for row in rows for value in row[2:] if value is not None]
    if level is not None:
        handles["best seed prompt"] = ax.axhline(level, color=SEED, lw=1.4, ls=(0, (5, 3)), zorder=5)
        values.append(level)
    ax.set_ylim(*_limits(values))
    _set_x_axis(ax, rows, x)
    _clean(ax)
    unit, batch = fitness_unit(record), next(iter(record.of("batch")), None)
    on = f" ({len(batch['examples'])} dev examples)" if batch else ""
    ax.set_ylabel(_wrapped(("fitness" if unit == "fitness" else f"fitness: {unit}") + on))
    ax.legend(
        list(handles.values()), list(handles), loc="lower left", bbox_to_anchor=(-0.01, 1.0), ncols=3, frameon=False,
        handlelength=1.7, columnspacing=1.4, borderaxespad=0.2,
    )  # fmt: skip
    if sealed := sealed_scores(record):
        _draw_sealed(ax, record, sealed, same_unit=unit == sealed_unit(record))


def save(
    record: Record, path: str | Path, x: str = "generations", *, width: float = 7.6, height: float = 4.0, dpi: int = 160
) -> Path:
    """Draw fitness over generations to a file; a missing folder is made.

    Args:
        path: Ends in `.png`, `.svg` or `.pdf`.
        width, height: In inches.
        dpi: Pixels an inch.

    Raises:
        ValueError: Another ending, or nothing to draw; see `plot_progress`.
        OSError: The file can't be written.
    """
    path = Path(path)
    if path.suffix.lower() not in ENDINGS:
        raise RecordError(f"{path}: a picture's name ends in {', '.join(ENDINGS[:-1])} or {ENDINGS[-1]}")
    import matplotlib as mpl
    from matplotlib.figure import Figure
    from matplotlib.style import context

    # The user's own settings (TeX for all texts, say) could break the picture or read its texts as markup.
    with context("default"), mpl.rc_context({"font.size": 10.5, "svg.fonttype": "none"}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph")  # a name in a script that the font lacks; boxes stand for it
        warnings.filterwarnings("ignore", category=RuntimeWarning)  # figures beyond what can be drawn
        figure = Figure(figsize=(width, height))
        left, right, bottom, top = 0.95, 2.6 if sealed_scores(record) else 0.3, 0.72, 0.68  # inches around the axes
        size = (width - left - right) / width, (height - bottom - top) / height
        plot_progress(record, figure.add_axes((left / width, bottom / height, *size)), x)
        figure.text(0.12 / width, 1 - 0.26 / height, _title(record), fontsize=11.5, parse_math=False)
        drawn = io.BytesIO()  # a drawing that fails half-way leaves the file as it was
        figure.savefig(drawn, dpi=dpi, facecolor="white", format=path.suffix[1:].lower())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(drawn.getvalue())
    return path


# Rows


def _spent(line: Line, x: str) -> float:
    if x == "generations":
        return float(line["generation"])
    keys = ("tokens_in", "tokens_out") if x == "tokens" else (x,)
    return float(sum(used[key] for used in line["usage"].values() for key in keys))


def _quartiles(values: Sequence[float]) -> tuple[float, float]:
    if len(values) < 2:
        return values[0], values[0]
    low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, high


def _interval(evaluation: Line, unit: str) -> tuple[float, float, float]:
    """Mean of the marks and its 95 % interval."""
    marks = evaluation["correct" if unit == ACCURACY else "scores"]
    n, mean = len(marks), statistics.fmean(marks)
    if unit != ACCURACY:
        half = Z95 * statistics.pstdev(marks) / math.sqrt(n)
        return mean, max(0.0, mean - half), min(1.0, mean + half)
    shrink = 1 + Z95**2 / n  # Wilson 1927: an interval that stays inside 0 to 1 and holds near its ends
    middle = (mean + Z95**2 / (2 * n)) / shrink
    half = Z95 / shrink * math.sqrt(mean * (1 - mean) / n + Z95**2 / (4 * n**2))
    return mean, max(0.0, middle - half), min(1.0, middle + half)


def _limits(values: Sequence[float]) -> tuple[float, float]:
    """Ends of a y axis around values, with some air, and never so near that noise looks like a mountain."""
    low, high = min(values), max(values)
    air = max(0.08 * (high - low), (0.1 - (high - low)) / 2, 0.01)
    bottom, top = low - air, high + air
    if low >= 0 and high <= 1:  # a hair beyond 0 and 1, so that a line there is not cut
        bottom, top = max(bottom, -0.02), min(top, 1.02)
    return bottom, top


def _title(record: Record) -> str:
    head = record.head
    text = one_line(f"{head['task']['name']}  ·  {head['recipe']['name']}  ·  {head['model']}")
    return text if len(text) <= LONGEST_TITLE else text[: LONGEST_TITLE - 1] + "…"


def _wrapped(text: str) -> str:
    return "\n".join(textwrap.wrap(text, 36))


# Drawing


def _draw_population(ax: Axes, rows: Sequence[Row]) -> tuple[Any, ...]:
    """The median over a band of the middle half; gives what a legend shows of them."""
    xs, medians = [row.x for row in rows], [row.median for row in rows]
    lows, highs = [row.low for row in rows], [row.high for row in rows]
    if len(rows) == 1:  # a band over one generation has no width
        ax.vlines(xs, lows, highs, color=POPULATION, alpha=0.25, lw=10)
    band = ax.fill_between(xs, lows, highs, color=POPULATION, alpha=0.18, lw=0, zorder=1)
    line = ax.plot(xs, medians, color=POPULATION, lw=1.7, marker="o" if len(rows) == 1 else None, ms=4.5, zorder=3)[0]
    return band, line


def _set_x_axis(ax: Axes, rows: Sequence[Row], x: str) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    ax.set_xlabel(X_LABELS[x])
    first, last = rows[0].x, rows[-1].x
    if x != "generations":
        ax.set_xlim(0, last if last > first else 2 * last or 1)
    elif first == last:
        ax.set_xlim(first - 0.5, last + 0.5)
    else:
        ax.set_xlim(first, last)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=7, steps=[1, 2, 5, 10], integer=x != "dollars", min_n_ticks=1))
    if x != "dollars":
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))


def _clean(ax: Axes) -> None:
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(axis="y", color=FAINT, lw=0.7)
    ax.set_axisbelow(True)
    ax.tick_params(length=3)


def _draw_sealed(ax: Axes, record: Record, sealed: Sequence[Sealed], *, same_unit: bool) -> None:
    """A panel to the right; it shares the y axis where fitness and test are the same quantity."""
    test = record.one("test")
    assert test is not None  # there are sealed scores
    shared: dict[str, Any] = {"sharey": ax} if same_unit else {}
    panel = ax.inset_axes((1.05, 0.0, 0.36, 1.0), **shared)
    for place, each in enumerate(sealed):
        color, marker = (SEED, "s") if each.who == "seed" else (BEST, "D")
        # Where all scores are alike, rounding may set the interval beside the mean, and matplotlib refuses that.
        whiskers = [[max(each.value - each.low, 0.0)], [max(each.high - each.value, 0.0)]]
        panel.errorbar(
            [place], [each.value], whiskers, color=color, marker=marker, ms=7, lw=1.8, capsize=4, capthick=1.8
        )
        panel.annotate(
            f"{each.value:.2f}", (place, each.value), xytext=(8, 0), textcoords="offset points", va="center",
            color=color, fontweight="bold",
        )  # fmt: skip
    ends = [end for each in sealed for end in (each.low, each.high)]
    bottom, top = _limits(ends)
    if same_unit:
        bottom, top = min(bottom, ax.get_ylim()[0]), max(top, ax.get_ylim()[1])
    panel.set_ylim(bottom, top)
    panel.set_xlim(-0.5, 1.95)
    panel.set_xticks([0, 1], [each.who for each in sealed])
    gap = test["comparison"]
    p_value = "p < 0.001" if gap["p_value"] < 0.001 else f"p = {gap['p_value']:.3f}"
    panel.set_xlabel(f"sealed test\ngain {gap['difference']:+.2f}, {p_value}")
    panel.set_ylabel(f"test {sealed_unit(record)}, 95 % interval\n({len(test['seed']['scores'])} test examples)")
    _clean(panel)
    panel.tick_params(axis="x", length=0)
    panel.yaxis.tick_right()
    panel.yaxis.set_label_position("right")
    panel.spines["left"].set_visible(False)
    panel.spines["right"].set_visible(True)
    panel.set_facecolor("#F5F5F3")
