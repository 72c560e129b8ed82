"""What tests in several folders share: nothing leaves the machine, and a real server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from serving import running_app

pytest_plugins = ["no_network"]


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    with running_app() as address:
        yield address
