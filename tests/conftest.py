"""What tests in several folders share: nothing leaves the machine, threads that do not fight, and a real server."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator

import pytest
from helpers.serving import running_app

# Before torch is imported, here and in the programs that tests start: threads that wait sleep, and each of several
# workers computes with one thread.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # Gradio's client reports its start, as does the Hub's,
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")  # and reads this once, when it is imported
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_NUM_THREADS", "1")

pytest_plugins = ["no_network"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files of few tests come first: theirs take longest, and none of these is left alone at the end."""
    tests = Counter(item.path for item in items)
    items.sort(key=lambda item: tests[item.path])


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    with running_app() as address:
        yield address
