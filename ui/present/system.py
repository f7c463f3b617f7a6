"""Models, what the doctor found, and errors, to text and Markdown (pure)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import CitewireError
from ui.present.escape import escape_markdown, plain

if TYPE_CHECKING:
    from index.care import Finding
    from index.models.offers import Offer
    from rag.evaluate.trial import Trial


def models_to_text(offers: Iterable[Offer], folder: Path) -> str:
    """Return all models as a table: what is here, what can be pulled, what each needs on the disk and in memory."""
    lines = [f"Models in {folder}", f"  {'':24} {'role':10} {'disk':>9} {'memory':>8}  licence"]
    for offer in offers:
        state = "here" if offer.present else "not here" if offer.sha256 else "on the hub"
        sizes = f"{offer.size / 1e6:6,.0f} MB {offer.memory:5.1f} GB"
        lines.append(
            f"  {plain(offer.name):24} {offer.role:10} {sizes}  {plain(offer.licence) or 'not stated':11} {state}"
        )
        if offer.upstream is None and offer.sha256:
            lines.append(f"    sha256 {offer.sha256}")
    lines.append("Also: the path of a GGUF file, hub/OWNER/REPO/FILE.gguf, openai/NAME, ollama/NAME, anthropic/NAME.")
    return "\n".join(lines)


def trial_to_text(trial: Trial) -> str:
    """Return what a model did with the sample questions."""
    first = (
        "no sentence of it was shown"
        if trial.first_seconds is None
        else f"{trial.first_seconds:g} s to the first sentence"
    )
    speed = "" if trial.words_a_second is None else f", {trial.words_a_second:g} words a second"
    lines = [
        f"{plain(trial.model)}",
        f"  right     {trial.right} of {trial.answerable} questions that the sample articles answer",
        f"  refused   {trial.refused} of {trial.unanswerable} that they do not",
        f"  wrote     {trial.written} answers; {trial.sentences} sentences were shown, {trial.withheld} withheld by the checks",
        f"  speed     {first}, {trial.seconds:g} s to the whole answer{speed}; {trial.load_seconds:g} s to load",
    ]
    return "\n".join([*lines, *(f"  failed    {plain(error)}" for error in trial.errors)])


def findings_to_text(findings: Iterable[Finding]) -> str:
    """Return what the doctor found, a line each."""
    return "\n".join(f"{'✓' if finding.fine else '✗'} {finding.what}: {plain(finding.detail)}" for finding in findings)


def error_to_text(error: CitewireError) -> str:
    """Return an error as one clear line, with what to do on a second one."""
    return f"citewire: {plain(error.message)}" + (f"\n  {plain(error.hint)}" if error.hint else "")


def error_to_markdown(error: CitewireError) -> str:
    """Return an error as Markdown: what is the matter, and what to do."""
    return f"**{escape_markdown(error.message)}** {escape_markdown(error.hint)}".rstrip()
