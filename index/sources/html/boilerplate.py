"""What surrounds an article on its page: menus, related links, sign-up boxes, advertisements, captions.

Sites name these parts in classes, ids and data attributes, in words that are much alike. An element goes when one of its
names has such a word, unless it holds the headline or much of the page's text: then the word means something else
("has-video", "with-sidebar").
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable
from functools import lru_cache
from itertools import islice, pairwise

from lxml import html

from index.sources.html.hidden import count_prose, drop_element

# What belongs to other articles or to the site. Dates in it date something else.
_ELSEWHERE_TAGS = ("nav", "aside", "footer", "form", "dialog", "amp-social-share", "amp-carousel", "iframe", "menu")
_ELSEWHERE_ROLES = frozenset(
    ("navigation", "complementary", "contentinfo", "search", "dialog", "alertdialog", "menu", "menubar")
)
_ELSEWHERE = frozenset(
    "newsletter newsletters signup related recirc recirculation recommended recommendations promo promotion promos teaser"
    " advert advertisement advertising ad ads adslot adunit adwrapper gpt dfp sponsor sponsored sponsorship taboola outbrain"
    " cookie cookies consent gdpr onetrust privacy subscribe subscription breadcrumb breadcrumbs comments disqus sidebar"
    " trending latest popular interstitial richlink readnext masthead donate donation contributions epic membership"
    " feedback survey quiz upsell paywall regwall".split()
)
_ELSEWHERE_PAIRS = frozenset(
    ("more on", "more from", "read next", "read more", "read also", "up next", "most read", "most viewed", "see also",
     "top stories", "list generic", "links block", "list enhancement", "key events", "skip links", "sign up", "also read",
     "rich link", "further reading", "event box")
)  # fmt: skip

# What belongs to the article and is not its text.
_FURNITURE_TAGS = ("button", "address", "video", "audio", "object", "svg", "amp-img", "amp-video", "select", "figcaption")  # fmt: skip
_FURNITURE_ROLES = frozenset(("banner", "toolbar", "tooltip", "status"))
_FURNITURE = frozenset(
    "share sharing social toolbar caption captions credit credits photo byline bylines bio timestamp dateline tags topics"
    " topic meta copyright disclaimer standfirst eyebrow kicker overline author authors attribution video videos player embed"
    " gallery carousel slideshow download print jsenabled footnote summary trust reuse tooltip tooltips rollover hovercard popover modal modals".split()
)
_FURNITURE_PAIRS = frozenset(("edited by", "reading time", "image caption", "tag list", "article actions", "bottom of"))

_NAMING = frozenset(("class", "id", "data-component", "data-component-name", "data-testid", "data-qa", "data-gu-name",
           "data-spacefinder-type", "data-module", "data-type"))  # fmt: skip
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[A-Za-z]+")
_MOST_OF_A_PAGE = 1 / 3
_NEVER = ("html", "body", "main", "h1", "head", "title")

_LABEL = re.compile(
    r"(?:advertisement|skip advertisement|(?:story|article) continues (?:below|after) .*|scroll to continue|_{2,}|\*{3,}"
    r"|(?:read more|read also|also read|see also|related|related article|watch|more|recommended)\s*:.*|sign up here\.?"
    r"|click here (?:to|for) .*|follow (?:the|our|all) .{0,60} at\b.*|our standards\s*:.*|edited by\s*:.*)",
    re.IGNORECASE | re.DOTALL,
)
_LONGEST_LABEL = 160
_LONGEST_LINK_LABEL = 28
_ENDS_A_SENTENCE = re.compile(r"""[.!?…。！？।]["'”’»)\]]*$""")
_FEWEST_LINKED_WORDS = 3
_NEARLY_ALL_LINKED = 0.9
_SEVERAL = 2
_LONGEST_LINKS = 500  # characters of a paragraph that is several links
_MOSTLY_LINKED = 0.7  # of a paragraph with several links


def drop_elsewhere(tree: html.HtmlElement) -> None:
    """Take out what belongs to other articles or to the site."""
    _drop(tree, _ELSEWHERE_TAGS, _ELSEWHERE_ROLES, _ELSEWHERE, _ELSEWHERE_PAIRS)


def drop_furniture(tree: html.HtmlElement) -> None:
    """Take out what belongs to the article and is not its text: captions, bylines, share bars, labels."""
    for figure in list(tree.iter("figure")):
        if figure.find(".//table") is None and figure.find(".//blockquote") is None:
            drop_element(figure)
        else:
            figure.tag = "div"  # it holds no picture but what is to be read
    _drop(tree, _FURNITURE_TAGS, _FURNITURE_ROLES, _FURNITURE, _FURNITURE_PAIRS)
    for links in list(tree.iter("ul", "ol")):
        if links.getparent() is not None and _is_list_of_links(links):
            drop_element(links)
    for element in list(tree.iter("p", "div", "h2", "h3", "h4", "li", "span")):
        if element.getparent() is not None and _is_label(element):
            drop_element(element)


def _is_list_of_links(element: html.HtmlElement) -> bool:
    """Tell whether a list is nothing but links elsewhere: its items are headlines, and none is a sentence."""
    items = [" ".join(item.text_content().split()) for item in element.iterchildren("li")]
    return any(items) and not any(map(_ENDS_A_SENTENCE.search, filter(None, items))) and _is_linked(element)


def _is_labelled_link(element: html.HtmlElement, words: str) -> bool:
    """Tell whether a paragraph is a label with a colon or a bar, in whatever language, and a link behind it: "Les også: ..."."""
    label, mark, rest = words.partition("|" if "|" in words[: _LONGEST_LINK_LABEL + 2] else ":")
    linked = " ".join(word for link in element.iter("a") for word in link.text_content().split())
    return bool(mark) and len(label) <= _LONGEST_LINK_LABEL and bool(rest.strip()) and linked == rest.strip()


def keep_linked_sentences(tree: html.HtmlElement) -> None:
    """Take the links out of paragraphs that are a sentence and a link as a whole: extraction takes those for menus."""
    for paragraph in tree.iter("p"):
        links = list(paragraph.iter("a"))
        if links and _ENDS_A_SENTENCE.search(paragraph.text_content().rstrip()) and _is_linked(paragraph):
            for link in links:
                link.drop_tag()


def _is_linked(element: html.HtmlElement, share: float = _NEARLY_ALL_LINKED) -> bool:
    """Tell whether nearly all words of an element are links."""
    words = " ".join(element.text_content().split())
    linked = " ".join(word for link in element.iter("a") for word in link.text_content().split())
    return len(linked) >= share * len(words)


def _drop(
    tree: html.HtmlElement,
    tags: tuple[str, ...],
    roles: frozenset[str],
    names: frozenset[str],
    pairs: frozenset[str],
) -> None:
    found = []
    around_headline = {around for headline in tree.iter("h1") for around in headline.iterancestors()}
    body = tree.find("body")
    for element in () if body is None else body.iterdescendants():
        attributes = element.items()
        if not (element.tag in tags or (attributes and _is_named(attributes, roles, names, pairs))):
            continue
        if element.tag in _NEVER or element in around_headline:
            continue
        if names is _FURNITURE and element.find(".//blockquote/p") is not None:
            element.attrib.pop("class", None)  # an embedded post is what somebody said, whatever it is called
            continue
        if element.tag == "aside" and names is _ELSEWHERE and _is_named(attributes, (), _FURNITURE, _FURNITURE_PAIRS):
            continue  # the byline and the date of the article itself
        found.append(element)
    most = count_prose(tree) * _MOST_OF_A_PAGE
    # An article that is laid out in several elements of one class has a name that means something else too.
    alike: Counter[str] = Counter()
    makes = [_alike(element) for element in found]
    for element, make in zip(found, makes, strict=True):
        around = element.getparent()
        if around is None or _alike(around) != make:
            alike[make] += count_prose(element)
    for element, make in zip(found, makes, strict=True):
        if element.getparent() is not None and alike[make] <= most:
            drop_element(element)


def _alike(element: html.HtmlElement) -> str:
    """Return what elements of one make have in common: their tag and their classes."""
    return f"{element.tag} {element.get('class') or element.get('id') or ''}"


def _is_named(
    attributes: Iterable[tuple[str, str]], roles: Container[str], names: frozenset[str], pairs: frozenset[str]
) -> bool:
    for name, value in attributes:
        if (name == "role" and value in roles) or (name in _NAMING and value and _has_name(value[:500], names, pairs)):
            return True
    return False


@lru_cache(maxsize=16384)
def _has_name(value: str, names: frozenset[str], pairs: frozenset[str]) -> bool:
    for name in value.split():
        words = [word.lower() for word in _WORD.findall(name)]
        if not names.isdisjoint(words) or any(" ".join(pair) in pairs for pair in pairwise(words)):
            return True
    return False


def _is_label(element: html.HtmlElement) -> bool:
    """Tell whether an element is only a link elsewhere, or says what a neighbour is."""
    words = " ".join(element.text_content().split())
    if not words or len(words) > (_LONGEST_LINKS if element.tag == "p" else _LONGEST_LABEL):
        return False
    if len(words) > _LONGEST_LABEL:
        several = len(list(islice(element.iter("a"), _SEVERAL))) == _SEVERAL
        return several and _ENDS_A_SENTENCE.search(words) is None and _is_linked(element, _MOSTLY_LINKED)
    if _LABEL.fullmatch(words):
        return True
    if element.tag != "p" or len(words.split()) < _FEWEST_LINKED_WORDS:
        return False
    if _is_labelled_link(element, words):
        return True
    # A sentence of the text may be a link as a whole; what leads elsewhere is a headline.
    several = len(list(islice(element.iter("a"), _SEVERAL))) == _SEVERAL
    return _ENDS_A_SENTENCE.search(words) is None and _is_linked(
        element, _MOSTLY_LINKED if several else _NEARLY_ALL_LINKED
    )
