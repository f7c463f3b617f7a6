"""How many small faults the tests notice: mutants of the folders that find evidence and decide about trust.

    make mutants                     150 mutants, drawn by the hash of their names, in half an hour
    python benchmarks/mutants.py --sample 40 --seed 2

mutmut (mutmut.readthedocs.io) makes the mutants: a changed operator, constant, argument or condition of one function each. It
works on a copy in ``build/mutants``. A mutant is killed where a test fails or runs out of time; those that no test reaches count as
survivors. Survivors are printed with what was changed, so that somebody can say why, or write the test.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

from shares import show_share

ROOT = Path(__file__).parent.parent
COPIED = ("index", "rag", "ui", "prompts", "samples", "tests", "docs", "training", "README.md", "LICENSE")
FOLDERS = ("rag/trust", "rag/find")
TESTS = ("tests/rag/trust", "tests/rag/find", "tests/rag/write", "tests/rag/question")
LEAST = 0.8  # share that has to be killed
CONFIGURATION = f"""
[tool.mutmut]
paths_to_mutate = {list(FOLDERS)}
tests_dir = {list(TESTS)}
also_copy = {list(COPIED)}
"""
_DEFINED = re.compile(r"^\s*def (\S+__mutmut_\d+)\(", re.MULTILINE)
_RESULT = re.compile(r"^\s*(\S+__mutmut_\d+): (.+)$", re.MULTILINE)


def main() -> None:
    """Make, draw, run, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "mutants")
    given = parser.parse_args()
    copy_project(given.work)
    run(given.work, "rag.find.numbering*")  # makes them all, and learns which test reaches what
    names = list_mutants(given.work / "mutants")
    drawn = sorted(names, key=lambda name: hashlib.sha256(f"{given.seed} {name}".encode()).digest())[: given.sample]
    run(given.work, *drawn)
    results = dict(_RESULT.findall(mutmut(given.work, "results", "--all", "true")))
    killed = [float(results.get(name, "not run") in ("killed", "timeout")) for name in drawn]
    for name, dead in zip(drawn, killed, strict=True):
        if not dead:
            print(f"\n{name}: {results.get(name, 'not run')}\n{mutmut(given.work, 'show', name)}")
    print(f"{len(drawn)} of {len(names):,} mutants of {' and '.join(FOLDERS)}: killed {show_share(killed)}")
    sys.exit(0 if sum(killed) / len(killed) >= LEAST else 1)


def copy_project(work: Path) -> None:
    """Copy what the tests need, with the configuration that mutmut reads."""
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, work / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, work / name)
    configuration = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (work / "pyproject.toml").write_text(configuration + CONFIGURATION, encoding="utf-8")


def list_mutants(folder: Path) -> list[str]:
    """Return the names of all mutants that were made, as mutmut names them."""
    names = []
    for file in sorted(folder.glob("rag/**/*.py")):
        module = ".".join(file.relative_to(folder).with_suffix("").parts)
        names += [f"{module}.{name}" for name in _DEFINED.findall(file.read_text(encoding="utf-8"))]
    return names


def run(work: Path, *names: str) -> None:
    """Try mutants."""
    done = subprocess.run(
        [Path(sys.executable).with_name("mutmut"), "run", "--max-children", "2", *names],
        cwd=work, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if not (work / "mutants" / "mutmut-stats.json").exists():
        raise SystemExit(f"mutmut failed:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")


def mutmut(work: Path, *arguments: str) -> str:
    """Return what mutmut prints."""
    command = [Path(sys.executable).with_name("mutmut"), *arguments]
    return subprocess.run(command, cwd=work, capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    main()
