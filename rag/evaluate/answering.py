"""Cases to answers, and answers to what they are worth (pure but for the asking)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any, Protocol, Unpack

import msgspec

from rag.answer_types import Answer
from rag.evaluate.cases import Case, Fault, FurtherFilters, further_filters
from rag.evaluate.citations import CheckedRecord, explain_record, measure_record
from rag.evaluate.matching import answers_stand_in, chooses_right, right_choices
from rag.evaluate.names import ArticleNames
from rag.evaluate.nuggets import is_in_order, place_of, score_nuggets, share_without
from rag.evaluate.records import Record, to_record
from rag.evaluate.results import Item, Piece, excerpt
from rag.evaluate.saved import AnswerFile, SavedAnswer, circumstances


class Asker(Protocol):
    """Whatever answers questions: a ``rag.desk.Desk`` does."""

    def ask(
        self,
        question: str,
        *,
        first: str | None = None,
        last: str | None = None,
        outlets: Sequence[str] = (),
        today: str | None = None,
        quotes_only: bool = False,
        **further: Unpack[FurtherFilters],
    ) -> Answer:
        """Answer a question."""
        ...


@dataclass(frozen=True, slots=True)
class Given:
    """The answer that was given to a case."""

    case: Case
    answer: Answer


def ask_cases(
    cases: Sequence[Case],
    asker: Asker,
    kept: AnswerFile,
    *,
    settings: str,
    library: str,
    quotes_only: bool,
    told: Callable[[], None],
) -> list[Given]:
    """Ask every case whose answer is not kept already.

    An answer that the model failed to give is kept for the record and asked again by the next run.

    Args:
        settings: fingerprint of the settings.
        library: stands for the articles that are searched.
        told: called after each case.
    """
    given = []
    for case in cases:
        key = circumstances(case, settings=settings, library=library, quotes_only=quotes_only)
        answer = kept.find(case.id, key)
        if answer is None or answer.model_error:
            answer = asker.ask(
                case.question,
                first=case.filters.first,
                last=case.filters.last,
                outlets=case.filters.outlets,
                **further_filters(case),
                today=case.as_of,
                quotes_only=quotes_only,
            )
            kept.add(SavedAnswer(case.id, key, answer))
        given.append(Given(case, answer))
        told()
    return given


def record_of(given: Given) -> Record:
    """Return an answer in the form in which citations are checked."""
    return to_record(msgspec.to_builtins(given.answer), identifier=given.case.id)


def measure_answer(given: Given, checked: CheckedRecord, relevant: Sequence[str]) -> dict[str, float]:
    """Return the values of an answer for the metrics; a metric that does not apply to the case has none.

    Args:
        checked: the answer with its citations checked.
        relevant: ids of the relevant articles.
    """
    case, answer = given.case, given.answer
    refused = answer.status == "no_evidence"
    values: dict[str, float] = {}
    if case.answers and case.answerable is not False:
        values["answer_in_text"] = float(_in_text(case, answer))
        values["answer_in_quotes"] = float(_in_quotes(case, answer))
        right = right_choices(case.choices, case.answers)
        if right:
            values["choice_accuracy"] = float(chooses_right(case.choices, right, shown_text(answer)))
    if case.answerable is not False:
        values |= measure_kind(case, answer)
    if case.answerable is False:
        values["rejection"] = float(refused)
    if case.answerable is True:
        values["false_refusal"] = float(refused)
    if not refused:
        values["origins"] = float(answer.origins)
        if relevant:
            values["cites_relevant"] = float(any(item.article_id in relevant for item in answer.citations))
    if case.faults:
        values["fault_repeated"] = float(bool(repeated_faults(case, answer)))
    written = len(answer.sentences) + len(answer.withheld)
    if written:
        values["withheld"] = len(answer.withheld) / written
    if answer.model != "none" or answer.model_error or answer.withheld:  # the model was asked
        values["model_failed"] = float(answer.model_error is not None)
    for entry in fields(answer.timings_ms):
        spent = getattr(answer.timings_ms, entry.name)
        if spent is not None:
            values[f"{entry.name}_ms"] = float(spent)
    return values | measure_record(checked)


def repeated_faults(case: Case, answer: Answer) -> tuple[Fault, ...]:
    """Return the faults of a case that an answer has again: a sentence on words that do not say it, or a wrong source."""
    by_number = {each.n: each for each in answer.citations}
    shown = {
        (" ".join(sentence.text.split()), by_number[n].quote)
        for sentence in answer.sentences
        for n in sentence.citations
    }
    sources = {(each.article_id, each.quote) for each in answer.citations}
    return tuple(
        fault
        for fault in case.faults
        if (fault.kind == "not_said" and (" ".join(fault.sentence.split()), fault.quote) in shown)
        or (fault.kind == "wrong_source" and (fault.article, fault.quote) in sources)
    )


def measure_kind(case: Case, answer: Answer) -> dict[str, float]:
    """Return what the form of an answer is worth: its kind, its verdict, its nuggets and their order."""
    text = answer.text if answer.sentences else ""
    values = score_nuggets(case.nuggets, text)
    if case.kind:
        values["kind_right"] = float(answer.kind == case.kind)
    if case.verdict:
        values["verdict_right"] = float(answer.verdict == case.verdict)
        values["verdict_wrong"] = float(answer.verdict not in (None, case.verdict))
    if case.kind == "timeline" and len(case.nuggets) > 1 and answer.sentences:
        values["in_order"] = float(is_in_order(case.nuggets, text))
    if case.nuggets and answer.sentences:
        plain = [each.text for each in answer.sentences if not each.reasons]
        values["without_nugget"] = share_without(case.nuggets, plain)
    if case.nuggets or case.verdict:
        complete = values.get("nuggets_strict", 1.0) == 1.0 and values.get("verdict_right", 1.0) == 1.0
        values["right"] = float(complete and bool(answer.sentences))
    return values


def shown_text(answer: Answer) -> str:
    """Return the sentences of an answer without markers; nothing for a refusal."""
    return " ".join(sentence.text for sentence in answer.sentences)


def answer_to_item(given: Given, checked: CheckedRecord, names: ArticleNames) -> Item:
    """Return an answer as a case of the report."""
    relevant = names.resolve(given.case.articles).articles
    values = measure_answer(given, checked, relevant)
    why = _explain(given, checked, values)
    case, answer = given.case, given.answer
    wanted = tuple(case.answers) if case.answerable is not False else ("no answer: the collection does not say",)
    return Item(
        id=case.id,
        question=case.question,
        group=case.group,
        values=values,
        failed=bool(why),
        why=why,
        expected=(*wanted, *(names.facts[article].line for article in relevant)),
        answer=answer.text,
        pieces=tuple(
            Piece(
                label=f"[{item.n}]",
                text=excerpt(item.quote, 600),
                source=names.facts[item.article_id].line if item.article_id in names.facts else item.article_id,
                url=item.url,
                relevant=_is_relevant(case, item, relevant),
            )
            for item in answer.citations or answer.nearest
        ),
    )


def _explain(given: Given, checked: CheckedRecord, values: dict[str, float]) -> tuple[str, ...]:
    answer = given.answer
    lines = []
    if answer.model_error:
        lines.append(f"the model did not answer: {answer.model_error}")
    if values.get("rejection") == 0.0:
        lines.append("it was answered, although the collection does not answer it")
    if values.get("false_refusal") == 1.0:
        lines.append("refused, although the collection answers it")
    elif values.get("verdict_right") == 0.0:
        lines.append(f"the verdict is {given.answer.verdict or 'none'}, {given.case.verdict} is right")
    elif values.get("right") == 0.0:
        missing = [each.texts[0] for each in given.case.nuggets if place_of(each, answer.text) is None]
        lines.append(f"it does not say: {'; '.join(missing)}")
    elif values.get("answer_in_text") == 0.0:
        there = values.get("answer_in_quotes") == 1.0
        lines.append("the answer stands in a quote, not in the text" if there else "the answer is not in the quotes")
    elif values.get("choice_accuracy") == 0.0:
        lines.append("a wrong choice stands in the text")
    for fault in repeated_faults(given.case, answer):
        what = "does not say the sentence" if fault.kind == "not_said" else "is of a wrong source"
        lines.append(f"again, though a reader found that it {what}: “{excerpt(fault.quote, 120)}”")
    if lines or any(values.get(name, 1.0) < 1.0 for name in _CITED):
        lines += explain_record(checked)
        lines += [f"withheld: “{excerpt(item.text, 120)}”: {'; '.join(item.reasons)}" for item in answer.withheld]
    return tuple(lines)


_CITED = ("pointer_valid", "quote_exact", "citation_recall")


def _in_text(case: Case, answer: Answer) -> bool:
    return answers_stand_in(case.answers, [shown_text(answer)], match=case.match)


def _in_quotes(case: Case, answer: Answer) -> bool:
    return answers_stand_in(case.answers, [item.quote for item in answer.citations], match=case.match)


def _is_relevant(case: Case, citation: Any, relevant: Sequence[str]) -> bool | None:
    """Whether a quote holds an answer or comes from a relevant article; None where neither is known."""
    if not case.answers and not relevant:
        return None
    return citation.article_id in relevant or answers_stand_in(case.answers, [citation.quote], match="any")
