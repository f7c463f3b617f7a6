"""The log-in in a browser: a wrong password is said, the right one opens the chat, and the chat works behind it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.browser.conftest import DEADLINE, QUESTION, answered, needs_chromium, screenshot, serving
from tests.browser.test_accessibility import serious

pytestmark = needs_chromium
PASSWORD = "a long enough password"


@pytest.fixture(scope="module")
def guarded(sample_library: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server behind a log-in."""
    folder = tmp_path_factory.mktemp("guarded")
    shutil.copytree(sample_library, folder / "library")
    secret = folder / "password"
    secret.touch(mode=0o600)
    secret.write_text(f"{PASSWORD}\n", encoding="utf-8")
    with serving(folder / "library", {"CITEWIRE_SERVER_PASSWORD_FILE": str(secret)}) as (served, printed):
        yield served
    assert PASSWORD not in printed[0]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_right_password_opens_the_chat_and_a_wrong_one_does_not(browser, guarded: str, scheme: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 640}, color_scheme=scheme)
    page = context.new_page()
    page.goto(guarded)
    page.get_by_label("Password").fill("wrong")
    page.keyboard.press("Enter")
    page.get_by_role("alert").wait_for(timeout=DEADLINE)
    assert "not the password" in page.get_by_role("alert").inner_text()
    screenshot(page, f"login-{scheme}")
    assert serious(page) == []
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.locator("#question textarea").wait_for(timeout=DEADLINE)
    assert "origin" in answered(page, QUESTION).locator(".status").inner_text()
    context.close()


def test_who_logs_out_is_out_on_the_server_too(browser, guarded: str) -> None:
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    page = context.new_page()
    page.goto(guarded)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.locator("#question textarea").wait_for(timeout=DEADLINE)
    (session,) = (each for each in context.cookies() if each["name"] == "citewire_session")
    shown = {"Cookie": f"citewire_session={session['value']}"}
    assert httpx.get(f"{guarded}/config", headers=shown).status_code == 200
    screenshot(page, "logout")
    assert serious(page) == []
    page.get_by_role("button", name="Log out").click()
    page.get_by_label("Password").wait_for(timeout=DEADLINE)
    assert httpx.get(f"{guarded}/config", headers=shown).status_code == 401  # who kept the cookie gets nowhere
    assert [each for each in context.cookies() if each["name"] == "citewire_session"] == []
    page.goto(guarded)
    page.get_by_label("Password").wait_for(timeout=DEADLINE)
    context.close()


def test_where_there_is_no_log_in_there_is_nothing_to_leave(page) -> None:
    assert page.get_by_role("button", name="Log out").count() == 0
