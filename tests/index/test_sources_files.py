"""Files and folders: what is found, how it is decoded, what is refused and why."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from index.articles import RawArticle, Unreadable
from index.errors import SourceError
from index.sources.files import find_inputs, read_input, reference_of

TEXT = "Dam opens in Accra\n\nÉlodie Ōe saw the “dam” open at dawn on Monday, she said."


class PlainReader:
    """Reads every page as one that has its source as its text, and records what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def read(self, reference: str, text: str) -> RawArticle:
        """Return the source as an article."""
        self.asked.append(reference)
        return RawArticle(reference=reference, kind="html", text=text)


def read_one(path: Path) -> RawArticle | Unreadable:
    (article,) = read_input(path, PlainReader())
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
def test_the_suffix_chooses_the_reader(tmp_path: Path, name: str, kind: str) -> None:
    article = read_one(write(tmp_path / name))
    assert isinstance(article, RawArticle)
    assert (article.kind, article.text) == (kind, "It broke.")
    assert article.reference == str((tmp_path / name).resolve())


@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson"])
def test_a_file_of_many_gives_many(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / name, '{"text": "a", "id": "x"}\n{\n{"text": "b"}\n')
    kinds = [(type(row), row.reference.rpartition("#")[2]) for row in read_input(path, PlainReader())]
    assert kinds == [(RawArticle, "x"), (Unreadable, "2"), (RawArticle, "3")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_is_decoded(tmp_path: Path, encoding: str) -> None:
    article = read_one(write(tmp_path / "a.txt", TEXT.encode(encoding)))
    assert isinstance(article, RawArticle)
    assert article.title == "Dam opens in Accra"
    assert article.text == TEXT.partition("\n\n")[2]


def test_an_old_encoding_is_recognised_by_its_letters(tmp_path: Path) -> None:
    words = "El alcalde de Panamá anunció mañana la construcción de más escuelas públicas en el corregimiento. " * 5
    article = read_one(write(tmp_path / "a.txt", words.encode("cp1252")))
    assert isinstance(article, RawArticle)
    assert article.text == words.strip()


def test_a_page_is_decoded_as_it_declares(tmp_path: Path) -> None:
    source = '<html><head><meta charset="windows-1251"></head><p>Мэр открыл плотину.</p></html>'
    article = read_one(write(tmp_path / "a.html", source.encode("windows-1251")))
    assert isinstance(article, RawArticle)
    assert article.text == source


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
        ("a.pdf", b"%PDF", r"files ending in '\.pdf' are not read\. Wanted one of \.txt, "),
        ("a", b"It broke.", "files ending in '' are not read"),
        ("a.md", b"x" * 5_000_001, "more than 5 MB"),
        ("a.txt", b"x" * 32_000_001, "more than 32 MB"),
    ],
)
def test_what_is_no_article_is_refused_with_a_reason(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    path = write(tmp_path / name, content)
    with pytest.raises(SourceError, match=reason) as caught:
        read_input(path, PlainReader())
    assert caught.value.reference == str(path.resolve())


def test_one_stray_control_character_is_no_reason_to_refuse(tmp_path: Path) -> None:
    assert isinstance(read_one(write(tmp_path / "a.txt", "It broke. " * 50 + "\x07")), RawArticle)


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
