"""What the checks do together, and what ``verify_sentence`` makes of it beyond the cases of ``test_verify``."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Sequence

import pytest

from index.errors import ModelUnavailable
from index.settings import VerifySettings
from rag.answer_types import Draft, Quote, Sentence, Withheld
from rag.language import days, figures, places, tokens, verbs
from rag.language import names as name_runs
from rag.trust.checks import (
    dates,
    direction,
    evidence,
    hedging,
    names,
    negation,
    numbers,
    opposites,
    quotation,
    roles,
    speech,
)
from rag.trust.verify import find_faults, verify_sentence
from tests.rag.quotes_for_tests import make_quote

SETTINGS = VerifySettings(supported=0.7, partly=0.5)
MODULES = (
    dates, days, direction, evidence, figures, hedging, name_runs, names, negation, numbers, opposites, places, quotation,
    roles, speech, tokens, verbs,
)  # fmt: skip
PATTERNS = [
    pytest.param(pattern, id=f"{module.__name__}.{name}")
    for module in MODULES
    for name, pattern in vars(module).items()
    if isinstance(pattern, re.Pattern)
]
PIECES = [
    "a",
    "A",
    "1",
    ",",
    "1,",
    "1.",
    "a.",
    "a'",
    "'",
    "' ",
    " 'a",
    '"',
    '"a',
    "[",
    "[a",
    ".",
    "... ",
    "he ",
    "\u202f1",
    "½",
    " ",
    "é",
]


class Scorer:
    def __init__(self, score: float | None) -> None:
        self.score = score
        self.asked: list[str] = []

    def support(self, claim: str, quotes: Sequence[Quote]) -> float | None:
        self.asked.append(claim)
        return self.score


def verify(claim: str, *quotes: Quote, score: float | None = 0.95) -> tuple[Sentence | Withheld, Scorer]:
    scorer = Scorer(score)
    markers = tuple(quote.n for quote in quotes)[:1]
    return verify_sentence(Draft(claim, markers), quotes, scorer=scorer, settings=SETTINGS), scorer


@pytest.mark.parametrize("pattern", PATTERNS)
def test_no_pattern_is_slow(pattern: re.Pattern[str]) -> None:
    for piece in PIECES:
        for text in (piece * (100_000 // len(piece)), piece * (100_000 // len(piece)) + "!"):
            started = time.process_time()
            for _ in pattern.finditer(text):
                break
            else:
                pattern.search(text)
            elapsed = time.process_time() - started
            assert elapsed < 0.2, (piece, elapsed)


NEVER = [
    pytest.param("Prices fell in December.", "Prices rose in December.", id="rose, fell"),
    pytest.param("22 vessels waited.", "34 vessels waited and 22 tugs sailed.", id="34, 22"),
    pytest.param(
        "Lam Tai bought the ports from Kestrel Bay.", "Kestrel Bay bought the ports from Lam Tai.", id="buyer, seller"
    ),
    pytest.param("The board rejected the plan.", "The board approved the plan.", id="approved, rejected"),
    pytest.param("The bank failed.", "The minister denied that the bank failed.", id="words cut from a denial"),
    pytest.param("The firm paid the debt.", "The firm did not pay the debt.", id="negation lost"),
    pytest.param("The debt was paid.", "It is not true that the debt was paid.", id="not true that"),
]


@pytest.mark.parametrize(("claim", "text"), NEVER)
def test_what_must_never_flip_is_withheld_without_asking(claim: str, text: str) -> None:
    result, scorer = verify(claim, make_quote(1, text), score=1.0)
    assert isinstance(result, Withheld), find_faults(claim, [make_quote(1, text)])
    assert result.reasons
    assert scorer.asked == []


HEDGED = [
    pytest.param("The firm will cut 40 jobs.", "The firm could cut 40 jobs.", False, id="will is careful"),
    pytest.param("The firm cut 40 jobs.", "The firm may cut 40 jobs.", True, id="may"),
    pytest.param("The firm cut 40 jobs.", "The firm plans to cut 40 jobs.", True, id="plans to"),
    pytest.param("The firm cut 40 jobs.", "The firm is expected to cut 40 jobs.", True, id="is expected to"),
    pytest.param("The bank raised its rate.", "The bank might raise its rate.", True, id="might"),
    pytest.param("The mayor took money.", "The mayor allegedly took money.", True, id="allegedly"),
    pytest.param("The firm may cut 40 jobs.", "The firm could cut 40 jobs.", False, id="both careful"),
    pytest.param("The firm cut 40 jobs.", "The firm cut 40 jobs and could cut more.", False, id="also as a fact"),
    pytest.param("It closed in May.", "It closed in May.", False, id="the month of May"),
]


@pytest.mark.parametrize(("claim", "text", "doubtful"), HEDGED)
def test_a_possibility_told_as_a_fact_is_partly(claim: str, text: str, doubtful: bool) -> None:
    severities = {finding.severity for finding in find_faults(claim, [make_quote(1, text)])}
    assert severities == ({"doubtful"} if doubtful else set())


def test_a_doubt_and_a_high_score_make_partly() -> None:
    result, scorer = verify("The firm cut 40 jobs.", make_quote(1, "The firm may cut 40 jobs."))
    assert isinstance(result, Sentence)
    assert result.verdict == "partly"
    assert result.reasons == ('the quote says "may", the sentence states it as a fact',)
    assert len(scorer.asked) == 1


@pytest.mark.parametrize("score", [math.nan, -0.1, 1.1, math.inf])
def test_a_score_that_is_no_probability_is_an_error(score: float) -> None:
    with pytest.raises(ModelUnavailable, match="0 to 1 was wanted"):
        verify("The firm shed 40 jobs.", make_quote(1, "The firm cut 40 jobs."), score=score)


def test_a_sentence_of_no_words_is_not_verbatim() -> None:
    assert isinstance(verify("...", make_quote(1, "No. ..."), score=None)[0], Withheld)


def test_an_endless_sentence_is_withheld_unchecked() -> None:
    result, scorer = verify("The firm cut jobs. " * 200, make_quote(1, "The firm cut 40 jobs."))
    assert isinstance(result, Withheld)
    assert "was not checked" in result.reasons[0]
    assert scorer.asked == []


def test_a_check_that_fails_is_not_swallowed() -> None:
    with pytest.raises(ValueError, match="isoformat"):
        verify("It sank on 13 March.", make_quote(1, "It sank on Thursday.", published="a Friday"))
