"""Direction and negation must agree: what rose did not fall, what was approved was not rejected."""

from __future__ import annotations

from index.lexical import stem
from rag.checks.evidence import Evidence, Finding
from rag.checks.words import Token, closest, content_stems, sentences

_OPPOSITES = (
    ("rise rose risen rising climb climbed increase increased jump jumped soar soared grow grew grown gain gained up higher surge surged",
     "fall fell fallen falling drop dropped decrease decreased decline declined slide slid shrink shrank shrunk slump slumped plunge plunged down lower dip dipped"),
    ("approve approved approval pass passed back backed adopt adopted uphold upheld", "reject rejected rejection refuse refused block blocked overturn overturned strike struck veto vetoed"),
    ("win won beat defeated victory", "lose lost defeat beaten"),
    ("accept accepted agree agreed", "refuse refused reject rejected decline declined"),
    ("open opened reopen reopened begin began begun start started resume resumed", "close closed shut end ended finish finished stop stopped suspend suspended halt halted"),
    ("raise raised lift lifted", "cut lower lowered reduce reduced slash slashed"),
    ("more above over exceed exceeded", "less fewer below under"),
    ("support supported favour favoured favor favored welcome welcomed", "oppose opposed opposition condemn condemned criticise criticised criticize criticized"),
    ("allow allowed permit permitted lift lifted", "ban banned forbid forbidden prohibit prohibited"),
    ("buy bought acquire acquired purchase purchased", "sell sold"),
    ("hire hired appoint appointed join joined", "fire fired dismiss dismissed resign resigned sack sacked leave left"),
    ("before earlier", "after later"),
    ("profit", "loss"),
    ("guilty convicted convict", "innocent acquitted acquit cleared"),
    ("arrive arrived enter entered", "depart departed leave left"),
    ("confirm confirmed admit admitted", "deny denied"),
    ("most majority", "minority"),
    ("first", "last"),
)  # fmt: skip
_SIDES = tuple((frozenset(map(stem, one.split())), frozenset(map(stem, other.split()))) for one, other in _OPPOSITES)
_WRITTEN = {stem(word): word for pair in _OPPOSITES for side in pair for word in side.split()}
_NEGATIONS = frozenset(["not", "no", "never", "nobody", "none", "neither", "nor", "without", "cannot"])
_NEGATING_VERBS = frozenset(map(stem, ["deny", "denied", "refuse", "refused", "fail", "failed", "reject", "rejected"]))
_ALIKE = 0.5  # share of the claim's words in the nearest sentence from which a difference in negation is fatal


def check_direction(claim: str, evidence: Evidence) -> list[Finding]:
    """Return a finding where claim and cited words point opposite ways, or only one of them says no."""
    findings: list[Finding] = []
    said = sentences(evidence.text)
    for part in sentences(claim):
        nearest = closest(part, said)
        if nearest is None:
            continue
        findings += _opposed(part, nearest[0], said)
        findings += _negated(part, nearest[0], nearest[1], said)
    return list(dict.fromkeys(findings))


def _opposed(part: tuple[Token, ...], nearest: tuple[Token, ...], said: list[tuple[Token, ...]]) -> list[Finding]:
    mine = _stems(part)
    near = _stems(nearest)
    everything = frozenset().union(*(_stems(sentence) for sentence in said))
    findings = []
    for one, other in _SIDES:
        for here, there in ((one, other), (other, one)):
            # Only when the quotes use one side alone: a text with both ("fell after it rose") decides nothing.
            if mine & here and not mine & there and near & there and not everything & here:
                mine_word = _as_written(part, mine & here)
                findings.append(
                    Finding(f"the quote says {_as_written(nearest, near & there)}, not {mine_word}", "fatal")
                )
    return findings


def _negated(
    part: tuple[Token, ...], nearest: tuple[Token, ...], share: float, said: list[tuple[Token, ...]]
) -> list[Finding]:
    mine, theirs = _says_no(part), _says_no(nearest)
    if mine == theirs:
        return []
    if mine and any(_says_no(sentence) for sentence in said):
        return []
    # A word such as "rejected" says no in itself: "did not approve" and "rejected" agree.
    if any(content_stems(sentence) & _NEGATING_VERBS for sentence in (part, nearest)):
        return []
    reason = "the quote does not say no" if mine else "the quote says no where the sentence does not"
    return [Finding(reason, "fatal" if share >= _ALIKE and mine else "doubtful")] if share >= _ALIKE / 2 else []


def _says_no(part: tuple[Token, ...]) -> bool:
    for place, token in enumerate(part):
        if (
            token.folded == "no"
            and place + 1 < len(part)
            and (part[place + 1].text == "." or part[place + 1].is_number)
        ):
            continue  # "No. 10"
        if token.folded in _NEGATIONS or token.folded.endswith("n't"):
            return True
    return False


def _stems(part: tuple[Token, ...]) -> frozenset[str]:
    return frozenset(token.stem for token in part if token.is_word)


def _as_written(part: tuple[Token, ...], wanted: frozenset[str]) -> str:
    return next((token.text.casefold() for token in part if token.stem in wanted), "")
