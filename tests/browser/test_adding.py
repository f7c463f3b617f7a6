"""Bringing articles in: what failed can be tried again, and a new language is offered among the filters."""

from __future__ import annotations

from pathlib import Path

from tests.browser.conftest import DEADLINE, add_article, answered, needs_chromium, screenshot
from tests.browser.test_accessibility import serious
from tests.conftest import ROOT

pytestmark = needs_chromium

SPANISH = (ROOT / "samples" / "languages" / "es-embalse.md").read_text(encoding="utf-8")


def open_adding(page) -> None:
    if not page.locator("#files").is_visible():
        page.locator("#adding > button").click()
    page.locator("#files").wait_for(timeout=DEADLINE)


def test_files_and_addresses_that_failed_are_tried_again_until_they_do_not(page, uploads: Path, tmp_path: Path) -> None:
    open_adding(page)
    retry = page.locator("#retry")
    assert not retry.is_visible()
    empty = tmp_path / "keeper.md"
    empty.touch()
    page.locator("#files input[type=file]").set_input_files(str(empty))
    page.locator("#added", has_text="failed").wait_for(timeout=DEADLINE)
    retry.wait_for(timeout=DEADLINE)
    screenshot(page, "retry")
    assert serious(page) == []
    (copy,) = uploads.rglob("keeper.md")
    page.locator("#addresses textarea").fill("http://127.0.0.1:9/feed")
    page.locator("#fetch").click()
    page.locator("#added", has_text="127.0.0.1").wait_for(timeout=DEADLINE)
    retry.click()
    told = page.locator("#added", has_text="keeper.md")
    told.wait_for(timeout=DEADLINE)
    assert "127.0.0.1" in told.inner_text()  # both were tried, and both failed again
    assert retry.is_visible()
    text = "The lighthouse keeper of Port Selm is Ansel Brook, who came in May."
    copy.write_text(f"---\ntitle: The keeper\noutlet: Quay Times\n---\n\n{text}\n", encoding="utf-8")
    retry.click()
    page.locator("#added", has_text="The keeper").wait_for(timeout=DEADLINE)
    assert not copy.exists()  # what was taken in leaves nothing behind
    assert retry.is_visible()  # the address still fails


def test_a_language_that_comes_in_is_offered_by_its_name_and_limits_the_answer(page, tmp_path: Path) -> None:
    text = SPANISH.split("---", 2)[2].strip()
    add_article(page, tmp_path, "embalse.md", text, title="El embalse", outlet="El Faro", published="2031-05-04")
    page.locator("#filters > button").click()
    page.locator("#languages input").click()
    options = page.locator("#languages [role=option]")
    options.first.wait_for(timeout=DEADLINE)
    assert [each.strip().lstrip("✓").strip() for each in options.all_inner_texts()] == ["English", "Spanish"]
    options.filter(has_text="Spanish").click()
    page.keyboard.press("Escape")
    turn = answered(page, "How many vessels were held up by the one-day dock strike of March 12?")
    assert '"languages":["es"]' in (turn.get_attribute("data-filters") or "").replace(" ", "")
    assert "1 article" in turn.inner_text()
