"""Models that are folders: judges and embedding models of one's own, from a folder or from a hub of this machine."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
from transformers import BertConfig, BertModel

from index.errors import ModelDamaged, ModelDownloadFailed, ModelMissing, ModelUnavailable, ModelUnknown
from index.models.embed import SentenceEncoder
from index.models.folders import find_folder, is_folder_name, is_hub_folder, pull_hub_folder
from index.models.offers import list_offers
from index.settings import EmbeddingSettings, Settings
from rag.desk import Desk
from tests.index.models.hub_for_tests import quiet, serve_as_hub
from tests.rag.models.judges_for_tests import make_tokenizer, sentence
from ui.cli import cli

NAME = "hub/Maker/tiny-judge"


@dataclass
class Hub:
    """The files it has, and what it was asked for."""

    files: dict[str, bytes]
    asked: list[str] = field(default_factory=list)
    stated: str | None = None


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    state = Hub(
        {
            "config.json": b'{"architectures": ["BertForSequenceClassification"], "id2label": {"0": "LABEL_0"}}',
            "model.safetensors": b"weights",
            "tokenizer.json": b"{}",
            "1_Pooling/config.json": b"{}",
            "modeling_own.py": b"raise SystemExit('run')",
            "pytorch_model.bin": b"pickled",
            "onnx/model.safetensors": b"other",
            "../escape.json": b"{}",
            "README.md": b"#",
        }
    )

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self._answer(body=False)

        def do_GET(self) -> None:
            self._answer(body=True)

        def _answer(self, *, body: bool) -> None:
            state.asked.append(f"{self.command} {self.path}")
            if self.path == "/api/models/Maker/tiny-judge/revision/main":
                content = json.dumps({"siblings": [{"rfilename": name} for name in state.files]}).encode()
            else:
                content = state.files.get(self.path.removeprefix("/Maker/tiny-judge/resolve/main/"), b"")
            self.send_response(200 if content else 404)
            if self.path.endswith(".safetensors"):
                self.send_header("X-Linked-Etag", f'"{state.stated or hashlib.sha256(content).hexdigest()}"')
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if body:
                self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    with serve_as_hub(Handler, monkeypatch):
        yield state


def test_a_repository_is_pulled_when_it_is_asked_for_and_not_before(hub: Hub, tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=f"citewire models pull {NAME}"):
        find_folder(NAME, tmp_path)
    assert hub.asked == []
    folder = pull_hub_folder(NAME, tmp_path, progress=quiet)
    assert folder.sha256 == hashlib.sha256(b"weights").hexdigest()
    assert find_folder(NAME, tmp_path) == folder
    came = {str(path.relative_to(folder.path)) for path in folder.path.rglob("*") if path.is_file()}
    assert came == {"config.json", "model.safetensors", "tokenizer.json", "1_Pooling/config.json"}, (
        "data, nothing that runs"
    )
    offer = next(each for each in list_offers(tmp_path) if each.name == NAME)
    assert (offer.role, offer.present, offer.sha256) == ("own", True, folder.sha256)


def test_other_weights_than_the_hub_states_are_refused(hub: Hub, tmp_path: Path) -> None:
    hub.stated = "0" * 64
    with pytest.raises(ModelDownloadFailed, match="the hub states 0000"):
        pull_hub_folder(NAME, tmp_path, progress=quiet)
    del hub.files["model.safetensors"]
    with pytest.raises(ModelUnavailable, match="holds no weights as safetensors"):
        pull_hub_folder(NAME, tmp_path, progress=quiet)
    hub.files.clear()
    with pytest.raises(ModelDownloadFailed, match="lists 0 files of data"):
        pull_hub_folder(NAME, tmp_path, progress=quiet)
    with pytest.raises(ModelDownloadFailed, match=r"Maker/other: there is no such file \(HTTP 404\)"):
        pull_hub_folder("hub/Maker/other", tmp_path, progress=quiet)


def test_the_command_pulls_and_adds_folders(hub: Hub, tmp_path: Path) -> None:
    def run(*arguments: str) -> str:
        done = CliRunner().invoke(cli, ["models", *arguments], env={"CITEWIRE_MODELS": str(tmp_path / "models")})
        assert done.exit_code == 0, done.exception
        return done.stdout

    sha256 = hashlib.sha256(b"weights").hexdigest()
    assert sha256 in run("pull", NAME)
    assert NAME in run()
    folder = find_folder(NAME, tmp_path / "models").path
    (folder / "model.safetensors").write_bytes(b"changed")
    with pytest.raises(ModelDamaged, match=r"citewire models add \S*main$"):
        find_folder(NAME, tmp_path / "models")
    assert hashlib.sha256(b"changed").hexdigest() in run("add", str(folder))
    assert find_folder(NAME, tmp_path / "models").sha256 == hashlib.sha256(b"changed").hexdigest()


@pytest.mark.parametrize("name", ["hub/a", "hub/a/b/c", "hub/../b", "hub/a/..", "hub/a/b.gguf", "a/b"])
def test_names_that_are_no_repository(name: str, tmp_path: Path) -> None:
    assert not is_hub_folder(name)
    if not name.endswith(".gguf"):
        with pytest.raises(ModelUnknown, match="names no repository"):
            pull_hub_folder(name, tmp_path, progress=quiet)


def test_which_names_are_folders() -> None:
    assert is_folder_name("./model")
    assert is_folder_name("/models/mine")
    assert is_folder_name("hub/a/b@v1.0")
    assert not is_folder_name("all-MiniLM-L6-v2")
    assert not is_folder_name("hub/a/b/c.gguf")


@pytest.fixture(scope="module")
def embedding(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small embedding model that sentence-transformers saved."""
    plain, folder = tmp_path_factory.mktemp("plain"), tmp_path_factory.mktemp("saved") / "tiny"
    tokenizer = make_tokenizer(plain)
    tokenizer.save_pretrained(plain)
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(plain)
    layers = Transformer(str(plain))
    SentenceTransformer(modules=[layers, Pooling(16)], device="cpu").save_pretrained(str(folder))
    return folder


def test_a_folder_is_an_embedding_model(embedding: Path, tmp_path: Path) -> None:
    encoder = SentenceEncoder(str(embedding), tmp_path, batch_size=4)
    weights = hashlib.sha256((embedding / "model.safetensors").read_bytes()).hexdigest()
    assert encoder.identity["embedding_model"] == "tiny"
    assert encoder.identity["embedding_dimension"] == "16"
    assert encoder.identity["embedding_weights"] == weights[:16]
    texts = [sentence("two", "votes"), sentence("nine", "ferries")]
    theirs = SentenceTransformer(str(embedding), device="cpu").encode(texts, normalize_embeddings=True)
    assert np.allclose(encoder.encode(texts), theirs, atol=1e-5)


def test_a_library_can_be_built_with_it(embedding: Path, tmp_path: Path) -> None:
    article = tmp_path / "ferry.md"
    article.write_text(
        "# Ferries\n\nThe council bought two ferries. There are nine votes on it next week.\n", encoding="utf-8"
    )
    settings = Settings(
        library=tmp_path / "library",
        models=tmp_path / "models",
        model="none",
        embedding=EmbeddingSettings(model=str(embedding)),
    )
    with Desk(settings=settings, create=True) as desk:
        desk.ingest([article])
        assert desk.archive.library.count_passages() == 1
        assert desk.ask("How many ferries did the council buy?").sentences


def test_a_folder_with_another_kind_of_model_is_told(embedding: Path, tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    make_tokenizer(plain).save_pretrained(plain)
    BertModel(BertConfig(vocab_size=20, hidden_size=8, num_hidden_layers=1, num_attention_heads=2)).save_pretrained(
        plain
    )
    with pytest.raises(ModelUnavailable, match=r"is no embedding model of sentence-transformers"):
        SentenceEncoder(str(plain), tmp_path, batch_size=1)
    with pytest.raises(ModelMissing, match=r"no config\.json"):
        SentenceEncoder(str(tmp_path / "nothing"), tmp_path, batch_size=1)
