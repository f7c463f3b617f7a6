"""Files that were handed over rather than named by their place: each is known by the name its owner gave it.

A path names one file, so what stands there later is a later version. A name does not: ``article.pdf`` is what many sites call
what they offer. A second upload of that name is a later version only where it is about the same article.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from index.articles import Article, RawArticle
from index.text.syndication import is_copy, shingles_of

UPLOADED = "upload:"
"""How the references of uploads begin."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that lies at ``path`` for now and is called ``name``."""

    path: Path
    name: str

    @property
    def reference(self) -> str:
        """Return how it is named in reports and in the library."""
        # A name that is no UTF-8 holds surrogates, which could be neither printed nor stored.
        return UPLOADED + self.name.encode("utf-8", "backslashreplace").decode("utf-8")


Reference = str | Path | Upload
"""What an ingest is given: a path or a web address, or a file that was handed over."""


def is_other_article(raw: RawArticle, stored: Article) -> bool:
    """Tell whether an upload is another article than the one that came under its name before."""
    if not raw.reference.startswith(UPLOADED):
        return False
    if raw.url and raw.url == stored.url:
        return False
    if raw.title and raw.title == stored.title and raw.outlet == stored.outlet:
        return False
    return not is_copy(shingles_of(raw.text), shingles_of(stored.text))


def renamed(raw: RawArticle, number: int) -> RawArticle:
    """Return an upload as the second, third ... article of its name: ``upload:a.zip#b.txt`` as ``upload:a.zip (2)#b.txt``."""
    name, mark, place = raw.reference.partition("#")
    return replace(raw, reference=f"{name} ({number}){mark}{place}")
