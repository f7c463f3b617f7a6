"""A real headless Chromium: ask, see quotes, follow a citation to its highlighted words, see a refusal."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.model,
    pytest.mark.skipif(
        CHROMIUM is None and not os.environ.get("CI"),
        reason="no Chromium: sudo apt-get install chromium, then make test",
    ),
]
QUESTION = "How many vessels were held up by the one-day dock strike of March 12?"


@pytest.fixture(scope="module")
def uploads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server puts what is uploaded."""
    return tmp_path_factory.mktemp("uploads")


@pytest.fixture(scope="module")
def address(sample_library: Path, uploads: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("browser") / "library"
    shutil.copytree(sample_library, folder)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [Path(sys.executable).with_name("citewire"), "serve", "--model", "none", "--port", str(port), "--library", folder],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT,
        env={**os.environ, "GRADIO_TEMP_DIR": str(uploads)},
    )  # fmt: skip
    assert process.stdout is not None
    line = process.stdout.readline()
    assert "Citewire is open" in line, line
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(timeout=20)
    process.stdout.close()


@pytest.fixture(scope="module")
def browser() -> Iterator:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        yield opened
        opened.close()


@pytest.fixture
def page(browser, address: str) -> Iterator:
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    opened = context.new_page()
    opened.foreign = []
    opened.dialogs = []
    opened.on(
        "request",
        lambda request: (
            opened.foreign.append(request.url) if not request.url.startswith((address, "data:", "blob:")) else None
        ),
    )
    opened.on("dialog", lambda dialog: (opened.dialogs.append(dialog.message), dialog.dismiss()))
    opened.goto(address)
    opened.locator("#question textarea, #question input").first.wait_for(timeout=60_000)
    yield opened
    assert opened.foreign == [], "the page reached for another machine"
    assert opened.dialogs == [], "a script of an article ran"
    context.close()


def ask(page, question: str) -> None:
    box = page.locator("#question textarea, #question input").first
    box.fill(question)
    box.press("Enter")


def test_ask_see_quotes_and_follow_a_citation(page) -> None:
    ask(page, QUESTION)
    page.locator('#conversation a[href="#src-1-1"]').first.wait_for(timeout=60_000)
    page.get_by_text("origin").first.wait_for(timeout=60_000)
    page.locator('#conversation a[href="#src-1-1"]').first.click()
    words = page.locator("#src-1-1")
    words.wait_for()
    assert "34 vessels" in words.inner_text()
    assert "chosen" in (words.get_attribute("class") or "")
    box = words.bounding_box()
    assert box is not None
    assert 0 <= box["y"] <= 1000
    assert page.evaluate("document.activeElement.id") == "src-1-1"
    assert "#" not in page.url
    save = os.environ.get("SCREENSHOTS")
    if save:
        page.screenshot(path=f"{save}/chat.png")


def test_what_is_chosen_stays_chosen_when_the_answer_goes_on_and_when_the_next_one_comes(page) -> None:
    ask(page, "Why did Kestrel Bay cut its offer?")
    link = page.locator('#conversation a[href="#src-1-1"]').first
    link.wait_for(timeout=60_000)
    link.click()
    page.locator("#conversation").get_by_role("button", name="timeline").first.wait_for(timeout=60_000)
    assert "chosen" in (page.locator("#src-1-1").get_attribute("class") or "")
    assert page.evaluate("document.activeElement.id") == "src-1-1"
    ask(page, QUESTION)
    page.locator('#conversation a[href^="#src-2-"]').first.wait_for(timeout=60_000)
    page.get_by_text("Corrected since").first.wait_for(timeout=60_000)
    assert "chosen" in (page.locator("#src-1-1").get_attribute("class") or "")


def test_an_article_that_speaks_the_language_of_templates_is_shown_as_it_is(page, tmp_path: Path) -> None:
    path = tmp_path / "template.md"
    said = "The template inspector Ferran Roig wrote ${alert(1)} and {{value}} and C:\\users\\u on the wall."
    path.write_text(f"---\ntitle: A ${{alert(3)}} title\noutlet: Quay Times\npublished: 2031-05-02\n---\n\n{said}\n")
    page.get_by_text("Add articles").click()
    page.locator("#files input[type=file]").set_input_files(str(path))
    page.get_by_text("1 added").first.wait_for(timeout=60_000)
    ask(page, "What did the template inspector Ferran Roig write on the wall?")
    page.locator("#sources mark").filter(has_text="template inspector").first.wait_for(timeout=60_000)
    assert said in page.locator("#sources").inner_text()
    assert "A ${alert(3)} title" in page.locator("#sources").inner_text()


def test_the_start_page_proposes_questions_of_several_kinds_and_asks_the_one_that_is_clicked(page) -> None:
    examples = page.locator("#conversation").get_by_role("button").filter(has_text=": ")
    examples.first.wait_for(timeout=60_000)
    if os.environ.get("SCREENSHOTS"):
        page.screenshot(path=f"{os.environ['SCREENSHOTS']}/start.png")
    kinds = {text.split(":")[0] for text in examples.all_inner_texts()}
    assert len(kinds) >= 5
    examples.filter(has_text="The collection").first.click()
    page.locator("#conversation").get_by_text("counted from the collection").first.wait_for(timeout=60_000)


def test_after_an_answer_the_next_question_is_a_click_away(page) -> None:
    ask(page, "Why did Kestrel Bay cut its offer?")
    page.locator('#conversation a[href="#src-1-1"]').first.wait_for(timeout=60_000)
    following = page.locator("#conversation").get_by_role("button", name="timeline")
    following.first.wait_for(timeout=60_000)
    if os.environ.get("SCREENSHOTS"):
        page.screenshot(path=f"{os.environ['SCREENSHOTS']}/following.png")
    following.first.click()
    page.locator('#conversation a[href^="#src-2-"]').first.wait_for(timeout=60_000)


def test_a_follow_up_leans_on_the_conversation_of_this_window_alone(page, browser, address: str) -> None:
    ask(page, "How large was the fine against Brantholm Metals?")
    page.locator('#conversation a[href="#src-1-1"]').first.wait_for(timeout=60_000)
    page.get_by_text("origin").first.wait_for(timeout=60_000)
    ask(page, "and who imposed it?")
    understood = page.locator("#conversation").get_by_text("Understood as").first
    understood.wait_for(timeout=60_000)
    assert "Brantholm Metals" in understood.inner_text()
    if os.environ.get("SCREENSHOTS"):
        page.get_by_text("Sources for: and who imposed it?").first.wait_for(timeout=60_000)
        page.screenshot(path=f"{os.environ['SCREENSHOTS']}/follow-up.png")
    other = browser.new_context().new_page()
    other.goto(address)
    other.locator("#question textarea, #question input").first.wait_for(timeout=60_000)
    ask(other, "and who imposed it?")
    other.get_by_text("Searched").first.or_(other.get_by_text("origin").first).first.wait_for(timeout=60_000)
    assert other.get_by_text("Understood as").count() == 0
    other.context.close()


def test_a_corrected_figure_says_so(page) -> None:
    ask(page, QUESTION)
    note = page.locator("#conversation").get_by_text("Corrected since").first
    note.wait_for(timeout=60_000)
    assert "22 vessels" in note.inner_text()


def test_refusal_says_what_was_searched(page) -> None:
    ask(page, "Who won the chess championship in Reykjavik?")
    page.get_by_text("do not answer this").first.wait_for(timeout=60_000)
    assert page.get_by_text("41 articles of 7 outlets").count() >= 1
    if os.environ.get("SCREENSHOTS"):
        page.screenshot(path=f"{os.environ['SCREENSHOTS']}/refusal.png")


def test_markup_in_a_title_stays_text(page) -> None:
    ask(page, "How many containers did Puerto Alba move in its record year?")
    page.locator("#sources summary").filter(has_text="<script>").first.wait_for(timeout=60_000)
    assert page.locator("#sources summary b, #sources summary script").count() == 0


def test_a_script_in_the_question_does_not_run(page) -> None:
    ask(page, "<img src=x onerror=alert(1)> ![x](http://evil.example/x.png) who approved the sale?")
    page.get_by_text("who approved the sale").first.wait_for(timeout=60_000)
    assert page.locator("#conversation img").count() == 0


def test_articles_can_be_added(page, uploads: Path, tmp_path: Path) -> None:
    path = tmp_path / "lighthouse.md"
    path.write_text(
        "---\ntitle: Lighthouse\noutlet: Quay Times\npublished: 2031-05-01\n---\n\nThe lighthouse keeper of Port Selm is Ansel Brook.\n"
    )
    page.get_by_text("Add articles").click()
    page.locator("#files input[type=file]").set_input_files(str(path))
    page.get_by_text("1 added").first.wait_for(timeout=60_000)
    told = page.locator("#added").inner_text()
    assert "added Lighthouse (lighthouse.md)" in told
    assert str(tmp_path) not in told
    assert list(uploads.iterdir()) != []
    assert list(uploads.rglob("*.md")) == []
    ask(page, "Who is the lighthouse keeper of Port Selm?")
    page.locator("#conversation").get_by_text("Ansel Brook").first.wait_for(timeout=60_000)


def test_addresses_are_fetched_under_the_same_rules_and_told_one_by_one(page) -> None:
    page.get_by_text("Add articles").click()
    page.locator("#addresses textarea").fill("http://127.0.0.1:80/\n/etc/passwd\nftp://a.example/<b>x</b>\n")
    page.locator("#fetch").click()
    page.get_by_text("3 failed").first.wait_for(timeout=60_000)
    told = page.locator("#added").inner_text()
    assert "127.0.0.1 is this machine itself" in told
    assert "/etc/passwd: It is no web address" in told
    assert "ftp://a.example/<b>x</b>: it begins with 'ftp'" in told
    assert page.locator("#addresses textarea").input_value() == ""
    if os.environ.get("SCREENSHOTS"):
        page.screenshot(path=f"{os.environ['SCREENSHOTS']}/adding.png", full_page=True)
