"""The word index finds what a reader would expect, follows the library, and is made again after any damage."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.articles import RawArticle
from index.build import ingest
from index.caches.analysis import analyse
from index.caches.words import FieldWeights, WordIndex
from index.errors import LibraryDamaged
from index.settings import Settings
from index.store.protocol import AnyLibrary
from tests.conftest import SAMPLES, WordEncoder

BODY = FieldWeights(body=1.0)


@pytest.fixture
def filled(library: AnyLibrary, encoder: WordEncoder, settings: Settings) -> AnyLibrary:
    ingest([SAMPLES], library=library, encoder=encoder, settings=settings)
    return library


def texts(library: AnyLibrary, found: list[tuple[int, float]]) -> list[str]:
    records = library.passages([number for number, _ in found])
    return [records[number].text for number, _ in found]


@pytest.mark.parametrize(
    ("question", "term"),
    [
        pytest.param("voting", "vote", id="inflections"),
        pytest.param("COMPTROLLER", "comptroller", id="case"),
        pytest.param("What did the comptroller say?", "comptroller", id="function words are no matter"),
    ],
)
def test_a_word_is_found(filled: AnyLibrary, question: str, term: str) -> None:
    words = WordIndex(filled)
    found = texts(filled, words.passages(question, limit=5, weights=BODY))
    assert found
    assert all(term in text.lower() for text in found)
    words.close()


@pytest.mark.both_stores
def test_accents_and_dotted_abbreviations(
    library: AnyLibrary, encoder: WordEncoder, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "a.md").write_text("---\ntitle: A\n---\nThe café owner met the U.S. envoy.")
    (tmp_path / "b.md").write_text("---\ntitle: B\n---\nUs and them: a tale, said S. Ulm. Plan U was not S.")
    ingest([tmp_path], library=library, encoder=encoder, settings=settings)
    words = WordIndex(library)
    assert len(words.passages("cafe", limit=5, weights=BODY)) == 1
    assert texts(library, words.passages("the U.S.", limit=5, weights=BODY)) == ["The café owner met the U.S. envoy."]
    words.close()


def test_scores_fall_and_a_field_without_weight_is_not_searched(filled: AnyLibrary) -> None:
    words = WordIndex(filled)
    found = words.passages("comptroller ports audit", limit=20, weights=FieldWeights(title=1.0, body=1.0))
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)
    assert words.passages("comptroller", limit=20, weights=FieldWeights(title=0.0, body=0.0)) == []
    articles = words.articles("comptroller", limit=20, weights=FieldWeights(title=1.0))
    firsts = {place.first for place in filled.places(filled.passage_ids()).values()}
    assert {number for number, _ in articles} <= firsts
    words.close()


def test_the_index_follows_the_library(
    filled: AnyLibrary, encoder: WordEncoder, settings: Settings, tmp_path: Path
) -> None:
    words = WordIndex(filled)
    assert words.passages("zanzibar", limit=5, weights=BODY) == []
    path = tmp_path / "a.md"
    path.write_text("---\ntitle: New\n---\nA ferry left Zanzibar.")
    ingest([tmp_path], library=filled, encoder=encoder, settings=settings)
    assert words.passages("zanzibar", limit=5, weights=BODY) == []  # readers use what was published last
    words.sync()
    assert len(words.passages("zanzibar", limit=5, weights=BODY)) == 1
    assert len(words.articles("zanzibar", limit=5, weights=BODY)) == 1
    path.write_text("---\ntitle: New\n---\nA ferry left Pemba.")
    ingest([tmp_path], library=filled, encoder=encoder, settings=settings, stored=words.sync)
    assert words.passages("zanzibar", limit=5, weights=BODY) == []
    assert words.articles("zanzibar", limit=5, weights=BODY) == []
    assert len(words.articles("pemba", limit=5, weights=BODY)) == 1
    words.close()


@pytest.mark.both_stores
def test_a_sealed_index_is_kept_and_a_damaged_one_made_again(filled: AnyLibrary, settings: Settings) -> None:
    words = WordIndex(filled)
    wanted = words.passages("comptroller", limit=9, weights=BODY)
    words.close()
    kept = WordIndex(filled)
    assert kept.passages("comptroller", limit=9, weights=BODY) == wanted
    assert not kept.rebuilt
    kept.close()
    victim = max((filled.folder / "words").rglob("*"), key=lambda path: path.stat().st_size * path.is_file())
    victim.write_bytes(victim.read_bytes()[:-1])
    again = WordIndex(filled)
    assert again.passages("comptroller", limit=9, weights=BODY) == wanted
    assert again.rebuilt
    # Not closed in order: the next process must not trust it.
    unsealed = WordIndex(filled)
    assert unsealed.passages("comptroller", limit=9, weights=BODY) == wanted
    assert unsealed.rebuilt
    unsealed.close()


@pytest.mark.both_stores
def test_passages_that_are_missing_are_noticed(filled: AnyLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    class Forgetful(WordIndex):
        """Says that it holds everything already."""

        def _open(self) -> npt.NDArray[np.int64]:
            super()._open()
            return np.array(self._library.passage_ids())

    with pytest.raises(LibraryDamaged, match="holds 0 passages, the library"):
        Forgetful(filled).sync()


@given(st.text(max_size=60))
def test_any_text_can_be_analysed_and_terms_are_stable(text: str) -> None:
    for term in analyse(text):
        assert term
        assert term == term.lower()


def test_raw_articles_of_odd_letters_can_be_searched(library: AnyLibrary) -> None:
    words = WordIndex(library)
    for question in (
        '"',
        "AND OR NOT",
        "title:x",
        "*",
        "\x00",
        "谁赢了",
        "a" * 2000,
        RawArticle("x", "text", "y").text,
    ):
        assert words.passages(question, limit=5, weights=BODY) == []
    words.close()


def test_a_word_of_a_headline_alone_stands_somewhere(
    library: AnyLibrary, encoder: WordEncoder, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "a.md").write_text("---\ntitle: Ostrava choir wins\n---\nThe singers came home on Monday.")
    ingest([tmp_path], library=library, encoder=encoder, settings=settings)
    words = WordIndex(library)
    assert (words.count_passages_with("Ostrava"), words.count_passages_with("Ostrava", titles=True)) == (0, 1)
    assert words.count_passages_with("Lodra", titles=True) == 0
    words.close()
