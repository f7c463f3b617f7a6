"""The plots of an evaluation as SVG that stands in the page itself (pure).

Only numbers and words of this file are drawn: no name of a group, case or model, since SVG does not pass the template's
escaping. Colours are the page's own, so that a plot follows light and dark.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import MaxNLocator

from rag.evaluate.results import Bin, Item, Report
from rag.evaluate.statistics import quantile_of

# matplotlib knows no CSS: these stand-ins are replaced in the finished SVG.
_INK, _ACCENT, _SOFT, _PAGE = "#010203", "#040506", "#070809", "#0a0b0c"
_COLOURS = {_INK: "currentColor", _ACCENT: "var(--accent)", _SOFT: "var(--soft)", _PAGE: "var(--panel)"}
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "font.size": 10,
    "text.color": _INK,
    "axes.labelcolor": _INK,
    "axes.edgecolor": _SOFT,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
}
_DEEPEST = 20  # ranks of the curve
_RANKS = ((1, 1), (2, 2), (3, 3), (4, 5), (6, 10), (11, 20), (21, None))
_TIMES = {"retrieval": "search_ms", "answers": "total_ms"}

_SCORES = {
    "words": "Share of shared words",
    "cosine": "Cosine of the embeddings",
    "model": "P(yes) of the model",
}


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot with what it shows, in words for those who do not see it."""

    title: str
    explanation: str
    svg: str


def draw_plots(report: Report) -> list[Plot]:
    """Return the plots that a report has the data for."""
    plots = []
    if report.kind == "retrieval" and report.items:
        ranks = [item.rank for item in report.items]
        plots += [_hit_curve(ranks), _rank_histogram(ranks)]
    if report.kind == "answers":
        plots += _outcomes(report.items)
    times = [
        item.values[name] for item in report.items if (name := _TIMES.get(report.kind, "")) and name in item.values
    ]
    if len(times) > 1:
        plots.append(_latency(times))
    plots += [_reliability(name, bins) for name, bins in report.reliability.items() if name in _SCORES]
    return plots


def _hit_curve(ranks: Sequence[int | None]) -> Plot:
    depths = range(1, _DEEPEST + 1)
    shares = [100 * sum(rank is not None and rank <= depth for rank in ranks) / len(ranks) for depth in depths]

    def draw(axes: Axes) -> None:
        axes.plot(list(depths), shares, color=_ACCENT, marker="o", markersize=3.5, linewidth=1.8)
        axes.set(xlabel="articles read", ylabel="% of questions", ylim=(0, 103), xlim=(0.5, _DEEPEST + 0.5))
        axes.set_xticks([1, 5, 10, 15, 20])
        axes.grid(axis="y", color=_SOFT, linewidth=0.6)

    words = f"After 1 article {shares[0]:.0f} %, after 5 {shares[4]:.0f} %, after 10 {shares[9]:.0f} %."
    return Plot(
        "Hit rate by depth", f"Questions with a relevant article among the first k. {words}", _draw(draw, "hits")
    )


def _rank_histogram(ranks: Sequence[int | None]) -> Plot:
    labels = [str(low) if low == high else f"{low}–{high}" if high else f"{low}+" for low, high in _RANKS]
    counts = [
        sum(rank is not None and low <= rank and (high is None or rank <= high) for rank in ranks)
        for low, high in _RANKS
    ]
    labels.append("none")
    counts.append(sum(rank is None for rank in ranks))

    def draw(axes: Axes) -> None:
        bars = axes.bar(labels, counts, color=_ACCENT, width=0.7)
        bars[-1].set_color(_INK)
        axes.bar_label(bars, padding=2, fontsize=9, color=_INK)
        axes.set(xlabel="rank of the first relevant article", ylabel="questions")
        axes.margins(y=0.15)

    return Plot("Where the first relevant article stood", "Number of questions by that rank.", _draw(draw, "ranks"))


def _outcomes(items: Sequence[Item]) -> list[Plot]:
    """Return what became of the questions that the collection answers, and of those that it does not."""
    known = [item.values for item in items if "false_refusal" in item.values]
    right = sum(values.get("answer_in_text") == 1.0 for values in known)
    refused = sum(values["false_refusal"] == 1.0 for values in known)
    unknown = [item.values["rejection"] for item in items if "rejection" in item.values]
    rows = [("answerable", (right, len(known) - right - refused, refused))] if known else []
    rows += [("unanswerable", (0, len(unknown) - int(sum(unknown)), int(sum(unknown))))] if unknown else []
    if not rows:
        return []

    def draw(axes: Axes) -> None:
        done = [0] * len(rows)
        for place, (colour, words) in enumerate(((_ACCENT, "right"), (_INK, "otherwise"), (_SOFT, "refused"))):
            widths = [counts[place] for _, counts in rows]
            bars = axes.barh([name for name, _ in rows], widths, left=done, color=colour, height=0.5, label=words)
            inside = [str(width) if width else "" for width in widths]
            axes.bar_label(bars, labels=inside, label_type="center", color=_PAGE if place < 2 else _INK, fontsize=9)
            done = [before + width for before, width in zip(done, widths, strict=True)]
        axes.invert_yaxis()
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set(xlabel="questions")
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3, frameon=False, fontsize=9)

    words = "Right: the known answer stands in the text. Otherwise: another answer, or none is known."
    return [Plot("What became of the questions", words, _draw(draw, "outcomes"))]


def _latency(times: Sequence[float]) -> Plot:
    middle, late = quantile_of(times, 0.5), quantile_of(times, 0.95)

    def draw(axes: Axes) -> None:
        axes.hist(times, bins=min(30, max(8, len(times) // 4)), color=_ACCENT)
        for value, words in ((middle, "p50"), (late, "p95")):
            axes.axvline(value, color=_INK, linewidth=1, linestyle="--")
            axes.text(value, 1.02, words, transform=axes.get_xaxis_transform(), ha="center", fontsize=9)
        axes.set(xlabel="milliseconds", ylabel="questions")

    words = f"Half took less than {middle:,.0f} ms, 95 % less than {late:,.0f} ms."
    return Plot("Time for one question", words, _draw(draw, "latency"))


def _reliability(name: str, bins: Sequence[Bin]) -> Plot:
    largest = max((item.n for item in bins), default=1)

    def draw(axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], color=_SOFT, linewidth=1.2, linestyle="--")
        axes.plot([item.score for item in bins], [item.share for item in bins], color=_ACCENT, linewidth=1.2)
        sizes = [20 + 160 * item.n / largest for item in bins]
        axes.scatter([item.score for item in bins], [item.share for item in bins], s=sizes, color=_ACCENT, zorder=3)
        axes.set(xlabel="score", ylabel="share that is supported", xlim=(-0.03, 1.03), ylim=(-0.03, 1.06))

    words = "On the dashed line a score says what it means. The larger a point, the more pairs."
    return Plot(f"Reliability: {_SCORES[name]}", words, _draw(draw, f"reliability-{name}"))


def _draw(paint: Callable[[Axes], None], name: str) -> str:
    with mpl.rc_context({**_STYLE, "svg.hashsalt": name}):
        canvas = Canvas(figsize=(4.8, 2.9), layout="constrained")
        axes = canvas.add_subplot()
        paint(axes)
        written = io.StringIO()
        canvas.savefig(written, format="svg", transparent=True, metadata={"Date": None})
    svg = re.sub(r"<metadata>.*?</metadata>", "", written.getvalue(), flags=re.DOTALL)
    svg = svg[svg.index("<svg") :]
    for stand_in, colour in _COLOURS.items():
        svg = svg.replace(stand_in, colour)
    # Two plots of one page must not share ids.
    svg = re.sub(r'id="([\w.-]+)"', rf'id="{name}-\1"', svg)
    return re.sub(r'(url\(#|href="#)', rf"\g<1>{name}-", svg)
