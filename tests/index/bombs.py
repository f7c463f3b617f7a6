"""Files that are built to use up the time or the memory of whoever reads them, and XML that attacks its parser."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

from tests.index.documents import make_docx, make_epub
from tests.index.stories import DAM

WORDS = "The dam above Brackmoor opened at dawn and nobody was hurt, officials said on Monday. "

LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    + "]>"
)
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/passwd">]>'
PARAMETER = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY % far SYSTEM "http://127.0.0.1:9/x.dtd"> %far;]>'
QUADRATIC = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY long "{"x" * 100_000}">]>'


def zipped(entries: dict[str, bytes], *, compresslevel: int = 9) -> bytes:
    """Return a ZIP of these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=compresslevel) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def _zip_of_zeros(size: int) -> bytes:
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive,
        archive.open("a.txt", "w") as file,
    ):
        for _ in range(size // 10_000_000):
            file.write(b"0" * 10_000_000)
    return buffer.getvalue()


def _lying_zip() -> bytes:
    """A ZIP whose directory says that a file of 60 MB has ten bytes."""
    data = bytearray(zipped({"a.txt": b"0" * 60_000_000}))
    for mark, place in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        start = data.rindex(mark)
        data[start + place : start + place + 4] = (10).to_bytes(4, "little")
    return bytes(data)


def _overlapping_zip() -> bytes:
    """A ZIP whose many entries all point at the same compressed megabytes."""
    single = zipped({"a.txt": b"0" * 30_000_000})
    start = single.index(b"PK\x01\x02")
    entry = single[start : single.index(b"PK\x05\x06")]
    count = 1000
    end = bytearray(single[single.index(b"PK\x05\x06") :])
    end[8:12] = count.to_bytes(2, "little") * 2
    end[12:16] = (len(entry) * count).to_bytes(4, "little")
    return single[:start] + entry * count + bytes(end)


def _pdf(objects: list[bytes]) -> bytes:
    """Return a PDF of these objects, the first being its catalogue."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, table)
    return bytes(out)


def _stream(data: bytes, entries: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), entries, data)


def _deflated(size: int, times: int = 1, unit: bytes = b" ") -> bytes:
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(unit * (1_000_000 // len(unit))) for _ in range(size // 1_000_000)) + packer.flush()
    for _ in range(times - 1):
        data = zlib.compress(data, 9)
    return data


def _pdf_with_content(content: bytes) -> bytes:
    return _pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>",
            content,
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        ]
    )


def _pdf_stream_bomb() -> bytes:
    return _pdf_with_content(_stream(_deflated(1_000_000_000, 2), b"/Filter [/FlateDecode /FlateDecode]"))


def _pdf_text_bomb() -> bytes:
    line = b"BT /F 8 Tf 10 700 Td (dam dam dam dam dam dam dam dam dam dam) Tj ET "
    return _pdf_with_content(_stream(_deflated(200_000_000, 1, line), b"/Filter /FlateDecode"))


def _pdf_page_bomb() -> bytes:
    kids = b" ".join(b"3 0 R" for _ in range(200_000))
    return _pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [" + kids + b"] /Count 200000 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] >>",
        ]
    )


def _pdf_nested_bomb() -> bytes:
    """Forms that each draw the next one ten times."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> >> >>",
        _stream(b"/X Do " * 10),
    ]
    for number in range(5, 14):
        entries = b"/Type /XObject /Subtype /Form /BBox [0 0 600 800] /Resources << /XObject << /X %d 0 R >> >>" % (
            number + 1
        )
        objects.append(_stream(b"/X Do " * 10, entries))
    text = b"BT /F 8 Tf 10 700 Td (dam dam dam dam) Tj ET"
    entries = b"/Type /XObject /Subtype /Form /BBox [0 0 600 800] /Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
    return _pdf([*objects, _stream(text, entries)])


def _pdf_deep() -> bytes:
    return _pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R /X " + b"[" * 300_000 + b"]" * 300_000 + b" >>",
            b"<< /Type /Pages /Kids [] /Count 0 >>",
        ]
    )


def _docx_with(document: bytes) -> bytes:
    """Return a Word file whose document is these bytes."""
    source = zipfile.ZipFile(io.BytesIO(make_docx(DAM)))
    entries = {name: source.read(name) for name in source.namelist()}
    return zipped(entries | {"word/document.xml": document})


def _docx_bomb() -> bytes:
    source = zipfile.ZipFile(io.BytesIO(make_docx(DAM)))
    document = source.read("word/document.xml")
    paragraph = b"<w:p><w:r><w:t>" + WORDS.encode() + b"</w:t></w:r></w:p>"
    return _docx_with(document.replace(b"<w:body>", b"<w:body>" + paragraph * 3_000_000))


def _docx_many() -> bytes:
    source = zipfile.ZipFile(io.BytesIO(make_docx(DAM)))
    document = source.read("word/document.xml")
    # Differing numbers keep it below the ratio that is refused at once.
    paragraphs = b"".join(b"<w:p><w:r><w:t>%d</w:t></w:r></w:p>" % (n * 7919 % 1_000_003) for n in range(470_000))
    return _docx_with(document.replace(b"<w:body>", b"<w:body>" + paragraphs))


def _epub_with(name: str, data: bytes) -> bytes:
    source = zipfile.ZipFile(io.BytesIO(make_epub([DAM], "The Sentinel", "2031-06-05")))
    entries = {entry: source.read(entry) for entry in source.namelist()}
    return zipped(entries | {name: data})


def _declared(declaration: str, entity: str) -> bytes:
    """Return a package document that declares and uses entities."""
    return (
        f'{declaration}<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{entity}</dc:title></metadata><manifest/><spine/></package>"
    ).encode()


def _nested_zip(depth: int) -> bytes:
    data = zipped({"a.txt": WORDS.encode()})
    for level in range(depth):
        data = zipped({f"{level}.zip": data})
    return data


def _wide_nested_zip() -> bytes:
    """Sixteen files of 60 MB in each of sixteen archives in an archive."""
    inner = zipped({f"{n}.txt": b"0" * 30_000_000 for n in range(16)})
    return zipped({f"{n}.zip": inner for n in range(16)})


def _mail(part: bytes) -> bytes:
    return b"From: A <a@b.example>\r\nSubject: Dam\r\nMIME-Version: 1.0\r\n" + part


def _deep_mail() -> bytes:
    lines = [b'Content-Type: multipart/mixed; boundary="b0"\r\n\r\n']
    lines += [b'--b%d\r\nContent-Type: multipart/mixed; boundary="b%d"\r\n\r\n' % (n, n + 1) for n in range(20_000)]
    return _mail(b"".join(lines))


def _sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(1_000_000_000)


def _words_of_a_gigabyte(path: Path) -> None:
    """A file of a gigabyte that begins like an article and goes on with a hole."""
    with path.open("wb") as file:
        file.write(WORDS.encode() * 10)
        file.truncate(1_000_000_000)


def _warc_bomb() -> bytes:
    body = gzip.compress(b"0" * 300_000_000, 9)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n"
    record = (
        b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:1>\r\nWARC-Target-URI: http://a.example/\r\n"
        b"WARC-Date: 2031-06-05T00:00:00Z\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n"
        % (len(head) + len(body))
    )
    return record + head + body + b"\r\n\r\n"


BOMBS: dict[str, Callable[[], bytes] | Callable[[Path], None]] = {
    "zip.zip": lambda: _zip_of_zeros(2_000_000_000),
    "small-zip.zip": lambda: zipped({"a.txt": b"0" * 30_000_000}),
    "nested.zip": lambda: _nested_zip(3),
    "wide-nested.zip": _wide_nested_zip,
    "lying.zip": _lying_zip,
    "overlapping.zip": _overlapping_zip,
    "many-files.zip": lambda: zipped({f"{n}.txt": b"" for n in range(60_000)}, compresslevel=0),
    "gzip.txt.gz": lambda: gzip.compress(b"0" * 2_000_000, 9) * 700,
    "gzip-twice.gz": lambda: gzip.compress(gzip.compress(b"0" * 600_000_000, 9), 9),
    "pdf-stream.pdf": _pdf_stream_bomb,
    "pdf-text.pdf": _pdf_text_bomb,
    "pdf-pages.pdf": _pdf_page_bomb,
    "pdf-nested.pdf": _pdf_nested_bomb,
    "pdf-deep.pdf": _pdf_deep,
    "epub-chapter.epub": lambda: _epub_with("OEBPS/chapter1.xhtml", b"<p>dam</p>" * 30_000_000),
    "epub-tags.epub": lambda: _epub_with("OEBPS/chapter1.xhtml", b"<html><body>" + b"<p>dam" * 600_000),
    "epub-laughs.epub": lambda: _epub_with("OEBPS/content.opf", _declared(LAUGHS, "&a9;")),
    "epub-outside.epub": lambda: _epub_with("OEBPS/content.opf", _declared(OUTSIDE, "&secret;")),
    "epub-quadratic.epub": lambda: _epub_with("OEBPS/content.opf", _declared(QUADRATIC, "&long;" * 100_000)),
    "epub-parameter.epub": lambda: _epub_with("META-INF/container.xml", _declared(PARAMETER, "x")),
    "epub-utf16.epub": lambda: _epub_with("OEBPS/content.opf", _declared(LAUGHS, "&a9;").decode().replace('"1.0"', '"1.0" encoding="utf-16"', 1).encode("utf-16")),
    "docx.docx": _docx_bomb,
    "docx-many.docx": _docx_many,
    "docx-laughs.docx": lambda: _docx_with(_declared(LAUGHS, "&a9;")),
    "docx-outside.docx": lambda: _docx_with(_declared(OUTSIDE, "&secret;")),
    "docx-utf16.docx": lambda: _docx_with(_declared(LAUGHS, "&a9;").decode().replace('"1.0"', '"1.0" encoding="utf-16"', 1).encode("utf-16")),
    "sparse.txt": _sparse,
    "sparse.jsonl": _sparse,
    "sparse.csv": _sparse,
    "sparse.html": _sparse,
    "sparse.pdf": _sparse,
    "sparse.zip": _sparse,
    "sparse.eml": _sparse,
    "gigabyte.txt": _words_of_a_gigabyte,
    "gigabyte.jsonl": _words_of_a_gigabyte,
    "gigabyte.csv": _words_of_a_gigabyte,
    "paragraphs.html": lambda: b"<html><body>" + b"<p>" * 1_000_000,
    "paragraphs-closed.html": lambda: b"<html><body>" + b"<p>a</p>" * 600_000,
    "deep.html": lambda: b"<html><body>" + b"<div>" * 200_000 + WORDS.encode() + b"</div>" * 200_000,
    "attributes.html": lambda: b"<html><body><p " + b" ".join(b"a%d=b" % n for n in range(100_000)) + b"><p>" + b"<nav>no</nav>",
    "classes.html": lambda: b"<html><body>" + b"".join(b"<div class='related date %d'>" % n for n in range(99_000)),
    "sheet.html": lambda: b"<html><head><style>" + b".a{" * 1_000_000 + b"</style></head><body><nav>no</nav>",
    "json-deep.json": lambda: b"[" * 10_000_000,
    "json-wide.json": lambda: b"[" + b"[]," * 10_000_000 + b"[]]",
    "json-number.jsonl": lambda: b'{"text": ' + b"9" * 4_000_000 + b"}",
    "yaml.md": lambda: ("---\na: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{','.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(9)) + "title: *j\n---\n").encode(),
    "brackets.md": lambda: b"[" * 4_900_000,
    "quotes.csv": lambda: b'text\n"' + b"a," * 10_000_000,
    "mail-deep.eml": _deep_mail,
    "mail-header.eml": lambda: b"From: " + b"(" * 3_000_000 + b"\r\nSubject: x\r\n\r\n",
    "warc.warc": _warc_bomb,
}  # fmt: skip


def write_bomb(name: str, folder: Path) -> Path:
    """Write one of the bombs and return its path."""
    path = folder / name
    build = BOMBS[name]
    if build in (_sparse, _words_of_a_gigabyte):
        build(path)  # type: ignore[call-arg]
    else:
        path.write_bytes(build())  # type: ignore[arg-type, call-arg]
    return path
