"""What programs send to the JSON interface, checked before anything else sees it."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from rag.answer_types import Answer
from rag.question.filters import MOST_ARTICLES, FilterWords
from ui.doors.reception import Asked

_LONGEST_QUESTION = 100_000  # the settings say what is answered; this is what is read at all
_MOST_OUTLETS = 100
_MOST_BEFORE = 50
_MOST_HITS = 100
_MOST_ADDRESSES = 100


def _encodable(text: str) -> str:
    """Return a text that is one: half a surrogate pair, which JSON can hold, is none."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError("it holds half a character (a lone surrogate)") from error
    return text


Text = Annotated[str, AfterValidator(_encodable)]
Question = Annotated[Text, Field(min_length=1, max_length=_LONGEST_QUESTION)]
Day = Annotated[Text, Field(max_length=40, description="a day, as in 2031-03-04", examples=["2031-03-04"])]


class Narrowed(BaseModel):
    """Which articles may be searched; what is left out filters nothing."""

    model_config = ConfigDict(extra="forbid")

    first: Day | None = Field(None, description="only articles published on that day or later")
    last: Day | None = Field(None, description="only articles published on that day or earlier")
    outlets: list[Annotated[Text, Field(max_length=200)]] = Field(
        default_factory=list, max_length=_MOST_OUTLETS, description="only articles of these outlets"
    )
    as_of: Day | None = Field(None, description="with the knowledge of that day: nothing published or changed later")
    articles: list[Annotated[Text, Field(max_length=100)]] = Field(
        default_factory=list, max_length=MOST_ARTICLES, description="only these articles, by their ids"
    )
    languages: list[Annotated[Text, Field(max_length=10)]] = Field(
        default_factory=list, max_length=_MOST_OUTLETS, description="only articles written in these languages, as en"
    )
    today: Day | None = Field(None, description="the day on which it is asked; today where it is left out")

    @property
    def filters(self) -> FilterWords:
        """Return which articles may answer."""
        return {
            "first": self.first,
            "last": self.last,
            "outlets": tuple(self.outlets),
            "as_of": self.as_of,
            "articles": tuple(self.articles),
            "languages": tuple(self.languages),
        }


class AskForm(Narrowed):
    """A question."""

    question: Question
    history: list[Answer] = Field(
        default_factory=list,
        max_length=_MOST_BEFORE,
        description="the earlier answers of the conversation, oldest first",
    )
    quotes_only: bool = Field(False, description="answer with quotes alone although the server has a model")

    def asked(self) -> Asked:
        """Return the question as every door asks it."""
        return Asked(
            question=self.question,
            today=self.today,
            history=tuple(self.history),
            quotes_only=self.quotes_only,
            filters=self.filters,
        )


class SearchForm(Narrowed):
    """A question, or words to look for."""

    question: Question
    limit: int | None = Field(None, ge=1, le=_MOST_HITS, description="at most so many passages")


class IngestForm(BaseModel):
    """Web addresses of pages, documents, feeds and sitemaps. Paths of the server's machine are refused."""

    model_config = ConfigDict(extra="forbid")

    addresses: list[Annotated[Text, Field(max_length=2000)]] = Field(min_length=1, max_length=_MOST_ADDRESSES)
    follow: bool = Field(False, description="the addresses are pages or feeds of which all entries are wanted")
    outlet: Annotated[Text, Field(max_length=200)] | None = Field(
        None, description="the outlet of articles that name none"
    )
