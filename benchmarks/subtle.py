"""Pairs of a subtle falsehood and a true paraphrase of the same evidence: what the whole check shows of the one and withholds of the other.

    python benchmarks/subtle.py [--model qwen2.5-coder-1.5b] [--reader FILE.onnx --tokenizer FILE.json] [--show]

The pairs (``subtle_pairs.jsonl``) are written by hand on invented news and nothing is trained on them: roles swapped, antonyms, all for
most, a speaker dropped, hedges made facts, tried for managed, tense, period, place, cause, condition, scope, sums, rates and levels.
Shares come with their 95 % interval.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from shares import show_share

from index.settings import load_settings
from rag.answer_types import Draft, Quote, Sentence
from rag.models.choose import open_model
from rag.models.reader import Reader
from rag.trust.judge import open_judge
from rag.trust.verify import SupportScorer, verify_sentence

PAIRS = Path(__file__).parent / "subtle_pairs.jsonl"


@dataclass(frozen=True, slots=True)
class SubtlePair:
    """Evidence, what it states in other words, and what it does not state in nearly its own."""

    id: str
    sort: str
    evidence: str
    true: str
    false: str


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", help="give the judge this model for its second opinion")
    parser.add_argument(
        "--reader",
        type=Path,
        help="an ONNX file of the reader: the judge reads closely with it, and it is measured alone too",
    )
    parser.add_argument("--tokenizer", type=Path, help="its tokenizer.json")
    parser.add_argument("--show", action="store_true", help="print what went wrong")
    given = parser.parse_args()
    pairs = read_subtle_pairs(PAIRS)
    settings = load_settings()
    model = open_model(replace(settings, model=given.model)) if given.model else None
    verify = settings.verify
    judge = open_judge(
        models=settings.models,
        model=model,
        doubtful=(verify.ask_from, verify.ask_to),
        reader=Reader(given.reader, given.tokenizer) if given.reader else None,
    )
    measure_whole_check(pairs, judge, show=given.show)
    if given.reader:
        measure_reader(pairs, Reader(given.reader, given.tokenizer), show=given.show)


def read_subtle_pairs(path: Path) -> list[SubtlePair]:
    """Return the pairs of a file."""
    return [SubtlePair(**json.loads(line)) for line in path.read_text(encoding="utf-8").split("\n") if line]


def measure_whole_check(pairs: Sequence[SubtlePair], judge: SupportScorer, *, show: bool) -> None:
    """Print how many false ones are shown, how many of them as supported, and how many true ones are withheld."""
    settings = load_settings().verify
    shown, supported, withheld, first = [], [], [], []
    for pair in pairs:
        quote = as_quote(pair.evidence)
        false, true = (
            verify_sentence(Draft(text, (1,)), [quote], scorer=judge, settings=settings)
            for text in (pair.false, pair.true)
        )
        shown.append(isinstance(false, Sentence))
        supported.append(isinstance(false, Sentence) and false.verdict == "supported")
        withheld.append(not isinstance(true, Sentence))
        one, other = judge.support(pair.true, [quote]) or 0.0, judge.support(pair.false, [quote]) or 0.0
        first.append(one > other)
        if show and (shown[-1] or withheld[-1]):
            print(
                f"{pair.sort:14} {'false shown  ' if shown[-1] else ''}{'true withheld' if withheld[-1] else ''} {one:.2f} {other:.2f}"
            )
            print(f"    {pair.evidence}\n    + {pair.true}\n    - {pair.false}")
    print(f"{len(pairs)} pairs, the whole check")
    print(f"  false ones shown        {show_share(shown)}")
    print(f"  false ones as supported {show_share(supported)}")
    print(f"  true ones withheld      {show_share(withheld)}")
    print(f"  judge ranks true first  {show_share(first)}")


def measure_reader(pairs: Sequence[SubtlePair], reader: Reader, *, show: bool) -> None:
    """Print how the reader alone ranks the pairs, and what it says of them at its likeliest state."""
    true = reader.read([(pair.true, pair.evidence) for pair in pairs])
    false = reader.read([(pair.false, pair.evidence) for pair in pairs])
    if show:
        for pair, one, other in zip(pairs, true, false, strict=True):
            if one.entailed <= 0.5 or other.entailed > 0.5:
                print(
                    f"{pair.sort:14} {one.entailed:.2f} {other.entailed:.2f} | {pair.evidence} + {pair.true} - {pair.false}"
                )
    print(f"{len(pairs)} pairs, the reader alone")
    print(
        f"  ranks true first         {show_share([one.entailed > other.entailed for one, other in zip(true, false, strict=True)])}"
    )
    print(f"  true ones read as stated {show_share([each.entailed > 0.5 for each in true])}")
    print(f"  false ones so            {show_share([each.entailed > 0.5 for each in false])}")
    print(
        f"  false ones contradicted  {show_share([each.contradicted > max(each.entailed, each.unsaid) for each in false])}"
    )


def as_quote(text: str) -> Quote:
    """Return evidence as the one quote of an answer."""
    return Quote(
        n=1,
        quote=text,
        start=0,
        end=len(text),
        article_id="",
        article_sha256="",
        title=None,
        outlet=None,
        author=None,
        published=None,
        updated=None,
        url=None,
        origin="",
        score=1.0,
        context=text,
    )


if __name__ == "__main__":
    main()
