"""Compressed bytes -> bytes, counted while they come out: a small answer must not become a large one unseen."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

_STEP = 65_536
_GZIP_MAGIC = b"\x1f\x8b"


class Overflow(Exception):
    """More bytes came than are allowed."""


class Broken(Exception):
    """The bytes are not compressed as they are said to be, or break off."""


def collect(chunks: Iterable[bytes], *, coding: str, maximum: int) -> bytes:
    """Return the bytes that ``chunks`` stand for.

    Args:
        coding: "gzip", "deflate" or "" for none.
        maximum: how many bytes may come out.

    Raises:
        Overflow: more than ``maximum`` come out; what is left is not read.
        Broken: they cannot be decompressed.
    """
    body = bytearray()
    for piece in _inflate(chunks, coding) if coding else chunks:
        body += piece
        if len(body) > maximum:
            raise Overflow
    return bytes(body)


def _inflate(chunks: Iterable[bytes], coding: str) -> Iterator[bytes]:
    """Yield what comes out in pieces of bounded size, however much a chunk would become."""
    decoder = None
    members = 0
    for chunk in chunks:
        data = chunk
        while data:
            if decoder is None:
                # Another gzip member may follow; whatever else follows is padding.
                if members and not (coding == "gzip" and _GZIP_MAGIC.startswith(data[:2])):
                    return
                members += 1
                decoder = zlib.decompressobj(_window_bits(coding, data))
            try:
                piece = decoder.decompress(data, _STEP)
            except zlib.error as error:
                raise Broken(str(error)) from error
            if piece:
                yield piece
            data = decoder.unconsumed_tail
            if decoder.eof:
                data, decoder = decoder.unused_data, None
    if decoder is not None:
        raise Broken("it breaks off")


def _window_bits(coding: str, data: bytes) -> int:
    """Return what zlib wants to know. "deflate" is sent with and without the zlib header that it should have."""
    if coding == "gzip":
        return 16 + zlib.MAX_WBITS
    has_header = data[0] & 0x0F == 8 and (len(data) < 2 or (data[0] * 256 + data[1]) % 31 == 0)
    return zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS
