"""The footprint of the program: seconds to its first page, memory with every model loaded, the size of its files.

Time and memory are measured in a fresh process, as a user starts it.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rnn_demo.bench.stopwatch import Measurement, measurement, ratio
from rnn_demo.data.csv_files import DataError
from rnn_demo.zoo import checkpoint

MIB = 2**20
ROOT = Path(__file__).parents[2]

EMPTY_PAGE = """
import torch, gradio
with gradio.Blocks() as page:
    gradio.Textbox(label="Question")
page.launch(quiet=True)
"""

ANSWER_ONCE = """
import gradio, torch
from rnn_demo.tasks import TASKS
from rnn_demo.zoo import checkpoint
from rnn_demo.zoo.recipes import RECIPES
models = [checkpoint.open_checkpoint(name) for name in checkpoint.available()]
for name, model in zip(checkpoint.available(), models):
    examples = RECIPES[name].examples if name in RECIPES else ()
    TASKS[model.task].predict(model, examples[:1] or ["a"])
from pathlib import Path
status = Path("/proc/self/status")
if status.exists():
    print(next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmRSS")) * 1024)
else:
    import resource, sys
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024))
"""


@contextmanager
def running_server(command: list[str], asks: str = "") -> Iterator[tuple[str, float]]:
    """Run a program that serves a page until the block ends; gives its URL and the seconds to its first answer.

    `asks` is the path that is asked for until there is an answer, by default the page.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {"GRADIO_SERVER_PORT": str(port), "GRADIO_SERVER_NAME": "127.0.0.1", "GRADIO_ANALYTICS_ENABLED": "False"}
    started = time.perf_counter()
    with tempfile.TemporaryFile() as errors:
        program = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | settings, stdout=subprocess.DEVNULL, stderr=errors
        )
        try:
            url = f"http://127.0.0.1:{port}/"
            while not _answers(url + asks):
                if program.poll() is not None or time.perf_counter() - started > 120:
                    errors.seek(0)
                    raise ChildProcessError(f"{command[-1]} served no page: {errors.read().decode()[-300:]}")
                time.sleep(0.02)
            yield url, time.perf_counter() - started
        finally:
            program.kill()
            program.wait()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=30) as page:
            return bool(page.status == 200)
    except (urllib.error.URLError, ConnectionError):
        return False


def first_page(command: list[str]) -> float:
    """Seconds from starting a program to its first answer with status 200."""
    with running_server(command) as (_, seconds):
        return seconds


def app_start() -> Measurement:
    """The time of `python app.py` to its first page over that of an empty Gradio page that also imports torch."""
    ours = ("first page after", lambda: first_page([sys.executable, "app.py"]))
    empty = ("an empty page with torch after", lambda: first_page([sys.executable, "-c", EMPTY_PAGE]))
    return ratio("at most 1.15", 3, ours, empty)


def checkpoint_size() -> Measurement:
    """The largest file of any checkpoint."""
    files = [path for path in checkpoint.FOLDER.glob("*/*") if path.is_file()]
    if not files:
        raise DataError(f"there is no checkpoint in {checkpoint.FOLDER.name}; train one")
    largest = max(files, key=lambda path: path.stat().st_size)
    detail = f"{largest.parent.name}/{largest.name}, the largest of {len(files)} files"
    return measurement(largest.stat().st_size / MIB, "MiB", "under 10", detail)


def memory() -> Measurement:
    """Resident memory of a program with Gradio, torch and every checkpoint, after each has answered once."""
    command = [sys.executable, "-c", ANSWER_ONCE]
    process = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    names = checkpoint.available()
    detail = f"{len(names)} checkpoints loaded: {', '.join(names)}"
    return measurement(int(process.stdout) / MIB, "MiB", f"under {1.2 * 1024:.0f}", detail)
