"""Lists of references (RIS, BibTeX, Zotero's RDF and JSON, CSL-JSON) -> the articles that were exported with them.

An entry is read as the document that is attached to it, with the facts that the list states. One without a document is told with
the address of its article; a summary is never taken for the article.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from index.articles import RawArticle, Unreadable
from index.errors import SourceError
from index.sources.bibtex import read_bibtex
from index.sources.decode import decode_text
from index.sources.fields import build_article
from index.sources.kinds import FileKind, guess_kind
from index.sources.listed import ListedArticle
from index.sources.part import Beside, Source, read_all, size_of
from index.sources.ris import read_ris
from index.sources.zotero import NAMESPACE, read_items, read_rdf
from index.text.syndication import is_copy, shingles_of

MOST_ENTRIES = 20_000
MOST_FILES = 8
"""How many attachments of one entry are looked at."""

ReadAttachment = Callable[[str, Source, FileKind], list[RawArticle]]
"""Reads a document: its reference, where it is, and what its name says of its kind."""

# What shows an article best goes first: a page says where its text is.
_KINDS: tuple[FileKind, ...] = ("html", "mhtml", "pdf", "docx", "rtf", "markdown", "text", "email")
_LARGEST_SNAPSHOT = 50_000_000
# Pages that were saved as one file hold their pictures and fonts, which are most of it.
_EMBEDDED = re.compile(rb"data:[\w/+.-]{1,80}(?:;[\w=-]{1,40}){0,4};base64,[A-Za-z0-9+/=]+")
_RIS = re.compile(r"^TY  -", re.MULTILINE)
_BIBTEX = re.compile(r"^\s*@\w+\s*[{(]", re.MULTILINE)
_JSON_LISTS = (b'"itemType"', b'"container-title"', b'"issued"')


def read_bibliography(reference: str, source: Source) -> list[ListedArticle]:
    """Return the entries of a list, in its order.

    Raises:
        SourceError: it is no list of references, holds no entry or too many, or its XML declares entities.
    """
    data = read_all(source)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        entries = list(read_rdf(reference, data)) if NAMESPACE in data else []
    else:
        text = decode_text(reference, data).removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        entries = list(read_ris(text)) if _RIS.search(text) else list(read_bibtex(text)) if _BIBTEX.search(text) else []
    if not entries:
        raise SourceError(
            f"{reference}: it lists no reference.",
            reference=reference,
            hint="Export the list as RIS, BibTeX or Zotero RDF, with its files.",
        )
    return _limited(reference, entries)


def read_json_list(reference: str, source: Source) -> list[ListedArticle]:
    """Return the entries of a list in JSON; none where the file is no such list, but perhaps one of articles."""
    data = read_all(source)
    if not any(mark in data for mark in _JSON_LISTS):
        return []
    try:
        tree = json.loads(decode_text(reference, data).removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return []  # who reads it as articles says what is wrong
    return _limited(reference, read_items(tree) or [])


def read_listed(
    reference: str, entries: Sequence[ListedArticle], beside: Beside | None, read: ReadAttachment
) -> Iterator[RawArticle | Unreadable]:
    """Yield the article of each entry, or why there is none.

    Args:
        reference: of the list.
        entries: what it lists.
        beside: finds the attachments; None where the list came without its folder.
        read: reads them.
    """
    taken: set[str] = set()
    for number, entry in enumerate(entries, start=1):
        # The number in a list changes with every entry that is added; an attachment keeps the number of its folder.
        named = entry.identifier or next(iter(entry.files), None) or entry.facts["url"] or str(number)
        place = f"{reference}#{named}"
        if place in taken:
            place = f"{place} ({number})"
        taken.add(place)
        yield _read_entry(place, entry, beside, read)


def _read_entry(
    place: str, entry: ListedArticle, beside: Beside | None, read: ReadAttachment
) -> RawArticle | Unreadable:
    if entry.fault:
        return Unreadable(place, f"{place}: {entry.fault}")
    article: RawArticle | None = None
    notes: list[str] = []
    for name in sorted(entry.files, key=_order)[:MOST_FILES]:
        try:
            found = _read_file(place, name, beside, read)
        except SourceError as error:
            notes.append(str(error).removeprefix(f"{place}: "))
            continue
        if article is None:
            article = found
        elif not is_copy(shingles_of(article.text), shingles_of(found.text)):
            notes.append(
                f"its attachment {name[:120]!a} has another text and is not read as this article. Give it by itself."
            )
    if len(entry.files) > MOST_FILES:
        notes.append(f"it has {len(entry.files)} attachments, at most {MOST_FILES} are looked at.")
    if article is None:
        return Unreadable(place, f"{place}: {' '.join([*notes, _what_to_do(entry)])}")
    return replace(_with_facts(article, entry), note=" ".join(filter(None, [article.note, *notes])))


def _read_file(place: str, name: str, beside: Beside | None, read: ReadAttachment) -> RawArticle:
    if beside is None:
        raise SourceError(
            f"{place}: its attachment {name[:120]!a} did not come with the list.",
            reference=place,
            hint="Give the folder that was exported, by its path or as a ZIP.",
        )
    kind = guess_kind(name)
    source = beside(name, place)
    if kind not in _KINDS:
        raise SourceError(
            f"{place}: its attachment {name[:120]!a} is of a kind that is not read of an entry.",
            reference=place,
            hint="Attach a page or a PDF.",
        )
    if kind == "html" and size_of(source) <= _LARGEST_SNAPSHOT:
        source = _EMBEDDED.sub(b"data:,", read_all(source))
    articles = read(place, source, kind)
    if len(articles) != 1:
        raise SourceError(
            f"{place}: its attachment {name[:120]!a} holds {len(articles)} articles, wanted one.",
            reference=place,
            hint="Give it by itself.",
        )
    return articles[0]


def _with_facts(article: RawArticle, entry: ListedArticle) -> RawArticle:
    """Return an article with what the list states; where it states nothing, what the document says stays."""
    stated = build_article(entry.facts, reference=article.reference, kind=article.kind, text=article.text)
    published = stated.published or article.published
    if stated.published and article.published and article.published.startswith(stated.published):
        published = article.published  # the same day, and the time of it
    return replace(
        article,
        title=stated.title or article.title,
        outlet=stated.outlet or article.outlet,
        author=stated.author or article.author,
        published=published,
        url=stated.url or article.url,
        language=stated.language or article.language,
        section=stated.section or article.section,
    )


def _what_to_do(entry: ListedArticle) -> str:
    """Return what a list says of an article that came without it, and how it is had."""
    title, address = entry.facts["title"], entry.facts["url"]
    entitled = f" of {str(title)[:120]!r}" if title else ""
    held = "a summary and no document" if entry.has_abstract else "no document"
    said = f"The entry{entitled} has {held}" if not entry.files else f"Nothing{entitled} could be read"
    if isinstance(address, str):
        return f"{said}; its article is fetched with `citewire ingest {shlex.quote(address)}`."
    return f"{said}, and no address. Attach the article as a page or a PDF and export the list again with its files."


def _order(name: str) -> int:
    kind = guess_kind(name)
    return _KINDS.index(kind) if kind in _KINDS else len(_KINDS)


def _limited(reference: str, entries: list[ListedArticle]) -> list[ListedArticle]:
    if len(entries) > MOST_ENTRIES:
        raise SourceError(
            f"{reference}: it lists {len(entries)} references, at most {MOST_ENTRIES} are read.",
            reference=reference,
            hint="Export it in parts.",
        )
    return entries
