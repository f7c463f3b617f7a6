"""Every day, month, year and weekday of a claim must stand in the cited words, or follow from them and their date."""

from __future__ import annotations

from datetime import date

from rag.checks.days import Calendar, find_days, readings
from rag.checks.evidence import Evidence, Finding
from rag.checks.words import fold, tokens


def check_dates(claim: str, evidence: Evidence) -> list[Finding]:
    """Return a finding for each date of the claim that the cited words do not give.

    A date that is only the day the article was published is doubtful: the article was written then, which says little
    about when the thing happened. Any other missing date is fatal.
    """
    days = find_days(tokens(claim))
    if not days:
        return []
    known: list[Calendar] = []
    said: list[str] = []
    published: list[date] = []
    for text, day in evidence.dated_texts:
        published += [day] if day else []
        for named in find_days(tokens(text)):
            said.append(named.words)
            known += readings(named, day, future=True)
    folded = fold(evidence.text)
    findings: list[Finding] = []
    for named in days:
        if fold(named.words) in folded:
            continue
        meant = [reading for day in published or [None] for reading in readings(named, day, future=True)]
        if any(there.covers(reading) for there in known for reading in meant):
            continue
        if any(_is_day(reading, day) for reading in meant for day in published):
            findings.append(Finding(f"the quote does not say {named.words}; that is when the article appeared", "doubtful"))
            continue
        instead = f"the quote says {', '.join(dict.fromkeys(said))}, not {named.words}" if said else f"the quote does not say {named.words}"
        findings.append(Finding(instead, "fatal"))
    return findings


def _is_day(reading: Calendar, day: date) -> bool:
    whole = Calendar(year=day.year, month=day.month, day=day.day, weekday=day.weekday())
    return whole.covers(reading)
