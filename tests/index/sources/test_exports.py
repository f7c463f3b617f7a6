"""What reading lists, feed readers, mailboxes and press databases export."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from email.message import EmailMessage

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.articles import RawArticle, Unreadable
from index.errors import SourceError
from index.sources.delivery import read_delivery
from index.sources.document import Document, read_document
from index.sources.html.field import read_field
from index.sources.kinds import FileKind, guess_kind, recognise_kind

LONG = (
    "The weir at Lower Tarn was opened on Friday after six weeks of repairs. It had been shut since a tree damaged its gate. "
    * 2
)


def read(name: str, data: bytes | str) -> list[RawArticle | Unreadable]:
    """Read a file as the product does: its kind by its name and by how it begins."""
    data = data.encode() if isinstance(data, str) else data
    kind = recognise_kind(data[:1024], guess_kind(name))
    assert kind is not None
    return list(read_document(Document(name, data, kind)))


def articles(name: str, data: bytes | str) -> list[RawArticle]:
    found = read(name, data)
    assert all(isinstance(each, RawArticle) for each in found), found
    return [each for each in found if isinstance(each, RawArticle)]


def test_json_feed() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Tarn Echo",
        "language": "en",
        "items": [
            {"id": "a", "url": "https://tarn.example/a", "title": "Weir &amp; gate", "content_html": "<p>It opened.</p><p>At &#8364;40.</p>", "date_published": "2031-05-02T08:00:00Z", "authors": [{"name": "Ada Quill"}]},
            {"id": "b", "content_text": "Plain <b>words</b> stay.", "date_published": "2031-05-03T08:00:00Z"},
        ],
    }  # fmt: skip
    first, second = articles("feed.json", json.dumps(feed))
    assert (first.title, first.text, first.outlet) == ("Weir & gate", "It opened.\n\nAt €40.", "Tarn Echo")
    assert (first.author, first.published, first.url) == (
        "Ada Quill",
        "2031-05-02T08:00:00+00:00",
        "https://tarn.example/a",
    )
    assert second.text == "Plain <b>words</b> stay."


def test_items_of_a_feed_reader() -> None:
    items = {
        "id": "user/-/state/com.google/starred",
        "items": [
            {"id": "tag:7", "title": "Weir opens", "published": 1935475200, "alternate": [{"href": "https://tarn.example/7"}],
             "summary": {"content": "<div>The weir opened.</div>"}, "origin": {"title": "Tarn Echo"}},
        ],
    }  # fmt: skip
    (found,) = articles("starred.json", json.dumps(items))
    assert (found.text, found.outlet, found.url) == ("The weir opened.", "Tarn Echo", "https://tarn.example/7")
    assert found.published == "2031-05-02T08:00:00+00:00"


def test_entries_of_wallabag_keep_the_days_of_the_article_not_of_the_list() -> None:
    entry = {
        "is_archived": 0, "domain_name": "tarn.example", "title": "Weir opens", "url": "https://tarn.example/7",
        "content": "<p>The weir opened.</p><figure><figcaption>The weir.</figcaption></figure>",
        "published_at": "2031-05-02T08:00:00+02:00", "published_by": ["Ada Quill"], "created_at": "2031-06-01T00:00:00+02:00",
        "updated_at": "2031-06-09T00:00:00+02:00",
    }  # fmt: skip
    (found,) = articles("export.json", json.dumps([entry]))
    assert (found.published, found.updated, found.author) == ("2031-05-02T08:00:00+02:00", None, "Ada Quill")
    assert found.text == "The weir opened."


def test_a_table_for_spreadsheets_names_its_sign_first() -> None:
    (found,) = articles(
        "table.csv", 'sep=;\r\ntitle;text;date\r\nWeir, opened;"<p>It opened, at last.</p>";2031-05-02\r\n'
    )
    assert (found.title, found.text, found.published) == ("Weir, opened", "It opened, at last.", "2031-05-02")


def test_a_list_of_addresses_says_how_they_are_fetched() -> None:
    with pytest.raises(SourceError, match="lists addresses in its column 'URL'"):
        read("instapaper.csv", "URL,Title,Folder\nhttps://tarn.example/7,Weir,Unread\n")
    row = {"title": "Weir", "given_url": "https://tarn.example/7"}
    (refused,) = read("list.json", json.dumps([row]))
    assert isinstance(refused, Unreadable)
    assert "citewire ingest https://tarn.example/7" in refused.reason


@given(st.text(alphabet="<>&/pdivbr abc;#8217'\n", max_size=60))
def test_a_field_never_fails_and_keeps_text_without_markup(text: str) -> None:
    words = read_field("row 1", text)
    if "<" not in text and "&" not in text:
        assert words == text


def test_saved_feeds_give_what_they_hold_whole_and_tell_what_they_announce() -> None:
    rss = f"""<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
    <title>Tarn Echo</title><item><guid>1</guid><title>Weir &amp;amp; gate</title><link>https://tarn.example/1</link>
    <pubDate>Fri, 02 May 2031 08:00:00 GMT</pubDate><description>Short.</description>
    <content:encoded><![CDATA[<!DOCTYPE html><p>{LONG}</p>]]></content:encoded></item>
    <item><guid>2</guid><title>Ferry</title><link>https://tarn.example/2</link><description>The ferry … </description></item>
    </channel></rss>"""
    whole, announced = read("tarn.xml", rss)
    assert isinstance(whole, RawArticle)
    assert (whole.title, whole.text, whole.outlet) == ("Weir & gate", LONG.strip(), "Tarn Echo")
    assert (whole.published, whole.url) == ("2031-05-02T08:00:00+00:00", "https://tarn.example/1")
    assert isinstance(announced, Unreadable)
    assert "citewire ingest https://tarn.example/2" in announced.reason


def test_a_list_of_feeds_is_told_from_a_feed() -> None:
    opml = '<?xml version="1.0"?><opml version="2.0"><body><outline text="Tarn" xmlUrl="https://tarn.example/feed"/></body></opml>'
    with pytest.raises(SourceError, match="lists 1 feeds") as refused:
        read("feeds.opml", opml)
    assert "--follow https://tarn.example/feed" in str(refused.value)


@pytest.mark.parametrize(
    "data",
    [
        "<?xml version='1.0'?><!DOCTYPE rss [<!ENTITY a 'b'>]><rss><channel/></rss>",
        "<rss><channel></channel></rss>",
        "<plist/>",
    ],
)
def test_what_is_no_feed_is_refused(data: str) -> None:
    with pytest.raises(SourceError):
        read("a.xml", data)


def message(
    subject: str,
    body: str,
    *,
    html: str | None = None,
    sender: str = "Tarn Echo <brief@tarn.example>",
    newsletter: bool = True,
) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["Subject"], mail["Date"] = sender, subject, "Fri, 02 May 2031 06:00:00 +0100"
    if newsletter:
        mail["List-Id"] = "brief <brief.tarn.example>"
    mail.set_content(body)
    if html:
        mail.add_alternative(html, subtype="html")
    return mail.as_bytes()


def test_a_mailbox_gives_each_message() -> None:
    first = message("Weir opens", "The weir opened.\n\n>From Monday it is free.")
    second = message("Ferry sails", "The ferry sails.")
    mailbox = b"".join(b"From brief@tarn.example Fri May  2 06:00:00 2031\n" + each + b"\n" for each in (first, second))
    one, other = articles("saved.mbox", mailbox)
    assert (one.title, one.text) == ("Weir opens", "The weir opened.\n\nFrom Monday it is free.")
    assert (other.title, other.reference) == ("Ferry sails", "saved.mbox#2")
    assert recognise_kind(mailbox[:1024], None) == "mbox"


def test_a_forwarded_message_is_the_originals() -> None:
    body = (
        "Worth a look.\n\n---------- Forwarded message ---------\nFrom: Tarn Echo <brief@tarn.example>\nDate: Thu, May 1, 2031 at 6:00 AM\n"
        "Subject: Weir opens\nTo: <ada@desk.example>\n\nThe weir opened.\n\nIt cost 4 million.\n"
    )
    (found,) = articles(
        "f.eml", message("Fwd: Weir opens", body, sender="Ada Quill <ada@desk.example>", newsletter=False)
    )
    assert (found.title, found.outlet, found.author) == ("Weir opens", "Tarn Echo", None)
    assert found.published is not None
    assert found.published.startswith("2031-05-01")
    assert found.text == "The weir opened.\n\nIt cost 4 million."


def test_a_forwarded_message_in_german() -> None:
    body = "-----Ursprüngliche Nachricht-----\nVon: Ada Quill <ada@desk.example>\nGesendet: Donnerstag, 1. Mai 2031 06:00\nBetreff: Wehr offen\nAn: Bo\n\nDas Wehr ist offen.\n"
    (found,) = articles("f.eml", message("WG: Wehr offen", body, sender="Bo <bo@desk.example>", newsletter=False))
    assert (found.author, found.text) == ("Ada Quill", "Das Wehr ist offen.")
    assert found.published is not None
    assert found.published.startswith("2031-05-01")


def test_a_newsletter_of_several_stories_is_one_article_a_story() -> None:
    page = (
        "<html><body><table><tr><td><h2>Weir opens</h2><p>The weir at Lower Tarn opened on Friday after six weeks.</p><a href='#'>Read more</a></td></tr>"
        "<tr><td><h2>Ferry sails</h2><p>The ferry to Sant Orel sails again from Monday at noon.</p></td></tr></table><p>Unsubscribe</p></body></html>"
    )
    one, other = articles("digest.eml", message("Morning brief", "View in browser", html=page))
    assert (one.title, one.text, one.outlet) == (
        "Weir opens",
        "The weir at Lower Tarn opened on Friday after six weeks.",
        "Tarn Echo",
    )
    assert (other.title, other.published) == ("Ferry sails", "2031-05-02T06:00:00+01:00")
    single = page.replace("h2>", "p>")
    (whole,) = articles("one.eml", message("Morning brief", "View in browser", html=single))
    assert whole.title == "Morning brief"


NEXIS = [
    "User Name: Reader\nDate and Time: Friday, May 9, 2031\nJob Number: 1\nDocuments (2)", "1. Weir opens", "2. Ferry sails",
    "Weir opens", "Tarn Echo", "May 2, 2031 Friday", "Correction Appended", "Copyright 2031 Tarn Echo All Rights Reserved", "Section: NEWS; Pg. 4",
    "Length: 90 words", "Byline: Ada Quill", "Body", "The weir opened.", "It cost 4 million.", "Load-Date: May 9, 2031", "End of Document",
    "Ferry sails", "Orel Post", "May 3, 2031 Saturday", "Length: 12 words", "Body", "The ferry sails.", "Classification", "Language: ENGLISH", "End of Document",
]  # fmt: skip
OLD_NEXIS = [
    "1 of 2 DOCUMENTS", "Tarn Echo", "May 2, 2031 Friday", "Late Edition", "Weir opens", "BYLINE: By Ada Quill", "SECTION: NEWS; Pg. 4", "LENGTH: 90 words",
    "The weir opened.", "It cost 4 million.", "LOAD-DATE: May 9, 2031", "LANGUAGE: ENGLISH", "Copyright 2031 Tarn Echo", "2 of 2 DOCUMENTS",
    "Orel Post", "May 3, 2031", "Ferry sails", "LENGTH: 12 words", "The ferry sails.", "LOAD-DATE: May 9, 2031",
]  # fmt: skip
FACTIVA = [
    "News", "Weir opens", "By Ada Quill", "90 words", "2 May 2031", "08:00", "Tarn Echo", "TARNEC", "4", "English", "Copyright 2031 Tarn Echo",
    "The weir opened.", "It cost 4 million.", "Document TARNEC0020310502e75200001", "Ferry sails", "12 words", "3 May 2031", "Orel Post", "ORPO", "English",
    "(c) 2031 Orel Post", "The ferry sails.", "Document ORPO000020310503e75300002",
]  # fmt: skip


@pytest.mark.parametrize("lines", [NEXIS, OLD_NEXIS, FACTIVA])
def test_deliveries_of_press_databases_are_taken_apart(lines: Sequence[str]) -> None:
    first, second = read_delivery(lines)
    assert {name: first.facts.get(name) for name in ("title", "outlet", "author", "published")} == {
        "title": "Weir opens",
        "outlet": "Tarn Echo",
        "author": "Ada Quill",
        "published": "2031-05-02",
    }
    assert list(first.body) == ["The weir opened.", "It cost 4 million."]
    assert (second.facts["title"], second.facts["outlet"], second.facts["published"]) == (
        "Ferry sails",
        "Orel Post",
        "2031-05-03",
    )
    assert list(second.body) == ["The ferry sails."]


def _as_docx(lines: Sequence[str]) -> bytes:
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _as_rtf(lines: Sequence[str]) -> bytes:
    return ("{\\rtf1\\ansi " + "\\par\n".join(line.replace("\n", "\\line ") for line in lines) + "\\par}").encode(
        "ascii"
    )


@pytest.mark.parametrize(
    ("name", "data"), [("d.docx", _as_docx(NEXIS)), ("d.rtf", _as_rtf(NEXIS)), ("d.txt", "\n\n".join(NEXIS).encode())]
)
def test_a_delivery_in_any_file_is_many_articles(name: str, data: bytes) -> None:
    found = articles(name, data)
    assert [(each.title, each.published, each.reference) for each in found] == [
        ("Weir opens", "2031-05-02", f"{name}#1"),
        ("Ferry sails", "2031-05-03", f"{name}#2"),
    ]


def test_an_article_that_only_speaks_of_documents_is_no_delivery() -> None:
    assert read_delivery(["Length of the weir", "It is 90 words", "The end of document control", "Document 4"]) == []


def test_rich_text_is_read_and_what_is_none_is_refused() -> None:
    (found,) = articles("a.rtf", b"{\\rtf1\\ansi\\ansicpg1252 {\\b The weir of W\\'f6rth opened.}\\par}")
    assert found.text == "The weir of Wörth opened."
    with pytest.raises(SourceError, match="is no RTF"):
        list(read_document(Document("b.rtf", b"plain", "rtf")))


def test_a_packed_web_archive_is_read() -> None:
    page = f"<html><head><title>Weir opens</title></head><body><article><h1>Weir opens</h1><p>{LONG}</p></article></body></html>".encode()
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page
    head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://tarn.example/7\r\nWARC-Date: 2031-05-02T08:00:00Z\r\nWARC-Record-ID: <urn:uuid:5c1c1a2c-0000-4000-8000-000000000001>\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("archive/data.warc", head.encode() + http + b"\r\n\r\n")
        packed.writestr("datapackage.json", "{}")
    found = read("crawl.wacz", file.getvalue())
    assert [each.url for each in found if isinstance(each, RawArticle)] == ["https://tarn.example/7"]


@pytest.mark.parametrize(
    ("name", "kind"), [("a.rss", "feed"), ("a.opml", "feed"), ("a.mbox", "mbox"), ("a.rtf", "rtf"), ("a.wacz", "zip")]
)
def test_their_names_tell_their_kinds(name: str, kind: FileKind) -> None:
    assert guess_kind(name) == kind
