"""What tests in several folders share: a real server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from serving import running_app


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    with running_app() as address:
        yield address
