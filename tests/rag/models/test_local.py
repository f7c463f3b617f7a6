"""What a model file says of itself decides how it is asked. The weights themselves are loaded in ``tests/flow``."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.errors import ModelDamaged, ModelMissing, ModelUnavailable, ModelUnknown
from index.settings import Settings, load_settings
from rag.answer_types import Message
from rag.models.choose import is_remote, open_model
from rag.models.local import LocalModel
from tests.index.models.gguf_for_tests import FACTS, TENSORS, write_gguf

ASK = [
    Message("system", "Answer."),
    Message("user", "How many?"),
    Message("assistant", "[1] Two."),
    Message("user", "Who?"),
]


def local(path: Path) -> LocalModel:
    return LocalModel(str(path), path.parent / "models", context_tokens=4096, threads=1, timeout=5)


def test_file_tells_size_and_context(tmp_path: Path) -> None:
    facts = FACTS | {"llama.context_length": 8192}
    model = local(write_gguf(tmp_path / "big.gguf", facts, TENSORS | {"ffn": (4096, 4_000_000)}))
    assert model.name == "big"
    assert (model.facts().size, model.facts().context_tokens, model.facts().route) == ("large", 8192, "grammar")
    assert len(model.weights().sha256) == 64


@pytest.mark.parametrize(
    "template", ["{{ messages[0].content }}", "{{ raise_exception('System role not supported') }}"]
)
def test_template_without_a_turn_of_the_system_is_given_none(tmp_path: Path, template: str) -> None:
    model = local(write_gguf(tmp_path / "m.gguf", FACTS | {"tokenizer.chat_template": template}, TENSORS))
    chat = model._to_chat(ASK)
    assert [turn["role"] for turn in chat] == ["user", "assistant", "user"]
    assert chat[0]["content"] == "Answer.\n\nHow many?"
    usual = local(write_gguf(tmp_path / "n.gguf", FACTS, TENSORS))._to_chat(ASK)
    assert [turn["role"] for turn in usual] == ["system", "user", "assistant", "user"]


def test_files_that_are_none_are_said(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="There is no model file"):
        local(tmp_path / "nothing.gguf").facts()
    (tmp_path / "text.gguf").write_text("not a model")
    with pytest.raises(ModelDamaged, match="does not begin as GGUF"):
        local(tmp_path / "text.gguf").facts()
    with pytest.raises(ModelDamaged, match="holds no weights"):
        local(write_gguf(tmp_path / "empty.gguf", FACTS, {})).facts()
    with pytest.raises(ModelUnavailable, match="is for judge, not for answers"):
        LocalModel("judge", tmp_path, context_tokens=1, threads=1, timeout=1).facts()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("none", None),
        ("qwen3-8b", "LocalModel"),
        ("hub/a/b/c.gguf", "LocalModel"),
        ("/somewhere/c.gguf", "LocalModel"),
        ("openai/gpt", "RemoteModel"),
        ("ollama/llama3:8b", "RemoteModel"),
        ("anthropic/claude", "RemoteModel"),
        ("openai/org/model.gguf", "RemoteModel"),
    ],
)
def test_name_says_which_model(name: str, kind: str | None) -> None:
    model = open_model(load_settings({"model": name}, environment={}))
    assert (None if model is None else type(model).__name__) == kind
    assert is_remote(name) == (kind == "RemoteModel")


@pytest.mark.parametrize("name", ["gpt-4o", "ollama/", "mystery/m"])
def test_unknown_name_says_what_there_is(name: str) -> None:
    with pytest.raises(ModelUnknown, match=r"qwen3-8b.*hub/OWNER/REPO/FILE\.gguf.*ollama/NAME"):
        open_model(load_settings({"model": name}, environment={}))
    assert Settings().model == "qwen2.5-coder-1.5b"
