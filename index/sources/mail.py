"""E-mail (.eml) and pages saved as MHTML, which is the same format -> their articles."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from email import policy
from email.headerregistry import AddressHeader, DateHeader
from email.message import EmailMessage
from email.parser import BytesParser

from index.articles import RawArticle
from index.errors import SourceError
from index.sources.decode import decode_text
from index.sources.fields import build_article, read_url
from index.sources.forwarded import read_forwarded
from index.sources.html.blocks import Block, read_blocks
from index.sources.html.hidden import drop_unshown
from index.sources.html.page import MOST_TAGS, parse_page
from index.sources.kinds import MAXIMUM_BYTES, FileKind, guess_kind
from index.sources.opening import read_opening
from index.sources.part import Part, Source, open_source

_LIST_HEADERS = ("List-Id", "List-Unsubscribe", "List-Post")
_FORWARDED = re.compile(r"(?:(?:fwd?|re|tr|wg)\s*:\s*)+", re.IGNORECASE)
_SIGNATURE = re.compile(r"^-- ?$", re.MULTILINE)
# What newsletters say of themselves, above and below what they have to say.
_ABOUT_THE_MAIL = re.compile(
    r"unsubscribe|view (?:this (?:e-?mail|message) )?(?:in|on) (?:your |the |a )?(?:web )?browser|view (?:it )?online"
    r"|(?:manage|update) (?:your )?(?:e-?mail )?(?:preferences|subscriptions?)|you(?:'re| are) receiving this"
    r"|you received this|no longer wish to receive|was (?:this|it) forwarded to you|add us to your address book"
    r"|darse de baja|se désabonner|abbestellen",
    re.IGNORECASE,
)
_HEADINGS = ("h1", "h2", "h3", "h4")
_LEAST_OF_A_STORY = 40  # characters under a heading
_READ_ON = re.compile(
    r"(?:read|continue|learn|see|find out|get)\b.{0,30}|(?:the )?(?:full|whole) story\W*|weiterlesen\W*|mehr\W*|lire la suite\W*|leer más\W*|leggi\b.{0,20}",
    re.IGNORECASE,
)
_BEGINS_MESSAGE = b"From "
_MARKED = re.compile(rb">+From ")
_LONGEST_NOTICE = 300
_FOOTER_BEGINS = 0.6  # of the blocks; a notice below it ends what the newsletter has to say
_WRAPPED = (50, 80)  # characters of a line that a mail program has broken
_DOCUMENTS: tuple[FileKind, ...] = (
    "text",
    "markdown",
    "html",
    "pdf",
    "docx",
    "epub",
    "email",
    "csv",
    "jsonl",
    "json",
    "zip",
)


def read_mail(reference: str, source: Source) -> tuple[list[RawArticle], list[Part]]:
    """Return the articles of a message, none where it has no text, and the documents attached to it.

    The subject is the title and the date is the one it was sent. The sender of a newsletter is the outlet, the sender of
    any other message the author. Of a message that was forwarded, all this is the original's. A newsletter whose stories stand under
    headings of their own is one article a story.

    Raises:
        SourceError: it is no e-mail.
    """
    message = _parse(reference, source)
    if not message.keys() or not any(name in message for name in ("From", "Subject", "Date", "MIME-Version")):
        raise SourceError(f"{reference}: it is no e-mail.", reference=reference, hint="Export the message as .eml.")
    parts = list(_read_attachments(reference, message))
    facts, blocks = _read_headers(message), _drop_notices(_read_body(reference, message))
    if forwarded := read_forwarded([block.words for block in blocks]):
        said, below = forwarded
        facts = (
            dict.fromkeys(facts) | {"title": facts["title"]} | {name: value for name, value in said.items() if value}
        )
        blocks = [Block("p", words) for words in below]
    stories = _split_stories(blocks) if facts["outlet"] else []
    if stories:
        return [
            build_article(
                facts | {"title": title}, reference=f"{reference}#{number}", kind="email", text="\n\n".join(body)
            )
            for number, (title, body) in enumerate(stories, start=1)
        ], parts
    opening = read_opening([line for block in blocks for line in (block.words, "")], titled=True)
    body = "\n\n".join(line for line in opening.body if line)
    if not body.strip():
        return [], parts
    return [build_article(facts | opening.facts, reference=reference, kind="email", text=body)], parts


def read_mbox(reference: str, source: Source) -> Iterator[Part]:
    """Yield the messages of a mailbox (mbox, RFC 4155): each begins with a line "From ", and such a line within one was marked with ">".

    Raises:
        SourceError: it holds no message.
    """
    with open_source(source) as file:
        message: list[bytes] = []
        number, blank = 0, True
        for line in file:
            if blank and line.startswith(_BEGINS_MESSAGE):
                if message:
                    yield _message(reference, number, message)
                message, number = [], number + 1
            elif number:
                message.append(line[1:] if _MARKED.match(line) else line)
            blank = not line.strip()
        if message:
            yield _message(reference, number, message)
    if not number:
        raise SourceError(f"{reference}: it is no mailbox.", reference=reference, hint="Export the messages as .eml.")


def _message(reference: str, number: int, lines: list[bytes]) -> Part:
    return Part(f"{reference}#{number}", f"{number}.eml", b"".join(lines), "email")


def _split_stories(blocks: Sequence[Block]) -> list[tuple[str, list[str]]]:
    """Return the stories of a newsletter: a heading and what stands under it; nothing where there are no two."""
    stories: list[tuple[str, list[str]]] = []
    for block in blocks:
        if block.tag in _HEADINGS:
            stories.append((block.words, []))
        elif stories and not _READ_ON.fullmatch(block.words):
            stories[-1][1].append(block.words)
    told = [(title, body) for title, body in stories if sum(map(len, body)) >= _LEAST_OF_A_STORY]
    return told if len(told) > 1 else []


def read_mhtml(reference: str, source: Source) -> Iterator[Part]:
    """Yield the page that a browser saved as MHTML, with the address it was saved from.

    Raises:
        SourceError: it holds no page.
    """
    message = _parse(reference, source)
    address = str(message.get("Snapshot-Content-Location") or "")
    for part in message.walk():
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            url = read_url(address) or read_url(str(part.get("Content-Location") or ""))
            yield Part(reference, "page.html", _payload(part), "html", url)
            return
    raise SourceError(f"{reference}: it holds no page.", reference=reference, hint="Save the page as HTML.")


def _parse(reference: str, source: Source) -> EmailMessage:
    with open_source(source) as file:
        try:
            message = BytesParser(policy=policy.default).parse(file)
        except (ValueError, LookupError, RecursionError) as error:
            raise SourceError(
                f"{reference}: it is no e-mail that can be read ({type(error).__name__}).",
                reference=reference,
                hint="Export the message again.",
            ) from error
    if not isinstance(message, EmailMessage):
        raise TypeError("the policy of the parser makes e-mail messages")
    return message


def _read_headers(message: EmailMessage) -> dict[str, object]:
    is_list = any(name in message for name in _LIST_HEADERS)
    sender = message.get("From")
    addresses = sender.addresses if isinstance(sender, AddressHeader) else ()
    name = addresses[0].display_name.strip() or None if addresses else None
    date = message.get("Date")
    return {
        "title": _FORWARDED.sub("", str(message.get("Subject") or ""), count=1).strip() or None,
        "outlet": name if is_list else None,
        "author": None if is_list else name,
        "published": date.datetime if isinstance(date, DateHeader) else None,
        "language": str(message.get("Content-Language") or "").partition(",")[0],
        "url": str(message.get("Archived-At") or "").strip().strip("<>"),
    }


def _read_body(reference: str, message: EmailMessage) -> list[Block]:
    """Return the paragraphs of the plain version, or of the one in HTML where the plain one says much less or no headings stand in it."""
    plain = _body_of(message, "plain")
    blocks = [Block("p", words) for words in _read_plain(plain, reference)] if plain is not None else []
    rich = _body_of(message, "html")
    if rich is None:
        return blocks
    page = _read_page(reference, rich)
    has_stories = sum(block.tag in _HEADINGS for block in page) > 1
    return page if has_stories or _count_words(page) > 2 * _count_words(blocks) else blocks


def _body_of(message: EmailMessage, subtype: str) -> EmailMessage | None:
    body = message.get_body((subtype,))
    return body if isinstance(body, EmailMessage) and body.get_content_subtype() == subtype else None


def _read_plain(part: EmailMessage, reference: str) -> list[str]:
    text = _text_of(part, reference).replace("\r\n", "\n")
    flowed = str(part.get_param("format") or "").lower() == "flowed"
    text = _SIGNATURE.split(text)[0]
    paragraphs = re.split(r"\n[ \t]*\n", text)
    return [words for paragraph in paragraphs if (words := _unwrap(paragraph, flowed=flowed))]


def _unwrap(paragraph: str, *, flowed: bool) -> str:
    """Return a paragraph without the line ends that a mail program has put in."""
    lines = [line.strip() for line in paragraph.split("\n") if line.strip()]
    shortest, longest = _WRAPPED
    wrapped = len(lines) > 1 and all(shortest <= len(line) <= longest for line in lines[:-1])
    return (" " if flowed or wrapped else "\n").join(lines)


def _read_page(reference: str, part: EmailMessage) -> list[Block]:
    text = _text_of(part, reference)
    if text.count("<") > MOST_TAGS:
        raise SourceError(
            f"{reference}: it has more than {MOST_TAGS} tags.",
            reference=reference,
            hint="Give the article as a text file.",
        )
    tree = parse_page(text)
    if tree is None:
        return []
    drop_unshown(tree)
    return read_blocks(tree)


def _drop_notices(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks without what the mail says of itself."""
    kept: list[Block] = []
    for number, block in enumerate(blocks):
        if len(block.words) <= _LONGEST_NOTICE and _ABOUT_THE_MAIL.search(block.words):
            if number >= _FOOTER_BEGINS * len(blocks):
                break
            continue
        kept.append(block)
    return kept


def _read_attachments(reference: str, message: EmailMessage) -> Iterator[Part]:
    for number, part in enumerate(message.iter_attachments(), start=1):
        name = str(part.get_filename() or f"attachment {number}")
        kind = guess_kind(name) or guess_kind(part.get_content_type())
        if kind in _DOCUMENTS:
            data = _payload(part)
            if len(data) <= MAXIMUM_BYTES[kind]:
                yield Part(f"{reference}#{name}", name, data, kind)


def _payload(part: EmailMessage) -> bytes:
    if part.get_content_type() == "message/rfc822":
        inner = part.get_content()
        return inner.as_bytes() if isinstance(inner, EmailMessage) else b""
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _text_of(part: EmailMessage, reference: str) -> str:
    """Return the text of a part in its declared charset, or in the one that its letters fit."""
    data = _payload(part)
    try:
        return data.decode(part.get_content_charset() or "utf-8")
    except (LookupError, UnicodeDecodeError):
        return decode_text(reference, data)


def _count_words(blocks: Sequence[Block]) -> int:
    return sum(len(block.words.split()) for block in blocks)
