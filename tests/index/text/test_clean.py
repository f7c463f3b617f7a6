"""Canonical text: one form, nothing invisible, nothing seen lost."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.text.clean import canonical_line, canonical_text

FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467"
RED_HEART = "\u2764\ufe0f"
MENDING_HEART = "\u2764\ufe0f\u200d\U0001fa79"
KEYCAP_ONE = "1\ufe0f\u20e3"
PERSIAN_I_WANT = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"


@pytest.mark.parametrize(
    ("raw", "canonical"),
    [
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\n\n\n\n\nb", "a\n\nb"),
        ("a \t\u00a0\u3000 b", "a b"),
        ("a  \n  b \n", "a\nb"),
        ("a\n \n \nb", "a\n\nb"),
        ("e\u0301", "\u00e9"),
        ("e\u200b\u0301", "\u00e9"),
        ("con\u00adfi\u200bdent\ufeff", "confident"),
        ("pay \u202eeno\u202c now", "pay eno now"),
        ("a\x00b\x07c\x9bd", "abcd"),
        ("hi\U000e0068\U000e0069\U000e007f!", "hi!"),
        ("a\ufe00b\U000e0101c", "abc"),
        ("pass\u200dword\u200c", "password"),
        ("a\ufe0fb", "ab"),
        ("half \ud83d pair", "half \ufffd pair"),
        ("one\u2028two\u2029three", "one\ntwo\n\nthree"),
        (FAMILY, FAMILY),
        (RED_HEART, RED_HEART),
        (MENDING_HEART, MENDING_HEART),
        (KEYCAP_ONE, KEYCAP_ONE),
        (PERSIAN_I_WANT, PERSIAN_I_WANT),
        (" \n\t ", ""),
        ("", ""),
    ],
)
def test_text_becomes_canonical(raw: str, canonical: str) -> None:
    assert canonical_text(raw) == canonical


@pytest.mark.parametrize(
    ("raw", "canonical"),
    [
        (None, None),
        ("", None),
        (" \u200b\n", None),
        (" Dam\r\n\r\n  opens ", "Dam opens"),
        ("<b>&amp;", "<b>&amp;"),
    ],
)
def test_line_becomes_one_line_or_none(raw: str | None, canonical: str | None) -> None:
    assert canonical_line(raw) == canonical


PIECES = st.sampled_from(
    ["a", "é", "e", "\u0301", " ", "\t", "\n", "\r\n", "\u00a0", "\u200b", "\u200c", "\u200d", "\ufe0f",
     "\u20e3", "1", "\U0001f469", "\U0001f3fd", "\u2764", "\u0645", "\u0654", "\u0915", "\u094d",
     "\u00ad", "\ud800", "\udc00", "\u2194", "=", "\u0338", "\u1100", "\u1161", "\u2000", "\x85"]
)  # fmt: skip


@given(st.one_of(st.text(), st.lists(PIECES).map("".join)))
@example("a\u200d\u200c\n\n \n")
def test_canonical_text_is_idempotent_and_storable(raw: str) -> None:
    text = canonical_text(raw)
    assert canonical_text(text) == text
    assert unicodedata.is_normalized("NFC", text)
    assert text == text.strip()
    assert "\n\n\n" not in text
    assert "  " not in text
    text.encode("utf-8")


@given(st.text(alphabet=st.characters(min_codepoint=0x21, max_codepoint=0x7E)))
def test_visible_ascii_is_kept(raw: str) -> None:
    assert canonical_text(raw) == raw
