"""What servers send that is no page: the reader is chosen by type, suffix and content."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from index.articles import RawArticle, Unreadable
from tests.index.conftest import ReadsAll
from tests.index.fake_web import PARAGRAPHS, FakeWeb, article_page

TEXT = "Dam opens\n\n" + "\n\n".join(PARAGRAPHS)
ROWS = "\n".join(json.dumps({"id": f"row{n}", "title": f"Dam {n}", "text": PARAGRAPHS[n]}) for n in range(2))


def zipped() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.txt", TEXT)
        archive.writestr("b.html", article_page("Port opens"))
    return packed.getvalue()


@pytest.mark.parametrize(
    ("name", "body", "content_type", "kinds"),
    [
        ("a", TEXT.encode("cp1252"), "text/plain; charset=windows-1252", ["text"]),
        ("a.md", f"# Dam\n\n{PARAGRAPHS[0]}".encode(), "application/octet-stream", ["markdown"]),
        ("rows", ROWS.encode(), "application/x-ndjson", ["jsonl", "jsonl"]),
        ("export.zip", zipped(), "application/zip", ["text", "html"]),
        ("mislabelled", article_page().encode(), "text/plain", ["html"]),
    ],
)
def test_documents_are_read_by_what_they_are(
    web: FakeWeb, read: ReadsAll, name: str, body: bytes, content_type: str, kinds: list[str]
) -> None:
    url = f"http://courier.test/{name}"
    web.put(url, body, kind=content_type)
    found = [item for item in read(url) if isinstance(item, RawArticle | Unreadable)]
    assert [item.kind for item in found if isinstance(item, RawArticle)] == kinds, found
    assert all(item.reference.startswith(url) for item in found)
    alone = len(kinds) == 1
    assert all((item.url == url) is alone for item in found if isinstance(item, RawArticle))


def test_a_broken_document_is_one_clear_failure(web: FakeWeb, read: ReadsAll) -> None:
    web.put("http://courier.test/a.pdf", b"%PDF-1.7 and no more", kind="application/pdf")
    [failure] = read("http://courier.test/a.pdf")
    assert isinstance(failure, Unreadable)
    assert failure.reason.startswith("http://courier.test/a.pdf: ")
