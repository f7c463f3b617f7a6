"""Whether two words name one place, people or body: "Valmoran" and "Valmora", "U.S." and "United States"."""

from __future__ import annotations

_SUFFIXES = ("ians", "eans", "ian", "ean", "ans", "ese", "ish", "an", "ns", "is", "n", "i")
_SHORTEST = 4  # letters that must remain for two words to be of one root
_VOWELS = "aeiouy"
# Those that no rule of endings finds.
_PEOPLES = """france french|britain british uk|spain spanish|germany german germans|netherlands dutch|greece greek greeks
    |poland polish poles|sweden swedish|denmark danish|finland finnish|ireland irish|scotland scottish|wales welsh
    |switzerland swiss|norway norwegian|portugal portuguese|us america american americans|iraq iraqi|iran iranian|china chinese
    |israel israeli|turkey turkish|europe european eu"""
_SAME = tuple(frozenset(row.split()) for row in _PEOPLES.split("|"))
_ALIASES = {
    "us": ("united states", "united states of america"),
    "usa": ("united states", "united states of america"),
    "uk": ("united kingdom", "britain"),
    "un": ("united nations",),
    "eu": ("european union",),
    "world war ii": ("second world war", "world war two", "wwii", "ww2"),
    "second world war": ("world war ii", "world war two", "wwii", "ww2"),
    "world war i": ("first world war", "world war one", "great war", "wwi", "ww1"),
    "first world war": ("world war i", "world war one", "great war", "wwi", "ww1"),
}


def is_same_place(one: str, other: str) -> bool:
    """Return whether two folded words are one place or its people. Two bare places are one only when equal."""
    if one == other or any(one in row and other in row for row in _SAME):
        return True
    # One of them must carry an ending that the other lacks: Niger and Nigeria carry none.
    return (
        other in _roots(one)
        or one in _roots(other)
        or bool(_roots(one) & {_trim(other)} | _roots(other) & {_trim(one)})
    )


def aliases(name: str) -> tuple[str, ...]:
    """Return the other names of a well-known body, folded; the name itself is folded too, without dots."""
    long = tuple(short for short, names in _ALIASES.items() if name in names)
    return (*_ALIASES.get(name, ()), *long)


def _roots(word: str) -> set[str]:
    """Return what may remain of a word without the ending that makes it a people; empty when it has none."""
    cut = {word.removesuffix(suffix) for suffix in _SUFFIXES if word.endswith(suffix)}
    return {root for root in cut | {_trim(root) for root in cut} if len(root) >= _SHORTEST}


def _trim(word: str) -> str:
    trimmed = word.rstrip(_VOWELS)
    return trimmed if len(trimmed) >= _SHORTEST else word
