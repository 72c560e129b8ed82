"""A Dockerfile without Docker: its instructions one by one, and an image as a folder in which they were carried out."""

from __future__ import annotations

import fnmatch
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

RECORDING_PIP = """#!/bin/sh
for word in "$@"; do printf '%s\\n' "$word"; done >> "$PIP_LOG"
printf '\\n' >> "$PIP_LOG"
"""


@dataclass(eq=False)
class Image:
    """The folder that stands for the root of its files, and what the Dockerfile says of a container."""

    root: Path
    base: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    folder: Path = Path()
    user: str = "0"
    command: list[str] = field(default_factory=list)
    health: list[str] = field(default_factory=list)
    installed: list[list[str]] = field(default_factory=list)  # the arguments of each call of pip


def instructions(text: str) -> list[tuple[str, str]]:
    """Each instruction with its words, in order."""
    whole = re.sub(r"\\\n\s*", "", re.sub(r"^\s*#.*\n", "", text, flags=re.M))
    return [(name, words) for name, _, words in (line.partition(" ") for line in whole.splitlines() if line.strip())]


def is_sent(name: str, ignored: str) -> bool:
    """Does a file at the top of the project reach the Dockerfile, after the .dockerignore?"""
    sent = True
    for line in (line.strip() for line in ignored.splitlines()):
        if line and not line.startswith("#") and fnmatch.fnmatch(name, line.removeprefix("!")):
            sent = line.startswith("!")
    return sent


def build(project: Path, root: Path, **given: str) -> Image:
    """Carry the Dockerfile of a project out in the empty folder `root`, but that pip is only asked what it would do.

    `given` are the arguments of the build.

    AssertionError for an instruction that is not known, and for a file that does not reach it.
    """
    image, tools = Image(root), root / "tools"
    arguments: dict[str, str] = {}
    tools.mkdir(parents=True)
    (tools / "pip").write_text(RECORDING_PIP, encoding="utf-8")
    (tools / "pip").chmod(0o755)
    (tools / "python").symlink_to(sys.executable)
    log = tools / "log"
    ignored = (project / ".dockerignore").read_text(encoding="utf-8")
    for name, words in instructions((project / "Dockerfile").read_text(encoding="utf-8")):
        if name == "FROM":
            image.base = words
        elif name == "ARG":
            variable, _, default = words.partition("=")
            arguments[variable] = given.get(variable, "".join(shlex.split(default)))
        elif name == "ENV":
            image.environment |= dict(word.split("=", 1) for word in shlex.split(words))
        elif name == "WORKDIR":
            image.folder = root / words.lstrip("/")
            image.folder.mkdir(parents=True)
        elif name == "COPY":
            source, target = words.split()
            assert is_sent(source, ignored), f".dockerignore leaves out {source}"
            copy(project / source, image.folder / target)
        elif name == "RUN":
            path = f"{tools}:{os.environ['PATH']}"
            environment = image.environment | arguments | {"PATH": path, "PIP_LOG": str(log)}
            subprocess.run(["sh", "-c", words], cwd=image.folder, env=environment, check=True)
        elif name == "USER":
            image.user = words
        elif name == "HEALTHCHECK":
            image.health = json.loads(words.partition("CMD")[2])
        elif name == "CMD":
            image.command = json.loads(words)
        else:
            assert name == "EXPOSE", f"{name} is not known here"
    image.installed = [call.splitlines() for call in log.read_text(encoding="utf-8").split("\n\n") if call.strip()]
    return image


def copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    else:
        shutil.copy(source, target / source.name if target.is_dir() else target)
