"""Long evidence is narrowed to what is near the claim, in its order; nothing is invented."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rag.evaluate.narrowing import narrow
from rag.evaluate.pairs import Pair

EVIDENCE = (
    "The sea was calm. The ferry sank at noon. Gulls cried. Eleven people drowned when the ferry sank. Rain fell."
)


def make(claim: str, evidence: str = EVIDENCE) -> Pair:
    return Pair(id="1", claim=claim, evidence=evidence, supported=True)


def test_the_nearest_sentences_are_kept_in_their_order() -> None:
    narrowed = narrow(make("Eleven people drowned when a ferry sank."), sentences=2)
    assert (
        narrowed.evidence
        == "The ferry sank at noon. Gulls cried. Eleven people drowned when the ferry sank.".replace(
            "Gulls cried. ", ""
        )
    )
    assert narrow(make("Gulls cried."), sentences=1).evidence == "Gulls cried."


def test_short_evidence_stays() -> None:
    assert narrow(make("Rain fell."), sentences=9).evidence == EVIDENCE
    assert narrow(make("Rain fell.", ""), sentences=3).evidence == ""


@given(st.text(max_size=200), st.text(max_size=30), st.integers(1, 5))
def test_what_is_kept_stands_in_the_evidence(evidence: str, claim: str, count: int) -> None:
    narrowed = narrow(make(claim, evidence), sentences=count).evidence
    assert len(narrowed) <= len(evidence)
    rest = iter(evidence)
    assert all(letter in rest for letter in narrowed)
