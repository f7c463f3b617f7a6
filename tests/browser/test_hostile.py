"""Text from outside that would like to be a program: shown as text on every view, in a real browser; nothing runs, nothing is fetched."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from index.errors import CitewireError
from rag.draft_types import CheckedDraft, CheckedSentence
from rag.examples import Example
from tests.browser.conftest import needs_chromium
from tests.ui.test_present import make_answer, make_citation
from ui.chat.answers import turn_to_html
from ui.chat.articles import Mark, article_to_html
from ui.chat.drafts import draft_to_html
from ui.chat.evidence import write_evidence
from ui.chat.opening import Bar, examples_to_html
from ui.chat.templates import fill
from ui.chat.turns import Turn

pytestmark = needs_chromium

RUN = "window.ran=(window.ran||0)+1"
PAYLOADS = [
    f"<script>{RUN}</script>",
    f"<img src=x onerror='{RUN}'>",
    f'"><img src=x onerror="{RUN}">',
    f"'><svg onload={RUN}>",
    f"<svg/onload={RUN}>",
    f"<body onload={RUN}>",
    f"<iframe srcdoc='<script>parent.{RUN}</script>'></iframe>",
    f'<iframe src="javascript:parent.{RUN}"></iframe>',
    f"<details open ontoggle={RUN}>",
    f"<input autofocus onfocus={RUN}>",
    f"<video><source onerror={RUN}></video>",
    f"<audio src=x onerror={RUN}>",
    f'<a href="javascript:{RUN}">x</a>',
    f"<math><mtext><img src=x onerror={RUN}></mtext></math>",
    f"<style>@import 'http://canary.example/x.css'</style><img src=x onerror={RUN}>",
    f"<link rel=stylesheet href=http://canary.example/x.css onload={RUN}>",
    "<img src=http://canary.example/pixel.png>",
    "![x](http://canary.example/pixel.png)",
    f"</div></article></template></textarea><script>{RUN}</script>",
    f"<!--><img src=x onerror={RUN}>-->",
    f"${{{RUN}}}",
    f"`${{{RUN}}}`",
    "{{ self.__init__.__globals__ }}{% for x in range(9) %}x{% endfor %}",
    f"&lt;script&gt;{RUN}&lt;/script&gt;&#60;img src=x onerror={RUN}&#62;",
]


class Stored:
    """An article of which only the text is read."""

    def __init__(self, text: str) -> None:
        self.text = text


def draft(text: str) -> str:
    sentence = CheckedSentence(text, 0, len(text), "otherwise", (1,), (text,))
    return draft_to_html(CheckedDraft((sentence,), (make_citation(1, text),)), number=1)


def opening(text: str) -> str:
    return fill("opening", facts=text, bars=[Bar(text, 1, 1.0, {text: 1})], outlets=[text], topics=[text])


VIEWS: dict[str, Callable[[str], str]] = {
    "answer": lambda text: turn_to_html(Turn(number=1, question=text, answer=make_answer(text))),
    "refusal": lambda text: turn_to_html(Turn(number=1, question=text, answer=make_answer(text, "no_evidence"))),
    "fault": lambda text: turn_to_html(Turn(number=1, question=text, fault=CitewireError(text, hint=text))),
    "article": lambda text: article_to_html(Stored(text), [Mark(1, 0, len(text))], turn=text),  # type: ignore[arg-type]
    "unread article": lambda text: fill("unread", message=text),
    "draft": draft,
    "examples": lambda text: examples_to_html([Example("fact", text)], text),
    "opening": opening,
    "evidence": lambda text: write_evidence([make_answer(text)], title=text, day=text, form="html"),
}


@pytest.mark.parametrize("view", VIEWS)
def test_of_24_payloads_none_runs_and_none_fetches(browser, view: str) -> None:
    assert len(PAYLOADS) == 24
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_content("<!doctype html><main></main>")
    for payload in PAYLOADS:
        html = VIEWS[view](payload)
        if view == "evidence":
            page.set_content(html)
        else:
            # As Gradio draws a value; and what was drawn is looked at, pointed at and given the focus.
            page.evaluate("(html) => { document.querySelector('main').innerHTML = html; }", html)
        handlers = page.evaluate(
            """() => { const all = [...document.querySelectorAll('body *')];
                all.forEach((each) => { each.focus?.(); each.dispatchEvent(new PointerEvent('pointerover', { bubbles: true })); });
                const foreign = all.filter((each) => /^(IMG|SCRIPT|IFRAME|OBJECT|EMBED|LINK|VIDEO|AUDIO|MATH|BASE|FORM)$/i.test(each.tagName));
                const handled = all.filter((each) => [...each.attributes].some((one) => /^on/i.test(one.name) || /^\\s*javascript:/i.test(one.value) && one.name === 'href'));
                return foreign.length + handled.length; }"""
        )
        assert handlers == 0, payload
    page.wait_for_timeout(300)
    assert page.evaluate("window.ran || 0") == 0
    assert [url for url in asked if not url.startswith(("about:", "data:"))] == []
    context.close()


def test_the_payloads_do_run_where_nothing_escapes(browser) -> None:
    """The control: a test that finds nothing has to be able to find something."""
    context = browser.new_context()
    page = context.new_page()
    page.set_content("<!doctype html><main></main>")
    for payload in PAYLOADS:
        page.evaluate("(html) => { document.querySelector('main').innerHTML = html; }", payload)
        page.wait_for_timeout(50)
    assert page.evaluate("window.ran || 0") >= 5
    context.close()
