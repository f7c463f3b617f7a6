"""Files of the hub, from a server of this machine that answers at its addresses."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from index.errors import ModelDamaged, ModelDownloadFailed, ModelMissing, ModelUnknown
from index.models.hub import pull_hub_file, pull_hub_files, read_hub_name
from index.models.kept import keep, list_kept, use
from index.models.offers import list_offers
from index.models.weights import find_weights, hub_file, list_suggested
from tests.index.models.gguf_for_tests import FACTS, TENSORS, write_gguf
from tests.index.models.hub_for_tests import quiet, serve_as_hub

NAME = "hub/Maker/Tiny-GGUF/tiny-q4.gguf"


@dataclass
class Hub:
    """What it has, what it states of it, and what it was asked."""

    content: bytes = b""
    stated: str | None = None
    breaks_after: int | None = None
    asked: list[tuple[str, str, str | None, str | None]] = field(default_factory=list)


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    content = write_gguf(tmp_path / "source.gguf", FACTS, TENSORS).read_bytes()
    state = Hub(content, hashlib.sha256(content).hexdigest())

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self._note()
            if not self.path.startswith("/Maker/Tiny-GGUF/resolve/main/tiny-q4"):
                self.send_response(404)
            else:
                # As the hub: what lies in its large store is redirected to, and its hash stands in a header.
                self.send_response(302)
                self.send_header("Location", f"http://localhost:{self.server.server_port}/store/x")  # type: ignore[attr-defined]
                if state.stated:
                    self.send_header("X-Linked-Etag", f'"{state.stated}"')
                self.send_header("X-Linked-Size", str(len(state.content)))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_GET(self) -> None:
            self._note()
            if self.path != "/store/x":
                self.send_response(302)
                self.send_header("Location", f"http://localhost:{self.server.server_port}/store/x")  # type: ignore[attr-defined]
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            begin = int((self.headers.get("Range") or "bytes=0-")[6:-1])
            rest = state.content[begin:]
            self.send_response(206 if begin else 200)
            if begin:
                self.send_header("Content-Range", f"bytes {begin}-{len(state.content) - 1}/{len(state.content)}")
            self.send_header("Content-Length", str(len(rest)))
            self.end_headers()
            self.wfile.write(rest[: state.breaks_after])
            if state.breaks_after is not None:
                self.close_connection = True

        def _note(self) -> None:
            state.asked.append((self.command, self.path, self.headers.get("Range"), self.headers.get("Authorization")))

        def log_message(self, *_: object) -> None:
            pass

    with serve_as_hub(Handler, monkeypatch):
        yield state


def test_file_is_checked_kept_and_not_fetched_twice(hub: Hub, tmp_path: Path) -> None:
    models = tmp_path / "models"
    with pytest.raises(ModelMissing, match=f"citewire models pull {NAME}"):
        find_weights(NAME, models)
    kept = pull_hub_file(read_hub_name(NAME), models, progress=quiet)
    assert (kept.sha256, kept.source) == (hub.stated, NAME)
    assert find_weights(NAME, models).path.read_bytes() == hub.content
    pull_hub_file(read_hub_name(NAME), models, progress=quiet)
    assert [method for method, *_ in hub.asked] == ["HEAD", "GET", "GET", "HEAD"]


def test_token_stays_at_the_hub(hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    pull_hub_file(read_hub_name(NAME), tmp_path, progress=quiet)
    assert [token for _, path, _, token in hub.asked if path == "/store/x"] == [None]
    assert {token for _, path, _, token in hub.asked if path != "/store/x"} == {"Bearer hf_secret"}


def test_what_has_arrived_is_gone_on_with(hub: Hub, tmp_path: Path) -> None:
    hub.breaks_after = 100
    with pytest.raises(ModelDownloadFailed, match="what has arrived is kept"):
        pull_hub_file(read_hub_name(NAME), tmp_path, progress=quiet)
    hub.breaks_after = None
    assert pull_hub_file(read_hub_name(NAME), tmp_path, progress=quiet).sha256 == hub.stated
    assert hub.asked[-1][2] == "bytes=100-"


def test_other_bytes_than_the_hub_states_are_refused(hub: Hub, tmp_path: Path) -> None:
    hub.stated = "0" * 64
    with pytest.raises(ModelDownloadFailed, match=r"what came has the sha256 \w{16}…, the hub states 0000"):
        pull_hub_file(read_hub_name(NAME), tmp_path, progress=quiet)
    assert not list(tmp_path.rglob("*.partial"))
    assert list_kept(tmp_path) == ()
    hub.stated = None  # then what came is taken at its first sight, and kept
    assert (
        pull_hub_file(read_hub_name(NAME), tmp_path, progress=quiet).sha256 == hashlib.sha256(hub.content).hexdigest()
    )


def test_missing_file_and_switched_off_hub_are_said(hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelDownloadFailed, match=r"there is no such file \(HTTP 404\)"):
        pull_hub_file(read_hub_name("hub/Maker/Other/x.gguf"), tmp_path, progress=quiet)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ModelDownloadFailed, match="switched off by HF_HUB_OFFLINE"):
        pull_hub_file(read_hub_name(NAME), tmp_path, progress=quiet)


@pytest.mark.parametrize(
    "name", ["hub/a/b", "hub/a/b.gguf", "hub/a/b/../../c.gguf", "hub/a/b/c.bin", "hub/../b/c.gguf"]
)
def test_names_that_lead_elsewhere_are_refused(name: str) -> None:
    with pytest.raises(ModelUnknown, match="names no GGUF file"):
        read_hub_name(name)


def test_file_of_ones_own_is_hashed_once_and_refused_when_changed(tmp_path: Path) -> None:
    path = write_gguf(tmp_path / "own.gguf", FACTS, TENSORS)
    models = tmp_path / "models"
    first = find_weights(str(path), models)
    assert first.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    path.touch()
    assert use(path, models).sha256 == first.sha256, "touched, and the same"
    path.write_bytes(path.read_bytes() + b"more")
    with pytest.raises(ModelDamaged, match=r"is not the one that was used before.*citewire models add"):
        use(path, models)
    assert keep(path, models).sha256 != first.sha256
    use(path, models)
    offer = next(each for each in list_offers(models) if each.name == str(path))
    assert (offer.present, offer.licence, offer.sha256) == (True, "apache-2.0", use(path, models).sha256)


def test_catalogue_names_files_of_the_hub(tmp_path: Path) -> None:
    for name in list_suggested():
        wanted = hub_file(name)
        assert wanted is not None
        assert wanted.place(tmp_path).is_relative_to(tmp_path)
    offers = {each.name: each for each in list_offers(tmp_path)}
    assert set(list_suggested()) <= set(offers)
    assert all(offer.memory > 0 and offer.size > 0 and offer.licence for offer in offers.values())
    assert not offers["qwen3-8b"].present


PARTS = ("tiny-q4-00001-of-00002.gguf", "tiny-q4-00002-of-00002.gguf")


def test_all_parts_of_a_file_are_fetched_and_found_by_any_of_them(hub: Hub, tmp_path: Path) -> None:
    second = f"hub/Maker/Tiny-GGUF/{PARTS[1]}"
    pulled = pull_hub_files(read_hub_name(second), tmp_path / "models", progress=lambda *_: None)
    assert [Path(each.path).name for each in pulled] == list(PARTS)
    assert [each.source for each in pulled] == [f"hub/Maker/Tiny-GGUF/{part}" for part in PARTS]
    weights = find_weights(second, tmp_path / "models")
    assert weights.path.name == PARTS[0]  # by which llama.cpp loads all of them
    assert weights.size == 2 * len(hub.content)


def test_a_file_of_which_a_part_is_missing_or_exchanged_is_refused(hub: Hub, tmp_path: Path) -> None:
    models = tmp_path / "models"
    pulled = pull_hub_files(read_hub_name(f"hub/Maker/Tiny-GGUF/{PARTS[0]}"), models, progress=lambda *_: None)
    find_weights(pulled[0].path, models)
    other = Path(pulled[1].path)
    other.write_bytes(hub.content + b"\0")
    with pytest.raises(ModelDamaged, match=PARTS[1]):
        find_weights(pulled[0].path, models)
    other.unlink()
    with pytest.raises(ModelMissing, match=rf"in 2 parts, and 1 of them are not in .*: {PARTS[1]}"):
        find_weights(pulled[0].path, models)
