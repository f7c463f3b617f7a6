"""Answers as an evidence pack (pure): one file for people, with hash, day and place of every quote, that ``citewire recheck`` reads too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from rag.answer_types import Answer, Citation, Sentence
from rag.record.recheck import pack_answers
from ui.chat.citing import link_to_words
from ui.chat.templates import fill
from ui.present import escape_markdown, plain
from ui.present.answers import (
    correction_line,
    lead_of_sentence,
    mark_of,
    notes,
    searched_line,
    source_line,
    summary_line,
    verdict_line,
)

Form = Literal["html", "markdown"]


def write_evidence(answers: Sequence[Answer], *, title: str, day: str, form: Form) -> str:
    """Return answers as one file that stands alone.

    Args:
        title: shown above them.
        day: on which it is written.
    """
    return _to_html(answers, title, day) if form == "html" else _to_markdown(answers, title, day)


def _to_html(answers: Sequence[Answer], title: str, day: str) -> str:
    shown = [
        {
            "answer": answer,
            "verdict": verdict_line(answer),
            "sentences": [
                (mark_of(each), lead_of_sentence(each) + plain(each.text), each.citations, _verdict_words(each))
                for each in answer.sentences
            ],
            "notes": notes(answer),
            "line": f"{summary_line(answer)}. {searched_line(answer.searched)}." if answer.citations else "",
            "searched": searched_line(answer.searched),
            "citations": [
                (each, source_line(each), link_to_words(each), _facts(each))
                for each in answer.citations or answer.nearest
            ],
        }
        for answer in answers
    ]
    # The packed answers hold no "<", ">" and no two hyphens: they stay within their comment.
    return fill("evidence", title=title, day=day, shown=shown).replace("<!-- answers -->", pack_answers(answers))


def _to_markdown(answers: Sequence[Answer], title: str, day: str) -> str:
    lines = [f"# {escape_markdown(title)}", f"Written on {day} by Citewire."]
    for answer in answers:
        lines.append(f"## {escape_markdown(answer.question)}")
        lines += [f"**{escape_markdown(verdict_line(answer))}**"] if answer.verdict else []
        for each in answer.sentences:
            words = f" *({escape_markdown(_verdict_words(each))})*" if _verdict_words(each) else ""
            numbers = "".join(f"\\[{number}\\]" for number in each.citations)
            told = escape_markdown(lead_of_sentence(each) + plain(each.text))
            lines.append(f"{mark_of(each)} {told} {numbers}{words}")
        lines += [] if answer.sentences else [f"**{escape_markdown(answer.text)}**"]
        lines += [f"⚠ {escape_markdown(note)}" for note in notes(answer)]
        lines.append(f"{escape_markdown(searched_line(answer.searched))}.")
        for cited in answer.citations or answer.nearest:
            title_line = escape_markdown(plain(cited.title) or "Untitled")
            named = f"[{title_line}]({link})" if (link := link_to_words(cited)) else title_line
            lines.append(
                f"\\[{cited.n}\\] “{escape_markdown(cited.quote)}”  \n{escape_markdown(source_line(cited))}: {named}  \n"
                f"`{_facts(cited)}`"
            )
    return "\n\n".join([*lines, pack_answers(answers)]) + "\n"


def _verdict_words(sentence: Sentence) -> str:
    word = {"supported": "", "partly": "partly supported", "unsupported": "not supported"}[sentence.verdict]
    return "; ".join(filter(None, ["computed" if sentence.computed else word, *map(plain, sentence.reasons)]))


def _facts(citation: Citation) -> str:
    facts = f"article {citation.article_id}, version {citation.version}, {'headline, ' if citation.headline_sha256 else ''}characters {citation.start}-{citation.end}, "
    facts += f"sha256 {citation.article_sha256}"
    facts += f", of the headline {citation.headline_sha256}" if citation.headline_sha256 else ""
    return facts + (f"; {correction_line(citation.correction)}" if citation.correction else "")
