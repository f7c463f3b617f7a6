"""Yes, no, or neither: whether words of articles state what a question asks, or the contrary (pure but for the judge).

The question is turned into the claim that it asks about. A quote that supports the claim and with which no check finds fault says
yes; one that is about the same and points the other way says no. Nothing is guessed: what neither states nor contradicts says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.text.calendar import ANY_MONTH, MONTHS
from index.text.lexical import STOPWORDS, stem
from index.text.sentences import split_sentences
from rag.answer_types import AnswerVerdict, Quote
from rag.language.days import find_days, told_day
from rag.language.names import find_runs
from rag.language.tokens import clauses, tokens
from rag.language.verbs import base_stem, base_stems
from rag.models.reader import Reading, read_closely
from rag.trust.checks.dates import check_dates
from rag.trust.checks.direction import check_direction
from rag.trust.checks.evidence import Evidence, collect_evidence
from rag.trust.checks.numbers import check_numbers
from rag.trust.verify import SupportScorer

_AUXILIARY = re.compile(
    r"^(?:and |but |so )?(?:is|are|was|were|did|does|do|has|have|had|will|would|can|could|should|must|may|might|shall)(?P<no>n['’]t)?\s+(?:it true that\s+)?",
    re.IGNORECASE,
)
_STATED = 0.5  # support from which a quote states the claim
_CONTRARY = 0.6  # share of the claim's words that a clause must hold to speak of the same, and contradict it
_WHOLE = 0.8  # share of them from which it states the claim, where the judge does not speak against it
_LIKELY = 0.35  # support from which the judge does not speak against it
_SURE = 0.6  # probability from which a close reading is believed that a claim is stated
_SURE_ALONE = 0.7  # the same where the words of the sentence do not say so by themselves
_SURE_NO = 0.75  # that the contrary is: a sentence about something else nearby reads like a contradiction more often
_READ = 0.5  # share of the claim's words that a clause must hold even then
_OPENING = 400  # characters of a passage in which an article without a day states one
_SAME = 0.7  # share from which a later quote speaks of the same, so that what was not so before may be so by then
_OF_NAME = re.compile(
    r"\s+(?:of|in|at|on|from|by|for|with|to) (?:the )?(?P<name>(?:[A-Z][\w'’.-]*)(?: (?:(?:of|de|the) )?[A-Z][\w'’.-]*)*)(?=[\s?.,]|$)"
)
_ANSWERS = 0.35  # so likely to answer the question
# What carries no claim of its own.
_LIGHT = frozenset(
    stem(word)
    for word in "get got anybody anyone anything somebody people use used make made take taken still yet ever already".split()
)
_MONTH_STEMS = frozenset(stem(month) for month in MONTHS)
_MONTH = re.compile(rf"\bin ({ANY_MONTH})\b", re.IGNORECASE)
_ASKS_AGREEMENT = re.compile(r"\b(?:agree|agreed|differ|disagree|contradict|consistent|same)\b", re.IGNORECASE)
_UNANIMOUS = re.compile(r"\bunanimous(?:ly)?\b", re.IGNORECASE)
_BY_VOTES = re.compile(
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|\d+)(?: votes?)? (?:to|against) (?:one|two|three|four|five|six|seven|eight|nine|\d+)\b",
    re.IGNORECASE,
)
_SCOPE = re.compile(
    r"\b(?:(?<!at )all|only|every\w*|each|entire(?:ly)?|whole|wholly|complete(?:ly)?|fully|always|solely|exclusively|nothing but|both)\b",
    re.IGNORECASE,
)
_MOST = re.compile(
    r"\b(?<!at )(?:most(?! (?:of all|recent\w*|likely|important\w*)\b)|the majority|a majority|more than half)\b",
    re.IGNORECASE,
)
_SHARE = re.compile(r"(\d{1,3}(?:\.\d+)?)\s?(?:%|percent\b|per cent\b)")
_HALF = 50.0
_DENIES = re.compile(
    r"\b(?:not|no|never|nobody|none|nothing|neither|without|no longer|refus\w+|reject\w+|den(?:y|ied|ies)|fail\w*|ruled out|forbidden|declin\w+|cancel\w+"
    r"|n['’]t)\b",
    re.IGNORECASE,
)
# "Would not be lifted before", "not unless": what happens later is left open.
_CONDITION = re.compile(r"\b(?:before|until|unless|if|yet|since)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Said:
    """What quotes say of a claim.

    Attributes:
        verdict: ``yes``, ``no``, ``differ``, or None where they say neither.
        numbers: of the quotes that say so, the newest first.
    """

    verdict: AnswerVerdict | None
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Nearest:
    """The clause of a quote that holds most of what is wanted, with its sentence and the share that it holds."""

    sentence: str = ""
    clause: str = ""
    share: float = 0.0


def claim_of(question: str) -> str:
    """Return the claim that a question of yes or no asks about, without the verb that asks: "the sale approved"."""
    return f"{_AUXILIARY.sub('', question.strip(), count=1).rstrip(' ?')}."


def asks_agreement(question: str) -> bool:
    """Return whether a question asks if sources agree."""
    return bool(_ASKS_AGREEMENT.search(question))


def speaks_of(question: str, quote: Quote) -> bool:
    """Return whether a quote says anything of what is asked beside the names in the question."""
    wanted = _wanted(claim_of(question))
    names = {base_stem(token) for token in tokens(question) if token.is_word and token.is_capital}
    asked = wanted - names
    return not asked or bool(base_stems(tokens(f"{quote.title or ''} {quote.quote}")) & asked)


def find_verdict(question: str, quotes: Sequence[Quote], *, scorer: SupportScorer) -> Said:
    """Return what the quotes say: of those that say yes or no, the newest day counts; of one day both, the articles differ."""
    claim = claim_of(question)
    wanted = _wanted(claim)
    nearest = [_closest(wanted, quote) for quote in quotes]
    read = read_closely(scorer, [_to_read(question, quote, near) for quote, near in zip(quotes, nearest, strict=True)])
    readings: Sequence[Reading | None] = [None] * len(quotes) if read is None else read
    said = [
        (quote, _weigh(claim, wanted, quote, near, scorer=scorer, reading=reading))
        for quote, near, reading in zip(quotes, nearest, readings, strict=True)
    ]
    told = [(quote, verdict) for quote, verdict in said if verdict]
    if not told:
        return Said(None)
    newest = max(_day(quote) for quote, _ in told)
    later = any(_day(quote) > newest and near.share >= _SAME for quote, near in zip(quotes, nearest, strict=True))
    if later and not _MONTH.search(claim) and all(verdict == "no" for _, verdict in told):
        return Said(None)  # what was not so then may be so by the day of a later article
    now = [(quote, verdict) for quote, verdict in told if _day(quote) == newest]
    verdicts = {verdict for _, verdict in now}
    if len(verdicts) > 1:
        return Said("differ", tuple(quote.n for quote, _ in now))
    return Said(now[0][1], tuple(quote.n for quote, _ in now))


def _to_read(question: str, quote: Quote, near: _Nearest) -> tuple[str, str]:
    """Return what is read closely: the question, and the sentence of the quote that is nearest to it.

    A name that stands behind a preposition and that the sentence leaves out is left out of the question too: the article bears it, and
    "Was the wreck raised?" is what the sentence "The wreck was raised" can be asked.
    """
    sentence = near.sentence or quote.quote
    if quote.score >= _STATED:
        said = base_stems(tokens(sentence))
        for found in reversed(list(_OF_NAME.finditer(question))):
            if not base_stems(tokens(found["name"])) & said:
                question = question[: found.start()] + question[found.end() :]
    return question, sentence


def _day(quote: Quote) -> str:
    """Return the day that a quote is of, or an empty text: that of its article, or the one that its passage states."""
    return told_day(quote.context[:_OPENING], quote.published) or ""


def _weigh(
    claim: str,
    wanted: frozenset[str],
    quote: Quote,
    near: _Nearest,
    *,
    scorer: SupportScorer,
    reading: Reading | None = None,
) -> AnswerVerdict | None:
    """Return whether a quote states a claim or its contrary; None for neither.

    It has to speak of the same in one clause: what stands in the next one may be said of somebody else. Where it was read closely, the
    reading says what it states of it.

    Args:
        near: the clause of the quote that is nearest to the claim.
        reading: what a close reading of the question and the quote says.
    """
    if not _speaks_of_named(claim, quote):
        return None
    clause, share = near.clause, near.share
    if _UNANIMOUS.search(claim) and _BY_VOTES.search(f"{quote.title or ''} {quote.quote}"):
        return "no" if quote.score >= _STATED else None
    if not _is_of_its_month(claim, clause, quote):
        return None
    if _MOST.search(claim) and (told := {float(found) for found in _SHARE.findall(quote.quote)}):
        return _count_most(told) if share >= _READ and quote.score >= _ANSWERS else None
    if reading is not None and (read := _read_verdict(reading)) is not None:
        # Where the words say the contrary of what was read, neither is believed.
        by_words = _weigh_words(claim, quote, wanted, clause, share, support=None)
        if share < _READ or by_words not in (None, read):
            return None
        if read == "yes" and (
            (by_words is None and reading.entailed < _SURE_ALONE) or _says_less(claim, near.sentence)
        ):
            return None
        return read
    return _weigh_words(claim, quote, wanted, clause, share, support=lambda: scorer.support(claim, [quote]) or 0.0)


def _speaks_of_named(claim: str, quote: Quote) -> bool:
    """Return whether a quote speaks of all whom a claim names: it or its headline names them, or it names nobody else."""
    named = {base_stem(token) for token in tokens(claim) if token.is_word and token.is_capital} - _MONTH_STEMS
    said = base_stems(tokens(f"{quote.title or ''} {quote.quote}"))
    given = {word for run in find_runs(tokens(claim)) for word in _left_out(run.text, quote.quote)}
    missing = {word for word in named - given if word not in said and not any(word in other for other in said)}
    return not missing or not (_names_in(quote.quote) | _first_words(quote.quote)) - named - _MONTH_STEMS


def _left_out(name: str, text: str) -> frozenset[str]:
    """Return the stems of a name that a text may leave out: all but the last of somebody of whom it speaks by the last alone."""
    *first, last = name.split()
    spoken = re.search(rf"(?:^|[^\w\s]\s*|\b[a-z]\w*\s){re.escape(last)}\b", text)
    return base_stems(tokens(" ".join(first))) if first and spoken else frozenset()


def _count_most(shares: set[float]) -> AnswerVerdict | None:
    """Return whether "most" is so by the shares that a text gives: "only 27 percent said so"; of several nobody knows which is meant."""
    if len(shares) > 1:
        return None
    return "yes" if shares.pop() > _HALF else "no"


def _weigh_words(
    claim: str,
    quote: Quote,
    wanted: frozenset[str],
    clause: str,
    share: float,
    *,
    support: Callable[[], float] | None,
) -> AnswerVerdict | None:
    """Return what the words of the clause that speaks of the same say of a claim.

    Args:
        support: returns the probability that the quote supports the claim; None where its score as an answer has to do.
    """
    if share < _CONTRARY:
        return None
    evidence = collect_evidence([quote])
    if any(finding.severity == "fatal" for finding in check_direction(claim, Evidence(clause))):
        return "no"
    if any(f"un{word}" in base_stems(tokens(clause)) for word in wanted):
        return "no"
    if any(finding.severity == "fatal" for check in (check_numbers, check_dates) for finding in check(claim, evidence)):
        return None
    supported = support() if support else 0.0
    if _DENIES.search(clause) and not _DENIES.search(claim):
        speaks_of_it = supported >= _STATED or quote.score >= _ANSWERS
        return "no" if speaks_of_it and not _CONDITION.search(clause) else None
    return "yes" if share >= _WHOLE and (supported >= _LIKELY or quote.score >= _ANSWERS) else None


def _says_less(claim: str, sentence: str) -> bool:
    """Return whether a claim says something of all or of nothing else, and a sentence does not: "all in cash", "cash and notes"."""
    return bool(_SCOPE.search(claim)) and not _SCOPE.search(sentence)


def _read_verdict(reading: Reading) -> AnswerVerdict | None:
    """Return what a reading says that is sure of it."""
    if reading.entailed >= _SURE:
        return "yes"
    return "no" if reading.contradicted >= _SURE_NO else None


def _wanted(claim: str) -> frozenset[str]:
    """Return the stems that a clause has to hold: those of the claim without its days, which are compared by themselves."""
    stream = tokens(claim)
    dated = {place for day in find_days(stream) for place in range(day.first, day.last)}
    kept = tuple(token for place, token in enumerate(stream) if place not in dated)
    return base_stems(kept) - _LIGHT - _MONTH_STEMS


def _closest(wanted: frozenset[str], quote: Quote) -> _Nearest:
    """Return the clause that holds most of the wanted stems.

    A clause without a name of its own speaks of whom its sentence names, or else its passage, or else, where it answers, of whom the
    question names. What the headline says need not be said again by a clause that says all the rest.
    """
    best = _Nearest()
    titled = base_stems(tokens(quote.title or "")) & wanted
    around = _names_in(f"{quote.title or ''}\n{quote.context}") & wanted
    for sentence in split_sentences(quote.quote):
        text = sentence.slice(quote.quote)
        named = {base_stem(token) for token in tokens(text) if token.is_word and token.is_capital} & wanted
        for clause in clauses(text):
            held = base_stems(clause) & wanted
            if not any(token.is_word and token.is_capital for token in clause[1:]):
                held |= named
                if not _names_in(text) - wanted - _MONTH_STEMS:
                    held |= around
            held |= {word for word in wanted if f"un{word}" in base_stems(clause)}
            core = held - named - around
            # What another clause of the sentence says is said of something else: "profit fell, while sales rose".
            headline = titled - (base_stems(tokens(text)) - base_stems(clause))
            if core - titled and held | headline == wanted:
                held |= headline
            # Names alone are no claim: the clause has to say something of what is asked about them.
            share = len(held) / max(1, len(wanted)) if core or wanted <= named else 0.0
            if share > best.share:
                best = _Nearest(text, " ".join(token.text for token in clause), share)
    return best


def _names_in(text: str) -> frozenset[str]:
    """Return the stems of the words with a capital that begin no sentence."""
    found: set[str] = set()
    for sentence in split_sentences(text):
        words = [token for token in tokens(sentence.slice(text)) if token.is_word]
        found |= {base_stem(token) for token in words[1:] if token.is_capital}
    return frozenset(found)


def _first_words(text: str) -> frozenset[str]:
    """Return the stems of the words that begin a sentence and may be names: those that are no function words."""
    first = (next(iter(tokens(sentence.slice(text))), None) for sentence in split_sentences(text))
    return frozenset(
        base_stem(token) for token in first if token and token.is_capital and token.folded not in STOPWORDS
    )


def _is_of_its_month(claim: str, clause: str, quote: Quote) -> bool:
    """Return whether a clause can tell of the month that a claim names: it names it too, or was published then or in the month after."""
    named = _MONTH.search(claim)
    if not named or not quote.published or named.group(1).casefold() in clause.casefold():
        return True
    month = MONTHS.index(next(name for name in MONTHS if name.startswith(named.group(1).casefold()[:3]))) + 1
    published = int(quote.published[5:7])
    return (published - month) % 12 <= 1
