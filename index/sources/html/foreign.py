"""Texts that stand on pages of news and are nobody's article: consent to cookies, rules for comments, menus.

They are told by what they say, never by what their elements are called, so that they are found in the text of any reader.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from lxml import etree, html

from index.sources.html.hidden import count_prose, drop_element

_CONSENT = re.compile(
    # English
    r"\b(?:we|our (?:site|website)|this (?:site|website)|partners?|vendors?|you can)\b.{0,120}\bcookies?\b"
    r"|\bcookies?\b.{0,80}\b(?:consent|accept|preferences|settings|your (?:browser|device)|personali[sz]e|advertis|necessary|essential|website)"
    r"|store (?:and/or|or|and) access information|access (?:and/or store )?information on (?:a|your) device"
    r"|\bccpa\b|do not sell (?:or share )?my personal|right to opt[- ]?out|sale of (?:your )?personal (?:information|data)"
    r"|(?:withdraw|manage|give) (?:your )?consent|legitimate interests?\b.{0,80}\b(?:partners|vendors|process)"
    # German, Dutch, Scandinavian
    r"|\bcookies?\b.{0,120}\b(?:einwillig|zustimm|akzeptier|einverstanden|datenschutz|toestemming|accepteer|samtyck|samtykke|hyväksy)"
    r"|(?:einwilligung|zustimmung)\b.{0,120}\b(?:widerruf|cookies?|tracking|datenschutz)"
    # French, Spanish, Portuguese, Italian
    r"|\bcookies?\b.{0,120}\b(?:consent|accept|aceptar|aceptas|consentimiento|consentimento|aceitar|aceita|accett|consenso|traceurs|navegador|navigateur)"
    r"|\b(?:nous et nos|nosotros y nuestros|noi e i nostri|nós e os nossos|wir und unsere|wij en onze)\b.{0,30}\b(?:partena|socios|partner|parceiros)"
    # what stands where a film or a post would, until its visitor agrees
    r"|\b(?:externe[rn]?|eingebettete[rn]?) inhalte?\b.{0,120}\b(?:verfügbar|anzeigen|geladen|laden|zeigen|einblenden)|privatsphäre-einstellungen"
    r"|\b(?:external|third[- ]party) content\b.{0,120}\b(?:load|allow|enable|display|show)|\bcontenus? (?:externe|tiers)\b|privacy (?:settings|preferences)\b.{0,80}\b(?:prevent|content|view)"
    # Slavic, Turkish, others
    r"|\b(?:soubory|soubor|plik(?:i|ów)|файл\w*)\s+cookies?\b|\bçerez\w*\b.{0,80}\b(?:kullan|kabul|politika)|クッキー|쿠키",
    re.IGNORECASE | re.DOTALL,
)
_COMMENT_RULES = re.compile(
    r"community (?:guidelines|standards)|(?:comments?|commenting|discussion)\b.{0,80}\b(?:moderat|guidelines|rules|policy|are closed)"
    r"|(?:log|sign) in\b.{0,30}\b(?:to|and) (?:comment|reply|join|leave a comment)|post a comment|leave a (?:reply|comment)"
    r"|\bcoment[áa]rios?\b.{0,120}\b(?:moderad|aprovad)|\bcommentaires?\b.{0,80}\bmodér|\bcommenti\b.{0,80}\bmoderat"
    r"|netiquette|kommentarregeln|kommentar\w*\b.{0,60}\b(?:moderier|freigeschaltet|netiquette|regeln)"
    r"|normas de (?:uso|participación|la comunidad)|règles de (?:modération|participation)|charte de modération"
    r"|会員限定|会員登録|有料会員|有料記事|구독자 전용|로그인\s?후|\bsubscribe (?:now|today)\b|\balready (?:a )?(?:subscriber|member)\b|jetzt abonnieren|abonnez-vous"
    r"|your email address will not be published|javascript (?:is )?(?:disabled|required)|enable javascript",
    re.IGNORECASE | re.DOTALL,
)
# One of these stands in each of them, which is found out faster.
_MAY_BE = (
    "cookie", "ccpa", "consent", "personal", "partner", "partena", "socios", "parceiros", "your device", "a device", "legitimate",
    "opt-out", "opt out", "optout", "einwillig", "zustimm", "çerez", "クッキー", "쿠키", "comment", "coment", "guideline", "communit", "discussion",
    "javascript", "netiquette", "normas", "charte", "règles", "reply", "email address", "inhalt", "content", "contenu", "privat",
    "privacy", "会員", "有料", "구독", "로그인", "subscri", "already", "abonn",
)  # fmt: skip
_PARAGRAPHS = etree.XPath("//body/descendant::*[self::p or self::li or self::div[not(p|div|ul|section|article)]]")
_WAYS_TO_SAY_IT = 2  # of a long text, before all of it is taken for one
_SIGN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SIGN_WEIGHS = 3  # letters that a sign of these scripts stands for, besides itself
_SHORTEST = 10  # characters
_LONG = 600  # characters: such a text may report of cookies
_READS_AS_PROSE = re.compile(r"(?:[\u0e00-\u0e7f]\S*){12,}")
_ENDS_A_SENTENCE = re.compile(r"""\w[.!?…。！？؟।]["'”’»)\]]*$""")
_WORDS_OF_PROSE = 6
_SIGNS_OF_PROSE = 15
_LEAST_PROSE = 0.4  # of the characters of an article; menus have next to none
_MOST_LOOKED_AT = 200  # paragraphs; no site asks for consent in more of them
_MOST_FOREIGN = 0.5  # of the characters of what was found


@lru_cache(maxsize=2048)
def is_foreign(words: str) -> bool:
    """Tell whether a paragraph speaks to the visitor of cookies, consent or comments, rather than of an event.

    A reporter's sentence that names cookies is no such text: those say "we", "you" and "accept".
    """
    folded = words.lower()
    if len(words) < _SHORTEST or not any(sign in folded for sign in _MAY_BE):
        return False
    length = len(words) + _SIGN_WEIGHS * len(_SIGN.findall(words))
    if length > _LONG:
        return len(_CONSENT.findall(words)) >= _WAYS_TO_SAY_IT
    return _CONSENT.search(words) is not None or (length < _LONG / 2 and _COMMENT_RULES.search(words) is not None)


def drop_foreign(tree: html.HtmlElement) -> None:
    """Take out the elements whose prose is mostly foreign to any article, each as large as it is all the same matter."""
    said = tree.text_content().lower()
    signs = [sign for sign in _MAY_BE if sign in said]
    found = [element for element in _PARAGRAPHS(tree) if _is_foreign(element, signs)][:_MOST_LOOKED_AT]
    for element in found:
        whole = element
        for around in element.iterancestors("div", "section", "aside", "ul", "form", "dialog"):
            inside = [other for other in found if around in other.iterancestors() or other is around]
            if (
                sum(map(count_prose, inside)) < _MOST_FOREIGN * max(1, count_prose(around))
                or around.find(".//h1") is not None
            ):
                break
            whole = around
        if whole.getparent() is not None:
            drop_element(whole)


def _is_foreign(element: html.HtmlElement, signs: Sequence[str]) -> bool:
    """Tell whether an element is foreign to any article, which it is only where it has one of the signs."""
    words = " ".join(element.text_content().split())
    folded = words.lower()
    return any(sign in folded for sign in signs) and is_foreign(words)


def is_no_article(lines: Sequence[str]) -> bool:
    """Tell whether what a reader found is a menu, or a text that is foreign to any article."""
    length = sum(map(len, lines))
    prose = sum(len(line) for line in lines if _reads_as_prose(line))
    foreign = sum(len(line) for line in lines if is_foreign(line))
    return prose < _LEAST_PROSE * length or foreign > _MOST_FOREIGN * length


def _reads_as_prose(line: str) -> bool:
    return (
        len(line.split()) >= _WORDS_OF_PROSE
        or _ENDS_A_SENTENCE.search(line) is not None
        or _READS_AS_PROSE.search(line) is not None
        or len(_SIGN.findall(line)) >= _SIGNS_OF_PROSE
    )
