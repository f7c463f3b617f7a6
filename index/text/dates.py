"""Dates as articles write them, turned into the ISO 8601 strings of the archive.

Only what is clearly a date is taken: year, month and day must all be there and unambiguous. "03/04/2031" is
two different days in two countries, so it is a date only where the language says which of them is meant; "yesterday" and
"now" never are. Months and weekdays are understood in the languages of ``calendar_words``.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone

from index.text.calendar import month_number
from index.text.calendar_words import is_weekday, month_numbers, order_of
from index.text.date_labels import LABEL

_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>\d{4})"
_TIME = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{1,2})(?:[.,]\d{1,9})?)?"
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

_FIRST_YEAR, _LAST_YEAR = 1800, 2199  # of dates that are not written in the plain forms
_PACKED = re.compile(r"(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)(?:[t ]?(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)(?P<zone>z)?)?", re.IGNORECASE | re.ASCII)  # fmt: skip
_YEAR_FIRST = re.compile(
    r"(?P<year>\d{4})\s*(?:[-/.]|年|년)\s*(?P<month>\d{1,2})\s*(?:[-/.]|月|월)\s*(?P<day>\d{1,2})\s*(?:日|일|\.)?(?!\d)",
    re.ASCII,
)
_YEAR_LAST = re.compile(
    r"(?<!\d)(?P<one>\d{1,2})\s*(?P<mark>[-/.])\s*(?P<two>\d{1,2})\s*(?P=mark)\s*(?P<year>\d{4}|\d{2})(?!\d)", re.ASCII
)
_VIETNAMESE = re.compile(
    r"(?P<day>\d{1,2})\s+tháng\s+(?P<month>\d{1,2}),?\s+(?:năm\s+)?(?P<year>\d{4})", re.IGNORECASE | re.ASCII
)
_SOMEWHERE = re.compile(
    r"(?<![\d./-])(?:\d{4}-\d{1,2}-\d{1,2}|\d{4}[./]\d{1,2}[./]\d{1,2}|\d{4}\s?[年년]\s?\d{1,2}\s?[月월]\s?\d{1,2}\s?[日일]"
    r"|\d{1,2}\s?([./-])\s?\d{1,2}\s?\1\s?(?:\d{4}|\d{2}(?!\d))|\d{1,2}(?:\.|st|nd|rd|th|er|º)?\s+(?:de\s+|d['’]|of\s+)?[^\W\d_]{3,12}\.?,?\s+(?:de\s+|del\s+)?\d{4}"
    r"|[^\W\d_]{3,10}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4})(?![\d])",
    re.IGNORECASE,
)
_INSTANT_BEGINS = re.compile(r"\d{4}-\d{2}-\d{2}(?=[t ]\d{2}:\d{2})", re.IGNORECASE | re.ASCII)
_CLOCK = re.compile(
    r"(?<![\d.:])(?P<hour>[01]?\d|2[0-3])\s*(?:[:h時시]|(?:\.(?=\d{2}\s*(?:uhr|h\b|$))))\s*(?P<minute>[0-5]\d)?(?::(?P<second>[0-5]\d)(?:\.\d+)?)?(?![.\d])\s*(?:uhr\b|h\b|[分분])?"
    r"|(?<!\d)(?:[01]?\d|2[0-3])\s*uhr\b",
    re.IGNORECASE | re.ASCII,
)
_OFFSET = re.compile(r"(?<=[\d\s])[+-]\d{2}:?\d{2}\b", re.ASCII)
_NUMBER = re.compile(
    r"(?P<number>\d{1,4})(?:st|nd|rd|th|er|e|a|o|os|as|º|ª|η|ης|ko|eko|ean|an|en|го|ο)?", re.IGNORECASE
)
_BETWEEN = re.compile(r"[\s,./()|·•–—\-\u200e\u200f،]+|(?<=\s)['’]|['’](?=\s)")
# What stands between the numbers and the names of a date, and says nothing about it.
_CONNECTING = frozenset(
    "of the on at and de del do da dos das di d' le la les el em den der dem des am an um vom ab kl klo klokken à a las los alle ore"
    " ora às as om op het uhr h г года год р року роки в у о m d gada gads ko ben ob dne dňa dana dnia r leto godz"
    " ngày lúc năm pukul jam tanggal i ve saat στις την του ב בשעה في الساعة ที่ को बजे י".split()
)
_ELIDED = re.compile(r"^[dl]['’]", re.IGNORECASE)
_ZONE_NAME = re.compile(r"[A-Z]{2,5}")
_OF_THE_DAY = frozenset("am pm a p m μμ πμ 오전 오후 午前 午後 上午 下午 ص م sa ch".split())
_BUDDHIST = range(2400, 2600)


def parse_moment(value: str | date | None, *, language: str | None = None) -> str | None:
    """Return the day or the instant that ``value`` clearly states, as precise as it is stated, or None.

    A day comes back as ``2031-03-04``, an instant as ``2031-03-04T14:30:00+00:00``; fractions of a second are
    dropped. An instant without an offset stays without one. An instant in a zone whose name is ambiguous
    comes back as its day, which is all that is certain.

    Args:
        value: what states it.
        language: the language of what states it, with its region where that is known ("pt-BR"): it settles which number
            is the day, and which month a name means that differs from language to language.
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
    for form in (*_FORMS, _PACKED):
        if match := form.fullmatch(words):
            return _format_match(match.groupdict())
    if begins := _INSTANT_BEGINS.match(words):
        return _format_day(*begins.group().split("-"))  # in a notation of its own after the day
    label = LABEL.match(words)
    if label and label["published"] and label.end() < len(words):
        return parse_moment(words[label.end() :], language=language)
    return _read_elsewhere(unicodedata.normalize("NFC", words), language)


def _read_elsewhere(words: str, language: str | None) -> str | None:
    """Return the moment that is written as it is outside of English, or None."""
    words = "".join(str(unicodedata.digit(sign, sign)) if sign.isdecimal() else sign for sign in words)
    if numbers := _YEAR_FIRST.search(words) or _VIETNAMESE.search(words):
        day = _format_day(numbers["year"], numbers["month"], numbers["day"])
    elif numbers := _YEAR_LAST.search(words):
        day = _order_numbers(numbers, language)
    else:
        return _read_names(words, language)
    rest = words[: numbers.start()] + " " + words[numbers.end() :]
    return _with_clock(day, rest, language) if day else None


def _order_numbers(numbers: re.Match[str], language: str | None) -> str | None:
    """Return the day of two numbers and a year, where it is settled which number is the month."""
    one, two, year = int(numbers["one"]), int(numbers["two"]), numbers["year"]
    if len(year) == 2:  # only where nothing else can be meant
        if numbers["mark"] != "." or order_of(language) != "day first":
            return None
        year = f"20{year}"
    if one > 12 or two > 12 or one == two:
        day, month = (two, one) if two > 12 else (one, two)
    else:
        order = order_of(language)
        if order is None and numbers["mark"] == "." and not language:
            order = "day first"  # where a full stop stands between them
        if order is None:
            return None
        day, month = (one, two) if order == "day first" else (two, one)
    return _format_day(year, str(month), str(day))


def _read_names(words: str, language: str | None) -> str | None:
    """Return the moment that is written with the name of its month: one day, one month, one year, and nothing else."""
    clock = _CLOCK.search(words)
    bare = _OFFSET.sub(" ", words[: clock.start()] + " " + words[clock.end() :] if clock else words)
    days: list[int] = []
    years: list[int] = []
    names: list[str] = []
    for token in (_ELIDED.sub("", token) for token in _BETWEEN.split(bare)):
        number = _NUMBER.fullmatch(token)
        if not token or token.casefold() in _CONNECTING:
            continue
        if number:
            (years if len(number["number"]) == 4 else days).append(int(number["number"]))
        else:
            names.append(token)
    if len(days) != 1 or len(years) != 1:
        return None  # before the words of many languages are looked up
    months: list[frozenset[int]] = []
    for token in names:
        if found := month_numbers(token, language) or (
            month_numbers(token[1:], "he") if token[0] == "ב" else frozenset()
        ):
            months.append(found)
        elif not is_weekday(token, language) and not _is_of_the_clock(token):
            return None
    if len(months) != 1 or len(months[0]) != 1:
        return None
    year = years[0] - 543 if years[0] in _BUDDHIST else years[0]
    day = _format_day(str(year), str(next(iter(months[0]))), str(days[0]))
    return _with_clock(day, words, language) if day else None


def _is_of_the_clock(token: str) -> bool:
    return token.casefold() in _OF_THE_DAY or _ZONE_NAME.fullmatch(token) is not None


def _with_clock(day: str, rest: str, language: str | None) -> str | None:
    """Return a day with the time that stands beside it, if it stands there plainly; None where something else does."""
    clock = _CLOCK.search(rest)
    bare = rest[: clock.start()] + " " + rest[clock.end() :] if clock else rest
    tokens = [token for token in _BETWEEN.split(_OFFSET.sub(" ", bare)) if token]
    unknown = [
        token
        for token in tokens
        if token.casefold() not in _CONNECTING
        and not _NUMBER.fullmatch(token)
        and not is_weekday(token.strip("()（）"), language)
        and not _is_of_the_clock(token)
        and not month_numbers(token.removeprefix("ב"), language)
    ]
    if unknown:
        return None
    plain = (
        clock is not None and clock["minute"] and not _OFFSET.search(rest) and not any(map(_is_of_the_clock, tokens))
    )
    if clock is None or not plain:
        return day
    return f"{day}T{int(clock['hour']):02}:{clock['minute']}:{clock['second'] or '00'}"


def _format_day(year: str, month: str, day: str) -> str | None:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found.isoformat() if _FIRST_YEAR <= found.year <= _LAST_YEAR else None


def read_dated(line: str, *, language: str | None = None) -> dict[str, str]:
    """Return when something was "published" and "updated", of a line that says so and nothing else; else nothing.

    A date without a label is the day of publication: "4 March 2031", "Publié le 4 mars 2031, mis à jour le 5 mars 2031".
    """
    labels = [
        (match.start(), match.end(), "updated" if match["updated"] else "published") for match in LABEL.finditer(line)
    ]
    starts = [(0, 0, "published")] * (not labels or labels[0][0] > 0) + labels
    found: dict[str, str] = {}
    for (_, begin, name), (end, _, _) in zip(starts, [*starts[1:], (len(line), 0, "")], strict=True):
        words = line[begin:end].strip(" ,;:：|·•–—-()[]（）")
        moment = parse_moment(words, language=language)
        if moment:
            found.setdefault(name, moment)
        elif words and words.casefold() not in _CONNECTING:
            return {}
    return found


def find_dated(line: str, *, language: str | None = None) -> dict[str, str]:
    """Return the one moment that a short line states among other words, as "published" or "updated"; else nothing.

    The line names whose date it is by its place, so that nothing is asked of the other words.
    """
    found: dict[str, str] = {}
    for match in _SOMEWHERE.finditer(line):
        moment = parse_moment(match.group(), language=language)
        if moment is None:
            continue
        labels = list(LABEL.finditer(line[: match.start()]))
        name = "updated" if labels and labels[-1]["updated"] else "published"
        if name in found and found[name][:10] != moment[:10]:
            return {}
        found.setdefault(name, moment)
    return found


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
        hour = _hour_of_day(int(parts["hour"]), parts.get("half"))
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
