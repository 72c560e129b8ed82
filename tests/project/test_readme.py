"""What the README and docs/ say is true of the program."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

from tools import readme_tables

ROOT = Path(__file__).parents[2]
PAGES = {path: path.read_text(encoding="utf-8") for path in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]}
README = PAGES[ROOT / "README.md"]


@pytest.mark.parametrize("code", re.findall(r"```python\n(.*?)```", README, re.DOTALL))
def test_the_python_in_the_readme_runs_and_prints_what_its_comments_say(code: str) -> None:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "README.md", "exec"), {})
    comments = re.findall(r"^print\(.*\)  # (?:.*: )?(.*)$", code, re.MULTILINE)
    assert comments
    assert printed.getvalue().splitlines() == comments


def test_every_table_is_that_of_the_checkpoints() -> None:
    for file, names in readme_tables.FILES.items():
        text = PAGES[ROOT / file]
        assert {text.count(mark) for name in names for mark in readme_tables.marks(name)} == {1}
        assert readme_tables.insert(text, names) == text, f"{file}: run python -m tools.readme_tables"


def test_every_link_and_picture_leads_somewhere() -> None:
    for page, text in PAGES.items():
        headings = {slug(line) for line in re.findall(r"^#+ (.*)$", text, re.MULTILINE)}
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            file, _, heading = target.partition("#")
            elsewhere = target.startswith(("http", "?tab="))
            assert elsewhere or not file or (page.parent / file).exists(), f"{page.name}: {target}"
            assert file or heading in headings, f"{page.name}: {target}"


def slug(heading: str) -> str:
    """The name that a heading has in a link, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_the_readme_is_read_in_a_few_minutes() -> None:
    assert len(README.splitlines()) <= 200
