"""The head of a GGUF file -> what a model says of itself: its context, its chat template, how many parameters it has.

Weights are not read. A file may come from anybody: every length in it is checked against what is left of it, and against what a head
can reasonably hold. Format: the specification of GGUF, versions 2 and 3.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

from index.errors import ModelDamaged
from index.models.parts import part_files

_MAGIC = b"GGUF"
_VERSIONS = (2, 3)
_STRING, _ARRAY = 8, 9
_NUMBERS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d"}
_MOST_ENTRIES = 10_000
_MOST_TENSORS = 100_000
_MOST_ELEMENTS = 2_000_000  # of an array: vocabularies have some hundred thousand
_LONGEST_TEXT = 4_000_000
_MOST_DIMENSIONS = 8


@dataclass(frozen=True, slots=True)
class GgufFacts:
    """What the head of a file says.

    Attributes:
        name: what its makers call it, or None.
        architecture: its family, as llama.cpp names it.
        parameters: how many weights it has, counted from its tensors.
        context_tokens: the longest context it was trained on, or None where it does not say.
        chat_template: how a conversation is written down for it (Jinja), or None.
        licence: what it says of its licence, or None.
    """

    name: str | None
    architecture: str
    parameters: int
    context_tokens: int | None
    chat_template: str | None
    licence: str | None


def read_gguf(path: Path) -> GgufFacts:
    """Return what a file says of its model; of one that came in parts, the first says what it is, and each what weights it holds.

    Raises:
        ModelMissing: a part is not there.
        ModelDamaged: it is no GGUF file, or is cut off or damaged in its head.
    """
    first, *others = [_read_part(part) for part in part_files(path)]
    return replace(first, parameters=first.parameters + sum(other.parameters for other in others))


def _read_part(path: Path) -> GgufFacts:
    try:
        with path.open("rb") as file:
            head = _Head(file, path.stat().st_size)
            return _read(head)
    except OSError as error:
        raise ModelDamaged(f"The file {str(path)!r} cannot be read: {error.strerror or error}.") from error
    except _Broken as error:
        raise ModelDamaged(
            f"The file {str(path)!r} is no model: {error}.", hint="A whole GGUF file is wanted; fetch it again."
        ) from error


class _Broken(Exception):
    """The head is not what it has to be."""


class _Head:
    """Reads numbers and texts one after the other."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._left = size

    def take(self, count: int) -> bytes:
        if count > self._left:
            raise _Broken("it ends in the middle of its head")
        found = self._file.read(count)
        if len(found) != count:
            raise _Broken("it ends in the middle of its head")
        self._left -= count
        return found

    def number(self, form: str) -> Any:
        return struct.unpack(form, self.take(struct.calcsize(form)))[0]

    def count(self, most: int, what: str) -> int:
        found = int(self.number("<Q"))
        if found > most:
            raise _Broken(f"it names {found} {what}")
        return found

    def text(self) -> str:
        return self.take(self.count(_LONGEST_TEXT, "bytes of one text")).decode("utf-8", "replace")

    def value(self, kind: int) -> Any:
        """Return a value; of an array nothing but that it was there."""
        if kind == _STRING:
            return self.text()
        if kind == _ARRAY:
            inner, count = self.number("<I"), self.count(_MOST_ELEMENTS, "elements of one array")
            if inner in _NUMBERS:
                self.take(count * struct.calcsize(_NUMBERS[inner]))
            elif inner == _STRING:
                for _ in range(count):
                    self.take(self.count(_LONGEST_TEXT, "bytes of one text"))
            else:
                raise _Broken(f"it holds an array of the unknown kind {inner}")
            return None
        if kind not in _NUMBERS:
            raise _Broken(f"it holds a value of the unknown kind {kind}")
        return self.number(_NUMBERS[kind])


def _read(head: _Head) -> GgufFacts:
    if head.take(4) != _MAGIC:
        raise _Broken("it does not begin as GGUF")
    version = head.number("<I")
    if version not in _VERSIONS:
        raise _Broken(f"it is of version {version}, and {' and '.join(map(str, _VERSIONS))} are read")
    tensors = head.count(_MOST_TENSORS, "tensors")
    entries = {}
    for _ in range(head.count(_MOST_ENTRIES, "entries")):
        name = head.text()
        entries[name] = head.value(head.number("<I"))
    parameters = sum(_tensor_size(head) for _ in range(tensors))
    architecture = str(entries.get("general.architecture") or "unknown")
    context = entries.get(f"{architecture}.context_length")
    return GgufFacts(
        name=_text(entries.get("general.name")),
        architecture=architecture,
        parameters=parameters,
        context_tokens=int(context) if isinstance(context, int) and context > 0 else None,
        chat_template=_text(entries.get("tokenizer.chat_template")),
        licence=_text(entries.get("general.license")),
    )


def _tensor_size(head: _Head) -> int:
    head.text()
    dimensions = head.number("<I")
    if dimensions > _MOST_DIMENSIONS:
        raise _Broken(f"a tensor of it has {dimensions} dimensions")
    size = 1
    for _ in range(dimensions):
        size *= int(head.number("<Q"))
    head.take(4 + 8)  # its kind and where its weights lie
    return size


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
