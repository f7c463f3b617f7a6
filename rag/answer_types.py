"""The desk's domain types: from a question to a checked answer. Frozen, without behaviour that needs a library.

``Answer`` is the contract that every face prints and that ``rag/answer.schema.json`` describes. Offsets, dates and
"unknown is None" are as in ``index.articles``.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Literal, TypedDict

from index.articles import Article, Filters, PassageRecord, Span
from rag.query_types import Kind

Verdict = Literal["supported", "partly", "unsupported"]
AnswerVerdict = Literal["yes", "no", "differ"]
"""What the articles say to a question of yes or no."""
SAID: dict[AnswerVerdict, str] = {"yes": "Yes.", "no": "No.", "differ": "The articles differ."}
"""How it is told."""
Status = Literal["answered", "partial", "no_evidence"]
EditorsNote = Literal["retraction", "correction"]


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that the search found.

    Attributes:
        score: fused score, comparable only within one search.
        words_rank: place among the hits by words, from 1, or None.
        meaning_rank: place among the hits by meaning, from 1, or None.
        similarity: cosine of question and passage, or None when meaning did not find it.
        title: of its article, with ``outlet`` and ``published``; None where unknown.
    """

    passage_id: int
    article_id: str
    start: int
    end: int
    text: str
    score: float
    words_rank: int | None = None
    meaning_rank: int | None = None
    similarity: float | None = None
    title: str | None = None
    outlet: str | None = None
    published: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What the search brought back: the hits, the best first, and each one's passage by its id."""

    hits: tuple[Hit, ...]
    records: dict[int, PassageRecord]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may become a quote.

    Attributes:
        text: the sentence.
        title: title of its article.
        around: the passage it stands in.
        relevance: score of that passage in the search as a share of the best one's, 0 to 1.
        headline: whether it is the headline of the article: ``span`` counts in its title then.
    """

    article: Article
    span: Span
    text: str
    title: str
    around: str
    relevance: float = 1.0
    headline: bool = False


@dataclass(frozen=True, slots=True)
class Quote:
    """Exact words of an article, offered as evidence.

    Attributes:
        n: its number within one answer, from 1.
        score: estimated probability, 0 to 1, that these words answer the question, or the part of it that they answer best.
        part_scores: the same for each part of a question that has several.
        context: the words around it, for checks that need the paragraph; never shown as the quote.
        version: which version of the article it is.
        language: that of the article's text, ISO 639-1, or None where nobody knows it.
        answer: where in the article the words of the quote stand that are the answer itself, or None where none are marked.
        headline_sha256: hash of the headline where the words stand there; see ``Citation``.
    """

    n: int
    quote: str
    start: int
    end: int
    article_id: str
    article_sha256: str
    title: str | None
    outlet: str | None
    author: str | None
    published: str | None
    updated: str | None
    url: str | None
    origin: str
    score: float = 0.0
    part_scores: tuple[float, ...] = ()
    context: str = ""
    version: int = 1
    language: str | None = None
    answer: Span | None = None
    headline_sha256: str | None = None


class ArticleFacts(TypedDict):
    """What quotes and citations say of the article version that their words stand in."""

    article_id: str
    article_sha256: str
    title: str | None
    outlet: str | None
    author: str | None
    published: str | None
    updated: str | None
    url: str | None
    origin: str
    version: int
    language: str | None


def facts_of(article: Article) -> ArticleFacts:
    """Return what quotes and citations say of an article."""
    return {
        "article_id": article.id,
        "article_sha256": article.sha256,
        "title": article.title,
        "outlet": article.outlet,
        "author": article.author,
        "published": article.published,
        "updated": article.updated,
        "url": article.url,
        "origin": article.origin,
        "version": article.version,
        "language": article.written_in,
    }


@dataclass(frozen=True, slots=True)
class Correction:
    """What an earlier version of an article said where the quoted words stand now.

    Attributes:
        version: the number of that version.
        words: its words.
        day: when that version was updated or published, or None.
    """

    version: int
    words: str
    day: str | None


@dataclass(frozen=True, slots=True)
class Head:
    """The article that a near-copy is a copy of: the agency's that it names, or the one published first."""

    article_id: str
    outlet: str | None
    published: str | None


@dataclass(frozen=True, slots=True)
class Citation:
    """A pointer to exact words: ``article.text[start:end] == quote`` for the article with that sha256.

    Where ``headline_sha256`` is given, the words stand in the headline and not in the text: ``article.title[start:end] == quote``
    for that version of the article.

    Attributes:
        version: which version of the article it is.
        correction: what an earlier version said in its place, where the words were changed, else None.
        head: the article that this one is a near-copy of, or None where it is that itself or is no copy.
        note: what a note of the editors in the article says of it, or None.
        language: that of the article's text, ISO 639-1, or None where nobody knows it.
        answer: where in the article the words of the quote stand that are the answer itself, or None where none are marked.
        headline_sha256: SHA-256 of the whole headline where the words stand there, else None.
    """

    n: int
    quote: str
    start: int
    end: int
    article_id: str
    article_sha256: str
    title: str | None
    outlet: str | None
    author: str | None
    published: str | None
    updated: str | None
    url: str | None
    origin: str
    version: int = 1
    correction: Correction | None = None
    head: Head | None = None
    note: EditorsNote | None = None
    language: str | None = None
    answer: Span | None = None
    headline_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence as the model wrote it, with the quote numbers it pointed at. Nothing about it is checked."""

    text: str
    markers: tuple[int, ...]
    refused_markers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A checked sentence.

    Attributes:
        citations: numbers of the citations that carry it.
        reasons: why the verdict is what it is, in words a reader understands; empty when nothing was amiss.
        support: probability, 0 to 1, that the cited words support it, or None where no score was had.
        day: the day that it is told of, where the answer is told by days: that of its article.
        newest: whether it is the newest of such an answer.
        label: what it stands for: the side of a comparison, or None.
        computed: whether it was counted or computed by rule and is no article's words; its citations are what went into it.
    """

    text: str
    verdict: Verdict
    citations: tuple[int, ...]
    reasons: tuple[str, ...] = ()
    support: float | None = None
    day: str | None = None
    newest: bool = False
    label: str | None = None
    computed: bool = False


@dataclass(frozen=True, slots=True)
class Withheld:
    """A sentence that did not pass and is therefore not part of the answer."""

    text: str
    verdict: Verdict
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a disagreement."""

    value: str
    citations: tuple[int, ...]
    date: str | None


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two or more values for the same thing.

    On the same day, from different origins, they disagree; on different days the later one is an update, and the sides stand
    in the order of their days.
    """

    topic: str
    sides: tuple[Side, ...]


@dataclass(frozen=True, slots=True)
class Searched:
    """What was looked through for the answer.

    Attributes:
        first: day of the oldest dated article that was searched, ``last`` of the newest.
        undated: how many of the articles have no date.
    """

    articles: int
    outlets: tuple[str, ...]
    first: str | None
    last: str | None
    undated: int
    filters: Filters


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds. A stage that did not run is None."""

    retrieve: float | None = None
    evidence: float | None = None
    first_token: float | None = None
    generate: float | None = None
    verify: float | None = None
    total: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A checked answer. What has a default was added later: an answer that was saved before can still be read.

    Attributes:
        id: made from question, text and citations: the same answer has the same id.
        understood: what was searched and answered, where a follow-up question did not stand alone, else None.
        kind: what kind of answer was wanted; an overview, the latest and a timeline are told by days.
        verdict: what the articles say to a question of yes or no: stated, contradicted, or both on one day; None where they say
            neither, or something else was asked.
        unanswered: the parts of the question that the articles do not answer; not empty when the status is ``partial``.
        text: the shown sentences joined, each with its markers ``[n]``; for ``no_evidence`` one sentence saying so.
        sentences: every shown sentence; none of them is unsupported.
        withheld: what the model wrote and the checks refused.
        citations: every citation that a sentence uses, ordered by ``n``.
        origins: how many independent origins the citations come from.
        newest: date of the newest cited article.
        updates: figures that changed from one day to another, the latest last: not disagreements.
        nearest: the nearest quotes when the status is ``no_evidence``; shown as "not an answer".
        absent: the names in the question that no article of the collection holds, when the status is ``no_evidence``.
        suggestion: a question that the nearest passages could answer, when the status is ``no_evidence`` and there is one.
        model: name of the model that wrote the sentences, or ``none`` for quotes alone.
        model_error: why a configured model did not write them, or None.
        settings_fingerprint: hash of every setting that shaped the answer.
    """

    id: str
    question: str
    understood: str | None = None
    kind: Kind = "fact"
    verdict: AnswerVerdict | None = None
    status: Status
    unanswered: tuple[str, ...] = ()
    text: str
    sentences: tuple[Sentence, ...]
    withheld: tuple[Withheld, ...]
    citations: tuple[Citation, ...]
    origins: int
    newest: str | None
    disagreements: tuple[Disagreement, ...]
    updates: tuple[Disagreement, ...] = ()
    searched: Searched
    nearest: tuple[Citation, ...]
    absent: tuple[str, ...] = ()
    suggestion: str | None = None
    model: str
    model_error: str | None
    timings_ms: Timings
    settings_fingerprint: str

    def _repr_html_(self) -> str:
        """Return the answer as notebooks show it. Every word of it is escaped: articles and models are not trusted."""
        verdict = f"<p><b>{SAID[self.verdict]}</b></p>" if self.verdict else ""
        told = "".join(
            f'<p title="{escape(sentence.verdict)}">{escape(sentence.text)} '
            f"<sup>{' '.join(str(number) for number in sentence.citations)}</sup>"
            f"{'' if sentence.verdict == 'supported' else f' <i>({escape(sentence.verdict)})</i>'}</p>"
            for sentence in self.sentences
        )
        quoted = "".join(f'<li value="{citation.n}">{_citation_html(citation)}</li>' for citation in self.citations)
        return f"<div>{verdict}{told or f'<p>{escape(self.text)}</p>'}<ol>{quoted}</ol></div>"


def _citation_html(citation: Citation) -> str:
    """Return a citation with where it stands; its address becomes a link where it is one of the web."""
    day = citation.published[:10] if citation.published else "undated"
    title = escape(citation.title or "Untitled")
    if (citation.url or "").startswith(("https://", "http://")):
        title = f'<a href="{escape(citation.url or "")}" rel="noreferrer noopener">{title}</a>'
    return f"<q>{escape(citation.quote)}</q> {escape(citation.outlet or 'unnamed outlet')}, {escape(day)}: {title}"


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation with a model."""

    role: Literal["system", "user", "assistant"]
    content: str
