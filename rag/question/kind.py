"""What kind of answer a question wants, where its words say so for certain, and what it is about (pure).

Most questions want a fact, and are told apart by what the judge says of each sentence. Some want what no single sentence answers: an
overview, the latest, a timeline. These are known by how they open, and by nothing else: a question that is taken for one of them
wrongly would be answered beside the point.
"""

from __future__ import annotations

import re

from rag.query_types import Kind

_POLITE = r"^(?:please[,\s]+|(?:can|could|would|will) you (?:please )?|i(?:['’]d| would) like (?:you )?(?:to )?|i (?:want|need) |help me )?"
_OF = r"(?:\s+(?:on|about|of|with|regarding|around|for|in))?"
_SUMMARY = r"(?:short |brief |quick |full |whole )?(?:summary|overview|briefing|rundown|recap|digest|roundup|round-up|background)"
_STORY = (
    r"(?:the )?(?:news|story|case|affair|matter|situation|events?|developments?)?\s*(?:on|about|of|around|with)?\s*"
)
_SHAPES: tuple[tuple[Kind, str], ...] = (
    (
        "timeline",
        r"(?:(?:give|show|write|make|draw|list|tell)(?: me)? )?(?:a |the )?(?:time ?line|chronology|chronicle|course of events|sequence of events)"
        + _OF,
    ),
    (
        "timeline",
        r"how (?:did|has|have) (?=.*\b(?:develop(?:ed)?|unfold(?:ed)?|evolved?|progress(?:ed)?|chang(?:e|ed))(?: over time| so far| since [^?]*)?\W*$)",
    ),
    ("timeline", r"(?:what happened )?step by step (?:in|with|to|during)"),
    (
        "latest",
        r"(?:what(?:['’]s| is| are)|give me|tell me|show me|any)?\s*(?:the )?(?:very )?(?:latest|newest|most recent)(?: (?:news|state|status|developments?|updates?|word|information)"
        + _OF
        + r"|\s+(?:on|about|of|with|regarding|around|from|in))",
    ),
    ("latest", r"(?:what(?:['’]s| is| are)|is there|are there|anything)\s+(?:anything )?new" + _OF),
    ("latest", r"(?:where do (?:things|we) stand|how do things stand|what is the (?:state|status) of)" + _OF),
    (
        "overview",
        r"(?:(?:give|write|get|send|show|make)(?: me| us)? )?(?:a |an |the )?" + _SUMMARY + _OF,
    ),
    ("overview", r"(?:summari[sz]e|sum up|brief (?:me|us)|recap|outline)" + _OF + r"\s+" + _STORY),
    ("overview", r"(?:catch|bring|get) (?:me|us) up(?: to (?:date|speed))?" + _OF),
    (
        "overview",
        r"(?:tell|inform|update) (?:me|us)"
        + r"\s+(?:everything |all |more |something |what you know |what is known )?(?:about|on)",
    ),
    (
        "overview",
        r"(?:what (?:do|can) (?:we|you|the articles) (?:know|say|tell(?: me)?)|what is known)\s+(?:about|of|on)",
    ),
    (
        "overview",
        r"what (?:happened|has happened|went on|was going on|is going on|is happening) (?:with|to|in the (?:case|matter|affair) of|around)",
    ),
    ("overview", r"what (?:is|was) (?=.*\ball about\b)"),
)
_FORMS = [
    (kind, re.compile(_POLITE + shape + r"\s*(?P<topic>\S.*?)\s*[?.!]*$", re.IGNORECASE | re.DOTALL))
    for kind, shape in _SHAPES
]
_CHANGE = re.compile(
    r"\b(?:develop(?:ed)?|unfold(?:ed)?|evolved?|progress(?:ed)?|chang(?:e|ed)|all about|so far|over time)\b",
    re.IGNORECASE,
)
_EMPTY = re.compile(r"^(?:the|a|an|this|that|these|those|it|all)\s*$", re.IGNORECASE)


def read_kind(question: str) -> tuple[Kind, str]:
    """Return the kind of answer that a question wants, and its topic: what is left of it without the words that ask.

    A question that no form fits is one of fact, about all of its words.
    """
    text = " ".join(question.split())
    for kind, form in _FORMS:
        found = form.match(text)
        if found:
            topic = " ".join(_CHANGE.sub(" ", found["topic"]).split()).strip(" :,;-–")
            if topic and not _EMPTY.match(topic):
                return kind, topic
    return "fact", text
