"""Offers and headings behind a story, and dates above it, that are no text of it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from index.sources.html.after_story import without_what_follows
from index.sources.html.page import read_html

JAPANESE = "ロドラの堰は六週間の修理を終え、金曜日に開いた。町議会によると、費用は四百十万クローネで、その半分を郡が払う。渡し船は月曜日の正午から再び出る。"


@pytest.mark.parametrize(
    ("story", "after"),
    [
        ([JAPANESE], ["- 堰プラスに登録すると", "- 会員向け記事が読み放題", "- 電子版が利用できる", "※紙の新聞とは朝刊です。", "関連キーワード", "おすすめ情報"]),
        ([JAPANESE], ["関連記事", "渡し船、月曜に再開", "堰の歴史"]),
        (["The weir opened on Friday."], ["- Unlimited access to all articles", "- Cancel anytime", "* Introductory price for the first month.", "Related stories", "Ferry sails again"]),
        (["Das Wehr ist offen."], ["Unbegrenzter Zugriff auf alle Artikel", "Jederzeit kündbar", "Mehr zum Thema:", "Fähre fährt wieder"]),
        (["Le barrage est ouvert."], ["Accès illimité", "À lire aussi", "Le bac repart lundi"]),
    ],
)  # fmt: skip
def test_what_follows_a_story_is_left_out(story: Sequence[str], after: Sequence[str]) -> None:
    assert without_what_follows([*story, *after]) == story


@pytest.mark.parametrize(
    "lines",
    [
        [
            "The paper sells unlimited access to all articles for 4 crowns.",
            "Readers can cancel anytime, its editor said.",
        ],
        ["新しいアプリに登録すると、渡し船の割引が受けられるという。", "会員限定の割引は三月に終わる。"],
        ["Related stories", "The word stood above a list on the page of the council.", "It has gone."],
        ["The five demands are:", "- A ladder for the salmon", "- A landing for the ferry"],
        ["The weir opened.", "* The price has been corrected."],
        [],
    ],
)
def test_what_is_said_of_such_things_in_a_story_stays(lines: list[str]) -> None:
    assert without_what_follows(lines) == lines


def test_dates_of_which_the_second_has_no_year_stand_above_the_text() -> None:
    page = (
        f"<html lang='ja'><head><title>堰、開く</title></head><body><article><h1>堰、開く</h1><p>2031年5月2日 10時28分 (5月2日 11時40分更新)</p>"
        f"<p>{JAPANESE}</p><p>{JAPANESE}また、魚道も造られる。</p></article></body></html>"
    )
    assert read_html("page.html", page).text.startswith(JAPANESE)


def test_a_sentence_that_begins_with_a_date_stays() -> None:
    first = "2031年5月2日、ロドラの堰は六週間の修理を終えて開いた。"
    page = f"<html lang='ja'><head><title>堰、開く</title></head><body><article><h1>堰、開く</h1><p>{first}</p><p>{JAPANESE}</p><p>{JAPANESE}また。</p></article></body></html>"
    assert read_html("page.html", page).text.startswith(first)
