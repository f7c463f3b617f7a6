"""When does a question ask about: its words and the day it is asked -> a period of publication (pure).

News answers live near their day. A question that names a time ("last week", "in June 2022", "since March") is best
answered by articles of that time, and one that names none more likely by recent ones (Li and Croft, "Time-based language
models", CIKM 2003). Both are preferences, never filters: the article that answers may be older or undated.
"""

from __future__ import annotations

import calendar
import math
import re
from collections.abc import Callable
from datetime import date, timedelta

from index.text.calendar import ANY_MONTH, month_number
from rag.query_types import Period

_MONTH = (
    rf"(?P<month>{ANY_MONTH}"
    r"|jan\.|feb\.|mar\.|apr\.|jun\.|jul\.|aug\.|sept?\.|oct\.|nov\.|dec\.)"
)
_YEAR = r"(?P<year>(?:19|20)\d{2})"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_COUNTS = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "few": 3, "couple of": 2}
_COUNT = rf"(?P<count>\d{{1,3}}|{'|'.join(_COUNTS)})"
_UNIT_DAYS = {"day": 1, "week": 7, "month": 31, "year": 366}
_UNIT = r"(?P<unit>day|week|month|year)s?"

REPORTED_WITHIN = 7
"""Days for which a thing is still news: what happened in a week is reported in it and in the next one."""


def find_period(question: str, *, today: date) -> Period | None:
    """Return the period that a question names, the first that it names, or None when it names none.

    A month or a day without a year is the last one before ``today``.
    """
    found = [
        (match.start(), -len(match[0]), period)
        for pattern, read in _FORMS
        for match in pattern.finditer(question)
        if (period := _read(read, match, today)) is not None
    ]
    return min(found, key=lambda entry: entry[:2])[2] if found else None


def closeness(day: str | None, period: Period, *, days: float) -> float:
    """Return how near a day of publication is to a period: 1 within it, falling to 1/e at ``days`` outside, 0 for no day."""
    if day is None:
        return 0.0
    published = date.fromisoformat(day[:10])
    before = (period.first - published).days if period.first else 0
    after = (published - period.last).days if period.last else 0
    return math.exp(-max(before, after, 0) / days)


def could_know(day: str | None, period: Period, *, days: float) -> float:
    """Return how far an article of a day can tell of a period: 1 from its first day on, falling to 1/e at ``days`` before it.

    What was published later can always tell. An article without a day counts as if it could.
    """
    return 1.0 if day is None else closeness(day, Period(period.first, None), days=days)


def _read(read: Callable[[re.Match[str], date], Period], match: re.Match[str], today: date) -> Period | None:
    try:
        return read(match, today)
    except (ValueError, OverflowError):  # "February 30", or a day before the year 1: no date, so nothing is asked for
        return None


def _span(first: date, last: date) -> Period:
    return Period(first, last + timedelta(days=REPORTED_WITHIN))


def _this(match: re.Match[str], today: date) -> Period:
    return Period(_unit_start(match["unit"].lower(), today) - timedelta(days=REPORTED_WITHIN), today)


def _last(match: re.Match[str], today: date) -> Period:
    """Return the calendar unit before this one: "last week" asked on a Wednesday is the week that ended on Sunday."""
    end = _unit_start(match["unit"].lower(), today) - timedelta(days=1)
    return _span(_unit_start(match["unit"].lower(), end), end)


def _past(match: re.Match[str], today: date) -> Period:
    count = match["count"].lower() if match["count"] else "one"
    number = _COUNTS[count] if count in _COUNTS else int(count)
    return Period(today - timedelta(days=number * _UNIT_DAYS[match["unit"].lower()]), today)


def _ago(match: re.Match[str], today: date) -> Period:
    count = match["count"].lower()
    number = _COUNTS[count] if count in _COUNTS else int(count)
    width = _UNIT_DAYS[match["unit"].lower()]
    centre = today - timedelta(days=number * width)
    return _span(centre - timedelta(days=width // 2), centre + timedelta(days=width // 2))


def _near(days: int) -> Callable[[re.Match[str], date], Period]:
    return lambda _match, today: Period(today - timedelta(days=days), today)


def _day(match: re.Match[str], today: date) -> Period:
    month, number = month_number(match["month"]), int(match["day"])
    if match["year"]:
        day = date(int(match["year"]), month, number)
    else:
        day = date(today.year, month, number)
        day = day if day <= today else date(today.year - 1, month, number)
    return _limit(match, day, day)


def _month(match: re.Match[str], today: date) -> Period:
    month = month_number(match["month"])
    year = int(match["year"]) if match["year"] else today.year - (month > today.month)
    return _limit(match, date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))


def _year(match: re.Match[str], _today: date) -> Period:
    year = int(match["year"])
    return _limit(match, date(year, 1, 1), date(year, 12, 31))


def _limit(match: re.Match[str], first: date, last: date) -> Period:
    """Return the named time itself, or the open side of it that "since" or "before" asks for."""
    word = match["word"].lower()
    if word in ("since", "after"):
        return Period(first, None)
    if word in ("before", "until", "by"):
        return Period(None, first if word == "before" else last)
    return _span(first, last)


def _unit_start(unit: str, day: date) -> date:
    if unit == "week":
        return day - timedelta(days=day.weekday())
    if unit == "month":
        return day.replace(day=1)
    return day.replace(month=1, day=1)


_WORD = r"(?P<word>in|on|during|since|after|before|until|by)"
_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], Period]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), read)
    for pattern, read in (
        (r"\bthis (?P<unit>week|month|year)\b", _this),
        (r"\blast (?P<unit>week|month|year)\b", _last),
        (rf"\b(?:in|over|during|within) the (?:past|last) (?:{_COUNT} )?{_UNIT}\b", _past),
        (rf"\b{_COUNT} {_UNIT} ago\b", _ago),
        (r"\b(?:today|tonight|now|currently)\b", _near(2)),
        (r"\byesterday\b", _near(3)),
        (r"\b(?:recently|lately|latest|newest|most recent)\b", _near(14)),
        (rf"\b{_WORD} {_MONTH} {_DAY}(?:,? {_YEAR})?\b", _day),
        (rf"\b{_WORD} {_DAY} (?:of )?{_MONTH}(?:,? {_YEAR})?\b", _day),
        (rf"\b{_WORD} (?:early |late |mid-)?{_MONTH}(?:,? (?:of )?{_YEAR})?(?!\S*\d)(?! \d)\b", _month),
        (rf"\b{_WORD} {_YEAR}\b", _year),
    )
)
