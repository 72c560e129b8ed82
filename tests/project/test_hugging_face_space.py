"""The project as a Hugging Face Space: an unprivileged user, a read-only checkout, no network, a Space's variables.

A hook inside the program records every file that it opens for writing and every address that it looks up.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from gradio_client import Client

from rnn_demo.tasks import TASKS
from rnn_demo.zoo import checkpoint

ROOT = Path(__file__).parents[2]
PARTS = ("app.py", "rnn_demo", "checkpoints", "README.md", "requirements.txt")
NOBODY = 65534
WATCH = """
import json, os, socket, sys

log = open(os.environ["WATCH_LOG"], "a", buffering=1)
inside = (os.path.realpath(os.environ["TMPDIR"]), "/dev/", "/proc/self/")
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
PATHS = {"open": 1, "os.mkdir": 1, "os.rename": 2, "os.remove": 1, "os.rmdir": 1, "os.symlink": 2, "os.truncate": 1}
LOCAL = ("127.0.0.1", "0.0.0.0", "localhost", "::1", "", None)


def hook(event, details):
    if event == "socket.getaddrinfo" and details[0] not in LOCAL:
        log.write(json.dumps(["look-up", str(details[0])]) + "\\n")
        raise OSError("no network here")
    if event == "socket.connect" and isinstance(details[1], tuple) and details[1][0] not in LOCAL:
        log.write(json.dumps(["connect", str(details[1][0])]) + "\\n")
        raise OSError("no network here")
    if event in PATHS and not (event == "open" and not (details[2] or 0) & WRITES):
        for path in details[: PATHS[event]]:
            if isinstance(path, int):
                continue
            path = os.path.realpath(os.fsdecode(path))
            if not path.startswith(inside) and "__pycache__" not in path:
                log.write(json.dumps([event, path]) + "\\n")


sys.addaudithook(hook)
"""


def unprivileged() -> tuple[list[str], dict[str, Any]]:
    """How to run a program without privileges: as the present user, as nobody, or as a root without capabilities.

    The last is for a Python that only root can read.
    """
    if os.geteuid() != 0:
        return [], {}
    nobody: dict[str, Any] = {"user": NOBODY, "group": NOBODY, "extra_groups": ()}
    try:
        subprocess.run([sys.executable, "-c", ""], cwd="/", check=True, **nobody)
        return [], nobody
    except (OSError, subprocess.CalledProcessError):
        return ["setpriv", "--bounding-set=-all", "--inh-caps=-all"], {}


@pytest.fixture(scope="module")
def space() -> Iterator[tuple[str, Path, Path]]:
    """The address of the running app, its checkout, and the log of its attempts."""
    place = Path(tempfile.mkdtemp())
    place.chmod(0o755)
    checkout, temporary, watch = place / "app", place / "tmp", place / "watch"
    for part in PARTS:
        source = ROOT / part
        copy = shutil.copytree if source.is_dir() else shutil.copy
        checkout.mkdir(exist_ok=True)
        copy(source, checkout / part)
    for path in [checkout, *checkout.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    watch.mkdir()
    (watch / "sitecustomize.py").write_text(WATCH, encoding="utf-8")
    (watch / "sitecustomize.py").chmod(0o444)
    temporary.mkdir()
    temporary.chmod(0o777)
    log = temporary / "log"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": "/nowhere",
        "TMPDIR": str(temporary),
        "PYTHONPATH": str(watch),
        "WATCH_LOG": str(log),
        "MPLCONFIGDIR": str(temporary),  # a tool of the tests brings Matplotlib; on a Space it is not there
        "SYSTEM": "spaces",
        "SPACE_ID": "somebody/rnn_demo",
        "SPACE_HOST": "somebody-rnn-demo.example",
        "GRADIO_SERVER_NAME": "0.0.0.0",
        "GRADIO_SERVER_PORT": str(port),
        "GRADIO_THEME": "huggingface",
    }
    prefix, user = unprivileged()
    program = subprocess.Popen(
        [*prefix, sys.executable, "app.py"],
        cwd=checkout,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        **user,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(1800):  # a busy machine is slow, not wrong
            assert program.poll() is None, program.stdout.read().decode()[-2000:]
            try:
                urllib.request.urlopen(address, timeout=10).read()
                break
            except OSError:
                time.sleep(0.1)
        yield address, checkout, log
    finally:
        program.kill()
        program.communicate()
        for path in [checkout, *checkout.rglob("*")]:
            path.chmod(path.stat().st_mode | stat.S_IWUSR | (stat.S_IXUSR if path.is_dir() else 0))
        shutil.rmtree(place)


def test_it_starts_and_answers_as_it_does_at_home(space: tuple[str, Path, Path]) -> None:
    client = Client(space[0], verbose=False, analytics_enabled=False, httpx_kwargs={"timeout": 60})
    question, text = "What is the capital of France?", "Not bad at all"
    for name, text_in, endpoint in (("qa", question, "/ask"), ("sentiment", text, "/sentiment")):
        model = checkpoint.open_checkpoint(name)
        expected = TASKS[name].predict(model, [text_in])[0]
        assert client.predict(text_in, api_name=endpoint) == json.loads(json.dumps(expected))
    assert client.predict("names", "Ivan", api_name="/trace")["tokens"] == ["i", "v", "a", "n"]
    assert "names" in json.dumps(client.predict(api_name="/models"))


def test_it_writes_only_in_the_temporary_folder_and_looks_nothing_up(space: tuple[str, Path, Path]) -> None:
    Client(space[0], verbose=False, analytics_enabled=False, httpx_kwargs={"timeout": 60}).predict(
        "What is the capital of Italy?", api_name="/ask"
    )
    attempts = [json.loads(line) for line in space[2].read_text(encoding="utf-8").splitlines()]
    assert attempts == []


def test_without_rights_a_read_only_folder_cannot_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    prefix, user = unprivileged()
    program = f"import pathlib; pathlib.Path({str(tmp_path / 'x')!r}).write_text('x')"
    done = subprocess.run([*prefix, sys.executable, "-c", program], cwd="/", capture_output=True, text=True, **user)
    tmp_path.chmod(0o755)
    assert "PermissionError" in done.stderr


def test_the_watch_sees_what_it_should(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(WATCH, encoding="utf-8")
    inside, log = tmp_path / "inside", tmp_path / "log"
    inside.mkdir()
    program = (
        "import socket, pathlib\n"
        f"for path in {[str(tmp_path / 'outside'), str(inside / 'x')]!r}: pathlib.Path(path).write_text('x')\n"
        "try: socket.create_connection(('example.org', 80))\nexcept OSError: pass"
    )
    environment = {
        "PYTHONPATH": str(tmp_path),
        "TMPDIR": str(inside),
        "WATCH_LOG": str(log),
        "PATH": os.environ["PATH"],
    }
    subprocess.run([sys.executable, "-c", program], env=environment, check=True)
    events = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert events == [["open", str(tmp_path / "outside")], ["look-up", "example.org"]]
