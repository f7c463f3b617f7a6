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
# What speaks to the visitor in whole sentences.
_INVITATION = re.compile(
    r"\bsign(?:ing)? up (?:for|to|today|here)\b.{0,80}\b(?:newsletters?|e-?mails?|inbox|alerts?|updates)\b|\b(?:in|into|to) your inbox\b"
    r"|\bif you (?:enjoyed|liked) this (?:article|story|post|piece)\b|\bwe(?: would|['’]d) (?:like|love) to hear (?:what|from) you\b|\bsign up for our e-?mails\b|\bsubscribe to (?:our|the)\b.{0,60}\b(?:channel|newsletter|podcast|magazine|e-?mails?)\b"
    r"|\bfollow .{1,40}\bon (?:x|twitter|facebook|instagram|whatsapp)\b|\bfolgst du schon\b|\babonnier\w*\b.{0,40}\b(?:kanal|newsletter)\b|\bdownload (?:our|the) (?:free )?app\b|\bclick here (?:for|to) (?:more|read|see|sign|get|find|subscribe|download)\b"
    r"|\bwe (?:may|might) (?:earn|get|receive) (?:a |an )?(?:commission|affiliate|share)\b"
    r"|\bnewsletter\b.{0,40}\b(?:abonnieren|anmelden|bestellen|inscri\w+|inschrijven|tilmeld|anmäl)|\b(?:abonnieren|melden|folgen) sie (?:sich|uns|unseren)\b.{0,60}\b(?:newsletter|kanal|whatsapp|facebook|instagram|x)\b"
    r"|\b(?:inscrivez|abonnez|suivez)-(?:vous|nous)\b.{0,60}\b(?:newsletters?|sur|lettre)\b|\b(?:suscríbete|suscríbase|apúntate) (?:a|aquí)\b|\bsíguenos en\b|\biscriviti (?:a|alla|al)\b|\binscreva-se\b|\bsiga-nos\b",
    re.IGNORECASE,
)
_LONGEST_INVITATION = 400  # characters
# A line that is nothing but where to share a story.
_NETWORK = re.compile(
    r"(?:(?:share|tweet|teilen|partager|compartir|compartilhar|condividi|delen|paylaş)(?: (?:on|auf|sur|en|no|su|op))?[ :]*)?"
    r"(?:facebook|twitter|whats ?app|google\+|linked ?in|pinterest|telegram|instagram|reddit|flipboard|messenger|copy link|e-?mail)",
    re.IGNORECASE,
)
_LONGEST_OF_MENU = 30  # characters of its lines
_FEWEST_OF_MENU = 5  # lines
_NOTE = re.compile(r"[※＊*†]")
_LEADS_ELSEWHERE = re.compile(
    r"関連(?:キーワード|記事|ニュース|リンク|情報|タグ)|おすすめ(?:情報|記事|の記事)?|あわせて読みたい|こちらもおすすめ|新着記事|アクセスランキング|相关(?:阅读|新闻|推荐)|相關(?:新聞|閱讀)|관련\s?기사|추천\s?기사"
    r"|(?:related|recommended|suggested|popular|trending) (?:articles?|stories|topics|tags|keywords|content|reads?|news|posts?|links?)|recommended(?: for you)?|you (?:may|might) also like"
    r"|read more|don['’]t miss|more from .{3,40}|mehr zum thema|lesen sie (?:auch|mehr)|auch interessant|ähnliche artikel|das könnte (?:sie|dich) (?:auch )?interessieren"
    r"|(?:à )?lire aussi|sur le même sujet|articles? (?:liés?|associés?)|noticias? relacionadas?|temas relacionados|te puede interesar|leggi anche|articoli correlati|leia também|lees ook|gerelateerde artikelen",
    re.IGNORECASE,
)
# What a story rests on or is filed under: only behind it.
_LISTS_OF_IT = re.compile(
    r"tags?|topics?|keywords|etiketler|etiquetas|mots[- ]clés|schlagw(?:ö|oe)rter|schlagworte|štítky|tagi|sources?|(?:verwendete |weitere )?quellen",
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
        if _is_invitation(line) or _NETWORK.fullmatch(line.strip(_AROUND)):
            continue
        if _is_offer(line) or (after_offer and _NOTE.match(line.strip())):
            after_offer = True
            continue
        after_offer = False
        kept.append(line)
    story = _without_end(kept)
    within = [line for line in story[1:] if not _LEADS_ELSEWHERE.fullmatch(line.strip(_AROUND))]
    return _without_menus(story[:1] + within)


def _without_menus(lines: list[str]) -> list[str]:
    """Return lines without many short ones in a row above the first sentence and below the last: those are menus."""
    short = [
        len(line) <= _LONGEST_OF_MENU and not any(sign.isdigit() or sign in ":;.!?" for sign in line) for line in lines
    ]
    above = short.index(False) if False in short else 0
    below = short[::-1].index(False) if False in short else 0
    start = above if above >= _FEWEST_OF_MENU else 0
    return lines[start : len(lines) - below if below >= _FEWEST_OF_MENU else len(lines)]


def _is_invitation(line: str) -> bool:
    return len(line) <= _LONGEST_INVITATION and _INVITATION.search(line) is not None


def _is_offer(line: str) -> bool:
    words = line.strip(_AROUND)
    return len(words) <= _LONGEST and not _ENDS_A_SENTENCE.search(words) and _OFFER.search(words) is not None


def _without_end(lines: list[str]) -> list[str]:
    """Return lines without a heading that leads elsewhere near their end, where no sentence follows it."""
    for place in range(len(lines) - 1, max(0, len(lines) - _MOST_AFTER - 1), -1):
        if _ENDS_A_SENTENCE.search(lines[place].strip()):
            break
        words = lines[place].strip(_AROUND)
        if _LEADS_ELSEWHERE.fullmatch(words) or _LISTS_OF_IT.fullmatch(words):
            lines = lines[:place]
    return lines
