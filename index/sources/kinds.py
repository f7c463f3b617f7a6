"""Which kind of file something is: by its suffix, by its content type, and by how it begins."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Literal

FileKind = Literal[
    "text",
    "markdown",
    "html",
    "pdf",
    "docx",
    "rtf",
    "epub",
    "email",
    "mbox",
    "feed",
    "jsonl",
    "json",
    "csv",
    "mhtml",
    "references",
    "warc",
    "zip",
    "gzip",
]

SUFFIXES: dict[str, FileKind] = {
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".pdf": "pdf",
    ".docx": "docx",
    ".rtf": "rtf",
    ".epub": "epub",
    ".eml": "email",
    ".mbox": "mbox",
    ".rss": "feed",
    ".atom": "feed",
    ".xml": "feed",
    ".opml": "feed",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "csv",
    ".ris": "references",
    ".bib": "references",
    ".rdf": "references",
    ".mhtml": "mhtml",
    ".mht": "mhtml",
    ".warc": "warc",
    ".zip": "zip",
    ".wacz": "zip",
    ".gz": "gzip",
}

_CONTENT_TYPES: dict[str, FileKind] = {
    "text/plain": "text",
    "text/markdown": "markdown",
    "text/x-markdown": "markdown",
    "text/html": "html",
    "application/xhtml+xml": "html",
    "application/pdf": "pdf",
    "application/x-pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/epub+zip": "epub",
    "application/rtf": "rtf",
    "text/rtf": "rtf",
    "message/rfc822": "email",
    "application/mbox": "mbox",
    "application/feed+json": "json",
    "application/jsonl": "jsonl",
    "application/x-ndjson": "jsonl",
    "application/json": "json",
    "application/ld+json": "json",
    "text/csv": "csv",
    "text/tab-separated-values": "csv",
    "application/x-research-info-systems": "references",
    "application/x-bibtex": "references",
    "text/x-bibtex": "references",
    "application/rdf+xml": "references",
    "multipart/related": "mhtml",
    "application/x-mimearchive": "mhtml",
    "application/warc": "warc",
    "application/zip": "zip",
    "application/x-zip-compressed": "zip",
    "application/gzip": "gzip",
    "application/x-gzip": "gzip",
}

HEAD_BYTES = 1024
"""How many bytes of the start of a file ``recognise_kind`` wants to see."""

_MEGABYTE = 1_000_000
MAXIMUM_BYTES: dict[FileKind, int] = {
    "text": 32 * _MEGABYTE,
    "markdown": 5 * _MEGABYTE,
    "html": 5 * _MEGABYTE,
    "pdf": 100 * _MEGABYTE,
    "docx": 50 * _MEGABYTE,
    "rtf": 10 * _MEGABYTE,
    "epub": 100 * _MEGABYTE,
    "email": 50 * _MEGABYTE,
    "feed": 20 * _MEGABYTE,
    "json": 32 * _MEGABYTE,
    "references": 20 * _MEGABYTE,
    # Read row by row, so that an export of any size takes little memory.
    "jsonl": 1000 * _MEGABYTE,
    "csv": 1000 * _MEGABYTE,
    "mbox": 1000 * _MEGABYTE,
    "mhtml": 50 * _MEGABYTE,
    "warc": 2000 * _MEGABYTE,
    "zip": 1000 * _MEGABYTE,
    "gzip": 500 * _MEGABYTE,
}
"""The most bytes that are read of a file of each kind."""

REFERENCING: tuple[FileKind, ...] = ("references", "json")
"""The kinds of which a file may name others that belong to it."""
ATTACHMENTS = "files"
"""The folder that Zotero puts attachments in, each in one that is named by a number, beside the list that it exports."""

_PACKED_DOCUMENTS: tuple[FileKind, ...] = ("docx", "epub")
_TEXTUAL: tuple[FileKind, ...] = ("text", "markdown")
_PAGE = re.compile(rb"<!doctype\s+html|<html[\s>]|<head[\s>]", re.IGNORECASE)
_FEED = re.compile(rb"(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:rss|feed|rdf:RDF|opml)[\s>]", re.IGNORECASE | re.DOTALL)
_MAILBOX = re.compile(rb"From \S+ +[^\r\n]*\d{4}\r?\n(?:>?[A-Za-z-]+: |[ \t])")
_REFERENCES = re.compile(rb"TY  - [A-Z]{3,8}\s*\r?\n[A-Z][A-Z0-9]  - ")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def guess_kind(name: str) -> FileKind | None:
    """Return the kind that a file name, an address without its query, or a content type stands for, or None.

    ``report.PDF``, ``https://a.example/report.pdf`` and ``application/pdf; charset=binary`` are all "pdf".
    """
    content_type = name.partition(";")[0].strip().lower()
    if content_type in _CONTENT_TYPES:
        return _CONTENT_TYPES[content_type]
    if name.lower().endswith(".warc.gz"):
        return "warc"
    return SUFFIXES.get(PurePath(name).suffix.lower())


def recognise_kind(head: bytes, declared: FileKind | None) -> FileKind | None:
    """Return the kind of a file that begins with ``head``: the declared one unless the bytes say otherwise.

    Only unmistakable beginnings overrule what a name or a server declares: a PDF that is named .txt, a web page
    saved as .txt or .md, a PDF or ZIP that is called a page.
    """
    start = head.removeprefix(_BYTE_ORDER_MARK).lstrip()
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        return declared if declared in _PACKED_DOCUMENTS else _zipped_kind(head)
    if head.startswith(b"\x1f\x8b"):
        # A WARC is usually compressed record by record, which its reader expects.
        return declared if declared in ("gzip", "warc") else "gzip"
    if head.startswith(b"WARC/"):
        return "warc"
    if head.startswith(b"{\\rtf"):
        return "rtf"
    if declared in (*_TEXTUAL, None) and _PAGE.match(start):
        return "html"
    if declared in (*_TEXTUAL, None) and _FEED.match(start):
        return "feed"
    if declared in ("text", None) and _REFERENCES.match(start):
        return "references"
    if declared in ("email", "text", None) and _MAILBOX.match(start):
        return "mbox"
    return declared


def _zipped_kind(head: bytes) -> FileKind:
    """Tell apart what is packed as a ZIP, by the name of its first entry."""
    if b"mimetypeapplication/epub+zip" in head[:100]:
        return "epub"
    return "docx" if head[30:].startswith((b"[Content_Types].xml", b"word/", b"_rels/.rels")) else "zip"
