"""What the README says is true of the program."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest
from readme_tables import TABLES, insert, marks

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("code", re.findall(r"```python\n(.*?)```", README, re.DOTALL))
def test_the_python_in_the_readme_runs_and_prints_what_its_comments_say(code: str) -> None:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "README.md", "exec"), {})
    comments = re.findall(r"^print\(.*\)  # (?:.*: )?(.*)$", code, re.MULTILINE)
    assert comments
    assert printed.getvalue().splitlines() == comments


def test_the_tables_are_those_of_the_checkpoints() -> None:
    for name in TABLES:
        assert [README.count(mark) for mark in marks(name)] == [1, 1]
    assert insert(README) == README


def test_every_picture_and_file_it_names_is_there() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert target.startswith("http") or (Path(__file__).parents[2] / target).exists(), target
