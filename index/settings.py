"""Settings: one frozen tree, read once, passed by keyword.

Order of precedence: arguments > environment > ``citewire.toml`` > defaults. An environment variable is named after its
place in the tree: ``CITEWIRE_LIBRARY``, ``CITEWIRE_MODEL``, ``CITEWIRE_ANSWER_CONTEXT_TOKENS``. Keys of services
(``OPENAI_API_KEY`` and the like) are read by the adapter that needs them and never stored here, so that settings can be
printed and hashed.
"""

from __future__ import annotations

import hashlib
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any, Literal

import msgspec
import platformdirs

from index.database_url import DatabaseUrl, is_url
from index.errors import SettingsError, UsageError

CONFIG_FILE = "citewire.toml"
ENVIRONMENT_PREFIX = "CITEWIRE_"


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageSettings:
    """How articles are cut. Lengths in characters."""

    target_characters: int = 600
    maximum_characters: int = 900


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddingSettings:
    """How texts become vectors: a registry name or the folder of a model, and how many texts the model sees at once."""

    model: str = "all-MiniLM-L6-v2"
    batch_size: int = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanSettings:
    """How pictures of text are read.

    Attributes:
        languages: ``auto`` for what Tesseract has and the rest of the document shows, its codes joined by ``+`` (``deu+eng``), or
            ``none`` to leave pictures unread.
    """

    languages: str = "auto"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchSettings:
    """How passages are found. Figures behind the defaults: docs/decisions/0008-retrieval.md.

    Attributes:
        depth: how many passages each of the two searches contributes.
        fusion: ``scores`` adds up what every search says of a passage; ``ranks`` is reciprocal-rank fusion, a baseline.
        words_weight: what the words of the passage count; ``article_weight`` those of its whole article,
            ``meaning_weight`` closeness in meaning. A search with weight 0 is not made.
        period_weight: what publication in a time that the question names counts ("last week", "in June 2022").
        recency_weight: what publication shortly before the day of asking counts for other questions.
        timing_days: days outside such a time after which that is worth 1/e.
        rank_constant: the k of reciprocal-rank fusion.
        title_weight: what a word in the title counts against one in the passage.
        article_title_weight: what a word in the title counts against one in the body of the article, and
            ``article_lead_weight`` one in its lead.
        hits: how many passages go on to the choice of quotes.
        passages_per_origin: at most so many of them from one group of near-copies.
    """

    depth: int = 60
    fusion: Literal["scores", "ranks"] = "scores"
    words_weight: float = 1.0
    article_weight: float = 1.0
    meaning_weight: float = 0.7
    period_weight: float = 0.8
    recency_weight: float = 0.3
    timing_days: float = 14.0
    rank_constant: int = 60
    title_weight: float = 0.7
    article_title_weight: float = 0.5
    article_lead_weight: float = 0.5
    hits: int = 10
    passages_per_origin: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceSettings:
    """How quotes are chosen.

    Attributes:
        quotes: at most so many numbered quotes are offered.
        per_article: at most so many of them from one article.
        per_outlet: so many from one outlet come before those of others; more of them only where others have too few.
        relevance_weight: what the best passage of the search counts against one that is as good as irrelevant, in log odds of
            the sentence's own score.
        too_early: what a quote counts, of 1, that was published long before the time that the question names: it cannot know.
        too_early_days: the days before that time within which it still may.
        other_outlet: what a quote of another outlet counts, of 1, where the question names outlets.
        close_to_best: quotes that score less than this share of the best one are left out: they distract a small model.
        minimum_score: without a model, a question is answered when the best quote reaches this estimated probability.
        minimum_score_for_model: with a model, which can refuse by itself, already from here.
        minimum_score_for_pieces: either way already from here, where a long question was taken apart: a piece of it is no
            question, and what answers it scores less.
        headlines: whether a headline is quoted where it alone answers. Off: who slices the article's text would find such words nowhere.
    """

    quotes: int = 6
    per_article: int = 3
    per_outlet: int = 2
    relevance_weight: float = 4.0
    too_early: float = 0.2
    too_early_days: float = 14.0
    other_outlet: float = 0.2
    close_to_best: float = 0.4
    minimum_score: float = 0.4
    minimum_score_for_model: float = 0.2
    minimum_score_for_pieces: float = 0.2
    headlines: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSettings:
    """How sentences are written and by whom; times in seconds.

    Attributes:
        url: base address of a remote server, where the model is remote.
        size: how much a model is shown and may write: ``small``, ``medium``, ``large``, or ``auto`` for what it is found to be. Larger
            ones get more quotes than ``evidence.quotes`` and may write more than ``maximum_tokens``; both are what is given at least.
        maximum_tokens: length limit of a draft.
        timeout: how long a model may stay silent before it counts as unavailable.
        draft_timeout: how long a whole draft of a remote model may take, however steadily it trickles in.
        maximum_wait: how long a question waits for the model while it writes for others, before quotes alone answer it.
        drafts_at_once: how many answers the model writes at the same time; 0 means one of a local model, eight of a remote one.
        threads: threads of the local model; 0 means one per core.
        maximum_question_characters: longer questions are refused.
    """

    url: str | None = None
    size: Literal["auto", "small", "medium", "large"] = "auto"
    context_tokens: int = 4096
    maximum_tokens: int = 220
    timeout: float = 60.0
    draft_timeout: float = 300.0
    maximum_wait: float = 120.0
    drafts_at_once: int = 0
    threads: int = 0
    maximum_question_characters: int = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifySettings:
    """Where the verdicts lie on the support score, 0 to 1.

    Attributes:
        supported: a sentence is supported from so much on.
        partly: from so much on it is shown, as partly supported.
        ask_from: with a model, it is asked for a second opinion from here up to ``ask_to``.
        reader: what reads the best quotes and every sentence closely: ``auto`` for Citewire's own where its weights are installed,
            ``none`` for the small judges alone, or a folder with the ``reader.onnx`` and ``tokenizer.json`` of one that you trained.
    """

    supported: float = 0.8
    partly: float = 0.5
    ask_from: float = 0.1
    ask_to: float = 0.97
    reader: str = "auto"


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeSettings:
    """Who says whether cited words support a sentence.

    Attributes:
        model: ``auto`` for Citewire's own judges, or the folder or ``hub/OWNER/REPO`` of a cross-encoder or of a model that labels tokens.
        claim_first: whether a cross-encoder reads the sentence before the cited words, as rerankers read a question; else behind them.
    """

    model: str = "auto"
    claim_first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """What the doors of a server let through: HTTP, OpenAI-compatible, MCP. They shape no answer.

    Attributes:
        at_once: how many requests that search or answer are worked on at the same time.
        waiting: how many more may wait; who comes then is sent away at once (429).
        requests_per_minute: of one key; what comes above is sent away (429).
        maximum_body: bytes of a request; larger ones are refused (413).
        ingest: whether a key that may bring articles in can do so over HTTP.
        origins: web origins whose pages may call, separated by white space; None for none but the server's own.
        password_file: file with the password of the log-in on its first line; None for no log-in, on this machine's loopback only.
        hosts: names, separated by white space, that the server is reached by where it listens on the network.
    """

    at_once: int = 4
    waiting: int = 16
    requests_per_minute: int = 120
    maximum_body: int = 1_000_000
    ingest: bool = False
    origins: str | None = None
    password_file: str | None = None
    hosts: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ObserveSettings:
    """What those who watch from outside are told. They shape no answer.

    Attributes:
        traces: address of a collector of OpenTelemetry (OTLP over gRPC) that a server sends spans to; None for none.
        texts: whether spans hold questions, quotes and sentences as well; times and ids alone where not.
        logs: ``json`` for a line of JSON for each request and answer of a server, on its standard error.
    """

    traces: str | None = None
    texts: bool = False
    logs: Literal["none", "json"] = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchSettings:
    """Where the news of watched questions may go. They shape no answer.

    Attributes:
        trusted: origins (scheme, host and port) separated by white space that a webhook may lead to although they are not on the
            public Internet; None for none.
    """

    trusted: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Converted:
    """What is converted by its types alone; which kind of library is meant is told by its name (``read_place``)."""

    models: Path = field(default_factory=lambda: Path(platformdirs.user_cache_dir("citewire")) / "models")
    cache: Path = field(default_factory=lambda: Path(platformdirs.user_cache_dir("citewire")) / "replicas")
    model: str = "qwen2.5-coder-1.5b"
    scans: ScanSettings = ScanSettings()
    passages: PassageSettings = PassageSettings()
    embedding: EmbeddingSettings = EmbeddingSettings()
    search: SearchSettings = SearchSettings()
    evidence: EvidenceSettings = EvidenceSettings()
    answer: AnswerSettings = AnswerSettings()
    verify: VerifySettings = VerifySettings()
    judge: JudgeSettings = JudgeSettings()
    server: ServerSettings = ServerSettings()
    observe: ObserveSettings = ObserveSettings()
    watch: WatchSettings = WatchSettings()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(_Converted):
    """Everything that can be set.

    Attributes:
        library: the folder that holds the library, or the URL of the PostgreSQL database that does.
        models: the folder that holds model files.
        cache: the folder for indexes of libraries that are in a database: a copy for each process that searches.
        model: who writes the answers: ``none`` for quotes alone, a name of the registry for a local model, or
            ``openai/NAME``, ``ollama/NAME``, ``anthropic/NAME`` for a remote one; the path of a GGUF file, or ``hub/OWNER/REPO/FILE.gguf``.
    """

    library: Path | DatabaseUrl = field(
        default_factory=lambda: Path(platformdirs.user_data_dir("citewire")) / "library"
    )

    def folder(self, what: str, *, instead: str) -> Path:
        """Return the folder of the library, for what only a library in a folder can do.

        Args:
            what: what is to be done, as the start of a sentence.
            instead: what to do with a library in a database.

        Raises:
            UsageError: it is in a database.
        """
        if isinstance(self.library, DatabaseUrl):
            raise UsageError(f"{what} is for libraries in a folder; {str(self.library)!r} is a database.", hint=instead)
        return self.library

    @property
    def beside(self) -> Path:
        """The folder for what is kept beside the library: its own; for a library in a database one of this machine."""
        if isinstance(self.library, DatabaseUrl):
            return self.cache / f"beside-{hashlib.sha256(str(self.library).encode()).hexdigest()[:16]}"
        return self.library

    def fingerprint(self) -> str:
        """Return 12 hexadecimal digits that change with every setting that shapes an answer; folders do not."""
        tree = msgspec.to_builtins(self, enc_hook=str)
        del (
            tree["library"],
            tree["models"],
            tree["cache"],
            tree["scans"],
            tree["server"],
            tree["observe"],
            tree["watch"],
            tree["answer"]["maximum_wait"],
            tree["answer"]["drafts_at_once"],
        )
        return hashlib.sha256(msgspec.json.encode(tree, order="deterministic")).hexdigest()[:12]


def load_settings(
    arguments: Mapping[str, Any] | None = None,
    *,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Settings:
    """Read the settings once.

    Args:
        arguments: values given by the caller, nested as the tree is; None values count as not given.
        environment: variables, by default those of the process.
        folder: where ``citewire.toml`` may lie, by default the current folder.

    Raises:
        SettingsError: a name is unknown, a value has the wrong type, or the file is not TOML.
    """
    tree: dict[str, Any] = {}
    _merge(tree, _read_file((folder or Path.cwd()) / CONFIG_FILE))
    _merge(tree, _read_environment(os.environ if environment is None else environment))
    _merge(tree, arguments or {})
    library = tree.pop("library", None)
    try:
        converted = msgspec.convert(tree, _Converted, strict=False, dec_hook=_decode_path)
        known: dict[str, Any] = {entry.name: getattr(converted, entry.name) for entry in fields(converted)}
        return Settings(**known) if library is None else Settings(**known, library=read_place(library))
    except msgspec.ValidationError as error:
        raise SettingsError(f"A setting cannot be used: {error}.", hint="See docs/settings.md.") from error


def read_place(named: object) -> Path | DatabaseUrl:
    """Return where a library is: the URL of a database, else a folder.

    Raises:
        SettingsError: it is no text, or begins like a URL and is none of a PostgreSQL database.
    """
    if isinstance(named, DatabaseUrl):
        return named
    if not isinstance(named, str | Path):
        raise SettingsError("A setting cannot be used: library is no text.", hint="See docs/settings.md.")
    return DatabaseUrl(named) if isinstance(named, str) and is_url(named) else Path(named).expanduser()


def _read_file(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{str(path)!r} is not valid TOML: {error}.", hint="Correct or remove it.") from error
    _check_names(tree, Settings, place=str(path))
    return tree


def _read_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    names = {name: path for path in _paths(Settings) if (name := ENVIRONMENT_PREFIX + "_".join(path).upper())}
    tree: dict[str, Any] = {}
    for name, value in environment.items():
        if not name.startswith(ENVIRONMENT_PREFIX) or not value:
            continue
        if name not in names:
            known = ", ".join(sorted(names))
            raise SettingsError(f"The environment sets {name!r}, which is no setting.", hint=f"Settings are: {known}.")
        *parents, leaf = names[name]
        branch = tree
        for parent in parents:
            branch = branch.setdefault(parent, {})
        branch[leaf] = value
    return tree


def _paths(branch: type) -> list[tuple[str, ...]]:
    paths: list[tuple[str, ...]] = []
    for entry in fields(branch):
        if is_dataclass(entry.default):
            paths += [(entry.name, *rest) for rest in _paths(type(entry.default))]
        else:
            paths.append((entry.name,))
    return paths


def _check_names(tree: Mapping[str, Any], branch: type, *, place: str) -> None:
    known = {entry.name: entry for entry in fields(branch)}
    for name, value in tree.items():
        if name not in known:
            raise SettingsError(f"{place} sets {name!r}, which is no setting.", hint=f"Known: {', '.join(known)}.")
        if isinstance(value, Mapping) and is_dataclass(known[name].default):
            _check_names(value, type(known[name].default), place=f"{place} [{name}]")


def _merge(tree: dict[str, Any], layer: Mapping[str, Any]) -> None:
    for name, value in layer.items():
        if value is None:
            continue
        if isinstance(value, Mapping):
            _merge(tree.setdefault(name, {}), value)
        else:
            tree[name] = value


def _decode_path(kind: type, value: Any) -> Any:
    if issubclass(kind, Path):
        return Path(value).expanduser()
    raise NotImplementedError(f"no decoder for {kind}")
