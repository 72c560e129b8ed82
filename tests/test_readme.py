"""What the README says is true of the program."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

from rnn_demo.report import TABLES, insert, marks

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def test_the_python_in_the_readme_runs_and_prints_what_its_comments_say() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "README.md", "exec"), {})
    name, tokens, shape, answers = printed.getvalue().splitlines()
    assert (name, tokens, shape) == ("Russian", "('i', 'v', 'a', 'n')", "(4, 128)")
    assert answers.endswith("'Russian']")


def test_the_tables_are_those_of_the_checkpoints() -> None:
    for name in TABLES:
        assert [README.count(mark) for mark in marks(name)] == [1, 1]
    assert insert(README) == README


def test_every_picture_and_file_it_names_is_there() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert target.startswith("http") or (Path(__file__).parents[1] / target).exists(), target
