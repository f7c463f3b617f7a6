"""Markers are read in every form models write them, and none outside the quotes gets through."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer_types import Draft
from rag.models.grammar import REFUSAL
from rag.write.draft import is_refusal, parse_line, read_lines

SALE = "The sale was agreed."
VOTE = "The vote is on Monday."


def draft(text: str, *markers: int, refused: tuple[int, ...] = ()) -> Draft:
    return Draft(text, markers, refused)


@pytest.mark.parametrize(
    ("line", "drafts"),
    [
        pytest.param(f"[1] {SALE}", [draft(SALE, 1)], id="leading, as asked for"),
        pytest.param(f"[1][2] {SALE}", [draft(SALE, 1, 2)], id="two leading"),
        pytest.param(f"[1] [2] {SALE}", [draft(SALE, 1, 2)], id="two leading with a space"),
        pytest.param(f"[1, 2] {SALE}", [draft(SALE, 1, 2)], id="list in one bracket"),
        pytest.param(f"[1;2] {SALE}", [draft(SALE, 1, 2)], id="list with semicolon"),
        pytest.param(f"[1][1][2][1] {SALE}", [draft(SALE, 1, 2)], id="duplicates"),
        pytest.param(f"[2][1] {SALE}", [draft(SALE, 2, 1)], id="order is kept"),
        pytest.param("The sale was agreed [1].", [draft(SALE, 1)], id="before the full stop"),
        pytest.param("The sale was agreed[1].", [draft(SALE, 1)], id="glued to the word"),
        pytest.param(f"{SALE} [1]", [draft(SALE, 1)], id="trailing"),
        pytest.param(f"{SALE}[1][2]", [draft(SALE, 1, 2)], id="trailing, glued"),
        pytest.param(f"{SALE} [1] {VOTE} [2]", [draft(SALE, 1), draft(VOTE, 2)], id="trailing on each sentence"),
        pytest.param(f"[1] {SALE} {VOTE}", [draft(SALE, 1), draft(VOTE, 1)], id="leading holds for the line"),
        pytest.param(f"[1] {SALE} {VOTE} [2]", [draft(SALE, 1), draft(VOTE, 1, 2)], id="leading and trailing"),
        pytest.param(SALE, [draft(SALE)], id="none"),
        pytest.param(f"[0] {SALE}", [draft(SALE, refused=(0,))], id="zero"),
        pytest.param(f"[99] {SALE}", [draft(SALE, refused=(99,))], id="beyond the quotes"),
        pytest.param(f"[4] {SALE}", [draft(SALE, refused=(4,))], id="one beyond the quotes"),
        pytest.param(f"[1][99] {SALE}", [draft(SALE, 1, refused=(99,))], id="one good, one bad"),
        pytest.param(f"[٣] {SALE}", [draft(SALE, 3)], id="digits of another script"),
        pytest.param(f"- [1] {SALE}", [draft(SALE, 1)], id="bullet"),
        pytest.param(f"  * [1] {SALE}", [draft(SALE, 1)], id="indented star"),
        pytest.param(f"• {SALE} [2]", [draft(SALE, 2)], id="round bullet"),
        pytest.param(f"1. [2] {SALE}", [draft(SALE, 2)], id="numbered line"),
        pytest.param(f"2) [1] {SALE}", [draft(SALE, 1)], id="numbered with bracket"),
        pytest.param("The sale【1†source】was agreed.", [draft("The salewas agreed.")], id="foreign marker goes"),
        pytest.param("[1]", [], id="marker alone"),
        pytest.param("[1] ...", [], id="marker and dots"),
        pytest.param("", [], id="empty"),
        pytest.param("   ", [], id="blank"),
        pytest.param(REFUSAL, [], id="refusal"),
        pytest.param(f"**{REFUSAL.lower()}.**", [], id="refusal in bold"),
    ],
)
def test_a_line_to_sentences(line: str, drafts: list[Draft]) -> None:
    assert parse_line(line, quotes=3) == drafts


@pytest.mark.parametrize(
    ("text", "refuses"),
    [
        pytest.param("NONE", True, id="the word"),
        pytest.param(" none.\n", True, id="small, with full stop"),
        pytest.param("“NONE”", False, id="typographic marks are a sentence"),
        pytest.param('"NONE"', True, id="in marks"),
        pytest.param("`NONE`", True, id="as code"),
        pytest.param("None of the quotes say so.", False, id="a sentence that begins so"),
        pytest.param("[1] NONE of it.", False, id="with a marker"),
        pytest.param("", False, id="nothing"),
    ],
)
def test_refusal(text: str, refuses: bool) -> None:
    assert is_refusal(text) is refuses


@pytest.mark.parametrize(
    ("pieces", "lines"),
    [
        pytest.param([f"[1] {SALE}\n[2] {VOTE}"], [f"[1] {SALE}", f"[2] {VOTE}"], id="two lines"),
        pytest.param(["[1", "] The sale was", " agreed.\n", "[2] ", VOTE], [f"[1] {SALE}", f"[2] {VOTE}"], id="pieces"),
        pytest.param([f"[1] {SALE}\n[2] The vote is on"], [f"[1] {SALE}"], id="cut-off last line"),
        pytest.param(
            [f"[1] {SALE}\n[2] The offer is $3."], [f"[1] {SALE}", "[2] The offer is $3."], id="ends in a dot"
        ),
        pytest.param(["The vote is on Mon"], [], id="nothing but a cut-off line"),
        pytest.param([f"{SALE} [1][2]"], [f"{SALE} [1][2]"], id="trailing markers end a line"),
        pytest.param([f"{SALE} [1, 2] "], [f"{SALE} [1, 2] "], id="trailing list ends a line"),
        pytest.param(["The sale [1"], [], id="cut off in a marker"),
        pytest.param(['He said "it is over."'], ['He said "it is over."'], id="ends in quotation marks"),
        pytest.param(["NO", "NE"], ["NONE"], id="refusal in pieces"),
        pytest.param([], [], id="nothing"),
        pytest.param(["", "\n", ""], [""], id="empty pieces"),
    ],
)
def test_lines_of_a_stream(pieces: list[str], lines: list[str]) -> None:
    assert list(read_lines(pieces)) == lines


TEXT = st.one_of(
    st.text(),
    st.text(alphabet="[]0123456789,; .!?\n-*•【】†^\"'NOEa", max_size=80),
    st.lists(
        st.sampled_from(["[1]", "[0]", "[99]", "[1, 2]", "[²]", "[٣]", " ", ".", SALE, REFUSAL, "- ", "【3】"])
    ).map("".join),
)


@given(TEXT, st.integers(0, 9))
def test_no_text_yields_a_marker_outside_the_quotes(text: str, quotes: int) -> None:
    for found in parse_line(text, quotes=quotes):
        assert all(1 <= number <= quotes for number in found.markers)
        assert not any(1 <= number <= quotes for number in found.refused_markers)
        assert len(set(found.markers)) == len(found.markers)
        assert any(character.isalnum() for character in found.text)


@given(st.lists(TEXT, max_size=6))
def test_lines_do_not_depend_on_the_pieces(pieces: list[str]) -> None:
    assert list(read_lines(pieces)) == list(read_lines(["".join(pieces)]))
    assert list(read_lines("".join(pieces))) == list(read_lines(pieces))


@pytest.mark.timeout(10)
@pytest.mark.parametrize("piece", ["[1]", "[", "[1,", ". ", ".[1] ", "A ", "【1", "NONE"])
def test_long_drafts_are_read_in_time(piece: str) -> None:
    text = piece * (20_000 // len(piece))
    parse_line(text, quotes=3)
    list(read_lines([text]))
