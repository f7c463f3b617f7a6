"""The English names of months and weekdays, in their order: the one place where they stand (pure)."""

from __future__ import annotations

MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SHORT_MONTHS = ("jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec")
"""As they are abbreviated; "May" is never."""
SHORT_WEEKDAYS = {
    "mon": 0,
    "tue": 1,
    "tues": 1,
    "wed": 2,
    "thu": 3,
    "thur": 3,
    "thurs": 3,
    "fri": 4,
    "sat": 5,
    "sun": 6,
}
"""As they are abbreviated, with their places in ``WEEKDAYS``."""

ANY_MONTH = "|".join(MONTHS)
ANY_WEEKDAY = "|".join(WEEKDAYS)
"""Alternations for patterns that ignore case."""


def month_number(name: str) -> int:
    """Return the number of a month, from 1, by its name or abbreviation.

    Raises:
        ValueError: it is none.
    """
    return [month[:3] for month in MONTHS].index(name[:3].lower()) + 1
