"""Programs that may do little: no privileges, and folders that they cannot write to."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

NOBODY = 65534


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


def make_read_only(folder: Path) -> None:
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)


def make_writable(folder: Path) -> None:
    """So that the folder can be removed."""
    for path in [folder, *folder.rglob("*")]:
        path.chmod(path.stat().st_mode | stat.S_IWUSR | (stat.S_IXUSR if path.is_dir() else 0))
