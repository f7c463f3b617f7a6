"""One virtual environment for each peer, made when it is missing or when its requirements changed."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

PIP = "pip==26.3"
# This exact pin first: from a package index with CPU builds it gives the small one, and nothing after it asks for another.
TORCH = "torch==2.13.0"


class EnvironmentFailed(Exception):
    """A peer could not be installed from wheels alone."""


def make_environment(peer: Path, work: Path) -> Path:
    """Return the interpreter of a peer's environment.

    Raises:
        EnvironmentFailed: pip did not find wheels that fit together.
    """
    home = work / peer.name / "venv"
    interpreter = home / "bin" / "python"
    seal, wanted = home / "installed", hash_requirements(peer)
    if seal.is_file() and seal.read_text() == wanted:
        return interpreter
    print(f"Installing {peer.name} ...", file=sys.stderr, flush=True)
    if not interpreter.is_file():
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
    install(interpreter, ["--upgrade", PIP])
    install(interpreter, [TORCH])
    install(
        interpreter,
        [
            "--only-binary=:all:",
            *("--requirement", str(peer / "requirements.txt")),
            *("--constraint", str(peer / "constraints.txt")),
        ],
    )
    seal.write_text(wanted)
    return interpreter


def hash_requirements(peer: Path) -> str:
    """Return a hash of everything that is installed for a peer."""
    named = (peer / "requirements.txt").read_bytes() + (peer / "constraints.txt").read_bytes()
    return hashlib.sha256(f"{PIP} {TORCH}\n".encode() + named).hexdigest()


def install(interpreter: Path, what: list[str]) -> None:
    done = subprocess.run(
        [str(interpreter), "-m", "pip", "--disable-pip-version-check", "install", "--quiet", *what],
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        raise EnvironmentFailed(errors[-1] if errors else f"pip ended with {done.returncode}")
