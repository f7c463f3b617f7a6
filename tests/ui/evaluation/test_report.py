"""The report in the browser: hostile text stays text, and the page asks nobody for anything."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest
from rich.console import Console

from rag.evaluate.metrics import METRICS, PARTS, summarise
from rag.evaluate.results import (
    Bin,
    Change,
    Comparison,
    Dropped,
    Figure,
    Input,
    Item,
    Kind,
    Piece,
    Report,
    Threshold,
)
from ui.evaluation.report import report_to_html
from ui.evaluation.terminal import print_report

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7*7 }}{% raw %}\x1b[31m‮[red]"


def report(kind: Kind, *, url: str = "javascript:alert(3)") -> Report:
    names = dict.fromkeys((metric.value_name for metric in METRICS[kind]), 0.5)
    items = tuple(
        Item(
            id=f"{EVIL}{place}",
            question=EVIL,
            group=f"{EVIL}{place}",
            values=names,
            rank=place,
            failed=place == 1,
            why=(EVIL,),
            expected=(EVIL,),
            answer=EVIL,
            pieces=(Piece(label=EVIL, text=EVIL, source=EVIL, url=url, relevant=True),),
        )
        for place in (1, 2)
    )
    figures = summarise(items, METRICS[kind])
    if kind == "checker":
        figures = (
            *(each for each in figures if each.metric != "words.auc"),
            Figure(metric="words.auc", group="", value=0.7, n=2, low=0.6, high=0.8),
        )
    change = Change(value=EVIL, n=2, old=0.1, new=0.2, difference=0.1, low=0.0, high=0.2, p=0.01, won=1, lost=0, tied=1)
    return Report(
        kind=kind,
        made=EVIL,
        version=EVIL,
        inputs=(Input(EVIL, EVIL),),
        figures=figures,
        items=items,
        model=EVIL,
        settings_fingerprint=EVIL,
        articles=2,
        dropped=(Dropped(EVIL, EVIL),),
        notes=(EVIL,),
        reliability={"words": (Bin(low=0.0, high=0.1, score=0.05, share=0.5, n=2),), EVIL: ()},
        thresholds=(Threshold(setting=EVIL, value=0.5, precision=0.9, recall=None, n=2),),
        comparison=Comparison(
            against=EVIL, made=EVIL, shared=2, only_new=1, only_old=1, changes=(change,), fixed=(EVIL,),
            broken=(EVIL,), changed=(f"{EVIL}1",),
        ),
    )  # fmt: skip


class Page(HTMLParser):
    """Collects the elements and attributes that a browser would see."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


KINDS: tuple[Kind, ...] = ("retrieval", "answers", "citations", "checker")


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_text_stays_text(kind: Kind) -> None:
    text = report_to_html(report(kind))
    page = Page(text)
    assert page.tags.count("script") == 1
    assert "img" not in page.tags
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    assert not [value for name, value in page.attributes if name in ("href", "src") and "javascript" in value.lower()]
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "{{ 7*7 }}" in text  # no template within a template


@pytest.mark.parametrize("kind", KINDS)
def test_page_fetches_nothing_and_runs_only_its_own_script(kind: Kind) -> None:
    text = report_to_html(report(kind))
    page = Page(text)
    assert not [value for name, value in page.attributes if name in ("src", "srcset", "data", "action", "background")]
    assert not [
        value for name, value in page.attributes if name in ("href", "xlink:href") and not value.startswith("#")
    ]
    assert "link" not in page.tags
    assert "@import" not in text
    assert not re.search(r"url\((?!#)", text)
    (policy,) = [value for name, value in page.attributes if name == "content" and "default-src" in value]
    assert policy.startswith("default-src 'none'")
    script = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)[-1]
    assert f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" in policy


def test_ordinary_addresses_are_links() -> None:
    page = Page(report_to_html(report("retrieval", url="https://quay.example/1")))
    assert ("href", "https://quay.example/1") in page.attributes
    assert ("rel", "noopener noreferrer") in page.attributes


def test_failed_cases_come_first() -> None:
    text = report_to_html(report("retrieval"))
    assert text.index('data-states="failed changed"') < text.index('data-states="passed"')


def test_two_plots_share_no_id() -> None:
    page = Page(report_to_html(report("retrieval")))
    ids = [value for name, value in page.attributes if name == "id"]
    assert page.tags.count("svg") == 4
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("kind", KINDS)
def test_same_report_gives_the_same_page(kind: Kind) -> None:
    assert report_to_html(report(kind)) == report_to_html(report(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_terminal_shows_no_control_character_and_no_markup(kind: Kind) -> None:
    console = Console(width=100, force_terminal=False, record=True, file=open("/dev/null", "w"))  # noqa: PTH123, SIM115
    print_report(report(kind), console)
    console.file.close()
    text = console.export_text()
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "[red]" in text


def test_checker_is_a_table_of_parts() -> None:
    text = report_to_html(report("checker"))
    assert PARTS["words"] in text
    assert "0.600 to 0.800" in text


def test_empty_report() -> None:
    bare = Report(kind="citations", made="2031-01-01", version="1", inputs=(), figures=(), items=())
    assert "0 answers, 0 failed" in report_to_html(bare)
