"""Claims made from freely licensed news: true ones, and ones that a minimal edit, a join or a look elsewhere makes false."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from edits import FALSE_EDITS, TRUE_EDITS, find_names
from pairs import Pair

from index.text.sentences import split_sentences, trimmed

SOURCE = "news"
_SHORTEST, _LONGEST = 40, 330  # characters of a sentence that a claim is made of
_INTERVIEW = re.compile(
    r"\(\(|\?$|\b(?:I|you|we|my|your|our)\b", re.IGNORECASE
)  # speech without a speaker states no fact
_PRONOUN = re.compile(r"(?:He|She|They|It)\s(?=[a-z])")


def read_articles(folder: Path) -> list[list[str]]:
    """Return the sentences of each article."""
    articles = [
        [sentence for paragraph in row["paragraphs"] for sentence in to_sentences(paragraph)]
        for row in _read(folder / "news_wikinews.jsonl.gz")
    ]
    articles += [
        [entry["text"] for entry in row["sentences"]] for row in _read(folder / "news_wikinews_sentences.jsonl.gz")
    ]
    articles += [row["sentences"][2:] for row in _read(folder / "news_gum_wikinews.jsonl.gz")]
    cleaned = [[clean(sentence) for sentence in sentences] for sentences in articles]
    return [sentences for sentences in cleaned if len(sentences) >= 4]


def clean(sentence: str) -> str:
    """Return a sentence without the marks that its file adds."""
    return sentence.replace("\\'", "'").removeprefix("_ ").strip()


def to_sentences(text: str) -> list[str]:
    """Return the sentences of a paragraph."""
    return [trimmed(text, span).slice(text) for span in split_sentences(text)]


def make_claims(articles: Sequence[Sequence[str]], *, seed: int, forbidden: str = "") -> list[Pair]:
    """Return pairs of claim and quote; each true claim stands beside false ones made of it.

    Args:
        articles: sentences of each.
        seed: the same seed gives the same claims.
        forbidden: the text that is kept for measuring; no sentence of it is used.
    """
    chance = random.Random(seed)
    made: list[Pair] = []
    for sentences in articles:
        names = list(dict.fromkeys(match.group() for sentence in sentences for match in find_names(sentence)))
        for place, sentence in enumerate(sentences):
            if not _SHORTEST <= len(sentence) <= _LONGEST or not re.search(r"[.!?][\"”']?$", sentence):
                continue
            if _INTERVIEW.search(sentence) or sentence in forbidden:
                continue
            made += _claims_of(sentences, place, names, chance)
    return made


def _claims_of(sentences: Sequence[str], place: int, names: Sequence[str], chance: random.Random) -> Iterator[Pair]:
    quote = _window(sentences, place, chance)
    claim = _true_claim(sentences, place, quote, chance)
    elsewhere = [other for other in names if other not in claim]
    within = [name for name in elsewhere if name in quote]
    true = claim
    for _ in range(chance.choice([0, 1, 1, 2])):
        true = chance.choice(TRUE_EDITS)(true, names, chance) or true
    yield Pair(true, quote, 1, SOURCE)
    # A name that stands in the quote in another role is harder than one from elsewhere.
    pool = within if within and chance.random() < 0.5 else elsewhere
    wrong = None
    for edit in chance.sample(FALSE_EDITS, len(FALSE_EDITS)):
        wrong = edit(true, pool, chance)
        if wrong and wrong != true:
            yield Pair(wrong, quote, 0, SOURCE)
            break
    roll = chance.random()
    if roll < 0.25 and (mixed := _wrong_subject(sentences, claim, chance)):
        yield Pair(mixed, quote, 0, SOURCE)
    elif roll < 0.4:
        other = [text for text in sentences if text not in quote and _SHORTEST <= len(text) <= _LONGEST]
        if other:
            # Not enough said: another sentence of the same article.
            yield Pair(_best_overlap(chance.sample(other, min(6, len(other))), quote), quote, 0, SOURCE)
    elif roll < 0.5 and (more := _extended(sentences, quote, true, chance)):
        yield Pair(more, quote, 0, SOURCE)


def _window(sentences: Sequence[str], place: int, chance: random.Random) -> str:
    before, after = chance.choice([(0, 0), (0, 0), (1, 0), (0, 1), (1, 1), (2, 1)])
    return " ".join(sentences[max(0, place - before) : place + after + 1])


def _true_claim(sentences: Sequence[str], place: int, quote: str, chance: random.Random) -> str:
    """The sentence, with its pronoun resolved or joined with its neighbour where the quote holds that one."""
    sentence = sentences[place]
    previous = sentences[place - 1] if place else ""
    if previous and previous in quote:
        subject = _subject(previous)
        match = _PRONOUN.match(sentence)
        if subject and match and chance.random() < 0.7:
            return subject + sentence[match.end() - 1 :]
        if len(previous) + len(sentence) < _LONGEST and chance.random() < 0.3 and '"' not in previous + sentence:
            joiner = chance.choice([", and ", ", while ", "; "])
            return (
                previous.rstrip(".")
                + joiner
                + (sentence if sentence.split()[0] in _proper(sentence) else sentence[0].lower() + sentence[1:])
            )
    return sentence


def _subject(sentence: str) -> str | None:
    """Return the name that a sentence begins with, when a lower-case word follows it."""
    names = find_names(sentence)
    if not names or names[0].start() > 0:
        return None
    following = sentence[names[0].end() :]
    return names[0].group() if re.match(r"\s[a-z]", following) and not following.startswith((" and ", " of ")) else None


def _wrong_subject(sentences: Sequence[str], claim: str, chance: random.Random) -> str | None:
    """What one did, said of another: the subject of another sentence of the article."""
    mine = _subject(claim)
    others = [
        subject
        for text in sentences
        if (subject := _subject(text)) and mine and not set(subject.split()) & set(mine.split())
    ]
    return chance.choice(others) + claim[len(mine) :] if mine and others else None


def _extended(sentences: Sequence[str], quote: str, claim: str, chance: random.Random) -> str | None:
    """A true claim with a half sentence more that the quote does not hold."""
    tails = [
        match.group()
        for text in sentences
        if text not in quote
        for match in re.finditer(
            r"(?:, (?:which|who|after|while|as|with|but)|\s(?:in|at|on|because|after|before|during))\s[^,.\"“”]{12,70}\.$",
            text,
        )
    ]
    return claim.rstrip(".!?") + chance.choice(tails) if tails and '"' not in claim else None


def _best_overlap(texts: Sequence[str], quote: str) -> str:
    words = set(quote.lower().split())
    return max(texts, key=lambda text: len(words & set(text.lower().split())) / len(text.split()))


def _proper(sentence: str) -> set[str]:
    return {word for match in find_names(sentence) for word in match.group().split()}


def _read(path: Path) -> Iterator[dict]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
