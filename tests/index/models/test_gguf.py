"""What the head of a model file says; a file may come from anybody."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from index.errors import ModelDamaged
from index.models.gguf import read_gguf
from index.models.parts import part_names
from tests.index.models.gguf_for_tests import FACTS, TENSORS, write_gguf


def test_head_tells_context_template_and_size(tmp_path: Path) -> None:
    facts = read_gguf(write_gguf(tmp_path / "m.gguf", FACTS, TENSORS))
    assert (facts.name, facts.architecture, facts.licence) == ("Tiny", "llama", "apache-2.0")
    assert facts.parameters == 2 * 64 * 1000
    assert facts.context_tokens == 2048
    assert (facts.chat_template or "").startswith("{% for message")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "ends in the middle"),
        (b"PK\3\4 a zip file", "does not begin as GGUF"),
        (b"GGUF" + (1).to_bytes(4, "little"), "of version 1"),
        (b"GGUF" + (3).to_bytes(4, "little") + b"\xff" * 8, "names 18446744073709551615 tensors"),
        (b"GGUF" + (3).to_bytes(4, "little") + bytes(8) + b"\xff" * 8, "18446744073709551615 entries"),
        (b"GGUF" + (3).to_bytes(4, "little") + bytes(8) + (1).to_bytes(8, "little") + b"\xff" * 8, "bytes of one text"),
    ],
)
def test_what_is_no_model_is_said_so(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "m.gguf"
    path.write_bytes(content)
    with pytest.raises(ModelDamaged, match=said):
        read_gguf(path)


@given(place=some.integers(0, 300), byte=some.integers(0, 255), cut=some.integers(1, 600))
def test_damage_is_a_clear_error_or_none(
    tmp_path_factory: pytest.TempPathFactory, place: int, byte: int, cut: int
) -> None:
    path = write_gguf(tmp_path_factory.mktemp("g") / "m.gguf", FACTS, TENSORS)
    content = bytearray(path.read_bytes())
    content[place % len(content)] = byte
    path.write_bytes(bytes(content[:cut]))
    with contextlib.suppress(ModelDamaged):
        assert read_gguf(path).parameters >= 0


def test_the_weights_of_all_parts_are_counted(tmp_path: Path) -> None:
    first = write_gguf(tmp_path / "big-00001-of-00002.gguf", FACTS, {"one.weight": (64, 1000)})
    write_gguf(tmp_path / "big-00002-of-00002.gguf", {"split.no": 1}, {"two.weight": (32, 1000)})
    facts = read_gguf(first)
    assert (facts.name, facts.parameters) == ("Tiny", 96_000)


@pytest.mark.parametrize("name", ["big-00003-of-00002.gguf", "big-00001-of-00000.gguf", "big-1-of-2.gguf", "big.gguf"])
def test_what_is_numbered_like_no_part_is_whole(name: str) -> None:
    assert part_names(name) == (name,)
