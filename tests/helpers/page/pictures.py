"""The menu of a picture: save one as a visitor does, and what a saved SVG must not hold."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page

# PowerPoint and old Inkscape draw the first two black, SVG 1.1 knows none of the others.
YOUNG = re.compile(
    r"rgba\(|transparent|paint-order|var\(|color\(|color-mix|currentcolor|foreignObject|hsla?\(", re.IGNORECASE
)


def save_picture(page: Page, scope: str, entry: str, folder: Path) -> Path:
    """Save the first picture within `scope` by an entry of its menu; return the file, under its own name."""
    page.locator(f"{scope} .rnn-save").first.click()
    with page.expect_download() as download:
        page.locator(f"{scope} .rnn-menu").get_by_role("menuitem", name=entry).first.click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path
