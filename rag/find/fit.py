"""How well a sentence fits the kind of answer that is wanted (pure): a cause for a why, a speaker's words for a said, a row for a list.

The judge was trained on questions of fact. What it says of a sentence is moved, in log-odds, by what can be seen of the kind.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from index.text.calendar import ANY_MONTH, MONTHS
from index.text.lexical import content_words, stem, stems
from rag.answer_types import Candidate
from rag.language.names import TITLES
from rag.language.tokens import fold
from rag.odds import from_log_odds, log_odds
from rag.query_types import Bearer, Kind

_CAUSE = re.compile(
    r"\b(?:because|since|due to|owing to|as a result|result(?:ed|s)? (?:in|of|from)|led (?:\w+ )?(?:\w+ )?to|caused?|causes|reasons?|explains?|so that"
    r"|in order to|therefore|thus|blamed?|in memory|in protest|in return|for fear|after (?:(?:a|an|the|its|it|he|she|they|\w+ing)\b|\w+(?: \w+){0,3} (?:was|were|had)\b)|to (?:demand|protest"
    r"|protect|avoid|prevent|save|pay|make|stop|keep)|when (?:a|the)|unless|for letting|was behind|point(?:s|ed)? to|came from|from a|too \w+|who (?:broke|injured|hurt|tore|fell|suffered)|in order|for (?:letting|failing|breaking))\b",
    re.IGNORECASE,
)
_SPEECH = re.compile(
    r"[\"“„«]|\b(?:said|says|told|added|wrote|writes|asked|warned|argued|insisted|replied|explained|according to|called|announced|admitted"
    r"|promised|demanded|rejected|welcomed|criticised|criticized|praised|opposed|denied|disagreed|apologi[sz]ed?|noted|pointed out|expects?)\b",
    re.IGNORECASE,
)
_ITEM = r"(?:[^,.;]|\b(?:St|Dr|Mr|Ms|Mrs|No|Gen|Lt|Sen|Rep)\.){2,60}"
_ENUMERATES = re.compile(
    rf"\bof (?:the|this|that) (?:sum|total|amount|money)\b|,{_ITEM}(?:,{_ITEM})*,? (?:and|or|as well as) |:\s|;\s|\b(?:first|second|third|another|remaining)\b",
    re.IGNORECASE,
)
_DESCRIBES = r"(?:,\s+(?:an?|the|who|which|whose|[a-z]\w+)\b|\s+(?:is|was|has|had|leads|led|runs|ran|heads|headed|recycles|makes|owns|belongs)\b|\s+\()"
_ROLE_BEFORE = (
    rf"(?:{'|'.join(title.capitalize() for title in sorted(TITLES))}|[a-z]+(?:ist|er|or|ent|ief|ge|ain|man|woman|ary|ast|ian))\.?"
    r"\s+(?:[A-Z][\w.'’-]*\s+){0,2}"
)
_BONUS: dict[str, float] = {"reason": 1.6, "statement": 2.2, "list": 1.0, "identity": 1.8}
_MALUS: dict[str, float] = {"reason": 1.6, "statement": 2.5, "list": 0.3, "identity": 0.8}
_TOPIC_COUNTS = 3.0  # of what somebody said: the share of the rest of the question's words that stand around it
_TOPIC_USUAL = 0.4
_OFF_TOPIC = 0.35  # share below which it was said of something else
_ELSEWHERE = 0.6  # share of what a why asks of, by rarity, below which a cause may be that of another event
_HALF = 0.5  # share of its words, at which it is
_OF_ANOTHER_EVENT = 1.5
_HEADED = 2.2  # a sentence under a heading that the question names
_CONTINUES = re.compile(
    r"^(?:another|others?|the (?:remaining|rest|other|second|third|last)|they must|it also|also|in addition|besides|among|one|two|finally)\b",
    re.IGNORECASE,
)
_HOW = re.compile(r"how (?!come)", re.IGNORECASE)
_HOW_COUNTS = 0.25
_SPOKEN = 0.1  # probability at least of what the speaker says, before it is weighed what it is about
_REACH = 3  # sentences before a cause in which the event may stand
_LENT = 0.5
_NEXT = 1  # sentences before a row in which may stand what it is a row of
_LENT_ROW = 0.8
_ASKS_PARTS = re.compile(
    r"\b(?:ma(?:ke|kes|de) up|compos\w+|consists?|comprises?|parts of|components?|break ?down|divided|split|add up|go into|included in)\b",
    re.IGNORECASE,
)
_TELLS_PARTS = re.compile(
    r"\b(?:(?:is|are|was|were) made up of|consist\w*|compris\w+|of (?:the|this|that) (?:sum|total|amount|money|fine|price|cost|bill|offer)|includes?"
    r"|(?:another|a further|the rest|the remaining)\b[^.]{0,12}\d)",
    re.IGNORECASE,
)
_FAR = 40  # sentences before the parts in which the whole may be named: those of an article that were found
_CLOSE_BEFORE = 500  # characters
_FIGURE = re.compile(r"\d[\d.,]*\d|\d")
_TELLS = 2.0  # log-odds
_SPEAKS_OF_IT = 0.15  # probability from which an article speaks of the thing whose parts are asked for
_WHOLE = 0.4  # of the score of a sentence, for the same with the next one
_INHERITED = 0.85  # of the score of the row before, for a row that goes on with it
_COUNTS = re.compile(r"\b(?:how many|number of|any(?:one|body))\b", re.IGNORECASE)
_OUTCOMES = (
    (
        re.compile(r"\b(?:hurt|injured|wounded|harmed|casualties)\b", re.IGNORECASE),
        re.compile(r"\b(?:hurt|injur\w*|wound\w*|harm\w*|casualt\w*|hospital\w*|unhurt|broke)\b", re.IGNORECASE),
    ),
    (
        re.compile(r"\b(?:killed|die|died|dead|deaths?|drowned|victims)\b", re.IGNORECASE),
        re.compile(
            r"\b(?:kill\w*|die|died|dead|deaths?|drown\w*|toll|fatal\w*|casualt\w*|victims?|bod(?:y|ies)|lives|surviv\w*|perish\w*)\b",
            re.IGNORECASE,
        ),
    ),
    (
        re.compile(r"\b(?:arrested|detained|charged)\b", re.IGNORECASE),
        re.compile(r"\b(?:arrest\w*|detain\w*|charg\w*|held|custody)\b", re.IGNORECASE),
    ),
)
_OTHER_OUTCOME = 0.3
_OTHER_MONTH = 0.5  # what counts of an article of another month than the question names
_MONTH = re.compile(rf"\b(?:in|of|since) ({ANY_MONTH})\b", re.IGNORECASE)
_SAYS = r"(?:said|says|told|added|wrote|writes|warned|argued|insisted|replied|explained|called|announced|admitted|promised|demanded|rejected|welcomed|criticised|criticized|praised|opposed|denied|disagreed|apologi[sz]ed?|noted|pointed out|expects?|asked|repeated|answered|reacted|spoke)"
_PRONOUN_SAYS = re.compile(rf"\b(?:he|she|they)\s+(?:\w+\s+)?{_SAYS}\b|\b{_SAYS} (?:he|she|they)\b", re.IGNORECASE)


def fit_to_kind(
    kind: Kind,
    asked: str,
    names: Sequence[Bearer],
    candidates: Sequence[Candidate],
    scores: Sequence[float],
    rarity: Callable[[str], float],
) -> list[float]:
    """Return the scores of the candidates, moved by how well each fits the kind of a question.

    Args:
        asked: the question, or the part of it that the scores are of.
        names: those in it.
        rarity: returns a weight for a stem, greater for rarer ones.
    """
    if kind == "fact":
        return [score * _of_its_outcome(asked, candidate) for candidate, score in zip(candidates, scores, strict=True)]
    fits = _FITS.get(kind)
    rest = _rest(asked, names, rarity) if kind == "statement" else {}
    event = _event(asked, rarity) if kind == "reason" else {}
    moved = []
    for candidate, score in zip(candidates, scores, strict=True):
        by = 0.0
        if fits:
            is_fit = fits(candidate, names)
            by = _BONUS[kind] if is_fit else -_MALUS[kind]
            if kind == "reason" and _HOW.match(asked):  # how something came about is told without a word for a cause
                by *= _HOW_COUNTS
            if kind == "reason" and not is_fit and names and _is_speech(candidate, names):
                by = 0.0  # why somebody did it may be what he said of it
            if kind == "statement" and is_fit and names:
                score = max(score, _SPOKEN)
        if rest:
            share = _share_around(rest, candidate)
            by += _TOPIC_COUNTS * (share - _TOPIC_USUAL) - (_MALUS[kind] if share < _OFF_TOPIC else 0.0)
        if event and _is_of_another(event, candidate):
            by -= _OF_ANOTHER_EVENT
        if kind == "list" and heads(asked, candidate):
            by += _HEADED
        moved.append(from_log_odds(log_odds(score) + by) * _of_its_month(asked, candidate) if score > 0 else 0.0)
    if kind in ("statement", "comparison"):
        moved = _prefer_whole(candidates, moved)
    if kind == "list":
        rows = _lend(candidates, scores, moved, to=_ENUMERATES, share=_LENT_ROW, reach=_NEXT)
        if _ASKS_PARTS.search(asked):
            rows = _prefer_parts(asked, candidates, scores, rows)
        return _continue_rows(candidates, rows)
    if kind == "reason":
        return _lend(candidates, scores, moved, to=_CAUSE, share=_LENT, reach=_REACH)
    return moved


def _share_around(words: dict[str, float], candidate: Candidate) -> float:
    """Return the share of words, by rarity, that a sentence and its headline hold; those that only stand around it count in part."""
    held, near = stems(f"{candidate.text} {candidate.title}"), stems(candidate.around)
    told = sum(weight * (1.0 if word in held else 0.6 if word in near else 0.0) for word, weight in words.items())
    return told / sum(words.values())


def _prefer_whole(candidates: Sequence[Candidate], scores: Sequence[float]) -> list[float]:
    """Return the scores, where "She disagreed." counts nothing beside the same with the words she said."""
    chosen = list(scores)
    longer = {(each.article.id, each.span.start): place for place, each in enumerate(candidates)}
    for place, each in enumerate(candidates):
        other = longer[each.article.id, each.span.start]
        if candidates[other].span.end > each.span.end and scores[other] >= _WHOLE * scores[place]:
            chosen[other] = max(chosen[other], scores[place])
            chosen[place] = 0.0
    return chosen


def _lend(
    candidates: Sequence[Candidate],
    scores: Sequence[float],
    moved: Sequence[float],
    *,
    to: re.Pattern[str],
    share: float,
    reach: int,
) -> list[float]:
    """Return the scores, where a sentence that fits has a share of what the sentences right before it are worth.

    What happened and why, of what there are four and which, are often two sentences.

    Args:
        to: what a sentence holds that is lent to.
        reach: so many sentences before it may lend.
    """
    lent = list(moved)
    places = sorted(range(len(candidates)), key=lambda each: (candidates[each].article.id, candidates[each].span.start))
    for rank, place in enumerate(places):
        if not to.search(candidates[place].text):
            continue
        for before in places[max(0, rank - reach) : rank]:
            if candidates[before].article.id == candidates[place].article.id:
                lent[place] = max(lent[place], share * scores[before])
    return lent


def _prefer_parts(
    asked: str, candidates: Sequence[Candidate], scores: Sequence[float], moved: Sequence[float]
) -> list[float]:
    """Return the scores, where a sentence that tells what a thing is made of counts more than those that only name the thing.

    A sum that is asked for stands close before its parts: those of another sum are no answer.
    """
    figures = _FIGURE.findall(asked)
    lent = _lend(candidates, scores, moved, to=_TELLS_PARTS, share=1.0, reach=_FAR)
    preferred = []
    for each, score, by_others in zip(candidates, moved, lent, strict=True):
        before = each.article.text[max(0, each.span.start - _CLOSE_BEFORE) : each.span.end]
        tells = by_others >= _SPEAKS_OF_IT and _TELLS_PARTS.search(each.text) and all(one in before for one in figures)
        preferred.append(from_log_odds(log_odds(by_others) + _TELLS) if tells else score)
    return preferred


def _continue_rows(candidates: Sequence[Candidate], scores: Sequence[float]) -> list[float]:
    """Return the scores, where rows that go on with the row before them count nearly as much as it does."""
    continued = list(scores)
    places = sorted(range(len(candidates)), key=lambda each: (candidates[each].article.id, candidates[each].span.start))
    for before, place in pairwise(places):
        one, other = candidates[before], candidates[place]
        if one.article.id == other.article.id and _CONTINUES.match(other.text):
            continued[place] = max(continued[place], _INHERITED * continued[before])
    return continued


def _of_its_outcome(asked: str, candidate: Candidate) -> float:
    """Return what counts of a candidate where a question counts the hurt, the dead or the arrested: all where it speaks of them."""
    if not _COUNTS.search(asked):
        return 1.0
    wanted = [told for asks, told in _OUTCOMES if asks.search(asked)]
    return 1.0 if not wanted or any(told.search(candidate.text) for told in wanted) else _OTHER_OUTCOME


def _of_its_month(question: str, candidate: Candidate) -> float:
    """Return what counts of a candidate where the question names a month without a year: all where it is of it or names it."""
    named = _MONTH.search(question)
    published = candidate.article.published
    if not named or not published or named.group(1).casefold() in f"{candidate.title} {candidate.text}".casefold():
        return 1.0
    month = MONTHS.index(named.group(1).casefold()) + 1
    return 1.0 if (int(published[5:7]) - month) % 12 <= 1 else _OTHER_MONTH


def heads(question: str, candidate: Candidate) -> bool:
    """Return whether the sentence stands under a heading of its article whose every word the question names."""
    before = candidate.article.text[: candidate.span.start].split("\n")
    for line in reversed(before[:-1] if before else []):
        text = line.strip()
        if not text:
            continue
        if text[-1] in '.!?"”’)' or len(text) > 80:
            continue
        words = stems(text)
        return bool(words) and words <= stems(question)
    return False


def _gives_cause(candidate: Candidate, _names: Sequence[Bearer]) -> bool:
    return bool(_CAUSE.search(candidate.text))


def _is_speech(candidate: Candidate, names: Sequence[Bearer]) -> bool:
    """Return whether it is what the named speaker says: beside a verb of speech, or as the "he" or "she" of a sentence after the name."""
    if not names:
        return bool(_SPEECH.search(candidate.text))
    speaker, text = re.escape(names[0].words[-1]), fold(candidate.text)
    beside = rf"\b{speaker}\b(?:,[^,\"]{{3,90}},|\s+of (?:\w+ ){{1,5}}?|\s+\w+(?: \w+)?(?:, who [^,]+,)?)?\s*(?:\w+ )?{_SAYS}\b|\b{_SAYS}\s+(?:[\w.']+\s+){{0,6}}{speaker}\b|according to (?:[\w.']+\s+){{0,4}}{speaker}\b"
    if re.search(beside, text):
        return True
    named = re.search(rf"\b{speaker}\b[^.!?]*[.!?][\"'”’]?\s", text)
    return bool(named and _PRONOUN_SAYS.search(text, named.end()))


def _enumerates(candidate: Candidate, _names: Sequence[Bearer]) -> bool:
    return bool(_ENUMERATES.search(candidate.text))


def _describes(candidate: Candidate, names: Sequence[Bearer]) -> bool:
    last = names[0].text.split()[-1] if names else ""
    if not last:
        return False
    return bool(
        re.search(rf"\b{re.escape(last)}{_DESCRIBES}", candidate.text)
        or re.search(rf"{_ROLE_BEFORE}{re.escape(last)}\b", candidate.text)
    )


_FITS: dict[Kind, Callable[[Candidate, Sequence[Bearer]], bool]] = {
    "reason": _gives_cause,
    "statement": _is_speech,
    "list": _enumerates,
    "identity": _describes,
}
_ASKS_SPEECH = frozenset(
    stem(word)
    for word in "say said tell told think write react reaction respond response comment promise warn demand announce opinion view".split()
)


def _is_of_another(event: dict[str, float], candidate: Candidate) -> bool:
    """Return whether a sentence and what stands around it speak of something else than a why asks of."""
    there = stems(f"{candidate.title} {candidate.around} {candidate.text}")
    held = sum(word in there for word in event) / len(event)
    return held <= _HALF and _share_around(event, candidate) < _ELSEWHERE


def _event(question: str, rarity: Callable[[str], float]) -> dict[str, float]:
    """Return the stems of what a why asks of, each with its rarity."""
    return {stem(word): rarity(stem(word)) for word in content_words(question)}


def _rest(question: str, names: Sequence[Bearer], rarity: Callable[[str], float]) -> dict[str, float]:
    """Return the stems of a question without its speaker and the words that ask for speech, each with its rarity."""
    named: set[str] = set()
    for name in names[:1]:
        before = re.search(rf"(\w+)\W+{re.escape(name.text.split()[0])}", question)
        title = before.group(1) if before and before.group(1).casefold() in TITLES else ""
        named = set(stems(f"{name.text} {title}"))
    words = {stem(word) for word in content_words(question)} - named - _ASKS_SPEECH
    return {word: rarity(word) for word in words}
