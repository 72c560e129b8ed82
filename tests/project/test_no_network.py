"""No test leaves the machine, and neither does a program that a test starts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

OFFLINE = Path(__file__).parents[1] / "offline"
TRIES = """
import socket, subprocess, sys, threading
import pytest

LOOK_UP = "import socket\\ntry: socket.getaddrinfo('example.org', 80)\\nexcept OSError: pass"


def test_a_caught_look_up():
    exec(LOOK_UP)


def test_a_caught_look_up_in_a_thread():
    thread = threading.Thread(target=exec, args=(LOOK_UP,))
    thread.start()
    thread.join()


def test_a_caught_look_up_in_another_program():
    subprocess.run([sys.executable, "-c", LOOK_UP], check=True)


def test_a_caught_connection():
    with pytest.raises(OSError):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


def test_a_caught_datagram():
    with socket.socket(type=socket.SOCK_DGRAM) as datagram, pytest.raises(OSError):
        datagram.sendto(b"x", ("192.0.2.1", 53))


@pytest.fixture
def leaves_at_the_end():
    yield
    exec(LOOK_UP)


def test_an_attempt_while_a_fixture_ends(leaves_at_the_end):
    pass


def test_the_machine_itself_may_be_asked():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
        socket.create_connection(("localhost", server.getsockname()[1])).close()
"""


def test_whoever_tries_to_leave_the_machine_fails_even_if_the_error_is_caught(tmp_path: Path) -> None:
    (tmp_path / "test_tries.py").write_text(TRIES, encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(OFFLINE), "PYTEST_ADDOPTS": ""}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no_network", "-p", "no:cacheprovider", "test_tries.py"]
    ended = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert "5 failed, 2 passed, 1 error" in ended.stdout, ended.stdout + ended.stderr
    assert ended.stdout.count("socket.getaddrinfo example.org") >= 3
