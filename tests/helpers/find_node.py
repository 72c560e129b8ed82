"""Find a Node.js for the tests of the page's scripts; as a script it makes sure that there is one."""

from __future__ import annotations

import os
import shutil
import subprocess

OLDEST = 18  # the first with `node --test`


def executable() -> str | None:
    """The path of a Node.js that runs tests, or None; the environment variable NODE names another one."""
    for name in (os.environ.get("NODE", ""), "node", "nodejs"):
        if name and (path := shutil.which(name)) and version(path) >= OLDEST:
            return path
    return None


def version(path: str) -> int:
    """The major version of a Node.js; 0 of what does not say."""
    answer = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    first = answer.strip().removeprefix("v").partition(".")[0]
    return int(first) if first.isdigit() else 0


def install() -> None:
    """Debian's package, where apt-get may be used."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "nodejs"]
        subprocess.run(command, check=False, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    if executable() is None:
        install()
    path = executable()
    print(f"tests of the scripts use {path}" if path else f"no Node.js from {OLDEST} on; set NODE to one")
