"""Who did it to whom must not be swapped: the buyer is not the seller, the accuser not the accused."""

from __future__ import annotations

from dataclasses import dataclass

from index.text.lexical import stem
from rag.language.tokens import Token, sentences, tokens
from rag.language.verbs import base_stem
from rag.trust.checks.evidence import Evidence, Finding

Part = tuple[Token, ...]
_VERBS = """buy acquire purchase beat defeat sue accuse appoint replace succeed pay own attack invade shoot kill arrest employ
    hire dismiss fire owe lend fine help thank praise criticise criticize condemn support oppose follow lead overtake
    blame warn tell ask advise rescue elect nominate outbid fund finance supply invite control"""
_TRANSITIVE = frozenset(base_stem(token) for token in tokens(_VERBS))
# One deed, two tellings: "A sold it to B" is "B bought it from A".
_BUY = stem("buy")
_SAME_DEED = {stem("acquire"): _BUY, stem("purchase"): _BUY, stem("defeat"): "beat"}
_PASSIVE = frozenset("was were is are been be being get got gets".split())
_TO = {stem("sell"): "buy from", stem("lose"): stem("beat"), stem("belong"): stem("own")}
_BREAKS = frozenset(';:.!?"()')
_LINKS = frozenset("of the a an and 's".split())
_REACH = 8  # tokens on either side of a verb in which its subject and object stand
_MOST_SENTENCES = 50


@dataclass(frozen=True, slots=True)
class Deed:
    """Who did what to whom, by the stems of the words that may name them."""

    verb: str
    agent: frozenset[str]
    patient: frozenset[str]
    words: str


def check_roles(claim: str, evidence: Evidence) -> list[Finding]:
    """Return a fatal finding where the quotes tell the claim's deed with its two sides exchanged.

    Both sides must be found crosswise, and neither where the claim has it, so that a paraphrase is never refused.
    """
    said = [deed for part in sentences(evidence.text)[:_MOST_SENTENCES] for deed in find_deeds(part)]
    findings: dict[Finding, None] = {}
    for part in sentences(claim)[:_MOST_SENTENCES]:
        for deed in find_deeds(part):
            same = [other for other in said if other.verb == deed.verb]
            if any(_is_swapped(deed, other) for other in same) and not any(_agrees(deed, other) for other in same):
                findings[Finding(f'the quote has the two sides of "{deed.words}" the other way round', "fatal")] = None
    return list(findings)


def find_deeds(part: Part) -> list[Deed]:
    """Return the deeds told in a sentence, active and passive, where both sides stand near the verb."""
    found = []
    for place, token in enumerate(part):
        base = base_stem(token)
        if base in _TO and (deed := _handed(part, place, _TO[base])):
            found.append(deed)
        elif base in _TRANSITIVE and not (place and token.is_capital):
            found += [deed] if (deed := _done(part, place, _SAME_DEED.get(base, base))) else []
    return found


def _done(part: Part, place: int, verb: str) -> Deed | None:
    before, after = _subject(part, place), _object(part, place + 1)
    by = _find(part, place + 1, "by")
    passive = any(token.folded in _PASSIVE for token in part[max(0, place - 2) : place])
    if by is not None and (passive or by == place + 1):
        before, after = _object(part, by + 1), _subject(part, place)
    elif passive:
        return None  # "was sued" without "by": the other side is not told
    elif verb == _BUY and (giver := _find(part, place + 1, "from")) is not None:
        verb, after = _TO[stem("sell")], _object(part, giver + 1)
    return _deed(verb, before, after, part[place])


def _handed(part: Part, place: int, verb: str) -> Deed | None:
    """Read "A sold it to B" as B's buying from A, "A lost to B" as B's beating A, "B belongs to A" as A's owning B."""
    to = _find(part, place + 1, "to")
    if to is None:
        return None
    passive = any(token.folded in _PASSIVE for token in part[max(0, place - 2) : place])
    by = _find(part, place + 1, "by")
    giver = _object(part, by + 1) if passive and by is not None else _subject(part, place)
    if passive and by is None:
        return None
    return _deed(verb, _object(part, to + 1), giver, part[place])


def _deed(verb: str, agent: frozenset[str], patient: frozenset[str], token: Token) -> Deed | None:
    return Deed(verb, agent - patient, patient - agent, token.folded) if agent and patient else None


def _subject(part: Part, place: int) -> frozenset[str]:
    """Return the stems of the words before a verb, an apposition between commas left out."""
    start = place
    if place and part[place - 1].text == ",":
        opening = next(
            (spot for spot in range(place - 2, max(-1, place - 3 * _REACH), -1) if part[spot].text == ","), None
        )
        start = place if opening is None else opening
    stems: set[str] = set()
    for spot in range(start - 1, max(-1, start - 1 - _REACH), -1):
        if part[spot].text in _BREAKS or (part[spot].text == "," and stems):
            break
        if part[spot].is_content and base_stem(part[spot]) not in _TRANSITIVE:
            stems.add(base_stem(part[spot]))
    return frozenset(stems)


def _object(part: Part, place: int) -> frozenset[str]:
    """Return the stems of the words after a verb or preposition, up to the next preposition or mark."""
    stems = set()
    for spot in range(place, min(len(part), place + _REACH)):
        token = part[spot]
        if token.folded == "of" and not (spot + 1 < len(part) and part[spot + 1].is_capital):
            break  # "accused the bank of fraud", but "sued the Bank of Valmora"
        is_filler = token.folded in _LINKS or token.text in "-.$"
        if (not token.is_content and not is_filler) or token.text in _BREAKS - {"."}:
            break
        if token.is_content and not token.is_number:
            stems.add(base_stem(token))
    return frozenset(stems)


def _find(part: Part, place: int, word: str) -> int | None:
    for spot in range(place, min(len(part), place + 2 * _REACH)):
        if part[spot].text in _BREAKS:
            return None
        if part[spot].folded == word:
            return spot
    return None


def _is_swapped(deed: Deed, other: Deed) -> bool:
    return bool(deed.agent & other.patient and deed.patient & other.agent) and not _agrees(deed, other)


def _agrees(deed: Deed, other: Deed) -> bool:
    return bool(deed.agent & other.agent or deed.patient & other.patient)
