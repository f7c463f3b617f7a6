"""The page of the articles and what is ticked: found, opened, compared, asked alone, removed after a second question."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.conftest import DEADLINE, QUESTION, add_article, answered, needs_chromium, screenshot
from tests.browser.test_accessibility import SIZES, serious

pytestmark = needs_chromium


def open_list(page):
    if page.viewport_size["width"] < 768:  # there the side begins closed
        page.locator("#side:not(.open)").wait_for(timeout=DEADLINE, state="attached")
        page.locator("#side .toggle-button").click()
    page.locator("#house [data-view=articles]").click()
    view = page.locator("#view .articles")
    view.wait_for(timeout=DEADLINE)
    return view


def test_articles_are_found_opened_compared_and_removed_after_a_second_question(page, tmp_path: Path) -> None:
    hostile = "<img src=x onerror=alert(1)> Lighthouse"
    told = {"title": hostile, "outlet": "Quay Times", "published": "2031-05-01"}
    add_article(page, tmp_path, "keeper.md", "The lighthouse keeper of Port Selm is Ansel Brook.", **told)
    view = open_list(page)
    assert "42 articles" in view.locator(".status").inner_text()
    assert view.locator(".article-list > li").count() == 42
    view.get_by_role("searchbox").fill("holds up ships")
    view.locator(".status", has_text="1 article found").wait_for(timeout=DEADLINE)
    view.get_by_role("button", name="What changed").click()
    changed = view.locator(".more .revision")
    changed.first.wait_for(timeout=DEADLINE)
    assert changed.locator("del", has_text="22").count() >= 1
    assert changed.locator("ins", has_text="34").count() >= 1
    screenshot(page, "articles-versions")
    view.locator(".title").click()
    page.locator("#view .reading .body", has_text="34 vessels").wait_for(timeout=DEADLINE)
    page.get_by_role("button", name="Back", exact=True).click()
    view.get_by_role("searchbox").fill("lighthouse")
    view.locator(".title", has_text=hostile).wait_for(timeout=DEADLINE)
    view.get_by_role("button", name="Remove").click()
    view.get_by_role("button", name="Keep the article").click()
    assert view.locator(".article-list > li").count() == 1
    view.get_by_role("button", name="Remove").click()
    view.get_by_role("button", name="now").click()
    view.locator(".status", has_text="was removed").wait_for(timeout=DEADLINE)
    assert view.locator(".article-list > li").count() == 0


def test_ticked_sources_limit_what_is_asked_until_they_are_taken_out(page) -> None:
    answered(page, QUESTION)
    ticks = page.locator("#panel [data-tick]")
    ticks.nth(1).check()
    only = page.locator("#only")
    assert "Only this article: Dockworkers begin" in only.inner_text()
    screenshot(page, "ticked")
    ticks.nth(0).check()
    assert "Only these 2 articles" in only.inner_text()
    ticks.nth(0).uncheck()
    turn = answered(page, "How many vessels were waiting off Puerto Alba?")
    shown = page.locator("#panel .source h3").all_inner_texts()
    assert {text.rstrip(" ▸▾") for text in shown} == {"Dockworkers begin open-ended strike at canal ports"}
    assert '"articles":["' in (turn.get_attribute("data-filters") or "").replace(" ", "")
    only.get_by_role("button", name="Ask all articles again").click()
    assert not only.is_visible()
    third = answered(page, "Why did Kestrel Bay cut its offer?")
    assert third.locator(".sentence").count() > 0


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_on_the_list(browser, address: str, size: str, scheme: str) -> None:
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    page = context.new_page()
    page.goto(address)
    page.locator("#question textarea").wait_for(timeout=DEADLINE)
    view = open_list(page)
    view.get_by_role("button", name="Remove").first.click()
    page.wait_for_timeout(400)
    screenshot(page, f"articles-{size}-{scheme}")
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()
