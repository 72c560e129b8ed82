"""Find a Chromium for the browser tests: one that is installed, else Debian's, else Playwright's own.

As a script it makes sure that there is one, and librsvg's rsvg-convert, which draws saved pictures a second time; the
tests import `executable` to learn where the browser is.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

# The headless shell first: it draws the same pages without the processes of a visible browser's own pages.
NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
)
PACKAGES = ("chromium-headless-shell", "chromium")  # of Debian; Bookworm and later have the first


def executable() -> str | None:
    """The path of an installed Chromium or Chrome, or of the one that Playwright fetched; None if there is none."""
    for name in (os.environ.get("CHROMIUM", ""), *NAMES):
        if name and (path := shutil.which(name)):
            return path
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def install() -> None:
    """Debian's packages where apt-get may be used, else Playwright's download."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        for package in PACKAGES:
            command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", package, "fonts-dejavu-core"]
            if subprocess.run(command, check=False, stdout=subprocess.DEVNULL).returncode == 0:
                return
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


def install_librsvg() -> None:
    """Debian's package, where apt-get may be used; without it the tests that need it are skipped."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "librsvg2-bin"]
        subprocess.run(command, check=False, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    if shutil.which("rsvg-convert") is None:
        install_librsvg()
    if executable() is None:
        install()
    chromium = executable()
    print(
        f"browser tests use {chromium}"
        if chromium
        else "no Chromium was found or could be installed; set CHROMIUM to one"
    )
