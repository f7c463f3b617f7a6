"""What an ingest did with each of its inputs, to text, Markdown and JSON (pure)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import get_args

import msgspec

from index.articles import PASSED_OVER, BuildReport, Outcome, SourceReport
from index.sources.uploads import UPLOADED
from ui.present.as_json import to_line
from ui.present.escape import escape_markdown, plain
from ui.present.words import count

_MOST_INPUTS = 100  # whose outcome the chat shows


def report_to_text(report: BuildReport, *, would: bool = False) -> str:
    """Return what an ingest did, or would do, with a line for each input that failed, was removed or was not taken in whole."""
    told = ("failed", "removed") if not would else ("failed", "removed", "added", "changed")
    lines = [
        f"{item.outcome}: {plain(item.reference)}" + (f": {plain(_why(item))}" if item.reason else "")
        for item in report.sources
        if item.outcome in told or item.reason in PASSED_OVER or (item.reason and item.outcome in ("added", "changed"))
    ]
    if would:
        return "\n".join([*lines, f"{_counts(report.sources)}; nothing was changed (--dry-run)."])
    lines.append(
        f"{_counts(report.sources)}; {count(report.passages_added, 'passage')} added, {report.passages_embedded:,} embedded, "
        f"{report.seconds:.1f} s."
    )
    return "\n".join(lines)


def report_to_markdown(report: BuildReport, *, refused: Sequence[SourceReport] = ()) -> str:
    """Return what became of each input as a list, and the counts; inputs that were refused unread come first.

    Of very many, as a feed brings them, those that failed are shown before others.
    """
    sources = [*refused, *report.sources]
    order = sorted(range(len(sources)), key=lambda place: sources[place].outcome != "failed")
    shown = sorted(order[:_MOST_INPUTS])
    lines = [f"- {_source_to_markdown(sources[place])}" for place in shown]
    lines += [f"- {len(sources) - len(shown):,} more"] if len(sources) > len(shown) else []
    if not sources:
        return "*Nothing was given to take in\\.*"
    return "\n".join([*lines, "", escape_markdown(_counts(sources))])


def source_to_json(report: SourceReport) -> str:
    """Return what became of one input as one line of JSON."""
    return to_line({"event": "source", **msgspec.to_builtins(report)})


def summary_to_json(report: BuildReport) -> str:
    """Return what became of all inputs together as one line of JSON."""
    outcomes = {outcome: report.count(outcome) for outcome in get_args(Outcome)}
    facts = {name: getattr(report, name) for name in ("passages_added", "passages_embedded", "seconds")}
    return to_line({"event": "report", "inputs": len(report.sources), **outcomes, **facts})


def _source_to_markdown(source: SourceReport) -> str:
    name = source.reference.removeprefix(UPLOADED)
    words = f"**{source.outcome}** {escape_markdown(source.title or name)}"
    if source.title:
        words += f" \\({escape_markdown(name)}\\)"
    return f"{words}: {escape_markdown(_why(source))}" if source.reason else words


def _why(source: SourceReport) -> str:
    """Return the reason without the reference, which is named before it."""
    return source.reason.removeprefix(f"{source.reference}: ")


def _counts(sources: Sequence[SourceReport]) -> str:
    """Return how many inputs ended how; of some outcomes only where there are any."""
    counted = Counter(source.outcome for source in sources)
    shown: tuple[Outcome, ...] = ("added", "changed", "unchanged", "skipped", "removed", "failed")
    return ", ".join(
        f"{counted[outcome]:,} {outcome}"
        for outcome in shown
        if counted[outcome] or outcome not in ("skipped", "removed")
    )
