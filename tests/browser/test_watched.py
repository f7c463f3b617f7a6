"""Watched questions in a browser: kept from an answer, told what is new after articles came in, looked at, removed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.conftest import DEADLINE, add_article, answered, needs_chromium, screenshot
from tests.browser.test_accessibility import SIZES, serious

pytestmark = needs_chromium

QUESTION = "Who is the lighthouse keeper of Port Selm?"


def test_what_is_new_of_a_watched_question_is_told_after_articles_came_in(page, tmp_path: Path) -> None:
    told = {"title": "Lighthouse", "outlet": "Quay Times"}
    add_article(
        page,
        tmp_path,
        "keeper.md",
        "The lighthouse keeper of Port Selm is Ansel Brook.",
        published="2031-05-01",
        **told,
    )
    turn = answered(page, QUESTION)
    turn.get_by_role("button", name="Watch this question").click()
    page.locator("#panel .told", has_text="Watched").wait_for(timeout=DEADLINE)
    page.locator("#house [data-view=watched]").click()
    view = page.locator("#view .watched")
    view.wait_for(timeout=DEADLINE)
    assert "Nothing new" in view.locator(".watched-question").inner_text()
    later = "The lighthouse keeper of Port Selm is Mira Holt, who took over from Ansel Brook in June."
    add_article(page, tmp_path, "later.md", later, published="2031-06-02", **{**told, "title": "A <b>new</b> keeper"})
    page.locator("#news-count", has_text="new").wait_for(timeout=DEADLINE)
    page.locator("#house [data-view=watched]").click()
    news = view.locator(".watched-question > .news-list .news")
    news.first.wait_for(timeout=DEADLINE)
    screenshot(page, "watched")
    assert "Mira Holt" in news.first.inner_text()
    assert "A <b>new</b> keeper" in news.first.inner_text()
    assert not page.locator("#news-count").is_visible()
    news.get_by_role("button", name="Read").first.click()
    assert "Mira Holt" in page.locator("#view .reading mark").inner_text(timeout=DEADLINE)
    screenshot(page, "reading")
    page.get_by_role("button", name="Back", exact=True).click()
    view.wait_for(timeout=DEADLINE)
    page.locator("#house [data-view=watched]").click()
    page.locator("#view .watched .nothing", has_text="Nothing new").wait_for(timeout=DEADLINE)
    assert "Seen before" in view.inner_text()
    view.get_by_role("button", name="Ask now").click()
    page.locator('#live .turn[data-turn="2"][data-over="yes"]').wait_for(timeout=DEADLINE)
    assert not page.locator("#view").is_visible()
    page.locator("#house [data-view=watched]").click()
    view.get_by_role("button", name="Watch no more").click()
    page.locator("#view .nothing", has_text="No question is watched").wait_for(timeout=DEADLINE)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_and_nothing_overflows(
    browser, address: str, size: str, scheme: str, tmp_path: Path
) -> None:
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    page = context.new_page()
    page.goto(address)
    turn = answered(page, "Which ship ran aground in the Maravel Canal?")
    turn.get_by_role("button", name="Watch this question").click()
    page.locator("#panel .told", has_text="Watched").wait_for(timeout=DEADLINE, state="attached")
    if size == "narrow":
        page.locator("#side .toggle-button").click()
    page.locator("#house [data-view=watched]").click()
    page.locator("#view .watched-question").first.wait_for(timeout=DEADLINE)
    page.wait_for_timeout(500)
    screenshot(page, f"watched-{size}-{scheme}")
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.activeElement.matches('#view h2')")
    page.keyboard.press("Escape")
    assert not page.locator("#view").is_visible()
    context.close()
