"""XML from strangers -> its tree: no entity is ever expanded, nothing outside of it is ever read."""

from __future__ import annotations

from lxml import etree

from index.errors import SourceError

MAXIMUM_XML_BYTES = 20_000_000

_ENTITY_DECLARATIONS = tuple(
    mark.encode(encoding) for mark in ("<!ENTITY", "<!DOCTYPE") for encoding in ("ascii", "utf-16-le", "utf-16-be")
)


def parse_xml(reference: str, data: bytes) -> etree._Element:
    """Return the root of a document.

    Raises:
        SourceError: it is too large, is no XML, or declares entities of its own.
    """
    if len(data) > MAXIMUM_XML_BYTES:
        raise _refuse(
            reference, f"its XML has {len(data) / 1e6:.0f} MB, at most {MAXIMUM_XML_BYTES / 1e6:.0f} MB are read"
        )
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise _refuse(reference, f"its XML cannot be read ({error.msg})") from error
    if root is None:
        raise _refuse(reference, "its XML is empty")
    internal = root.getroottree().docinfo.internalDTD
    if internal is not None and any(True for _ in internal.iterentities()):
        raise _refuse(reference, "its XML declares entities, as only attacks do")
    return root


def refuse_declarations(reference: str, data: bytes) -> None:
    """Refuse XML that declares a document type, for formats in which none may stand.

    Raises:
        SourceError: it declares one.
    """
    if any(mark in data for mark in _ENTITY_DECLARATIONS):
        raise _refuse(reference, "its XML declares a document type or entities, as only attacks do")


def _refuse(reference: str, reason: str) -> SourceError:
    return SourceError(f"{reference}: {reason}.", reference=reference, hint="Give the article as a text file.")
