from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from index.articles import Filters
from index.errors import EvaluationError
from rag.answer_types import Answer, Citation, Searched, Sentence, Timings, Withheld
from rag.evaluate.answering import Given, answer_to_item, ask_cases, measure_answer, record_of
from rag.evaluate.cases import Case
from rag.evaluate.citations import check_record
from rag.evaluate.names import ArticleFacts, ArticleNames
from rag.evaluate.records import Source
from rag.evaluate.saved import AnswerFile
from rag.evaluate.support import WORDS, SharedWords, VerifyJudge

TEXT = "Divers found 34 vessels. The toll was $412 million."
CITED = Citation(
    n=1, quote="Divers found 34 vessels.", start=0, end=24, article_id="aaa", article_sha256="", title="T", outlet="Q",
    author=None, published=None, updated=None, url=None, origin="aaa",
)  # fmt: skip
ANSWER = Answer(
    id="i",
    question="How many?",
    status="answered",
    text="Divers found 34 vessels. [1]",
    sentences=(Sentence("Divers found 34 vessels.", "supported", (1,)),),
    withheld=(),
    citations=(CITED,),
    origins=1,
    newest=None,
    disagreements=(),
    searched=Searched(1, (), None, None, 0, Filters()),
    nearest=(),
    model="m",
    model_error=None,
    timings_ms=Timings(retrieve=2.0, total=5.0),
    settings_fingerprint="f",
)
REFUSED = replace(ANSWER, status="no_evidence", text="They do not say.", sentences=(), citations=(), origins=0)
CASE = Case(id="1", question="How many?", answers=("34",), articles=("aaa",), answerable=True)
NAMES = ArticleNames({"aaa": ArticleFacts("T", "Q", None, None)}, {"aaa": {"aaa"}}, {})


class Shelf:
    def find(self, identifier: str, sha256: str | None) -> Source | None:
        return Source(id="aaa", text=TEXT) if identifier == "aaa" else None


class Desk:
    def __init__(self, answer: Answer = ANSWER) -> None:
        self.answer = answer
        self.asked: list[dict[str, Any]] = []

    def ask(self, question: str, **how: Any) -> Answer:
        self.asked.append({"question": question, **how})
        return self.answer


def values(case: Case, answer: Answer) -> dict[str, float]:
    given = Given(case, answer)
    checked = check_record(
        record_of(given), VerifyJudge(SharedWords(), name="shared words", settings=WORDS), library=Shelf()
    )
    return measure_answer(given, checked, NAMES.resolve(case.articles).articles)


def ask(
    cases: list[Case], desk: Desk, path: Path | None, *, settings: str = "f", quotes_only: bool = False
) -> list[Given]:
    return ask_cases(
        cases, desk, AnswerFile(path), settings=settings, library="l", quotes_only=quotes_only, told=lambda: None
    )


def test_a_good_answer() -> None:
    assert values(CASE, ANSWER) == {
        "answer_in_text": 1.0,
        "answer_in_quotes": 1.0,
        "false_refusal": 0.0,
        "origins": 1.0,
        "cites_relevant": 1.0,
        "withheld": 0.0,
        "model_failed": 0.0,
        "retrieve_ms": 2.0,
        "total_ms": 5.0,
        "pointer_valid": 1.0,
        "quote_exact": 1.0,
        "citation_recall": 1.0,
        "citation_recall_partly": 1.0,
        "citation_precision": 1.0,
    }


def test_a_refusal_is_false_or_right() -> None:
    refused = values(CASE, REFUSED)
    assert (refused["false_refusal"], refused["answer_in_text"]) == (1.0, 0.0)
    assert "origins" not in refused
    unanswerable = Case(id="1", question="Who?", answerable=False, answers=("34",))
    assert values(unanswerable, REFUSED)["rejection"] == 1.0
    assert values(unanswerable, ANSWER)["rejection"] == 0.0
    assert "answer_in_text" not in values(unanswerable, ANSWER)


def test_choices() -> None:
    case = Case(id="1", question="How many?", answers=("34",), choices=("22", "34"))
    assert values(case, ANSWER)["choice_accuracy"] == 1.0
    both = replace(ANSWER, sentences=(Sentence("22 or 34.", "partly", (1,)),))
    assert values(case, both)["choice_accuracy"] == 0.0
    assert "choice_accuracy" not in values(Case(id="1", question="?", answers=("34",), choices=("22", "23")), ANSWER)


@pytest.mark.parametrize(
    ("case", "answer", "why"),
    [
        (CASE, ANSWER, ()),
        (CASE, REFUSED, ("refused, although the collection answers it",)),
        (
            Case(id="1", question="?", answerable=False),
            ANSWER,
            ("it was answered, although the collection does not answer it",),
        ),
        (Case(id="1", question="?", answers=("35",)), ANSWER, ("the answer is not in the quotes",)),
        (
            Case(id="1", question="?", answers=("34",)),
            replace(ANSWER, sentences=(Sentence("Some.", "partly", (1,)),)),
            ("the answer stands in a quote, not in the text", "unsupported: “Some.”: it cites nothing"),
        ),
        (CASE, replace(ANSWER, model_error="silent"), ("the model did not answer: silent",)),
        (
            Case(id="1", question="?", answers=("35",)),
            replace(ANSWER, withheld=(Withheld("There were 35.", "unsupported", ("the quote does not say 35",)),)),
            ("the answer is not in the quotes", "withheld: “There were 35.”: the quote does not say 35"),
        ),
    ],
)
def test_a_case_says_why_it_failed(case: Case, answer: Answer, why: tuple[str, ...]) -> None:
    if why and why[-1].startswith("unsupported"):
        answer = replace(answer, sentences=(replace(answer.sentences[0], citations=()),))
    given = Given(case, answer)
    item = answer_to_item(
        given,
        check_record(
            record_of(given), VerifyJudge(SharedWords(), name="shared words", settings=WORDS), library=Shelf()
        ),
        NAMES,
    )
    assert item.why == why
    assert item.failed is bool(why)


def test_kept_answers_are_not_asked_again(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    first, second = Desk(), Desk()
    ask([CASE], first, path)
    given = ask([CASE, Case(id="2", question="Who?")], second, path)
    assert [call["question"] for call in second.asked] == ["Who?"]
    assert given[0].answer == ANSWER


@pytest.mark.parametrize("change", [{"settings": "other"}, {"quotes_only": True}])
def test_under_other_circumstances_they_are_asked_again(tmp_path: Path, change: dict[str, Any]) -> None:
    path = tmp_path / "answers.jsonl"
    desk = Desk()
    ask([CASE], desk, path)
    ask([CASE], desk, path, **change)
    assert len(desk.asked) == 2


def test_what_the_model_failed_at_is_asked_again(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    ask([CASE], Desk(replace(ANSWER, model_error="silent")), path)
    again = Desk()
    assert ask([CASE], again, path)[0].answer.model_error is None
    assert len(again.asked) == 1


def test_a_line_that_was_cut_off_is_written_anew(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    ask([CASE], Desk(), path)
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:40])
    ask([CASE, Case(id="2", question="Who?")], Desk(), path)
    assert path.read_bytes().startswith(whole)
    assert len(AnswerFile(path)) == 2


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    path.write_text('{"case": 1}\n')
    with pytest.raises(EvaluationError, match="is no saved answer"):
        AnswerFile(path)


def test_question_is_asked_with_filters_and_day() -> None:
    desk = Desk()
    ask(
        [Case(id="1", question="Who?", as_of="2031-01-01", filters=Filters(last="2031-01-02"))],
        desk,
        None,
        quotes_only=True,
    )
    assert desk.asked == [
        {
            "question": "Who?",
            "first": None,
            "last": "2031-01-02",
            "outlets": (),
            "today": "2031-01-01",
            "quotes_only": True,
        }
    ]
