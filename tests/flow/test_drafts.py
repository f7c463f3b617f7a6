"""A draft held against the sample articles: in Python, and on the command line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from index.errors import QuestionError
from rag.desk import Desk
from ui.cli import cli

pytestmark = pytest.mark.model
DRAFT = (
    "About 12,000 people walked through the centre of Santa Ruela on Sunday to protest against the sale of the canal ports. "
    "The one-day strike by dockworkers held up 22 vessels at the two ends of the canal.\n\n"
    "The mayor of Reykjavik resigned over the ports. Hello there."
)


def test_every_sentence_gets_what_the_articles_say_of_it(desk: Desk) -> None:
    checked = desk.check(DRAFT)
    assert [each.verdict for each in checked.sentences] == ["supported", "otherwise", "not_found", "no_statement"]
    assert all(DRAFT[each.start : each.end] == each.text for each in checked.sentences)
    assert "34 vessels" in checked.sentences[1].reasons[0]
    by_number = {each.n: each for each in checked.citations}
    (against,) = checked.sentences[1].citations
    assert "34 vessels" in by_number[against].quote
    assert by_number[against].correction is not None
    for cited in checked.citations:
        article = desk.article(cited.article_id, sha256=cited.article_sha256)
        assert article.text[cited.start : cited.end] == cited.quote


def test_what_may_not_be_known_yet_is_not_held_against_a_draft(desk: Desk) -> None:
    assert desk.check(DRAFT, last="2031-01-10").sentences[1].verdict == "not_found"


def test_an_empty_or_endless_draft_is_refused(desk: Desk) -> None:
    with pytest.raises(QuestionError, match="empty"):
        desk.check("  \n ")
    with pytest.raises(QuestionError, match="100,000 are read"):
        desk.check("A sentence. " * 9000)


def test_the_command_prints_verdicts_and_tells_a_contradiction_by_its_exit_code(
    sample_library: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "library"
    shutil.copytree(sample_library, folder)
    path = tmp_path / "draft.txt"
    path.write_text(DRAFT, encoding="utf-8")
    told = CliRunner().invoke(cli, ["check", str(path), "--library", str(folder)])
    assert told.exit_code == 1
    assert "✗ The one-day strike by dockworkers held up 22 vessels" in told.output
    assert "4 sentences: 1 supported, 1 said otherwise, 1 not found, 1 without a statement." in told.output
    as_json = CliRunner().invoke(cli, ["check", "-", "--json", "--library", str(folder)], input="Hello there.")
    assert json.loads(as_json.output)["sentences"][0]["verdict"] == "no_statement"
    assert as_json.exit_code == 0
