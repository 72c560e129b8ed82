"""A PostgreSQL server of a test's own, from Debian's package, on a loopback port, without a password."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def programs() -> Path | None:
    """The folder of `initdb` and `postgres`, the newest version's; None where PostgreSQL is not installed."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    found = shutil.which("initdb")
    files = [Path(found).resolve()] if found else versions[-1:]
    return files[0].parent if files else None


@contextmanager
def running_postgresql() -> Iterator[str]:
    """A new server, until the block ends; gives the address of its database as SQLAlchemy writes it."""
    folder = programs()
    assert folder is not None
    place, user = Path(tempfile.mkdtemp()), {}
    if os.geteuid() == 0:  # which PostgreSQL refuses to be
        account = next(a for name in ("postgres", "nobody") for a in pwd.getpwall() if a.pw_name == name)
        user = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": ()}
        shutil.chown(place, account.pw_uid, account.pw_gid)
    quiet: dict[str, Any] = {"cwd": place, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **user}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    try:
        made = [folder / "initdb", "--pgdata=data", "--username=tuner", "--auth=trust", "--no-sync", "--locale=C"]
        subprocess.run(made, check=True, **quiet)
        options = ["-D", "data", "-p", str(port), "-h", "127.0.0.1", "-k", "", "-F"]
        server = subprocess.Popen([folder / "postgres", *options], **quiet)
        try:
            wait_until_it_answers(server, port)
            yield f"postgresql+pg8000://tuner@127.0.0.1:{port}/postgres"
        finally:
            server.send_signal(signal.SIGINT)  # a fast shutdown
            server.wait(60)
    finally:
        shutil.rmtree(place)


def wait_until_it_answers(server: subprocess.Popen[bytes], port: int) -> None:
    """Until it takes connections; AssertionError where it ends before."""
    import pg8000.dbapi

    for _ in range(600):
        assert server.poll() is None, "PostgreSQL ended at its start"
        try:
            pg8000.dbapi.connect("tuner", host="127.0.0.1", port=port, database="postgres").close()
            return
        except (OSError, pg8000.dbapi.Error):
            time.sleep(0.05)
    raise AssertionError("PostgreSQL did not answer in half a minute")
