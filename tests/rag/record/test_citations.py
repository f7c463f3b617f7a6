"""What a citation tells of its article: which one it is a copy of, and what its editors say of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index.build import ingest
from index.settings import Settings
from index.store.protocol import AnyLibrary
from rag.answer_types import Head, Quote
from rag.record.citations import cite_quotes
from tests.conftest import WordEncoder

pytestmark = pytest.mark.both_stores

BODY = (
    "SANTA RUELA - The port authority sold its northern quay on Monday to a company that keeps ferries on the strait, after "
    "two years in which no other buyer came forward. The price was not given. Dockers said that they would go on working "
    "under the new owner, who promised to keep all 212 of them for at least five years and to mend the two broken cranes."
)


def quote_from(library: AnyLibrary, name: str) -> Quote:
    """Return the whole text of the article from a file as a quote."""
    article = next(a for a in map(library.article, library.article_ids()) if Path(a.reference).stem == name)
    facts = {
        key: getattr(article, key) for key in ("title", "outlet", "author", "published", "updated", "url", "origin")
    }
    return Quote(1, article.text, 0, len(article.text), article.id, article.sha256, version=article.version, **facts)


def take_in(library: AnyLibrary, encoder: WordEncoder, settings: Settings, folder: Path, **articles: str) -> None:
    for number, (name, text) in enumerate(articles.items()):
        facts = {"title": name.title(), "outlet": f"{name.title()} Post", "published": f"2031-03-0{9 - number}"}
        head = "".join(f"{key}: {json.dumps(value)}\n" for key, value in facts.items())
        (folder / f"{name}.md").write_text(f"---\n{head}---\n\n{text}\n", encoding="utf-8")
    ingest([folder / f"{name}.md" for name in articles], library=library, encoder=encoder, settings=settings)


def test_a_near_copy_names_its_head_and_the_head_none(
    library: AnyLibrary, encoder: WordEncoder, settings: Settings, tmp_path: Path
) -> None:
    alone = "An island's only baker closed her shop in the spring, and nobody there has had bread since."
    take_in(library, encoder, settings, tmp_path, later=f"{BODY} It rained.", first=BODY, alone=alone)
    first = quote_from(library, "first")
    later, of_first, of_alone = cite_quotes(
        [quote_from(library, name) for name in ("later", "first", "alone")], library=library
    )
    assert later.head == Head(first.article_id, "First Post", "2031-03-08")
    assert of_first.head is None
    assert of_alone.head is None


def test_the_editors_notes_of_an_article_are_told(
    library: AnyLibrary, encoder: WordEncoder, settings: Settings, tmp_path: Path
) -> None:
    take_in(
        library,
        encoder,
        settings,
        tmp_path,
        withdrawn="This article has been retracted.\n\nThe quay was sold for 3 million.",
        corrected="The ferry sank in May.\n\nCorrection: An earlier version of this article gave the month as June.",
        updated="This story has been updated.\n\nThe crane fell on Monday morning.",
        plain="The mayor opened a school.",
    )
    names = ("withdrawn", "corrected", "updated", "plain")
    notes = [citation.note for citation in cite_quotes([quote_from(library, name) for name in names], library=library)]
    assert notes == ["retraction", "correction", None, None]
