"""Answers and found passages to text and Markdown (pure)."""

from __future__ import annotations

from collections.abc import Iterable

from index.articles import Coverage, Filters
from rag.answer_types import (
    SAID,
    Answer,
    Citation,
    Correction,
    Disagreement,
    Head,
    Hit,
    Quote,
    Searched,
    Sentence,
    Withheld,
)
from ui.present.escape import escape_markdown, plain
from ui.present.words import count, wrap

COMPUTED_MARK = "="
VERDICT_MARKS = {"supported": "✓", "partly": "◐", "unsupported": "✗"}
_EDITORS_NOTES = {
    "retraction": "The article says of itself that it was retracted.",
    "correction": "The article carries a correction.",
}


def answer_to_text(answer: Answer, *, width: int = 100) -> str:
    """Return an answer for a terminal."""
    lines = wrap(f"Understood as: {plain(answer.understood)}", width) if answer.understood else []
    lines += [verdict_line(answer)] if answer.verdict else []
    for sentence in answer.sentences:
        lines += wrap(
            f"{mark_of(sentence)} {lead_of_sentence(sentence)}{plain(sentence.text)} {_numbers(sentence)}",
            width,
            indent="  ",
        )
        word = "computed" if sentence.computed else sentence.verdict
        lines += [f"    {word}: {plain(reason)}" for reason in sentence.reasons]
    if not answer.sentences:
        lines += wrap(plain(answer.text), width)
        lines += wrap(searched_line(answer.searched) + ".", width)
    for note in notes(answer):
        lines += ["", *wrap(note, width)]
    shown = answer.citations or answer.nearest
    if shown:
        lines += ["", "Quotes" if answer.citations else "Nearest passages (not an answer)"]
    for citation in shown:
        lines += wrap(f"[{citation.n}] “{plain(citation.quote)}”", width, indent="    ")
        place = f"{source_line(citation)}: {plain(citation.title) or 'untitled'}"
        lines += wrap(f"    {place} ({citation.article_id} {place_words(citation)})", width, indent="    ")
        if citation.answer:
            lines += wrap(f"    Answer: “{plain(answer_words(citation))}”", width, indent="    ")
        if citation.head:
            lines += wrap(f"    {head_line(citation.head)}", width, indent="    ")
        if citation.correction:
            lines += wrap(f"    {correction_line(citation.correction)}", width, indent="    ")
    if answer.withheld:
        lines += ["", f"Withheld ({len(answer.withheld)})"]
        for withheld in answer.withheld:
            lines += wrap(f"  ✗ {plain(withheld.text)}", width, indent="    ")
            lines += [f"    {plain(reason)}" for reason in withheld.reasons]
    lines.append("")
    if answer.citations:
        lines += wrap(f"{summary_line(answer)}. {searched_line(answer.searched)}.", width)
    seconds = (answer.timings_ms.total or 0.0) / 1000
    author = "quotes alone, no model" if answer.model == "none" else f"written by {answer.model}, checked by Citewire"
    lines.append(f"{author[0].upper()}{author[1:]}, {seconds:.1f} s.")
    return "\n".join(lines)


def answer_to_markdown(answer: Answer, *, anchor: str = "src-") -> str:
    """Return the prose of an answer as Markdown; the marker ``n`` links to ``#<anchor>n`` of the sources beside it."""
    lines = [f"*Understood as: {escape_markdown(answer.understood)}*"] if answer.understood else []
    lines += [f"**{verdict_line(answer)}**"] if answer.verdict else []
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


def sentence_to_markdown(sentence: Sentence, *, anchor: str = "src-") -> str:
    """Return one checked sentence with its verdict, its links and the reasons for the verdict."""
    links = " ".join(_link(number, anchor) for number in sentence.citations)
    lead = escape_markdown(lead_of_sentence(sentence).rstrip())
    line = f"{mark_of(sentence)} {f'{lead} ' if lead else ''}{escape_markdown(sentence.text)} {links}"
    if sentence.reasons:
        word = "computed" if sentence.computed else sentence.verdict
        line += f" *({word}: {escape_markdown('; '.join(sentence.reasons))})*"
    return line


def lead_of_sentence(sentence: Sentence) -> str:
    """Return what stands before a sentence: its day where an answer is told by days, the side of a comparison, a headline."""
    day = f"{sentence.day}{' (newest)' if sentence.newest else ''}: " if sentence.day else ""
    return f"{day}{plain(sentence.label)}: " if sentence.label else day


def verdict_line(answer: Answer) -> str:
    """Return what the articles say to a question of yes or no, or an empty text."""
    return SAID[answer.verdict] if answer.verdict else ""


def mark_of(sentence: Sentence) -> str:
    """Return the sign that stands before a sentence: that of its verdict, another for what was computed."""
    return COMPUTED_MARK if sentence.computed else VERDICT_MARKS[sentence.verdict]


def withheld_to_markdown(withheld: Withheld) -> str:
    """Return a sentence that did not pass, struck out, with the reasons."""
    return f"*Withheld:* ~~{escape_markdown(withheld.text)}~~ *({escape_markdown('; '.join(withheld.reasons))})*"


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


def answer_words(citation: Citation) -> str:
    """Return the words of a citation that are the answer itself, or an empty text where none are marked."""
    if citation.answer is None:
        return ""
    return citation.quote[citation.answer.start - citation.start : citation.answer.end - citation.start]


def place_words(citation: Citation) -> str:
    """Return where in its article a quote stands: its characters in the text, or in the headline."""
    where = "headline " if citation.headline_sha256 else ""
    return f"{where}{citation.start}-{citation.end}"


def source_line(item: Citation | Quote | Hit) -> str:
    """Return outlet and date of what an article says, saying so where they are not known."""
    return f"{plain(item.outlet) or 'unnamed outlet'}, {item.published[:10] if item.published else 'undated'}"


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
    if filters and filters != Filters():
        chosen = [f"from {filters.first}"] if filters.first else []
        chosen += [f"until {filters.last}"] if filters.last else []
        chosen += [f"as of {filters.as_of}"] if filters.as_of else []
        chosen += [f"outlets {', '.join(map(plain, filters.outlets))}"] if filters.outlets else []
        chosen += [f"languages {', '.join(map(plain, filters.languages))}"] if filters.languages else []
        chosen += [f"to {count(len(filters.articles), 'article')}"] if filters.articles else []
        parts.append(f"filtered {' '.join(chosen)}")
    return "Searched " + ", ".join(parts)


def hits_to_text(hits: Iterable[Hit], *, width: int = 100) -> str:
    """Return found passages for a terminal."""
    lines: list[str] = []
    for rank, hit in enumerate(hits, start=1):
        ways = [f"words {hit.words_rank}"] if hit.words_rank else []
        ways += [f"meaning {hit.meaning_rank} ({hit.similarity:.2f})"] if hit.meaning_rank else []
        place = " · ".join([plain(hit.outlet) or "unnamed outlet", (hit.published or "undated")[:10]])
        lines += wrap(f"{rank:2}. {plain(hit.title) or 'untitled'}", width, indent="    ")
        lines.append(f"    {place}  ({hit.article_id} {hit.start}-{hit.end}; {', '.join(ways)})")
        lines += wrap(f"    {plain(hit.text)}", width, indent="    ")
    return "\n".join(lines) or "Nothing was found."


def _numbers(sentence: Sentence) -> str:
    return "".join(f"[{number}]" for number in sentence.citations)


def _link(number: int, anchor: str) -> str:
    return f"[\\[{number}\\]](#{anchor}{number})"
