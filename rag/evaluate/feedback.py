"""What readers say of answers, kept as cases of an evaluation: what was faulted must not come again, what was missed must be found."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import msgspec

from index.disk import one_at_a_time, replace_file, storage_error
from index.errors import StorageError, UsageError
from rag.answer_types import Answer, Citation, Sentence
from rag.evaluate.cases import Case, Fault
from rag.evaluate.rows import decode_rows, encode_rows

FEEDBACK_FILE = "feedback.jsonl"
GROUP = "feedback"
MOST_ROWS = 2_000
_LONGEST_WORDS = 1_000
_WHAT = "The feedback"

FeedbackKind = Literal["not_said", "wrong_source", "missing"]


def make_case(
    answer: Answer,
    kind: FeedbackKind,
    *,
    day: str,
    sentence: Sentence | None = None,
    cited: Sequence[Citation] = (),
    words: str = "",
) -> Case:
    """Return what a reader says of an answer as a case that ``citewire eval answers`` runs.

    Args:
        kind: the quote does not say the sentence, the source is a wrong one, or something should have been found.
        day: on which it was asked.
        sentence: the one that is faulted.
        cited: the citations that are faulted; of what should have been found, those that show it.
        words: that should have been found.

    Raises:
        UsageError: nothing is named that could be looked for again.
    """
    question = answer.understood or answer.question
    quotes = tuple(each.quote for each in cited)
    said = " ".join(words.split())
    if len(said) > _LONGEST_WORDS:
        raise UsageError(
            f"The words are longer than {_LONGEST_WORDS:,} characters.", hint="Name the words that answer."
        )
    if kind == "missing":
        if not said and not quotes:
            raise UsageError("Nothing is named that should have been found.", hint="Write the words that answer.")
        case = Case(
            question=question,
            answers=(said,) if said else quotes,
            articles=() if said else tuple(dict.fromkeys(each.article_id for each in cited)),
            quotes=() if said else quotes,
            answerable=True,
        )
    else:
        if not cited or (kind == "not_said" and sentence is None):
            raise UsageError("No quote is named.", hint="Say it of a sentence or of a quote.")
        faults = tuple(
            Fault(
                kind=kind,
                sentence=sentence.text if sentence and kind == "not_said" else "",
                quote=each.quote,
                article=each.article_id,
            )
            for each in cited
        )
        case = Case(question=question, faults=faults)
    filters = answer.searched.filters
    marked = msgspec.structs.replace(case, group=GROUP, as_of=day, filters=filters)
    mark = msgspec.json.encode(msgspec.structs.replace(marked, as_of=None))
    return msgspec.structs.replace(marked, id=f"feedback-{hashlib.sha256(mark).hexdigest()[:12]}")


def keep_case(case: Case, folder: Path) -> int:
    """Keep a case beside the library, once, and return how many are kept there.

    Raises:
        UsageError: as many are kept as may be.
        StorageError: the file cannot be read or written.
    """
    path = folder / FEEDBACK_FILE
    with one_at_a_time(path, what=_WHAT):
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            content = b""
        except OSError as error:
            raise storage_error(_WHAT, folder, error) from error
        rows = [row for _, row in decode_rows(content, str(path), Case, what="case")]
        if any(row.id == case.id for row in rows):
            return len(rows)
        if len(rows) >= MOST_ROWS:
            raise UsageError(
                f"{MOST_ROWS:,} rows of feedback are kept already.",
                hint=f"Move {str(path)!r} to where it is evaluated.",
            )
        if content and not content.endswith(b"\n"):
            raise StorageError(f"The last line of {str(path)!r} is not whole.", hint="Complete or remove that line.")
        replace_file(path, content + encode_rows([case]), what=_WHAT)
        return len(rows) + 1
