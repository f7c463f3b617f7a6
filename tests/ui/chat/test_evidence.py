"""Evidence packs: for people, and for `citewire recheck`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rag.record.recheck import pack_answers, read_answers
from tests.ui.test_present import make_answer
from ui.chat.evidence import Form, write_evidence

HOSTILE = "--> <script>alert(1)</script> <!-- ${alert(2)} \\u003c --"


@pytest.mark.parametrize("form", ["html", "markdown"])
def test_a_pack_is_read_again_as_the_answers_it_holds(form: Form, tmp_path: Path) -> None:
    answers = [make_answer("The port closed."), make_answer(HOSTILE), make_answer("Nothing.", "no_evidence")]
    path = tmp_path / "pack"
    path.write_text(write_evidence(answers, title=HOSTILE, day="2031-06-12", form=form), encoding="utf-8")
    assert list(read_answers(path)) == answers


@pytest.mark.parametrize("form", ["html", "markdown"])
def test_a_pack_names_hash_day_and_place_of_every_quote(form: Form) -> None:
    answer = make_answer("The port closed.")
    written = write_evidence([answer], title="Port", day="2031-06-12", form=form)
    for cited in answer.citations:
        assert cited.article_sha256 in written
        assert f"characters {cited.start}-{cited.end}" in written


def test_nothing_hostile_is_markup_in_a_pack() -> None:
    written = write_evidence([make_answer(HOSTILE)], title=HOSTILE, day="2031-06-12", form="html")
    assert "<script" not in written
    assert written.count("-->") == 1
    assert "src=" not in written


def test_packed_answers_cannot_end_their_comment() -> None:
    answer = replace(make_answer("The port closed."), question=HOSTILE)
    packed = pack_answers([answer])
    assert packed.count("-->") == 1
    assert packed.count("--") == 2
