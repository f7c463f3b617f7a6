"""One file of the model hub, by its name there, checked against the SHA-256 that the hub states of it.

Its addresses are the hub's own: ``ENDPOINT/OWNER/REPO/resolve/REVISION/FILE``. ``HF_ENDPOINT`` names another hub, ``HF_TOKEN`` lets
into repositories that want one, ``HF_HUB_OFFLINE`` forbids all of it.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from index.errors import ModelDownloadFailed, ModelUnknown, StorageError
from index.models.kept import Kept, keep
from index.models.parts import part_names
from index.models.registry import hash_file

if TYPE_CHECKING:
    import httpx

PREFIX = "hub/"
_NAME = re.compile(r"hub/([\w.-]+/[\w.-]+)/((?:[\w.-]+/)*[\w.-]+\.gguf)(?:@([\w.-]+))?", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}")
_CONNECT_SECONDS, _READ_SECONDS = 5.0, 60.0

Progress = Callable[[str, int, int], None]
"""Called with what is being done, the bytes that have arrived, and all bytes."""


@dataclass(frozen=True, slots=True)
class HubFile:
    """A file of the hub.

    Attributes:
        name: as it stands in the settings: ``hub/OWNER/REPO/FILE`` with ``@REVISION`` where that is not ``main``.
    """

    name: str
    repository: str
    file: str
    revision: str = "main"

    def place(self, models: Path) -> Path:
        """Return where it lies on this machine, or will lie."""
        return models / "hub" / self.repository.replace("/", "--") / self.revision / self.file


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the hub states of a file; None where it does not."""

    sha256: str | None
    size: int | None


def read_hub_name(name: str) -> HubFile:
    """Return the file that a name stands for.

    Raises:
        ModelUnknown: it is no name of a file on the hub.
    """
    found = _NAME.fullmatch(name)
    if found is None or ".." in name:
        raise ModelUnknown(
            f"{name!r} names no GGUF file of the hub.",
            hint="Say hub/OWNER/REPOSITORY/FILE.gguf, with @REVISION if needed.",
        )
    repository, file, revision = found.groups()
    return HubFile(name, repository, file, revision or "main")


def pull_hub_files(wanted: HubFile, models: Path, *, progress: Progress) -> tuple[Kept, ...]:
    """Fetch a file, or all parts of one that came in parts; see ``pull_hub_file``. Where it lies as a whole is where the first part lies."""
    folder, _, name = wanted.file.rpartition("/")
    behind = f"@{wanted.revision}" if wanted.revision != "main" else ""
    pulled = []
    for part in part_names(name):
        file = f"{folder}/{part}" if folder else part
        pulled.append(
            pull_hub_file(
                HubFile(f"{PREFIX}{wanted.repository}/{file}{behind}", wanted.repository, file, wanted.revision),
                models,
                progress=progress,
            )
        )
    return tuple(pulled)


def pull_hub_file(wanted: HubFile, models: Path, *, progress: Progress) -> Kept:
    """Fetch a file unless it is here, check it, and keep its hash. What has arrived stays: the next try goes on with it.

    Raises:
        ModelDownloadFailed: the hub did not deliver it, or what came has another hash than the hub states.
        StorageError: it cannot be written, or there is no room for it.
    """
    return keep(bring_hub_file(wanted, models, progress=progress), models, source=wanted.name)


def bring_hub_file(wanted: HubFile, models: Path, *, progress: Progress) -> Path:
    """Fetch a file unless it is here, check it, and return where it lies.

    Raises:
        ModelDownloadFailed: the hub did not deliver it, or what came has another hash than the hub states.
        StorageError: it cannot be written, or there is no room for it.
    """
    import httpx

    place = wanted.place(models)
    half = place.with_name(f"{place.name}.partial")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with _client() as client:
            facts = _ask(client, wanted)
            if place.is_file() and facts.sha256 in (None, hash_file(place)):
                return place
            _check_room(wanted, facts, half, models)
            _fetch(client, wanted, facts, half, progress)
        found = hash_file(half)
        if facts.sha256 is not None and found != facts.sha256:
            half.unlink()
            raise _failed(wanted, f"what came has the sha256 {found[:16]}…, the hub states {facts.sha256[:16]}…")
        half.replace(place)
        return place
    except httpx.HTTPError as error:
        raise _failed(wanted, f"{type(error).__name__}: {error or 'no answer'}") from error
    except OSError as error:
        raise StorageError(
            f"The model cannot be written to {str(models)!r}: {error.strerror or error}.",
            hint="Free some space, or choose another folder with CITEWIRE_MODELS.",
        ) from error


def ask_hub(path: str, *, what: str) -> object:
    """Return what the hub says at one of its addresses, read as JSON.

    Args:
        path: below the hub's own address.
        what: what an error calls it.

    Raises:
        ModelDownloadFailed: it did not answer, or not in JSON.
    """
    import httpx

    _forbid_offline(what)
    try:
        with _client() as client:
            response = client.get(f"{_endpoint()}/{path}", follow_redirects=True)
        if response.is_error:
            raise _not_delivered(what, _reason(response.status_code))
        return response.json()
    except httpx.HTTPError as error:
        raise _not_delivered(what, f"{type(error).__name__}: {error or 'no answer'}") from error
    except ValueError as error:
        raise _not_delivered(what, "its answer is no JSON") from error


def _client() -> httpx.Client:
    import httpx

    token = os.environ.get("HF_TOKEN")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    # Redirects are followed for the file alone; the token goes to no other host than the hub.
    return httpx.Client(headers=headers, timeout=httpx.Timeout(_READ_SECONDS, connect=_CONNECT_SECONDS))


def _endpoint() -> str:
    return (os.environ.get("HF_ENDPOINT") or "https://huggingface.co").rstrip("/")


def _address(wanted: HubFile) -> str:
    return f"{_endpoint()}/{wanted.repository}/resolve/{quote(wanted.revision)}/{quote(wanted.file)}"


def _ask(client: httpx.Client, wanted: HubFile) -> _Facts:
    _forbid_offline(_called(wanted))
    response = client.head(_address(wanted))
    if response.is_error:
        raise _failed(wanted, _reason(response.status_code))
    stated = response.headers.get("x-linked-etag", "").strip('W/"')
    size = response.headers.get("x-linked-size") or response.headers.get("content-length", "")
    return _Facts(stated if _SHA256.fullmatch(stated) else None, int(size) if size.isdecimal() and int(size) else None)


def _reason(status: int) -> str:
    known = {401: "it wants a key (HF_TOKEN)", 403: "this key may not have it", 404: "there is no such file"}
    return f"{known.get(status, 'it failed')} (HTTP {status})"


def _check_room(wanted: HubFile, facts: _Facts, half: Path, models: Path) -> None:
    here = half.stat().st_size if half.exists() else 0
    free = shutil.disk_usage(models).free
    if facts.size is not None and facts.size - here > free:
        raise StorageError(
            f"{wanted.name} needs {(facts.size - here) / 1e9:.1f} GB in {str(models)!r}; {free / 1e9:.1f} GB are free.",
            hint="Free some space, or choose another folder with CITEWIRE_MODELS.",
        )


def _fetch(client: httpx.Client, wanted: HubFile, facts: _Facts, half: Path, progress: Progress) -> None:
    """Bring what is missing of a file."""
    here = half.stat().st_size if half.exists() else 0
    if facts.size is not None and here >= facts.size:
        here = 0 if here > facts.size else here
        if here:
            return
    headers = {"Range": f"bytes={here}-"} if here else {}
    with client.stream("GET", _address(wanted), headers=headers, follow_redirects=True) as response:
        if response.is_error:
            raise _failed(wanted, _reason(response.status_code))
        goes_on = response.status_code == 206 and response.headers.get("content-range", "").startswith(f"bytes {here}-")
        arrived = here if goes_on else 0
        with half.open("ab" if goes_on else "wb") as file:
            for piece in response.iter_raw():
                arrived += len(piece)
                if facts.size is not None and arrived > facts.size:
                    raise _failed(wanted, f"more than the {facts.size:,} bytes came that the hub states")
                file.write(piece)
                progress(f"{wanted.name} from the hub", arrived, facts.size or arrived)
    if facts.size is not None and arrived < facts.size:
        raise _failed(wanted, f"it ended after {arrived:,} of {facts.size:,} bytes")


def _forbid_offline(what: str) -> None:
    if os.environ.get("HF_HUB_OFFLINE", "").casefold() in ("1", "true", "yes", "on"):
        raise _not_delivered(what, "switched off by HF_HUB_OFFLINE")


def _called(wanted: HubFile) -> str:
    return f"{wanted.repository}/{wanted.file}"


def _failed(wanted: HubFile, why: str) -> ModelDownloadFailed:
    return _not_delivered(_called(wanted), why)


def _not_delivered(what: str, why: str) -> ModelDownloadFailed:
    return ModelDownloadFailed(
        f"The hub did not deliver {what}: {why}.",
        hint="Check the name and the network and run the command again: what has arrived is kept.",
    )
