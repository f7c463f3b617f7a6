"""What Zotero exports: its RDF, the JSON of its programs, and CSL-JSON, which others write too -> the articles listed there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from lxml import etree

from index.sources.listed import ListedArticle, listed
from index.sources.safe_xml import parse_xml

NAMESPACE = b"http://www.zotero.org/namespaces/export#"
"""What shows that RDF is Zotero's."""

_NAMES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "z": NAMESPACE.decode("ascii"),
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "bib": "http://purl.org/net/biblio#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "link": "http://purl.org/rss/1.0/modules/link/",
    "prism": "http://prismstandard.org/namespaces/1.2/basic/",
}
_ABOUT = f"{{{_NAMES['rdf']}}}about"
_NO_ARTICLES = frozenset(["attachment", "note", "annotation"])
_OUTLETS = (
    "publicationTitle",
    "websiteTitle",
    "blogTitle",
    "programTitle",
    "forumTitle",
    "bookTitle",
    "institution",
    "publisher",
)


def read_rdf(reference: str, data: bytes) -> Iterator[ListedArticle]:
    """Yield the entries of Zotero's RDF, and the files in it that belong to none.

    Raises:
        SourceError: it is no XML, or declares entities.
    """
    root = parse_xml(reference, data)
    nodes = {about: node for node in root if isinstance(about := node.get(_ABOUT), str)}
    used: set[str] = set()
    for node in root:
        kind = _text(node, "z:itemType")
        if kind is None or kind in _NO_ARTICLES:
            continue
        attached = [link for link in _all(node, "link:link/@rdf:resource") if link in nodes]
        used.update(attached)
        files = [file for link in attached for file in _all(nodes[link], "rdf:resource/@rdf:resource")]
        yield _of_node(node, nodes, files)
    for about, node in nodes.items():
        if _text(node, "z:itemType") == "attachment" and about not in used:
            yield listed(about.lstrip("#"), addresses=_addresses(node), files=_all(node, "rdf:resource/@rdf:resource"))


def read_items(tree: object) -> list[ListedArticle] | None:
    """Return the entries of a list in JSON: Zotero's items, or CSL-JSON; None where it is neither."""
    records = tree.get("items") if isinstance(tree, Mapping) else tree
    if not isinstance(records, list) or not records:
        return None
    items = [
        each["data"] if isinstance(each, Mapping) and isinstance(each.get("data"), Mapping) else each
        for each in records
    ]
    if all(isinstance(each, Mapping) and isinstance(each.get("itemType"), str) for each in items):
        return [_of_item(each) for each in items if each["itemType"] not in _NO_ARTICLES]
    if all(isinstance(each, Mapping) and _is_csl(each) for each in items):
        return [_of_csl(each) for each in items]
    return None


def _of_node(node: etree._Element, nodes: Mapping[str, etree._Element], files: list[str]) -> ListedArticle:
    contained = [nodes[link] for link in _all(node, "dcterms:isPartOf/@rdf:resource") if link in nodes]
    outlets = [name for each in contained if (name := _text(each, "dc:title"))]
    outlets += _all(node, "dcterms:isPartOf/*/dc:title/text()")
    people = node.xpath("bib:authors//foaf:Person", namespaces=_NAMES)
    return listed(
        (node.get(_ABOUT) or "").lstrip("#"),
        title=_text(node, "dc:title"),
        outlet=next(iter(outlets), None) or _text(node, "dc:publisher//foaf:name"),
        authors=[
            " ".join(filter(None, (_text(person, "foaf:givenName"), _text(person, "foaf:surname"))))
            for person in cast("list[etree._Element]", people)
        ],
        published=_text(node, "dc:date"),
        addresses=_addresses(node),
        language=_text(node, "z:language"),
        section=_text(node, "prism:section"),
        files=files,
        abstract=_text(node, "dcterms:abstract"),
    )


def _of_item(item: Mapping[str, object]) -> ListedArticle:
    creators, attachments = item.get("creators"), item.get("attachments")
    return listed(
        item.get("key") or item.get("itemKey") or item.get("citationKey"),
        title=item.get("title"),
        outlet=next((item[name] for name in _OUTLETS if item.get(name)), None),
        authors=[
            _name(each, "name", "firstName", "lastName")
            for each in (creators if isinstance(creators, list) else ())
            if isinstance(each, Mapping) and each.get("creatorType") == "author"
        ],
        published=item.get("date"),
        addresses=[item.get("url")],
        language=item.get("language"),
        section=item.get("section"),
        files=[
            each.get("path") or each.get("localPath")
            for each in (attachments if isinstance(attachments, list) else ())
            if isinstance(each, Mapping)
        ],
        abstract=item.get("abstractNote"),
    )


def _is_csl(item: Mapping[str, object]) -> bool:
    named = isinstance(item.get("type"), str) and isinstance(item.get("title"), str)
    return named and not item.get("text") and ("container-title" in item or isinstance(item.get("issued"), Mapping))


def _of_csl(item: Mapping[str, object]) -> ListedArticle:
    authors = item.get("author")
    return listed(
        item.get("id"),
        title=item.get("title"),
        outlet=item.get("container-title") or item.get("publisher"),
        authors=[
            _name(each, "literal", "given", "family")
            for each in (authors if isinstance(authors, list) else ())
            if isinstance(each, Mapping)
        ],
        published=_issued(item.get("issued")),
        addresses=[item.get("URL")],
        language=item.get("language"),
        section=item.get("section"),
        abstract=item.get("abstract"),
    )


def _issued(date: object) -> str | None:
    """Return the day of a date of CSL: three numbers, or words."""
    if not isinstance(date, Mapping):
        return None
    parts = date.get("date-parts")
    if isinstance(parts, list) and len(parts) == 1 and isinstance(parts[0], list):
        numbers = [str(part) for part in parts[0]]
        if len(numbers) == 3 and all(number.isdecimal() and len(number) <= 4 for number in numbers):
            return f"{int(numbers[0]):04}-{int(numbers[1]):02}-{int(numbers[2]):02}"
        return None
    words = date.get("raw") or date.get("literal")
    return words if isinstance(words, str) else None


def _name(person: Mapping[str, object], whole: str, given: str, family: str) -> str:
    names = [person.get(whole)] if person.get(whole) else [person.get(given), person.get(family)]
    return " ".join(name for name in names if isinstance(name, str))


def _addresses(node: etree._Element) -> list[str]:
    return [
        *_all(node, "dc:identifier/dcterms:URI/rdf:value/text()"),
        *(about for about in (node.get(_ABOUT),) if about),
    ]


def _all(node: etree._Element, path: str) -> list[str]:
    return [str(found) for found in cast("list[object]", node.xpath(path, namespaces=_NAMES))]


def _text(node: etree._Element, path: str) -> str | None:
    found = node.find(path, namespaces=_NAMES) if "//" not in path else next(iter(_nodes(node, path)), None)
    return " ".join("".join(found.itertext()).split()) or None if found is not None else None


def _nodes(node: etree._Element, path: str) -> list[etree._Element]:
    return cast("list[etree._Element]", node.xpath(path, namespaces=_NAMES))
