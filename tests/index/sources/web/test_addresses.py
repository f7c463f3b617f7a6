"""Which addresses may be fetched: read once, in one way."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import SourceError
from index.sources.web.addresses import (
    LONGEST_ADDRESS,
    is_web_reference,
    join_address,
    parse_address,
    same_site,
    why_not_public,
)


@pytest.mark.parametrize(
    ("given_as", "url"),
    [
        ("http://ledger.test", "http://ledger.test/"),
        ("  HTTPS://Ledger.TEST.:443/A?b=C#d ", "https://ledger.test/A?b=C"),
        ("http://bücher.test/ä b?q=é|x", "http://xn--bcher-kva.test/%C3%A4%20b?q=%C3%A9|x"),
        ("http://ledger.test/%2F%zz", "http://ledger.test/%2F%zz"),
        ("http://ledger.test?x=1", "http://ledger.test/?x=1"),
        ("http://ledger.test:/a", "http://ledger.test/a"),
        ("http://ledger.test/@poe/a@b", "http://ledger.test/@poe/a@b"),
        ("http://93.184.215.14/", "http://93.184.215.14/"),
        ("https://[2606:2800:21F:0::0001]/x", "https://[2606:2800:21f::1]/x"),
        ("https://ledger.test:80/", "https://ledger.test:80/"),
    ],
)
def test_addresses_have_one_normal_form(given_as: str, url: str) -> None:
    assert parse_address(given_as).url == url


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "it has no scheme"),
        ("ledger.test/a", "it has no scheme"),
        ("//ledger.test/a", "it has no scheme"),
        ("mailto:poe@ledger.test", "begins with 'mailto'"),
        ("http:///a", "it has no host"),
        ("http://ledger.test:8080/", "its port is 8080, wanted 80 or 443"),
        ("http://ledger.test:99999/", "its port is 99999"),
        ("http://ledger.test:x/", "is no host"),
        ("http://intranet/", "within this machine or network"),
        ("http://ledger/", "no full name"),
        ("http://ledger..test/", "no name of a host"),
        ("http://-ledger.test/", "no name of a host"),
        ("http://le%64ger.test/", "no name of a host"),
        ("http://printer.local/", "within this machine or network"),
        ("http://1.2.3.4.5/", "odd way"),
        ("http://ledger.0x1/", "odd way"),
        ("http://[::1%25eth0]/", "is no host"),
        ("http://[12]/", "no IPv6 address"),
        ("http://ledger.test/\x00", "a control character"),
        ("http://ledger.test/\ud800", "a control character"),
        ("http://ledger.test/" + "a" * LONGEST_ADDRESS, "at most 4096 are read"),
        ("http://" + "a" * 300 + ".test/", "longer than a name can be"),
        ("http://" + "ä" * 100 + ".test/", "no name of a host"),
    ],
)
def test_what_is_no_address_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(SourceError, match=reason) as caught:
        parse_address(text)
    assert len(str(caught.value)) < 1000
    str(caught.value).encode()


def test_no_password_stands_in_a_message() -> None:
    with pytest.raises(SourceError, match="a user name or a password") as caught:
        parse_address("http://poe:swordfish@ledger.test/a")
    assert "swordfish" not in str(caught.value) + caught.value.reference


@given(st.text(alphabet="ab:/?#[]@!%.-_ \\\t\n\x00ä①0x127éß。\ud800\u200d", max_size=30))
def test_an_address_is_refused_or_read_the_same_way_again(text: str) -> None:
    try:
        address = parse_address(f"http://{text}")
    except SourceError as error:
        str(error).encode()
    else:
        assert parse_address(address.url) == address
        assert address.url.isascii()


@given(st.ip_addresses(v=4))
def test_an_address_in_disguise_is_no_better_than_itself(ip: ipaddress.IPv4Address) -> None:
    assert (why_not_public(f"::ffff:{ip}") is None) == (why_not_public(ip) is None)
    for disguise in (f"::{ip}", f"64:ff9b::{ip}", f"2002:{int(ip) >> 16:x}:{int(ip) & 0xFFFF:x}::1"):
        assert why_not_public(disguise)


@pytest.mark.parametrize(
    "ip",
    ["100.100.100.200", "168.63.129.16", "192.0.0.192", "2002:7f00:1::", "fec0::1", "64:ff9b::7f00:1", "224.0.0.1",
     "::127.0.0.1", "ff02::1", "240.0.0.1", "203.0.113.10", "2001:db8::1", "2001::1", "fe80::1%eth0", "0.0.0.0",
     "10.1.2.3", "fd00::1", "nonsense", ""],
)  # fmt: skip
def test_what_is_not_public(ip: str) -> None:
    assert why_not_public(ip)


@pytest.mark.parametrize("ip", ["93.184.215.14", "8.8.8.8", "2606:2800:21f::1", "::ffff:93.184.215.14"])
def test_what_is_public(ip: str) -> None:
    assert why_not_public(ip) is None


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("/b", "http://ledger.test/b"),
        ("b", "http://ledger.test/x/b"),
        ("?b", "http://ledger.test/x/a?b"),
        ("//other.test/b", "http://other.test/b"),
        ("HTTPS://other.test", "https://other.test/"),
        (" \n/b\t", "http://ledger.test/b"),
    ],
)
def test_links_are_joined(link: str, url: str) -> None:
    assert join_address(parse_address("http://ledger.test/x/a"), link).url == url


@pytest.mark.parametrize("link", ["file:///etc/passwd", "//127.0.0.1/", "http://[", "http://ledger.test\\@127.0.0.1/"])
def test_links_are_checked(link: str) -> None:
    with pytest.raises(SourceError):
        join_address(parse_address("http://ledger.test/x/a"), link)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://www.ledger.test/a", "https://ledger.test/b", True),
        ("http://news.paper.co.uk/", "http://paper.co.uk/", True),
        ("http://one.co.uk/", "http://two.co.uk/", False),
        ("http://poe.github.io/", "http://ray.github.io/", False),
        ("http://poe.github.io/", "http://github.io/", False),
        ("http://93.184.215.14/", "http://93.184.215.14/b", True),
        ("http://93.184.215.14/", "http://8.8.215.14/", False),
        ("http://ledger.test/", "http://127.0.0.1/", False),
        ("http://ledger.test/", "javascript:alert(1)", False),
    ],
)
def test_same_site(one: str, other: str, same: bool) -> None:
    assert same_site(one, other) is same


@pytest.mark.parametrize(
    ("reference", "web"),
    [
        ("http://ledger.test/", True),
        ("FILE:///etc/passwd", True),
        ("javascript:alert(1)", True),
        ("/news/a.html", False),
        ("notes.txt", False),
        ("C:\\notes.txt", False),
        ("-", False),
    ],
)
def test_what_is_meant_as_an_address(reference: str, web: bool) -> None:
    assert is_web_reference(reference) is web
