from __future__ import annotations

import pytest

from rag.trust.checks.evidence import Evidence
from rag.trust.checks.speech import check_speech

LINDHOLT = Evidence('"Two things explain most of the change: flour and heating oil," said Petra Lindholt, the chief.')
BENDIX = Evidence(
    "She said the review should go back to 2012.",
    context="Clara Bendix asked for the audit. She said the review should go back to 2012. Olmenar replied.",
)
TWO = Evidence("Okafor said inflation was too high. Reeve said the loan would ruin families.")
OYELUND = Evidence('"We want these ports," said Marit Oyelund, managing partner of Kestrel Bay.')
UNSIGNED = Evidence("Inflation was too high.", context="Okafor spoke. Inflation was too high.")

KEPT = [
    pytest.param('Lindholt blamed "flour and heating oil".', LINDHOLT, id="words of the quote"),
    pytest.param("Lindholt blamed “flour and heating oil”.", LINDHOLT, id="curly marks"),
    pytest.param('"Two things explain most of the change," Lindholt said.', LINDHOLT, id="speaker after"),
    pytest.param('She named "two things".', LINDHOLT, id="first letter small"),
    pytest.param("According to Petra Lindholt, two things matter.", LINDHOLT, id="according to"),
    pytest.param("Clara Bendix said the review should go back to 2012.", BENDIX, id="she, in the paragraph"),
    pytest.param("Okafor said inflation was too high.", TWO, id="first of two"),
    pytest.param("Reeve warned the loan would ruin families.", TWO, id="second of two"),
    pytest.param("Kestrel Bay said it wants the ports.", OYELUND, id="a firm through its partner"),
    pytest.param("The company said it wants the ports.", OYELUND, id="a description"),
    pytest.param("Marit Oyelund, managing partner of Kestrel Bay, said she wanted the ports.", OYELUND, id="apposition"),
    pytest.param("The chairman's letter was 'an opening move'.",
                 Evidence('Adrian Lam called the letter "an opening move".'), id="single marks"),
    pytest.param("The ports' owner and the banks' owner met.", Evidence("The owners met."), id="apostrophes"),
    pytest.param("The year '31 was bad.", Evidence("The year was bad."), id="an apostrophe for digits"),
    pytest.param("Inflation was too high.", UNSIGNED, id="no speaker claimed"),
]  # fmt: skip

BROKEN = [
    pytest.param('Lindholt blamed "flour and diesel".', LINDHOLT, id="altered words"),
    pytest.param('Lindholt blamed "lour and heating oil".', LINDHOLT, id="a word cut short"),
    pytest.param('Lindholt blamed "wo things explain most".', LINDHOLT, id="the first word cut short"),
    pytest.param('Lindholt blamed "flour, heating oil".', LINDHOLT, id="dropped word"),
    pytest.param("Lindholt blamed “rising wages”.", LINDHOLT, id="invented words"),
    pytest.param("Lindholt blamed 'flour and diesel'.", LINDHOLT, id="altered words in single marks"),
    pytest.param('He said "we want the ports".', OYELUND, id="one word off"),
    pytest.param('She praised "port".', OYELUND, id="part of a word"),
    pytest.param("Reeve said inflation was too high.", TWO, id="the other speaker"),
    pytest.param("Okafor warned the loan would ruin families.", TWO, id="the other speaker of two"),
    pytest.param("Olmenar said the review should go back to 2012.", BENDIX, id="another person of the paragraph"),
    pytest.param('"We want these ports," Okafor said.', OYELUND, id="a speaker from nowhere"),
    pytest.param("According to Adrian Lam, they want these ports.", OYELUND, id="according to another"),
]


@pytest.mark.parametrize(("claim", "evidence"), KEPT)
def test_speech_that_is_kept(claim: str, evidence: Evidence) -> None:
    assert [finding for finding in check_speech(claim, evidence) if finding.severity != "note"] == []


@pytest.mark.parametrize(
    ("claim", "speaker"),
    [
        pytest.param("Inflation was too high.", "Okafor", id="stated as a fact"),
        pytest.param("The loan would ruin families.", "Reeve", id="the second of two"),
        pytest.param("Okafor finds inflation too high.", None, id="the speaker is its subject"),
        pytest.param("Inflation was too high, it was said.", None, id="said to be said"),
        pytest.param("Ports were sold.", None, id="something else"),
    ],
)
def test_a_speaker_who_was_left_out_is_noted(claim: str, speaker: str | None) -> None:
    found = [finding.reason for finding in check_speech(claim, TWO) if finding.severity == "note"]
    assert found == ([f"in the article these are the words of {speaker}"] if speaker else [])


@pytest.mark.parametrize(("claim", "evidence"), BROKEN)
def test_speech_that_is_not(claim: str, evidence: Evidence) -> None:
    assert "fatal" in [finding.severity for finding in check_speech(claim, evidence)]


def test_words_nobody_says_in_the_quote_are_doubtful() -> None:
    findings = check_speech("Okafor said inflation was too high.", UNSIGNED)
    assert [finding.severity for finding in findings] == ["doubtful"]
    assert [finding.reason for finding in findings] == ["the quote does not show that Okafor said it"]


def test_the_other_speaker_is_named() -> None:
    findings = check_speech("Reeve said inflation was too high.", TWO)
    assert "the quote gives another speaker than Reeve" in [finding.reason for finding in findings]
