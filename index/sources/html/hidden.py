"""What a page holds and does not show: it must not become a quote.

Looked at are attributes, inline styles, and rules of the page's own style sheets for one class or one id, by the whole
names of their properties. Style sheets elsewhere and colours are not. Where an attribute or a style sheet hides nearly
all that there is to read, a script takes that back, and it is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lxml import etree, html

_UNSEEN_TAGS = ("script", "style", "noscript", "template", "amp-consent", "amp-sidebar", "amp-ad", "amp-analytics")
_NOTHING = r"\.?0+(?:\.0*)?(?:%|[a-z]+)?"
_FAR_AWAY = r"-\d{3,}(?:\.\d+)?(?:px|em|rem)?"
# A property -> the values of it that leave nothing to be seen, lower-case and without blanks.
_HIDING = {
    name: re.compile(values)
    for names, values in (
        ("display", r"none"),
        ("visibility", r"hidden|collapse"),
        ("opacity", _NOTHING),
        ("font-size", _NOTHING),
        ("height max-height width max-width", _NOTHING),
        ("text-indent", r"-\d{3,}(?:\.\d+)?(?:%|[a-z]+)?"),
        ("left top right bottom", _FAR_AWAY),
        ("clip", r"rect\((?:0|1px,1px).*"),
        ("clip-path", r"inset\((?:50|100)%.*"),
        ("transform", r"scale\(0(?:,0)?\)"),
        ("color", r"transparent"),
    )
    for name in names.split()
}
_FILLED_TEXT = ("background-clip", "-webkit-background-clip")  # letters filled with a picture are of no colour
_FOR_SCREEN_READERS = frozenset(
    ("sr-only", "visually-hidden", "visuallyhidden", "screen-reader-text", "screen-reader-only", "u-hidden-visually")
)

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_RULE = re.compile(r"([^{}]*)\{([^{}]*)\}")
_ONE_NAME = re.compile(r"([.#])([A-Za-z_][\w-]*)")
_HAS_ONE_NAME = re.compile(r"(?:\A|,)\s*[.#][A-Za-z_][\w-]*\s*(?:,|\Z)")
_LONGEST_SHEET = 300_000  # characters; hostile ones are longer
_NEARLY_ALL = 2 / 3  # of what there is to read, of an element and what is shown beside it
_MUCH_PROSE = 200  # characters; less is hidden by whatever says so
_SHORTEST_PROSE = 60  # characters
# Asked of the parser itself: an object of Python for each element and text of a page takes longer than all that is asked of it.
_LONG_TEXTS = etree.XPath(f"descendant::text()[string-length() > {_SHORTEST_PROSE}]", smart_strings=False)
_MAYBE_HIDDEN = etree.XPath(
    "//body/descendant::*[@hidden or @popover or @aria-hidden or @layout or @style or @type or self::dialog"
    # each of the names for screen readers holds one of these
    " or contains(@class, 'sr-only') or contains(@class, 'hidden') or contains(@class, 'screen-reader')]"
)


def drop_unshown(tree: html.HtmlElement, declared: str = "") -> None:
    """Take out of a page what its readers do not see, scripts and style sheets among it.

    Args:
        tree: the page.
        declared: the body of the article as the page states it: what an attribute hides of it is shown once the page is
            loaded.
    """
    names = _names_hidden_by_sheets(tree)
    drop_unseen(tree)
    stated = "".join(declared.split())
    maybe = []
    for element in _MAYBE_HIDDEN(tree):
        if element.getparent() is None or not _is_hidden(element):
            continue
        if not _may_be_taken_back(element) or count_prose(element) < _MUCH_PROSE:
            drop_element(element)
        elif not _is_stated(element, stated):
            maybe.append(element)
    maybe += _hidden_by_sheets(tree, names)
    left = count_prose(tree) - sum(count_prose(element) for element in maybe if not _lies_within(element, maybe))
    for element in maybe:
        # What hides nearly all there is to read is taken back by a script once the page is loaded.
        if element.getparent() is not None and count_prose(element) < _NEARLY_ALL * (count_prose(element) + left):
            drop_element(element)


def drop_unseen(tree: html.HtmlElement) -> None:
    """Take out of a page the elements that are never shown, scripts and style sheets among them."""
    for element in list(tree.iter(*_UNSEEN_TAGS)):
        if element.getparent() is not None:
            drop_element(element)


def drop_element(element: html.HtmlElement) -> None:
    """Take an element out of its tree; the text that follows it stays."""
    element.drop_tree()


def count_prose(element: html.HtmlElement) -> int:
    """Return how many characters of an element read as prose: those of long runs of text."""
    return sum(map(len, _LONG_TEXTS(element)))


def _is_stated(element: html.HtmlElement, stated: str) -> bool:
    """Tell whether nearly all prose of an element stands in the text that the page states, which has no blanks here."""
    if not stated:
        return False
    prose = ["".join(text.split()) for text in _LONG_TEXTS(element)]
    return sum(len(text) for text in prose if text in stated) > _NEARLY_ALL * sum(map(len, prose))


def _lies_within(element: html.HtmlElement, others: list[html.HtmlElement]) -> bool:
    return any(around in others for around in element.iterancestors())


def _hidden_by_sheets(tree: html.HtmlElement, names: set[str]) -> list[html.HtmlElement]:
    if not names:
        return []
    found = []
    for element in tree.xpath("//body/descendant::*[@class or @id]"):
        own = {f".{name}" for name in (element.get("class") or "").split()} | {f"#{element.get('id')}"}
        if names & own:
            found.append(element)
    return found


def _may_be_taken_back(element: html.HtmlElement) -> bool:
    """Tell whether what hides an element is what scripts set and take back, rather than a style of its own."""
    hidden = element.get("hidden") is not None or element.get("aria-hidden", "").lower() == "true"
    return hidden and not _hides(_read_declarations(element.get("style") or ""))


def _is_hidden(element: html.HtmlElement) -> bool:
    attributes = element.attrib
    if element.tag == "dialog" and "open" not in attributes:
        return True
    if "hidden" in attributes or "popover" in attributes or attributes.get("layout") == "nodisplay":
        return True
    if attributes.get("aria-hidden", "").lower() == "true" or (
        element.tag == "input" and attributes.get("type") == "hidden"
    ):
        return True
    if not _FOR_SCREEN_READERS.isdisjoint(attributes.get("class", "").split()):
        return True
    style = attributes.get("style")
    return bool(style and _hides(_read_declarations(style)))


def _read_declarations(style: str) -> dict[str, str]:
    """Return the properties that a style declares with their last values, lower-case and without blanks."""
    pairs = (declaration.partition(":") for declaration in style.lower().split(";"))
    return {name.strip(): "".join(value.replace("!important", "").split()) for name, _, value in pairs}


def _hides(declarations: Mapping[str, str]) -> bool:
    for name, value in declarations.items():
        hiding = _HIDING.get(name)
        if hiding is None or hiding.fullmatch(value) is None:
            continue
        if name == "color" and any(declarations.get(clip) == "text" for clip in _FILLED_TEXT):
            continue
        return True
    return False


def _names_hidden_by_sheets(tree: html.HtmlElement) -> set[str]:
    names: set[str] = set()
    for style in tree.iter("style"):
        if style.get("media") in (None, "all", "screen") and not style.get("amp-boilerplate"):
            names.update(_hidden_names((style.text or "")[:_LONGEST_SHEET]))
    return names


def _hidden_names(sheet: str) -> Iterator[str]:
    for selectors, declarations in _RULE.findall(_without_conditions(_COMMENT.sub("", sheet))):
        if _HAS_ONE_NAME.search(selectors) and _hides(_read_declarations(declarations)):
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
