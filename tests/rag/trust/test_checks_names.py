from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.trust.checks.evidence import Evidence
from rag.trust.checks.names import check_names

OKAFOR = Evidence(
    "Governor J. R. Okafor said inflation was too high.",
    context="The Central Bank of Valmora raised its rate. Governor J. R. Okafor said inflation was too high.",
)
BANK = Evidence("The bank raised its rate.", context="The Central Bank of Valmora met. The bank raised its rate.")
SHE = Evidence(
    "She said the review should go back to 2012.",
    context="Clara Bendix, who leads the opposition Civic Front, asked for the audit. She said the review should.",
    title="Comptroller opens audit of canal ports",
)

NAMED = [
    pytest.param("Okafor said inflation was too high.", OKAFOR, id="surname alone"),
    pytest.param("J.R. Okafor said inflation was too high.", OKAFOR, id="initials without space"),
    pytest.param("Governor Okafor was worried.", OKAFOR, id="title and surname"),
    pytest.param("Okafor's view was bleak.", OKAFOR, id="possessive"),
    pytest.param("Clara Bendix said the review should go further back.", SHE, id="pronoun, named in the paragraph"),
    pytest.param("Bendix of the Civic Front spoke.", SHE, id="party in the paragraph"),
    pytest.param("Inés Valdarrama spoke.", Evidence("Ines Valdarrama spoke."), id="accents"),
    pytest.param("The U.S. objected.", Evidence("The United States objected."), id="U.S."),
    pytest.param("The United States objected.", Evidence("The US objected."), id="United States"),
    pytest.param("The UN objected.", Evidence("The United Nations objected."), id="UN"),
    pytest.param("The EU objected.", Evidence("The European Union objected."), id="EU"),
    pytest.param("The CBV raised its rate.", BANK, id="acronym of a name in the paragraph"),
    pytest.param("Valmoran prices rose.", Evidence("Prices in Valmora rose."), id="people of a place"),
    pytest.param("Inspectors found cadmium.", Evidence("Officials found cadmium."), id="a common word begins"),
    pytest.param("However, Okafor was worried.", OKAFOR, id="an adverb begins"),
    pytest.param("Oil is dear. Prices rose.", Evidence("Oil is dear and prices rose."), id="second sentence begins"),
    pytest.param("The Economy Ministry agreed.", Evidence("The economy ministry agreed."), id="written small"),
    pytest.param("Costa Verana President Inés Valdarrama spoke.",
                 Evidence("Inés Valdarrama, president of Costa Verana, spoke."), id="place, title and name"),
    pytest.param("On Monday in March he resigned.", Evidence("He resigned."), id="days are no names"),
]  # fmt: skip

INVENTED = [
    pytest.param("Ines Portela said inflation was too high.", OKAFOR, "Ines Portela", id="invented speaker"),
    pytest.param("Portela said inflation was too high.", OKAFOR, "Portela", id="invented surname first"),
    pytest.param("Okafor met Portela.", OKAFOR, "Portela", id="invented object"),
    pytest.param("Mary Okafor said inflation was too high.", OKAFOR, "Mary Okafor", id="wrong first name"),
    pytest.param("Ines Portela spoke.", Evidence("Ines Valdarrama met Carlos Portela."), "Ines Portela", id="mixed"),
    pytest.param("The bank met the EU.", OKAFOR, "EU", id="invented union"),
    pytest.param("The CV raised its rate.", Evidence("Central planners visited Valmora."), "CV", id="initials of words apart"),
    pytest.param("Inflation hit Costa Verana.", OKAFOR, "Costa Verana", id="invented place"),
    pytest.param("Nigeria objected.", Evidence("Niger objected."), "Nigeria", id="Niger is not Nigeria"),
    pytest.param("The case is in Austria.", Evidence("The case is in Australia."), "Austria", id="Austria"),
    pytest.param("Torvik Terminals agreed.", Evidence("Kestrel Bay Capital agreed."), "Torvik Terminals", id="firm"),
    pytest.param("Paul Wren spoke.", Evidence("Tobias Wren spoke."), "Paul Wren", id="relative"),
]  # fmt: skip


@pytest.mark.parametrize(("claim", "evidence"), NAMED)
def test_names_that_stand_there(claim: str, evidence: Evidence) -> None:
    assert check_names(claim, evidence) == []


@pytest.mark.parametrize(("claim", "evidence", "name"), INVENTED)
def test_names_that_do_not(claim: str, evidence: Evidence, name: str) -> None:
    findings = check_names(claim, evidence)
    assert [finding.severity for finding in findings] == ["fatal"]
    assert name in findings[0].reason


def test_a_name_beside_a_quote_that_points_at_nobody_is_doubtful() -> None:
    evidence = Evidence("Prices rose.", context="Clara Bendix spoke. Prices rose.")
    assert [finding.severity for finding in check_names("Clara Bendix: prices rose.", evidence)] == ["doubtful"]


def test_a_first_name_no_text_gives_is_doubtful() -> None:
    evidence = Evidence("Okafor said so.")
    assert [finding.severity for finding in check_names("James Okafor said so.", evidence)] == ["doubtful"]


WORDS = st.text(st.characters(categories=["Lu", "Ll"]), min_size=1, max_size=8)


@given(st.lists(WORDS, min_size=1, max_size=12))
def test_a_verbatim_claim_never_has_a_finding(words: list[str]) -> None:
    sentence = " ".join(words) + "."
    assert check_names(sentence, Evidence(sentence)) == []
