"""What a reader brings into the library from the chat: files that were uploaded, and web addresses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from index.articles import BuildReport, SourceReport
from index.build import Progress
from index.errors import CitewireError
from index.sources.references import read_references
from index.sources.uploads import Upload
from index.sources.web.addresses import is_web_reference
from ui.present import error_to_markdown, report_to_markdown

Told = Callable[[int, int | None], None]
"""Called after each article with how many files or articles are done, and of how many, where that is known."""


class TakesIn(Protocol):
    """Brings articles into a library; ``rag.desk.Desk`` is one."""

    def ingest(self, references: Sequence[str | Path | Upload], *, progress: Progress | None = None) -> BuildReport:
        """Return what became of each reference."""


def take_files(desk: TakesIn, paths: Sequence[str | Path], told: Told | None = None) -> tuple[str, tuple[str, ...]]:
    """Take in uploaded files, each known by its name.

    Returns:
        in Markdown what became of them, and the paths of those that failed, for another try.
    """
    uploads = [Upload(Path(path), Path(path).name) for path in paths]
    try:
        report = _ingest(desk, uploads, told)
    except CitewireError as error:
        return error_to_markdown(error), tuple(str(each.path) for each in uploads)
    failed = [each.reference for each in report.sources if each.outcome == "failed"]
    return report_to_markdown(report), tuple(str(each.path) for each in uploads if _is_of(each, failed))


def take_addresses(desk: TakesIn, lines: str, told: Told | None = None) -> tuple[str, tuple[str, ...]]:
    """Take in the pages, documents, feeds and sitemaps at web addresses.

    Returns:
        in Markdown what became of them, and the addresses that failed, for another try.

    Args:
        desk: the open desk.
        lines: one address a line. Paths of this machine are refused: whoever reaches the chat could read its files.
        told: see ``Told``.
    """
    try:
        references = read_references(lines, name="the addresses")
    except CitewireError as error:
        return error_to_markdown(CitewireError(error.message, hint="Give one https or http address a line.")), ()
    refused = [
        SourceReport(each, "failed", reason="It is no web address; one begins with https:// or http://.")
        for each in references
        if not is_web_reference(each)
    ]
    wanted = [each for each in references if is_web_reference(each)]
    try:
        report = _ingest(desk, wanted, told)
    except CitewireError as error:
        return error_to_markdown(error), tuple(wanted)
    failed = {each.reference for each in report.sources if each.outcome == "failed"}
    return report_to_markdown(report, refused=refused), tuple(each for each in wanted if each in failed)


def _is_of(upload: Upload, references: Sequence[str]) -> bool:
    """Return whether one of the references is an upload, or something in it: ``upload:a.zip#b.txt``."""
    return any(each == upload.reference or each.startswith(f"{upload.reference}#") for each in references)


def _ingest(desk: TakesIn, references: Sequence[str | Upload], told: Told | None) -> BuildReport:
    return desk.ingest(references, progress=(lambda _report, done, total: told(done, total)) if told else None)
