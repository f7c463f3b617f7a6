"""Bringing articles in: files, web addresses and feeds, what became of each, and another try for what failed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from index.sources.kinds import SUFFIXES
from rag.desk import Desk
from ui.adding import Told, take_addresses, take_files
from ui.chat.panels.pieces import QUIET

UPLOADS = tuple(SUFFIXES)
_HEIGHT = 130  # pixels
_KEPT_SECONDS = 3600  # for which uploads that failed wait for another try


class Adding:
    """The panel that takes articles in; laid out where it is made.

    Args:
        desk: the open desk.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        with gr.Accordion("Add articles", open=False, elem_id="adding"):
            self._files = gr.File(
                label="Files", file_count="multiple", file_types=list(UPLOADS), height=_HEIGHT, elem_id="files"
            )
            self._addresses = gr.Textbox(
                label="Web addresses and feeds, one a line",
                placeholder="https://isthmusledger.example/feed",
                lines=2,
                max_lines=8,
                elem_id="addresses",
            )
            self._fetch = gr.Button("Fetch and add", size="sm", elem_id="fetch")
            self._failed_addresses = gr.State([])
            # Copies of uploads are kept for another try, and no longer than that.
            self._failed_files = gr.State([], time_to_live=_KEPT_SECONDS, delete_callback=_forget)
            self._retry = gr.Button("Try again what failed", size="sm", visible=False, elem_id="retry")
            self._added = gr.Markdown(elem_id="added")
            gr.Markdown(f"Files may be {', '.join(UPLOADS)}.", elem_id="kinds")

    def wire(
        self,
        *,
        covering: Callable[[], tuple[Any, ...]],
        shows: Sequence[gr.components.Component],
        then: Callable[[], None],
    ) -> None:
        """Say what happens when something is brought in.

        Args:
            covering: returns what ``shows`` show of the collection, which has changed.
            then: what is done afterwards.
        """
        failed = [self._failed_files, self._failed_addresses, self._retry]
        told: list[gr.components.Component] = [self._added, *shows]

        # What was taken in leaves its box, so that the same again can be given; what became of it stands below.
        def take(paths: list[str] | None, addresses: list[str], progress: gr.Progress = gr.Progress()) -> Any:  # noqa: B008
            said, files = self._take_files(paths or [], progress)
            return None, list(files), gr.update(visible=bool(files or addresses)), said, *covering()

        def fetch(lines: str, files: list[str], progress: gr.Progress = gr.Progress()) -> Any:  # noqa: B008
            said, addresses = take_addresses(self._desk, lines or "", _tell(progress))
            return "", list(addresses), gr.update(visible=bool(files or addresses)), said, *covering()

        def again(paths: list[str], lines: list[str], progress: gr.Progress = gr.Progress()) -> Any:  # noqa: B008
            files: tuple[str, ...] = ()
            addresses: tuple[str, ...] = ()
            told = []
            if paths:
                said, files = self._take_files(paths, progress)
                told.append(said)
            if lines:
                said, addresses = take_addresses(self._desk, "\n".join(lines), _tell(progress))
                told.append(said)
            return (
                list(files),
                list(addresses),
                gr.update(visible=bool(files or addresses)),
                "\n\n".join(told),
                *covering(),
            )

        shown: dict[str, Any] = {"show_progress_on": [self._added], "api_visibility": "private"}
        for taken in (
            self._files.upload(
                take,
                inputs=[self._files, self._failed_addresses],
                outputs=[self._files, self._failed_files, self._retry, *told],
                **shown,
            ),
            self._fetch.click(
                fetch,
                inputs=[self._addresses, self._failed_files],
                outputs=[self._addresses, self._failed_addresses, self._retry, *told],
                **shown,
            ),
            self._retry.click(again, inputs=failed[:2], outputs=[*failed, *told], **shown),
        ):
            asked = taken.then(then, **QUIET)
            asked.then(None, js="() => window.citewire.countNews()", **QUIET)

    def _take_files(self, paths: Sequence[str], progress: gr.Progress) -> tuple[str, tuple[str, ...]]:
        """Take in copies that Gradio made of uploads, and return what is told and those that failed; the others go."""
        said, failed = take_files(self._desk, paths, _tell(progress))
        _forget(set(paths) - set(failed))
        return said, failed


def _forget(paths: Sequence[str] | set[str]) -> None:
    for path in paths:
        Path(path).unlink(missing_ok=True)


def _tell(progress: gr.Progress) -> Told:
    return lambda done, total: progress((done, total), desc="Taking in", unit="articles")
