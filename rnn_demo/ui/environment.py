"""What Gradio, its HTTP client and torch read from the environment when they are imported."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import MutableMapping
from pathlib import Path

LOOPBACK = ("localhost", "127.0.0.1", "::1")


def prepare_environment(environment: MutableMapping[str, str] = os.environ) -> None:
    """Set it for a page that sends nothing anywhere; call this before Gradio or torch is imported.

    What is set already stays, but for a SOCKS proxy: Gradio's HTTP client needs a package for it that is not there.
    """
    environment.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    environment.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    environment.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # threads that wait sleep: far faster on a busy machine
    if "SPACE_ID" in environment:  # all requests come from the Space's own network, which names the visitor's address
        environment.setdefault("FORWARDED_ALLOW_IPS", "10.0.0.0/8,127.0.0.1,::1")
    if "GRADIO_TEMP_DIR" not in environment:
        environment["GRADIO_TEMP_DIR"] = str(own_folder(Path(tempfile.gettempdir())))
    for name in [name for name in environment if name.lower().endswith("_proxy")]:
        if environment[name].lower().startswith("socks"):
            del environment[name]
    for name in ("NO_PROXY", "no_proxy"):  # at its start, Gradio asks its own server whether it answers
        hosts = [host.strip() for host in environment.get(name, "").split(",") if host.strip()]
        environment[name] = ",".join(dict.fromkeys([*hosts, *LOOPBACK]))


def own_folder(parent: Path) -> Path:
    """A folder that this user alone can read: one for all starts, or a new one where somebody else took its name.

    Gradio's own folder belongs to the user who first started a Gradio app on this machine; nobody else can write there.
    """
    user = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")
    folder = parent / f"gradio-{user}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        if not folder.is_symlink() and (not hasattr(os, "getuid") or folder.stat().st_uid == user):
            return folder
    except OSError:
        pass
    return Path(tempfile.mkdtemp(prefix="gradio-", dir=parent))


def is_own(folder: Path) -> bool:
    """Is it a folder of `own_folder`, in which nothing lies but what a visitor uploaded or fetched?"""
    try:
        status = folder.lstat()
    except OSError:
        return False
    mine = not hasattr(os, "getuid") or (status.st_uid == os.getuid() and status.st_mode & 0o077 == 0)
    place = folder.parent.resolve() == Path(tempfile.gettempdir()).resolve()
    return mine and place and folder.name.startswith("gradio-") and stat.S_ISDIR(status.st_mode)
