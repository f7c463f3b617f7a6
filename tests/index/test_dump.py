"""What pg_dump writes while others go on writing, pg_restore makes a library of."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from index.archive import Archive
from index.build import ingest
from index.caches.words import FieldWeights
from index.database_url import DatabaseUrl
from index.prepare import library_stamp
from index.settings import Settings
from index.store.opening import open_library
from tests.conftest import SAMPLES, WordEncoder
from tests.postgres_for_tests import PostgresServer


@pytest.fixture
def store() -> str:
    return "postgresql"


def test_a_dump_is_restored_to_the_letter(
    settings: Settings, postgres: PostgresServer, encoder: WordEncoder, tmp_path: Path
) -> None:
    assert isinstance(settings.library, DatabaseUrl)
    stamp, file = library_stamp(settings, encoder), tmp_path / "monday.dump"
    with open_library(settings, stamp=stamp, create=True) as library:
        ingest([SAMPLES], library=library, encoder=encoder, settings=settings)
        dump(postgres, "pg_dump", "--format=custom", f"--file={file}", settings.library.secret)
        wanted = [library.article(key) for key in library.article_ids()], library.passage_ids()
        other = replace(settings, library=postgres.make_database())
        dump(postgres, "pg_restore", "--exit-on-error", f"--dbname={other.library.secret}", str(file))
        library.remove(library.article_ids())
    with open_library(other, stamp=stamp) as restored:
        assert restored.check() == []
        assert ([restored.article(key) for key in restored.article_ids()], restored.passage_ids()) == wanted
        archive = Archive(restored)
        assert archive.words.passages("comptroller", limit=3, weights=FieldWeights())
        before = restored.generation
        (tmp_path / "new.md").write_text("---\ntitle: New\n---\n\nA lamp was lit on the pier.\n", encoding="utf-8")
        ingest([tmp_path / "new.md"], library=restored, encoder=encoder, settings=other)
        assert restored.generation == before + 1
        archive.publish()
        assert archive.words.passages("lamp", limit=1, weights=FieldWeights())
        archive.close()


def dump(postgres: PostgresServer, program: str, *arguments: str) -> None:
    subprocess.run([postgres.programs / program, *arguments], check=True, capture_output=True)
