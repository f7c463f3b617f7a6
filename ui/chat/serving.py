"""What the panel beside the chat asks the server for when it needs it: the text of an article, a citation, an evidence pack."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec

from index.articles import Article
from index.errors import CitewireError
from index.store.versions import hash_text
from rag.answer_types import Citation, facts_of
from rag.desk import Desk
from ui.chat.articles import Mark, article_to_html, cut_segments
from ui.chat.citing import citation_forms
from ui.chat.evidence import Form, write_evidence
from ui.chat.keeping import KeptTurn
from ui.chat.templates import fill
from ui.present import plain, safe_url


class _Reading(msgspec.Struct, frozen=True):
    """What the panel asks of an article: which version, what is quoted of it (JSON), of which question."""

    article: str
    sha256: str
    marks: str
    turn: str


class _Opened(msgspec.Struct, frozen=True):
    """Which version of an article is to be read, and which words of it are to be marked."""

    article: str
    sha256: str | None = None
    start: int = 0
    end: int = 0


class _Cited(msgspec.Struct, frozen=True):
    """Which words of which version are to be cited, of its text or of its headline."""

    article: str
    sha256: str
    start: int
    end: int
    headline: bool = False


class _Packed(msgspec.Struct, frozen=True):
    """Which answers are to be written as an evidence pack, and how."""

    name: str
    form: Form
    turns: list[KeptTurn]


def serve_panel(desk: Desk) -> list[Callable[..., Any]]:
    """Return the functions that the panel calls by their names."""

    def read_article(told: object) -> str:
        """Return an article as HTML with the quoted words marked, or why it cannot be read."""
        try:
            wanted = msgspec.convert(told, _Reading)
            article = desk.article(wanted.article, sha256=wanted.sha256)
            return article_to_html(article, msgspec.json.decode(wanted.marks, type=list[Mark]), turn=wanted.turn)
        except (CitewireError, msgspec.MsgspecError) as error:
            return fill("unread", message=str(error))

    def view_article(told: object) -> str:
        """Return an article as a view of its own, the named words marked, or why it cannot be read."""
        try:
            wanted = msgspec.convert(told, _Opened)
            article = desk.article(wanted.article, sha256=wanted.sha256)
        except (CitewireError, msgspec.MsgspecError) as error:
            return fill("unread", message=str(error))
        marks = [Mark(1, wanted.start, wanted.end)] if wanted.end > wanted.start else []
        return fill(
            "reading",
            article=article,
            facts=article_facts(article),
            link=safe_url(article.url),
            segments=cut_segments(article.text, marks),
            turn="view",
        )

    def write_citation(told: object) -> dict[str, str]:
        """Return a citation in every form by the names of the forms, or why it cannot be written."""
        try:
            wanted = msgspec.convert(told, _Cited, strict=False)
            article = desk.article(wanted.article, sha256=wanted.sha256)
        except (CitewireError, msgspec.MsgspecError) as error:
            return {"It cannot be written": str(error)}
        words = (article.title or "") if wanted.headline else article.text
        citation = Citation(
            n=1,
            quote=words[wanted.start : wanted.end],
            start=wanted.start,
            end=wanted.end,
            headline_sha256=hash_text(words) if wanted.headline else None,
            **facts_of(article),
        )
        return citation_forms(citation, words)

    def write_pack(told: object) -> dict[str, str]:
        """Return answers that the browser kept as an evidence pack, or why there can be none."""
        try:
            wanted = msgspec.convert(told, _Packed)
        except msgspec.MsgspecError as error:
            return {"error": f"These answers cannot be read: {error}."}
        answers = [each.answer for each in wanted.turns]
        day = datetime.now(UTC).date().isoformat()
        return {"text": write_evidence(answers, title=wanted.name, day=day, form=wanted.form)}

    return [read_article, view_article, write_citation, write_pack]


def article_facts(article: Article) -> str:
    """Return outlet, day and version of an article in one line."""
    facts = [plain(article.outlet) or "unnamed outlet", article.published[:10] if article.published else "undated"]
    facts += [plain(article.author)] if article.author else []
    facts += [f"version {article.version}"] if article.version > 1 else []
    return " · ".join(facts)
