"""The named facts of an article (title, outlet, dates ...) as people write them in files -> RawArticle."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from urllib.parse import urlsplit, urlunsplit

from index.articles import Kind, RawArticle
from index.text.dates import parse_moment

# The first name that holds something wins.
_NAMES = {
    "title": ("title", "headline"),
    "outlet": ("outlet", "source", "publisher", "newspaper", "media_name", "site_name"),
    "author": ("author", "authors", "byline"),
    "published": (
        "published",
        "date",
        "published_at",
        "datepublished",
        "date_published",
        "publication_date",
        "publish_date",
        "pubdate",
    ),
    "updated": ("updated", "modified", "updated_at", "datemodified", "date_modified", "last_modified"),
    "url": ("url", "link", "canonical_url", "permalink"),
    "language": ("language", "lang"),
    "section": ("section", "category", "rubric"),
}
_TEXT_NAMES = ("text", "body", "content", "content_html", "content_text", "full_text")
FACTS = ("text", "id", *_NAMES)
"""What a column or a key can be named for."""

FACT_NAMES = frozenset(name for names in _NAMES.values() for name in names)
"""Every name that a fact goes by."""

_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9_-]+)?")
# Parameters that mail programs, networks and advertisers add to an address; none of them leads to another page.
_TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|twclid|yclid|igshid|igsh|mc_[ce]id|mkt_tok|_hs(?:enc|mi)|vero_\w+"
    r"|wt_?mc|xtor|ns_\w+|at_(?:medium|campaign|custom\d|link_\w+)|cmpid|ftag|smid|sref|ref_?src|guccounter|guce_\w+|oly_\w+|spm|_ga|ocid",
    re.IGNORECASE,
)
_WEB_ADDRESS = re.compile(r"https?://[^\s/?#]+\S*", re.IGNORECASE)


def build_article(
    record: Mapping[str, object],
    *,
    reference: str,
    kind: Kind,
    text: str,
) -> RawArticle:
    """Return the article whose facts stand in ``record``, its names in lower case; a fact that is missing or makes no
    sense is None.
    """
    return RawArticle(
        reference=reference,
        kind=kind,
        text=text,
        title=read_words(_find(record, "title")),
        outlet=read_words(_find(record, "outlet")),
        author=read_words(_find(record, "author")),
        published=read_moment(_find(record, "published")),
        updated=read_moment(_find(record, "updated")),
        url=read_url(_find(record, "url")),
        language=read_language(_find(record, "language")),
        section=read_words(_find(record, "section")),
    )


def normalise_names(record: Mapping[str, object], columns: Mapping[str, str]) -> dict[str, object]:
    """Return a record with its names as the facts are named here: in lower case, blanks as underscores.

    What ``columns`` assigns to a fact goes before everything else that could be meant by it.
    """
    assigned = {fact: record.get(column) for fact, column in columns.items()}
    usual = {"_".join(name.lower().split()).replace("-", "_"): value for name, value in record.items()}
    taken = {name for fact in assigned for name in (_TEXT_NAMES if fact == "text" else _NAMES.get(fact, ()))}
    return {name: value for name, value in usual.items() if name not in taken} | assigned


def find_text(record: Mapping[str, object]) -> object:
    """Return the text of an article's record, whatever it is, or None."""
    return next((record[name] for name in _TEXT_NAMES if record.get(name)), None)


def read_words(value: object) -> str | None:
    """Return a name or a title: words as they are, a list joined by commas, the "name" of a mapping, else
    None.
    """
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, int | float | date):
        return str(value)
    if isinstance(value, Mapping):
        name = value.get("name")
        return name.strip() or None if isinstance(name, str) else None
    if isinstance(value, list | tuple):
        names = [read_words(item) for item in value if not isinstance(item, list | tuple)]
        return ", ".join(name for name in names if name) or None
    return None


def read_moment(value: object, language: str | None = None) -> str | None:
    """Return the moment that ``value`` clearly states, or None; numbers are never taken for dates."""
    return parse_moment(value, language=language) if isinstance(value, str | date) else None


def read_url(value: object) -> str | None:
    """Return a web address, or None for anything else: a link that runs code must not become a citation's."""
    words = read_words(value) if isinstance(value, str) else None
    return without_tracking(words) if words and _WEB_ADDRESS.fullmatch(words) else None


def without_tracking(url: str) -> str:
    """Return a web address without what only says how its reader came: tracking parameters and fragment; host in lower case."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    host = parts.netloc.rpartition("@")
    kept = [pair for pair in parts.query.split("&") if not _TRACKING.fullmatch(pair.partition("=")[0])]
    fragment = parts.fragment if parts.fragment.startswith("!") else ""  # "#!" is part of what is asked for
    netloc = f"{host[0]}{host[1]}{host[2].lower()}"
    return urlunsplit((parts.scheme.lower(), netloc, parts.path, "&".join(kept), fragment))


def read_language(value: object) -> str | None:
    """Return the language code without its region, in lower case ("en" for "en-GB"), or None."""
    match = _LANGUAGE.fullmatch(value.strip()) if isinstance(value, str) else None
    return match.group(1).lower() if match else None


def _find(record: Mapping[str, object], fact: str) -> object:
    return next((record[name] for name in _NAMES[fact] if record.get(name) not in (None, "", [])), None)
