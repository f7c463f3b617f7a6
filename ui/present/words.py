"""Small pieces of text that several others are made of (pure)."""

from __future__ import annotations

import textwrap


def count(number: int, noun: str) -> str:
    """Return a number with its noun: ``1 article``, ``2 articles``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def wrap(text: str, width: int, *, indent: str = "") -> list[str]:
    """Return the lines of text that is at most ``width`` characters wide; a word that is longer stays whole."""
    return textwrap.wrap(text, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False) or [""]
