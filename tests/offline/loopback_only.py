"""Importing this forbids the process every look-up and connection outside its own machine.

An attempt raises, and is also noted in the file that LEFT_THE_MACHINE names, because the caller may catch the error.
"""

from __future__ import annotations

import os
import sys
from typing import Any

LOG = "LEFT_THE_MACHINE"  # the environment variable with the path of the log
HOST = {  # audit event -> which of its arguments is the host, or an address that starts with the host
    "socket.getaddrinfo": 0,
    "socket.gethostbyname": 0,
    "socket.gethostbyaddr": 0,
    "socket.getnameinfo": 0,
    "socket.connect": 1,
    "socket.sendto": 1,
    "socket.sendmsg": 1,
}
LOCAL = ("", "localhost", "::1", "0.0.0.0", "::")  # the last two are asked for in order to listen


def host_of(event: str, arguments: tuple[Any, ...]) -> str:
    """The host that is asked for or connected to; "" where there is none, as for a Unix socket."""
    target = arguments[HOST[event]]
    if HOST[event] == 1 or event == "socket.getnameinfo":
        target = target[0] if isinstance(target, tuple) else ""
    return target.decode(errors="replace") if isinstance(target, bytes) else str(target or "")


def forbid(event: str, arguments: tuple[Any, ...]) -> None:
    if event not in HOST:
        return
    host = host_of(event, arguments)
    if host in LOCAL or host.startswith("127."):
        return
    if path := os.environ.get(LOG):
        with open(path, "a", encoding="utf-8") as log:
            log.write(f"{event} {host} by {' '.join(sys.argv)[:200]}\n")
    raise OSError(f"tests must not leave the machine: {event} {host}")


sys.addaudithook(forbid)
