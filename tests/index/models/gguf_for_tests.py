"""GGUF files with a head and no weights worth the name."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

_KINDS = {int: (4, "<I"), float: (6, "<f"), bool: (7, "<?")}


def text(value: str) -> bytes:
    data = value.encode()
    return struct.pack("<Q", len(data)) + data


def entry(name: str, value: Any) -> bytes:
    if isinstance(value, str):
        return text(name) + struct.pack("<I", 8) + text(value)
    if isinstance(value, list):
        inner = b"".join(text(each) for each in value)
        return text(name) + struct.pack("<IIQ", 9, 8, len(value)) + inner
    kind, form = _KINDS[type(value)]
    return text(name) + struct.pack("<I", kind) + struct.pack(form, value)


def write_gguf(path: Path, facts: dict[str, Any], tensors: dict[str, tuple[int, ...]]) -> Path:
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(facts))
    body = b"".join(entry(name, value) for name, value in facts.items())
    for name, shape in tensors.items():
        body += text(name) + struct.pack("<I", len(shape)) + b"".join(struct.pack("<Q", size) for size in shape)
        body += struct.pack("<IQ", 0, 0)
    path.write_bytes(head + body + b"\0" * 64)
    return path


FACTS: dict[str, Any] = {
    "general.architecture": "llama",
    "general.name": "Tiny",
    "general.license": "apache-2.0",
    "llama.context_length": 2048,
    "tokenizer.ggml.tokens": ["a", "b"],
    "tokenizer.chat_template": "{% for message in messages %}{{ message.role }}{% endfor %}system",
}
TENSORS = {"token_embd.weight": (64, 1000), "output.weight": (64, 1000)}
