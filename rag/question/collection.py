"""Whether a question is one about the collection itself, and about which of its articles (pure).

"Which outlets are here?" is about all of them, "Which outlets reported on the strike?" about those of a topic.
"""

from __future__ import annotations

import re

_TEXTS = r"(?:articles?|stor(?:y|ies)|reports?|texts?|pieces?)"
_HERE = (
    r"(?:here|in (?:the|this|your) (?:library|collection|archive|corpus|database)|do you have|have you got|are there)"
)
_ALL = re.compile(
    rf"\b(?:how many|number of|which|what) (?:of the )?{_TEXTS} (?:{_HERE}|(?:were|was|got|have been|has been) (?:corrected|retracted|updated|changed)"
    r"|(?:are|come|came|stem|were (?:written|published))(?: there)? (?:from|by|in|without)|have no date|has no date|in total)"
    rf"|(?<!according to the )(?<!going by the )(?<!based on the )(?<!at )(?<!by )\b(?:newest|oldest|latest|first|last|most recent|earliest) {_TEXTS}\b(?! (?:of|on|about|to|say|says|said|put|give) )"
    r"|\b(?:which|what|how many) (?:news ?)?(?:outlets?|newspapers?|papers|sources|publications|authors|reporters|languages)"
    rf" (?:{_HERE}|do (?:you|we) (?:have|search|hold)|are (?:in|there)\b)"
    rf"|\b(?:do|does|have) (?:you|we|the collection|the library|the archive) (?:have |hold |contain |got )(?:any )?{_TEXTS} (?:from|by|of)\b"
    rf"|\b(?:any|list|show)(?: me)?(?: all)?(?: the)? {_TEXTS} (?:from|by|of) (?:the )?[A-Z]"
    r"|\bwhat (?:is|are) (?:this|the|your) (?:collection|library|archive|articles|corpus)(?: all)? about\b"
    rf"|\b(?:what|which) (?:period|dates?|time|months?|years?|days?)\b.*\b(?:collection|library|archive|articles)\b"
    r"|\b(?:which|what|how many) (?:news ?)?(?:outlets?|newspapers?|papers|sources|publications|languages|topics|subjects|themes) (?:are|is)"
    r" (?:covered|included|represented|in here|in there|here|in this)\b"
    rf"|^list all {_TEXTS}\W*$|^what can i ask|^what (?:did|has|does|have) (?:the )?(?-i:[A-Z]).{{2,60}} (?:publish|print|run)(?:ed|s)?\W*$"
    r"|^(?:does|do|has|have) (?:this |the )?(?:collection|library|archive|you)\b.*\barticles?\b|^(?:¿\s?)?(?:cuántos artículos|qué periódicos|qué medios)\b",
    re.IGNORECASE,
)
_WRITERS = r"(?:news ?)?(?:outlets?|newspapers?|papers?|sources?|publications?|sites?|journalists?|reporters?|authors?)"
_ASKED = (
    r"(?:which|what|how many|list|show(?: me)?|find(?: me)?|give me|any|do you have|have you got|are there|is there)"
    r"(?: (?:all|any|every|other|different|of|the|your|articles? by))*"
)
_HAVE = r"(?: (?:do (?:you|we) have|have you got|are there|is there|that|which|have|has|did|do|does|are|is|were|was))*"
_TELL = (
    r"(?:mention(?:s|ed|ing)?|cover(?:s|ed|ing)?|report(?:s|ed|ing)? (?:on|about)|writ(?:es?|ing|ten) (?:about|on)|wrote (?:about|on)"
    r"|(?:carr(?:y|ies|ied)|run|ran|have|has|had|publish(?:es|ed)?) (?:stories|articles|reports|pieces|anything|something) (?:on|about)|deal(?:s|t|ing)? with|speak(?:s|ing)? of|spoke of|names?|naming|about|on)"
)
_OF_TOPIC = re.compile(
    rf"^(?:please )?(?:{_ASKED} (?:{_TEXTS}|{_WRITERS}){_HAVE} {_TELL}"
    r"|who (?:(?:has |have )?(?:reported on|written about|covered)|wrote about|reports on|writes about))"
    r" (?P<topic>(?!\d|(?:here|there|in here)\W*$)\S.*?)[\s?.!]*$",
    re.IGNORECASE,
)
_NAME = r"(?-i:(?P<name>[A-Z][\w.'’-]*(?: (?:[A-Z][\w.'’-]*|de|van|von|al|bin|der|la)){0,4}))"
_BY_AUTHOR = re.compile(
    rf"^(?:please )?(?:(?:which|what|how many|list|show(?: me)?|find(?: me)?|give me)(?: (?:all|of|the|every))* {_TEXTS}(?: (?:has|have|did|does|had))? {_NAME}"
    r" (?:written|write|wrote|publish(?:ed)?|author(?:ed)?|contribute[d]?)"
    rf"|(?:(?:which|what|how many|list|show(?: me)?|find(?: me)?|give me|any|do you have)(?: (?:all|of|the|any|every))* )?{_TEXTS}"
    rf"(?: (?:were|was|are|have been|that were|which were))?(?: (?:written|authored|published))? by (?:the )?{_NAME.replace('<name>', '<by>')}"
    rf"|what (?:has|have|did) {_NAME.replace('<name>', '<who>')} (?:written|write))\s*[?.!]*$",
    re.IGNORECASE,
)
# What a question about the whole collection speaks of; one that speaks of anything else is about that.
_OF_IT = frozenset(
    """article articles story stories text texts report reports piece pieces item items source sources outlet outlets paper papers newspaper
    newspapers publication publications site sites journalist journalists reporter reporters author authors language languages topic topics
    subject subjects theme themes archive library collection database corpus information material data period month months year years day
    days date dates oldest newest first last early earliest latest recent recently most come comes came cover covered covers include included contain
    contains held hold written published publish corrected correction corrections withdrawn retracted changed updated large big small old
    far back number many much get got use used work know ask answer find here there any all whole total between reach reaches begin begins
    end ends go goes going reach your our my this that does stem count counted read search searched up date""".split()
)
_WORD = re.compile(r"[^\W\d_]+")


def asks_about_collection(question: str) -> bool:
    """Whether a question is about the collection itself, or about articles of it as such."""
    return bool(_OF_TOPIC.match(question) or _ALL.search(question) or author_asked(question))


def author_asked(question: str) -> str:
    """Return whose articles a question asks for: a person's, or an outlet's; an empty text where it asks for nobody's."""
    found = _BY_AUTHOR.match(question)
    return next(filter(None, found.groups()), "") if found else ""


def topic_of_collection(question: str) -> str:
    """Return what the articles are about that a question asks for; an empty text for all of them."""
    found = _OF_TOPIC.match(question)
    return found["topic"] if found else ""


def speaks_only_of_collection(words: str) -> bool:
    """Return whether the telling words of a question are all words for a collection and its articles."""
    return all(word.casefold() in _OF_IT for word in _WORD.findall(words))
