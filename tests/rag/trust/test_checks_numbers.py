from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rag.trust.checks.evidence import Evidence
from rag.trust.checks.numbers import check_numbers

FERRY = "The coastguard said 34 cargo vessels and 22 crew members were held near Port Almere."
OFFER = "The consortium has cut its offer by $500 million to $3.1 billion, its leader said."
RATE = "The bank raised its rate by half a percentage point to 8.25 percent, carried by six votes to three."

AGREES = [
    pytest.param(
        "The talks lasted three days.", "The talks were held over three days.", id="over a span of time is no bound"
    ),
    pytest.param("At least 300 people came.", "No fewer than 300 people came.", id="bounds of one sense"),
    pytest.param("Thirty-four vessels were held.", FERRY, id="word for digits"),
    pytest.param("34 ships were held.", FERRY, id="a synonym of the noun"),
    pytest.param("The offer is now $3.1bn.", OFFER, id="bn for billion"),
    pytest.param("The offer is now 3.1 billion dollars.", OFFER, id="word for the sign"),
    pytest.param("The offer is now $3,100 million.", OFFER, id="millions for a billion"),
    pytest.param("The offer fell by $0.5 billion.", OFFER, id="part of a billion"),
    pytest.param("The rate went up 0.5 percentage points.", RATE, id="half a point in digits"),
    pytest.param("The rate went up 50 basis points.", RATE, id="basis points"),
    pytest.param("The rate is 8.25 per cent.", RATE, id="per cent in two words"),
    pytest.param("The rate is 8.25%.", RATE, id="sign for percent"),
    pytest.param("The vote was 6 to 3.", RATE, id="digits for words"),
    pytest.param("A dozen people were hurt.", "12 people were hurt.", id="dozen"),
    pytest.param("Two thirds of members agreed.", "Two-thirds of the members agreed.", id="hyphen in a fraction"),
    pytest.param("Half of the members agreed.", "50 percent of members agreed.", id="half for 50 percent"),
    pytest.param(
        "About 12,000 people came.", "About 12 000 people came.".replace("12 0", "12\u202f0"), id="thin space"
    ),
    pytest.param("The plant employs 2700 people.", "It employs about 2,700 people.", id="no separator"),
    pytest.param("The ferry left at 7:30 p.m.", "The ferry left at 19:30.", id="24 hours"),
    pytest.param("It took between 10 and 12 million tonnes.", "It took 10-12 million tonnes.", id="range"),
    pytest.param("One woman said the sea was calm.", "A woman said the sea was calm.", id="one for a"),
    pytest.param("No one was hurt.", "Nobody was hurt.", id="pronoun one"),
    pytest.param("Hundreds of people came.", "Police counted 640 people.", id="a magnitude that fits"),
    pytest.param(
        "148 MPs voted against Arroyo.", "The vote saw 148 of Arroyo's own lawmakers turn against him.", id="an owner"
    ),
    pytest.param("It is the third increase.", "It was the third increase in a row.", id="ordinal"),
    pytest.param("It was renewed in 2021.", "The concession was renewed for 25 years.", id="years belong to the dates"),
]

FATAL = [
    pytest.param("At most 300 people came.", "No fewer than 300 people came.", "more than 300", id="negated bound"),
    pytest.param("22 vessels were held.", FERRY, "34 cargo vessels, not 22", id="must never flip: 34 and 22"),
    pytest.param("34 crew members were held.", FERRY, "22 crew, not 34", id="must never flip: swapped counts"),
    pytest.param("43 vessels were held.", FERRY, "34", id="digits the wrong way round"),
    pytest.param("The offer is now $3.1 million.", OFFER, "", id="wrong magnitude"),
    pytest.param("The offer is now 3.1 billion euros.", OFFER, "", id="wrong currency"),
    pytest.param("The offer is now $3.6 billion.", OFFER, "", id="wrong decimal"),
    pytest.param("The rate is 8.5 percent.", RATE, "8.25 percent, not 8.5 percent", id="rounded without saying so"),
    pytest.param("The rate is 9 percent.", RATE, "", id="absent percentage"),
    pytest.param("Two dozen people were hurt.", "12 people were hurt.", "", id="two dozen"),
    pytest.param("A third of members agreed.", "Two thirds of the members agreed.", "", id="wrong fraction"),
    pytest.param("Nearly 15,000 people came.", "12,000 people came.", "", id="rounded too far"),
    pytest.param("The ferry left at 7:30 a.m.", "The ferry left at 7:30 p.m.", "", id="wrong half of the day"),
    pytest.param("It is the fourth increase.", "It was the third increase in a row.", "", id="wrong ordinal"),
    pytest.param("Seven people died.", "Several people died.", "", id="invented count"),
    pytest.param("Thousands came.", "Police counted 640 people.", "", id="wrong magnitude in words"),
    pytest.param("Fewer than 300 people came.", "More than 300 people came.", "more than 300", id="bound turned round"),
    pytest.param("More than 250 people came.", "3,000 people came.", "3,000 people", id="far more than the bound"),
    pytest.param("412 people were owed money.", "The company owed $412.", "", id="money is no headcount"),
]

DOUBTFUL = [
    pytest.param("About 12,000 people came.", "11,980 people came.", id="about, within two percent"),
    pytest.param("Nearly 12,000 people came.", "11,980 people came.", id="nearly, within two percent"),
    pytest.param("About 300 people came.", "More than 300 people came.", id="about for more than"),
    pytest.param("300 people came.", "At least 300 people came.", id="bound left out"),
    pytest.param("More than 300 people came.", "300 people came.", id="bound invented"),
    pytest.param("More than 250 people came.", "300 people came.", id="bound borne out by the exact number"),
    pytest.param("Ten judges resigned.", "Ten ministers resigned.", id="same number, other noun"),
    pytest.param("Prices rose 2 percentage points.", "Prices rose 2 percent.", id="points are not percent"),
    pytest.param("The two companies agreed.", "Lam Tai and Kestrel Bay agreed.", id="the two, counted by the writer"),
]


def severities(claim: str, text: str) -> list[str]:
    return [finding.severity for finding in check_numbers(claim, Evidence(text))]


@pytest.mark.parametrize(("claim", "text"), AGREES)
def test_numbers_that_agree(claim: str, text: str) -> None:
    assert check_numbers(claim, Evidence(text)) == []


@pytest.mark.parametrize(("claim", "text", "reason"), FATAL)
def test_numbers_that_contradict(claim: str, text: str, reason: str) -> None:
    findings = check_numbers(claim, Evidence(text))
    assert "fatal" in [finding.severity for finding in findings]
    assert any(reason in finding.reason for finding in findings), findings


@pytest.mark.parametrize(("claim", "text"), DOUBTFUL)
def test_numbers_in_doubt(claim: str, text: str) -> None:
    assert severities(claim, text) == ["doubtful"]


def test_the_paragraph_supplies_no_number() -> None:
    assert severities("22 people died.", "") == ["fatal"]
    evidence = Evidence("Many people died.", context="22 people died.", title="22 dead")
    assert [finding.severity for finding in check_numbers("22 people died.", evidence)] == ["fatal"]


COUNTED = st.integers(2, 999_999).map(lambda number: f"{number:,} people came.")
PERCENT = st.decimals(0, 99, places=1).map(lambda number: f"Prices rose {number} percent in the south.")
MONEY = st.integers(2, 999).map(lambda number: f"The firm paid ${number} million for the port.")
SENTENCES = st.one_of(COUNTED, PERCENT, MONEY)


@given(SENTENCES)
def test_a_verbatim_claim_never_has_a_finding(sentence: str) -> None:
    assert check_numbers(sentence, Evidence(sentence)) == []


@given(SENTENCES, st.data())
def test_one_changed_digit_is_always_fatal(sentence: str, data: st.DataObject) -> None:
    places = [found.start() for found in re.finditer(r"\d", sentence)]
    place = data.draw(st.sampled_from(places))
    digit = data.draw(st.sampled_from("0123456789"))
    assume(digit != sentence[place])
    assert "fatal" in severities(sentence[:place] + digit + sentence[place + 1 :], sentence)
