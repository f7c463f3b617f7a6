"""RTF -> its articles. What a formatted file says is in its words; how it looks is left behind."""

from __future__ import annotations

from striprtf.striprtf import rtf_to_text

from index.articles import RawArticle
from index.errors import SourceError
from index.sources.part import Source, read_all
from index.sources.text import read_text

_BEGINS = b"{\\rtf"


def read_rtf(reference: str, source: Source) -> list[RawArticle]:
    """Return the article of an RTF file, or those of a delivery of a press database.

    Raises:
        SourceError: it is no RTF, or broken.
    """
    data = read_all(source)
    if not data.lstrip().startswith(_BEGINS):
        raise SourceError(f"{reference}: it is no RTF.", reference=reference, hint="Save it as DOCX or as text.")
    try:
        # RTF is ASCII by its own rules; what lies beyond is written as escapes, read by the code page that the file names.
        text = rtf_to_text(data.decode("latin-1"), errors="replace")  # type: ignore[no-untyped-call]
    except (ValueError, LookupError, IndexError, RecursionError) as error:
        raise SourceError(
            f"{reference}: it is no RTF that can be read ({type(error).__name__}).",
            reference=reference,
            hint="Save it as DOCX or as text.",
        ) from error
    return read_text(reference, text.replace("\xa0", " "))
