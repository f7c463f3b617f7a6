"""Plots in a browser: drawn when they are opened, of what the answer rests on, each with a table, and nothing from elsewhere."""

from __future__ import annotations

import pytest

from tests.browser.conftest import DEADLINE, answered, needs_chromium, screenshot
from tests.browser.test_accessibility import SIZES, serious

pytestmark = needs_chromium

RATES = "What was the rate of the Central Bank of Valmora?"
BARS = "#coverage-plot svg g.mark-rect path"


def open_plots(page):
    page.locator("#following .examples button").first.wait_for(timeout=DEADLINE)
    plots = page.locator("#plots")
    plots.wait_for(timeout=DEADLINE)
    plots.locator("> button").click()
    page.locator(BARS).first.wait_for(timeout=DEADLINE)
    return plots


def table_of(page, name: str) -> list[str]:
    page.locator(f"{name} summary").first.click()
    return page.locator(f"{name} tbody tr").all_inner_texts()


def test_nothing_of_the_plots_is_loaded_until_they_are_opened(page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    page.locator("#following .examples button").first.wait_for(timeout=DEADLINE)
    page.locator("#plots").wait_for(timeout=DEADLINE)
    assert page.locator("#plots svg.marks").count() == 0
    assert [url for url in asked if "embed" in url] == []


def test_the_collection_is_drawn_by_month_and_outlet_with_a_table_that_says_the_same(page) -> None:
    plots = open_plots(page)
    assert "Look at the collection" in plots.inner_text()
    assert "Articles by month and outlet" in plots.inner_text()
    rows = table_of(page, "#coverage-table")
    assert len(rows) == 8
    assert rows[-1].split()[0] == "All"
    numbers = [int(number) for number in rows[-1].split()[1:]]
    assert sum(numbers) == 36  # 41 articles, of which 5 have no day
    assert page.locator("#coverage-table .legend li").count() == 7
    screenshot(page, "plots-collection")


def test_after_an_answer_its_own_articles_and_its_changing_values_are_drawn(page) -> None:
    plots = open_plots(page)
    before = page.locator(BARS).count()
    answered(page, RATES)
    plots.get_by_text("Look at the answer").wait_for(timeout=DEADLINE)
    page.locator("#values-plot-0 svg g.mark-line path").first.wait_for(timeout=DEADLINE)
    page.wait_for_function(f"document.querySelectorAll('{BARS}').length < {before}", timeout=DEADLINE)
    page.locator("#coverage-plot svg", has_text="2031-05").wait_for(timeout=DEADLINE)
    assert "2031-06" not in (page.locator("#coverage-plot svg").text_content() or "")
    values = table_of(page, "#value-tables")
    assert [row.split("\t")[:2] for row in values] == [["2031-01-30", "8.25 percent"], ["2031-05-08", "7.75 percent"]]
    screenshot(page, "plots-answer")
    chip = page.locator("#value-tables .chip").last
    number = chip.get_attribute("data-n")
    chip.click()
    page.locator(f"#src-1-{number}.chosen").wait_for(timeout=DEADLINE)


def test_a_refusal_draws_nothing(page) -> None:
    open_plots(page)
    answered(page, "Who won the chess championship in Reykjavik?")
    page.locator("#plots").wait_for(state="hidden", timeout=DEADLINE)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_and_nothing_overflows(browser, address: str, size: str, scheme: str) -> None:
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    page = context.new_page()
    page.goto(address)
    page.locator("#question textarea").wait_for(timeout=DEADLINE)
    answered(page, RATES)
    open_plots(page)
    page.locator("#values-plot-0 svg g.mark-line path").first.wait_for(timeout=DEADLINE)
    table_of(page, "#coverage-table")
    table_of(page, "#value-tables")
    page.locator("#plots").scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    screenshot(page, f"plots-{size}-{scheme}")
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.querySelector('.gradio-container').scrollHeight") <= height
    context.close()
