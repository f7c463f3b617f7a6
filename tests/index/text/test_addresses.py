from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.addresses import plain_spelling, spellings

PLAIN = "https://tarn.example/2031/weir-opens"


@pytest.mark.parametrize(
    "url",
    [
        "http://tarn.example/2031/weir-opens",
        "https://www.tarn.example/2031/weir-opens",
        "https://tarn.example/2031/weir-opens/",
        "https://tarn.example/2031/weir-opens/amp",
        "http://www.tarn.example/2031/weir-opens/amp/",
        "https://amp.tarn.example/2031/weir-opens",
        "https://m.tarn.example/2031/weir-opens/",
        "https://tarn.example/2031/weir-opens?amp=1",
        "https://tarn.example/2031/weir-opens?outputType=amp",
        "https://tarn.example/2031/weir-opens.amp",
    ],
)
def test_spellings_of_one_address_are_told_as_one(url: str) -> None:
    assert plain_spelling(url) == PLAIN
    assert url in spellings(PLAIN)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://tarn.example/a", "https://tarn.example/b"),
        ("https://tarn.example/?p=1", "https://tarn.example/?p=2"),
        ("https://tarn.example/amplifier", "https://tarn.example/"),
        ("https://orel.tarn.example/a", "https://tarn.example/a"),
        ("https://tarn.example/a?id=amp", "https://tarn.example/a"),
    ],
)
def test_different_addresses_stay_different(one: str, other: str) -> None:
    assert not set(spellings(one)) & set(spellings(other))


@given(st.text(max_size=60))
def test_what_is_no_address_is_its_own_spelling(text: str) -> None:
    if not text.lower().startswith(("http://", "https://")):
        assert spellings(text) == (text,)


@given(
    st.sampled_from(["http", "https"]),
    st.from_regex(r"(www\.)?[a-z]{3,8}\.example", fullmatch=True),
    st.from_regex(r"(/[a-z0-9.]{1,6}){0,3}/?", fullmatch=True),
    st.sampled_from(["", "p=1", "amp=1&p=1"]),
)
def test_all_spellings_have_one_plain_spelling(scheme: str, host: str, path: str, query: str) -> None:
    url = f"{scheme}://{host}{path}" + (f"?{query}" if query else "")
    found = spellings(url)
    assert url in found
    if ".amp" not in path and "/amp" not in path:
        assert {plain_spelling(each) for each in found} == {found[0]}
