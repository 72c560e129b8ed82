"""What the program costs: seconds until its page is there, and memory with every model loaded.

Each is measured in a fresh process, as a user starts it.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parent.parent

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


def first_page(command: list[str]) -> float:
    """Seconds from starting a program to its first answer with status 200."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {"GRADIO_SERVER_PORT": str(port), "GRADIO_SERVER_NAME": "127.0.0.1", "GRADIO_ANALYTICS_ENABLED": "False"}
    started = time.perf_counter()
    program = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | settings, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        while program.poll() is None and time.perf_counter() - started < 120:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=30) as page:
                    if page.status == 200:
                        return time.perf_counter() - started
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.02)
    finally:
        program.kill()
        complaint = program.communicate()[1].decode()
    raise ChildProcessError(f"{command[-1]} gave no page: {complaint[-300:]}")


def resident_bytes() -> int:
    """Memory of a process with Gradio, torch and every checkpoint, after each has answered once."""
    told = subprocess.run([sys.executable, "-c", ANSWER_ONCE], cwd=ROOT, capture_output=True, text=True, check=True)
    return int(told.stdout)
