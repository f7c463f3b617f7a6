"""Figures of the fault tests: shown after the run and kept under ``build/faults``."""

from __future__ import annotations

import json

import pytest

from tests.faults.killed import REPORTS

_MEASURED = pytest.StashKey[dict[str, dict[str, float]]]()


@pytest.fixture
def measured(request: pytest.FixtureRequest) -> dict[str, float]:
    """Figures of one test, by name."""
    figures = request.config.stash.setdefault(_MEASURED, {})
    return figures.setdefault(request.node.name, {})


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for test, figures in config.stash.get(_MEASURED, {}).items():
        terminalreporter.write_line(f"{test}: " + ", ".join(f"{name} {value:g}" for name, value in figures.items()))
        REPORTS.mkdir(parents=True, exist_ok=True)
        (REPORTS / f"{test}.json").write_text(json.dumps(figures, indent=2), encoding="utf-8")
