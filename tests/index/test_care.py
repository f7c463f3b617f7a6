"""Backups, restored libraries and rebuilt indexes are what they were made of, or are refused."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from index.backup import back_up, restore
from index.build import ingest
from index.caches.vectors import VectorIndex
from index.errors import CitewireError, LibraryDamaged, LibraryMismatch, UsageError
from index.prepare import library_stamp
from index.rebuild import embed_anew, rebuild_indexes
from index.settings import Settings
from index.store.library import DATABASE_FILE, Library
from tests.conftest import SAMPLES, WordEncoder


@pytest.fixture
def filled(settings: Settings, encoder: WordEncoder) -> Settings:
    with Library.open(settings.library, stamp=library_stamp(settings, encoder), create=True) as library:
        ingest([SAMPLES], library=library, encoder=encoder, settings=settings)
    return settings


def facts(settings: Settings) -> list[tuple[object, ...]]:
    with Library.look(settings.library / DATABASE_FILE) as library:
        articles = [library.article(name) for name in library.article_ids()]
        return [(each.id, each.version, each.sha256, each.origin, each.fetched) for each in articles]


def test_a_backup_is_restored_to_the_letter_while_the_owner_goes_on(
    filled: Settings, encoder: WordEncoder, tmp_path: Path
) -> None:
    stamp = library_stamp(filled, encoder)
    with Library.open(filled.library, stamp=stamp):
        assert back_up(filled.library, tmp_path / "copy") == 41
    other = replace(filled, library=tmp_path / "other")
    assert restore(tmp_path / "copy", other.library) == 41
    assert facts(other) == facts(filled)
    with Library.open(other.library, stamp=stamp) as library:
        assert library.check() == []
    assert not list(tmp_path.rglob("*.draft*"))


def test_nothing_is_overwritten(filled: Settings, tmp_path: Path) -> None:
    back_up(filled.library, tmp_path / "copy")
    with pytest.raises(UsageError, match="already a file"):
        back_up(filled.library, tmp_path / "copy")
    with pytest.raises(UsageError, match="already a library"):
        restore(tmp_path / "copy", filled.library)
    with pytest.raises(UsageError, match="no file"):
        restore(tmp_path / "nowhere", tmp_path / "new")


@pytest.mark.parametrize("damage", ["text", "vector", "title", "day", "truncated", "foreign", "words", "pickle"])
def test_a_damaged_or_foreign_backup_is_refused(filled: Settings, tmp_path: Path, damage: str) -> None:
    copy = tmp_path / "copy"
    back_up(filled.library, copy)
    statements = {
        "text": "UPDATE versions SET text = replace(text, 'the', 'teh')",
        "vector": "UPDATE vectors SET vector = CAST(substr(vector, 1, 20) || x'01' || substr(vector, 22) AS BLOB)",
        "title": "UPDATE versions SET title = title || '!'",
        "day": "UPDATE passages SET day = '1999-01-01'",
    }
    if damage in statements:
        with sqlite3.connect(copy) as file:
            file.execute(statements[damage])
        file.close()
    elif damage == "truncated":
        copy.write_bytes(copy.read_bytes()[:-20_000])
    elif damage == "foreign":
        copy.unlink()
        with sqlite3.connect(copy) as file:
            file.execute("CREATE TABLE other (x)")
        file.close()
    else:
        copy.write_bytes(b"a text, no library\n" * 500 if damage == "words" else b"\x80\x04\x95cos\nsystem\n")
    with pytest.raises(LibraryDamaged):
        restore(copy, tmp_path / "new")
    assert not (tmp_path / "new" / DATABASE_FILE).exists()


def test_the_indexes_are_rebuilt_without_embedding(filled: Settings, encoder: WordEncoder) -> None:
    asked = len(encoder.encoded)
    done = rebuild_indexes(filled, encoder)
    assert (done.articles, done.embedded, len(encoder.encoded)) == (41, 0, asked)


def test_another_model_or_other_passages_are_refused_with_the_command_that_mends_it(filled: Settings) -> None:
    before = facts(filled)
    changed = [
        (replace(filled, passages=replace(filled.passages, target_characters=300)), WordEncoder()),
        (filled, WordEncoder(dimension=32)),
        (filled, WordEncoder(name="other")),
    ]
    for settings, encoder in changed:
        with pytest.raises(LibraryMismatch, match="citewire rebuild --embed"):
            Library.open(settings.library, stamp=library_stamp(settings, encoder))
        done = embed_anew(settings, encoder)
        assert done.embedded == len(set(encoder.encoded)) > 0
        assert facts(settings) == before
        with Library.open(settings.library, stamp=library_stamp(settings, encoder)) as library:
            assert library.check() == []
            vectors = VectorIndex(library)
            ids, matrix = next(library.vectors())
            assert matrix.shape[1] == encoder.dimension
            assert [vectors.nearest(row, limit=1)[0][1] > 0.999 for row in matrix] == [True] * len(ids)
            vectors.close()


class Interrupted(Exception):
    pass


def test_an_interrupted_embedding_goes_on_where_it_was(filled: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.rebuild._ARTICLES_AT_ONCE", 8)
    settings = replace(filled, passages=replace(filled.passages, target_characters=300))
    encoder, steps = WordEncoder(), 0

    def checkpoint(step: str) -> None:
        nonlocal steps
        steps += step == "within rebuild"
        if steps == 4:
            raise Interrupted

    with pytest.raises(Interrupted):
        embed_anew(settings, encoder, checkpoint=checkpoint)
    with Library.open(filled.library, stamp=library_stamp(filled, WordEncoder())) as old:  # still the old one
        assert old.check() == []
    first = len(encoder.encoded)
    done = embed_anew(settings, encoder)
    assert 0 < done.embedded < first + done.embedded
    with Library.open(settings.library, stamp=library_stamp(settings, encoder)) as library:
        assert library.check() == []
        # What had been stored was not embedded again: only the batch that was interrupted was.
        assert len(encoder.encoded) < 1.35 * len(set(encoder.encoded))


def test_flipped_bytes_never_pass_for_content(filled: Settings, encoder: WordEncoder, tmp_path: Path) -> None:
    """Every flip in the file is noticed, or changes nothing that can be read."""
    path = filled.library / DATABASE_FILE
    back_up(filled.library, tmp_path / "copy")
    whole, wanted = (tmp_path / "copy").read_bytes(), facts(filled)
    stamp = library_stamp(filled, encoder)
    noticed = 0
    for seed in range(40):
        damaged = bytearray(whole)
        for place in range(seed * 37 + 100, len(damaged), len(damaged) // 20):
            damaged[place] ^= 1 << (seed % 8)
        for suffix in ("-wal", "-shm"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)
        path.write_bytes(damaged)
        try:
            with Library.open(filled.library, stamp=stamp) as library:
                problems = library.check()
                found = [] if problems else facts(filled)
        except CitewireError:
            problems, found = ["it cannot be read"], []
        noticed += bool(problems)
        assert problems or found == wanted, seed
    assert noticed >= 38
