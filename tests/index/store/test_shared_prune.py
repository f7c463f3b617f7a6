"""Removing what has vanished, while other processes find it again: what is there stays, what is gone is taken in anew."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from index.articles import BuildReport, Unchanged
from index.build import ingest
from index.database_url import DatabaseUrl
from index.inputs import IngestOptions
from index.prepare import library_stamp
from index.settings import Settings
from index.store.opening import open_library
from index.store.protocol import AnyLibrary
from index.store.versions import Pruned
from tests.conftest import WordEncoder
from tests.postgres_for_tests import PostgresServer, name_of

STORY = "---\ntitle: Ferry\nurl: https://quay.example/ferry\n---\n\nThe ferry sank off the island.\n"


@pytest.fixture
def store() -> str:
    return "postgresql"


@pytest.fixture
def two(settings: Settings) -> Iterator[tuple[AnyLibrary, AnyLibrary]]:
    stamp = library_stamp(settings, WordEncoder())
    with (
        open_library(settings, stamp=stamp, create=True) as one,
        open_library(settings, stamp=stamp) as other,
    ):
        yield one, other


@pytest.fixture
def take_in(settings: Settings) -> Callable[..., BuildReport]:
    def take_in(folder: Path, library: AnyLibrary, **options: object) -> BuildReport:
        return ingest(
            [folder],
            library=library,
            encoder=WordEncoder(),
            settings=settings,
            options=IngestOptions(**options),  # type: ignore[arg-type]
        )

    return take_in


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "in"
    made.mkdir()
    (made / "ferry.md").write_text(STORY, encoding="utf-8")
    (made / "bridge.md").write_text("---\ntitle: Bridge\n---\n\nThe bridge opened.\n", encoding="utf-8")
    return made


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    made = tmp_path / "elsewhere"
    made.mkdir()
    (made / "copy.md").write_text(STORY, encoding="utf-8")
    return made


def sources(library: AnyLibrary) -> list[str]:
    """The names of the files that the library says its articles were read from."""
    return sorted(Path(each).name for entry in library.entries() for each in entry.sources)


def wait_until_one_waits(postgres: PostgresServer, url: DatabaseUrl) -> None:
    """Wait until some process waits for what another one has locked."""
    for _ in range(400):
        if postgres.run(
            "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = '" + name_of(url) + "'"
        ):
            return
        time.sleep(0.02)
    raise AssertionError("nobody waits")


def test_who_finds_it_while_it_is_removed_takes_it_in_anew(
    two: tuple[AnyLibrary, AnyLibrary],
    take_in: Callable[..., BuildReport],
    folder: Path,
    elsewhere: Path,
    settings: Settings,
    postgres: PostgresServer,
) -> None:
    """Between the source that is forgotten and the article that is removed with it."""
    pruner, finder = two
    take_in(folder, pruner)
    (folder / "ferry.md").unlink()
    found: list[Future[BuildReport]] = []

    def find_again(step: str) -> None:
        if step == "within prune":
            found.append(threads.submit(take_in, elsewhere, finder))
            assert isinstance(settings.library, DatabaseUrl)
            wait_until_one_waits(postgres, settings.library)

    with ThreadPoolExecutor(1) as threads:
        pruner.checkpoint = find_again
        report = take_in(folder, pruner, prune=True)
        again = found[0].result(60)
    assert report.count("removed") == 1
    assert [each.outcome for each in again.sources] == ["added"]
    assert sources(pruner) == ["bridge.md", "copy.md"]
    assert len(pruner.article_ids()) == 2
    assert pruner.check() == []


@pytest.mark.parametrize("place", ["elsewhere", "the same"])
def test_what_another_process_has_found_since_it_was_looked_for_stays(
    place: str,
    two: tuple[AnyLibrary, AnyLibrary],
    take_in: Callable[..., BuildReport],
    folder: Path,
    elsewhere: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pruner, finder = two
    take_in(folder, pruner)
    (folder / "ferry.md").unlink()
    prune = pruner.prune

    def find_first(vanished: Sequence[Unchanged]) -> Pruned:
        if place == "elsewhere":
            take_in(elsewhere, finder)
        else:
            (folder / "ferry.md").write_text(STORY.replace("sank", "was raised"), encoding="utf-8")
            take_in(folder, finder)
        return prune(vanished)

    monkeypatch.setattr(pruner, "prune", find_first)
    report = take_in(folder, pruner, prune=True)
    assert len(pruner.article_ids()) == 2
    assert sources(pruner) == ["bridge.md", "copy.md" if place == "elsewhere" else "ferry.md"]
    told = [each.reason for each in report.sources if each.outcome == "removed"]
    assert told == (["this source is gone; it has another"] if place == "elsewhere" else [])
    assert pruner.check() == []


def test_a_failure_in_the_middle_forgets_nothing(
    two: tuple[AnyLibrary, AnyLibrary], take_in: Callable[..., BuildReport], folder: Path
) -> None:
    pruner, other = two
    take_in(folder, pruner)
    (folder / "ferry.md").unlink()

    def fail(step: str) -> None:
        if step == "within prune":
            raise KeyboardInterrupt

    pruner.checkpoint = fail
    with pytest.raises(KeyboardInterrupt):
        take_in(folder, pruner, prune=True)
    assert sources(other) == ["bridge.md", "ferry.md"]
    assert take_in(folder, other, prune=True).count("removed") == 1
    assert sources(other) == ["bridge.md"]
