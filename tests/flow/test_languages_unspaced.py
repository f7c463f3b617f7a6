"""Languages that are written without spaces, and Arabic: words are found, quotes alone answer, what no article says is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import Desk
from tests.conftest import SAMPLES
from tests.flow.asking_for_tests import check

pytestmark = pytest.mark.model

ARTICLES = [
    {"title": "青岭大桥通车", "outlet": "青岭晚报", "published": "2031-04-02", "language": "zh", "text": "青岭大桥于星期三正式通车，桥长八百四十米。市长周文海在仪式上说，过桥费为五元。大桥的建设历时三年，耗资九亿元。"},
    {"title": "北山图书馆关闭", "outlet": "青岭晚报", "published": "2031-04-03", "language": "zh", "text": "北山图书馆因屋顶漏水将关闭六个星期。馆长何静表示，约两万册图书已经搬走。"},
    {"title": "白浜の灯台が売却", "outlet": "白浜新聞", "published": "2031-04-04", "language": "ja", "text": "白浜町は金曜日、古い灯台を画家の田村明子氏に売却した。価格は四千万円だった。灯台の高さは三十二メートルである。"},
    {"title": "إغلاق جسر الوادي", "outlet": "جريدة الوادي", "published": "2031-04-05", "language": "ar", "text": "أغلقت البلدية جسر الوادي يوم السبت بسبب شرخ طوله 11 سنتيمترا. وقالت المهندسة ليلى حداد إن الإصلاح سيستغرق ستة أسابيع."},
]  # fmt: skip
ANSWERED = [
    ("青岭大桥有多长？", "八百四十米"),
    ("过桥费是多少？", "五元"),
    ("图书馆为什么关闭？", "屋顶漏水"),
    ("灯台の高さは？", "三十二メートル"),
    ("灯台の価格はいくらでしたか？", "四千万円"),
    ("كم طول الشرخ في جسر الوادي؟", "11 سنتيمترا"),
]
SILENT = ["谁赢得了网球比赛？", "新しい空港はいつ開港しますか？", "من فاز بسباق الدراجات؟"]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder: Path = tmp_path_factory.mktemp("unspaced")
    (folder / "articles.jsonl").write_text("\n".join(json.dumps(each) for each in ARTICLES), encoding="utf-8")
    with Desk(library=folder / "library", model="none", create=True) as opened:
        opened.ingest([SAMPLES, folder / "articles.jsonl"])
        yield opened


@pytest.mark.parametrize(("question", "known"), ANSWERED)
def test_quotes_answer(desk: Desk, question: str, known: str) -> None:
    answer = desk.ask(question)
    check(answer, desk)
    assert answer.status == "answered"
    assert known in " ".join(citation.quote for citation in answer.citations)


@pytest.mark.parametrize("question", SILENT)
def test_what_no_article_says_is_refused(desk: Desk, question: str) -> None:
    answer = desk.ask(question)
    check(answer, desk)
    assert answer.status == "no_evidence"
