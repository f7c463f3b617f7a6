"""What every panel is made of: HTML of ours as Gradio shows it, and events that nobody else may call."""

from __future__ import annotations

from typing import Any

import gradio as gr

QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
"""How an event is wired that no program calls and that shows no progress of Gradio's."""


def place_html(html: str, name: str, *, js_on_load: str | None = None, **more: Any) -> gr.HTML:
    """Return a place for HTML that a template of ours has written: shown as it is, without Gradio's styles for prose.

    Args:
        name: its id in the page.
    """
    return gr.HTML(html, elem_id=name, apply_default_css=False, js_on_load=js_on_load, **more)
