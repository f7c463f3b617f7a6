"""Facts as people write them: addresses without what only says how a reader came."""

from __future__ import annotations

import pytest

from index.sources.fields import read_url

ADDRESS = "https://courier.example/2031/dam?page=2"


@pytest.mark.parametrize(
    "written",
    [
        ADDRESS,
        f"{ADDRESS}&utm_source=brief&utm_medium=email",
        f"{ADDRESS}&fbclid=x1",
        f"{ADDRESS}&gclid=a&mc_eid=b#comments",
        "https://COURIER.example/2031/dam?utm_campaign=x&page=2",
        f" {ADDRESS}#top ",
    ],
)
def test_an_address_is_one_however_its_reader_came(written: str) -> None:
    assert read_url(written) == ADDRESS


@pytest.mark.parametrize(
    "url",
    [
        "https://courier.example/?id=7",
        "https://courier.example/#!/dam",
        "https://user@courier.example:8443/Dam",
        "https://courier.example/a?b=c&d",
    ],
)
def test_what_leads_to_another_page_stays(url: str) -> None:
    assert read_url(url) == url


@pytest.mark.parametrize("url", ["javascript:alert(1)", "courier.example/dam", "ftp://courier.example", "", None, 7])
def test_what_is_no_web_address_is_none(url: object) -> None:
    assert read_url(url) is None
