"""What the documentation says is what the code does: commands, settings, placeholders, examples, links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import reduce
from pathlib import Path

import click
import jsonschema
import msgspec
import pytest

from index.settings import ENVIRONMENT_PREFIX, Settings, _paths
from rag.answer_types import Answer
from tests.conftest import ROOT
from ui.cli import cli

DOCS = ROOT / "docs"
PAGES = [page for page in (ROOT / "README.md", *sorted(DOCS.rglob("*.md"))) if page.exists()]


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def walk(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        for child in command.commands.values():
            yield from walk(child, f"{name} {child.name}")
    else:
        yield name, command


COMMANDS = dict(walk(cli, "citewire"))


def section(text: str, heading: str) -> str:
    """The words from one second-level heading to the next."""
    found = re.search(rf"^## {re.escape(heading)}$(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"no section {heading!r}"
    return found[1]


@pytest.mark.parametrize("name", COMMANDS)
def test_command_and_its_options_are_documented(name: str) -> None:
    words = section(read(DOCS / "command-line.md"), name)
    for parameter in COMMANDS[name].params:
        if isinstance(parameter, click.Option):
            for option in parameter.opts:
                assert re.search(rf"{option}(?![\w-])", words), f"{name} {option}"


def test_no_command_is_documented_that_does_not_exist() -> None:
    headings = re.findall(r"^## (citewire .+)$", read(DOCS / "command-line.md"), re.MULTILINE)
    assert sorted(headings) == sorted(COMMANDS)


@pytest.mark.parametrize("path", _paths(Settings), ids=".".join)
def test_setting_is_documented_with_default_and_variable(path: tuple[str, ...]) -> None:
    name = ".".join(path)
    row = next((line for line in read(DOCS / "settings.md").splitlines() if line.startswith(f"| `{name}` |")), "")
    assert f"| `{ENVIRONMENT_PREFIX}{'_'.join(path).upper()}` |" in row
    default = reduce(getattr, path, Settings())
    if not isinstance(default, Path):
        assert f"| {'none' if default is None else f'`{default}`'} |" in row


def test_no_setting_is_documented_that_does_not_exist() -> None:
    named = re.findall(rf"`({ENVIRONMENT_PREFIX}\w+)` \|", read(DOCS / "settings.md"))
    assert sorted(named) == sorted(ENVIRONMENT_PREFIX + "_".join(path).upper() for path in _paths(Settings))


def test_prompt_placeholders_are_documented() -> None:
    folder = ROOT / "prompts"
    rows = re.findall(r"^\| `(\w+\.md)` \| (.*?) \|", read(folder / "README.md"), re.MULTILINE)
    documented = {file: set(re.findall(r"`(\w+)`:", words)) for file, words in rows}
    templates = [path for path in folder.glob("*.md") if path.name != "README.md"]
    assert documented == {path.name: set(re.findall(r"\{\{(\w+)\}\}", read(path))) for path in templates}


def test_answer_example_has_the_shape_of_an_answer() -> None:
    (block,) = re.findall(r"^```json\n(.*?)^```", read(DOCS / "architecture.md"), re.MULTILINE | re.DOTALL)
    example = msgspec.json.decode(block)
    jsonschema.validate(example, msgspec.json.decode((ROOT / "rag" / "answer.schema.json").read_bytes()))
    assert msgspec.json.decode(msgspec.json.encode(msgspec.convert(example, Answer))) == example


def examples() -> list[object]:
    found = []
    for page in (
        DOCS / "python.md",
        DOCS / "llama-index.md",
        DOCS / "citation-query-engine.md",
        DOCS / "watching.md",
        ROOT / "README.md",
    ):
        text = read(page) if page.exists() else ""
        blocks = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
        found += [
            pytest.param(block, id=f"{page.stem}-{number}")
            for number, block in enumerate(blocks, start=1)
            if 'model="none"' in block
        ]
    return found


@pytest.mark.parametrize("code", examples())
def test_example_runs(code: str, sample_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sample_library.name == "library"
    monkeypatch.chdir(sample_library.parent)
    exec(compile(code, "example", "exec"), {"__name__": "example"})


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_relative_links_lead_somewhere(page: Path) -> None:
    prose = re.sub(r"^```.*?^```", "", read(page), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", prose):
        if not re.match(r"[a-z]+:|#", target):
            assert (page.parent / target.partition("#")[0]).exists(), target


def test_sample_questions_are_those_of_the_list() -> None:
    lines = read(ROOT / "samples" / "questions.jsonl").splitlines()
    questions = [msgspec.json.decode(line) for line in lines if line.strip()]
    words = section(read(ROOT / "samples" / "README.md"), "Questions to try")
    answered, unanswered = words.split("Questions that the articles do not answer")
    for table, answerable in ((answered, True), (unanswered, False)):
        listed = re.findall(r"^\| \d+ \| (.*?) \|", table, re.MULTILINE)
        assert listed == [item["question"] for item in questions if item["answerable"] is answerable]
