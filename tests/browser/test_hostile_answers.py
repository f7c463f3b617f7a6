"""Five hundred hostile answers in the chat itself: nothing in them runs, and nothing in them reaches a server that waits for it."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest

from rag.answer_types import Correction, Head, Side
from rag.draft_types import CheckedDraft, CheckedSentence
from tests.browser.conftest import DEADLINE, needs_chromium
from tests.browser.test_hostile import RUN, Stored
from tests.ui.test_present import make_answer, make_citation
from ui.chat.answers import turn_to_html
from ui.chat.articles import Mark, article_to_html
from ui.chat.drafts import draft_to_html
from ui.chat.keeping import encode_turn
from ui.chat.looking import draw_answer_coverage, draw_values
from ui.chat.turns import Turn

pytestmark = needs_chromium

ANSWERS = 500
IN_A_BATCH = 50
KEPT = 20  # conversations that are opened again through the server, as those that a browser kept
SEED = 20310314

# What would fetch or run if it became markup; {to} is an address of the canary, {run} a script.
FETCHES = (
    '<img src="{to}">', "<img src={to}>", "<IMG SRC='{to}'>", '<img srcset="{to} 2x">', "<image href='{to}'>",
    '<svg><image xlink:href="{to}"/></svg>', '<svg><use href="{to}#x"/></svg>', '<script src="{to}"></script>',
    '<link rel=stylesheet href="{to}">', '<link rel="prefetch" href="{to}">', '<link rel=icon href={to}>',
    "<style>@import '{to}';</style>", "<style>body{{background:url({to})}}</style>",
    "<div style=\"background-image:url('{to}')\">x</div>", '<div style="list-style:url({to})">x</div>',
    '<p style="content:image-set(\'{to}\' 1x)">x</p>', '<iframe src="{to}"></iframe>', "<object data='{to}'></object>",
    '<embed src="{to}">', '<video poster="{to}" src="{to}" autoplay></video>', '<audio src="{to}" autoplay></audio>',
    '<track src="{to}">', '<input type=image src="{to}">', '<body background="{to}">', '<table background="{to}"><tr><td>x',
    '<meta http-equiv=refresh content="0;url={to}">', '<base href="{to}/"><img src=x>', '<form action="{to}"><button autofocus>x',
    "![x]({to})", "![x][r]\n\n[r]: {to}", "[![x]({to})]({to})", '<a href="{to}" ping="{to}">x</a>', "<{to}>",
    "<portal src={to}></portal>", '<frameset><frame src="{to}"></frameset>', '<img src="x" onerror="this.src=\'{to}\'">',
    "<picture><source srcset='{to}'><img></picture>", "<math href='{to}'>x</math>", '<applet code="{to}">',
)  # fmt: skip
RUNS = (
    "<script>{run}</script>", "<img src=x onerror={run}>", "<svg onload={run}>", "<svg><script>{run}</script></svg>",
    "<body onload={run}>", "<details open ontoggle={run}>x", "<input autofocus onfocus={run}>", "<video><source onerror={run}>",
    "<iframe srcdoc=\"<script>parent.{run}</script>\"></iframe>", "<iframe src='javascript:parent.{run}'></iframe>",
    '<a href="javascript:{run}">x</a>', '<a href="data:text/html,<script>{run}</script>">x</a>',
    "<object data='data:text/html;base64,PHNjcmlwdD5wYXJlbnQucmFuPTE8L3NjcmlwdD4='></object>",
    "<embed src='data:image/svg+xml,<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"{run}\"/>'>",
    "<animate onbegin={run} attributeName=x dur=1s>", "<marquee onstart={run}>x", "<style onload={run}></style>",
    "<x onpointerover={run} onfocus={run} tabindex=0>x</x>", "${{{run}}}", "`${{{run}}}`", "{{{{ {run} }}}}", "{{% {run} %}}",
    "</script><script>{run}</script>", "';{run};//", '";{run};//', "\\u003cscript\\u003e{run}\\u003c/script\\u003e",
    "[x](javascript:{run})", "<img src=x:x onerror\n=\n{run}>", "<img/src=x/onerror={run}>",
)  # fmt: skip
BEFORE = (
    "",
    '">',
    "'>",
    "-->",
    "]]>",
    "</textarea>",
    "</title>",
    "</style>",
    "</div></article>",
    "</template>",
    "\x00",
    "&",
    "<!--",
)


def disguise(text: str, chance: random.Random) -> str:
    """Return a text as it is, or spelt as filters miss it."""
    kind = chance.randrange(7)
    if kind == 1:
        return "".join(each.upper() if chance.random() < 0.5 else each.lower() for each in text)
    if kind == 2:
        return text.replace("<", "&lt;").replace(">", "&gt;")
    if kind == 3:
        return "".join(f"&#{ord(each)};" if chance.random() < 0.3 else each for each in text)
    if kind == 4:
        return text.replace("javascript:", "java\tscript:").replace(" on", "\x0con").replace("src=", "src\n=")
    if kind == 5:
        return text.replace("<", "<\x00", 1) + text
    if kind == 6:
        return text.replace("http:", "").replace("<", "\ufe64", 1) + f"\u202e{text}"
    return text


def hostile(chance: random.Random, to: str) -> str:
    """Return a text that would like to be a program, or to fetch something."""
    parts = [chance.choice(BEFORE)]
    for _ in range(chance.randint(1, 3)):
        wanted = chance.choice(FETCHES + RUNS)
        address = f"{to}/{chance.randrange(10**9)}"
        spelt = chance.choice((address, address.removeprefix("http:"), address.replace("http:", "HTTP:")))
        parts.append(disguise(wanted.format(to=spelt, run=RUN), chance))
    return " ".join(parts)


class Canary(BaseHTTPRequestHandler):
    """Notes who comes."""

    came: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        """Note it, and answer nothing."""
        self.came.append(self.path)
        self.send_response(204)
        self.end_headers()

    do_POST = do_GET  # noqa: N815 (the library's names)
    do_HEAD = do_GET  # noqa: N815

    def log_message(self, *_: Any) -> None:
        """Print nothing."""


@pytest.fixture(scope="module")
def canary() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Canary)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def make_turn(number: int, text: str, other: str) -> Turn:
    """Return a question whose answer says hostile things wherever an answer holds anything from outside."""
    answer = make_answer(text, "no_evidence" if number % 5 == 0 else "partial")
    cited = replace(
        make_citation(1, text, url=other), published="2031-03-01", language=other, note="retraction",
        correction=Correction(1, other, other), head=Head(other, other, other),
    )  # fmt: skip
    if answer.citations:
        answer = replace(answer, citations=(cited, make_citation(2, other)), unanswered=(other,), understood=other)
        updates = replace(
            answer.disagreements[0], topic=other, sides=(Side(f"3 {text}", (1,), other), Side("4 x", (2,), text))
        )
        answer = replace(answer, kind="yes_no", verdict="differ", updates=(updates,))
    return Turn(number=number, question=text, answer=answer, filters={"outlets": [text], "first": other})


def drawn(turn: Turn, text: str) -> str:
    """Return all that the chat draws of an answer: itself, its article, a draft, its tables."""
    assert turn.answer is not None
    quotes = turn.answer.citations or turn.answer.nearest
    draft = CheckedDraft((CheckedSentence(text, 0, len(text), "otherwise", (1,), (text,)),), quotes)
    looks = [draw_answer_coverage(turn.answer), *draw_values(turn.answer, turn=turn.number)]
    return "".join(
        [
            turn_to_html(turn),
            article_to_html(Stored(text), [Mark(1, 0, len(text) // 2)], turn=str(turn.number)),  # type: ignore[arg-type]
            draft_to_html(draft, number=turn.number),
            *(each.table for each in looks if each),
        ]
    )


# Draws what the server's templates made where the chat draws answers, opens every fold and panel, and points at everything.
DRAW = """async (all) => {
    const live = document.querySelector('#past');
    for (const html of all) {
        const box = document.createElement('div');
        box.className = 'settled';
        box.innerHTML = html;
        live.append(box);
        box.querySelectorAll('details').forEach((each) => (each.open = true));
        box.querySelectorAll('[hidden]').forEach((each) => (each.hidden = false));
        const turn = box.querySelector('.turn');
        if (window.citewire.showSources) window.citewire.showSources(turn.dataset.turn);
        for (const each of box.querySelectorAll('.chip, .sentence, mark, summary, .opens, [onfocus], [onpointerover]')) {
            each.focus?.({ preventScroll: true });
            each.dispatchEvent(new PointerEvent('pointerover', { bubbles: true }));
        }
        await new Promise((resolve) => requestAnimationFrame(resolve));
        box.remove(); // what it would fetch is asked for by now; many at once only cost time
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
    return window.ran || 0;
}"""


@pytest.fixture
def watched(browser, address: str, canary: str) -> Iterator:
    """The chat, in a window that notes every request and would let all of them through but for the page's policy."""
    Canary.came.clear()
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    page = context.new_page()
    page.foreign = []
    page.on(
        "request",
        lambda request: (
            page.foreign.append(request.url) if not request.url.startswith((address, "data:", "blob:")) else None
        ),
    )
    page.goto(address)
    page.locator("#question textarea").wait_for(timeout=DEADLINE)
    yield page
    context.close()


def test_of_500_hostile_answers_none_runs_and_none_reaches_anybody(watched, canary: str) -> None:
    chance = random.Random(SEED)
    for first in range(0, ANSWERS, IN_A_BATCH):
        batch = []
        for number in range(first + 1, first + IN_A_BATCH + 1):
            text = hostile(chance, canary)
            batch.append(drawn(make_turn(number, text, hostile(chance, canary)), text))
        assert watched.evaluate(DRAW, batch) == 0, f"a script ran among the answers from {first + 1}"
        assert Canary.came == []
        assert watched.foreign == []


def test_hostile_answers_that_a_browser_kept_are_drawn_by_the_server_and_do_nothing(watched, canary: str) -> None:
    chance = random.Random(SEED + 1)
    turns = [
        encode_turn(make_turn(number, hostile(chance, canary), hostile(chance, canary)))
        for number in range(1, KEPT + 1)
    ]
    for turn in turns:
        turn["filters"] = {}
    kept = json.dumps({"name": hostile(chance, canary), "turns": turns, "changed": 1})
    watched.evaluate("(kept) => localStorage.setItem('citewire:conversation:1', kept)", kept)
    watched.reload()
    watched.locator("#question textarea").wait_for(timeout=DEADLINE)
    watched.locator("#following .examples").wait_for(timeout=DEADLINE, state="attached")
    watched.locator("#conversations .open-conversation").click()
    watched.locator(f'#past .turn[data-turn="{KEPT}"]').wait_for(timeout=DEADLINE)
    watched.locator("#past .turn .chip").first.hover()
    watched.locator("#past .turn .chip").first.click()
    watched.wait_for_timeout(500)
    assert watched.evaluate("window.ran || 0") == 0
    assert Canary.came == []
    assert watched.foreign == []


def test_the_same_texts_do_run_and_do_fetch_where_nothing_escapes_and_no_policy_stands(browser, canary: str) -> None:
    """The control: a canary that nothing could reach would stay silent too."""
    Canary.came.clear()
    context = browser.new_context()
    page = context.new_page()
    page.set_content("<!doctype html><main></main>")
    ran = 0
    for text in FETCHES + RUNS:
        html = text.format(to=f"{canary}/control", run=RUN)
        page.evaluate("(html) => { window.ran = 0; document.querySelector('main').innerHTML = html; }", html)
        page.wait_for_timeout(50)
        ran += page.evaluate("window.ran") > 0
    assert ran >= 5
    assert len(Canary.came) >= 10
    context.close()
