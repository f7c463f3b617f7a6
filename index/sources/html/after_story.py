"""What follows a story on its page and was read as its text: offers to the visitor, and headings of what leads elsewhere.

They are told by what they say, in the languages in which they were met, and by how it is said: an offer is a line of a list and no
sentence. A sentence of a reporter that speaks of a subscription stays.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_OFFER = re.compile(
    r"読み放題|(?:に|へ)(?:ご)?(?:会員)?登録すると|会員(?:限定|向け|登録|になる)|(?:電子版|全文|続き)(?:が|を|は).{0,12}(?:利用でき|読め|お読み|ご覧)|メールマガジン.{0,20}(?:届|配信|登録)"
    r"|구독하(?:기|면)|무제한 (?:열람|이용)|无限阅读|注册会员|會員專屬"
    r"|\b(?:unlimited|full) (?:digital )?access\b|\bcancel (?:at )?any ?time\b|\b(?:all|every) (?:articles?|stories|newsletters?)\b.{0,30}\b(?:subscribers?|members?|inbox)\b"
    r"|\b(?:unbegrenzte[rn]?|unbeschränkte[rn]?|voller) zugriff\b|\bjederzeit kündbar\b|\balle artikel (?:lesen|frei)\b|\bim abo\b.{0,30}\blesen\b"
    r"|\baccès illimité\b|\bsans engagement\b|\bacceso ilimitado\b|\bcancela cuando quieras\b|\baccesso illimitato\b|\bacesso ilimitado\b|\bonbeperkt(?:e)? toegang\b",
    re.IGNORECASE,
)
_NOTE = re.compile(r"[※＊*†]")
_LEADS_ELSEWHERE = re.compile(
    r"関連(?:キーワード|記事|ニュース|リンク|情報|タグ)|おすすめ(?:情報|記事|の記事)?|あわせて読みたい|こちらもおすすめ|新着記事|アクセスランキング|相关(?:阅读|新闻|推荐)|相關(?:新聞|閱讀)|관련\s?기사|추천\s?기사"
    r"|(?:related|recommended|suggested|popular|trending) (?:articles?|stories|topics|tags|keywords|content|reads?|news|posts?|links?)|recommended(?: for you)?|you (?:may|might) also like"
    r"|mehr zum thema|lesen sie (?:auch|mehr)|auch interessant|ähnliche artikel|das könnte (?:sie|dich) (?:auch )?interessieren|schlagw(?:ö|oe)rter"
    r"|(?:à )?lire aussi|sur le même sujet|articles? (?:liés?|associés?)|noticias relacionadas|temas relacionados|te puede interesar|leggi anche|articoli correlati|leia também|lees ook|gerelateerde artikelen",
    re.IGNORECASE,
)
_ENDS_A_SENTENCE = re.compile(r"""[.!?…。！？؟।]["'”’»)\]」』）]*$""")
_LONGEST = 80  # characters of an offer
_AROUND = "-•·*– :：|\t"
_MOST_AFTER = 12  # lines behind such a heading


def without_what_follows(lines: Sequence[str]) -> list[str]:
    """Return the paragraphs of a story without offers and what explains them, and without headings that nothing of it follows."""
    kept: list[str] = []
    after_offer = False
    for line in lines:
        if _is_offer(line) or (after_offer and _NOTE.match(line.strip())):
            after_offer = True
            continue
        after_offer = False
        kept.append(line)
    return _without_end(kept)


def _is_offer(line: str) -> bool:
    words = line.strip(_AROUND)
    return len(words) <= _LONGEST and not _ENDS_A_SENTENCE.search(words) and _OFFER.search(words) is not None


def _without_end(lines: list[str]) -> list[str]:
    """Return lines without a heading that leads elsewhere near their end, where no sentence follows it."""
    for place in range(len(lines) - 1, max(0, len(lines) - _MOST_AFTER - 1), -1):
        if _ENDS_A_SENTENCE.search(lines[place].strip()):
            break
        if _LEADS_ELSEWHERE.fullmatch(lines[place].strip(_AROUND)):
            lines = lines[:place]
    return lines
