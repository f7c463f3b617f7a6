"""When an article was published and updated, as its page says: in JSON-LD, in meta tags, in its elements, in its address.

What is stated for machines goes before what is shown. Of two places that name the same day, the one that names the time too
is taken. An instant in UTC may lie on another day than the one that the page shows: then the day is the one it shows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import islice

from htmldate import find_date
from lxml import html

from index.sources.fields import read_moment
from index.sources.opening import PARTS_OF_A_LINE, read_furniture
from index.text.date_labels import LABEL
from index.text.dates import find_dated

# What states the day of an article and nothing else.
_PUBLISHED_TAGS = (
    "article:published_time", "article:published:time", "og:published_time", "og:article:published_time", "article:published", "article:post_date",
    "datepublished", "date_published", "article.published", "parsely-pub-date", "sailthru.date", "bt:pubdate",
    "shareaholic:article_published_time", "cxenseparse:recs:publishtime", "vr:published_time", "mediator_published_time",
    "rnews:datepublished", "article_date_original", "originalpublicationdate", "published_time", "published_at",
)  # fmt: skip
# What some sites fill with the day of the page, of a print issue or of its latest change.
_LOOSE_TAGS = (
    "date", "pubdate", "publish-date", "publish_date", "publishdate", "publication_date", "publication-date", "publisheddate",
    "published_date", "published", "post_date", "displaydate", "dc.date", "dc.date.issued", "dc.date.created", "dc.date.publication",
    "dc.created", "dc:date", "dc:created", "dcterms.date", "dcterms.created", "dcterms.issued", "dcterms:created", "dcterms:issued",
    "citation_publication_date", "citation_online_date", "citation_date", "article.created", "og:publish_date", "og:pubdate",
    "doc_date", "release_date",
)  # fmt: skip
_UPDATED_TAGS = (
    "article:modified_time", "article:modified:time", "og:article:modified_time", "og:updated_time", "og:modified_time", "datemodified", "date_modified",
    "dcterms.modified", "dcterms:modified", "dc.date.modified", "last-modified", "last_modified", "article.updated", "lastmod", "revised",
)  # fmt: skip

_NAMING = ("class", "id", "itemprop", "data-testid", "data-qa", "data-component", "property")
_DATE_NAMES = re.compile(
    r"date|time|publi|posted|fecha|datum|data(?:$|[-_])|meta|byline|kicker|info|stand|submit|author|autor|subline|subtitle|tagline|dachzeile",
    re.IGNORECASE,
)
# What a date can belong to beside the article: another thing, or another article.
_OF_THINGS = re.compile(
    r"signature|comment|event|birth|death|expir|deadline|reply|(?<!p)review|calend|copyright|valid", re.IGNORECASE
)
_OF_ARTICLES = re.compile(r"relat(?:ed|ion)|recent|teaser|sidebar|popular|latest", re.IGNORECASE)
# What a content system calls a whole article by: its tags and where it is filed.
_FILED_UNDER = re.compile(r"(?<!\S)(?:tag|category|topic|type|format|status)-\S+")
_LONGEST_BYLINE = 120  # characters
_LONGEST_LINE = 80  # characters of a line above the text that begins or ends with a date
_SAYS_PUBLISHED = re.compile(r"(?:first )?(?:published|posted)\b", re.IGNORECASE)
_NAMED_UPDATED = re.compile(r"updated|modified", re.IGNORECASE)
_SAYS_UPDATED = re.compile(r"\s*(?:last )?(?:updated|modified|edited)\b", re.IGNORECASE)
_TIMES = ("time", "abbr")
_LINES = (
    "p",
    "div",
    "span",
    "small",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "dd",
    "dt",
    "li",
    "td",
    "font",
    "em",
    "i",
    "b",
    "strong",
    "a",
    "section",
    "header",
)
_HAS_YEAR = re.compile(
    r"(?:1[89]|2[01]|2[45])\d\d|[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\u09e6-\u09ef\u0e50-\u0e59]{4}|\d\d?\.\d\d?\.\d\d\b"
)
_MOST_PIECES = 12  # of text in an element that shows a date and little else
_LEADING_DATE = re.compile(r"(\d{1,2}\.\d{1,2}\.\d{4})\s*[-–|:]\s")
_SHORTEST_HEADLINE = 12  # characters
_PROSE = 120  # characters of a paragraph that is text rather than a line above it
_IN_ADDRESS = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<mark>[/._-]?)(?P<month>0[1-9]|1[0-2])(?P=mark)(?P<day>0[1-9]|[12]\d|3[01])(?!\d)"
)
# Only where no month has the first number: 04-03-2031 is the fourth of March or the third of April.
_IN_ADDRESS_BACKWARDS = re.compile(
    r"(?<!\d)(?P<day>1[3-9]|2\d|3[01])(?P<mark>[._-])(?P<month>0[1-9]|1[0-2])(?P=mark)(?P<year>(?:19|20)\d\d)(?!\d)"
)
_NO_EARLIER = "1800"  # content systems write the year 1 for none
_FARTHEST_EAST, _FARTHEST_WEST = 14, 12  # hours that the time of a place is ahead of UTC, and behind it


@dataclass(frozen=True, slots=True)
class Moments:
    """When something was published and updated; None where nobody says."""

    published: str | None
    updated: str | None


@dataclass(frozen=True, slots=True)
class _Shown:
    """A moment that a page shows, and whether that is above the text, where the article's own stands."""

    name: str
    moment: str
    above: bool


def find_moments(
    record: Mapping[str, object],
    tags: Mapping[str, str],
    whole: html.HtmlElement,
    prune: Callable[[], html.HtmlElement],
    url: str | None,
    language: str | None,
) -> Moments:
    """Return when the article of a page was published and updated.

    Args:
        record: the article as the page's JSON-LD describes it.
        tags: the page's meta tags, their names in lower case.
        whole: the page as it is.
        prune: returns the page without what belongs to other articles, whose dates would be taken for its own; called
            where the page states nothing for machines.
        url: the page's address.
        language: the page's language with its region, by which numbers and months are read.
    """
    kept = _best([record.get("datePublished"), *_pick(tags, _PUBLISHED_TAGS), record.get("pagePublished")], language)
    updated = _best([record.get("dateModified"), *_pick(tags, _UPDATED_TAGS)], language)
    page = whole if kept and updated else prune()
    if kept is None:
        marked = _marked(page, "datePublished")
        one_day = len({moment[:10] for words in marked if (moment := read_moment(words, language))}) == 1
        kept = _best(marked, language) if one_day else None
    shown = list(_find_shown(page, language, only_above=page is whole))
    address = _day_of_address(url)
    updated = updated or _best(_marked(page, "dateModified"), language) or _settle(shown, "updated", ())
    published = kept or _best(_pick(tags, _LOOSE_TAGS), language)
    seen = _settle(shown, "published", (published, address))
    if published is None:
        published = (
            seen or _ask_second_voice(page, shown) or _settle(_shown_above(whole, language), "published", (address,))
        )
    elif seen and (seen.startswith(published) or (kept is None and _settle_above(shown))):
        published = seen  # the same day, with its time, or one that its readers are told
    else:
        published = _day_as_shown(published, (seen, address))
    return Moments(published, updated)


def _find_shown(page: html.HtmlElement, language: str | None, *, only_above: bool = False) -> Iterator[_Shown]:
    """Yield the moments that a page shows; those of elements that are made for times come first."""
    above = _elements_above_text(page)
    among = list(above) if only_above else list(page.iter(*_TIMES, *_LINES))
    times = [element for element in among if element.tag in _TIMES]
    others = [
        element
        for element in among
        if element.tag in _LINES
        and (element in above or _names_a_date(_names_of(element)) or LABEL.match(_begins(element)))
    ]
    headline = _find_headline(page)
    # What stands right beside the headline belongs to it, though it is called a teaser.
    beside = () if headline is None else (headline.getprevious(), headline.getnext())
    for element in (*times, *others):
        if _stands_in_prose(element) or _is_of(_OF_THINGS, element):
            continue
        if element not in beside and _is_of(_OF_ARTICLES, element):
            continue
        is_above = element in above
        said = _read_time(element, language) if element.tag in _TIMES else _read_line(element, language, above=is_above)
        for name in ("published", "updated"):
            if name in said:
                yield _Shown(name, str(said[name]), is_above)


def _begins(element: html.HtmlElement) -> str:
    """Return the first words of an element."""
    first = next((text for text in element.itertext() if text.strip()), "")
    return first.strip()[:_LONGEST_LINE]


def _shown_above(page: html.HtmlElement, language: str | None) -> list[_Shown]:
    """Return what stands between headline and text, and the date that the title begins with."""
    title = page.xpath("string(//title)").strip()
    leading = _LEADING_DATE.match(title)
    moment = read_moment(leading[1], language) if leading else None
    own = [_Shown("published", moment, above=True)] if moment else []
    return own + list(_find_shown(page, language, only_above=True))


@lru_cache(maxsize=16384)
def _names_a_date(names: str) -> bool:
    return _DATE_NAMES.search(names) is not None


def _names_of(element: html.HtmlElement) -> str:
    return " ".join(element.get(name, "") for name in _NAMING)


def _elements_above_text(page: html.HtmlElement) -> dict[html.HtmlElement, None]:
    """Return the elements between a page's headline and the first paragraph of its text, and the few before it."""
    headline = _find_headline(page)
    if headline is None:
        return {}
    found: dict[html.HtmlElement, None] = {}
    before: list[html.HtmlElement] = []
    reached = False
    for element in page.iter():
        if element is headline:
            reached = True
            found.update(dict.fromkeys(before[-_MOST_PIECES:]))
        if reached:
            if element.tag == "p" and len(" ".join(element.text_content().split())) > _PROSE:
                break
            found[element] = None
        else:
            before.append(element)
    return found


def _find_headline(page: html.HtmlElement) -> html.HtmlElement | None:
    """Return the heading that the title of the page repeats, else its last top heading."""
    title = " ".join(page.xpath("string(//title)").casefold().split())
    for heading in page.iter("h1", "h2", "h3"):
        words = " ".join(heading.text_content().casefold().split())
        if len(words) >= _SHORTEST_HEADLINE and words in title:
            return heading
    return next(iter(page.xpath("(//h1)[last()]")), None)


def _settle(shown: Iterable[_Shown], name: str, others: Iterable[str | None]) -> str | None:
    """Return the shown moment of a name, the most precise one, where all are of one day, or one day is settled by others.

    Of several days, those above the text go before those elsewhere; else nobody knows which it is.
    """
    moments = [one for one in shown if one.name == name]
    for among in ([one.moment for one in moments if one.above], [one.moment for one in moments]):
        days = {moment[:10] for moment in among}
        settled = days if len(days) == 1 else days & {other[:10] for other in others if other}
        if len(settled) == 1:
            return max((moment for moment in among if moment[:10] in settled), key=len)
    return None


def _settle_above(shown: Iterable[_Shown]) -> bool:
    """Tell whether one day of publication, and no other day, stands above the text."""
    return len({one.moment[:10] for one in shown if one.above}) == 1


def _ask_second_voice(page: html.HtmlElement, shown: Iterable[_Shown]) -> str | None:
    """Return that one of several days that htmldate too takes for the day of publication."""
    moments = [one for one in shown if one.name == "published"]
    if not moments:
        return None
    try:
        day = find_date(page, original_date=True, extensive_search=False)
    except (ValueError, AttributeError, TypeError):  # what it raises on odd pages
        return None
    return _settle(moments, "published", (day,))


def _day_as_shown(published: str, witnesses: Iterable[str | None]) -> str:
    """Return the day that a page shows, where what it states is an instant in UTC which is of that day elsewhere."""
    if not published.endswith("+00:00"):
        return published
    instant = datetime.fromisoformat(published)
    # Another instant with its offset is another event, such as a change, and tells nothing of this one's day.
    days = {date.fromisoformat(witness[:10]) for witness in witnesses if witness and not _has_offset(witness)}
    if instant.date() in days:
        return published
    before, after = instant.date() - timedelta(days=1), instant.date() + timedelta(days=1)
    if before in days and after not in days and instant.hour < _FARTHEST_WEST:
        return before.isoformat()
    if after in days and before not in days and instant.hour >= 24 - _FARTHEST_EAST:
        return after.isoformat()
    return published


def _has_offset(moment: str) -> bool:
    return re.search(r"T.*[+-]\d{2}:\d{2}$", moment) is not None


def _day_of_address(url: str | None) -> str | None:
    """Return the day in a path such as /2031/03/04/ or /news-20310304.html, if there is one."""
    path = re.sub(r"^[a-z]+://[^/]*", "", url or "", flags=re.IGNORECASE).partition("?")[0]
    written = (match for form in (_IN_ADDRESS, _IN_ADDRESS_BACKWARDS) for match in form.finditer(path))
    days = {"-".join((match["year"], match["month"], match["day"])) for match in written}
    return read_moment(days.pop()) if len(days) == 1 else None


def _is_of(others: re.Pattern[str], element: html.HtmlElement) -> bool:
    """Tell whether an element, or one of those around it, is named as something other than the article."""
    for around in (element, *islice(element.iterancestors(), 3)):
        if around.tag not in ("body", "main", "article") and _is_called(
            others, around.get("class", ""), around.get("id", "")
        ):
            return True
    return False


@lru_cache(maxsize=16384)
def _is_called(others: re.Pattern[str], classes: str, identifier: str) -> bool:
    return any(map(others.search, (_FILED_UNDER.sub("", classes), identifier)))


def _stands_in_prose(element: html.HtmlElement) -> bool:
    """Tell whether a moment is one that the text speaks of."""
    for around in element.iterancestors("p", "li", "blockquote", "td"):
        return sum(len(text.strip()) for text in around.itertext()) > _LONGEST_BYLINE
    return False


def _read_time(element: html.HtmlElement, language: str | None) -> dict[str, object]:
    shown = " ".join(element.text_content().split())
    moment = read_moment(
        element.get("datetime") or element.get("title") or element.get("content"), language
    ) or read_moment(shown, language)
    if moment is None:
        return read_furniture(shown, language)
    parent = element.getparent()
    before = (parent.text or "") if parent is not None else ""
    said = (before, element.text_content(), element.get("class", ""))
    updated = any(_SAYS_UPDATED.match(words) for words in said) or "updated" in read_furniture(
        f"{before} {moment}", language
    )
    return {"updated" if updated else "published": moment}


def _read_line(element: html.HtmlElement, language: str | None, *, above: bool) -> dict[str, object]:
    """Return the date that an element shows where it shows nothing else, or, named after dates, one date in few words."""
    shown = (text for text in element.itertext() if text.strip())
    pieces = [" ".join(text.split()) for text in islice(shown, _MOST_PIECES + 1)]
    words = " ".join(pieces)
    if not 0 < len(pieces) <= _MOST_PIECES or len(words) > _LONGEST_BYLINE or not _HAS_YEAR.search(words):
        return {}
    said = read_furniture(words, language) or read_furniture(" | ".join(pieces), language)
    names = _names_of(element)
    # What is written goes before what the element is called.
    if "published" in said and _NAMED_UPDATED.search(names) and not _SAYS_PUBLISHED.match(pieces[0]):
        return {"updated": said["published"]}
    begins_or_ends = above and len(words) <= _LONGEST_LINE and (words[0].isdigit() or words[-1].isdigit())
    if not said and above:
        moments = {moment for part in PARTS_OF_A_LINE.split(words) if (moment := read_moment(part, language))}
        if len(moments) == 1:
            return {"published": moments.pop()}
    if not said and (begins_or_ends or _DATE_NAMES.search(names) or LABEL.match(words)):
        return dict(find_dated(words, language=language))
    return said


def _marked(page: html.HtmlElement, name: str) -> list[str]:
    """Return what elements with a property of schema.org state, in microdata or RDFa."""
    is_published = name == "datePublished"
    found = page.xpath(
        f"//*[@itemprop='{name}' or @property='{name}' or @property='schema:{name}']"
        + " | //time[@pubdate]" * is_published
    )
    return [
        element.get("datetime") or element.get("content") or element.text_content()
        for element in found
        if not _is_of(_OF_THINGS, element) and not _is_of(_OF_ARTICLES, element)
    ]


def _pick(tags: Mapping[str, str], names: Iterable[str]) -> list[str]:
    return [tags[name] for name in names if name in tags]


def _best(values: Iterable[object], language: str | None) -> str | None:
    """Return the first moment, or a more precise one of the same day."""
    moments = [moment for value in values if (moment := read_moment(value, language)) and moment >= _NO_EARLIER]
    if not moments:
        return None
    return max((moment for moment in moments if moment[:10] == moments[0][:10]), key=len)
