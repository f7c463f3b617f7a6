"""How well the text of web pages is found, layout by layout, beside trafilatura alone.

The pages are those of the tests: invented articles in the manner of ten news sites. Run: python benchmarks/extraction.py
"""

from __future__ import annotations

import sys
from pathlib import Path
from statistics import fmean

import trafilatura

sys.path.insert(0, str(Path(__file__).parent.parent))

from index.sources.html.page import read_html
from tests.index.news_layouts import Page, make_pages
from tests.index.score import score_text


def main() -> None:
    pages = make_pages()
    layouts = list(dict.fromkeys(page.layout for page in pages))
    print(f"{'layout':<12} {'pages':>5} {'F1':>7} {'lowest':>7} {'trafilatura':>12} {'dates':>7} {'invented':>9}")
    for layout in layouts:
        _print_row(layout, [page for page in pages if page.layout == layout])
    _print_row("all", pages)


def _print_row(name: str, pages: list[Page]) -> None:
    found = [(page, read_html(page.layout, page.html)) for page in pages]
    ours = [score_text(article.text, page.text) for page, article in found]
    plain = [score_text(_extract_plainly(page.html), page.text) for page in pages]
    dated = [article.published == page.published for page, article in found if page.published]
    invented = sum(bool(article.published) for page, article in found if page.published is None)
    dates = f"{sum(dated)}/{len(dated)}"
    print(
        f"{name:<12} {len(pages):>5} {fmean(ours):>7.3f} {min(ours):>7.3f} {fmean(plain):>12.3f} {dates:>7} {invented:>9}"
    )


def _extract_plainly(page: str) -> str:
    return trafilatura.extract(page, output_format="txt", include_comments=False) or ""


if __name__ == "__main__":
    main()
