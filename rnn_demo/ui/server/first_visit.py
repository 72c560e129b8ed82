"""What a server prepares once somebody has come: not before, so that it starts quickly, and not when they ask."""

from __future__ import annotations

import threading
from collections.abc import Callable


class FirstVisit:
    """Calls what it was given to prepare, once, in its own thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._prepare: Callable[[], None] | None = None

    def prepares(self, prepare: Callable[[], None]) -> None:
        """Call this when somebody comes, in place of what was to be called before."""
        with self._lock:
            self._prepare = prepare

    def __call__(self) -> None:
        """Somebody has come."""
        with self._lock:
            prepare, self._prepare = self._prepare, None
        if prepare is not None:
            threading.Thread(target=prepare, name="first-visit", daemon=True).start()
