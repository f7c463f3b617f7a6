"""The page of the articles: found, sorted, opened, their versions with what changed, their copies, and taken out."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from index.articles import Entry
from index.errors import ArticleNotFound, CitewireError
from index.store.listing import Order
from index.text.origins import find_head
from rag.desk import Desk
from rag.record.revisions import find_revisions
from ui.chat.templates import fill
from ui.present import count, plain

ON_A_PAGE = 50
_MOST_PAGES = 1_000_000
_AROUND = 60  # characters of what was kept that are shown on either side of a change
ORDERS: dict[Order, str] = {
    "newest": "Newest first",
    "oldest": "Oldest first",
    "title": "By title",
    "outlet": "By outlet",
    "taken_in": "Taken in last",
}


class _Wanted(msgspec.Struct, frozen=True):
    """Which page of the list is wanted."""

    find: str = ""
    order: Order = "newest"
    page: int = 0


class _Named(msgspec.Struct, frozen=True):
    """Which article is meant."""

    article: str


def browse_articles(desk: Desk) -> list[Callable[..., str]]:
    """Return the functions that the page calls by their names; each gives HTML."""

    def told(work: Callable[[], str]) -> str:
        try:
            return work()
        except (CitewireError, msgspec.MsgspecError) as error:
            return fill("unread", message=str(error))

    def view_articles(asked: object) -> str:
        """Return a page of the list of articles."""
        return told(lambda: _list(desk, msgspec.convert(asked, _Wanted)))

    def view_versions(asked: object) -> str:
        """Return what each version of an article changed."""
        return told(lambda: _versions(desk, msgspec.convert(asked, _Named).article))

    def view_copies(asked: object) -> str:
        """Return the near-copies of an article."""
        return told(lambda: _copies(desk, msgspec.convert(asked, _Named).article))

    def remove_article(asked: object) -> str:
        """Remove an article with all its versions, and return nothing, or why it was not."""

        def remove() -> str:
            desk.remove([msgspec.convert(asked, _Named).article])
            return ""

        return told(remove)

    return [view_articles, view_versions, view_copies, remove_article]


def _list(desk: Desk, wanted: _Wanted) -> str:
    page = min(max(0, wanted.page), _MOST_PAGES)
    found = desk.library.page_of_entries(
        find=wanted.find[:200], order=wanted.order, offset=page * ON_A_PAGE, limit=ON_A_PAGE
    )
    first = page * ON_A_PAGE + 1
    return fill(
        "articles",
        wanted=wanted,
        orders=ORDERS,
        page=page,
        last_page=max(0, (found.total - 1) // ON_A_PAGE),
        line=f"{count(found.total, 'article')}{' found' if wanted.find.strip() else ''}",
        place=f"{first} to {first + len(found.entries) - 1}" if found.entries else "",
        entries=[(each, _facts(each), alike) for each, alike in zip(found.entries, found.alike, strict=True)],
    )


def _facts(entry: Entry) -> str:
    facts = [plain(entry.outlet) or "unnamed outlet", entry.published[:10] if entry.published else "undated"]
    facts += [f"updated {entry.updated[:10]}"] if entry.updated else []
    facts += [plain(entry.written_in)] if entry.written_in and entry.written_in != "en" else []
    facts += [count(entry.versions, "version")] if entry.versions > 1 else []
    return " · ".join(facts)


def _versions(desk: Desk, article: str) -> str:
    versions = desk.library.versions(article)
    if not versions:
        raise ArticleNotFound(f"No article {article[:100]!r} is in the library.", hint="It may have been removed.")
    revisions = [
        {
            "version": each.version,
            "day": each.day,
            "note": each.note,
            "facts": each.facts,
            "runs": [(run.change, _shorten(run.text) if run.change == "kept" else run.text) for run in each.runs],
        }
        for each in find_revisions(versions)
    ]
    return fill("versions", revisions=revisions)


def _copies(desk: Desk, article: str) -> str:
    members = desk.library.origin_members(desk.article(article).origin)
    head = find_head(members)
    return fill("copies", members=[(each, each == head, each.article_id == article) for each in members])


def _shorten(text: str) -> str:
    """Return the ends of words that were kept; what lies between is not what changed."""
    if len(text) <= 2 * _AROUND:
        return text
    # Cut between words: half a word would look like a change.
    return f"{text[:_AROUND].rpartition(' ')[0]} … {text[-_AROUND:].partition(' ')[2]}"
