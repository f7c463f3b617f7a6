"""Words of opposite sense: what rose did not fall, what was approved was not rejected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rag.language.tokens import Token, tokens
from rag.language.verbs import base_stem, base_stems
from rag.trust.checks.evidence import Finding
from rag.trust.checks.negation import is_negated

Clause = tuple[Token, ...]
_How = Literal["clause", "subject", "neighbour"]
_ALIKE = 0.5  # share of the claim's other words that the opposite clause must hold

# Two sides and what else must agree for them to contradict: the words of the clause; its subject ("A beat B" and "B lost
# to A" agree); or the word beside it, for words of many senses. "=" marks a form whose stem means other things too.
_TABLE: tuple[tuple[_How, str, str], ...] = (
    (
        "clause",
        "rise increase climb jump soar grow gain surge higher raise hike expand double",
        "fall drop decrease decline slide shrink slump plunge tumble dip =lower =lowered =lowers lowering cut reduce slash",
    ),
    (
        "clause",
        "approve approval accept =agreed agree endorse ratify adopt =passed =backed",
        "reject rejection refuse refusal veto =blocked block disagree turned-down",
    ),
    ("clause", "support favour favor welcome praise", "oppose condemn criticise criticize denounce"),
    ("clause", "allow permit legalise legalize authorise authorize", "ban forbid forbidden prohibit outlaw bar"),
    ("clause", "open reopen begin start resume launch", "close shut end finish stop suspend halt cease"),
    ("clause", "hire appoint", "fire dismiss sack"),
    ("clause", "guilty convict", "innocent acquit"),
    ("clause", "confirm admit", "deny"),
    ("clause", "arrest detain", "=released =freed"),
    ("clause", "strengthen improve", "weaken worsen"),
    ("clause", "=profit =profits surplus", "=loss =losses deficit"),
    ("clause", "uphold upheld", "overturn overrule quash"),
    ("clause", "arrive enter", "depart =left"),
    ("clause", "majority", "minority"),
    ("clause", "highest most", "lowest least fewest"),
    ("clause", "extend lengthen", "shorten"),
    ("clause", "survive =alive", "=died =dead"),
    ("subject", "win victory", "lose defeated"),
    ("neighbour", "before", "after"),
    ("neighbour", "more above over exceed", "less fewer below under"),
    ("neighbour", "first", "last"),
    ("neighbour", "up", "down"),
    ("neighbour", "upstream", "downstream"),
)
# "raised concerns" lifts nothing.
_RAISED = frozenset(
    "concern concerns question questions doubt doubts fear fears alarm money funds issue issues".split()
)
_MOVES = frozenset("is are was were went go goes going edged moved be been".split())
_AMOUNTS = frozenset({"from", "by", "$", "€", "£", "about", "nearly"})


@dataclass(frozen=True, slots=True)
class _Side:
    forms: frozenset[str]
    bases: frozenset[str]


def _side(words: str) -> _Side:
    plain = " ".join(word for word in words.split() if not word.startswith("="))
    exact = frozenset(word.removeprefix("=") for word in words.split() if word.startswith("="))
    return _Side(exact, frozenset(base_stem(token) for token in tokens(plain)))


_GROUPS = tuple((how, _side(one), _side(other)) for how, one, other in _TABLE)
# "turned down" is read as one word of the side that says no.
_REFUSAL = _GROUPS[1][2]


def find_opposed(claim: list[Clause], said: list[Clause]) -> list[Finding]:
    """Return a fatal finding for each word of the claim whose opposite the quotes say of the same thing."""
    findings: list[Finding] = []
    for part in claim:
        for how, one, other in _GROUPS:
            mine, against = _places(part, one), _places(part, other)
            if bool(mine) == bool(against):
                continue  # neither side, or both: "fell after it rose" decides nothing
            here, there, place = (one, other, mine[0]) if mine else (other, one, against[0])
            if rival := _contradicting(part, place, here, there, said, how):
                findings.append(Finding(f"the quote says {rival}, not {part[place].text.casefold()}", "fatal"))
    return findings


def _contradicting(part: Clause, place: int, here: _Side, there: _Side, said: list[Clause], how: _How) -> str | None:
    """Return the opposite word as the quotes have it, where it is said of what the claim speaks of."""
    others = base_stems(part) - {base_stem(part[place])}
    best_for, best_against, rival = 0.0, 0.0, None
    for clause in said:
        same, opposite = _places(clause, here), _places(clause, there)
        if not same and not opposite:
            continue
        share = len(others & base_stems(clause)) / len(others) if others else 1.0
        if same:
            best_for = max(best_for, share if how != "neighbour" else 1.0)
        elif share >= max(_ALIKE, best_against) and _agrees(part, place, clause, opposite[0], how):
            best_against, rival = share, clause[opposite[0]].text.casefold()
    return rival if best_against > best_for else None


def _agrees(part: Clause, place: int, clause: Clause, opposite: int, how: _How) -> bool:
    if how == "clause":
        return True
    if how == "subject":
        return bool(_before(part, place) & _before(clause, opposite))
    if part[place].folded in ("up", "down"):
        return bool(
            (_before(part, place) | _after(part, place)) & (_before(clause, opposite) | _after(clause, opposite))
        )
    return bool(_after(part, place) & _after(clause, opposite))


def _before(part: Clause, place: int) -> frozenset[str]:
    return frozenset([base_stem(token) for token in part[max(0, place - 6) : place] if token.is_content][-1:])


def _after(part: Clause, place: int) -> frozenset[str]:
    return frozenset([base_stem(token) for token in part[place + 1 : place + 6] if token.is_content][:2])


def _places(part: Clause, side: _Side) -> list[int]:
    """Return where words of the side stand, negated ones, names and other senses left out."""
    return [
        place
        for place, token in enumerate(part)
        if token.is_word
        and _is_of(part, place, side)
        and not (place and token.is_capital)
        and not is_negated(part, place)
    ]


def _is_of(part: Clause, place: int, side: _Side) -> bool:
    token = part[place]
    after = part[place + 1].folded if place + 1 < len(part) else ""
    before = part[place - 1].folded if place else ""
    if token.folded == "down" and before in ("turn", "turned", "turns", "turning"):
        return side is _REFUSAL
    if token.folded in ("up", "down") and not (before in _MOVES or after in _AMOUNTS or after[:1].isdigit()):
        return False  # "opened up", "broke down"
    if token.folded.startswith("declin") and after in ("to", "comment"):
        return False
    if token.folded.startswith("rais") and after in _RAISED:
        return False
    return token.folded in side.forms or base_stem(token) in side.bases
