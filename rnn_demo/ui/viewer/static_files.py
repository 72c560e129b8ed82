"""The scripts and styles under static/, and the words for readers under texts/."""

from __future__ import annotations

from functools import cache
from pathlib import Path

UI = Path(__file__).parents[1]
CSS = UI / "static" / "css"


@cache
def script(name: str) -> str:
    """The text of a script under static/js/, as "core/dom.js"."""
    return (UI / "static" / "js" / name).read_text(encoding="utf-8")


def words(name: str) -> str:
    """Words for readers, from a Markdown file under texts/ that a teacher can edit."""
    return (UI / "texts" / f"{name}.md").read_text(encoding="utf-8")
