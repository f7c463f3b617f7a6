"""A text of one's own to what the articles say of each of its sentences: checked as the sentences of a model are, against all articles."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from index.archive import Archive
from index.articles import Filters
from index.errors import QuestionError
from index.models.embed import Encoder
from index.settings import Settings
from index.text.lexical import stems
from index.text.sentences import split_sentences, trimmed
from rag.answer_types import Candidate, Draft, Quote, Sentence
from rag.draft_types import CheckedDraft, CheckedSentence, DraftVerdict
from rag.find.quotes import list_candidates, to_quote
from rag.find.retrieve import retrieve
from rag.query_types import Query
from rag.record.citations import cite_quotes
from rag.trust.judge import AnyJudge
from rag.trust.verify import find_faults, verify_sentence

LONGEST = 100_000  # characters
_LOOKED_AT = 6  # quotes for a sentence
_ALIKE = 0.5  # share of the words of a sentence that a quote has to hold to speak of the same
_FEWEST_WORDS = 3  # content words that a sentence has to have to state something

_Find = Callable[[str], list[Quote]]


def check_draft(
    text: str, *, filters: Filters, archive: Archive, encoder: Encoder, judge: AnyJudge, settings: Settings
) -> CheckedDraft:
    """Return what the articles say of each sentence of a text.

    Raises:
        QuestionError: the text is empty or too long.
    """
    if not text.strip():
        raise QuestionError("The draft is empty.", hint="Give a text of at least one sentence.")
    if len(text) > LONGEST:
        raise QuestionError(f"The draft has {len(text):,} characters; {LONGEST:,} are read.", hint="Check it in parts.")
    known: dict[tuple[str, int, int], Quote] = {}

    def find(sentence: str) -> list[Quote]:
        query = Query(question=sentence, text=sentence, filters=filters)
        found = list_candidates(retrieve(query, archive=archive, encoder=encoder, settings=settings.search))
        nearest = sorted(found, key=lambda each: -_nearness(sentence, each))[:_LOOKED_AT]
        return [_number(each, known) for each in nearest]

    checked = tuple(_check_all(text, find=find, judge=judge, settings=settings))
    used = sorted({number for each in checked for number in each.citations})
    by_number = {quote.n: quote for quote in known.values()}
    anew = {number: place for place, number in enumerate(used, start=1)}
    return CheckedDraft(
        tuple(replace(each, citations=tuple(anew[number] for number in each.citations)) for each in checked),
        cite_quotes([replace(by_number[number], n=anew[number]) for number in used], library=archive.library),
    )


def _check_all(text: str, *, find: _Find, judge: AnyJudge, settings: Settings) -> Iterator[CheckedSentence]:
    for span in split_sentences(text):
        place = trimmed(text, span)
        sentence = place.slice(text)
        if not sentence:
            continue
        bare = CheckedSentence(sentence, place.start, place.end, "no_statement")
        if len(stems(sentence)) < _FEWEST_WORDS:
            yield bare
            continue
        yield _check(bare, find(sentence), judge=judge, settings=settings)


def _check(bare: CheckedSentence, quotes: Sequence[Quote], *, judge: AnyJudge, settings: Settings) -> CheckedSentence:
    if not quotes:
        return replace(bare, verdict="not_found")
    checked = verify_sentence(Draft(bare.text, (quotes[0].n,)), quotes, scorer=judge, settings=settings.verify)
    if isinstance(checked, Sentence):
        # A pointer of ours that was moved is nothing to tell.
        reasons = tuple(each for each in checked.reasons if not each.startswith("the pointer was moved"))
        verdict: DraftVerdict = "partly" if checked.verdict == "partly" else "supported"
        return replace(bare, verdict=verdict, citations=checked.citations, reasons=reasons)
    for quote in quotes:
        if _share_held(bare.text, quote.quote) < _ALIKE:
            continue
        faults = [each.reason for each in find_faults(bare.text, [quote]) if each.severity == "fatal"]
        if faults:
            return replace(bare, verdict="otherwise", citations=(quote.n,), reasons=tuple(dict.fromkeys(faults)))
    return replace(bare, verdict="not_found")


def _number(candidate: Candidate, known: dict[tuple[str, int, int], Quote]) -> Quote:
    """Return a candidate as a quote, with the number it has in this draft already or with the next."""
    key = (candidate.article.id, candidate.span.start, candidate.span.end)
    if key not in known:
        known[key] = to_quote(len(known) + 1, candidate, (candidate.relevance,))
    return known[key]


def _nearness(sentence: str, candidate: Candidate) -> float:
    return _share_held(sentence, candidate.text) + 0.25 * candidate.relevance


def _share_held(sentence: str, text: str) -> float:
    wanted = stems(sentence)
    return len(wanted & stems(text)) / len(wanted) if wanted else 0.0
