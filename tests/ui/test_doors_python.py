"""The door for Python: answers that travel between processes, and that notebooks show without running what is in them."""

from __future__ import annotations

import copy
import pickle
from dataclasses import replace
from html.parser import HTMLParser
from importlib import resources

import msgspec
import pytest

from index.articles import Filters
from rag.answer_types import Answer, Citation, Searched, Sentence, Timings

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\" ' &"
CITED = Citation(
    1, HOSTILE, 0, 9, "a", "0" * 64, HOSTILE, HOSTILE, HOSTILE, HOSTILE, None, "https://x.example/?a=1&b=2", "o"
)
ANSWER = Answer(
    id="1",
    question=HOSTILE,
    status="answered",
    verdict="no",
    text=HOSTILE,
    sentences=(Sentence(HOSTILE, "partly", (1,)),),
    withheld=(),
    citations=(CITED,),
    origins=1,
    newest=None,
    disagreements=(),
    searched=Searched(1, (HOSTILE,), None, None, 1, Filters()),
    nearest=(),
    model="none",
    model_error=None,
    timings_ms=Timings(total=1.0),
    settings_fingerprint="f",
)


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def tags_of(answer: Answer) -> list[tuple[str, dict[str, str | None]]]:
    parser = Tags()
    parser.feed(answer._repr_html_())
    return parser.found


@pytest.mark.parametrize("url", ["https://x.example/?a=1&b=2", "javascript:alert(1)", 'https://x" onclick="y', None])
def test_notebook_shows_nothing_that_runs(url: str | None) -> None:
    found = tags_of(replace(ANSWER, citations=(replace(CITED, url=url),)))
    assert {tag for tag, _ in found} <= {"div", "p", "b", "i", "sup", "ol", "li", "q", "a"}
    names = {name for _, attributes in found for name in attributes}
    assert names <= {"title", "value", "href", "rel"}
    links = [attributes["href"] for tag, attributes in found if tag == "a"]
    assert links == ([url] if url and url.startswith("https://") else [])


def test_notebook_shows_verdict_and_refusal() -> None:
    assert "<b>No.</b>" in ANSWER._repr_html_()
    assert "<i>(partly)</i>" in ANSWER._repr_html_()
    refused = replace(ANSWER, status="no_evidence", verdict=None, sentences=(), citations=(), text="Nothing <b>.")
    assert "Nothing &lt;b&gt;." in refused._repr_html_()


def test_answer_travels() -> None:
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(ANSWER, protocol)) == ANSWER
    assert copy.deepcopy(ANSWER) == ANSWER
    assert msgspec.json.decode(msgspec.json.encode(ANSWER), type=Answer) == ANSWER
    assert hash(ANSWER) == hash(pickle.loads(pickle.dumps(ANSWER)))


@pytest.mark.parametrize("package", ["index", "rag", "ui", "prompts"])
def test_types_are_for_others_too(package: str) -> None:
    assert resources.files(package).joinpath("py.typed").is_file()
