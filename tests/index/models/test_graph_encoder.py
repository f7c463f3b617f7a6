"""The graph gives the vectors of sentence-transformers, without its imports."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.errors import ModelDamaged
from index.models.embed import SentenceEncoder
from index.models.graph_encoder import GraphEncoder
from index.models.registry import Graph, find_model, is_present, locate_graph, locate_model
from index.models.transformer_encoder import TransformerEncoder
from index.settings import Settings
from tests.conftest import SAMPLES

pytestmark = pytest.mark.model

NAME, LARGE = "all-MiniLM-L6-v2", "all-mpnet-base-v2"
ODD = ["", " ", "?", "a", "12,000", "Ünïcödé – “quoted”", "赢得了比赛", "🚢 🚢", "\n\n", "word " * 2000, "x" * 5000]


@pytest.mark.parametrize(
    "name",
    [
        NAME,
        # Half a gigabyte that `make test` does not fetch: tried where somebody did.
        pytest.param(LARGE, marks=pytest.mark.skipif(not is_present(LARGE, Settings().models), reason="not pulled")),
    ],
)
def test_the_vectors_are_those_of_sentence_transformers(name: str) -> None:
    """Cosine at least .9999 for texts of every length, alone and among others."""
    home = locate_model(name, Settings().models)
    model = find_model(name)
    assert model.graph is not None
    texts = [
        path.read_text(encoding="utf-8")[:length]
        for path in sorted(SAMPLES.glob("*.md"))[:12]
        for length in (40, 400, 4000)
    ]
    texts += ODD
    graph = GraphEncoder(home, locate_graph(model.graph), batch_size=16)
    mine = graph.encode(texts)
    theirs = TransformerEncoder(home, batch_size=16).encode(texts)
    assert mine.shape == theirs.shape == (len(texts), model.dimension)
    assert np.linalg.norm(mine, axis=1) == pytest.approx(1.0, abs=1e-5)
    assert float(np.sum(mine * theirs, axis=1).min()) >= 0.9999
    alone = np.concatenate([graph.encode([text]) for text in texts[:6]])
    assert float(np.sum(alone * mine[:6], axis=1).min()) >= 0.9999
    assert graph.encode([]).shape == (0, 0)


def test_a_graph_that_is_not_the_one_of_the_registry_is_refused() -> None:
    model = find_model(NAME)
    assert model.graph is not None
    with pytest.raises(ModelDamaged, match="its sha256 differs"):
        locate_graph(Graph(model.graph.file, "0" * 64))


def test_a_cold_question_imports_no_torch(sample_library: Path) -> None:
    """Seconds of imports that a question does not need: found again as soon as somebody adds one."""
    program = (
        "import sys\n"
        "from ui.cli import cli\n"
        f"asked = ['ask', 'Who won the cup final?', '--model', 'none', '--library', {str(sample_library)!r}]\n"
        "cli(asked, standalone_mode=False)\n"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'scipy', 'sklearn', 'llama_index', 'gradio'}\n"
        "print(sorted(heavy & {name.split('.')[0] for name in sys.modules}))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120)
    said = done.stdout.splitlines()
    assert said[-1] == "[]"
    assert any(line.startswith("[1]") for line in said)


def test_a_model_without_a_graph_runs_through_sentence_transformers(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = replace(find_model(NAME), graph=None)
    monkeypatch.setattr("index.models.embed.find_model", lambda _: plain)
    encoder = SentenceEncoder(NAME, Settings().models, batch_size=8)
    assert isinstance(encoder.load(), TransformerEncoder)
    vectors = encoder.encode(["Who won?"])
    monkeypatch.undo()
    graph = SentenceEncoder(NAME, Settings().models, batch_size=8)
    assert graph.identity == encoder.identity
    assert float((vectors @ graph.encode(["Who won?"]).T).item()) >= 0.9999


def test_the_encoder_of_the_registry_takes_the_graph() -> None:
    encoder = SentenceEncoder(NAME, Settings().models, batch_size=8)
    assert isinstance(encoder.load(), GraphEncoder)
    assert encoder.encode(["Who won?"]).shape == (1, 384)
