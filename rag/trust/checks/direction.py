"""Direction must agree: opposites, negation, and whether a thing happened or only may."""

from __future__ import annotations

from rag.language.tokens import clauses
from rag.trust.checks.evidence import Evidence, Finding
from rag.trust.checks.hedging import find_unhedged
from rag.trust.checks.negation import find_negated
from rag.trust.checks.opposites import find_opposed


def check_direction(claim: str, evidence: Evidence) -> list[Finding]:
    """Return a finding where claim and cited words point opposite ways, where only one says no, or only one is sure.

    Opposites and negations said of the same thing are fatal; a possibility told as a fact is doubtful.
    """
    mine = list(dict.fromkeys(clauses(claim)))
    said = list(dict.fromkeys(clauses(evidence.text)))
    findings = [*find_opposed(mine, said), *find_negated(mine, said), *find_unhedged(mine, said)]
    return list(dict.fromkeys(findings))
