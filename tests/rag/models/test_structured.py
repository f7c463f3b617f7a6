"""Drafts in JSON, read while they are written; citations of Anthropic's models, held to the words they point at."""

from __future__ import annotations

import json

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as some

from rag.answer_types import Message
from rag.models.remote.cited import mark_cited, pointers
from rag.models.remote.fault import Fault
from rag.models.remote.structured import answer_schema, ask_structured, read_structured
from rag.write.draft import draft_sentences

DRAFT = {"sentences": [{"quotes": [1, 3], "text": 'The "sale" rose to {$5}.'}, {"quotes": [2], "text": "It ended."}]}


@given(size=some.integers(1, 40), space=some.sampled_from([None, 2]))
def test_sentences_come_as_they_are_complete(size: int, space: int | None) -> None:
    text = json.dumps(DRAFT, indent=space)
    pieces = [text[place : place + size] for place in range(0, len(text), size)]
    assert list(read_structured(pieces)) == ['[1][3] The "sale" rose to {$5}.\n', "[2] It ended.\n"]
    first = next(place for place in range(len(text)) if list(_complete(text[:place])))
    assert first < len(text) - 20, "the first sentence waits for no other"


def _complete(text: str) -> list[str]:
    try:
        return list(read_structured([text]))
    except Fault:
        return []


@pytest.mark.parametrize("text", ['{"sentences": []}', '```json\n{"sentences": []}\n```'])
def test_no_sentence_is_a_refusal(text: str) -> None:
    assert list(read_structured([text])) == ["NONE"]
    assert list(draft_sentences(read_structured([text]), quotes=2)) == []


def test_what_is_no_json_is_passed_on() -> None:
    assert "".join(read_structured(["[1] It ", "ended."])) == "[1] It ended."


@pytest.mark.parametrize(
    "text", ['{"sentences": [{"quotes": [1], "te', '{"answer": "It ended."}', '{"sentences": [{"quotes": [1]}]}']
)
def test_other_json_is_a_fault(text: str) -> None:
    with pytest.raises(Fault, match="JSON that it wrote"):
        list(read_structured([text]))


def test_markers_out_of_bounds_are_refused_as_everywhere() -> None:
    text = json.dumps({"sentences": [{"quotes": [9], "text": "It ended [1]."}]})
    (draft,) = draft_sentences(read_structured([text]), quotes=2)
    assert (draft.markers, draft.refused_markers) == ((1,), (9,))


def test_schema_and_examples_agree() -> None:
    messages = [
        Message("system", "Answer."),
        Message("user", "?"),
        Message("assistant", "[2][1] It ended.\n[1] It began."),
        Message("assistant", "NONE"),
    ]
    asked = ask_structured(messages)
    assert "JSON" in asked[0].content
    for message in asked[2:]:
        jsonschema.validate(json.loads(message.content), answer_schema(2))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"sentences": [{"quotes": [3], "text": "x"}]}, answer_schema(2))
    assert json.loads(asked[2].content)["sentences"][0] == {"quotes": [2, 1], "text": "It ended."}


QUOTES = ["The port closed on Friday.", "Thirty-four vessels were held up, it said."]


def result(place: object, words: str, start: int = 0, end: int = 1) -> dict[str, object]:
    return {
        "type": "search_result_location", "source": "quote", "title": "t", "cited_text": words,
        "search_result_index": place, "start_block_index": start, "end_block_index": end,
    }  # fmt: skip


def characters(place: int, words: str, start: int, end: int) -> dict[str, object]:
    return {
        "type": "char_location", "cited_text": words, "document_index": place, "document_title": None,
        "start_char_index": start, "end_char_index": end, "file_id": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("citation", "number"),
    [
        (result(1, QUOTES[1]), 2),
        (result(0, QUOTES[0]), 1),
        (result(0, "The port closed"), 0),
        (result(0, "The port opened"), 0),
        (result(2, QUOTES[1]), 0),
        (result(-1, QUOTES[1]), 0),
        (result("1", QUOTES[1]), 0),
        (result(1, QUOTES[1], 1, 2), 0),
        (result(1, " "), 0),
        (characters(1, "Thirty-four vessels", 0, 19), 2),
        (characters(1, "Thirty-four vessels", 1, 20), 0),
        (characters(0, "Thirty-four vessels", 0, 19), 0),
        (characters(0, "The", -26, 3), 0),
        ({"type": "page_location", "cited_text": QUOTES[0], "document_index": 0}, 0),
        ({"type": "search_result_location"}, 0),
    ],
)
def test_pointers_hold_where_their_words_stand(citation: dict[str, object], number: int) -> None:
    assert pointers([citation, citation], QUOTES) == (number,)


def test_each_sentence_of_a_block_carries_what_it_cites() -> None:
    assert mark_cited("It closed. It reopened.\n", (1, 2)) == "It closed. [1][2] It reopened. [1][2]\n"
    assert mark_cited("It closed", (1,)) + "." == "It closed [1]."
    assert mark_cited("NONE", ()) == "NONE"
    drafts = list(draft_sentences([mark_cited("It closed on Friday.", (0,))], quotes=2))
    assert [(draft.markers, draft.refused_markers) for draft in drafts] == [((), (0,))]
