"""What did not change is not read again; what is asked for is taken, the rest is skipped or removed, and it is said."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from index.articles import A_DATABASE
from index.backup import back_up
from index.build import ingest
from index.inputs import IngestOptions
from index.settings import Settings
from index.store.protocol import AnyLibrary
from tests.conftest import WordEncoder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "in"
    made.mkdir()
    for number in range(4):
        (made / f"{number}.md").write_text(
            f"---\ntitle: Town {number}\npublished: 2031-03-0{number + 1}\n---\n\nTown {number} voted on Monday.\n"
        )
    (made / "rows.jsonl").write_text('{"id": "a", "text": "Row a."}\n{"id": "b", "text": "Row b."}\n')
    (made / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    settle(made)
    return made


def settle(folder: Path) -> None:
    """Wait until the files are old enough to be trusted not to change within the same tick of the clock."""
    newest = max(path.stat().st_ctime_ns for path in folder.iterdir())
    time.sleep(max(0.0, (newest + 2_100_000_000 - time.time_ns()) / 1e9))


def run(folder: Path, library: AnyLibrary, encoder: WordEncoder, settings: Settings, **options: object):
    report = ingest([folder], library=library, encoder=encoder, settings=settings, options=IngestOptions(**options))
    return {Path(source.reference).name: source.outcome for source in report.sources}


@pytest.mark.both_stores
def test_unchanged_files_are_not_opened_again(
    folder: Path, library: AnyLibrary, encoder: WordEncoder, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run(folder, library, encoder, settings)
    assert first == dict.fromkeys(["0.md", "1.md", "2.md", "3.md", "rows.jsonl#a", "rows.jsonl#b"], "added") | {
        "broken.pdf": "failed"
    }
    opened: list[str] = []

    def watched(path: Path, *arguments: object, **named: object):
        opened.append(path.name)
        from index.sources.files import read_input

        return read_input(path, *arguments, **named)

    monkeypatch.setattr("index.inputs.read_input", watched)
    again = run(folder, library, encoder, settings)
    assert opened == ["broken.pdf"]  # what failed is tried again, so that it is told again
    assert again == {name: "unchanged" for name in first if name != "broken.pdf"} | {"broken.pdf": "failed"}


def test_a_change_that_keeps_size_and_time_is_seen(
    folder: Path, library: AnyLibrary, encoder: WordEncoder, settings: Settings
) -> None:
    run(folder, library, encoder, settings)
    path = folder / "0.md"
    before = path.stat()
    path.write_text(path.read_text().replace("Monday", "Sunday"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    settle(folder)
    assert path.stat().st_size == before.st_size
    assert run(folder, library, encoder, settings)["0.md"] == "changed"


def test_other_options_read_the_files_again(
    folder: Path, library: AnyLibrary, encoder: WordEncoder, settings: Settings
) -> None:
    run(folder, library, encoder, settings, since="2031-03-03")
    assert library.count_passages() == 4  # towns 2 and 3, rows a and b
    assert run(folder, library, encoder, settings)["0.md"] == "added"


def test_older_articles_are_skipped_and_undated_ones_kept(
    folder: Path, library: AnyLibrary, encoder: WordEncoder, settings: Settings
) -> None:
    outcomes = run(folder, library, encoder, settings, since="2031-03-03", outlet="Gazette")
    assert [outcomes[f"{number}.md"] for number in range(4)] == ["skipped", "skipped", "added", "added"]
    assert outcomes["rows.jsonl#a"] == "added"
    assert library.outlets() == ("Gazette",)


@pytest.mark.both_stores
def test_a_dry_run_changes_nothing(folder: Path, library: AnyLibrary, encoder: WordEncoder, settings: Settings) -> None:
    generation = library.generation
    assert run(folder, library, encoder, settings, dry_run=True)["0.md"] == "added"
    assert (library.generation, library.article_ids(), encoder.encoded) == (generation, (), [])
    run(folder, library, encoder, settings)
    (folder / "1.md").unlink()
    outcomes = run(folder, library, encoder, settings, dry_run=True, prune=True)
    assert outcomes["1.md"] == "removed"
    assert len(library.article_ids()) == 6


def test_vanished_articles_are_removed_only_where_that_is_wanted(
    folder: Path, library: AnyLibrary, encoder: WordEncoder, settings: Settings
) -> None:
    run(folder, library, encoder, settings)
    (folder / "1.md").unlink()
    (folder / "rows.jsonl").write_text('{"id": "b", "text": "Row b."}\n')
    (folder / "2.md").write_bytes(b"\x00\x01\x02\x00" * 300)  # cannot be read now: that is no reason to lose it
    assert "1.md" not in run(folder, library, encoder, settings)
    assert len(library.article_ids()) == 6
    outcomes = run(folder, library, encoder, settings, prune=True)
    assert {name for name, outcome in outcomes.items() if outcome == "removed"} == {"1.md", "rows.jsonl#a"}
    assert outcomes["2.md"] == "failed"
    assert len(library.article_ids()) == 4
    assert library.check() == []


@pytest.mark.both_stores
def test_an_article_with_another_source_stays(
    folder: Path, library: AnyLibrary, encoder: WordEncoder, settings: Settings
) -> None:
    (folder / "copy.md").write_text((folder / "0.md").read_text())
    run(folder, library, encoder, settings)
    (folder / "0.md").unlink()
    assert run(folder, library, encoder, settings, prune=True)["0.md"] == "removed"
    assert len(library.article_ids()) == 6


def test_a_library_within_the_folder_is_passed_over_and_told_once(
    library: AnyLibrary, encoder: WordEncoder, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "a.md").write_text("---\ntitle: A\n---\n\nThe lamp of the lighthouse is lit at dusk.\n")
    ingest([tmp_path], library=library, encoder=encoder, settings=settings)
    (tmp_path / "library" / "notes.md").write_text("---\ntitle: B\n---\n\nNobody reads what lies in a library.\n")
    again = ingest([tmp_path], library=library, encoder=encoder, settings=settings)
    assert [(Path(each.reference).name, each.outcome) for each in again.sources] == [
        ("library", "skipped"),
        ("a.md", "unchanged"),
    ]
    assert "is a library" in (again.sources[0].reason or "")
    (settings.library / "words").mkdir(exist_ok=True)
    for inside in (settings.library, settings.library / "notes.md", settings.library / "words"):
        report = ingest([inside], library=library, encoder=encoder, settings=settings)
        assert [(each.reference, each.outcome) for each in report.sources] == [(str(settings.library), "skipped")]


def test_a_backup_within_the_folder_is_passed_over(
    library: AnyLibrary, encoder: WordEncoder, settings: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.md").write_text("---\ntitle: A\n---\n\nThe lamp of the lighthouse is lit at dusk.\n")
    ingest([folder], library=library, encoder=encoder, settings=settings)
    back_up(settings.library, folder / "monday.sqlite3")
    (folder / "note.sqlite3").write_text("No database, whatever its name says.")
    told: list[str] = []
    report = ingest(
        [folder, folder],
        library=library,
        encoder=encoder,
        settings=settings,
        progress=lambda source, *_: told.append(Path(source.reference).name),
    )
    assert {Path(each.reference).name: (each.outcome, each.reason) for each in report.sources} == {
        "monday.sqlite3": ("skipped", A_DATABASE),
        "a.md": ("unchanged", ""),
        "note.sqlite3": ("failed", next(each.reason for each in report.sources if each.outcome == "failed")),
    }
    assert sorted(told) == ["a.md", "monday.sqlite3", "note.sqlite3"]
