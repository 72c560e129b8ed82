"""The project as a Hugging Face Space of both kinds, CPU basic and ZeroGPU.

An unprivileged user, a read-only checkout, no network, a Space's variables; the package `spaces` is a stand-in.
A hook inside the program records every file that it opens for writing and every address that it looks up.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from gradio_client import Client
from helpers import asynchronous
from helpers.serving import free_port, wait_until_it_answers
from helpers.unprivileged import make_read_only, make_writable, unprivileged
from load.page import Layout, Page
from load.people import shown
from packaging.requirements import Requirement
from packaging.version import Version

from rnn_demo.experiments.lab.lent_gpu import seconds_to_ask
from rnn_demo.experiments.run_config import configure
from rnn_demo.tasks import TASKS
from rnn_demo.zoo import checkpoint

ROOT = Path(__file__).parents[2]
PARTS = ("app.py", "rnn_demo", "checkpoints", "README.md", "requirements.txt")
CPU, ZERO_GPU = KINDS = ("CPU basic", "ZeroGPU")
RUN = {"epochs": 3}  # that a visitor has trained on the lent GPU
WATCH = """
import json, os, socket, sys

log = open(os.environ["WATCH_LOG"], "a", buffering=1)
inside = (os.path.realpath(os.environ["TMPDIR"]), "/dev/", "/proc/self/")
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
PATHS = {"open": 1, "os.mkdir": 1, "os.rename": 2, "os.remove": 1, "os.rmdir": 1, "os.symlink": 2, "os.truncate": 1}
OF_A_FOLDER = ("os.mkdir", "os.remove", "os.rmdir")
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
            beside = details[-1] if event in OF_A_FOLDER else -1  # a path may be that within an open folder
            folder = os.readlink(f"/proc/self/fd/{beside}") if beside >= 0 else ""
            path = os.path.realpath(os.path.join(folder, os.fsdecode(path)))
            if not path.startswith(inside) and "__pycache__" not in path:
                log.write(json.dumps([event, path]) + "\\n")


sys.addaudithook(hook)
"""


@dataclass(frozen=True)
class Space:
    """A running Space: its address, its checkout, and the log of its attempts."""

    address: str
    checkout: Path
    log: Path


@contextmanager
def starting(kind: str) -> Iterator[tuple[subprocess.Popen[bytes], Space]]:
    """A Space that does not answer yet."""
    place = Path(tempfile.mkdtemp())
    place.chmod(0o755)
    checkout, temporary, watch = place / "app", place / "tmp", place / "watch"
    checkout.mkdir()
    for part in PARTS:
        (shutil.copytree if (ROOT / part).is_dir() else shutil.copy)(ROOT / part, checkout / part)
    watch.mkdir()
    (watch / "sitecustomize.py").write_text(WATCH, encoding="utf-8")
    if kind == ZERO_GPU:
        shutil.copy(ROOT / "tests" / "helpers" / "zero_gpu" / "spaces.py", watch)
    for folder in (checkout, watch):
        make_read_only(folder)
    temporary.mkdir()
    temporary.chmod(0o777)
    port = free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": "/nowhere",
        "TMPDIR": str(temporary),
        "PYTHONPATH": str(watch),
        "WATCH_LOG": str(temporary / "log"),
        "MPLCONFIGDIR": str(temporary),  # a tool of the tests brings Matplotlib; on a Space it is not there
        "SYSTEM": "spaces",
        "SPACE_ID": "somebody/rnn_demo",
        "SPACE_HOST": "somebody-rnn-demo.example",
        "GRADIO_SERVER_NAME": "0.0.0.0",
        "GRADIO_SERVER_PORT": str(port),
        "GRADIO_THEME": "huggingface",
    }
    if kind == ZERO_GPU:  # a visitor has time for one run and a half
        environment |= {
            "SPACES_ZERO_GPU": "true",
            "STAND_IN_QUOTA": str(1.5 * seconds_to_ask(configure("characters", RUN))),
        }
    prefix, user = unprivileged()
    program = subprocess.Popen(
        [*prefix, sys.executable, "app.py"], cwd=checkout, env=environment, stdout=subprocess.DEVNULL, **user
    )
    try:
        yield program, Space(f"http://127.0.0.1:{port}", checkout, temporary / "log")
    finally:
        program.kill()
        program.wait()
        for folder in (checkout, watch):
            make_writable(folder)
        shutil.rmtree(place)


@pytest.fixture(scope="module")
def spaces() -> Iterator[dict[str, Space]]:
    """Both kinds of Space, which start at the same time."""
    with ExitStack() as stack:
        started = {kind: stack.enter_context(starting(kind)) for kind in KINDS}
        for program, space in started.values():
            wait_until_it_answers(program, space.address)
        yield {kind: space for kind, (_, space) in started.items()}


def client_of(space: Space) -> Client:
    return Client(space.address, verbose=False, analytics_enabled=False, httpx_kwargs={"timeout": 60})


@pytest.mark.parametrize("kind", KINDS)
def test_it_starts_and_answers_as_it_does_at_home(spaces: dict[str, Space], kind: str) -> None:
    client = client_of(spaces[kind])
    question, text = "What is the capital of France?", "Not bad at all"
    for name, text_in, endpoint in (("qa", question, "/ask"), ("sentiment", text, "/sentiment")):
        model = checkpoint.open_checkpoint(name)
        expected = TASKS[name].predict(model, [text_in])[0]
        assert client.predict(text_in, api_name=endpoint) == json.loads(json.dumps(expected))
    assert client.predict("names", "Ivan", api_name="/trace")["tokens"] == ["i", "v", "a", "n"]
    assert "names" in json.dumps(client.predict(api_name="/models"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_visitor_trains_teaches_and_has_a_file_judged(spaces: dict[str, Space], kind: str) -> None:
    typed = {f"lab_{name}": value for name, value in RUN.items()}
    rows = "\n".join(f"Who looks after room {k}?; Visitor {k % 9}" for k in range(20))
    texts = "text\n" + "".join(f"A good film {k}\n" for k in range(20))

    async def visit() -> None:
        async with opened(spaces[kind]) as page:
            assert ("lab-gpu" in page.layout.ids) == (kind == ZERO_GPU)
            assert await page.load()
            await page.press("lab-start", **typed)
            run = shown(page, "lab-view")
            assert (run["over"], run["step"]) == (True, run["steps"])
            if kind == ZERO_GPU:
                await page.press("lab-gpu", **typed)
                again = shown(page, "lab-view")["curves"]  # the stand-in's GPU is a CPU
                timed = {"forced", "free"}  # of samples, which are taken by the clock
                assert {name: again[name] for name in again.keys() - timed} == {
                    name: run["curves"][name] for name in run["curves"].keys() - timed
                }
                await page.press("lab-gpu", **typed)
                assert "quota" in shown(page, "lab-view")["notices"][0]
                assert "step" not in shown(page, "lab-view")
            await page.press("qa-start", qa_rows=rows)
            assert "It knows" in str(shown(page, "qa-lesson"))
            file = await page.upload("texts.csv", texts.encode())
            await page.press("sentiment-upload", "upload", sentiment_upload=file)
            assert len(shown(page, "sentiment-file-view")["rows"]) == 20

    asynchronous.run(visit())


@asynccontextmanager
async def opened(space: Space) -> AsyncIterator[Page]:
    """The page in a browser that draws nothing."""
    async with httpx.AsyncClient(base_url=space.address, timeout=60) as client:
        page = Page(client, Layout((await client.get("/config")).json()), "127.0.0.1")
        async with page.open_until_left():
            yield page


@pytest.mark.parametrize("kind", KINDS)
def test_it_writes_only_in_the_temporary_folder_and_looks_nothing_up(spaces: dict[str, Space], kind: str) -> None:
    client_of(spaces[kind]).predict("What is the capital of Italy?", api_name="/ask")
    attempts = [json.loads(line) for line in spaces[kind].log.read_text(encoding="utf-8").splitlines()]
    assert attempts == []


# --- what Spaces supports ----------------------------------------------------------------------------------------

# Of ZeroGPU, which is the stricter kind: huggingface.co/docs/hub/spaces-zerogpu, and github.com/huggingface/hub-docs,
# pull request 2763, of 4 September 2026. Look there again before a release.
SUPPORTED_ON = "2026-09-04"
SUPPORTED = {
    "python": ["3.10.13", "3.12.12"],
    "torch": ["2.8.0", "2.9.1", "2.10.0", "2.11.0", "2.12.1", "2.13.0"],
    "gradio": 4,  # and newer
}


def requirement(name: str) -> Requirement:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return next(wanted for wanted in map(Requirement, lines) if wanted.name == name)


def locked() -> dict[str, Version]:
    """The version of each package in requirements.lock, which pip takes for a Space."""
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    pins = [line.partition("==") for line in lines if "==" in line and not line.startswith((" ", "#"))]
    return {name: Version(version.split()[0]) for name, _, version in pins}


def front_matter() -> dict[str, Any]:
    _, lines, _ = (ROOT / "README.md").read_text(encoding="utf-8").split("---\n", 2)
    return dict(yaml.safe_load(lines))


def test_spaces_have_the_python_and_the_packages_that_the_project_asks_for() -> None:
    wanted = front_matter()
    assert any(version.startswith(f"{wanted['python_version']}.") for version in SUPPORTED["python"])
    assert str(locked()["torch"]) in SUPPORTED["torch"], f"what Spaces support was read on {SUPPORTED_ON}"
    assert Version(wanted["sdk_version"]).major >= SUPPORTED["gradio"]
    assert wanted["sdk_version"] in requirement("gradio").specifier  # Gradio comes from there, the rest from the file


def test_torch_may_be_older_than_the_newest_that_spaces_support_but_not_newer() -> None:
    allowed = [version for version in SUPPORTED["torch"] if version in requirement("torch").specifier]
    assert allowed == SUPPORTED["torch"][-len(allowed) :]
    newest = Version(allowed[-1])
    assert f"{newest.major}.{newest.minor + 1}.0" not in requirement("torch").specifier
    assert f"{newest}+cpu" in requirement("torch").specifier


def test_the_locked_versions_are_those_that_the_requirements_allow() -> None:
    pins = locked()
    for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines():
        wanted = Requirement(line)
        assert pins[wanted.name.replace("_", "-")] in wanted.specifier, line
    assert "spaces" not in pins  # the platform brings its own


# --- the test itself ---------------------------------------------------------------------------------------------


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
