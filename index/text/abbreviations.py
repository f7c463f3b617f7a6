"""Which full stops of English news end a sentence: the corrections made to what the segmenter proposes."""

from __future__ import annotations

import re
from collections.abc import Iterator


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Never the end of a sentence: a name or a number follows.
_TITLES = _words(
    "Mr Mrs Ms Mx Dr Prof Gen Lt Col Maj Capt Cpl Sgt Pvt Adm Cmdr Cmdt Brig Sen Rep Reps Sens Gov Govs "
    "Pres Rev Hon Atty Amb Msgr Supt Det Insp Messrs Mme Mlle Sra Srta Hr Fr Ft Mt Approx approx vs v cf ca"
)
_LATIN = _words("i.e e.g viz")
# Not the end before a number.
_NUMBERED = _words("No Nos no nos p pp Vol vol Ch Art Sec Fig fig Est Tel Ext Res Rs Op")
# The end only where the next word is one that begins sentences and no names.
_EITHER = _words(
    "Jan Feb Mar Apr Jun Jul Aug Sept Sep Oct Nov Dec Inc Co Corp Ltd Cos Bros Assn Dept Univ Intl Natl Govt "
    "St Ave Blvd Rd Hwy Jr Sr Esq PhD Ala Ariz Ark Calif Colo Conn Del Fla Ill Ind Kan Ky Md Mich Minn Miss "
    "Mo Mont Neb Nev Okla Ore Pa Penn Tenn Tex Va Vt Wash Wis Wyo Ont Que etc al"
)
# Words that begin sentences and are no part of a name that an abbreviation could open.
_STARTERS = (
    r"(?:The|A|An|He|She|It|They|We|You|I|This|That|These|Those|There|Here|His|Her|Its|Their|Our|My|In|On|At"
    r"|But|And|Or|So|Yet|If|When|While|As|After|Before|Since|Because|Although|Though|However|Meanwhile|For"
    r"|From|With|By|To|What|Who|Why|How|Where|Not|No|Both|Many|Some|Most|All|Now|Then|Until|Under|During"
    r"|Despite|According|Asked|Only)(?![\w.'’-])"
)
_STARTER = re.compile(rf"[\"“‘'(\[]*{_STARTERS}")
# What may follow a time of day within its sentence.
_AFTER_TIME = re.compile(
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)|[A-Z]{2,4}T\b"
    r"|(?:GMT|UTC|Eastern|Central|Mountain|Pacific)\b|(?:[A-Z]\w+ ){1,2}time\b"
)
_SAYING = re.compile(
    r"(?:[A-Z][\w.'’-]* ){1,4}(?:said|says|asked|asks|added|wrote|told|shouted|replied"
    r"|answered|wondered|cried)\b"
)

_OPENERS = "\"“”‘'«([{"
_CLOSERS = "\"”’'»)]}"
_MISSED = (
    re.compile(rf"[.!?…][{re.escape(_CLOSERS)}]* +(?={_STARTER.pattern})"),
    re.compile(rf"[.!?][)\]}}] +(?=[{re.escape(_OPENERS)}]*[A-Z])"),
    re.compile(r"\b(?:no|May)\. +(?=[A-Z])"),
)
_LOOK_AROUND = 60  # code points to either side that decide about a break

_PAIRS = (("“", "”"), ("«", "»"), ("(", ")"), ("[", "]"))
_SINGLE_OPENED = re.compile(r"(?<!\w)['‘](?=[^\W\d])")
_SINGLE_CLOSED = re.compile(r"(?<=[\w.,!?…])['’](?!\w)")

_ACRONYM = re.compile(r"(?:[A-Za-z]+\.)*[A-Za-z]")
_WIDE_STOP = re.compile(rf"[。！？｡؟।][{re.escape(_CLOSERS)}」』]*$")
_GLUED = re.compile(rf"[a-z%][.!?][{re.escape(_CLOSERS)}]*$")
_CAMEL = re.compile(r"[a-z]{1,2}[A-Z]")


def find_missed_starts(flat: str) -> Iterator[int]:
    """Yield where a sentence may begin that the segmenter is known to miss."""
    for pattern in _MISSED:
        for match in pattern.finditer(flat):
            yield match.end()


class Quotation:
    """Counts the quotation marks and brackets of a sentence as it is read on.

    The segmenter keeps quotations whole where both their marks are there; what it misses must not cut them.
    """

    def __init__(self) -> None:
        self._straight = 0
        self._open = {opening: 0 for opening, _ in _PAIRS}
        self._single = 0

    def read(self, flat: str, start: int, end: int) -> None:
        """Count what stands in ``flat[start:end]``, which follows what was read before."""
        self._straight += flat.count('"', start, end)
        for opening, closing in _PAIRS:
            self._open[opening] += flat.count(opening, start, end) - flat.count(closing, start, end)
        opened, closed = _SINGLE_OPENED.findall(flat, start, end), _SINGLE_CLOSED.findall(flat, start, end)
        self._single += len(opened) - len(closed)

    def is_open(self) -> bool:
        """Tell whether a quotation or a bracket that was opened is still open."""
        return self._straight % 2 == 1 or self._single > 0 or any(count > 0 for count in self._open.values())


def belongs_together(flat: str, last: int, start: int) -> bool:
    """Tell whether no sentence ends at ``start``, though one was proposed there.

    Args:
        flat: text in which white space is plain spaces.
        last: where the sentence before begins.
        start: where the next would begin.
    """
    before = flat[max(last, start - _LOOK_AROUND) : start]
    after = flat[start : start + _LOOK_AROUND]
    if not before[-1].isspace():
        return not (_WIDE_STOP.search(before) or _is_glued(before, after))
    before = before.rstrip()
    if _goes_on(flat, before, after):
        return True
    if before.endswith(tuple(_CLOSERS)):
        asked = before.rstrip(_CLOSERS).endswith(("?", "!"))
        return asked and _SAYING.match(after) is not None
    return before.endswith(".") and _is_abbreviation(before[:-1], after)


def _is_glued(before: str, after: str) -> bool:
    """Tell whether two sentences lost the space between them ("said.They left"), and it is no address."""
    token = before.rsplit(maxsplit=1)[-1] + after.split(maxsplit=1)[0]
    if any(sign in token for sign in ("/", "@", "www.")):
        return False
    return bool(_GLUED.search(before)) and after.lstrip(_OPENERS)[:1].isupper()


def _goes_on(flat: str, before: str, after: str) -> bool:
    """Tell whether the next word is written small, as within a sentence; brands such as iPhone are not."""
    if not after[0].islower() or _CAMEL.match(after):
        return False
    # Text without any capital says nothing by its small letters.
    return before[-1:] not in "?!" or flat != flat.lower()


def _is_abbreviation(before: str, after: str) -> bool:
    """Tell whether the full stop after ``before`` marks an abbreviation that ``after`` belongs to."""
    word = before.rsplit(maxsplit=1)[-1].lstrip(_OPENERS) if before.strip() else ""
    if word in _TITLES or word.lower() in _LATIN:
        return True
    if word in _NUMBERED:
        return after[0].isdigit()
    if word.lower() in ("a.m", "p.m"):
        return _AFTER_TIME.match(after) is not None
    is_initial = len(word) == 1 and word.isupper()
    if word in _EITHER or is_initial or ("." in word and _ACRONYM.fullmatch(word)):
        return _STARTER.match(after) is None
    return False
