"""Versions laid over each other give both texts back, and editors' notes are recognised."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.articles import Article
from rag.record.revisions import editors_note, find_revisions, word_runs

STRIKE = "The strike held up 22 vessels on Wednesday.\n\nFerries kept running between the islands."

words = st.lists(st.sampled_from(["The ", "ferry ", "sank", ".", "\n", "\n\n", "34 ", "ünder ", "22"]), max_size=60)


@given(words.map("".join), words.map("".join))
def test_the_runs_give_both_texts_back(old: str, new: str) -> None:
    runs = word_runs(old, new)
    assert "".join(run.text for run in runs if run.change != "added") == old
    assert "".join(run.text for run in runs if run.change != "removed") == new


def test_only_what_changed_is_marked() -> None:
    runs = word_runs(STRIKE, STRIKE.replace("22", "34"))
    assert [(run.change, run.text) for run in runs if run.change != "kept"] == [("removed", "22"), ("added", "34")]


@pytest.mark.parametrize(
    ("text", "note"),
    [
        (f"{STRIKE}\n\nCorrection: An earlier version of this article gave 22 vessels.", "correction"),
        (f"CORRECTED (fixes the number in paragraph one)\n\n{STRIKE}", "correction"),
        (f"This story has been corrected to say 34.\n\n{STRIKE}", "correction"),
        (f"Editor's note: This article has been retracted.\n\n{STRIKE}", "retraction"),
        (f"{STRIKE}\n\nThe Quay Times has retracted this article.", "retraction"),
        (f"UPDATE: The strike is over.\n\n{STRIKE}", "update"),
        (f"{STRIKE}\n\nThis story has been updated.", "update"),
        (STRIKE, None),
        ("The senator retracted his words about the port. The firm corrected its forecast on Monday.", None),
        ("Markets expect a correction. The update of the register will take a year.", None),
    ],
)
def test_notes_of_editors(text: str, note: str | None) -> None:
    assert editors_note(text) == note


def test_a_note_is_told_of_the_version_that_brought_it() -> None:
    first = Article(
        id="a", version=1, text=STRIKE, sha256="", origin="a", reference="a.md", kind="text",
        fetched="2031-03-13T09:00:00Z", title="Strike",
    )  # fmt: skip
    corrected = STRIKE.replace("22", "34") + "\n\nCorrection: The number of vessels was wrong."
    second = replace(first, version=2, text=corrected, updated="2031-03-14")
    third = replace(second, version=3, title="Dock strike", updated="2031-03-15")
    revisions = find_revisions([first, second, third])
    assert [(each.version, each.day, each.note) for each in revisions] == [
        (2, "2031-03-14", "correction"),
        (3, "2031-03-15", None),
    ]
    assert revisions[1].facts == (("title", "Strike", "Dock strike"), ("updated", "2031-03-14", "2031-03-15"))
