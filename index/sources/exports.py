"""Records of feed readers and reading lists -> records with the names that are usual in files (pure).

JSON Feed (https://www.jsonfeed.org/version/1.1/), Google Reader's items, which FreshRSS and Inoreader export, wallabag's entries, and
tables of addresses as Pocket, Instapaper, Media Cloud and GDELT give them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

_JSON_FEED = "https://jsonfeed.org/version/"
_ITEM_KEYS = ("alternate", "canonical")
_WALLABAG = frozenset(["is_archived", "domain_name"])
# When an entry was saved or changed in the reading list says nothing of the article.
_OF_THE_LIST = frozenset(
    "created_at updated_at starred_at archived_at is_archived is_starred user_name user_email user_id".split()
)
_ADDRESS_NAMES = ("url", "link", "given_url", "resolved_url", "documentidentifier", "article_url", "permalink")


def usual_record(record: Mapping[str, object], wrapper: Mapping[str, object]) -> dict[str, object]:
    """Return a record of an export with what it says under the usual names.

    Args:
        wrapper: what stands around the list of records, where something does.
    """
    if str(wrapper.get("version", "")).startswith(_JSON_FEED):
        return _of_json_feed(record, wrapper)
    if any(isinstance(record.get(key), list) for key in _ITEM_KEYS) and isinstance(
        record.get("content", record.get("summary")), Mapping
    ):
        return _of_feed_reader(record)
    if record.keys() >= _WALLABAG:
        return _of_wallabag(record)
    return dict(record)


def address_of(record: Mapping[str, object]) -> str | None:
    """Return the web address that a record gives instead of a text, or None."""
    named = {name.casefold(): value for name, value in record.items()}
    found = (named.get(name) for name in _ADDRESS_NAMES)
    return next((each for each in found if isinstance(each, str) and each.startswith(("http://", "https://"))), None)


def address_column(header: Sequence[str]) -> str | None:
    """Return the column of a table that holds web addresses, or None."""
    return next((column for column in header if column.casefold() in _ADDRESS_NAMES), None)


def _of_json_feed(record: Mapping[str, object], feed: Mapping[str, object]) -> dict[str, object]:
    return {
        "id": record.get("id"),
        "title": record.get("title"),
        "text": record.get("content_html") or record.get("content_text") or record.get("summary"),
        "url": record.get("url"),
        "published": record.get("date_published"),
        "updated": record.get("date_modified"),
        "author": record.get("authors") or record.get("author") or feed.get("authors"),
        "outlet": feed.get("title"),
        "language": record.get("language") or feed.get("language"),
    }


def _of_feed_reader(record: Mapping[str, object]) -> dict[str, object]:
    links = next((record[key] for key in _ITEM_KEYS if record.get(key)), None)
    first = links[0] if isinstance(links, list) and links else {}
    origin = record.get("origin")
    return {
        "id": record.get("id"),
        "title": record.get("title"),
        "text": next(
            (part.get("content") for key in ("content", "summary") if isinstance(part := record.get(key), Mapping)),
            None,
        ),
        "url": first.get("href") if isinstance(first, Mapping) else None,
        "published": _from_seconds(record.get("published")),
        "updated": _from_seconds(record.get("updated")),
        "author": record.get("author"),
        "outlet": origin.get("title") if isinstance(origin, Mapping) else None,
    }


def _of_wallabag(record: Mapping[str, object]) -> dict[str, object]:
    kept = {name: value for name, value in record.items() if name not in _OF_THE_LIST}
    return kept | {
        "published": record.get("published_at"),
        "author": record.get("published_by"),
        "outlet": record.get("domain_name"),
    }


def _from_seconds(value: object) -> str | None:
    """Return an instant that is given in seconds since 1970; readers of feeds give no other number there."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 253_402_300_800:
        return None
    return datetime.fromtimestamp(value, UTC).isoformat()
