"""The line at the end of a run that fuzzed."""

from __future__ import annotations

import pytest
from helpers.fuzzing import TALLY


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if TALLY.cases:
        terminalreporter.write_line(TALLY.line())
