"""Removing what is left in the folder for uploads and downloads.

Gradio removes what it remembers. It forgets uploads that broke off, and whatever a server that was killed had written.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from rnn_demo.limits import MAX_STORED_BYTES
from rnn_demo.ui.environment import is_own
from rnn_demo.ui.gradio_compat import kept_files, upload_folder

AGE = 3600  # seconds that a file is kept
INTERVAL = 60  # seconds between two sweeps, too few for uploads to fill a disk


def sweep(folder: Path, keep: Collection[str] = (), age: float = AGE, most: int = MAX_STORED_BYTES) -> None:
    """Remove the files older than `age` seconds, then the oldest ones until at most `most` bytes are left.

    Folders go once they are empty. A folder that is not the program's own is left as it is.
    """
    if not is_own(folder):
        return
    now, files = time.time(), []
    for place, _, names in os.walk(folder, topdown=False):
        for name in names:
            path = os.path.join(place, name)
            with contextlib.suppress(OSError):
                status = os.lstat(path)
                if path not in keep:
                    files.append((max(status.st_mtime, status.st_ctime), status.st_size, path))
    total = sum(size for _, size, _ in files)
    for changed, size, path in sorted(files):
        if now - changed <= age and total <= most:
            break
        with contextlib.suppress(OSError):
            os.remove(path)
            total -= size
    for place, _, _ in os.walk(folder, topdown=False):
        with contextlib.suppress(OSError):  # it is not empty
            if place != str(folder) and now - os.lstat(place).st_ctime > age:
                os.rmdir(place)


@asynccontextmanager
async def sweeping(app: Any) -> AsyncIterator[None]:
    """Sweep when the server starts, and as long as it runs."""
    task = asyncio.create_task(_repeat(lambda: sweep(Path(upload_folder()), kept_files(app), AGE)))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _repeat(do: Callable[[], None]) -> None:
    while True:
        await asyncio.to_thread(do)
        await asyncio.sleep(INTERVAL)
