from __future__ import annotations

import pytest

from rag.trust.checks.direction import check_direction
from rag.trust.checks.evidence import Evidence

TWO_WAYS = "Food prices rose 9.4 percent. Clothing fell 1.3 percent."

AGREES = [
    pytest.param("Prices climbed in December.", "Prices rose in December.", id="synonym"),
    pytest.param("Food prices went up 9.4 percent.", TWO_WAYS, id="right half of two"),
    pytest.param("Clothing dropped 1.3 percent.", TWO_WAYS, id="right other half"),
    pytest.param("The board turned down the plan.", "The board rejected the plan.", id="phrasal verb"),
    pytest.param("The bank opened up its books.", "The bank disclosed its books.", id="up as a particle"),
    pytest.param("The offer was lowered.", "The consortium has cut its offer.", id="lowered for cut"),
    pytest.param(
        "The death toll rose after bodies were found.",
        "The toll increased; divers pulled up bodies.",
        id="up",
    ),
    pytest.param(
        "The company cut its forecast, raising fears.",
        "The cut to the forecast raised fears.",
        id="both sides",
    ),
    pytest.param("He did not approve the plan.", "He rejected the plan.", id="negated opposite"),
    pytest.param("The plan was not rejected.", "The plan was approved.", id="negated opposite the other way"),
    pytest.param("The vote came after the debate.", "The debate was followed by a vote.", id="after, said otherwise"),
    pytest.param("More than 100 people came.", "Over 100 people came.", id="more than, over"),
    pytest.param("Growth will slow.", "The company expects growth to slow.", id="nothing to compare"),
    pytest.param(
        "Lower Wick was cleaned.",
        "Upper and Lower Wick were cleaned, prices rose.",
        id="a name is no direction",
    ),
    pytest.param("The ministry lifted the ban.", "The ministry ended the ban.", id="lifting a ban"),
    pytest.param(
        "Lam Tai sold the ports to Kestrel Bay.",
        "Kestrel Bay bought the ports from Lam Tai.",
        id="buy and sell",
    ),
    pytest.param(
        "The last meeting was held in May.",
        "The first meeting was in May, the last one too.",
        id="first and last",
    ),
]

OPPOSES = [
    pytest.param("Prices fell in December.", "Prices rose in December.", id="must never flip: rose, fell"),
    pytest.param("Prices rose in December.", "Prices fell in December.", id="must never flip: fell, rose"),
    pytest.param(
        "The board rejected the plan.",
        "The board approved the plan.",
        id="must never flip: approved, rejected",
    ),
    pytest.param(
        "The board approved the plan.",
        "The board rejected the plan.",
        id="must never flip: rejected, approved",
    ),
    pytest.param("Food prices fell 9.4 percent.", TWO_WAYS, id="the other half of two"),
    pytest.param("Clothing rose 1.3 percent.", TWO_WAYS, id="the one half of two"),
    pytest.param("The party lost the election.", "The party won the election.", id="won, lost"),
    pytest.param("The bank cut its rate.", "The bank raised its rate.", id="raised, cut"),
    pytest.param("The union supports the sale.", "The union opposes the sale.", id="support, oppose"),
    pytest.param("Swimming is allowed in the river.", "Swimming is banned in the river.", id="allowed, banned"),
    pytest.param("The port opened on Monday.", "The port closed on Monday.", id="opened, closed"),
    pytest.param("He spoke before the vote.", "He spoke after the vote.", id="before, after"),
    pytest.param("Fewer than 100 people came.", "More than 100 people came.", id="more, fewer"),
    pytest.param("Inflation is below 3 percent.", "Inflation is above 3 percent.", id="above, below"),
    pytest.param("The firm made a profit in May.", "The firm made a loss in May.", id="profit, loss"),
    pytest.param("He was acquitted of fraud.", "He was convicted of fraud.", id="convicted, acquitted"),
    pytest.param("The bank accepted the offer.", "The bank refused the offer.", id="accepted, refused"),
]

NEGATED_SAME = [
    pytest.param("The firm didn't pay the debt.", "The firm did not pay the debt.", id="contraction"),
    pytest.param("Nobody was hurt.", "No one was hurt.", id="nobody"),
    pytest.param("The firm failed to pay the debt.", "The firm did not pay the debt.", id="failed to"),
    pytest.param("He denied taking bribes.", "He said he did not take bribes.", id="denied"),
    pytest.param(
        "127 people were aboard.",
        "The owner said 127 people were aboard, not 118.",
        id="not of another number",
    ),
    pytest.param("Berth No. 10 is closed.", "Berth 10 is closed.", id="No. is a number"),
    pytest.param("The rate was unchanged.", "The rate did not change.", id="unchanged"),
    pytest.param("It rained not only in the north.", "It rained in the north and elsewhere.", id="not only"),
    pytest.param("The law is no longer in force.", "The law has no force any more.", id="no longer"),
]

NEGATED_OTHER = [
    pytest.param("The firm paid the debt.", "The firm did not pay the debt.", id="negation lost"),
    pytest.param("The firm did not pay the debt.", "The firm paid the debt.", id="negation added"),
    pytest.param("The firm never paid the debt.", "The firm paid the debt.", id="never"),
    pytest.param("The illness was linked to the river.", "No illness was linked to the river.", id="no"),
    pytest.param("The firm paid the debt.", "The firm failed to pay the debt.", id="failed to"),
    pytest.param("The minister took bribes.", "The minister denied taking bribes.", id="denied"),
    pytest.param("118 people were aboard.", "127 people were aboard, not 118.", id="the number denied"),
    pytest.param("The ferry sailed without a licence.", "The ferry sailed with a licence.", id="without"),
    pytest.param("The firm paid the debt.", "The firm hasn't paid the debt.", id="contraction"),
]


@pytest.mark.parametrize(("claim", "text"), AGREES + NEGATED_SAME)
def test_the_same_direction(claim: str, text: str) -> None:
    assert check_direction(claim, Evidence(text)) == []


@pytest.mark.parametrize(("claim", "text"), OPPOSES + NEGATED_OTHER)
def test_the_opposite_direction(claim: str, text: str) -> None:
    assert "fatal" in [finding.severity for finding in check_direction(claim, Evidence(text))]


def test_the_reason_names_both_words() -> None:
    (finding,) = check_direction("Prices fell.", Evidence("Prices rose."))
    assert finding.reason == "the quote says rose, not fell"
