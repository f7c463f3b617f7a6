"""Saved answers are looked up in a real library: what stands, what was changed, what is gone, what never stood there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from index.build import ingest
from index.errors import UsageError
from index.settings import Settings
from index.store.library import Library
from index.store.versions import hash_text
from rag.answer_types import Answer
from rag.record.recheck import read_answers, recheck
from tests.conftest import WordEncoder
from tests.rag.answers_for_tests import make_answer, make_citation

BEFORE = "A one-day strike held up 22 vessels at both ends of the canal, the company said."
NOW = "A one-day strike held up 34 vessels at both ends of the canal, the company said."
REST = "Trucks waited in lines of up to 6 kilometres on the coast road."


def write(folder: Path, lead: str) -> Path:
    file = folder / "strike.md"
    file.write_text(f"---\ntitle: Strike\npublished: 2031-03-13\n---\n\n{lead}\n\n{REST}\n", encoding="utf-8")
    return file


@pytest.fixture
def answer(tmp_path: Path, library: Library, encoder: WordEncoder, settings: Settings) -> Answer:
    """An answer over the first version of an article."""
    ingest([write(tmp_path, BEFORE)], library=library, encoder=encoder, settings=settings)
    (identifier,) = library.article_ids()
    article = library.article(identifier)
    cited = [
        make_citation(n, text, start=article.text.index(text), article=identifier, sha256=article.sha256)
        for n, text in ((1, BEFORE), (2, REST))
    ]
    return make_answer("How many vessels?", BEFORE, *cited)


def test_an_unchanged_answer_stands(answer: Answer, library: Library) -> None:
    found = recheck(answer, library)
    assert found.stands
    assert [each.standing for each in found.citations] == ["stands", "stands"]


def test_a_corrected_article_is_told(
    answer: Answer, library: Library, encoder: WordEncoder, settings: Settings, tmp_path: Path
) -> None:
    ingest([write(tmp_path, NOW)], library=library, encoder=encoder, settings=settings)
    found = recheck(answer, library)
    changed, rest = found.citations
    assert (changed.standing, changed.now, changed.version) == ("changed", NOW, 2)
    assert rest.standing == "stands"
    assert not found.stands
    assert found.fallen == (BEFORE,)


def test_an_article_that_was_retracted_since(
    answer: Answer, library: Library, encoder: WordEncoder, settings: Settings, tmp_path: Path
) -> None:
    note = "This article has been retracted because the company named no ships."
    ingest([write(tmp_path, f"{note}\n\n{BEFORE}")], library=library, encoder=encoder, settings=settings)
    found = recheck(answer, library)
    assert [(each.standing, each.version) for each in found.citations] == [("retracted", 2)] * 2
    assert found.fallen == (BEFORE,)
    told = tuple(replace(citation, note="retraction") for citation in answer.citations)
    assert recheck(replace(answer, citations=told), library).stands  # its reader was told


def test_words_that_never_stood_there(answer: Answer, library: Library) -> None:
    forged = replace(answer.citations[0], quote=answer.citations[0].quote.replace("22", "99"))
    moved = replace(answer.citations[1], start=0, end=len(REST))
    found = recheck(replace(answer, citations=(forged, moved)), library)
    assert [each.standing for each in found.citations] == ["false", "false"]


def test_an_article_that_is_gone(answer: Answer, library: Library) -> None:
    gone = replace(answer.citations[0], article_id="elsewhere")
    other = replace(answer.citations[1], article_sha256="f" * 64)
    found = recheck(replace(answer, citations=(gone, other)), library)
    assert [each.standing for each in found.citations] == ["missing", "missing"]


def write_headed(folder: Path, headline: str) -> Path:
    file = folder / "headed.md"
    file.write_text(f"---\ntitle: {headline}\npublished: 2031-03-13\n---\n\n{REST}\n", encoding="utf-8")
    return file


def test_a_headline_is_looked_up_in_the_version_that_bore_it(
    library: Library, encoder: WordEncoder, settings: Settings, tmp_path: Path
) -> None:
    first, second = "Strike holds up 22 ships at the canal", "Strike holds up 34 ships at the canal"
    ingest([write_headed(tmp_path, first)], library=library, encoder=encoder, settings=settings)
    (identifier,) = library.article_ids()
    article = library.article(identifier)
    cited = replace(
        make_citation(1, first, article=identifier, sha256=article.sha256), headline_sha256=hash_text(first)
    )
    assert recheck(make_answer("How many ships?", first, cited), library).stands
    forged = replace(cited, quote=second)
    other = replace(cited, headline_sha256=hash_text(second))
    of_the_text = replace(cited, headline_sha256=None)  # a headline stands nowhere in the text
    for wrong in (forged, other, of_the_text):
        assert recheck(make_answer("How many ships?", first, wrong), library).citations[0].standing == "false"

    ingest([write_headed(tmp_path, second)], library=library, encoder=encoder, settings=settings)
    (changed,) = recheck(make_answer("How many ships?", first, cited), library).citations
    assert (changed.standing, changed.now, changed.version) == ("changed", second, 2)


def test_files_of_answers(answer: Answer, tmp_path: Path) -> None:
    one, lines = tmp_path / "one.json", tmp_path / "many.jsonl"
    one.write_bytes(msgspec.json.format(msgspec.json.encode(answer), indent=2))
    lines.write_bytes(
        msgspec.json.encode(answer) + b"\n\n" + msgspec.json.encode({"case": "a", "key": "b", "answer": answer}) + b"\n"
    )
    assert list(read_answers(one)) == [answer]
    assert list(read_answers(lines)) == [answer, answer]


def test_an_answer_saved_before_there_were_updates_can_be_read(answer: Answer, tmp_path: Path) -> None:
    row = msgspec.to_builtins(answer)
    for name in ("understood", "unanswered", "updates", "suggestion"):
        del row[name]
    for citation in row["citations"]:
        for name in ("version", "correction", "head", "note"):
            del citation[name]
    file = tmp_path / "old.json"
    file.write_bytes(msgspec.json.encode(row))
    assert list(read_answers(file)) == [answer]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"{]", "Line 1"),
        (b'{"question": "x"}', "Line 1"),
        (b"[1, 2]", "Line 1"),
        (b"\xff\xfe", "Line 1"),
    ],
)
def test_what_is_no_answer_is_refused(content: bytes, message: str, tmp_path: Path) -> None:
    file = tmp_path / "bad.json"
    file.write_bytes(content)
    with pytest.raises(UsageError, match=message):
        list(read_answers(file))
