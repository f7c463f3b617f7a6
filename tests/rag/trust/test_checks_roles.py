from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.trust.checks.evidence import Evidence
from rag.trust.checks.roles import check_roles

SOLD = "Lam Tai agreed to sell its two ports to Kestrel Bay for $3.6 billion."
BOUGHT = "Kestrel Bay bought the ports from Lam Tai."
SUED = "The dockers' union sued Blue Strait Lines over the sinking."
BEAT = "Saltmere beat Northgate 3-1 on Saturday."

KEPT = [
    pytest.param("Kestrel Bay agreed to buy two ports from Lam Tai.", SOLD, id="bought for sold"),
    pytest.param("Lam Tai sold the ports to Kestrel Bay.", BOUGHT, id="sold for bought"),
    pytest.param("The ports were bought by Kestrel Bay.", BOUGHT, id="passive"),
    pytest.param("Kestrel Bay acquired the ports from Lam Tai.", BOUGHT, id="acquired for bought"),
    pytest.param("The ports were sold to Kestrel Bay by Lam Tai.", SOLD, id="passive of sell"),
    pytest.param("Blue Strait Lines was sued by the dockers' union.", SUED, id="passive of sue"),
    pytest.param("The union is suing Blue Strait Lines.", SUED, id="other tense"),
    pytest.param("Northgate lost to Saltmere.", BEAT, id="lost for beat"),
    pytest.param("Saltmere defeated Northgate.", BEAT, id="defeated for beat"),
    pytest.param("Northgate was beaten by Saltmere.", BEAT, id="beaten by"),
    pytest.param("Vance replaced Kastner.", "Kastner was replaced by Vance.", id="replaced by"),
    pytest.param("Blue Strait Lines owns the ferry.", "The ferry belongs to Blue Strait Lines.", id="belongs to"),
    pytest.param("Saltmere beat Northgate.", "Saltmere beat Northgate after Northgate beat Saltmere.", id="both ways"),
    pytest.param("Lam Tai paid the state.", "The state was paid by Lam Tai, its debtor.", id="paid by"),
    pytest.param(
        "The bank warned the ministry.", "The bank warned of higher prices, the ministry said.", id="no object"
    ),
    pytest.param("Kastner appointed Quill.", "Quill leads the inquiry that Kastner opened.", id="another verb"),
]

SWAPPED = [
    pytest.param("Lam Tai bought the ports from Kestrel Bay.", BOUGHT, id="must never flip: buyer and seller"),
    pytest.param("Lam Tai agreed to buy two ports from Kestrel Bay.", SOLD, id="must never flip: seller buys"),
    pytest.param("Kestrel Bay sold the ports to Lam Tai.", SOLD, id="must never flip: buyer sells"),
    pytest.param("Kestrel Bay sold the ports to Lam Tai.", BOUGHT, id="buyer sells, told the other way"),
    pytest.param("Blue Strait Lines sued the dockers' union.", SUED, id="sued"),
    pytest.param("The dockers' union was sued by Blue Strait Lines.", SUED, id="sued by"),
    pytest.param("Northgate beat Saltmere.", BEAT, id="beat"),
    pytest.param("Saltmere lost to Northgate.", BEAT, id="lost to"),
    pytest.param("Kastner replaced Vance.", "Kastner was replaced by Vance.", id="replaced"),
    pytest.param("Quill appointed Kastner.", "Kastner appointed Quill.", id="appointed"),
    pytest.param("The minister accused the bank of fraud.", "The bank accused the minister of fraud.", id="accused"),
    pytest.param("Torvik acquired Kestrel Bay.", "Torvik was acquired by Kestrel Bay.", id="acquired by"),
]


@pytest.mark.parametrize(("claim", "text"), KEPT)
def test_roles_that_are_kept(claim: str, text: str) -> None:
    assert check_roles(claim, Evidence(text)) == []


@pytest.mark.parametrize(("claim", "text"), SWAPPED)
def test_roles_that_are_swapped(claim: str, text: str) -> None:
    assert [finding.severity for finding in check_roles(claim, Evidence(text))] == ["fatal"]


NAMES = st.sampled_from(["Saltmere", "Northgate", "Torvik", "Kestrel Bay", "Lam Tai"])
VERBS = st.sampled_from(["bought", "sued", "beat", "accused", "replaced"])


@given(NAMES, VERBS, NAMES)
def test_a_verbatim_claim_never_has_a_finding(one: str, verb: str, other: str) -> None:
    sentence = f"{one} {verb} {other}."
    assert check_roles(sentence, Evidence(sentence)) == []
