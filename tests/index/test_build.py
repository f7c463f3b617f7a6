"""Ingest and library: each article whole or absent, the same again changes nothing, every offset exact."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from index.articles import Filters
from index.build import IngestOptions, ingest
from index.caches.vectors import VectorIndex
from index.caches.words import FieldWeights, WordIndex
from index.errors import ArticleNotFound, LibraryInUse, LibraryMismatch, LibraryMissing, SourceError
from index.prepare import library_stamp
from index.settings import Settings
from index.sources.reader import ArticleReader
from index.store.library import Library
from index.store.opening import open_library
from index.store.protocol import AnyLibrary
from tests.conftest import SAMPLES, WordEncoder

pytestmark = pytest.mark.both_stores


def write(folder: Path, name: str, text: str, **facts: str) -> Path:
    folder.mkdir(exist_ok=True)
    head = "".join(f"{key}: {json.dumps(value)}\n" for key, value in facts.items())
    path = folder / name
    path.write_text(f"---\n{head}---\n\n{text}\n" if head else text, encoding="utf-8")
    return path


def run(folder: Path, library: AnyLibrary, encoder: WordEncoder, settings: Settings):
    return ingest([folder], library=library, encoder=encoder, settings=settings)


def test_samples_are_all_read(library: AnyLibrary, encoder: WordEncoder, settings: Settings) -> None:
    report = run(SAMPLES, library, encoder, settings)
    assert (report.count("added"), report.count("changed"), report.count("failed")) == (41, 1, 0)
    assert report.passages_embedded == len(encoder.encoded) > 80


def test_ingesting_again_embeds_nothing(library: AnyLibrary, encoder: WordEncoder, settings: Settings) -> None:
    run(SAMPLES, library, encoder, settings)
    generation, asked = library.generation, len(encoder.encoded)
    report = run(SAMPLES, library, encoder, settings)
    assert report.count("unchanged") == len(report.sources) == 42
    assert (library.generation, len(encoder.encoded)) == (generation, asked)


def test_wire_copies_share_an_origin_and_keep_their_outlets(
    library: AnyLibrary, encoder: WordEncoder, settings: Settings
) -> None:
    run(SAMPLES, library, encoder, settings)
    articles = [library.article(name) for name in library.article_ids()]
    copies = [article for article in articles if "offer" in article.reference and "cut" in article.reference]
    assert len({article.outlet for article in copies}) == 3
    assert len({article.origin for article in copies}) == 1
    others = {article.origin for article in articles if article not in copies}
    assert len(others) == len(articles) - 3


@pytest.mark.parametrize(
    "spelled",
    [
        "http://www.quay.example/1",
        "https://quay.example/1/?utm_source=mail",
        "https://quay.example/1/amp",
        "https://m.quay.example/1#top",
    ],
)
def test_one_article_under_another_spelling_of_its_address_is_a_version(
    library: AnyLibrary, encoder: WordEncoder, settings: Settings, tmp_path: Path, spelled: str
) -> None:
    folder = tmp_path / "in"
    write(
        folder,
        "1.md",
        "The lock closed for 2 days.",
        title="Lock",
        url="https://quay.example/1",
        published="2031-03-13",
    )
    write(folder, "2.md", "The lock closed for 3 days.", title="Lock", url=spelled, published="2031-03-14")
    report = run(folder, library, encoder, settings)
    assert (report.count("added"), report.count("changed")) == (1, 1)
    (article,) = (library.article(name) for name in library.article_ids())
    assert (article.version, article.text) == (2, "The lock closed for 3 days.")


def test_a_correction_is_a_new_version_and_the_old_one_is_kept(
    library: AnyLibrary, encoder: WordEncoder, settings: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    facts = {
        "title": "Dock strike",
        "outlet": "Quay Times",
        "url": "https://quay.example/1",
        "published": "2031-03-13",
    }
    write(folder, "1.md", "A strike held up 22 vessels on Wednesday.", **facts)
    write(folder, "2.md", "A strike held up 34 vessels on Wednesday.", **facts, updated="2031-03-14")
    report = run(folder, library, encoder, settings)
    assert [source.outcome for source in report.sources] == ["added", "changed"]
    (name,) = library.article_ids()
    assert "34 vessels" in library.article(name).text
    assert "22 vessels" in library.article(name, version=1).text
    words = WordIndex(library)
    assert words.passages("22", limit=5, weights=FieldWeights()) == []
    assert len(words.passages("34", limit=5, weights=FieldWeights())) == 1
    words.close()


def test_an_article_found_in_other_places_stays_until_the_last_of_them_is_gone(
    library: AnyLibrary, encoder: WordEncoder, settings: Settings, tmp_path: Path
) -> None:
    facts = {"title": "Bridge", "url": "https://quay.example/2"}
    places = [write(tmp_path / "in", f"{number}.md", "The bridge opened on Monday.", **facts) for number in range(3)]
    run(tmp_path / "in", library, encoder, settings)
    # One more place, named twice: the second time it is known already.
    twice = tmp_path / "twice.jsonl"
    rows = [{"text": "The bridge opened on Monday.", "url": facts["url"]}, {"text": "The ferry was late."}]
    twice.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    ingest([twice, twice], library=library, encoder=encoder, settings=settings)
    assert len(library.article_ids()) == 2

    outcomes = []
    for place in places:
        place.unlink()
        report = ingest(
            [tmp_path / "in"], library=library, encoder=encoder, settings=settings, options=IngestOptions(prune=True)
        )
        outcomes.append([source.outcome for source in report.sources if source.outcome == "removed"])
    assert outcomes == [["removed"]] * 3
    assert len(library.article_ids()) == 2  # twice.jsonl still holds it


def test_an_older_version_from_elsewhere_does_not_become_current(
    library: AnyLibrary, encoder: WordEncoder, settings: Settings, tmp_path: Path
) -> None:
    facts = {"title": "Dock strike", "url": "https://quay.example/1", "published": "2031-03-13"}
    write(tmp_path / "in", "1.md", "A strike held up 34 vessels.", **facts, updated="2031-03-14")
    write(tmp_path / "in", "2.md", "A strike held up 22 vessels.", **facts)
    run(tmp_path / "in", library, encoder, settings)
    (name,) = library.article_ids()
    assert "34 vessels" in library.article(name).text


def test_unchanged_passages_keep_their_vectors(
    library: AnyLibrary, encoder: WordEncoder, settings: Settings, tmp_path: Path
) -> None:
    body = "\n\n".join(f"Paragraph {n} says that the ferry carried {n} people to the island. " * 8 for n in range(2, 8))
    path = write(tmp_path / "in", "a.txt", body)
    run(tmp_path / "in", library, encoder, settings)
    before = len(encoder.encoded)
    path.write_text(body + "\n\nA last line was added.", encoding="utf-8")
    report = run(tmp_path / "in", library, encoder, settings)
    assert report.count("changed") == 1
    assert 0 < len(encoder.encoded) - before < before


def test_a_failing_input_takes_no_other_with_it(
    library: AnyLibrary, encoder: WordEncoder, settings: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    write(folder, "good.md", "The bridge opened on Monday.", title="Bridge")
    (folder / "binary.txt").write_bytes(b"\x7fELF\x00\x01\x02" * 50)
    (folder / "empty.md").write_text("", encoding="utf-8")
    (folder / "rows.jsonl").write_text('{"text": "A row that can be read."}\nnot json\n', encoding="utf-8")
    report = run(folder, library, encoder, settings)
    assert report.count("added") == 2
    reasons = {Path(item.reference).name.split("#")[0]: item.reason for item in report.sources if item.reason}
    assert set(reasons) == {"binary.txt", "empty.md", "rows.jsonl"}
    assert "binary" in reasons["binary.txt"]


def test_filters_leave_out_undated_articles(
    library: AnyLibrary, encoder: WordEncoder, settings: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    write(folder, "a.md", "The bridge opened.", outlet="A", published="2031-03-01")
    write(folder, "b.md", "The tunnel opened.", outlet="B", published="2031-04-01T10:00:00+00:00")
    write(folder, "c.md", "The road opened.", outlet="A")
    run(folder, library, encoder, settings)
    assert library.coverage(Filters()).undated == 1
    assert library.coverage(Filters(first="2031-03-15")).outlets == ("B",)
    assert library.coverage(Filters(last="2031-03-31", outlets=("A",))).articles == 1
    words = WordIndex(library)
    for filters, count in ((Filters(outlets=("A",)), 2), (Filters(last="2031-03-31"), 1), (Filters(outlets=("C",)), 0)):
        for search in (words.passages, words.articles):
            assert len(search("opened", limit=5, weights=FieldWeights(), filters=filters)) == count
    words.close()
    with_vectors = VectorIndex(library)
    found = with_vectors.nearest(encoder.encode(["the road opened"])[0], limit=5, filters=Filters(outlets=("B",)))
    assert len(found) == 1
    with_vectors.close()


def test_vector_cache_is_rebuilt_when_a_file_of_it_changes(
    library: AnyLibrary, encoder: WordEncoder, settings: Settings
) -> None:
    run(SAMPLES, library, encoder, settings)
    question = encoder.encode(["ferry death toll rises"])[0]
    asked = len(encoder.encoded)
    vectors = VectorIndex(library)
    wanted = vectors.nearest(question, limit=10)
    vectors.close()
    intact = VectorIndex(library)
    assert intact.nearest(question, limit=10) == wanted
    assert not intact.rebuilt
    intact.close()
    for damage in ("truncate", "delete"):
        victim = next(
            path for path in (library.folder / "vectors").rglob("*") if path.is_file() and path.stat().st_size
        )
        if damage == "truncate":
            victim.write_bytes(victim.read_bytes()[:-1])
        else:
            victim.unlink()
        again = VectorIndex(library)
        assert [name for name, _ in again.nearest(question, limit=10)] == [name for name, _ in wanted]
        assert again.rebuilt
        again.close()
    assert len(encoder.encoded) == asked  # nothing was embedded for it


def test_errors_say_what_to_do(settings: Settings, encoder: WordEncoder, tmp_path: Path) -> None:
    stamp = library_stamp(settings, encoder)
    with pytest.raises(LibraryMissing, match=r"There is no library in .*citewire ingest"):
        open_library(settings, stamp=stamp)
    with open_library(settings, stamp=stamp, create=True) as library:
        if library.shared:
            open_library(settings, stamp=stamp).close()
        else:
            with pytest.raises(LibraryInUse, match="in use by process") as caught:
                open_library(settings, stamp=stamp)
            assert caught.value.exit_code == 4
        with pytest.raises(ArticleNotFound, match="No article 'nobody'"):
            library.article("nobody")
        with pytest.raises(SourceError, match="nowhere"):
            ingest([tmp_path / "nowhere"], library=library, encoder=encoder, settings=settings)
    other = replace(settings, passages=replace(settings.passages, target_characters=300))
    with pytest.raises(LibraryMismatch, match="passage_target_characters was '600', now '300'"):
        open_library(settings, stamp=library_stamp(other, encoder))
    with pytest.raises(LibraryMismatch, match="embedding_model was 'words', now 'other'"):
        open_library(settings, stamp=library_stamp(settings, WordEncoder(name="other")))


@pytest.fixture(scope="module")
def reader() -> Iterator[ArticleReader]:
    with ArticleReader() as opened:
        yield opened


words = st.sampled_from(
    [
        "The",
        "ferry",
        "sank",
        "off",
        "U.S.",
        "waters.",
        "Mr.",
        "Okafor",
        "said:",
        "“No.”",
        "34",
        "dead",
        "🚢",
        "naïve",
        "ﬁre\r\n",
        "\n\n",
        "",
    ]
)
bodies = st.lists(words | st.text(max_size=8), min_size=1, max_size=120).map(" ".join)


@hypothesis_settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.text(min_size=1, max_size=20), bodies), min_size=1, max_size=3))
def test_stored_spans_tile_every_article(
    tmp_path_factory: pytest.TempPathFactory, reader: ArticleReader, articles: list[tuple[str, str]]
) -> None:
    """Over random libraries: passages tile the stored text, and the library gives back what was cut."""
    folder = tmp_path_factory.mktemp("random")
    rows = [json.dumps({"title": title, "text": body, "id": str(n)}) for n, (title, body) in enumerate(articles)]
    (folder / "rows.jsonl").write_text("\n".join(rows), encoding="utf-8")
    encoder, settings = WordEncoder(), Settings(library=folder / "library", model="none")
    with Library.open(settings.library, stamp=library_stamp(settings, encoder), create=True) as library:
        report = ingest([folder / "rows.jsonl"], library=library, encoder=encoder, settings=settings, reader=reader)
        assert len(report.sources) == len(articles)
        records = library.passages(library.passage_ids())
        for name in library.article_ids():
            article = library.article(name)
            mine = sorted((r.span.start, r.span.end) for r in records.values() if r.article.id == name)
            assert mine[0][0] == 0
            assert mine[-1][1] == len(article.text)
            assert all(left[1] == right[0] for left, right in pairwise(mine))
            for record in records.values():
                if record.article.id == name:
                    assert "".join(s.slice(article.text) for s in record.sentences).find(record.text) >= 0


def test_batches_make_no_difference(
    encoder: WordEncoder, new_settings: Callable[[str], Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Versions and copies that follow one another closely are told apart, however many articles wait to be embedded."""
    made = []
    for at_once in (1, 7, 10_000):
        monkeypatch.setattr("index.build._TEXTS_AT_ONCE", at_once)
        encoder.encoded.clear()
        settings = new_settings(str(at_once))
        with open_library(settings, stamp=library_stamp(settings, encoder), create=True) as library:
            report = run(SAMPLES, library, encoder, settings)
            assert (report.count("added"), report.count("changed"), report.count("failed")) == (41, 1, 0)
            assert report.passages_embedded == len(encoder.encoded) == len(set(encoder.encoded))
            assert library.check() == []
            articles = [library.article(name) for name in library.article_ids()]
            made.append([(each.id, each.version, each.sha256, each.origin) for each in articles])
    assert made[0] == made[1] == made[2]
