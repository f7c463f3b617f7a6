"""A question with its answer as it is read: sentences with chips, what a reader must know beside them, the sources by origin (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields

import msgspec

from rag.answer_types import SAID, Answer, Citation, Disagreement, Hit, Quote, Sentence
from rag.query_types import Kind
from ui.chat.articles import Mark, cut_answer
from ui.chat.citing import link_to_words
from ui.chat.templates import fill
from ui.chat.turns import Turn
from ui.present import count, plain
from ui.present.answers import answer_words, correction_line, head_line, searched_line, source_line, summary_line

KIND_NAMES: dict[Kind, str] = {
    "fact": "A fact",
    "yes_no": "Yes or no",
    "reason": "Why",
    "identity": "Who",
    "statement": "Who said what",
    "list": "A list",
    "overview": "An overview",
    "latest": "The latest",
    "timeline": "A timeline",
    "comparison": "Two sides",
    "collection": "The collection",
    "keywords": "Words",
}
_VERDICT_WORDS = {"partly": "Partly supported", "unsupported": "Not supported", "supported": ""}
_BEING_READ = 4  # articles that are shown while they are read: a screen of a phone
_NOTICES = {
    "retraction": "Retracted: the article says so of itself.",
    "correction": "The article carries a correction.",
}


@dataclass(frozen=True, slots=True)
class Chip:
    """A pointer at a quote; ``outlet`` is empty where the chip before it names the same one."""

    n: int
    outlet: str


@dataclass(frozen=True, slots=True)
class ShownSentence:
    """A sentence as it is read.

    Attributes:
        parts: its words, each with whether they are the words that answer.
        look: ``supported``, ``partly`` or ``computed``.
        word: the same in words, empty where nothing is amiss.
    """

    parts: tuple[tuple[str, bool], ...]
    chips: tuple[Chip, ...]
    look: str
    word: str
    reasons: tuple[str, ...]
    day: str
    newest: bool
    label: str


@dataclass(frozen=True, slots=True)
class ShownQuote:
    """A quote below its article, with the words of the answer told apart."""

    n: int
    start: int
    end: int
    parts: tuple[tuple[str, bool], ...]
    link: str | None
    correction: str
    headline: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """An article of the sources; ``marks`` is JSON: what is quoted of it, for when it is opened."""

    article_id: str
    sha256: str
    title: str
    outlet: str
    facts: str
    notices: tuple[str, ...]
    quotes: tuple[ShownQuote, ...]
    marks: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Articles that are one report: near-copies of each other, or a single one."""

    sources: tuple[Source, ...]
    outlets: int


@dataclass(frozen=True, slots=True)
class Side:
    """A value of a disagreement or of an update, with who says so."""

    value: str
    outlets: str
    day: str
    chips: tuple[Chip, ...]


@dataclass(frozen=True, slots=True)
class Voice:
    """What an outlet says on a day: the words of a quote."""

    outlet: str
    day: str
    words: str
    chip: Chip


def turn_to_html(turn: Turn) -> str:
    """Return a question and all that is known of its answer."""
    answer = turn.answer
    cited = _cited(turn)
    by_number = {each.n: each for each in cited}
    sentences = answer.sentences if answer else turn.sentences
    return fill(
        "turn",
        turn=turn,
        answer=answer,
        status=status_line(turn),
        reading=_being_read(turn.passages),
        said=SAID[answer.verdict] if answer and answer.verdict else "",
        kind=KIND_NAMES[answer.kind] if answer else "",
        form=_form(answer, sentences),
        sentences=[_show_sentence(each, by_number) for each in sentences],
        columns=_columns(sentences, by_number) if _form(answer, sentences) == "columns" else [],
        withheld=answer.withheld if answer else turn.withheld,
        disagreements=[_show_sides(each, by_number) for each in answer.disagreements] if answer else [],
        updates=[_show_sides(each, by_number) for each in answer.updates] if answer else [],
        notes=_notes(answer) if answer else [],
        nearest=[_show_nearest(each) for each in answer.nearest] if answer else [],
        searched=searched_line(answer.searched) if answer else "",
        voices=_voices(answer) if answer else [],
        narrowed=any(turn.filters.get(name) for name in ("first", "last", "as_of", "outlets", "articles", "languages")),
        origins=group_by_origin(cited),
        origins_line=origins_line(cited),
        filters=msgspec.json.encode(turn.filters).decode(),
    )


def status_line(turn: Turn) -> str:
    """Return in a few words how far an answer is, for above it and for who hears it."""
    if turn.fault:
        return "There is no answer."
    if turn.answer is None:
        if turn.place:
            return f"The model writes {count(turn.place, 'answer')} for others first …"
        if turn.quotes:
            return f"{count(len(turn.quotes), 'quote')} found. Writing and checking …"
        if turn.passages:
            articles = len({each.article_id for each in turn.passages})
            return f"Reading {count(len(turn.passages), 'passage')} of {count(articles, 'article')} …"
        return "Searching …"
    seconds = (turn.answer.timings_ms.total or 0.0) / 1000
    if not turn.answer.citations:
        return f"{searched_line(turn.answer.searched)} in {seconds:.1f} s"
    author = "quotes alone" if turn.answer.model == "none" else f"written by {plain(turn.answer.model)}"
    return f"{summary_line(turn.answer)} · {author}, checked in {seconds:.1f} s"


def group_by_origin(cited: Sequence[Citation]) -> list[Origin]:
    """Return the cited articles in the order of their quotes, near-copies of each other together."""
    by_origin: dict[str, dict[tuple[str, str], list[Citation]]] = {}
    for each in cited:
        articles = by_origin.setdefault(each.origin, {})
        articles.setdefault((each.article_id, each.article_sha256), []).append(each)
    return [
        Origin(
            tuple(_show_source(quotes) for quotes in articles.values()),
            len({quotes[0].outlet for quotes in articles.values()}),
        )
        for articles in by_origin.values()
    ]


def origins_line(cited: Sequence[Citation]) -> str:
    """Return how many outlets and how many independent origins speak."""
    outlets = {each.outlet for each in cited if each.outlet}
    return f"{count(len(outlets), 'outlet')}, {count(len({each.origin for each in cited}), 'origin')}"


def _being_read(passages: Sequence[Hit]) -> list[tuple[str, str, str]]:
    """Return outlet and day, title and words of the first articles that are read closer, the best of the search first."""
    first: dict[str, Hit] = {}
    for each in passages:
        first.setdefault(each.article_id, each)
    return [
        (source_line(each), plain(each.title) or "Untitled", plain(each.text))
        for each in list(first.values())[:_BEING_READ]
    ]


def _cited(turn: Turn) -> tuple[Citation, ...]:
    if turn.answer:
        return turn.answer.citations or turn.answer.nearest
    return tuple(_as_citation(each) for each in turn.quotes)


def _as_citation(quote: Quote) -> Citation:
    names = {each.name for each in fields(Citation)} & {each.name for each in fields(Quote)}
    return Citation(**{name: getattr(quote, name) for name in names})


def _form(answer: Answer | None, sentences: Sequence[Sentence]) -> str:
    """Return how the sentences are laid out: by days, in columns, as a list, or as paragraphs."""
    # Some articles of a timeline may be undated.
    if any(each.day for each in sentences):
        return "days"
    if len({each.label for each in sentences if each.label}) > 1:
        return "columns"
    return "list" if answer and answer.kind in ("list", "collection") and len(sentences) > 1 else "prose"


def _columns(sentences: Sequence[Sentence], by_number: Mapping[int, Citation]) -> list[tuple[str, list[ShownSentence]]]:
    labels = dict.fromkeys(each.label or "" for each in sentences)
    return [
        (plain(label), [_show_sentence(each, by_number) for each in sentences if (each.label or "") == label])
        for label in labels
    ]


def _show_sentence(sentence: Sentence, by_number: Mapping[int, Citation]) -> ShownSentence:
    text = plain(sentence.text)
    cited = [by_number[n] for n in sentence.citations if n in by_number]
    answering = next((words for each in cited if (words := plain(answer_words(each))) and words in text), "")
    start = text.index(answering) if answering else len(text)
    return ShownSentence(
        parts=cut_answer(text, 0, len(text), (start, start + len(answering))),
        chips=make_chips(cited),
        look="computed" if sentence.computed else sentence.verdict,
        word="Counted, no article's words" if sentence.computed else _VERDICT_WORDS[sentence.verdict],
        reasons=tuple(map(plain, sentence.reasons)),
        day=sentence.day or "",
        newest=sentence.newest,
        label=plain(sentence.label),
    )


def make_chips(cited: Iterable[Citation]) -> tuple[Chip, ...]:
    """Return a chip for each quote; only the first of those of one outlet names it."""
    chips: list[Chip] = []
    last = None
    for each in cited:
        outlet = plain(each.outlet) or "unnamed outlet"
        chips.append(Chip(each.n, "" if outlet == last else outlet))
        last = outlet
    return tuple(chips)


def _show_sides(found: Disagreement, by_number: Mapping[int, Citation]) -> tuple[str, list[Side]]:
    sides = []
    for side in found.sides:
        cited = [by_number[n] for n in side.citations if n in by_number]
        outlets = ", ".join(dict.fromkeys(plain(each.outlet) or "unnamed outlet" for each in cited))
        sides.append(Side(plain(side.value), outlets, side.date or "", make_chips(cited)))
    return plain(found.topic), sides


def _notes(answer: Answer) -> list[tuple[str, str, tuple[Chip, ...]]]:
    """Return what a reader must know beside the sentences: what it is, in words, and of which quotes."""
    told: list[tuple[str, str, tuple[Chip, ...]]] = [
        ("missing", f"The articles do not answer this part: {plain(part)}", ()) for part in answer.unanswered
    ]
    for note, words in _NOTICES.items():
        noted = [each for each in answer.citations if each.note == note]
        told += [(note, words, make_chips(noted))] if noted else []
    told += [
        ("corrected", correction_line(each.correction), make_chips([each]))
        for each in answer.citations
        if each.correction
    ]
    undated = [each for each in answer.citations if each.published is None]
    if undated and len(undated) < len(answer.citations):
        told.append(("undated", "Without a date", make_chips(undated)))
    if answer.model_error:
        told.append(("fault", f"The quotes themselves are shown: {plain(answer.model_error)}", ()))
    return told


def _voices(answer: Answer) -> list[Voice]:
    """Return what each cited outlet says, the earliest first; nothing where there is one outlet alone."""
    if len({each.outlet for each in answer.citations}) < 2:
        return []
    dated = sorted(answer.citations, key=lambda each: (each.published is None, (each.published or "")[:10], each.n))
    return [
        Voice(
            plain(each.outlet) or "unnamed outlet",
            each.published[:10] if each.published else "undated",
            plain(each.quote),
            Chip(each.n, ""),
        )
        for each in dated
    ]


def _show_nearest(citation: Citation) -> tuple[Chip, str, str]:
    return make_chips([citation])[0], plain(citation.quote), source_line(citation)


def _show_source(quotes: Sequence[Citation]) -> Source:
    first = quotes[0]
    facts = [first.published[:10] if first.published else "undated", plain(first.author)]
    facts += [f"updated {first.updated[:10]}"] if first.updated else []
    facts += [f"version {first.version}"] if first.version > 1 else []
    notices = [head_line(first.head)] if first.head else []
    notices += [_NOTICES[first.note]] if first.note else []
    in_text = [each for each in quotes if not each.headline_sha256]
    marks = [Mark(each.n, each.start, each.end, _answer_place(each)) for each in in_text]
    return Source(
        article_id=first.article_id,
        sha256=first.article_sha256,
        title=plain(first.title) or "Untitled",
        outlet=plain(first.outlet) or "unnamed outlet",
        facts=" · ".join(fact for fact in facts if fact),
        notices=tuple(notices),
        quotes=tuple(_show_quote(each) for each in quotes),
        marks=msgspec.json.encode(marks).decode(),
    )


def _show_quote(citation: Citation) -> ShownQuote:
    place = _answer_place(citation)
    inner = (place[0] - citation.start, place[1] - citation.start) if place else None
    return ShownQuote(
        n=citation.n,
        start=citation.start,
        end=citation.end,
        parts=cut_answer(citation.quote, 0, len(citation.quote), inner),
        link=link_to_words(citation),
        correction=correction_line(citation.correction) if citation.correction else "",
        headline=citation.headline_sha256 is not None,
    )


def _answer_place(citation: Citation) -> tuple[int, int] | None:
    return (citation.answer.start, citation.answer.end) if citation.answer else None
