"""A real headless Chromium before a chat over the sample articles."""

from __future__ import annotations

import contextlib
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
needs_chromium = [
    pytest.mark.browser,
    pytest.mark.model,
    pytest.mark.skipif(
        CHROMIUM is None and not os.environ.get("CI"),
        reason="no Chromium: sudo apt-get install chromium, then make test",
    ),
]
QUESTION = "How many vessels were held up by the one-day dock strike of March 12?"
DEADLINE = 60_000  # milliseconds; machines that test are busy


@pytest.fixture(scope="module")
def uploads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server puts what is uploaded."""
    return tmp_path_factory.mktemp("uploads")


@pytest.fixture(scope="module")
def library_folder(sample_library: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library that the server owns."""
    folder = tmp_path_factory.mktemp("browser") / "library"
    shutil.copytree(sample_library, folder)
    return folder


@contextlib.contextmanager
def serving(library: Path, environment: dict[str, str]) -> Iterator[tuple[str, list[str]]]:
    """Serve a library with quotes alone; give the address, and a list that holds what the server printed when it has ended."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [Path(sys.executable).with_name("citewire"), "serve", "--model", "none", "--port", str(port), "--library", library],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT,
        env={**os.environ, **environment},
    )  # fmt: skip
    assert process.stdout is not None
    line = process.stdout.readline()
    assert "Citewire is open" in line, line
    printed: list[str] = []
    yield f"http://127.0.0.1:{port}", printed
    process.terminate()
    process.wait(timeout=20)
    printed.append(process.stdout.read())
    process.stdout.close()


@pytest.fixture(scope="module")
def address(library_folder: Path, uploads: Path) -> Iterator[str]:
    with serving(library_folder, {"GRADIO_TEMP_DIR": str(uploads)}) as (served, _):
        yield served


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
    """Type a question and press Enter."""
    box = page.locator("#question textarea, #question input").first
    box.fill(question)
    box.press("Enter")


def answered(page, question: str):
    """Ask a question and return its turn once the answer is there."""
    ask(page, question)
    turn = page.locator('#live .turn[data-over="yes"]').filter(has=page.locator(".asked", has_text=question))
    turn.wait_for(timeout=DEADLINE)
    return turn


def screenshot(page, name: str, **options) -> None:
    """Save what the page shows where somebody wants to look at it: SCREENSHOTS names a folder."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", **options)


def add_article(page, folder: Path, name: str, text: str, *, title: str, outlet: str, published: str) -> None:
    """Bring an article in through the side of the page, and wait until that is told."""
    path = folder / name
    path.write_text(f"---\ntitle: {title}\noutlet: {outlet}\npublished: {published}\n---\n\n{text}\n", encoding="utf-8")
    if not page.locator("#files").is_visible():
        page.locator("#adding > button").click()
    page.locator("#files input[type=file]").set_input_files(str(path))
    page.locator("#added", has_text=name).wait_for(timeout=DEADLINE)
