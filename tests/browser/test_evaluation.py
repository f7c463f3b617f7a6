"""A report of an evaluation in a real Chromium: filtering, no request, no script but the page's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.evaluate.compare import compare_reports
from rag.evaluate.metrics import METRICS, summarise
from rag.evaluate.results import Comparison, Input, Item, Piece, Report
from tests.browser.conftest import needs_chromium
from ui.evaluation.report import report_to_html

pytestmark = needs_chromium

EVIL = (
    "<script>alert(1)</script><img src=https://evil.example/x.png onerror=alert(2)><a href='javascript:alert(3)'>x</a>"
)


def make_report(failed: set[int], comparison: Comparison | None = None) -> Report:
    items = tuple(
        Item(
            id=f"case {number}",
            question=f"Question {number}? {EVIL}",
            group="gold" if number % 2 else "weak",
            values={"hit@5": float(number not in failed), "search_ms": 5.0 + number},
            rank=None if number in failed else 1,
            failed=number in failed,
            why=(f"no relevant article was found {EVIL}",) if number in failed else (),
            expected=(EVIL,),
            answer=EVIL,
            pieces=(
                Piece(label="1", text=EVIL, source=EVIL, url="javascript:alert(4)", relevant=False),
                Piece(label="2", text="Plain.", source="Quay Times", url="https://quay.example/2", relevant=True),
            ),
        )
        for number in range(1, 9)
    )
    return Report(
        kind="retrieval",
        made="2031-03-01T10:00:00+00:00",
        version="1",
        inputs=(Input("cases.jsonl", "0" * 64),),
        figures=summarise(items, METRICS["retrieval"]),
        items=items,
        notes=(EVIL,),
        comparison=comparison,
    )


@pytest.fixture
def page(browser, tmp_path: Path) -> Iterator:
    old, new = make_report({1, 2}), make_report({2, 3, 5})
    report = make_report({2, 3, 5}, compare_reports(new, old, name="old.json"))
    path = tmp_path / "report.html"
    path.write_text(report_to_html(report), encoding="utf-8")
    context = browser.new_context(viewport={"width": 1200, "height": 1000})
    opened = context.new_page()
    foreign: list[str] = []
    said: list[str] = []
    opened.on("request", lambda request: foreign.append(request.url) if request.url != path.as_uri() else None)
    opened.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.said = said
    opened.goto(path.as_uri())
    yield opened
    assert foreign == [], "the report asked another machine"
    assert said == [], "a script ran that is not the report's own, or the report's own failed"
    context.close()


def read_shown(page, part: str) -> list[str]:
    """Return a part of every case that the filter leaves, those below the fold too.

    The page skips drawing what lies far below (``content-visibility: auto``), and what is not drawn has no inner text.
    """
    return [item.text_content() for item in page.locator(f".case:visible {part}").all()]


def shown(page) -> list[str]:
    return read_shown(page, ".name")


def test_filters(page) -> None:
    assert page.locator("#shown").inner_text() == "8 of 8 shown"
    page.get_by_role("button", name="Failed").click()
    assert page.locator("#shown").inner_text() == "3 of 8 shown"
    assert shown(page) == ["gold · case 3", "gold · case 5", "weak · case 2"]
    assert page.get_by_role("button", name="Failed").get_attribute("aria-pressed") == "true"
    page.get_by_role("button", name="Changed").click()
    assert shown(page) == ["gold · case 3", "gold · case 5", "gold · case 1"]
    assert read_shown(page, ".badge") == ["newly failed", "newly failed", "fixed"]
    page.get_by_role("button", name="All").click()
    page.locator("#words").fill("question 7?")
    assert shown(page) == ["gold · case 7"]


def test_a_case_opens_side_by_side(page) -> None:
    page.get_by_role("button", name="Passed").click()
    case = page.locator(".case:visible").first
    case.locator("summary").click()
    assert case.locator(".piece.relevant .words").inner_text() == "Plain."
    left, right = case.locator(".sides > div").all()
    assert left.bounding_box()["x"] < right.bounding_box()["x"]
    assert case.locator("a").count() == 1
    assert case.locator("a").get_attribute("href") == "https://quay.example/2"


def test_hostile_words_are_text(page) -> None:
    assert page.locator("img").count() == 0
    assert page.locator("script").count() == 1
    assert page.locator(".question").first.inner_text().count("<script>alert(1)</script>") == 1


def test_a_script_that_got_in_would_not_run(page) -> None:
    """The policy is the second wall: even a script in the page itself is refused."""
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.ran = 1'}))"
    )
    assert page.evaluate("window.ran") is None
    assert "Content Security Policy" in page.said.pop()


def test_dark_follows_the_reader(browser, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text(report_to_html(make_report({1})), encoding="utf-8")
    colours = []
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme=scheme)
        opened = context.new_page()
        opened.goto(path.as_uri())
        colours.append(opened.evaluate("getComputedStyle(document.body).backgroundColor"))
        context.close()
    assert colours[0] != colours[1]
