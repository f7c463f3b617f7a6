"""The search over a real library: each leg alone, both together, filtered, spread, and aware of time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from index.archive import Archive
from index.articles import Filters
from index.build import ingest
from index.settings import SearchSettings, Settings
from index.store.protocol import AnyLibrary
from rag.answer_types import Found
from rag.find.retrieve import retrieve
from rag.query_types import Query
from rag.question.understand import read_facts
from tests.conftest import WordEncoder

DEFAULT = SearchSettings()
WORDS = replace(DEFAULT, meaning_weight=0.0, article_weight=0.0, period_weight=0.0, recency_weight=0.0)
MEANING = replace(WORDS, words_weight=0.0, meaning_weight=1.0)
ARTICLES = {
    "old": ("Ferry strike ends", "2030-01-10", "Harbour Wire", "The ferry strike ended after the council met."),
    "new": ("Ferry strike ends", "2031-03-10", "Quay Times", "The ferry strike ended when the owners gave in."),
    "copy": ("Ferry strike ends", "2031-03-10", "Valmora Gazette", "The ferry strike ended when the owners gave in."),
    "other": ("Bridge opens", "2031-03-11", "Quay Times", "The bridge opened with a fair and a fish supper."),
    "undated": ("Council budget", None, "Quay Times", "The council passed a budget for lamps and benches."),
}


@pytest.fixture
def archive(library: AnyLibrary, encoder: WordEncoder, settings: Settings, tmp_path: Path) -> Iterator[Archive]:
    for name, (title, day, outlet, text) in ARTICLES.items():
        dated = f"published: {day}\n" if day else ""
        body = " ".join([text, *(f"Sentence {n} of {name} says no more of it." for n in range(3))])
        path = tmp_path / "in" / f"{name}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"---\ntitle: {title}\noutlet: {outlet}\n{dated}---\n\n{body if name != 'copy' else text}\n")
    ingest([tmp_path / "in"], library=library, encoder=encoder, settings=settings)
    opened = Archive(library)
    yield opened
    opened.close()


def names(found: Found) -> list[str]:
    return [Path(found.records[hit.passage_id].article.reference).stem for hit in found.hits]


def ask(archive: Archive, encoder: WordEncoder, text: str, settings: SearchSettings = DEFAULT, **more: object) -> Found:
    query = read_facts(Query(text, text, **more), text, outlets=archive.outlets())  # type: ignore[arg-type]
    return retrieve(query, archive=archive, encoder=encoder, settings=settings)


@pytest.mark.parametrize("how", [DEFAULT, WORDS, MEANING, replace(DEFAULT, fusion="ranks")])
def test_what_is_asked_for_comes_first(archive: Archive, encoder: WordEncoder, how: SearchSettings) -> None:
    found = ask(archive, encoder, "When did the bridge open?", how)
    assert names(found)[0] == "other"
    assert [hit.score for hit in found.hits] == sorted((hit.score for hit in found.hits), reverse=True)


def test_a_search_without_weight_is_not_made(archive: Archive, encoder: WordEncoder) -> None:
    before = len(encoder.encoded)
    found = ask(archive, encoder, "bridge", WORDS)
    assert len(encoder.encoded) == before
    assert names(found) == ["other"]
    assert {hit.meaning_rank for hit in found.hits} == {None}
    assert {hit.words_rank for hit in ask(archive, encoder, "bridge", MEANING).hits} == {None}


def test_every_hit_has_both_scores(archive: Archive, encoder: WordEncoder) -> None:
    found = ask(archive, encoder, "Which budget did the council pass?", replace(DEFAULT, depth=1))
    assert all(hit.similarity is not None for hit in found.hits)


def test_a_named_time_and_the_day_of_asking_decide_between_equals(archive: Archive, encoder: WordEncoder) -> None:
    asked = "When did the ferry strike end"
    assert names(ask(archive, encoder, f"{asked} in January 2030?", today="2031-03-12"))[0] == "old"
    assert names(ask(archive, encoder, f"{asked} this week?", today="2031-03-12"))[0] in ("new", "copy")
    assert names(ask(archive, encoder, f"{asked} this week?", today="2030-01-12"))[0] == "old"
    assert names(ask(archive, encoder, f"{asked}?", today="2031-03-12"))[0] in ("new", "copy")


@pytest.mark.parametrize(
    ("filters", "wanted"),
    [
        pytest.param(Filters(outlets=("Harbour Wire",)), {"old"}, id="outlet"),
        pytest.param(Filters(last="2030-12-31"), {"old"}, id="until"),
        pytest.param(Filters(first="2031-03-11"), {"other"}, id="from"),
        pytest.param(Filters(first="2031-03-10", outlets=("Quay Times",)), {"new", "other"}, id="both"),
        pytest.param(Filters(outlets=("Nobody",)), set(), id="nobody"),
    ],
)
@pytest.mark.parametrize("how", [DEFAULT, WORDS, MEANING])
def test_filters_leave_nothing_else(
    archive: Archive, encoder: WordEncoder, filters: Filters, wanted: set[str], how: SearchSettings
) -> None:
    found = set(names(ask(archive, encoder, "ferry strike bridge council ended opened", how, filters=filters)))
    assert found <= wanted
    if how is not WORDS:
        assert found == wanted


def test_copies_of_one_origin_do_not_fill_the_hits(
    library: AnyLibrary, encoder: WordEncoder, settings: Settings, tmp_path: Path
) -> None:
    report = " ".join(
        f"On day {n} of the ferry strike the crew of boat {n} waited at quay {n} for pay." for n in range(8)
    )
    for name in ("Harbour Wire", "Quay Times", "Cape Post"):
        (tmp_path / f"{name}.md").write_text(f"---\ntitle: Ferry strike\noutlet: {name}\n---\n\n{report}\n")
    (tmp_path / "own.md").write_text("---\ntitle: Ferry\noutlet: Gull\n---\n\nA ferry strike of last year was short.\n")
    ingest([tmp_path], library=library, encoder=encoder, settings=settings)
    archive = Archive(library)
    for most in (1, 2):
        found = ask(archive, encoder, "ferry strike", replace(DEFAULT, passages_per_origin=most))
        outlets = [found.records[hit.passage_id].article.outlet for hit in found.hits]
        origins = Counter(found.records[hit.passage_id].article.origin for hit in found.hits)
        assert len(origins) == 2
        assert max(origins.values()) == most
        assert "Gull" in outlets
    archive.close()


def test_many_passages_are_filtered_by_asking_for_more(
    archive: Archive, encoder: WordEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same passages are found whether the few that are left are compared or many are asked for."""
    vector = encoder.encode(["the ferry strike ended"])[0]
    filters = Filters(first="2031-03-10")
    compared = archive.vectors.nearest(vector, limit=2, filters=filters)
    monkeypatch.setattr("index.caches.vectors._COMPARED_ONE_BY_ONE", 0)
    asked = archive.vectors.nearest(vector, limit=2, filters=filters)
    assert [number for number, _ in asked] == [number for number, _ in compared]
    assert [score for _, score in asked] == pytest.approx([score for _, score in compared], abs=1e-3)


def test_similarities_are_exact_and_leave_out_what_is_gone(archive: Archive, encoder: WordEncoder) -> None:
    vector = encoder.encode(["the ferry strike ended"])[0]
    numbers = archive.library.passage_ids()
    stored, matrix = archive.library.vectors_of(numbers)
    wanted = dict(zip(stored, (matrix @ vector).tolist(), strict=True))
    found = archive.vectors.similarities(vector, [*reversed(numbers), 10**9, 0, -3])
    assert found == pytest.approx(wanted, abs=1e-3)
    assert archive.vectors.similarities(vector, []) == {}
