from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from index.errors import EvaluationError
from rag.evaluate.records import read_records


def write(path: Path, *rows: Any) -> Path:
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


FULL = {
    "id": "x",
    "question": "When?",
    "sentences": [{"text": "The ferry left at noon.", "citations": [1]}],
    "citations": [{"n": 1, "quote": "left at noon", "source": "a"}],
    "sources": [{"id": "a", "text": "The ferry left at noon.", "published": "some day"}],
}


def test_sentences_citations_and_sources(tmp_path: Path) -> None:
    (record,) = read_records(write(tmp_path / "a.jsonl", FULL))
    assert record.sentences[0].citations == (1,)
    assert record.pointers[0].quote == "left at noon"
    assert record.sources[0].published is None  # no day


def test_text_with_markers(tmp_path: Path) -> None:
    row = {"output": "It left at noon [1][3]. Nobody was hurt [2].", "docs": ["one", {"text": "two", "title": "T"}]}
    (record,) = read_records(write(tmp_path / "a.jsonl", row))
    assert [(each.text, each.citations) for each in record.sentences] == [
        ("It left at noon.", (1, 3)),
        ("Nobody was hurt.", (2,)),
    ]
    assert [pointer.source for pointer in record.pointers] == ["1", "2"]


@pytest.mark.parametrize(
    "content",
    [
        '[{"text": "A."}, {"text": "B."}]',
        '{"answers": [{"text": "A."}, {"text": "B."}]}',
        '{"text": "A."}\n{"text": "B."}',
    ],
)
def test_lists_and_lines(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(content)
    assert [record.id for record in read_records(path)] == ["1", "2"]


def test_the_same_id_twice_is_told_apart(tmp_path: Path) -> None:
    assert [record.id for record in read_records(write(tmp_path / "a.jsonl", FULL, FULL))] == ["x", "x (2)"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "holds no answer"),
        ("[]", "holds no answer"),
        ("[1]", "no JSON object"),
        ("{} {", "is not JSON"),
        ('{"question": "q"}', "neither 'sentences' nor 'text'"),
        ('{"sentences": [{"txt": 1}]}', "malformed"),
        ('{"text": "A.", "citations": [{"n": "one"}]}', "malformed"),
        ('{"text": "A.", "sources": [{"id": 1}]}', "malformed"),
    ],
)
def test_malformed_answers_are_refused(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(content)
    with pytest.raises(EvaluationError, match=message):
        read_records(path)
