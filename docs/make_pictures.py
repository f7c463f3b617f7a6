"""Take the pictures of the documentation from the real thing: python docs/make_pictures.py LIBRARY CHROMIUM [chat]."""

from __future__ import annotations

import html
import subprocess
import sys
import tempfile
from pathlib import Path

from chat_pictures import COMMAND, IMAGES, MARCH, photograph_chat
from playwright.sync_api import sync_playwright

STYLE = "body{margin:0;background:#10161d}pre{color:#e4e9ee;font:15px/1.45 monospace;padding:24px 28px;margin:0;display:inline-block}b{color:#7cc4ff}"
CASES = Path(__file__).parent.parent / "samples" / "questions.jsonl"


def main() -> None:
    """Evaluate, ask in a terminal and in the chat, and photograph all of it, or the chat alone."""
    library, chromium, *alone = sys.argv[1:]
    if alone:
        photograph_chat(library, chromium)
        return
    photograph_report(library, chromium)
    photograph_terminal(library, chromium)
    photograph_chat(library, chromium)


def photograph_report(library: str, chromium: str) -> None:
    """Evaluate the sample questions with quotes alone, and photograph the beginning of the report."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        report = Path(folder) / "report.html"
        subprocess.run(
            [COMMAND, "eval", "answers", CASES, "--model", "none", "--library", library, "--html", report], check=True
        )
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1160, "height": 1000})
        page.goto(report.as_uri())
        page.get_by_role("button", name="Failed").click()
        page.evaluate("scrollTo(0, 0)")
        first = page.locator(".case:visible").first.bounding_box()
        assert first is not None
        page.set_viewport_size({"width": 1160, "height": int(first["y"] + first["height"] + 8)})
        page.screenshot(path=IMAGES / "evaluation-report.png")
        browser.close()


def photograph_terminal(library: str, chromium: str) -> None:
    """Ask in a terminal, and photograph what it shows."""
    asked = subprocess.run([COMMAND, "ask", MARCH, "--library", library], capture_output=True, text=True, check=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 900, "height": 200})
        shown = f"<b>$ citewire ask</b> {html.escape(repr(MARCH))}\n\n{html.escape(asked.stdout)}"
        page.set_content(f"<style>{STYLE}</style><pre>{shown}</pre>")
        page.locator("pre").screenshot(path=IMAGES / "terminal.png")
        browser.close()


if __name__ == "__main__":
    main()
