"""The pictures of the chat, taken in a browser from a served copy of a library; ``make_pictures`` calls it."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, sync_playwright

IMAGES = Path(__file__).parent / "images"
COMMAND = Path(sys.executable).with_name("citewire")
COLOURS = 128  # of a picture's palette
PATIENCE = 20_000  # milliseconds
WIDE, PHONE = (1400, 900), (390, 780)
MARCH = "How many people marched against the port sale in Santa Ruela on March 23?"
STRIKE = "How many vessels were held up by the one-day dock strike of March 12?"
TOLL = "How did the death toll of the Stella Marisa change?"
NOT_THERE = "Who won the chess championship in Reykjavik?"
KEEPER = "Who is the lighthouse keeper of Port Selm?"
DRAFT = (
    "About 12,000 people marched against the port sale in Santa Ruela, according to the city police. "
    "The one-day dock strike of March 12 held up 22 vessels. "
    "The mayor of Santa Ruela plays the cello."
)
KEEPERS = {
    "2031-05-01": "The lighthouse keeper of Port Selm is Ansel Brook.",
    "2031-06-02": "The lighthouse keeper of Port Selm is Mira Holt, who took over from Ansel Brook in June.",
}


def photograph_chat(library: str, chromium: str) -> None:
    """Walk through the chat as a reader does, and photograph every view."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        copy = Path(folder) / "library"
        shutil.copytree(library, copy, ignore=shutil.ignore_patterns("lock", "watched.json", "feedback.jsonl"))
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        with serving(copy) as address:
            photograph_start(browser, address)
            photograph_answer(browser, address)
            photograph_timeline(browser, address)
            photograph_plots(browser, address)
            photograph_refusal(browser, address)
            photograph_draft(browser, address)
            photograph_articles(browser, address)
            photograph_phone(browser, address, Path(folder))
            photograph_watched(browser, address, Path(folder))  # the last: it brings articles in
        browser.close()


@contextlib.contextmanager
def serving(library: Path) -> Iterator[str]:
    """Serve a library with quotes alone, and give the address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [COMMAND, "serve", "--model", "none", "--port", str(port), "--library", library]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        if "Citewire is open" not in (line := server.stdout.readline()):
            raise SystemExit(f"The chat was not served: {line}")
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()  # else a picture that fails waits for the server for ever


def photograph_start(browser: Browser, address: str) -> None:
    """What is seen before the first question."""
    page = open_chat(browser, address)
    page.locator("#following .examples button").first.wait_for(timeout=PATIENCE)
    take(page, "chat-start")


def photograph_answer(browser: Browser, address: str) -> None:
    """Two sources that disagree, one opened at its words, the card of the other."""
    page = open_chat(browser, address)
    turn = ask(page, MARCH)
    turn.locator(".sentence .chip").first.click()
    page.locator("mark.chosen").wait_for(timeout=PATIENCE)
    turn.locator(".sentence .chip").nth(1).hover()
    page.locator("#card").wait_for(timeout=PATIENCE)
    take(page, "chat")


def photograph_timeline(browser: Browser, address: str) -> None:
    """A timeline, in the dark."""
    page = open_chat(browser, address, scheme="dark")
    turn = ask(page, TOLL)
    turn.locator(".days .chip").last.click()
    page.locator("mark.chosen").wait_for(timeout=PATIENCE)
    show_top(page)
    take(page, "chat-timeline")


def photograph_plots(browser: Browser, address: str) -> None:
    """What an answer rests on, drawn, with the table of a value that changed, in the dark."""
    page = open_chat(browser, address, scheme="dark")
    turn = ask(page, TOLL)
    page.locator("#plots > button").click()
    page.locator("#values-plot-0 svg g.mark-line path").first.wait_for(timeout=PATIENCE)
    page.locator("#value-tables summary").first.click()
    page.evaluate(
        "(deeds) => { const box = document.getElementById('reading');"
        " box.scrollTop += deeds.getBoundingClientRect().top - box.getBoundingClientRect().top; }",
        turn.locator("> .deeds").last.element_handle(),
    )
    take(page, "chat-plots")


def photograph_refusal(browser: Browser, address: str) -> None:
    """A question that the articles do not answer."""
    page = open_chat(browser, address)
    ask(page, NOT_THERE)
    page.locator("#filters > button").click()
    page.locator("#filters button.calendar").first.wait_for(timeout=PATIENCE)
    take(page, "chat-refusal")


def photograph_draft(browser: Browser, address: str) -> None:
    """A text of one's own, checked."""
    page = open_chat(browser, address)
    page.locator("#drafting > button").click()
    page.locator("#draft textarea").fill(DRAFT)
    page.locator("#check").click()
    page.locator("#live .draft .sentence").first.wait_for(timeout=PATIENCE)
    take(page, "chat-draft")


def photograph_articles(browser: Browser, address: str) -> None:
    """The list of articles, with what the versions of one changed."""
    page = open_chat(browser, address, scheme="dark")
    page.locator("#house [data-view=articles]").click()
    changed = page.locator("#view .articles").get_by_role("button", name="What changed").first
    changed.click(timeout=PATIENCE)
    page.locator("#view .revision").first.wait_for(timeout=PATIENCE)
    page.evaluate(
        "(item) => { const box = document.getElementById('view');"
        " box.scrollTop += item.closest('li').getBoundingClientRect().top - box.getBoundingClientRect().top - 190; }",
        changed.element_handle(),
    )
    take(page, "chat-articles")


def photograph_phone(browser: Browser, address: str, folder: Path) -> None:
    """An answer on a phone, and the sheet with its article beside it."""
    page = open_chat(browser, address, size=PHONE)
    turn = ask(page, STRIKE)
    show_top(page)
    page.screenshot(path=folder / "answer.png")
    turn.locator(".sentence .chip").first.click()
    page.locator("mark.chosen").wait_for(timeout=PATIENCE)
    page.wait_for_timeout(500)  # the sheet is on its way up
    page.screenshot(path=folder / "sheet.png")
    page.context.close()
    width, height = PHONE
    both = Image.new("RGB", (2 * width + 24, height), "#8a93a2")
    for place, name in enumerate(("answer.png", "sheet.png")):
        both.paste(Image.open(folder / name), (place * (width + 24), 0))
    keep(both, "chat-phone")


def photograph_watched(browser: Browser, address: str, folder: Path) -> None:
    """A question that is watched, after an article with news came in."""
    page = open_chat(browser, address)
    page.locator("#adding > button").click()
    for day, text in KEEPERS.items():
        path = folder / f"keeper-{day}.md"
        facts = f"title: The light of Port Selm\noutlet: Quay Times\npublished: {day}"
        path.write_text(f"---\n{facts}\n---\n\n{text}\n", encoding="utf-8")
        page.locator("#files input[type=file]").set_input_files(str(path))
        page.locator("#added", has_text=path.name).wait_for(timeout=PATIENCE)
        if day == min(KEEPERS):
            ask(page, KEEPER).get_by_role("button", name="Watch this question").click()
            page.locator("#panel .told", has_text="Watched").wait_for(timeout=PATIENCE)
    page.locator("#news-count", has_text="new").wait_for(timeout=PATIENCE)
    page.locator("#adding > button").click()
    page.locator("#house [data-view=watched]").click()
    page.locator("#view .news").first.wait_for(timeout=PATIENCE)
    take(page, "chat-watched")


def open_chat(browser: Browser, address: str, *, size: tuple[int, int] = WIDE, scheme: Any = "light") -> Page:
    """Return the chat in a window of its own, in which nothing moves."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(address)
    page.locator("#question textarea").wait_for(timeout=PATIENCE)
    return page


def ask(page: Page, question: str) -> Locator:
    """Ask, and return the question with its answer."""
    box = page.locator("#question textarea")
    box.fill(question)
    box.press("Enter")
    turn = page.locator('#live .turn[data-over="yes"]')
    turn.wait_for(timeout=PATIENCE)
    if turn.locator(".refusal").count() == 0:
        page.locator("#following .examples button").first.wait_for(timeout=PATIENCE)
    return turn


def show_top(page: Page) -> None:
    """Show the answer from its beginning."""
    page.evaluate("document.querySelector('#live .turn').scrollIntoView({ block: 'start' })")


def take(page: Page, name: str) -> None:
    """Photograph a window, and close it."""
    page.wait_for_timeout(500)  # fonts and layout have settled
    with tempfile.NamedTemporaryFile(suffix=".png") as file:
        page.screenshot(path=file.name)
        keep(Image.open(file.name), name)
    page.context.close()


def keep(picture: Image.Image, name: str) -> None:
    """Keep a picture, small: few colours are enough for text."""
    small = picture.convert("RGB").quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    small.save(IMAGES / f"{name}.png", optimize=True)
