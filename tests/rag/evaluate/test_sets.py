"""The adapters on invented rows in the shape of the sets."""

from __future__ import annotations

import json
import lzma
from pathlib import Path
from typing import Any

import pytest

from index.errors import EvaluationError
from rag.evaluate.cases import read_cases, select_cases
from rag.evaluate.convert import ADAPTERS, convert_set
from rag.evaluate.pairs import read_pairs
from rag.evaluate.sets import attribution_bench, multi_hop_rag, qags, ram_docs, real_time_qa, rgb
from ui.evaluation.commands import _SETS

ARTICLE = {
    "id": "n1", "url": "https://quay.example/1", "title": "Ferry sinks", "published": "2031/02/20",
    "authors": ["Ana Lind"], "source": "quay.example", "text": "A ferry sank.",
}  # fmt: skip
QUESTION = {
    "id": "q1", "date": "2031/02/21", "question": "What sank?", "choices": ["A ferry", "A barge"], "answer": ["A ferry"],
    "gold_doc_ids": ["n1"], "gcs_doc_ids": [], "weak_relevant_ids": [],
}  # fmt: skip
ROWS: dict[str, list[dict[str, Any]]] = {
    real_time_qa.ARTICLES_FILE: [ARTICLE, {**ARTICLE, "id": "n2", "title": ""}, {**ARTICLE, "id": "n3"}],
    real_time_qa.QUESTION_FILES["gold"]: [QUESTION],
    real_time_qa.QUESTION_FILES["weak"]: [{**QUESTION, "gold_doc_ids": [], "weak_relevant_ids": []}],
    multi_hop_rag.DOCUMENTS_FILE: [
        {"title": "T", "author": "A", "source": "Q", "category": "c", "published_at": "2031-02-20T10:00:00+00:00",
         "url": "https://quay.example/1", "facts": ["One fact.", "Another."]}
    ],
    multi_hop_rag.QUESTIONS_FILE: [
        {"id": "0", "question": "Who?", "question_type": "inference_query", "answer": "Lind",
         "evidence_list": [{"url": "https://quay.example/1", "fact": "One fact."}]},
        {"id": "1", "question": "Why?", "question_type": "null_query", "answer": "Insufficient information.",
         "evidence_list": []},
    ],
    rgb.FILE: [
        {"id": 0, "query": "Where?", "answer": "Port Selm", "positive": ["In Port Selm."],
         "negative": ["Nobody knows.", "Selm is a town."], "positive_wrong": [], "fakeanswer": "x"},
        {"id": 1, "query": "When?", "answer": [["June 2030", "Jun. 2030"]], "positive": ["In June 2030."],
         "negative": ["Later, in June 2030."], "positive_wrong": [], "fakeanswer": "x"},
        {"id": 2, "query": "Who?", "answer": "Lind", "positive": ["It was Lind."],
         "negative": ["Her sister did.", "Nobody knows."], "positive_wrong": [], "fakeanswer": "x"},
    ],
    ram_docs.FILE: [
        {"question": "How many?", "gold_answers": ["12", "30"], "wrong_answers": ["7"], "disambig_entity": [],
         "documents": [{"text": "12 here.", "type": "correct", "answer": "12"},
                       {"text": "12 here.", "type": "correct", "answer": "12"},
                       {"text": "7 here.", "type": "misinfo", "answer": "7"}]},
    ],
    qags.FILE: [
        {"article": "A ferry sank.", "summary_sentences": [
            {"sentence": "It sank.", "responses": [{"response": "yes"}, {"response": "yes"}, {"response": "no"}]},
            {"sentence": "It burned.", "responses": [{"response": "yes"}, {"response": "no"}, {"response": "no"}]}]},
    ],
    attribution_bench.FILE: [
        {"id": "x", "claim": "It sank.", "references": ["A ferry sank.", "It was old."],
         "attribution_label": "attributable", "src_dataset": "S"},
    ],
}  # fmt: skip


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    for name, rows in ROWS.items():
        text = "".join(json.dumps(row) + "\n" for row in rows)
        if name.endswith(".xz"):
            (folder / name).write_bytes(lzma.compress(text.encode()))
        else:
            (folder / name).write_text(text)
    return folder


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_the_command_knows_every_set() -> None:
    assert tuple(ADAPTERS) == _SETS


@pytest.mark.parametrize("name", ADAPTERS)
def test_every_set_says_what_it_read_and_wrote(name: str, data: Path, tmp_path: Path) -> None:
    done = convert_set(name, data=data, to=tmp_path / "out", articles=0)
    assert done.adapter.licence.startswith("for measuring only")
    assert "https://arxiv.org/abs/" in done.adapter.paper
    assert [item.name for item in done.inputs] == list(done.adapter.files)
    for path, lines in done.written.items():
        assert len(rows(path)) == lines > 0
    if (cases := tmp_path / "out" / "cases.jsonl").exists():
        assert read_cases(cases)
    if (pairs := tmp_path / "out" / "pairs.jsonl").exists():
        assert read_pairs(pairs)


def test_realtimeqa(data: Path, tmp_path: Path) -> None:
    convert_set("realtimeqa", data=data, to=tmp_path, articles=2)
    assert [row["id"] for row in rows(tmp_path / "articles.jsonl")] == ["n1", "n2"]
    gold, title = read_cases(tmp_path / "cases.jsonl")
    assert (gold.id, gold.group, gold.as_of, gold.articles) == ("gold-q1", "gold", "2031-02-21", ("n1",))
    assert (title.group, title.question) == ("title", "Ferry sinks")


def test_multihoprag(data: Path, tmp_path: Path) -> None:
    convert_set("multihoprag", data=data, to=tmp_path, articles=0)
    inference, null = read_cases(tmp_path / "cases.jsonl")
    assert (inference.group, inference.answerable, inference.answers) == ("inference", True, ("Lind",))
    assert (null.group, null.answerable, null.answers) == ("null", False, ())
    assert rows(tmp_path / "articles.jsonl")[0]["text"] == "One fact.\n\nAnother."


def test_rgb(data: Path, tmp_path: Path) -> None:
    convert_set("rgb", data=data, to=tmp_path, articles=0)
    cases = {case.id: case for case in read_cases(tmp_path / "cases.jsonl")}
    assert [name for name in cases if not name.startswith("rgb-2")] == [
        "rgb-0", "rgb-0-whole", "rgb-0-negatives", "rgb-1", "rgb-1-whole"
    ]  # fmt: skip
    assert cases["rgb-0"].filters.outlets == ("RGB 0 positive", "RGB 0 negative")
    assert cases["rgb-0-negatives"].answerable is False
    assert cases["rgb-1"].answers == ("June 2030", "Jun. 2030")
    texts = [row["text"] for row in rows(tmp_path / "articles.jsonl")]
    assert "Later, in June 2030." not in texts  # a negative that answers
    assert "Nobody knows." in texts
    assert "Her sister did." not in texts  # the place of one that was found by hand


def test_ramdocs(data: Path, tmp_path: Path) -> None:
    convert_set("ramdocs", data=data, to=tmp_path, articles=0)
    (case,) = read_cases(tmp_path / "cases.jsonl")
    assert (case.match, case.group, case.articles) == ("all", "several answers", ("ramdocs-0-1",))
    assert case.choices == ("12", "30", "7")
    assert len(rows(tmp_path / "articles.jsonl")) == 2  # the same text stands there once


def test_pairs(data: Path, tmp_path: Path) -> None:
    convert_set("qags", data=data, to=tmp_path, articles=0)
    assert [pair.supported for pair in read_pairs(tmp_path / "pairs.jsonl")] == [True, False]
    convert_set("attributionbench", data=data, to=tmp_path, articles=0)
    (pair,) = read_pairs(tmp_path / "pairs.jsonl")
    assert (pair.evidence, pair.supported, pair.group) == ("A ferry sank.\n\nIt was old.", True, "S")


def test_missing_and_malformed_files_are_named(data: Path, tmp_path: Path) -> None:
    (data / qags.FILE).unlink()
    with pytest.raises(EvaluationError, match=f"has no file '{qags.FILE}'"):
        convert_set("qags", data=data, to=tmp_path, articles=0)
    (data / rgb.FILE).write_text('{"id": 0}\n')
    with pytest.raises(EvaluationError, match="do not have the form"):
        convert_set("rgb", data=data, to=tmp_path, articles=0)


def test_cases_are_selected(data: Path, tmp_path: Path) -> None:
    convert_set("rgb", data=data, to=tmp_path, articles=0)
    cases = read_cases(tmp_path / "cases.jsonl")
    assert {case.group for case in select_cases(cases, group="whole")} == {"whole"}
    halves = [select_cases(cases, half="tune"), select_cases(cases, half="report")]
    assert sorted(case.id for half in halves for case in half) == sorted(case.id for case in cases)
    assert len(select_cases(cases, limit=2)) == 2
    with pytest.raises(EvaluationError, match="No case is in the group 'x'"):
        select_cases(cases, group="x")
