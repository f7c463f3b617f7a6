"""Saved answers to what has become of them: whether every quoted word is still what its article says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import msgspec

from index.articles import Article
from index.errors import ArticleNotFound, UsageError
from index.store.versions import hash_text
from rag.answer_types import Answer, Citation
from rag.record.corrections import closest_sentence
from rag.record.revisions import editors_note

_PACK_BEGINS, _PACK_ENDS = "<!-- citewire-answers", "-->"
_PACKED = re.compile(rf"^{_PACK_BEGINS}\r?\n(.*?)^{_PACK_ENDS}".encode(), re.DOTALL | re.MULTILINE)
Standing = Literal["stands", "changed", "retracted", "missing", "false"]


class ArticleReader(Protocol):
    """Whatever gives stored articles: a library, a desk, a client of a running server."""

    def article(self, article_id: str, *, version: int | None = None, sha256: str | None = None) -> Article:
        """Return an article; see ``index.store.library.Library.article``."""
        ...


@dataclass(frozen=True, slots=True)
class CheckedCitation:
    """A citation of a saved answer, looked up again.

    Attributes:
        standing: ``stands`` when the article's current version holds these words; ``changed`` when only the cited version
            does; ``retracted`` when the current version says that the article was retracted and the answer does not;
            ``missing`` when that version is not in the library; ``false`` when it never held them at that place.
        now: what the current version says in their place, where it was changed and something comes close.
        version: the current version of the article, or None where it is missing.
    """

    citation: Citation
    standing: Standing
    now: str | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class RecheckedAnswer:
    """A saved answer, looked up again.

    Attributes:
        fallen: the sentences that rest on a citation which no longer stands.
    """

    id: str
    question: str
    citations: tuple[CheckedCitation, ...]
    fallen: tuple[str, ...]

    @property
    def stands(self) -> bool:
        """Return whether every citation stands."""
        return not self.fallen and all(found.standing == "stands" for found in self.citations)


def recheck(answer: Answer, articles: ArticleReader) -> RecheckedAnswer:
    """Return what has become of the citations of an answer.

    Raises:
        LibraryDamaged: a stored text does not have its hash.
    """
    found = tuple(_look_up(citation, articles) for citation in answer.citations)
    lost = {each.citation.n for each in found if each.standing != "stands"}
    fallen = tuple(sentence.text for sentence in answer.sentences if lost & set(sentence.citations))
    return RecheckedAnswer(answer.id, answer.question, found, fallen)


def pack_answers(answers: Sequence[Answer]) -> str:
    """Return answers as a comment of HTML and Markdown, which ``read_answers`` finds again: one a line, as JSON.

    What could end a comment is written as JSON escapes: the comment ends where it should, whatever an article says.
    """
    lines = [msgspec.json.encode(answer).decode("utf-8") for answer in answers]
    safe = [line.replace("<", "\\u003c").replace(">", "\\u003e").replace("--", "\\u002d\\u002d") for line in lines]
    return "\n".join([_PACK_BEGINS, *safe, _PACK_ENDS])


def read_answers(path: Path) -> Iterator[Answer]:
    """Yield the answers of a file: one as ``citewire ask --json`` prints it, or one a line, bare or under ``answer``.

    An evidence pack of the chat is such a file too: HTML or Markdown with the answers in a comment.

    Raises:
        UsageError: the file cannot be read, or holds something else.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"The file {str(path)!r} cannot be read: {error.strerror}.") from error
    packed = _PACKED.search(data)
    if packed:
        data = packed.group(1)
    try:
        yield msgspec.json.decode(data, type=Answer)
        return
    except msgspec.DecodeError:
        lines = [line for line in data.splitlines() if line.strip()]
    if not lines:
        raise UsageError(f"The file {str(path)!r} is empty.", hint="Save answers with `citewire ask --json`.")
    for number, line in enumerate(lines, start=1):
        try:
            row = msgspec.json.decode(line)
            yield msgspec.convert(row.get("answer", row) if isinstance(row, dict) else row, Answer)
        except msgspec.MsgspecError as error:
            raise UsageError(
                f"Line {number} of {str(path)!r} is no answer: {error}.",
                hint="Save answers with `citewire ask --json`.",
            ) from error


def _look_up(citation: Citation, articles: ArticleReader) -> CheckedCitation:
    try:
        # The same text may have stood under several headlines: only the version tells which.
        version = citation.version if citation.headline_sha256 else None
        cited = articles.article(citation.article_id, version=version, sha256=citation.article_sha256)
        current = articles.article(citation.article_id)
    except ArticleNotFound:
        return CheckedCitation(citation, "missing")
    if not _is_there(citation, cited):
        return CheckedCitation(citation, "false", version=current.version)
    if editors_note(current.text) == "retraction" != citation.note:
        return CheckedCitation(citation, "retracted", version=current.version)
    if citation.headline_sha256:
        same = citation.quote in (current.title or "")
        return CheckedCitation(
            citation, "stands" if same else "changed", None if same else current.title, current.version
        )
    if citation.quote in current.text:
        return CheckedCitation(citation, "stands", version=current.version)
    return CheckedCitation(citation, "changed", closest_sentence(citation.quote, current.text), current.version)


def _is_there(citation: Citation, cited: Article) -> bool:
    """Whether the cited version holds the quoted words at their place, in its text or its headline."""
    words = (cited.title or "") if citation.headline_sha256 else cited.text
    whole = citation.headline_sha256 in (None, hash_text(words))
    return bool(citation.quote) and whole and words[citation.start : citation.end] == citation.quote
