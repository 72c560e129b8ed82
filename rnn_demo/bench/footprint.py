"""What the program costs: seconds until its page is there, and memory with every model loaded.

Each is measured in a fresh process, as a user starts it.
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

ROOT = Path(__file__).parents[2]

EMPTY_PAGE = "import torch, gradio\nwith gradio.Blocks() as page: pass\npage.launch(quiet=True)"

ANSWER_ONCE = """
import gradio, torch
from rnn_demo import checkpoints, recipes
from rnn_demo.tasks import TASKS
models = [checkpoints.load(checkpoints.find(name)) for name in checkpoints.available()]
for name, model in zip(checkpoints.available(), models):
    examples = recipes.RECIPES[name].examples if name in recipes.RECIPES else ()
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
def served(command: list[str]) -> Iterator[tuple[str, float]]:
    """A program that serves a page, until the block ends: its address, and the seconds to its first answer."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {"GRADIO_SERVER_PORT": str(port), "GRADIO_SERVER_NAME": "127.0.0.1", "GRADIO_ANALYTICS_ENABLED": "False"}
    started = time.perf_counter()
    with tempfile.TemporaryFile() as complaints:
        program = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | settings, stdout=subprocess.DEVNULL, stderr=complaints
        )
        try:
            address = f"http://127.0.0.1:{port}/"
            while not _answers(address):
                if program.poll() is not None or time.perf_counter() - started > 120:
                    complaints.seek(0)
                    raise ChildProcessError(f"{command[-1]} gave no page: {complaints.read().decode()[-300:]}")
                time.sleep(0.02)
            yield address, time.perf_counter() - started
        finally:
            program.kill()
            program.wait()


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=30) as page:
            return bool(page.status == 200)
    except (urllib.error.URLError, ConnectionError):
        return False


def first_page(command: list[str]) -> float:
    """Seconds from starting a program to its first answer with status 200."""
    with served(command) as (_, seconds):
        return seconds


def resident_bytes() -> int:
    """Memory of a process with Gradio, torch and every checkpoint, after each has answered once."""
    told = subprocess.run([sys.executable, "-c", ANSWER_ONCE], cwd=ROOT, capture_output=True, text=True, check=True)
    return int(told.stdout)
