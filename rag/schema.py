"""The JSON schema of an answer, as ``citewire ask --json`` prints it. Run as a script to write ``answer.schema.json``."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import msgspec

from rag.answer_types import Answer

FILE = "answer.schema.json"


def make_schema() -> bytes:
    """Return the schema (JSON Schema 2020-12) made from the ``Answer`` type."""
    (schema,), components = msgspec.json.schema_components([Answer], ref_template="#/$defs/{name}")
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Answer",
        **schema,
        "$defs": components,
    }
    return msgspec.json.format(msgspec.json.encode(whole), indent=2) + b"\n"


def read_schema() -> bytes:
    """Return the schema that is shipped."""
    return resources.files("rag").joinpath(FILE).read_bytes()


if __name__ == "__main__":
    Path(__file__).with_name(FILE).write_bytes(make_schema())
