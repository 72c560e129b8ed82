"""Killed at a random moment (SIGKILL), it starts again; no checkpoint and no run is ever half written.

The long form: KILLS=50 python -m pytest tests/project/test_survives_sigkill.py
"""

from __future__ import annotations

import contextlib
import http.client
import os
import random
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import safetensors.torch
import torch
from helpers.processes.killed_worker import RUN
from helpers.samples import EXAMPLES, small_model
from helpers.serving import API, call, running_app, start

from rnn_demo.training import train
from rnn_demo.zoo import checkpoint

ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("KILLS", "5"))
Killer = Callable[[str, float], bool]

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no SIGKILL"),
    pytest.mark.timeout(300 + 30 * KILLS),
]


@pytest.fixture(scope="module")
def killed() -> Iterator[Killer]:
    """Start a piece of work, and kill it after so many seconds, if it is not done by then; tell whether it was."""
    worker = subprocess.Popen(
        [sys.executable, ROOT / "tests" / "helpers" / "processes" / "killed_worker.py"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([os.environ["PYTHONPATH"], str(ROOT), str(ROOT / "tests")])},
    )
    order, replies = worker.stdin, worker.stdout
    assert order is not None
    assert replies is not None
    assert replies.readline() == b"ready\n"

    def kill(work: str, seconds: float) -> bool:
        order.write(f"{work}\n".encode())
        process = int(replies.readline())
        late = not select.select([replies], [], [], seconds)[0]
        if late:
            with contextlib.suppress(ProcessLookupError):  # done in this very moment
                os.kill(process, signal.SIGKILL)
        assert replies.readline() == b"gone\n"
        return late

    yield kill
    order.close()
    worker.wait(30)


def test_a_checkpoint_is_whole_whenever_its_saving_is_killed(killed: Killer, tmp_path: Path) -> None:
    folder, generator = tmp_path / "model", random.Random(0)
    begun = time.monotonic()
    killed(f"once {folder}", 60)
    one = time.monotonic() - begun
    numbers = []
    for _ in range(4 * KILLS):
        killed(f"save {folder}", generator.uniform(0, 4) * one)
        number = checkpoint.metrics(folder)["number"]
        weights = checkpoint.load(folder).state_dict().values()
        assert {value for weight in weights for value in weight.unique().tolist()} == {number}
        whole = checkpoint.whole(folder)
        assert (whole / checkpoint.CARD).read_text() == f"# {number}\n"
        assert {path.name for path in whole.iterdir()} <= checkpoint.FILES
        numbers.append(number)
    assert len(set(numbers)) > 1, "no saving got anywhere"


def test_a_training_that_is_killed_again_and_again_ends_with_the_same_weights(killed: Killer, tmp_path: Path) -> None:
    whole = small_model(dropout=0.3)
    list(train(whole, EXAMPLES, EXAMPLES, RUN))
    generator, kills, ended = random.Random(0), 0, 0
    while kills < KILLS or not ended:
        file = tmp_path / f"run-{ended}.safetensors"
        kills += killed(f"train {file}", generator.uniform(0.1, 0.4) if kills < KILLS else 60)
        done = file.with_name(f"{file.name}.done")
        if done.exists():
            parts = safetensors.torch.load_file(done)
            assert all(torch.equal(weight, parts[name]) for name, weight in whole.state_dict().items())
            ended += 1


def test_a_server_that_is_killed_during_an_upload_starts_again(tmp_path: Path) -> None:
    before = {path: path.stat().st_mtime for path in checkpoint.FOLDER.rglob("*")}
    generator = random.Random(0)
    for _ in range(max(1, KILLS // 10)):
        process, address = start()
        host = address.removeprefix("http://")
        uploading = http.client.HTTPConnection(host, timeout=60)
        try:
            begin_upload(uploading, process)
            for _ in range(generator.randint(1, 40)):
                uploading.send(b"a great film\n" * 1_000)
        finally:
            process.kill()
            process.wait(60)
            uploading.close()
    with running_app() as address:
        event, replies = call(address.removeprefix("http://"), "ask", ["What is the capital of France?"])
        assert (event, replies[0]["answer"]) == ("complete", "Paris")
    assert {path: path.stat().st_mtime for path in checkpoint.FOLDER.rglob("*")} == before


def begin_upload(connection: http.client.HTTPConnection, process: subprocess.Popen[bytes]) -> None:
    """Wait until the server listens, and send it the beginning of a file of 10 MB."""
    deadline = time.monotonic() + 200  # on a busy machine
    while connection.sock is None:
        assert process.poll() is None
        assert time.monotonic() < deadline, "the server does not listen"
        try:
            connection.connect()
        except ConnectionRefusedError:
            time.sleep(0.1)
    connection.putrequest("POST", f"{API}/upload")
    connection.putheader("Content-Type", "multipart/form-data; boundary=x")
    connection.putheader("Content-Length", "10000000")
    connection.endheaders()
    connection.send(b'--x\r\nContent-Disposition: form-data; name="files"; filename="reviews.csv"\r\n\r\ntext\n')
