"""Sentences tile the text and end where a news editor would end them."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.articles import Span
from index.text.sentences import _propose_starts, split_sentences, trimmed


def sentences_of(text: str) -> list[str]:
    return [trimmed(text, span).slice(text) for span in split_sentences(text)]


# Sentence ends are marked with "|"; the mark is taken out before splitting.
NEWS = """
Ms. Okafor left at noon.| Mr. Lim and Mrs. Poe stayed.
Gen. Ibarra met Lt. Col. Cole and Sgt. Mbeki.| Sen. Diaz and Rep. Wu voted.
Atty. Gen. Poe resigned.| Amb. Lee did not.
J. R. Okafor chaired the panel.| John F. Adeyemi wrote the report.
Martin Obi Jr. won.| His father, Martin Obi Sr., lost.
The troops left the U.S.| The president spoke at dusk.
He works for the U.N.| It was founded in 1945.
The U.S. Senate met the U.K. Treasury and the E.U. Commission.| The U.N. Security Council did not.
He flew to the U.S. Monday.| U.S.-led forces waited.
She moved to Washington, D.C.| The mayor of D.C. spoke.
On Jan. 5 and Feb. 6 it rained.| It cleared on Sept. 11.| The war followed.
The answer from No. 10 was no.| St. Louis fans cheered.
She lives on Main St.| He does not.
It opened at 9 a.m. Monday and closed at 5 p.m.| The vote was late.
The ship sank at 3 a.m.| Rescue crews came at 4 a.m. on Sunday.
Trading ends at 5 p.m. Eastern time.| It began at 9 a.m. EST.
Profit rose 5.2 pct. in May.| Sales fell 3 pct.| The board met.
Acme Inc. said it would sue Bolt Corp. over the name.| Shares of Acme Inc.| The company declined to speak.
The Dalton Co. Ltd. case, Roe v. Wade and Lim vs. Poe were cited.| They were old.
He holds a Ph.D. from Accra and an M.D.| He teaches.
“We won.”| He left.| ‘We lost.’| She stayed.
“We won. We will rebuild,” she said.| “It is over.”
"We won. We will rebuild," she said.| "It is over."
He asked, "Why now?" and left.| She said: "No!"| Then he left.
"Why now?" Okafor asked.| "Nobody knows!" President Lim said.
He called it "over."| The end came (as feared).| She wept.
(He was late.)| She was not.| The plan (see p. 5) failed.
The toll rose [sic].| Then it fell.
"I don't know ... maybe," he said.| It ended...| Then it began again.
Well... it depends, he said.| Nobody disagreed.
The fund paid $3.5 million.| The rate was 3.5%.| Costs were 1.2 billion.
What?!| No way!| Yes.
Visit news.example.| Then call.| Yahoo! said profit fell.
Read https://a.example/X.Y?z=1.| Then write to A.B@c.example.
The '90s were good.| The dogs' bowls were not.
Police said.| They left the dam at dawn.
Phones sold well.| iPhone sales fell.| eBay rose.
PANAMA CITY (AP) — The mayor quit.| LONDON, Jan. 5 (Reuters) - Shares rose.
Vitamin B.| It is in fish.| Plan B.| The plan failed.
Prices rose, e.g. for rice, oil, etc. in May.| The rest, i.e. fuel, fell.
Adm. Roe, Capt. Poe, Maj. Moe, Cpl. Noe, Pvt. Foe and Rev. Woe met.| Prof. Lee, Dr. Wu and Hon. Day did not.
Wash. Gov. Jay met Calif. officials.| Dept. of State aides came.
He earned $1,000.| In 2031 he left.| 30 people died.
The No. 3 seed beat Nos. 5 and 6.| It was fun.
The sign said Est. 1990 and Tel. 555.| Vol. 3 did not.
1. First the dam broke.| 2. Then the road went.
La Sra. Gómez habló.| El Dr. Pérez no.
今日は晴れ。|明日は雨。
Élodie wrote 😀 twice.| The dam 👩‍👩‍👧 held.
"""


@pytest.mark.parametrize("marked", NEWS.strip().split("\n"))
def test_news_sentences_end_where_they_should(marked: str) -> None:
    assert sentences_of(marked.replace("|", "")) == [part.strip() for part in marked.split("|")]


def test_sentences_that_lost_the_space_between_them_are_parted() -> None:
    assert sentences_of("Police said so.They left.") == ["Police said so.", "They left."]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Dam opens\n\nThe dam opened on", ["Dam opens", "The dam opened on"]),
        ("Dam opens\nThe long dam opened on Monday.", ["Dam opens", "The long dam opened on Monday."]),
        ("WHAT WE KNOW SO FAR AND MORE\nThe dam broke.", ["WHAT WE KNOW SO FAR AND MORE", "The dam broke."]),
        (
            "The dam that feeds the city of\nAccra broke on Monday.",
            ["The dam that feeds the city of\nAccra broke on Monday."],
        ),
        ("He said:\n- The dam broke\n- The road went", ["He said:", "- The dam broke", "- The road went"]),
        ("It cost\n\n$5. It", ["It cost", "$5.", "It"]),
        ("dam", ["dam"]),
        ("", []),
    ],
)
def test_lines_end_sentences_only_where_they_were_ended_on_purpose(text: str, sentences: list[str]) -> None:
    assert sentences_of(text) == sentences


PIECES = st.sampled_from(
    ["The dam broke. ", "Mr. ", "U.S. ", "a", "B", ". ", "! ", '"', "“", "”", "(", ")", "\n", "\n\n", "\r\n",
     "😀",     "é", "。", "\u2009", "\u2028", "\x85", "1. ", "- ", "J. ", "iPhone ", "said.They", "'", " "]
)  # fmt: skip


@given(st.one_of(st.text(), st.lists(PIECES, max_size=40).map("".join)))
@example("The dam broke. Nobody died.\n\n" * 5)
@example("One line.\r\nAnother line.\r\n\r\nThe end.")
@example(" \n ")
@example("B \u2009.J. \u2009")
def test_sentences_tile_any_text(text: str) -> None:
    spans = split_sentences(text)
    assert "".join(span.slice(text) for span in spans) == text
    assert [span.start for span in spans] == [0, *(span.end for span in spans)][: len(spans)]
    assert all(span.start < span.end <= len(text) for span in spans)


@given(st.lists(PIECES, max_size=40).map("".join))
def test_no_sentence_but_the_only_one_is_white_space(text: str) -> None:
    assert len(split_sentences(text)) == 1 or all(sentences_of(text))


def test_repeated_paragraphs_keep_their_own_places() -> None:
    paragraph = "The dam broke. Nobody died.\n\n"
    starts = [span.start for span in split_sentences(paragraph * 3)]
    assert starts == [0, 15, 29, 44, 58, 73]


def test_sentences_of_a_paragraph_longer_than_the_segmenter_is_given() -> None:
    sentence = "Okafor left the dam at dawn. "
    spans = split_sentences(sentence * 2000)
    assert {span.end - span.start for span in spans} == {len(sentence)}
    assert split_sentences("word " * 10_000) == (Span(0, 50_000),)


def test_quotation_marks_that_are_never_closed_take_linear_time() -> None:
    began = time.process_time()
    split_sentences("“The. " * 60_000)
    assert time.process_time() - began < 10


def test_a_panic_of_the_segmenter_leaves_the_text_whole() -> None:
    assert _propose_starts("a\"Mr. 'a)\u2009B\u2009.J. (,\"-'a. \u2009", "en") == set()


@pytest.mark.parametrize(
    ("span", "expected"), [(Span(0, 5), Span(2, 3)), (Span(2, 3), Span(2, 3)), (Span(3, 5), Span(3, 3))]
)
def test_trimmed_leaves_out_white_space(span: Span, expected: Span) -> None:
    assert trimmed("  a  ", span) == expected
