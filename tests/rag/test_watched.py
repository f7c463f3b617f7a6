"""Watched questions: new words are told once, figures against those that were told, corrections of them; the list survives and is shared."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from xml.etree import ElementTree

import pytest

from index.articles import Article, Filters
from index.errors import ArticleNotFound, SourceError, StorageError, UsageError
from index.sources.web.limits import Limits
from index.sources.web.posting import post_json
from index.store.versions import hash_text
from rag.answer_types import Answer, Citation, Searched, Sentence, Timings
from rag.watched import Told, Watched, find_news, tell
from rag.watchlist import WATCHED_FILE, WatchList
from ui.present.news import news_to_feed, news_to_text

WATCHED = Watched(number=3, question="How many vessels wait off Puerto Alba?", added="2031-03-14T00:00:00+00:00")
FIRST = "The harbour office of Puerto Alba said that 34 vessels were waiting off the port on Wednesday."
LATER = "The harbour office of Puerto Alba said that 51 vessels were waiting off the port on Thursday."


class Articles:
    """Stored articles by id, each with its versions."""

    def __init__(self, **texts: list[str]) -> None:
        self.texts = texts

    def article(self, article_id: str, *, version: int | None = None, sha256: str | None = None) -> Article:
        versions = self.texts.get(article_id, [])
        for number, text in reversed(list(enumerate(versions, start=1))):
            if sha256 in (None, hash_text(text)) and version in (None, number):
                return Article(article_id, number, text, hash_text(text), article_id, article_id, "text", "2031-03-14")
        raise ArticleNotFound(article_id)


def cite(n: int, quote: str, article: str, day: str, outlet: str = "Harbour Wire") -> Citation:
    return Citation(
        n=n, quote=quote, start=0, end=len(quote), article_id=article, article_sha256=hash_text(quote), title="Vessels",
        outlet=outlet, author=None, published=day, updated=None, url=None, origin=article,
    )  # fmt: skip


def answer(*citations: Citation) -> Answer:
    return Answer(
        id="1", question=WATCHED.question, status="answered" if citations else "no_evidence", text="",
        sentences=tuple(Sentence(each.quote, "supported", (each.n,)) for each in citations), withheld=(),
        citations=citations, origins=1, newest=None, disagreements=(), nearest=(), model="none", model_error=None,
        searched=Searched(1, (), None, None, 0, Filters()), timings_ms=Timings(), settings_fingerprint="",
    )  # fmt: skip


def news(told: Told, found: Answer, articles: Articles) -> tuple[list[str], Told]:
    items, then = find_news(WATCHED, told, found, articles, found="2031-03-21T00:00:00+00:00")
    return [f"{each.kind}: {each.text}" for each in items], then


def test_what_was_told_is_no_news_whoever_prints_it() -> None:
    articles = Articles(a=[FIRST], b=[FIRST])
    told = tell(Told(), answer(cite(1, FIRST, "a", "2031-03-13")))
    assert news(told, answer(cite(1, FIRST, "a", "2031-03-13")), articles) == ([], told)
    copied = FIRST.replace(" said", "  said")
    assert news(told, answer(cite(1, copied, "b", "2031-03-14", "Quay Times")), articles)[0] == []


def test_new_words_are_told_once_and_their_figure_against_the_one_that_was_told() -> None:
    articles = Articles(a=[FIRST], b=[LATER])
    told = tell(Told(), answer(cite(1, FIRST, "a", "2031-03-13")))
    found = answer(cite(1, LATER, "b", "2031-03-14"))
    said, then = news(told, found, articles)
    assert said[0] == f"sentence: {LATER}"
    assert said[1] == "value: Changed: 2031-03-13 Harbour Wire: 34 vessels; 2031-03-14 Harbour Wire: 51 vessels"
    assert news(then, found, articles)[0] == []


def test_words_that_were_changed_or_taken_back_since_are_told_once() -> None:
    now = FIRST.replace("34", "22")
    told = tell(Told(), answer(cite(1, FIRST, "a", "2031-03-13"), cite(2, LATER, "b", "2031-03-14")))
    articles = Articles(a=[FIRST, now], b=[LATER, f"Retraction: this article was retracted by its editors.\n\n{LATER}"])
    said, then = news(told, answer(), articles)
    assert said[0] == f"correction: Changed since: “{FIRST}” now: “{now}”"
    assert said[1].startswith("correction: Retracted since: “The harbour")
    assert news(then, answer(), articles) == ([], then)


def test_an_article_that_was_removed_is_no_correction() -> None:
    told = tell(Told(), answer(cite(1, FIRST, "a", "2031-03-13")))
    assert news(told, answer(), Articles())[0] == []


def test_the_list_survives_is_shared_and_gives_no_number_twice(tmp_path: Path) -> None:
    one, other = WatchList(tmp_path), WatchList(tmp_path)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: (one, other)[n % 2].add(f"Question {n}?", Filters(), told=Told()), range(8)))
    assert [each.number for each in other.all()] == list(range(1, 9))
    assert other.add("  Question   3? ", Filters(), told=Told()).question == "Question 3?"
    assert len(one.all()) == 8
    one.remove(8)
    assert other.add("Another?", Filters(outlets=("Quay Times",)), told=Told()).number == 9
    with pytest.raises(UsageError, match="No watched question has the number 8"):
        one.remove(8)
    assert (tmp_path / WATCHED_FILE).stat().st_mode & 0o077 == 0
    assert not list(tmp_path.glob("*.draft"))


def test_a_list_that_is_none_is_said_and_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / WATCHED_FILE).write_text("{", encoding="utf-8")
    with pytest.raises(StorageError, match="cannot be read"):
        WatchList(tmp_path).add("Question?", Filters(), told=Told())
    assert (tmp_path / WATCHED_FILE).read_text(encoding="utf-8") == "{"


@pytest.mark.parametrize("hostile", ["</entry><script>alert(1)</script>", "a\x00b\ufffe &amp; ]]>"])
def test_feeds_are_well_formed_whatever_articles_say(hostile: str) -> None:
    cited = replace(cite(1, hostile, "a", "2031-03-13"), title=hostile, url="javascript:alert(1)")
    items, _ = find_news(WATCHED, Told(), answer(cited), Articles(), found="2031-03-21T00:00:00+00:00")
    (entry,) = ElementTree.fromstring(news_to_feed(items, form="atom", updated="")).iter(
        "{http://www.w3.org/2005/Atom}entry"
    )
    assert "{http://www.w3.org/2005/Atom}link" not in [child.tag for child in entry]
    assert "script" not in {child.tag for child in entry.iter()}
    (item,) = json.loads(news_to_feed(items, form="json", updated=""))["items"]
    assert item["title"] == f"New: {WATCHED.question}"
    assert "external_url" not in item
    assert "\x00" not in news_to_text(items, asked=1)


class _Hook(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.server.got.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))  # type: ignore[attr-defined]
        status = {"/moved": 307, "/down": 500}.get(self.path, 204)
        self.send_response(status)
        if status == 307:
            self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def hook():
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Hook)
    server.got = []  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_a_message_goes_to_a_private_address_only_where_it_was_named_as_trusted(hook) -> None:
    origin = f"http://127.0.0.1:{hook.server_port}"
    with pytest.raises(SourceError):
        post_json(f"{origin}/hook", b"{}")
    for near in (f"http://127.0.0.1:{hook.server_port + 1}", "http://127.0.0.1", "https://127.0.0.1:1"):
        with pytest.raises(SourceError):
            post_json(f"{origin}/hook", b"{}", trusted=[near])
    assert hook.got == []
    post_json(f"{origin}/hook?a=b", b'{"items":[]}', trusted=[origin])
    assert hook.got == [("/hook?a=b", b'{"items":[]}')]


def test_a_public_name_that_leads_to_this_machine_is_refused(hook) -> None:
    with pytest.raises(SourceError, match="this machine itself"):
        post_json("https://hook.example/secret", b"{}", resolver=lambda host, seconds: ["127.0.0.1"])
    assert hook.got == []


@pytest.mark.parametrize(("path", "said"), [("/moved", "answered 307"), ("/down", "answered 500")])
def test_no_redirect_is_followed_and_what_is_not_taken_is_said_without_the_secret_path(
    hook, path: str, said: str
) -> None:
    origin = f"http://127.0.0.1:{hook.server_port}"
    with pytest.raises(SourceError, match=said) as raised:
        post_json(origin + path, b"{}", trusted=[origin])
    assert path not in str(raised.value)
    assert [where for where, _ in hook.got] == [path]


def test_a_silent_server_is_left_in_time() -> None:
    import socket
    import time

    with socket.create_server(("127.0.0.1", 0)) as silent:
        origin = f"http://127.0.0.1:{silent.getsockname()[1]}"
        began = time.monotonic()
        with pytest.raises(SourceError, match="too slow"):
            post_json(origin, b"{}", trusted=[origin], limits=Limits(total_seconds=0.3))
        assert time.monotonic() - began < 3
