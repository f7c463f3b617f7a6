"""Dates in many languages: what is settled is read, what could be two days is not, and no day is made up."""

from __future__ import annotations

import pytest

from index.text.dates import find_dated, parse_moment, read_dated

FOURTH_OF_MARCH = [
    ("4. März 2031", "de"), ("Dienstag, 4. März 2031", "de"), ("4.3.2031", "de"), ("04.03.31", "de"), ("4. Mär. 2031", "de"),
    ("4 mars 2031", "fr"), ("mardi 4 mars 2031", "fr"), ("04/03/2031", "fr"), ("le 4 mars 2031", "fr"),
    ("4 de marzo de 2031", "es"), ("4 marzo, 2031", "es"), ("04-03-2031", "es"),
    ("4 de março de 2031", "pt"), ("4 março 2031", "pt"), ("04/03/2031", "pt-BR"),
    ("4 marzo 2031", "it"), ("martedì 4 marzo 2031", "it"), ("4/3/2031", "it"),
    ("4 maart 2031", "nl"), ("dinsdag 4 maart 2031", "nl"), ("4 mrt 2031", "nl"),
    ("4 marca 2031", "pl"), ("wtorek, 4 marca 2031", "pl"), ("4 marca 2031 r.", "pl"),
    ("4. března 2031", "cs"), ("4. 3. 2031", "cs"), ("úterý 4. března 2031", "cs"),
    ("4. marca 2031", "sk"), ("4. ožujka 2031.", "hr"), ("4. marec 2031", "sl"), ("4. марта 2031.", "sr"),
    ("4 марта 2031 г.", "ru"), ("4 мар 2031", "ru"), ("4 березня 2031", "uk"), ("4 март 2031 г.", "bg"),
    ("4 mars 2031", "sv"), ("4. mars 2031", "nb"), ("4. marts 2031", "da"), ("4. maaliskuuta 2031", "fi"), ("4. mars 2031", "is"),
    ("2031. március 4.", "hu"), ("2031. március 4., kedd", "hu"), ("4 martie 2031", "ro"), ("4 Μαρτίου 2031", "el"),
    ("4 Mart 2031 Salı", "tr"), ("4 Maret 2031", "id"), ("ngày 4 tháng 3 năm 2031", "vi"), ("2031 m. kovo 4 d.", "lt"),
    ("4. märts 2031", "et"), ("4 de març de 2031", "ca"), ("4 مارس 2031", "ar"), ("٤ مارس ٢٠٣١", "ar"), ("4 במרץ 2031", "he"),
    ("4 मार्च 2031", "hi"), ("4 มีนาคม 2574", "th"), ("2031年3月4日", "ja"), ("2031年3月4日", "zh"), ("2031년 3월 4일", "ko"),
    ("2031. 3. 4.", "ko"), ("2031.03.04", None), ("20310304", None), ("04-Mar-2031", None), ("March 4, 2031 Tuesday", None),
    ("Published: March 4, 2031", None), ("04.03.2031", None), ("4 mars 2031", None), ("03/04/2031", "en-US"), ("04/03/2031", "en-GB"),
    ("2031-03-04T12:00:00+01:00[Europe/Somewhere]", None),
]  # fmt: skip


@pytest.mark.parametrize(("written", "language"), FOURTH_OF_MARCH)
def test_a_day_is_read_as_it_is_written_elsewhere(written: str, language: str | None) -> None:
    assert parse_moment(written, language=language) == "2031-03-04"


def test_there_are_twenty_languages() -> None:
    assert len({language for _, language in FOURTH_OF_MARCH if language}) >= 20


@pytest.mark.parametrize(
    ("written", "language", "moment"),
    [
        ("4 mars 2031 à 20h18", "fr", "2031-03-04T20:18:00"),
        ("4. März 2031, 14.30 Uhr", "de", "2031-03-04T14:30:00"),
        ("4 Mart 2031 14:30", "tr", "2031-03-04T14:30:00"),
        ("20310304T120000Z", None, "2031-03-04T12:00:00+00:00"),
        ("4. März 2031 14:30 MESZ", "de", "2031-03-04"),
        ("31.12.2030", "en", "2030-12-31"),
        ("05/05/2031", None, "2031-05-05"),
    ],
)
def test_a_time_is_kept_where_it_is_plain(written: str, language: str | None, moment: str) -> None:
    assert parse_moment(written, language=language) == moment


@pytest.mark.parametrize(
    ("written", "language"),
    [
        ("04-03-2031", None), ("04/03/2031", None), ("04/03/2031", "en"), ("04.03.2031", "en"), ("04/03/2031", "ja"),
        ("04.03.31", None), ("04/03/31", "fr"), ("4 listopada 2031", None), ("4 mars", "fr"), ("mars 2031", "fr"),
        ("4 hestar 2031", "is"), ("4. März oder 5. März 2031", "de"), ("31. Februar 2031", "de"), ("gestern", "de"), ("2031", "de"),
        ("Am 4. März 2031 regnete es", "de"), ("1930392000", None), ("2031年3月", "ja"), ("4.3.20311", "de"),
    ],
)  # fmt: skip
def test_what_may_be_two_days_or_none_is_unknown(written: str, language: str | None) -> None:
    assert parse_moment(written, language=language) is None


def test_languages_in_which_a_month_differs_are_told_apart() -> None:
    assert parse_moment("4 listopada 2031", language="pl") == "2031-11-04"
    assert parse_moment("4. listopada 2031", language="hr") == "2031-10-04"


@pytest.mark.parametrize(
    ("line", "language", "said"),
    [
        ("Publié le 4 mars 2031 à 20h18, mis à jour le 6 mars 2031 à 9h", "fr", {"published": "2031-03-04T20:18:00", "updated": "2031-03-06"}),
        ("Veröffentlicht am 4.3.2031, zuletzt aktualisiert am 6.3.2031", "de", {"published": "2031-03-04", "updated": "2031-03-06"}),
        ("Stand: 04.03.2031", "de", {"updated": "2031-03-04"}),
        ("입력 2031.03.04 수정 2031.03.06", "ko", {"published": "2031-03-04", "updated": "2031-03-06"}),
        ("公開日：2031年3月4日 更新日：2031年3月6日", "ja", {"published": "2031-03-04", "updated": "2031-03-06"}),
        ("Updated yesterday", None, {}),
        ("The date of the fair: 4 March 2031", None, {}),
    ],
)  # fmt: skip
def test_a_line_says_when_something_was_published_and_updated(line: str, language: str, said: dict[str, str]) -> None:
    assert read_dated(line, language=language) == said


def test_one_date_among_other_words_is_found_and_two_are_not() -> None:
    assert find_dated("Von Ina Falk | 04.03.2031 | 3 Kommentare", language="de") == {"published": "2031-03-04"}
    assert find_dated("Vom 4.3.2031 bis zum 6.3.2031", language="de") == {}
