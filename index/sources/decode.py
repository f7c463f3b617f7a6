"""Bytes of a file -> its text, or a clear refusal where it is no text."""

from __future__ import annotations

import codecs
import re

import charset_normalizer

from index.errors import SourceError

# UTF-32 first: its little-endian mark begins with the one of UTF-16.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_CONTROLS_PER_CHARACTER = 0.01  # a stray control is dirt; one in a hundred is not text
_DECLARED = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE
)
_DECLARED_WITHIN = 4096

_LIKELIEST = "cp1252"  # of the old encodings, by far the commonest on the web

# What pages mean by the names of other encodings: https://encoding.spec.whatwg.org/#names-and-labels
_ON_THE_WEB = {
    "iso8859-1": _LIKELIEST, "ascii": _LIKELIEST, "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949", "ksc5601": "cp949",
}  # fmt: skip

_DETECTED_WITHIN = 1_000_000  # bytes that show the encoding of all of it

_SAVE_AS_TEXT = "Save it as plain text in UTF-8."


def decode_text(reference: str, data: bytes) -> str:
    """Return the text of a file: UTF-8, UTF-16 or UTF-32 with a byte order mark, a declared HTML charset, or
    the encoding that its letters fit best.

    Raises:
        SourceError: it is binary data, or no encoding fits.
    """
    text = _decode(reference, data)
    controls = len(_CONTROLS.findall(text))
    if "\x00" in text or controls > len(text) * _CONTROLS_PER_CHARACTER:
        raise _binary(reference)
    return text


def _decode(reference: str, data: bytes) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _decode_strictly(reference, data, encoding)
    if b"\x00" in data:
        raise _binary(reference)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_declared(data) or _decode_by_letters(reference, data)


def _decode_strictly(reference: str, data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise SourceError(
            f"{reference}: it begins as {encoding} and breaks off at byte {error.start}.",
            reference=reference,
            hint=_SAVE_AS_TEXT,
        ) from error


def _decode_declared(data: bytes) -> str | None:
    """Return the text in the encoding that a web page names in its head, or None."""
    declared = _DECLARED.search(data[:_DECLARED_WITHIN])
    if declared is None:
        return None
    return decode_as_browsers_do(data, declared.group(1).decode("ascii"))


def decode_as_browsers_do(data: bytes, label: str) -> str | None:
    """Return text in the encoding that a label stands for on the web (WHATWG): "iso-8859-1" is Windows-1252 there.

    None where the label is none, or the text is in another encoding.
    """
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        return None
    for meant in dict.fromkeys((_ON_THE_WEB.get(name, name), name)):
        try:
            return data.decode(meant)
        except UnicodeError:
            continue
    return None


def detect_encoding(reference: str, data: bytes, *, marks_only: bool = False) -> str | None:
    """Return the name of the encoding that a byte order mark states or that the letters fit best.

    Args:
        reference: what is read, for the error.
        data: the start of it, or a stretch of it with letters beyond ASCII.
        marks_only: whether to look at the mark only and return None without one.

    Raises:
        SourceError: no encoding fits.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return encoding
    if marks_only:
        return None
    matches = charset_normalizer.from_bytes(data[:_DETECTED_WITHIN])
    best = matches.best()
    if best is None:
        raise SourceError(f"{reference}: its encoding was not recognised.", reference=reference, hint=_SAVE_AS_TEXT)
    # Spanish fits cp1250 and cp1252 equally well by these measures, and cp1250 turns its letters into others.
    equal = [match.encoding for match in matches if (match.chaos, match.coherence) == (best.chaos, best.coherence)]
    return _LIKELIEST if _LIKELIEST in equal else best.encoding


def _decode_by_letters(reference: str, data: bytes) -> str:
    encoding = detect_encoding(reference, _first_letters(data)) or _LIKELIEST
    return _decode_strictly(reference, data, encoding)


def _first_letters(data: bytes) -> bytes:
    """Return the stretch of a long text in which letters beyond ASCII begin."""
    if len(data) <= _DETECTED_WITHIN:
        return data
    first = re.search(rb"[\x80-\xff]", data)
    start = max(0, first.start() - 10_000) if first else 0
    return data[start : start + _DETECTED_WITHIN]


def _binary(reference: str) -> SourceError:
    return SourceError(
        f"{reference}: it holds binary data, wanted the text of an article.",
        reference=reference,
        hint=_SAVE_AS_TEXT,
    )
