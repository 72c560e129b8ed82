"""A pytest plugin: a test fails if it, or any program it starts, tries to leave the machine, whoever catches the error.

A test is also held to account for a server that other tests share, while it runs.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Generator
from pathlib import Path

import loopback_only
import pytest


def pytest_configure() -> None:
    handle, path = tempfile.mkstemp(prefix="left-the-machine-")
    os.close(handle)
    os.environ[loopback_only.LOG] = path
    others = [folder for folder in os.environ.get("PYTHONPATH", "").split(os.pathsep) if folder]
    os.environ["PYTHONPATH"] = os.pathsep.join(dict.fromkeys([str(Path(__file__).parent), *others]))


def pytest_unconfigure() -> None:
    Path(os.environ.pop(loopback_only.LOG)).unlink()


def check() -> None:
    """Fail with the attempts since the last check, if there are any."""
    log = Path(os.environ[loopback_only.LOG])
    if attempts := log.read_text(encoding="utf-8"):
        log.write_text("", encoding="utf-8")
        pytest.fail(f"left the machine:\n{attempts}", pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup() -> Generator[None, None, None]:
    yield
    check()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None, None, None]:
    yield
    check()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown() -> Generator[None, None, None]:
    yield
    check()
