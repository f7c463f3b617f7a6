"""From a question to a checked answer, with the real embedding model and the real index."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import jsonschema
import msgspec
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from index.errors import LibraryMissing, ModelUnavailable, QuestionError
from index.settings import Settings, load_settings
from rag import Desk, ask
from rag.answers import Answer, Finished, Message, QuotesFound, SentenceChecked
from rag.models.chat import ChatModel
from rag.schema import make_schema, read_schema
from tests.conftest import SAMPLES

pytestmark = pytest.mark.model


class ScriptedModel(ChatModel):
    """Says what it was told to say, in small pieces, and remembers what it was asked. Fails when asked for more."""

    name = "scripted"

    def __init__(self, *drafts: str, support: Sequence[float | None] = (), fail: bool = False) -> None:
        self.drafts = list(drafts)
        self.supports = list(support)
        self.fail = fail
        self.asked: list[Sequence[Message]] = []

    def stream(self, messages: Sequence[Message], *, markers: int, maximum_tokens: int) -> Iterator[str]:
        self.asked.append(messages)
        if self.fail:
            raise ModelUnavailable("The model 'scripted' did not answer: connection refused.")
        draft = self.drafts.pop(0)
        yield from (draft[place : place + 7] for place in range(0, len(draft), 7))

    def probability_yes(self, messages: Sequence[Message]) -> float | None:
        self.asked.append(messages)
        return self.supports.pop(0)

    def close(self) -> None:
        pass


def check(answer: Answer, desk: Desk) -> None:
    """Assert what must hold for every answer ever given."""
    jsonschema.validate(json.loads(msgspec.json.encode(answer)), json.loads(read_schema()))
    numbers = {citation.n for citation in answer.citations}
    for citation in (*answer.citations, *answer.nearest):
        article = desk.article(citation.article_id, sha256=citation.article_sha256)
        assert article.text[citation.start : citation.end] == citation.quote
    for sentence in answer.sentences:
        assert sentence.verdict != "unsupported"
        assert sentence.citations
        assert set(sentence.citations) <= numbers
    assert (answer.status == "no_evidence") == (not answer.sentences)
    assert (answer.status == "partial") == bool(answer.unanswered)
    assert list(answer.citations) == sorted(answer.citations, key=lambda citation: citation.n)


@pytest.fixture(scope="module")
def desk(sample_library: Path) -> Iterator[Desk]:
    with Desk(library=sample_library, model="none") as opened:
        yield opened


def with_model(desk: Desk, model: ChatModel, question: str, history: Sequence[Answer] = ()) -> Answer:
    from rag.answer import answer
    from rag.judge import Judge
    from rag.understand import make_filters

    stages = desk._stages(quotes_only=True)
    answering, supporting = desk._readers
    judge = Judge(
        stages.encoder,
        rarity=lambda word: 1.0,
        answering=answering,
        supporting=supporting,
        model=model,
        doubtful=(0.0, 1.0),
    )
    asked = replace(stages, model=model, judge=judge)
    events = list(answer(question, filters=make_filters(), stages=asked, history=history))
    assert isinstance(events[-1], Finished)
    check(events[-1].answer, desk)
    return events[-1].answer


SAMPLE_QUESTIONS = [
    json.loads(line) for line in (SAMPLES.parent / "questions.jsonl").read_text(encoding="utf-8").splitlines()
]
QUESTION = "How many vessels were held up by the one-day dock strike of March 12?"


def test_schema_is_the_one_of_the_type() -> None:
    assert read_schema() == make_schema(), "run: python -m rag.schema"


def test_quotes_alone_answer_with_exact_words(desk: Desk) -> None:
    answer = desk.ask(QUESTION)
    check(answer, desk)
    assert answer.status == "answered"
    assert "34 vessels" in answer.citations[0].quote
    assert answer.model == "none"
    assert answer.newest == max(citation.published[:10] for citation in answer.citations if citation.published)


@pytest.mark.parametrize("row", SAMPLE_QUESTIONS, ids=lambda r: r["question"][:40])
def test_every_sample_question_keeps_the_contract(desk: Desk, row: dict) -> None:
    check(desk.ask(row["question"]), desk)


def test_sample_questions_find_their_answers(desk: Desk) -> None:
    """Floors on the shipped questions: the share of answers held by the quotes, and of refusals among the unanswerable."""
    found, refused = [], []
    for row in SAMPLE_QUESTIONS:
        answer = desk.ask(row["question"])
        if row["answerable"]:
            quotes = " ".join(citation.quote for citation in (*answer.citations, *answer.nearest)).casefold()
            found.append(any(text.casefold() in quotes for text in row["answers"]))
        else:
            refused.append(answer.status == "no_evidence")
    assert sum(found) / len(found) >= 0.75, f"{sum(found)} of {len(found)}"
    assert sum(refused) >= 3, f"{sum(refused)} of {len(refused)}"


def test_refusal_says_what_was_searched(desk: Desk) -> None:
    answer = desk.ask("Who won the chess championship in Reykjavik?")
    check(answer, desk)
    assert answer.status == "no_evidence"
    assert answer.nearest
    assert answer.searched.articles == 41
    assert answer.searched.undated > 0


def test_filters_are_kept(desk: Desk) -> None:
    answer = desk.ask("How many people died in the ferry?", first="2031-02-20", last="2031-02-28")
    check(answer, desk)
    dates = [citation.published[:10] for citation in (*answer.citations, *answer.nearest) if citation.published]
    assert dates
    assert all("2031-02-20" <= date <= "2031-02-28" for date in dates)
    assert desk.ask(QUESTION, outlets=["Nobody's Gazette"]).searched.articles == 0


def test_quotes_come_first_then_sentences_then_the_answer(desk: Desk) -> None:
    kinds = [type(event) for event in desk.stream(QUESTION)]
    assert kinds[0] is QuotesFound
    assert kinds[-1] is Finished
    assert set(kinds[1:-1]) == {SentenceChecked}


def test_model_sentences_are_checked(desk: Desk) -> None:
    model = ScriptedModel(
        "[1] The strike held up 34 vessels on Wednesday.\n[1] The strike held up 22 vessels on Wednesday.\n[9] Nobody knows.\n",
        support=[0.95, 0.2],  # 22 stands in the correction, so only the score refuses it
    )
    answer = with_model(desk, model, QUESTION)
    assert [sentence.text for sentence in answer.sentences] == ["The strike held up 34 vessels on Wednesday."]
    assert len(answer.withheld) == 2
    assert answer.model == "scripted"
    assert all("<|im_" not in message.content for messages in model.asked for message in messages)


def test_model_that_refuses_gives_no_evidence(desk: Desk) -> None:
    answer = with_model(desk, ScriptedModel("NONE"), QUESTION)
    assert answer.status == "no_evidence"
    assert answer.model_error is None


def test_when_nothing_is_verified_the_quotes_answer(desk: Desk) -> None:
    answer = with_model(desk, ScriptedModel("[1] The strike held up 99 vessels."), QUESTION)
    assert answer.status == "answered"
    assert answer.model == "none"
    assert [item.text for item in answer.withheld] == ["The strike held up 99 vessels."]


def test_the_quote_stands_in_place_of_a_sentence_that_fails(desk: Desk) -> None:
    model = ScriptedModel(
        "[1] The strike held up 99 vessels.\n[2] The harbour was closed for a week.\n[1] It held up 34 vessels.\n",
        support=[0.05, 0.97],
    )
    answer = with_model(desk, model, QUESTION)
    assert answer.sentences[0].text == "It held up 34 vessels."
    assert len(answer.withheld) == 2
    # The first one's quote carries another sentence; the second one's stands for itself where it answers at all.
    assert all(sentence.reasons for sentence in answer.sentences[1:])
    alone = with_model(desk, ScriptedModel("[1] The strike held up 99 vessels.\n"), QUESTION)
    assert "34 vessels" in alone.sentences[0].text
    assert "in place of a sentence" in alone.sentences[0].reasons[0]


def test_what_was_said_is_not_said_again(desk: Desk) -> None:
    model = ScriptedModel(
        "[1] The strike held up 34 vessels on Wednesday.\n[1] On Wednesday, the strike held up 34 vessels.\n",
        support=[0.97],
    )
    answer = with_model(desk, model, QUESTION)
    assert len(answer.sentences) == 1
    assert "says it already" in answer.withheld[0].reasons[0]


def test_a_part_that_nothing_answers_is_named(desk: Desk) -> None:
    answer = desk.ask("How long is the Maravel Canal, and who won the chess championship in Reykjavik?")
    check(answer, desk)
    assert answer.status == "partial"
    assert answer.unanswered == ("who won the chess championship in Reykjavik",)
    assert any("61 kilometres" in citation.quote for citation in answer.citations)
    both = desk.ask("Who designed the Maravel Canal, and how long is it?")
    check(both, desk)
    assert both.status == "answered"
    assert {"Brask" in item.quote for item in both.citations} == {True, False} or "61" in both.text


def test_the_model_is_asked_only_what_can_be_answered(desk: Desk) -> None:
    model = ScriptedModel("[1] The canal is 61 kilometres long.", support=[0.97])
    answer = with_model(desk, model, "How long is the Maravel Canal, and who won the chess championship in Reykjavik?")
    assert answer.status == "partial"
    assert "chess" not in model.asked[0][-1].content


def test_a_corrected_article_says_so(desk: Desk) -> None:
    answer = desk.ask(QUESTION)
    (corrected,) = [item for item in answer.citations if item.correction and "34 vessels" in item.quote]
    assert corrected.version == 2
    assert corrected.correction is not None
    assert "22 vessels" in corrected.correction.words
    assert corrected.correction.day == "2031-03-13"


def test_as_of_a_day_nothing_later_is_known(desk: Desk) -> None:
    toll = "How many people are known to have died in the sinking of the ferry Stella Marisa?"
    answer = desk.ask(toll, as_of="2031-02-18")
    check(answer, desk)
    assert answer.citations
    assert all(item.published and item.published[:10] <= "2031-02-18" for item in answer.citations)
    assert "22" in answer.text
    assert "39" not in answer.text
    # The strike's article was corrected on March 14: on the 13th nobody could read what it says now.
    before = desk.ask(QUESTION, as_of="2031-03-13")
    check(before, desk)
    assert all("34 vessels" not in item.quote for item in (*before.citations, *before.nearest))
    assert desk.ask(QUESTION, as_of="2031-03-14").text == desk.ask(QUESTION, last="2031-03-14").text
    with pytest.raises(QuestionError, match="lies after the last day"):
        desk.ask(toll, first="2031-03-01", as_of="2031-02-18")


def test_a_toll_that_grows_is_an_update(desk: Desk) -> None:
    answer = desk.ask("How many people are known to have died in the sinking of the ferry Stella Marisa?")
    check(answer, desk)
    assert not answer.disagreements
    for update in answer.updates:
        days = [side.date for side in update.sides]
        assert days == sorted(days)
        assert len(days) > 1


def test_a_follow_up_is_understood_and_quotes_keep_their_numbers(desk: Desk) -> None:
    first = desk.ask("How large was the fine against Brantholm Metals?")
    second = desk.ask("and who imposed it?", history=[first])
    check(second, desk)
    assert second.understood is not None
    assert "Brantholm" in second.understood
    assert any("Brantholm" in f"{item.quote} {item.title}" for item in (*second.citations, *second.nearest))
    places = {(item.article_id, item.start): item.n for item in first.citations}
    for item in second.citations:
        assert places.get((item.article_id, item.start), item.n) == item.n
        assert (item.article_id, item.start) in places or item.n > max(places.values())
    assert desk.ask("and who imposed it?").understood is None  # nothing of another conversation leaks in


def test_a_model_counts_from_one_in_a_later_turn(desk: Desk) -> None:
    first = desk.ask(QUESTION)
    model = ScriptedModel("[1] The canal is 61 kilometres long.", support=[0.97])
    second = with_model(desk, model, "How long is the Maravel Canal?", history=[first])
    assert "[1]" in model.asked[0][-1].content
    assert second.sentences[0].citations[0] > max(item.n for item in first.citations)


def test_another_year_is_suggested(desk: Desk) -> None:
    answer = desk.ask("How many containers did Puerto Alba handle in 2025?")
    check(answer, desk)
    if answer.status == "no_evidence":
        assert answer.suggestion == "How many containers did Puerto Alba handle in 2030?"


def test_an_outage_is_not_no_evidence(desk: Desk) -> None:
    answer = with_model(desk, ScriptedModel(fail=True), QUESTION)
    assert answer.status == "answered"
    assert answer.model == "none"
    assert "connection refused" in (answer.model_error or "")


def test_instruction_in_an_article_stays_data(desk: Desk) -> None:
    """The sample with a hidden instruction is searched like any other, but what speaks to assistants is no evidence."""
    answer = desk.ask("Was the sale of the canal ports approved or cancelled, and at what price?")
    check(answer, desk)
    assert all("evil" not in (citation.url or "") for citation in answer.citations)
    assert "approved the sale" in answer.citations[0].quote
    assert "gnore all previous" not in answer.text
    hidden = desk.ask("Was the sale cancelled on April 23 and the authority dissolved?")
    assert all("gnore all previous" not in item.quote for item in (*hidden.citations, *hidden.nearest))


def test_disagreement_is_shown_with_both_sides(desk: Desk) -> None:
    answer = desk.ask("How many people marched against the port sale in Santa Ruela on March 23?")
    check(answer, desk)
    text = " ".join(citation.quote for citation in answer.citations)
    assert "12,000" in text
    assert "18,000" in text
    values = {side.value for found in answer.disagreements for side in found.sides}
    assert any("12,000" in value for value in values)
    assert any("18,000" in value for value in values)


def test_the_outlet_that_is_named_comes_first(desk: Desk) -> None:
    question = "How many people marched against the port sale in Santa Ruela, according to the {}?"
    for outlet, figure in (("Meridian Post", "18,000"), ("Isthmus Ledger", "12,000")):
        answer = desk.ask(question.format(outlet))
        check(answer, desk)
        assert answer.citations[0].outlet == outlet
        assert figure in answer.sentences[0].text


def test_what_stands_of_a_sentence_that_fails_is_shown(desk: Desk) -> None:
    question = "How long is the Maravel Canal?"
    number = next(item.n for item in desk.ask(question).citations if "61" in item.quote)
    text = f"[{number}] The Maravel Canal is 61 kilometres long, and the mayor of Brill was arrested in 1999."
    answer = with_model(desk, ScriptedModel(text, support=[0.99]), question)
    check(answer, desk)
    assert answer.sentences[0].text == "The Maravel Canal is 61 kilometres long."
    assert "part of a longer sentence, of which the rest failed its check" in answer.sentences[0].reasons
    assert "1999" in answer.withheld[0].text
    assert "1999" not in answer.text


def test_the_other_side_is_shown_although_the_model_gives_one(desk: Desk) -> None:
    question = "How many people marched against the port sale in Santa Ruela on March 23?"
    police = next(item for item in desk.ask(question).citations if "12,000" in item.quote)
    answer = with_model(desk, ScriptedModel(f"[{police.n}] {police.quote}", support=[0.97]), question)
    check(answer, desk)
    assert "12,000" in answer.sentences[0].text
    assert answer.sentences[1].reasons == ("this article says otherwise",)
    assert "18,000" in answer.sentences[1].text
    assert len(answer.disagreements[0].sides) == 2


def test_bad_questions_are_refused(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(QuestionError, match="at most 2,000"):
        desk.ask("word " * 10_000)
    with pytest.raises(QuestionError, match="holds no words"):
        desk.ask(" ?! ")
    with pytest.raises(QuestionError, match="first day 'soon' is no date"):
        desk.ask(QUESTION, first="soon")
    with pytest.raises(LibraryMissing, match="There is no library"):
        ask(QUESTION, library=tmp_path / "none", model="none")
    with (
        Desk(library=tmp_path / "empty", model="none", create=True) as empty,
        pytest.raises(LibraryMissing, match="no article"),
    ):
        empty.ask(QUESTION)


@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.sampled_from(
            [
                "ferry",
                "toll",
                "port",
                "sale",
                "bank",
                "rate",
                "who",
                "when",
                "how",
                "many",
                "Okafor",
                "34",
                "vessels",
                "river",
                "fined",
                "police",
                "march",
            ]
        ),
        min_size=1,
        max_size=9,
    )
)
def test_any_question_keeps_the_contract(desk: Desk, words: list[str]) -> None:
    check(desk.ask(" ".join(words)), desk)


def test_small_local_model_writes_under_the_grammar(desk: Desk) -> None:
    """The real path through llama.cpp, with the smallest model: whatever it writes, the contract holds."""
    from rag.models.local import LocalModel
    from rag.prompt import answer_messages, support_messages

    base = load_settings({})
    model = LocalModel("smollm2-135m", base.models, context_tokens=2048, threads=2, timeout=120)
    try:
        with_model(desk, model, QUESTION)
        quotes = next(e.quotes for e in desk.stream(QUESTION, quotes_only=True) if isinstance(e, QuotesFound))
        draft = "".join(model.stream(answer_messages(QUESTION, quotes), markers=len(quotes), maximum_tokens=40))
        assert draft == "NONE" or draft.startswith("[")
        probability = model.probability_yes(support_messages("The sky is green.", quotes[:1]))
        assert probability is None or 0.0 <= probability <= 1.0
        stream = model.stream(answer_messages(QUESTION, quotes), markers=1, maximum_tokens=200)
        next(stream)
        stream.close()  # a reader who leaves frees the model
        assert "".join(model.stream(answer_messages(QUESTION, quotes), markers=1, maximum_tokens=5))
    finally:
        model.close()


def test_settings_precedence(tmp_path: Path) -> None:
    (tmp_path / "citewire.toml").write_text('model = "smollm2-135m"\n[search]\nhits = 4\n', encoding="utf-8")
    read = load_settings({"model": "none"}, environment={"CITEWIRE_SEARCH_HITS": "7"}, folder=tmp_path)
    assert (read.model, read.search.hits) == ("none", 7)
    assert read.fingerprint() != Settings().fingerprint()
