"""Ctrl-C and SIGTERM in an ingest: it ends soon, says so, and the next run goes on."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Sequence
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from tests.faults import command
from tests.faults.killed import KILLS, end, inspect, start, times, write_articles

ARTICLES = 150 if KILLS else 60
SIGNALS = times(4, 50)
_AT_MOST_SECONDS = 5.0
_SECONDS_OF_AN_INGEST = 1.2  # about


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_articles(tmp_path_factory.mktemp("articles") / "all", ARTICLES)


def encode_for_ever(marker: Path) -> None:
    """Have the encoder do what a model does that is loaded from a slow disk."""
    os.setsid()

    def encode(_self: object, _texts: Sequence[str]) -> None:
        marker.touch()
        time.sleep(600)

    command._Encoder.encode = encode  # type: ignore[method-assign, assignment]


def stop(process: BaseProcess, sent: signal.Signals, *, again: bool = False) -> float:
    """Send a signal as a terminal (Ctrl-C: to the whole group) or a service manager does; return how long it took."""
    begun = time.perf_counter()
    for _ in range(2 if again else 1):
        try:
            (os.killpg if sent == signal.SIGINT else os.kill)(process.pid or 0, sent)
        except ProcessLookupError:
            break
        time.sleep(0.02)
    process.join(60)
    return time.perf_counter() - begun


def test_interrupted_at_random_moments(articles: Path, tmp_path: Path, measured: dict[str, float]) -> None:
    moments, seconds, tried = random.Random(7), [], 0
    while len(seconds) < SIGNALS:
        tried += 1
        library = tmp_path / f"library-{tried}"
        arguments = ["ingest", str(articles), "--library", str(library)]
        process = start(command.run, arguments, tmp_path, os.setsid, ())
        while not (library / "owner.json").exists():
            time.sleep(0.005)
        process.join(moments.uniform(0, _SECONDS_OF_AN_INGEST))
        sent = (signal.SIGINT, signal.SIGTERM)[tried % 2]
        took = stop(process, sent, again=tried % 4 == 0)
        said = (tmp_path / "err").read_text(encoding="utf-8")
        if process.exitcode != 0:  # else it was done already
            assert process.exitcode == 128 + sent, said
            assert "Traceback" not in said, said
            assert "what was stored before is kept" in said
            assert took < _AT_MOST_SECONDS
            seconds.append(took)
        count, _ = inspect(library, {})
        ended = command.citewire("ingest", articles, "--library", library, folder=tmp_path)
        assert f"{ARTICLES - count} added, 0 changed, {count} unchanged" in ended.out, ended
    measured |= {"signals": len(seconds), "longest seconds to the end": round(max(seconds), 2)}


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_while_the_model_loads(articles: Path, tmp_path: Path, sent: signal.Signals) -> None:
    arguments, marker = ["ingest", str(articles), "--library", str(tmp_path / "library")], tmp_path / "embedding"
    process = start(command.run, arguments, tmp_path, encode_for_ever, (marker,))
    while not marker.exists():
        time.sleep(0.01)
    assert stop(process, sent) < _AT_MOST_SECONDS
    assert end(process) == 128 + sent
    assert inspect(tmp_path / "library", {})[0] == 0
