"""Answers to text, markdown and JSON (pure). The one place that escapes.

Article text, titles, outlets, URLs and model output are hostile until they have passed through ``plain``, ``escape_markdown``
or ``safe_url``. HTML is not written here at all: the chat fills a template whose engine escapes every value.
"""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, get_args
from urllib.parse import urlsplit

import msgspec

from index.articles import Article, BuildReport, Coverage, Entry, Outcome, SourceReport, Span
from index.errors import CitewireError, UsageError
from index.uploads import UPLOADED
from rag.answers import Answer, Citation, Correction, Disagreement, Head, Hit, Quote, Searched, Sentence, Withheld

if TYPE_CHECKING:
    from index.care import Finding
    from index.origins import Member
    from index.registry import Model
    from rag.recheck import RecheckedAnswer
    from rag.revisions import Revision, Run

_MOST_INPUTS = 100  # whose outcome the chat shows
_AROUND = 6  # words shown on either side of a change
VERDICT_MARKS = {"supported": "✓", "partly": "◐", "unsupported": "✗"}
_EDITORS_NOTES = {
    "retraction": "The article says of itself that it was retracted.",
    "correction": "The article carries a correction.",
}
_STANDINGS = {
    "changed": "changed since:",
    "retracted": "retracted since:",
    "missing": "no longer in the library:",
    "false": "never stood there:",
}
# C0 and C1 controls, bidirectional overrides: what could drive a terminal or turn a line around.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$&:^=\"'])")


def plain(text: str | None) -> str:
    """Return text that is safe to print in a terminal: no control characters, on one line."""
    return " ".join(_CONTROL.sub("", text or "").split())


def escape_markdown(text: str | None) -> str:
    """Return text that any Markdown renderer shows as it is: no markup, link, image, formula or HTML survives."""
    escaped = _MARKDOWN.sub(r"\\\1", plain(text))
    # Entities are what every renderer agrees on where a backslash might be read differently.
    return escaped.replace("\\&", "&amp;").replace("\\<", "&lt;").replace("\\>", "&gt;")


def safe_url(url: str | None) -> str | None:
    """Return an article's address when it is an ordinary web address that can be linked to, else None."""
    if not url or _CONTROL.search(url) or any(c.isspace() or c in "<>\"'`\\^{|}()[]" for c in url):
        return None
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc else None


def source_line(item: Citation | Quote) -> str:
    """Return outlet and date of a citation, saying so where they are not known."""
    return f"{plain(item.outlet) or 'unnamed outlet'}, {item.published[:10] if item.published else 'undated'}"


def count(number: int, noun: str) -> str:
    """Return a number with its noun: ``1 article``, ``2 articles``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def summary_line(answer: Answer) -> str:
    """Return what the answer rests on: outlets, origins, newest source."""
    if not answer.citations:
        return searched_line(answer.searched)
    outlets = {citation.outlet for citation in answer.citations if citation.outlet}
    parts = [count(len({citation.article_id for citation in answer.citations}), "article")]
    parts += [count(len(outlets), "outlet")] if outlets else []
    parts += [count(answer.origins, "origin")]
    parts += [f"newest source {answer.newest}"] if answer.newest else ["no dated source"]
    return ", ".join(parts)


def searched_line(searched: Searched | Coverage) -> str:
    """Return what was searched, with the filters that were set."""
    parts = [f"{count(searched.articles, 'article')} of {count(len(searched.outlets), 'outlet')}"]
    if searched.first and searched.last:
        parts.append(f"{searched.first} to {searched.last}")
    if searched.undated:
        parts.append(f"{searched.undated} undated")
    filters = getattr(searched, "filters", None)
    if filters and (filters.first or filters.last or filters.outlets or filters.as_of):
        chosen = [f"from {filters.first}"] if filters.first else []
        chosen += [f"until {filters.last}"] if filters.last else []
        chosen += [f"as of {filters.as_of}"] if filters.as_of else []
        chosen += [f"outlets {', '.join(map(plain, filters.outlets))}"] if filters.outlets else []
        parts.append(f"filtered {' '.join(chosen)}")
    return "Searched " + ", ".join(parts)


def answer_to_text(answer: Answer, *, width: int = 100) -> str:
    """Return an answer for a terminal."""
    lines = _wrap(f"Understood as: {plain(answer.understood)}", width) if answer.understood else []
    for sentence in answer.sentences:
        lines += _wrap(
            f"{VERDICT_MARKS[sentence.verdict]} {plain(sentence.text)} {_numbers(sentence)}",
            width,
            indent="  ",
        )
        lines += [f"    {sentence.verdict}: {plain(reason)}" for reason in sentence.reasons]
    if not answer.sentences:
        lines += _wrap(plain(answer.text), width)
        lines += _wrap(searched_line(answer.searched) + ".", width)
    for note in notes(answer):
        lines += ["", *_wrap(note, width)]
    shown = answer.citations or answer.nearest
    if shown:
        lines += ["", "Quotes" if answer.citations else "Nearest passages (not an answer)"]
    for citation in shown:
        lines += _wrap(f"[{citation.n}] “{plain(citation.quote)}”", width, indent="    ")
        place = f"{source_line(citation)}: {plain(citation.title) or 'untitled'}"
        lines += _wrap(f"    {place} ({citation.article_id} {citation.start}-{citation.end})", width, indent="    ")
        if citation.head:
            lines += _wrap(f"    {head_line(citation.head)}", width, indent="    ")
        if citation.correction:
            lines += _wrap(f"    {correction_line(citation.correction)}", width, indent="    ")
    if answer.withheld:
        lines += ["", f"Withheld ({len(answer.withheld)})"]
        for withheld in answer.withheld:
            lines += _wrap(f"  ✗ {plain(withheld.text)}", width, indent="    ")
            lines += [f"    {plain(reason)}" for reason in withheld.reasons]
    lines.append("")
    if answer.citations:
        lines += _wrap(f"{summary_line(answer)}. {searched_line(answer.searched)}.", width)
    seconds = (answer.timings_ms.total or 0.0) / 1000
    author = "quotes alone, no model" if answer.model == "none" else f"written by {answer.model}, checked by Citewire"
    lines.append(f"{author[0].upper()}{author[1:]}, {seconds:.1f} s.")
    return "\n".join(lines)


def notes(answer: Answer) -> list[str]:
    """Return what a reader must know beside the sentences: what is missing, where sources differ, what was corrected."""
    lines = [f"The articles do not answer this part: {plain(part)}." for part in answer.unanswered]
    lines += [disagreement_line(answer, found) for found in answer.disagreements]
    lines += [update_line(found) for found in answer.updates]
    for note, words in _EDITORS_NOTES.items():
        noted = "".join(f"[{item.n}]" for item in answer.citations if item.note == note)
        lines += [f"{noted} {words}"] if noted else []
    lines += [f"[{item.n}] {correction_line(item.correction)}" for item in answer.citations if item.correction]
    undated = [item.n for item in answer.citations if item.published is None]
    if undated and len(undated) < len(answer.citations):
        lines.append(f"Without a date: {''.join(f'[{n}]' for n in undated)}.")
    if answer.suggestion:
        lines.append(f"The articles do answer: {plain(answer.suggestion)}")
    return lines


def disagreement_line(answer: Answer, found: Disagreement) -> str:
    """Return every side of a disagreement, each with its sources and date."""
    by_number = {citation.n: citation for citation in answer.citations}
    sides = []
    for side in found.sides:
        outlets = ", ".join(dict.fromkeys(plain(by_number[n].outlet) or "unnamed outlet" for n in side.citations))
        numbers = "".join(f"[{n}]" for n in side.citations)
        sides.append(f"{outlets} {numbers}: {plain(side.value)}")
    date = next((side.date for side in found.sides if side.date), None)
    return f"The sources disagree{f' on {date}' if date else ''}: {'; '.join(sides)}."


def update_line(found: Disagreement) -> str:
    """Return how a figure changed from day to day, the latest last."""
    steps = [f"{side.date}: {plain(side.value)} {''.join(f'[{n}]' for n in side.citations)}" for side in found.sides]
    return f"Reports over time: {'; '.join(steps)}."


def correction_line(correction: Correction) -> str:
    """Return what an earlier version said in place of the quoted words."""
    day = f" of {correction.day}" if correction.day else ""
    return f"Corrected since: version {correction.version}{day} said “{plain(correction.words)}”"


def head_line(head: Head) -> str:
    """Return which article a near-copy is a copy of."""
    day = head.published[:10] if head.published else "undated"
    return f"Near-copy of {plain(head.outlet) or 'unnamed outlet'}, {day} ({head.article_id})"


def answer_to_markdown(answer: Answer, *, anchor: str = "src-") -> str:
    """Return the prose of an answer as Markdown; the marker ``n`` links to ``#<anchor>n`` of the sources beside it."""
    lines = [f"*Understood as: {escape_markdown(answer.understood)}*"] if answer.understood else []
    lines += [sentence_to_markdown(sentence, anchor=anchor) for sentence in answer.sentences]
    if not answer.sentences:
        lines += [f"**{escape_markdown(answer.text)}**", escape_markdown(searched_line(answer.searched) + ".")]
        if answer.nearest:
            numbers = " ".join(_link(citation.n, anchor) for citation in answer.nearest)
            lines.append(f"Nearest passages, not an answer: {numbers}")
    lines += [f"⚠ {escape_markdown(note)}" for note in notes(answer)]
    if answer.withheld:
        lines += [withheld_to_markdown(item) for item in answer.withheld]
    if answer.citations:
        lines.append(f"*{escape_markdown(summary_line(answer))}.*")
    if answer.model_error:
        lines.append(f"*The quotes themselves are shown: {escape_markdown(answer.model_error)}*")
    return "\n\n".join(lines)


def withheld_to_markdown(withheld: Withheld) -> str:
    """Return a sentence that did not pass, struck out, with the reasons."""
    return f"*Withheld:* ~~{escape_markdown(withheld.text)}~~ *({escape_markdown('; '.join(withheld.reasons))})*"


def sentence_to_markdown(sentence: Sentence, *, anchor: str = "src-") -> str:
    """Return one checked sentence with its verdict, its links and the reasons for the verdict."""
    links = " ".join(_link(number, anchor) for number in sentence.citations)
    line = f"{VERDICT_MARKS[sentence.verdict]} {escape_markdown(sentence.text)} {links}"
    if sentence.reasons:
        line += f" *({sentence.verdict}: {escape_markdown('; '.join(sentence.reasons))})*"
    return line


def hits_to_text(hits: Iterable[Hit], *, width: int = 100) -> str:
    """Return found passages for a terminal."""
    lines: list[str] = []
    for rank, hit in enumerate(hits, start=1):
        ways = [f"words {hit.words_rank}"] if hit.words_rank else []
        ways += [f"meaning {hit.meaning_rank} ({hit.similarity:.2f})"] if hit.meaning_rank else []
        lines.append(f"{rank:2}. {hit.article_id} {hit.start}-{hit.end}  {', '.join(ways)}")
        lines += _wrap(f"    {plain(hit.text)}", width, indent="    ")
    return "\n".join(lines) or "Nothing was found."


def report_to_text(report: BuildReport, *, would: bool = False) -> str:
    """Return what an ingest did, or would do, with a line for each input that failed or was removed."""
    told = ("failed", "removed") if not would else ("failed", "removed", "added", "changed")
    lines = [
        f"{item.outcome}: {plain(item.reference)}" + (f": {plain(item.reason)}" if item.reason else "")
        for item in report.sources
        if item.outcome in told
    ]
    if would:
        return "\n".join([*lines, f"{_counts(report.sources)}; nothing was changed (--dry-run)."])
    lines.append(
        f"{_counts(report.sources)}; {count(report.passages_added, 'passage')} added, {report.passages_embedded:,} embedded, "
        f"{report.seconds:.1f} s."
    )
    return "\n".join(lines)


def report_to_markdown(report: BuildReport, *, refused: Sequence[SourceReport] = ()) -> str:
    """Return what became of each input as a list, and the counts; inputs that were refused unread come first.

    Of very many, as a feed brings them, those that failed are shown before others.
    """
    sources = [*refused, *report.sources]
    order = sorted(range(len(sources)), key=lambda place: sources[place].outcome != "failed")
    shown = sorted(order[:_MOST_INPUTS])
    lines = [f"- {_source_to_markdown(sources[place])}" for place in shown]
    lines += [f"- {len(sources) - len(shown):,} more"] if len(sources) > len(shown) else []
    if not sources:
        return "*Nothing was given to take in\\.*"
    return "\n".join([*lines, "", escape_markdown(_counts(sources))])


def _source_to_markdown(source: SourceReport) -> str:
    name = source.reference.removeprefix(UPLOADED)
    words = f"**{source.outcome}** {escape_markdown(source.title or name)}"
    if source.title:
        words += f" \\({escape_markdown(name)}\\)"
    reason = source.reason.removeprefix(f"{source.reference}: ")
    return f"{words}: {escape_markdown(reason)}" if reason else words


def _counts(sources: Sequence[SourceReport]) -> str:
    """Return how many inputs ended how; of some outcomes only where there are any."""
    counted = Counter(source.outcome for source in sources)
    shown: tuple[Outcome, ...] = ("added", "changed", "unchanged", "skipped", "removed", "failed")
    return ", ".join(
        f"{counted[outcome]:,} {outcome}"
        for outcome in shown
        if counted[outcome] or outcome not in ("skipped", "removed")
    )


def source_to_json(report: SourceReport) -> str:
    """Return what became of one input as one line of JSON."""
    return to_line({"event": "source", **msgspec.to_builtins(report)})


def summary_to_json(report: BuildReport) -> str:
    """Return what became of all inputs together as one line of JSON."""
    outcomes = {outcome: report.count(outcome) for outcome in get_args(Outcome)}
    facts = {name: getattr(report, name) for name in ("passages_added", "passages_embedded", "seconds")}
    return to_line({"event": "report", "inputs": len(report.sources), **outcomes, **facts})


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


def revisions_to_text(article: Article, revisions: Sequence[Revision], *, width: int = 100) -> str:
    """Return how the versions of an article differ: ``[-removed-]`` and ``{+added+}`` words with a few around them."""
    lines = [plain(article.title) or "Untitled", f"{count(len(revisions) + 1, 'version')}"]
    for revision in revisions:
        note = f", {revision.note}" if revision.note else ""
        lines += ["", f"version {revision.version}, {revision.day}{note}"]
        for name, before, after in revision.facts:
            lines += _wrap(
                f"  {name}: [-{plain(before) or 'none'}-] {{+{plain(after) or 'none'}+}}", width, indent="    "
            )
        lines += [line for text in _changed_places(revision.runs) for line in _wrap(f"  {text}", width, indent="    ")]
    return "\n".join(lines)


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
        lines += _wrap(plain(paragraph), width)
    return "\n".join(lines)


def recheck_to_text(checked: Sequence[RecheckedAnswer], *, width: int = 100) -> str:
    """Return which saved answers still stand, and for the others what has become of their citations."""
    lines: list[str] = []
    for answer in checked:
        lines += _wrap(f"{'✓' if answer.stands else '✗'} {plain(answer.question)}", width, indent="  ")
        for found in answer.citations:
            if found.standing != "stands":
                lines += _wrap(
                    f"    {_STANDINGS[found.standing]} [{found.citation.n}] “{plain(found.citation.quote)}”",
                    width,
                    indent="      ",
                )
            if found.now:
                lines += _wrap(f"      version {found.version} says “{plain(found.now)}”", width, indent="      ")
        lines += [
            line
            for text in answer.fallen
            for line in _wrap(f"    no longer stands: {plain(text)}", width, indent="      ")
        ]
    fallen = sum(not answer.stands for answer in checked)
    lines.append(
        f"{count(len(checked), 'answer')} looked up again, {fallen} no longer stand{'s' if fallen == 1 else ''}."
    )
    return "\n".join(lines)


def models_to_text(rows: Iterable[tuple[Model, bool]], folder: Path) -> str:
    """Return the registry as a table, saying which models are here."""
    lines = [f"Models in {folder}"]
    for model, here in rows:
        state = "here" if here else "not here"
        lines.append(f"  {model.name:24} {model.role:10} {model.size / 1e6:8,.0f} MB  {model.licence:11} {state}")
    return "\n".join(lines)


def findings_to_text(findings: Iterable[Finding]) -> str:
    """Return what the doctor found, a line each."""
    return "\n".join(f"{'✓' if finding.fine else '✗'} {finding.what}: {plain(finding.detail)}" for finding in findings)


def error_to_text(error: CitewireError) -> str:
    """Return an error as one clear line, with what to do on a second one."""
    return f"citewire: {plain(error.message)}" + (f"\n  {plain(error.hint)}" if error.hint else "")


def error_to_markdown(error: CitewireError) -> str:
    """Return an error as Markdown: what is the matter, and what to do."""
    return f"**{escape_markdown(error.message)}** {escape_markdown(error.hint)}".rstrip()


def to_json(value: object) -> str:
    """Return a domain object as JSON on several lines, UTF-8 characters as they are."""
    return msgspec.json.format(msgspec.json.encode(value, enc_hook=str), indent=2).decode("utf-8")


def to_line(value: object) -> str:
    """Return a domain object as JSON on one line."""
    return msgspec.json.encode(value, enc_hook=str).decode("utf-8")


def _numbers(sentence: Sentence) -> str:
    return "".join(f"[{number}]" for number in sentence.citations)


def _link(number: int, anchor: str) -> str:
    return f"[\\[{number}\\]](#{anchor}{number})"


def _wrap(text: str, width: int, *, indent: str = "") -> list[str]:
    return textwrap.wrap(text, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False) or [""]
