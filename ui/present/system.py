"""Models, what the doctor found, and errors, to text and Markdown (pure)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import CitewireError
from ui.present.escape import escape_markdown, plain

if TYPE_CHECKING:
    from index.care import Finding
    from index.models.registry import Model


def models_to_text(rows: Iterable[tuple[Model, bool]], folder: Path) -> str:
    """Return the registry as a table, saying which models are here."""
    lines = [f"Models in {folder}"]
    for model, here in rows:
        state = "here" if here else "not here"
        lines.append(f"  {model.name:24} {model.role:10} {model.size / 1e6:8,.0f} MB  {model.licence:11} {state}")
    return "\n".join(lines)


def findings_to_text(findings: Iterable[Finding]) -> str:
    """Return what the doctor found, a line each."""
    return "\n".join(f"{'✓' if finding.fine else '✗'} {finding.what}: {plain(finding.detail)}" for finding in findings)


def error_to_text(error: CitewireError) -> str:
    """Return an error as one clear line, with what to do on a second one."""
    return f"citewire: {plain(error.message)}" + (f"\n  {plain(error.hint)}" if error.hint else "")


def error_to_markdown(error: CitewireError) -> str:
    """Return an error as Markdown: what is the matter, and what to do."""
    return f"**{escape_markdown(error.message)}** {escape_markdown(error.hint)}".rstrip()
