"""Clauses that can stand alone are told from what only belongs together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.write.clauses import split_clauses


@pytest.mark.parametrize(
    ("sentence", "clauses"),
    [
        ("The refinery was sold, and the mayor resigned.", ("The refinery was sold.", "The mayor resigned.")),
        (
            "The bridge cost $3.2 million; work will begin in May.",
            ("The bridge cost $3.2 million.", "Work will begin in May."),
        ),
        (
            "Halden Oil bought the refinery while Brill lost 300 jobs.",
            ("Halden Oil bought the refinery.", "Brill lost 300 jobs."),
        ),
        ("The minister met dockers and farmers.", ()),
        ("The ferry sank and 31 people.", ()),
        ('She said "the port is closed, and the town was sold" on Monday.', ()),
        ("The refinery was sold.", ()),
        ("", ()),
    ],
)
def test_clauses(sentence: str, clauses: tuple[str, ...]) -> None:
    assert split_clauses(sentence) == clauses


@given(st.text(max_size=120))
def test_no_word_is_invented(text: str) -> None:
    kept = "".join(text.casefold().split())
    for clause in split_clauses(text):
        assert "".join(clause[:-1].casefold().split()) in kept
