"""Two rankings become one: fair to both, and the same whatever the order of arrival."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.settings import SearchSettings
from rag.find.fusion import Signals, fuse_scores
from rag.find.fusion import fuse_ranks as fuse

SETTINGS = SearchSettings(rank_constant=60, meaning_weight=1.0)
RANKING = st.lists(st.integers(1, 40), unique=True, max_size=20)
IDS = [11, 22, 33]


def ids(fused: list[tuple[int, float]]) -> list[int]:
    return [number for number, _ in fused]


@pytest.mark.parametrize(
    ("words", "meaning", "expected"),
    [
        pytest.param([], [], [], id="nothing"),
        pytest.param([11, 22], [], [11, 22], id="words alone"),
        pytest.param([], [22, 11], [22, 11], id="meaning alone"),
        pytest.param([11, 22], [33, 22], [22, 11, 33], id="found by both comes first"),
        pytest.param([22], [11], [11, 22], id="equals by id"),
        pytest.param([11, 22, 33], [33, 22, 11], [11, 33, 22], id="two extremes beat two middles"),
        pytest.param([11, 22, 33], [11, 22, 33], [11, 22, 33], id="agreement is kept"),
    ],
)
def test_the_order_of_the_fusion(words: list[int], meaning: list[int], expected: list[int]) -> None:
    assert ids(fuse(words, meaning, settings=SETTINGS)) == expected


def test_the_score_is_the_published_formula() -> None:
    settings = SearchSettings(words_weight=2.0, meaning_weight=1.0, rank_constant=10)
    assert dict(fuse([11, 22], [22], settings=settings)) == pytest.approx({11: 2 / 11, 22: 2 / 12 + 1 / 11})


@pytest.mark.parametrize(("weight", "first"), [(0.5, 22), (2.0, 11)], ids=["meaning counts more", "words count more"])
def test_the_weight_of_the_words(weight: float, first: int) -> None:
    assert ids(fuse([11], [22], settings=SearchSettings(words_weight=weight, meaning_weight=1.0)))[0] == first


def test_reversing_one_ranking_changes_the_result() -> None:
    straight = fuse(IDS, IDS, settings=SETTINGS)
    assert fuse(IDS[::-1], IDS, settings=SETTINGS) != straight
    assert ids(fuse(IDS[::-1], IDS[::-1], settings=SETTINGS)) == IDS[::-1]


@given(RANKING, RANKING, st.randoms(use_true_random=False))
def test_the_same_ids_whatever_the_ranks(words: list[int], meaning: list[int], random: object) -> None:
    shuffled = random.sample(words, len(words))  # type: ignore[attr-defined]
    before, after = fuse(words, meaning, settings=SETTINGS), fuse(shuffled, meaning, settings=SETTINGS)
    assert set(ids(before)) == set(ids(after)) == {*words, *meaning}
    assert len(before) == len(set(ids(before)))


@given(RANKING, RANKING)
def test_with_equal_weights_the_two_searches_can_change_places(words: list[int], meaning: list[int]) -> None:
    assert dict(fuse(words, meaning, settings=SETTINGS)) == pytest.approx(dict(fuse(meaning, words, settings=SETTINGS)))


@given(RANKING, RANKING)
def test_scores_only_fall(words: list[int], meaning: list[int]) -> None:
    fused = fuse(words, meaning, settings=SETTINGS)
    assert fused == sorted(fused, key=lambda pair: (-pair[1], pair[0]))
    assert all(score > 0 for _, score in fused)


@given(RANKING.filter(bool), RANKING, st.data())
def test_a_better_rank_gives_a_better_score(words: list[int], meaning: list[int], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(words) - 1))
    better = data.draw(st.integers(0, place))
    moved = [number for number in words if number != words[place]]
    moved.insert(better, words[place])
    before = dict(fuse(words, meaning, settings=SETTINGS))[words[place]]
    after = dict(fuse(moved, meaning, settings=SETTINGS))[words[place]]
    assert after > before if better < place else after == before


@given(RANKING.filter(lambda ranking: len(ranking) > 1), RANKING)
def test_reversing_any_ranking_changes_the_scores(words: list[int], meaning: list[int]) -> None:
    assert dict(fuse(words, meaning, settings=SETTINGS)) != dict(fuse(words[::-1], meaning, settings=SETTINGS))


SCORES = SearchSettings(words_weight=1.0, article_weight=1.0, meaning_weight=1.0)
SIGNALS = st.builds(Signals, *[st.floats(0, 50)] * 2, *[st.floats(0, 1)] * 2)


def test_scores_are_shares_of_the_best_of_each_search() -> None:
    fused = fuse_scores(
        {1: Signals(words=10, article=4, meaning=0.6, timing=0.5), 2: Signals(words=5, article=8, meaning=0.3)},
        timing_weight=0.4,
        settings=SCORES,
    )
    assert fused == [(1, pytest.approx(1 + 0.5 + 1 + 0.2)), (2, pytest.approx(0.5 + 1 + 0.5))]


@pytest.mark.parametrize(
    ("weights", "first"),
    [
        pytest.param({"words_weight": 1, "article_weight": 0, "meaning_weight": 0}, 1, id="words"),
        pytest.param({"words_weight": 0, "article_weight": 1, "meaning_weight": 0}, 2, id="article"),
        pytest.param({"words_weight": 0, "article_weight": 0, "meaning_weight": 1}, 3, id="meaning"),
    ],
)
def test_a_search_alone_decides_alone(weights: dict[str, float], first: int) -> None:
    candidates = {1: Signals(words=9), 2: Signals(article=9), 3: Signals(meaning=0.9), 4: Signals(timing=1.0)}
    assert fuse_scores(candidates, timing_weight=0.0, settings=SearchSettings(**weights))[0][0] == first  # type: ignore[arg-type]
    assert fuse_scores(candidates, timing_weight=9.0, settings=SearchSettings(**weights))[0][0] == 4  # type: ignore[arg-type]


def test_nothing_gives_nothing_and_zeros_are_no_fault() -> None:
    assert fuse_scores({}, timing_weight=1.0, settings=SCORES) == []
    assert fuse_scores({7: Signals()}, timing_weight=1.0, settings=SCORES) == [(7, 0.0)]


@given(st.dictionaries(st.integers(1, 99), SIGNALS, min_size=1), st.floats(0, 2))
def test_every_candidate_is_kept_once_and_scores_only_fall(candidates: dict[int, Signals], weight: float) -> None:
    fused = fuse_scores(candidates, timing_weight=weight, settings=SCORES)
    assert sorted(number for number, _ in fused) == sorted(candidates)
    assert [score for _, score in fused] == sorted((score for _, score in fused), reverse=True)
    assert all(0 <= score <= 3 + weight + 1e-9 for _, score in fused)
