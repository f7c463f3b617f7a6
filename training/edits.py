"""Minimal edits of a claim (pure): those that keep what it says, and those that change one thing of it.

Both are applied to the same claims, so that neither the words that claim and quote share nor the marks of an edit tell the
two apart. After FactCC (Kryściński and others, EMNLP 2020, https://aclanthology.org/2020.emnlp-main.750).
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

_MONTHS = "January February March April May June July August September October November December".split()
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_SMALL = "two three four five six seven eight nine ten eleven twelve".split()
_OPENERS = frozenset(
    """The A An In On At It He She They This That These Those But And Or If As For From With When While After Before According
    Its His Her Their There We I You Our My What Who How Why Not No Some Many Most Both Also However Meanwhile Since Under By
    To Of Over About Last Next One Two Three Earlier Later Despite Although Because Police Officials Researchers""".split()
)
# One side of each line is put in place of the other; inflected forms stand side by side.
_OPPOSITES = """rose/fell rises/falls rising/falling rise/fall increased/decreased increase/decrease increasing/decreasing
grew/shrank gained/lost climbed/dropped higher/lower more/less up/down raised/cut raise/cut approved/rejected approve/reject
accepted/refused accept/refuse supported/opposed support/oppose supports/opposes backed/blocked allowed/banned allow/ban
opened/closed open/close opens/closes began/ended begin/end begins/ends started/stopped start/stop won/lost win/lose wins/loses
hired/fired appointed/dismissed confirmed/denied confirm/deny arrested/released arrest/release strengthened/weakened
highest/lowest largest/smallest best/worst most/least before/after first/last above/below over/under arrived/left
entered/left joined/left guilty/innocent convicted/acquitted majority/minority success/failure successful/unsuccessful
bought/sold buy/sell buying/selling legal/illegal north/south northern/southern east/west eastern/western old/new
early/late long/short public/private male/female men/women man/woman son/daughter father/mother killed/injured dead/injured
upheld/overturned extended/shortened praised/criticised praised/criticized welcomed/condemned agreed/refused
defeated/lost=to led/trailed improved/worsened possible/impossible able/unable all/none always/never import/export
imports/exports imported/exported domestic/foreign victory/defeat ally/enemy enemy/ally buyer/seller teacher/student
deadliest/safest deadly/harmless several/no many/few""".split()
_SAME = """said/stated said/told=reporters began/started begin/start ended/finished killed/slain approximately/about about/around
people/persons bought/purchased buy/purchase shows/demonstrates showed/indicated several/a=number=of wounded/injured
hurt/injured physicians/doctors attorney/lawyer automobile/car rose/climbed fell/dropped increased/went=up decreased/declined
won/was=victorious=in attempted/tried attempt/try assisted/helped assist/help obtained/got received/got reported/said
announced/made=known demanded/called=for stated/said also/in=addition roughly/about nearly/almost whilst/while amid/during
but/however prior=to/before following/after per=cent/percent UK/United=Kingdom US/United=States U.S./United=States
UN/United=Nations EU/European=Union discovered/found died/passed=away vehicle/car residence/home resided/lived
commenced/began terminated/ended large/big numerous/many additional/more permitted/allowed prohibited/banned
constructed/built requested/asked required/needed provided/gave concluded/ended launched/started met/held=talks=with
country/nation nation/country government/authorities police/officers film/movie company/firm firm/company""".split()
_NUMBER = re.compile(r"(?<![\w.,/-])\d{1,3}(?:,\d{3})+(?![\w,])|(?<![\w.,/-])\d+(?:\.\d+)?(?![\w/:])")
_NAME = re.compile(
    r"\b[A-Z][\w’'-]*[a-z][\w’'-]*(?:\s+(?:(?:of|the|de|van|von|bin|al)\s+)?[A-Z][\w’'-]*[a-z][\w’'-]*)*\b|\b[A-Z]{2,6}\b"
)
_AUXILIARY = re.compile(r"\b(was|were|is|are|has|have|had|will|would|can|could|should|did|does)\b(?!\s+not\b)")
_HEDGE = re.compile(
    r"\b(?:may|might|could)\s+(?=have\b|be\b)|\b(?:allegedly|reportedly|apparently|possibly|probably|nearly|almost)\s+"
    r"|\b(?:is|are|was|were) expected to\b|\b(?:plans?|planned|hopes?|hoped|wants?|wanted|threatened|threatens) to\b"
)
_SAID_BY = re.compile(r"\b(?:said|says|told|according to|stated|announced|added|claimed|reported)\b")

Edit = Callable[[str, Sequence[str], random.Random], str | None]
"""Takes a claim, names of the same article that the claim does not hold, and chance; returns None where it cannot work."""


def change_number(claim: str, _names: Sequence[str], chance: random.Random) -> str | None:
    """Put another figure, one of the same kind and size."""
    found = list(_NUMBER.finditer(claim))
    words = list(re.finditer(r"\b(?:" + "|".join(_SMALL) + r")\b", claim))
    if words and (not found or chance.random() < 0.3):
        match = chance.choice(words)
        return _splice(claim, match, chance.choice([word for word in _SMALL if word != match.group()]))
    if not found:
        return None
    match = chance.choice(found)
    written = match.group()
    digits = written.replace(",", "")
    if re.fullmatch(r"(?:19|20)\d\d", digits):
        other = str(int(digits) + chance.choice([-11, -10, -5, -3, -2, -1, 1, 2, 3, 5, 10]))
    elif "." in digits:
        places = len(digits.split(".")[1])
        other = f"{float(digits) * chance.choice([0.4, 0.7, 0.9, 1.1, 1.5, 2.0]) + 0.1:.{places}f}"
    else:
        value = int(digits)
        shift = chance.choice([1, 2, 3, max(1, value // 10), max(1, value // 2), value, 10 * value])
        other = str(max(1, value + chance.choice([-1, 1]) * shift))
    if "," in written:
        other = f"{int(float(other)):,}"
    return _splice(claim, match, other) if other.strip("0.") != digits.strip("0.") else None


def change_day(claim: str, _names: Sequence[str], chance: random.Random) -> str | None:
    """Put another weekday or month."""
    for words in chance.sample([_DAYS, _MONTHS], 2):
        found = list(re.finditer(r"\b(?:" + "|".join(words) + r")\b", claim))
        if found:
            match = chance.choice(found)
            return _splice(claim, match, chance.choice([word for word in words if word != match.group()]))
    return None


def change_name(claim: str, names: Sequence[str], chance: random.Random) -> str | None:
    """Put a name of the same article in the place of another."""
    mine = list(find_names(claim))
    if not mine:
        return None
    match = chance.choice(mine)
    alike = [
        name
        for name in names
        if name not in claim
        and match.group() not in name
        and not set(name.split()) & set(match.group().split())
        and abs(len(name.split()) - len(match.group().split())) <= 1
        and name.isupper() == match.group().isupper()
    ]
    return _splice(claim, match, chance.choice(alike)) if alike else None


def swap_names(claim: str, _names: Sequence[str], chance: random.Random) -> str | None:
    """Let two names change places: who did it to whom. Neighbours in a list may, so they are left alone."""
    mine = list(find_names(claim))
    usable = [
        (one, other)
        for place, one in enumerate(mine)
        for other in mine[place + 1 :]
        if not set(one.group().split()) & set(other.group().split())
        and not re.fullmatch(r"\s*(?:,|and|or|&|,\s*and)\s*", claim[one.end() : other.start()])
    ]
    if not usable:
        return None
    one, other = chance.choice(usable)
    return claim[: one.start()] + other.group() + claim[one.end() : other.start()] + one.group() + claim[other.end() :]


def turn_direction(claim: str, _names: Sequence[str], chance: random.Random) -> str | None:
    """Put a word's opposite."""
    return _replace_word(claim, _OPPOSITES, chance)


def negate(claim: str, _names: Sequence[str], chance: random.Random) -> str | None:
    """Put a "not" in, or take one out."""
    if re.search(r"\bnot\b", claim):
        return re.sub(r"\s*\bnot\b", "", claim, count=1)
    found = list(_AUXILIARY.finditer(claim))
    if not found:
        return None
    match = chance.choice(found[:2])
    return claim[: match.end()] + chance.choice([" not", " not", " never"]) + claim[match.end() :]


def drop_hedge(claim: str, _names: Sequence[str], chance: random.Random) -> str | None:
    """State as a fact what was only expected, planned or alleged."""
    match = _HEDGE.search(claim)
    if match is None:
        return None
    word = match.group()
    if word.endswith("expected to"):
        return _splice(claim, match, "did" if chance.random() < 0.3 else "will definitely")
    if word.endswith(" to"):
        return None
    return _splice(claim, match, "")


def change_speaker(claim: str, names: Sequence[str], chance: random.Random) -> str | None:
    """Let somebody else of the article have said it."""
    return change_name(claim, names, chance) if _SAID_BY.search(claim) else None


FALSE_EDITS: tuple[Edit, ...] = (
    change_number,
    change_number,
    change_day,
    change_name,
    change_name,
    swap_names,
    turn_direction,
    turn_direction,
    negate,
    drop_hedge,
    change_speaker,
)


def same_words(claim: str, _names: Sequence[str], chance: random.Random) -> str | None:
    """Put a word of the same sense."""
    return _replace_word(claim, _SAME, chance)


def write_numbers_otherwise(claim: str, _names: Sequence[str], chance: random.Random) -> str | None:
    """Write a figure in another way."""
    forms: list[tuple[str, Callable[[re.Match[str]], str]]] = [
        (r"\$(\d+(?:\.\d+)?) (million|billion)\b", lambda match: f"{match[1]} {match[2]} dollars"),
        (r"\$(\d+(?:\.\d+)?) (m|b)illion\b", lambda match: f"${match[1]}{match[2]}n"),
        (r"(?<![\w.])(\d)(?![\w.,%])", lambda match: _digit(match[1])),
        (r"\b(" + "|".join(_SMALL) + r")\b", lambda match: str(_SMALL.index(match[1]) + 2)),
        (r"(\d+(?:\.\d+)?)\s?(?:percent|per cent)\b", lambda match: f"{match[1]}%"),
        (r"(\d+(?:\.\d+)?)%", lambda match: f"{match[1]} percent"),
        (r"\b(" + "|".join(_MONTHS) + r") (\d{1,2})\b(?!,?\s\d{2}\b)", lambda match: f"{match[2]} {match[1]}"),
        (r"\b(\d{1,3}),(\d{3})\b", lambda match: match[1] + match[2]),
    ]
    usable = [(pattern, write) for pattern, write in forms if re.search(pattern, claim)]
    if not usable:
        return None
    pattern, write = chance.choice(usable)
    return re.sub(pattern, write, claim, count=1)


def drop_aside(claim: str, _names: Sequence[str], chance: random.Random) -> str | None:
    """Leave out what stands in brackets, between commas, or before the first comma."""
    cuts = [
        (r"\s*\([^()]*\)", ""),
        (r",\s(?:who|which|where|whose)\s[^,]{8,90},", ""),
        (r",\s(?:a|an|the|its|his|her)\s[^,]{5,60},", ""),
        (r"^(?:On|In|At|Earlier|Last|Yesterday|Today|Meanwhile|Also)\b[^,\"“]{2,40},\s(\w)", None),
        (r",\s(?:while|although|whereas|which|where|but|after|as|with)\s[^\"“”]{10,}$", "."),
        (r"\s(?:while|although|whereas|because|after|before|amid|despite)\s[^,\"“”]{10,}$", "."),
    ]
    usable = [cut for cut in cuts if re.search(cut[0], claim)]
    if not usable:
        return None
    pattern, put = chance.choice(usable)
    if put is None:
        return re.sub(pattern, lambda match: match[1].upper(), claim, count=1)
    shorter = re.sub(pattern, put, claim, count=1)
    return shorter if len(shorter.split()) >= 5 else None


def put_attribution_first(claim: str, _names: Sequence[str], _chance: random.Random) -> str | None:
    """Turn "..., said X." into "X said ..."."""
    match = re.fullmatch(r"(?P<what>[^\"“”]{20,}),\s(?P<verb>said|says)\s(?P<who>[^,\"“”]{3,60})\.", claim)
    if match is None:
        return None
    who = match["who"][0].upper() + match["who"][1:]
    return f"{who} {match['verb']} {_lower(match['what'])}."


TRUE_EDITS: tuple[Edit, ...] = (
    same_words,
    same_words,
    write_numbers_otherwise,
    drop_aside,
    drop_aside,
    put_attribution_first,
)


def find_names(text: str) -> list[re.Match[str]]:
    """Return the runs of capitalised words that are likely names; one word alone that opens the text is none."""
    return [
        match
        for match in _NAME.finditer(text)
        if match.group().split()[0] not in _OPENERS
        and match.group() not in (*_MONTHS, *_DAYS)
        and (match.start() > 0 or len(match.group().split()) > 1)
    ]


def _lower(text: str) -> str:
    first = text.split()[0]
    return text[0].lower() + text[1:] if first in _OPENERS and first != "I" else text


def _digit(text: str) -> str:
    return dict(zip("23456789", _SMALL, strict=False)).get(text, text)


def _splice(text: str, match: re.Match[str], put: str) -> str:
    return text[: match.start()] + put + text[match.end() :]


def _replace_word(claim: str, table: Sequence[str], chance: random.Random) -> str | None:
    usable: list[tuple[re.Match[str], str]] = []
    for entry in table:
        one, other = (side.replace("=", " ") for side in entry.split("/"))
        for word, put in ((one, other), (other, one)):
            usable += [(match, put) for match in re.finditer(rf"\b{re.escape(word)}(?!\w)", claim)]
    if not usable:
        return None
    match, put = chance.choice(usable)
    return _splice(claim, match, put)
