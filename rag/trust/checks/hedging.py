"""The quote says that a thing may happen, the claim that it does."""

from __future__ import annotations

from rag.language.tokens import Token
from rag.language.verbs import base_stem, base_stems
from rag.trust.checks.evidence import Finding

Clause = tuple[Token, ...]
_ALIKE = 0.5  # share of the claim's words in the hedged clause
_REACH = 4  # tokens after the hedge in which its verb stands

_HEDGES = frozenset("could might would should allegedly reportedly possibly perhaps".split())
# These hedge the verb after the "to" that follows them.
_HEDGES_BEFORE_TO = frozenset(
    """plan plans planned expect expects expected hope hopes hoped aim aims aimed intend intends intended want wants wanted
    seek seeks sought threaten threatens threatened likely propose proposes proposed alleged said considering agreed
    offer offers offered promise promised promises vow vowed""".split()
)
# The claim is careful in its own way with any of these.
_CAREFUL = _HEDGES | _HEDGES_BEFORE_TO | frozenset("may will if whether possible alleged planned shall".split())
_CAREFUL_ALONE = _CAREFUL - {"said"}


def find_unhedged(claim: list[Clause], said: list[Clause]) -> list[Finding]:
    """Return a doubtful finding where the claim states what the quotes only hold possible, planned or alleged."""
    hedged: dict[str, tuple[Clause, int]] = {}
    plain: set[str] = set()
    for clause in said:
        heads = _hedged_heads(clause)
        hedged |= {base_stem(clause[head]): (clause, hedge) for head, hedge in heads.items()}
        plain |= {base_stem(token) for place, token in enumerate(clause) if token.is_content and place not in heads}
    for part in claim:
        if any(token.folded in _CAREFUL_ALONE for token in part):
            continue
        mine = base_stems(part)
        for word in sorted(mine & hedged.keys() - plain):
            clause, hedge = hedged[word]
            if len(mine & base_stems(clause)) / len(mine) >= _ALIKE:
                reason = f'the quote says "{clause[hedge].folded}", the sentence states it as a fact'
                return [Finding(reason, "doubtful")]
    return []


def _hedged_heads(part: Clause) -> dict[int, int]:
    """Return the place of each hedged verb with that of its hedge."""
    found: dict[int, int] = {}
    for place, token in enumerate(part):
        after = part[place + 1].folded if place + 1 < len(part) else ""
        is_modal = token.folded in _HEDGES or (token.text == "may")
        if is_modal or (token.folded in _HEDGES_BEFORE_TO and after == "to"):
            for head in range(place + 1, min(len(part), place + 1 + _REACH)):
                if part[head].is_content and not part[head].folded.endswith("ly"):
                    found[head] = place
                    break
    return found
