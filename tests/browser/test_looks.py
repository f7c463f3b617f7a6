"""Everything that is told of a sentence has words of its own, not a colour alone: partly, withheld, retracted, corrected, computed …"""

from __future__ import annotations

import json
from dataclasses import replace

import msgspec
import pytest

from rag.answer_types import Answer, Correction, Sentence, Withheld
from tests.browser.conftest import DEADLINE, answered, needs_chromium, screenshot
from tests.browser.test_accessibility import serious
from tests.rag.answers_for_tests import make_answer, make_citation
from ui.chat.keeping import encode_turn
from ui.chat.turns import Turn

pytestmark = needs_chromium

QUESTION = "What became of the strike?"
STRIKE, TALKS = make_citation(1, "The strike ended on Friday."), make_citation(2, "Talks went on.", article="talks")


def reopened(page, answer: Answer):
    """Open a conversation that the browser kept, as a reader does, and return its answer."""
    turn = encode_turn(Turn(number=1, question=QUESTION, answer=answer))
    kept = {"name": "Kept", "turns": [msgspec.to_builtins(turn)], "changed": 1}
    page.evaluate("(kept) => localStorage.setItem('citewire:conversation:1', kept)", json.dumps(kept))
    page.reload()
    page.locator("#question textarea").wait_for(timeout=DEADLINE)
    page.locator("#following .examples").wait_for(timeout=DEADLINE, state="attached")
    page.locator("#conversations .open-conversation").click()
    shown = page.locator("#past .turn")
    shown.wait_for(timeout=DEADLINE)
    return shown


def base() -> Answer:
    return make_answer(QUESTION, "The strike ended on Friday.", STRIKE, TALKS)


LOOKS = {
    "partly": (
        replace(base(), sentences=(Sentence("The strike ended.", "partly", (1,), ("the day is not in the quote",)),)),
        ".sentence.is-partly",
        ("Partly supported", "the day is not in the quote"),
    ),
    "computed": (
        replace(base(), sentences=(Sentence("Two articles tell of it.", "supported", (1, 2), computed=True),)),
        ".sentence.is-computed",
        ("Counted, no article's words",),
    ),
    "withheld": (
        replace(base(), withheld=(Withheld("The union lost.", "unsupported", ("no quote says so",)),)),
        ".withheld",
        ("1 sentence withheld", "Withheld", "The union lost.", "no quote says so"),
    ),
    "retracted": (
        replace(base(), citations=(replace(STRIKE, note="retraction"), TALKS)),
        ".note.is-retraction",
        ("Retracted: the article says so of itself.",),
    ),
    "corrected": (
        replace(base(), citations=(replace(STRIKE, correction=Correction(1, "It ended on Monday.", "2031-03-12")),)),
        ".note.is-corrected",
        ("Corrected since", "It ended on Monday."),
    ),
    "yes": (replace(base(), kind="yes_no", verdict="yes"), ".verdict.is-yes", ("Yes.",)),
    "no": (replace(base(), kind="yes_no", verdict="no"), ".verdict.is-no", ("No.",)),
    "differ": (replace(base(), kind="yes_no", verdict="differ"), ".verdict.is-differ", ("The articles differ.",)),
    "unanswered": (
        replace(base(), status="partial", unanswered=("Who paid for it?",)),
        ".note.is-missing",
        ("The articles do not answer this part: Who paid for it?",),
    ),
}


@pytest.mark.parametrize("look", LOOKS)
def test_each_look_has_words_of_its_own(page, look: str) -> None:
    answer, where, words = LOOKS[look]
    turn = reopened(page, answer)
    shown = turn.locator(where)
    shown.wait_for(timeout=DEADLINE)
    if look == "withheld":
        shown.locator("summary").click()
    for each in words:
        assert each in shown.inner_text()
    screenshot(page, f"look-{look}")
    assert serious(page) == []


def test_a_comparison_stands_in_columns_with_a_heading_each(page) -> None:
    sentences = (
        Sentence("It ended on Friday.", "supported", (1,), label="The strike"),
        Sentence("They went on.", "supported", (2,), label="The talks"),
    )
    turn = reopened(page, replace(base(), kind="comparison", sentences=sentences))
    columns = turn.locator(".columns > section")
    assert columns.locator("h3").all_inner_texts() == ["The strike", "The talks"]
    left, right = places(columns)
    assert left["right"] <= right["left"]
    assert abs(left["top"] - right["top"]) < 2
    page.set_viewport_size({"width": 360, "height": 740})
    above, below = places(columns)
    assert above["bottom"] <= below["top"]


def places(boxes) -> list[dict[str, float]]:
    """Where each box stands, of one moment: measured one after another, a page that is scrolling has moved between."""
    return boxes.evaluate_all("all => all.map(each => each.getBoundingClientRect().toJSON())")


def test_what_the_collection_is_counted_of_says_that_it_is_counted(page) -> None:
    turn = answered(page, "Which outlets are in the collection?")
    assert "Counted, no article's words" in turn.locator(".is-computed").first.inner_text()
