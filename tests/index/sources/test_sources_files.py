"""Files and folders: what is found, how it is decoded, what is refused and why."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from index.articles import RawArticle, Unreadable
from index.errors import SourceError, UsageError
from index.sources.files import find_inputs, parse_columns, read_download, read_input, reference_of
from index.sources.kinds import FileKind, guess_kind, recognise_kind
from index.sources.reader import ArticleReader

TEXT = "Dam opens in Accra\n\nÉlodie Ōe saw the “dam” open at dawn on Monday, she said."


class PlainReader:
    """Reads every file as one that has its bytes as its text, and records what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def read(
        self,
        reference: str,
        source: Path | bytes,
        kind: FileKind,
        *,
        columns: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> Iterator[RawArticle | Unreadable]:
        """Return the bytes as an article."""
        self.asked.append((reference, kind))
        data = source if isinstance(source, bytes) else source.read_bytes()
        return iter((RawArticle(reference=reference, kind="html", text=data.decode("latin-1")),))


@pytest.fixture(scope="module")
def reader() -> Iterator[ArticleReader]:
    with ArticleReader() as reader:
        yield reader


def read_one(path: Path, reader: ArticleReader) -> RawArticle:
    (article,) = read_input(path, reader)
    assert isinstance(article, RawArticle)
    return article


def write(path: Path, content: str | bytes = "It broke.") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_folders_are_walked_in_sorted_order_without_hidden_files_and_readmes(tmp_path: Path) -> None:
    for name in (
        "b.txt",
        "a/z.md",
        "a/b/c.html",
        "x.pdf",
        ".hidden.txt",
        ".git/d.txt",
        "README.md",
        "a/readme.txt",
    ):
        write(tmp_path / name)
    found = [path.relative_to(tmp_path).as_posix() for path in find_inputs([tmp_path])]
    assert found == ["a/b/c.html", "a/z.md", "b.txt", "x.pdf"]


def test_files_that_are_named_are_found_whatever_their_name_and_only_once(tmp_path: Path) -> None:
    readme, hidden = write(tmp_path / "README.md"), write(tmp_path / ".hidden.txt")
    other = write(tmp_path / "b.txt")
    assert list(find_inputs([readme, hidden, tmp_path, other])) == [readme, hidden, other]


def test_links_that_leave_the_folder_are_not_followed(tmp_path: Path) -> None:
    folder, outside = tmp_path / "in", write(tmp_path / "out" / "secret.txt")
    inside = write(folder / "z.txt")
    (folder / "a.txt").symlink_to(outside)
    (folder / "b").symlink_to(outside.parent)
    (folder / "c").symlink_to(folder)
    (folder / "d.txt").symlink_to(tmp_path / "nowhere")
    (folder / "e.txt").symlink_to(inside)
    assert [reference_of(path) for path in find_inputs([folder])] == [str(inside.resolve())]
    assert list(find_inputs([folder / "a.txt"])) == [folder / "a.txt"]


def test_a_path_that_does_not_exist_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="there is no such file or folder") as caught:
        find_inputs([tmp_path, tmp_path / "nowhere"])
    assert caught.value.reference == str(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.txt", "text"),
        ("a.md", "markdown"),
        ("a.MARKDOWN", "markdown"),
        ("a.htm", "html"),
        ("a.HTML", "html"),
    ],
)
def test_the_suffix_chooses_the_reader(tmp_path: Path, reader: ArticleReader, name: str, kind: str) -> None:
    article = read_one(write(tmp_path / name), reader)
    assert (article.kind, article.text) == (kind, "It broke.")
    assert article.reference == str((tmp_path / name).resolve())


@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson"])
def test_a_file_of_many_gives_many(tmp_path: Path, reader: ArticleReader, name: str) -> None:
    path = write(tmp_path / name, '{"text": "a", "id": "x"}\n{\n{"text": "b"}\n')
    kinds = [(type(row), row.reference.rpartition("#")[2]) for row in read_input(path, reader)]
    assert kinds == [(RawArticle, "x"), (Unreadable, "2"), (RawArticle, "3")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_is_decoded(tmp_path: Path, reader: ArticleReader, encoding: str) -> None:
    article = read_one(write(tmp_path / "a.txt", TEXT.encode(encoding)), reader)
    assert article.title == "Dam opens in Accra"
    assert article.text == TEXT.partition("\n\n")[2]


def test_an_old_encoding_is_recognised_by_its_letters(tmp_path: Path, reader: ArticleReader) -> None:
    words = "El alcalde de Panamá anunció mañana la construcción de más escuelas públicas en el corregimiento. " * 5
    article = read_one(write(tmp_path / "a.txt", words.encode("cp1252")), reader)
    assert article.text == words.strip()


def test_a_page_is_decoded_as_it_declares(tmp_path: Path, reader: ArticleReader) -> None:
    source = '<html><head><meta charset="windows-1251"></head><p>Мэр открыл плотину.</p></html>'
    assert read_one(write(tmp_path / "a.html", source.encode("windows-1251")), reader).text == "Мэр открыл плотину."


@pytest.mark.parametrize(
    ("label", "encoding", "said"),
    [
        ("iso-8859-1", "cp1252", "“The mill costs €450,000 – not less,” he said."),
        ("us-ascii", "cp1252", "“The mill costs €450,000 – not less,” he said."),
        ("ISO-8859-9", "cp1254", "“Değirmen 450.000 €” dedi."),
        ("gb2312", "gb18030", "镕基路上的磨坊卖了四十五万元。"),
        ("euc-kr", "cp949", "방앗간은 똠방각하라고 불린다."),
    ],
)
def test_a_page_is_decoded_as_browsers_do(
    tmp_path: Path, reader: ArticleReader, label: str, encoding: str, said: str
) -> None:
    source = f'<html><head><meta charset="{label}"></head><p>{said}</p></html>'
    assert read_one(write(tmp_path / "a.html", source.encode(encoding)), reader).text == said


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.txt", b"\x89PNG\r\n\x1a\n\x00\x00", "binary data, wanted the text of an article"),
        ("a.txt", b"It broke. \x01\x02\x03 It held.", "binary data"),
        ("a.txt", "a\x00b".encode("utf-16"), "binary data"),
        ("a.txt", b"\xff\xfeA", "begins as utf-16 and breaks off at byte"),
        ("a.txt", b"", "holds no article text"),
        ("a.txt", b" \n ", "holds no article text"),
        ("a.jsonl", b"\n", "holds no article text"),
        ("a.md", b"---\ntitle: Dam\n---\n", "holds no article text"),
        ("a.png", b"It broke.", r"files ending in '\.png' are not read\. Wanted one of \.txt, "),
        ("a", b"It broke.", "files ending in '' are not read"),
        ("a.md", b"x" * 5_000_001, "more than 5 MB"),
        ("a.txt", b"x" * 32_000_001, "more than 32 MB"),
    ],
)
def test_what_is_no_article_is_refused_with_a_reason(
    tmp_path: Path, reader: ArticleReader, name: str, content: bytes, reason: str
) -> None:
    path = write(tmp_path / name, content)
    with pytest.raises(SourceError, match=reason) as caught:
        read_input(path, reader)
    assert caught.value.reference == str(path.resolve())


def test_one_stray_control_character_is_no_reason_to_refuse(tmp_path: Path, reader: ArticleReader) -> None:
    assert read_one(write(tmp_path / "a.txt", "It broke. " * 50 + "\x07"), reader).text.startswith("It broke.")


def test_a_large_page_never_reaches_the_reader(tmp_path: Path) -> None:
    reader = PlainReader()
    with pytest.raises(SourceError, match="more than 5 MB"):
        read_input(write(tmp_path / "a.html", b"x" * 5_000_001), reader)
    assert reader.asked == []


def test_what_is_neither_file_nor_folder_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    with pytest.raises(SourceError, match="not a file"):
        read_input(tmp_path / "a.txt", PlainReader())
    with pytest.raises(SourceError, match="a folder that cannot be listed"):
        read_input(tmp_path, PlainReader())


def test_a_name_that_is_no_unicode_gives_a_reference_that_can_be_stored(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/dam\xff.txt"))
    try:
        write(path)
    except OSError:
        pytest.skip("this file system takes no such names")
    (article,) = read_input(path, PlainReader())
    assert article.reference.encode("utf-8").endswith(b"dam\\udcff.txt")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("report.PDF", "pdf"),
        ("https://a.example/x/report.docx", "docx"),
        ("application/pdf; charset=binary", "pdf"),
        ("TEXT/HTML;charset=utf-8", "html"),
        ("crawl.warc.gz", "warc"),
        ("notes.txt.gz", "gzip"),
        ("image/png", None),
        ("a.png", None),
        ("", None),
    ],
)
def test_a_kind_is_guessed_from_a_name_or_a_content_type(name: str, kind: str | None) -> None:
    assert guess_kind(name) == kind


@pytest.mark.parametrize(
    ("head", "declared", "kind"),
    [
        (b"%PDF-1.7 ...", "text", "pdf"),
        (b"%PDF-1.7 ...", "html", "pdf"),
        (b"\xef\xbb\xbf\n <!DOCTYPE HTML><p>", "text", "html"),
        (b"<html lang='en'>", None, "html"),
        (b"<html> is a tag that opens a page", "csv", "csv"),
        (b"PK\x03\x04" + b"\0" * 26 + b"word/document.xml", "zip", "docx"),
        (b"PK\x03\x04" + b"\0" * 26 + b"[Content_Types].xml", "text", "docx"),
        (b"PK\x03\x04" + b"\0" * 26 + b"articles/dam.txt", "text", "zip"),
        (b"PK\x03\x04" + b"\0" * 26 + b"mimetypeapplication/epub+zip", None, "epub"),
        (b"\x1f\x8b\x08", "warc", "warc"),
        (b"\x1f\x8b\x08", "html", "gzip"),
        (b"Plain words.", "text", "text"),
        (b"Plain words.", None, None),
    ],
)
def test_what_bytes_say_goes_before_a_wrong_name(head: bytes, declared: FileKind | None, kind: str | None) -> None:
    assert recognise_kind(head, declared) == kind


def test_a_download_is_read_by_its_kind_or_by_how_it_begins() -> None:
    reader = PlainReader()
    (article,) = read_download("https://a.example/x", b"<html>Dam</html>", None, reader)
    assert isinstance(article, RawArticle)
    assert reader.asked == [("https://a.example/x", "html")]
    with pytest.raises(SourceError, match="of a kind that is not read"):
        read_download("https://a.example/x", b"GIF89a", None, reader)
    with pytest.raises(SourceError, match="more than 5 MB"):
        read_download("https://a.example/x", b"x" * 5_000_001, "html", reader)
    with pytest.raises(SourceError, match="holds no article text"):
        read_download("https://a.example/x", b"", "html", reader)
    assert len(reader.asked) == 1


def test_the_folder_of_a_saved_page_is_passed_over(tmp_path: Path) -> None:
    page = write(tmp_path / "dam.html")
    write(tmp_path / "dam_files" / "ad.html")
    other = write(tmp_path / "case_files" / "b.txt")
    assert list(find_inputs([tmp_path])) == [other, page]


def test_columns_are_read_from_words() -> None:
    assert parse_columns("title=Headline, text=Story text") == {"title": "Headline", "text": "Story text"}
    for wrong in ("title", "titel=Headline", "title=", ""):
        with pytest.raises(UsageError, match="names no column, wanted a fact and its column"):
            parse_columns(wrong)
