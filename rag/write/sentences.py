"""Quotes to the checked sentences of a model: each is verified as it comes, and mended where it fails but can be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from index.settings import Settings
from rag.answer_types import Draft, Quote, Sentence, Withheld
from rag.clock import Clock
from rag.find.bars import Bars
from rag.language.differences import says_the_same
from rag.models.chat import ChatModel, CitesItself
from rag.models.facts import most_sentences
from rag.models.prompt import answer_messages
from rag.query_types import Kind, Query
from rag.question.parts import best_of_parts
from rag.tracing import UNTRACED, Trace
from rag.trust.verify import SupportScorer, quote_sentence, verify_sentence
from rag.write.alone import IN_ITS_PLACE
from rag.write.clauses import split_clauses
from rag.write.draft import draft_sentences

_SAID_ALREADY = "another sentence says it already; it was not checked"
_PART = "part of a longer sentence, of which the rest failed its check"


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence with its verdict.

    Attributes:
        at: milliseconds until it was written.
        check: milliseconds that its check took.
    """

    checked: Sentence | Withheld
    at: float
    check: float = 0.0


def write_sentences(
    query: Query,
    quotes: Sequence[Quote],
    bars: Bars,
    *,
    model: ChatModel,
    judge: SupportScorer,
    settings: Settings,
    trace: Trace = UNTRACED,
) -> Iterator[Written]:
    """Yield each sentence of the model, checked; none at all where it refuses.

    Of a sentence that fails, the clauses that stand alone follow; and where another sentence passes, so does the quote that the
    failed one points at, if it answers the question.

    Raises:
        ModelError: the model could not answer, or stopped in the middle.
    """
    clock = Clock()
    drafts = draft_sentences(
        _stream(_asked(query, quotes, bars.offered), query.kind, quotes, model, settings), quotes=len(quotes)
    )
    shown: set[int] = set()
    said: list[str] = []
    failed: list[Draft] = []
    for proposed in drafts:
        # A model counts the quotes it is given from 1; the reader may know them by other numbers.
        draft = replace(proposed, markers=tuple(quotes[marker - 1].n for marker in proposed.markers))
        written = clock.total()
        if any(says_the_same(text, draft.text) for text in said):
            yield Written(Withheld(draft.text, "partly", (_SAID_ALREADY,)), written)
            continue
        with trace.part("citewire.verify", "EVALUATOR") as part:
            checked = verify_sentence(draft, quotes, scorer=judge, settings=settings.verify)
            _note_check(part, draft, checked)
        if isinstance(checked, Sentence):
            shown |= set(checked.citations)
            said.append(checked.text)
        else:
            failed.append(draft)
        yield Written(checked, written, clock.total() - written)
        if isinstance(checked, Withheld):
            for clause in _supported_clauses(draft, quotes, judge=judge, settings=settings):
                shown |= set(clause.citations)
                said.append(clause.text)
                yield Written(clause, clock.total())
    for draft in failed if shown else ():  # where nothing passed at all, the best quotes are the answer
        for quote in quotes:
            if quote.n in draft.markers and quote.n not in shown and quote.score >= bars.alone:
                shown.add(quote.n)
                yield Written(replace(quote_sentence(quote), reasons=(IN_ITS_PLACE,)), clock.total())


def _note_check(part: Trace, draft: Draft, checked: Sentence | Withheld) -> None:
    part.note(citewire__verdict=checked.verdict, citewire__pointed_at=list(draft.markers))
    if isinstance(checked, Sentence):
        part.note(citewire__citations=list(checked.citations), citewire__support=checked.support)
    part.note_text(input__value=draft.text, output__value=checked.text)


def _stream(question: str, kind: Kind, quotes: Sequence[Quote], model: ChatModel, settings: Settings) -> Iterator[str]:
    """Return the pieces of a draft, from a model that cites by itself or from any other."""
    most, tokens = most_sentences(settings), settings.answer.maximum_tokens
    if isinstance(model, CitesItself):
        cited = model.stream_quotes(question, quotes, most=most, kind=kind, maximum_tokens=tokens)
        if cited is not None:
            return cited
    messages = answer_messages(question, quotes, most=most, kind=kind)
    return model.stream(messages, markers=len(quotes), maximum_tokens=tokens)


def _supported_clauses(
    draft: Draft, quotes: Sequence[Quote], *, judge: SupportScorer, settings: Settings
) -> Iterator[Sentence]:
    """Yield what of a sentence that failed stands by itself."""
    for clause in split_clauses(draft.text):
        part = replace(draft, text=clause)
        checked = verify_sentence(part, quotes, scorer=judge, settings=settings.verify)
        if isinstance(checked, Sentence) and checked.verdict == "supported":
            yield replace(checked, reasons=(*checked.reasons, _PART))


def _asked(query: Query, quotes: Sequence[Quote], bar: float) -> str:
    """Return the question for the model: only those of its parts that a quote answers, where it has several that ask."""
    reached = [part for part, best in zip(query.parts, best_of_parts(query, quotes), strict=True) if best >= bar]
    apart = 0 < len(reached) < len(query.parts) and all(part.whole for part in reached)
    return " ".join(part.asked for part in reached) if apart else query.text
