"""A real server for tests: `python app.py`, started as a visitor would start it."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).parents[2]
API = "/gradio_api"
JSON = {"Content-Type": "application/json"}
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # whatever proxy a test or the system names


def free_port() -> int:
    """A port of this machine that nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def start(
    log: IO[bytes] | None = None, port: int | None = None, program: str = "app.py", **variables: str
) -> tuple[subprocess.Popen[bytes], str]:
    """Start the app: its process and its address, at which it does not answer yet.

    stderr goes to `log`, if given; the `variables` are added to its environment.
    """
    port = port or free_port()
    environment = os.environ | {"GRADIO_SERVER_PORT": str(port), "GRADIO_SERVER_NAME": "127.0.0.1"} | variables
    process = subprocess.Popen(
        [sys.executable, program], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=log
    )
    return process, f"http://127.0.0.1:{port}"


def wait_until_it_answers(process: subprocess.Popen[bytes], address: str, seconds: float = 200) -> None:
    """Return once the page is there; AssertionError if the process ends first or takes too long."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        assert process.poll() is None, "the app stopped while it was starting"
        try:
            DIRECT.open(address, timeout=60).read()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"the app did not answer within {seconds:.0f} seconds")


@contextmanager
def serving(log: IO[bytes] | None = None) -> Iterator[tuple[str, int]]:
    """The address and the process id of the app, once it answers."""
    process, address = start(log)
    try:
        wait_until_it_answers(process, address)
        yield address, process.pid
    finally:
        process.terminate()
        process.wait(30)


@contextmanager
def running_app(log: IO[bytes] | None = None) -> Iterator[str]:
    """The address of the app."""
    with serving(log) as (address, _):
        yield address


def send(
    host: str, method: str, path: str, body: bytes | None = None, headers: dict[str, str] = JSON
) -> tuple[int, bytes]:
    """Send a request; return the status and the body of the answer, a stream read to its end."""
    connection = http.client.HTTPConnection(host, timeout=60)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        try:
            return answer.status, answer.read()
        except http.client.IncompleteRead as cut:  # Gradio ends the stream of an unknown event without its last chunk
            return answer.status, cut.partial
    finally:
        connection.close()


def call(host: str, name: str, data: list[Any]) -> tuple[str, Any]:
    """Call an endpoint; return how its event ended, "complete" or "error", and the data of that event."""
    status, answer = send(host, "POST", f"{API}/call/{name}", json.dumps({"data": data}).encode())
    assert status == 200, answer
    _, stream = send(host, "GET", f"{API}/call/{name}/{json.loads(answer)['event_id']}")
    lines = [line.partition(": ")[2] for line in stream.decode().splitlines() if line.startswith(("event", "data"))]
    events = [(kind, json.loads(data)) for kind, data in zip(lines[::2], lines[1::2], strict=True)]
    return next(event for event in events if event[0] in ("complete", "error"))
