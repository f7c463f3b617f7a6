"""A sentence and its quotes to a verdict with reasons: cheap checks before dear ones, repair before withholding.

The pointer that a model chose is only a proposal. Where the quotes it points at fail, others are tried; where none
carries the sentence, it is withheld. A check that raises is not caught: nothing is shown that was not checked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Protocol

from index.errors import ModelUnavailable
from index.settings import VerifySettings
from index.text.languages import ENGLISH, detect_language, is_certainly_not
from index.text.lexical import STOPWORDS
from index.text.sentences import split_sentences
from rag.answer_types import Draft, Quote, Sentence, Verdict, Withheld
from rag.language.tokens import fold, plain, share_of_words
from rag.trust.checks.dates import check_dates
from rag.trust.checks.direction import check_direction
from rag.trust.checks.evidence import Evidence, Finding, collect_evidence
from rag.trust.checks.names import check_names
from rag.trust.checks.numbers import check_numbers
from rag.trust.checks.roles import check_roles
from rag.trust.checks.speech import check_speech

CHECKS: tuple[Callable[[str, Evidence], list[Finding]], ...] = (
    check_numbers,
    check_dates,
    check_names,
    check_direction,
    check_speech,
    check_roles,
)
NOT_CHECKED = "not checked in this language"
_LONGEST = 2000  # characters; a longer "sentence" is none, and the checks are only bounded for shorter ones
_ENOUGH_WORDS = 0.5  # share of the claim's words from which another quote may take over as the pointer
_MOST_WORDS = 0.8  # without a model's score: share from which the words are taken to agree
_LEAST_WORDS = 0.5


class SupportScorer(Protocol):
    """Whatever estimates whether words state a claim."""

    def support(self, claim: str, quotes: Sequence[Quote]) -> float | None:
        """Return the probability, 0 to 1, that the quotes together state every part of the claim, or None for no score."""
        ...


def verify_sentence(
    draft: Draft, quotes: Sequence[Quote], *, scorer: SupportScorer | None, settings: VerifySettings
) -> Sentence | Withheld:
    """Return the sentence with its verdict and citations, or as withheld with the reasons.

    Args:
        draft: the sentence and the quotes it points at.
        quotes: every quote it may rest on, numbered.
        scorer: asked at most once, or None.
        settings: where the verdicts lie on its score.

    Raises:
        ModelError: the scorer failed, or gave what is no probability.
    """
    if len(draft.text) > _LONGEST:
        return Withheld(draft.text, "unsupported", (f"it is longer than {_LONGEST} characters and was not checked",))
    by_number = {quote.n: quote for quote in quotes}
    cited = tuple(by_number[number] for number in draft.markers if number in by_number)
    for quote in (*cited, *quotes):
        if _is_verbatim(draft.text, quote):
            return Sentence(draft.text, "supported", (quote.n,), (), 1.0)
    if (unread := _language_unread(draft.text, cited or quotes)) is not None:
        return Withheld(draft.text, "unsupported", (f"{NOT_CHECKED} ({unread})",))
    if _is_bare_name(draft.text):
        return Withheld(draft.text, "unsupported", ("it names something but states nothing that could be checked",))
    findings = find_faults(draft.text, cited)
    reasons: list[str] = []
    if not cited or _is_fatal(findings):
        moved = _repair(draft.text, quotes)
        if moved is None:
            said = [finding.reason for finding in findings] or ["no quote carries this sentence"]
            return Withheld(draft.text, "unsupported", tuple(dict.fromkeys(said)))
        if cited:
            reasons.append(f"the pointer was moved from {_numbers(cited)} to {_numbers(moved)}")
        cited, findings = moved, find_faults(draft.text, moved)
    cited = _drop_idle(draft.text, cited, findings)
    score = _ask(scorer, draft.text, cited) if scorer else None
    verdict, said = _judge(draft.text, cited, findings, score, settings)
    reasons += said
    if verdict == "unsupported":
        return Withheld(draft.text, verdict, tuple(reasons))
    return Sentence(draft.text, verdict, tuple(quote.n for quote in cited), tuple(reasons), score)


def _language_unread(claim: str, quotes: Sequence[Quote]) -> str | None:
    """Return the language of a sentence or of its quotes in which neither checks nor judge were measured, or None."""
    language = next((quote.language for quote in quotes if quote.language not in (None, ENGLISH)), None)
    if language is not None:
        return language
    return (detect_language(claim) or "unknown") if is_certainly_not(ENGLISH, claim) else None


def _ask(scorer: SupportScorer, claim: str, cited: Sequence[Quote]) -> float | None:
    score = scorer.support(claim, cited)
    # A comparison with nan is false, so it would pass for a high score.
    if score is not None and not 0.0 <= score <= 1.0:
        raise ModelUnavailable(f"The support score came as {score!r}, 0 to 1 was wanted.", hint="Try another model.")
    return score


HEADLINE = "Headline"


def quote_sentence(quote: Quote) -> Sentence:
    """Return a sentence that is the quote itself: supported by being the article's own words; a headline says that it is one."""
    label = HEADLINE if quote.headline_sha256 else None
    return Sentence(quote.quote, "supported", (quote.n,), (), 1.0, label=label)


def find_faults(claim: str, quotes: Sequence[Quote]) -> list[Finding]:
    """Return what the cheap checks find amiss with a claim that cites these quotes together."""
    evidence = collect_evidence(quotes)
    return [finding for check in CHECKS for finding in check(claim, evidence)]


def _judge(
    claim: str,
    cited: Sequence[Quote],
    findings: Sequence[Finding],
    score: float | None,
    settings: VerifySettings,
) -> tuple[Verdict, list[str]]:
    doubts = list(dict.fromkeys(finding.reason for finding in findings if finding.severity != "note"))
    notes = list(dict.fromkeys(finding.reason for finding in findings if finding.severity == "note"))
    verdict, reasons = _weigh(claim, cited, doubts, score, settings)
    return verdict, [*reasons, *(notes if verdict != "unsupported" else [])]


def _weigh(
    claim: str, cited: Sequence[Quote], doubts: Sequence[str], score: float | None, settings: VerifySettings
) -> tuple[Verdict, list[str]]:
    if score is None:
        share = _share_of_words(claim, cited)
        if share < _LEAST_WORDS:
            return "unsupported", [*doubts, "too few of its words stand in the quote"]
        agreed = (
            "words and figures agree, but no model has judged it"
            if share >= _MOST_WORDS and not doubts
            else "only part of its words stand in the quote"
        )
        return "partly", [*doubts, agreed]
    if score < settings.partly:
        return "unsupported", [*doubts, f"the cited words do not say this (support {score:.2f})"]
    if score < settings.supported:
        return "partly", [*doubts, f"the cited words may not say all of this (support {score:.2f})"]
    return ("partly", list(doubts)) if doubts else ("supported", [])


def _repair(claim: str, quotes: Sequence[Quote]) -> tuple[Quote, ...] | None:
    """Return the quotes that carry the claim without a fatal finding: one alone if possible, else two together."""
    ranked = sorted(quotes, key=lambda quote: (-_share_of_words(claim, (quote,)), quote.n))
    attempts: list[tuple[Quote, ...]] = [(quote,) for quote in ranked]
    attempts += list(combinations(ranked[:4], 2))
    for attempt in attempts:
        if _share_of_words(claim, attempt) >= _ENOUGH_WORDS and not _is_fatal(find_faults(claim, attempt)):
            return attempt
    return None


def _drop_idle(claim: str, cited: tuple[Quote, ...], findings: Sequence[Finding]) -> tuple[Quote, ...]:
    """Return the citations without those that carry nothing the others do not carry."""
    kept = cited
    for quote in cited:
        rest = tuple(other for other in kept if other != quote)
        if not rest or _share_of_words(claim, rest) < _share_of_words(claim, kept):
            continue
        if len(find_faults(claim, rest)) <= len(findings) and not _is_fatal(find_faults(claim, rest)):
            kept = rest
    return kept


def _is_bare_name(claim: str) -> bool:
    """Whether a draft is a name or a figure alone ("Seattle Storm."): right or wrong, it says nothing of it."""
    words = [word.strip("\"'“”‘’.,;:!?()") for word in claim.split()]
    return all(not word or not word[0].islower() or word.casefold() in STOPWORDS for word in words)


def _share_of_words(claim: str, quotes: Sequence[Quote]) -> float:
    return share_of_words(claim, "\n".join(quote.quote for quote in quotes))


def _is_verbatim(claim: str, quote: Quote) -> bool:
    """Whether the claim is the quote or a whole sentence of it. A part is not enough: "denied that the sale failed"."""
    wanted = _comparable(claim)
    whole = [quote.quote, *(span.slice(quote.quote) for span in split_sentences(quote.quote))]
    return bool(wanted) and wanted in {_comparable(text) for text in whole}


def _is_fatal(findings: Sequence[Finding]) -> bool:
    return any(finding.severity == "fatal" for finding in findings)


def _numbers(quotes: Sequence[Quote]) -> str:
    return "".join(f"[{quote.n}]" for quote in quotes)


def _comparable(text: str) -> str:
    return fold(plain(text)).strip(" .\"'")
