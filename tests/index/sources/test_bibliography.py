"""Lists of references with their attachments: RIS, BibTeX, Zotero's RDF and JSON, CSL-JSON."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from index.articles import RawArticle, Unreadable
from index.errors import SourceError
from index.inputs import FileInputs, IngestOptions
from index.sources.document import Document, read_document
from index.sources.files import find_inputs, read_input
from index.sources.kinds import guess_kind, recognise_kind
from index.sources.listed import day_of, turned
from index.sources.part import beside_in_folder
from index.sources.reader import ArticleReader

STORY = (
    "The weir at Lower Tarn was opened on Friday after six weeks of repairs, the council said. "
    "It had been shut since a tree damaged its gate in March. The repairs cost 4.1 million crowns."
)
FERRY = (
    "The ferry to Sant Orel sails again from Monday at noon, its owner said. "
    "It had lain in the yard since the winter storms broke its ramp. A crossing costs 12 crowns."
)
PAGE = f"""<html><head><title>tarn.example</title><meta property="article:published_time" content="2031-05-02T08:00:00Z"></head>
<body><article><h1>Weir open</h1><p>{STORY.split(". It")[0]}.</p><p>It{STORY.split(". It")[1]}</p></article></body></html>"""


def pdf_of(text: str) -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file, invariant=1)
    words, line, height = text.split(), "", 760
    for word in words:
        if len(line) + len(word) > 80:
            canvas.drawString(70, height, line)
            line, height = "", height - 14
        line = f"{line} {word}".strip()
    canvas.drawString(70, height, line)
    canvas.save()
    return file.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make the folder of an export: a page and a PDF in folders with numbers, as Zotero writes them."""
    home = tmp_path / "export"
    for number, name, data in (("12", "weir.html", PAGE.encode()), ("13", "ferry.pdf", pdf_of(FERRY))):
        (home / "files" / number).mkdir(parents=True)
        (home / "files" / number / name).write_bytes(data)
    return home


def read(folder: Path, name: str, data: str | bytes) -> list[RawArticle | Unreadable]:
    data = data.encode() if isinstance(data, str) else data
    kind = recognise_kind(data[:1024], guess_kind(name))
    assert kind is not None
    return list(read_document(Document(name, data, kind, beside=beside_in_folder(folder))))


def article(found: RawArticle | Unreadable) -> RawArticle:
    assert isinstance(found, RawArticle), found
    return found


def reason(found: RawArticle | Unreadable) -> str:
    assert isinstance(found, Unreadable), found
    return found.reason


RIS = """TY  - NEWS
TI  - Weir at Lower Tarn opens
AU  - Quill, Ada
AU  - Tarn Council
T2  - Tarn Echo
DA  - 2031/05/02/
PY  - 2031
LA  - en-GB
SE  - News
UR  - https://tarn.example/7;a=1
AB  - The weir is open.
Y2  - 2031/06/09/10:00:00
L2  - files/12/weir.html
ER  -

TY  - NEWS
TI  - Ferry sails
T2  - Orel Post
PY  - 2031///
L1  - files/13/ferry.pdf
ER  -
"""


def test_entries_of_ris_are_read_as_their_attachments(folder: Path) -> None:
    weir, ferry = map(article, read(folder, "list.ris", RIS))
    assert (weir.title, weir.outlet, weir.author) == (
        "Weir at Lower Tarn opens",
        "Tarn Echo",
        "Ada Quill, Tarn Council",
    )
    assert (weir.url, weir.language, weir.section) == ("https://tarn.example/7;a=1", "en", "News")
    # The list states the day, the page the time of that day.
    assert weir.published == "2031-05-02T08:00:00+00:00"
    assert "4.1 million crowns" in weir.text
    assert "The weir is open." not in weir.text
    assert (weir.kind, weir.reference) == ("html", "list.ris#files/12/weir.html")
    # A year alone is no day, and nothing is invented for it.
    assert (ferry.title, ferry.outlet, ferry.published, ferry.kind) == ("Ferry sails", "Orel Post", None, "pdf")
    assert ferry.text == FERRY
    assert not ferry.note


@pytest.mark.parametrize(
    "odd",
    [
        "\ufeff" + RIS,
        RIS.replace("\n", "\r\n"),
        RIS.replace("ER  -\n", ""),
        RIS.replace("TI  - Weir at Lower Tarn opens", "TI  - Weir at\nLower Tarn opens"),
        "Exported from a program\n\n" + RIS.replace("\n\n", "\n\n\n"),
        RIS.replace("AB  - ", "X9  - unknown\nUR  - https://tarn.example/other\nUR  - doi:10.1/2\nAB  - "),
        RIS.replace("T2  - Tarn Echo", "T2  - \nJO  - Tarn Echo\nPB  - Tarn Press"),
        RIS.replace("files/12/weir.html", "files\\12\\weir.html"),
    ],
)
def test_careless_ris_says_the_same(folder: Path, odd: str) -> None:
    weir, ferry = map(article, read(folder, "list.ris", odd))
    assert (weir.title, weir.outlet, weir.url) == (
        "Weir at Lower Tarn opens",
        "Tarn Echo",
        "https://tarn.example/7;a=1",
    )
    assert (ferry.title, ferry.outlet, ferry.url, ferry.text) == ("Ferry sails", "Orel Post", None, FERRY)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2031/03/04/", "2031-03-04"),
        ("2031/3/4/Late edition", "2031-03-04"),
        ("2031///", None),
        ("2031/03//", None),
        ("4 March 2031", "4 March 2031"),
        ("", None),
        (2031, None),
    ],
)
def test_dates_with_slashes(written: object, day: str | None) -> None:
    assert day_of(written) == day


def test_names_are_turned() -> None:
    assert [turned(name) for name in ("Quill, Ada", "Tarn Council", "Quill, Ada, Jr.", " van Orel,  Bo ")] == [
        "Ada Quill",
        "Tarn Council",
        "Quill, Ada, Jr.",
        "Bo van Orel",
    ]


def test_what_has_no_document_is_told_with_its_address_and_a_summary_is_no_article(folder: Path) -> None:
    entries = (
        "TY  - NEWS\nTI  - Far\nUR  - https://tarn.example/9?a=1&b=$(x)\nAB  - A summary of some length.\nER  - \n"
        "TY  - NEWS\nTI  - Summary\nAB  - A summary of some length.\nER  - \n"
        "TY  - NEWS\nTI  - Gone\nUR  - https://tarn.example/8\nL1  - files/99/gone.pdf\nER  - \n"
    )
    far, summary, gone = map(reason, read(folder, "list.ris", entries))
    assert "citewire ingest 'https://tarn.example/9?a=1&b=$(x)'" in far
    assert "a summary and no document, and no address. Attach the article" in summary
    assert "'files/99/gone.pdf' is not there. Export the list with its files" in gone
    assert "citewire ingest https://tarn.example/8" in gone


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("../secret.html", "outside of the folder"),
        ("files/../../secret.html", "outside of the folder"),
        ("..\\secret.html", "outside of the folder"),
        ("/etc/passwd", "outside of the folder"),
        ("C:\\secret.html", "outside of the folder"),
        ("\\\\host\\share\\secret.html", "outside of the folder"),
        ("~/secret.html", "outside of the folder"),
        ("files/link.html", "outside of the folder"),
        ("linked/secret.html", "outside of the folder"),
        ("https://tarn.example/secret.html", "is an address"),
        ("file:///etc/passwd.html", "is an address"),
        ("files/round.html", "is not there"),
        ("files/12", "is not there"),
        ("files/\x00.html", "is not there"),
        ("files/" + "a" * 5000 + ".html", "is not there"),
        (".", "is not there"),
    ],
)
def test_nothing_outside_of_the_folder_is_opened(folder: Path, name: str, said: str) -> None:
    (folder.parent / "secret.html").write_text(PAGE, encoding="utf-8")
    (folder / "files" / "link.html").symlink_to(folder.parent / "secret.html")
    (folder / "files" / "round.html").symlink_to(folder / "files" / "round.html")
    (folder / "linked").symlink_to(folder.parent, target_is_directory=True)
    items = {"items": [{"itemType": "newspaperArticle", "title": "Weir", "attachments": [{"path": name}]}]}
    (found,) = read(folder, "list.json", json.dumps(items))
    assert said in reason(found)


def test_an_attachment_is_a_document_and_no_list_or_archive(folder: Path) -> None:
    (folder / "files" / "a.html").write_bytes(zipfile_of({"b.html": PAGE}))
    (folder / "files" / "b.txt").write_text("TY  - NEWS\nTI  - Weir\nL1  - files/b.txt\nER  - \n", encoding="utf-8")
    (folder / "files" / "c.png").write_bytes(b"\x89PNG")
    entry = "TY  - NEWS\nTI  - Weir\nL1  - files/{}\nER  - \n"
    zipped, listed, picture = (read(folder, "l.ris", entry.format(name))[0] for name in ("a.html", "b.txt", "c.png"))
    assert "is no document but zip" in reason(zipped)
    assert "is no document but references" in reason(listed)
    assert "of a kind that is not read" in reason(picture)


def zipfile_of(files: dict[str, str | bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for name, data in files.items():
            packed.writestr(name, data)
    return file.getvalue()


def test_of_two_attachments_the_page_is_read_and_another_text_is_told(folder: Path) -> None:
    (folder / "files" / "12" / "same.txt").write_text(STORY, encoding="utf-8")
    entry = (
        "TY  - NEWS\nTI  - Weir\nL1  - files/13/ferry.pdf\nL1  - files/12/same.txt\nL2  - files/12/weir.html\nER  - \n"
    )
    found = article(read(folder, "l.ris", entry)[0])
    assert found.kind == "html"
    assert (
        found.note
        == "its attachment 'files/13/ferry.pdf' has another text and is not read as this article. Give it by itself."
    )
    (folder / "files" / "12" / "weir.html").write_text("<html><body></body></html>", encoding="utf-8")
    found = article(read(folder, "l.ris", entry.replace("same.txt", "none.txt"))[0])
    assert (found.kind, found.text) == ("pdf", FERRY)
    assert "no article text" in found.note
    assert "'files/12/none.txt' is not there" in found.note


def test_a_page_saved_with_its_pictures_in_it_is_read(folder: Path) -> None:
    picture = "data:image/png;base64," + "A" * 6_000_000
    (folder / "files" / "12" / "weir.html").write_text(
        PAGE.replace("<p>", f'<img src="{picture}"><p>', 1), encoding="utf-8"
    )
    weir, _ = read(folder, "list.ris", RIS)
    assert "4.1 million crowns" in article(weir).text


RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:z="http://www.zotero.org/namespaces/export#"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:bib="http://purl.org/net/biblio#" xmlns:foaf="http://xmlns.com/foaf/0.1/"
 xmlns:link="http://purl.org/rss/1.0/modules/link/" xmlns:dcterms="http://purl.org/dc/terms/">
 <bib:Article rdf:about="https://tarn.example/7">
  <z:itemType>newspaperArticle</z:itemType>
  <dcterms:isPartOf><bib:Newspaper><dc:title>Tarn Echo</dc:title></bib:Newspaper></dcterms:isPartOf>
  <bib:authors><rdf:Seq><rdf:li><foaf:Person><foaf:surname>Quill</foaf:surname><foaf:givenName>Ada</foaf:givenName></foaf:Person></rdf:li></rdf:Seq></bib:authors>
  <link:link rdf:resource="#item_12"/>
  <dc:title>Weir &amp; gate</dc:title><dc:date>2031-05-02</dc:date><z:language>en</z:language>
  <dcterms:dateSubmitted>2031-06-09 10:00:00</dcterms:dateSubmitted>
  <dc:identifier><dcterms:URI><rdf:value>https://tarn.example/7</rdf:value></dcterms:URI></dc:identifier>
 </bib:Article>
 <bib:Article rdf:about="#item_20"><z:itemType>magazineArticle</z:itemType><dcterms:isPartOf rdf:resource="urn:issn:1"/>
  <dc:title>Ferry sails</dc:title><link:link rdf:resource="#item_13"/><link:link rdf:resource="#item_nowhere"/></bib:Article>
 <bib:Periodical rdf:about="urn:issn:1"><dc:title>Orel Post</dc:title></bib:Periodical>
 <bib:Memo rdf:about="#item_30"><rdf:value>A note of mine.</rdf:value></bib:Memo>
 <z:Attachment rdf:about="#item_12"><z:itemType>attachment</z:itemType><rdf:resource rdf:resource="files/12/weir.html"/><dc:title>Snapshot</dc:title></z:Attachment>
 <z:Attachment rdf:about="#item_13"><z:itemType>attachment</z:itemType><rdf:resource rdf:resource="files/13/ferry.pdf"/></z:Attachment>
 <z:Attachment rdf:about="#item_14"><z:itemType>attachment</z:itemType><rdf:resource rdf:resource="files/13/ferry.pdf"/></z:Attachment>
</rdf:RDF>"""


def test_zoteros_rdf(folder: Path) -> None:
    weir, ferry, alone = map(article, read(folder, "list.rdf", RDF))
    assert (weir.title, weir.outlet, weir.author, weir.url) == (
        "Weir & gate",
        "Tarn Echo",
        "Ada Quill",
        "https://tarn.example/7",
    )
    assert weir.published == "2031-05-02T08:00:00+00:00"
    assert (ferry.title, ferry.outlet, ferry.reference) == ("Ferry sails", "Orel Post", "list.rdf#item_20")
    assert (alone.text, alone.outlet, alone.reference) == (FERRY, None, "list.rdf#item_14")


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.rdf", RDF.replace("<rdf:RDF", "<!DOCTYPE r [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><rdf:RDF", 1), "declares entities"),
        ("a.rdf", "<rdf:RDF><channel/></rdf:RDF>", "lists no reference"),
        ("a.rdf", RDF[:900], "cannot be read"),
        ("a.ris", "No list at all.", "lists no reference"),
        ("a.bib", "% only a remark", "lists no reference"),
        ("a.bib", b"\x00\x01\x02", "binary"),
    ],
)  # fmt: skip
def test_what_is_no_list_is_refused(folder: Path, name: str, data: str | bytes, said: str) -> None:
    with pytest.raises(SourceError, match=said):
        read(folder, name, data)


BIBTEX = r"""@string{echo = "Tarn Echo"}
@article{quill_weir_2031,
	title = {Weir at {Lower} {T}arn opens, W{\"o}rth says},
	url = {https://tarn.example/7?a=1\&b=a_b},
	journal = echo,
	author = {Quill, Ada and {Tarn Council}},
	month = may, day = 2, year = {2031},
	abstract = {The weir is open.},
	file = {Full Text PDF:files/99/none.pdf:application/pdf;Snapshot:files/12/weir.html:text/html},
}
@misc{ferry, title = {Ferry sails}, howpublished = {Orel Post}, date = {2031-05-03}, file = {files/13/ferry.pdf}}
@misc{drive, title = {Elsewhere}, file = {C\:\\a.pdf}}
@misc{broken, title = {No end
"""


def test_bibtex(folder: Path) -> None:
    weir, ferry, drive, broken = read(folder, "list.bib", BIBTEX)
    assert broken.reference == "list.bib#line 13"
    assert (
        "line 13 begins an entry that cannot be read: '@misc{broken, title = {No end'. Export the list again."
        in reason(broken)
    )
    weir = article(weir)
    assert (weir.title, weir.outlet, weir.author) == (
        "Weir at Lower Tarn opens, Wörth says",
        "Tarn Echo",
        "Ada Quill, Tarn Council",
    )
    assert (weir.url, weir.published) == ("https://tarn.example/7?a=1&b=a_b", "2031-05-02T08:00:00+00:00")
    assert "'files/99/none.pdf' is not there" in weir.note
    ferry = article(ferry)
    assert (ferry.outlet, ferry.published, ferry.reference) == ("Orel Post", "2031-05-03", "list.bib#ferry")
    assert "outside of the folder" in reason(drive)


def test_bibtex_of_careless_programs(folder: Path) -> None:
    twice = (
        "@Article{a, Title={Weir}, Author={{Council of Tarn and Orel} and Quill, Ada}, Journal={Tarn Echo}, Year={2031}, Month={5}, Day={2}, URL={https://tarn.example/7}, File={:files/12/weir.html:HTML}}\n"
        "@misc{a, title={Ferry}, title={Ferry again}, file={files/13/ferry.pdf}}\n"
    )
    weir, ferry = map(article, read(folder, "list.bib", "\ufeff" + twice.replace("\n", "\r\n")))
    assert (weir.title, weir.author, weir.outlet) == ("Weir", "Council of Tarn and Orel, Ada Quill", "Tarn Echo")
    assert (weir.url, weir.published) == ("https://tarn.example/7", "2031-05-02T08:00:00+00:00")
    assert (ferry.text, ferry.reference) == (FERRY, "list.bib#a (2)")


def test_json_of_zotero_and_csl(folder: Path) -> None:
    items = {"items": [
        {"itemType": "newspaperArticle", "key": "ABC", "title": "Weir", "publicationTitle": "Tarn Echo", "date": "May 3, 2031", "url": "https://tarn.example/7",
         "creators": [{"creatorType": "author", "firstName": "Ada", "lastName": "Quill"}, {"creatorType": "editor", "name": "Bo"}],
         "attachments": [{"itemType": "attachment", "path": "files/12/weir.html"}, 7], "accessDate": "2031-06-09T10:00:00Z"},
        {"itemType": "note", "note": "mine"},
    ]}  # fmt: skip
    (weir,) = map(article, read(folder, "zotero.json", json.dumps(items)))
    assert (weir.title, weir.author, weir.reference) == ("Weir", "Ada Quill", "zotero.json#ABC")
    assert weir.published == "2031-05-03"  # another day than the page's: the list is what a person keeps
    csl = [
        {
            "id": "a/1",
            "type": "article-newspaper",
            "title": "Weir",
            "container-title": "Tarn Echo",
            "URL": "https://tarn.example/7",
            "abstract": "Open.",
            "issued": {"date-parts": [["2031", 5, 2]]},
        }
    ]
    assert "citewire ingest https://tarn.example/7" in reason(read(folder, "csl.json", json.dumps(csl))[0])


def test_json_of_articles_stays_json_of_articles(folder: Path) -> None:
    (found,) = read(
        folder, "a.json", json.dumps([{"type": "story", "title": "Weir", "issued": {"raw": "x"}, "text": STORY}])
    )
    assert article(found).text == STORY


def test_two_entries_of_one_name_are_two_articles(folder: Path) -> None:
    one = "TY  - NEWS\nID  - same\nTI  - Weir\nL1  - files/12/weir.html\nER  - \n"
    other = "TY  - NEWS\nID  - same\nTI  - Ferry\nL1  - files/13/ferry.pdf\nER  - \n"
    assert [each.reference for each in read(folder, "l.ris", one + other)] == ["l.ris#same", "l.ris#same (2)"]


def test_in_a_folder_attachments_are_read_once_with_their_facts(folder: Path) -> None:
    (folder / "list.ris").write_text(RIS, encoding="utf-8")
    (folder / "files" / ".DS_Store").write_bytes(b"\x00")
    assert [path.name for path in find_inputs([folder])] == ["list.ris"]
    with ArticleReader() as reader:
        found = list(read_input(folder / "list.ris", reader))
        assert [article(each).outlet for each in found] == ["Tarn Echo", "Orel Post"]
        # Handed over without its folder: nothing that happens to lie beside it is opened.
        refused = list(read_input(folder / "list.ris", reader, reference="upload:list.ris"))
        assert all("did not come with the list" in reason(each) for each in refused)
    (folder / "list.ris").unlink()
    assert [path.name for path in find_inputs([folder])] == ["weir.html", "ferry.pdf"]


def test_in_a_zip_attachments_are_read_once_with_their_facts(tmp_path: Path) -> None:
    files = {"out/list.ris": RIS, "out/files/12/weir.html": PAGE, "out/files/13/ferry.pdf": pdf_of(FERRY)}
    found = list(read_document(Document("x.zip", zipfile_of(files), "zip")))
    assert [article(each).outlet for each in found] == ["Tarn Echo", "Orel Post"]
    evil = RIS.replace("files/12/weir.html", "../secret.html")
    files = {"out/list.ris": evil, "secret.html": PAGE}
    found = list(read_document(Document("x.zip", zipfile_of(files), "zip")))
    assert "outside of the folder" in reason(found[0])


class _RemembersNothing:
    def file_mark(self, reference: str) -> None:
        return None


def test_a_list_is_read_anew_each_time_because_its_files_may_have_changed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.inputs._SETTLED_NANOSECONDS", -(10**12))  # nothing is too fresh to be remembered
    path = folder / "list.ris"
    path.write_text(RIS, encoding="utf-8")
    plain = folder / "plain.txt"
    plain.write_text(STORY, encoding="utf-8")
    with ArticleReader() as reader:
        inputs = FileInputs(remembered=_RemembersNothing(), reader=reader, options=IngestOptions())  # type: ignore[arg-type]
        assert len(list(inputs.read(path))) == 2
        assert inputs.settled == []
        assert len(list(inputs.read(plain))) == 1
        assert [Path(reference).name for reference, _ in inputs.settled] == ["plain.txt"]


def test_plain_text_that_is_ris_is_recognised() -> None:
    assert recognise_kind(RIS.encode(), "text") == "references"
    assert recognise_kind(b"TY  - a report\n\nThe weir opened.", "text") == "text"
    assert [guess_kind(name) for name in ("a.ris", "a.bib", "a.rdf")] == ["references"] * 3
