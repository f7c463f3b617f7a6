"""A checked draft as it is read in the chat: every sentence with its verdict and chips, beside the same sources (pure)."""

from __future__ import annotations

from rag.draft_types import CheckedDraft, CheckedSentence
from ui.chat.answers import ShownSentence, group_by_origin, make_chips, origins_line
from ui.chat.templates import fill
from ui.present import DRAFT_WORDS, draft_line, plain
from ui.present.answers import correction_line


def draft_to_html(draft: CheckedDraft, *, number: int) -> str:
    """Return a checked draft.

    Args:
        number: tells it apart within the conversation.
    """
    by_number = {each.n: each for each in draft.citations}

    def show(sentence: CheckedSentence) -> ShownSentence:
        cited = [by_number[n] for n in sentence.citations]
        reasons = [plain(reason) for reason in sentence.reasons]
        reasons += [correction_line(each.correction) for each in cited if each.correction]
        return ShownSentence(
            parts=((plain(sentence.text), False),),
            chips=make_chips(cited),
            look=sentence.verdict.replace("_", "-"),
            word="" if sentence.verdict == "no_statement" else DRAFT_WORDS[sentence.verdict][1],
            reasons=tuple(reasons),
            day="",
            newest=False,
            label="",
        )

    return fill(
        "draft",
        number=number,
        line=draft_line(draft),
        sentences=[show(each) for each in draft.sentences],
        origins=group_by_origin(draft.citations),
        origins_line=origins_line(draft.citations),
    )
