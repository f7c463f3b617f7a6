"""Several commands on one library at once: one works, the others are told who does, and nothing is damaged."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from tests.faults.command import citewire, run
from tests.faults.killed import end, inspect, start, times, title_of, write_articles

ARTICLES = 40


@pytest.fixture(scope="module")
def halves(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two folders of articles, one half each."""
    folder = tmp_path_factory.mktemp("halves")
    both = write_articles(folder / "first", ARTICLES), folder / "second"
    both[1].mkdir()
    for path in sorted(both[0].glob("*.md"))[1::2]:
        path.rename(both[1] / path.name)
    return both


@pytest.mark.parametrize("number", range(times(4, 20)))
def test_two_ingests_and_readers_at_once(halves: tuple[Path, Path], tmp_path: Path, number: int) -> None:
    library, order = tmp_path / "library", random.Random(number)
    start_with = number % 2  # a new library, or one that is there
    if start_with:
        assert citewire("ingest", halves[0], "--library", library, folder=tmp_path).code == 0
    commands = {
        "first": ["ingest", str(halves[0])],
        "second": ["ingest", str(halves[1])],
        "search": ["search", "budget"],
        "list": ["list"],
    }
    running = {}
    for name in order.sample(list(commands), len(commands)):
        (tmp_path / name).mkdir()
        running[name] = start(run, [*commands[name], "--library", str(library)], tmp_path / name, None, ())
        running[name].join(order.uniform(0, 0.3))
    codes = {name: end(process) for name, process in running.items()}
    for name, code in codes.items():
        said = (tmp_path / name / "err").read_text(encoding="utf-8")
        assert "Traceback" not in said, said
        assert code in (0, 4) or (code == 3 and name in ("search", "list") and not start_with), (name, said)
        if code == 4:
            assert "in use by" in said
    assert 0 in (codes["first"], codes["second"])
    for half in halves:
        assert citewire("ingest", half, "--library", library, folder=tmp_path).code == 0
    assert inspect(library, {})[0] == ARTICLES
    assert title_of(ARTICLES - 1) in citewire("list", "--library", library, folder=tmp_path).out
    findings = {
        each["what"]: each
        for each in json.loads(citewire("doctor", "--json", "--library", library, folder=tmp_path).out)
    }
    for what in ("library", "embedding", "word index", "vector index"):
        assert findings[what]["fine"], findings[what]
        assert "made again" not in findings[what]["detail"], findings[what]
