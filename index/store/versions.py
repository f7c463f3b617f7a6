"""What goes into the library and comes out of it in one piece: versions, places, texts; and the names made from content."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
import numpy.typing as npt

from index.articles import Article, Passage, RawArticle, Span


@dataclass(frozen=True, slots=True)
class Known:
    """An article the library already has for an input.

    Attributes:
        same_source: the input's reference was read before and belongs to this article.
        unchanged: what was read last from there, or any stored version, is the same to the letter.
    """

    article_id: str
    same_source: bool
    unchanged: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where a passage belongs.

    Attributes:
        origin: the group of near-copies that its article belongs to.
        day: when its article was published, or None.
        first: id of the first passage of its article; the passages of a version have consecutive ids.
    """

    article_id: str
    origin: str
    day: str | None
    first: int


@dataclass(frozen=True, slots=True)
class Pruned:
    """What was forgotten of sources that have vanished.

    Attributes:
        sources: references of those that nobody has found again meanwhile.
        articles: ids of articles that had no other source, and were removed.
    """

    sources: frozenset[str]
    articles: frozenset[str]


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of an article for the word index.

    Attributes:
        article: its id.
        text: the whole article.
        language: that of the text, or None where nobody knows it.
        passages: ``(passage id, text)`` of those of its passages that were asked for.
        first: id of its first passage, or None where that one was not asked for.
    """

    article: str
    title: str | None
    text: str
    day: str | None
    outlet: str | None
    language: str | None
    passages: tuple[tuple[int, str], ...]
    first: int | None


@dataclass(frozen=True, slots=True)
class NewVersion:
    """Everything about one version that goes into the library in one transaction.

    Attributes:
        raw: the article with canonical text and metadata.
        written_in: the language of its text, or None where nobody knows it.
        known: the article it is a later version of, or None for a new one.
        sentences: spans that tile the text.
        passages: spans that tile the text; ``vector_keys`` holds the key of each one's vector.
        vectors: the vectors that the library lacked, by key, unit length.
        bands: locality-sensitive hashes of the text, and its MinHash ``signature``.
        origins: the groups of near-copies that it belongs to: they become one. Empty when it founds one.
    """

    id: str
    raw: RawArticle
    fetched: str
    written_in: str | None
    known: Known | None
    sentences: Sequence[Span]
    passages: Sequence[Passage]
    vector_keys: Sequence[str]
    vectors: dict[str, npt.NDArray[np.float32]]
    bands: Sequence[int]
    signature: npt.NDArray[np.uint32]
    origins: Sequence[str]


def hash_text(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8, hexadecimal."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def article_id(raw: RawArticle) -> str:
    """Return the id of an article: 12 hexadecimal digits made from outlet, title and text."""
    return hash_text(msgspec.json.encode([raw.outlet, raw.title, raw.text]).decode())[:12]


def fingerprint(article: RawArticle | Article) -> str:
    """Return a hash of the text and all metadata: equal fingerprints mean that nothing changed."""
    content = [
        article.title, article.outlet, article.author, article.published, article.updated, article.url, article.language,
        article.text,
    ]  # fmt: skip
    # Left out where there is none, so that articles of before sections were read keep their fingerprint.
    content += [article.section] if article.section else []
    return hash_text(msgspec.json.encode(content).decode())
