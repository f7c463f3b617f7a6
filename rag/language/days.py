"""Text -> the days, months, years and weekdays it names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from index.text.calendar import MONTHS, SHORT_MONTHS, SHORT_WEEKDAYS, WEEKDAYS, month_number
from rag.language.tokens import Token, tokens

_MONTHS = {name: place for place, name in enumerate(MONTHS, 1)} | {name: month_number(name) for name in SHORT_MONTHS}
_WEEKDAYS = {name: place for place, name in enumerate(WEEKDAYS)}
# Months that are also given names, surnames or verbs: after another name they are no month.
_NAMELIKE_MONTHS = frozenset({"march", "april", "may", "june", "august"})
_MONTH_LEADS = frozenset(["since", "late", "early", "last", "next", "mid"])
_SHIFTS = {"yesterday": -1, "today": 0, "tomorrow": 1}
_PERIODS = frozenset({"week", "month", "year"})
_DIRECTIONS = {"last": -1, "previous": -1, "this": 0, "next": 1}
# After these a four-digit number is a year even when a noun follows: "the 2021 renewal".
_YEAR_LEADS = frozenset(
    [
        "in",
        "since",
        "until",
        "till",
        "during",
        "early",
        "late",
        "mid",
        "the",
        "its",
        "their",
        "his",
        "her",
        "this",
        "year",
        "(",
    ]
)
_ORDINAL_SUFFIXES = frozenset({"st", "nd", "rd", "th"})


@dataclass(frozen=True, slots=True)
class Day:
    """A day, or as much of one as a text names: what it does not name is None.

    Attributes:
        weekday: 0 for Monday.
        shift: the relative words ("last year", "yesterday"), or "decade" for "the 1990s".
        words: the words as they stand in the text.
        first: place of its first token, ``last`` the place after its last one.
    """

    words: str
    first: int
    last: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    shift: str | None = None


@dataclass(frozen=True, slots=True)
class Calendar:
    """One reading of a day in the calendar; None is unknown."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None

    def covers(self, other: Calendar) -> bool:
        """Return whether everything the other one names follows from this one."""
        pairs = zip(
            (self.year, self.month, self.day, self.weekday),
            (other.year, other.month, other.day, other.weekday),
            strict=True,
        )
        return all(wanted is None or known == wanted for known, wanted in pairs)


def find_days(stream: tuple[Token, ...]) -> list[Day]:
    """Return the days that a token stream names, in order."""
    found: list[Day] = []
    place = 0
    while place < len(stream):
        if not (stream[place].is_number or stream[place].is_word):
            place += 1
            continue
        day = _iso(stream, place) or _day_month(stream, place) or _month_day(stream, place)
        day = day or _weekday(stream, place) or _shift(stream, place) or _year(stream, place)
        if day is None:
            place += 1
            continue
        found.append(day)
        place = day.last
        if day.day is not None and (end := _range_end(stream, day)) is not None:
            found.append(end)
            place = end.last
    return found


def readings(day: Day, published: date | None, *, future: bool) -> list[Calendar]:
    """Return what a named day can mean in an article of that date.

    Args:
        published: day of the article; without it, relative words mean nothing.
        future: whether the text speaks of what is to come, so that "Saturday" may be the next one.
    """
    if day.shift == "decade":
        first = day.year or 0
        return [Calendar(year=first + offset) for offset in range(10 if first % 100 else 100)]
    if day.weekday is not None and day.month is None:
        return [Calendar(weekday=day.weekday), *_weekday_readings(day, published, future=future)]
    if day.shift is not None:
        return _shift_readings(day.shift, published)
    if day.month is None:
        return [Calendar(year=day.year)]
    if day.year is not None:
        return [_complete(day.year, day.month, day.day)]
    years = [published.year + offset for offset in _near_years(day, published)] if published else []
    return [Calendar(month=day.month, day=day.day), *(_complete(year, day.month, day.day) for year in years)]


def _near_years(day: Day, published: date) -> list[int]:
    """Return the offset of the year nearest to the article's, and 0 for the article's own year."""
    middle = day.day or 15

    def distance(offset: int) -> int:
        months = (day.month or 1) - published.month + 12 * offset
        return abs(31 * months + middle - published.day)

    return sorted({0, min((-1, 0, 1), key=distance)})


def _weekday_readings(day: Day, published: date | None, *, future: bool) -> list[Calendar]:
    if published is None or day.weekday is None:
        return []
    back = (published.weekday() - day.weekday) % 7
    offsets = {-back}
    if day.shift == "last" or back == 0:
        offsets |= {-back - 7}
    if day.shift == "next" or (future and day.shift != "last"):
        offsets |= {7 - back, 14 - back} if day.shift == "next" else {7 - back}
    days = [published + timedelta(days=offset) for offset in sorted(offsets)]
    return [_complete(day.year, day.month, day.day) for day in days]


def _shift_readings(shift: str, published: date | None) -> list[Calendar]:
    if published is None:
        return []
    if shift in _SHIFTS:
        day = published + timedelta(days=_SHIFTS[shift])
        return [_complete(day.year, day.month, day.day)]
    direction, period = shift.split()
    offset = _DIRECTIONS[direction]
    if period == "year":
        return [Calendar(year=published.year + offset)]
    if period == "month":
        months = published.year * 12 + published.month - 1 + offset
        return [Calendar(year=months // 12, month=months % 12 + 1)]
    week = days_of_week(shift, published)
    return [Calendar(year=year, month=month) for year, month in {(day.year, day.month) for day in week}]


def days_of_week(shift: str, published: date) -> list[Calendar]:
    """Return the seven days from Monday on that "this week", "last week" or "next week" of an article means."""
    monday = published + timedelta(days=7 * _DIRECTIONS[shift.split()[0]] - published.weekday())
    days = [monday + timedelta(days=number) for number in range(7)]
    return [_complete(day.year, day.month, day.day) for day in days]


def _complete(year: int, month: int, day: int | None) -> Calendar:
    try:
        weekday = date(year, month, day).weekday() if day else None
    except ValueError:
        weekday = None  # 30 February: kept as written, it will match nothing else
    return Calendar(year, month, day, weekday)


def _words(stream: tuple[Token, ...], first: int, last: int) -> str:
    text = ""
    for place in range(first, last):
        gap = stream[place].start - stream[place - 1].end if place > first else 0
        text += " " * gap + stream[place].text
    return text


def _number(stream: tuple[Token, ...], place: int, *, digits: int, lowest: int, highest: int) -> int | None:
    if not 0 <= place < len(stream):
        return None
    text = stream[place].text
    if not (text.isascii() and text.isdigit() and len(text) <= digits):
        return None
    return int(text) if lowest <= int(text) <= highest else None


def _text(stream: tuple[Token, ...], place: int) -> str:
    return stream[place].folded if 0 <= place < len(stream) else ""


def _touches(stream: tuple[Token, ...], place: int) -> bool:
    return 0 < place < len(stream) and stream[place].start == stream[place - 1].end


def _iso(stream: tuple[Token, ...], place: int) -> Day | None:
    year = _number(stream, place, digits=4, lowest=1000, highest=2999)
    month = _number(stream, place + 2, digits=2, lowest=1, highest=12)
    day = _number(stream, place + 4, digits=2, lowest=1, highest=31)
    if None in (year, month, day) or not all(_touches(stream, place + step) for step in range(1, 5)):
        return None
    if (_text(stream, place + 1), _text(stream, place + 3)) not in {("-", "-"), ("/", "/")}:
        return None
    return Day(_words(stream, place, place + 5), place, place + 5, year, month, day)


def _month(stream: tuple[Token, ...], place: int) -> int | None:
    if not 0 <= place < len(stream) or not stream[place].is_capital:
        return None
    return _MONTHS.get(stream[place].folded)


def _day_number(stream: tuple[Token, ...], place: int) -> tuple[int, int] | None:
    """Return a day of the month and the place after it, ordinal letters included."""
    day = _number(stream, place, digits=2, lowest=1, highest=31)
    if day is None:
        return None
    suffix = _text(stream, place + 1) in _ORDINAL_SUFFIXES and _touches(stream, place + 1)
    return day, place + 1 + suffix


def _year_after(stream: tuple[Token, ...], place: int) -> tuple[int | None, int]:
    step = place + 1 if _text(stream, place) == "," else place
    year = _number(stream, step, digits=4, lowest=1000, highest=2999)
    return (year, step + 1) if year is not None else (None, place)


def _day_month(stream: tuple[Token, ...], place: int) -> Day | None:
    if (number := _day_number(stream, place)) is None:
        return None
    day, step = number
    step += _text(stream, step) == "of"
    month = _month(stream, step)
    if month is None:
        return None
    step += 2 if _text(stream, step + 1) == "." and _text(stream, step) != MONTHS[month - 1] else 1
    year, last = _year_after(stream, step)
    return Day(_words(stream, place, last), place, last, year, month, day)


def _month_day(stream: tuple[Token, ...], place: int) -> Day | None:
    month = _month(stream, place)
    if month is None:
        return None
    step = place + 1
    if _text(stream, step) == "." and _text(stream, place) != MONTHS[month - 1]:
        step += 1
    number = _day_number(stream, step + (_text(stream, step) == "the"))
    if number is not None:
        year, last = _year_after(stream, number[1])
        return Day(_words(stream, place, last), place, last, year, month, number[0])
    year, last = _year_after(stream, step)
    name = _text(stream, place)
    if year is None and name in _NAMELIKE_MONTHS and place and stream[place - 1].is_capital:
        before = stream[place - 1]
        if before.is_content and before.folded not in _MONTH_LEADS:
            return None
    return Day(_words(stream, place, last), place, last, year, month)


def _range_end(stream: tuple[Token, ...], day: Day) -> Day | None:
    """Return the second day of "April 9-12"."""
    if day.year or _text(stream, day.last) != "-" or (number := _day_number(stream, day.last + 1)) is None:
        return None
    if _month(stream, number[1]) is not None:
        return None  # "10 February - 29 December": a day of its own
    year, last = _year_after(stream, number[1])
    return Day(_words(stream, day.last + 1, last), day.last + 1, last, year or day.year, day.month, number[0])


def _weekday(stream: tuple[Token, ...], place: int) -> Day | None:
    name = stream[place].folded
    weekday = _WEEKDAYS.get(name)
    if weekday is None and _text(stream, place + 1) == ".":
        weekday = SHORT_WEEKDAYS.get(name)
    if weekday is None or not stream[place].is_capital:
        return None
    before = _text(stream, place - 1)
    shift = before if before in ("last", "next") else None
    return Day(stream[place].text, place, place + 1, weekday=weekday, shift=shift)


def _shift(stream: tuple[Token, ...], place: int) -> Day | None:
    name, after = stream[place].folded, _text(stream, place + 1)
    if name in _SHIFTS:
        return Day(stream[place].text, place, place + 1, shift=name)
    if name in _DIRECTIONS and after in _PERIODS:
        shift = f"{'last' if name == 'previous' else name} {after}"
        return Day(_words(stream, place, place + 2), place, place + 2, shift=shift)
    return None


def _year(stream: tuple[Token, ...], place: int) -> Day | None:
    year = _number(stream, place, digits=4, lowest=1500, highest=2199)
    if year is None or len(stream[place].text) != 4:
        return None
    before, after = _text(stream, place - 1), _text(stream, place + 1)
    last = place + 2 + (after == "'")  # "1970s" and "1970's"
    if _text(stream, last - 1) == "s" and all(_touches(stream, step) for step in range(place + 1, last)):
        return Day(_words(stream, place, last), place, last, year=year // 10 * 10, shift="decade")
    if before in {"$", "€", "£", "¥"} or after == "%" or before.isdigit():
        return None
    followed = place + 1 < len(stream) and stream[place + 1].is_content
    if followed and before not in _YEAR_LEADS and not (place and stream[place - 1].text.endswith("'s")):
        return None
    return Day(stream[place].text, place, place + 1, year=year)


def told_day(text: str, published: str | None) -> str | None:
    """Return the day of which words are told: when their article was published, else the whole date that they state, or None."""
    if published:
        return published[:10]
    for stated in find_days(tokens(text)):
        if stated.year and stated.month and stated.day:
            try:
                return date(stated.year, stated.month, stated.day).isoformat()
            except ValueError:  # "February 30" is no day
                continue
    return None
