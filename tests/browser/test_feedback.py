"""What a reader says of an answer in the browser becomes cases, and the evaluation runs them."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from rag.evaluate.cases import read_cases
from rag.evaluate.feedback import FEEDBACK_FILE
from tests.browser.conftest import DEADLINE, QUESTION, answered, needs_chromium, screenshot
from tests.browser.test_accessibility import serious
from ui.cli import cli

pytestmark = needs_chromium


def test_feedback_becomes_cases_that_the_evaluation_runs(
    page, library_folder: Path, sample_library: Path, tmp_path: Path
) -> None:
    turn = answered(page, QUESTION)
    page.wait_for_function("Object.values(localStorage).some((kept) => kept.includes('dock strike'))")
    sentence = turn.locator(".sentence").first
    sentence.hover()
    sentence.get_by_role("button", name="Something is wrong").click()
    screenshot(page, "feedback")
    assert serious(page) == []
    page.keyboard.press("Escape")
    assert sentence.locator(".faults").count() == 0
    page.keyboard.press("Enter")
    sentence.get_by_role("button", name="The quote does not say this").click()
    sentence.locator(".said", has_text="kept").wait_for(timeout=DEADLINE)
    quote = page.locator("#panel .quotes > li").nth(1)
    quote.get_by_role("button", name="Report").click()
    quote.get_by_role("button", name="Wrong source").click()
    quote.locator(".said", has_text="2 cases").wait_for(timeout=DEADLINE)
    turn.get_by_role("button", name="Something is missing").click()
    turn.get_by_role("textbox", name="What should have been found").fill("34 vessels")
    page.keyboard.press("Enter")
    turn.locator(".said", has_text="3 cases").wait_for(timeout=DEADLINE)

    file = library_folder / FEEDBACK_FILE
    not_said, wrong, missing = read_cases(file)
    assert not_said.faults[0].kind == "not_said"
    assert "34 vessels" in not_said.faults[0].quote
    assert wrong.faults[0].kind == "wrong_source"
    assert (missing.answers, missing.answerable) == (("34 vessels",), True)
    assert {each.question for each in (not_said, wrong, missing)} == {QUESTION}

    report = tmp_path / "report.json"
    words = ["eval", "answers", str(file), "--library", str(sample_library), "--model", "none", "--json", str(report)]
    CliRunner().invoke(cli, words, catch_exceptions=False, standalone_mode=False)
    figures = {each["metric"]: each for each in json.loads(report.read_text())["figures"]}
    assert (figures["fault_repeated"]["value"], figures["fault_repeated"]["n"]) == (1.0, 2)
    assert figures["answer_in_quotes"]["value"] == 1.0
