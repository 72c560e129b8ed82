"""Work that a server does on the first visit: not before, so that it starts quickly, and not when a visitor asks."""

from __future__ import annotations

import threading
from collections.abc import Callable


class WarmUp:
    """Does its work once, in its own thread, when it is first called: on the first visit."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._work: Callable[[], None] | None = None

    def set_work(self, work: Callable[[], None]) -> None:
        """Do this on the next visit, in place of whatever was to be done before."""
        with self._lock:
            self._work = work

    def __call__(self) -> None:
        """Somebody has come."""
        with self._lock:
            work, self._work = self._work, None
        if work is not None:
            threading.Thread(target=work, name="warm-up", daemon=True).start()
