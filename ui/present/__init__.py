"""What every face shows: domain objects to text, Markdown and JSON (pure). ``ui.present.escape`` is the one place that escapes."""

from ui.present.answers import (
    answer_to_markdown,
    answer_to_text,
    head_line,
    hits_to_text,
    searched_line,
    sentence_to_markdown,
    withheld_to_markdown,
)
from ui.present.articles import (
    article_to_line,
    article_to_text,
    copies_to_text,
    entry_to_text,
    parse_span,
    recheck_to_text,
    revisions_to_text,
)
from ui.present.as_json import to_json, to_line
from ui.present.drafts import DRAFT_WORDS, draft_line, draft_to_text
from ui.present.escape import defuse_markdown, escape_markdown, plain, safe_url, without_controls
from ui.present.reports import report_to_markdown, report_to_text, source_to_json, summary_to_json
from ui.present.system import error_to_markdown, error_to_text, findings_to_text, models_to_text, trial_to_text
from ui.present.words import count

__all__ = [
    "DRAFT_WORDS",
    "answer_to_markdown",
    "answer_to_text",
    "article_to_line",
    "article_to_text",
    "copies_to_text",
    "count",
    "defuse_markdown",
    "draft_line",
    "draft_to_text",
    "entry_to_text",
    "error_to_markdown",
    "error_to_text",
    "escape_markdown",
    "findings_to_text",
    "head_line",
    "hits_to_text",
    "models_to_text",
    "parse_span",
    "plain",
    "recheck_to_text",
    "report_to_markdown",
    "report_to_text",
    "revisions_to_text",
    "safe_url",
    "searched_line",
    "sentence_to_markdown",
    "source_to_json",
    "summary_to_json",
    "to_json",
    "to_line",
    "trial_to_text",
    "withheld_to_markdown",
    "without_controls",
]
