"""The chat for everyone: axe-core finds nothing serious, and a keyboard is enough."""

from __future__ import annotations

import pytest

from tests.browser.conftest import DEADLINE, QUESTION, answered, needs_chromium, screenshot

pytestmark = needs_chromium

SIZES = {"wide": (1400, 900), "narrow": (360, 740)}


def serious(page) -> list[str]:
    """Return what axe-core calls serious or critical on the page as it is."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{each['impact']} {each['id']}: {node['target']}"
        for each in found
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_on_any_view(browser, address: str, size: str, scheme: str) -> None:
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    page = context.new_page()
    page.goto(address)
    page.locator("#following .examples button").first.wait_for(timeout=DEADLINE)
    views = {"start": serious(page)}
    screenshot(page, f"start-{size}-{scheme}")
    turn = answered(page, "How many people marched against the port sale in Santa Ruela on March 23?")
    views["answer"] = serious(page)
    screenshot(page, f"answer-{size}-{scheme}")
    turn.locator(".chip").first.click()
    page.locator("mark.chosen").wait_for(timeout=DEADLINE)
    page.wait_for_timeout(400)  # the sheet of a phone is on its way up
    views["article"] = serious(page)
    screenshot(page, f"article-{size}-{scheme}")
    page.keyboard.press("Escape")
    answered(page, "Who won the chess championship in Reykjavik?")
    page.locator("#filters > button").click()
    page.locator("#filters button.calendar").first.wait_for(timeout=DEADLINE)
    views["refusal and filters"] = serious(page)
    screenshot(page, f"refusal-{size}-{scheme}")
    assert {view: found for view, found in views.items() if found} == {}
    context.close()


def test_a_keyboard_is_enough_to_ask_read_follow_and_return(page) -> None:
    page.locator("#question textarea").focus()
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    page.locator('#live .turn[data-over="yes"] .chip').first.wait_for(timeout=DEADLINE)
    for _ in range(60):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.matches('#live .sentence .chip')"):
            break
    number = page.evaluate("document.activeElement.dataset.n")
    assert page.locator("#card").is_visible()
    page.keyboard.press("Enter")
    page.locator(f"#src-1-{number}.chosen").wait_for(timeout=DEADLINE)
    assert page.evaluate("document.activeElement.id") == f"src-1-{number}"
    page.keyboard.press("]")
    page.wait_for_function(f"document.activeElement.id !== 'src-1-{number}'")
    outline = page.evaluate("getComputedStyle(document.activeElement).boxShadow")
    assert outline != "none"


def test_what_is_happening_is_told_to_who_hears_it(page) -> None:
    turn = answered(page, QUESTION)
    assert turn.locator("[role=status]").inner_text().startswith("2 articles, 2 outlets, 2 origins")
    assert turn.get_attribute("aria-labelledby") == "asked-1"


def test_who_wants_no_motion_gets_none(browser, address: str) -> None:
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(address)
    page.locator("#question textarea").wait_for(timeout=DEADLINE)
    assert page.evaluate("getComputedStyle(document.getElementById('sources')).transitionDuration") == "0s"
    context.close()
