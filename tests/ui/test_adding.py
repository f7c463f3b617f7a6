"""What the chat takes in: files of every kind under their names, addresses, and what is told of each."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from index.articles import BuildReport, SourceReport
from index.build import Progress, ingest
from index.settings import Settings
from index.sources.kinds import SUFFIXES, guess_kind
from index.sources.uploads import Upload
from index.sources.web.fetch import Fetcher
from index.sources.web.politeness import Politeness
from index.store.library import Library
from tests.conftest import WordEncoder
from tests.index.fake_web import FakeWeb, article_page, rss
from tests.index.mixed_folder import make_files
from ui.adding import take_addresses, take_files
from ui.present import report_to_markdown, report_to_text


class Taking:
    """A desk that only takes in, with an encoder that is quick and a web that is invented."""

    def __init__(self, library: Library, encoder: WordEncoder, settings: Settings, web: FakeWeb | None = None) -> None:
        self.library = library
        self.told: list[tuple[int, int | None]] = []
        self._parts = {"library": library, "encoder": encoder, "settings": settings}
        self._web = web

    def ingest(self, references: Sequence[str | Path | Upload], *, progress: Progress | None = None) -> BuildReport:
        web = self._web
        return ingest(
            references,
            **self._parts,
            progress=progress,
            open_fetcher=lambda robots: Fetcher(
                robots=robots,
                politeness=Politeness(delay=0.0),
                resolver=web.resolve,
                connector=web.connect,
            ),
        )

    def sources(self) -> list[str]:
        return sorted(source for entry in self.library.entries() for source in entry.sources)


def add_files(desk: Taking, paths: Sequence[Path]) -> str:
    """Take files in, and return what is told."""
    return take_files(desk, paths)[0]


@pytest.fixture
def desk(library: Library, encoder: WordEncoder, settings: Settings) -> Taking:
    return Taking(library, encoder, settings)


def upload(folder: Path, name: str, data: bytes | str, *, into: str = "one") -> Path:
    """Write a file where a browser's upload lies: in a folder of its own, with a name that nobody chose."""
    path = folder / into / name
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def test_every_kind_that_is_ingested_is_taken_in_under_its_name(desk: Taking, tmp_path: Path) -> None:
    by_suffix = {".jsonl": ("rows.jsonl", b'{"id": "3", "text": "The bridge opened on Monday."}')}
    for file in make_files():
        name = Path(file.name).name
        for suffix in SUFFIXES:
            if name.lower().endswith(suffix) and file.wanted and not file.reasons:
                by_suffix.setdefault(suffix, (name, file.data))
    # A list of references holds no article without its folder, which cannot be handed over but as a ZIP.
    assert {guess_kind(f"a{suffix}") for suffix in by_suffix} == set(SUFFIXES.values()) - {"references"}
    files = list(by_suffix.values())
    told = add_files(desk, [upload(tmp_path, name, data) for name, data in files])
    assert ", 0 failed" in told
    assert desk.sources()
    assert all(source.startswith("upload:") for source in desk.sources())
    assert str(tmp_path) not in told
    again = add_files(desk, [upload(tmp_path, name, data, into="two") for name, data in files])
    assert re.match(r"0 added, 0 changed, [1-9]\d* unchanged, 0 failed", again.splitlines()[-1]), again


def test_rows_and_entries_keep_their_place(desk: Taking, tmp_path: Path) -> None:
    rows = '{"id": "3", "text": "The bridge opened."}\n{"id": "4", "text": "The harbour closed."}\n'
    add_files(desk, [upload(tmp_path, "rows.jsonl", rows)])
    assert desk.sources() == ["upload:rows.jsonl#3", "upload:rows.jsonl#4"]


def story(title: str, words: str) -> str:
    return f"---\ntitle: {title}\noutlet: Quay Times\npublished: 2031-05-01\n---\n\n{words}\n"


def test_a_later_upload_of_an_article_is_its_next_version(desk: Taking, tmp_path: Path) -> None:
    add_files(desk, [upload(tmp_path, "a.md", story("Lighthouse", "The keeper is Ansel Brook."))])
    told = add_files(desk, [upload(tmp_path, "a.md", story("Lighthouse", "The keeper is Ida Brook."), into="two")])
    assert "**changed** Lighthouse" in told
    assert [entry.versions for entry in desk.library.entries()] == [2]
    assert desk.sources() == ["upload:a.md"]


def test_another_article_of_the_same_name_takes_no_place(desk: Taking, tmp_path: Path) -> None:
    lighthouse, ferry = story("Lighthouse", "The keeper is Ansel Brook."), story("Ferry", "The ferry ran aground.")
    add_files(desk, [upload(tmp_path, "article.md", lighthouse)])
    assert "**added** Ferry" in add_files(desk, [upload(tmp_path, "article.md", ferry, into="two")])
    assert desk.sources() == ["upload:article.md", "upload:article.md (2)"]
    again = add_files(desk, [upload(tmp_path, "article.md", lighthouse, into="three")])
    again += add_files(desk, [upload(tmp_path, "article.md", ferry, into="four")])
    assert again.count("0 added, 0 changed, 1 unchanged, 0 failed") == 2
    assert [entry.versions for entry in desk.library.entries()] == [1, 1]


def test_what_fails_is_told_with_its_reason_and_takes_nothing_with_it(desk: Taking, tmp_path: Path) -> None:
    told = add_files(
        desk,
        [
            upload(tmp_path, "broken.pdf", b"%PDF-1.4 nothing"),
            upload(tmp_path, "a.md", story("Lighthouse", "The keeper is Ansel Brook.")),
            upload(tmp_path, "empty.txt", b""),
        ],
    )
    lines = told.splitlines()
    assert lines[0].startswith(r"- **failed** broken\.pdf: it ")
    assert r"**added** Lighthouse \(a\.md\)" in lines[1]
    assert "holds no article text" in lines[2]
    assert lines[-1] == "1 added, 0 changed, 0 unchanged, 2 failed"
    assert str(tmp_path) not in told


def test_names_titles_and_reasons_are_escaped(desk: Taking, tmp_path: Path) -> None:
    title = "<script>alert(1)</script> [x](javascript:alert(1)) ![y](http://evil.example/y.png)"
    told = add_files(desk, [upload(tmp_path, "<b>**x**[y](z).md", f"# {title}\n\nThe keeper is Ansel Brook.")])
    failed = SourceReport("http://a.example/<i>", "failed", reason="<img src=x onerror=alert(1)> `a` \x1b[2J")
    told += report_to_markdown(BuildReport(sources=(failed,)))
    assert "<" not in told
    assert "](" not in told
    assert "`" not in told.replace(r"\`", "")
    assert "\x1b" not in told


def test_of_very_many_those_that_failed_are_shown() -> None:
    sources = [SourceReport(f"http://a.example/{number}", "added", title=str(number)) for number in range(500)]
    sources.append(SourceReport("http://a.example/x", "failed", reason="It is gone."))
    told = report_to_markdown(BuildReport(sources=tuple(sources))).splitlines()
    assert len(told) == 103
    assert "It is gone" in told[99]
    assert told[100] == "- 401 more"
    assert told[-1] == "500 added, 0 changed, 0 unchanged, 1 failed"


def test_pages_and_feeds_are_taken_in_by_address(
    library: Library, encoder: WordEncoder, settings: Settings, tmp_path: Path
) -> None:
    secret = upload(tmp_path, "secret.txt", "The secret of this machine.")
    with FakeWeb() as web:
        web.put("http://ledger.test/dam", article_page("Dam opens"))
        web.put("http://courier.test/port", article_page("Port closes"))
        link = "<item><title>Port</title><link>http://courier.test/port</link></item>"
        web.put("http://courier.test/feed", rss(link), kind="application/rss+xml")
        desk = Taking(library, encoder, settings, web)
        given = f"http://ledger.test/dam\n\nhttp://courier.test/feed\nhttp://ledger.test/gone\n{secret}\nftp://ledger.test/x\n"
        told, failed = take_addresses(desk, given, lambda done, total: desk.told.append((done, total)))
    assert "**added** Dam opens" in told
    assert "**added** Port closes" in told
    assert "there is no such page" in told
    assert failed == ("http://ledger.test/gone", "ftp://ledger.test/x")
    assert r"It is no web address; one begins with" in told
    assert "wanted http" in told
    assert told.splitlines()[-1] == "2 added, 0 changed, 0 unchanged, 3 failed"
    assert desk.sources() == ["http://courier.test/port", "http://ledger.test/dam"]
    assert desk.told[-1][0] == 4


@pytest.mark.parametrize("given", ["", "  \n# nothing\n"])
def test_nothing_is_told_as_nothing(desk: Taking, given: str) -> None:
    assert "Nothing was given" in take_addresses(desk, given)[0]


def test_nonsense_is_refused_by_its_line(desk: Taking) -> None:
    told, _ = take_addresses(desk, "http://a.example/ http://b.example/\n")
    assert told.startswith(r"**the addresses\: line 1 holds an address and something else")
    assert told.endswith(r"** Give one https or http address a line\.")


def test_files_that_failed_are_returned_for_another_try_and_no_others(desk: Taking, tmp_path: Path) -> None:
    good = upload(tmp_path, "good#1.md", story("Lighthouse", "The keeper is Ansel Brook."))
    empty = upload(tmp_path, "empty#2.txt", "")
    told, failed = take_files(desk, [good, empty])
    assert failed == (str(empty),)
    assert "1 failed" in told
    empty.write_text(story("Ferry", "The ferry to Port Selm sails at noon."), encoding="utf-8")
    told, failed = take_files(desk, failed)
    assert failed == ()
    assert "1 added" in told


def test_a_list_of_references_is_taken_in_with_its_folder_as_a_zip_and_reaches_nothing_beside_it(
    desk: Taking, tmp_path: Path
) -> None:
    entry = "TY  - NEWS\nTI  - Weir opens\nT2  - Tarn Echo\nL1  - files/1/weir.txt\nER  -\n"
    story = "The weir at Lower Tarn was opened on Friday after six weeks of repairs."
    upload(tmp_path, "files/1/weir.txt", story)
    alone = add_files(desk, [upload(tmp_path, "list.ris", entry)])
    assert "did not come with the list" in alone
    assert desk.sources() == []
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("list.ris", entry)
        archive.writestr("files/1/weir.txt", story)
    assert "1 added" in add_files(desk, [upload(tmp_path, "export.zip", packed.getvalue())])
    assert [(each.title, each.outlet) for each in desk.library.entries()] == [("Weir opens", "Tarn Echo")]


def test_what_was_left_out_of_an_article_that_was_added_is_told() -> None:
    whole = SourceReport("a.txt", "added", "1", "Weir")
    partly = SourceReport(
        "scan.pdf", "added", "2", "Bridge", "1 of 9 sentences left out\x1b[2J, because a word in each is not sure."
    )
    text = report_to_text(BuildReport(sources=(whole, partly)))
    assert text.splitlines()[0].startswith("added: scan.pdf: 1 of 9 sentences left out")
    assert "\x1b" not in text
    assert "a.txt" not in text
    assert "left out" in report_to_markdown(BuildReport(sources=(whole, partly)))
