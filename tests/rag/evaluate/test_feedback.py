"""Feedback as cases: kept once and bounded, and a fault counts only where the answer has it again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from index.errors import EvaluationError, UsageError
from rag.answer_types import Sentence
from rag.evaluate import feedback
from rag.evaluate.answering import repeated_faults
from rag.evaluate.cases import read_cases
from rag.evaluate.feedback import FEEDBACK_FILE, keep_case, make_case
from tests.rag.test_watched import FIRST, LATER, answer, cite

ANSWER = answer(cite(1, FIRST, "a", "2031-03-13"), cite(2, LATER, "b", "2031-03-14"))


def test_a_sentence_on_words_that_do_not_say_it_is_found_again_and_no_other_is() -> None:
    case = make_case(ANSWER, "not_said", day="2031-04-01", sentence=ANSWER.sentences[0], cited=ANSWER.citations[:1])
    assert len(repeated_faults(case, ANSWER)) == 1
    said_otherwise = replace(ANSWER, sentences=(Sentence("Vessels wait.", "supported", (1,)),))
    assert repeated_faults(case, said_otherwise) == ()
    assert repeated_faults(case, answer(cite(1, LATER, "b", "2031-03-14"))) == ()


def test_a_wrong_source_is_a_fault_whatever_the_sentence() -> None:
    case = make_case(ANSWER, "wrong_source", day="2031-04-01", cited=ANSWER.citations[1:])
    assert len(repeated_faults(case, replace(ANSWER, sentences=()))) == 1
    assert repeated_faults(case, answer(cite(1, LATER, "c", "2031-03-14"))) == ()


def test_what_should_have_been_found_is_what_the_reader_names_or_the_passage_itself() -> None:
    named = make_case(ANSWER, "missing", day="2031-04-01", words=" 51   vessels ")
    assert (named.answers, named.articles, named.answerable) == (("51 vessels",), (), True)
    shown = make_case(ANSWER, "missing", day="2031-04-01", cited=ANSWER.citations[1:])
    assert (shown.answers, shown.articles) == ((LATER,), ("b",))
    for nothing in ("", "   "):
        with pytest.raises(UsageError):
            make_case(ANSWER, "missing", day="2031-04-01", words=nothing)
    with pytest.raises(UsageError):
        make_case(ANSWER, "not_said", day="2031-04-01")


def test_the_same_feedback_is_kept_once_and_no_more_than_so_much(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feedback, "MOST_ROWS", 2)
    cases = [make_case(ANSWER, "missing", day="2031-04-01", words=words) for words in ("one", "two", "three")]
    assert [keep_case(each, tmp_path) for each in (cases[0], cases[0], cases[1])] == [1, 1, 2]
    with pytest.raises(UsageError, match="kept already"):
        keep_case(cases[2], tmp_path)
    assert read_cases(tmp_path / FEEDBACK_FILE) == (cases[0], cases[1])


def test_a_file_that_is_none_is_said_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / FEEDBACK_FILE).write_text("not a case\n", encoding="utf-8")
    with pytest.raises(EvaluationError, match="Line 1"):
        keep_case(make_case(ANSWER, "missing", day="2031-04-01", words="one"), tmp_path)
    assert (tmp_path / FEEDBACK_FILE).read_text(encoding="utf-8") == "not a case\n"
