"""An article as it was read -> its canonical text, its passages and the keys of their vectors (pure)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from index.articles import Article, Passage, RawArticle, Span
from index.models.embed import Encoder
from index.settings import Settings
from index.store.versions import Known, hash_text
from index.text.clean import canonical_line, canonical_text
from index.text.languages import language_of
from index.text.passages import passage_text, split_passages
from index.text.sentences import split_sentences

# Grows whenever the same article in English would be cut into other sentences or passages. Articles in other languages keep the
# sentences that they were cut into until they are embedded anew (docs/decisions/0019-languages.md).
SPLITTER_VERSION = "1"


@dataclass(frozen=True, slots=True)
class Prepared:
    """An article that is split and waits for its vectors.

    Attributes:
        written_in: the language of its text, or None where nobody knows it.
    """

    raw: RawArticle
    written_in: str | None
    known: Known | None
    sentences: tuple[Span, ...]
    passages: tuple[Passage, ...]
    texts: tuple[str, ...]
    keys: tuple[str, ...]


def library_stamp(settings: Settings, encoder: Encoder) -> dict[str, str]:
    """Return all that a library's passages and vectors depend on: another stamp needs another library."""
    return encoder.identity | {
        "passage_target_characters": str(settings.passages.target_characters),
        "passage_maximum_characters": str(settings.passages.maximum_characters),
        "splitter_version": SPLITTER_VERSION,
    }


def prepare(raw: RawArticle, known: Known | None, settings: Settings) -> Prepared:
    """Cut an article into sentences and passages, with the text and the key of each one's vector."""
    written_in = language_of(raw.text, raw.language)
    sentences = split_sentences(raw.text, written_in)
    passages = split_passages(
        raw.text,
        sentences,
        target_characters=settings.passages.target_characters,
        maximum_characters=settings.passages.maximum_characters,
    )
    texts = tuple(passage_text(raw.title, passage.span.slice(raw.text)) for passage in passages)
    return Prepared(raw, written_in, known, sentences, passages, texts, tuple(hash_text(text) for text in texts))


def to_raw(article: Article) -> RawArticle:
    """Return a stored article as it was taken in, to be cut again."""
    names = RawArticle.__dataclass_fields__.keys() - {"note"}  # what was left out of a source concerns one ingest
    return RawArticle(**{name: getattr(article, name) for name in names})


def clean_article(found: RawArticle) -> RawArticle:
    """Return the article with its canonical text: the one that every offset refers to."""
    return replace(
        found,
        text=canonical_text(found.text),
        title=canonical_line(found.title),
        outlet=canonical_line(found.outlet),
        author=canonical_line(found.author),
        section=canonical_line(found.section),
    )
