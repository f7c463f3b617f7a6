"""Frames fill without a rest, a claim has one label, and a question asks for its claim."""

from __future__ import annotations

import random

import pytest
from asked import ask_some, to_question
from examples import Example, read_examples, write_examples
from frames import Fill, fill_frames, read_frames
from hypothesis import given
from hypothesis import strategies as st

FRAMES = read_frames()


@pytest.mark.parametrize("frame", FRAMES, ids=lambda frame: frame["sort"])
def test_a_frame_says_each_thing_under_one_label(frame: dict) -> None:
    labels = ("true", "contradicted", "unsaid")
    assert all(frame[label] for label in ("said", *labels))
    claims = [text for label in labels for text in frame[label]]
    assert len(claims) == len(set(claims))


def test_frames_are_read_from_all_files_of_that_name_in_the_order_of_their_names(tmp_path) -> None:
    for name, sort in (
        ("frames_b.yaml", "last"),
        ("frames.yaml", "first"),
        ("frames_a.yaml", "next"),
        ("other.yaml", "no"),
    ):
        (tmp_path / name).write_text(f"- sort: {sort}\n", encoding="utf-8")
    assert [frame["sort"] for frame in read_frames(tmp_path)] == ["first", "next", "last"]


def test_a_folder_without_frames_is_refused(tmp_path) -> None:
    with pytest.raises(FileNotFoundError, match="no frames in"):
        read_frames(tmp_path)


def test_no_two_frames_are_of_one_sort() -> None:
    sorts = [frame["sort"] for frame in FRAMES]
    assert len(sorts) == len(set(sorts))


@given(st.integers(0, 10_000))
def test_a_filling_leaves_no_slot_and_repeats_no_name(seed: int) -> None:
    chance = random.Random(seed)
    frame, fill = chance.choice(FRAMES), Fill(chance)
    for text in (*frame["said"], *frame["true"], *frame["contradicted"], *frame["unsaid"]):
        written = fill.write(text)
        assert not set("{}[]|") & set(written)
        assert written == fill.write(text) or "[[" in text
        assert written[0] == written[0].upper()


def test_as_many_are_made_as_are_wanted_and_half_of_them_are_true() -> None:
    made = fill_frames(FRAMES, 800, seed=1, around=["It rained all day in the valley."])
    assert len(made) == 800
    entailed = sum(each.stated == "entailed" for each in made) / len(made)
    assert 0.4 < entailed < 0.6
    assert made == fill_frames(FRAMES, 800, seed=1, around=["It rained all day in the valley."])


@pytest.mark.parametrize(
    ("claim", "question"),
    [
        ("The toll was raised in May.", "Was the toll raised in May?"),
        ("Anna Holm has resigned.", "Has Anna Holm resigned?"),
        ("Talks between the two sides will go on.", "Will talks between the two sides go on?"),
        ("UNESCO is based in Paris.", "Is UNESCO based in Paris?"),
    ],
)
def test_a_claim_is_turned_into_its_question(claim: str, question: str) -> None:
    assert to_question(claim) == question


@pytest.mark.parametrize(
    "claim",
    [
        "Anna Holm resigned.",
        "There was no vote.",
        "The man who was arrested left.",
        "The mayor said the toll was raised.",
        "Was it?",
        "",
    ],
)
def test_what_has_no_certain_verb_stays_a_claim(claim: str) -> None:
    assert to_question(claim) is None


def test_only_claims_are_turned_and_their_labels_stay(tmp_path) -> None:
    examples = [
        Example("The toll was raised.", "It went up.", "x", stated="entailed"),
        Example("Why was it raised?", "It went up.", "y", answered=True, span=(0, 2)),
    ]
    asked = ask_some(examples, share=1.0, seed=1)
    assert [each.first for each in asked] == ["Was the toll raised?", "Why was it raised?"]
    assert [each.stated for each in asked] == ["entailed", None]
    write_examples(asked, tmp_path / "mixture.jsonl")
    assert read_examples(tmp_path / "mixture.jsonl") == asked
