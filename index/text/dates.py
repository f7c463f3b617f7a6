"""Dates as articles write them, turned into the ISO 8601 strings of the archive.

Only what is clearly a date is taken: year, month and day must all be there and unambiguous. "03/04/2031" is
two different days in two countries, so it is no date here; "yesterday" and "now" never are.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone

from index.text.calendar import month_number

_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>\d{4})"
_TIME = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    r"(?:\s*(?P<half>[ap])\.?m\.?)?"
    r"(?:\s*(?P<zone>[+-]\d{2}:?\d{2}|[+-]\d{2}|(?!on\b|at\b)[a-z]{1,5}))?"
)

_FORMS = tuple(
    re.compile(form, re.IGNORECASE | re.ASCII)
    for form in (
        rf"{_YEAR}(?P<mark>[-/])(?P<month>\d{{1,2}})(?P=mark){_DAY}(?:(?:t|\s+){_TIME})?",
        rf"{_WEEKDAY}{_DAY}\s+(?:of\s+)?{_MONTH},?\s+{_YEAR}(?:,?\s+(?:at\s+)?{_TIME})?",
        rf"{_WEEKDAY}{_MONTH}\s+{_DAY},?\s+{_YEAR}(?:,?\s+(?:at\s+)?{_TIME})?",
        rf"{_TIME},?\s+(?:on\s+)?{_WEEKDAY}{_MONTH}\s+{_DAY},?\s+{_YEAR}",
        rf"{_TIME},?\s+(?:on\s+)?{_WEEKDAY}{_DAY}\s+{_MONTH},?\s+{_YEAR}",
    )
)

# The zones that RFC 822 gives a meaning. Other names (IST, BST) mean several offsets in the world.
_ZONE_HOURS = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5,
    "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
}  # fmt: skip

_LONGEST_DATE = 80


def parse_moment(value: str | date | None) -> str | None:
    """Return the day or the instant that ``value`` clearly states, as precise as it is stated, or None.

    A day comes back as ``2031-03-04``, an instant as ``2031-03-04T14:30:00+00:00``; fractions of a second are
    dropped. An instant without an offset stays without one. An instant in a zone whose name is ambiguous
    comes back as its day, which is all that is certain.
    """
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    words = " ".join(value.split())
    if len(words) > _LONGEST_DATE:
        return None
    for form in _FORMS:
        if match := form.fullmatch(words):
            return _format_match(match.groupdict())
    return None


def day_of(moment: str) -> str:
    """Return the day of a moment that ``parse_moment`` gave, as ``2031-03-04``.

    Raises:
        ValueError: ``moment`` does not begin with an ISO 8601 day.
    """
    day = moment[:10]
    try:
        return date.fromisoformat(day).isoformat()
    except ValueError as error:
        raise ValueError(f"{moment!r} does not begin with a day such as '2031-03-04'") from error


def _format_match(parts: dict[str, str | None]) -> str | None:
    """Return the ISO form of what a pattern matched, or None where no calendar has that day or hour."""
    try:
        day = date(int(parts["year"] or 0), _month_number(parts["month"] or ""), int(parts["day"] or 0))
        if parts["hour"] is None:
            return day.isoformat()
        hour = _hour_of_day(int(parts["hour"]), parts["half"])
        instant = datetime(  # an article that states no offset is not given one
            day.year, day.month, day.day, hour, int(parts["minute"] or 0), int(parts["second"] or 0)
        )
        if parts["zone"] is None:
            return instant.isoformat()
        zone = _read_zone(parts["zone"].lower())
    except ValueError:
        return None
    return day.isoformat() if zone is None else instant.replace(tzinfo=zone).isoformat()


def _month_number(month: str) -> int:
    return int(month) if month.isdigit() else month_number(month)


def _hour_of_day(hour: int, half: str | None) -> int:
    """Return the hour from 0 to 23; with ``half`` ("a" or "p") the hour is read from a twelve-hour clock."""
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError(f"{hour} is not on a twelve-hour clock")
    return hour % 12 + (12 if half.lower() == "p" else 0)


def _read_zone(zone: str) -> timezone | None:
    """Return the offset that ``zone`` means, or None for a name that means several."""
    if zone in _ZONE_HOURS:
        hours = _ZONE_HOURS[zone]
        return timezone(timedelta(hours=hours)) if hours else UTC
    if zone[0] not in "+-":
        return None
    digits = zone[1:].replace(":", "").ljust(4, "0")
    if int(digits[2:]) > 59:
        raise ValueError(f"{zone!r} is not an offset")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if zone[0] == "-" else offset)
