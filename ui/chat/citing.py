"""A citation as others write it (pure): plain text, Markdown, CSL-JSON, RIS, the selector of W3C, an address that leads to the words."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import quote, urldefrag

from rag.answer_types import Citation
from ui.present import escape_markdown, plain, safe_url

_CONTEXT = 32  # characters before and after the quoted words in a selector
_LONGEST_WHOLE = 120  # characters; of longer quotes an address names the first and the last words
_EDGE = 5  # words


def citation_forms(citation: Citation, text: str = "") -> dict[str, str]:
    """Return a citation in every form, by the name of the form.

    Args:
        text: that of the cited article, or its headline, for the words around a selector; without it the selector has none.
    """
    forms: dict[str, Callable[[Citation], str]] = {
        "Plain text": to_plain,
        "Markdown": to_markdown,
        "CSL-JSON": to_csl_json,
        "RIS": to_ris,
        "W3C selector": lambda each: to_selector(each, text),
    }
    return {name: write(citation) for name, write in forms.items()}


def to_plain(citation: Citation) -> str:
    """Return a citation as a line of text."""
    day = citation.published[:10] if citation.published else "undated"
    parts = [plain(citation.author), f"“{plain(citation.title) or 'Untitled'}”", plain(citation.outlet), day]
    parts += [url] if (url := safe_url(citation.url)) else []
    return f"“{plain(citation.quote)}” — {', '.join(part for part in parts if part)}"


def to_markdown(citation: Citation) -> str:
    """Return a citation as a quotation of Markdown with a link to the article."""
    day = citation.published[:10] if citation.published else "undated"
    title = escape_markdown(citation.title or "Untitled")
    named = f"[{title}]({url})" if (url := link_to_words(citation)) else title
    return f"> {escape_markdown(citation.quote)}\n>\n> {named}, {escape_markdown(citation.outlet or 'unnamed outlet')}, {day}"


def to_csl_json(citation: Citation) -> str:
    """Return a citation in the Citation Style Language's JSON."""
    item: dict[str, object] = {
        "id": f"{citation.article_id}#{citation.start}-{citation.end}",
        "type": "article-newspaper",
        "title": plain(citation.title) or "Untitled",
    }
    item |= {"container-title": plain(citation.outlet)} if citation.outlet else {}
    item |= {"author": [{"literal": plain(citation.author)}]} if citation.author else {}
    item |= {"issued": {"date-parts": [_day_parts(citation.published)]}} if citation.published else {}
    item |= {"URL": url} if (url := safe_url(citation.url)) else {}
    item |= {"language": citation.language} if citation.language else {}
    item["note"] = plain(citation.quote)
    return json.dumps([item], ensure_ascii=False, indent=2)


def to_ris(citation: Citation) -> str:
    """Return a citation in RIS, the format of reference managers."""
    lines = [("TY", "NEWS"), ("TI", plain(citation.title) or "Untitled")]
    lines += [("AU", plain(citation.author))] if citation.author else []
    lines += [("T2", plain(citation.outlet))] if citation.outlet else []
    lines += [("DA", citation.published[:10].replace("-", "/"))] if citation.published else []
    lines += [("UR", url)] if (url := safe_url(citation.url)) else []
    lines += [("LA", citation.language)] if citation.language else []
    lines += [("N1", plain(citation.quote)), ("ID", citation.article_id)]
    return "".join(f"{tag}  - {value}\r\n" for tag, value in lines) + "ER  - \r\n"


def to_selector(citation: Citation, text: str = "") -> str:
    """Return where the words stand as an annotation's target: ``TextQuoteSelector`` and ``TextPositionSelector`` of W3C."""
    exact: dict[str, object] = {"type": "TextQuoteSelector", "exact": citation.quote}
    if text:
        exact["prefix"] = text[max(0, citation.start - _CONTEXT) : citation.start]
        exact["suffix"] = text[citation.end : citation.end + _CONTEXT]
    target = {
        "source": safe_url(citation.url) or f"urn:sha256:{citation.article_sha256}",
        "selector": [exact, {"type": "TextPositionSelector", "start": citation.start, "end": citation.end}],
        "sha256": citation.article_sha256,
    }
    if citation.headline_sha256:  # its place counts in the headline, not in the text
        target |= {"selector": [exact], "sha256": citation.headline_sha256}
    return json.dumps(target, ensure_ascii=False, indent=2)


def link_to_words(citation: Citation) -> str | None:
    """Return the address of the original with a text fragment, at which browsers open it at the quoted words; None without one."""
    url = safe_url(citation.url)
    if url is None:
        return None
    words = citation.quote.split()
    if len(citation.quote) <= _LONGEST_WHOLE or len(words) <= 2 * _EDGE:
        fragment = _escape_fragment(" ".join(words))
    else:
        fragment = f"{_escape_fragment(' '.join(words[:_EDGE]))},{_escape_fragment(' '.join(words[-_EDGE:]))}"
    return f"{urldefrag(url).url}#:~:text={fragment}"


def _escape_fragment(words: str) -> str:
    # A hyphen and a comma mean something there; quote() leaves the hyphen.
    return quote(plain(words), safe="").replace("-", "%2D")


def _day_parts(day: str) -> list[int]:
    return [int(part) for part in day[:10].split("-") if part.isdecimal()]
