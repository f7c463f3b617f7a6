"""Dates: what is clearly one is taken, what is not is None."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.dates import day_of, parse_moment


@pytest.mark.parametrize(
    ("source", "moment"),
    [
        ("2031-03-04", "2031-03-04"),
        ("2031/03/04", "2031-03-04"),
        ("2031-3-4", "2031-03-04"),
        ("  4 March 2031 ", "2031-03-04"),
        ("4th of March 2031", "2031-03-04"),
        ("March 4, 2031", "2031-03-04"),
        ("Sept. 4, 2031", "2031-09-04"),
        ("Tuesday, March 4, 2031", "2031-03-04"),
        ("2031-03-04T14:30:00Z", "2031-03-04T14:30:00+00:00"),
        ("2031-03-04T14:30:00.123Z", "2031-03-04T14:30:00+00:00"),
        ("2031-03-04T14:30:00-0500", "2031-03-04T14:30:00-05:00"),
        ("2031-03-04 14:30", "2031-03-04T14:30:00"),
        ("2031-03-04T14:30:00+05:30", "2031-03-04T14:30:00+05:30"),
        ("Tue, 04 Mar 2031 14:30:00 GMT", "2031-03-04T14:30:00+00:00"),
        ("Tue, 04 Mar 2031 14:30:00 EST", "2031-03-04T14:30:00-05:00"),
        ("March 4, 2031 at 2:30 p.m.", "2031-03-04T14:30:00"),
        ("March 4, 2031, 12:05 AM UTC", "2031-03-04T00:05:00+00:00"),
        ("10:30 AM EDT, Tue March 4, 2031", "2031-03-04T10:30:00-04:00"),
        ("14:30, 4 March 2031", "2031-03-04T14:30:00"),
        ("10:30 AM on March 4, 2031", "2031-03-04T10:30:00"),
        ("4 March 2031 14:30 IST", "2031-03-04"),
        (date(2031, 3, 4), "2031-03-04"),
        (datetime(2031, 3, 4, 14, 30, tzinfo=UTC), "2031-03-04T14:30:00+00:00"),
    ],
)
def test_clear_dates_are_taken_as_precisely_as_they_stand(source: str | date, moment: str) -> None:
    assert parse_moment(source) == moment


@pytest.mark.parametrize(
    "source",
    [
        None,
        "",
        "now",
        "yesterday",
        "2 hours ago",
        "03/04/2031",
        "March 2031",
        "2031",
        "4 March",
        "2031-02-30",
        "2031-13-01",
        "2031-03-04T25:00:00Z",
        "2031-03-04T14:30:00+99:00",
        "March 4, 2031 14:30 p.m.",
        "203103041",
        "On 4 March 2031 it rained",
        "١٢٣٤-٠٣-٠٤",
        "x" * 10_000,
    ],
)
def test_what_is_not_clearly_a_date_is_none(source: str | None) -> None:
    assert parse_moment(source) is None


@given(st.datetimes(min_value=datetime(1000, 1, 1), timezones=st.just(UTC)))
def test_what_was_parsed_parses_to_itself(moment: datetime) -> None:
    parsed = parse_moment(moment)
    assert parsed is not None
    assert parse_moment(parsed) == parsed
    assert day_of(parsed) == moment.date().isoformat()


@given(st.text())
def test_any_text_gives_a_moment_with_a_day_or_none(text: str) -> None:
    moment = parse_moment(text)
    assert moment is None or day_of(moment) == moment[:10]


@pytest.mark.parametrize("moment", ["", "2031-3-4", "2031-02-30", "soon"])
def test_a_day_is_refused_where_there_is_none(moment: str) -> None:
    with pytest.raises(ValueError, match="does not begin with a day"):
        day_of(moment)
