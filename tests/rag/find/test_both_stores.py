"""The same articles give the same hits, to the letter and to the last digit of a score, wherever the library is kept."""

from __future__ import annotations

import json
from collections.abc import Callable

from index.archive import Archive
from index.articles import Filters
from index.build import ingest
from index.prepare import library_stamp
from index.settings import Settings
from index.store.opening import open_library
from rag.answer_types import Hit
from rag.find.retrieve import retrieve
from rag.query_types import Query
from rag.question.understand import read_facts
from tests.conftest import ROOT, SAMPLES, WordEncoder
from tests.postgres_for_tests import PostgresServer

QUESTIONS = [
    json.loads(line)["question"]
    for name in ("questions.jsonl",)
    for line in (ROOT / "samples" / name).read_text(encoding="utf-8").splitlines()
    if line.strip()
]
FILTERS = (
    Filters(),
    Filters(first="2031-03-01"),
    Filters(last="2031-02-28", outlets=("Harbour Wire", "Valmora Gazette")),
    Filters(as_of="2031-03-15"),
)


def search_all(settings: Settings, encoder: WordEncoder) -> list[tuple[Hit, ...]]:
    with open_library(settings, stamp=library_stamp(settings, encoder), create=True) as library:
        ingest([SAMPLES], library=library, encoder=encoder, settings=settings)
        assert library.check() == []
        archive = Archive(library)
        found = []
        for number, question in enumerate(QUESTIONS):
            query = Query(question, question, filters=FILTERS[number % len(FILTERS)], today="2031-04-01")
            query = read_facts(query, question, outlets=archive.outlets())
            found.append(retrieve(query, archive=archive, encoder=encoder, settings=settings.search).hits)
        archive.close()
    return found


def test_hits_are_those_of_a_library_in_a_folder(
    new_settings: Callable[[str], Settings], postgres: PostgresServer, encoder: WordEncoder
) -> None:
    in_folder = new_settings("library")
    in_database = Settings(library=postgres.make_database(), cache=in_folder.cache, model="none")
    wanted = search_all(in_folder, encoder)
    assert sum(len(hits) for hits in wanted) > 5 * len(QUESTIONS)
    assert search_all(in_database, encoder) == wanted
