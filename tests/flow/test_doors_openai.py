"""The door that speaks as OpenAI does, asked by OpenAI's own client."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import openai
import pytest
from openai.types.responses import Response, ResponseStreamEvent

from rag import Desk
from rag.answer_types import SAID, Answer
from rag.streamed import StreamedText, tell_answer
from tests.flow.asking_for_tests import QUESTION, ScriptedModel
from tests.flow.doors_for_tests import TWELVE, Served, serve
from ui.present import defuse_markdown

UNANSWERABLE = "Who won the Zanzibar chess open?"
YES_OR_NO = "Did Brantholm Metals appeal against its fine?"


@pytest.fixture(scope="module")
def served(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve(desk.with_model(None), tmp_path_factory.mktemp("keys")) as running:
        yield running


@pytest.fixture(scope="module")
def client(served: Served) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{served.address}/v1", api_key=served.key, max_retries=0) as opened:
        yield opened


def chat(client: openai.OpenAI, *said: str, model: str = "citewire", **arguments: Any) -> Any:
    roles = ["user", "assistant"] * len(said)
    messages = [{"role": role, "content": text} for role, text in zip(roles, said, strict=False)]
    return client.chat.completions.create(model=model, messages=messages, **arguments)  # type: ignore[arg-type]


def test_models_are_listed(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["citewire", "citewire-quotes"]
    assert client.models.retrieve("citewire").owned_by == "citewire"
    with pytest.raises(openai.NotFoundError, match="no model 'gpt-9'"):
        client.models.retrieve("gpt-9")


@pytest.mark.parametrize("question", [QUESTION, YES_OR_NO, "Summarise the ferry disaster."])
def test_annotations_cut_out_the_markers(client: openai.OpenAI, desk: Desk, question: str) -> None:
    answer = desk.ask(question)
    message = chat(client, question).choices[0].message
    assert message.content == answer.text
    cited = {citation.n: citation for citation in answer.citations}
    numbers = [number for sentence in answer.sentences for number in sentence.citations]
    for number, annotation in zip(numbers, message.annotations, strict=True):
        found = annotation.url_citation
        # Slices: OpenAI documents the last character, and its clients cut slices.
        assert message.content[found.start_index : found.end_index] == f"[{number}]"
        assert found.title == cited[number].title
        assert found.url == (cited[number].url or f"citewire://article/{cited[number].article_id}")


def test_refusal_is_said_without_annotations(client: openai.OpenAI) -> None:
    said = chat(client, UNANSWERABLE)
    assert said.choices[0].message.annotations == []
    assert said.model_extra["citewire"]["status"] == "no_evidence"
    assert said.choices[0].message.content.startswith("The articles that were searched do not answer this.")


@pytest.mark.parametrize("question", [QUESTION, YES_OR_NO, UNANSWERABLE])
def test_stream_keeps_verdicts_and_annotations(client: openai.OpenAI, desk: Desk, question: str) -> None:
    answer = desk.ask(question)
    text, verdicts, places = "", [], []
    chunks = list(chat(client, question, stream=True, stream_options={"include_usage": True}))
    for chunk in chunks[:-1]:
        delta = chunk.choices[0].delta
        text += delta.content or ""
        told = (chunk.model_extra or {}).get("citewire") or {}
        if told.get("event") == "sentence" and told.get("sentence"):
            verdicts.append(told["sentence"]["verdict"])
        places += [each["url_citation"] for each in (delta.model_extra or {}).get("annotations", [])]
    assert chunks[-1].choices == []
    assert chunks[-2].choices[0].finish_reason == "stop"
    whole = msgspec.convert(chunks[-2].model_extra["citewire"]["answer"], Answer)
    assert whole.citations == answer.citations
    assert verdicts == [sentence.verdict for sentence in answer.sentences]
    numbers = [number for sentence in answer.sentences for number in sentence.citations]
    assert [text[each["start_index"] : each["end_index"]] for each in places] == [f"[{number}]" for number in numbers]
    for sentence in answer.sentences:
        assert sentence.text in text


def test_filters_and_knowledge_of_a_day(client: openai.OpenAI, desk: Desk) -> None:
    question = "How many people are known to have died in the sinking of the ferry Stella Marisa?"
    wanted = desk.ask(question, as_of="2031-02-18")
    said = chat(client, question, extra_body={"citewire": {"as_of": "2031-02-18"}})
    assert said.choices[0].message.content == wanted.text != desk.ask(question).text
    with pytest.raises(openai.BadRequestError, match="no date"):
        chat(client, question, extra_body={"citewire": {"as_of": "soon"}})
    with pytest.raises(openai.UnprocessableEntityError, match="Extra inputs are not permitted"):
        chat(client, question, extra_body={"citewire": {"since": "2031-02-18"}})


def test_follow_up_leans_on_what_was_said_here(client: openai.OpenAI, desk: Desk) -> None:
    first = "How large was the fine against Brantholm Metals?"
    wanted = desk.ask("and who imposed it?", history=[desk.ask(first)])
    assert wanted.understood
    said = chat(client, first).choices[0].message
    by_text = chat(client, first, said.content, "and who imposed it?")
    assert by_text.model_extra["citewire"]["understood"] == wanted.understood
    assert by_text.choices[0].message.content == wanted.text
    sent_back = client.chat.completions.create(
        model="citewire",
        messages=[{"role": "user", "content": first}, said, {"role": "user", "content": "and who imposed it?"}],
    )
    assert sent_back.choices[0].message.content == wanted.text
    streamed = "".join(chunk.choices[0].delta.content or "" for chunk in chat(client, first, stream=True))
    assert chat(client, first, streamed, "and who imposed it?").choices[0].message.content == wanted.text


def test_answers_of_one_key_are_not_known_to_another(served: Served, client: openai.OpenAI) -> None:
    first = "How large was the fine against Brantholm Metals?"
    response = client.responses.create(model="citewire", input=first)
    with (
        openai.OpenAI(base_url=f"{served.address}/v1", api_key=served.writing_key, max_retries=0) as other,
        pytest.raises(openai.BadRequestError, match="is not known"),
    ):
        other.responses.create(model="citewire", input="and who imposed it?", previous_response_id=response.id)
    other_said = chat(client, first).choices[0].message.content
    with openai.OpenAI(base_url=f"{served.address}/v1", api_key=served.writing_key, max_retries=0) as other:
        said = chat(other, first, other_said, "and who imposed it?")
    assert said.model_extra["citewire"]["understood"] is None


def test_responses_have_flat_annotations_and_conversations(client: openai.OpenAI, desk: Desk) -> None:
    first = "How large was the fine against Brantholm Metals?"
    response = client.responses.create(model="citewire", input=[{"role": "user", "content": first}])
    assert isinstance(response, Response)
    (item,) = response.output
    (part,) = item.content  # type: ignore[union-attr]
    assert response.output_text == part.text == desk.ask(first).text  # type: ignore[union-attr]
    annotation = part.annotations[0]  # type: ignore[union-attr]
    assert annotation.type == "url_citation"
    assert part.text[annotation.start_index : annotation.end_index] == "[1]"  # type: ignore[union-attr]
    second = client.responses.create(
        model="citewire", input="and who imposed it?", previous_response_id=response.id, instructions="Be brief."
    )
    assert second.output_text == desk.ask("and who imposed it?", history=[desk.ask(first)]).text


def test_responses_stream_each_annotation_once(client: openai.OpenAI, desk: Desk) -> None:
    answer = desk.ask(QUESTION)
    events: list[ResponseStreamEvent] = list(client.responses.create(model="citewire", input=QUESTION, stream=True))
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert [event.type for event in events[:4]] == [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.content_part.added",
    ]
    text = "".join(event.delta for event in events if event.type == "response.output_text.delta")
    noted = [event for event in events if event.type == "response.output_text.annotation.added"]
    assert [event.annotation_index for event in noted] == list(range(len(noted)))
    assert len(noted) == sum(len(sentence.citations) for sentence in answer.sentences)
    for event in noted:
        place: Any = event.annotation
        assert text[place["start_index"] : place["end_index"]].startswith("[")
    told = [event.model_extra["citewire"] for event in events if "citewire" in (event.model_extra or {})]  # type: ignore[index]
    assert [each["sentence"]["verdict"] for each in told if "sentence" in each] == [
        sentence.verdict for sentence in answer.sentences
    ]
    assert events[-1].type == "response.completed"
    assert events[-1].response.output_text == text


def test_errors_are_those_of_openai(served: Served, client: openai.OpenAI) -> None:
    with (
        openai.OpenAI(base_url=f"{served.address}/v1", api_key="cw_0_no", max_retries=0) as stranger,
        pytest.raises(openai.AuthenticationError, match="not known here") as told,
    ):
        chat(stranger, QUESTION)
    assert told.value.code == "invalid_api_key"
    with pytest.raises(openai.NotFoundError, match="There are citewire and citewire-quotes"):
        chat(client, QUESTION, model="gpt-9")
    with pytest.raises(openai.BadRequestError, match="no question of the user"):
        chat(client, QUESTION, "An answer.")
    with pytest.raises(openai.BadRequestError, match="what is no answer of Citewire"):
        client.chat.completions.create(
            model="citewire",
            messages=[
                {"role": "assistant", "content": "x", "citewire": {"id": 1}},  # type: ignore[list-item]
                {"role": "user", "content": QUESTION},
            ],
        )


def test_a_model_writes_and_what_fails_its_checks_is_not_shown(
    desk: Desk, tmp_path_factory: pytest.TempPathFactory
) -> None:
    quote = desk.ask(QUESTION).citations[0].quote
    draft = f"[1] {quote}\n[1] The strike cost the port nine billion and ended in 1987.\n"
    model = ScriptedModel(draft, draft, draft, support=[0.0] * 9)
    with (
        serve(desk.with_model(model), tmp_path_factory.mktemp("keys")) as served,
        openai.OpenAI(base_url=f"{served.address}/v1", api_key=served.key, max_retries=0) as client,
    ):
        said = chat(client, QUESTION)
        assert quote in said.choices[0].message.content
        assert "1987" not in said.choices[0].message.content
        assert "1987" in said.model_extra["citewire"]["withheld"][0]["text"]
        assert said.model_extra["citewire"]["model"] == "scripted"
        streamed = "".join(chunk.choices[0].delta.content or "" for chunk in chat(client, QUESTION, stream=True))
        assert "1987" not in streamed
        assert chat(client, QUESTION, model="citewire-quotes").model_extra["citewire"]["model"] == "none"
    assert model.drafts == [draft]


@pytest.mark.parametrize("question", TWELVE)
def test_text_with_its_markers_is_the_text_of_the_answer(desk: Desk, question: str) -> None:
    answer = desk.ask(question)
    text, markers = tell_answer(answer)
    assert text == answer.text
    assert [text[marker.start : marker.end] for marker in markers] == [
        f"[{number}]" for sentence in answer.sentences for number in sentence.citations
    ]
    growing = StreamedText()
    pieces = [piece for event in desk.stream(question) for piece in growing.grow(event)]
    assert "".join(piece.text for piece in pieces) == growing.text
    # The verdict comes with the first sentence, not when all is said.
    assert [piece.text for piece in pieces[:1] if answer.verdict] == [
        SAID[answer.verdict] for _ in "1" if answer.verdict
    ]
    for piece in pieces:
        for marker in piece.markers:
            assert growing.text[marker.start : marker.end] == f"[{marker.n}]"


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("![x](https://evil.example/p.png)", r"\![x\](https://evil.example/p.png)"),
        ("![x][y]\n\n[y]: https://evil.example", r"\![x\][y\]: https://evil.example".replace("[y\\]:", "[y] [y\\]:")),
        ("<img src=x onerror=alert(1)>", r"\<img src=x onerror=alert(1)>"),
        ("It rose 5 % [sic], he said!", "It rose 5 % [sic], he said!"),
    ],
)
def test_what_would_load_something_is_taken_apart(hostile: str, shown: str) -> None:
    assert defuse_markdown(hostile) == shown
