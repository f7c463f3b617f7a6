from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from index.caches.analysis import analyse, content_terms, question_terms
from index.text.unspaced import is_unspaced, pair_signs, says_something


def test_runs_become_pairs_and_all_else_stays() -> None:
    assert pair_signs("港口大桥 opens").split() == ["港口", "口大", "大桥", "opens"]
    assert pair_signs("第3号").split() == ["第", "3", "号"]
    assert pair_signs("ท่าเรือใหม่").split()[0] == "ท่"
    assert pair_signs("The bridge opens.") == "The bridge opens."


@given(st.text(alphabet="港口大桥ばしท่า a1.", max_size=30))
def test_no_sign_is_lost(text: str) -> None:
    assert set(text) - {" "} <= set(pair_signs(text))


def test_texts_and_questions_meet_at_pairs() -> None:
    held = set(analyse("港口大桥于星期一通车，全长六百米。", "zh"))
    assert {"大桥", "通车"} <= held & set(question_terms("大桥什么时候通车？", ["en", "zh"]))


def test_pairs_that_only_ask_or_bind_say_nothing() -> None:
    assert content_terms("大桥在哪里？", "zh") == ["大桥"]
    assert content_terms("橋の長さはどれくらいですか？", "ja") == ["橋の", "の長", "長さ"]
    assert says_something("bridge")
    assert not is_unspaced("bridge")


def test_languages_without_a_list_of_stop_words_are_analysed() -> None:
    for language in ("ar", "el", "ro", "ta", "tr", "xx"):
        assert content_terms("Port Almere", language)
