"""Articles, their versions and copies, and what became of saved answers, to text (pure)."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from index.articles import Article, Entry, Span
from index.errors import UsageError
from ui.present.as_json import to_line
from ui.present.escape import plain
from ui.present.words import count, wrap

if TYPE_CHECKING:
    from index.text.origins import Member
    from rag.record.recheck import RecheckedAnswer
    from rag.record.revisions import Revision, Run

_AROUND = 6  # words shown on either side of a change
_STANDINGS = {
    "changed": "changed since:",
    "retracted": "retracted since:",
    "missing": "no longer in the library:",
    "false": "never stood there:",
}


def entry_to_text(entry: Entry, *, width: int = 100) -> str:
    """Return one article of the list on one line: id, day, outlet, title."""
    day = entry.published[:10] if entry.published else "undated   "
    more = f" ({entry.versions} versions)" if entry.versions > 1 else ""
    line = f"{entry.id}  {day}  {plain(entry.outlet) or 'unnamed outlet'}: {plain(entry.title) or 'Untitled'}{more}"
    return textwrap.shorten(line, width, placeholder=" …") if len(line) > width else line


def article_to_line(article: Article) -> str:
    """Return an article as a line of JSON that can be taken in again."""
    names = ("id", "title", "outlet", "author", "published", "updated", "url", "language", "section", "text")
    return to_line({name: value for name in names if (value := getattr(article, name)) is not None})


def article_to_text(article: Article, *, span: Span | None, width: int = 100) -> str:
    """Return an article for a terminal, or the exact words of a span of it.

    Raises:
        UsageError: the span lies outside the article.
    """
    if span:
        if span.end > len(article.text):
            raise UsageError(f"The span ends at {span.end}; the article has {len(article.text)} characters.")
        return plain(span.slice(article.text))
    facts = [plain(article.outlet) or "unnamed outlet", article.published or "undated"]
    facts += [f"updated {article.updated}"] if article.updated else []
    facts += [f"by {plain(article.author)}"] if article.author else []
    lines = [plain(article.title) or "Untitled", ", ".join(facts)]
    lines += [plain(article.url)] if article.url else []
    lines += [
        f"article {article.id}, version {article.version}, origin {article.origin}, sha256 {article.sha256}",
        "",
    ]
    for paragraph in article.text.split("\n"):
        lines += wrap(plain(paragraph), width)
    return "\n".join(lines)


def parse_span(text: str) -> Span:
    """Return the span that a person wrote as ``START-END``.

    Raises:
        UsageError: it is none.
    """
    match = re.fullmatch(r"(\d{1,9})-(\d{1,9})", text)
    if not match or int(match[1]) >= int(match[2]):
        raise UsageError(
            f"The span {text!r} is not two offsets.", hint="Write START-END as a citation shows it: 120-245."
        )
    return Span(int(match[1]), int(match[2]))


def revisions_to_text(article: Article, revisions: Sequence[Revision], *, width: int = 100) -> str:
    """Return how the versions of an article differ: ``[-removed-]`` and ``{+added+}`` words with a few around them."""
    lines = [plain(article.title) or "Untitled", f"{count(len(revisions) + 1, 'version')}"]
    for revision in revisions:
        note = f", {revision.note}" if revision.note else ""
        lines += ["", f"version {revision.version}, {revision.day}{note}"]
        for name, before, after in revision.facts:
            lines += wrap(
                f"  {name}: [-{plain(before) or 'none'}-] {{+{plain(after) or 'none'}+}}", width, indent="    "
            )
        lines += [line for text in _changed_places(revision.runs) for line in wrap(f"  {text}", width, indent="    ")]
    return "\n".join(lines)


def _changed_places(runs: Sequence[Run]) -> list[str]:
    """Return each change with the words around it; changes close together are shown together."""
    places, text = [], ""
    for place, run in enumerate(runs):
        words = plain(run.text)
        if run.change != "kept":
            text += f"[-{words}-] " if run.change == "removed" else f"{{+{words}+}} "
            continue
        first = words.split()
        if text and len(first) > 2 * _AROUND:
            places.append(f"{text}{' '.join(first[:_AROUND])} …")
            text = ""
        last = place == len(runs) - 1
        if text:
            text += f"{words} "
        elif not last:
            text = f"… {' '.join(first[-_AROUND:])} " if len(first) > _AROUND else f"{words} "
    return [*places, text.strip()] if "[-" in text or "{+" in text else places


def copies_to_text(members: Sequence[Member], head: Member, *, width: int = 100) -> str:
    """Return the articles of an origin, a line each, with the head marked."""
    outlets = {member.outlet for member in members if member.outlet}
    lines = [f"{count(len(members), 'article')}, {count(len(outlets), 'outlet')}, 1 origin"]
    for member in members:
        day = member.published[:10] if member.published else "undated   "
        title = f"{plain(member.outlet) or 'unnamed outlet'}: {plain(member.title) or 'Untitled'}"
        mark = "head" if member == head else "    "
        lines.append(
            f"{mark}  {member.article_id}  {day}  {textwrap.shorten(title, max(30, width - 32), placeholder=' …')}"
        )
    return "\n".join(lines)


def recheck_to_text(checked: Sequence[RecheckedAnswer], *, width: int = 100) -> str:
    """Return which saved answers still stand, and for the others what has become of their citations."""
    lines: list[str] = []
    for answer in checked:
        lines += wrap(f"{'✓' if answer.stands else '✗'} {plain(answer.question)}", width, indent="  ")
        for found in answer.citations:
            if found.standing != "stands":
                lines += wrap(
                    f"    {_STANDINGS[found.standing]} [{found.citation.n}] “{plain(found.citation.quote)}”",
                    width,
                    indent="      ",
                )
            if found.now:
                lines += wrap(f"      version {found.version} says “{plain(found.now)}”", width, indent="      ")
        lines += [
            line
            for text in answer.fallen
            for line in wrap(f"    no longer stands: {plain(text)}", width, indent="      ")
        ]
    fallen = sum(not answer.stands for answer in checked)
    lines.append(
        f"{count(len(checked), 'answer')} looked up again, {fallen} no longer stand{'s' if fallen == 1 else ''}."
    )
    return "\n".join(lines)
