"""The HTML of a web page -> RawArticle. Run as a program, it answers the requests of ``HtmlReader``."""

from __future__ import annotations

import re
from dataclasses import asdict

import trafilatura
from lxml import etree, html

from index.articles import RawArticle
from index.errors import SourceError
from index.sources.child import Handler, serve_requests
from index.sources.html_facts import find_facts

# What a page hides from its readers must not become a quote. Colours and style sheets are not looked at.
_STYLE = "translate(@style, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ ', 'abcdefghijklmnopqrstuvwxyz')"
_HIDDEN = (
    "//body//*[@hidden or @aria-hidden='true' "
    f"or contains({_STYLE}, 'display:none') or contains({_STYLE}, 'visibility:hidden') "
    f"or contains(concat({_STYLE}, ';'), 'font-size:0;') or contains({_STYLE}, 'font-size:0p') "
    f"or contains(concat({_STYLE}, ';'), 'opacity:0;')]"
)

# Where a page has no article, the extraction falls back to whatever words there are: those of its menu.
_READS_AS_SENTENCE = re.compile(r"[.!?…。！？؟।]|.{40}")


def read_html(reference: str, text: str) -> RawArticle:
    """Return the article of a page: its body without navigation, its facts from JSON-LD and meta tags.

    All of it is what the page says, as plain text, hostile or not: it is escaped where it is shown.
    Paragraphs are parted by blank lines. A first line that repeats the title is left out.

    Raises:
        SourceError: no article text was found.
    """
    tree = _parse(text)
    if tree is None:
        raise _no_article(reference)
    facts = find_facts(tree)
    for element in tree.xpath(_HIDDEN):
        element.drop_tree()
    body = trafilatura.extract(tree, output_format="txt", include_comments=False, include_tables=True)
    lines = [line.strip() for line in (body or "").splitlines() if line.strip()]
    if lines and facts.title and lines[0].casefold() == facts.title.casefold():
        del lines[0]
    if not any(_READS_AS_SENTENCE.search(line) for line in lines):
        raise _no_article(reference)
    return RawArticle(reference=reference, kind="html", text="\n\n".join(lines), **asdict(facts))


def _parse(text: str) -> html.HtmlElement | None:
    """Return the tree of a page, or None where nothing is left of it."""
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        return html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except etree.ParserError:
        return None


def _no_article(reference: str) -> SourceError:
    return SourceError(
        f"{reference}: no article text found.",
        reference=reference,
        hint="Save the whole page, or give the article as a text or Markdown file.",
    )


def _load() -> Handler:
    return lambda request: asdict(read_html(request["reference"], request["text"]))


if __name__ == "__main__":
    serve_requests(_load)
