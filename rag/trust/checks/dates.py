"""Every day, month, year and weekday of a claim must stand in the cited words, or follow from them and their date."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from rag.language.days import Calendar, Day, days_of_week, find_days, readings
from rag.language.tokens import sentences, tokens
from rag.trust.checks.evidence import Evidence, Finding

_MOST_FINDINGS = 10  # more reasons than these help nobody, and bound the work on a text made of dates
# A sentence with one of these may speak of a coming weekday; any other speaks of a past one.
_FUTURE = frozenset(
    [
        "will",
        "shall",
        "would",
        "next",
        "upcoming",
        "due",
        "scheduled",
        "planned",
        "plans",
        "plan",
        "expected",
        "expects",
        "set",
        "to",
        "until",
        "by",
        "ahead",
        "tomorrow",
        "coming",
    ]
)


def check_dates(claim: str, evidence: Evidence) -> list[Finding]:
    """Return a finding for each date of the claim that the cited words do not give.

    A date that is only the day the article was published is doubtful: the article was written then, which says little
    about when the thing happened. Any other missing date is fatal.
    """
    named = list(dict.fromkeys(replace(day, first=0, last=0) for day in find_days(tokens(claim))))
    if not named:
        return []
    quoted = dict.fromkeys(_quoted(evidence))
    known = [(day, readings(day, when, future=future)) for day, when, future in quoted]
    published = [day for _, day in evidence.dated_texts if day]
    findings: dict[Finding, None] = {}
    numbers = {token.text for text, _ in evidence.dated_texts for token in tokens(text) if token.is_number}
    for day in named:
        if day.words in numbers:
            continue  # a bare year: "a 2002 film" names it too
        if finding := _examine(day, known, published):
            findings[finding] = None
        if len(findings) == _MOST_FINDINGS:
            break
    return list(findings)


def _quoted(evidence: Evidence) -> list[tuple[Day, date | None, bool]]:
    """Return each day the quotes name, with the day of its article and whether its sentence may mean the future."""
    found: list[tuple[Day, date | None, bool]] = []
    for text, published in evidence.dated_texts:
        for part in sentences(text):
            future = any(token.folded in _FUTURE for token in part)
            found += [(replace(day, first=0, last=0), published, future) for day in find_days(part)]
    return found


def _examine(day: Day, known: list[tuple[Day, list[Calendar]]], published: list[date]) -> Finding | None:
    if any(_follows(day, other, meanings, published) for other, meanings in known):
        return None
    same_kind = list(dict.fromkeys(other.words for other, _ in known if _is_rival(day, other)))
    if not same_kind and day.shift is None:
        article = [Calendar(when.year, when.month, when.day, when.weekday()) for when in published]
        wanted = Calendar(day.year, day.month, day.day, day.weekday)
        if any(when.covers(wanted) for when in article):
            if wanted == Calendar(year=day.year):
                return None  # news leaves its own year unsaid
            reason = f"the quote does not say {day.words}; that is when the article appeared"
            return Finding(reason, "doubtful")
    if same_kind:
        return Finding(f"the quote says {', '.join(same_kind)}, not {day.words}", "fatal")
    return Finding(f"the quote does not say {day.words}", "fatal")


def _follows(day: Day, other: Day, meanings: list[Calendar], published: list[date]) -> bool:
    """Return whether the claim's day follows from one of the quotes' days."""
    if day.shift and day.shift == other.shift and (day.weekday, day.year) == (other.weekday, other.year):
        return True
    if day.shift is None:
        wanted = [Calendar(day.year, day.month, day.day, day.weekday)]
    else:
        # A relative day of the claim is understood as the article would understand it.
        # A day of that week says that something was of a week; another day of its month does not.
        weekly = day.shift.endswith(" week")
        wanted = [
            meant
            for when in published
            for meant in (days_of_week(day.shift, when) if weekly else readings(day, when, future=False))
        ]
        wanted += readings(day, None, future=False) if day.shift == "decade" else []
        wanted = [meant for meant in wanted if meant != Calendar(weekday=day.weekday)]
    return any(meant.covers(need) for meant in meanings for need in wanted)


def _is_rival(day: Day, other: Day) -> bool:
    """Return whether the quote's day answers the same "when" as the claim's, so that one excludes the other."""
    if day.weekday is not None or day.day is not None or other.weekday is not None:
        return other.weekday is not None or other.day is not None
    if day.month is not None:
        return other.month is not None
    return other.year is not None or other.shift is not None
