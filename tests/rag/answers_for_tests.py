"""Answers for tests: of one sentence with one citation."""

from __future__ import annotations

from index.articles import Filters
from rag.answer_types import Answer, Citation, Searched, Sentence, Timings


def make_citation(n: int, quote: str, *, start: int = 0, article: str = "strike", sha256: str = "0" * 64) -> Citation:
    return Citation(
        n=n,
        quote=quote,
        start=start,
        end=start + len(quote),
        article_id=article,
        article_sha256=sha256,
        title="A strike",
        outlet="Harbour Wire",
        author=None,
        published="2031-03-14",
        updated=None,
        url=None,
        origin="strike",
    )


def make_answer(question: str, text: str, *citations: Citation, understood: str | None = None) -> Answer:
    cited = citations or (make_citation(1, text),)
    return Answer(
        id="answer",
        question=question,
        understood=understood,
        status="answered",
        text=f"{text} [{cited[0].n}]",
        sentences=(Sentence(text, "supported", tuple(item.n for item in cited)),),
        withheld=(),
        citations=cited,
        origins=1,
        newest="2031-03-14",
        disagreements=(),
        searched=Searched(1, ("Harbour Wire",), "2031-03-14", "2031-03-14", 0, Filters()),
        nearest=(),
        model="none",
        model_error=None,
        timings_ms=Timings(),
        settings_fingerprint="0" * 12,
    )
