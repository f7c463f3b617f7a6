"""Readings above the signs of a text, as in Japanese -> the same in brackets behind them: "尹（ユン）"."""

from __future__ import annotations

from lxml import html

_OPENS, _CLOSES = "（", "）"


def spell_out_ruby(tree: html.HtmlElement) -> None:
    """Make plain text of the readings of a page: extraction takes each for a paragraph of its own."""
    for ruby in list(tree.iter("ruby")):
        bracketed = ruby.find(".//rp") is not None
        for reading in list(ruby.iter("rt")):
            words = "".join(reading.text_content().split())
            for inner in list(reading):
                inner.drop_tree()
            reading.text = words if bracketed or not words else f"{_OPENS}{words}{_CLOSES}"
        for part in list(ruby.iter("rt", "rp", "rb", "rtc", "rbc")):
            part.drop_tag()
        ruby.drop_tag()
