"""Domain objects to JSON (pure)."""

from __future__ import annotations

import msgspec


def to_json(value: object) -> str:
    """Return a domain object as JSON on several lines, UTF-8 characters as they are."""
    return msgspec.json.format(msgspec.json.encode(value, enc_hook=str), indent=2).decode("utf-8")


def to_line(value: object) -> str:
    """Return a domain object as JSON on one line."""
    return msgspec.json.encode(value, enc_hook=str).decode("utf-8")
