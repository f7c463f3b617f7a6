"""The two sides of a comparison (pure): each can be asked about by itself.

"Compare the first and the second offer" has the sides "first" and "second"; each is asked about with all of the question's words but
those of the other side.
"""

from __future__ import annotations

import re

from index.text.calendar import ANY_MONTH
from index.text.lexical import STOPWORDS, stem
from rag.language.quantities import names_quantity
from rag.query_types import Part

_JOINTS = (
    re.compile(r"^(?P<one>.+?)\s+(?:versus|vs\.?)\s+(?P<other>.+)$", re.IGNORECASE),
    re.compile(
        r"^(?P<one>.+?)\s+(?:differs?|different)\b(?:.*?\b(?:from|to|than))\s+(?:that of |those of )?(?P<other>.+)$",
        re.IGNORECASE,
    ),
    re.compile(r"^(?P<one>.+?)\s+compared?\s+(?:to|with)\s+(?P<other>.+)$", re.IGNORECASE),
    re.compile(r"^(?P<one>.+?)(?:,?\s+and(?:\s+also)?|\s+with|\s+to)\s+(?P<other>.+)$", re.IGNORECASE),
)
_OPENING = re.compile(
    r"^(?:please\s+)?(?:(?:compare|contrast|what (?:is|are|was|were) the (?:main )?differences? between|(?:what|how|where) (?:do|does|did|have|has)"
    r"|is there a difference between|which is \w+,?|on the one hand|on one side)\s+)?",
    re.IGNORECASE,
)
_VERBS = re.compile(r"\b(?:each|both|differ|disagree|agree|compare|say|said|think|describe)\b.*$", re.IGNORECASE)
# What two speakers are compared in: "differ on the size of the march", "each say about the sale".
_DIFFER = re.compile(
    r"(?:each |both )?(?:differ|disagree|agree)(?: with each other)? (?:on|over|regarding|as to) (?P<thing>[^{}]+)$",
    re.IGNORECASE,
)
_SAY = re.compile(
    r"(?:each |both )?(?:say|said|think|make|tell|told us|differ|disagree|agree) (?P<thing>(?:about|on|of) [^{}]+)$",
    re.IGNORECASE,
)
# What two have given: "the figures that the union and the company gave for the strike".
_GIVEN = re.compile(
    r"^(?:the\s+)?(?P<thing>[^{}]+?)\s+(?:that|which)\s+(?P<one>[^{}]+?)\s+and\s+(?P<other>[^{}]+?)\s+(?P<verb>"
    + "|".join(
        _GAVE := {
            "gave": "give",
            "give": "give",
            "named": "name",
            "reported": "report",
            "stated": "state",
            "published": "publish",
            "claimed": "claim",
            "offered": "offer",
            "proposed": "propose",
            "cited": "cite",
            "made": "make",
        }
    )
    + r")\b(?P<rest>[^{}]*)$",
    re.IGNORECASE,
)
# Two times of one thing: "the vote in January and in May", "the harvests of 2029 and 2030".
_TIME = rf"(?:(?:early|late|mid)[ -])?(?:{ANY_MONTH}|(?:19|20)\d\d)"
_TIMES = re.compile(
    rf"^(?P<thing>.+?)\s+(?P<at>in|of|for)\s+(?P<one>{_TIME})\s+(?:and|with|to)\s+(?:(?:in|of|for)\s+)?(?P<other>{_TIME})(?P<rest>\s.*)?$",
    re.IGNORECASE,
)
_STANDS_FOR = ("those", "that")
_AGREE = re.compile(
    r"^(?:do|does|did|are|is|were)\b.*\b(?:agree|agreed|disagree|differ)\s+(?:on|over|about|as to|in)\s+(?P<thing>.+)$",
    re.IGNORECASE,
)
_ASKS = re.compile(r"(?:how|what|when|where|who|which|why)\b", re.IGNORECASE)
_SAID = re.compile(r"What did .+ say ", re.IGNORECASE)
_WHAT = re.compile(r"^(?:what|how)\s+", re.IGNORECASE)
_WORD = re.compile(r"[\w$%.,'’-]*\w")
_BREAKS = frozenset("in on of for at to by from about over with between during under against".split())
_TWICE, _ONCE = re.compile(r"\b(the|a|an) (\w+) \1\b", re.IGNORECASE), r"\1 \2"  # "the first the offer"
_LONGEST = 3  # words that tell one side from the other
_WHOLE = 3  # joints before "and" leave whole sides


def split_sides(question: str) -> tuple[Part, ...]:
    """Return the two sides of a comparison as parts of the question; nothing where it does not show two."""
    bare = _OPENING.sub("", question.strip(" ?.!"), count=1)
    if sides := _given_by(bare) or _at_times(bare):
        return sides
    for place, joint in enumerate(_JOINTS):
        found = joint.match(bare)
        if not found:
            continue
        tail = _VERBS.search(found["other"]) if place >= _WHOLE else None
        one, other = _words(found["one"]), _words(_VERBS.sub("", found["other"]) if tail else found["other"])
        rest = [word for word in _words(tail.group()) if not _VERBS.match(word)] if tail else []
        both = _content_stems(one) & _content_stems(other)
        mine, theirs = _telling(one, both, last=True), _telling(other, both, last=False)
        if both and not (mine and theirs):  # "the toll before the strike" and "the toll after the strike"
            mine, theirs = _apart(one, other), _apart(other, one)
        if not mine or not theirs:
            continue
        whole = place < _WHOLE or bool(both)
        if not whole:
            length = min(len(mine), len(theirs), _LONGEST)
            mine, theirs = _lengthen(mine, length, last=True), _lengthen(theirs, length, last=False)
        shared = {stem(word.casefold()) for word in mine} & {stem(word.casefold()) for word in theirs}
        if len(shared) == len(mine) or len(shared) == len(theirs):
            continue
        if tail and (asked := _asked_of_speakers(tail.group())):
            return (
                _part(mine, [], asked.format(_WHAT.sub("", " ".join(one)))),
                _part(theirs, [], asked.format(" ".join(other))),
            )
        lent = _after_break(other) if whole and not _after_break(one) else []
        if not whole:
            lent = _without_article([word for word in other if word not in theirs])
        if other[0].casefold() in _STANDS_FOR:  # "rents in Holt with those in Ostrel"
            other = [*_before_break(one), *other[1:]]
        if other[-1].casefold() in ("one", "ones"):  # "the old concession and the new one"
            other = [*other[:-1], one[-1]]
        return (
            _part(mine, [*one, *lent, *rest]),
            _part(theirs, [*([] if whole else [word for word in one if word not in mine]), *other, *rest]),
        )
    return ()


def _given_by(bare: str) -> tuple[Part, ...]:
    """Return the sides where two have given something; nothing where the words do not say so."""
    found = _GIVEN.match(bare)
    if not found:
        return ()
    verb = _GAVE[found["verb"].casefold()]
    asked = f"What {found['thing']} did {{}} {verb}{found['rest'].rstrip()}?"
    return tuple(
        Part(side, asked.format(who), side=side)
        for who in (found["one"], found["other"])
        if (side := " ".join(_without_article(_words(who))))
    )


def _at_times(bare: str) -> tuple[Part, ...]:
    """Return the sides where they are two times of one thing; nothing where they are not."""
    found = _TIMES.match(bare)
    if not found:
        return ()
    thing, at, rest = found["thing"], found["at"], found["rest"] or ""
    return tuple(
        Part(time, f"{thing} {at} {time}{rest}?", side=time, read="nothing") for time in (found["one"], found["other"])
    )


def asked_of_both(question: str) -> str:
    """Return what two are asked to agree on, as a question of its own; any other question as it is."""
    found = _AGREE.search(question)
    if not found:
        return question
    thing = found["thing"].strip(" ?")
    return f"{thing[0].upper()}{thing[1:]}?" if _ASKS.match(thing) else f"What was {thing}?"


def asks_what_was_said(question: str) -> bool:
    """Return whether a side is asked about what it said."""
    return bool(_SAID.match(question))


def _after_break(words: list[str]) -> list[str]:
    """Return the words from the first preposition on: "in containers"."""
    place = next((place for place, word in enumerate(words) if place and word.casefold() in _BREAKS), len(words))
    return words[place:]


def _before_break(words: list[str]) -> list[str]:
    """Return the words up to the first preposition: "rents" of "rents in Holt"."""
    return words[: len(words) - len(_after_break(words))]


def _without_article(words: list[str]) -> list[str]:
    """Return words that are put behind a side, which has an article of its own: "the union's", "the count of strikers"."""
    return words[1:] if words and words[0].casefold() in ("the", "a", "an") else words


def _asked_of_speakers(tail: str) -> str | None:
    """Return the question that each of two who speak is asked, with a place for who it is; None where they only have something."""
    if found := _DIFFER.match(tail):
        thing = found["thing"].strip()
        return f"What was {thing} according to {{}}?" if names_quantity(thing) else f"What did {{}} say about {thing}?"
    if found := _SAY.match(tail):
        return f"What did {{}} say {found['thing'].strip()}?"
    return None


def _part(telling: list[str], words: list[str], asked: str | None = None) -> Part:
    side = " ".join(telling).strip(",. ").removesuffix("'s").removesuffix("’s")
    kept = [word for before, word in zip(["", *words], words, strict=False) if word.casefold() != before.casefold()]
    if asked:
        return Part(side, asked, side=side)
    # Words that are no question: a reader was not taught to read for them.
    return Part(side, f"{_TWICE.sub(_ONCE, ' '.join(kept))}?", side=side, read="nothing")


def _words(text: str) -> list[str]:
    return _WORD.findall(text)


def _content_stems(words: list[str]) -> set[str]:
    return {stem(word.casefold()) for word in words} - {stem(word) for word in STOPWORDS}


def _apart(words: list[str], other: list[str]) -> list[str]:
    return [word for word in words if word not in other]


def _telling(words: list[str], both: set[str], *, last: bool) -> list[str]:
    """Return the words that tell a side: those next to the joint, up to a preposition; all content words of a short side.

    Args:
        both: stems that both sides hold; they tell neither ("the offer of January with the offer of March").
    """
    ordered = list(reversed(words)) if last else words
    telling: list[str] = []
    for word in ordered:
        if word.casefold() in _BREAKS and telling:
            break
        if word.casefold() not in STOPWORDS and stem(word.casefold()) not in both:
            telling.append(word)
    return list(reversed(telling)) if last else telling


def _lengthen(words: list[str], length: int, *, last: bool) -> list[str]:
    """Return so many words next to the joint, and the rest of a name that they belong to."""
    ordered = list(reversed(words)) if last else list(words)
    kept = ordered[:length]
    for word in ordered[length:]:
        if not (kept[-1][:1].isupper() and word[:1].isupper()):
            break
        kept.append(word)
    return list(reversed(kept)) if last else kept
