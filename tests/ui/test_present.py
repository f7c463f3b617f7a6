"""Whatever articles and models write, an answer shows it as text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from index.articles import Filters, Span
from index.errors import UsageError
from rag.answer_types import (
    Answer,
    Citation,
    Disagreement,
    Hit,
    Searched,
    Sentence,
    Side,
    Status,
    Timings,
    Withheld,
)
from ui.present import answer_to_markdown, answer_to_text, escape_markdown, hits_to_text, parse_span, plain, safe_url
from ui.present.answers import sentence_to_markdown

HOSTILE = [
    pytest.param("<script>alert(1)</script>", id="script"),
    pytest.param('<img src=x onerror="alert(1)">', id="img"),
    pytest.param("<a href='javascript:alert(1)'>here</a>", id="a"),
    pytest.param("&lt;b&gt; &#60;b&#62; &amp;", id="entities"),
    pytest.param("<!-- hidden --> <![CDATA[x]]> <?php x ?>", id="comment"),
    pytest.param("![x](http://evil.example/x.png)", id="image"),
    pytest.param("[here](javascript:alert(1))", id="link"),
    pytest.param("[here][1]\n\n[1]: http://evil.example", id="reference"),
    pytest.param("[\\[1\\]](#src-1)", id="own marker"),
    pytest.param("<http://evil.example>", id="autolink"),
    pytest.param("http://evil.example www.evil.example me@evil.example", id="bare addresses"),
    pytest.param("`code` ``` \n```\nfence\n```", id="backticks"),
    pytest.param("$$\\input{/etc/hosts}$$ $x$ \\(x\\) \\[x\\]", id="formula"),
    pytest.param("**bold** __bold__ *it* _it_ ~~gone~~", id="emphasis"),
    pytest.param("# heading\n## heading\nline\n---\nline\n===", id="headings"),
    pytest.param("- item\n* item\n+ item\n1. item\n1) item", id="lists"),
    pytest.param("> quote\n\n    code\n| a | b |\n|---|---|\n| c | d |", id="blocks"),
    pytest.param("\\", id="backslash"),
    pytest.param("\\*x\\* \\<b>", id="escaped already"),
    pytest.param("\x1b[31mred\x1b[0m \x07 \x00 \x9b31m", id="control characters"),
    pytest.param("\u202egpj.exe\u202c \u2066x\u2069 \u200f", id="bidi overrides"),
    pytest.param("line\r\none\u2028two\x85three", id="line ends"),
    pytest.param(":smile: {{x}} {% x %} ^x^ ==x==", id="template and extras"),
]
RENDERERS = {
    "commonmark": MarkdownIt("commonmark"),
    "tables and strikethrough": MarkdownIt("commonmark").enable(["table", "strikethrough"]),
    "typographer": MarkdownIt("js-default", {"html": True}),
}
CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# What the answer itself is made of: nothing with an address but the links to its own sources.
OWN_TAG = re.compile(r"</?(?:p|em|strong|s|del)>|<a href=\"#src-\d+\">|</a>")


def make_citation(n: int, text: str, *, url: str | None = None) -> Citation:
    return Citation(
        n=n,
        quote=text,
        start=0,
        end=len(text),
        article_id=f"article-{n}",
        article_sha256="0" * 64,
        title=text,
        outlet=text,
        author=text,
        published="2031-03-14",
        updated=None,
        url=url or text,
        origin=f"origin-{n}",
    )


def make_answer(text: str, status: Status = "partial") -> Answer:
    """Return an answer that holds the text wherever an answer holds text from outside."""
    shown = status != "no_evidence"
    citations = (make_citation(1, text), make_citation(2, text))
    return Answer(
        id="answer",
        question=text,
        status=status,
        text=text,
        sentences=(Sentence(text, "partly", (1, 2), (text, text)), Sentence(text, "supported", (1,))) if shown else (),
        withheld=(Withheld(text, "unsupported", (text, "number")),),
        citations=citations if shown else (),
        origins=2,
        newest="2031-03-14",
        disagreements=(Disagreement(text, (Side(text, (1,), "2031-03-14"), Side(text, (2,), None))),) if shown else (),
        searched=Searched(2, (text,), "2031-03-01", "2031-03-14", 1, Filters(outlets=(text,))),
        nearest=() if shown else citations,
        model="none",
        model_error=text,
        timings_ms=Timings(total=1200.0),
        settings_fingerprint="0" * 12,
    )


def assert_inert(markdown: str) -> None:
    assert not CONTROLS.search(markdown)
    for renderer in RENDERERS.values():
        html = renderer.render(markdown)
        rest = OWN_TAG.sub("", html)
        assert "<" not in rest, rest
        assert set(re.findall(r'href="([^"]*)"', html)) <= {"#src-1", "#src-2"}


@pytest.mark.parametrize("status", ["partial", "no_evidence"])
@pytest.mark.parametrize("text", HOSTILE)
def test_no_markup_survives_in_markdown(text: str, status: Status) -> None:
    assert_inert(answer_to_markdown(make_answer(text, status)))


@given(st.one_of(st.text(max_size=60), st.text(alphabet="[]()!<>`*_#-\\$~:/&;a1 \n\t\"'|=", max_size=60)))
def test_no_text_becomes_markup(text: str) -> None:
    assert_inert(answer_to_markdown(make_answer(text)))


def read_back(markdown: str) -> str:
    """Return the text that a reader of the rendered Markdown sees."""
    blocks = [token for token in MarkdownIt("commonmark").parse(f"x{markdown}x") if token.type == "inline"]
    return "".join(child.content for block in blocks for child in block.children or [])[1:-1]


@given(st.text(alphabet="[]()!<>`*_#-+\\$~:/&;.ab1 \"'|={}^@", max_size=60).filter(lambda text: "://" not in text))
def test_the_reader_sees_the_text_as_it_was(text: str) -> None:
    assert read_back(escape_markdown(f"x{text}x")) == plain(f"x{text}x")


def test_the_reader_sees_an_address_as_it_was() -> None:
    assert read_back(escape_markdown("http://wire.example")) == "http://wire.example"


@pytest.mark.parametrize("text", HOSTILE)
def test_no_unescaped_formula_is_left(text: str) -> None:
    assert not re.search(r"(?<!\\)(?:\\\\)*\$", escape_markdown(text))


@pytest.mark.parametrize("text", HOSTILE)
def test_no_control_character_reaches_the_terminal(text: str) -> None:
    assert not CONTROLS.search(answer_to_text(make_answer(text)))


def test_no_control_character_of_a_refusal_reaches_the_terminal() -> None:
    assert not CONTROLS.search(answer_to_text(make_answer("\x1b[31mred \u202egpj", "no_evidence")))


def test_markers_link_to_the_sources_beside_the_answer() -> None:
    html = RENDERERS["commonmark"].render(answer_to_markdown(make_answer("The port closed.")))
    assert '<a href="#src-1">[1]</a> <a href="#src-2">[2]</a>' in html


def test_a_withheld_sentence_is_marked_with_its_reasons() -> None:
    html = RENDERERS["tables and strikethrough"].render(answer_to_markdown(make_answer("The port closed.")))
    assert "<em>Withheld:</em> <s>The port closed.</s> <em>(The port closed.; number)</em>" in html


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("https://wire.example/2031/03/14/port", id="https"),
        pytest.param("http://wire.example", id="http"),
        pytest.param("https://wire.example:8443/a?b=c&d=e#f", id="port and query"),
        pytest.param("https://wire.example/a%20b/%C3%A9", id="escapes"),
        pytest.param("HTTPS://Wire.Example/A", id="capitals"),
        pytest.param("https://wire.example/a@b", id="at in the path"),
    ],
)
def test_ordinary_addresses_are_linked(url: str) -> None:
    assert safe_url(url) == url


@pytest.mark.parametrize(
    "url",
    [
        pytest.param(None, id="none"),
        pytest.param("", id="empty"),
        pytest.param("javascript:alert(1)", id="javascript"),
        pytest.param("JaVaScRiPt:alert1", id="javascript in mixed case"),
        pytest.param("java\nscript:alert1", id="javascript over a line end"),
        pytest.param("\x01javascript:alert1", id="control character before"),
        pytest.param("https://wire.example/\u202egpj", id="bidi override"),
        pytest.param("https://wire.example/a\tb", id="tab"),
        pytest.param("https://wire.example/a\nb", id="line end"),
        pytest.param("data:text/html;base64,PHNjcmlwdD4=", id="data"),
        pytest.param("vbscript:x", id="vbscript"),
        pytest.param("file:///home/reader/notes", id="file"),
        pytest.param("ftp://wire.example/a", id="ftp"),
        pytest.param("//wire.example/a", id="no scheme"),
        pytest.param("/a/b", id="path"),
        pytest.param("wire.example/a", id="no scheme at all"),
        pytest.param("https://", id="no host"),
        pytest.param("https:///a", id="empty host"),
        pytest.param("https://bank.example@evil.example/", id="name before the host"),
        pytest.param("https://user:word@wire.example/", id="password"),
        pytest.param("https://wire.example:port/", id="port in letters"),
        pytest.param("https://wire.example:99999/", id="port out of range"),
        pytest.param("https://[::1/", id="broken IPv6"),
        pytest.param('https://wire.example/"onclick="x', id="quotation mark"),
        pytest.param("https://wire.example/<b>", id="angle brackets"),
        pytest.param("https://wire.example/a b", id="space"),
        pytest.param("https://wire.example/a)b", id="parenthesis"),
        pytest.param("https://wire.example\\@evil.example", id="backslash"),
        pytest.param("https://wire.example/\u00a0a", id="no-break space"),
    ],
)
def test_other_addresses_are_not_linked(url: str | None) -> None:
    assert safe_url(url) is None


@given(st.text(max_size=40))
def test_any_address_is_ordinary_or_none(text: str) -> None:
    for url in (text, f"https://{text}", f"https://wire.example/{text}"):
        assert safe_url(url) in (None, url)


@pytest.mark.parametrize(
    ("text", "span"),
    [("0-1", Span(0, 1)), ("120-245", Span(120, 245)), ("007-008", Span(7, 8))],
    ids=["smallest", "usual", "leading zeros"],
)
def test_a_span(text: str, span: Span) -> None:
    assert parse_span(text) == span


@pytest.mark.parametrize(
    "text",
    ["", "-", "12", "12-", "-12", "12-12", "13-12", "-1-2", "1-2-3", "a-b", "1 - 2", " 1-2", "1-2\n", "1–2", "1.5-2", "1234567890-12345678901"],
)  # fmt: skip
def test_what_is_no_span(text: str) -> None:
    with pytest.raises(UsageError, match="is not two offsets"):
        parse_span(text)


@given(st.text(max_size=12))
def test_any_span_is_ordered_or_refused(text: str) -> None:
    try:
        span = parse_span(text)
    except UsageError:
        return
    assert 0 <= span.start < span.end


@pytest.mark.parametrize("words", HOSTILE)
def test_hits_say_title_outlet_and_day(words: str) -> None:
    """Found passages are shown as text with what is known of their articles; what is unknown is called so."""
    known = Hit(
        1, "a1", 0, 4, "Text.", 1.0, words_rank=1, title=f"Title {words}", outlet="Gazette", published="2031-04-15"
    )
    text = hits_to_text([known, Hit(2, "a2", 5, 9, words, 0.5, meaning_rank=1, similarity=0.25)], width=400)
    first, place, _, second, other, *_ = text.split("\n")
    assert first == f" 1. {plain(f'Title {words}')}"
    assert place.strip() == "Gazette · 2031-04-15  (a1 0-4; words 1)"
    assert second == " 2. untitled"
    assert other.strip() == "unnamed outlet · undated  (a2 5-9; meaning 1 (0.25))"


def test_a_side_and_a_day_stand_apart_from_the_sentence() -> None:
    sentence = Sentence("The river is safe", "supported", (1,), day="2031-03-17", label="Gideon Stroe")
    shown = sentence_to_markdown(sentence).replace("\\", "")
    assert shown.startswith("✓ 2031-03-17: Gideon Stroe: The river is safe ")


def test_what_was_computed_says_so() -> None:
    sentence = Sentence("41 articles", "supported", (1,), ("counted from the collection",), computed=True)
    shown = sentence_to_markdown(sentence)
    assert shown.startswith("= 41 articles ")
    assert "(computed: counted from the collection)" in shown
