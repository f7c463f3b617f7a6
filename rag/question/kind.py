"""What kind of answer a question wants, where its words say so for certain, and what it is about (pure).

An overview, the latest and a timeline are what no single sentence answers. Their forms say the topic too: what is left of the
question without the words that ask. Where no form fits, a classifier reads the kind (``kind_reader``).
"""

from __future__ import annotations

import re

from rag.language.quantities import names_quantity
from rag.query_types import Kind
from rag.question.collection import asks_about_collection, topic_of_collection

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
    ("timeline", r"(?:what happened )?step by step (?:in|with|to|during)"),
    (
        "timeline",
        r"(?:(?:what(?:['’]s| is| was)|give me|tell me) )?(?:the |a )?(?:short |brief |whole |full )?history" + _OF,
    ),
    (
        "latest",
        r"what(?:['’]s| is) (?:going on|happening) (?:with|in|at|around|on) (?=.*\b(?:right now|now|at the moment|currently|today)\W*$)",
    ),
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
        r"(?:(?:give|write|get|send|show|make)(?: me| us)? )?(?:a |an |the |some )?" + _SUMMARY + _OF,
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
    (
        "overview",
        r"what (?:is|was|are|were) (?!(?:they|he|she|it|we|you|i|people)\b)(?=.*\babout\s*[?.!]*$|.*\ball about\b)",
    ),
    (
        "timeline",
        r"(?:from [^:,]{3,60}[:,]\s*)?what (?:were|are|have been) the (?:stages|phases|milestones|stations) (?:of|in|on the way to)",
    ),
    ("timeline", r"(?:(?:dame|haz|muestra) )?(?:una |la )?cronología (?:de la|de los|de las|del|de|sobre)"),
    (
        "overview",
        r"(?:resume|resumen|haz un resumen|hazme un resumen|ponme al día|cuéntame)(?: (?:de la|de los|de las|del|de|sobre|con))?",
    ),
    (
        "latest",
        r"(?:¿\s?)?(?:qué hay de nuevo|(?:cuáles son )?(?:las )?últimas noticias|qué es lo último)(?: (?:de la|de los|de las|del|de|sobre|en))?",
    ),
)
_FORMS = [
    (kind, re.compile(_POLITE + shape + r"\s*(?P<topic>\S.*?)\s*[?.!]*$", re.IGNORECASE | re.DOTALL))
    for kind, shape in _SHAPES
]
# "How did the yearly rate move between May and July?" tells of the rate from one time to another; "how did the ferry go down?" is
# another question, so that only what has a value rises, falls, moves or goes.
_WHEN = r"(?P<when>,? (?:over|between|from|since|during|through|throughout|in|within|until|up to|across|after|before|this|last|so far|month by month|week by week|day by day)\b.*)?"
_COURSE = re.compile(
    r"^(?:and )?how (?:did|does|do|has|have|had) (?P<topic>\S.*?) (?:(?P<course>develop(?:ed)?|unfold(?:ed)?|evolved?|progress(?:ed)?|chang(?:e|ed))"
    r"|moved?|shift(?:ed)?|var(?:y|ied)|fluctuated?|grow|grown|rise|risen|climb(?:ed)?|fall|fallen|drop(?:ped)?|declined?|increased?|decreased?"
    r"|go|gone)(?: (?:up|down|on))?" + _WHEN + r"\s*[?.!]*$",
    re.IGNORECASE | re.DOTALL,
)
_CHANGE = re.compile(
    r"\b(?:develop(?:ed)?|unfold(?:ed)?|evolved?|progress(?:ed)?|chang(?:e|ed)|all about|about$|so far|over time|right now|at the moment)\b",
    re.IGNORECASE,
)
_OVER_TIME = re.compile(
    r"\s+(?:over|in|through|throughout|during|across|within) (?:(?:the|these|those|this|last|past|recent|few|course of|whole|\d+) ){0,4}(?:days?|weeks?|months?|years?|time)\b.*$",
    re.IGNORECASE,
)
# "The strike: what it was about and how it ended" is about the strike.
_HEAD = re.compile(r"^(?:what|how) (?:\w+ ){1,2}(?:at|with|in|to|on) ", re.IGNORECASE)
_TAIL = re.compile(
    r"(?<=\w)(?:\s*[:;,–-]+\s*(?:and\s+)?|\s+and\s+)(?:what|how|why|who|when|where)\b.*$", re.IGNORECASE | re.DOTALL
)
_FOR_WHOM = re.compile(
    r",? (?:for (?:a |an |the )?(?:newcomers?|beginners?|layman|laymen|laypersons?|outsiders?|me|us|somebody new|someone new)|in (?:simple|plain) (?:terms|words|english)|in a few (?:words|sentences)|briefly|please)\W*$",
    re.IGNORECASE,
)
# "I'm new to this: give me a short summary of the audit."
_BEFORE_COLON = re.compile(
    r"^[^:?]{3,40}:\s+(?=(?:please |can you |could you )?(?:give|tell|sum|brief|catch|bring|list|compare)\b)",
    re.IGNORECASE,
)
_FEW_WORDS = 5
_ASKING = re.compile(
    r"\b(?:who|whom|whose|what|when|where|which|why|how|is|are|was|were|did|does|do|has|have|had|will|would|can|could|should|tell|give"
    r"|show|list|name|explain|compare|qué|quién|cuándo|cuánto|cuántas|cuántos|cómo|dónde|por)\b",
    re.IGNORECASE,
)
_SURE: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "latest",
        re.compile(
            r"^(?:what|who|how|where)\b.*\b(?:current|currently|at the moment|at present|as of (?:today|now)|right now|now known|so far)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "comparison",
        re.compile(
            r"^(?:please )?(?:compare|contrast)\b|\b(?:versus|vs\.?)\s|\bdifferences? between\b|^how (?:do|does|did) .{3,80} differ\b"
            r"|\bcompared? (?:to|with)\b|^(?:what|how) (?:do|does|did) .{3,90}\beach\b",
            re.IGNORECASE,
        ),
    ),
    (
        "reason",
        re.compile(
            r"^(?:and )?(?:why|how come)\b|^what (?:caused|led|triggered|explains|is behind|was behind|made)\b"
            r"|^(?:for|on) what (?:reason|grounds)s?\b|^what (?:is|was|were) the (?:reasons? (?:for|behind|that|why)|causes? of(?! death))\b",
            re.IGNORECASE,
        ),
    ),
    (
        "statement",
        re.compile(
            r"^what (?:did|does|do|has|have) .{2,80}?\b(?:say|said|says|think|tell|told|write|written|promise|warn|demand|announce|argue)\b"
            r"|^how (?:did|does|has|have) .{2,80}?\b(?:react(?:ed)?|respond(?:ed)?|comment(?:ed)?|answer(?:ed)?)\b|^quote [A-Z]"
            r"|^what (?:is|was) the (?:opinion|view|position|reaction|response) of\b",
            re.IGNORECASE,
        ),
    ),
    (
        "identity",
        re.compile(
            r"^(?:[Ww]ho(?:['’]s| is| was| are)|[Ww]hat(?:['’]s| is| was)) (?:exactly )?(?:the )?"
            r"(?:(?:[A-Z][\w.'’-]*|of|de|the|and) ?){1,6}\?*$|^¿?\s?[Qq]ui[eé]n (?:es|era|fue) (?:(?:el|la) )?(?:(?:[A-ZÁÉÍÓÚÑ][\w.'’-]*|de|la|del) ?){1,6}\?*$|^[Ww]ho(?:['’]s| is| was) \w+ \w+\?*$"
        ),
    ),
    (
        "list",
        re.compile(
            r"^(?:please )?(?:list|enumerate|name (?:all|every|some|any|two|three|four|five|(?:the |its |his |her |their )?(?:\w+ )?[a-z]+(?<!s)s\b))\b"
            r"|^(?:which|what) (?:two|three|four|five|six|seven|\d+) \w+s\b"
            r"|^what (?:are|were) (?:the |all )?(?:(?:two|three|four|five|six|main|key) )?(?:conditions|demands|measures|causes|reasons|proposals"
            r"|findings|parts|terms|points|steps|members|results|consequences)\b"
            r"|^(?:(?:please )?(?:give|tell|show) me|what (?:are|were)) the names of\b|^what (?:went|goes|was put) into\b"
            r"|^what makes up\b|^what (?:is|was|are|were) .{2,60} (?:made up|composed|made) of\b|^what (?:do|does|did|will|would) .{2,80}\b(?:contain|include|consist of|comprise|involve|provide for)\b"
            # "Which conditions must ...", "What boats and ships took part": several of a kind, none of which is a time or a share.
            r"|^(?:which|what) (?:(?:other|main|new|different|further|more|key|big|large|kinds? of|sorts? of|types? of) |[a-z]+s and )?"
            r"(?!(?:news|times?|hours|days|years|months|series|this|shares|was|is|has|does|happens)\b)[a-z]{3,}(?<![su]s)(?<!is)(?<=s)(?: of [\w ]{3,40}?)?"
            r" (?:are|were|do|does|did|have|had|must|will|would|can|could|should|took|made|got|won|lost|gave|sent|[a-z]+ed)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "yes_no",
        re.compile(
            r"^(?:and |but |so )?(?:is|are|was|were|did|does|do|has|have|had|will|would|can|could|should|must|might|may(?! \d))(?:n['’]t)?\b"
            r"(?! (?:you|me|we) )",
            re.IGNORECASE,
        ),
    ),
)
_ONE = re.compile(
    r"(?:which|what) [a-z]+(?<!s) (?:is|was|has|had|does|did|will|would)\b|when (?:is|was|were|did|does|will|has|have)\b",
    re.IGNORECASE,
)
_ASKS_ONLY = frozenset(
    """a an the some of on in at to by for with about and or is are was were be been do does did has have had will would can could should i you me
    we us it they them there please give show tell write list name what which who whom when where why how now today currently current
    latest newest new recent recently news update updates happened happen happening happens going stand stands state status situation trace
    events event course step steps day order time timeline chronology chronicle history develop developed develops development
    developments unfold unfolded change changed changes evolve evolved rise rose summary summarise summarize overview recap brief
    background explain story over since so far known know""".split()
)
_EMPTY = re.compile(r"^(?:the|a|an|this|that|these|those|it|all)\s*$", re.IGNORECASE)


def read_kind(question: str) -> tuple[Kind, str]:
    """Return the kind of answer that a question wants, and its topic: what is left of it without the words that ask.

    A question that no form fits is one of fact, about all of its words.
    """
    text = _BEFORE_COLON.sub("", " ".join(question.split()))
    if asks_about_collection(text):
        return "collection", topic_of_collection(text) or text
    course = _COURSE.match(text)
    if course and (course["course"] or names_quantity(course["topic"])) and not _EMPTY.match(course["topic"]):
        return "timeline", course["topic"].strip(" ,")
    for kind, form in _FORMS:
        found = form.match(text)
        if found:
            topic = " ".join(
                _CHANGE.sub(" ", _FOR_WHOM.sub("", _TAIL.sub("", _HEAD.sub("", found["topic"])))).split()
            ).strip(" :,;-–")
            if topic and not _EMPTY.match(topic):
                return kind, topic
    sure = next((kind for kind, form in _SURE if form.search(text)), None)
    if sure:
        return sure, text
    words = text.split()
    tells = any(word.casefold().strip(".,!") not in _ASKS_ONLY for word in words)
    if tells and len(words) <= _FEW_WORDS and not _ASKING.search(text) and not text.endswith(("?", "？", "؟")):
        return "keywords", text
    return "fact", text


def asks_for_one(question: str) -> bool:
    """Whether a question asks for one of a kind, or for a day: "which song did ...", "when did ..."; what asks so wants neither list nor timeline."""
    return bool(_ONE.match(question))


def is_sure(question: str) -> bool:
    """Whether a form tells the kind of a question, so that nobody else has to."""
    return read_kind(question)[0] != "fact"


def topic_of(question: str) -> str:
    """Return what a question is about, for kinds that no form told: its words from the first to the last that do not only ask.

    Without when: "the price offered for the ports over the months" is the price offered for them.
    """
    said = _OVER_TIME.sub("", _CHANGE.sub(" ", question.rstrip(" ?.!")))
    telling = [
        word for word in re.finditer(r"[\w$%.,'’-]+", said) if word[0].casefold().strip(".,'’") not in _ASKS_ONLY
    ]
    if not telling:
        return question
    return " ".join(said[telling[0].start() : telling[-1].end()].split()).strip(" .,")
