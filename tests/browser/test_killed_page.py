"""The server is killed (SIGKILL) during a training or a download: it starts again, and nothing is left half done.

The long form: KILLS=50 python -m pytest tests/browser/test_killed_page.py
"""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from helpers.serving import API, call, running_app, send, start, wait_until_it_answers
from playwright.sync_api import Page

from rnn_demo.zoo import checkpoint

KILLS = int(os.environ.get("KILLS", "5"))
SIZE = 28_000_000  # bytes of the file that is downloaded: more than the buffers between server and client hold

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no SIGKILL"),
    pytest.mark.timeout(300 + 30 * KILLS),
]


@contextmanager
def doomed() -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A server that answers, and its host; it is dead when the block ends."""
    process, address = start()
    try:
        wait_until_it_answers(process, address)
        yield process, address.removeprefix("http://")
    finally:
        process.kill()
        process.wait(30)


def kill(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait(10)


def test_a_server_that_is_killed_while_it_trains_and_sends_a_file_starts_again(new_visitor: Callable[[], Page]) -> None:
    """A download that was finished by then is whole, and one that was not says so."""
    before = {path: path.stat().st_mtime for path in checkpoint.FOLDER.rglob("*")}
    generator, cut = random.Random(0), 0
    content = generator.randbytes(SIZE)
    for _ in range(max(1, KILLS // 10)):
        with doomed() as (process, host):
            page = new_visitor()
            page.goto(f"http://{host}/?tab=lab")
            page.locator("#lab-start").click()
            page.locator("#lab-stop").wait_for()
            downloads = begin_downloads(host, content)
            finished = downloads[0].getresponse().read()
            answers = [connection.getresponse() for connection in downloads[1:]]
            begun = [answer.read(generator.randrange(SIZE // 4)) for answer in answers]
            page.wait_for_timeout(generator.uniform(0, 2_000))
            kill(process)
            page.close()
            assert finished == content
            for answer, part in zip(answers, begun, strict=True):
                try:
                    assert part + answer.read() == content
                except (http.client.IncompleteRead, ConnectionError):
                    cut += 1
    assert cut, "every download was over before the server was killed"
    with running_app() as address:
        event, told = call(address.removeprefix("http://"), "ask", ["What is the capital of France?"])
        assert (event, told[0]["answer"]) == ("complete", "Paris")
        page = new_visitor()
        page.goto(f"{address}/?tab=lab")
        page.locator("#lab-start").click()
        page.locator("#lab-stop").wait_for()
    assert {path: path.stat().st_mtime for path in checkpoint.FOLDER.rglob("*")} == before


def begin_downloads(host: str, content: bytes) -> list[http.client.HTTPConnection]:
    """Upload a file, and ask for it four times at once."""
    form = (
        b'--x\r\nContent-Disposition: form-data; name="files"; filename="own.zip"\r\n\r\n' + content + b"\r\n--x--\r\n"
    )
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    status, answer = send(host, "POST", f"{API}/upload", form, kind)
    assert status == 200, answer
    downloads = [http.client.HTTPConnection(host, timeout=60) for _ in range(4)]
    for connection in downloads:
        connection.request("GET", f"{API}/file={json.loads(answer)[0]}")
    return downloads
