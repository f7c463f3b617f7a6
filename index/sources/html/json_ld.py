"""The article that a page describes in JSON-LD (schema.org)."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Iterator

_TYPES = ("BlogPosting", "LiveBlogPosting", "Report")  # besides every type that ends with "Article"
_PAGES = {"WebPage", "ItemPage", "AboutPage", "FAQPage", "CollectionPage", "MedicalWebPage"}
_DEEPEST = 20
_HOLDERS = ("@graph", "mainEntity", "hasPart")


def find_article(scripts: Iterable[str]) -> dict[str, object]:
    """Return the facts of the first article that the JSON-LD ``scripts`` of a page describe, or an empty
    mapping.

    References to other parts of the graph are followed. Entities are decoded once, since a script's own text
    is not decoded by the HTML parser. Scripts that are no JSON are passed over: many pages carry broken ones.
    """
    nodes = [node for script in scripts for node in _walk(_read_script(script), 0)]
    named = {str(node["@id"]): node for node in nodes if len(node) > 1 and "@id" in node}
    for node in nodes:
        if _is_article(node):
            facts = {str(name): _resolve(value, named) for name, value in node.items()}
            return {
                "headline": facts.get("name"),
                "url": _address(facts.get("mainEntityOfPage")),
                **facts,
                **_dated_page(nodes),
            }
    return _dated_page(nodes)


def _dated_page(nodes: Iterable[dict[str, object]]) -> dict[str, object]:
    """Return when the page itself was published, which many state of the page rather than of its article."""
    for node in nodes:
        if _kinds(node) & _PAGES and node.get("datePublished"):
            return {"pagePublished": node["datePublished"]}
    return {}


def _kinds(node: dict[str, object]) -> set[str]:
    kinds = node.get("@type")
    return {name for name in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(name, str)}


def _read_script(script: str) -> object:
    text = script.strip().removeprefix("<!--").removesuffix("-->").strip()
    text = text.removeprefix("//<![CDATA[").removesuffix("//]]>")
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def _walk(value: object, depth: int) -> Iterator[dict[str, object]]:
    """Yield every node of a document: itself, and what it holds in lists and graphs."""
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for item in value:
            yield from _walk(item, depth + 1)
    elif isinstance(value, dict):
        yield value
        for holder in _HOLDERS:
            yield from _walk(value.get(holder), depth + 1)


def _is_article(node: dict[str, object]) -> bool:
    return any(name.endswith("Article") or name in _TYPES for name in _kinds(node))


def _address(page: object) -> object:
    return page.get("@id") if isinstance(page, dict) else page


def _resolve(value: object, named: dict[str, dict[str, object]], depth: int = 0) -> object:
    """Return ``value`` with references replaced by the names of what they point at, entities decoded once."""
    if isinstance(value, str):
        return html.unescape(value)
    if isinstance(value, list) and depth < 2:
        return [_resolve(item, named, depth + 1) for item in value]
    if isinstance(value, dict):
        node = value if "name" in value else named.get(str(value.get("@id")), value)
        name = node.get("name")
        return {"name": html.unescape(name) if isinstance(name, str) else None, "@id": node.get("@id")}
    return value
