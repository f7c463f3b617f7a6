"""The two scores: what is read, when a model is asked, and judgements that must never flip."""

from __future__ import annotations

import multiprocessing
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from index.articles import Article, Span
from index.errors import ModelDamaged, ModelMissing
from index.models.registry import find_model, hash_file, home_of
from index.settings import Settings, VerifySettings
from rag.answer_types import Candidate, Draft, Message, Sentence, Withheld
from rag.models.cross_encoder import JUDGES, CrossEncoder
from rag.models.reader import Reading
from rag.odds import log_odds
from rag.query_types import Part
from rag.trust.answer_features import figures_absent, takes_month_for_word
from rag.trust.judge import Judge, regression
from rag.trust.verify import verify_sentence
from tests.rag.questions_for_tests import asked
from tests.rag.quotes_for_tests import make_quote

ANSWERING, SUPPORTING = (CrossEncoder("judge", file, Settings().models) for file in JUDGES)


@dataclass
class ScriptedReader:
    """Gives a pair the logit of the first scripted words that its second text holds; records what it read."""

    logits: dict[str, float]
    read: list[tuple[str, str]] = field(default_factory=list)

    def load(self) -> None: ...

    def close(self) -> None: ...

    def score(self, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.float32]:
        self.read += pairs
        found = [next((value for words, value in self.logits.items() if words in second), -5.0) for _, second in pairs]
        return np.array(found, dtype=np.float32)


@dataclass
class ScriptedModel:
    name = "scripted"
    probability: float | None
    asked: list[Sequence[Message]] = field(default_factory=list)

    def probability_yes(self, messages: Sequence[Message]) -> float | None:
        self.asked.append(messages)
        return self.probability


@dataclass
class CloseReader:
    """Reads a pair as the first scripted words that its second text holds say; records what it read."""

    entailed: dict[str, float]
    pairs: list[tuple[str, str]] = field(default_factory=list)

    def load(self) -> None: ...

    def close(self) -> None: ...

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[Reading]:
        self.pairs += pairs
        found = [
            next((value for words, value in self.entailed.items() if words in second), 0.05) for _, second in pairs
        ]
        return [Reading(8 * value - 4, value, 0.0, 1 - value, None, 8 * value - 4) for value in found]


def make_judge(
    *,
    answering: ScriptedReader | CrossEncoder = ANSWERING,
    supporting: ScriptedReader | CrossEncoder = SUPPORTING,
    model: ScriptedModel | None = None,
    doubtful: tuple[float, float] = (0.2, 0.9),
    reader: CloseReader | None = None,
) -> Judge:
    return Judge(
        rarity=lambda word: 1.0,
        answering=answering,
        supporting=supporting,
        model=model,
        doubtful=doubtful,
        reader=reader,
    )


def make_candidate(text: str, *, title: str = "Ports in the news") -> Candidate:
    article = Article(
        id="a",
        version=1,
        text=text,
        sha256="0" * 64,
        origin="a",
        reference="a.md",
        kind="markdown",
        fetched="2031-03-14T09:00:00Z",
        title=title,
        published="2031-03-14",
    )
    return Candidate(article, Span(0, len(text)), text, title, text)


@pytest.mark.parametrize(
    ("question", "absent"),
    [("What happened to the 412 crates?", True), ("What happened to the 36 crates?", False), ("What happened?", False)],
)
def test_a_figure_of_the_question_that_stands_nowhere_is_absent(question: str, absent: bool) -> None:
    assert figures_absent(question, make_candidate("A ship lost 36 crates.")) is absent


def test_the_weights_are_those_of_the_registry() -> None:
    model = find_model("judge")
    home = home_of(model, Path("nowhere"))
    assert {file: hash_file(home / file) for file in model.files} == {
        file: facts.sha256 for file, facts in model.files.items()
    }
    assert model.size <= 50e6


def test_every_score_has_its_regression() -> None:
    for name in ("answers_cheaply", "answers", "supports", "supports_asked"):
        assert regression(name).weights
    assert regression("answers").weights["judge"] > 0
    assert regression("supports_asked").weights["model"] > 0


def test_a_pair_is_scored_as_if_it_were_alone() -> None:
    pairs = [("When did it leave?", "The ferry left at noon."), ("Who won?", "Rain fell all day in the capital. " * 9)]
    together = SUPPORTING.score(pairs)
    alone = np.concatenate([SUPPORTING.score([pair]) for pair in pairs])
    assert np.array_equal(together, alone)
    assert np.array_equal(together, SUPPORTING.score(pairs[::-1])[::-1])


def test_scores_are_the_same_on_every_processor() -> None:
    """On one without VNNI, sums of 8-bit products overflow unless ONNX Runtime is told to avoid it: 0.74 came out here."""
    march = "About 12,000 people walked through the centre of Santa Ruela on Sunday to protest against the sale of the canal "
    march += "ports, according to the city police."
    question = "How many people marched against the port sale in Santa Ruela, according to the Meridian Post?"
    assert ANSWERING.score([(question, march)])[0] == pytest.approx(1.494, abs=0.02)


def test_nothing_and_very_much_can_be_scored() -> None:
    assert ANSWERING.score([]).shape == (0,)
    assert np.isfinite(ANSWERING.score([("", ""), ("why " * 900, "because " * 9000)])).all()


def test_other_weights_than_the_registry_names_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    model = find_model("judge")
    home = home_of(model, tmp_path)
    for file in model.files:
        (tmp_path / file).write_bytes((home / file).read_bytes())
    monkeypatch.setattr("index.models.registry.home_of", lambda *_: tmp_path)
    flipped = bytearray((tmp_path / JUDGES[0]).read_bytes())
    flipped[1000] ^= 1
    (tmp_path / JUDGES[0]).write_bytes(flipped)
    with pytest.raises(ModelDamaged, match=r"answers\.onnx.*sha256 differs"):
        CrossEncoder("judge", JUDGES[0], tmp_path).load()
    (tmp_path / JUDGES[0]).unlink()
    with pytest.raises(ModelMissing, match="is not on this machine"):
        CrossEncoder("judge", JUDGES[0], tmp_path).load()


def test_a_forked_child_loads_its_own() -> None:
    """The threads of the parent do not come along: without that the child would wait for them for ever."""
    pair = ("How many vessels waited?", "Some 34 vessels waited.")
    wanted = float(ANSWERING.score([pair])[0])
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    child = context.Process(target=lambda: theirs.send(float(ANSWERING.score([pair])[0])))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 warns of every fork beside threads
        child.start()
    assert ours.poll(60)
    assert ours.recv() == pytest.approx(wanted)
    child.join(10)


def test_the_sentence_that_answers_scores_above_one_that_only_shares_words() -> None:
    candidates = [
        make_candidate("The strike of dockers at Port Almere was called by the union of dockers."),
        make_candidate("It held up 34 vessels for two days."),
        make_candidate("Grain prices were unchanged in the capital."),
    ]
    scores = make_judge().answers(asked("How many vessels did the strike of dockers hold up?"), candidates)
    assert scores[1] > max(scores[0], scores[2])
    assert all(0.0 <= score <= 1.0 for score in scores)


def test_only_the_nearest_candidates_are_read() -> None:
    reader = ScriptedReader({"34 vessels": 4.0})
    candidates = [make_candidate(f"Sentence {number} is about the weather.") for number in range(60)]
    candidates.append(make_candidate("The strike held up 34 vessels."))
    scores = make_judge(answering=reader).answers(asked("How many vessels did the strike hold up?"), candidates)
    assert len(reader.read) == 40
    assert max(range(61), key=scores.__getitem__) == 60
    assert scores.count(0.0) == 21


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        pytest.param("How many vessels did the strike of 2027 hold up?", "It held up 34 vessels.", id="another year"),
        pytest.param("How many vessels did the strike hold up?", "It held up a great deal of ore.", id="no number"),
        pytest.param(
            "How many of the 34 vessels did the strike hold up?", "The strike held up 34 vessels.", id="an echo"
        ),
    ],
)
def test_what_the_reader_overlooks_halves_the_score(question: str, sentence: str) -> None:
    reader = ScriptedReader({"": 9.0})
    judge = make_judge(answering=reader)
    (faulty,) = judge.answers(asked(question), [make_candidate(sentence)])
    (right,) = judge.answers(
        asked("How many vessels did the strike hold up?"),
        [make_candidate("It held up 34 vessels off the northern breakwater for two days.")],
    )
    assert right > 0.9
    assert faulty <= 0.5


def test_no_candidates_no_scores() -> None:
    assert make_judge().answers(asked("Who?"), []) == []


def test_a_model_is_asked_in_the_doubtful_middle_only() -> None:
    reader = ScriptedReader({"sure": 30.0, "middle": 0.0, "never": -30.0})
    model = ScriptedModel(0.99)
    judge = make_judge(supporting=reader, model=model, doubtful=(0.05, 0.999))
    sure, never = (judge.support("It closed.", [make_quote(1, text)]) for text in ("It is sure.", "It never closed."))
    assert model.asked == []
    assert (sure or 0) > 0.9 > 0.1 > (never or 0)
    high = judge.support("It closed.", [make_quote(1, "In the middle.")])
    model.probability = 0.01
    low = judge.support("It closed.", [make_quote(1, "In the middle.")])
    assert len(model.asked) == 2
    assert (high or 0) > (low or 0)


def test_a_model_that_gives_no_probability_changes_nothing() -> None:
    reader = ScriptedReader({"middle": 0.0})
    quotes = [make_quote(1, "In the middle.")]
    alone = make_judge(supporting=reader).support("It closed.", quotes)
    asked = make_judge(supporting=reader, model=ScriptedModel(None), doubtful=(0.0, 1.0)).support("It closed.", quotes)
    assert alone == asked


@pytest.mark.parametrize("probability", [0.0, 0.5, 1.0])
def test_log_odds_stay_finite(probability: float) -> None:
    assert abs(log_odds(probability)) < 10


# Each quote with a sentence that it supports and one that it does not. None of these may ever flip.
NEVER_FLIPS = [
    ("The bank said on Monday that inflation rose to 4.1 percent in March.", "Inflation rose in March.", "Inflation fell in March."),
    ("Divers found 34 vessels in the harbour on Monday.", "Divers found 34 vessels.", "Divers found 22 vessels."),
    ("Brantholm bought the port of Almere from Lam Tai for $2 billion.", "Brantholm bought the port from Lam Tai.", "Lam Tai bought the port from Brantholm."),
    ("The assembly approved the sale by 61 votes to 40.", "The assembly approved the sale.", "The assembly rejected the sale."),
    ("Mayor Ana Lind said the bridge will open in May.", "The bridge will open in May, Ana Lind said.", "The bridge will not open in May, Ana Lind said."),
    ("The court convicted Rada Quill of fraud on Tuesday.", "Rada Quill was convicted of fraud.", "Rada Quill was acquitted of fraud."),
]  # fmt: skip


@pytest.mark.parametrize(("quote", "true", "false"), NEVER_FLIPS, ids=[row[1] for row in NEVER_FLIPS])
def test_judgements_that_never_flip(quote: str, true: str, false: str) -> None:
    quotes = [make_quote(1, quote)]
    judge = make_judge()
    kept = verify_sentence(Draft(true, (1,)), quotes, scorer=judge, settings=VerifySettings())
    assert isinstance(kept, Sentence), kept
    dropped = verify_sentence(Draft(false, (1,)), quotes, scorer=judge, settings=VerifySettings())
    assert isinstance(dropped, Withheld), dropped
    assert (judge.support(true, quotes) or 0) > (judge.support(false, quotes) or 0)


def test_a_reader_reads_the_best_six_and_decides_among_them() -> None:
    texts = [f"The ferry left pier {number} at noon." for number in range(30)]
    reader = CloseReader({"pier 4 ": 0.95})
    judge = make_judge(answering=ScriptedReader({"ferry": 2.0}), reader=reader)
    scores = judge.answers(asked("When did the ferry leave?"), [make_candidate(text) for text in texts])
    assert len(reader.pairs) == 6
    assert max(range(30), key=scores.__getitem__) == 4
    without = make_judge(answering=ScriptedReader({"ferry": 2.0}))
    assert len(set(without.answers(asked("When did the ferry leave?"), [make_candidate(text) for text in texts]))) < 6


def test_what_was_read_is_remembered_and_support_rests_on_it() -> None:
    reader = CloseReader({"left": 0.95, "stayed": 0.02})
    judge = make_judge(supporting=ScriptedReader({"ferry": 1.0}), reader=reader)
    left, stayed = make_quote(1, "The ferry left."), make_quote(2, "The ferry stayed.")
    assert (judge.support("It left.", [left]) or 0) > 0.8 > 0.5 > (judge.support("It left.", [stayed]) or 0)
    judge.support("It left.", [left])
    assert reader.pairs == [("It left.", "The ferry left."), ("It left.", "The ferry stayed.")]


def test_without_a_reader_nothing_is_read_closely() -> None:
    assert make_judge().read([("It left.", "The ferry left.")]) is None


@pytest.mark.parametrize(
    ("question", "sentence", "mistaken"),
    [
        ("How big was the march?", "Inflation fell to 5.9 percent in March.", True),
        ("How big was the march?", "The march drew 12,000 people.", False),
        ("How big was the march of March 23?", "In March the march drew 12,000 people.", False),
        ("What was the rate in March?", "The rate was 8.25 percent in March.", False),
        ("What may happen next?", "The next meeting is on May 8.", True),
    ],
)
def test_a_month_is_no_march(question: str, sentence: str, *, mistaken: bool) -> None:
    assert takes_month_for_word(question, sentence) is mistaken


def test_a_reader_is_asked_what_a_part_wants() -> None:
    candidates = [make_candidate("The ferry left at noon."), make_candidate("The captain was rescued on Sunday.")]
    part = Part("Was the captain rescued?", "Was the captain rescued?")
    reader = CloseReader({"captain": 0.97})
    judge = make_judge(reader=reader)
    assert judge.answers(replace(part, read="nothing"), candidates) == make_judge().answers(part, candidates)
    assert reader.pairs == []
    of_states = judge.answers(replace(part, read="states"), candidates)
    assert of_states[1] > of_states[0]
    assert {second for _, second in reader.pairs} == {candidate.text for candidate in candidates}


def test_judge_and_reader_count_the_same() -> None:
    part, candidates = (
        Part("Who was rescued?", "Who was rescued?"),
        [make_candidate("The captain was rescued on Sunday.")],
    )
    (alone,) = make_judge().answers(part, candidates)
    (denied,) = make_judge(reader=CloseReader({"captain": 0.0})).answers(part, candidates)
    (confirmed,) = make_judge(reader=CloseReader({"captain": 1.0})).answers(part, candidates)
    assert denied < confirmed
    assert denied < alone
