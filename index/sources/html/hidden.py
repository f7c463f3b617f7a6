"""What a page holds and does not show: it must not become a quote.

Looked at are attributes, inline styles, and rules of the page's own style sheets for one class or one id. Style sheets
elsewhere, colours and what scripts would change are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import html

_UNSEEN_TAGS = ("script", "style", "noscript", "template", "amp-consent", "amp-sidebar", "amp-ad", "amp-analytics")
_HIDING_ATTRIBUTES = (
    "self::*[@hidden or @popover or @layout='nodisplay' or translate(@aria-hidden, 'TRUE', 'true')='true']"
    "[not(self::html or self::body)] | self::dialog[not(@open)] | self::input[@type='hidden']"
)
_HIDING_STYLE = re.compile(
    r"display:none|visibility:(?:hidden|collapse)|(?<![-\w])opacity:\.?0+(?:\.0+)?%?(?![.\d])"
    r"|font-size:\.?0+(?:\.0+)?(?![.\d])|(?<![-\w])(?:max-)?(?:height|width):0(?![.\d])"
    r"|text-indent:-\d{3}|(?<![-\w])(?:left|top|right|bottom):-\d{3,}(?:px|em|rem)|clip:rect\(0|clip:rect\(1px,1px"
    r"|clip-path:inset\((?:50|100)%|transform:scale\(0\)|color:transparent"
)
_FOR_SCREEN_READERS = frozenset(
    ("sr-only", "visually-hidden", "visuallyhidden", "screen-reader-text", "screen-reader-only", "u-hidden-visually")
)

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_RULE = re.compile(r"([^{}]*)\{([^{}]*)\}")
_ONE_NAME = re.compile(r"([.#])([A-Za-z_][\w-]*)")
_LONGEST_SHEET = 300_000  # characters; hostile ones are longer
_MOST_OF_A_PAGE = 1 / 3


def drop_hidden(tree: html.HtmlElement) -> None:
    """Take out of a page what its readers do not see."""
    for element in tree.xpath("//body//*"):
        if element.getparent() is not None and _is_hidden(element):
            drop_element(element)
    names = _names_hidden_by_sheets(tree)
    if not names:
        return
    most = len(tree.text_content()) * _MOST_OF_A_PAGE
    for element in tree.xpath("//body//*[@class or @id]"):
        own = {f".{name}" for name in (element.get("class") or "").split()} | {f"#{element.get('id')}"}
        # A rule that hides most of the article is one that a script takes back.
        if names & own and element.getparent() is not None and len(element.text_content()) < most:
            drop_element(element)


def drop_unseen(tree: html.HtmlElement) -> None:
    """Take out of a page the elements that are never shown, scripts and style sheets among them."""
    for element in list(tree.iter(*_UNSEEN_TAGS)):
        if element.getparent() is not None:
            drop_element(element)


def drop_element(element: html.HtmlElement) -> None:
    """Take an element out of its tree; the text that follows it stays."""
    element.drop_tree()


def _is_hidden(element: html.HtmlElement) -> bool:
    if not isinstance(element.tag, str):
        return False
    attributes = element.attrib
    if not attributes:
        return bool(element.tag == "dialog")
    if element.xpath(_HIDING_ATTRIBUTES):
        return True
    if _FOR_SCREEN_READERS.intersection(attributes.get("class", "").split()):
        return True
    style = attributes.get("style")
    return bool(style and _HIDING_STYLE.search("".join(style.lower().split())))


def _names_hidden_by_sheets(tree: html.HtmlElement) -> set[str]:
    names: set[str] = set()
    for style in tree.iter("style"):
        if style.get("media") in (None, "all", "screen") and not style.get("amp-boilerplate"):
            names.update(_hidden_names((style.text or "")[:_LONGEST_SHEET]))
    return names


def _hidden_names(sheet: str) -> Iterator[str]:
    for selectors, declarations in _RULE.findall(_without_conditions(_COMMENT.sub("", sheet))):
        if _HIDING_STYLE.search("".join(declarations.lower().split())):
            for selector in selectors.split(","):
                if _ONE_NAME.fullmatch(selector.strip()):
                    yield selector.strip()


def _without_conditions(sheet: str) -> str:
    """Return a style sheet without what holds only under a condition: what stands in braces within braces."""
    kept: list[str] = []
    depth, start, conditional = 0, 0, False
    for mark in re.finditer(r"[{}]", sheet):
        if mark.group() == "{":
            if depth == 0:
                conditional = "@" in sheet[start : mark.start()]
            depth += 1
        elif depth > 0:
            depth -= 1
            if depth == 0:
                if not conditional:
                    kept.append(sheet[start : mark.end()])
                start = mark.end()
    return "".join(kept)
