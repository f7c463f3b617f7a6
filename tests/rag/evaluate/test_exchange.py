"""Files of others from end to end, but for the command: what is written, what is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from index.articles import Article
from index.errors import EvaluationError
from rag.answer_types import Hit
from rag.evaluate.cases import Case, read_cases, write_cases
from rag.evaluate.citations import LibrarySources
from rag.evaluate.exchange import (
    ANSWER_PARSERS,
    EXPORTS,
    IMPORTS,
    RUN_WRITERS,
    export_nuggets,
    export_qrels,
    export_ranking,
    export_run,
    export_samples,
    import_answers,
    import_nuggets,
    import_qrels,
    read_ranking,
)
from rag.evaluate.formats.cited import RunDetails
from rag.evaluate.names import ArticleNames
from rag.evaluate.nuggets import Nugget
from rag.evaluate.records import read_records
from rag.evaluate.saved import AnswerFile, SavedAnswer
from tests.rag.evaluate.test_answering import ANSWER, REFUSED
from ui.evaluation import exchange as commands

RUN = RunDetails("harbour", "harbour-1", "Invented answers.")
ARTICLE = Article(
    id="aaa", version=1, text="Divers found 34 vessels.", sha256="s", origin="aaa", reference="wire/rows.jsonl#d-7",
    kind="jsonl", fetched="f", title=None, outlet=None, published=None, url="https://quay.example/7",
)  # fmt: skip
CASES = (
    Case(id="1", question="How many?", answers=("34",), articles=("d-7",), nuggets=(Nugget(texts=("34 vessels",)),)),
    Case(id="2", question="Who?", articles=("nowhere.md",)),
    Case(id="3", question="Why?"),
)


class Library:
    """One article; as a shelf, and as a desk that has it."""

    library: Library

    def __init__(self) -> None:
        self.library = self

    def article_ids(self) -> tuple[str, ...]:
        return ("aaa",)

    def versions(self, article: str) -> tuple[Article, ...]:
        return (ARTICLE,)

    def article(self, article: str, *, sha256: str | None = None) -> Article:
        from index.errors import ArticleNotFound

        if article != "aaa":
            raise ArticleNotFound("no such article")
        return ARTICLE

    def search(self, question: str, **how: Any) -> tuple[Hit, ...]:
        return () if question == "Why?" else (Hit(1, "aaa", 0, 6, "Divers", 0.5),)


NAMES = ArticleNames.read(Library())


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    """Answers as ``eval answers --save`` keeps them: one case was answered under two circumstances."""
    path = tmp_path / "answers.jsonl"
    kept = AnswerFile(path)
    kept.add(SavedAnswer("1", "before", REFUSED))
    kept.add(SavedAnswer("1", "after", ANSWER))
    kept.add(SavedAnswer("2", "after", REFUSED))
    return path


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    write_cases(CASES, tmp_path / "cases.jsonl")
    return tmp_path / "cases.jsonl"


def rows(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.mark.parametrize("form", RUN_WRITERS)
def test_saved_answers_become_a_run_and_a_run_answers(form: str, answers: Path, tmp_path: Path) -> None:
    done = export_run(form, answers, tmp_path / "run.jsonl", run=RUN)
    assert (done.rows, done.dropped) == (2, ())
    assert done.notes == (
        "1 answers were left out: a later one answers the same case.",
        "1 answers say nothing and stand there empty.",
    )
    back = import_answers(form, tmp_path / "run.jsonl", tmp_path / "back.jsonl", sources=None)
    assert back.notes == ("The words of the documents are not there: check with `citewire eval citations --library`.",)
    first, second = read_records(tmp_path / "back.jsonl")
    assert (first.id, first.sentences[0].text, first.pointers[0].source) == ("1", "Divers found 34 vessels.", "aaa")
    assert second.sentences == ()


@pytest.mark.parametrize(("kind", "name"), [("row", "d-7"), ("address", "https://quay.example/7")])
def test_documents_of_a_run_are_called_as_elsewhere(kind: Any, name: str, answers: Path, tmp_path: Path) -> None:
    export_run("trec-rag-2026", answers, tmp_path / "run.jsonl", run=RUN, names=NAMES, documents=kind)
    assert rows(tmp_path / "run.jsonl")[0]["references"] == [name]
    found = LibrarySources(Library()).find(name, None)  # type: ignore[arg-type]
    assert found is not None
    assert found.id == "aaa"


@pytest.mark.parametrize("name", ["", "d-8", "zzz"])
def test_a_name_of_no_article_finds_none(name: str) -> None:
    assert LibrarySources(Library()).find(name, None) is None  # type: ignore[arg-type]


def test_sources_come_with_the_answers(answers: Path, tmp_path: Path) -> None:
    export_run("dragun-2025", answers, tmp_path / "run.jsonl", run=RUN)
    (tmp_path / "sources.jsonl").write_text(json.dumps({"id": "aaa", "text": ARTICLE.text}))
    done = import_answers(
        "dragun-2025", tmp_path / "run.jsonl", tmp_path / "back.jsonl", sources=tmp_path / "sources.jsonl"
    )
    assert done.notes == ()
    assert read_records(tmp_path / "back.jsonl")[0].sources[0].text == ARTICLE.text


def test_samples_and_nuggets_of_saved_answers(answers: Path, cases: Path, tmp_path: Path) -> None:
    export_samples(answers, tmp_path / "samples.jsonl", cases=cases, markers=True)
    sample = rows(tmp_path / "samples.jsonl")[0]
    assert (sample["reference"], sample["response"]) == ("34", "Divers found 34 vessels. [1]")
    done = export_nuggets(answers, tmp_path / "nuggets.jsonl", cases=cases)
    assert rows(tmp_path / "nuggets.jsonl")[0]["nuggets"][0]["assignment"] == "support"
    assert {each.id for each in done.dropped} == {"2", "3"}


def test_nuggets_become_cases_or_fill_them(cases: Path, tmp_path: Path) -> None:
    path = tmp_path / "nuggets.jsonl"
    nugget = {"text": "39 people", "importance": "okay"}
    path.write_text("\n".join(json.dumps({"query": "q", "qid": n, "nuggets": [nugget]}) for n in ("2", "9")))
    import_nuggets(path, tmp_path / "new.jsonl", cases=None)
    assert [case.id for case in read_cases(tmp_path / "new.jsonl")] == ["2", "9"]
    done = import_nuggets(path, tmp_path / "filled.jsonl", cases=cases)
    filled = {case.id: case for case in read_cases(tmp_path / "filled.jsonl")}
    assert filled["1"] == CASES[0]
    assert filled["2"] == msgspec.structs.replace(CASES[1], nuggets=(Nugget(texts=("39 people",), importance="okay"),))
    assert [(each.id, each.reason) for each in done.dropped] == [("9", "no case has this id")]


def test_relevant_articles_there_and_back(cases: Path, tmp_path: Path) -> None:
    done = export_qrels(cases, tmp_path / "qrels")
    assert (tmp_path / "qrels").read_text() == "1 0 d-7 1\n2 0 nowhere.md 1\n"
    assert [each.id for each in done.dropped] == ["3"]
    import_qrels(tmp_path / "qrels", tmp_path / "back.jsonl", cases=cases)
    assert read_cases(tmp_path / "back.jsonl") == CASES


def test_relevant_articles_by_the_ids_of_the_library(cases: Path, tmp_path: Path) -> None:
    done = export_qrels(cases, tmp_path / "qrels", names=NAMES)
    assert (tmp_path / "qrels").read_text() == "1 0 aaa 1\n"
    assert [each.id for each in done.dropped] == ["2", "3"]


def test_qrels_change_only_what_they_judge(cases: Path, tmp_path: Path) -> None:
    (tmp_path / "qrels").write_text("2 0 d-7 0\n3 0 d-7 2\n3 0 d-8 1\n9 0 d-7 2\n")
    done = import_qrels(tmp_path / "qrels", tmp_path / "back.jsonl", cases=cases, relevant_from=2)
    assert [case.articles for case in read_cases(tmp_path / "back.jsonl")] == [("d-7",), (), ("d-7",)]
    assert [(each.id, each.reason) for each in done.dropped] == [
        ("2", "no document is judged 2 or more"),
        ("9", "no case has this id"),
    ]


def test_a_search_becomes_a_run(tmp_path: Path) -> None:
    asked: list[int] = []
    done = export_ranking(
        CASES, tmp_path / "run", searcher=Library(), names=NAMES, documents="row", run_id="words",
        told=lambda: asked.append(1),
    )  # fmt: skip
    assert (tmp_path / "run").read_text() == "1 Q0 d-7 1 1 words\n2 Q0 d-7 1 1 words\n"
    assert (len(asked), [each.reason for each in done.dropped]) == (3, ["nothing was found"])
    assert read_ranking(tmp_path / "run") == {"1": ("d-7",), "2": ("d-7",)}


@pytest.mark.parametrize("form", ANSWER_PARSERS)
def test_an_empty_file_holds_no_answer(form: str, tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n")
    with pytest.raises(EvaluationError, match="holds no answer"):
        import_answers(form, tmp_path / "empty", tmp_path / "to", sources=None)


def test_what_cannot_be_read_or_written_is_told(answers: Path, tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="cannot be read"):
        read_ranking(tmp_path / "none")
    with pytest.raises(EvaluationError, match="cannot be written"):
        export_run("trec-rag-2025", answers, tmp_path / "none" / "to", run=RUN)


def test_the_command_knows_all_formats() -> None:
    assert commands.EXPORTS == EXPORTS
    assert commands.IMPORTS == IMPORTS
    assert set(commands._TAKES) == set(EXPORTS)
    assert set(commands._TAKES_BACK) == set(IMPORTS)
