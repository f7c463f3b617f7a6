"""How well web pages are read: their text, days, titles and authors, beside trafilatura and readability.

Without arguments the pages are those of the tests: invented articles in the manner of ten news sites. With ``--pages`` they
are real ones, in files of JSON lines (``NAME.jsonl``, ``.jsonl.xz``): ``name``, ``html`` or ``html_base64``, and what is
right of ``text`` (a string or paragraphs), ``title``, ``authors`` and ``published``. Run:

    python benchmarks/extraction.py
    python benchmarks/extraction.py --pages FOLDER [--set NAME] [--worst 10]
"""

from __future__ import annotations

import argparse
import base64
import json
import lzma
import re
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean

import htmldate
import readability
import trafilatura
from lxml import html as lxml_html

sys.path.insert(0, str(Path(__file__).parent.parent))

from index.articles import RawArticle
from index.errors import SourceError
from index.sources.decode import decode_text
from index.sources.html.page import read_html
from tests.index.news_layouts import make_pages
from tests.index.score import score_text

_SHINGLE = 4  # words
_FAILURE = 0.5  # F1 of a page that counts as failed
_TOKEN = re.compile(r"\w+")
_JUNK = re.compile(
    r"\bcookies?\b.{0,80}\b(?:consent|accept|devices?|partners|preferences)|accept (?:all|cookies)|\bconsentement\b"
    r"|store and/or access information|enable javascript|(?:log in|sign in) to (?:comment|reply)|community guidelines",
    re.IGNORECASE | re.DOTALL,
)
_MOST_JUNK = 0.3  # of the words found that the article does not have


@dataclass(frozen=True, slots=True)
class Truth:
    """A page and what is right; None where nobody wrote it down."""

    name: str
    html: str
    text: str | None = None
    title: str | None = None
    authors: tuple[str, ...] | None = None
    published: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What a reader made of a page."""

    text: str = ""
    title: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None
    refused: str | None = None


@dataclass(slots=True)
class Score:
    """What a reader got right over a set."""

    f1: list[float] = field(default_factory=list)
    precision: list[float] = field(default_factory=list)
    recall: list[float] = field(default_factory=list)
    junk: list[str] = field(default_factory=list)
    days: Counter[str] = field(default_factory=Counter)
    titles: list[bool] = field(default_factory=list)
    authors: list[bool] = field(default_factory=list)
    seconds: float = 0.0


Reader = Callable[[str, str], Found]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=Path, help="folder of real pages")
    parser.add_argument("--set", dest="only", help="only the file of this name")
    parser.add_argument("--reader", help="only the reader of this name")
    parser.add_argument("--worst", type=int, default=0, help="print so many pages on which Citewire does worst")
    options = parser.parse_args()
    if options.pages is None:
        _print_layouts()
        return
    for file in sorted(options.pages.glob("*.jsonl*")):
        name = file.name.partition(".")[0]
        if options.only in (None, name):
            readers = {key: reader for key, reader in _READERS.items() if options.reader in (None, key)}
            _print_set(name, list(_read_truths(file)), readers, worst=options.worst)


def _read_truths(file: Path) -> Iterator[Truth]:
    with lzma.open(file, "rt", encoding="utf-8") if file.suffix == ".xz" else file.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            page = row.get("html") or decode_text(row["name"], base64.b64decode(row["html_base64"]))
            text, published = row.get("text"), row.get("published")
            yield Truth(
                name=row["name"],
                html=page,
                text="\n".join(text) if isinstance(text, list) else text,
                title=row.get("title"),
                authors=tuple(row["authors"] or ()) if "authors" in row else None,
                published=published if isinstance(published, str) else None,
            )


def _print_set(name: str, truths: Sequence[Truth], readers: dict[str, Reader], *, worst: int) -> None:
    print(f"\n{name}: {len(truths)} pages")
    print(
        f"{'reader':<24}{'F1':>7}{'of pages':>9}{'<.5':>5}{'junk':>6}{'right':>7}{'wrong':>7}{'unknown':>9}{'titles':>8}{'authors':>9}{'pages/s':>9}"
    )
    for reader_name, reader in readers.items():
        score = Score()
        rows = []
        for truth in truths:
            started = time.process_time()
            found = reader(truth.name, truth.html)
            score.seconds += time.process_time() - started
            rows.append(_add(score, truth, found))
        days = score.days
        print(
            f"{reader_name:<24}{_harmonic(score):>7}{_share(score.f1):>9}{sum(f1 < _FAILURE for f1 in score.f1):>5}{len(score.junk):>6}"
            f"{days['right']:>7}{days['wrong']:>7}{days['unknown']:>9}{_share(score.titles):>8}{_share(score.authors):>9}"
            f"{len(truths) / score.seconds:>9.1f}",
            flush=True,
        )
        if reader_name == "Citewire" and worst:
            for row in sorted(rows)[:worst]:
                print("   ", *row)
            print("    junk:", *score.junk)


def _add(score: Score, truth: Truth, found: Found) -> tuple[float, str, str, str]:
    f1, day = 1.0, ""
    if truth.text is not None:
        precision, recall = score_shingles(found.text, truth.text)
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        score.f1.append(f1)
        score.precision.append(precision)
        score.recall.append(recall)
        if _is_junk(found.text, truth.text):
            score.junk.append(truth.name)
    if truth.published is not None:
        day = _judge_day(found.published, truth.published)
        score.days[day] += 1
    if truth.title is not None:
        score.titles.append(_plain(found.title or "") == _plain(truth.title))
    if truth.authors is not None:
        score.authors.append(set(map(_plain, found.authors)) == set(map(_plain, truth.authors)))
    return round(f1, 3), truth.name, day, found.refused or ""


def score_shingles(found: str, known: str) -> tuple[float, float]:
    """Return precision and recall of the runs of four words of ``found`` against those of ``known``."""
    ours, theirs = (_shingles(text) for text in (found, known))
    shared = (ours & theirs).total()
    same = float(not ours and not theirs)
    return (shared / ours.total() if ours else same), (shared / theirs.total() if theirs else same)


def _harmonic(score: Score) -> str:
    """Return the F1 of mean precision and mean recall, which is how the first set's own benchmark counts."""
    if not score.f1:
        return "-"
    precision, recall = fmean(score.precision), fmean(score.recall)
    return f"{2 * precision * recall / (precision + recall):.3f}" if precision + recall else "0.000"


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _TOKEN.findall(text)
    return Counter(tuple(words[at : at + _SHINGLE]) for at in range(max(1, len(words) - _SHINGLE + 1)) if words)


def _is_junk(found: str, known: str) -> bool:
    """Tell whether a text is mostly none of the article's, or holds a consent text that the article does not."""
    if not found:
        return False
    known_words = set(_TOKEN.findall(known.casefold()))
    words = _TOKEN.findall(found.casefold())
    foreign = sum(word not in known_words for word in words) / max(1, len(words))
    return foreign > _MOST_JUNK or bool(_JUNK.search(found) and not _JUNK.search(known))


def _judge_day(found: str | None, known: str) -> str:
    """Return "right" for the same day, as written or at the same instant; "wrong" for another; else "unknown"."""
    if found is None:
        return "unknown"
    if found[:10] == known[:10]:
        return "right"
    instants = [datetime.fromisoformat(moment) for moment in (found, known)]
    aware = all(moment.tzinfo is not None for moment in instants)
    return "right" if aware and abs(instants[0].astimezone(UTC) - instants[1].astimezone(UTC)).seconds < 60 else "wrong"


def _plain(words: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", words).split())


def _share(values: Sequence[float]) -> str:
    return f"{fmean(values):.3f}" if values else "-"


def _read_ours(name: str, page: str) -> Found:
    try:
        article = read_html(name, page)
    except SourceError as error:
        return Found(refused=error.message)
    return Found(article.text, article.title, _split_names(article.author), article.published)


def _read_with_trafilatura(_name: str, page: str, **options: bool) -> Found:
    document = trafilatura.bare_extraction(page, include_comments=False, with_metadata=True, **options)
    if document is None:
        return Found()
    return Found(document.text or "", document.title, _split_names(document.author), document.date)


def _read_with_readability(_name: str, page: str) -> Found:
    try:
        document = readability.Document(page)
        tree = lxml_html.fromstring(document.summary())
    except (readability.readability.Unparseable, ValueError, AssertionError):
        return Found()
    return Found(tree.text_content(), document.short_title())


def _read_with_htmldate(_name: str, page: str) -> Found:
    try:
        return Found(published=htmldate.find_date(page, original_date=True, extensive_search=True))
    except (ValueError, AssertionError):
        return Found()


def _split_names(authors: str | None) -> tuple[str, ...]:
    return tuple(name.strip() for name in re.split(r"[;,]", authors or "") if name.strip())


_READERS: dict[str, Reader] = {
    "Citewire": _read_ours,
    "trafilatura": _read_with_trafilatura,
    "trafilatura, precision": lambda name, page: _read_with_trafilatura(name, page, favor_precision=True),
    "readability-lxml": _read_with_readability,
    "htmldate": _read_with_htmldate,
}


def _print_layouts() -> None:
    pages = make_pages()
    found = [(page, read_html(page.layout, page.html)) for page in pages]
    print(f"{'layout':<12} {'pages':>5} {'F1':>7} {'lowest':>7} {'trafilatura':>12} {'dates':>7} {'invented':>9}")
    for layout in dict.fromkeys(page.layout for page in pages):
        _print_layout(layout, [row for row in found if row[0].layout == layout])
    _print_layout("all", found)


def _print_layout(name: str, found: Sequence[tuple[object, RawArticle]]) -> None:
    pages = [page for page, _ in found]
    ours = [score_text(article.text, page.text) for page, article in found]
    plain = [score_text(_read_with_trafilatura("", page.html).text, page.text) for page in pages]
    dated = [article.published == page.published for page, article in found if page.published]
    invented = sum(bool(article.published) for page, article in found if page.published is None)
    dates = f"{sum(dated)}/{len(dated)}"
    print(
        f"{name:<12} {len(pages):>5} {fmean(ours):>7.3f} {min(ours):>7.3f} {fmean(plain):>12.3f} {dates:>7} {invented:>9}"
    )


if __name__ == "__main__":
    main()
