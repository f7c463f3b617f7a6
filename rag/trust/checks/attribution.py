"""Whoever a claim names as the speaker must be the speaker in the quote, or by what surrounds it."""

from __future__ import annotations

from collections.abc import Sequence

from index.text.lexical import stem
from rag.language.names import TITLES, Name, find_runs
from rag.language.tokens import Token, closest, content_stems, plain, sentences
from rag.trust.checks.evidence import Evidence, Finding, Severity

Part = tuple[Token, ...]
_SAYS = frozenset("said says told warned added argued claimed insisted replied wrote stated".split())
# In articles these introduce speech too; a claim with one of them may speak of an act rather than of words.
_SAYS_IN_ARTICLES = _SAYS | frozenset(
    """announced asked called promised denied declared explained admitted advised estimated counted reported predicted
    concluded testified noted confirmed rejected described acknowledged""".split()
)
_NAME_MAY_FOLLOW = frozenset("said says added wrote warned argued insisted replied".split())
_BESIDE_THE_VERB = frozenset("also later then again has had have earlier repeatedly".split())
_PRONOUNS = frozenset("he she they it".split())
_SAME_WORDS = 0.5  # share of the claim's words from which a sentence of the quotes is the one it rests on
_SAME_SENTENCE = 0.8  # share of words from which a sentence of the paragraph is the quoted one
_BEFORE = 2  # sentences of the paragraph in which a pronoun's person may stand
_APPOSITION = 14  # tokens after "said" within which the speaker and what he is stand
# Bounds on what is compared; longer texts are no sentence of an answer and no paragraph of an article.
_MOST_CLAIMED, _MOST_SAID = 10, 200


def find_misattributed(claim: str, evidence: Evidence) -> list[Finding]:
    """Return a finding where the claim's speaker is another than the text's (fatal) or is not to be seen (doubtful)."""
    said = sentences(evidence.text)[:_MOST_SAID]
    findings: list[Finding] = []
    for part in sentences(claim)[:_MOST_CLAIMED]:
        speaker = _claimed_speaker(part)
        if not speaker:
            continue
        rest = part[: speaker[0].first] + part[speaker[-1].last :]
        nearest = closest(rest, said)
        sentence = nearest[0] if nearest else ()
        severity = _doubt(speaker, sentence, evidence)
        name = " ".join(name.text for name in speaker)
        if severity == "fatal":
            findings.append(Finding(f"the quote gives another speaker than {name}", severity))
        elif severity:
            findings.append(Finding(f"the quote does not show that {name} said it", severity))
    return list(dict.fromkeys(findings))


def find_dropped_speaker(claim: str, evidence: Evidence) -> list[Finding]:
    """Return a note where the text gives as somebody's words what the claim states as a fact."""
    said = sentences(evidence.text)[:_MOST_SAID]
    for part in sentences(claim)[:_MOST_CLAIMED]:
        if any(token.folded in _SAYS_IN_ARTICLES or token.folded == "according" for token in part):
            continue
        nearest = closest(part, said)
        speakers = _speakers(nearest[0]) if nearest and nearest[1] >= _SAME_WORDS else []
        named = content_stems(part)
        # What a speaker says of himself is named in the claim; so is a speaker who became its subject.
        if speakers and not any(stem(word) in named for word in speakers[-1].words):
            return [Finding(f"in the article these are the words of {speakers[-1].text}", "note")]
    return []


def _doubt(speaker: list[Name], sentence: Part, evidence: Evidence) -> Severity | None:
    """Return how doubtful it is that the speaker said the sentence, or None."""
    named = _speakers(sentence)
    if named:
        return None if _meet(speaker, named) else "fatal"
    paragraph = sentences(evidence.context)[:_MOST_SAID]
    place = _find(sentence, paragraph)
    before = [name for part in paragraph[max(0, place - _BEFORE) : place] for name in find_runs(part)]
    if _has_pronoun(sentence) and before:
        # "She said": whoever was named last before it; a person who is named only later is another.
        return None if _meet(speaker, before) else "fatal"
    around = [name for part in paragraph[max(0, place - _BEFORE) : place + 2] for name in _speakers(part)]
    if _is_speech(sentence, evidence) and around:
        return None if _meet(speaker, around) else "fatal"
    return None if _meet(speaker, around) else "doubtful"


def _claimed_speaker(part: Part) -> list[Name]:
    """Return the names a claim gives as its speaker; none where it names nobody or only a role ("the company said")."""
    names = find_runs(_mid_sentence(part))
    for place, token in enumerate(part):
        if token.folded == "to" and place and part[place - 1].folded == "according":
            following = [name for name in names if place < name.first - 1 <= place + 4]
            return following[:1]
        if token.folded not in _SAYS:
            continue
        after = [
            name for name in names if name.first - 1 in (place + 1, place + 2) and _is_title_gap(part, place + 1, name)
        ]
        if after and token.folded in _NAME_MAY_FOLLOW:
            return _shift(after[:1])
        return _shift(_subject(part, place, names))
    return []


def _subject(part: Part, verb: int, names: list[Name]) -> list[Name]:
    last = verb
    while last and part[last - 1].folded in _BESIDE_THE_VERB:
        last -= 1
    before = [name for name in names if name.last - 1 <= last]
    if last and part[last - 1].text == ",":
        return before  # "Marit Oyelund, managing partner of Kestrel Bay, said"
    direct = [name for name in before if name.last - 1 == last]
    if not direct:
        return []
    comma = max((place for place in range(last) if part[place].text == ","), default=-1)
    return [name for name in before if name.first - 1 > comma]


def _speakers(part: Part) -> list[Name]:
    """Return every name that may be the speaker of a sentence of an article: all before its verb, or just after it."""
    names = find_runs(_mid_sentence(part))
    found: list[Name] = []
    for place, token in enumerate(part):
        according = token.folded == "to" and place > 0 and part[place - 1].folded == "according"
        if token.folded not in _SAYS_IN_ARTICLES and not according:
            continue
        after = [name for name in names if place < name.first - 1 <= place + _APPOSITION]
        if according or (token.folded in _NAME_MAY_FOLLOW and _begins_subject(part, place + 1)):
            found += after
        if not according and not (place and part[place - 1].folded in _PRONOUNS):
            subject_ends = place and (part[place - 1].text in ",)" or part[place - 1].text != '"')
            found += [name for name in names if name.last - 1 <= place] if subject_ends else []
        if len(found) > _MOST_SAID:
            break
    return found


def _begins_subject(part: Part, place: int) -> bool:
    """Return whether a speaker begins there, just after the verb: "said Okafor", '," said the chief, Okafor'."""
    if place >= len(part):
        return False
    inverted = place > 1 and part[place - 2].text in (",", '"')
    return part[place].is_capital or (inverted and part[place].folded == "the")


def _is_title_gap(part: Part, place: int, name: Name) -> bool:
    return all(token.folded in TITLES for token in part[place : name.first - 1])


def _mid_sentence(part: Part) -> Part:
    """Put a word before a sentence, so that a name which begins it is read as one."""
    return (Token("-", 0, 0, "-"), *part)


def _shift(names: list[Name]) -> list[Name]:
    return [Name(name.text, name.words, name.first - 1, name.last - 1) for name in names]


def _meet(speaker: list[Name], others: list[Name]) -> bool:
    known = {word for name in others for word in name.words if len(word) > 1}
    return any(word in known for name in speaker for word in name.words)


def _find(sentence: Part, paragraph: Sequence[Part]) -> int:
    """Return the place of the sentence in its paragraph, or 0."""
    wanted = content_stems(sentence)
    for place, part in enumerate(paragraph):
        if wanted and len(wanted & content_stems(part)) >= _SAME_SENTENCE * len(wanted):
            return place
    return 0


def _has_pronoun(part: Part) -> bool:
    places = range(1, len(part))
    return any(part[place].folded in _SAYS_IN_ARTICLES and part[place - 1].folded in _PRONOUNS for place in places)


def _is_speech(sentence: Part, evidence: Evidence) -> bool:
    return bool(sentence) and '"' in plain(evidence.text)
