"""Formats that others use: there and back, their limits, and what is malformed."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import EvaluationError
from rag.evaluate.cases import Case
from rag.evaluate.formats.cited import Limits, RunDetails, count_words, fit_record, make_record
from rag.evaluate.formats.documents import add_documents, parse_documents
from rag.evaluate.formats.nuggetizer import NuggetRow, parse_nuggets, score_assignments, write_nuggets
from rag.evaluate.formats.ragas import parse_samples, write_samples
from rag.evaluate.formats.trec_eval import parse_qrels, parse_ranking, write_qrels, write_ranking
from rag.evaluate.formats.trec_rag import parse_run, write_run
from rag.evaluate.formats.trec_reports import parse_reports, write_reports
from rag.evaluate.formats.written import Parsed, Written
from rag.evaluate.nuggets import Nugget
from rag.evaluate.records import CitedSentence, Pointer, Record, Source, to_record, to_row

RUN = RunDetails("harbour", "harbour-1", "Answers over harbour news.")
FERRY = Record(
    id="ferry",
    question="When did the ferry leave?",
    sentences=(CitedSentence("The ferry left at noon.", (1, 2)), CitedSentence("Nobody was hurt.", (2,))),
    pointers=(
        Pointer(n=1, source="quay-1", quote="left at noon"),
        Pointer(n=2, source="quay-2", quote="left at noon, with nobody hurt"),
    ),
)
REFUSAL = Record(id="hockey", question="Who won the cup?")


def rows(written: Written) -> list[dict[str, Any]]:
    found = [json.loads(line) for line in written.content.decode().splitlines()]
    assert len(found) == written.rows
    return found


def lines(*objects: Any) -> bytes:
    return "\n".join(json.dumps(each) for each in objects).encode()


def told(record: Record) -> list[tuple[str, list[str]]]:
    """Sentences with the documents they cite."""
    sources = {pointer.n: pointer.source for pointer in record.pointers}
    return [(each.text, list(dict.fromkeys(sources[n] for n in each.citations))) for each in record.sentences]


# Runs of TREC: one shape of test for every track.

Write = Callable[..., Written]
Parse = Callable[[bytes, str], Parsed[Record]]
TRACKS: dict[str, tuple[Write, Parse]] = {
    "rag 2026": (lambda *a, **k: write_run(*a, year=2026, **k), lambda c, n: parse_run(c, n, year=2026)),
    "rag 2025": (lambda *a, **k: write_run(*a, year=2025, **k), lambda c, n: parse_run(c, n, year=2025)),
    "ragtime": (
        lambda *a, **k: write_reports(*a, track="RAGTIME 2026", **k),
        lambda c, n: parse_reports(c, n, track="RAGTIME 2026"),
    ),
    "dragun": (
        lambda *a, **k: write_reports(*a, track="DRAGUN 2025", **k),
        lambda c, n: parse_reports(c, n, track="DRAGUN 2025"),
    ),
}
SENTENCE = st.tuples(st.text(min_size=1, max_size=30).filter(str.strip), st.lists(st.integers(1, 9), max_size=3))
RECORDS = st.lists(SENTENCE, max_size=6).map(
    lambda sentences: Record(
        id="t",
        question="q",
        sentences=tuple(CitedSentence(text, tuple(numbers)) for text, numbers in sentences),
        pointers=tuple(Pointer(n=n, source=f"d{n % 7}") for n in range(1, 10)),
    )
)


@pytest.mark.parametrize("track", TRACKS)
@given(record=RECORDS)
def test_a_run_read_back_says_and_cites_the_same(track: str, record: Record) -> None:
    write, parse = TRACKS[track]
    written = write([record], RUN)
    (back,) = parse(written.content, "run").things
    assert written.dropped == ()
    assert back.id == "t"
    assert told(back) == told(record)


@pytest.mark.parametrize("track", TRACKS)
def test_a_refusal_is_an_empty_answer(track: str) -> None:
    write, parse = TRACKS[track]
    assert parse(write([REFUSAL], RUN).content, "run").things[0].sentences == ()


@pytest.mark.parametrize("track", TRACKS)
def test_a_topic_stands_once(track: str) -> None:
    write, parse = TRACKS[track]
    with pytest.raises(EvaluationError, match=r"Line 2 of 'run' .*'ferry', which stands above"):
        parse(write([FERRY, FERRY], RUN).content, "run")


def test_the_form_of_2026() -> None:
    assert rows(write_run([FERRY], RUN, year=2026)) == [
        {
            "metadata": {
                "team_id": "harbour",
                "narrative_id": "ferry",
                "narrative": "When did the ferry leave?",
                "run_id": "harbour-1",
                "run_desc": "Answers over harbour news.",
            },
            "references": ["quay-1", "quay-2"],
            "answer": [
                {"text": "The ferry left at noon.", "citations": [0, 1]},
                {"text": "Nobody was hurt.", "citations": [1]},
            ],
        }
    ]


def test_the_form_of_2025() -> None:
    (row,) = rows(write_run([FERRY], RunDetails("harbour", "an identifier of any length", type="manual"), year=2025))
    assert row["metadata"] == {
        "team_id": "harbour",
        "run_id": "an identifier of any length",
        "type": "manual",
        "narrative_id": "ferry",
        "narrative": "When did the ferry leave?",
    }


def test_the_form_of_ragtime() -> None:
    (row,) = rows(write_reports([FERRY], RUN, track="RAGTIME 2026"))
    assert row["metadata"]["topic_id"] == "ferry"
    assert row["responses"][0] == {"text": "The ferry left at noon.", "citations": ["quay-1", "quay-2"]}
    assert row["references"] == ["quay-1", "quay-2"]


def test_the_form_of_dragun() -> None:
    (row,) = rows(write_reports([FERRY], RUN, track="DRAGUN 2025"))
    assert set(row) == {"metadata", "responses"}
    assert row["metadata"] == {
        "team_id": "harbour",
        "run_id": "harbour-1",
        "topic_id": "ferry",
        "type": "automatic",
        "use_starter_kit": 0,
    }


@pytest.mark.parametrize("run_id", ["x" * 21, ".first", "two words", "naïve", "new\n"])
def test_a_run_id_that_the_track_does_not_take(run_id: str) -> None:
    with pytest.raises(EvaluationError, match="at most 20 letters"):
        write_run([FERRY], RunDetails("harbour", run_id, "d"), year=2026)


@pytest.mark.parametrize(
    ("run", "message"),
    [
        (RunDetails("", "r", "d"), "--team"),
        (RunDetails("t", " ", "d"), "--run-id"),
        (RunDetails("t", "r"), "description"),
    ],
)
def test_a_run_says_who_made_it_and_how(run: RunDetails, message: str) -> None:
    with pytest.raises(EvaluationError, match=message):
        write_run([FERRY], run, year=2026)


def test_an_answer_without_its_narrative_is_refused() -> None:
    with pytest.raises(EvaluationError, match="'ferry' has no question"):
        write_run([make_record("ferry", "", [], [])], RUN, year=2026)


def test_documents_are_called_as_told() -> None:
    (row,) = rows(write_run([FERRY], RUN, year=2026, name_of={"quay-1": "one", "quay-2": "one"}.__getitem__))
    assert row["references"] == ["one"]
    assert [each["citations"] for each in row["answer"]] == [[0], [0]]


# Limits.


def record(*sentences: tuple[str, list[int]]) -> Record:
    return Record(
        id="t",
        question="q",
        sentences=tuple(CitedSentence(text, tuple(numbers)) for text, numbers in sentences),
        pointers=tuple(Pointer(n=n, source=f"d{n}") for n in range(1, 10)),
    )


def test_a_fourth_citation_is_left_out_and_told() -> None:
    written = write_run([record(("It left.", [4, 3, 2, 1]))], RUN, year=2026)
    (row,) = rows(written)
    assert row["references"] == ["d4", "d3", "d2"]
    assert [(each.id, each.reason) for each in written.dropped] == [
        ("t", "sentence 1: d1 left out of 4 documents, at most 3 a sentence")
    ]


def test_2025_takes_any_number_of_citations() -> None:
    assert write_run([record(("It left.", [4, 3, 2, 1]))], RUN, year=2025).dropped == ()


@pytest.mark.parametrize(("track", "most"), [("rag 2026", 1024), ("rag 2025", 400), ("dragun", 250)])
def test_sentences_beyond_the_words_are_cut_off_and_told(track: str, most: int) -> None:
    write, parse = TRACKS[track]
    full = ("word " * (most - 1) + "word.", [1])
    written = write([record(full, ("One more.", [2]))], RUN)
    (back,) = parse(written.content, "run").things
    assert told(back) == [(full[0], ["d1"])]
    assert written.dropped[0].reason == f"the last 1 of 2 sentences: {most + 2:,} words, at most {most:,}"


def test_ragtime_counts_characters_where_it_is_told_how_many() -> None:
    long = record(("abcd", [1]), ("efgh", [1]))
    assert write_reports([long], RUN, track="RAGTIME 2026").dropped == ()
    assert write_reports([long], RUN, track="RAGTIME 2026", length=9).dropped == ()
    (dropped,) = write_reports([long], RUN, track="RAGTIME 2026", length=8).dropped
    assert dropped.reason == "the last 1 of 2 sentences: 9 characters, at most 8"


def test_a_length_is_never_longer_than_the_track_takes() -> None:
    long = record(("word " * 300, [1]))
    assert write_reports([long], RUN, track="DRAGUN 2025", length=1000).dropped


def test_references_beyond_the_limit_are_left_out_everywhere() -> None:
    fitted = fit_record(record(("A.", [1, 2]), ("B.", [3]), ("C.", [2, 3])), Limits(references=2))
    assert fitted.references == ("d1", "d2")
    assert [each.documents for each in fitted.sentences] == [("d1", "d2"), (), ("d2",)]
    assert fitted.dropped[0].reason == "1 of 3 documents, at most 2 an answer"


def test_what_points_nowhere_or_says_nothing_is_told() -> None:
    fitted = fit_record(record(("A.", [1, 99]), (" ", [1])), Limits())
    assert [each.reason for each in fitted.dropped] == [
        "sentence 1: [99] points at no document",
        "sentence 2 is empty",
    ]
    assert [each.text for each in fitted.sentences] == ["A."]


@given(RECORDS, st.integers(1, 20), st.integers(1, 3), st.integers(1, 4))
def test_a_fitted_answer_is_within_all_limits(record: Record, words: int, citations: int, references: int) -> None:
    fitted = fit_record(record, Limits(words=words, citations=citations, references=references))
    assert count_words(each.text for each in fitted.sentences) <= words
    assert all(len(each.documents) <= citations for each in fitted.sentences)
    assert len(fitted.references) <= references
    assert {name for each in fitted.sentences for name in each.documents} <= set(fitted.references)
    assert [each.text for each in fitted.sentences] == [each.text for each in record.sentences][: len(fitted.sentences)]


# Reading runs of others.

GOOD: dict[str, Any] = {
    "metadata": {
        "team_id": "t",
        "run_id": "r",
        "type": "automatic",
        "narrative_id": 7,
        "narrative": "Why?",
        "prompt": "p",
    },
    "references": ["a", "b"],
    "answer": [{"text": "One.", "citations": [1, 0]}, {"text": "Two.", "citations": ["b", "c"]}],
}


def test_positions_and_names_of_documents_are_read() -> None:
    (read,) = parse_run(lines(GOOD), "run", year=2025).things
    assert (read.id, read.question) == ("7", "Why?")
    assert told(read) == [("One.", ["b", "a"]), ("Two.", ["b", "c"])]
    assert {pointer.source: pointer.n for pointer in read.pointers} == {"a": 1, "b": 2, "c": 3}


def test_a_position_outside_of_the_references_points_nowhere() -> None:
    read = make_record("t", "q", [("One.", [0, 5]), ("Two.", ["new"])], ["a"])
    assert read.sentences[0].citations == (1, 6)
    assert {pointer.n: pointer.source for pointer in read.pointers} == {1: "a", 7: "new"}
    assert read.sentences[1].citations == (7,)


def test_references_that_nothing_cites_are_no_pointers() -> None:
    assert [each.source for each in make_record("t", "q", [("One.", [1])], ["a", "b", "c"]).pointers] == ["b"]


def test_scored_documents_are_read_best_first() -> None:
    row = {
        "metadata": {"team_id": "t", "run_id": "r", "topic_id": "7"},
        "responses": [{"text": "One.", "citations": {"a": 0.2, "b": 0.9}}, {"text": "Two.", "citations": {}}],
    }
    (read,) = parse_reports(lines(row), "run", track="RAGTIME 2026").things
    assert told(read) == [("One.", ["b", "a"]), ("Two.", [])]


def test_what_goes_beyond_the_track_is_read_whole_and_told() -> None:
    row = {**GOOD, "answer": [{"text": "word " * 401, "citations": [0]}]}
    parsed = parse_run(lines(row), "run", year=2025)
    assert len(parsed.things[0].sentences) == 1
    assert "401 words, at most 400" in parsed.notes[0]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"answer": "One."}, r"Line 2 of 'run.jsonl' is no answer of TREC RAG 2025: Expected `array`, got `str`"),
        ({"answer": [{"text": "One.", "citations": [-1]}]}, "Line 2"),
        ({"answer": [{"text": "One.", "citations": [True]}]}, "Line 2"),
        ({"answer": [{"text": "One."}]}, "citations"),
        ({"references": [1]}, "references"),
        ({"metadata": {**GOOD["metadata"], "type": "auto"}}, "auto"),
        ({"metadata": {"run_id": "r"}}, "team_id"),
    ],
)
def test_a_malformed_run_is_refused(change: dict[str, Any], message: str) -> None:
    first = {**GOOD, "metadata": {**GOOD["metadata"], "narrative_id": 6}}
    with pytest.raises(EvaluationError, match=message):
        parse_run(lines(first, {**GOOD, **change}), "run.jsonl", year=2025)


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(EvaluationError, match="Line 1"):
        parse_run(b'{"metadata": "\xff"}', "run", year=2026)


# Documents.


def test_documents_are_put_to_the_answers_that_cite_them() -> None:
    content = lines({"id": "quay-1", "text": "It left at noon."}, {"docid": "other", "segment": "Else."})
    (filled,), missing = add_documents([FERRY], parse_documents(content, "documents"))
    assert [source.id for source in filled.sources] == ["quay-1"]
    assert missing == 1


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([{"text": "No id."}], "Line 1 of 'd' has the id None"),
        ([{"id": "a"}], "no words"),
        ([{"id": "a", "text": "One."}, {"id": "a", "text": "Two."}], "Line 2 of 'd' gives 'a' other words"),
        ([["a"]], "is no document"),
    ],
)
def test_malformed_documents_are_refused(rows: list[Any], message: str) -> None:
    with pytest.raises(EvaluationError, match=message):
        parse_documents(lines(*rows), "d")


# Records as rows.


@given(RECORDS)
def test_a_record_is_read_back_as_it_was(record: Record) -> None:
    filled, _ = add_documents([record], {"d1": Source(id="d1", text="Words.", title="T")})
    row = json.loads(json.dumps(to_row_as_object(filled[0])))
    assert to_record(row, identifier="1") == filled[0]


def to_row_as_object(record: Record) -> Any:
    import msgspec

    return msgspec.to_builtins(to_row(record))


# Nuggets.

CASE = Case(
    id="ferry",
    question="When did the ferry leave?",
    answers=("noon", "12 o'clock"),
    quotes=("left at noon",),
    nuggets=(
        Nugget(texts=("at 12", "at noon")),
        Nugget(texts=("for the island",)),
        Nugget(texts=("nobody was hurt",), importance="okay"),
    ),
)


def test_nuggets_are_assigned_and_scored() -> None:
    written = write_nuggets([CASE, Case(id="plain", question="q")], {"ferry": FERRY, "plain": FERRY, "odd": FERRY})
    (row,) = rows(written)
    assert [each["assignment"] for each in row["nuggets"]] == ["support", "not_support", "support"]
    assert (row["qid"], row["query"], row["response_length"]) == ("ferry", CASE.question, 8)
    assert (row["strict_vital_score"], row["vital_score"]) == (0.5, 0.5)
    assert row["strict_all_score"] == row["all_score"] == pytest.approx(2 / 3)
    assert {each.id: each.reason for each in written.dropped} == {
        "plain": "the case has no nuggets",
        "odd": "no case has this id",
    }
    assert "strict_vital 0.500, vital 0.500, strict_all 0.667, all 0.667" in written.notes[0]


def test_a_case_without_an_answer_is_told() -> None:
    written = write_nuggets([CASE], {})
    assert (written.rows, written.notes) == (0, ())
    assert written.dropped[0].reason == "it has no answer"


@given(
    st.lists(
        st.builds(
            Nugget,
            texts=st.lists(st.text(min_size=1, max_size=9), min_size=1, max_size=3).map(tuple),
            importance=st.sampled_from(["vital", "okay"]),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_nuggets_are_read_back_as_they_were(nuggets: list[Nugget]) -> None:
    case = Case(id="c", question="q", nuggets=tuple(nuggets))
    assert parse_nuggets(write_nuggets([case], {"c": FERRY}).content, "n").things == (case,)


def test_partial_support_counts_half_where_it_is_not_strict() -> None:
    nuggets = [
        NuggetRow(text="a", importance="vital", assignment="partial_support"),
        NuggetRow(text="b", importance="okay", assignment="support"),
    ]
    assert score_assignments(nuggets) == {
        "strict_vital_score": 0.0,
        "vital_score": 0.5,
        "strict_all_score": 0.5,
        "all_score": 0.75,
    }
    assert set(score_assignments([]).values()) == {0.0}


def test_a_nugget_of_unknown_importance_is_left_out_and_told() -> None:
    row = {
        "query": "q",
        "qid": 3,
        "nuggets": [{"text": "x", "importance": "failed"}, {"text": "y", "importance": "okay"}],
    }
    parsed = parse_nuggets(lines(row), "n")
    assert [nugget.texts for nugget in parsed.things[0].nuggets] == [("y",)]
    assert parsed.dropped[0].reason == "the nugget 'x': its importance is not known"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([{"query": "q", "qid": "1", "nuggets": [{"text": "x", "importance": "high"}]}], "Line 1 of 'n' .*high"),
        ([{"query": "q", "qid": "1", "nuggets": []}] * 2, "Line 2 of 'n' has the qid '1'"),
        ([{"qid": "1", "nuggets": []}], "query"),
    ],
)
def test_malformed_nuggets_are_refused(rows: list[Any], message: str) -> None:
    with pytest.raises(EvaluationError, match=message):
        parse_nuggets(lines(*rows), "n")


# Samples of ragas.


def test_a_sample_has_the_cited_words_and_the_right_answer() -> None:
    (row, empty) = rows(write_samples([FERRY, REFUSAL], {"ferry": CASE}))
    assert row == {
        "user_input": "When did the ferry leave?",
        "retrieved_contexts": ["left at noon", "left at noon, with nobody hurt"],
        "response": "The ferry left at noon. Nobody was hurt.",
        "reference": "noon",
        "reference_contexts": ["left at noon"],
    }
    assert empty == {"user_input": "Who won the cup?", "retrieved_contexts": [], "response": ""}


def test_parts_that_an_answer_must_all_hold_are_all_the_reference() -> None:
    case = Case(id="ferry", question="q", answers=("noon", "Monday"), match="all")
    assert rows(write_samples([FERRY], {"ferry": case}))[0]["reference"] == "noon; Monday"


def test_words_that_are_not_there_are_told() -> None:
    bare = make_record("t", "q", [("One.", [0])], ["a"])
    written = write_samples([bare], {})
    assert rows(written)[0]["retrieved_contexts"] == []
    assert written.dropped[0].reason == "[1]: the words are not in the file"


WORDS = st.lists(st.sampled_from(["ferry", "noon", "harbour", "crew", "left"]), min_size=2, max_size=6)


@given(st.lists(st.tuples(WORDS, st.lists(st.integers(1, 4), unique=True, min_size=1)), min_size=1, max_size=5))
def test_a_marked_sample_read_back_says_and_cites_the_same(sentences: list[tuple[list[str], list[int]]]) -> None:
    answer = Record(
        id="1",
        question="q",
        sentences=tuple(CitedSentence(f"The {' '.join(words)}.", tuple(cited)) for words, cited in sentences),
        pointers=tuple(Pointer(n=n, source=f"s{n}", quote=f"words {n}") for n in range(1, 5)),
    )
    (back,) = parse_samples(write_samples([answer], {}, markers=True).content, "s").things
    contexts = {source.id: source.text for source in back.sources}
    quoted = {pointer.n: contexts[pointer.source] for pointer in back.pointers}
    assert [(each.text, [quoted[n] for n in each.citations]) for each in back.sentences] == [
        (each.text, [f"words {n}" for n in each.citations]) for each in answer.sentences
    ]


def test_without_markers_each_sentence_rests_on_all_contexts() -> None:
    row = {"user_input": "q", "retrieved_contexts": ["a", "b"], "response": "It left at noon. Nobody was hurt."}
    parsed = parse_samples(lines(row, {"user_input": "q", "reference": "r"}), "s")
    assert [each.citations for each in parsed.things[0].sentences] == [(1, 2), (1, 2)]
    assert [(each.id, each.reason) for each in parsed.dropped] == [("2", "the sample has no response")]


def test_a_sample_of_several_turns_is_refused() -> None:
    with pytest.raises(EvaluationError, match="Line 1 of 's' is no sample of ragas: Expected `str`, got `array`"):
        parse_samples(lines({"user_input": [{"content": "q"}], "response": "r"}), "s")


# Qrels and runs of six columns.

NAME = st.text(st.characters(codec="utf-8", exclude_categories=("Z", "C")), min_size=1, max_size=8)


@given(st.dictionaries(NAME, st.lists(NAME, unique=True, min_size=1, max_size=5).map(tuple), max_size=4))
def test_relevant_articles_and_rankings_are_read_back(topics: dict[str, tuple[str, ...]]) -> None:
    assert parse_qrels(write_qrels(topics).content, "q") == topics
    assert parse_ranking(write_ranking(topics, run_id="r").content, "r") == topics


def test_the_columns() -> None:
    assert write_qrels({"t": ("a",)}).content == b"t 0 a 1\n"
    assert write_ranking({"t": ("b", "a", "b")}, run_id="r").content == b"t Q0 b 1 2 r\nt Q0 a 2 1 r\n"


def test_a_topic_may_have_no_relevant_document() -> None:
    content = b"t 0 a 0\nt 0 b -1\nu\t0\tc\t2\n\n"
    assert parse_qrels(content, "q") == {"t": (), "u": ("c",)}
    assert parse_qrels(content, "q", relevant_from=3) == {"t": (), "u": ()}


def test_the_score_ranks_and_the_rank_breaks_ties() -> None:
    content = b"t Q0 a 1 0.5 r\nt Q0 c 3 0.7 r\nt Q0 b 2 0.7 r\n"
    assert parse_ranking(content, "r") == {"t": ("b", "c", "a")}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"t 0 a\n", r"Line 1 of 'f': there are 3 columns; wanted is 4 \(topic, 0, document, relevance\)"),
        (b"t 0 a 1\nt 0 b high\n", "Line 2 of 'f': the relevance is 'high'; wanted is a whole number"),
        (b"t 0 a 1\nt 0 a 0\n", "Line 2 of 'f': the topic 't' has 'a' twice"),
        (b"t 0 \xff 1\n", "Line 1 of 'f': there are bytes"),
    ],
)
def test_malformed_qrels_are_refused(content: bytes, message: str) -> None:
    with pytest.raises(EvaluationError, match=message):
        parse_qrels(content, "f")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"t Q0 a 1 0.5\n", "there are 5 columns; wanted is 6"),
        (b"t Q0 a first 0.5 r\n", "the rank is 'first'"),
        (b"t Q0 a 1 nan r\n", "the score is 'nan'; wanted is a finite number"),
        (b"t Q0 a 1 much r\n", "the score is 'much'"),
        (b"t Q0 a 1 2 r\nt Q0 a 2 1 r\n", "Line 2 of 'f': the topic 't' has 'a' twice"),
    ],
)
def test_malformed_rankings_are_refused(content: bytes, message: str) -> None:
    with pytest.raises(EvaluationError, match=message):
        parse_ranking(content, "f")


@pytest.mark.parametrize("name", ["two words", "", "line\nbreak", " x"])
def test_a_name_that_fits_no_column_is_refused(name: str) -> None:
    with pytest.raises(EvaluationError, match="cannot stand in a column"):
        write_qrels({"t": (name,)})
    with pytest.raises(EvaluationError, match="cannot stand in a column"):
        write_ranking({name: ("a",)}, run_id="r")
