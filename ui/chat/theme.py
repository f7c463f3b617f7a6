"""How the chat looks where Gradio draws it: one accent colour, fonts of the system, light and dark."""

from __future__ import annotations

import gradio as gr

_ACCENT = gr.themes.Color(
    "#eef4ff",
    "#dbe7fd",
    "#bcd2fa",
    "#8fb4f5",
    "#5b8fec",
    "#2f6bd8",
    "#1f57bd",
    "#1b4799",
    "#1a3c7c",
    "#183364",
    "#10213f",
)


def make_theme() -> gr.themes.Base:
    """Return the theme; ``assets/chat.css`` uses the same colours for what Gradio does not draw."""
    theme = gr.themes.Base(
        primary_hue=_ACCENT,
        neutral_hue=gr.themes.colors.slate,
        font=["system-ui", "-apple-system", "Segoe UI", "sans-serif"],
        font_mono=["ui-monospace", "monospace"],
        radius_size=gr.themes.sizes.radius_md,
    )
    return theme.set(
        body_background_fill="#ffffff",
        body_background_fill_dark="#14171c",
        background_fill_primary="#ffffff",
        background_fill_primary_dark="#14171c",
        background_fill_secondary="#f6f7f9",
        background_fill_secondary_dark="#1b1f26",
        block_background_fill="transparent",
        block_background_fill_dark="transparent",
        block_border_width="0px",
        block_label_background_fill="transparent",
        block_label_background_fill_dark="transparent",
        block_title_text_color="#4a5361",
        block_title_text_color_dark="#b3bccb",
        button_primary_background_fill="#1f57bd",
        button_primary_background_fill_hover="#1b4799",
        button_primary_background_fill_dark="#8fb4f5",
        button_primary_background_fill_hover_dark="#bcd2fa",
        button_primary_text_color="#ffffff",
        button_primary_text_color_dark="#10213f",
        input_background_fill="#ffffff",
        input_background_fill_dark="#1b1f26",
        input_border_color="#b9c0cb",
        input_border_color_dark="#4a5361",
        input_placeholder_color="#5d6675",
        input_placeholder_color_dark="#9aa4b4",
    )
