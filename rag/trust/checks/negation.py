"""Only one of claim and quote says no: "did not pay" against "paid"."""

from __future__ import annotations

from rag.language.tokens import Token
from rag.language.verbs import base_stem, base_stems
from rag.trust.checks.evidence import Finding

Clause = tuple[Token, ...]
_ALIKE = 0.5  # share of the claim's words in the clause from which the difference is fatal
_AKIN = 0.25  # and from which it is worth a doubt
_REACH = 4  # tokens after a "not" in which the denied word stands

_NO = frozenset("not no never nobody none neither nor without cannot nothing denied denies deny denying hardly".split())
# These say no when "to" follows: "failed to pay".
_NO_BEFORE_TO = frozenset(
    "failed fails fail failing refused refuses refuse refusing unable yet declined declines".split()
)
# Not a "no" by themselves, but enough for two clauses not to contradict: "rejected the claims", "denied the claims".
_AKIN_TO_NO = frozenset(
    """reject rejected rejects dismiss dismissed dispute disputed disputes oppose opposed opposes ban banned avoid avoided
    prevent prevented block blocked lack lacked lacks disagree disagrees disagreed unchanged impossible false wrong
    unlikely nowhere""".split()
)
_NO_HEADS = frozenset("one more longer yet ever even also so very".split())
# "no sign that the plant leaked" denies the leak, so the word after these counts too.
_OPENERS = frozenset(
    "true clear case evidence sign signs indication proof suggestion claim claims report reports reason".split()
)


def is_negated(part: Clause, place: int) -> bool:
    """Return whether the word is what a "no" of its clause denies."""
    return any(
        place in _heads(part, other) for other in range(max(0, place - 2 * _REACH), place) if _is_no(part, other)
    )


def find_negated(claim: list[Clause], said: list[Clause]) -> list[Finding]:
    """Return a finding for the first clause of the claim that is denied in the quotes, or denies what they say."""
    known = [(clause, base_stems(clause)) for clause in said]
    affirmed = frozenset().union(*(_affirmed(clause) for clause in said))
    for part in claim:
        if found := _added(part, known) if _denied(part) else _lost(part, known, affirmed):
            return [found]
    return []


def _lost(part: Clause, known: list[tuple[Clause, frozenset[str]]], affirmed: frozenset[str]) -> Finding | None:
    """The quotes say no where the claim does not."""
    if _says_no(part):
        return None
    mine = base_stems(part)
    for clause, theirs in known:
        for place in _denied(clause):
            if (word := base_stem(clause[place])) in mine and word not in affirmed:
                return _weigh(mine, theirs, f"the quote denies this: {_words_around(clause, place)}")
    return None


def _added(part: Clause, known: list[tuple[Clause, frozenset[str]]]) -> Finding | None:
    """The claim says no where the quotes do not."""
    mine = base_stems(part)
    for word, place in {base_stem(part[place]): place for place in reversed(_denied(part))}.items():
        holding = [(clause, theirs) for clause, theirs in known if word in theirs]
        if not holding or any(_says_no(clause) for clause, _ in holding):
            continue
        nearest = max((theirs for _, theirs in holding), key=lambda theirs: len(mine & theirs))
        return _weigh(mine, nearest, f"the quote does not say no to this: {_words_around(part, place)}")
    return None


def _weigh(mine: frozenset[str], theirs: frozenset[str], reason: str) -> Finding | None:
    share = len(mine & theirs) / max(len(mine), 1)
    if share < _AKIN:
        return None
    return Finding(reason, "fatal" if share >= _ALIKE else "doubtful")


def _says_no(part: Clause) -> bool:
    return any(_is_no(part, place) or token.folded in _AKIN_TO_NO for place, token in enumerate(part))


def _is_no(part: Clause, place: int) -> bool:
    word = part[place].folded
    after = part[place + 1] if place + 1 < len(part) else None
    if word.endswith("n't"):
        return True
    if word in _NO_BEFORE_TO:
        return after is not None and after.folded == "to"
    if word == "no" and after is not None and (after.text == "." or after.is_number):
        return False  # No. 10
    return word in _NO and not (word in ("not", "no") and after is not None and after.folded in ("only", "doubt"))


def _denied(part: Clause) -> list[int]:
    return [head for place in range(len(part)) if _is_no(part, place) for head in _heads(part, place)]


def _heads(part: Clause, place: int) -> list[int]:
    """Return where the words stand that the "no" at a place denies: the first of meaning after it."""
    for head in range(place + 1, min(len(part), place + 1 + _REACH)):
        token = part[head]
        if token.text in ",()":
            return []
        if token.is_content and token.folded not in _NO_HEADS | _NO:
            return [head, *_heads(part, head)] if token.folded in _OPENERS else [head]
    return []


def _affirmed(part: Clause) -> frozenset[str]:
    denied = set(_denied(part))
    return frozenset(base_stem(token) for place, token in enumerate(part) if token.is_content and place not in denied)


def _words_around(part: Clause, place: int) -> str:
    """Return a few words before a place, and the word, for the reason."""
    return " ".join(token.text for token in part[max(0, place - 3) : place + 2] if token.is_word or token.is_number)
