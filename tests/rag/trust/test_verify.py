"""A sentence is shown only where its quotes carry it, and every verdict says why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from index.errors import ModelError
from index.settings import VerifySettings
from rag.answer_types import Draft, Quote, Sentence, Withheld
from rag.trust.verify import quote_sentence, verify_sentence

SETTINGS = VerifySettings(supported=0.7, partly=0.5)
VESSELS = "The coastguard said 34 vessels waited outside Port Almere on Monday."
OFFER = "The consortium cut its offer for the canal ports to $22.8 billion."
UNION = "The dockers' union called the lower price a threat to every job."
FOREMAN = "Foreman Rada Quill counted 61 idle cranes along the northern quay."


@dataclass
class ScriptedScorer:
    """Answers with the scripted scores, records what it was asked, and refuses to be asked more often."""

    scores: list[float | None]
    asked: list[tuple[str, str]] = field(default_factory=list)

    def support(self, claim: str, quotes: Sequence[Quote]) -> float | None:
        if len(self.asked) == len(self.scores):
            raise AssertionError(f"asked more often than scripted: {claim}")
        self.asked.append((claim, " ".join(quote.quote for quote in quotes)))
        return self.scores[len(self.asked) - 1]


@dataclass
class BrokenScorer:
    error: Exception

    def support(self, claim: str, quotes: Sequence[Quote]) -> float | None:
        raise self.error


def make_quote(n: int, text: str) -> Quote:
    return Quote(
        n=n,
        quote=text,
        start=0,
        end=len(text),
        article_id=f"article-{n}",
        article_sha256="0" * 64,
        title="Ports in the news",
        outlet="Harbour Wire",
        author=None,
        published="2031-03-14",
        updated=None,
        url=None,
        origin=f"origin-{n}",
        context=text,
    )


QUOTES = (make_quote(1, VESSELS), make_quote(2, OFFER), make_quote(3, UNION))


def verify(
    text: str, *markers: int, scores: tuple[float | None, ...] = (), quotes: tuple[Quote, ...] = QUOTES
) -> tuple[Sentence | Withheld, ScriptedScorer]:
    scorer = ScriptedScorer(list(scores))
    return verify_sentence(Draft(text, markers), quotes, scorer=scorer, settings=SETTINGS), scorer


@pytest.mark.parametrize(
    ("text", "markers", "cited"),
    [
        pytest.param(VESSELS, (1,), 1, id="as it stands"),
        pytest.param(VESSELS.removesuffix("."), (1,), 1, id="without its full stop"),
        pytest.param(VESSELS.upper(), (1,), 1, id="in capitals"),
        pytest.param("“" + UNION.replace("'", "’") + "”", (3,), 3, id="typographic marks"),
        pytest.param(VESSELS, (2,), 1, id="pointing elsewhere"),
        pytest.param(VESSELS, (), 1, id="pointing nowhere"),
    ],
)
def test_verbatim_is_supported_without_asking(text: str, markers: tuple[int, ...], cited: int) -> None:
    result, scorer = verify(text, *markers)
    assert result == Sentence(text, "supported", (cited,), (), 1.0)
    assert scorer.asked == []


def test_a_whole_sentence_of_a_longer_quote_is_verbatim() -> None:
    result, scorer = verify(UNION, 1, quotes=(make_quote(1, f"{OFFER} {UNION}"),))
    assert result == Sentence(UNION, "supported", (1,), (), 1.0)
    assert scorer.asked == []


def test_a_part_of_a_sentence_is_not_verbatim() -> None:
    quote = make_quote(1, "The minister denied that the sale of the ports had failed.")
    part = "The sale of the ports had failed."
    result, scorer = verify(part, 1, scores=(0.1,), quotes=(quote,))
    assert isinstance(result, Withheld)
    assert len(scorer.asked) <= 1


def test_a_verbatim_sentence_keeps_the_pointer_among_equal_quotes() -> None:
    result, _ = verify(VESSELS, 2, quotes=(make_quote(1, VESSELS), make_quote(2, VESSELS)))
    assert isinstance(result, Sentence)
    assert result.citations == (2,)


def test_a_paraphrase_with_a_high_score_is_supported() -> None:
    result, scorer = verify("34 ships waited outside Port Almere.", 1, scores=(0.9,))
    assert result == Sentence("34 ships waited outside Port Almere.", "supported", (1,), (), 0.9)
    assert scorer.asked == [("34 ships waited outside Port Almere.", VESSELS)]


def test_a_wrong_pointer_is_moved_and_the_reader_is_told() -> None:
    result, scorer = verify("Outside Port Almere 34 vessels waited, the coastguard said.", 2, scores=(0.95,))
    assert isinstance(result, Sentence)
    assert (result.verdict, result.citations) == ("supported", (1,))
    assert result.reasons == ("the pointer was moved from [2] to [1]",)
    assert VESSELS in scorer.asked[0][1]
    assert OFFER not in scorer.asked[0][1]


def test_a_missing_pointer_is_found_without_speaking_of_a_move() -> None:
    result, _ = verify("Outside Port Almere 34 vessels waited.", scores=(0.95,))
    assert result == Sentence("Outside Port Almere 34 vessels waited.", "supported", (1,), (), 0.95)


def test_an_unknown_marker_is_no_pointer() -> None:
    result, _ = verify("Outside Port Almere 34 vessels waited.", 99, scores=(0.95,))
    assert isinstance(result, Sentence)
    assert result.citations == (1,)


JOINT = "34 vessels waited outside Port Almere, and the offer for the canal ports was cut to $22.8 billion."


def test_two_quotes_carry_a_sentence_together() -> None:
    result, scorer = verify(JOINT, 1, 2, scores=(0.8,))
    assert result == Sentence(JOINT, "supported", (1, 2), (), 0.8)
    assert VESSELS in scorer.asked[0][1]
    assert OFFER in scorer.asked[0][1]


def test_a_second_quote_is_found_where_one_does_not_suffice() -> None:
    result, _ = verify(JOINT, 1, scores=(0.8,))
    assert isinstance(result, Sentence)
    assert sorted(result.citations) == [1, 2]
    assert result.reasons[0].startswith("the pointer was moved from [1] to ")


def test_a_quote_that_adds_nothing_is_dropped_from_the_pointers() -> None:
    result, scorer = verify("34 ships waited outside Port Almere.", 1, 3, scores=(0.9,))
    assert isinstance(result, Sentence)
    assert result.citations == (1,)
    assert UNION not in scorer.asked[0][1]


@pytest.mark.parametrize(
    ("text", "marker", "reason"),
    [
        pytest.param("22 vessels waited outside Port Almere.", 1, "the quote says 34 vessels, not 22", id="number"),
        pytest.param("34 vessels waited outside Port Almere on Sunday.", 1, "not Sunday", id="weekday"),
        pytest.param(
            "The consortium raised its offer for the ports to $22.8 billion.", 2, "not raised", id="direction"
        ),
        pytest.param("Dray said 34 vessels waited outside Port Almere.", 1, "Dray", id="speaker"),
        pytest.param("The union called the price “a gift”.", 3, "a gift", id="quotation"),
    ],
)
def test_a_contradiction_is_withheld_with_a_readable_reason(text: str, marker: int, reason: str) -> None:
    result, scorer = verify(text, marker)  # the scorer must not be asked: no score could save it
    assert isinstance(result, Withheld)
    assert (result.text, result.verdict) == (text, "unsupported")
    assert any(reason in said for said in result.reasons), result.reasons
    assert len(set(result.reasons)) == len(result.reasons)
    assert scorer.asked == []


def test_a_sentence_of_other_words_without_a_pointer_is_withheld() -> None:
    result, _ = verify("Rain is likely.")
    assert result == Withheld("Rain is likely.", "unsupported", ("no quote carries this sentence",))


@pytest.mark.parametrize("text", ["Port Almere.", "The Harbour Wire.", "It was 34.", "Monday, Port Almere."])
def test_a_name_or_figure_alone_states_nothing(text: str) -> None:
    checked = verify_sentence(Draft(text, (1,)), [make_quote(1, VESSELS)], scorer=ScriptedScorer([]), settings=SETTINGS)
    assert isinstance(checked, Withheld)
    assert "states nothing" in checked.reasons[0]


def test_without_quotes_everything_is_withheld() -> None:
    result, _ = verify("34 vessels waited.", 1, quotes=())
    assert isinstance(result, Withheld)


@pytest.mark.parametrize(
    ("score", "verdict"),
    [
        pytest.param(0.0, "unsupported", id="none"),
        pytest.param(0.49, "unsupported", id="below partly"),
        pytest.param(0.5, "partly", id="at partly"),
        pytest.param(0.69, "partly", id="below supported"),
        pytest.param(0.7, "supported", id="at supported"),
        pytest.param(1.0, "supported", id="certain"),
    ],
)
def test_the_score_decides_where_nothing_is_amiss(score: float, verdict: str) -> None:
    result, _ = verify("34 ships waited outside Port Almere.", 1, scores=(score,))
    assert result.verdict == verdict
    assert isinstance(result, Withheld) == (verdict == "unsupported")
    assert bool(result.reasons) == (verdict != "supported")
    assert all(f"support {score:.2f}" in reason for reason in result.reasons)


# "About 60" beside an exact 61 is a doubt of the numbers, not a contradiction.
DOUBTFUL = "Foreman Rada Quill counted about 60 idle cranes."


def test_a_doubt_makes_a_high_score_partly() -> None:
    result, _ = verify(DOUBTFUL, 1, scores=(0.99,), quotes=(make_quote(1, FOREMAN),))
    assert isinstance(result, Sentence)
    assert (result.verdict, result.support) == ("partly", 0.99)
    assert result.reasons


def test_a_doubt_does_not_save_a_low_score() -> None:
    result, _ = verify(DOUBTFUL, 1, scores=(0.1,), quotes=(make_quote(1, FOREMAN),))
    assert isinstance(result, Withheld)
    assert len(result.reasons) == 2


@pytest.mark.parametrize("scorer", [None, ScriptedScorer([None])], ids=["no scorer", "no score"])
@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        pytest.param("Outside Port Almere waited 34 vessels.", "partly", id="all its words"),
        pytest.param("Outside Port Almere 34 vessels were reportedly seen.", "partly", id="most of its words"),
        pytest.param("The harbour basin lay crowded, local people noted.", "unsupported", id="none of its words"),
    ],
)
def test_without_a_score_only_verbatim_is_supported(scorer: ScriptedScorer | None, text: str, verdict: str) -> None:
    fresh = scorer and ScriptedScorer(list(scorer.scores))
    result = verify_sentence(Draft(text, (1,)), QUOTES, scorer=fresh, settings=SETTINGS)
    assert result.verdict == verdict
    assert result.reasons
    verbatim = verify_sentence(Draft(VESSELS, (1,)), QUOTES, scorer=None, settings=SETTINGS)
    assert verbatim.verdict == "supported"


@pytest.mark.parametrize(
    "error",
    [ModelError("The model is gone.", hint="Start it."), ValueError("The model is gone.")],
    ids=["model error", "any other"],
)
def test_a_failing_scorer_is_not_caught(error: Exception) -> None:
    with pytest.raises(type(error), match="The model is gone"):
        verify_sentence(Draft("34 ships waited.", (1,)), QUOTES, scorer=BrokenScorer(error), settings=SETTINGS)


def test_a_quote_is_its_own_support() -> None:
    assert quote_sentence(QUOTES[1]) == Sentence(OFFER, "supported", (2,), (), 1.0)
