"""A follow-up that wants the last answer otherwise (pure): shorter, of one outlet, as a timeline, of before or after.

What is wanted stands in brackets behind the question: the reader sees what was understood, and a further change can be read back from it:
"Who bought the port? (only Harbour Wire) (in short)".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from rag.answer_types import Answer
from rag.language.days import told_day
from rag.language.tokens import fold
from rag.query_types import Changes, Kind

_LEAD = r"^(?:(?:and|but|now|please|ok(?:ay)?|can you|could you|would you)[,\s]+)*"
_END = r"(?:,?\s+please)?\W*$"
_SHORT = re.compile(
    _LEAD
    + r"(?:(?:make|keep|say|put|tell|give|answer)(?: (?:it|that|this|me|us))*\s+)?(?:a (?:bit|little) |much |even |still )?"
    + r"(?:shorter|briefer|more briefly|(?:in )?short|in brief|briefly|(?:in|just) (?:one|a)(?: single)? sentence|the short version|tl;?dr)"
    + _END,
    re.IGNORECASE,
)
_FORMS: tuple[tuple[Kind, str], ...] = (
    ("timeline", r"time ?line|chronology|chronological order|order of (?:time|events|days)|order"),
    ("list", r"list|bullet points|bullets|points"),
    ("overview", r"overview|summary|briefing|more detail|detail|full"),
)
_FORM = [
    (
        kind,
        re.compile(
            _LEAD
            + r"(?:(?:show|give|tell|put|write|make|present|list|turn)(?: (?:it|that|this|them|me|us|all of it))*\s+)?(?:as|in|into)\s+(?:an? |the )?"
            + rf"(?:{words})"
            + _END,
            re.IGNORECASE,
        ),
    )
    for kind, words in _FORMS
]
_MORE = re.compile(
    _LEAD
    + r"(?:(?:tell|show|give) (?:me |us )?)?(?:more|longer|more details?|details|everything)(?: (?:about|on) (?:it|that|this))?"
    + _END,
    re.IGNORECASE,
)
_ONLY = (
    re.compile(
        _LEAD
        + r"(?:only|just|limit (?:it|that) to|and according to|according to)(?: (?:what|from|by|in|with|the articles? (?:of|from|in)))?\s+(?P<outlet>.+?)"
        + r"(?:['’]s)?(?: (?:articles?|reports?|says?|wrote|reported|stories))?"
        + _END,
        re.IGNORECASE,
    ),
    re.compile(
        _LEAD
        + r"what (?:does|did|do) (?P<outlet>.+?) (?:say|write|report|have)(?: (?:about|on|of) (?:it|that|this))?"
        + _END,
        re.IGNORECASE,
    ),
)
_HAPPENED = r"(?P<happened>what (?:else )?(?:happened|came|went on|was there|has happened)\s+)?"
_BEFORE = re.compile(
    _LEAD + _HAPPENED + r"(?:before|earlier|previously|prior)(?: (?:to )?(?:that|this|then|it))?" + _END, re.IGNORECASE
)
_AFTER = re.compile(
    _LEAD + _HAPPENED + r"(?:after|afterwards?|later|next|since|then)(?: (?:on|that|this|then|it))?" + _END,
    re.IGNORECASE,
)
_WHO_SAYS = re.compile(
    _LEAD
    + r"(?:who (?:said|says|reported|reports|wrote|writes|claims?|claimed)(?: (?:so|that|this|it))?|says who|according to (?:whom|who)"
    + r"|(?:what(?:['’]s| is| are) )?(?:the |your )?sources?|where (?:does|did|do) (?:that|this|it|you) (?:come|have (?:that|this|it)|get (?:that|this|it))(?: from)?)"
    + _END,
    re.IGNORECASE,
)
_NAMES: dict[Kind, str] = {"timeline": "as a timeline", "list": "as a list", "overview": "as an overview"}
_BRACKET = re.compile(
    r"\s*\((?:only (?P<outlets>[^()]+)|as an? (?P<form>timeline|list|overview)|(?P<short>in short)"
    r"|after (?P<after>\d{4}-\d\d-\d\d)|before (?P<before>\d{4}-\d\d-\d\d))\)\s*$"
)
_NOTHING = Changes()


def asks_who_says(question: str) -> bool:
    """Return whether a follow-up asks where the last answer comes from."""
    return bool(_WHO_SAYS.match(question.strip()))


def read_changes(question: str, outlets: Sequence[str]) -> tuple[str, Changes]:
    """Return a question without the brackets behind it, and what they say; brackets that name no outlet of the library stay.

    Args:
        outlets: those of the library.
    """
    changes = _NOTHING
    while found := _BRACKET.search(question):
        named = tuple(name.strip() for name in (found["outlets"] or "").split(",") if name.strip())
        if not found.start() or not set(named) <= set(outlets):
            break
        question = question[: found.start()]
        form: Kind | None = next(
            (kind for kind, words in _NAMES.items() if found["form"] and found["form"] in words), None
        )
        changes = Changes(
            outlets=changes.outlets or named,
            form=changes.form or form,
            short=changes.short or bool(found["short"]),
            after=changes.after or found["after"],
            before=changes.before or found["before"],
        )
    return question, changes


def with_brackets(question: str, changes: Changes) -> str:
    """Return a question with its changes in brackets behind it: the inverse of ``read_changes``."""
    said = [
        f"only {', '.join(changes.outlets)}" if changes.outlets else "",
        _NAMES[changes.form] if changes.form else "",
        f"after {changes.after}" if changes.after else "",
        f"before {changes.before}" if changes.before else "",
        "in short" if changes.short else "",
    ]
    return " ".join([question, *(f"({words})" for words in said if words)])


def change_last(question: str, history: Sequence[Answer], outlets: Sequence[str]) -> str | None:
    """Return the last question with what a follow-up changes of it, or None where it asks something else.

    Args:
        question: the follow-up, as a person typed it.
        history: the earlier answers of the conversation, the oldest first.
        outlets: those of the library.
    """
    if not history:
        return None
    last = last_asked(history)
    bare, changes = read_changes(last.understood or last.question, outlets)
    changed = _change(question.strip(), changes, last_answered(history), outlets)
    return with_brackets(bare, changed) if changed else None


def last_asked(history: Sequence[Answer]) -> Answer:
    """Return the last answer of a conversation that is one to a question of its own, not to who said so."""
    return next((answer for answer in reversed(history) if not asks_who_says(answer.question)), history[-1])


def last_answered(history: Sequence[Answer]) -> Answer | None:
    """Return the last answer of a conversation that cites something, or None."""
    return next((answer for answer in reversed(history) if answer.citations), None)


def _change(text: str, changes: Changes, answered: Answer | None, outlets: Sequence[str]) -> Changes | None:
    if _SHORT.match(text):
        return replace(changes, short=True)
    if _MORE.match(text):
        return replace(changes, form="overview", short=False)
    for kind, wanted in _FORM:
        if wanted.match(text):
            return replace(changes, form=kind, short=changes.short and kind != "overview")
    for only in _ONLY:
        named = only.match(text)
        if named and (meant := _meant(named["outlet"], outlets)):
            return replace(changes, outlets=meant)
    cited = answered.citations if answered else ()
    days = [day for citation in cited if (day := told_day(citation.quote, citation.published))]
    if not days:
        return None
    if found := _BEFORE.match(text):
        return replace(changes, before=min(days), after=None, form=_told(found, changes))
    if found := _AFTER.match(text):
        return replace(changes, after=max(days), before=None, form=_told(found, changes))
    return None


def _told(found: re.Match[str], changes: Changes) -> Kind | None:
    """Return the form of what came before or after: events where it is asked what happened."""
    return "timeline" if found["happened"] else changes.form


def _meant(name: str, outlets: Sequence[str]) -> tuple[str, ...]:
    """Return the outlets that a name can mean: the one that is called so, or those whose names hold all of its words."""
    words = set(fold(name).split()) - {"the"}
    called = {outlet: set(fold(outlet).split()) - {"the"} for outlet in outlets}
    exact = tuple(outlet for outlet, theirs in called.items() if theirs == words)
    return exact or tuple(outlet for outlet, theirs in called.items() if words and words <= theirs)


def day_before(day: str) -> str:
    """Return the day before an ISO date."""
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def day_after(day: str) -> str:
    """Return the day after an ISO date."""
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()
